"""What a customer's card shows beside the customer: their complaints, and who may be the same person."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from complaints import access
from complaints.models import Ticket
from customers import access as customers_access
from customers.models import Customer, DuplicateSuggestion
from office.roles import Actor

PAGE = 25
CAP = 1000


@dataclass(frozen=True)
class History:
    """A page of the complaints the actor may see, newest first; ``elsewhere`` counts those of other teams, at most
    ``CAP``; ``older`` is the id before which the next page begins."""

    rows: list[Ticket]
    elsewhere: int
    older: int | None


def history(actor: Actor, customer: Customer, *, before: int | None = None) -> History:
    """Two queries. Sealed complaints are shown to the people named on them and count for nobody else."""
    seen = access.visible_to(actor).filter(customer=customer)
    later = seen.filter(pk__lt=before) if before else seen
    rows = list(later.select_related("category", "owner", "team").order_by("-id")[: PAGE + 1])
    others = Ticket.objects.unsealed().filter(customer=customer).exclude(pk__in=seen.values("pk"))
    return History(rows[:PAGE], others[:CAP].count(), rows[PAGE - 1].pk if len(rows) > PAGE else None)


@dataclass(frozen=True)
class Newest:
    rows: list[Customer]
    older: int | None


def newest(actor: Actor, *, before: int | None = None) -> Newest:
    """Customers, the latest first. Two queries."""
    seen = customers_access.visible_to(actor).filter(merged_into__isnull=True)
    if before:
        seen = seen.filter(pk__lt=before)
    rows = list(seen.order_by("-id").prefetch_related("contacts__point")[: PAGE + 1])
    return Newest(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def matching(actor: Actor, typed: str, *, limit: int = PAGE) -> list[Customer]:
    """Customers whose name, number or address begins with what was typed, by name."""
    found = customers_access.found(actor, typed, limit=limit)
    return sorted(found, key=lambda customer: (customer.name.casefold(), customer.pk))


def lookalikes(customer: Customer) -> list[tuple[Customer, str]]:
    """Customers suggested as the same person, each with the reason's code; decided suggestions are left out."""
    asked = DuplicateSuggestion.objects.filter(Q(first=customer) | Q(second=customer), decided_at__isnull=True)
    pairs = asked.select_related("first", "second").order_by("-id")[:10]
    others = [(pair.second if pair.first_id == customer.pk else pair.first, pair.reason) for pair in pairs]
    return [(other, why) for other, why in others if other.forgotten_at is None and other.merged_into_id is None]


def by_order(actor: Actor, typed: str, *, limit: int = PAGE) -> list[Ticket]:
    """The complaints about an order the actor may see, newest first; capitals do not matter."""
    if not typed:
        return []
    spelt = {typed, typed.upper(), typed.lower()}
    seen = access.visible_to(actor).filter(order_ref__in=spelt)
    return list(seen.select_related("customer", "category", "owner", "team").order_by("-id")[:limit])
