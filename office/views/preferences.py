"""A person's own language and light or dark; before signing in, the browser remembers the language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from office.actions.people import prefer
from office.pages import actor_in
from office.views.asking import now_in, onward, person_in, see

A_YEAR = 365 * 24 * 3600


@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Keep ``language`` or ``theme`` and go back to ``next``. A word nobody knows changes nothing."""
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    person = person_in(request)
    if person is not None:
        prefer(person, actor=actor_in(request), now=now_in(request), language=language, theme=theme)
    response = see(onward(request, request.POST.get("next", ""), otherwise="home"))
    if language in dict(settings.LANGUAGES):
        remember(response, language)
    return response


def remember(response: HttpResponse, language: str) -> HttpResponse:
    """Let the browser keep this language for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )
    return response
