"""Clocks are started, met, paused and moved here, and ``risk_at`` is kept true. Waiting is a pause by an act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import planned
from complaints.actions.opening import opened, reason_for, saved
from complaints.domain import clocks as c
from complaints.domain.escalation import nobodys_until
from complaints.domain.workflow import State
from complaints.models import Clock, ClockEvent, FollowUp, Preset, Ticket
from complaints.queries.hours import Versions, pauses_of, versions_of
from office import access, timers
from office.acting import action
from office.calendars import WorkingTime
from office.errors import Conflict, Invalid
from office.folding import clean
from office.models import CalendarVersion
from office.roles import Actor

WARNINGS: Mapping[int, str] = {level: f"warning-{level}" for level in c.WARN_AT}
"""The kind of bell for each level; the next one is armed only when the one before rang."""


def current_preset() -> Preset:
    """The newest published targets; the built-in ones in memory as version 0 on an installation without any."""
    newest = Preset.objects.order_by("-version").first()
    return newest or Preset(version=0, hours={k: dict(v) for k, v in c.DEFAULT_HOURS.items()})


# Starting and meeting -------------------------------------------------------------------------------------------------


@dataclass
class _Start:
    """Clocks of one ticket that begin together, counted by the present targets and the present calendar."""

    ticket: Ticket
    now: datetime
    actor: Actor
    preset: Preset = field(default_factory=current_preset)
    clocks: list[Clock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.version: CalendarVersion | None = access.hours_of(self.ticket.team_id)

    def add(self, target: str, *, at: datetime, cycle: int = 1, met: bool = False) -> None:
        """One clock, if the preset has such a target. While the case waits it begins paused."""
        hours = c.hours_for(self.preset.hours, target, self.ticket.severity)
        if hours is None:
            return
        due = c.due(at, hours, working_of(self.version))
        self.clocks.append(
            Clock(
                ticket=self.ticket,
                target=target,
                pass_number=self.ticket.pass_number,
                cycle=cycle,
                preset_version=self.preset.version,
                calendar_id=self.version.calendar_id if self.version else None,
                calendar_version=self.version.version if self.version else None,
                hours=hours,
                started_at=at,
                due_at=due,
                original_due_at=due,
                met_at=self.now if met else None,
                paused_at=self.now if self.ticket.is_waiting and not met else None,
            )
        )

    def save(self) -> None:
        """Clocks, their events and their bells: three writes, however many clocks."""
        Clock.objects.bulk_create(self.clocks)
        events = []
        for clock in self.clocks:
            kinds = ["start"] + ["met"] * (clock.met_at is not None) + ["pause"] * (clock.paused_at is not None)
            reasons = {"pause": self.ticket.waiting_reason}
            events += [_event(clock, k, now=self.now, actor=self.actor, reason=reasons.get(k, "")) for k in kinds]
        ClockEvent.objects.bulk_create(events)
        working = working_of(self.version)
        timers.arm_new(bell for clock in self.clocks for bell in _bells(clock, working, now=self.now))


def start(ticket: Ticket, *, started_at: datetime, now: datetime, actor: Actor, heard: bool = False) -> None:
    """Start every target of this pass. An anonymous complaint has nobody to acknowledge to, nor to keep informed.

    ``heard``: somebody of ours is listening while it is entered. That is the acknowledgement, and a contact.
    """
    begun = _Start(ticket, now, actor)
    for target in c.TARGETS:
        if target == "acknowledge" and (ticket.is_anonymous or ticket.pass_number > 1):
            continue
        begun.add(target, at=started_at, met=heard and target == "acknowledge")
    begun.add(c.step_target(ticket.step), at=started_at)
    if heard and not ticket.is_anonymous:
        begun.add(c.NEXT_UPDATE, at=started_at)
    begun.save()
    refresh_risk(ticket)


def arm_nobodys(ticket: Ticket, *, since: datetime, now: datetime, is_new: bool = False) -> None:
    """Somebody has to take it in time."""
    due_at = nobodys_until(since, ticket.severity)
    if due_at > now:
        timers.arm(("ticket", ticket.pk), "nobodys", due_at=due_at, is_new=is_new)


def meet(ticket: Ticket, *targets: str, now: datetime, actor: Actor) -> None:
    """These targets are reached in the present pass; reached ones stay as they are."""
    unmet = ticket.clocks.unmet().filter(pass_number=ticket.pass_number, target__in=targets)
    _met(list(unmet), now=now, actor=actor)
    refresh_risk(ticket)


def _met(clocks: Sequence[Clock], *, now: datetime, actor: Actor) -> None:
    for clock in clocks:
        clock.met_at = now
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(met_at=now)
    ClockEvent.objects.bulk_create([_event(clock, "met", now=now, actor=actor) for clock in clocks])


def step_entered(ticket: Ticket, *, left: str, now: datetime, actor: Actor, also: Sequence[str] = ()) -> None:
    """One step is left, which meets its target (and ``also`` others), and another entered, which starts a cycle."""
    leaves, enters = c.step_target(left), c.step_target(ticket.step)
    rows = list(ticket.clocks.filter(pass_number=ticket.pass_number, target__in=[leaves, enters, *also]))
    _met([row for row in rows if row.target != enters and _unmet(row)], now=now, actor=actor)
    _again(ticket, enters, rows, at=now, now=now, actor=actor)


def contacted(ticket: Ticket, *, at: datetime, now: datetime, actor: Actor) -> None:
    """We spoke or wrote to the customer: that acknowledges, and the next update is counted from ``at`` anew."""
    targets = ["acknowledge", c.NEXT_UPDATE]
    rows = list(ticket.clocks.filter(pass_number=ticket.pass_number, target__in=targets))
    _met([row for row in rows if _unmet(row)], now=now, actor=actor)
    updates = [row for row in rows if row.target == c.NEXT_UPDATE]
    since = max([at, *(row.started_at for row in updates)])
    if ticket.state == State.OPEN.value and not ticket.is_anonymous:
        _again(ticket, c.NEXT_UPDATE, updates, at=since, now=now, actor=actor)
    else:
        refresh_risk(ticket)


def _again(ticket: Ticket, target: str, rows: Iterable[Clock], *, at: datetime, now: datetime, actor: Actor) -> None:
    """A new cycle of a target, after those that are there."""
    begun = _Start(ticket, now, actor)
    begun.add(target, at=at, cycle=max((row.cycle for row in rows if row.target == target), default=0) + 1)
    begun.save()
    refresh_risk(ticket)


def _unmet(clock: Clock) -> bool:
    return clock.met_at is None and clock.cancelled_at is None


def run_again(ticket: Ticket, *targets: str, since: datetime | None, now: datetime, actor: Actor) -> None:
    """These targets of the pass were met at ``since`` by what did not hold: they run on as if nothing had been."""
    rows = list(ticket.clocks.filter(pass_number=ticket.pass_number, target__in=targets, met_at=since))
    for clock in rows:
        clock.met_at = None
    Clock.objects.filter(pk__in=[clock.pk for clock in rows]).update(met_at=None)
    ClockEvent.objects.bulk_create([_event(clock, "resume", now=now, actor=actor) for clock in rows])
    _arm(rows, versions_of(rows), now=now)
    refresh_risk(ticket)


def cancel(ticket: Ticket, *, now: datetime, actor: Actor, reason: str) -> None:
    """What still runs ends with the ticket."""
    unmet = list(ticket.clocks.unmet())
    ticket.clocks.unmet().update(cancelled_at=now)
    events = [_event(clock, "cancel", now=now, actor=actor, reason=reason) for clock in unmet]
    ClockEvent.objects.bulk_create(events)


def restore(ticket: Ticket, *, now: datetime) -> None:
    """What ended with the ticket runs again, where it stood."""
    rows = list(ticket.clocks.filter(pass_number=ticket.pass_number, cancelled_at__isnull=False))
    for clock in rows:
        clock.cancelled_at = None
    Clock.objects.filter(pk__in=[clock.pk for clock in rows]).update(cancelled_at=None)
    _arm(rows, versions_of(rows), now=now)
    refresh_risk(ticket)


# Counting anew --------------------------------------------------------------------------------------------------------


def retarget(ticket: Ticket, *, now: datetime, actor: Actor, reason: str = "severity") -> None:
    """Count again from each clock's start by the calendar of the team now, keeping the time it was paused.

    ``reason``: *severity* takes the hours of the newest targets, *targets* likewise; *team* keeps the hours.
    """
    preset = None if reason == "team" else current_preset()
    version = access.hours_of(ticket.team_id)
    unmet = list(ticket.clocks.unmet().filter(pass_number=ticket.pass_number))
    moved = [clock for clock in unmet if _aimed(clock, preset, version, ticket.severity)]
    if moved:
        paused, working = pauses_of(moved), working_of(version)
        for clock in moved:
            clock.due_at = c.due(clock.started_at, clock.hours, working, paused[clock.pk])
        fields = ["hours", "preset_version", "calendar", "calendar_version", "due_at"]
        Clock.objects.bulk_update(moved, fields)
        events = [_event(clock, "retarget", now=now, actor=actor, reason=reason) for clock in moved]
        ClockEvent.objects.bulk_create(events)
        _arm([clock for clock in moved if clock.paused_at is None], versions_of(moved), now=now)
    if ticket.owner_id is None and reason == "severity":
        arm_nobodys(ticket, since=now, now=now)
    refresh_risk(ticket)


def _aimed(clock: Clock, preset: Preset | None, version: CalendarVersion | None, severity: int | None) -> bool:
    """Give a clock its new hours and calendar; False when nothing of it changes."""
    hours = c.hours_for(preset.hours, clock.target, severity) if preset else None
    calendar_id = version.calendar_id if version else None
    if clock.calendar_id == calendar_id and (hours is None or hours == clock.hours):
        return False
    if preset is not None and hours is not None:
        clock.hours, clock.preset_version = hours, preset.version
    clock.calendar_id, clock.calendar_version = calendar_id, version.version if version else None
    return True


# Risk -----------------------------------------------------------------------------------------------------------------


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


# Waiting --------------------------------------------------------------------------------------------------------------


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
    """Stop the clocks while we wait: for what, and until when at the latest. What remains stays visible.

    When ``until`` comes and nobody let them run again, the desk does.
    """
    row = opened(ticket, "ticket.wait", actor=actor, version=version)
    if row.is_waiting:
        raise Conflict(_("The clocks already wait"), code="already-waiting")
    reason_for("wait", reason)
    if until <= now:
        raise Invalid.one("until", "past", _("This has passed already"))
    running = list(row.clocks.running())
    Clock.objects.filter(pk__in=[clock.pk for clock in running]).update(paused_at=now)
    events = [_event(clock, "pause", now=now, actor=actor, reason=reason) for clock in running]
    ClockEvent.objects.bulk_create(events)
    row.waiting_since, row.waiting_reason, row.waiting_until = now, reason, until
    row.waiting_note = clean(note).strip()[:300]
    planned.while_waiting(row, now=now)
    timers.arm(("ticket", row.pk), "waited", due_at=until)
    payload = {"reason": reason, "until": until.isoformat()}
    saved(row, "ticket.wait", *WAITING, actor=actor, now=now, payload=payload)
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
    paused = list(row.clocks.unmet().filter(paused_at__isnull=False))
    versions = versions_of(paused)
    for clock in paused:
        if clock.paused_at is not None:
            working = versions.working(clock)
            clock.due_at = c.resumed(clock.due_at, paused_at=clock.paused_at, now=now, working=working)
        clock.paused_at = None
    Clock.objects.bulk_update(paused, ["due_at", "paused_at"])
    ClockEvent.objects.bulk_create([_event(clock, "resume", now=now, actor=actor) for clock in paused])
    _arm(paused, versions, now=now)
    row.waiting_since = row.waiting_until = None
    row.waiting_reason = row.waiting_note = ""
    planned.drop(row, "waiting", now=now)
    refresh_risk(row)


# Bells ----------------------------------------------------------------------------------------------------------------


def warned(clock: Clock, level: int, *, now: datetime, actor: Actor) -> None:
    """Write down that ``level`` per cent are used, and arm the next level."""
    _event(clock, "warned", now=now, actor=actor, reason=str(level)).save()
    working = versions_of([clock]).working(clock)
    for later in c.WARN_AT:
        if later > level:
            at = c.warns_at(later, hours=clock.hours, due_at=clock.due_at, now=now, working=working)
            timers.arm(("clock", clock.pk), WARNINGS[later], due_at=at)
            return


def _arm(clocks: Sequence[Clock], versions: Versions, *, now: datetime) -> None:
    """Bells for clocks that go on or were counted anew; warnings of what was counted before are taken back."""
    timers.cancel("clock", [clock.pk for clock in clocks], *WARNINGS.values(), now=now)
    for clock in clocks:
        for subject, kind, due_at in _bells(clock, versions.working(clock), now=now):
            timers.arm(subject, kind, due_at=due_at)


def _bells(clock: Clock, working: WorkingTime | None, *, now: datetime) -> list[tuple[timers.Subject, str, datetime]]:
    """Ring when it is overdue, and at the next level before. What was late when it came in calls nobody.

    The bell for overdue never hangs on a warning's having rung.
    """
    if clock.due_at <= now or clock.paused_at is not None or not _unmet(clock):
        return []
    subject = ("clock", clock.pk)
    bells = [(subject, "overdue", clock.due_at)]
    for level in c.WARN_AT:
        at = c.warns_at(level, hours=clock.hours, due_at=clock.due_at, now=now, working=working)
        if at > now:
            return [*bells, (subject, WARNINGS[level], at)]
    return bells


def _event(clock: Clock, kind: str, *, now: datetime, actor: Actor, reason: str = "") -> ClockEvent:
    return ClockEvent(clock=clock, kind=kind, at=now, due_at=clock.due_at, reason=reason, by_id=actor.agent_id)


def working_of(version: CalendarVersion | None) -> WorkingTime | None:
    """The hours of a version; None counts day and night."""
    return version.working_time if version else None
