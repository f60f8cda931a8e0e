"""When what we owe falls due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import follow_ups as f
from office.calendars import WorkingTime

FRIDAY = datetime(2026, 11, 27, 15, 20, tzinfo=UTC)
UTC_ZONE, TAIPEI = ZoneInfo("UTC"), ZoneInfo("Asia/Taipei")
HOURS = WorkingTime.office_hours("UTC")


def test_the_next_try_is_the_next_working_day_at_the_same_time() -> None:
    due_at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert f.next_try(due_at, now=FRIDAY, zone=UTC_ZONE, hours=HOURS) == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def test_the_next_try_keeps_the_readers_own_time_of_day() -> None:
    due_at = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # 15:00 in Taipei
    found = f.next_try(
        due_at, now=due_at + timedelta(hours=1), zone=TAIPEI, hours=WorkingTime.office_hours("Asia/Taipei")
    )
    assert f"{found.astimezone(TAIPEI):%a %d %H:%M}" == "Wed 25 15:00"


def test_the_quick_choices() -> None:
    said = f.quick_choices(FRIDAY, now=FRIDAY, zone=UTC_ZONE, hours=HOURS)
    assert {name: f"{at:%a %d %H:%M}" for name, at in said.items()} == {
        "hour": "Fri 27 16:20",
        "tomorrow": "Sat 28 09:00",
        "working_day": "Mon 30 15:20",
        "next_week": "Mon 30 09:00",
    }
    assert tuple(said) == f.QUICK


def test_a_make_up_saturday_is_the_next_working_day() -> None:
    saturday = WorkingTime.read({"time_zone": "UTC", "windows": {"0": [["09:00", "18:00"]]}, "extra": ["2026-11-28"]})
    assert f"{f.working_day_after(FRIDAY.date(), saturday):%a}" == "Sat"


@pytest.mark.parametrize(
    ("wait", "update"),
    [
        (timedelta(hours=2), None),
        (timedelta(days=1), timedelta(hours=12)),
        (timedelta(days=10), timedelta(days=5)),
        (timedelta(days=60), timedelta(days=7)),
    ],
)
def test_while_we_wait_the_customer_hears_at_half_of_the_time_or_after_a_week(
    wait: timedelta, update: timedelta | None
) -> None:
    assert f.update_due(FRIDAY, until=FRIDAY + wait) == (FRIDAY + update if update else None)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_the_updates_of_a_wait_come_to_an_end(wait: timedelta) -> None:
    now, until, count = FRIDAY, FRIDAY + wait, 0
    while (due := f.update_due(now, until=until)) is not None:
        assert now < due < until
        now, count = due, count + 1
    assert count <= wait / f.MOST_SILENT + 6


def test_only_a_promise_moved_past_what_was_told_needs_telling() -> None:
    later = FRIDAY + timedelta(minutes=1)
    assert f.needs_telling(later, promised=True, told_until=FRIDAY)
    assert not f.needs_telling(FRIDAY, promised=True, told_until=FRIDAY)
    assert not f.needs_telling(later, promised=False, told_until=FRIDAY)
