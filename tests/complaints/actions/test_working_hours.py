"""Clocks count the working hours of the team; each step and the next update have their own; a pause takes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions import assignment, clocks, conversation, ends, set_up, steps
from complaints.actions.clocks import resume, wait
from complaints.domain import clocks as c
from complaints.models import Clock, ClockEvent, Reason, Ticket
from complaints.queries.hours import pauses_of
from complaints.queries.targets import effect_of
from complaints.queries.why import next_for_customer, told, why_for_customer
from office.actions.calendars import change_calendar, make_calendar
from office.models import Calendar, Timer
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in "01234"}
CONTENT: dict[str, Any] = {"time_zone": "Asia/Shanghai", "region": "CN", "windows": WEEK, "closed": [], "extra": []}
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def calendar(team: Any) -> Calendar:
    """The team keeps Shanghai's hours; NOW is Tuesday 18:42 there, after hours."""
    made = make_calendar(None, name="Shanghai desk", content=CONTENT, **BY)
    team.calendar = made
    team.save()
    return made


@pytest.fixture
def hers(calendar: Calendar, make_ticket: Any, agent: Any) -> Ticket:
    return make_ticket(owner=agent, facts={"severity": 2})


def dates(ticket: Ticket) -> dict[str, datetime]:
    return {clock.target: clock.due_at for clock in ticket.clocks.unmet()}


# Working hours --------------------------------------------------------------------------------------------------------


def test_targets_are_counted_in_the_working_hours_of_the_team(hers: Ticket, calendar: Calendar) -> None:
    assert dates(hers) == {
        "first_answer": there("2026-12-02 18:00"),  # 48 h are six days of eight
        "resolve": there("2027-01-05 18:00"),  # 240 h are thirty
        "step_listen": there("2026-11-27 18:00"),
        "next_update": there("2026-12-07 18:00"),
    }
    assert set(hers.clocks.values_list("calendar_id", "calendar_version")) == {(calendar.pk, 1)}
    assert hers.risk_at == there("2026-11-27 18:00")


def test_a_complaint_before_the_national_day_rests_with_the_desk(calendar: Calendar, make_ticket: Any) -> None:
    ticket = make_ticket(received_at=there("2025-09-30 17:00"), facts={"severity": 4}, channel="email")
    # 2 h: one on the last day of September, one when the desk opens again on 9 October.
    assert ticket.clocks.get(target="acknowledge").due_at == there("2025-10-09 10:00")


def test_a_changed_calendar_moves_no_running_clock_and_is_counted_with_by_the_next(
    hers: Ticket, calendar: Calendar, make_ticket: Any
) -> None:
    before = dates(hers)
    change_calendar(calendar, name="Shanghai desk", content={**CONTENT, "closed": ["2026-11-25"]}, **BY)
    assert dates(hers) == before
    other = make_ticket(facts={"severity": 2})
    assert other.clocks.get(target="step_listen").due_at == there("2026-11-30 18:00")
    assert set(other.clocks.values_list("calendar_version", flat=True)) == {2}
    row = told(hers, now=NOW)[0]
    assert (row.calendar, row.clock.calendar_version) == ("Shanghai desk", 1)
    assert "Shanghai desk, version 1" in row.why[2]


def test_zam_renaming_anything_never_changes_a_date_or_a_past_pause(hers: Ticket, calendar: Calendar, act: Any) -> None:
    """Zammad finds pauses by the name a state has today."""
    act(wait, hers, reason="testing", until=NOW + 5 * DAY)
    act(resume, hers, at=NOW + 3 * DAY)
    before, paused = dates(hers), pauses_of(hers.clocks.all())
    change_calendar(calendar, name="Pudong desk", content=CONTENT, **BY)
    Reason.objects.filter(kind="wait").update(name_en="Renamed", name_zh_hans="", name_zh_hant="")
    act(steps.record_step, hers, at=NOW + 4 * DAY, evidence={"severity": 3})
    act(steps.record_step, hers, at=NOW + 4 * DAY, evidence={"severity": 2})
    assert dates(hers) == before
    assert pauses_of(hers.clocks.all()) == paused
    assert "Renamed" in " ".join(told(hers, now=NOW + 4 * DAY)[0].why)


# Pauses ---------------------------------------------------------------------------------------------------------------


def test_what_remains_over_a_pause_is_working_time(hers: Ticket, act: Any) -> None:
    friday, monday = there("2026-11-27 17:00"), there("2026-12-01 10:00")
    act(wait, hers, at=friday, reason="customer_papers", until=friday + 9 * DAY)
    paused = {row.clock.target: row.left for row in told(hers, now=friday)}
    assert paused["step_listen"] == HOUR
    act(resume, hers, at=monday)
    assert dates(hers)["step_listen"] == there("2026-12-01 11:00")
    assert {row.clock.target: row.left for row in told(hers, now=monday)} == paused


def test_glpi_time_spent_waiting_is_not_lost_when_the_severity_changes(hers: Ticket, act: Any) -> None:
    """GLPI forgets the pending time when another SLA is chosen."""
    act(wait, hers, at=there("2026-11-25 09:00"), reason="testing", until=NOW + 9 * DAY)
    act(resume, hers, at=there("2026-11-26 18:00"))
    act(steps.record_step, hers, at=there("2026-11-27 09:00"), evidence={"severity": 3})
    assert dates(hers)["step_listen"] == there("2026-11-30 14:00"), "12 h from Friday the 27th on"
    events = ClockEvent.objects.filter(clock__ticket=hers, clock__target="step_listen")
    assert list(events.values_list("kind", "reason"))[-1] == ("retarget", "severity")


def test_ost_the_second_window_of_a_day_counts(calendar: Calendar, make_ticket: Any) -> None:
    """osTicket keys windows by date and drops the afternoon."""
    ticket = make_ticket(received_at=there("2026-11-24 11:00"), facts={"severity": 4}, channel="email")
    assert ticket.clocks.get(target="acknowledge").due_at == there("2026-11-24 14:00")


def test_djh_a_day_off_never_shortens_the_time_there_is(calendar: Calendar, make_ticket: Any) -> None:
    """django-helpdesk subtracts excluded days: three days over a weekend become one."""
    plain = make_ticket(facts={"severity": 1})
    closed = ["2026-11-25", "2026-11-28", "2026-12-01", "2026-12-05"]
    change_calendar(calendar, name="Shanghai desk", content={**CONTENT, "closed": closed}, **BY)
    later = make_ticket(facts={"severity": 1})
    assert all(dates(later)[target] >= due for target, due in dates(plain).items())


def test_cw_a_target_that_was_met_never_later_becomes_missed(
    hers: Ticket, act: Any, calendar: Calendar, other_team: Any, supervisor: Any
) -> None:
    """Chatwoot judged targets again after the case was resolved."""
    act(conversation.add_interaction, hers, kind="call", text="Told her where it stands.")
    met = list(hers.clocks.exclude(met_at=None).order_by("id").values())
    assert met
    act(steps.record_step, hers, evidence={"severity": 4})
    act(wait, hers, reason="testing", until=NOW + DAY)
    act(resume, hers, at=NOW + DAY)
    act(assignment.move, hers, by=supervisor, at=NOW + DAY, team=other_team)
    assert list(hers.clocks.filter(pk__in=[row["id"] for row in met]).order_by("id").values()) == met


def test_waiting_hides_no_lateness(hers: Ticket, act: Any) -> None:
    late = there("2026-11-30 09:00")
    due = dates(hers)["step_listen"]
    act(wait, hers, at=late, reason="testing", until=late + DAY)
    act(resume, hers, at=late + DAY)
    assert dates(hers)["step_listen"] == due < late


# Steps ----------------------------------------------------------------------------------------------------------------


def step_clocks(ticket: Ticket) -> list[tuple[str, int, bool]]:
    rows = ticket.clocks.filter(target__startswith="step_").order_by("id")
    return [(row.target.removeprefix("step_"), row.cycle, row.met_at is not None) for row in rows]


def test_each_step_has_a_clock_from_when_it_is_entered_until_it_is_left(ticket: Ticket, walk_to: Any) -> None:
    assert step_clocks(ticket) == [("listen", 1, False)]
    walk_to(ticket, "apologise", now=NOW + HOUR)
    assert step_clocks(ticket) == [("listen", 1, True), ("empathise", 1, True), ("apologise", 1, False)]
    assert ticket.clocks.get(target="step_apologise").started_at == NOW + HOUR
    walk_to(Ticket.objects.get(pk=ticket.pk), "answered", now=NOW + 2 * HOUR)
    assert not ticket.clocks.unmet().exists()


def test_going_back_begins_a_new_cycle(ticket: Ticket, walk_to: Any, act: Any) -> None:
    walk_to(ticket, "empathise")
    act(steps.go_back, ticket, at=NOW + HOUR)
    assert step_clocks(ticket) == [("listen", 1, True), ("empathise", 1, True), ("listen", 2, False)]
    assert ticket.clocks.get(target="step_listen", cycle=2).started_at == NOW + HOUR


def test_a_skipped_step_is_left_too(ticket: Ticket, act: Any, supervisor: Any) -> None:
    act(steps.skip_step, ticket, by=supervisor, reason=_any_reason())
    assert step_clocks(ticket) == [("listen", 1, True), ("empathise", 1, False)]


def _any_reason() -> str:
    return Reason.objects.filter(kind="skip").order_by("id")[0].code


def test_a_step_entered_while_we_wait_begins_paused_with_all_its_time(ticket: Ticket, walk_to: Any, act: Any) -> None:
    act(wait, ticket, reason="customer_answer", until=NOW + 5 * DAY)
    walk_to(Ticket.objects.get(pk=ticket.pk), "empathise")
    clock = ticket.clocks.get(target="step_empathise")
    assert clock.paused_at == NOW
    act(resume, ticket, at=NOW + 2 * DAY)
    clock.refresh_from_db()
    assert clock.due_at == NOW + 2 * DAY + c.in_time(clock.hours)


def test_a_target_that_an_old_preset_does_not_have_has_no_clock(ticket: Ticket, act: Any, administrator: Any) -> None:
    hours = {target: dict.fromkeys("1234", "5") for target in c.TARGETS}
    act(set_up.publish_targets, None, by=administrator, hours=hours)
    act(steps.skip_step, ticket, by=administrator, reason=_any_reason())
    assert step_clocks(ticket) == [("listen", 1, True)]
    act(conversation.add_interaction, ticket, kind="call", text="Told her where it stands.")
    assert not ticket.clocks.unmet().filter(target=c.NEXT_UPDATE).exists()


# The next update ------------------------------------------------------------------------------------------------------


def updates(ticket: Ticket) -> list[tuple[int, datetime, bool]]:
    rows = ticket.clocks.filter(target=c.NEXT_UPDATE).order_by("cycle")
    return [(row.cycle, row.started_at, row.met_at is not None) for row in rows]


def test_the_next_update_runs_from_our_last_word_and_every_word_of_ours_begins_it_anew(
    make_ticket: Any, act: Any
) -> None:
    ticket = make_ticket(channel="email")
    assert updates(ticket) == [], "nobody has spoken to her yet"
    act(conversation.add_interaction, ticket, at=NOW + HOUR, kind="call", text="Told her where it stands.")
    assert updates(ticket) == [(1, NOW + HOUR, False)]
    act(conversation.add_interaction, ticket, at=NOW + 2 * HOUR, kind="note", text="Only for us.")
    act(conversation.add_interaction, ticket, at=NOW + 2 * HOUR, kind="words", channel="phone", text="And now?")
    act(conversation.add_interaction, ticket, at=NOW + 2 * HOUR, kind="call", text="Nobody there.", reached=False)
    assert updates(ticket) == [(1, NOW + HOUR, False)]
    act(conversation.add_interaction, ticket, at=NOW + 3 * HOUR, kind="call", text="Told her where it stands.")
    assert updates(ticket) == [(1, NOW + HOUR, True), (2, NOW + 3 * HOUR, False)]


def test_a_call_written_down_late_counts_from_when_it_was(ticket: Ticket, act: Any) -> None:
    earlier = NOW + HOUR
    act(conversation.add_interaction, ticket, at=NOW + 5 * HOUR, kind="call", text="Told her.", happened_at=earlier)
    assert updates(ticket)[-1][1] == earlier


def test_nobody_is_kept_informed_of_an_anonymous_complaint_or_an_answered_one(
    make_ticket: Any, act: Any, ticket: Ticket, walk_to: Any
) -> None:
    nameless = make_ticket(anonymous_reason="left_none")
    act(conversation.add_interaction, nameless, kind="call", text="Told whoever answered.")
    assert updates(nameless) == []
    walk_to(ticket, "answered")
    count = len(updates(ticket))
    act(conversation.add_interaction, ticket, kind="call", text="Asked whether it arrived.")
    assert len(updates(ticket)) == count


def test_ccrs_no_comment_postpones_anything(hers: Ticket, act: Any) -> None:
    """CCRS counts from the last change, so that any remark puts an escalation off."""
    before = dates(hers)
    act(conversation.add_interaction, hers, at=NOW + DAY, kind="note", text="Asked the depot.")
    act(conversation.add_interaction, hers, at=NOW + DAY, kind="words", channel="phone", text="Where is it?")
    act(steps.record_step, hers, at=NOW + DAY, evidence={"need": "large print"})
    assert dates(hers) == before


# Another team ---------------------------------------------------------------------------------------------------------


def test_another_team_counts_with_its_own_hours_and_says_so(
    hers: Ticket, other_team: Any, act: Any, supervisor: Any, calendar: Calendar
) -> None:
    act(assignment.move, hers, by=supervisor, at=NOW + HOUR, team=other_team)
    clock = hers.clocks.get(target="resolve")
    assert (clock.calendar_id, clock.calendar_version) == (None, None)
    assert clock.due_at == NOW + 240 * HOUR
    assert clock.original_due_at == there("2027-01-05 18:00")
    event = clock.events.latest("id")
    assert (event.kind, event.reason, event.by_id) == ("retarget", "team", supervisor.pk)
    assert "Counted anew, because the case went to another team" in " ".join(_why(hers, "resolve"))
    hers.refresh_from_db()
    assert hers.risk_at == min(dates(hers).values())


def _why(ticket: Ticket, target: str) -> list[str]:
    return next(row.why for row in told(ticket, now=NOW + HOUR) if row.clock.target == target)


def test_a_team_with_the_same_hours_moves_nothing(
    hers: Ticket, other_team: Any, act: Any, supervisor: Any, calendar: Calendar
) -> None:
    other_team.calendar = calendar
    other_team.save()
    before = ClockEvent.objects.count()
    act(assignment.move, hers, by=supervisor, team=other_team)
    assert ClockEvent.objects.count() == before


# Writing little -------------------------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_all_clocks_of_a_pass_are_written_at_once(make_ticket: Any, calendar: Calendar) -> None:
    make_ticket(facts={"severity": 2})
    with CaptureQueriesContext(connection) as queries:
        ticket = make_ticket(facts={"severity": 2})
    writes = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    for table in ("complaints_clock", "complaints_clockevent"):
        assert len([sql for sql in writes if f'INTO "{table}"' in sql]) == 1
    timers = Timer.objects.filter(subject_kind="clock", subject_id__in=ticket.clocks.values("pk"))
    assert timers.count() == 2 * ticket.clocks.unmet().count()


# The customer ---------------------------------------------------------------------------------------------------------


def test_the_customer_is_told_the_next_date_and_why(hers: Ticket, act: Any) -> None:
    clock = next_for_customer(hers)
    assert clock is not None
    assert clock.target == "first_answer"
    said = why_for_customer(clock, now=NOW)
    assert len(said) <= 5
    assert said[1] == "We give ourselves 48 working hours for this"
    act(wait, hers, reason="customer_papers", until=NOW + 5 * DAY)
    waiting = next_for_customer(hers)
    assert waiting is not None
    assert "Papers or photos from the customer" in " ".join(why_for_customer(waiting, now=NOW))
    act(resume, hers, at=NOW + DAY)
    act(ends.withdraw, hers, reason="no_longer", at=NOW + DAY)
    assert next_for_customer(hers) is None


# New targets ----------------------------------------------------------------------------------------------------------


def test_what_new_targets_would_do_is_told_before_anybody_publishes_them(hers: Ticket, make_ticket: Any) -> None:
    make_ticket(facts={"severity": 1})
    hours = {target: dict(by) for target, by in c.DEFAULT_HOURS.items()}
    later = NOW + DAY
    assert effect_of(hours, now=later).overdue == 0
    hours["first_answer"]["2"] = "4"
    effect = effect_of(hours, now=later)
    assert (effect.cases, effect.overdue, effect.more) == (2, 1, False)
    assert effect.first == [(hers, there("2026-11-25 14:00"))]
    for row in Clock.objects.filter(ticket=hers):
        assert row.hours != 4, "only looked at"


@pytest.mark.one_engine
def test_the_preview_costs_the_same_for_many_cases(hers: Ticket, make_ticket: Any) -> None:
    hours = {target: dict.fromkeys("1234", "1") for target in c.TARGETS}

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            effect_of(hours, now=NOW + 9 * DAY)
        return len(queries)

    few = cost()
    for _n in range(20):
        make_ticket(facts={"severity": 2})
    assert cost() == few <= 8


def test_targets_for_open_cases_too_are_counted_anew_one_by_one(hers: Ticket, act: Any, administrator: Any) -> None:
    hours = {target: dict(by) for target, by in c.DEFAULT_HOURS.items()}
    hours["resolve"]["2"] = "80"
    made = act(set_up.publish_targets, None, by=administrator, hours=hours, open_too=True)
    bell = Timer.objects.get(subject_kind="ticket", kind="targets")
    assert (bell.subject_id, bell.due_at, bell.cycle) == (hers.pk, NOW, made.version)
    clocks.retarget(Ticket.objects.get(pk=hers.pk), reason="targets", **BY)
    clock = hers.clocks.get(target="resolve")
    assert (clock.hours, clock.preset_version, clock.due_at) == (80, made.version, there("2026-12-08 18:00"))
    assert clock.events.latest("id").reason == "targets"
