"""What is shown when a page cannot be: missing, not allowed, broken, or a form from an earlier sign-in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache


@never_cache
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same answer for what is not there and for what this person may not see."""
    if is_api(request):
        return problem(404, "not-found", gettext("Not found"))
    return render(request, "404.html", status=404)


@never_cache
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Signed in, but not with the rank the page needs."""
    if is_api(request):
        return problem(403, "not-allowed", gettext("Not allowed"))
    return render(request, "403.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Broken on our side. The page uses nothing that may be what is broken.

    A database that is away or being restarted is 503: whoever asks, person or machine, may ask again.
    """
    passes = isinstance(sys.exception(), OperationalError | InterfaceError)
    status, headers = (503, {"Retry-After": "5"}) if passes else (500, {})
    if is_api(request):
        return problem(status, "broken", gettext("Broken on our side"), headers=headers)
    return HttpResponse(render_to_string("500.html"), status=status, headers=headers)


@never_cache
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was loaded before this sign-in, or a browser that keeps no cookies."""
    return render(request, "csrf_403.html", status=403)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(
    status: int,
    code: str,
    says: str,
    *,
    page: str = "about:blank",
    faults: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem document (RFC 9457) for what never came to an address of the API."""
    said = {"type": page, "title": says, "detail": says, "status": status, "code": code}
    body = {**said, "fields": dict(faults or {}), "blockers": []}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)
