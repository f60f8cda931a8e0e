"""The door to customers. Anyone on the desk may see a card; a token needs its scope and sees what its reach allows."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from customers.contacts import query_key
from customers.models import Customer, LookupKey
from office.errors import MissingScope
from office.roles import REACH_ALL, REACH_ROLE, Actor


def visible_to(actor: Actor) -> QuerySet[Customer]:
    """Everybody but the forgotten and the merged; a token that does not reach all sees whom it created."""
    seen = Customer.objects.filter(forgotten_at__isnull=True)
    if actor.reach in (REACH_ROLE, REACH_ALL):
        return seen
    return seen.filter(created_by_token_id=actor.token_id, created_by_token_id__isnull=False)


def customer_for(actor: Actor, pk: int) -> Customer:
    """The customer, or 404 for what the actor may not see."""
    require(actor, "customers:read")
    customer = visible_to(actor).filter(pk=pk).first()
    if customer is None:
        raise Http404
    return customer


def locked(actor: Actor, customer: Customer) -> Customer:
    """The same customer under its row lock, asked for again through the door, for a change."""
    row = visible_to(actor).select_for_update(of=("self",)).filter(pk=customer.pk).first()
    if row is None:
        raise Http404
    require(actor, "customers:write")
    return row


def require(actor: Actor, scope: str) -> None:
    if not actor.has_scope(scope):
        raise MissingScope(scope)


def found(actor: Actor, typed: str, *, limit: int = 8) -> QuerySet[Customer]:
    """Customers whose name, number or address begins with what was typed; at most ``limit``, one index look-up."""
    key = query_key(typed)
    if not key:
        return Customer.objects.none()
    keys = LookupKey.objects.filter(key__startswith=key).order_by("key")
    if actor.reach not in (REACH_ROLE, REACH_ALL):
        keys = keys.filter(customer__in=visible_to(actor))  # it made few; what others hold must not crowd them out
    firsts = list(dict.fromkeys(keys.values_list("customer_id", flat=True)[: limit * 4]))[:limit]
    return visible_to(actor).filter(pk__in=firsts, merged_into__isnull=True).prefetch_related("contacts__point")
