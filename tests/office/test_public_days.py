"""What a version of a calendar counts: the desk's own days over the public days of its region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.calendars import BadCalendar, WorkingTime
from office.public_days import REGIONS, Coverage, coverage, loaded, working_time

LUNCH = [["09:00", "12:00"], ["13:00", "18:00"]]
WEEK = dict.fromkeys("01234", LUNCH)
CHINA = {"time_zone": "Asia/Shanghai", "windows": WEEK, "region": "CN", "public": loaded("CN", 2026)}
SHANGHAI = ZoneInfo("Asia/Shanghai")


def desk(**own: Any) -> WorkingTime:
    return working_time({**CHINA, **own})


def due(working: WorkingTime, start: str, hours: float) -> str:
    at = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI).astimezone(UTC)
    return working.add_working(at, timedelta(hours=hours)).astimezone(SHANGHAI).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        # 2025: closed 1 to 8 October, Sunday 28 September and Saturday 11 October worked for it.
        ("2025-09-27 10:00", 8, "Sun 09-28 18:00"),
        ("2025-09-30 17:00", 2, "Thu 10-09 10:00"),
        ("2025-10-10 17:00", 2, "Sat 10-11 10:00"),
        ("2025-10-11 17:00", 2, "Mon 10-13 10:00"),
    ],
)
def test_the_week_around_the_national_day_comes_out_right(start: str, hours: float, expected: str) -> None:
    assert due(desk(), start, hours) == expected


def test_a_day_the_desk_closes_closes_a_make_up_day_too() -> None:
    assert due(desk(closed=["2025-09-28"]), "2025-09-27 10:00", 8) == "Mon 09-29 18:00"


def test_a_day_the_desk_works_opens_a_public_holiday_like_an_ordinary_day() -> None:
    assert due(desk(extra=["2025-10-02"]), "2025-09-30 17:00", 2) == "Thu 10-02 10:00"
    short = [{"date": "2025-10-02", "windows": [["10:00", "11:00"]]}]
    assert due(desk(extra=short), "2025-09-30 17:00", 3) == "Thu 10-09 10:00"


def test_a_name_the_desk_gives_goes_before_the_public_one() -> None:
    closed = desk(closed=[{"date": "2025-10-01", "name": "Stocktaking"}])
    assert closed.kind_of(date(2025, 10, 1))[1].en == "Stocktaking"
    assert closed.kind_of(date(2025, 10, 2))[1].in_language("zh-hans").startswith("国庆")


def test_a_desk_that_closes_a_day_and_works_it_is_asked_which() -> None:
    with pytest.raises(BadCalendar):
        desk(closed=["2025-10-13"], extra=["2025-10-13"])


def test_years_whose_moved_weekends_are_not_announced_are_left_out_and_told() -> None:
    known = coverage(CHINA)
    assert known == Coverage(2025, 2026)
    assert not known.runs_out(date(2026, 8, 1))
    assert known.runs_out(date(2026, 11, 24))
    assert known.runs_out(date(2027, 1, 1))
    assert not any(str(day["date"] if isinstance(day, dict) else day) >= "2027" for day in CHINA["public"]["closed"])
    assert loaded("CN", 2035) == {} == loaded("", 2026)
    assert coverage({"region": "CN", "public": {}}) is None


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_can_be_counted_with(region: str) -> None:
    content = {"time_zone": "UTC", "windows": WEEK, "region": region, "public": loaded(region, 2026)}
    assert working_time(content).kind_of(date(2026, 1, 1))[0] == "closed"


instants = st.integers(0, 450 * 24 * 60).map(lambda n: datetime(2025, 8, 1, tzinfo=UTC) + timedelta(minutes=n))
dates = st.dates(date(2025, 8, 1), date(2026, 12, 1)).map(date.isoformat)


@settings(max_examples=60, deadline=None)
@given(start=instants, hours=st.integers(1, 200), closed=st.sets(dates, max_size=5), more=dates)
def test_adding_a_closed_day_never_makes_a_date_earlier(
    start: datetime, hours: int, closed: set[str], more: str
) -> None:
    amount = timedelta(hours=hours)
    before = desk(closed=sorted(closed)).add_working(start, amount)
    assert desk(closed=sorted(closed | {more})).add_working(start, amount) >= before


@settings(max_examples=60, deadline=None)
@given(start=instants, hours=st.integers(1, 200), days=st.sets(dates, max_size=5), name=st.text("abc王", max_size=8))
def test_renaming_a_day_changes_nothing(start: datetime, hours: int, days: set[str], name: str) -> None:
    plain, named = sorted(days), [{"date": day, "name": name} for day in sorted(days)]
    amount = timedelta(hours=hours)
    assert desk(closed=plain).add_working(start, amount) == desk(closed=named).add_working(start, amount)
