"""What a verb's page-side knows: who asks, about which case, and what the panel needs to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.functional import Promise

from complaints import access
from complaints.domain import workflow
from complaints.models import Reason, Ticket
from complaints.queries.people import assignable
from customers.access import found
from office import access as office_access
from office.roles import Actor

MOST_SHOWN = 20


@dataclass
class Asked:
    """One request about one case. ``row`` is what the verb is about beside the ticket.

    ``typed`` is what a search holds, ``chosen`` who was picked before it went on.
    """

    request: HttpRequest
    actor: Actor
    now: datetime
    ticket: Ticket
    row: Any = None
    typed: str = ""
    chosen: tuple[str, ...] = ()

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when, for an action."""
        return {"actor": self.actor, "now": self.now}

    def reasons(self, kind: str) -> list[Reason]:
        return list(Reason.objects.filter(kind=kind, retired_at__isnull=True))


@dataclass(frozen=True)
class Verb:
    """One verb as the page offers it.

    ``form`` makes its form (None: one press is enough), ``run`` does it and answers what to say, ``fetch`` finds the
    row it is about. ``picks`` names fields filled by a search. ``initial`` is what the form starts from.
    ``undo`` makes the address that takes it back.
    """

    name: str
    run: Callable[[Asked, dict[str, Any]], str | Promise]
    title: Promise | str
    button: Promise | str = ""
    form: Callable[..., Form] | None = None
    fetch: Callable[[Asked, int], Any] | None = None
    picks: tuple[str, ...] = ()
    initial: Callable[[Asked], dict[str, Any]] = field(default=lambda _asked: {})
    hint: Promise | str = ""
    undo: Callable[[Asked], str] | None = None


@dataclass
class Outcome:
    """What became of a form: ``said`` when it went through, else ``status`` and in ``show`` what is drawn again.

    ``undo`` is the address that takes it back, ``write`` the tab of the composer to come back to.
    """

    said: str = ""
    status: int = 303
    show: dict[str, Any] = field(default_factory=dict)
    anchor: str = ""
    undo: str = ""
    write: str = ""


def offered(actor: Actor, ticket: Ticket) -> set[str]:
    """Every verb of the workflow that fits the person's rank and where the case stands."""
    here = {"step": ticket.step, "state": ticket.state}
    return {verb for verb in workflow.VERBS if access.may(actor, verb, ticket) and workflow.fits(verb, **here)}


def candidates(asked: Asked) -> list[tuple[int, str]]:
    """Who is offered: the person, then those found by the search, or the first of the case's team."""
    asker = (asked.actor.agent_id or 0, asked.actor.name)
    if not asked.typed and asked.ticket.team_id is None:
        people = []
    else:
        people = list(
            assignable(typed=asked.typed, team_id=None if asked.typed else asked.ticket.team_id, limit=MOST_SHOWN)
        )
    picked = [(pk, name) for pk, name in _picked(asked)]
    offered_people = [(person.pk, person.name) for person in people]
    return list(dict([*picked, *([] if asked.typed else [asker]), *offered_people]).items())


def _picked(asked: Asked) -> list[tuple[int, str]]:
    """Those chosen before the search went on: they stay in sight."""
    wanted = [int(pk) for pk in asked.chosen if pk.isascii() and pk.isdigit() and 0 < len(pk) < 10]
    if not wanted:
        return []
    return list(active_people().filter(pk__in=wanted).values_list("pk", "name"))


def active_people() -> Any:
    return office_access.people().filter(is_active=True)


def customer_candidates(asked: Asked) -> list[tuple[int, str]]:
    """Customers found by what was typed, each with what tells two of the same name apart."""
    return [(row.pk, _card(row)) for row in found(asked.actor, asked.typed)] if asked.typed else []


def _card(customer: Any) -> str:
    points = [contact.point.typed for contact in customer.contacts.all()]
    return " · ".join([customer.name, *points[:1]])
