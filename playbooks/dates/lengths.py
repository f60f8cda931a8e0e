"""How a length of time is said: in two hours, 三天内, three working days, a week on Friday. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from playbooks.dates.days import DAYS
from playbooks.dates.reader import Read, Reader, Rule, first
from playbooks.dates.said import Counted, Moment, Period
from playbooks.dates.words import Kind, Unit

_WEEKS: Final = frozenset({Unit.WEEK, Unit.FORTNIGHT})
_SIZE: Final = {
    Unit.MINUTE: 1,
    Unit.HOUR: 60,
    Unit.WORKING_HOUR: 60,  # minutes
    Unit.DAY: 1,
    Unit.WEEK: 7,
    Unit.WEEKEND: 7,
    Unit.FORTNIGHT: 14,
    Unit.WORKING_DAY: 1,  # days
    Unit.MONTH: 1,
    Unit.YEAR: 12,  # months
}
_LONGEST, _MOST_WORKING_DAYS, _MOST_WORKING_HOURS = 9999, 260, 2080


def _quantity(reader: Reader) -> float | None:
    """3, 3.5, a, half an, two and a half, 一个半 (its half), "3 to 5" (the later); one in "within the next hour"."""
    if reader.kind() is Kind.UNIT:
        return 1 if Kind.WITHIN in reader.led else None
    if reader.take(Kind.GEHALF):
        return 1.5
    if reader.take(Kind.HALF):
        reader.take(Kind.A)
        return 0.5
    if reader.take(Kind.A):
        return 0.5 if reader.take(Kind.HALF) else 1
    number = reader.take(Kind.NUM)
    if number and reader.kind() in reader.joints() and reader.kind(1) is Kind.NUM:
        reader.at += 1
        number = reader.take(Kind.NUM)
    if not number or number.value > _LONGEST:
        return None
    return number.value + 0.5 * bool(reader.take_all(Kind.AND, Kind.A, Kind.HALF) or reader.take(Kind.GEHALF))


def _unit(reader: Reader) -> Unit | None:
    if unit := reader.take(Kind.UNIT):
        return Unit(int(unit.value))
    if reader.kind(1) in {Kind.INSIDE, Kind.AFT} and (token := reader.take(Kind.DOM, Kind.YEAR)):
        return Unit.YEAR if token.kind is Kind.YEAR else Unit.DAY
    return None


def _simple_length(reader: Reader) -> tuple[float, Unit] | None:
    """3 days, half an hour, 一个半小时, an hour and a half, 一天半."""
    begin = reader.at
    amount = _quantity(reader)
    unit = _unit(reader) if amount is not None else None
    if amount is None or unit is None:
        reader.at = begin
        return None
    mark = reader.at
    halves = reader.take_all(Kind.AND, Kind.A, Kind.HALF) or reader.take(Kind.HALF)
    if halves and reader.kind() not in {Kind.UNIT, Kind.PAST}:
        return amount + 0.5, unit
    reader.at = mark
    return amount, unit


def _length(reader: Reader) -> tuple[Counted, Unit] | None:
    """One length, 1小时30分钟, or the later of two: "a day or two", 三天到五天."""
    length = _simple_length(reader)
    if not length:
        return None
    amount, unit = length
    mark = reader.at
    if reader.take(*reader.joints()):
        if length := _simple_length(reader):
            return _counted_in(*length), length[1]
        if number := reader.number(1, _LONGEST):
            return _counted_in(number, unit), unit
        reader.at = mark
    reader.take(Kind.AND)
    more = _simple_length(reader) if unit in {Unit.DAY, Unit.HOUR, Unit.WEEK} else None
    if more and more[1] < unit:
        one, other = _counted_in(amount, unit), _counted_in(*more)
        return replace(one, minutes=one.minutes + other.minutes, days=one.days + other.days), unit
    reader.at = mark
    return _counted_in(amount, unit), unit


def _counted_in(amount: float, unit: Unit) -> Counted:
    """A number of units; a broken number of days is counted in hours, of longer units in whole days."""
    if unit is Unit.DAY and amount % 1:
        amount, unit = amount * 24, Unit.HOUR
    size = amount * _SIZE[unit]
    if unit in {Unit.MINUTE, Unit.HOUR}:
        return Counted(minutes=math.ceil(size))
    if unit is Unit.WORKING_HOUR:
        return Counted(working_minutes=math.ceil(size))
    if unit is Unit.WORKING_DAY:
        return Counted(working_days=math.ceil(size))
    if unit in {Unit.MONTH, Unit.YEAR}:
        return Counted(months=int(size), days=math.ceil(size % 1 * 30))
    return Counted(days=math.ceil(size))


def _counted(reader: Reader) -> Read | None:
    """In two hours, 三天内, three working days, two days ago, a week on Friday, two days after the 25th."""
    conditional, number = reader.behind_an_event(), reader.are(Kind.NUM)
    length = _length(reader)
    if not length:
        return None
    counted, unit = length
    if counted.working_days > _MOST_WORKING_DAYS or counted.working_minutes > _MOST_WORKING_HOURS * 60:
        return None
    # Few people say of what is over how many working days it took.
    working = number and bool(counted.working_days or counted.working_minutes)
    hinted = bool(reader.led & {Kind.IN, Kind.WITHIN}) or working
    firm = hinted and reader.led <= {Kind.IN, Kind.WITHIN, Kind.ABOUT}
    if reader.take(Kind.AGO, Kind.FORE):
        return Read(Moment(replace(counted, sign=-1)))
    if later := reader.take(Kind.LATER, Kind.AFT, Kind.INSIDE):
        firm = not later.value
    elif Kind.AT in reader.led:
        return None
    elif firm:
        reader.take(Kind.TIME)
    return _from_base(reader, counted, unit) or Read(Moment(counted), firm=firm, open=conditional)


def _from_base(reader: Reader, counted: Counted, unit: Unit) -> Read | None:
    """Whether the length is not counted from now: "from Friday", "after you sent it" (open), "on Tuesday" for weeks."""
    mark = reader.at
    joint = reader.take(Kind.FROM, Kind.AFTER, Kind.BEFORE, Kind.OF)
    if not joint and (unit not in _WEEKS or reader.led & {Kind.IN, Kind.WITHIN}):
        return None
    reader.take(Kind.ON)
    reader.take(Kind.THE)
    base = first(reader, DAYS.get(reader.kind(), ()))
    if base and base.moment.day and not base.moment.timed and not isinstance(base.moment.day, Period | Counted):
        sign = -1 if joint and joint.kind is Kind.BEFORE else 1
        return Read(Moment(replace(counted, base=base.moment.day, sign=sign)))
    if joint:
        return Read(Moment(counted), open=True)
    reader.at = mark
    return None


LENGTHS: Final[Mapping[Kind, Sequence[Rule]]] = dict.fromkeys(
    (Kind.NUM, Kind.A, Kind.HALF, Kind.GEHALF, Kind.UNIT), (_counted,)
)
"""By the kind of their first token, the rules that may apply."""
