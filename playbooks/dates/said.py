"""What can be said of a day and an hour: the vocabulary between the grammar and the calendar. Pure.

`phrases` makes these of a text, `playbooks.promises` makes instants of them; neither knows the other's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple

from playbooks.dates.words import Edge, Part, Unit


@dataclass(frozen=True, slots=True)
class Ahead:
    """So many days from today."""

    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """Friday; Monday is 0. ``week``: how many from this one, if said.

    ``lenient``: English "this", whose day is never gone. ``coming``: never today. ``more`` weeks later: Friday week.
    """

    weekday: int
    week: int | None = None
    lenient: bool = False
    coming: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class Dated:
    """The 25th; of a month; of a year. ``months`` and ``years``: from this one, where that was said instead."""

    day: int
    month: int | None = None
    year: int | None = None
    months: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """25/12, 03/04/2026: two or three numbers as written; which is the month is not said."""

    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A week, weekend, month or year, or an end of it: ``ahead`` from this one, or a ``month`` and ``year`` by name."""

    unit: Unit
    ahead: int | None = None
    edge: Edge | None = None
    month: int | None = None
    year: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A length from now, or from ``base``; backwards if ``sign`` is -1."""

    minutes: int = 0
    days: int = 0
    months: int = 0
    working_minutes: int = 0
    working_days: int = 0
    sign: int = 1
    base: Day | None = None

    @property
    def exact(self) -> bool:
        """Whether it ends at an instant, not on a day."""
        return bool(self.minutes or self.working_minutes)


Day = Ahead | Weekday | Dated | Figures | Period | Counted


@dataclass(frozen=True, slots=True)
class Clock:
    """``minutes`` after midnight as said; ``half``: 0 am, 1 pm; ``sure``: of 24 hours; ``east`` of UTC in minutes."""

    minutes: int
    half: int | None = None
    sure: bool = False
    east: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What was said of one day and hour. ``weekday`` beside a date must agree with it.

    ``close``: 0 for the close of business, 1 for the end of the day. ``fresh``: not a part of day that has begun.
    """

    day: Day | None = None
    weekday: int | None = None
    part: Part | None = None
    clock: Clock | None = None
    close: int | None = None
    fresh: bool = False

    @property
    def timed(self) -> bool:
        return self.part is not None or self.clock is not None or self.close is not None


class Bound(StrEnum):
    """How a phrase takes its moment."""

    AT = auto()  # then, or by then
    BEFORE = auto()  # earlier than that
    FORE = auto()  # 前: earlier than an hour or a week, but a day is included
    AFTER = auto()
    OPEN = auto()  # without an end, or again and again: no date


class Phrase(NamedTuple):
    """``start`` and ``end`` count characters of the text; ``last`` is the later end, if two were said."""

    start: int
    end: int
    moment: Moment
    last: Moment | None
    bound: Bound
