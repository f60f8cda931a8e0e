"""Working time: what counts, when it is full, and why. Holidays are checked against what governments announced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.calendars import (
    HORIZON,
    MOST_PARTS,
    BadCalendar,
    ClosedDay,
    ExtraDay,
    Flaw,
    Name,
    OutOfReach,
    Part,
    Window,
    WorkingTime,
)
from office.public_days import PublicDays, public_days

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
LUNCH = [["09:00", "12:00"], ["13:00", "18:00"]]
NINE_TO_FIVE = [["09:00", "17:00"]]
ALL_DAY = [["00:00", "24:00"]]
NATIONAL_DAY = Name("National Day", "国庆节", "國慶節")


@cache
def public(region: str, *years: int) -> PublicDays:
    return public_days(region, years)


def desk(time_zone: str, windows: list[list[str]], *, days: str = "01234", **more: object) -> WorkingTime:
    return WorkingTime.read({"time_zone": time_zone, "windows": dict.fromkeys(days, windows), **more})


def with_public_days(calendar: WorkingTime, region: str, *years: int) -> WorkingTime:
    days = public(region, *years)
    return replace(calendar, closed=days.closed, extra=days.extra)


SHANGHAI = desk("Asia/Shanghai", LUNCH)
LONDON = desk("Europe/London", NINE_TO_FIVE)
BEIJING_OFFICE = with_public_days(SHANGHAI, "CN", 2025, 2026)
LONDON_OFFICE = with_public_days(LONDON, "GB", 2026, 2027)
TAIPEI_OFFICE = with_public_days(desk("Asia/Taipei", NINE_TO_FIVE), "TW", 2023, 2025)


def there(calendar: WorkingTime, local: str) -> datetime:
    """The instant at which the clocks of the calendar first show ``local``."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(calendar.time_zone)).astimezone(UTC)


def shown(calendar: WorkingTime, at: datetime) -> str:
    return at.astimezone(ZoneInfo(calendar.time_zone)).strftime("%a %Y-%m-%d %H:%M")


def added(calendar: WorkingTime, start: str, hours: float) -> str:
    return shown(calendar, calendar.add_working(there(calendar, start), hours * HOUR))


def days_later(calendar: WorkingTime, start: str, n: int) -> str:
    return shown(calendar, calendar.add_working_days(there(calendar, start), n))


# A day ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24 11:00", 0, "Tue 2026-11-24 11:00"),
        ("2026-11-24 11:00", 1, "Tue 2026-11-24 12:00"),
        ("2026-11-24 11:00", 1.5, "Tue 2026-11-24 13:30"),
        ("2026-11-24 12:20", 1, "Tue 2026-11-24 14:00"),
        ("2026-11-24 09:00", 8, "Tue 2026-11-24 18:00"),
        ("2026-11-24 20:00", 8, "Wed 2026-11-25 18:00"),
        ("2026-11-27 17:30", 1, "Mon 2026-11-30 09:30"),
        ("2026-11-28 10:00", 0.5, "Mon 2026-11-30 09:30"),
    ],
)
def test_the_lunch_break_and_the_weekend_do_not_count(start: str, hours: float, due: str) -> None:
    assert added(SHANGHAI, start, hours) == due


def test_a_desk_is_open_from_the_first_minute_of_a_window_until_before_its_end() -> None:
    shown_open = [
        SHANGHAI.is_open(there(SHANGHAI, f"2026-11-24 {time}"))
        for time in ("08:59", "09:00", "11:59", "12:00", "12:59", "13:00", "17:59", "18:00")
    ]
    assert shown_open == [False, True, True, False, False, True, True, False]


def test_the_next_opening_is_now_while_the_desk_is_open() -> None:
    def opening(at: str) -> str:
        return shown(SHANGHAI, SHANGHAI.next_open(there(SHANGHAI, at)))

    assert opening("2026-11-24 10:15") == "Tue 2026-11-24 10:15"
    assert opening("2026-11-24 12:00") == "Tue 2026-11-24 13:00"
    assert opening("2026-11-27 18:00") == "Mon 2026-11-30 09:00"


def test_business_closes_with_the_last_window_and_not_at_all_on_a_day_off() -> None:
    assert SHANGHAI.close_of(date(2026, 11, 24)) == there(SHANGHAI, "2026-11-24 18:00")
    assert SHANGHAI.close_of(date(2026, 11, 28)) is None


def test_round_the_clock_every_hour_counts_and_a_day_closes_at_midnight() -> None:
    always = desk("Asia/Kathmandu", ALL_DAY, days="0123456")
    start = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
    assert always.add_working(start, 100 * HOUR) == start + 100 * HOUR
    assert always.close_of(date(2026, 11, 24)) == datetime(2026, 11, 24, 18, 15, tzinfo=UTC)
    assert always.is_open(datetime(2026, 11, 24, 18, 15, tzinfo=UTC))


def test_a_night_shift_runs_over_midnight_as_two_windows() -> None:
    night = desk("Asia/Shanghai", [["00:00", "06:00"], ["22:00", "24:00"]], days="0123456")
    assert added(night, "2026-11-24 23:00", 3) == "Wed 2026-11-25 02:00"
    assert added(night, "2026-11-24 23:00", 8) == "Wed 2026-11-25 23:00"


def test_the_twenty_ninth_of_february_is_a_day_like_others() -> None:
    assert days_later(SHANGHAI, "2028-02-28 10:00", 1) == "Tue 2028-02-29 18:00"
    assert added(SHANGHAI, "2028-02-28 17:00", 9) == "Tue 2028-02-29 18:00"


def test_time_that_has_not_passed_yet_is_negative() -> None:
    late, early = there(SHANGHAI, "2026-11-25 10:00"), there(SHANGHAI, "2026-11-24 17:00")
    assert SHANGHAI.working_between(early, late) == 2 * HOUR
    assert SHANGHAI.working_between(late, early) == -2 * HOUR


def test_without_a_word_from_anybody_office_hours_count() -> None:
    office = WorkingTime.office_hours("Europe/London")
    assert added(office, "2026-11-27 17:00", 2) == "Mon 2026-11-30 10:00"


# Working days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("received", ["2026-11-23 00:00", "2026-11-23 08:00", "2026-11-23 17:59", "2026-11-23 23:59"])
def test_the_day_of_receipt_is_not_counted_however_early_it_came(received: str) -> None:
    assert days_later(SHANGHAI, received, 1) == "Tue 2026-11-24 18:00"
    assert days_later(SHANGHAI, received, 10) == "Mon 2026-12-07 18:00"


def test_what_comes_at_the_weekend_counts_from_monday() -> None:
    assert days_later(SHANGHAI, "2026-11-28 10:00", 1) == "Mon 2026-11-30 18:00"


def test_the_day_is_the_one_at_the_desk_not_in_greenwich() -> None:
    late_on_monday_in_greenwich = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Tuesday 01:00 in Shanghai
    assert shown(SHANGHAI, SHANGHAI.add_working_days(late_on_monday_in_greenwich, 1)) == "Wed 2026-11-25 18:00"


# Public days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "closes"),
    [
        # 2025: 1–8 October off; Sunday 28 September and Saturday 11 October worked.
        (
            "2025-09-26 10:00",
            ["Sun 09-28", "Mon 09-29", "Tue 09-30", "Thu 10-09", "Fri 10-10", "Sat 10-11", "Mon 10-13"],
        ),
        # 2026: Mid-Autumn 25–27 September and 1–7 October off; Sunday 20 September and Saturday 10 October worked.
        (
            "2026-09-18 10:00",
            ["Sun 09-20", "Mon 09-21", "Tue 09-22", "Wed 09-23", "Thu 09-24", "Mon 09-28", "Tue 09-29"],
        ),
        ("2026-09-29 10:00", ["Wed 09-30", "Thu 10-08", "Fri 10-09", "Sat 10-10", "Mon 10-12"]),
    ],
)
def test_the_weeks_around_the_national_day_of_china(received: str, closes: list[str]) -> None:
    start = there(BEIJING_OFFICE, received)
    days = [BEIJING_OFFICE.add_working_days(start, n + 1) for n in range(len(closes))]
    assert [day.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%a %m-%d") for day in days] == closes


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2025-09-26 16:00", 20, "Tue 2025-09-30 11:00"),  # 2 on Friday, 8 on Sunday, 8 on Monday, 2 on Tuesday
        ("2025-09-30 17:00", 10, "Fri 2025-10-10 10:00"),  # 1 before the holiday, 8 on the 9th, 1 on the 10th
        ("2025-09-30 17:00", 18, "Sat 2025-10-11 10:00"),
        ("2025-10-04 12:00", 1, "Thu 2025-10-09 10:00"),
        ("2026-09-30 17:00", 1.5, "Thu 2026-10-08 09:30"),
    ],
)
def test_hours_run_through_worked_weekends_and_rest_in_the_golden_week(start: str, hours: float, due: str) -> None:
    assert added(BEIJING_OFFICE, start, hours) == due


def test_when_boxing_day_is_a_saturday_the_monday_after_is_closed() -> None:
    assert added(LONDON_OFFICE, "2026-12-24 16:00", 2) == "Tue 2026-12-29 10:00"


def test_when_christmas_is_a_saturday_two_days_after_it_are_closed() -> None:
    assert days_later(LONDON_OFFICE, "2027-12-24 16:00", 1) == "Wed 2027-12-29 17:00"


def test_scotland_has_its_own_days() -> None:
    assert date(2026, 1, 2) in {closed.day for closed in public("GB-SCT", 2026).closed}
    assert date(2026, 1, 2) not in {closed.day for closed in public("GB", 2026).closed}
    assert date(2026, 4, 6) in {closed.day for closed in public("GB", 2026).closed}  # Easter Monday, not in Scotland


def test_a_bridge_day_in_taiwan_is_worked_off_on_a_saturday() -> None:
    # 2025: Monday 27 January off before the New Year (28–31), worked off on Saturday 8 February.
    assert days_later(TAIPEI_OFFICE, "2025-01-24 10:00", 1) == "Mon 2025-02-03 17:00"
    assert days_later(TAIPEI_OFFICE, "2025-02-07 10:00", 1) == "Sat 2025-02-08 17:00"
    # 2023: Friday 20 January off, worked off on Saturday 7 January.
    assert days_later(TAIPEI_OFFICE, "2023-01-06 10:00", 1) == "Sat 2023-01-07 17:00"
    assert days_later(TAIPEI_OFFICE, "2023-01-19 10:00", 1) == "Mon 2023-01-30 17:00"


def test_hong_kong_closes_on_its_general_holidays() -> None:
    days = {closed.day: closed.name for closed in public("HK", 2026).closed}
    assert date(2026, 4, 3) in days  # Good Friday is a general holiday, but no statutory one
    assert days[date(2026, 10, 1)] == Name("National Day", "国庆日", "國慶日")
    assert public("HK", 2026).extra == ()


def test_the_united_states_move_a_saturday_holiday_to_friday() -> None:
    days = {closed.day: closed.name.en for closed in public("US", 2021).closed}
    assert days[date(2021, 12, 31)] == "New Year's Day (observed)"  # for the first day of another year
    assert days[date(2021, 11, 25)] == "Thanksgiving Day"


def test_public_days_have_names_in_every_language_there_is() -> None:
    days = {closed.day: closed.name for closed in public("CN", 2025).closed}
    assert days[date(2025, 10, 1)] == NATIONAL_DAY
    assert days[date(2025, 10, 7)].en == "Day off (substituted from 2025-09-28)"
    christmas = {closed.day: closed.name for closed in public("GB", 2026).closed}[date(2026, 12, 25)]
    assert [christmas.in_language(code) for code in ("en", "zh-Hant")] == ["Christmas Day", "Christmas Day"]


def test_only_the_years_asked_for_come_and_december_knows_of_january() -> None:
    assert {closed.day.year for closed in public("CN", 2025, 2026).closed} == {2025, 2026}
    assert date(2006, 12, 30) in {extra.day for extra in public("CN", 2006).extra}  # worked for New Year 2007
    assert public_days("CN", []) == PublicDays((), ())


def test_a_year_whose_moved_weekends_are_not_announced_is_told() -> None:
    assert public("CN", 2026).unannounced == ()
    assert public("CN", 2026, 2099).unannounced == (2099,)
    assert public("GB", 2099).unannounced == ()


def test_a_region_without_public_days_is_an_error() -> None:
    with pytest.raises(KeyError):
        public_days("XX", [2026])


# When clocks change ---------------------------------------------------------------------------------------------------

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in London, at 01:00 UTC


@pytest.mark.parametrize(
    ("day", "window", "hours"),
    [
        (SPRING, ["00:00", "24:00"], 23),
        (SPRING, ["00:00", "03:00"], 2),
        (SPRING, ["01:30", "05:00"], 3),
        (SPRING, ["00:30", "01:30"], 0.5),
        (AUTUMN, ["00:00", "24:00"], 25),
        (AUTUMN, ["00:00", "03:00"], 4),
        (AUTUMN, ["01:30", "03:00"], 2.5),
        (AUTUMN, ["00:00", "01:30"], 1.5),
    ],
)
def test_a_window_over_a_change_of_the_clocks_is_as_long_as_it_really_was(
    day: date, window: list[str], hours: float
) -> None:
    calendar = desk("Europe/London", [window], days="6")
    spans = calendar.spans_on(day)
    assert sum((span.end - span.start for span in spans), timedelta()) == hours * HOUR
    midnight = there(calendar, day.isoformat())
    assert calendar.working_between(midnight, midnight + 30 * HOUR) == hours * HOUR


def test_a_window_the_clocks_leap_over_is_none_and_its_day_no_working_day() -> None:
    calendar = desk("Europe/London", [["01:15", "01:45"]], days="6")
    assert calendar.windows_on(SPRING) == (Window(75, 105),)
    assert calendar.spans_on(SPRING) == ()
    assert days_later(calendar, "2026-03-22 10:00", 1) == "Sun 2026-04-05 01:45"


def test_a_day_the_calendar_of_a_country_left_out_is_no_working_day() -> None:
    samoa = desk("Pacific/Apia", NINE_TO_FIVE)  # there was no Friday, 30 December 2011
    assert days_later(samoa, "2011-12-29 12:00", 1) == "Mon 2012-01-02 17:00"


@pytest.mark.parametrize("zone", ["America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana"])
def test_round_the_clock_nothing_is_lost_or_doubled_when_clocks_change(zone: str) -> None:
    always = desk(zone, ALL_DAY, days="0123456")  # St John's put its clocks back from 00:01 into the day before
    start = datetime(2010, 1, 1, tzinfo=UTC)
    assert always.working_between(start, start + 500 * DAY) == 500 * DAY
    changes = [start + n * HOUR for n in range(365 * 24)]
    assert all(always.is_open(at) for at in changes[::7])


def test_a_deadline_keeps_its_hour_over_the_change_in_spring() -> None:
    assert added(LONDON, "2026-03-27 16:30", 1) == "Mon 2026-03-30 09:30"
    assert LONDON.close_of(date(2026, 3, 27)) == datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert LONDON.close_of(date(2026, 3, 30)) == datetime(2026, 3, 30, 16, tzinfo=UTC)


# Closed, extra, short -------------------------------------------------------------------------------------------------


def test_a_short_day_is_a_closed_day_with_extra_windows() -> None:
    calendar = desk(
        "Europe/London",
        NINE_TO_FIVE,
        closed=["2026-12-24"],
        extra=[{"date": "2026-12-24", "name": "Christmas Eve", "windows": [["09:00", "12:00"]]}],
    )
    assert calendar.windows_on(date(2026, 12, 24)) == (Window(540, 720),)
    assert added(calendar, "2026-12-24 11:00", 2) == "Fri 2026-12-25 10:00"


def test_extra_windows_on_an_open_day_make_it_longer_but_no_hour_twice() -> None:
    calendar = desk("Europe/London", NINE_TO_FIVE, extra=[{"date": "2026-11-24", "windows": [["16:00", "20:00"]]}])
    assert calendar.windows_on(date(2026, 11, 24)) == (Window(540, 1200),)


def test_an_extra_day_is_worked_like_the_first_day_of_the_week_that_is() -> None:
    calendar = desk("Asia/Shanghai", LUNCH, days="24", extra=["2026-11-28"])
    assert calendar.windows_on(date(2026, 11, 28)) == (Window(540, 720), Window(780, 1080))


# Far away -------------------------------------------------------------------------------------------------------------


def test_nobody_counts_further_than_twenty_years() -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(OutOfReach):
        SHANGHAI.add_working(start, 21 * 262 * 8 * HOUR)
    with pytest.raises(OutOfReach):
        SHANGHAI.add_working_days(start, 21 * 262)
    with pytest.raises(OutOfReach):
        SHANGHAI.working_between(start, start + HORIZON + HOUR)
    with pytest.raises(OutOfReach):
        SHANGHAI.is_open(datetime(9999, 12, 31, 23, tzinfo=UTC))
    with pytest.raises(OutOfReach):
        SHANGHAI.close_of(date.max)


def test_a_desk_closed_for_good_never_opens_and_says_so() -> None:
    mondays = [(date(2026, 1, 5) + n * 7 * DAY).isoformat() for n in range(22 * 53)]
    gone = desk("Europe/London", NINE_TO_FIVE, days="0", closed=mondays)
    start = datetime(2026, 1, 4, tzinfo=UTC)
    assert not gone.is_open(start)
    for asked in (
        lambda: gone.next_open(start),
        lambda: gone.add_working(start, HOUR),
        lambda: gone.add_working_days(start, 1),
    ):
        with pytest.raises(OutOfReach):
            asked()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SHANGHAI.add_working(datetime(2026, 11, 24), HOUR),  # noqa: DTZ001
        lambda: SHANGHAI.add_working(datetime(2026, 11, 24, tzinfo=UTC), -HOUR),
        lambda: SHANGHAI.add_working_days(datetime(2026, 11, 24, tzinfo=UTC), 0),
    ],
)
def test_what_makes_no_sense_is_an_error(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"time zone|taken away|first"):
        wrong()


def test_a_day_once_worked_out_is_remembered() -> None:
    assert SHANGHAI.spans_on(date(2026, 11, 24)) is SHANGHAI.spans_on(date(2026, 11, 24))


# JSON -----------------------------------------------------------------------------------------------------------------

WEEK = {"0": NINE_TO_FIVE}


@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        ({"time_zone": "Europe/Atlantis"}, Flaw("time_zone", "unknown-zone", {"zone": "Europe/Atlantis"})),
        ({"time_zone": ""}, Flaw("time_zone", "unknown-zone", {"zone": ""})),
        ({"time_zone": "America"}, Flaw("time_zone", "unknown-zone", {"zone": "America"})),
        ({"time_zone": "../London"}, Flaw("time_zone", "unknown-zone", {"zone": "../London"})),
        ({"time_zone": "localtime"}, Flaw("time_zone", "unknown-zone", {"zone": "localtime"})),
        ({"time_zone": None}, Flaw("time_zone", "unknown-zone", {"zone": "None"})),
        ({"windows": {}}, Flaw("windows", "no-working-time", {})),
        ({"windows": {"0": [], "6": []}}, Flaw("windows", "no-working-time", {})),
        (
            {"windows": {}, "extra": [{"date": "2026-11-28", "windows": NINE_TO_FIVE}]},
            Flaw("windows", "no-working-time", {}),
        ),
        ({"windows": []}, Flaw("windows", "not-a-week", {"windows": "[]"})),
        ({"windows": {"mon": []}}, Flaw("windows", "not-a-week", {"windows": "{'mon': []}"})),
        ({"windows": {"0": ["09:00"]}}, Flaw("windows", "not-a-window", {"weekday": 0, "window": "09:00"})),
        ({"windows": {"0": None}}, Flaw("windows", "not-a-window", {"weekday": 0, "window": "None"})),
        (
            {"windows": {"3": [["9", "17:00"]]}},
            Flaw("windows", "not-a-window", {"weekday": 3, "window": "['9', '17:00']"}),
        ),
        ({"windows": {"3": [["12:00"]]}}, Flaw("windows", "not-a-window", {"weekday": 3, "window": "['12:00']"})),
        (
            {"windows": {"3": [["09:00", "24:01"]]}},
            Flaw("windows", "bad-time", {"weekday": 3, "window": "09:00–24:01"}),
        ),
        (
            {"windows": {"3": [["18:00", "09:00"]]}},
            Flaw("windows", "ends-before-start", {"weekday": 3, "window": "18:00–09:00"}),
        ),
        (
            {"windows": {"3": [["09:00", "09:00"]]}},
            Flaw("windows", "ends-before-start", {"weekday": 3, "window": "09:00–09:00"}),
        ),
        (
            {"windows": {"4": [["13:00", "18:00"], ["09:00", "13:30"]]}},
            Flaw("windows", "overlap", {"weekday": 4, "window": "09:00–13:30", "other": "13:00–18:00"}),
        ),
        ({"closed": ["2026-02-30"]}, Flaw("closed", "bad-date", {"date": "2026-02-30"})),
        ({"closed": [{"name": "Typhoon"}]}, Flaw("closed", "bad-date", {"date": "None"})),
        ({"closed": "2026-10-01"}, Flaw("closed", "bad-date", {"date": "['2026-10-01']"})),
        ({"closed": [20261001]}, Flaw("closed", "bad-date", {"date": "20261001"})),
        ({"closed": ["0026-10-01"]}, Flaw("closed", "bad-date", {"date": "0026-10-01"})),
        (
            {"closed": ["2026-10-01", "2026-10-02", "2026-10-01"]},
            Flaw("closed", "twice", {"date": "2026-10-01"}),
        ),
        ({"closed": [{"date": "2026-10-01", "name": 7}]}, Flaw("closed", "bad-name", {"date": "2026-10-01"})),
        (
            {"closed": [{"date": "2026-10-01", "name": "a" * 121}]},
            Flaw("closed", "long-name", {"date": "2026-10-01", "most": 120}),
        ),
        (
            {"extra": [{"date": "2026-11-28", "windows": [["18:00", "09:00"]]}]},
            Flaw("extra", "ends-before-start", {"date": "2026-11-28", "window": "18:00–09:00"}),
        ),
        ({"closed": ["2026-10-10"], "extra": ["2026-10-10"]}, Flaw("extra", "closed-too", {"date": "2026-10-10"})),
    ],
)
def test_each_thing_wrong_with_a_calendar_is_named(wrong: dict[str, object], flaw: Flaw) -> None:
    with pytest.raises(BadCalendar) as refused:
        WorkingTime.read({"time_zone": "Europe/London", "windows": WEEK, **wrong})
    assert refused.value.flaws == (flaw,)


def test_everything_that_does_not_fit_is_named_at_once() -> None:
    with pytest.raises(BadCalendar, match="time_zone: unknown-zone, windows: no-working-time, closed: twice"):
        WorkingTime.read({"time_zone": "Nowhere", "windows": {}, "closed": ["2026-10-01", "2026-10-01"]})


def test_a_calendar_made_in_code_is_checked_like_one_that_was_typed() -> None:
    with pytest.raises(BadCalendar, match="windows: not-a-week, windows: no-working-time"):
        WorkingTime("UTC", ())


def test_a_calendar_is_written_as_the_model_keeps_it() -> None:
    calendar = WorkingTime(
        "Asia/Shanghai",
        ((Window(780, 1440), Window(540, 720)), *[()] * 6),
        closed=(ClosedDay(date(2026, 10, 1), NATIONAL_DAY), ClosedDay(date(2026, 7, 20), Name("颱風"))),
        extra=(ExtraDay(date(2026, 10, 10)), ExtraDay(date(2026, 11, 28), windows=(Window(540, 720),))),
    )
    written = calendar.write()
    assert written == {
        "time_zone": "Asia/Shanghai",
        "windows": {"0": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "closed": [
            {"date": "2026-07-20", "name": "颱風"},
            {"date": "2026-10-01", "name": {"en": "National Day", "zh-Hans": "国庆节", "zh-Hant": "國慶節"}},
        ],
        "extra": ["2026-10-10", {"date": "2026-11-28", "windows": [["09:00", "12:00"]]}],
    }
    assert WorkingTime.read(written) == calendar


def test_a_name_is_found_in_whatever_language_it_was_given() -> None:
    assert Name("颱風").in_language("zh-hans") == "颱風"
    assert Name(zh_hant="颱風").in_language("en") == "颱風"
    assert NATIONAL_DAY.in_language("zh-TW") == "國慶節"
    assert Name().in_language("en") == ""
    named = desk("UTC", ALL_DAY, closed=[{"date": "2026-10-01", "name": {"ZH-hans": "国庆节", "fr": "Fête"}}])
    assert named.closed[0].name == Name(zh_hans="国庆节")


# Why this date --------------------------------------------------------------------------------------------------------


def told(parts: tuple[Part, ...]) -> list[tuple[object, ...]]:
    return [
        (part.kind, f"{part.first:%m-%d}", f"{part.last:%m-%d}", part.time / HOUR, part.days, part.rest)
        for part in parts
    ]


def test_a_date_around_the_national_day_is_explained_day_by_day() -> None:
    parts = BEIJING_OFFICE.explain(there(BEIJING_OFFICE, "2025-09-26 16:00"), 30 * HOUR)
    assert told(parts) == [
        ("worked", "09-26", "09-26", 2, 1, 0),
        ("rest", "09-27", "09-27", 0, 1, 0),
        ("extra", "09-28", "09-28", 8, 1, 0),
        ("worked", "09-29", "09-30", 16, 2, 0),
        ("closed", "10-01", "10-03", 0, 3, 0),
        ("rest", "10-04", "10-05", 0, 2, 0),
        ("closed", "10-06", "10-06", 0, 1, 0),
        ("closed", "10-07", "10-07", 0, 1, 0),
        ("closed", "10-08", "10-08", 0, 1, 0),
        ("worked", "10-09", "10-09", 4, 1, 0),
    ]
    assert [part.name.in_language("zh-Hans") for part in parts if part.kind == "closed"][:2] == ["国庆节", "中秋节"]
    assert [[shown(BEIJING_OFFICE, at)[-5:] for at in span] for span in parts[-1].spans] == [
        ["09:00", "12:00"],
        ["13:00", "14:00"],
    ]
    assert [part.whole for part in parts if part.time] == [False, True, True, False]


def test_whole_weeks_run_on_over_their_weekends() -> None:
    parts = SHANGHAI.explain(there(SHANGHAI, "2026-11-02 14:00"), 160 * HOUR)
    assert told(parts) == [
        ("worked", "11-02", "11-02", 4, 1, 0),
        ("worked", "11-03", "11-27", 152, 19, 6),
        ("rest", "11-28", "11-29", 0, 2, 0),
        ("worked", "11-30", "11-30", 4, 1, 0),
    ]


def test_a_complaint_after_hours_is_told_so() -> None:
    parts = SHANGHAI.explain(there(SHANGHAI, "2026-11-24 20:00"), HOUR)
    assert told(parts) == [("over", "11-24", "11-24", 0, 1, 0), ("worked", "11-25", "11-25", 1, 1, 0)]


def test_two_days_worked_in_part_are_told_one_by_one() -> None:
    parts = SHANGHAI.explain(there(SHANGHAI, "2026-11-24 16:00"), 3 * HOUR)
    assert told(parts) == [("worked", "11-24", "11-24", 2, 1, 0), ("worked", "11-25", "11-25", 1, 1, 0)]


def test_a_day_that_closes_at_midnight_ends_on_that_day() -> None:
    always = desk("Asia/Shanghai", ALL_DAY, days="0123456")
    assert told(always.explain(there(always, "2026-11-24 00:00"), 48 * HOUR)) == [
        ("worked", "11-24", "11-25", 48, 2, 0)
    ]


def test_no_time_needs_no_explanation() -> None:
    assert SHANGHAI.explain(there(SHANGHAI, "2026-11-24 20:00"), timedelta()) == ()


def test_working_days_are_explained_from_the_day_of_receipt() -> None:
    assert told(BEIJING_OFFICE.explain_days(there(BEIJING_OFFICE, "2025-09-30 10:00"), 2)) == [
        ("received", "09-30", "09-30", 0, 1, 0),
        ("closed", "10-01", "10-03", 0, 3, 0),
        ("rest", "10-04", "10-05", 0, 2, 0),
        ("closed", "10-06", "10-06", 0, 1, 0),
        ("closed", "10-07", "10-07", 0, 1, 0),
        ("closed", "10-08", "10-08", 0, 1, 0),
        ("worked", "10-09", "10-10", 16, 2, 0),
    ]


def test_the_reason_of_a_short_day_is_found_under_either_name() -> None:
    for closed, extra in (("Christmas Eve", ""), ("", "Christmas Eve"), ("Closed", "Christmas Eve")):
        calendar = desk(
            "Europe/London",
            NINE_TO_FIVE,
            closed=[{"date": "2026-12-24", "name": closed}],
            extra=[{"date": "2026-12-24", "name": extra, "windows": [["09:00", "12:00"]]}],
        )
        (part,) = calendar.explain(there(calendar, "2026-12-24 09:00"), HOUR)
        assert (part.kind, part.name.en) == ("extra", "Christmas Eve")


def test_the_longest_explanation_is_bounded_and_still_adds_up() -> None:
    weekly = [(date(2026, 1, 7) + n * 7 * DAY).isoformat() for n in range(500)]
    calendar = desk("Asia/Shanghai", LUNCH, closed=weekly)
    start, amount = there(calendar, "2026-01-05 10:00"), 9 * 200 * 8 * HOUR
    parts = calendar.explain(start, amount)
    assert len(parts) == MOST_PARTS
    assert sum((part.time for part in parts), timedelta()) == amount
    assert [part.kind for part in parts].count("more") == 1
    days = (calendar.local_day(calendar.add_working(start, amount)) - date(2026, 1, 5)).days + 1
    assert sum(part.days + part.rest for part in parts) == days


# For every calendar ---------------------------------------------------------------------------------------------------

ZONES = ("UTC", "Asia/Shanghai", "Asia/Kathmandu", "Europe/London", "America/New_York", "Australia/Lord_Howe")
FIRST = date(2026, 2, 1)
quick = settings(max_examples=15, deadline=None)


def paired(hours: list[int]) -> tuple[Window, ...]:
    ends = sorted(hours)
    return tuple(Window(60 * opens, 60 * closes) for opens, closes in zip(ends[::2], ends[1::2], strict=False))


windows = st.lists(st.integers(0, 24), unique=True, max_size=6).map(paired)
some_windows = st.lists(st.integers(0, 24), unique=True, min_size=2, max_size=4).map(paired)
days = st.integers(0, 300).map(lambda n: FIRST + n * DAY)
instants = st.integers(0, 300 * 24 * 60).map(lambda n: datetime(2026, 2, 1, 0, 0, 11, tzinfo=UTC) + n * MINUTE)
amounts = st.integers(0, 40 * 60 * 60).map(lambda n: timedelta(seconds=n))


@st.composite
def calendars(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> WorkingTime:
    week = (draw(some_windows), *draw(st.tuples(*[windows] * 6)))
    closed = draw(st.dictionaries(days, st.text("休AB", max_size=2), max_size=20))
    extra = draw(st.dictionaries(days, some_windows, max_size=5))
    return WorkingTime(
        draw(st.sampled_from(zones)),
        week,
        tuple(ClosedDay(day, Name(name)) for day, name in closed.items()),
        tuple(ExtraDay(day, windows=hours) for day, hours in extra.items()),
    )


@quick
@given(calendars(), instants, amounts, days)
def test_closing_a_day_never_makes_a_date_earlier(
    calendar: WorkingTime, start: datetime, amount: timedelta, day: date
) -> None:
    others = tuple(closed for closed in calendar.closed if closed.day != day)
    open_then, closed_then = replace(calendar, closed=others), replace(calendar, closed=(*others, ClosedDay(day)))
    assert closed_then.add_working(start, amount) >= open_then.add_working(start, amount)
    assert closed_then.add_working_days(start, 3) >= open_then.add_working_days(start, 3)


@quick
@given(calendars(), instants, amounts, days, some_windows)
def test_working_an_extra_day_never_makes_a_date_later(
    calendar: WorkingTime, start: datetime, amount: timedelta, day: date, hours: tuple[Window, ...]
) -> None:
    others = tuple(extra for extra in calendar.extra if extra.day != day)
    without, worked = replace(calendar, extra=others), replace(calendar, extra=(*others, ExtraDay(day, windows=hours)))
    assert worked.add_working(start, amount) <= without.add_working(start, amount)


@quick
@given(calendars(), instants, amounts, st.integers(0, 10**6), amounts)
def test_who_starts_later_or_needs_longer_is_never_done_earlier(
    calendar: WorkingTime, start: datetime, amount: timedelta, seconds: int, more: timedelta
) -> None:
    due = calendar.add_working(start, amount)
    assert calendar.add_working(start + timedelta(seconds=seconds), amount) >= due
    assert calendar.add_working(start, amount + more) >= due
    assert calendar.add_working(due, more) == calendar.add_working(start, amount + more)


@quick
@given(calendars(), instants, amounts)
def test_between_the_start_and_the_date_lies_exactly_the_amount(
    calendar: WorkingTime, start: datetime, amount: timedelta
) -> None:
    due = calendar.add_working(start, amount)
    assert calendar.working_between(start, due) == amount
    assert not amount or calendar.working_between(start, due - timedelta.resolution) < amount


@quick
@given(calendars(), instants, instants, instants)
def test_working_time_adds_up_and_never_exceeds_the_time_itself(
    calendar: WorkingTime, a: datetime, b: datetime, c: datetime
) -> None:
    between = calendar.working_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert timedelta() <= between(min(a, b), max(a, b)) <= max(a, b) - min(a, b)


@quick
@given(calendars(), instants, amounts)
def test_names_change_nothing(calendar: WorkingTime, start: datetime, amount: timedelta) -> None:
    renamed = replace(
        calendar,
        closed=tuple(ClosedDay(closed.day, NATIONAL_DAY) for closed in calendar.closed),
        extra=tuple(extra._replace(name=NATIONAL_DAY) for extra in calendar.extra),
    )
    assert renamed.add_working(start, amount) == calendar.add_working(start, amount)
    assert renamed.add_working_days(start, 2) == calendar.add_working_days(start, 2)


@quick
@given(calendars(zones=("Asia/Shanghai", "Asia/Kathmandu", "UTC")), instants, st.integers(0, 96))
def test_where_clocks_never_change_the_wall_clock_says_what_counts(
    calendar: WorkingTime, start: datetime, hours: int
) -> None:
    off, on = {closed.day for closed in calendar.closed}, {extra.day: extra.windows for extra in calendar.extra}

    def by_the_clock(at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(calendar.time_zone))
        day = wall.date()
        todays = (() if day in off else calendar.week[day.weekday()]) + on.get(day, ())
        return any(window.opens <= wall.hour * 60 + wall.minute < window.closes for window in todays)

    quarter = 15 * MINUTE
    start -= timedelta(minutes=start.minute % 15, seconds=start.second)
    open_then = [by_the_clock(start + n * quarter) for n in range(4 * hours)]
    assert [calendar.is_open(start + n * quarter) for n in range(4 * hours)] == open_then
    assert calendar.working_between(start, start + hours * HOUR) == sum(open_then) * quarter


@quick
@given(calendars())
def test_what_was_written_reads_as_the_same_calendar(calendar: WorkingTime) -> None:
    assert WorkingTime.read(calendar.write()) == calendar


@quick
@given(calendars(), instants, amounts.filter(bool))
def test_every_explanation_covers_each_day_once_and_adds_up(
    calendar: WorkingTime, start: datetime, amount: timedelta
) -> None:
    parts, due = calendar.explain(start, amount), calendar.add_working(start, amount)
    assert sum((part.time for part in parts), timedelta()) == amount
    assert len(parts) <= MOST_PARTS
    assert parts[0].first == calendar.local_day(start)
    assert parts[-1].last == calendar.local_day(due - timedelta.resolution)
    for part, following in pairwise(parts):
        assert following.first - part.last == DAY
    for part in parts:
        assert part.days + part.rest == (part.last - part.first).days + 1
