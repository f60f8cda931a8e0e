"""How every verb begins and ends on a ticket: locked through the door, checked, saved by named fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.domain import workflow
from complaints.models import Participant, Reason, Ticket
from office import audit
from office.errors import Conflict, Invalid, Stale
from office.prepared import one
from office.roles import Actor

WRONG_STATE = _("This cannot be done while the case is in this state or step")


def opened(ticket: Ticket, verb: str, *, actor: Actor, version: int | None = None) -> Ticket:
    """The ticket under its lock, if the actor may do ``verb`` to it where it stands.

    404 for what the actor may not see, ``NotAllowed`` for their rank or scope, ``Stale`` when ``version`` is given and
    somebody saved since, ``Conflict`` for the wrong step or state.
    """
    row = access.locked(actor, ticket)
    access.require(actor, verb)
    if version is not None and row.version != version:
        raise Stale(current=row.version)
    if not workflow.fits(verb, step=row.step, state=row.state):
        raise Conflict(WRONG_STATE)
    return row


def saved(
    ticket: Ticket,
    verb: str,
    *fields: str,
    actor: Actor,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> Ticket:
    """Save the named fields with a new version, and write the line."""
    ticket.version += 1
    ticket.changed_at = ticket.touched_at = now
    ticket.changed_by_id = actor.agent_id
    ticket.save(update_fields=[*fields, "version", "changed_at", "touched_at", "changed_by"])
    _written(ticket, verb, actor=actor, now=now, payload=payload)
    return ticket


def noted(ticket: Ticket, verb: str, *, actor: Actor, now: datetime, payload: Mapping[str, Any] | None = None) -> None:
    """The audit line of a change beside the ticket's own fields; whoever asks what was touched since is told of it."""
    ticket.touched_at = now
    Ticket.objects.filter(pk=ticket.pk).update(touched_at=now)
    _written(ticket, verb, actor=actor, now=now, payload=payload)


def _written(ticket: Ticket, verb: str, *, actor: Actor, now: datetime, payload: Mapping[str, Any] | None) -> None:
    audit.record(("ticket", ticket.pk), verb, actor=actor, now=now, payload=payload)


def reason_for(kind: str, code: str) -> Reason:
    """A live reason of a closed list; ``Invalid`` for anything else."""
    reason = one(Reason.objects.filter(kind=kind, code=code, retired_at__isnull=True))
    if reason is None:
        raise Invalid.one("reason", "unknown-reason", _("Choose one of the reasons offered"))
    return reason


def joins(ticket: Ticket, agent_id: int | None, role: str, *, now: datetime) -> None:
    """Somebody takes part; twice is once."""
    if agent_id is not None:
        Participant.objects.get_or_create(ticket=ticket, agent_id=agent_id, role=role, defaults={"since": now})
