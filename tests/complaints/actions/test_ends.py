"""How a case ends, and how it comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import ends, escalations, follow_ups, issues, steps
from complaints.models import Finding, Ticket
from complaints.queries.guard import blockers_of, open_record
from office import access
from office.errors import Conflict, Invalid, NotAllowed, StepBlocked
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import LISTEN, NOW, WORDS

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def answered(ticket: Any, walk_to: Any) -> Any:
    return walk_to(ticket, "answered")


def again(ticket: Any) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


# Closing --------------------------------------------------------------------------------------------------------------


def test_the_customer_accepts_and_the_case_is_closed(answered: Any, act: Any, told: Any) -> None:
    act(ends.close, answered, reason="accepted", note="Said thank you")
    ticket = again(answered)
    assert (ticket.state, ticket.end_reason, ticket.ended_at, ticket.verdict) == ("closed", "accepted", NOW, "accepted")
    assert (ticket.risk_at, ticket.risk_kind) == (NOW, "ended")
    assert told(ticket)[-1] == "ticket.close"
    assert "thank" not in str(Event.objects.order_by("-id")[0].payload)


def test_closing_twice_is_refused_and_changes_nothing(answered: Any, act: Any) -> None:
    act(ends.close, answered, reason="accepted")
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.close, answered, reason="accepted")


def test_a_case_is_not_closed_before_it_is_answered(ticket: Any, act: Any, supervisor: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.close, ticket, by=supervisor, reason="accepted")


def test_silence_counts_after_fourteen_days_and_one_chase(answered: Any, act: Any) -> None:
    late = NOW + 14 * DAY
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(ends.close, answered, at=late, reason="silence")
    assert refusal.value.code == "too-soon"
    chase = act(follow_ups.plan, answered, kind="chase", text="Ask once more", due_at=NOW + 10 * DAY)
    with pytest.raises(Conflict):
        act(ends.close, answered, at=late, reason="silence")
    act(follow_ups.done, chase, at=NOW + 10 * DAY)
    with pytest.raises(Conflict):
        act(ends.close, answered, at=late - timedelta(seconds=1), reason="silence")
    act(ends.close, answered, at=late, reason="silence")
    assert again(answered).verdict == ""


@pytest.mark.parametrize("verb", [ends.close, ends.reopen])
@pytest.mark.parametrize("reason", ["", "whatever", "settled_at_once"])
def test_the_reasons_are_closed_lists(answered: Any, act: Any, verb: Any, reason: str) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(verb, answered, reason=reason)


def test_a_complaint_is_not_settled_past_the_four_steps(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(ends.settle, ticket, reason="answered")
    assert refusal.value.code == "complaint-needs-steps"


def test_a_question_is_settled_without_them(make_ticket: Any, act: Any, told: Any) -> None:
    ticket = make_ticket(kind="advice")
    act(ends.settle, ticket, reason="answered")
    assert again(ticket).state == "closed"
    assert told(ticket)[-1] == "ticket.settle"
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.settle, ticket, reason="answered")


def test_the_customer_takes_it_back(ticket: Any, act: Any, told: Any) -> None:
    act(ends.withdraw, ticket, reason="no_longer")
    assert (again(ticket).state, again(ticket).end_reason) == ("withdrawn", "no_longer")
    assert told(ticket)[-1] == "ticket.withdraw"
    assert not ticket.step_records.filter(state="open").exists()
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.withdraw, ticket, reason="no_longer")


def test_only_a_supervisor_finds_it_out_of_scope(ticket: Any, act: Any, supervisor: Any, told: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(ends.out_of_scope, ticket, reason="not_ours")
    act(ends.out_of_scope, ticket, by=supervisor, reason="not_ours")
    assert again(ticket).state == "out_of_scope"
    assert told(ticket)[-1] == "ticket.out_of_scope"
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.reopen, ticket, by=supervisor, reason="new_fact")


def test_an_end_answers_what_was_asked_above(ticket: Any, act: Any) -> None:
    asked = act(escalations.open_escalation, ticket, reason="May I refund twice?")
    act(ends.withdraw, ticket, reason="mistake")
    asked.refresh_from_db()
    assert (asked.state, again(ticket).escalation_line) == ("lapsed", 0)


# A second pass --------------------------------------------------------------------------------------------------------


def test_not_fixed_begins_a_new_pass_at_listen(answered: Any, act: Any, told: Any) -> None:
    act(ends.reopen, answered, at=NOW + DAY, reason="not_fixed", still_wrong="The bank charge was never paid")
    ticket = again(answered)
    assert (ticket.state, ticket.step, ticket.pass_number, ticket.verdict) == ("open", "listen", 2, "not_fixed")
    assert (ticket.received_at, ticket.answered_at, ticket.ended_at) == (NOW, None, None)
    assert told(ticket)[-1] == "ticket.reopen"
    assert open_record(ticket).evidence == {"still_wrong": "The bank charge was never paid"}


def test_the_second_pass_has_clocks_of_its_own_and_nobody_to_acknowledge_to(answered: Any, act: Any) -> None:
    act(ends.reopen, answered, at=NOW + DAY, reason="not_fixed")
    second = answered.clocks.filter(pass_number=2)
    assert {clock.target: clock.started_at for clock in second} == {
        "first_answer": NOW + DAY,
        "resolve": NOW + DAY,
        "step_listen": NOW + DAY,
    }
    assert answered.clocks.filter(pass_number=1, met_at=None).count() == 0
    assert again(answered).risk_at == min(clock.due_at for clock in second)


def test_the_second_pass_must_say_what_is_still_wrong(answered: Any, act: Any, agent: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed")
    act(steps.record_step, answered, evidence={"feeling_start": 5})
    with nothing_changes(but_lines=1), pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, answered)
    assert [blocker.code for blocker in refusal.value.blockers] == ["listen.still_wrong.missing"]
    act(steps.record_step, answered, evidence={"still_wrong": "The bank charge was never paid"})
    assert act(steps.complete_step, answered).step == "empathise"


@pytest.mark.parametrize("still_wrong", ["ok", "same", "同上", "."])
def test_the_same_again_is_not_what_is_still_wrong(answered: Any, act: Any, still_wrong: str) -> None:
    act(ends.reopen, answered, reason="not_fixed", still_wrong=still_wrong)
    act(steps.record_step, answered, evidence={"feeling_start": 5})
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, answered)
    assert {blocker.field for blocker in refusal.value.blockers} == {"still_wrong"}


def test_feeling_and_answer_are_asked_anew_and_the_facts_are_there(answered: Any, act: Any, agent: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed", still_wrong="The bank charge was never paid")
    missing = [blocker.code for blocker in blockers_of(again(answered), actor=access.actor_of(agent))]
    assert missing == ["listen.feeling_start.missing"]
    assert again(answered).happened == LISTEN["happened"]


def test_what_was_found_in_the_first_pass_stays_found(answered: Any, act: Any, walk_to: Any) -> None:
    first = Finding.objects.get(issue__ticket=answered)
    act(ends.reopen, answered, reason="not_fixed", still_wrong="The bank charge was never paid")
    act(steps.record_step, answered, evidence={"feeling_start": 5})
    ticket = walk_to(again(answered), "resolve")
    issue = ticket.issues.get(number=1)
    act(issues.find, issue, finding="not_upheld", reason="The charge was paid back by the bank on the ninth.")
    first.refresh_from_db()
    assert (first.finding, first.pass_number) == ("upheld", 1)
    assert [(f.pass_number, f.finding) for f in Finding.objects.filter(issue=issue).order_by("pass_number")] == [
        (1, "upheld"),
        (2, "not_upheld"),
    ]
    assert ticket.step_records.filter(pass_number=1, state="completed").count() == 4


def test_a_second_resolve_needs_findings_and_an_outcome_of_its_own(answered: Any, act: Any, walk_to: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed", still_wrong="The bank charge was never paid")
    act(steps.record_step, answered, evidence={"feeling_start": 5})
    ticket = walk_to(again(answered), "resolve")
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    found = {blocker.code for blocker in refusal.value.blockers}
    assert {"resolve.finding.missing", "resolve.outcome.missing", "resolve.remedy.missing"} <= found


@pytest.mark.parametrize("end", ["closed", "withdrawn"])
def test_an_ended_case_comes_back_too(ticket: Any, act: Any, walk_to: Any, end: str) -> None:
    if end == "closed":
        ticket = walk_to(ticket, "answered")
        act(ends.close, ticket, reason="final")
    else:
        act(ends.withdraw, ticket, reason="mistake")
    act(ends.reopen, ticket, reason="new_fact", still_wrong="She found the letter after all")
    ticket = again(ticket)
    assert (ticket.state, ticket.pass_number, ticket.end_reason, ticket.verdict) == ("open", 2, "", "")


def test_an_open_case_is_not_reopened(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(ends.reopen, ticket, reason="new_fact")


def test_the_customers_first_words_stay_the_first_words(answered: Any, act: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed", still_wrong="The bank charge was never paid")
    assert answered.interactions.order_by("happened_at", "id")[0].text == WORDS
