"""How a follow-up is written down, and what the steps themselves plan, and give up when it loses its reason. Part of
the act that gives the reason.

Nobody's name stands under what a step plans; it belongs to whoever has the case. ``cause`` says why they are there: the
*outcome* was told, the customer may stay in *silence*, we are *waiting*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from complaints.actions.opening import noted
from complaints.domain.clocks import VERDICT_WAITS
from complaints.domain.escalation import missed_at
from complaints.domain.follow_ups import satisfaction_due, update_due
from complaints.domain.vocabulary import PLANNED
from complaints.models import FollowUp, Ticket
from complaints.queries.hours import hours_of
from office import access as office_access
from office import timers
from office.roles import SYSTEM, Actor

KINDS: Mapping[str, str] = {"outcome": "satisfaction", "silence": "chase", "waiting": "update"}
AFTER_THE_ANSWER = ("outcome", "silence")


def after_answer(ticket: Ticket, *, now: datetime) -> None:
    """The case is answered: ask on the third working day whether it is put right, and after 14 days once more.

    Nobody is asked who left no name. Twice in one pass is once.
    """
    if ticket.is_anonymous:
        return
    hours = hours_of(ticket, zone=office_access.office().time_zone)
    _once(ticket, "outcome", due_at=satisfaction_due(now, hours=hours), now=now)
    _once(ticket, "silence", due_at=now + VERDICT_WAITS, now=now)


def while_waiting(ticket: Ticket, *, now: datetime, after: FollowUp | None = None) -> None:
    """We wait: the customer hears how it stands at half of the time, and then again. Anonymous people cannot."""
    due_at = update_due(now, until=ticket.waiting_until) if ticket.waiting_until else None
    if ticket.is_anonymous or due_at is None:
        return
    if not FollowUp.objects.pending().filter(ticket=ticket, cause="waiting").exists():
        _plan(ticket, "waiting", due_at=due_at, now=now, after=after)


def drop(ticket: Ticket, *causes: str, now: datetime) -> None:
    """The reason is gone (reopened, ended, going on): what is still open of it is no longer needed."""
    for row in FollowUp.objects.pending().filter(ticket=ticket, cause__in=causes).order_by("id"):
        row.done_at, row.outcome = now, "dropped"
        row.save(update_fields=["done_at", "outcome"])
        payload = {"follow_up": row.pk, "outcome": "dropped", "late": row.due_at < now}
        noted(ticket, "follow_up.done", actor=SYSTEM, now=now, payload=payload)


def hand_on(ticket: Ticket) -> None:
    """What a step planned is done by whoever has the case."""
    FollowUp.objects.pending().filter(ticket=ticket).exclude(cause="").update(owner_id=ticket.owner_id)


def write_down(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    text: str,
    due_at: datetime,
    due_kind: str,
    promised: bool,
    owner_id: int | None = None,
) -> FollowUp:
    """What somebody promised or set themselves, with its bell; ``text`` is tidy, and the ticket locked.

    It belongs to ``owner_id``, else to whoever has the case, else to the actor. Whoever calls keeps ``risk_at`` true.
    """
    row = FollowUp.objects.create(
        ticket=ticket,
        kind=kind,
        text=text,
        promised=promised,
        owner_id=owner_id or ticket.owner_id or actor.agent_id,
        due_at=due_at,
        due_kind=due_kind,
        original_due_at=due_at,
        made_at=now,
        made_by_id=actor.agent_id,
        pass_number=ticket.pass_number,
    )
    arm(row, is_new=True)
    payload = {"follow_up": row.pk, "kind": kind, "due_at": due_at.isoformat()}
    noted(ticket, "follow_up.plan", actor=actor, now=now, payload=payload)
    return row


def arm(row: FollowUp, *, is_new: bool = False) -> None:
    """Ring when it is missed."""
    due_at = missed_at(row.due_at, promised=row.promised)
    timers.arm(("follow_up", row.pk), "missed", due_at=due_at, is_new=is_new)


def _once(ticket: Ticket, cause: str, *, due_at: datetime, now: datetime) -> None:
    """Once in a pass; what was dropped may come back, with the case that is restored."""
    before = FollowUp.objects.filter(ticket=ticket, cause=cause, pass_number=ticket.pass_number)
    if not before.exclude(outcome="dropped").exists():
        _plan(ticket, cause, due_at=due_at, now=now)


def _plan(ticket: Ticket, cause: str, *, due_at: datetime, now: datetime, after: FollowUp | None = None) -> None:
    row = FollowUp.objects.create(
        ticket=ticket,
        kind=KINDS[cause],
        text=str(PLANNED[cause]),
        promised=False,
        owner_id=ticket.owner_id,
        due_at=due_at,
        original_due_at=due_at,
        made_at=now,
        pass_number=ticket.pass_number,
        cause=cause,
        after=after,
    )
    arm(row, is_new=True)
    payload = {"follow_up": row.pk, "kind": row.kind, "due_at": due_at.isoformat()}
    noted(ticket, "follow_up.plan", actor=SYSTEM, now=now, payload=payload)
