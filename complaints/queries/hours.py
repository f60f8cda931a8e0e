"""The working hours a case is counted in; the versions and pauses its clocks were counted with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Q

from complaints.models import Clock, ClockEvent, Ticket
from office import access as office_access
from office.calendars import Span, WorkingTime
from office.models import CalendarVersion


def hours_of(ticket: Ticket | None, *, zone: str) -> WorkingTime:
    """The hours dates in words are read with: the calendar of the case's team or of the office, else Monday to Friday 9
    to 18 in ``zone``. One query.
    """
    return _read(office_access.hours_of(ticket.team_id if ticket is not None else None), zone)


def hours_by_team(tickets: Iterable[Ticket], *, zone: str) -> Callable[[Ticket], WorkingTime]:
    """What ``hours_of`` says of each of these cases, whose teams are loaded; one query for all of them."""
    known = office_access.hours_by_team(ticket.team for ticket in tickets)
    return lambda ticket: _read(known[ticket.team_id], zone)


def _read(version: CalendarVersion | None, zone: str) -> WorkingTime:
    return version.working_time if version is not None else _office_hours(zone)


@lru_cache(maxsize=64)
def _office_hours(zone: str) -> WorkingTime:
    return WorkingTime.office_hours(zone)


Key = tuple[int | None, int | None]


class Versions:
    """Versions of calendars by the clocks that remember them."""

    def __init__(self, rows: Iterable[CalendarVersion]) -> None:
        self._known: Mapping[Key, CalendarVersion] = {(row.calendar_id, row.version): row for row in rows}

    def of(self, clock: Clock) -> CalendarVersion | None:
        return self._known.get((clock.calendar_id, clock.calendar_version))

    def working(self, clock: Clock) -> WorkingTime | None:
        """The hours a clock is counted in; None for day and night."""
        version = self.of(clock)
        return version.working_time if version else None


def versions_of(clocks: Iterable[Clock]) -> Versions:
    """The versions some clocks were counted with; no query when they are counted day and night."""
    keys = {(clock.calendar_id, clock.calendar_version) for clock in clocks if clock.calendar_id is not None}
    if not keys:
        return Versions(())
    asked = reduce(or_, (Q(calendar_id=calendar, version=version) for calendar, version in sorted(keys)))
    return Versions(CalendarVersion.objects.select_related("calendar").filter(asked))


def pauses_of(clocks: Iterable[Clock]) -> Mapping[int, list[Span]]:
    """The pauses of each clock that are over, by its number."""
    wanted = [clock.pk for clock in clocks]
    events = ClockEvent.objects.filter(clock_id__in=wanted, kind__in=("pause", "resume")).order_by("id")
    by_clock: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in events:
        by_clock[event.clock_id].append(event)
    return defaultdict(list, {pk: pauses_in(story) for pk, story in by_clock.items()})


def pauses_in(story: Iterable[ClockEvent]) -> list[Span]:
    """The pauses that are over, from the events of one clock in their order."""
    found: list[Span] = []
    began = None
    for event in story:
        if event.kind == "pause":
            began = event.at
        elif event.kind == "resume" and began is not None:
            found.append(Span(began, max(began, event.at)))
            began = None
    return found
