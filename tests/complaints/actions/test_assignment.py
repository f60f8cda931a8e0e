"""Whose case it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from complaints import access as door
from complaints.actions import sealing
from complaints.actions.assignment import assign, move, take, unwatch, watch
from office import access
from office.errors import Invalid, Stale
from office.models import Event
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def sees(agent: Any, ticket: Any) -> bool:
    return door.visible_to(access.actor_of(agent)).filter(pk=ticket.pk).exists()


def test_a_case_is_given_to_somebody_and_the_giver_goes_on_seeing_it(
    ticket: Any, act: Any, colleague: Any, agent: Any, told: Any
) -> None:
    act(assign, ticket, owner=colleague)
    ticket.refresh_from_db()
    assert ticket.owner == colleague
    assert told(ticket)[-1] == "ticket.assign"
    assert Event.objects.order_by("-id")[0].payload == {"from": agent.pk, "to": colleague.pk}
    assert sees(agent, ticket)


def test_giving_it_to_whoever_has_it_changes_nothing(ticket: Any, act: Any, agent: Any) -> None:
    with nothing_changes():
        act(assign, ticket, owner=agent)
    with nothing_changes():
        act(take, ticket)


def test_a_case_can_be_nobodys(ticket: Any, act: Any) -> None:
    act(assign, ticket, owner=None)
    ticket.refresh_from_db()
    assert ticket.owner is None


def test_nothing_is_given_to_somebody_who_left(ticket: Any, act: Any, colleague: Any) -> None:
    colleague.is_active = False
    colleague.save()
    with nothing_changes(), pytest.raises(Invalid):
        act(assign, ticket, owner=colleague)


def test_whoever_takes_second_with_an_old_page_is_told(ticket: Any, act: Any, colleague: Any, supervisor: Any) -> None:
    act(take, ticket, by=colleague, version=1)
    with nothing_changes(), pytest.raises(Stale):
        act(take, ticket, by=supervisor, version=1)
    ticket.refresh_from_db()
    assert ticket.owner == colleague


def test_the_desk_itself_takes_no_case(ticket: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        take(ticket, actor=SYSTEM, now=NOW)


def test_a_case_moved_to_another_team_is_seen_by_whom_it_concerns(
    ticket: Any, act: Any, agent: Any, colleague: Any, stranger: Any, other_team: Any
) -> None:
    assert not sees(stranger, ticket)
    act(move, ticket, team=other_team)
    assert sees(stranger, ticket)
    assert sees(agent, ticket)
    assert not sees(colleague, ticket)
    with pytest.raises(Http404):
        act(take, ticket, by=colleague)


def test_moving_it_where_it_is_changes_nothing_and_a_closed_team_takes_none(
    ticket: Any, act: Any, team: Any, other_team: Any
) -> None:
    with nothing_changes():
        act(move, ticket, team=team)
    other_team.closed_at = NOW
    other_team.save()
    with nothing_changes(), pytest.raises(Invalid):
        act(move, ticket, team=other_team)


def test_a_stranger_can_neither_take_nor_move_nor_watch(ticket: Any, act: Any, stranger: Any, other_team: Any) -> None:
    for verb, words in ((take, {}), (watch, {}), (move, {"team": other_team}), (assign, {"owner": stranger})):
        with nothing_changes(), pytest.raises(Http404):
            act(verb, ticket, by=stranger, **words)


def test_watching_twice_is_once_and_ends(ticket: Any, act: Any, colleague: Any, told: Any) -> None:
    act(watch, ticket, by=colleague)
    act(watch, ticket, by=colleague)
    assert ticket.participants.filter(agent=colleague, role="watcher").count() == 1
    act(unwatch, ticket, by=colleague)
    assert not ticket.participants.filter(agent=colleague, role="watcher").exists()
    with nothing_changes():
        act(unwatch, ticket, by=colleague)
    assert told(ticket)[-1] == "ticket.unwatch"


def test_a_sealed_case_goes_only_to_somebody_named_on_it(ticket, agent, colleague, supervisor):
    by = {"actor": access.actor_of(supervisor), "now": NOW}
    sealed = sealing.seal(ticket, named=[supervisor, agent], **by)
    with pytest.raises(Invalid) as refusal:
        assign(sealed, owner=colleague, **by)
    assert refusal.value.fields["owner"][0].code == "not-named"
    assert assign(sealed, owner=supervisor, **by).owner == supervisor
