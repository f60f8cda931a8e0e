"""People, teams, categories and customers as a request names them: by user name, short name, code and id."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from complaints.api.filters import category_called
from complaints.models import Category
from customers import access as customers_access
from customers.models import Customer
from office import access as office_access
from office.errors import Invalid
from office.models import Agent, Team
from office.roles import Actor


def person(username: str | None, field: str) -> Agent | None:
    """The colleague with this user name; None for none. ``Invalid`` for a name nobody has."""
    if not username:
        return None
    found = office_access.people().filter(username__iexact=username).first()
    if found is None:
        raise Invalid.one(field, "unknown-person", _("Choose somebody who works here"))
    return found


def team(slug: str | None, field: str = "team") -> Team | None:
    """The team with this short name; None for none."""
    if not slug:
        return None
    found = office_access.teams().filter(slug=slug).first()
    if found is None:
        raise Invalid.one(field, "unknown-team", _("This team is not known"))
    return found


def category(code: str | None, field: str = "category") -> Category | None:
    """The live category with this code; None for none."""
    if not code:
        return None
    found = category_called(code)
    if found is None or found.retired_at is not None:
        raise Invalid.one(field, "unknown-category", _("This category is not known"))
    return found


def customer(actor: Actor, pk: int, field: str = "customer.id") -> Customer:
    """A customer the token may read."""
    readable = customers_access.visible_to(actor).filter(merged_into__isnull=True)
    found = readable.filter(pk=pk).first() if actor.has_scope("customers:read") else None
    if found is None:
        raise Invalid.one(field, "unknown-customer", _("This customer is not known"))
    return found
