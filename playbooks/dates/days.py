"""How a day is said, and what is longer than one: tomorrow, 下周五, 25 December, the end of the month. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from playbooks.dates.reader import COUNTED_NEXT, DAY_LEADS, SPAN_LEADS, Read, Reader, Rule, first
from playbooks.dates.said import Ahead, Dated, Figures, Moment, Period, Weekday
from playbooks.dates.words import Edge, Kind, Unit

# Behind a number these mean that it is not the day of a month.
_NO_DAY_NEXT: Final = frozenset(
    {Kind.OCLOCK, Kind.HALFDAY, Kind.UNIT, Kind.MON, Kind.YEAR, Kind.GEHALF, Kind.PAST, Kind.CLOCK}
)
_EDGED: Final = frozenset({Unit.WEEK, Unit.MONTH, Unit.YEAR})
_YEARS: Final = (1900, 2199)
_REPUBLIC: Final = 1911  # 民國115年


def _ahead(reader: Reader) -> Read | None:
    token = reader.take(Kind.DAY)
    return Read(Moment(Ahead(int(token.value)))) if token else None


def _weekday(reader: Reader) -> Read | None:
    """Friday, next Friday, Friday week, 下周五; not "on a Friday"."""
    coming = reader.take(Kind.COMING) is not None
    any_such = reader.at > 0 and reader.tokens[reader.at - 1].kind is Kind.A
    token = reader.take(Kind.WEEKDAY, Kind.WEEKDAYISH)
    if not token or any_such:
        return None
    more = reader.are(Kind.UNIT) and reader.tokens[reader.at].value == Unit.WEEK
    reader.at += more
    week = token.parts[0] if token.parts else None
    day = Weekday(int(token.value), week, lenient=len(token.parts) > 1, coming=coming, more=int(more))
    return Read(Moment(day), firm=token.kind is Kind.WEEKDAY, leads=DAY_LEADS)


def _feast(reader: Reader) -> Read | None:
    token = reader.take(Kind.FEAST)
    return Read(Moment(Dated(int(token.value) % 100, int(token.value) // 100))) if token else None


def _written(reader: Reader) -> Read | None:
    """2026-12-25, 25/12/2026, 25/12."""
    token = reader.take(Kind.DATE, Kind.FIGURES)
    if not token:
        return None
    if token.kind is Kind.DATE:
        year, month, day = token.parts
        return Read(Moment(Dated(day, month, year)))
    could_be_a_score = len(token.parts) == 2 and token.parts[0] == token.parts[1]
    return Read(Moment(Figures(token.parts)), firm=not could_be_a_score, leads=DAY_LEADS)


def _day_number(reader: Reader) -> int | None:
    """The day of a month, of two days the later: 25, 25th, the 25th, 25-27."""
    if reader.are(Kind.NUM, Kind.DASH, Kind.NUM) or reader.are(Kind.NUM, Kind.TO, Kind.NUM):
        reader.at += 2
    if reader.are(Kind.THE, Kind.ORD):
        reader.at += 1
    if token := reader.take(Kind.ORD):
        return int(token.value)
    if token := reader.take(Kind.NTH):
        return int(token.value) or None
    number = reader.number(1, 31)
    return None if reader.kind() in _NO_DAY_NEXT else number


def _year(reader: Reader) -> int | None:
    mark = reader.at
    comma = reader.take(Kind.COMMA)
    year = reader.number(*_YEARS)
    if year and not (comma and reader.kind() in COUNTED_NEXT):
        return year
    reader.at = mark
    return None


def _month_first(reader: Reader) -> Read | None:
    """December 25th, 2026; December 2026; in December."""
    token = reader.take(Kind.MONTH, Kind.MONTHISH)
    if not token:
        return None
    mark = reader.at
    day, month = _day_number(reader), int(token.value)
    if day:
        return Read(Moment(Dated(day, month, _year(reader))))
    reader.at = mark
    year = _year(reader)
    return Read(Moment(Period(Unit.MONTH, month=month, year=year)), firm=year is not None, leads=SPAN_LEADS)


def _day_first(reader: Reader) -> Read | None:
    """25 December 2026, the 25th of December, the third of May; the 25th alone."""
    token, day = reader.tokens[reader.at], _day_number(reader)
    if not day:
        return None
    mark = reader.at
    reader.take(Kind.OF)
    reader.take(Kind.THE)
    if month := reader.take(Kind.MONTH, Kind.MONTHISH):
        return Read(Moment(Dated(day, int(month.value), _year(reader))))
    reader.at = mark
    return Read(Moment(Dated(day)), firm=False, leads=DAY_LEADS) if token.kind is Kind.ORD else None


def _han_date(reader: Reader) -> Read | None:
    """2026年12月25日, 12月25号, 12月25至27日; 12月, 12月底, 2026年底; 25号."""
    year = _han_year(reader)
    if reader.are(Kind.NUM, Kind.MON):
        month = reader.number(1, 12)
        reader.at += 1
        return _of_han_month(reader, year, month) if month else None
    if year:
        edge = _edge_behind(reader)
        return Read(Moment(Period(Unit.YEAR, year=year, edge=edge)), firm=edge is not None, leads=SPAN_LEADS)
    worded = reader.tokens[reader.at].parts
    day = _day_number(reader)
    mark = reader.take(Kind.DOM)
    if not day or not mark:
        return None
    # 七日 may be seven days, and 3日前 three days ago.
    unclear = bool(mark.value) and reader.said.day is None and (bool(worded) or reader.are(Kind.FORE))
    return Read(
        Moment(Dated(day)), firm=not unclear, leads=DAY_LEADS | {Kind.AT}, open=unclear and reader.are(Kind.FORE)
    )


def _han_year(reader: Reader) -> int | None:
    """2026年, 26年, 民国115年."""
    if not reader.are(Kind.NUM, Kind.YEAR):
        return None
    year = reader.number(20, _YEARS[1])
    reader.at += 1
    if year is None or year >= _YEARS[0]:
        return year
    return year + (2000 if year < 100 else _REPUBLIC)


def _of_han_month(reader: Reader, year: int | None, month: int) -> Read:
    mark = reader.at
    if day := _day_number(reader):
        reader.take(Kind.DOM)
        return Read(Moment(Dated(day, month, year)))
    reader.at = mark
    edge = _edge_behind(reader)
    period = Period(Unit.MONTH, month=month, year=year, edge=edge)
    return Read(Moment(period), firm=edge is not None, leads=SPAN_LEADS | {Kind.AT})


def _edge_behind(reader: Reader) -> Edge | None:
    token = reader.take(Kind.HANEDGE)
    return Edge(int(token.value)) if token else None


def _period(reader: Reader) -> Read | None:
    """This week, next month, 下周末, 下个月底."""
    token = reader.take(Kind.PERIOD)
    if not token:
        return None
    unit = Unit(token.parts[0])
    return Read(Moment(Period(unit, int(token.value), _edge_behind(reader) if unit in _EDGED else None)))


def _this_edge(reader: Reader) -> Read | None:
    """月底, 年末, 月内."""
    unit = Unit.MONTH if reader.take(Kind.MON) else Unit.YEAR
    reader.take(Kind.YEAR)
    edge = _edge_behind(reader)
    return Read(Moment(Period(unit, 0, edge))) if edge or reader.are(Kind.INSIDE) else None


def _edge(reader: Reader) -> Read | None:
    """End of the week, early next month, mid-December, the end of Friday."""
    token = reader.take(Kind.EDGE)
    if not token:
        return None
    edge = Edge(int(token.value))
    reader.take(Kind.DASH)
    if (
        edge is Edge.END
        and not reader.said.day
        and reader.kind() in {Kind.DAY, Kind.WEEKDAY, Kind.WEEKDAYISH, Kind.COMING}
    ):
        return Read(Moment(close=1))
    if unit := reader.take(Kind.UNIT):
        return Read(Moment(Period(Unit(int(unit.value)), 0, edge))) if unit.value in _EDGED else None
    read = first(reader, (_period, _month_first))
    if not read or not isinstance(read.moment.day, Period) or read.moment.day.unit not in _EDGED:
        return None
    return Read(Moment(replace(read.moment.day, edge=edge)))


DAYS: Final[Mapping[Kind, Sequence[Rule]]] = {
    Kind.NUM: (_han_date, _day_first),
    Kind.ORD: (_day_first,),
    Kind.NTH: (_day_first,),
    Kind.DAY: (_ahead,),
    Kind.WEEKDAY: (_weekday,),
    Kind.WEEKDAYISH: (_weekday,),
    Kind.COMING: (_weekday,),
    Kind.MONTH: (_month_first,),
    Kind.MONTHISH: (_month_first,),
    Kind.FEAST: (_feast,),
    Kind.DATE: (_written,),
    Kind.FIGURES: (_written,),
}
PERIODS: Final[Mapping[Kind, Sequence[Rule]]] = {
    Kind.PERIOD: (_period,),
    Kind.EDGE: (_edge,),
    Kind.MON: (_this_edge,),
    Kind.YEAR: (_this_edge,),
}
"""By the kind of their first token, the rules that may apply, in this order."""
