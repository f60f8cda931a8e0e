"""Somebody leaves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from complaints import access as door
from complaints.actions import escalations, follow_ups, redress, sealing
from complaints.actions.people import activate, deactivate
from complaints.models import Ticket
from office import access
from office.actions.people import invite
from office.errors import Conflict, Invalid, NotAllowed
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_what_somebody_had_goes_to_their_heir(
    ticket: Any, act: Any, administrator: Any, agent: Any, colleague: Any, told: Any
) -> None:
    owed = act(follow_ups.plan, ticket, kind="promise", text="Ring her", due_at=NOW + timedelta(hours=1))
    act(deactivate, agent, by=administrator, heir=colleague)
    for row in (agent, ticket, owed):
        row.refresh_from_db()
    assert (agent.is_active, agent.deactivated_at) == (False, NOW)
    assert (ticket.owner, owed.owner) == (colleague, colleague)
    assert told(agent)[-1] == "agent.deactivate"
    assert told(ticket)[-1] == "ticket.assign"
    with nothing_changes():
        act(deactivate, agent, by=administrator, heir=colleague)


def test_without_an_heir_cases_stay_in_their_team(ticket: Any, act: Any, administrator: Any, agent: Any) -> None:
    act(deactivate, agent, by=administrator)
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert ticket.team is not None


def test_what_was_asked_of_them_is_asked_of_their_heir(
    ticket: Any, act: Any, administrator: Any, supervisor: Any, walk_to: Any, make_person: Any
) -> None:
    asked = act(escalations.open_escalation, ticket, reason="May I refund twice?")
    ticket = walk_to(Ticket.objects.get(pk=ticket.pk), "resolve")
    given = act(redress.offer, ticket, kind="refund", basis="due", amount=Decimal(400))
    heir = make_person("vera", role="supervisor")
    act(deactivate, supervisor, by=administrator, heir=heir)
    asked.refresh_from_db()
    given.approval.refresh_from_db()
    assert (asked.addressed_to, given.approval.addressed_to) == (heir, heir)
    assert door.visible_to(access.actor_of(heir)).filter(pk=ticket.pk).exists()


def test_only_an_administrator_lets_people_go_and_come(
    act: Any, agent: Any, supervisor: Any, administrator: Any
) -> None:
    for verb in (deactivate, activate):
        with nothing_changes(but_lines=1) as lines, pytest.raises(NotAllowed):
            act(verb, agent, by=supervisor)
        assert (lines[0]["subject_kind"], lines[0]["subject_id"]) == ("agent", agent.pk)
    act(deactivate, agent, by=administrator)
    act(activate, agent, by=administrator)
    agent.refresh_from_db()
    assert (agent.is_active, agent.deactivated_at) == (True, None)
    with nothing_changes():
        act(activate, agent, by=administrator)


def test_nobody_lets_themselves_go_and_the_last_administrator_stays(
    act: Any, administrator: Any, make_person: Any
) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(deactivate, administrator, by=administrator)
    second = make_person("second", role="administrator")
    act(deactivate, administrator, by=second)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(deactivate, second, by=administrator)


def test_an_heir_is_somebody_else_who_is_here(act: Any, agent: Any, colleague: Any, administrator: Any) -> None:
    colleague.is_active = False
    colleague.save()
    for heir in (agent, colleague):
        with nothing_changes(), pytest.raises(Invalid):
            act(deactivate, agent, by=administrator, heir=heir)


def test_a_sealed_case_needs_somebody_who_can_open_it(
    ticket: Any, act: Any, agent: Any, supervisor: Any, administrator: Any, stranger: Any
) -> None:
    act(sealing.seal, ticket, by=supervisor, named=[agent])
    with nothing_changes(), pytest.raises(Invalid):
        act(deactivate, agent, by=administrator)
    act(deactivate, agent, by=administrator, heir=stranger)
    assert door.visible_to(access.actor_of(stranger)).filter(pk=ticket.pk).exists()
    assert not door.visible_to(access.actor_of(administrator)).filter(pk=ticket.pk).exists()


def test_a_sealed_case_is_not_inherited_by_whom_it_is_about(
    ticket: Any, act: Any, agent: Any, colleague: Any, supervisor: Any, administrator: Any, make_person: Any
) -> None:
    junior = make_person("junior", reports_to=colleague)
    act(sealing.seal, ticket, by=supervisor, named=[agent], sealed_from=colleague)
    for heir in (colleague, junior):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            act(deactivate, agent, by=administrator, heir=heir)
        assert [fault.code for fault in refusal.value.fields["heir"]] == ["in-line"]


def test_links_to_come_in_by_end_with_them(act: Any, agent: Any, administrator: Any) -> None:
    act(invite, agent, by=administrator)
    act(deactivate, agent, by=administrator)
    assert not agent.sign_in_links.filter(expires_at__gt=NOW).exists()


def test_a_session_ends_with_its_person(act: Any, agent: Any, administrator: Any, client_of: Any) -> None:
    client = client_of(agent)
    act(deactivate, agent, by=administrator)
    from django.contrib.auth import get_user
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.session = client.session
    assert not get_user(request).is_authenticated


def test_what_somebody_asked_does_not_come_back_to_them_when_the_decider_leaves(
    ticket, agent, supervisor, administrator, walk_to
):
    walk_to(ticket, "resolve")
    offer = {"kind": "refund", "basis": "due", "amount": Decimal("500")}
    asked = redress.offer(ticket, actor=access.actor_of(agent), now=NOW, **offer)
    assert asked.approval.addressed_to == supervisor
    deactivate(supervisor, actor=access.actor_of(administrator), now=NOW, heir=agent)
    asked.approval.refresh_from_db()
    assert asked.approval.addressed_to is None
