"""A date typed into a field: the instant it stands for, and whether somebody could have meant another. Pure.

What the words mean is `playbooks.promises`'; here a day becomes an instant, and an hour that was said without morning
or afternoon ("tomorrow 3", 明天三点) is found out, so that a person can be asked before anything is saved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from office.calendars import OutOfReach
from playbooks.promises import Calendar, when

__all__ = ["LONGEST", "Typed", "typed"]

LONGEST: Final = 200  # characters; what is longer is no date
DAY_ENDS: Final = time(18, 0)
"""When a day without working hours ends for whoever owes something on it."""

_SAID_WHICH: Final = re.compile(r"[上下中正]午|[早晚夜晨]|\b0[0-9][:.]")  # a part of the day, or an hour of 24
_HAN_HOUR: Final = re.compile("([0-9０-９零〇一二两兩三四五六七八九十]{1,3})(?=[点點时時:：])")


@dataclass(frozen=True, slots=True)
class Typed:
    """``at`` in UTC; ``kind`` "by" (at the latest then) or "on" (some time that day). ``unsure``: it reads two ways."""

    at: datetime
    kind: str
    unsure: bool = False


def typed(
    text: str, *, now: datetime, timezone: ZoneInfo, calendar: Calendar | None = None, language: str | None = None
) -> Typed | None:
    """What a person typed as a date, in any of the three languages; None if it is none, is unclear or is over.

    Arguments as in ``promises.when``. A day without an hour ends at the close of business on it.
    """
    if len(text) > LONGEST:
        return None
    known = {"now": now, "timezone": timezone, "calendar": calendar, "language": language}
    found = when(text, **known)  # type: ignore[arg-type]
    if found is None:
        return None
    if found.by is not None:
        return Typed(found.by, "by", unsure=_can_be_read_twice(text, known)) if found.by > now else None
    at = end_of(found.on, now=now, timezone=timezone, calendar=calendar) if found.on else None
    return Typed(at, "on") if at and at > now else None


def end_of(day: date, *, now: datetime, timezone: ZoneInfo, calendar: Calendar | None = None) -> datetime:
    """The instant at which a day is over for whoever owes something on it: its close of business, once that has passed
    its last minute."""
    try:
        close = calendar.close_of(day) if calendar else None
    except OutOfReach:
        close = None
    at = close or datetime.combine(day, DAY_ENDS, timezone)
    if at <= now:
        at = datetime.combine(day, time(23, 59), timezone)
    return at.astimezone(UTC)


def _can_be_read_twice(text: str, known: dict[str, object]) -> bool:
    """Whether it says an hour that is one thing before noon and another after it."""
    if _SAID_WHICH.search(text):
        return False
    halves = [(f"{text} am", f"{text} pm"), (_HAN_HOUR.sub(r"上午\1", text), _HAN_HOUR.sub(r"下午\1", text))]
    for before, after in halves:
        early, late = when(before, **known), when(after, **known)  # type: ignore[arg-type]
        if early and late and early.by and late.by and early.by != late.by:
            return True
    return False
