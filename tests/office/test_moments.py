"""Instants in the words of three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import moments

LONDON, TAIPEI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("language", "at_three", "on_friday", "last_year"),
    [
        ("en", "today 15:00", "Fri 27 Nov 15:00", "Mon 24 Nov 2025 15:00"),
        ("zh-hans", "今天15:00", "11月27日（周五）15:00", "2025年11月24日（周一）15:00"),
        ("zh-hant", "今天15:00", "11月27日（五）15:00", "2025年11月24日（一）15:00"),
        ("zh-Hant-TW", "今天15:00", "11月27日（五）15:00", "2025年11月24日（一）15:00"),
    ],
)
def test_each_language_writes_a_moment_its_own_way(
    language: str, at_three: str, on_friday: str, last_year: str
) -> None:
    def words(moment: datetime) -> str:
        return moments.moment_in_words(moment, now=NOW, zone=LONDON, language=language)

    assert words(datetime(2026, 11, 24, 15, tzinfo=UTC)) == at_three
    assert words(datetime(2026, 11, 27, 15, tzinfo=UTC)) == on_friday
    assert words(datetime(2025, 11, 24, 15, tzinfo=UTC)) == last_year


def test_today_is_the_day_of_the_reader() -> None:
    late = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert moments.moment_in_words(late, now=NOW, zone=LONDON, language="en") == "today 17:30"
    assert moments.moment_in_words(late, now=NOW, zone=TAIPEI, language="zh-hant") == "11月25日（三）01:30"


def test_a_full_date_never_says_today_and_an_unknown_now_says_the_year() -> None:
    assert moments.moment_in_words(NOW, now=NOW, zone=LONDON, language="en", full=True) == "Tue 24 Nov 10:42"
    assert moments.moment_in_words(NOW, now=None, zone=LONDON, language="en") == "Tue 24 Nov 2026 10:42"
    assert moments.day_in_words(date(2026, 11, 24), today=None, language="zh-hans") == "2026年11月24日（周二）"


@pytest.mark.parametrize(
    ("hours", "english", "hans", "hant"),
    [
        (4, "14:42", "14:42", "14:42"),
        (20, "Wed 06:42", "周三06:42", "週三06:42"),
        (50, "Thu 12:42", "周四12:42", "週四12:42"),
        (24 * 7, "Tue 1 Dec", "12月1日", "12月1日"),
        (24 * 55, "Mon 18 Jan 2027", "2027年1月18日", "2027年1月18日"),
    ],
)
def test_a_deadline_has_the_shortest_name_that_cannot_be_mistaken(
    hours: int, english: str, hans: str, hant: str
) -> None:
    said = [
        moments.near_moment_in_words(NOW + hours * HOUR, now=NOW, zone=LONDON, language=language)
        for language in ("en", "zh-hans", "zh-hant")
    ]
    assert said == [english, hans, hant]


@pytest.mark.parametrize(
    ("since", "due", "grade", "minutes"),
    [
        (-5, 50, "calm", 3000),
        (-5, 24, "today", 1440),
        (-1, 3, "today", 180),
        (-1, 1, "soon", 60),
        (-20, 3, "soon", 180),  # 80 % and more is used
        (-400, 90, "soon", 5400),
        (-3, -0.3, "late", -18),
    ],
)
def test_a_deadline_is_calm_until_it_presses(since: float, due: float, grade: str, minutes: int) -> None:
    counted = moments.countdown(NOW + due * HOUR, since=NOW + since * HOUR, now=NOW, waiting=False)
    assert (counted.grade, counted.minutes) == (grade, minutes)


def test_a_clock_that_rests_neither_presses_nor_counts() -> None:
    counted = moments.countdown(NOW - HOUR, since=NOW - 2 * HOUR, now=NOW, waiting=True)
    assert (counted.grade, counted.minutes) == ("wait", None)


def test_no_deadline_is_calm() -> None:
    assert moments.countdown(None, since=NOW, now=NOW, waiting=False) == moments.Countdown("calm", 0, None)


@given(due=st.integers(-(10**7), 10**7), since=st.none() | st.integers(-(10**7), 10**7), waiting=st.booleans())
def test_every_deadline_has_a_grade_and_never_zero_minutes(due: int, since: int | None, *, waiting: bool) -> None:
    began = None if since is None else NOW + timedelta(seconds=since)
    counted = moments.countdown(NOW + timedelta(seconds=due), since=began, now=NOW, waiting=waiting)
    assert counted.grade in {"calm", "today", "soon", "late", "wait"}
    assert 0 <= counted.used <= 100
    assert counted.minutes != 0
    assert (counted.grade == "late") == (counted.minutes is not None and counted.minutes < 0)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(18, (18, "minute")), (-59, (59, "minute")), (60, (1, "hour")), (47 * 60 + 59, (47, "hour")), (2880, (2, "day"))],
)
def test_a_length_is_said_in_one_unit(minutes: int, said: tuple[int, str]) -> None:
    assert moments.in_one_unit(minutes) == said


@pytest.mark.parametrize(
    ("code", "tag", "spoken"),
    [
        ("en", "en", "en"),
        ("EN_gb", "en-GB", "en"),
        ("zh-hans", "zh-Hans", "zh-hans"),
        ("zh-hant", "zh-Hant", "zh-hant"),
        ("zh-hant-tw", "zh-Hant-TW", "zh-hant"),
        ("zh-HK", "zh-HK", "zh-hant"),
        ("zh", "zh", "zh-hans"),
        ("de", "de", "en"),
    ],
)
def test_a_language_code_becomes_a_tag_and_a_language_we_speak(code: str, tag: str, spoken: str) -> None:
    assert (moments.bcp47(code), moments.spoken(code)) == (tag, spoken)
