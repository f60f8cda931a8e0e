"""How dates are said in a text: which phrases, and where. Pure: no clock, no calendar; linear in the text.

A phrase is a lead ("by", 最迟), then in any order a day, a part of it and an hour ("at 3 tomorrow afternoon",
明天下午三点), perhaps a later end ("to 5", 到五点), and what may follow (前, 后, 左右). It needs something firm (see
`reader`), unless it is all that was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from playbooks.dates.days import DAYS, PERIODS
from playbooks.dates.hours import HOURS
from playbooks.dates.lengths import LENGTHS
from playbooks.dates.reader import COUNTED_NEXT, Reader, Rule, first
from playbooks.dates.said import Ahead, Bound, Counted, Dated, Day, Figures, Moment, Period, Phrase, Weekday
from playbooks.dates.tokens import Token, tokens_of
from playbooks.dates.words import Kind, Part, Unit

_RULES: Final[Mapping[Kind, Sequence[Rule]]] = {
    kind: [rule for rules in (LENGTHS, DAYS, PERIODS, HOURS) for rule in rules.get(kind, ())] for kind in Kind
}
_LEADS: Final = frozenset(
    {
        *(Kind.BY, Kind.BEFORE, Kind.WITHIN, Kind.AFTER, Kind.FROM, Kind.BETWEEN, Kind.AT, Kind.ON, Kind.IN),
        *(Kind.ABOUT, Kind.THE, Kind.EVERY, Kind.LATER),
    }
)
_SEPARATORS: Final = (_LEADS - {Kind.EVERY, Kind.LATER}) | {Kind.COMMA, Kind.PAREN, Kind.OF}
_EVERY_WHAT: Final = frozenset({Kind.A, Kind.UNIT, Kind.MON, Kind.YEAR, Kind.OF})
_TAILS: Final = frozenset({Kind.TAIL, Kind.INSIDE, Kind.FORE, Kind.AFT, Kind.ONWARDS})
_AROUND: Final = frozenset({Kind.STOP, Kind.COMMA})
_STARTS: Final = frozenset(kind for kind, rules in _RULES.items() if rules) | _LEADS | {Kind.TO}
# What is no date by itself, and what never makes it one.
_HALVES: Final = _LEADS | {
    *(Kind.NUM, Kind.A, Kind.HALF, Kind.GEHALF, Kind.QUARTER, Kind.TO, Kind.EDGE, Kind.COMING, Kind.NTH),
    *(Kind.MON, Kind.YEAR),
}
_NO_OTHER_HALF: Final = frozenset({Kind.OTHER, Kind.HAN, Kind.STOP, Kind.EASY})
_MOST_LEADS, _MOST_SEPARATORS, _MOST_PIECES, _MOST_ENDS, _MOST_TAILS = 4, 3, 6, 3, 3
_FRIDAY = 4
_BEHIND: Final = 2  # tokens before a phrase that have a say in it
_LONGEST: Final = 40  # tokens of a phrase and what follows it
_WALLS: Final = frozenset({Kind.OTHER, Kind.HAN, Kind.STOP})
"""Behind these no phrase goes on."""
_NOTHING: Final = Moment()
# "First thing Monday morning", "midnight tonight": the narrower is meant.
_NESTED: Final = ({Part.FIRST, Part.MORNING}, {Part.MIDNIGHT, Part.EVENING}, {Part.NOON, Part.AFTERNOON})
_NARROW: Final = frozenset({Part.FIRST, Part.MIDNIGHT, Part.NOON})


_Shape = tuple[Kind, float, tuple[int, ...], bool]
"""Kind, value and parts of a token, and whether it begins behind the end of the one before."""


class _Said(NamedTuple):
    """A phrase wherever it stands: `length` tokens, and what they say."""

    length: int
    moment: Moment
    last: Moment | None
    bound: Bound


class _Bag(NamedTuple):
    """The pieces of one moment, however they were ordered; ``near``: the little words before and between them."""

    moment: Moment
    firm: bool
    open: bool
    near: frozenset[Kind]


def phrases(text: str) -> Iterator[Phrase]:
    """The date phrases of `text`, in order, none overlapping."""
    tokens = tokens_of(text)
    shapes = _shapes(tokens)
    end = wall = 0
    for at, token in enumerate(tokens):
        kind, _, _, apart = shapes[at]
        if kind not in _STARTS or at < end or not apart:
            continue
        if kind in _HALVES and (at + 1 == len(tokens) or shapes[at + 1][0] in _NO_OTHER_HALF):
            continue
        if wall <= at:
            wall = next((index for index in range(at + 1, len(tokens)) if shapes[index][0] in _WALLS), len(tokens))
        before = max(0, at - _BEHIND)
        said = _said(shapes[before : min(at + _LONGEST, wall + 2)], at - before)
        if said is None:
            continue
        end = at + said.length
        if said.bound is not Bound.OPEN:
            yield Phrase(token.start, tokens[end - 1].end, said.moment, said.last, said.bound)


def _shapes(tokens: Sequence[Token]) -> tuple[_Shape, ...]:
    """What the grammar sees of the tokens: not where they stand."""
    ends = [0, *(token.end for token in tokens)]
    return tuple(
        (token.kind, token.value, token.parts, token.start >= end) for token, end in zip(tokens, ends, strict=False)
    )


@lru_cache(maxsize=4096)
def _said(shapes: tuple[_Shape, ...], begin: int) -> _Said | None:
    """The phrase that begins at `begin` of these, read once however often it is said."""
    tokens: list[Token] = []
    for at, (kind, value, parts, apart) in enumerate(shapes):
        tokens.append(Token(kind, value, parts, 2 * at - 2 * (not apart), 2 * at + 2 - apart))
    reader = Reader(tokens)
    phrase = _phrase(reader, begin)
    return _Said(reader.at - begin, phrase.moment, phrase.last, phrase.bound) if phrase else None


def whole_phrase(text: str) -> Phrase | None:
    """`text` as one date phrase; None if it says anything besides."""
    tokens = tokens_of(text)
    while tokens and tokens[-1].kind in _AROUND:
        tokens.pop()
    reader = Reader(tokens, loose=True)
    phrase = _phrase(reader, 0) if tokens else None
    return phrase if phrase and reader.at == len(tokens) and phrase.bound is not Bound.OPEN else None


def _phrase(reader: Reader, begin: int) -> Phrase | None:
    """The phrase that begins here, and the cursor behind it."""
    reader.at = reader.begin = begin
    bag = _bag(reader, _lead(reader))
    if not bag:
        return None
    ends = _ends(reader, bag)
    tails = {token.kind for token in reader.run(_TAILS, _MOST_TAILS)}
    between_hours = len(ends) > 1 and bag.moment.clock
    if not (bag.firm or between_hours or _is_firm(tails, bag.moment) or reader.loose):
        return None
    tokens = reader.tokens[begin : reader.at]
    if reader.kind() is Kind.EVERY:
        tails.add(Kind.EVERY)
    bound = _bound(bag, tails, ranged=any(token.kind in {Kind.TO, Kind.DASH} for token in tokens))
    if Kind.BETWEEN not in bag.near and any(_opening_hours(one, other) for one, other in pairwise(ends)):
        bound = Bound.OPEN
    return Phrase(tokens[0].start, tokens[-1].end, bag.moment, _last(ends[1:]), bound)


def _lead(reader: Reader) -> frozenset[Kind]:
    led = {token.kind for token in reader.run(_LEADS, _MOST_LEADS)}
    if not led and reader.kind() is Kind.TO and reader.tokens[reader.at].value:
        reader.at += 1
        return frozenset({Kind.BY})
    if Kind.EVERY in led:
        if not reader.take_all(Kind.NUM, Kind.UNIT):
            reader.run(_EVERY_WHAT, 2)
        led |= {token.kind for token in reader.run(_LEADS, 2)}
    return frozenset(led)


def _bag(reader: Reader, led: frozenset[Kind]) -> _Bag | None:
    """The pieces that come next, in any order, as far as they make one moment."""
    bag = whole = _Bag(_NOTHING, firm=False, open=False, near=led)
    begin = end = reader.at
    for count in range(_MOST_PIECES):
        near = frozenset(token.kind for token in reader.run(_SEPARATORS, _MOST_SEPARATORS)) if count else led
        reader.led, reader.said = near, bag.moment
        read = first(reader, _RULES[reader.kind()])
        moment = _merged(bag.moment, read.moment, near) if read else None
        if not read or not moment:
            break
        led_well = bool(read.leads & near) and reader.kind() not in COUNTED_NEXT
        bag = _Bag(moment, bag.firm or read.firm or led_well or count > 0, bag.open or read.open, bag.near | near)
        if reader.is_between_words():
            whole, end = bag, reader.at
    reader.at = end
    if Kind.PAREN in whole.near:
        reader.take(Kind.PAREN)
    return whole if end > begin else None


def _merged(one: Moment, more: Moment, near: frozenset[Kind]) -> Moment | None:
    """Both in one; None if they do not go together."""
    day, weekday = one.day or more.day, one.weekday
    if one.day and more.day:
        joined = _joined(one.day, more.day, near) or _joined(more.day, one.day, near)
        if not joined:
            return None
        day, weekday = joined[0], joined[1] if weekday is None else weekday
    parts = {part for part in (one.part, more.part) if part}
    if (len(parts) > 1 and parts not in _NESTED) or (one.clock and more.clock) or _close_and_hour(one, more):
        return None
    part = min(parts, key=lambda part: part not in _NARROW, default=None)
    close = more.close if one.close is None else one.close
    merged = Moment(day, weekday, part, one.clock or more.clock, close, one.fresh or more.fresh)
    timeless = isinstance(day, Period) or (isinstance(day, Counted) and day.exact)
    return None if timeless and merged.timed else merged


def _close_and_hour(one: Moment, more: Moment) -> bool:
    return (one.close is not None and more.timed) or (more.close is not None and one.timed)


def _joined(one: Day, other: Day, near: frozenset[Kind]) -> tuple[Day, int | None] | None:
    """Two sayings of the same day: Friday next week, the 3rd of next month, Friday 25 December; with the weekday."""
    apart = Kind.COMMA in near
    match one, other:
        case Weekday(week=None), Period(unit=Unit.WEEK, ahead=int(ahead), edge=None) if not apart:
            return replace(one, week=ahead), None
        case Weekday(), (Dated() | Figures()):
            return other, one.weekday
        case Weekday(), Ahead() if Kind.PAREN in near:
            return other, one.weekday
        case Period(unit=Unit.MONTH, ahead=int(ahead), edge=None), Dated(month=None) if not apart:
            return replace(other, months=ahead), None
        case Period(unit=Unit.YEAR, ahead=int(ahead), edge=None), (
            Dated(year=None) | Period(unit=Unit.MONTH, year=None)
        ):
            return replace(other, years=ahead), None
    return None


def _is_firm(tails: set[Kind], moment: Moment) -> bool:
    """Whether what follows makes a date of a weak reading: 三点前, "3 sharp"; but not of "20 years or so"."""
    return bool(tails - {Kind.TAIL}) or (bool(tails) and moment.timed)


def _ends(reader: Reader, bag: _Bag) -> list[_Bag]:
    """The moment and its later ends: "to 5pm", 或周四; two of them in "Monday to Wednesday, 9 to 11"."""
    ends = [bag]
    while len(ends) < _MOST_ENDS and (later := _later_end(reader, ends[-1])):
        ends.append(later)
    return ends


def _later_end(reader: Reader, bag: _Bag) -> _Bag | None:
    mark = reader.at
    reader.led = bag.near
    joint = reader.take(*reader.joints())
    later = _bag(reader, frozenset({joint.kind, Kind.BETWEEN})) if joint else None
    if joint and later and later.firm and not later.open and _go_together(bag.moment, later.moment, joint.kind):
        return later
    reader.at = mark
    return None


def _last(ends: Sequence[_Bag]) -> Moment | None:
    """The later end; of two of them the later, with what only the one before it says."""
    if len(ends) < 2:
        return ends[0].moment if ends else None
    one, last = ends[0].moment, ends[1].moment
    if last.day:
        return last if last.timed else replace(one, day=last.day, weekday=last.weekday)
    return replace(last, day=one.day, weekday=one.weekday, part=last.part or one.part)


def _go_together(one: Moment, later: Moment, joint: Kind) -> bool:
    """Whether the second can be the later end of the first. A dash joins only two of a kind, a day no hour."""
    if isinstance(one.day, Counted) or isinstance(later.day, Counted):
        return False
    if one.day and not one.timed and not later.day:
        return False
    return joint is not Kind.DASH or not one.day or not later.day or type(one.day) is type(later.day)


def _bound(bag: _Bag, tails: set[Kind], *, ranged: bool) -> Bound:
    near, counted = bag.near, isinstance(bag.moment.day, Counted)
    if bag.open or {Kind.EVERY, Kind.ONWARDS} & (near | tails) or (Kind.FROM in near and not ranged):
        return Bound.OPEN
    if Kind.AFTER in near and counted:
        return Bound.AT
    if Kind.AFTER in near or Kind.AFT in tails:
        return Bound.AFTER if bag.moment.timed else Bound.OPEN
    if Kind.BEFORE in near and not counted:
        return Bound.BEFORE
    return Bound.FORE if Kind.FORE in tails else Bound.AT


def _opening_hours(one: _Bag, other: _Bag) -> bool:
    """ "Monday to Friday", 周一至周日: when we are there, not until when something will be done."""
    match one.moment.day, other.moment.day:
        case Weekday(weekday=0, week=None), Weekday(week=None) as last:
            return last.weekday >= _FRIDAY and Kind.OR not in other.near
    return False
