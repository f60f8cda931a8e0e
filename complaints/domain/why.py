"""Why this date? At most five lines for agent and customer alike. Pure: codes and what a sentence needs to know.

The sentences are in ``why_words``. A clock is explained with the calendar it was counted with, not with today's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from complaints.domain.clocks import NEXT_UPDATE, STEP_TARGETS, united
from office.calendars import Name, OutOfReach, Part, Span, WorkingTime

MOST_DAYS = 4
"""So many runs of closed or worked days are told; the days of others are counted."""
MOST_NAMES = 2


class Line(NamedTuple):
    """One step of the explanation: *started*, *target*, *days*, *stopped*, *ends*; what it needs beside."""

    code: str
    params: Mapping[str, Any]


class Days(NamedTuple):
    """Consecutive dates that were closed, or worked besides the week, and what they are called."""

    first: date
    last: date
    names: tuple[Name, ...]


@dataclass(frozen=True)
class Facts:
    """One clock as it was counted. ``severity`` None: nobody has judged it yet; ``working`` None: day and night.

    ``known_until`` is the last year whose public days were known, None where none count.
    ``waits`` are the codes of what was waited for, ``anew`` why it was counted again, both in their order.
    """

    target: str
    pass_number: int
    severity: int | None
    hours: Decimal
    preset_version: int
    started_at: datetime
    due_at: datetime
    working: WorkingTime | None = None
    calendar: str = ""
    calendar_version: int | None = None
    known_until: int | None = None
    pauses: Sequence[Span] = ()
    waits: Sequence[str] = ()
    paused_at: datetime | None = None
    met_at: datetime | None = None
    anew: Sequence[str] = field(default=())


def why(facts: Facts) -> list[Line]:
    """How the date came about: since when, how much, in which hours, what stopped it, and where that ends."""
    lines = [
        Line("started", {"at": facts.started_at, "of": _beginning(facts), "target": facts.target}),
        Line(
            "target",
            {
                "hours": f"{facts.hours.normalize():f}",
                "working": facts.working is not None,
                "severity": facts.severity,
                "preset": facts.preset_version,
            },
        ),
    ]
    if facts.working is not None:
        lines.append(Line("days", _days(facts, facts.working)))
    if facts.pauses or facts.anew or facts.paused_at:
        lines.append(Line("stopped", _stopped(facts)))
    if facts.met_at is not None:
        lines.append(Line("ends", {"code": "met", "at": facts.met_at, "due": facts.due_at}))
    else:
        lines.append(Line("ends", {"code": "paused" if facts.paused_at else "due", "at": facts.due_at}))
    return lines


def _beginning(facts: Facts) -> str:
    if facts.target == NEXT_UPDATE:
        return "contact"
    if facts.target in STEP_TARGETS:
        return "step"
    return "received" if facts.pass_number == 1 else "reopened"


def _stopped(facts: Facts) -> Mapping[str, Any]:
    runs = united(facts.pauses)
    length = sum((run.end - run.start for run in runs), timedelta())
    reasons = tuple(dict.fromkeys(facts.waits))
    anew = tuple(dict.fromkeys(facts.anew))
    return {"times": len(runs), "length": length, "since": facts.paused_at, "waits": reasons, "anew": anew}


def _days(facts: Facts, working: WorkingTime) -> Mapping[str, Any]:
    """The days between start and end on which the hours did not run, and those worked besides the week."""
    parts = _parts(facts, working)
    closed, rest = _off(parts)
    extra = [Days(part.first, part.last, (part.name,)) for part in parts if part.kind == "extra"]
    return {
        "calendar": facts.calendar,
        "version": facts.calendar_version,
        "closed": tuple(closed[:MOST_DAYS]),
        "more_closed": _count(closed[MOST_DAYS:]),
        "extra": tuple(extra[:MOST_DAYS]),
        "more_extra": _count(extra[MOST_DAYS:]),
        "rest": rest,
        "unknown_after": facts.known_until if _beyond(facts, working) else None,
    }


def _beyond(facts: Facts, working: WorkingTime) -> bool:
    try:
        return facts.known_until is not None and working.local_day(facts.due_at).year > facts.known_until
    except OutOfReach:
        return False


def _parts(facts: Facts, working: WorkingTime) -> Sequence[Part]:
    try:
        return working.explain(facts.started_at, working.working_between(facts.started_at, facts.due_at))
    except (OutOfReach, ValueError):
        return ()


def _off(parts: Iterable[Part]) -> tuple[list[Days], int]:
    """Closed days, those of one holiday together with the weekend inside it, and how many other days were free."""
    runs: list[Days] = []
    rest = 0
    for is_off, group in groupby(parts, key=lambda part: part.kind in ("closed", "rest")):
        block = list(group)
        shut = [place for place, part in enumerate(block) if part.kind == "closed"] if is_off else []
        inside = range(shut[0], shut[-1] + 1) if shut else range(0)
        if shut:
            names = tuple(dict.fromkeys(block[place].name for place in shut if any(block[place].name)))
            runs.append(Days(block[shut[0]].first, block[shut[-1]].last, names[:MOST_NAMES]))
        for place, part in enumerate(block):
            rest += part.rest + (part.days if part.kind == "rest" and place not in inside else 0)
    return runs, rest


def _count(runs: Iterable[Days]) -> int:
    return sum((run.last - run.first).days + 1 for run in runs)
