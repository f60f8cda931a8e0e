"""Why this date, in at most five lines, for the desk and for the customer, in three languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import clocks as c
from complaints.domain.why import Facts, Line, why
from complaints.domain.why_words import Reader, in_words
from office.calendars import Span
from office.public_days import loaded, working_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in "01234"}
DESK = working_time(
    {"time_zone": "Asia/Shanghai", "windows": WEEK, "region": "CN", "public": loaded("CN", 2026)},
)


def there(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def facts(start: str = "2025-09-26 15:00", hours: int = 32, **more: Any) -> Facts:
    started, pauses = there(start), more.get("pauses", ())
    due = c.due(started, Decimal(hours), DESK, pauses)
    known: dict[str, Any] = {"severity": 2, "preset_version": 3, "calendar": "Shanghai desk", "calendar_version": 4}
    return Facts("resolve", 1, hours=Decimal(hours), started_at=started, due_at=due, working=DESK, **known | more)


def read(lines: list[Line], language: str = "en", *, customer: bool = False) -> list[str]:
    reader = Reader(language, SHANGHAI, there("2025-09-26 15:00"), lambda code: code, customer)
    with translation.override(language):
        return in_words(lines, reader)


def test_a_date_over_the_national_day_names_the_days_that_did_not_count_and_those_that_did() -> None:
    # Fri 3 h, Sun 28 Sep 8 h (made up), Mon and Tue 16 h, then 1 to 8 October closed, 5 h on Thu 9 October.
    lines = why(facts())
    days = lines[2].params
    assert [line.code for line in lines] == ["started", "target", "days", "ends"]
    assert [(run.first.isoformat(), run.last.isoformat()) for run in days["closed"]] == [("2025-10-01", "2025-10-08")]
    assert [run.first.isoformat() for run in days["extra"]] == ["2025-09-28"]
    assert days["rest"] == 1, "Saturday the 27th; the Sunday was worked"
    assert lines[-1].params["at"] == there("2025-10-09 15:00")
    said = read(lines)
    assert said[0] == "Received on today 15:00"
    assert said[1] == "Severity 2 · Moderate: 32 working hours (targets of version 3)"
    assert said[2] == (
        "Counted in the hours of Shanghai desk, version 4; not counted: Wed 1 Oct to Wed 8 Oct "
        "(National Day, Mid-Autumn Festival), 1 day of rest; worked besides: Sun 28 Sep"
    )
    assert said[3] == "Due Thu 9 Oct 15:00"


def test_the_customer_reads_neither_severity_nor_versions() -> None:
    said = read(why(facts()), customer=True)
    assert said[1] == "We give ourselves 32 working hours for this"
    assert said[2].startswith("Counted in our working hours; not counted: ")
    assert not any(word in " ".join(said) for word in ("Severity", "version", "Shanghai desk"))


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "国庆节"), ("zh-hant", "國慶節")])
def test_the_days_have_their_names_in_the_readers_language(language: str, name: str) -> None:
    assert name in read(why(facts()), language)[2]


def test_a_date_beyond_the_known_public_days_says_so() -> None:
    later = replace(facts("2026-12-30 10:00", hours=40), known_until=2026)
    assert "public days after 2026 are not known yet" in read(why(later))[2]
    assert "not known" not in read(why(replace(later, known_until=2027)))[2]


def test_pauses_are_told_together_with_what_was_waited_for() -> None:
    pauses = [Span(there("2025-09-28 10:00"), there("2025-09-28 12:00"))]
    pauses.append(Span(there("2025-09-28 11:00"), there("2025-09-28 14:00")))
    waits = ["customer_papers", "testing", "testing"]
    said = read(why(facts(pauses=pauses, waits=waits, anew=["severity", "team"])))
    assert len(said) == 5
    assert said[3] == (
        "Stopped 1 time for 4 h: customer_papers, testing; Counted anew, because the severity changed; "
        "Counted anew, because the case went to another team"
    )


def test_while_it_waits_no_date_is_promised() -> None:
    waiting = replace(facts(waits=["testing"]), paused_at=there("2025-09-28 10:00"))
    said = read(why(waiting), customer=True)
    assert said[-2:] == ["Waiting since Sun 28 Sep 10:00: testing", "What is left is counted on when the wait ends"]


@pytest.mark.parametrize(
    ("target", "pass_number", "began"),
    [
        ("resolve", 2, "Opened again on"),
        ("step_apologise", 1, "Apologise began on"),
        ("next_update", 1, "Last heard from us on"),
    ],
)
def test_each_kind_of_target_says_since_when_it_counts(target: str, pass_number: int, began: str) -> None:
    assert read(why(replace(facts(), target=target, pass_number=pass_number)))[0].startswith(began)


def test_without_a_calendar_hours_are_day_and_night() -> None:
    plain = replace(facts(), working=None, calendar="", calendar_version=None, severity=None)
    assert read(why(plain))[1] == ("Severity not judged, so as serious: 32 hours, day and night (targets of version 3)")
    assert read(why(plain), customer=True)[1] == "We give ourselves 32 hours for this, day and night"


starts = st.integers(0, 450 * 24 * 60).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(start=starts, hours=st.integers(1, 2_000), pauses=st.sampled_from([0, 5]), met=st.sampled_from([0, 1]))
def test_nothing_needs_more_than_five_lines(start: datetime, hours: int, pauses: int, met: int) -> None:
    spans = [Span(start + timedelta(days=n), start + timedelta(days=n + 2)) for n in range(pauses)]
    due = c.due(start, Decimal(hours), DESK, spans)
    known = replace(facts(), started_at=start, hours=Decimal(hours), due_at=due, pauses=spans)
    lines = why(replace(known, met_at=start if met else None))
    assert len(lines) <= 5
    assert all(len(sentence) < 700 for sentence in read(lines))
