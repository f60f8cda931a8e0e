"""Before whom a case is put: the line, who stands in, what a review asks for, and what a sealed case allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints import access as door
from complaints.actions import corrections, ends, sealing
from complaints.actions import escalations as e
from complaints.models import Escalation, Ticket
from complaints.queries import routing
from office import access
from office.actions.away import set_away
from office.errors import Invalid
from office.models import Agent, Team
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)


@pytest.fixture
def head(make_person: Any, supervisor: Agent) -> Agent:
    """Somebody above the team's supervisor."""
    boss: Agent = make_person("head", role="supervisor")
    Agent.objects.filter(pk=supervisor.pk).update(reports_to=boss)
    return boss


@pytest.fixture
def duty(make_person: Any, office: Any) -> Agent:
    manager: Agent = make_person("duty", role="administrator")
    office.duty_manager = manager
    office.save()
    return manager


def gone(person: Agent, *, deputy: Agent | None = None) -> None:
    Agent.objects.filter(pk=person.pk).update(away_until=LATER, deputy=deputy)


def line(ticket: Ticket, trigger: str = "overdue") -> list[tuple[str, str]]:
    """User name of each who may be asked, and of whom they stand in for."""
    names = dict(Agent.objects.values_list("pk", "username"))
    asked = routing.line_for(Ticket.objects.get(pk=ticket.pk), trigger, now=NOW)
    return [(names[one.id], names.get(one.instead_of or 0, "")) for one in asked]


def before(ticket: Ticket, trigger: str) -> Escalation:
    """The desk itself puts it before somebody."""
    e.put_before(Ticket.objects.get(pk=ticket.pk), trigger, now=NOW)
    return Escalation.objects.filter(ticket=ticket).latest("id")


# The line -------------------------------------------------------------------------------------------------------------


def test_lead_supervisor_up_the_line_and_the_duty_manager(
    ticket: Ticket, team: Team, make_person: Any, head: Agent, duty: Agent
) -> None:
    Team.objects.filter(pk=team.pk).update(lead=make_person("lead", role="supervisor"))
    assert line(ticket) == [("lead", ""), ("karin", ""), ("head", ""), ("duty", "")]


def test_a_line_that_runs_in_a_circle_ends(ticket: Ticket, head: Agent, supervisor: Agent, duty: Agent) -> None:
    Agent.objects.filter(pk=head.pk).update(reports_to=supervisor)
    assert line(ticket) == [("karin", ""), ("head", ""), ("duty", "")]


def test_the_deputy_is_asked_in_the_place_of_somebody_away_and_the_record_says_so(
    ticket: Ticket, supervisor: Agent, make_person: Any, duty: Agent, act: Any
) -> None:
    deputy = make_person("deputy", role="supervisor")
    gone(supervisor, deputy=deputy)
    asked = act(e.open_escalation, ticket, reason="May I?")
    assert (asked.addressed_to, asked.in_place_of) == (deputy, supervisor)
    assert door.visible_to(access.actor_of(deputy)).filter(pk=ticket.pk).exists()
    assert ticket.owner_id == Ticket.objects.get().owner_id, "the handler stays on the case"


@pytest.mark.parametrize("trouble", ["an agent", "away too", "left", "the handler", "complained about"])
def test_a_deputy_who_cannot_answer_is_passed_over_for_the_next(
    trouble: str, ticket: Ticket, supervisor: Agent, make_person: Any, duty: Agent
) -> None:
    deputy = make_person("deputy", role="agent" if trouble == "an agent" else "supervisor")
    gone(supervisor, deputy=deputy)
    if trouble == "away too":
        gone(deputy)
    elif trouble == "left":
        Agent.objects.filter(pk=deputy.pk).update(is_active=False)
    elif trouble == "the handler":
        Ticket.objects.filter(pk=ticket.pk).update(owner=deputy)
    elif trouble == "complained about":
        Ticket.objects.filter(pk=ticket.pk).update(sealed_from=deputy)
    assert line(ticket) == [("duty", "")]


def test_whoever_is_back_is_asked_themselves(ticket: Ticket, supervisor: Agent, make_person: Any) -> None:
    Agent.objects.filter(pk=supervisor.pk).update(away_until=NOW, deputy=make_person("deputy", role="supervisor"))
    assert line(ticket) == [("karin", "")]


def test_it_goes_past_who_has_it_already_even_when_they_went_away_since(
    ticket: Ticket, supervisor: Agent, make_person: Any, head: Agent, act: Any
) -> None:
    act(e.open_escalation, ticket, reason="May I?")
    gone(supervisor, deputy=make_person("deputy", role="supervisor"))
    assert act(e.open_escalation, ticket, reason="Nobody answers").addressed_to == head


def test_somebody_chosen_by_name_is_replaced_while_they_are_away(ticket: Ticket, make_person: Any, act: Any) -> None:
    deputy, boss = make_person("deputy", role="supervisor"), make_person("boss", role="supervisor")
    gone(boss, deputy=deputy)
    asked = act(e.open_escalation, ticket, reason="May I?", addressed_to=boss)
    assert (asked.addressed_to, asked.in_place_of) == (deputy, boss)


# What the customer asks for -------------------------------------------------------------------------------------------


def test_who_asks_for_a_superior_gets_the_first_of_that_rank(
    ticket: Ticket, team: Team, colleague: Agent, supervisor: Agent, act: Any
) -> None:
    Team.objects.filter(pk=team.pk).update(lead=colleague)
    asked = act(e.open_escalation, ticket, reason="She wants the manager", trigger="asked_superior")
    assert (asked.trigger, asked.addressed_to) == ("asked_superior", supervisor)


def test_a_review_goes_to_a_supervisor_who_neither_handled_nor_manages_the_case(
    ticket: Ticket, head: Agent, duty: Agent, make_person: Any, act: Any, make_ticket: Any
) -> None:
    helped, busy, free = (make_person(name, role="supervisor") for name in ("helped", "busy", "free"))
    ticket.participants.create(agent=helped, role="contributor", since=NOW)
    act(e.open_escalation, make_ticket(), reason="May I?", addressed_to=busy)
    assert line(ticket, "review") == [("free", ""), ("duty", "")]
    asked = before(ticket, "review")
    assert (asked.trigger, asked.addressed_to) == ("review", free)
    gone(free)
    assert line(ticket, "review")[0] == ("busy", "")


def test_without_anybody_apart_a_review_goes_to_the_duty_manager(ticket: Ticket, head: Agent, duty: Agent) -> None:
    assert before(ticket, "review").addressed_to == duty


def test_a_review_is_not_lost_because_somebody_has_another_question_and_is_asked_once(
    ticket: Ticket, supervisor: Agent, duty: Agent, make_person: Any, act: Any
) -> None:
    reviewer = make_person("reviewer", role="supervisor")
    act(e.open_escalation, ticket, reason="May I?")
    for _time in range(2):
        asked = before(ticket, "review")
        assert (asked.level, asked.addressed_to) == (2, reviewer)
    words = act(e.open_escalation, ticket, reason="He rang about it", trigger="review")
    assert words.pk == asked.pk
    assert ticket.escalations.count() == 2


def test_a_review_goes_apart_from_what_is_overdue(ticket: Ticket, supervisor: Agent, make_person: Any) -> None:
    reviewer = make_person("reviewer", role="supervisor")
    assert before(ticket, "review").addressed_to == reviewer
    assert before(ticket, "overdue").addressed_to == supervisor


# Danger ---------------------------------------------------------------------------------------------------------------


def test_danger_is_told_to_whoever_has_the_case_already(ticket: Ticket, supervisor: Agent, act: Any, told: Any) -> None:
    asked = act(e.open_escalation, ticket, reason="May I?")
    act(e.acknowledge, asked, by=supervisor)
    act(corrections.correct, ticket, changes={"safety": True}, at=NOW + timedelta(hours=1))
    asked.refresh_from_db()
    assert (asked.trigger, asked.state, asked.acknowledged_at) == ("safety", "open", None)
    assert asked.acknowledge_by == NOW + timedelta(hours=1, minutes=30)
    assert ticket.escalations.count() == 1
    assert told(ticket)[-2:] == ["ticket.correct", "escalation.open"]


def test_danger_marked_by_a_correction_goes_up_once(ticket: Ticket, supervisor: Agent, act: Any) -> None:
    for safety in (True, False, True):
        act(corrections.correct, ticket, changes={"safety": safety})
    asked = Escalation.objects.get()
    assert (asked.trigger, asked.addressed_to) == ("safety", supervisor)


def test_the_graver_reason_stands_when_the_handlers_words_join(ticket: Ticket, act: Any) -> None:
    before(ticket, "overdue")
    asked = act(e.open_escalation, ticket, reason="She wants the manager", trigger="asked_superior")
    assert asked.trigger == "asked_superior"
    asked = before(ticket, "safety")
    assert asked.trigger == "safety"


# Sealed ---------------------------------------------------------------------------------------------------------------


def test_about_a_sealed_case_neither_line_nor_deputy_nor_reviewer_is_asked_unless_named(
    ticket: Ticket, agent: Agent, supervisor: Agent, duty: Agent, make_person: Any, act: Any
) -> None:
    deputy, named, boss = (make_person(name, role="supervisor") for name in ("deputy", "named", "boss"))
    act(sealing.seal, ticket, by=supervisor, named=[agent, supervisor, named])
    assert line(ticket) == [("karin", "")]
    assert line(ticket, "review") == [("named", "")]
    gone(supervisor, deputy=deputy)
    assert line(ticket) == [("karin", "")], "nobody else may know of it: rather late than nobody"
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(e.open_escalation, ticket, reason="May I?", addressed_to=boss)
    assert set(refusal.value.fields) == {"addressed_to"}
    asked = act(e.open_escalation, ticket, reason="May I?", addressed_to=supervisor)
    assert (asked.addressed_to, asked.in_place_of) == (supervisor, None)


# How long it lasts ----------------------------------------------------------------------------------------------------


def test_what_was_raised_stays_until_somebody_answers_and_lapses_with_the_case(
    ticket: Ticket, walk_to: Any, act: Any
) -> None:
    asked = before(ticket, "overdue")
    walk_to(ticket, "answered")
    asked.refresh_from_db()
    assert asked.state == "open", "that the target is met now answers nobody's question"
    act(ends.close, Ticket.objects.get(), reason="accepted")
    asked.refresh_from_db()
    assert asked.state == "lapsed"


def test_each_level_is_asked_once_in_a_cycle_and_what_comes_after_an_answer_is_a_new_one(
    ticket: Ticket, supervisor: Agent, act: Any
) -> None:
    for trigger in ("overdue", "missed_promise", "unassigned"):
        asked = before(ticket, trigger)
    assert (asked.level, asked.cycle, asked.trigger) == (1, 1, "overdue")
    act(e.answer, asked, by=supervisor, guidance="Refund it.")
    again = before(ticket, "missed_promise")
    assert (again.level, again.cycle, again.trigger) == (1, 2, "missed_promise")


def test_being_away_is_said_on_record_and_changes_who_is_asked(
    ticket: Ticket, supervisor: Agent, make_person: Any
) -> None:
    deputy = make_person("deputy", role="supervisor")
    set_away(supervisor, actor=SYSTEM, now=NOW, until=LATER, deputy=deputy)
    assert line(ticket) == [("deputy", "karin")]
