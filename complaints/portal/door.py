"""The way in for customers: a link is exchanged once for a signed cookie, and what it does not open does not exist."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from complaints.actions import customer_links
from complaints.domain.numbers import parse
from complaints.models import CustomerLink, Ticket
from office import access as office_access
from office import moments
from office.models import Office
from office.roles import Actor, Role
from office.throttle import too_many
from office.views.asking import now_in, see
from office.views.preferences import remember

COOKIE = "fourstep_case"
PATH = "/c/"
SALT = "complaints.portal"
MOST_HELD = 5
"""How many complaints one browser follows at once; the one opened longest ago makes room."""

GUESSES_A_MINUTE = 20

Held = list[tuple[int, int]]


@dataclass
class Visit:
    """A customer on their page. ``link`` opened ``ticket``; ``others`` are further complaints this browser follows."""

    link: CustomerLink
    office: Office
    now: datetime
    others: tuple[str, ...] = ()
    home: str = PATH

    @property
    def ticket(self) -> Ticket:
        return self.link.ticket

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when, for an action."""
        ticket = self.ticket
        language = moments.bcp47(translation.get_language() or ticket.language)
        name = str(ticket.customer or "")
        return {
            "actor": Actor(kind="customer", id=ticket.pk, role=Role.CUSTOMER, name=name, language=language),
            "now": self.now,
        }


View = Callable[..., HttpResponse]


def customers(view: View) -> View:
    """Only for somebody whose browser holds a living link; everybody else is told the same 404.

    The page is in the language they chose, else the complaint's, and in their time zone, else the office's. Several
    complaints may be held: ``number`` says which one is meant, and a form always says it.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = _visit(request)
        if visit is None:
            return private(gone(request))
        if request.method == "GET" and (chosen := chosen_language(request)):
            return chosen
        zone = visit.ticket.customer.time_zone if visit.ticket.customer else ""
        with timezone.override(ZoneInfo(zone or visit.office.time_zone)), speaking(request, visit.ticket.language):
            return private(view(request, visit, *args, **kwargs))

    return guarded


def _visit(request: HttpRequest) -> Visit | None:
    held = held_in(request)
    wanted = request.POST.get("number", "") if request.method == "POST" else request.GET.get("number", "")
    if not held or (request.method == "POST" and not parse(wanted)):
        return None
    now = now_in(request)
    numbers = numbers_of(held) if wanted or len(held) > 1 else {}
    pair = next((pair for pair in held if not wanted or numbers.get(pair[0]) == parse(wanted)), None)
    link = customer_links.held(*pair, now=now) if pair else None
    if link is None:
        return None
    others = tuple(number for pk, number in numbers.items() if pk != link.ticket_id)
    home = f"{PATH}?number={link.ticket.number}" if others else PATH
    return Visit(link, office_access.office(), now, others=others, home=home)


def numbers_of(held: Held) -> dict[int, str]:
    return dict(Ticket.objects.filter(pk__in=[pk for pk, _rotation in held]).values_list("pk", "number"))


def held_in(request: HttpRequest) -> Held:
    """The links this browser opened, last first: (ticket, rotation). Nothing for a cookie that we did not sign."""
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
        return [(int(pk), int(rotation)) for pk, rotation in told][:MOST_HELD]
    except (signing.BadSignature, ValueError, TypeError):
        return []


def let_in(request: HttpRequest, response: HttpResponse, link: CustomerLink) -> HttpResponse:
    """Give the browser its cookie; it lives as long as the link."""
    mine = (link.ticket_id, link.rotation)
    held = [mine, *(pair for pair in held_in(request) if pair[0] != link.ticket_id)][:MOST_HELD]
    left = customer_links.dies_at(link) - now_in(request)
    response.set_cookie(
        COOKIE,
        signing.dumps(held, salt=SALT, compress=True),
        max_age=int(left.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The link itself: good once for a cookie, and away from the address bar. All others look alike."""
    if too_many(request, "customer-link", limit=GUESSES_A_MINUTE, now=now_in(request)):
        return unseen(too_often(request))
    link = customer_links.opens(secret, now=now_in(request))
    if link is None:
        return unseen(gone(request))
    page = "portal-received" if request.GET.get("received") else "portal"
    return unseen(let_in(request, see(page), link))


def gone(request: HttpRequest) -> HttpResponse:
    """What every link that opens nothing answers, whether it ran out, was replaced or never was."""
    return render(request, "complaints/portal/gone.html", {"office": office_access.office()}, status=404)


def too_often(request: HttpRequest, *, template: str = "complaints/portal/too_often.html") -> HttpResponse:
    response = render(request, template, {"office": office_access.office()}, status=429)
    response.headers["Retry-After"] = "60"
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Nothing is kept, and no other site hears of it. Not ``no-referrer``: with it browsers send forms without an
    origin, which the guard against forged forms refuses; the address of these pages holds no secret."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def unseen(response: HttpResponse) -> HttpResponse:
    """The address holds the secret: nobody is told where the reader came from."""
    private(response).headers["Referrer-Policy"] = "no-referrer"
    return response


# Language -------------------------------------------------------------------------------------------------------------


def speaking(request: HttpRequest, otherwise: str) -> Any:
    """The language chosen on our pages before, else ``otherwise``."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return translation.override(kept if kept in dict(settings.LANGUAGES) else moments.spoken(otherwise))


def chosen_language(request: HttpRequest) -> HttpResponse | None:
    """``?language=`` is remembered, and the page comes again without it. A word nobody knows changes nothing."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return None
    query = request.GET.copy()
    query.pop("language")
    address = f"{request.path}?{query.urlencode()}" if query else request.path
    return private(remember(see(address), language))
