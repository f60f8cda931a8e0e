"""Prometheus reads the desk's figures; a stranger finds nothing there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Ticket
from office import meters, outbox, pulse, sweeps, timers
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def figures(client: Client, **more: Any) -> dict[str, float]:
    text = client.get("/metrics/", **more).content.decode()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 404),
        ({"headers": {"X-Forwarded-For": "203.0.113.9"}}, 404),
        ({"headers": {"Forwarded": "for=203.0.113.9"}}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": "Bearer let-me-see"}}, 200),
        ({"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": "Bearer wrong"}}, 404),
        ({"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": "Basic let-me-see"}}, 404),
    ],
)
def test_only_a_neighbour_or_a_holder_of_the_token_reads(
    client: Client, settings: Any, words: dict[str, Any], status: int
) -> None:
    settings.METRICS_TOKEN = "let-me-see"
    assert client.get("/metrics/", **words).status_code == status


def test_without_a_token_in_the_settings_none_opens_it(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for secret in ("", "x"):
        asked = {"REMOTE_ADDR": "203.0.113.9", "headers": {"Authorization": f"Bearer {secret}"}}
        assert client.get("/metrics/", **asked).status_code == 404


def test_behind_a_proxy_everybody_seems_to_be_a_neighbour(client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/metrics/").status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(client: Client, agent: Any, client_of: Any) -> None:
    client_of(agent).get("/find/", {"q": "Wang"})
    client.get("/nowhere/secret/")
    client.get("/api/v1/tickets/482109375")
    text = client.get("/metrics/").content.decode()
    assert 'fourstep_request_seconds_count{method="GET",route="find",status="200"}' in text
    assert 'route="api/v1/tickets/<str:number>"' in text
    assert 'route="none",status="404"' in text
    assert not [word for word in ("Wang", "secret", "482109375") if word in text]


@pytest.mark.django_db(transaction=True)
def test_only_what_was_committed_counts(make_ticket: Any) -> None:
    before = meters.TICKETS.labels("page")._value.get()
    make_ticket()
    with transaction.atomic():
        make_ticket()
        transaction.set_rollback(True)
    assert meters.TICKETS.labels("page")._value.get() == before + 1


def test_bells_and_what_leaves_are_counted_by_what_became_of_them(django_capture_on_commit_callbacks: Any) -> None:
    def counted(counter: Any, *labels: str) -> float:
        return float(counter.labels(*labels)._value.get())

    before = [counted(meters.TIMERS, "thing", "late", outcome) for outcome in ("rung", "failed")]

    def bell(row: Any) -> None:
        if row.subject_id == 2:
            raise RuntimeError("no")

    with django_capture_on_commit_callbacks(execute=True):
        for number in (1, 2):
            timers.arm(("thing", number), "late", due_at=NOW)
        sweeps.ring(timers.claim(now=NOW), now=NOW, bell=bell)
    after = [counted(meters.TIMERS, "thing", "late", outcome) for outcome in ("rung", "failed")]
    assert after == [count + 1 for count in before]

    sent = counted(meters.OUTGOING, "mail", "sent")
    with django_capture_on_commit_callbacks(execute=True):
        outbox.post("mail", "a", payload={}, now=NOW)
        outbox.sent(outbox.claim(now=NOW)[:1], now=NOW)
    assert counted(meters.OUTGOING, "mail", "sent") == sent + 1


def test_the_gauges_say_what_is_open_and_how_late_it_is(client: Client, ticket: Ticket) -> None:
    now = datetime.now(UTC)
    pulse.beat(pulse.TICK, now=now - timedelta(seconds=30))
    timers.arm(("thing", 1), "late", due_at=now - timedelta(minutes=2))
    found = figures(client)
    assert found["fourstep_tickets_open"] == 1
    assert found["fourstep_timers_due"] >= 1
    assert 120 <= found['fourstep_oldest_due_age_seconds{what="timers"}'] < 10**9
    assert 30 <= found["fourstep_last_tick_age_seconds"] < 60
    assert found["fourstep_database_up"] == 1


def test_a_scrape_costs_the_same_however_much_there_is(client: Client, make_ticket: Any) -> None:
    counts = []
    for more in (1, 10):
        for _ in range(more):
            make_ticket()
        with CaptureQueriesContext(connection) as asked:
            client.get("/metrics/")
        counts.append(len(asked))
    assert counts == [8, 8]
