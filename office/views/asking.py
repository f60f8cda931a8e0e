"""Who asks, when, and where they want to go afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from office.models import Agent


def person_in(request: HttpRequest) -> Agent | None:
    """The signed-in person, or None."""
    return cast("Agent | None", getattr(request, "person", None))


def now_in(request: HttpRequest) -> datetime:
    """The moment the request came in."""
    return cast(datetime, request.now)  # type: ignore[attr-defined]


def onward(request: HttpRequest, wanted: str, *, otherwise: str) -> str:
    """``wanted`` if it is an address of this desk, else the page named ``otherwise``."""
    local = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted.startswith("/") and local else resolve_url(otherwise)


def see(page: str, *args: object) -> HttpResponse:
    """After something was done: the page to look at next (303, so that the browser asks with GET)."""
    response = redirect(page, *args)
    response.status_code = 303
    return response
