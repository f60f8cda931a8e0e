"""When a case is put before somebody above, before whom, and how soon they hear. Pure: no database, no clock.

A promise the customer was given escalates the moment it is missed; what we set ourselves has a day's grace, and stands
as late in the queue before that. Whom a case may be put before is in ``docs/decisions/0009-who-is-asked.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from complaints.domain.clocks import UNASSESSED

TASK_GRACE = timedelta(days=1)
"""How long something we set ourselves may be late before somebody above is asked."""

REOPENED_AGAIN = 2
"""The pass after which another one goes up: the second time that our answer was not one."""

NOBODYS: Mapping[int, timedelta] = {
    1: timedelta(hours=24),
    2: timedelta(hours=8),
    3: timedelta(hours=2),
    4: timedelta(minutes=30),
}
"""How long a case of each severity may be nobody's."""


def missed_at(due_at: datetime, *, promised: bool) -> datetime:
    """The instant at which a follow-up that is still open goes up."""
    return due_at if promised else due_at + TASK_GRACE


def nobodys_until(since: datetime, severity: int | None) -> datetime:
    """The instant at which a case that still has no owner goes up (severity None: not yet judged)."""
    return since + NOBODYS[severity or UNASSESSED]


# Before whom ----------------------------------------------------------------------------------------------------------

TOP = 4
"""The highest level there is."""

DANGER = frozenset({"safety"})
"""Triggers that wait for nobody's working hours. There is no field for a threat yet: it is marked as safety."""

SERIOUS = 3
"""From this severity on a missed promise does not wait for working hours either."""

WEIGHT: Sequence[str] = (
    "by_hand",
    "unassigned",
    "overdue",
    "missed_promise",
    "reopened",
    "asked_superior",
    "review",
    "safety",
)
"""Why somebody is asked, the gravest last."""


@dataclass(frozen=True)
class Above:
    """Somebody who may stand above a case. ``answers``: of rank to answer an escalation."""

    id: int
    answers: bool
    active: bool = True
    away: bool = False
    deputy: int | None = None
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class Asked:
    """Who is really asked; ``instead_of`` is whom they stand in for, who is away."""

    id: int
    instead_of: int | None = None
    name: str = field(default="", compare=False)


def upwards(starts: Iterable[int | None], above: Mapping[int, int | None]) -> list[int]:
    """Everybody over these people by ``reports_to``, nearest first, each once, even where the line runs in a circle."""
    line = [pk for pk in starts if pk is not None]
    seen, found = set(line), []
    while line:
        higher = [boss for pk in line if (boss := above.get(pk)) is not None]
        line = [pk for place, pk in enumerate(higher) if pk not in seen and pk not in higher[:place]]
        seen.update(line)
        found += line
    return found


def chain(
    candidates: Iterable[int | None],
    people: Mapping[int, Above],
    *,
    barred: Collection[int | None] = (),
    named: Collection[int] | None = None,
) -> list[Asked]:
    """Who may be asked, nearest first: of rank to answer, active, not ``barred``, on a sealed case ``named`` on it.

    Whoever is away is replaced by their deputy, if that one may be asked and is here; else the next is asked. If nobody
    is here at all, those who are away are asked as if they were: rather late than nobody.
    """

    def fits(pk: int | None) -> bool:
        person = people.get(pk) if pk is not None else None
        return (
            person is not None
            and person.active
            and person.answers
            and pk not in barred
            and (named is None or pk in named)
        )

    fit = [people[pk] for pk in dict.fromkeys(candidates) if pk is not None and fits(pk)]
    found: dict[int, Asked] = {}
    for person in fit:
        if not person.away:
            found.setdefault(person.id, Asked(person.id, name=person.name))
        elif person.deputy is not None and fits(person.deputy) and not people[person.deputy].away:
            found.setdefault(person.deputy, Asked(person.deputy, instead_of=person.id, name=people[person.deputy].name))
    return list(found.values()) or [Asked(person.id, name=person.name) for person in fit]


def further(line: Sequence[Asked], already: frozenset[int]) -> Asked | None:
    """The first above everybody who has it already; None when nobody is left."""
    places = [place for place, asked in enumerate(line) if asked.id in already or asked.instead_of in already]
    place = max(places, default=-1) + 1
    return line[place] if place < len(line) else None


def outweighs(trigger: str, other: str) -> bool:
    """Whether this is the graver reason to be asked."""
    return WEIGHT.index(trigger) > WEIGHT.index(other)


def is_urgent(trigger: str, *, level: int, severity: int | None) -> bool:
    """Whether the duty manager hears of it when whoever is asked is not at work."""
    promise = trigger == "missed_promise" and (severity or UNASSESSED) >= SERIOUS
    return trigger in DANGER or promise or level > 1
