"""How a case ends, each time with a reason, and how it comes back in a new pass."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, escalations, mailing, planned, steps
from complaints.actions.opening import joins, opened, reason_for, saved
from complaints.domain import clocks as c
from complaints.domain.escalation import REOPENED_AGAIN
from complaints.domain.workflow import State
from complaints.models import Escalation, StepRecord, Ticket
from office.acting import action
from office.errors import Conflict
from office.folding import clean
from office.roles import Actor

ENDING = ("state", "ended_at", "end_reason", "end_note")


@action("ticket.close")
def close(
    ticket: Ticket, *, actor: Actor, now: datetime, reason: str, note: str = "", version: int | None = None
) -> Ticket:
    """Close an answered case: accepted, final response stands, or silence after 14 days and one chase."""
    row = opened(ticket, "ticket.close", actor=actor, version=version)
    reason_for("close", reason)
    if reason == "silence":
        _silence_was_long_enough(row, now)
    if reason == "accepted":
        return close_as_accepted(row, actor=actor, now=now, note=note)
    return _end(row, State.CLOSED, "ticket.close", reason=reason, note=note, actor=actor, now=now)


def close_as_accepted(row: Ticket, *, actor: Actor, now: datetime, note: str = "") -> Ticket:
    """The customer said that it is settled, to us or by themselves. ``row`` is locked and answered."""
    row.verdict, row.verdict_at = "accepted", now
    return _end(row, State.CLOSED, "ticket.close", reason="accepted", note=note, actor=actor, now=now)


@action("ticket.settle")
def settle(
    ticket: Ticket, *, actor: Actor, now: datetime, reason: str, note: str = "", version: int | None = None
) -> Ticket:
    """Close a contact that is no complaint (advice, an order …) without the four steps."""
    row = opened(ticket, "ticket.settle", actor=actor, version=version)
    if row.kind == "complaint":
        raise Conflict(_("A complaint goes through the four steps"), code="complaint-needs-steps")
    reason_for("close", reason)
    return _end(row, State.CLOSED, "ticket.settle", reason=reason, note=note, actor=actor, now=now)


@action("ticket.withdraw")
def withdraw(
    ticket: Ticket, *, actor: Actor, now: datetime, reason: str, note: str = "", version: int | None = None
) -> Ticket:
    """The customer takes the complaint back."""
    row = opened(ticket, "ticket.withdraw", actor=actor, version=version)
    reason_for("withdraw", reason)
    return _end(row, State.WITHDRAWN, "ticket.withdraw", reason=reason, note=note, actor=actor, now=now)


@action("ticket.out_of_scope")
def out_of_scope(
    ticket: Ticket, *, actor: Actor, now: datetime, reason: str, note: str = "", version: int | None = None
) -> Ticket:
    """A supervisor finds that it is not ours to answer."""
    row = opened(ticket, "ticket.out_of_scope", actor=actor, version=version)
    reason_for("out_of_scope", reason)
    return _end(row, State.OUT_OF_SCOPE, "ticket.out_of_scope", reason=reason, note=note, actor=actor, now=now)


@action("ticket.reopen")
def reopen(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    still_wrong: str = "",
    version: int | None = None,
) -> Ticket:
    """Not fixed: a new pass begins at Listen, with the first receipt date still in sight and new clocks from now."""
    row = opened(ticket, "ticket.reopen", actor=actor, version=version)
    reason_for("reopen", reason)
    return begin_again(row, actor=actor, now=now, reason=reason, still_wrong=still_wrong)


def begin_again(row: Ticket, *, actor: Actor, now: datetime, reason: str, still_wrong: str) -> Ticket:
    """The new pass of a locked ticket, whoever asked for it."""
    was = row.state
    _end_visits(row, actor=actor, now=now)
    row.pass_number += 1
    row.state = State.OPEN.value
    row.answered_at = row.ended_at = None
    row.end_reason = row.end_note = ""
    if was == State.ANSWERED.value:
        row.verdict, row.verdict_at = "not_fixed", now
    steps.begin_pass(row, now=now, still_wrong=clean(still_wrong).strip()[:20_000])
    joins(row, actor.agent_id, "contributor", now=now)
    fields = (*ENDING, "answered_at", "verdict", "verdict_at", "pass_number", "step", "step_since")
    payload = {"reason": reason, "pass": row.pass_number, "from": was}
    planned.drop(row, *planned.AFTER_THE_ANSWER, now=now)
    saved(row, "ticket.reopen", *fields, actor=actor, now=now, payload=payload)
    clocks.start(row, started_at=now, now=now, actor=actor)
    if row.pass_number > REOPENED_AGAIN:
        escalations.put_before(row, "reopened", now=now)
    return row


def end_as_merged(row: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """A duplicate ends with its link."""
    return _end(row, State.MERGED, "ticket.merge", reason="duplicate", note="", actor=actor, now=now)


def restore(row: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """The link to the other case is gone: the duplicate goes on where it was, in the same pass."""
    row.state = State.OPEN.value if row.answered_at is None else State.ANSWERED.value
    row.ended_at = None
    row.end_reason = row.end_note = ""
    last = row.step_records.filter(pass_number=row.pass_number).order_by("-id").first()
    if row.answered_at is None and last is not None and last.state != StepRecord.OPEN:
        steps.begin_visit(row, row.step, now=now)
    if row.state == State.ANSWERED.value:
        planned.after_answer(row, now=now)
    saved(row, "ticket.restore", *ENDING, "step", "step_since", actor=actor, now=now)
    clocks.restore(row, now=now)
    return row


def _end(row: Ticket, state: State, verb: str, *, reason: str, note: str, actor: Actor, now: datetime) -> Ticket:
    if row.is_waiting:
        clocks.end_waiting(row, actor=actor, now=now)
    _end_visits(row, actor=actor, now=now)
    row.state, row.ended_at, row.end_reason = state.value, now, reason
    row.end_note = clean(note).strip()[:300]
    row.escalation_line = 0
    Escalation.objects.unanswered().filter(ticket=row).update(state="lapsed", ended_at=now, ended_by_id=actor.agent_id)
    joins(row, actor.agent_id, "contributor", now=now)
    planned.drop(row, *planned.AFTER_THE_ANSWER, now=now)
    fields = (*ENDING, *clocks.WAITING, "verdict", "verdict_at", "escalation_line")
    saved(row, verb, *fields, actor=actor, now=now, payload={"reason": reason, "pass": row.pass_number})
    clocks.cancel(row, now=now, actor=actor, reason=reason)
    clocks.refresh_risk(row)
    if state != State.CLOSED:
        mailing.tell_end(row, now=now)
    return row


def _end_visits(row: Ticket, *, actor: Actor, now: datetime) -> None:
    for record in row.step_records.filter(state=StepRecord.OPEN):
        record.state, record.ended_at, record.ended_by_id = StepRecord.LEFT, now, actor.agent_id
        record.save(update_fields=["state", "ended_at", "ended_by"])


def _silence_was_long_enough(row: Ticket, now: datetime) -> None:
    chases = row.follow_ups.filter(kind="chase", done_at__isnull=False, pass_number=row.pass_number)
    chased = chases.exclude(outcome="dropped").exists()
    if row.answered_at is None or now < row.answered_at + c.VERDICT_WAITS or not chased:
        raise Conflict(_("Silence counts only after 14 days and one chase"), code="too-soon")
