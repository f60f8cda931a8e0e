"""Working time: which hours of which days count, and the sums over them. Pure: no database, no clock, no Django.

A day has the windows of its weekday unless it is closed, and besides these the windows of an extra working day. So a
closed day can only take time away, an extra day can only add some, and a short day is a closed day with extra windows.

Windows are wall time in one zone; whatever comes in or goes out is an instant. A wall time stands for the first instant
at which the clocks there show it or a later one. That keeps the order of times when clocks change: a window over such a
night is as long as it really was, and no instant counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from typing import Any, Final, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from office.moments import ENGLISH, HANS, HANT, spoken

MIDNIGHT: Final = 24 * 60
HORIZON: Final = timedelta(days=20 * 366)  # whoever counts further has mistyped something
YEARS: Final = range(1970, 2201)
LONGEST_NAME, MOST_PARTS = 120, 60
Where = Mapping[str, str | int]

_ONE_DAY: Final = timedelta(days=1)
_TIME: Final = re.compile("([0-9]{2}):([0-5][0-9])")
_NO_ZONES: Final = ("localtime", "posix", "right/", "Factory")  # in the data base, but machines differ about them


class Flaw(NamedTuple):
    """One thing wrong with a calendar: the field (a column of the model), a code, and what a sentence needs to know."""

    field: str
    code: str
    params: Where


class BadCalendar(ValueError):
    """This is no calendar. ``flaws``: everything that cannot be read or, if all can, everything that does not fit.

    Unreadable: not-a-week, not-a-window, bad-date, bad-name. Unfit: unknown-zone, no-working-time, bad-time,
    ends-before-start, overlap, bad-date (out of ``YEARS``), twice, long-name, closed-too (an extra day without windows
    of its own on a closed date).
    """

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__(", ".join(f"{flaw.field}: {flaw.code}" for flaw in self.flaws))


class OutOfReach(Exception):
    """A sum led further than ``HORIZON`` from its start, or out of ``YEARS``."""


class Name(NamedTuple):
    """What a day is called in our three languages. What a person typed stands in ``en``, whatever its language."""

    en: str = ""
    zh_hans: str = ""
    zh_hant: str = ""

    def in_language(self, language: str) -> str:
        """The name for any BCP 47 or Django code; where the language has none, the typed or English or any other."""
        named = {ENGLISH: self.en, HANS: self.zh_hans, HANT: self.zh_hant}
        return named[spoken(language)] or next(filter(None, self), "")


UNNAMED: Final = Name()


class Window(NamedTuple):
    """Open from ``opens`` until before ``closes``: minutes after local midnight, 0 to 1440 (24:00)."""

    opens: int
    closes: int

    def write(self) -> list[str]:
        return [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in self]

    def __str__(self) -> str:
        return "–".join(self.write())


class Span(NamedTuple):
    """From ``start`` until before ``end``, two instants in UTC."""

    start: datetime
    end: datetime


class ClosedDay(NamedTuple):
    """A date on which the windows of its weekday do not count."""

    day: date
    name: Name = UNNAMED


class ExtraDay(NamedTuple):
    """A date that is worked besides the week. Without windows it is like the first weekday that has some."""

    day: date
    name: Name = UNNAMED
    windows: tuple[Window, ...] = ()


class Part(NamedTuple):
    """Consecutive days, ``first`` to ``last`` inclusive, of which the same can be said. Dates are those of the zone.

    ``kind``: *worked*, *extra* (worked besides the week), *closed*, *rest* (a weekday without windows, mostly a
    weekend), *received* (the day itself, when days are counted), *over* (it began after this day's last window),
    *more* (the middle of a very long count). ``time`` is what was counted, ``days`` the days the kind speaks of,
    ``rest`` the days left out in between (inside a run of whole days, or in *more*), ``spans`` the hours counted, for
    a single day only. ``whole``: every window of these days was counted.
    """

    kind: str
    first: date
    last: date
    name: Name = UNNAMED
    time: timedelta = timedelta()
    days: int = 1
    rest: int = 0
    spans: tuple[Span, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class WorkingTime:
    """The hours that count: a week of windows (Monday first) in an IANA zone, closed days and extra working days.

    Immutable; two with the same hours are equal. Keep one per version of a calendar: it remembers the days it has
    worked out. Construction raises BadCalendar; a week without any window is one.
    """

    time_zone: str
    week: tuple[tuple[Window, ...], ...]
    closed: tuple[ClosedDay, ...] = ()
    extra: tuple[ExtraDay, ...] = ()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _off: dict[date, Name] = field(init=False, repr=False, compare=False)
    _on: dict[date, ExtraDay] = field(init=False, repr=False, compare=False)
    _spans: dict[date, tuple[Span, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if flaws := [*_flaws(self)]:
            raise BadCalendar(flaws)
        week = tuple(tuple(sorted(windows)) for windows in self.week)
        ordered = {"week": week, "closed": tuple(sorted(self.closed)), "extra": tuple(sorted(self.extra))}
        known = {"_off": dict(self.closed), "_on": {extra.day: extra for extra in self.extra}}
        vars(self).update(ordered | known | {"_zone": ZoneInfo(self.time_zone), "_spans": {}})

    @classmethod
    def office_hours(cls, time_zone: str) -> Self:
        """Monday to Friday, 9 to 18, no day closed: what counts where nobody has said otherwise."""
        return cls(time_zone, (*[(Window(9 * 60, 18 * 60),)] * 5, (), ()))

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """From JSON: ``time_zone``, ``windows``, ``closed`` and ``extra`` as the calendar model has them.

        ``windows`` maps "0".."6" to lists of ["HH:MM", "HH:MM"]. A day is an ISO date, or {"date": …, "name": …} and,
        if extra, "windows"; a name is a string or a string by language. Raises BadCalendar.
        """
        reading = _Reading()
        week = reading.week(data.get("windows", {}))
        closed = tuple(ClosedDay(day.day, day.name) for day in reading.days("closed", data.get("closed", [])))
        extra = tuple(reading.days("extra", data.get("extra", [])))
        if reading.flaws:
            raise BadCalendar(reading.flaws)
        return cls(str(data.get("time_zone", "")), week, closed, extra)

    def write(self) -> dict[str, Any]:
        """JSON that ``read`` understands, and the same for the same hours."""
        return {
            "time_zone": self.time_zone,
            "windows": {str(day): [w.write() for w in windows] for day, windows in enumerate(self.week) if windows},
            "closed": [_written(*closed) for closed in self.closed],
            "extra": [_written(*extra) for extra in self.extra],
        }

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows of a local date, in order, touching ones joined; none on a day off."""
        windows = [] if day in self._off else [*self.week[day.weekday()]]
        if day in self._on:
            windows += self._on[day].windows or next(ordinary for ordinary in self.week if ordinary)
        joined: list[Window] = []
        for window in sorted(windows):
            if joined and window.opens <= joined[-1].closes:
                joined[-1] = Window(joined[-1].opens, max(joined[-1].closes, window.closes))
            else:
                joined.append(window)
        return tuple(joined)

    def kind_of(self, day: date) -> tuple[str, Name]:
        """What a local date is – *worked*, *extra*, *closed* or *rest* – and what it is called."""
        extra, off = self._on.get(day), day in self._off
        name = extra.name if extra and any(extra.name) else self._off.get(day, UNNAMED)
        if extra is not None:
            return "extra", name
        return ("closed" if off else "worked" if self.week[day.weekday()] else "rest"), name

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The windows of a local date as instants; none either if the clocks leapt over all of them."""
        spans = self._spans.get(day)
        if spans is None:
            if day.year not in YEARS:
                raise OutOfReach
            ends = (Span(*(self._instant(day, minutes) for minutes in window)) for window in self.windows_on(day))
            spans = self._spans[day] = tuple(span for span in ends if span.start < span.end)
        return spans

    def close_of(self, day: date) -> datetime | None:
        """Close of business on a local date; None on a day off."""
        spans = self.spans_on(day)
        return spans[-1].end if spans else None

    def local_day(self, at: datetime) -> date:
        """The date in the calendar's zone."""
        if at.year not in YEARS:
            raise OutOfReach
        return _utc(at).astimezone(self._zone).date()

    def _instant(self, day: date, minutes: int) -> datetime:
        """The first instant at which the clocks of the zone show this wall time or a later one."""
        wall = datetime.combine(day, time.min) + timedelta(minutes=minutes)
        at = wall.replace(tzinfo=self._zone).astimezone(UTC)
        if self._wall(at) == wall:
            return at
        # The clocks leap over it: at the one end of the search they still show less, at the other already more.
        before = wall.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
        while at - before > timedelta(seconds=1):
            between = before + (at - before) // timedelta(seconds=2) * timedelta(seconds=1)
            before, at = (before, between) if self._wall(between) > wall else (between, at)
        return at

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self._zone).replace(tzinfo=None, fold=0)

    def is_open(self, at: datetime) -> bool:
        """Whether this instant counts. The end of a window does not."""
        return next((span.start <= _utc(at) for span in self._spans_from(_utc(at))), False)

    def next_open(self, at: datetime) -> datetime:
        """``at`` itself if it counts, otherwise when the next window opens."""
        for span in self._spans_from(_utc(at)):
            return max(_utc(at), span.start)
        raise OutOfReach

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant at which ``amount`` of working time has passed since ``start``; ``start`` for none.

        So a count that is full at close of business ends there, not at the next opening.
        """
        if amount < timedelta():
            raise ValueError("working time is added, not taken away")
        at = _utc(start)
        if not amount:
            return at
        for span in self._spans_from(at):
            begin = max(at, span.start)
            if span.end - begin >= amount:
                return begin + amount
            amount -= span.end - begin
        raise OutOfReach

    def working_between(self, a: datetime, b: datetime) -> timedelta:
        """The working time from ``a`` to ``b``, negative if ``b`` is the earlier."""
        a, b = _utc(a), _utc(b)
        if b < a:
            return -self.working_between(b, a)
        if b - a > HORIZON:
            raise OutOfReach
        spans = takewhile(lambda span: span.start < b, self._spans_from(a))
        return sum((min(span.end, b) - max(span.start, a) for span in spans), timedelta())

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Close of business on the ``n``-th working day (from 1) after the day of ``start``, which never counts itself.

        Source: 民法典 201 and 203 (the day of the event is not counted; the last day ends at close of business).
        """
        if n < 1:
            raise ValueError("working days count from the next one, which is the first")
        for day in _days_from(self.local_day(start) + _ONE_DAY):
            if close := self.close_of(day):
                n -= 1
                if not n:
                    return close
        raise OutOfReach

    def _spans_from(self, at: datetime) -> Iterator[Span]:
        """What is still to come at ``at``, first the window it lies in, as far as the horizon."""
        for day in _days_from(self.local_day(at)):
            yield from (span for span in self.spans_on(day) if span.end > at)

    def explain(self, start: datetime, amount: timedelta) -> tuple[Part, ...]:
        """How ``add_working`` came to its answer, day by day; nothing for no time."""
        return self._explained(start, self.add_working(start, amount), first=self.local_day(start))

    def explain_days(self, start: datetime, n: int) -> tuple[Part, ...]:
        """How ``add_working_days`` came to its answer; the first part is the day of ``start``, *received*."""
        day = self.local_day(start)
        return self._explained(start, self.add_working_days(start, n), Part("received", day, day), first=day + _ONE_DAY)

    def _explained(self, start: datetime, due_at: datetime, *before: Part, first: date) -> tuple[Part, ...]:
        last = self.local_day(due_at - timedelta.resolution) if due_at > start else first - _ONE_DAY
        days = (first + n * _ONE_DAY for n in range((last - first).days + 1))
        return _collapsed([*before, *(self._part(day, _utc(start), due_at) for day in days)])

    def _part(self, day: date, start: datetime, due_at: datetime) -> Part:
        spans, extra = self.spans_on(day), day in self._on
        name = self.kind_of(day)[1]
        if not spans:
            return Part("closed" if day in self._off else "rest", day, day, name)
        clipped = (Span(max(span.start, start), min(span.end, due_at)) for span in spans)
        counted = tuple(span for span in clipped if span.start < span.end)
        spent = sum((span.end - span.start for span in counted), timedelta())
        kind = ("extra" if extra else "worked") if counted else "over"
        return Part(kind, day, day, name, spent, spans=counted, whole=counted == spans)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(UTC)


def _days_from(day: date) -> Iterator[date]:
    return (day + n * _ONE_DAY for n in range(HORIZON.days + 2))


def _collapsed(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Neighbours of which the same can be said become one; whole days run on over the weekends between them."""
    runs: list[Part] = []
    for part in parts:
        if runs and _alike(runs[-1], part):
            runs[-1] = _run([runs[-1], part], part.kind)
        elif len(runs) > 1 and runs[-1].kind == "rest" and part.kind == "worked" and _alike(runs[-2], part):
            runs[-2:] = [_run([*runs[-2:], part], "worked")]
        else:
            runs.append(part)
    if len(runs) > MOST_PARTS:
        runs[MOST_PARTS // 2 : 1 - MOST_PARTS // 2] = [_run(runs[MOST_PARTS // 2 : 1 - MOST_PARTS // 2], "more")]
    return tuple(runs)


def _alike(one: Part, other: Part) -> bool:
    """Two closed or two free days, or whole days worked; a day worked in part is told by itself."""
    same = (one.kind, one.name, one.whole) == (other.kind, other.name, other.whole)
    return same and (one.whole or not one.time)


def _run(parts: Sequence[Part], kind: str) -> Part:
    """One part for several; the days of *more* are those on which something was counted."""
    counted = [bool(part.time) if kind == "more" else part.kind == kind for part in parts]
    days = sum(part.days for part, counts in zip(parts, counted, strict=True) if counts)
    rest = sum(part.rest if counts else part.days for part, counts in zip(parts, counted, strict=True))
    spent = sum((part.time for part in parts), timedelta())
    name = UNNAMED if kind == "more" else parts[0].name
    return Part(kind, parts[0].first, parts[-1].last, name, spent, days, rest, whole=kind in {"worked", "extra"})


def _flaws(calendar: WorkingTime) -> Iterator[Flaw]:
    if not is_zone(calendar.time_zone):
        yield Flaw("time_zone", "unknown-zone", {"zone": calendar.time_zone[:LONGEST_NAME]})
    if len(calendar.week) != 7:
        yield Flaw("windows", "not-a-week", {})
    if not any(calendar.week):
        yield Flaw("windows", "no-working-time", {})
    for weekday, windows in enumerate(calendar.week):
        yield from _window_flaws("windows", windows, {"weekday": weekday})
    off = {closed.day for closed in calendar.closed}
    for extra in calendar.extra:
        yield from _window_flaws("extra", extra.windows, {"date": extra.day.isoformat()})
        if not extra.windows and extra.day in off:
            yield Flaw("extra", "closed-too", {"date": extra.day.isoformat()})
    yield from _day_flaws("closed", calendar.closed)
    yield from _day_flaws("extra", calendar.extra)


def is_zone(key: str) -> bool:
    """Whether it names a time zone of the IANA list: ``localtime`` and ``Factory`` beside it are none."""
    try:
        return not key.startswith(_NO_ZONES) and ZoneInfo(key) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _window_flaws(field: str, windows: Sequence[Window], where: Where) -> Iterator[Flaw]:
    for window in windows:
        if not 0 <= window.opens < window.closes <= MIDNIGHT:
            code = "ends-before-start" if window.closes <= window.opens else "bad-time"
            yield Flaw(field, code, {**where, "window": str(window)})
    for one, other in pairwise(sorted(windows)):
        if other.opens < one.closes:
            yield Flaw(field, "overlap", {**where, "window": str(one), "other": str(other)})


def _day_flaws(field: str, days: Sequence[ClosedDay | ExtraDay]) -> Iterator[Flaw]:
    for one, other in pairwise(sorted(day.day for day in days)):
        if one == other:
            yield Flaw(field, "twice", {"date": one.isoformat()})
    for day, name, *_ in days:
        if day.year not in YEARS:
            yield Flaw(field, "bad-date", {"date": day.isoformat()})
        if max(map(len, name)) > LONGEST_NAME:
            yield Flaw(field, "long-name", {"date": day.isoformat(), "most": LONGEST_NAME})


def _written(day: date, name: Name, windows: Sequence[Window] = ()) -> str | dict[str, Any]:
    """A plain ISO date if there is no more to say; a name as one string if it is the same in all languages."""
    names = {code: said for code, said in zip(("en", "zh-Hans", "zh-Hant"), name, strict=True) if said}
    said = {"name": name.en if names.keys() <= {"en"} else names, "windows": [window.write() for window in windows]}
    more = {key: value for key, value in said.items() if value}
    return {"date": day.isoformat(), **more} if more else day.isoformat()


class _Reading:
    """JSON becomes values as far as it can; what cannot is a flaw."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def week(self, data: Any) -> tuple[tuple[Window, ...], ...]:
        if not isinstance(data, Mapping) or not data.keys() <= set("0123456"):
            self.flaws.append(Flaw("windows", "not-a-week", {"windows": str(data)[:LONGEST_NAME]}))
            return ()
        return tuple(self.windows("windows", data.get(str(day), []), {"weekday": day}) for day in range(7))

    def windows(self, field: str, data: Any, where: Where) -> tuple[Window, ...]:
        windows: list[Window] = []
        for item in data if isinstance(data, list) else [data]:
            ends = [_TIME.fullmatch(str(end)) for end in item] if isinstance(item, list | tuple) else []
            minutes = [int(end[1]) * 60 + int(end[2]) for end in ends if end]
            if len(ends) == len(minutes) == 2:
                windows.append(Window(*minutes))
            else:
                self.flaws.append(Flaw(field, "not-a-window", {**where, "window": str(item)[:LONGEST_NAME]}))
        return tuple(windows)

    def days(self, field: str, data: Any) -> Iterator[ExtraDay]:
        for item in data if isinstance(data, list) else [[data]]:
            entry: Mapping[str, Any] = item if isinstance(item, Mapping) else {"date": item}
            where: Where = {"date": str(entry.get("date"))[:LONGEST_NAME]}
            try:
                day = date.fromisoformat(entry["date"])
            except (KeyError, TypeError, ValueError):
                self.flaws.append(Flaw(field, "bad-date", where))
            else:
                windows = self.windows(field, entry.get("windows", []), where)
                yield ExtraDay(day, self.name(field, entry.get("name", ""), where), windows)

    def name(self, field: str, data: Any, where: Where) -> Name:
        names = data if isinstance(data, Mapping) else {ENGLISH: data}
        by_code = {str(code).lower(): name for code, name in names.items()}
        said = [by_code.get(code, "") for code in (ENGLISH, HANS, HANT)]
        if all(isinstance(name, str) for name in said):
            return Name(*said)
        self.flaws.append(Flaw(field, "bad-name", where))
        return UNNAMED
