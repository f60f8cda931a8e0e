"""What “why this date?” has to know of a clock, and the next date a customer may expect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import get_language

from complaints.domain import clocks as c
from complaints.domain.why import Facts, why
from complaints.domain.why_words import Reader, in_words
from complaints.models import Clock, ClockEvent, Reason, Ticket
from complaints.queries.hours import pauses_in, versions_of
from office import moments
from office.models import CalendarVersion

FOR_CUSTOMERS = ("acknowledge", "first_answer", c.NEXT_UPDATE, "resolve")
"""The targets a customer is told of; how long we take over each step is our own affair."""


def facts_of(
    clock: Clock, story: Sequence[ClockEvent], version: CalendarVersion | None, *, severity: int | None, calendar: str
) -> Facts:
    """One clock as it was counted; ``story`` are its events in their order."""
    known = version.coverage if version else None
    return Facts(
        target=clock.target,
        pass_number=clock.pass_number,
        severity=severity,
        hours=clock.hours,
        preset_version=clock.preset_version,
        started_at=clock.started_at,
        due_at=clock.due_at,
        working=version.working_time if version else None,
        calendar=calendar,
        calendar_version=clock.calendar_version,
        known_until=known.last if known else None,
        pauses=pauses_in(story),
        waits=[event.reason for event in story if event.kind == "pause"],
        paused_at=clock.paused_at if clock.met_at is None else None,
        met_at=clock.met_at,
        anew=[event.reason for event in story if event.kind == "retarget"],
    )


def next_for_customer(ticket: Ticket) -> Clock | None:
    """The next target the customer may be told of; None when nothing is owed. Paused ones come after those that run."""
    unmet = ticket.clocks.unmet().filter(pass_number=ticket.pass_number, target__in=FOR_CUSTOMERS)
    return min(unmet, key=lambda clock: (clock.paused_at is not None, clock.due_at), default=None)


def why_for_customer(clock: Clock, *, now: datetime, zone: tzinfo | None = None) -> list[str]:
    """Why this date, in at most five sentences for the customer, in the active language; the active zone, or ``zone``.

    Three queries at most.
    """
    version = versions_of([clock]).of(clock)
    facts = facts_of(clock, list(clock.events.order_by("id")), version, severity=None, calendar="")
    return in_words(why(facts), _reader(now, zone)._replace(customer=True))


@dataclass(frozen=True)
class Told:
    """One clock of a ticket with where it stands; ``left`` is working time where ``calendar`` is named."""

    clock: Clock
    used_percent: int
    left: timedelta
    calendar: str
    why: list[str]


def told(ticket: Ticket, *, now: datetime, zone: tzinfo | None = None) -> list[Told]:
    """The clocks of the present pass, the newest cycle of each target, nearest first. Four queries."""
    clocks = newest(ticket.clocks.filter(pass_number=ticket.pass_number))
    versions, reader = versions_of(clocks), _reader(now, zone)
    stories: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in ClockEvent.objects.filter(clock__in=[clock.pk for clock in clocks]).order_by("id"):
        stories[event.clock_id].append(event)
    found = []
    for clock in sorted(clocks, key=lambda clock: (clock.met_at is not None, clock.due_at, clock.pk)):
        version = versions.of(clock)
        name = version.calendar.name if version else ""
        facts = facts_of(clock, stories[clock.pk], version, severity=ticket.severity, calendar=name)
        left = c.remaining(clock.due_at, clock.met_at or clock.paused_at or now, facts.working)
        found.append(Told(clock, c.spent(clock.hours, left), left, name, in_words(why(facts), reader)))
    return found


def newest(clocks: Iterable[Clock]) -> list[Clock]:
    """Of each target the newest cycle."""
    return list({clock.target: clock for clock in sorted(clocks, key=lambda clock: clock.cycle)}.values())


def _reader(now: datetime, zone: tzinfo | None) -> Reader:
    names = {reason.code: str(reason) for reason in Reason.objects.filter(kind="wait")}
    language = get_language() or moments.ENGLISH
    return Reader(language, zone or timezone.get_current_timezone(), now, lambda code: names.get(code, code))
