"""When what we owe falls due again: the next try, the quick choices, what the steps plan. Pure: no database, no clock.

Days are days of whoever reads the page; working days those of the calendar that is passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from office.calendars import OutOfReach, WorkingTime

UNDO_WITHIN = timedelta(minutes=10)
"""How long the person who ended something in error can take that back."""

TRIED_BY_TELEPHONE = frozenset({"promise", "call_back", "satisfaction", "care"})
"""The kinds for which "could not reach" is a call that reached nobody."""

SATISFACTION_AFTER = 3
"""Working days from the answer to the satisfaction call."""

MOST_SILENT = timedelta(days=7)
LEAST_WAIT = timedelta(days=1)
"""While we wait the customer hears from us at half of the time, at most a week apart; a shorter wait needs no word."""

MORNING = time(9, 0)
QUICK = ("hour", "tomorrow", "working_day", "next_week")


def needs_telling(due_at: datetime, *, promised: bool, told_until: datetime) -> bool:
    """Whether moving it there breaks what the customer was told, unless they are told the new date."""
    return promised and due_at > told_until


def next_try(due_at: datetime, *, now: datetime, zone: ZoneInfo, hours: WorkingTime) -> datetime:
    """The next working day, at the time of day it was due."""
    return _at(working_day_after(now.astimezone(zone).date(), hours), due_at.astimezone(zone).time(), zone)


def quick_choices(due_at: datetime, *, now: datetime, zone: ZoneInfo, hours: WorkingTime) -> Mapping[str, datetime]:
    """What one press offers instead of a date."""
    today = now.astimezone(zone).date()
    sunday = today + timedelta(days=6 - today.weekday())
    return {
        "hour": (now + timedelta(hours=1)).replace(second=0, microsecond=0),
        "tomorrow": _at(today + timedelta(days=1), MORNING, zone),
        "working_day": next_try(due_at, now=now, zone=zone, hours=hours),
        "next_week": _at(working_day_after(sunday, hours), MORNING, zone),
    }


def working_day_after(day: date, hours: WorkingTime) -> date:
    """The first day after ``day`` with working hours; the day after, in a calendar that has none for weeks."""
    following = (day + timedelta(days=n) for n in range(1, 60))
    try:
        return next((other for other in following if hours.windows_on(other)), day + timedelta(days=1))
    except OutOfReach:
        return day + timedelta(days=1)


def satisfaction_due(answered_at: datetime, *, hours: WorkingTime) -> datetime:
    """Close of business on the third working day after the answer."""
    try:
        return hours.add_working_days(answered_at, SATISFACTION_AFTER)
    except OutOfReach:
        return answered_at + timedelta(days=SATISFACTION_AFTER)


def update_due(now: datetime, *, until: datetime) -> datetime | None:
    """When the customer hears how it stands while we wait ``until`` then; None for a wait that is nearly over."""
    left = until - now
    return now + min(left / 2, MOST_SILENT) if left >= LEAST_WAIT else None


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour.replace(second=0, microsecond=0, tzinfo=None), zone).astimezone(UTC)
