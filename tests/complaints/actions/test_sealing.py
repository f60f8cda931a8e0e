"""Sealed cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from complaints import access as door
from complaints.actions import escalations, steps
from complaints.actions.sealing import line_of, read_sealed, seal, unseal
from complaints.models import Ticket
from office import access
from office.errors import Invalid, NotAllowed
from office.models import Event
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def who_sees(ticket: Any, *people: Any) -> set[str]:
    return {
        person.username for person in people if door.visible_to(access.actor_of(person)).filter(pk=ticket.pk).exists()
    }


def test_only_the_named_see_a_sealed_case_whatever_their_role(
    ticket: Any, act: Any, told: Any, agent: Any, colleague: Any, supervisor: Any, administrator: Any
) -> None:
    act(seal, ticket, by=supervisor, named=[colleague])
    assert who_sees(ticket, agent, colleague, supervisor, administrator) == {"jonas"}
    ticket.refresh_from_db()
    assert ticket.owner == colleague
    assert told(ticket)[-1] == "ticket.seal"
    with nothing_changes(), pytest.raises(Http404):
        act(steps.record_step, ticket, evidence={"need": "Large print"})
    with nothing_changes(), pytest.raises(Http404):
        act(unseal, ticket, by=administrator)


def test_an_escalation_addressed_to_somebody_does_not_open_a_seal(
    ticket: Any, act: Any, supervisor: Any, colleague: Any
) -> None:
    act(escalations.open_escalation, ticket, reason="She asks for the manager")
    act(seal, ticket, by=supervisor, named=[colleague])
    assert who_sees(ticket, supervisor) == set()


def test_neither_the_person_complained_about_nor_their_line_can_be_named(
    ticket: Any, act: Any, agent: Any, colleague: Any, supervisor: Any, administrator: Any, make_person: Any
) -> None:
    below = make_person("junior", reports_to=agent)
    supervisor.reports_to = administrator
    supervisor.save()
    for somebody in (agent, supervisor, administrator, below):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            act(seal, ticket, by=supervisor, named=[somebody, colleague], sealed_from=agent)
        assert [fault.code for fault in refusal.value.fields["named"]] == ["in-line"]
    act(seal, ticket, by=supervisor, named=[colleague], sealed_from=agent)
    assert who_sees(ticket, agent, supervisor, administrator, below, colleague) == {"jonas"}


def test_a_circle_of_bosses_is_no_trap(agent: Any, supervisor: Any) -> None:
    supervisor.reports_to = agent
    supervisor.save()
    assert line_of(agent) == {agent.pk, supervisor.pk}


@pytest.mark.parametrize("whom", ["nobody", "gone"])
def test_somebody_who_is_here_is_named(ticket: Any, act: Any, supervisor: Any, colleague: Any, whom: str) -> None:
    colleague.is_active = False
    colleague.save()
    with nothing_changes(), pytest.raises(Invalid):
        act(seal, ticket, by=supervisor, named=[] if whom == "nobody" else [colleague])


def test_an_agent_neither_seals_nor_unseals(ticket: Any, act: Any, agent: Any, supervisor: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(seal, ticket, named=[agent])
    act(seal, ticket, by=supervisor, named=[agent])
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(unseal, ticket)


def test_sealing_again_names_anew(ticket: Any, act: Any, agent: Any, supervisor: Any, colleague: Any) -> None:
    act(seal, ticket, by=supervisor, named=[supervisor, agent])
    act(seal, ticket, by=supervisor, named=[supervisor, colleague], at=NOW + timedelta(hours=1))
    assert who_sees(ticket, agent, supervisor, colleague) == {"karin", "jonas"}
    assert Ticket.objects.get(pk=ticket.pk).sealed_at == NOW


def test_an_opened_case_is_open_to_whom_it_would_be_and_to_the_named(
    ticket: Any, act: Any, supervisor: Any, stranger: Any, agent: Any, told: Any
) -> None:
    act(seal, ticket, by=supervisor, named=[supervisor, stranger])
    act(unseal, ticket, by=supervisor)
    assert who_sees(ticket, agent, supervisor, stranger) == {"mei", "karin", "aled"}
    assert told(ticket)[-1] == "ticket.unseal"
    with nothing_changes():
        act(unseal, ticket, by=supervisor)


def test_reading_a_sealed_case_is_written_once_an_hour_and_person(
    ticket: Any, act: Any, supervisor: Any, agent: Any
) -> None:
    act(read_sealed, ticket)
    act(seal, ticket, by=supervisor, named=[agent, supervisor])
    sealed = Ticket.objects.get(pk=ticket.pk)
    for at in (NOW, NOW + timedelta(minutes=10), NOW + timedelta(minutes=30)):
        act(read_sealed, sealed, at=at)
    act(read_sealed, sealed, by=supervisor)
    read_sealed(sealed, actor=SYSTEM, now=NOW)
    read = list(Event.objects.filter(verb="ticket.read_sealed").order_by("id").values_list("actor_id", "at"))
    assert read == [
        (agent.pk, NOW),
        (agent.pk, NOW + timedelta(minutes=30)),
        (supervisor.pk, NOW),
    ]


def test_nobody_reads_a_sealed_case_unseen(ticket: Any, act: Any, supervisor: Any, agent: Any) -> None:
    act(seal, ticket, by=supervisor, named=[supervisor])
    with nothing_changes(), pytest.raises(Http404):
        act(read_sealed, Ticket.objects.get(pk=ticket.pk))
