"""The clocks of a ticket over REST, with why each ends when it does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from complaints.actions import clocks
from complaints.models import Ticket
from tests.complaints.api.conftest import Desk
from tests.conftest import NOW


def test_each_clock_says_where_it_stands_and_why(desk: Desk, ticket: Ticket, actor_for: Any, agent: Any) -> None:
    path = f"tickets/{ticket.number}/clocks"
    rows = {row["target"]: row for row in desk.get(path).json()["results"]}
    assert set(rows) == {"acknowledge", "first_answer", "resolve", "step_listen", "next_update"}
    first = rows["first_answer"]
    assert (first["used_percent"], first["paused"], first["calendar"], first["cycle"]) == (0, False, "", 1)
    assert 24 * 3600 - 60 < first["remaining_seconds"] <= 24 * 3600
    assert first["why"][1].startswith("Severity not judged, so as serious: 24 hours, day and night")
    assert all(1 < len(row["why"]) <= 5 for row in rows.values())
    clocks.wait(ticket, actor=actor_for(agent), now=NOW, reason="testing", until=NOW + timedelta(days=1))
    rows = {row["target"]: row for row in desk.get(path).json()["results"]}
    assert all(row["paused"] for target, row in rows.items() if target != "acknowledge")


def test_why_is_said_in_the_language_asked_for(desk: Desk, ticket: Ticket) -> None:
    path = f"tickets/{ticket.number}/clocks"
    english = desk.get(path).json()["results"][0]["why"]
    chinese = desk.get(path, Accept_Language="zh-Hans").json()["results"][0]["why"]
    assert english[0] != chinese[0]
