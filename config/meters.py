"""One line in the log and one measurement for every request: which route, how it ended, how long it took."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars

from complaints.domain.numbers import parse
from office.api.authentication import TokenUser
from office.meters import REQUESTS

log = structlog.get_logger("fourstep.request")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SILENT = ("/health/", "/metrics/")
"""Asked every few seconds by machines: measured, but no line in the log."""


class RequestLineMiddleware:
    """Addresses are never written: they hold secrets and what people searched for. The route stands for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route, method = route_of(request), request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, response.status_code).observe(seconds)
        if not request.path.startswith(SILENT):
            log.info(
                "request",
                method=method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                **who(request),
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """From here on every line says about which ticket, and for whom."""
        number = parse(str(kwargs["number"])) if "number" in kwargs else None
        if number:
            bind_contextvars(ticket=number)
        bind_contextvars(**who(request))


def route_of(request: HttpRequest) -> str:
    """The name or the pattern of the address that was asked for; "none" where there is none."""
    match = request.resolver_match
    return (match.url_name or match.route) if match else "none"


def who(request: HttpRequest) -> dict[str, str]:
    """``actor`` as kind and number, once it is known."""
    actor = getattr(request, "actor", None)
    user = request.__dict__.get("user")  # the API puts a token there; asking a lazy one would cost a query
    if actor is None and type(user) is TokenUser:
        actor = user.actor
    return {"actor": f"{actor.kind}:{actor.id}"} if actor is not None else {}
