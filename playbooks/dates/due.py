"""When what was said is: instants and local dates from a phrase, the moment of asking, a zone and a calendar. Pure.

The conventions, where a language leaves it open:

* A morning ends at 12:00, an afternoon at 18:00, an evening or a night at 22:00; a part of the day means its end.
* An hour without am, pm or part of the day is one of 8:00 to 19:59: "at 3" is 15:00, "at 9" is 9:00. Written with a
  leading nought (03:30) it is of 24 hours.
* An hour without a day is the next there is: "at 9", said at 15:00, is tomorrow's. With a day it stays there.
* "In the morning", once the morning has begun, is tomorrow's; 上午 is today's as long as it lasts.
* Weeks start on Monday: "next Friday" and 下周五 are in the week after this one, on a Saturday "next Monday" is in two
  days. A weekday alone is the first to come, today only with an hour that is still ahead; English "this Monday" is
  never gone, 这周一 can be.
* A day and month without a year are the nearest such day, so 2 November said on the 24th is past; a day of the month
  alone is the next such day, in the next month that has one. 29 February without a year is nothing unless near.
* A weekday that does not fit its date, and 03/04, are nothing.
* The end of a week, month or year, and a whole one, is the close of business on its last working day. Early and mid:
  Tuesday and Wednesday of a week, the 10th and 15th of a month (中旬: the 20th). A weekend is its Sunday.
* "Before Friday" is the close of the last working day before it; 周五前 includes Friday. 下周前, like "before next
  week", ends before that week.
* Days, weeks and months count in dates, hours and minutes in time; working days end at the close of the last.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from office.calendars import OutOfReach
from playbooks.dates.said import (
    Ahead,
    Bound,
    Counted,
    Dated,
    Figures,
    Moment,
    Period,
    Phrase,
    Weekday,
)
from playbooks.dates.words import Edge, Part, Unit


class Calendar(Protocol):
    """What counts as work; `office.calendars.WorkingTime` is one. Instants are aware. May raise OutOfReach."""

    def close_of(self, day: date) -> datetime | None:
        """Close of business on a local date; None on a day off."""
        ...

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        """The instant at which this much working time has passed."""
        ...

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Close of business on the n-th working day, from 1, after the day of ``start``."""
        ...


class Asked(NamedTuple):
    """``now`` is aware; ``order`` is how figures are written where the text comes from: dmy, mdy or nothing known."""

    now: datetime
    zone: ZoneInfo
    calendar: Calendar
    order: str = ""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


class Due(NamedTuple):
    """Either ``by``, an instant in UTC, or ``on``, a local date: some time that day."""

    by: datetime | None = None
    on: date | None = None


_DAY: Final = timedelta(days=1)
_HALF_DAY: Final = 12 * 60
_WHOLE_DAY: Final = 24 * 60
_CLOSE: Final = 18 * 60  # of a day off, and where nobody says otherwise
_ENDS: Final = {
    Part.DAWN: 6 * 60,
    Part.FIRST: 10 * 60,
    Part.MORNING: 12 * 60,
    Part.NOON: 12 * 60,
    Part.LUNCH: 14 * 60,
    Part.AFTERNOON: 18 * 60,
    Part.DUSK: 19 * 60,
    Part.EVENING: 22 * 60,
    Part.MIDNIGHT: 24 * 60,
}
_BEGINS: Final = {Part.FIRST: 6 * 60, Part.MORNING: 6 * 60, Part.AFTERNOON: 12 * 60, Part.EVENING: 18 * 60}
_FORENOON: Final = frozenset({Part.DAWN, Part.FIRST, Part.MORNING})
_NIGHT: Final = frozenset({Part.EVENING, Part.MIDNIGHT})
_FIRST_HOUR: Final = 8 * 60  # an hour said alone lies in the twelve from here
_DAY_OF: Final = {
    (Unit.WEEK, Edge.EARLY): 2,
    (Unit.WEEK, Edge.MIDDLE): 3,
    (Unit.MONTH, Edge.EARLY): 10,
    (Unit.MONTH, Edge.MIDDLE): 15,
    (Unit.MONTH, Edge.MIDDLE_TEN): 20,
}
_LONGEST_BREAK: Final = 31  # days; a calendar without a working day in a month has none
_YEARS_AHEAD: Final = 20  # that two digits may mean


def due(phrase: Phrase, asked: Asked) -> Due | None:
    """When it is; None if there is no such day or hour, or the words leave more than one."""
    try:
        found = _due(phrase.moment, phrase.bound, asked)
        if found and phrase.last:
            found = _later(phrase.moment, phrase.last, phrase.bound, asked)
    except (OutOfReach, OverflowError, ValueError):  # a year the calendars do not reach
        return None
    return found if found and (found.by or found.on) else None


def is_past(found: Due, asked: Asked) -> bool:
    """Whether it is over: the instant is not ahead any more, or the day is gone."""
    if found.by is not None:
        return found.by <= asked.now
    return found.on is None or found.on < asked.today


# Hours ----------------------------------------------------------------------------------------------------------------


def _instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    """A wall time in UTC. A time the clocks leap over moves forward with them, of two equal ones it is the first."""
    days, minutes = divmod(minutes, _WHOLE_DAY)
    wall = datetime.combine(day + days * _DAY, time(minutes // 60, minutes % 60), tzinfo=zone)
    return wall.astimezone(UTC)


def _minutes(moment: Moment) -> int | None:
    """Minutes after midnight, 1440 and more the next day; None for 13am and the like, and if no hour was said."""
    clock, part = moment.clock, moment.part
    if clock is None:
        return None if part is None else _ENDS[part]
    minutes = clock.minutes
    late = part in _NIGHT
    if not 60 <= minutes < 13 * 60:
        forenoon = clock.half == 0 or part in _FORENOON
        impossible = forenoon if minutes >= 60 else clock.half == 1
        return None if impossible else minutes + _WHOLE_DAY * (late and minutes < 60)
    if clock.half is not None:
        return minutes % _HALF_DAY + (_HALF_DAY if clock.half else _WHOLE_DAY * late)
    if part is not None:
        return _in_part(minutes, part)
    return minutes if clock.sure or minutes >= _FIRST_HOUR else minutes + _HALF_DAY


def _in_part(minutes: int, part: Part) -> int:
    """1:00 to 12:59 in a part of the day: 晚上12点 is midnight, 晚上1点 an hour later, 上午12点 noon."""
    match part:
        case Part.DAWN:
            return minutes % _HALF_DAY
        case Part.FIRST | Part.MORNING:
            return minutes
        case Part.NOON | Part.LUNCH:
            return minutes if minutes >= 10 * 60 else minutes + _HALF_DAY
        case Part.AFTERNOON | Part.DUSK:
            return minutes % _HALF_DAY + _HALF_DAY
        case Part.EVENING | Part.MIDNIGHT:
            small = minutes % _HALF_DAY
            return small + (_WHOLE_DAY if small < 5 * 60 else _HALF_DAY)


def _hour_due(moment: Moment, on: date | None, bound: Bound, asked: Asked) -> Due | None:
    minutes = _minutes(moment)
    found: Due | None = None
    if moment.close is not None:
        found = _close_due(moment.close, on, asked)
    elif minutes is not None:
        found = _at(minutes, moment, on, asked)
    if found and found.by and bound is Bound.AFTER:
        return Due(on=on or found.by.astimezone(asked.zone).date())
    return found


def _at(minutes: int, moment: Moment, on: date | None, asked: Asked) -> Due:
    zone = asked.zone
    if moment.clock and moment.clock.east is not None:
        return Due(by=_instant(on or asked.today, minutes - moment.clock.east, UTC))
    if on is None:
        begun = moment.fresh and not moment.clock and _instant(asked.today, _begin(moment), zone) <= asked.now
        gone = begun or _instant(asked.today, minutes, zone) <= asked.now
        on = asked.today + _DAY * gone
    return Due(by=_instant(on, minutes, zone))


def _begin(moment: Moment) -> int:
    return _BEGINS.get(moment.part, _WHOLE_DAY) if moment.part else _WHOLE_DAY


def _close_due(close: int, on: date | None, asked: Asked) -> Due:
    """The close of business that day, or the next there is; the end of a day on which it is over is that day."""
    day = on or asked.today
    at = asked.calendar.close_of(day)
    if on and at is None:
        at = _instant(on, _CLOSE, asked.zone)
    if at and (on or at > asked.now) and not (close and day == asked.today and at <= asked.now):
        return Due(by=at)
    return Due(on=day) if close else Due(by=asked.calendar.add_working_days(asked.now, 1))


# Days -----------------------------------------------------------------------------------------------------------------


def _due(moment: Moment, bound: Bound, asked: Asked, since: date | None = None) -> Due | None:
    """The moment itself; ``since`` is the day of the earlier end, behind which a weekday or a day of the month is."""
    match moment.day:
        case Period() as period:
            return _period_due(period, bound, asked)
        case Counted(exact=True) as counted:
            return _counted_due(counted, asked)
    on = _date_of(moment, asked, since)
    if moment.timed and (on or not moment.day):
        return _hour_due(moment, on, bound, asked)
    if not on:
        return None
    if isinstance(moment.day, Counted) and moment.day.working_days and moment.day.sign > 0:
        return Due(by=asked.calendar.add_working_days(_start(moment.day, asked), moment.day.working_days))
    return Due(by=_last_close_before(on, asked)) if bound is Bound.BEFORE else Due(on=on)


def _date_of(moment: Moment, asked: Asked, since: date | None = None) -> date | None:
    """The local date; None if none was said, if it does not exist or if the weekday does not fit it."""
    match moment.day:
        case Ahead(days):
            found: date | None = asked.today + days * _DAY
        case Weekday() as weekday:
            found = _weekday(weekday, moment, asked, since)
        case Dated() as dated:
            found = _dated(dated, asked.today, since)
        case Figures(parts):
            found = _figures(parts, asked)
        case Counted() as counted:
            found = _counted_date(counted, asked)
        case _:
            return None
    return found if found and moment.weekday in {None, found.weekday()} else None


def _weekday(day: Weekday, moment: Moment, asked: Asked, since: date | None) -> date:
    today = asked.today
    if day.week is not None:
        found = today + (day.weekday - today.weekday() + 7 * (day.week + day.more)) * _DAY
        return found + 7 * _DAY if day.lenient and found < today else found
    if since is not None:
        return since + (day.weekday - since.weekday()) % 7 * _DAY
    days = (day.weekday - today.weekday()) % 7
    if not days and (day.coming or not _is_ahead(moment, asked)):
        days = 7
    return today + (days + 7 * day.more) * _DAY


def _is_ahead(moment: Moment, asked: Asked) -> bool:
    """Whether an hour was said that is still to come today."""
    found = _hour_due(moment, asked.today, Bound.AT, asked) if moment.timed else None
    return found is not None and not is_past(found, asked)


def _calendar_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_from(day: date, months: int) -> date:
    """The first of the month so many months from the one of ``day``."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _dated(said: Dated, today: date, since: date | None) -> date | None:
    if said.months is not None:
        return _in_month(_months_from(today, said.months), said.day)
    if said.month is None:
        begin = since or today
        days = (_in_month(_months_from(begin, months), said.day) for months in range(4))
        return next((day for day in days if day and day >= begin), None)
    year = today.year + said.years if said.years is not None else said.year
    if year is not None:
        return _calendar_date(year, said.month, said.day)
    return _nearest(said.month, said.day, today, since)


def _in_month(month: date, day: int) -> date | None:
    return _calendar_date(month.year, month.month, day)


def _nearest(month: int, day: int, today: date, since: date | None = None) -> date | None:
    """The nearest such day before or after today; of a range's later end the first since its earlier end."""
    begin = since or today
    days = [found for year in (-1, 0, 1) if (found := _calendar_date(begin.year + year, month, day))]
    if since:
        return min((found for found in days if found >= since), default=None)
    return min(days, key=lambda found: (abs(found - today), found < today), default=None)


def _figures(parts: tuple[int, ...], asked: Asked) -> date | None:
    """The one day these figures can be; if there are two, the one that is usual where the text comes from."""
    one, other = parts[:2]
    if len(parts) == 2:
        found = {"dmy": _nearest(other, one, asked.today), "mdy": _nearest(one, other, asked.today)}
    else:
        last = _full_year(parts[2], asked)
        found = {"dmy": _calendar_date(last, other, one), "mdy": _calendar_date(last, one, other)}
        if parts[2] < 100 and asked.today.year <= _full_year(one, asked):
            found["ymd"] = _calendar_date(_full_year(one, asked), other, parts[2])
    days = {day for day in found.values() if day}
    return days.pop() if len(days) == 1 else found.get(asked.order)


def _full_year(year: int, asked: Asked) -> int:
    """2026 for 26, but 0, which is no year, where that is too far away to be meant."""
    full = year if year >= 100 else asked.today.year // 100 * 100 + year
    return full if year >= 100 or -1 <= full - asked.today.year <= _YEARS_AHEAD else 0


# Lengths --------------------------------------------------------------------------------------------------------------


def _counted_due(counted: Counted, asked: Asked) -> Due | None:
    """A length in hours, from now only."""
    if counted.base or counted.months:
        return None
    if counted.working_minutes and counted.sign > 0:
        return Due(by=asked.calendar.add_working(asked.now, timedelta(minutes=counted.working_minutes)))
    length = timedelta(days=counted.days, minutes=counted.minutes + counted.working_minutes)
    return Due(by=asked.now + counted.sign * length)


def _start(counted: Counted, asked: Asked) -> datetime:
    """From when working days are counted: now, or noon of the day that was said."""
    base = _date_of(Moment(counted.base), asked) if counted.base else None
    return _instant(base, _HALF_DAY, asked.zone) if base else asked.now


def _counted_date(counted: Counted, asked: Asked) -> date | None:
    base = _date_of(Moment(counted.base), asked) if counted.base else asked.today
    if not base:
        return None
    if counted.working_days and counted.sign > 0:
        close = asked.calendar.add_working_days(_start(counted, asked), counted.working_days)
        return close.astimezone(asked.zone).date()
    month = _months_from(base, counted.sign * counted.months)
    day = min(base.day, (_months_from(month, 1) - _DAY).day)
    found = month.replace(day=day) + counted.sign * counted.days * _DAY
    for _ in range(counted.working_days):
        before = _last_close_before(found, asked)
        found = before.astimezone(asked.zone).date() if before else found - _DAY
    return found


# Weeks, months, years -------------------------------------------------------------------------------------------------


def _last_close_before(day: date, asked: Asked) -> datetime | None:
    """Close of business on the last working day before this one."""
    days = (day - (back + 1) * _DAY for back in range(_LONGEST_BREAK))
    return next((close for before in days if (close := asked.calendar.close_of(before))), None)


def _period_due(period: Period, bound: Bound, asked: Asked) -> Due | None:
    first, last = _span(period, asked)
    if period.edge and period.edge is not Edge.END:
        day = _DAY_OF.get((period.unit, period.edge))
        return Due(on=first + (day - 1) * _DAY) if day else None
    whole = period.edge is None
    if whole and bound in {Bound.BEFORE, Bound.FORE}:
        return Due(by=_last_close_before(first, asked))
    if period.unit is Unit.WEEKEND:
        return Due(on=last)
    close = _last_close_before(last + _DAY, asked)
    over = close is None or close <= asked.now or close.astimezone(asked.zone).date() < first
    return Due(on=last) if over else Due(by=close)


def _span(period: Period, asked: Asked) -> tuple[date, date]:
    """Its first and last day."""
    today, ahead = asked.today, period.ahead or 0
    if period.unit in {Unit.WEEK, Unit.WEEKEND}:
        monday = today + (7 * ahead - today.weekday()) * _DAY
        return monday + (5 if period.unit is Unit.WEEKEND else 0) * _DAY, monday + 6 * _DAY
    if period.unit is Unit.YEAR:
        year = today.year + ahead if period.year is None else period.year
        return date(year, 1, 1), date(year, 12, 31)
    first = _months_from(today, ahead) if period.month is None else _first_of_month(period, period.month, today)
    return first, _months_from(first, 1) - _DAY


def _first_of_month(period: Period, month: int, today: date) -> date:
    """Of a month by name: this year's if that is where we are, the nearest otherwise."""
    if period.year is not None or period.years is not None:
        return date(today.year + (period.years or 0) if period.year is None else period.year, month, 1)
    years = (date(today.year + year, month, 1) for year in (-1, 0, 1))
    return min(years, key=lambda first: abs(first - today.replace(day=1)))


# Two ends -------------------------------------------------------------------------------------------------------------


def _later(one: Moment, last: Moment, bound: Bound, asked: Asked) -> Due | None:
    """The later end, which takes from the first what it does not say itself: the day, or the half of the day."""
    if last.day:
        return _due(last, bound, asked, since=_date_of(one, asked))
    on, minutes = _date_of(one, asked), _later_minutes(one, last)
    if minutes is None:
        return _due(replace(last, day=one.day, weekday=one.weekday), bound, asked)
    if bound is Bound.AFTER:
        return Due(on=on or asked.today)
    return _at(minutes, last, on, asked)


def _later_minutes(one: Moment, last: Moment) -> int | None:
    """The first reading of the later hour that is later: 下午两点到四点 is 16:00, 上午11点到1点 is 13:00."""
    begin, end = _minutes(one), _minutes(last)
    if begin is None or end is None or not one.clock or not last.clock:
        return None
    if last.part or last.clock.half is not None or last.clock.sure:
        return end if end > begin else end + _WHOLE_DAY
    alike = replace(last, part=one.part, clock=replace(last.clock, half=one.clock.half))
    readings = (_minutes(alike), end, end + _HALF_DAY, end + _WHOLE_DAY)
    return next((minutes for minutes in readings if minutes is not None and minutes > begin), end)
