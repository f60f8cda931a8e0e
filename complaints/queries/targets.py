"""What new targets would do to open cases, before anybody publishes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from complaints.domain import clocks as c
from complaints.models import Clock, ClockEvent, Ticket
from complaints.queries.hours import pauses_in
from office import access
from office.calendars import WorkingTime
from office.models import CalendarVersion, Team

MOST = 20_000
"""So many running clocks are looked at, those that are due first; ``Effect.more`` says that there are others."""
FIRST = 5


@dataclass
class Effect:
    """``overdue`` of ``cases`` open cases become overdue; ``first`` are some of them with the earliest new date."""

    cases: int = 0
    overdue: int = 0
    more: bool = False
    first: list[tuple[Ticket, datetime]] = field(default_factory=list)


def effect_of(hours: Mapping[str, Mapping[str, str]], *, now: datetime) -> Effect:
    """What publishing ``hours`` for open cases too would do. Seven queries at most, however many cases."""
    open_now = Ticket.objects.open().unsealed()
    running = Clock.objects.running().filter(ticket__in=open_now, pass_number=F("ticket__pass_number"))
    rows = list(
        running.annotate(team=F("ticket__team_id"), severity=F("ticket__severity")).order_by("due_at", "id")[: MOST + 1]
    )
    effect = Effect(cases=open_now.count(), more=len(rows) > MOST)
    rows = rows[:MOST]
    late = {row.ticket_id for row in rows if row.due_at <= now}
    stories: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in ClockEvent.objects.filter(clock__in=running, kind__in=("pause", "resume")).order_by("id"):
        stories[event.clock_id].append(event)
    by_team = _hours_by_team()
    becomes: dict[int, datetime] = {}
    for row in rows:
        new = c.hours_for(hours, row.target, row.severity)
        if new is None or new == row.hours or row.ticket_id in late:
            continue
        working = by_team.get(row.team, by_team[None])
        due = c.due(row.started_at, new, working, pauses_in(stories[row.pk]))
        if due <= now:
            becomes[row.ticket_id] = min(due, becomes.get(row.ticket_id, due))
    effect.overdue = len(becomes)
    earliest = sorted(becomes, key=lambda pk: (becomes[pk], pk))[:FIRST]
    shown = Ticket.objects.in_bulk(earliest)
    effect.first = [(shown[pk], becomes[pk]) for pk in earliest]
    return effect


def _hours_by_team() -> dict[int | None, WorkingTime | None]:
    """The working hours each team counts with now; under None those of the office."""
    newest = CalendarVersion.objects.filter(version=F("calendar__version"))
    known = {row.calendar_id: row.working_time for row in newest}
    own = access.office().calendar_id
    found: dict[int | None, WorkingTime | None] = {None: known.get(own) if own else None}
    for pk, calendar in Team.objects.filter(calendar__isnull=False).values_list("pk", "calendar_id"):
        found[pk] = known[calendar]
    return found
