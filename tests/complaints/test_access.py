"""The door to tickets, asked directly: each clause of the rule by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from complaints import access as door
from complaints.actions import escalations, issues, sealing
from complaints.models import Attachment, FollowUp, Participant, Redress, Ticket
from office import access
from office.models import Agent, Approval, Membership
from office.roles import REACH_ALL, REACH_OWN, REACH_TEAM, SYSTEM, Actor, Role
from tests.conftest import NOW, person

pytestmark = pytest.mark.django_db


def sees(who: Agent | Actor, ticket: Any) -> bool:
    actor = who if isinstance(who, Actor) else access.actor_of(Agent.objects.get(pk=who.pk))
    return door.visible_to(actor).filter(pk=ticket.pk).exists()


def token(**more: Any) -> Actor:
    words: dict[str, Any] = {"id": None, "role": Role.ADMINISTRATOR, "scopes": frozenset({"tickets:write"}), **more}
    return Actor(kind="token", **words)


def test_an_agent_sees_the_tickets_of_their_teams_and_nobodys(
    make_ticket: Any, colleague: Any, stranger: Any, team: Any, other_team: Any
) -> None:
    ticket = make_ticket()
    assert (sees(colleague, ticket), sees(stranger, ticket)) == (True, False)
    Membership.objects.create(agent=stranger, team=team)
    assert sees(stranger, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(team=None)
    assert sees(person("newcomer", "Newcomer"), ticket)


@pytest.mark.parametrize("role", ["watcher", "contributor"])
def test_whoever_takes_part_sees_the_ticket(ticket: Any, stranger: Any, role: str) -> None:
    Participant.objects.create(ticket=ticket, agent=stranger, role=role, since=NOW)
    assert sees(stranger, ticket)


def test_an_owner_elsewhere_sees_their_ticket(ticket: Any, stranger: Any) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(owner=stranger)
    assert sees(stranger, ticket)


def test_a_supervisor_sees_the_teams_below_and_not_beside_or_above(
    ticket: Any, team: Any, other_team: Any, supervisor: Any
) -> None:
    above, beside = person("above", "Above", "supervisor"), person("beside", "Beside", "supervisor")
    other_team.supervisor = above
    other_team.save()
    team.parent, team.path = other_team, f"{other_team.path}{team.pk}/"
    team.save()
    assert sees(above, ticket)
    assert not sees(beside, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(team=other_team, owner=None)
    Participant.objects.all().delete()
    assert sees(above, ticket)
    assert not sees(supervisor, ticket)


def test_a_team_whose_number_begins_like_another_is_not_below_it(make_ticket: Any, supervisor: Any, team: Any) -> None:
    """/1/ and /12/: a prefix of digits is no parent."""
    from office.models import Team

    twelve = Team.objects.create(name="Twelve", slug="twelve", path=f"{team.path[:-1]}2/")
    ticket = make_ticket(team=twelve)
    assert not sees(supervisor, ticket)


def test_an_agent_who_leads_a_team_sees_it_and_not_the_teams_below(
    make_ticket: Any, team: Any, other_team: Any
) -> None:
    lead = person("lead", "Lead")
    other_team.lead = lead
    other_team.save()
    team.path = f"{other_team.path}{team.pk}/"
    team.save()
    assert sees(lead, make_ticket(team=other_team))
    assert not sees(lead, make_ticket(team=team))


def test_whom_an_escalation_is_addressed_to_sees_the_ticket_until_it_is_answered(ticket: Any, agent: Any) -> None:
    boss = person("boss", "Boss", "supervisor")
    deputy = person("deputy", "Deputy")
    Agent.objects.filter(pk=boss.pk).update(deputy=deputy)
    asked = escalations.open_escalation(
        ticket, actor=access.actor_of(agent), now=NOW, reason="May I?", addressed_to=boss
    )
    assert (sees(boss, ticket), sees(deputy, ticket)) == (True, True)
    for state in ("returned", "answered", "taken_over", "lapsed"):
        asked.state = state
        asked.save()
        assert (sees(boss, ticket), sees(deputy, ticket)) == (False, False)


def test_whom_an_approval_is_addressed_to_sees_the_ticket_until_it_is_decided(ticket: Any) -> None:
    boss = person("boss", "Boss", "supervisor")
    asked = Approval.objects.create(
        subject_kind="redress", subject_id=1, kind="redress", addressed_to=boss, asked_at=NOW, case_id=ticket.pk
    )
    assert sees(boss, ticket)
    asked.state, asked.decided_at = "approved", NOW
    asked.save()
    assert not sees(boss, ticket)


def test_an_administrator_sees_all_but_what_is_sealed(ticket: Any, administrator: Any, supervisor: Any) -> None:
    assert sees(administrator, ticket)
    sealing.seal(ticket, actor=access.actor_of(supervisor), now=NOW, named=[supervisor])
    assert not sees(administrator, ticket)
    assert sees(supervisor, ticket)
    assert sees(SYSTEM, ticket)


def test_being_named_on_a_ticket_that_is_not_sealed_opens_nothing_more(ticket: Any, stranger: Any) -> None:
    Participant.objects.create(ticket=ticket, agent=stranger, role="named", since=NOW)
    assert sees(stranger, ticket)  # as any part in it would
    Participant.objects.all().delete()
    assert not sees(stranger, ticket)


def test_a_token_sees_what_its_reach_says_and_never_a_sealed_ticket(
    make_ticket: Any, team: Any, other_team: Any, supervisor: Any
) -> None:
    ticket = make_ticket()
    everything = token(reach=REACH_ALL)
    this_team = token(reach=REACH_TEAM, team_ids=frozenset([team.pk]))
    that_team = token(reach=REACH_TEAM, team_ids=frozenset([other_team.pk]))
    own, nowhere = token(reach=REACH_OWN, id=77), token(reach="everywhere")
    assert [sees(actor, ticket) for actor in (everything, this_team, that_team, own, nowhere)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    Ticket.objects.filter(pk=ticket.pk).update(team=None)
    assert not sees(this_team, ticket)
    sealing.seal(ticket, actor=access.actor_of(supervisor), now=NOW, named=[supervisor])
    assert not sees(everything, ticket)


def test_an_own_token_without_a_number_owns_nothing(ticket: Any) -> None:
    """A ticket taken by a person has no token: that must not make it everybody's."""
    assert not sees(token(reach=REACH_OWN, id=None), ticket)


def test_an_actor_of_no_known_kind_sees_nothing(ticket: Any) -> None:
    assert not sees(Actor(kind="stranger", id=ticket.pk, role=Role.ADMINISTRATOR), ticket)
    assert not sees(Actor(kind="agent", id=None, role=Role.ADMINISTRATOR), ticket)


# One object -----------------------------------------------------------------------------------------------------------


def test_a_ticket_is_found_as_spoken_typed_or_stored(ticket: Any, agent: Any) -> None:
    actor = access.actor_of(agent)
    for number in (ticket.number, ticket.spoken_number, f" {ticket.spoken_number} "):
        assert door.ticket_for(actor, number) == ticket


@pytest.mark.parametrize("number", ["", "0", "123456789", "' OR 1=1", "9" * 400, "\x00", "٣" * 9])
def test_a_number_that_is_none_is_not_there(ticket: Any, agent: Any, number: str) -> None:
    with pytest.raises(Http404):
        door.ticket_for(access.actor_of(agent), number)


def test_what_is_foreign_and_what_is_not_there_are_the_same(ticket: Any, stranger: Any) -> None:
    for number in (ticket.number, "123456789"):
        with pytest.raises(Http404) as missing:
            door.ticket_for(access.actor_of(stranger), number)
        assert str(missing.value) == ""
    with pytest.raises(Http404):
        door.locked(access.actor_of(stranger), ticket)


@pytest.fixture
def parts(ticket: Any, agent: Any) -> dict[Callable[..., Any], int]:
    """One of each thing on the ticket, by the door that leads to it."""
    actor = access.actor_of(agent)
    asked = escalations.open_escalation(ticket, actor=actor, now=NOW, reason="May I?")
    file = Attachment.objects.create(
        ticket=ticket, stored="x", name="x", size=1, content_type="x", sha256="x", added_at=NOW, added_by_kind="agent"
    )
    owed = FollowUp.objects.create(
        ticket=ticket, kind="promise", text="Ring", due_at=NOW, original_due_at=NOW, made_at=NOW
    )
    given = Redress.objects.create(
        ticket=ticket, pass_number=1, kind="apology", basis="due", state="agreed", offered_at=NOW
    )
    return {
        door.escalation_for: asked.pk,
        door.attachment_for: file.pk,
        door.follow_up_for: owed.pk,
        door.redress_for: given.pk,
        door.interaction_for: ticket.interactions.get().pk,
    }


def test_what_hangs_on_a_ticket_is_reached_through_its_door(
    parts: dict[Callable[..., Any], int], agent: Any, stranger: Any, administrator: Any, supervisor: Any, ticket: Any
) -> None:
    for find, pk in parts.items():
        assert find(access.actor_of(agent), pk).pk == pk
        for actor, wanted in ((access.actor_of(stranger), pk), (access.actor_of(agent), 10**12)):
            with pytest.raises(Http404):
                find(actor, wanted)
    sealing.seal(ticket, actor=access.actor_of(supervisor), now=NOW, named=[supervisor])
    for find, pk in parts.items():
        with pytest.raises(Http404):
            find(access.actor_of(administrator), pk)
        assert find(access.actor_of(supervisor), pk).pk == pk


def test_an_issue_belongs_to_its_ticket(ticket: Any, agent: Any, make_ticket: Any) -> None:
    actor = access.actor_of(agent)
    issues.add_issue(ticket, actor=actor, now=NOW, text="Late")
    assert door.issue_for(actor, ticket, 1).ticket == ticket
    with pytest.raises(Http404):
        door.issue_for(actor, make_ticket(), 1)


@pytest.mark.parametrize("size", [1, 40])
def test_the_rule_is_one_query_however_many_tickets(
    make_ticket: Any, agent: Any, size: int, django_assert_num_queries: Any
) -> None:
    for _ in range(size):
        make_ticket()
    actor = access.actor_of(agent)
    with django_assert_num_queries(1):
        assert len(door.visible_to(actor)) == size
