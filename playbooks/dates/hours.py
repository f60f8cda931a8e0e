"""How an hour is said, and a part of the day: 3pm, half past nine, 下午三点半, tonight, close of business. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from playbooks.dates.reader import COUNTED_NEXT, HOUR_LEADS, SPAN_LEADS, Read, Reader, Rule, first
from playbooks.dates.said import Clock, Moment
from playbooks.dates.words import Kind, Part, Unit

_WEAK_PARTS: Final = frozenset({Part.FIRST, Part.LUNCH, Part.MIDNIGHT})
_AT_PARTS: Final = frozenset({Part.NOON, Part.LUNCH, Part.MIDNIGHT})
_NO_MINUTES_NEXT: Final = frozenset({Kind.OCLOCK, Kind.MON, Kind.YEAR, Kind.DOM, Kind.GEHALF, Kind.INSIDE})


def _part(reader: Reader) -> Read | None:
    token = reader.take(Kind.PART, Kind.HANPART)
    if not token:
        return None
    part = Part(int(token.value))
    if token.kind is Kind.HANPART:
        return Read(Moment(part=part), firm=part not in _WEAK_PARTS, leads=HOUR_LEADS)
    leads = SPAN_LEADS | ({Kind.AT} if part in _AT_PARTS else set())
    return Read(Moment(part=part, fresh=True), firm=False, leads=leads)


def _close(reader: Reader) -> Read | None:
    token = reader.take(Kind.CLOSE)
    return Read(Moment(close=int(token.value)), firm=bool(token.value), leads=HOUR_LEADS) if token else None


def _clock(reader: Reader) -> Read | None:
    """15:00, 3:30 pm, and 2026-12-25T14:30+08:00 behind its date."""
    token = reader.take(Kind.CLOCK)
    if not token:
        return None
    east = reader.take(Kind.OFFSET)
    return _hour(reader, int(token.value), sure=bool(token.parts), east=int(east.value) if east else None)


def _hour(reader: Reader, minutes: int, *, firm: bool = True, sure: bool = False, east: int | None = None) -> Read:
    """The hour read, with the am or pm behind it; 13 and more, and 0, are certainly of 24 hours."""
    half = reader.take(Kind.HALFDAY)
    about = reader.take(Kind.TAIL)
    sure = sure or not 60 <= minutes < 13 * 60
    clock = Clock(minutes, int(half.value) if half else None, sure, east)
    return Read(Moment(clock=clock), firm=firm or half is not None or about is not None, leads=HOUR_LEADS)


def _later_number(reader: Reader) -> Read | None:
    """ "2-4pm", "between 2 and 4", 2到4点: the later is read as if it stood alone."""
    if reader.kind(1) not in reader.joints() or reader.kind(2) is not Kind.NUM:
        return None
    dashed = reader.kind(1) is Kind.DASH
    reader.at += 2
    led = reader.led
    if dashed and reader.said.day:
        reader.led = led | {Kind.BETWEEN}
    read = first(reader, (_oclock, _with_half, _bare_hour))
    reader.led = led
    return read


def _oclock(reader: Reader) -> Read | None:
    """三点半, 三点一刻, 15点30分, 3 o'clock; 三点 alone may be three points."""
    hour = reader.number(0, 24)
    token = reader.take(Kind.OCLOCK)
    if hour is None or not token:
        return None
    minutes = _minutes_behind(reader)
    return _hour(reader, hour * 60 + (minutes or 0), firm=not token.value or minutes is not None)


def _minutes_behind(reader: Reader) -> int | None:
    mark = reader.at
    if reader.take(Kind.HALF):
        return 30
    number = reader.number(0, 59)
    if number in {1, 3} and reader.take(Kind.QUARTER):
        return number * 15
    unit = reader.take(Kind.UNIT)
    if number is None or (unit and unit.value != Unit.MINUTE) or reader.kind() in _NO_MINUTES_NEXT:
        reader.at = mark
        return None
    return number


def _with_half(reader: Reader) -> Read | None:
    """3pm, 3.30 pm, three thirty pm."""
    token = reader.take(Kind.NUM)
    if not token or token.value > 24:
        return None
    hour, minute = token.parts if len(token.parts) == 2 else (int(token.value), reader.number(10, 59) or 0)
    if reader.kind() is not Kind.HALFDAY or minute > 59 or (token.value % 1 and len(token.parts) != 2):
        return None
    return _hour(reader, hour * 60 + minute)


def _to_or_past(reader: Reader) -> Read | None:
    """Ten past four; quarter to four; "at ten to four", which without "at" is a range."""
    begin = reader.kind()
    if begin is Kind.QUARTER:
        reader.at += 1
        minutes: int | None = 15
    else:
        minutes = reader.number(1, 29)
    token = reader.take(Kind.PAST, Kind.TO)
    hour = reader.number(1, 12)
    if minutes is None or hour is None or not token:
        return None
    if token.kind is Kind.PAST:
        return _hour(reader, hour * 60 + minutes)
    if begin is Kind.NUM and (minutes % 5 or not reader.led & {Kind.AT, Kind.BY, Kind.BEFORE}):
        return None
    return _hour(reader, (hour if hour > 1 else 13) * 60 - minutes, sure=False)


def _half_hour(reader: Reader) -> Read | None:
    """Half past nine; half nine, which is the same in England."""
    reader.at += 1
    past = reader.take(Kind.PAST)
    hour = reader.number(1, 12)
    if hour is None or reader.kind() in COUNTED_NEXT:
        return None
    return _hour(reader, hour * 60 + 30, firm=past is not None)


def _bare_hour(reader: Reader) -> Read | None:
    """At 3, at three thirty, 3 in the afternoon, 12 noon; "tomorrow 3" only where nothing but a date is expected."""
    token = reader.take(Kind.NUM)
    pointed = token is not None and len(token.parts) == 2
    if not token or token.value > 24 or (token.value % 1 and not pointed):
        return None
    worded = token.parts == (1,)
    hour, minute = token.parts if pointed else (int(token.value), 0)
    if worded and reader.tokens[reader.at].parts == (1,):
        minute = reader.number(10, 59) or 0
    led = reader.led & ((HOUR_LEADS | {Kind.FROM}) - ({Kind.BY} if worded and not _day_next(reader) else set()))
    if minute > 59 or not (led or _part_next(reader) or (reader.loose and reader.said.day)):
        return None
    leads = (_POINTED_LEADS if minute % 5 == 0 else frozenset()) if pointed else HOUR_LEADS
    return _hour(reader, hour * 60 + minute, firm=False)._replace(leads=leads)


def _part_next(reader: Reader) -> bool:
    """Whether a part of the day follows: "in the morning", "at night", "noon"."""
    ahead = 1 + reader.are(Kind.IN, Kind.THE)
    if reader.kind() in {Kind.IN, Kind.AT} and reader.kind(ahead) is Kind.PART:
        return True
    return reader.kind() is Kind.PART and reader.tokens[reader.at].value in {Part.NOON, Part.MIDNIGHT}


def _day_next(reader: Reader) -> bool:
    """Whether a day or nothing more follows: "by four this afternoon", "by five on Friday", "by five."."""
    counted = reader.begin > 0 and reader.tokens[reader.begin - 1].kind is Kind.NUM
    return not counted and (
        reader.kind() in {Kind.DAY, Kind.STOP, Kind.COMMA, Kind.EASY} or reader.are(Kind.ON, Kind.WEEKDAY)
    )


_POINTED_LEADS: Final = frozenset({Kind.AT, Kind.BY})
"""Behind these 11.30 is an hour; "grew by 11.30" is not said in such letters."""

HOURS: Final[Mapping[Kind, Sequence[Rule]]] = {
    Kind.NUM: (_to_or_past, _oclock, _with_half, _later_number, _bare_hour),
    Kind.HALF: (_half_hour,),
    Kind.QUARTER: (_to_or_past,),
    Kind.PART: (_part,),
    Kind.HANPART: (_part,),
    Kind.CLOCK: (_clock,),
    Kind.CLOSE: (_close,),
}
"""By the kind of their first token, the rules that may apply, in this order."""
