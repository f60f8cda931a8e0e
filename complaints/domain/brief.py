"""What a supervisor has to know of a case on one screen. Pure: no database, no clock.

Five lines tell the story: how it began, what happened last, and of the rest what weighs most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

LINES = 5

WEIGHT: Mapping[str, int] = {
    "received": 100,
    "missed": 90,
    "reopened": 80,
    "outcome": 70,
    "asked": 60,
    "words": 50,
    "unreached": 40,
    "ours": 30,
    "note": 10,
}
"""How much each kind of moment tells: *received*, a promise *missed*, *reopened*, the *outcome* told, somebody above
*asked*, the customer's *words*, a call that *unreached* them, *ours* (what we said), an internal *note*."""


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, of which kind, in words, by whom; ``channel`` and ``language`` of a contact."""

    at: datetime
    kind: str
    text: str = ""
    who: str = ""
    channel: str = ""
    language: str = ""


def five_lines(moments: Iterable[Moment], *, lines: int = LINES) -> list[Moment]:
    """The moments that matter, in the order of time: the first, the last, then the weightiest, newer before older."""
    story = sorted(moments, key=lambda moment: moment.at)
    if len(story) <= lines:
        return story
    ends = {0, len(story) - 1}
    between = sorted(range(1, len(story) - 1), key=lambda place: (-WEIGHT[story[place].kind], -place))
    return [story[place] for place in sorted(ends | set(between[: lines - len(ends)]))]


@dataclass(frozen=True)
class Kept:
    """How the promises of a case fared."""

    kept: int
    broken: int


def fared(promises: Iterable[tuple[str, datetime, datetime | None]], *, now: datetime) -> Kept:
    """From (outcome, due, done or None) of each promise. Broken: said to be missed, done too late, or past due."""
    kept = broken = 0
    for outcome, due_at, done_at in promises:
        if is_broken(outcome, due_at, done_at, now=now):
            broken += 1
        elif outcome == "kept":
            kept += 1
    return Kept(kept, broken)


def is_broken(outcome: str, due_at: datetime, done_at: datetime | None, *, now: datetime) -> bool:
    """Whether a promise was not kept in time. One that is no longer needed was not broken."""
    if outcome in ("dropped", "unreached"):
        return False
    return outcome == "missed" or due_at < (done_at or now)
