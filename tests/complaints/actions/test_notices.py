"""Who hears by mail that they are asked, when, and together with what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions import escalations as e
from complaints.actions import sealing
from complaints.models import Escalation, Ticket
from office import outbox
from office.actions.calendars import make_calendar
from office.models import Agent, Calendar, Outgoing, Team
from office.remembered import remembering
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 24, 22, 10, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def duty(make_person: Any, office: Any) -> Agent:
    manager: Agent = make_person("duty", role="administrator", email="duty@example.org")
    office.duty_manager = manager
    office.save()
    return manager


@pytest.fixture
def hours(team: Team) -> Calendar:
    """The team works from nine to six on weekdays."""
    week = {str(day): [["09:00", "18:00"]] for day in range(5)}
    content = {"time_zone": "UTC", "windows": week}
    calendar: Calendar = make_calendar(None, actor=SYSTEM, now=NOW, name="Weekdays", content=content)
    Team.objects.filter(pk=team.pk).update(calendar=calendar)
    return calendar


def owed() -> list[tuple[int, datetime, list[str]]]:
    """To whom, not before when, and why, of every notice."""
    rows = Outgoing.objects.filter(kind="notice").order_by("id")
    return [(row.payload["agent"], row.not_before, [item["why"] for item in row.payload["items"]]) for row in rows]


def raise_it(ticket: Ticket, trigger: str = "overdue", *, at: datetime = NOW) -> Escalation:
    e.put_before(Ticket.objects.get(pk=ticket.pk), trigger, now=at)
    return Escalation.objects.latest("id")


def test_whoever_is_asked_hears_at_once_in_working_hours(
    ticket: Ticket, supervisor: Agent, duty: Agent, hours: Calendar
) -> None:
    asked = raise_it(ticket)
    row = Outgoing.objects.get()
    assert (row.kind, row.not_before) == ("notice", NOW)
    assert row.payload == {
        "agent": supervisor.pk,
        "items": [{"ticket": ticket.pk, "why": "overdue", "escalation": asked.pk}],
    }


def test_without_a_calendar_every_hour_is_a_working_hour(ticket: Ticket, supervisor: Agent) -> None:
    raise_it(ticket, at=NIGHT)
    assert owed() == [(supervisor.pk, NIGHT, ["overdue"])]


def test_a_first_question_waits_for_the_morning(
    ticket: Ticket, supervisor: Agent, duty: Agent, hours: Calendar
) -> None:
    raise_it(ticket, at=NIGHT)
    assert owed() == [(supervisor.pk, MORNING, ["overdue"])]


@pytest.mark.parametrize(("severity", "wakes"), [(2, False), (3, True), (None, True)])
def test_a_promise_missed_in_a_serious_case_wakes_the_duty_manager(
    severity: int | None, ticket: Ticket, supervisor: Agent, duty: Agent, hours: Calendar, *, wakes: bool
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(severity=severity)
    raise_it(ticket, "missed_promise", at=NIGHT)
    hers, his = (supervisor.pk, MORNING, ["missed_promise"]), (duty.pk, NIGHT, ["missed_promise"])
    assert owed() == ([hers, his] if wakes else [hers])


def test_danger_is_never_held_back(ticket: Ticket, supervisor: Agent, duty: Agent, hours: Calendar) -> None:
    raise_it(ticket, "safety", at=NIGHT)
    assert owed() == [(supervisor.pk, NIGHT, ["safety"]), (duty.pk, NIGHT, ["safety"])]


def test_the_second_level_goes_to_the_duty_manager_at_night(
    ticket: Ticket, supervisor: Agent, make_person: Any, duty: Agent, hours: Calendar, team: Team, act: Any
) -> None:
    lead = make_person("lead", role="supervisor", email="lead@example.org")
    Team.objects.filter(pk=team.pk).update(lead=lead)
    act(e.open_escalation, ticket, reason="May I?", at=NIGHT)
    act(e.open_escalation, ticket, reason="Nobody answers", at=NIGHT)
    assert owed() == [
        (lead.pk, MORNING, ["by_hand"]),
        (supervisor.pk, MORNING, ["by_hand"]),
        (duty.pk, NIGHT, ["by_hand"]),
    ]


def test_at_night_the_deputy_of_a_duty_manager_who_is_away_is_woken(
    ticket: Ticket, supervisor: Agent, duty: Agent, hours: Calendar, make_person: Any
) -> None:
    deputy = make_person("deputy", role="supervisor", email="deputy@example.org")
    Agent.objects.filter(pk=duty.pk).update(away_until=NIGHT + timedelta(days=3), deputy=deputy)
    raise_it(ticket, "safety", at=NIGHT)
    assert [agent for agent, _at, _why in owed()] == [supervisor.pk, deputy.pk]


def test_several_within_five_minutes_are_one_mail_and_nobody_waits_for_the_first(
    make_ticket: Any, supervisor: Agent
) -> None:
    first, second, third, danger, later, much_later = (make_ticket() for _n in range(6))
    raise_it(first)
    raise_it(second)
    together = outbox.claim_next(now=NOW)
    assert [item["ticket"] for row in together for item in row.payload["items"]] == [first.pk, second.pk]
    raise_it(third, "missed_promise", at=NOW + timedelta(seconds=20))
    raise_it(danger, "safety", at=NOW + timedelta(seconds=30))
    outbox.sent(together, now=NOW + timedelta(seconds=40))
    raise_it(later, "unassigned", at=NOW + timedelta(minutes=4))
    raise_it(much_later, at=NOW + timedelta(minutes=11))
    time_over = NOW + timedelta(minutes=5)
    assert owed()[2:] == [
        (supervisor.pk, time_over, ["missed_promise"]),
        (supervisor.pk, NOW + timedelta(seconds=30), ["safety"]),
        (supervisor.pk, time_over, ["unassigned"]),
        (supervisor.pk, NOW + timedelta(minutes=11), ["overdue"]),
    ]
    (alone,) = outbox.claim_next(now=NOW + timedelta(seconds=30))
    assert alone.payload["items"][0]["why"] == "safety"
    outbox.sent([alone], now=NOW + timedelta(seconds=31))
    assert len(outbox.claim_next(now=time_over)) == 2


def test_what_comes_at_night_is_one_mail_in_the_morning(make_ticket: Any, supervisor: Agent, hours: Calendar) -> None:
    for minutes in (0, 10, 300):
        raise_it(make_ticket(), at=NIGHT + timedelta(minutes=minutes))
    assert owed() == [(supervisor.pk, MORNING, ["overdue"])] * 3
    assert outbox.claim_next(now=MORNING - timedelta(seconds=1)) == []
    assert len(outbox.claim_next(now=MORNING)) == 3


def test_what_people_ask_and_what_time_brings_have_no_row_in_common(
    make_ticket: Any, supervisor: Agent, act: Any
) -> None:
    """A tick writes many cases in one transaction; nobody waits for a row it holds, and it is one mail all the same."""
    for _n in range(2):
        raise_it(make_ticket())
        act(e.open_escalation, make_ticket(), reason="May I?")
    assert sorted(owed()) == [(supervisor.pk, NOW, ["by_hand"])] * 2 + [(supervisor.pk, NOW, ["overdue"])] * 2
    assert len(outbox.claim_next(now=NOW)) == 4


def test_a_tick_asks_once_for_what_it_brings_to_one_person(
    make_ticket: Any, supervisor: Agent, hours: Calendar
) -> None:
    tickets = [make_ticket() for _n in range(3)]
    with remembering():
        raise_it(tickets[0])
        with CaptureQueriesContext(connection) as second:
            raise_it(tickets[1])
        with CaptureQueriesContext(connection) as third:
            raise_it(tickets[2])
    assert len(second) == len(third)
    asked = " ".join(query["sql"] for query in third.captured_queries)
    assert not any(table in asked for table in ("office_calendar", "office_team", "MAX(")), asked


def test_without_an_address_it_stands_in_the_page_only(ticket: Ticket, supervisor: Agent) -> None:
    Agent.objects.filter(pk=supervisor.pk).update(email="")
    assert raise_it(ticket).addressed_to == supervisor
    assert owed() == []


def test_nobody_hears_of_a_sealed_case_they_are_not_named_on(
    ticket: Ticket, agent: Agent, supervisor: Agent, duty: Agent, hours: Calendar, act: Any
) -> None:
    act(sealing.seal, ticket, by=supervisor, named=[agent])
    ticket.participants.filter(role="named").exclude(agent=agent).delete()
    assert raise_it(ticket, "safety", at=NIGHT).addressed_to is None
    assert owed() == []


def test_where_nobody_stands_above_the_duty_manager_hears_what_cannot_wait(
    ticket: Ticket, supervisor: Agent, duty: Agent
) -> None:
    Agent.objects.filter(pk=supervisor.pk).update(is_active=False)
    asked = raise_it(ticket, "safety")
    assert asked.addressed_to == duty
    assert owed() == [(duty.pk, NOW, ["safety"])], "once, not twice"
