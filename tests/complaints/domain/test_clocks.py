"""Targets in hours, and what a pause does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import clocks as c

START = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
instants = st.timedeltas(timedelta(days=-13_000), timedelta(days=4_000)).map(lambda span: START + span)
spans = st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize("target", c.TARGETS)
def test_a_graver_case_is_never_given_more_time(target: str) -> None:
    hours = [c.hours_for(c.DEFAULT_HOURS, target, severity) for severity in (1, 2, 3, 4)]
    assert hours == sorted(hours, reverse=True)
    assert all(number > 0 for number in hours)


@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_we_acknowledge_before_we_answer_and_answer_before_we_resolve(severity: int) -> None:
    first, second, third = (c.hours_for(c.DEFAULT_HOURS, target, severity) for target in c.TARGETS)
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


@given(start=instants, due=instants, now=instants, later=spans)
def test_the_share_used_is_a_per_cent_that_never_falls(
    start: datetime, due: datetime, now: datetime, later: timedelta
) -> None:
    assert 0 <= c.used(start, due, now) <= c.used(start, due, now + later) <= 100


def test_half_the_time_is_half_the_bar() -> None:
    due = START + timedelta(hours=10)
    assert c.used(START, due, START) == 0
    assert c.used(START, due, START + timedelta(hours=5)) == 50
    assert c.used(START, due, due) == 100
    assert c.used(START, START, START) == 100
