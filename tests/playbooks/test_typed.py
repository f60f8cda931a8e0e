"""A date typed into a field becomes an instant, and what can be read twice is found out."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.calendars import WorkingTime
from playbooks.typed import Typed, typed

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)  # a Tuesday
LONDON, TAIPEI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Taipei")


def read(text: str, zone: ZoneInfo = LONDON, now: datetime = NOW, **calendar: object) -> Typed | None:
    hours = WorkingTime.read({"time_zone": zone.key, **calendar}) if calendar else WorkingTime.office_hours(zone.key)
    return typed(text, now=now, timezone=zone, calendar=hours)


def local(found: Typed | None, zone: ZoneInfo = LONDON) -> str:
    assert found is not None
    return f"{found.at.astimezone(zone):%a %d %b %H:%M}"


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("tomorrow 3pm", "Wed 25 Nov 15:00", "by"),
        ("Fri 17:00", "Fri 27 Nov 17:00", "by"),
        ("in 3 working days", "Fri 27 Nov 18:00", "by"),
        ("in 2 hours", "Tue 24 Nov 12:42", "by"),
        ("明天下午三点", "Wed 25 Nov 15:00", "by"),
        ("下周一上午", "Mon 30 Nov 12:00", "by"),
        ("三個工作天內", "Fri 27 Nov 18:00", "by"),
        ("tomorrow", "Wed 25 Nov 18:00", "on"),
        ("週五", "Fri 27 Nov 18:00", "on"),
        ("2026-11-30 15:00", "Mon 30 Nov 15:00", "by"),
    ],
)
def test_what_a_person_types_is_an_instant_or_the_end_of_a_day(text: str, at: str, kind: str) -> None:
    found = read(text)
    assert (local(found), found and found.kind, found and found.unsure) == (at, kind, False)


@pytest.mark.parametrize("text", ["tomorrow 3", "Friday at 5", "at 9", "明天三点", "下週三 3點", "五点前"])
def test_an_hour_without_morning_or_afternoon_can_be_read_twice(text: str) -> None:
    found = read(text)
    assert found is not None
    assert found.unsure


@pytest.mark.parametrize(
    "text", ["03:30", "15:00", "明天15点", "明早9点", "明天晚上8点", "noon", "tomorrow 3 pm", "in 3 hours"]
)
def test_an_hour_that_says_which_is_sure(text: str) -> None:
    found = read(text)
    assert found is not None
    assert not found.unsure


@pytest.mark.parametrize("text", ["", "soon", "yesterday", "2 November 2020", "改天", "x" * 5000, "\x00", "99:99"])
def test_what_is_no_date_to_come_is_none(text: str) -> None:
    assert read(text) is None


def test_a_day_ends_when_the_team_goes_home_and_a_day_off_at_six() -> None:
    week = {"windows": {str(day): [["10:00", "16:30"]] for day in range(5)}}
    assert local(read("tomorrow", **week)) == "Wed 25 Nov 16:30"
    assert local(read("Saturday", **week)) == "Sat 28 Nov 18:00"
    assert local(read("in 2 working days", **week)) == "Thu 26 Nov 16:30"


def test_today_after_hours_ends_at_midnight() -> None:
    late = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    assert local(read("today", now=late)) == "Tue 24 Nov 23:59"


def test_the_zone_is_the_readers() -> None:
    assert local(read("tomorrow 3pm", TAIPEI), TAIPEI) == "Wed 25 Nov 15:00"


@given(st.text(max_size=60))
def test_any_text_is_a_date_to_come_or_nothing(text: str) -> None:
    found = read(text)
    assert found is None or (found.at > NOW and found.kind in ("by", "on"))
