"""Sealed cases: only the people named on them see them, whatever their role, and reading leaves a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions.opening import joins, noted, opened, saved
from complaints.models import Participant, Ticket
from office.acting import action
from office.errors import Fault, Invalid
from office.models import Agent, Event
from office.roles import Actor


@action("ticket.seal")
def seal(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    named: Iterable[Agent],
    sealed_from: Agent | None = None,
    version: int | None = None,
) -> Ticket:
    """Close the case to all but the named. ``sealed_from`` is the staff member complained about: neither they nor
    anybody in their line above or below can be named."""
    row = opened(ticket, "ticket.seal", actor=actor, version=version)
    people = {agent.pk: agent for agent in named}
    faults: list[Fault] = []
    if not people:
        faults.append(Fault("required", _("Name at least one person who works on it")))
    if any(not agent.is_active for agent in people.values()):
        faults.append(Fault("inactive", _("This person is deactivated")))
    if sealed_from is not None and people.keys() & line_of(sealed_from):
        faults.append(Fault("in-line", _("The person complained about and their line cannot be named")))
    if faults:
        raise Invalid({"named": faults})
    Participant.objects.filter(ticket=row, role="named").exclude(agent_id__in=people).delete()
    for pk in people:
        joins(row, pk, "named", now=now)
    row.sealed_at, row.sealed_from = row.sealed_at or now, sealed_from
    if row.owner_id not in people:
        row.owner_id = next(iter(people))
    payload = {"named": sorted(people), "from": sealed_from.pk if sealed_from else None}
    return saved(row, "ticket.seal", "sealed_at", "sealed_from", "owner", actor=actor, now=now, payload=payload)


@action("ticket.unseal")
def unseal(ticket: Ticket, *, actor: Actor, now: datetime, version: int | None = None) -> Ticket:
    """Open the case again to whom it would be open. The named stay as contributors."""
    row = opened(ticket, "ticket.unseal", actor=actor, version=version)
    if not row.is_sealed:
        return row
    for part in row.participants.filter(role="named"):
        joins(row, part.agent_id, "contributor", now=now)
    row.participants.filter(role="named").delete()
    row.sealed_at = row.sealed_from = None
    return saved(row, "ticket.unseal", "sealed_at", "sealed_from", actor=actor, now=now)


@action("ticket.read_sealed")
def read_sealed(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Note that a sealed case was read: at most once per actor, case and hour."""
    if not ticket.is_sealed or actor.agent_id is None:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    row = access.locked(actor, ticket)
    read = Event.objects.filter(
        subject_kind="ticket",
        subject_id=row.pk,
        verb="ticket.read_sealed",
        actor_kind="agent",
        actor_id=actor.agent_id,
        at__gte=hour,
    )
    if not read.exists():
        noted(row, "ticket.read_sealed", actor=actor, now=now)


def line_of(agent: Agent) -> set[int]:
    """The person, everybody above by ``reports_to`` and everybody below."""
    bosses = dict(Agent.objects.exclude(reports_to=None).values_list("pk", "reports_to_id"))
    line, above = {agent.pk}, agent.pk
    while (above := bosses.get(above) or 0) and above not in line:
        line.add(above)
    below, grown = {agent.pk}, True
    while grown:
        found = {pk for pk, boss in bosses.items() if boss in below} - below
        grown = bool(found)
        below |= found
    return line | below
