"""What we owe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions.escalations import answer
from complaints.actions.follow_ups import done, move, plan, undo
from complaints.models import FollowUp, Interaction
from complaints.sweeps import tick
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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
    act(move, owed, due_at=NOW + 3 * HOUR, told=True)
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


# Could not reach ------------------------------------------------------------------------------------------------------


def test_a_call_that_reached_nobody_is_an_attempt_and_the_next_try_is_planned(
    owed: Any, ticket: Any, act: Any, told: Any
) -> None:
    ended = act(done, owed, outcome="unreached", note="Mailbox full", next_due_at=NOW + DAY)
    call = Interaction.objects.get(pk=ended.attempt_id)
    assert (call.kind, call.direction, call.reached, call.happened_at) == ("call", "out", False, NOW)
    assert "Mailbox" not in call.text
    again = FollowUp.objects.get(after=owed)
    assert (again.kind, again.text, again.due_at, again.promised) == ("call_back", owed.text, NOW + DAY, False)
    assert again.owner_id == owed.owner_id
    assert told(ticket)[-3:] == ["interaction.add", "follow_up.done", "follow_up.plan"]


def test_two_calls_on_different_days_are_what_the_guard_asks_for(owed: Any, act: Any, ticket: Any, agent: Any) -> None:
    act(done, owed, outcome="unreached", next_due_at=NOW + DAY)
    again = FollowUp.objects.get(after=owed)
    act(done, again, outcome="unreached", at=NOW + DAY)
    tries = ticket.interactions.filter(kind="call", direction="out", reached=False)
    assert {row.happened_at for row in tries} == {NOW, NOW + DAY}


@pytest.mark.parametrize("kind", ["update", "chase"])
def test_what_is_written_is_no_call(ticket: Any, act: Any, kind: str) -> None:
    row = act(plan, ticket, kind=kind, text="Write to her", due_at=NOW + HOUR)
    assert act(done, row, outcome="unreached").attempt is None
    assert not ticket.interactions.filter(kind="call").exists()


def test_missed_stays_an_outcome_of_its_own(owed: Any, act: Any, ticket: Any) -> None:
    act(done, owed, outcome="missed")
    assert not ticket.interactions.filter(kind="call").exists()
    assert not FollowUp.objects.filter(after=owed).exists()


def test_only_what_reached_nobody_is_tried_again_and_not_in_the_past(owed: Any, act: Any) -> None:
    for words in ({"outcome": "kept", "next_due_at": NOW + DAY}, {"outcome": "unreached", "next_due_at": NOW}):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            act(done, owed, **words)
        assert set(refusal.value.fields) == {"next_due_at"}


# Undo -----------------------------------------------------------------------------------------------------------------


def test_what_was_ended_in_error_is_taken_up_again_with_all_that_followed(
    owed: Any, act: Any, ticket: Any, told: Any
) -> None:
    act(done, owed, outcome="unreached", next_due_at=NOW + DAY)
    act(undo, owed, at=NOW + 9 * MINUTE)
    owed.refresh_from_db()
    assert (owed.done_at, owed.outcome, owed.attempt_id) == (None, "", None)
    assert not ticket.interactions.filter(kind="call").exists()
    assert FollowUp.objects.get(after=owed).outcome == "dropped"
    assert told(ticket)[-1] == "follow_up.undo"
    ticket.refresh_from_db()
    assert ticket.risk_at == owed.due_at
    with nothing_changes():
        act(undo, owed, at=NOW + 9 * MINUTE)


def test_nobody_takes_back_what_somebody_else_ended(owed: Any, act: Any, colleague: Any) -> None:
    act(done, owed)
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(undo, owed, by=colleague)


def test_after_ten_minutes_it_is_too_late(owed: Any, act: Any) -> None:
    act(done, owed)
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(undo, owed, at=NOW + 10 * MINUTE + timedelta(seconds=1))
    assert refusal.value.code == "too-late"


def test_the_bell_of_what_is_taken_up_again_rings(owed: Any, act: Any, ticket: Any) -> None:
    act(done, owed, at=owed.due_at - MINUTE)
    tick(now=owed.due_at)
    assert not ticket.escalations.exists()
    act(undo, owed, at=owed.due_at + MINUTE)
    tick(now=owed.due_at + 2 * MINUTE)
    assert ticket.escalations.get().trigger == "missed_promise"


def test_what_was_missed_before_it_was_ended_does_not_ring_twice(
    owed: Any, act: Any, ticket: Any, supervisor: Any
) -> None:
    tick(now=owed.due_at)
    act(answer, ticket.escalations.get(), by=supervisor, guidance="Ring her now", at=owed.due_at)
    act(done, owed, at=owed.due_at + HOUR)
    act(undo, owed, at=owed.due_at + HOUR + MINUTE)
    tick(now=owed.due_at + 2 * HOUR)
    assert ticket.escalations.count() == 1


# Moved past what the customer was told --------------------------------------------------------------------------------


def test_a_promise_is_not_moved_past_what_was_told_without_an_answer(owed: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(move, owed, due_at=NOW + DAY)
    assert set(refusal.value.fields) == {"told"}


def test_a_customer_who_was_told_waits_for_the_new_date(owed: Any, act: Any, ticket: Any) -> None:
    act(move, owed, due_at=NOW + DAY, told=True)
    owed.refresh_from_db()
    assert (owed.told_until, owed.original_due_at, owed.promised) == (NOW + DAY, NOW + HOUR, True)
    act(move, owed, due_at=NOW + 2 * HOUR)  # nearer than what they were told: nobody asks
    act(move, owed, due_at=NOW + DAY)
    tick(now=NOW + 3 * HOUR)
    assert not ticket.escalations.exists()


def test_a_customer_who_was_not_told_was_promised_in_vain(owed: Any, act: Any, ticket: Any, told: Any) -> None:
    moved = act(move, owed, due_at=NOW + DAY, told=False)
    owed.refresh_from_db()
    assert (owed.outcome, owed.due_at, owed.done_at) == ("missed", NOW + HOUR, NOW)
    assert (moved.after_id, moved.kind, moved.text, moved.promised) == (owed.pk, "promise", owed.text, False)
    assert (moved.due_at, moved.original_due_at, moved.snoozes) == (NOW + DAY, NOW + HOUR, 1)
    assert told(ticket)[-2:] == ["follow_up.done", "follow_up.move"]


def test_a_promise_given_up_before_its_date_goes_up_when_the_date_comes(owed: Any, act: Any, ticket: Any) -> None:
    act(move, owed, due_at=NOW + DAY, told=False)
    tick(now=NOW + HOUR - MINUTE)
    assert not ticket.escalations.exists()
    tick(now=NOW + HOUR)
    assert ticket.escalations.get().trigger == "missed_promise"


def test_what_we_set_ourselves_is_moved_without_a_question(ticket: Any, act: Any) -> None:
    row = act(plan, ticket, kind="care", text="Ask how it goes", due_at=NOW + HOUR, promised=False)
    act(move, row, due_at=NOW + DAY, due_kind="on")
    row.refresh_from_db()
    assert (row.due_at, row.due_kind, row.snoozes) == (NOW + DAY, "on", 1)
