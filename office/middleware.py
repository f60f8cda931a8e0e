"""Who asks, in which language, at which hour: known before any view runs."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from office import access
from office.models import Agent

STARTED_AT = timezone.now()
"""When this process began to serve: a clock that never ticked stands still since then."""


class PersonMiddleware:
    """Sets ``request.person`` (Agent or None), ``request.actor``, ``request.now``, the language and the time zone.

    The actor costs one query and is made only for signed-in people.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        request.person = request.actor = None  # type: ignore[attr-defined]
        person = None if request.path.startswith(("/api/", "/static/", "/health/")) else person_of(request)
        if person is None:
            return self.get_response(request)
        request.person, request.actor = person, access.actor_of(person)  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(person.time_zone)), translation.override(person.language):
            request.LANGUAGE_CODE = translation.get_language() or person.language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


def person_of(request: HttpRequest) -> Agent | None:
    """The person who signed in, or None."""
    user = request.user
    return user if isinstance(user, Agent) else None
