"""What we owe: planned, moved, and ended with an outcome, by hand."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks
from complaints.actions.opening import joins, noted, opened
from complaints.domain.escalation import missed_at
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import FOLLOW_UPS, OUTCOMES
from complaints.models import FollowUp, Ticket
from office import timers
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.models import Agent
from office.roles import Actor


@action("follow_up.plan")
def plan(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    text: str,
    due_at: datetime,
    due_kind: str = "by",
    promised: bool = True,
    owner: Agent | None = None,
) -> FollowUp:
    """Write down what was promised or is to be done, by whom and when. The owner is the case's, else whoever plans."""
    row = opened(ticket, "follow_up.plan", actor=actor)
    tidy = " ".join(clean(text).split())
    faults: dict[str, list[Fault]] = {}
    if kind not in FOLLOW_UPS:
        faults["kind"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if not tidy:
        faults["text"] = [Fault("required", _("Say what is to be done"))]
    elif len(tidy) > 300:
        faults["text"] = [Fault("too-long", INPUT["too-long"])]
    if due_at <= now:
        faults["due_at"] = [Fault("past", _("This has passed already"))]
    if due_kind not in ("by", "on"):
        faults["due_kind"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if owner is not None and not owner.is_active:
        faults["owner"] = [Fault("inactive", _("This person is deactivated"))]
    if faults:
        raise Invalid(faults)
    follow_up = FollowUp.objects.create(
        ticket=row,
        kind=kind,
        text=tidy,
        promised=promised,
        owner_id=owner.pk if owner else (row.owner_id or actor.agent_id),
        due_at=due_at,
        due_kind=due_kind,
        original_due_at=due_at,
        made_at=now,
        made_by_id=actor.agent_id,
        pass_number=row.pass_number,
    )
    _arm(follow_up, is_new=True)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"follow_up": follow_up.pk, "kind": kind, "due_at": due_at.isoformat()}
    noted(row, "follow_up.plan", actor=actor, now=now, payload=payload)
    clocks.refresh_risk(row)
    return follow_up


@action("follow_up.done")
def done(follow_up: FollowUp, *, actor: Actor, now: datetime, outcome: str = "kept", note: str = "") -> FollowUp:
    """End a follow-up: kept, missed, could not reach, no longer needed. The same outcome twice is once."""
    row = opened(follow_up.ticket, "follow_up.done", actor=actor)
    locked = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if outcome not in OUTCOMES:
        raise Invalid.one("outcome", "unknown-choice", INPUT["unknown-choice"])
    if locked.done_at is not None:
        if locked.outcome == outcome:
            return locked
        raise Conflict(_("This was ended already"), code="already-done")
    locked.done_at, locked.done_by_id, locked.outcome = now, actor.agent_id, outcome
    locked.outcome_note = clean(note).strip()[:300]
    locked.save(update_fields=["done_at", "done_by", "outcome", "outcome_note"])
    late = locked.due_at < now
    payload = {"follow_up": locked.pk, "outcome": outcome, "late": late}
    noted(row, "follow_up.done", actor=actor, now=now, payload=payload)
    clocks.refresh_risk(row)
    return locked


@action("follow_up.move")
def move(follow_up: FollowUp, *, actor: Actor, now: datetime, due_at: datetime) -> FollowUp:
    """Set another due instant; the first one stays on record and the moves are counted."""
    row = opened(follow_up.ticket, "follow_up.move", actor=actor)
    locked = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if locked.done_at is not None:
        raise Conflict(_("This was ended already"), code="already-done")
    if due_at <= now:
        raise Invalid.one("due_at", "past", _("This has passed already"))
    locked.due_at = due_at
    locked.snoozes += 1
    locked.save(update_fields=["due_at", "snoozes"])
    _arm(locked)
    payload = {"follow_up": locked.pk, "due_at": due_at.isoformat()}
    noted(row, "follow_up.move", actor=actor, now=now, payload=payload)
    clocks.refresh_risk(row)
    return locked


def _arm(row: FollowUp, *, is_new: bool = False) -> None:
    due_at = missed_at(row.due_at, promised=row.promised)
    timers.arm(("follow_up", row.pk), "missed", due_at=due_at, is_new=is_new)
