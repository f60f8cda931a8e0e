"""What watches over the desk is told the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from office import timers

pytestmark = pytest.mark.django_db


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


def test_without_its_database_it_lives_and_is_not_ready(client: Client) -> None:
    with mock.patch.object(connection, "cursor", side_effect=DatabaseError("gone")):
        assert client.get("/health/live/").status_code == 200
        assert client.get("/health/ready/").json() == {"status": "no database"}
        assert client.get("/health/progress/").status_code == 503
