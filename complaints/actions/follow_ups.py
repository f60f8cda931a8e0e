"""What we owe: planned, moved, ended with an outcome, and taken up again when that was in error."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from complaints.actions import clocks, conversation, planned
from complaints.actions.opening import joins, noted, opened
from complaints.domain import follow_ups as f
from complaints.domain.escalation import missed_at
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import FOLLOW_UPS, OUTCOMES
from complaints.models import FollowUp, Interaction, Ticket
from office.acting import action
from office.errors import Conflict, Fault, Invalid, NotAllowed
from office.folding import clean
from office.models import Agent
from office.moments import spoken
from office.roles import Actor

PAST = _("This has passed already")
ENDED = _("This was ended already")


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
        faults["due_at"] = [Fault("past", PAST)]
    if due_kind not in ("by", "on"):
        faults["due_kind"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if owner is not None and not owner.is_active:
        faults["owner"] = [Fault("inactive", _("This person is deactivated"))]
    if faults:
        raise Invalid(faults)
    said: dict[str, Any] = {"kind": kind, "text": tidy, "due_at": due_at, "due_kind": due_kind, "promised": promised}
    follow_up = planned.write_down(row, actor=actor, now=now, owner_id=owner.pk if owner else None, **said)
    joins(row, actor.agent_id, "contributor", now=now)
    clocks.refresh_risk(row)
    return follow_up


@action("follow_up.done")
def done(
    follow_up: FollowUp,
    *,
    actor: Actor,
    now: datetime,
    outcome: str = "kept",
    note: str = "",
    next_due_at: datetime | None = None,
) -> FollowUp:
    """End a follow-up: kept, missed, could not reach, no longer needed. The same outcome twice is once.

    Could not reach, where it was to be a call: the call is written down as one that reached nobody, so that it counts
    as an attempt. ``next_due_at`` plans the next try.
    """
    row, locked = _opened(follow_up, "follow_up.done", actor=actor)
    faults: dict[str, list[Fault]] = {}
    if outcome not in OUTCOMES:
        faults["outcome"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    elif next_due_at is not None and outcome != "unreached":
        faults["next_due_at"] = [Fault("not-unreached", _("Only what reached nobody is tried again"))]
    elif next_due_at is not None and next_due_at <= now:
        faults["next_due_at"] = [Fault("past", PAST)]
    if faults:
        raise Invalid(faults)
    if locked.done_at is not None:
        if locked.outcome == outcome:
            return locked
        raise Conflict(ENDED, code="already-done")
    if outcome == "unreached" and locked.kind in f.TRIED_BY_TELEPHONE and not row.is_anonymous:
        locked.attempt = _attempt(row, actor=actor, now=now)
    _end(row, locked, outcome, note, actor=actor, now=now)
    if next_due_at is not None:
        _next_try(row, locked, next_due_at, actor=actor, now=now)
    elif locked.cause == "waiting" and outcome != "dropped":
        planned.while_waiting(row, now=now, after=locked)
    clocks.refresh_risk(row)
    return locked


@action("follow_up.move")
def move(
    follow_up: FollowUp,
    *,
    actor: Actor,
    now: datetime,
    due_at: datetime,
    due_kind: str = "",
    told: bool | None = None,
) -> FollowUp:
    """Set another due instant; the first one stays on record and the moves are counted.

    Past what the customer was told, ``told`` says whether they know the new date. If they do, the promise stands with
    it. If not, the promise ends as missed, and what is answered is what goes on in its place: something we set
    ourselves (docs/decisions/0008-follow-ups.md).
    """
    row, locked = _opened(follow_up, "follow_up.move", actor=actor)
    if locked.done_at is not None:
        raise Conflict(ENDED, code="already-done")
    breaks = f.needs_telling(due_at, promised=locked.promised, told_until=locked.told_until)
    faults: dict[str, list[Fault]] = {}
    if due_at <= now:
        faults["due_at"] = [Fault("past", PAST)]
    if due_kind not in ("", "by", "on"):
        faults["due_kind"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if breaks and told is None:
        faults["told"] = [Fault("required", _("Say whether the customer knows the new date"))]
    if faults:
        raise Invalid(faults)
    kind = due_kind or locked.due_kind
    payload: dict[str, Any] = {"follow_up": locked.pk, "due_at": due_at.isoformat()}
    if breaks and not told:
        _end(row, locked, "missed", "", actor=actor, now=now)
        moved = _following(row, locked, due_at, kind, actor=actor, now=now, kind=locked.kind)
        moved.snoozes, moved.original_due_at = locked.snoozes + 1, locked.original_due_at
        moved.save(update_fields=["snoozes", "original_due_at"])
        payload["next"] = moved.pk
    else:
        moved = locked
        moved.due_at, moved.due_kind = due_at, kind
        moved.snoozes += 1
        if breaks:
            moved.told_due_at = due_at
        moved.save(update_fields=["due_at", "due_kind", "snoozes", "told_due_at"])
        planned.arm(moved)
    noted(row, "follow_up.move", actor=actor, now=now, payload=payload | ({"told": told} if breaks else {}))
    clocks.refresh_risk(row)
    return moved


@action("follow_up.undo")
def undo(follow_up: FollowUp, *, actor: Actor, now: datetime) -> FollowUp:
    """It was ended in error: take it up again, within ten minutes and by the same person. Twice is once.

    What followed from the end goes with it: the next try is no longer needed, the call that was none is taken out.
    """
    row, locked = _opened(follow_up, "follow_up.undo", actor=actor)
    if locked.done_at is None:
        return locked
    if actor.agent_id is None or locked.done_by_id != actor.agent_id:
        raise NotAllowed(_("Only who ended it can take that back"), code="not-yours")
    if now - locked.done_at > f.UNDO_WITHIN:
        raise Conflict(_("Too late to take that back: plan it anew"), code="too-late")
    for following in FollowUp.objects.pending().filter(after=locked):
        _end(row, following, "dropped", "", actor=actor, now=now)
    if locked.attempt_id is not None:
        Interaction.objects.filter(pk=locked.attempt_id, ticket=row).delete()
    was_missed = missed_at(locked.due_at, promised=locked.promised) <= locked.done_at
    payload = {"follow_up": locked.pk, "outcome": locked.outcome, "interaction": locked.attempt_id}
    locked.done_at = locked.done_by = locked.attempt = None
    locked.outcome = locked.outcome_note = ""
    locked.save(update_fields=["done_at", "done_by", "attempt", "outcome", "outcome_note"])
    if not was_missed:  # what was missed before it was ended has rung
        planned.arm(locked)
    noted(row, "follow_up.undo", actor=actor, now=now, payload=payload)
    clocks.refresh_risk(row)
    return locked


def _opened(follow_up: FollowUp, verb: str, *, actor: Actor) -> tuple[Ticket, FollowUp]:
    row = opened(follow_up.ticket, verb, actor=actor)
    return row, FollowUp.objects.select_for_update().get(pk=follow_up.pk)


def _end(row: Ticket, locked: FollowUp, outcome: str, note: str, *, actor: Actor, now: datetime) -> None:
    locked.done_at, locked.done_by_id, locked.outcome = now, actor.agent_id, outcome
    locked.outcome_note = clean(note).strip()[:300]
    locked.save(update_fields=["done_at", "done_by", "outcome", "outcome_note", "attempt"])
    payload = {"follow_up": locked.pk, "outcome": outcome, "late": locked.due_at < now}
    noted(row, "follow_up.done", actor=actor, now=now, payload=payload)


def _attempt(row: Ticket, *, actor: Actor, now: datetime) -> Interaction:
    """The call that reached nobody, in the customer's language: they may read it. What was noted stays inside."""
    with override(spoken(row.language)):
        text = str(_("We tried to call and could not reach anybody."))
    return conversation.add_interaction(
        row, actor=actor, now=now, kind="call", direction="out", reached=False, text=text
    )


def _next_try(row: Ticket, locked: FollowUp, due_at: datetime, *, actor: Actor, now: datetime) -> None:
    kind = "call_back" if locked.kind == "promise" else locked.kind
    following = _following(row, locked, due_at, locked.due_kind, actor=actor, now=now, kind=kind)
    payload = {"follow_up": following.pk, "kind": following.kind, "due_at": due_at.isoformat()}
    noted(row, "follow_up.plan", actor=actor, now=now, payload=payload)


def _following(
    row: Ticket, before: FollowUp, due_at: datetime, due_kind: str, *, actor: Actor, now: datetime, kind: str
) -> FollowUp:
    """What goes on from one that ended. Nobody was told its date, so that it is no promise."""
    following = FollowUp.objects.create(
        ticket=row,
        kind=kind,
        text=before.text,
        promised=False,
        owner_id=before.owner_id,
        due_at=due_at,
        due_kind=due_kind,
        original_due_at=due_at,
        made_at=now,
        made_by_id=actor.agent_id,
        interaction_id=before.interaction_id,
        pass_number=row.pass_number,
        cause=before.cause,
        after=before,
    )
    planned.arm(following, is_new=True)
    return following
