"""Whose case it is, whose team's, and who else follows it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, planned
from complaints.actions.opening import joins, noted, opened, saved
from complaints.models import Participant, Ticket
from office.acting import action
from office.errors import Invalid
from office.models import Agent, Team
from office.roles import Actor


@action("ticket.assign")
def assign(ticket: Ticket, *, actor: Actor, now: datetime, owner: Agent | None, version: int | None = None) -> Ticket:
    """Give the case to somebody, or to nobody. Whoever had it goes on seeing it."""
    row = opened(ticket, "ticket.assign", actor=actor, version=version)
    if owner is not None and not owner.is_active:
        raise Invalid.one("owner", "inactive", _("This person is deactivated"))
    if owner is not None and row.is_sealed and not row.participants.filter(agent=owner, role="named").exists():
        raise Invalid.one("owner", "not-named", _("A sealed case can be given only to somebody named on it"))
    return _hand(row, owner.pk if owner else None, "ticket.assign", actor=actor, now=now)


@action("ticket.take")
def take(ticket: Ticket, *, actor: Actor, now: datetime, version: int | None = None) -> Ticket:
    """Take the case oneself."""
    row = opened(ticket, "ticket.take", actor=actor, version=version)
    if actor.agent_id is None:
        raise Invalid.one("owner", "not-a-person", _("Only a person can take a case"))
    return _hand(row, actor.agent_id, "ticket.take", actor=actor, now=now)


def _hand(row: Ticket, owner_id: int | None, verb: str, *, actor: Actor, now: datetime) -> Ticket:
    if row.owner_id == owner_id:
        return row
    joins(row, row.owner_id, "contributor", now=now)
    payload = {"from": row.owner_id, "to": owner_id}
    row.owner_id = owner_id
    if owner_id is None:
        clocks.arm_nobodys(row, since=now, now=now)
    planned.hand_on(row)
    return saved(row, verb, "owner", actor=actor, now=now, payload=payload)


@action("ticket.move")
def move(ticket: Ticket, *, actor: Actor, now: datetime, team: Team | None, version: int | None = None) -> Ticket:
    """Move the case to another team, e.g. after a mistake. Whoever moved it and whoever owned it go on seeing it."""
    row = opened(ticket, "ticket.move", actor=actor, version=version)
    if team is not None and team.closed_at is not None:
        raise Invalid.one("team", "closed", _("This team is closed"))
    if row.team_id == (team.pk if team else None):
        return row
    joins(row, row.owner_id, "contributor", now=now)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"from": row.team_id, "to": team.pk if team else None}
    row.team = team
    saved(row, "ticket.move", "team", actor=actor, now=now, payload=payload)
    clocks.retarget(row, now=now, actor=actor, reason="team")
    return row


@action("ticket.watch")
def watch(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Follow the case. Twice is once."""
    row = opened(ticket, "ticket.watch", actor=actor)
    joins(row, actor.agent_id, "watcher", now=now)
    noted(row, "ticket.watch", actor=actor, now=now)


@action("ticket.unwatch")
def unwatch(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Stop following the case."""
    row = opened(ticket, "ticket.unwatch", actor=actor)
    dropped, _rows = Participant.objects.filter(ticket=row, agent_id=actor.agent_id or 0, role="watcher").delete()
    if dropped:
        noted(row, "ticket.unwatch", actor=actor, now=now)
