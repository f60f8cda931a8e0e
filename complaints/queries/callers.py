"""Who is calling: customers that fit what was typed, with what is open for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from complaints import access
from complaints.models import Ticket
from complaints.models.ticket import TicketQuerySet
from customers import access as customers_access
from customers.contacts import ContactError, Look, guess, normalise
from customers.models import Customer
from office import access as office_access
from office.models import Team
from office.roles import Actor

MOST_FOUND = 8
MOST_OPEN = 3
"""Open tickets shown for one customer; the card has the others."""
MOST_TICKETS = 200


@dataclass
class Match:
    """One customer who may be meant. ``elsewhere`` counts complaints in teams whose tickets the actor does not see."""

    customer: Customer
    complaints: int = 0
    elsewhere: int = 0
    tickets: list[Ticket] = field(default_factory=list)
    open: int = 0
    chosen: bool = False

    @property
    def points(self) -> list[str]:
        return [link.point.typed for link in self.customer.contacts.all()]


@dataclass
class Known:
    """What was typed, what it looks like (phone, email, handle, name), and whom it fits."""

    typed: str
    look: str = ""
    found: list[Match] = field(default_factory=list)

    @property
    def chosen(self) -> Match | None:
        return next((match for match in self.found if match.chosen), None)


def known_by(actor: Actor, typed: str, *, chosen: int | None = None, guessing: bool = True) -> Known:
    """Customers that fit what was typed, at most eight, and the one already ``chosen`` if nothing is typed.

    While ``guessing``, whoever alone has exactly the phone number or address typed is chosen; a name chooses nobody.
    """
    typed = typed.strip()[:300]
    rows = {row.pk: row for row in customers_access.found(actor, typed, limit=MOST_FOUND)} if typed else {}
    also = _by_order(actor, typed) | ({chosen} if chosen and not typed else set())
    if missing := also - set(rows):
        seen = customers_access.visible_to(actor).filter(pk__in=missing, merged_into__isnull=True)
        rows |= {row.pk: row for row in seen.prefetch_related("contacts__point")}
    look = guess(typed) if typed else ""
    if guessing and chosen is None:
        chosen = _recognised(actor, typed, look, rows)
    found = [Match(customer=row, chosen=row.pk == chosen) for row in sorted(rows.values(), key=lambda row: row.name)]
    _count(actor, found)
    return Known(typed=typed, look=str(look), found=found)


def _by_order(actor: Actor, typed: str) -> set[int]:
    """Customers of the complaints about this order."""
    if not any(map(str.isdecimal, typed)):
        return set()
    tickets = access.visible_to(actor).filter(order_ref=typed, customer__isnull=False)
    return set(tickets.values_list("customer_id", flat=True)[:MOST_FOUND])


def _recognised(actor: Actor, typed: str, look: str, rows: Mapping[int, Customer]) -> int | None:
    """The one customer who has exactly this phone number or address."""
    if look not in (Look.PHONE, Look.EMAIL):
        return None
    try:
        contact = normalise(look, typed, region=_region(actor))
    except ContactError:
        return None
    holders = [
        pk
        for pk, row in rows.items()
        if any((link.point.kind, link.point.value) == (contact.kind, contact.value) for link in row.contacts.all())
    ]
    return holders[0] if len(holders) == 1 and contact.parsed else None


def _region(actor: Actor) -> str:
    """Where a number without a prefix is from: the one region of the person's teams, else the office's."""
    regions = set(Team.objects.filter(pk__in=actor.team_ids).values_list("region", flat=True)) - {""}
    return regions.pop() if len(regions) == 1 else office_access.office().region


def _count(actor: Actor, found: list[Match]) -> None:
    """Complaints and open tickets of everybody found, in three questions however many they are."""
    pks = [match.customer.pk for match in found]
    everything = _complaints_of(Ticket.objects.unsealed(), pks)
    seen = _complaints_of(access.visible_to(actor).unsealed(), pks)
    still_open = defaultdict(list)
    for ticket in access.visible_to(actor).open().filter(customer__in=pks).order_by("-risk_at", "-id")[:MOST_TICKETS]:
        still_open[ticket.customer_id].append(ticket)
    for match in found:
        pk = match.customer.pk
        match.complaints, match.elsewhere = seen.get(pk, 0), everything.get(pk, 0) - seen.get(pk, 0)
        match.open, match.tickets = len(still_open[pk]), still_open[pk][::-1][:MOST_OPEN]


def _complaints_of(tickets: TicketQuerySet, pks: list[int]) -> dict[int, int]:
    counted = tickets.filter(customer__in=pks).order_by().values_list("customer_id").annotate(Count("pk"))
    return dict(counted)
