"""Which tickets a list holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.api.paging import BY_RISK, LARGEST_ID, NEWEST, Order
from complaints.domain import workflow as w
from complaints.domain.numbers import parse
from complaints.models import Category
from complaints.models.ticket import TicketQuerySet
from office import access as office_access
from office.api.fields import BAD_INSTANT, instant
from office.errors import Malformed
from office.models import Team

ORDERS: Mapping[str, Order] = {"risk": BY_RISK, "-id": NEWEST}
ANY = "any"
_FINDS_ENDED = frozenset({"state", "number", "external_ref", "customer", "updated_since"})


def filtered(tickets: TicketQuerySet, query: QueryDict) -> tuple[TicketQuerySet, Order]:
    """The tickets a query asks for, and their order.

    Without a word about state or one particular ticket, customer or moment, that is what is open.
    """
    order = ORDERS.get(query.get("order") or BY_RISK.name)
    if order is None:
        raise Malformed("bad-value", "order", _("The orders are risk and -id"))
    if not _FINDS_ENDED & set(query):
        tickets = tickets.open()
    for name, make in FILTERS.items():
        if name in query:
            tickets = tickets.filter(make(query.get(name) or ""))
    return tickets, order


def among(name: str, column: str, known: Sequence[str]) -> Callable[[str], Q]:
    def make(typed: str) -> Q:
        picked = typed.split(",")
        unknown = [value for value in picked if value not in known]
        if unknown:
            raise Malformed("bad-value", name, _("Choose one of the values offered"))
        return Q(**{f"{column}__in": picked})

    return make


def _state(typed: str) -> Q:
    return Q() if typed == ANY else among("state", "state", [state.value for state in w.State])(typed)


def _severity(typed: str) -> Q:
    return among("severity", "severity", [str(severity) for severity in w.SEVERITIES])(typed)


def _team(typed: str) -> Q:
    if typed == "none":
        return Q(team__isnull=True)
    team = Team.objects.filter(slug=typed).first()
    if team is None:
        raise Malformed("bad-value", "team", _("This team is not known"))
    return Q(team_id=team.pk)


def _owner(typed: str) -> Q:
    if typed == "none":
        return Q(owner__isnull=True)
    person = office_access.people().filter(username__iexact=typed).first()
    if person is None:
        raise Malformed("bad-value", "owner", _("This person is not known"))
    return Q(owner_id=person.pk)


def category_called(code: str) -> Category | None:
    """A category by its code: "delivery", or "delivery/late" for one of the second level."""
    parent, _sep, child = code.partition("/")
    if child:
        return Category.objects.filter(parent__code=parent, parent__parent=None, code=child).first()
    return Category.objects.filter(parent=None, code=parent).first()


def _category(typed: str) -> Q:
    category = category_called(typed)
    if category is None:
        raise Malformed("bad-value", "category", _("This category is not known"))
    return Q(category_id=category.pk) | Q(category__parent_id=category.pk)


def _customer(typed: str) -> Q:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 20 and int(typed) <= LARGEST_ID):
        raise Malformed("bad-value", "customer", _("This has to be a customer’s id"))
    return Q(customer_id=int(typed))


def _updated_since(typed: str) -> Q:
    moment = instant(typed.replace(" ", "+"))  # a plus that was not escaped
    if moment is None:
        raise Malformed("bad-value", "updated_since", BAD_INSTANT)
    return Q(touched_at__gte=moment) | Q(touched_at__isnull=True)


def _number(typed: str) -> Q:
    number = parse(typed)
    if number is None:
        raise Malformed("bad-value", "number", _("This is not a ticket number"))
    return Q(number=number)


def _external_ref(typed: str) -> Q:
    if not typed:
        raise Malformed("bad-value", "external_ref")
    return Q(source_ref=typed)


FILTERS: Mapping[str, Callable[[str], Q]] = {
    "state": _state,
    "step": among("step", "step", [step.value for step in w.STEPS]),
    "team": _team,
    "owner": _owner,
    "severity": _severity,
    "channel": among("channel", "channel", w.CHANNELS),
    "kind": among("kind", "kind", w.CONTACT_KINDS),
    "category": _category,
    "customer": _customer,
    "updated_since": _updated_since,
    "number": _number,
    "external_ref": _external_ref,
}
