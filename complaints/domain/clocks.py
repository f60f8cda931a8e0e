"""Arithmetic of targets: hours by severity, what a pause does, when to warn. Pure: no database, no clock.

Hours are working hours where there is a calendar (``WorkingTime``) and plain hours, day and night, where there is none.
Paused time never counts, however pauses overlap; a date that has passed before a pause began is not moved by it.

Source of the defaults: presets DEF-ACK (24 h) and the shorter house targets for graver cases; the four steps add up to
what the whole may take, and the first two to the first answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from office.calendars import OutOfReach, Span, WorkingTime

TARGETS: tuple[str, ...] = ("acknowledge", "first_answer", "resolve")
"""What every preset has."""
STEP_TARGETS: tuple[str, ...] = ("step_listen", "step_empathise", "step_apologise", "step_resolve")
NEXT_UPDATE = "next_update"
ALL_TARGETS: tuple[str, ...] = (*TARGETS, *STEP_TARGETS, NEXT_UPDATE)

DEFAULT_HOURS: Mapping[str, Mapping[str, str]] = {
    "acknowledge": {"1": "24", "2": "24", "3": "8", "4": "2"},
    "first_answer": {"1": "72", "2": "48", "3": "24", "4": "8"},
    "resolve": {"1": "360", "2": "240", "3": "120", "4": "48"},
    "step_listen": {"1": "36", "2": "24", "3": "12", "4": "4"},
    "step_empathise": {"1": "36", "2": "24", "3": "12", "4": "4"},
    "step_apologise": {"1": "48", "2": "36", "3": "24", "4": "8"},
    "step_resolve": {"1": "240", "2": "156", "3": "72", "4": "32"},
    "next_update": {"1": "120", "2": "72", "3": "48", "4": "24"},
}

UNASSESSED = 3
"""Until somebody has judged it, a complaint counts as serious."""

VERDICT_WAITS = timedelta(days=14)
"""How long an answer waits for the customer's verdict before closing may be proposed."""

ACKNOWLEDGE_ESCALATION = timedelta(minutes=30)
"""How long an escalation may stand unacknowledged: plain time, because danger does not wait for office hours."""

UPDATE_AFTER_WAIT = Decimal(4)
"""Hours within which the customer hears where it stands when a wait is over."""

WARN_AT: tuple[int, ...] = (50, 80)
"""Per cent of the time used at which a running clock warns before it is overdue."""


def step_target(step: str) -> str:
    """The target of one step."""
    return f"step_{step}"


def hours_for(hours: Mapping[str, Mapping[str, str]], target: str, severity: int | None) -> Decimal | None:
    """The hours a target allows at a severity (None: not yet judged); None where the preset has no such target."""
    allowed = hours.get(target, {}).get(str(severity or UNASSESSED), "")
    return Decimal(allowed) if allowed else None


def in_time(hours: Decimal) -> timedelta:
    return timedelta(seconds=float(hours * 3600))


def due(start: datetime, hours: Decimal, working: WorkingTime | None = None, pauses: Iterable[Span] = ()) -> datetime:
    """The instant at which ``hours`` have been counted since ``start``, pauses left out."""
    at, left = start, in_time(hours)
    for pause in united(pauses):
        if pause.end <= at:
            continue
        spent = counted(at, max(at, pause.start), working)
        if spent >= left:
            break
        left, at = left - spent, pause.end
    return added(at, left, working)


def united(pauses: Iterable[Span]) -> list[Span]:
    """Pauses in order, those that overlap or touch made one: two at once are not twice the time."""
    runs: list[Span] = []
    for pause in sorted(pauses):
        if runs and pause.start <= runs[-1].end:
            runs[-1] = Span(runs[-1].start, max(runs[-1].end, pause.end))
        elif pause.start < pause.end:
            runs.append(pause)
    return runs


def added(start: datetime, amount: timedelta, working: WorkingTime | None) -> datetime:
    """``amount`` of counted time after ``start``. What no calendar reaches (decades away) is counted day and night."""
    if working is not None:
        try:
            return working.add_working(start, amount)
        except OutOfReach:
            pass
    return start + amount


def counted(a: datetime, b: datetime, working: WorkingTime | None) -> timedelta:
    """The counted time from ``a`` to ``b``, negative if ``b`` is the earlier."""
    if working is not None:
        try:
            return working.working_between(a, b)
        except OutOfReach:
            pass
    return b - a


def resumed(due_at: datetime, *, paused_at: datetime, now: datetime, working: WorkingTime | None = None) -> datetime:
    """The due instant after a pause: what remained when it began remains when it ends.

    What had passed before the pause stays where it is: waiting hides no lateness.
    """
    if due_at <= paused_at or now <= paused_at:
        return due_at
    return max(due_at, added(now, counted(paused_at, due_at, working), working))


def remaining(due_at: datetime, at: datetime, working: WorkingTime | None = None) -> timedelta:
    """The counted time left at ``at``; negative when it is overdue."""
    return counted(at, due_at, working)


def spent(hours: Decimal, left: timedelta) -> int:
    """Per cent of the hours used when ``left`` remains, 0 to 100."""
    total = in_time(hours)
    if total <= timedelta() or left <= timedelta():
        return 100
    return max(0, int(100 - 100 * left / total))


def warns_at(
    level: int, *, hours: Decimal, due_at: datetime, now: datetime, working: WorkingTime | None = None
) -> datetime:
    """When a running clock reaches ``level`` per cent if nothing stops it; ``now`` when it is there already."""
    after = in_time(hours) * (100 - level) / 100
    return added(now, max(timedelta(), remaining(due_at, now, working) - after), working)


def reached(hours: Decimal, left: timedelta, level: int) -> bool:
    """Whether ``level`` per cent of the hours are used."""
    return left <= in_time(hours) * (100 - level) / 100
