"""How large a body may be, known before any is read: what is too large would fill the disk before anybody asks."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from office.views.errors import is_api, problem

MOST_FILES = 10
ROOM_FOR_THE_FORM = 1024 * 1024


class BodyMiddleware:
    """413 for a body larger than any page takes; 411 for one that does not say how long it is.

    Without a length Django would take the body for empty, and an act with none of its words would be done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
            return refused(request, 411, "length-required", _("Content-Length is needed"))
        if length.isdigit() and int(length) > MOST_FILES * settings.ATTACHMENT_MAX_BYTES + ROOM_FOR_THE_FORM:
            return refused(request, 413, "too-large", _("The body is too large"))
        return self.get_response(request)


def refused(request: HttpRequest, status: int, code: str, says: str) -> HttpResponse:
    """As a problem to programs, as a page to people."""
    if is_api(request):
        faults = {"body": [{"code": code, "message": says}]}
        return problem(status, code, says, page=f"/api/docs/#{code}", faults=faults)
    return render(request, "not_taken.html", {"says": says}, status=status)
