"""Targets in hours, and what a pause does to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import clocks as c
from office.calendars import Span, WorkingTime

START = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
instants = st.timedeltas(timedelta(days=-13_000), timedelta(days=4_000)).map(lambda span: START + span)
spans = st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize("target", c.ALL_TARGETS)
def test_a_graver_case_is_never_given_more_time(target: str) -> None:
    hours = [c.hours_for(c.DEFAULT_HOURS, target, severity) or 0 for severity in (1, 2, 3, 4)]
    assert hours == sorted(hours, reverse=True)
    assert all(number > 0 for number in hours)


@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_we_acknowledge_before_we_answer_and_answer_before_we_resolve(severity: int) -> None:
    first, second, third = (c.hours_for(c.DEFAULT_HOURS, target, severity) or 0 for target in c.TARGETS)
    assert first <= second <= third


@pytest.mark.parametrize("target", c.TARGETS)
def test_until_somebody_judged_it_a_case_counts_as_serious(target: str) -> None:
    assert c.hours_for(c.DEFAULT_HOURS, target, None) == c.hours_for(c.DEFAULT_HOURS, target, 3)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        ("24", datetime(2026, 11, 25, 10, 42, tzinfo=UTC)),
        ("0.5", datetime(2026, 11, 24, 11, 12, tzinfo=UTC)),
        ("1.25", datetime(2026, 11, 24, 11, 57, tzinfo=UTC)),
    ],
)
def test_a_target_counts_plain_hours_from_its_start(hours: str, due: datetime) -> None:
    assert c.due(START, Decimal(hours)) == due


@given(start=instants, before=spans, waited=spans)
def test_what_remained_when_the_pause_began_remains_when_it_ends(
    start: datetime, before: timedelta, waited: timedelta
) -> None:
    due = start + timedelta(days=500)
    paused_at = start + before
    now = paused_at + waited
    assert c.resumed(due, paused_at=paused_at, now=now) - now == due - paused_at


@given(due=instants, paused_at=instants, back=spans)
def test_a_clock_set_back_takes_no_time_away(due: datetime, paused_at: datetime, back: timedelta) -> None:
    assert c.resumed(due, paused_at=paused_at, now=paused_at - back) == due


@given(due=instants, now=instants, later=spans, hours=st.integers(1, 400))
def test_the_share_used_is_a_per_cent_that_never_falls(
    due: datetime, now: datetime, later: timedelta, hours: int
) -> None:
    early, late = (c.spent(Decimal(hours), c.remaining(due, at)) for at in (now, now + later))
    assert 0 <= early <= late <= 100


def test_half_the_time_is_half_the_bar() -> None:
    due = START + timedelta(hours=10)
    shown = [c.spent(Decimal(10), c.remaining(due, START + timedelta(hours=h))) for h in (-2, 0, 5, 10, 11)]
    assert shown == [0, 0, 50, 100, 100]
    assert c.spent(Decimal(0), timedelta(hours=1)) == 100


# Working time, pauses and warnings ------------------------------------------------------------------------------------

WEEK = {"time_zone": "Asia/Shanghai", "windows": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in "01234"}}
DESK = WorkingTime.read(WEEK)
near = st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda span: START + span)
pauses = st.lists(st.tuples(near, st.timedeltas(timedelta(0), timedelta(days=20))), max_size=5).map(
    lambda found: [Span(start, start + length) for start, length in found]
)
ways = st.sampled_from([None, DESK])
few = st.integers(1, 120).map(Decimal)


def test_working_hours_are_counted_only_while_the_desk_is_open() -> None:
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # 17:00 there
    assert c.due(friday, Decimal(2), DESK) == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


@given(start=near, hours=few, working=ways, before=pauses, more=pauses)
def test_pausing_never_brings_a_date_nearer(
    start: datetime, hours: Decimal, working: WorkingTime | None, before: list[Span], more: list[Span]
) -> None:
    assert c.due(start, hours, working, [*before, *more]) >= c.due(start, hours, working, before)


@given(due=near, paused_at=near, waited=spans, working=ways)
def test_going_on_never_brings_a_date_nearer(
    due: datetime, paused_at: datetime, waited: timedelta, working: WorkingTime | None
) -> None:
    again = c.resumed(due, paused_at=paused_at, now=paused_at + waited, working=working)
    assert again >= due
    if due > paused_at:
        left = c.remaining(due, paused_at, working)
        assert c.remaining(again, paused_at + waited, working) == left


@given(start=near, hours=few, working=ways, at=near, lengths=st.tuples(spans, spans))
def test_zam_pauses_that_overlap_or_begin_in_the_same_minute_are_a_union(
    start: datetime, hours: Decimal, working: WorkingTime | None, at: datetime, lengths: tuple[timedelta, timedelta]
) -> None:
    """Zammad merges pauses by their minute, so that the second of a minute overwrites the first."""
    twice = [Span(at, at + lengths[0]), Span(at, at + lengths[1])]
    once = [Span(at, at + max(lengths))]
    assert c.due(start, hours, working, twice) == c.due(start, hours, working, once)


@given(start=near, hours=few, working=ways, paused=near, length=spans)
def test_what_is_counted_step_by_step_is_what_is_counted_at_once(
    start: datetime, hours: Decimal, working: WorkingTime | None, paused: datetime, length: timedelta
) -> None:
    if paused < start:
        return
    step = c.resumed(c.due(start, hours, working), paused_at=paused, now=paused + length, working=working)
    assert step == c.due(start, hours, working, [Span(paused, paused + length)])


@given(start=near, hours=few, working=ways, closed=st.dates(date(2026, 10, 1), date(2027, 2, 1)))
def test_a_closed_day_never_makes_a_date_earlier(
    start: datetime, hours: Decimal, working: WorkingTime | None, closed: date
) -> None:
    shut = working and WorkingTime.read(WEEK | {"closed": [closed.isoformat()]})
    assert c.due(start, hours, shut) >= c.due(start, hours, working)


@given(start=near, hours=few, working=ways, level=st.sampled_from(c.WARN_AT))
def test_a_warning_comes_when_so_much_is_used_and_not_before(
    start: datetime, hours: Decimal, working: WorkingTime | None, level: int
) -> None:
    due = c.due(start, hours, working)
    at = c.warns_at(level, hours=hours, due_at=due, now=start, working=working)
    assert start <= at <= due
    assert c.reached(hours, c.remaining(due, at, working), level)
    assert not c.reached(hours, c.remaining(due, at - timedelta(minutes=1), working), level) or working is not None
    assert c.warns_at(level, hours=hours, due_at=due, now=due, working=working) == due


def test_zam_warnings_stand_at_their_share_of_every_target_however_short() -> None:
    """Zammad warns a constant time before, whatever the target."""
    for hours in (Decimal("0.5"), Decimal(8), Decimal(240)):
        due = c.due(START, hours)
        half = c.warns_at(50, hours=hours, due_at=due, now=START)
        assert half - START == (due - START) / 2


def test_a_target_no_calendar_reaches_is_counted_day_and_night_and_breaks_nothing() -> None:
    assert c.due(START, Decimal(99_999), DESK) == START + timedelta(hours=99_999)
    assert c.remaining(START + timedelta(days=9_000), START, DESK) == timedelta(days=9_000)


def test_a_target_missing_in_an_old_preset_has_no_hours() -> None:
    old = {"acknowledge": {"1": "24", "2": "24", "3": "8", "4": "2"}}
    assert c.hours_for(old, "step_listen", 2) is None
    assert c.hours_for({"step_listen": {}}, "step_listen", 2) is None
    assert c.hours_for(old, "acknowledge", 2) == 24


@pytest.mark.parametrize("severity", ["1", "2", "3", "4"])
def test_the_steps_add_up_to_the_whole_and_two_of_them_to_the_first_answer(severity: str) -> None:
    hours = {target: Decimal(by[severity]) for target, by in c.DEFAULT_HOURS.items()}
    assert sum(hours[target] for target in c.STEP_TARGETS) == hours["resolve"]
    assert hours["step_listen"] + hours["step_empathise"] == hours["first_answer"]
