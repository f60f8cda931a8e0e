"""The four steps: evidence is recorded, a step is completed, left backwards, or skipped by a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, escalations, planned
from complaints.actions.opening import joins, opened, reason_for, saved
from complaints.domain import evidence as e
from complaints.domain import workflow as w
from complaints.domain.sentences import INPUT
from complaints.models import PreventiveAction, StepRecord, Ticket
from complaints.queries.guard import evidence_of, facts_of, open_record
from office.acting import action
from office.errors import Conflict, Fault, Invalid, StepBlocked
from office.folding import clean
from office.models import Agent
from office.roles import Actor


@action("step.record")
def record_step(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    evidence: Mapping[str, object],
    step: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Keep what is known so far for the present step; fields that are not named stay as they are.

    ``evidence`` has keys of ``workflow.FIELDS``. Raises ``Invalid`` with every faulty field, ``Conflict`` when ``step``
    is not the step the ticket is in. The same evidence twice changes nothing.
    """
    row = opened(ticket, "step.record", actor=actor, version=version)
    _in_step(row, step)
    values, codes = e.read(row.step, evidence)
    person = values.get("regret_by")
    if isinstance(person, int) and not Agent.objects.filter(pk=person, is_active=True).exists():
        codes["regret_by"] = "unknown-person"
    if codes:
        raise Invalid({name: [Fault(code, INPUT[code])] for name, code in codes.items()})
    record = open_record(row)
    changed = {name: value for name, value in values.items() if evidence_of(row, record).get(name) != value}
    if not changed:
        return row
    own = [name for name in changed if e.SHAPES[name].on_ticket]
    for name in own:
        setattr(row, name, changed[name])
    beside = {name: value for name, value in changed.items() if name not in own}
    if beside:
        record.evidence = {**record.evidence, **beside}
        record.save(update_fields=["evidence"])
    if "harm" in changed and "safety" in row.harm and not row.safety:
        row.safety = True
        own.append("safety")
    endangered = "safety" in own
    joins(row, actor.agent_id, "contributor", now=now)
    saved(row, "step.record", *own, actor=actor, now=now, payload={"step": row.step, "fields": sorted(changed)})
    if "severity" in changed:
        clocks.retarget(row, now=now, actor=actor)
    if beside.keys() & {"prevention", "prevention_none"} or "root_cause" in changed:
        _keep_prevention(row, record, now=now)
    if endangered:
        escalations.put_before(row, "safety", now=now)
    return row


@action("step.complete")
def complete_step(
    ticket: Ticket, *, actor: Actor, now: datetime, step: str | None = None, version: int | None = None
) -> Ticket:
    """Leave the present step with its evidence. Raises ``StepBlocked`` with every blocker."""
    row = opened(ticket, "step.complete", actor=actor, version=version)
    _in_step(row, step)
    record = open_record(row)
    missing = w.blockers(facts_of(row, actor=actor, record=record))
    if missing:
        raise StepBlocked(missing)
    _end_visit(row, record, StepRecord.COMPLETED, actor=actor, now=now)
    return _go_on(row, "step.complete", actor=actor, now=now, payload={"step": record.step, "visit": record.visit})


@action("step.skip")
def skip_step(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    note: str = "",
    step: str | None = None,
    version: int | None = None,
) -> Ticket:
    """A supervisor leaves the step without its evidence, for a reason of the closed list; skips are reported."""
    row = opened(ticket, "step.skip", actor=actor, version=version)
    _in_step(row, step)
    reason_for("skip", reason)
    record = open_record(row)
    record.skip_reason, record.note = reason, clean(note).strip()[:300]
    _end_visit(row, record, StepRecord.SKIPPED, actor=actor, now=now)
    payload = {"step": record.step, "visit": record.visit, "reason": reason}
    return _go_on(row, "step.skip", actor=actor, now=now, payload=payload)


@action("step.back")
def go_back(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    to: str | None = None,
    note: str = "",
    step: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Return to an earlier step (the one before, if ``to`` is not given), e.g. to Listen after “that is not it”.

    What was recorded in the step being left stays with its visit and is there again when the step is entered anew.
    """
    row = opened(ticket, "step.back", actor=actor, version=version)
    _in_step(row, step)
    here = w.STEPS.index(w.Step(row.step))
    known = [s.value for s in w.STEPS[:here]]
    target = to or known[-1]
    if target not in known:
        raise Invalid.one("to", "not-before", _("Choose a step that comes before this one"))
    record = open_record(row)
    record.note = clean(note).strip()[:300]
    _end_visit(row, record, StepRecord.LEFT, actor=actor, now=now)
    begin_visit(row, target, now=now)
    payload = {"from": record.step, "to": target}
    saved(row, "step.back", "step", "step_since", actor=actor, now=now, payload=payload)
    clocks.step_entered(row, left=record.step, now=now, actor=actor)
    return row


def _in_step(row: Ticket, step: str | None) -> None:
    if step is not None and step != row.step:
        raise Conflict(_("The case is in another step"), code="wrong-step")


def _end_visit(row: Ticket, record: StepRecord, state: str, *, actor: Actor, now: datetime) -> None:
    record.evidence = evidence_of(row, record)
    record.state, record.ended_at, record.ended_by_id = state, now, actor.agent_id
    record.save(update_fields=["evidence", "state", "ended_at", "ended_by", "skip_reason", "note"])


def begin_visit(row: Ticket, step: str, *, now: datetime) -> None:
    """Begin a visit to ``step``; an earlier visit of this pass lends its evidence."""
    earlier = list(row.step_records.filter(pass_number=row.pass_number, step=step).order_by("visit"))
    own = [name for name in w.FIELDS[w.Step(step)] if not e.SHAPES[name].on_ticket]
    evidence = {name: earlier[-1].evidence[name] for name in own if name in earlier[-1].evidence} if earlier else {}
    StepRecord.objects.create(
        ticket=row,
        pass_number=row.pass_number,
        step=step,
        visit=len(earlier) + 1,
        started_at=now,
        evidence=evidence,
    )
    row.step, row.step_since = step, now


def _go_on(row: Ticket, verb: str, *, actor: Actor, now: datetime, payload: Mapping[str, object]) -> Ticket:
    following = w.next_step(w.Step(row.step))
    joins(row, actor.agent_id, "contributor", now=now)
    if following is not None:
        left = row.step
        begin_visit(row, following.value, now=now)
        saved(row, verb, "step", "step_since", actor=actor, now=now, payload=payload)
        also = ("first_answer",) if left == w.Step.EMPATHISE.value else ()
        clocks.step_entered(row, left=left, now=now, actor=actor, also=also)
        return row
    if row.is_waiting:
        clocks.end_waiting(row, actor=actor, now=now)
    row.state, row.answered_at = w.State.ANSWERED.value, now
    planned.after_answer(row, now=now)
    saved(row, verb, "state", "answered_at", *clocks.WAITING, actor=actor, now=now, payload=payload)
    clocks.meet(row, *clocks.c.ALL_TARGETS, now=now, actor=actor)
    return row


def put_back(row: Ticket, *, actor: Actor, now: datetime) -> None:
    """The outcome was not told after all: the case is in Resolve again, in the same pass, and its last clock runs."""
    was = row.answered_at
    row.state, row.answered_at = w.State.OPEN.value, None
    begin_visit(row, w.Step.RESOLVE.value, now=now)
    planned.drop(row, *planned.AFTER_THE_ANSWER, now=now)
    saved(row, "step.put_back", "state", "answered_at", "step", "step_since", actor=actor, now=now)
    last = ("resolve", clocks.c.step_target(row.step), clocks.c.NEXT_UPDATE)
    clocks.run_again(row, *last, since=was, now=now, actor=actor)


def begin_pass(row: Ticket, *, now: datetime, still_wrong: str) -> None:
    """A new pass starts at Listen: the facts stand on the ticket; feeling and what is still wrong are asked anew."""
    StepRecord.objects.create(
        ticket=row,
        pass_number=row.pass_number,
        step=w.Step.LISTEN.value,
        started_at=now,
        evidence={"still_wrong": still_wrong} if still_wrong else {},
    )
    row.step, row.step_since = w.Step.LISTEN.value, now


def _keep_prevention(row: Ticket, record: StepRecord, *, now: datetime) -> None:
    what = str(record.evidence.get("prevention") or "")
    none_reason = str(record.evidence.get("prevention_none") or "")
    if not what and not none_reason:
        PreventiveAction.objects.filter(ticket=row, pass_number=row.pass_number).delete()
        return
    PreventiveAction.objects.update_or_create(
        ticket=row,
        pass_number=row.pass_number,
        defaults={"what": what, "none_reason": none_reason, "cause": row.root_cause},
        create_defaults={
            "what": what,
            "none_reason": none_reason,
            "cause": row.root_cause,
            "recorded_at": now,
            "owner_id": row.owner_id,
        },
    )
