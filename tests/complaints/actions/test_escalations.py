"""A case is put before somebody above."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints import access as door
from complaints.actions import escalations as e
from complaints.models import Escalation, Ticket
from office import access
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def sees(agent: Any, ticket: Any) -> bool:
    return door.visible_to(access.actor_of(agent)).filter(pk=ticket.pk).exists()


@pytest.fixture
def asked(ticket: Any, act: Any) -> Any:
    return act(e.open_escalation, ticket, reason="She asks for somebody above me")


def test_the_nearest_above_is_asked_and_has_half_an_hour(asked: Any, ticket: Any, supervisor: Any, told: Any) -> None:
    assert (asked.level, asked.cycle, asked.addressed_to, asked.state) == (1, 1, supervisor, "open")
    assert asked.acknowledge_by == NOW + timedelta(minutes=30)
    ticket.refresh_from_db()
    assert ticket.escalation_line == 1
    assert ticket.owner is not None
    assert told(ticket)[-1] == "escalation.open"
    assert "above me" not in str(Event.objects.order_by("-id")[0].payload)


def test_nobody_escalates_to_themselves(ticket: Any, act: Any, supervisor: Any) -> None:
    assert act(e.open_escalation, ticket, by=supervisor, reason="I know the customer").addressed_to is None


def test_each_level_is_open_once_and_the_next_goes_higher(
    asked: Any, ticket: Any, act: Any, office: Any, administrator: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    second = act(e.open_escalation, ticket, reason="Nobody answered")
    assert (second.level, second.addressed_to) == (2, administrator)
    for level in (3, 4):
        assert act(e.open_escalation, ticket, reason="Still nobody").level == level
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(e.open_escalation, ticket, reason="Still nobody")
    assert refusal.value.code == "highest-level"


def test_every_fault_is_named(ticket: Any, act: Any, colleague: Any) -> None:
    colleague.is_active = False
    colleague.save()
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(e.open_escalation, ticket, reason=" ", trigger="anger", addressed_to=colleague)
    assert set(refusal.value.fields) == {"reason", "trigger", "addressed_to"}


def test_whoever_is_asked_and_their_deputy_see_the_case_until_it_is_answered(
    ticket: Any, act: Any, stranger: Any, make_person: Any
) -> None:
    boss = make_person("boss", role="supervisor", deputy=stranger)
    assert not sees(boss, ticket)
    asked = act(e.open_escalation, ticket, reason="She asks for the manager", addressed_to=boss)
    assert sees(boss, ticket)
    assert sees(stranger, ticket)
    act(e.give_back, asked, by=boss, guidance="Offer the bank charge first")
    assert not sees(stranger, ticket)
    assert sees(boss, ticket)


@pytest.mark.parametrize("verb", [e.acknowledge, e.give_back, e.answer, e.take_over])
def test_an_agent_answers_no_escalation(asked: Any, act: Any, colleague: Any, verb: Any) -> None:
    words = {} if verb is e.acknowledge else {"guidance": "Go on"}
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(verb, asked, by=colleague, **words)


def test_seen_twice_is_once(asked: Any, act: Any, supervisor: Any, ticket: Any, told: Any) -> None:
    act(e.acknowledge, asked, by=supervisor)
    with nothing_changes():
        act(e.acknowledge, asked, by=supervisor, at=NOW + timedelta(hours=1))
    assert told(ticket).count("escalation.acknowledge") == 1
    asked.refresh_from_db()
    assert (asked.state, asked.acknowledged_at) == ("acknowledged", NOW)


@pytest.mark.parametrize(
    ("verb", "state", "line"),
    [
        (e.give_back, "returned", "escalation.return"),
        (e.answer, "answered", "escalation.answer"),
        (e.take_over, "taken_over", "escalation.take_over"),
    ],
)
def test_an_answer_is_given_once(
    asked: Any, ticket: Any, act: Any, supervisor: Any, told: Any, verb: Any, state: str, line: str
) -> None:
    act(verb, asked, by=supervisor, guidance="Offer the bank charge first")
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.ended_by) == (state, "Offer the bank charge first", supervisor)
    assert asked.acknowledged_at == NOW
    assert Ticket.objects.get(pk=ticket.pk).escalation_line == 0
    assert line in told(ticket)
    for again in (e.give_back, e.answer, e.take_over, e.acknowledge):
        words = {} if again is e.acknowledge else {"guidance": "No, the other way"}
        with nothing_changes(but_lines=1), pytest.raises(Conflict):
            act(again, asked, by=supervisor, **words)


def test_guidance_is_words(asked: Any, act: Any, supervisor: Any) -> None:
    for verb in (e.give_back, e.answer):
        with nothing_changes(), pytest.raises(Invalid):
            act(verb, asked, by=supervisor, guidance=" \x00")


def test_whoever_takes_over_owns_the_case_and_the_handler_stays_on_it(
    asked: Any, ticket: Any, act: Any, supervisor: Any, agent: Any, told: Any
) -> None:
    act(e.take_over, asked, by=supervisor)
    ticket.refresh_from_db()
    assert ticket.owner == supervisor
    assert ticket.participants.filter(agent=agent, role="contributor").exists()
    assert told(ticket)[-2:] == ["escalation.take_over", "ticket.assign"]


def test_a_level_can_be_asked_again_in_a_new_cycle(asked: Any, ticket: Any, act: Any, supervisor: Any) -> None:
    act(e.answer, asked, by=supervisor, guidance="Yes")
    second = act(e.open_escalation, ticket, reason="She rang again")
    assert (second.level, second.cycle) == (1, 2)
    assert Escalation.objects.unanswered().filter(ticket=ticket).count() == 1


def test_what_came_back_is_read_once_and_only_when_it_came_back(
    ticket: Any, act: Any, supervisor: Any, told: Any
) -> None:
    row = act(e.open_escalation, ticket, reason="May I refund twice?")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(e.read, row)
    assert refusal.value.code == "not-answered"
    act(e.give_back, row, by=supervisor, guidance="Offer the bank charge first")
    assert [found.pk for found in Escalation.objects.unread()] == [row.pk]
    read_by = act(e.read, row).read_by_id
    assert read_by is not None
    assert not Escalation.objects.unread().exists()
    with nothing_changes():
        act(e.read, row)
    assert told(ticket)[-1] == "escalation.read"
