"""What watches over the desk is told the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from complaints.tasks import tick
from office import outbox, pulse, timers
from office.models import Agent, Heartbeat, Outgoing
from office.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ticked(db: None) -> None:
    pulse.beat(pulse.TICK, now=datetime.now(UTC))


def test_it_lives_and_is_ready_without_signing_in(client: Client) -> None:
    for address, status in (("live", "live"), ("ready", "ready"), ("progress", "working")):
        answer = client.get(f"/health/{address}/")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_row_that_waits_too_long_is_no_progress(client: Client) -> None:
    timers.arm(("thing", 1), "late", due_at=datetime.now(UTC) - timedelta(seconds=30))
    assert client.get("/health/progress/").status_code == 200
    timers.arm(("thing", 2), "late", due_at=datetime.now(UTC) - timedelta(minutes=5))
    answer = client.get("/health/progress/")
    assert (answer.status_code, answer.json()["status"]) == (503, "stuck")
    assert answer.json()["oldest_due_seconds"] in range(300, 310)
    assert answer.json()["stands"] == ["timers"]


def test_what_should_have_left_and_waits_is_no_progress(client: Client) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    row = outbox.post("mail", "a", payload={}, now=long_ago)
    assert client.get("/health/progress/").json()["stands"] == ["outgoing"]
    Outgoing.objects.filter(pk=row.pk).update(lease_until=datetime.now(UTC) - timedelta(seconds=5), attempts=1)
    assert client.get("/health/progress/").status_code == 200, "it was tried a moment ago, and is free again"


def test_a_clock_that_does_not_tick_is_no_progress(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    Heartbeat.objects.update(at=datetime.now(UTC) - timedelta(seconds=61))
    answer = client.get("/health/progress/")
    assert (answer.status_code, answer.json()["stands"]) == (503, ["tick"])
    assert answer.json()["last_tick_seconds"] == 61
    assert "the desk stands still" in [record.message for record in caplog.records if record.levelname == "ERROR"]


def test_a_clock_that_never_ticked_stands_since_the_process_began(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Heartbeat.objects.all().delete()
    for seconds, status in ((50, 200), (70, 503)):
        monkeypatch.setattr(health, "STARTED_AT", datetime.now(UTC) - timedelta(seconds=seconds))
        assert client.get("/health/progress/").status_code == status


def test_many_ticks_a_second_are_one_write(django_assert_num_queries: Any) -> None:
    now = datetime.now(UTC) + timedelta(hours=1)
    pulse.beat(pulse.TICK, now=now)
    with django_assert_num_queries(2):
        pulse.beat(pulse.TICK, now=now + pulse.AT_MOST_EVERY)
    assert pulse.last(pulse.TICK) == now
    pulse.beat(pulse.TICK, now=now + timedelta(seconds=5))
    assert pulse.last(pulse.TICK) == now + timedelta(seconds=5)
    assert Heartbeat.objects.count() == 1


def test_the_tick_gives_a_sign_of_life() -> None:
    Heartbeat.objects.all().delete()
    tick()
    assert pulse.last(pulse.TICK) is not None


# The banner -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still for ten minutes, and this process runs long enough to know."""
    monkeypatch.setattr(health, "WATCH", health.Watch())
    monkeypatch.setattr(health, "STARTED_AT", datetime.now(UTC) - timedelta(hours=1))
    Heartbeat.objects.update(at=datetime.now(UTC) - timedelta(minutes=10))


def test_who_can_do_something_about_it_is_told_on_every_page(
    watching: None, client_of: Any, supervisor: Agent, administrator: Agent, agent: Agent
) -> None:
    for person, page, told in ((supervisor, "/queue/", 1), (administrator, "/set-up/", 1), (agent, "/queue/", 0)):
        text = client_of(person).get(page).content.decode()
        assert text.count("The desk’s clock has stood still since") == told


def test_it_is_asked_once_in_ten_seconds(watching: None, django_assert_num_queries: Any) -> None:
    now = datetime.now(UTC)
    with django_assert_num_queries(1):
        assert health.WATCH.stands_since(now) == health.WATCH.stands_since(now + timedelta(seconds=9))
    Heartbeat.objects.update(at=now)
    assert health.WATCH.stands_since(now + timedelta(seconds=9)) is not None
    assert health.WATCH.stands_since(now + timedelta(seconds=11)) is None


def test_a_process_that_has_just_begun_gives_the_clock_a_minute(
    watching: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "STARTED_AT", datetime.now(UTC) - timedelta(seconds=5))
    assert health.WATCH.stands_since(datetime.now(UTC)) is None


def test_without_its_database_it_lives_and_is_not_ready(client: Client) -> None:
    with mock.patch.object(connection, "cursor", side_effect=DatabaseError("gone")):
        assert client.get("/health/live/").status_code == 200
        assert client.get("/health/ready/").json() == {"status": "no database"}
        assert client.get("/health/progress/").status_code == 503
