"""Clocks are started, met, paused and moved here, and ``risk_at`` is kept true. Waiting is a pause by an act."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions.opening import opened, reason_for, saved
from complaints.domain import clocks as c
from complaints.domain.escalation import nobodys_until
from complaints.domain.workflow import State
from complaints.models import Clock, ClockEvent, FollowUp, Preset, Ticket
from office import timers
from office.acting import action
from office.errors import Conflict, Invalid
from office.folding import clean
from office.roles import Actor


def current_preset() -> Preset:
    """The newest published targets; the built-in ones in memory as version 0 on an installation without any."""
    newest = Preset.objects.order_by("-version").first()
    return newest or Preset(version=0, hours={k: dict(v) for k, v in c.DEFAULT_HOURS.items()})


def start(ticket: Ticket, *, started_at: datetime, now: datetime, actor: Actor) -> None:
    """Start every target of this pass. An anonymous complaint has nobody to acknowledge to."""
    preset = current_preset()
    clocks = []
    for target in c.TARGETS:
        if target == "acknowledge" and (ticket.is_anonymous or ticket.pass_number > 1):
            continue
        hours = c.hours_for(preset.hours, target, ticket.severity)
        due = c.due(started_at, hours)
        clocks.append(
            Clock(
                ticket=ticket,
                target=target,
                pass_number=ticket.pass_number,
                preset_version=preset.version,
                hours=hours,
                started_at=started_at,
                due_at=due,
                original_due_at=due,
            )
        )
    Clock.objects.bulk_create(clocks)
    ClockEvent.objects.bulk_create([_event(clock, "start", now=now, actor=actor) for clock in clocks])
    for clock in clocks:
        arm(clock, now=now, is_new=True)
    refresh_risk(ticket)


def arm_nobodys(ticket: Ticket, *, since: datetime, now: datetime, is_new: bool = False) -> None:
    """Somebody has to take it in time."""
    due_at = nobodys_until(since, ticket.severity)
    if due_at > now:
        timers.arm(("ticket", ticket.pk), "nobodys", due_at=due_at, is_new=is_new)


def meet(ticket: Ticket, *targets: str, now: datetime, actor: Actor) -> None:
    """These targets are reached in the present pass; reached ones stay as they are."""
    for clock in ticket.clocks.unmet().filter(pass_number=ticket.pass_number, target__in=targets):
        clock.met_at = now
        clock.save(update_fields=["met_at"])
        _note(clock, "met", now=now, actor=actor)
    refresh_risk(ticket)


def cancel(ticket: Ticket, *, now: datetime, actor: Actor, reason: str) -> None:
    """What still runs ends with the ticket."""
    for clock in ticket.clocks.unmet():
        clock.cancelled_at = now
        clock.save(update_fields=["cancelled_at"])
        _note(clock, "cancel", now=now, actor=actor, reason=reason)


def retarget(ticket: Ticket, *, now: datetime, actor: Actor) -> None:
    """Severity changed: count again from each clock's start, keeping the time it was paused."""
    preset = current_preset()
    for clock in ticket.clocks.unmet().filter(pass_number=ticket.pass_number):
        hours = c.hours_for(preset.hours, clock.target, ticket.severity)
        if hours == clock.hours:
            continue
        pauses = clock.due_at - c.due(clock.started_at, clock.hours)
        clock.hours, clock.preset_version = hours, preset.version
        clock.due_at = c.due(clock.started_at, hours) + pauses
        clock.save(update_fields=["hours", "preset_version", "due_at"])
        _note(clock, "retarget", now=now, actor=actor, reason="severity")
    if ticket.owner_id is None:
        arm_nobodys(ticket, since=now, now=now)
    refresh_risk(ticket)


def refresh_risk(ticket: Ticket) -> None:
    """Keep ``risk_at``, ``risk_from`` and ``risk_kind`` true; under the ticket's lock."""
    if ticket.state == State.OPEN.value:
        at, since, kind = _nearest(ticket)
    elif ticket.state == State.ANSWERED.value and ticket.answered_at is not None:
        at, since, kind = ticket.answered_at + c.VERDICT_WAITS, ticket.answered_at, "verdict"
    else:
        ended = ticket.ended_at or ticket.risk_at
        at, since, kind = ended, ended, "ended"
    ticket.risk_at, ticket.risk_from, ticket.risk_kind = at, since, kind
    ticket.save(update_fields=["risk_at", "risk_from", "risk_kind"])


def _nearest(ticket: Ticket) -> tuple[datetime, datetime, str]:
    ends = [(clock.due_at, clock.started_at, clock.target) for clock in ticket.clocks.running()]
    pending = FollowUp.objects.pending().filter(ticket=ticket).order_by("due_at")[:1]
    ends += [(f.due_at, f.made_at, f.kind) for f in pending]
    if ticket.waiting_since is not None and ticket.waiting_until is not None:
        ends.append((ticket.waiting_until, ticket.waiting_since, "waiting"))
    return min(ends) if ends else (ticket.risk_at, ticket.risk_from, "")


@action("ticket.wait")
def wait(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    until: datetime,
    note: str = "",
    version: int | None = None,
) -> Ticket:
    """Stop the clocks while we wait: for what, and until when at the latest. What remains stays visible."""
    row = opened(ticket, "ticket.wait", actor=actor, version=version)
    if row.is_waiting:
        raise Conflict(_("The clocks already wait"), code="already-waiting")
    reason_for("wait", reason)
    if until <= now:
        raise Invalid.one("until", "past", _("This has passed already"))
    for clock in row.clocks.running():
        clock.paused_at = now
        clock.save(update_fields=["paused_at"])
        _note(clock, "pause", now=now, actor=actor, reason=reason)
    row.waiting_since, row.waiting_reason, row.waiting_until = now, reason, until
    row.waiting_note = clean(note).strip()[:300]
    saved(
        row,
        "ticket.wait",
        "waiting_since",
        "waiting_reason",
        "waiting_until",
        "waiting_note",
        actor=actor,
        now=now,
        payload={"reason": reason, "until": until.isoformat()},
    )
    refresh_risk(row)
    return row


@action("ticket.resume")
def resume(ticket: Ticket, *, actor: Actor, now: datetime, version: int | None = None) -> Ticket:
    """Let the clocks run again with what remained."""
    row = opened(ticket, "ticket.resume", actor=actor, version=version)
    if not row.is_waiting:
        raise Conflict(_("The clocks are not waiting"), code="not-waiting")
    end_waiting(row, actor=actor, now=now)
    return saved(row, "ticket.resume", *WAITING, actor=actor, now=now)


WAITING = ("waiting_since", "waiting_reason", "waiting_until", "waiting_note")


def end_waiting(row: Ticket, *, actor: Actor, now: datetime) -> None:
    """The pause is over, by an act or because the ticket moves on; the caller saves the ticket's ``WAITING`` fields."""
    for clock in row.clocks.unmet().filter(paused_at__isnull=False):
        if clock.paused_at is not None:
            clock.due_at = c.resumed(clock.due_at, paused_at=clock.paused_at, now=now)
        clock.paused_at = None
        clock.save(update_fields=["due_at", "paused_at"])
        _note(clock, "resume", now=now, actor=actor)
    row.waiting_since = row.waiting_until = None
    row.waiting_reason = row.waiting_note = ""
    refresh_risk(row)


ARMING = frozenset({"resume", "retarget"})


def _note(clock: Clock, kind: str, *, now: datetime, actor: Actor, reason: str = "") -> None:
    _event(clock, kind, now=now, actor=actor, reason=reason).save()
    if kind in ARMING:
        arm(clock, now=now)


def _event(clock: Clock, kind: str, *, now: datetime, actor: Actor, reason: str = "") -> ClockEvent:
    return ClockEvent(clock=clock, kind=kind, at=now, due_at=clock.due_at, reason=reason, by_id=actor.agent_id)


def arm(clock: Clock, *, now: datetime, is_new: bool = False) -> None:
    """Ring when it is overdue. What was late when it came in, as old complaints are, calls nobody."""
    if clock.due_at > now:
        timers.arm(("clock", clock.pk), "overdue", due_at=clock.due_at, is_new=is_new)
