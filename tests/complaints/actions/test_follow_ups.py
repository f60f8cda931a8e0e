"""What we owe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions.follow_ups import done, move, plan
from office.errors import Conflict, Invalid
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def owed(ticket: Any, act: Any) -> Any:
    return act(plan, ticket, kind="promise", text="Ring with the date", due_at=NOW + HOUR)


def test_a_promise_has_an_owner_an_instant_and_a_line(owed: Any, ticket: Any, agent: Any, told: Any) -> None:
    assert (owed.owner, owed.due_at, owed.original_due_at, owed.pass_number) == (agent, NOW + HOUR, NOW + HOUR, 1)
    assert told(ticket)[-1] == "follow_up.plan"
    assert "Ring" not in str(Event.objects.order_by("-id")[0].payload)
    ticket.refresh_from_db()
    assert (ticket.risk_at, ticket.risk_from, ticket.risk_kind) == (NOW + HOUR, NOW, "promise")


def test_every_fault_of_a_plan_is_named(ticket: Any, act: Any, colleague: Any) -> None:
    colleague.is_active = False
    colleague.save()
    words = {"kind": "wish", "text": " ", "due_at": NOW, "due_kind": "at", "owner": colleague}
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(plan, ticket, **words)
    assert set(refusal.value.fields) == set(words)


def test_kept_twice_is_once_and_kept_is_not_missed(owed: Any, act: Any, ticket: Any, told: Any) -> None:
    act(done, owed, outcome="kept", note="She was glad")
    with nothing_changes():
        act(done, owed, outcome="kept")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(done, owed, outcome="missed")
    assert refusal.value.code == "already-done"
    assert told(ticket).count("follow_up.done") == 1


def test_the_book_says_whether_it_was_late(owed: Any, act: Any) -> None:
    act(done, owed, at=NOW + 2 * HOUR)
    assert Event.objects.order_by("-id")[0].payload == {"follow_up": owed.pk, "outcome": "kept", "late": True}


def test_an_outcome_is_one_of_the_list(owed: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(done, owed, outcome="forgotten")


def test_a_moved_promise_remembers_when_it_was_first_due(owed: Any, act: Any, ticket: Any, told: Any) -> None:
    act(move, owed, due_at=NOW + 3 * HOUR)
    owed.refresh_from_db()
    assert (owed.due_at, owed.original_due_at, owed.snoozes) == (NOW + 3 * HOUR, NOW + HOUR, 1)
    ticket.refresh_from_db()
    assert ticket.risk_at == NOW + 3 * HOUR
    assert told(ticket)[-1] == "follow_up.move"


def test_nothing_is_moved_into_the_past_or_after_its_end(owed: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(move, owed, due_at=NOW)
    act(done, owed)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(move, owed, due_at=NOW + HOUR)
