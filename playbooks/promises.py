"""Dates in what people write, with where they stand, and the date somebody typed. Pure: now, zone, calendar passed in.

Which words are known stands in `playbooks.dates.words`, what they mean in `playbooks.dates.due`. A date has an hour or
none; whoever needs an instant for a day takes the close of business on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from office.calendars import WorkingTime
from playbooks.dates.due import Asked, Calendar, Due, due, is_past
from playbooks.dates.phrases import phrases, whole_phrase

__all__ = ["Calendar", "When", "dates_in", "when"]

LONGEST_PHRASE: Final = 200  # characters; no date is longer to say
_DAY_FIRST: Final = frozenset({"gb", "au", "nz", "ie", "in", "za", "hk", "mo", "sg", "my"})


@dataclass(frozen=True, slots=True)
class When:
    """A date phrase: where it stands in the text, and when it is.

    ``start`` and ``end`` count characters, as in ``text[start:end]``. Either ``by``, an instant in UTC, or ``on``, a
    local date: some time that day. ``past``: it is over; what was promised there was promised before.
    """

    start: int
    end: int
    by: datetime | None = None
    on: date | None = None
    past: bool = False


def dates_in(
    text: str, *, now: datetime, timezone: ZoneInfo, calendar: Calendar | None = None, language: str | None = None
) -> list[When]:
    """Every date phrase of ``text`` that says when, in order; never overlapping. Any text is good.

    ``now`` is aware. ``calendar`` is Monday to Friday, 9 to 18, in ``timezone`` if none is given. ``language`` is the
    BCP 47 tag of the text; its region says how to read 03/04, which otherwise is no date.

    A bare length ("two days", though not "two working days") or hour (三点) is none: it takes "in", 内, 前 or a day to
    make it one. Nor is what recurs, has no end, or counts from what has still to happen ("within a day of receipt").
    """
    asked = _asked(now, timezone, calendar, language)
    return list(_dates_in(text, asked))


def when(
    text: str, *, now: datetime, timezone: ZoneInfo, calendar: Calendar | None = None, language: str | None = None
) -> When | None:
    """The date that ``text`` is and says nothing besides; None if it is none, is unclear or is over.

    For a field in which a date is typed, so "two days" and "tomorrow 3" are dates too. Arguments as above.
    """
    phrase = whole_phrase(text) if len(text) <= LONGEST_PHRASE else None
    asked = _asked(now, timezone, calendar, language)
    found = due(phrase, asked) if phrase else None
    if not phrase or not found or is_past(found, asked):
        return None
    return When(phrase.start, phrase.end, found.by, found.on)


def _dates_in(text: str, asked: Asked) -> Iterator[When]:
    known: dict[tuple[object, ...], Due | None] = {}
    for phrase in phrases(text):
        said = phrase[2:]
        if said not in known:
            known[said] = due(phrase, asked)
        if found := known[said]:
            yield When(phrase.start, phrase.end, found.by, found.on, is_past(found, asked))


def _asked(now: datetime, timezone: ZoneInfo, calendar: Calendar | None, language: str | None) -> Asked:
    return Asked(now.astimezone(UTC), timezone, calendar or _office_hours(timezone.key), _order(language or ""))


@lru_cache(maxsize=64)
def _office_hours(time_zone: str) -> WorkingTime:
    return WorkingTime.office_hours(time_zone)


def _order(language: str) -> str:
    """How figures are written where this language is: day first, month first, or nobody knows."""
    code, *more = language.lower().replace("_", "-").split("-")
    if _DAY_FIRST.intersection(more):
        return "dmy"
    return "mdy" if code == "zh" or "us" in more else ""
