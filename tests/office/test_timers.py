"""The alarm clock: due rows are claimed once, rung once, and a row that fails is nobody else's trouble."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from office import sweeps, timers
from office.models import Timer
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def armed(number: int = 1, **words: Any) -> Timer:
    return timers.arm(("thing", number), "late", **{"due_at": NOW, **words})


def rung(**words: Any) -> tuple[list[int], sweeps.Rung]:
    heard: list[int] = []

    def bell(row: Timer) -> None:
        heard.append(row.subject_id)

    now = words.pop("now", NOW)
    return heard, sweeps.ring(timers.claim(now=now, **words), now=now, bell=bell)


def test_what_is_due_rings_once() -> None:
    armed(1)
    armed(2, due_at=LATER)
    assert rung() == ([1], sweeps.Rung(done=1))
    assert rung() == ([], sweeps.Rung())
    assert rung(now=LATER)[0] == [2]


def test_nothing_rings_early() -> None:
    armed(due_at=NOW + timedelta(microseconds=1))
    assert rung()[0] == []
    assert timers.oldest_due(NOW) is None
    assert timers.oldest_due(LATER) == NOW + timedelta(microseconds=1)


def test_arming_again_moves_it_and_after_it_rang_begins_a_new_cycle() -> None:
    first = armed()
    assert armed(due_at=LATER).pk == first.pk
    assert rung()[0] == []
    assert rung(now=LATER)[0] == [1]
    again = armed(due_at=LATER + timedelta(hours=1))
    assert (again.cycle, first.cycle) == (2, 1)
    assert rung(now=LATER + timedelta(hours=2))[0] == [1]


def test_levels_of_one_thing_ring_each() -> None:
    for level in (50, 80, 100):
        armed(level=level)
    assert rung()[1].done == 3


def test_a_claimed_row_is_nobody_elses_until_its_lease_runs_out() -> None:
    armed()
    (mine,) = timers.claim(now=NOW)
    assert mine.attempts == 1
    assert timers.claim(now=NOW) == []
    after = NOW + timers.LEASE + timedelta(seconds=1)
    (theirs,) = timers.claim(now=after)
    assert theirs.attempts == 2
    heard: list[int] = []
    late = sweeps.ring([mine], now=after, bell=lambda row: heard.append(row.pk))
    assert (heard, late.done) == ([], 0), "who came back too late does nothing"
    assert sweeps.ring([theirs], now=after, bell=lambda row: heard.append(row.pk)).done == 1


def test_a_row_that_fails_is_pushed_away_and_its_neighbours_go_on() -> None:
    for number in (1, 2, 3):
        armed(number)
    heard: list[int] = []

    def bell(row: Timer) -> None:
        if row.subject_id == 2:
            Timer.objects.create(subject_kind="half", subject_id=9, kind="done", due_at=NOW)
            raise RuntimeError("no")
        heard.append(row.subject_id)

    result = sweeps.ring(timers.claim(now=NOW), now=NOW, bell=bell)
    assert (heard, result.done, result.failed) == ([1, 3], 2, 1)
    assert not Timer.objects.filter(subject_kind="half").exists(), "what a failing bell wrote is taken back"
    failed = Timer.objects.get(subject_id=2)
    assert "no" in failed.last_error
    assert failed.rung_at is None
    assert timers.claim(now=NOW) == []
    assert [row.pk for row in timers.claim(now=NOW + timedelta(minutes=1))] == [failed.pk]


def test_a_row_that_keeps_failing_ends_as_dead(caplog: pytest.LogCaptureFixture) -> None:
    armed()
    now = NOW
    for attempt in range(timers.MOST_ATTEMPTS):
        (row,) = timers.claim(now=now)
        assert row.attempts == attempt + 1
        now += timers.LEASE + timedelta(minutes=2)  # its worker died
    assert timers.claim(now=now) == []
    assert Timer.objects.get().dead_at == now
    assert "timer dead" in caplog.text
    assert armed(due_at=now).cycle == 2, "a new deadline is a new bell"


def test_a_batch_takes_the_oldest_and_stops_when_its_time_is_up() -> None:
    for number in range(5):
        armed(number, due_at=NOW - timedelta(minutes=number))
    assert [row.subject_id for row in timers.claim(now=NOW, limit=2)] == [4, 3]
    rest = timers.claim(now=NOW)
    answers = iter([True, False, False])
    result = sweeps.ring(rest, now=NOW, bell=lambda row: None, goes_on=lambda: next(answers))
    assert (result.done, result.left) == (1, 2)
    assert sorted(row.attempts for row in timers.claim(now=NOW)) == [1, 1], "what was left is free at once"
