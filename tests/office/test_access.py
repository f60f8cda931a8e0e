"""The door to office's own objects, and who an actor is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from office import access
from office.actions.people import invite
from office.actions.tokens import create_token, revoke_token
from office.errors import NotAllowed
from office.models import Agent, Approval, Team
from office.roles import REACH_ALL, REACH_TEAM, SYSTEM, Actor, Role
from tests.conftest import NOW, person

pytestmark = pytest.mark.django_db


def teams_of(agent: Agent) -> set[str]:
    actor = access.actor_of(agent)
    return set(Team.objects.filter(pk__in=actor.team_ids).values_list("slug", flat=True))


@pytest.fixture
def tree(team: Any, other_team: Any) -> Team:
    """refunds → desk a → corner; repairs beside."""
    below = Team.objects.create(name="Desk A", slug="desk-a", parent=team, path=f"{team.path}900/")
    Team.objects.create(name="Corner", slug="corner", parent=below, path=f"{below.path}901/")
    return below


def test_an_agent_belongs_to_their_teams_only(tree: Team, agent: Agent, stranger: Agent) -> None:
    assert teams_of(agent) == {"refunds"}
    assert teams_of(stranger) == {"repairs"}
    assert teams_of(person("newcomer", "Newcomer")) == set()


def test_a_supervisor_has_their_teams_and_all_below(tree: Team, supervisor: Agent) -> None:
    assert teams_of(supervisor) == {"refunds", "desk-a", "corner"}
    lead = person("lead", "Lead", "supervisor")
    tree.lead = lead
    tree.save()
    assert teams_of(lead) == {"desk-a", "corner"}


def test_a_team_whose_path_is_not_kept_yet_has_nothing_below(tree: Team, supervisor: Agent) -> None:
    """An empty path is the beginning of every path."""
    Team.objects.filter(slug="refunds").update(path="")
    assert "repairs" not in teams_of(supervisor)


def test_who_an_actor_is_costs_one_query(tree: Team, supervisor: Agent, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        access.actor_of(supervisor)


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        ("agent", Role.ADMINISTRATOR, True),
        ("agent", Role.SUPERVISOR, False),
        ("agent", Role.AGENT, False),
        ("token", Role.ADMINISTRATOR, False),
        ("customer", Role.ADMINISTRATOR, False),
        ("system", Role.ADMINISTRATOR, True),
    ],
)
def test_set_up_is_for_people_who_administer(*, kind: str, role: Role, may: bool) -> None:
    actor = Actor(kind=kind, id=1, role=role)
    if may:
        access.require_administrator(actor)
    else:
        with pytest.raises(NotAllowed):
            access.require_administrator(actor)


def test_a_secret_opens_while_its_token_lives(team: Any) -> None:
    row, secret = create_token(None, actor=SYSTEM, now=NOW, name="shop", scopes=["tickets:read"])
    assert access.token_for(secret, now=NOW) == row
    assert access.token_for(secret, now=row.expires_at) is None
    for wrong in ("", secret[:-1], secret + "x", secret.swapcase(), row.token_hash, row.prefix):
        assert access.token_for(wrong, now=NOW) is None
    revoke_token(row, actor=SYSTEM, now=NOW)
    assert access.token_for(secret, now=NOW) is None


def test_a_token_is_an_actor_of_its_role_scopes_and_reach(team: Any) -> None:
    words = {"scopes": ["tickets:write"], "role": "supervisor"}
    row, _secret = create_token(None, actor=SYSTEM, now=NOW, name="a", reach=REACH_TEAM, team=team, **words)
    actor = access.actor_of_token(row)
    assert (actor.kind, actor.token_id, actor.agent_id) == ("token", row.pk, None)
    assert (actor.role, actor.reach, actor.team_ids) == (Role.SUPERVISOR, "team", frozenset([team.pk]))
    assert (actor.has_scope("tickets:read"), actor.has_scope("customers:read")) == (True, False)
    row, _secret = create_token(None, actor=SYSTEM, now=NOW, name="b", reach=REACH_ALL, **words)
    assert access.actor_of_token(row).team_ids == frozenset()


def test_a_read_scope_is_no_write_scope() -> None:
    actor = Actor(kind="token", id=1, role=Role.AGENT, scopes=frozenset({"tickets:read"}))
    assert (actor.has_scope("tickets:read"), actor.has_scope("tickets:write")) == (True, False)


def test_a_tokens_row_is_for_administrators(administrator: Any, supervisor: Any) -> None:
    row, _secret = create_token(None, actor=SYSTEM, now=NOW, name="shop", scopes=["tickets:read"])
    assert access.token_row_for(access.actor_of(administrator), row.pk) == row
    with pytest.raises(NotAllowed):
        access.token_row_for(access.actor_of(supervisor), row.pk)
    with pytest.raises(Http404):
        access.token_row_for(access.actor_of(administrator), 10**9)


def test_a_link_opens_once_in_its_time_for_somebody_who_is_here(agent: Any, administrator: Any) -> None:
    secret = invite(agent, actor=access.actor_of(administrator), now=NOW)
    assert access.sign_in_link_for(secret, now=NOW).agent == agent
    dead: list[tuple[str, Any]] = [("", NOW), (secret + "x", NOW), (secret, NOW + timedelta(days=7))]
    for wrong, at in dead:
        with pytest.raises(Http404):
            access.sign_in_link_for(wrong, now=at)
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    with pytest.raises(Http404):
        access.sign_in_link_for(secret, now=NOW)


def test_approvals_wait_for_whom_they_are_addressed_to_and_their_deputy(agent: Any, supervisor: Any) -> None:
    supervisor.deputy = agent
    supervisor.save()
    asked = Approval.objects.create(
        subject_kind="redress", subject_id=1, kind="redress", addressed_to=supervisor, asked_at=NOW
    )
    for who in (supervisor, agent):
        assert list(access.approvals_addressed_to(who.pk)) == [asked]
    asked.state, asked.decided_at = Approval.REFUSED, NOW
    asked.save()
    assert not access.approvals_addressed_to(supervisor.pk).exists()
