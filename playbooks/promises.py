"""Promises and dates in what people write, and the date somebody typed. Pure: now, zone, calendar passed in.

Which words of dates are known stands in `playbooks.dates.words`, what they mean in `playbooks.dates.due`; what makes a
promise of a date, in `playbooks.promising`. A date has an hour or none; whoever needs an instant for a day takes the
close of business on it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from office.calendars import WorkingTime
from playbooks.dates.due import Asked, Calendar, Due, due, is_past
from playbooks.dates.phrases import phrases, whole_phrase
from playbooks.dates.said import Counted, Moment, Period, Phrase, Weekday
from playbooks.promising.deeds import Kind
from playbooks.promising.quotes import without_quotes
from playbooks.promising.reading import day_meant, promised
from playbooks.promising.vague import vague

__all__ = ["Calendar", "Kind", "Promise", "When", "dates_in", "find", "vague", "when"]

_SENTENCE_END: Final = re.compile(r"[。！？!?；;\n]|\.\s")
_HALF_DAY: Final = 12 * 60  # minutes
_CROWD, _CROWDED = 20, 200  # date phrases, and the characters in which so many are no sentence
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


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody on our side will do, and by when: ``by``, an instant in UTC, or ``on``, a local date.

    ``start`` and ``end`` count characters: ``text[start:end]`` reaches from the deed to the date, or the other way.
    """

    kind: Kind
    start: int
    end: int
    by: datetime | None = None
    on: date | None = None


def find(
    text: str, *, now: datetime, timezone: ZoneInfo, calendar: Calendar | None = None, language: str | None = None
) -> list[Promise]:
    """The promises of ``text`` that have a date to come, in the order of the dates. Any text is good.

    Arguments as in ``dates_in``. A promise is one date and one deed of ours; a date shared by deeds of different kinds
    makes one each. None: what the customer is to do, what is over, asked, refused, quoted, the rule for everyone, or
    hangs on something that has still to happen. Working days, weeks and months are due on their last working day.
    """
    asked = _asked(now, timezone, calendar, language)
    own = without_quotes(text)
    coming = list(_coming(own, asked))
    found = promised(own, [phrase for phrase, _ in coming])
    dues = [due for _, due in coming]
    return [Promise(one.kind, one.start, one.end, *dues[one.phrase]) for one in found]


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


def _coming(text: str, asked: Asked) -> Iterator[tuple[Phrase, Due]]:
    """The date phrases that are not over, each with when a promise for it is due.

    An hour alone is of the day said before it in its sentence; if that is over, so is the hour.
    """
    known: dict[tuple[object, ...], Due | None] = {}
    last: Phrase | None = None  # with a day or, if it is over, any
    for phrase in _sparse(phrases(text)):
        hour_only = last is not None and not phrase.moment.day and phrase.moment.timed
        goes_on = last and hour_only and not _SENTENCE_END.search(text, last.end, phrase.start)
        meant = _on_the_day_of(last, phrase) if last and goes_on else _in_the_week_of(last, phrase, text)
        said = meant[2:]
        if said not in known:
            known[said] = due(meant, asked)
        found = known[said]
        if found and meant.moment.day:
            last = meant
        if found and not is_past(found, asked):
            yield meant, day_meant(meant, found, asked)


def _sparse(dated: Iterable[Phrase]) -> Iterator[Phrase]:
    """Those that stand in sentences: where there is hardly a character between many, nobody promises anything."""
    few: deque[Phrase] = deque()
    skipped = -1
    for phrase in dated:
        few.append(phrase)
        if len(few) <= _CROWD:
            continue
        first = few.popleft()
        if phrase.end - first.start < _CROWDED:
            skipped = phrase.end
        if first.end > skipped:
            yield first
    yield from (one for one in few if one.end > skipped)


def _on_the_day_of(last: Phrase, hour: Phrase) -> Phrase:
    """The hour on the day that was said before it: "tomorrow at 9 …, and by 11"; a day on which all ends is none."""
    said = last.last or last.moment
    day = said.day or last.moment.day
    if isinstance(day, Period | Counted):
        return hour
    later = replace(hour.last, day=day) if hour.last and not hour.last.day else hour.last
    return hour._replace(moment=replace(_in_the_same_half(said, hour.moment), day=day), last=later)


def _in_the_week_of(last: Phrase | None, phrase: Phrase, text: str) -> Phrase:
    """下周三到货，周五送到: a later weekday of the same sentence is of the week that was said."""
    before, day = (last.last or last.moment).day if last else None, phrase.moment.day
    if not isinstance(before, Weekday) or not isinstance(day, Weekday) or not before.week or day.week is not None:
        return phrase
    if day.weekday <= before.weekday or not last or _SENTENCE_END.search(text, last.end, phrase.start):
        return phrase
    return phrase._replace(moment=replace(phrase.moment, day=replace(day, week=before.week)))


def _in_the_same_half(said: Moment, hour: Moment) -> Moment:
    """ "Tonight at seven …, at eight": a later hour without a part of its own is in the part said before."""
    if not (said.clock and said.part and hour.clock) or hour.part or hour.clock.half is not None or hour.clock.sure:
        return hour
    later = hour.clock.minutes % _HALF_DAY > said.clock.minutes % _HALF_DAY
    return replace(hour, part=said.part) if later else hour


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
