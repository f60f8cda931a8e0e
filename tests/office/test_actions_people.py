"""People, teams and tokens without pages: ranks, refusals written down, and the command line."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from complaints.actions import people as leaving
from complaints.actions import sealing
from complaints.models import Ticket
from office import access, audit
from office.actions import memberships, people, teams, tokens
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Agent, ApiToken, Event, Team
from office.roles import SYSTEM
from office.secrets import digest
from tests.conftest import NOW, person

pytestmark = pytest.mark.django_db


def lines(kind: str, pk: int, verb: str) -> int:
    return Event.objects.filter(subject_kind=kind, subject_id=pk, verb=verb).count()


OFFICE: dict[str, Any] = {
    "name": "Desk",
    "duty_manager": None,
    "region": "GB",
    "time_zone": "UTC",
    "language": "en",
    "currency": "GBP",
    "redress_limits": {},
}
TEAM: dict[str, Any] = {"name": "x", "parent": None, "lead": None, "supervisor": None, "region": "", "members": []}


@pytest.mark.parametrize("who", ["agent", "supervisor", "token"])
def test_set_up_is_refused_to_everybody_but_administrators(who, request, team, colleague, token_client):
    if who == "token":
        actor = access.actor_of_token(token_client(role="administrator").token)
    else:
        actor = access.actor_of(request.getfixturevalue(who))
    row = tokens.create_token(None, actor=SYSTEM, now=NOW, name="app", scopes=["tickets:read"])[0]
    acts: list[tuple[Any, Any, dict[str, Any]]] = [
        (people.create_agent, None, {"username": "new", "name": "New"}),
        (people.edit_agent, colleague, {"role": "administrator"}),
        (people.invite, colleague, {}),
        (people.reset, colleague, {}),
        (memberships.set_teams, colleague, {"teams": []}),
        (leaving.deactivate, colleague, {}),
        (leaving.activate, colleague, {}),
        (teams.create_team, None, {"name": "x"}),
        (teams.edit_team, team, TEAM),
        (teams.edit_office, None, OFFICE),
        (tokens.create_token, None, {"name": "x", "scopes": ["tickets:read"]}),
        (tokens.revoke_token, row, {}),
    ]
    for act, subject, words in acts:
        with pytest.raises(NotAllowed):
            act(subject, actor=actor, now=NOW, **words)
        if subject is not None:
            refused = Event.objects.filter(verb="refused", payload__verb=act.verb, actor_kind=actor.kind)
            assert refused.count() == 1, act.verb


def test_deactivating_hands_everything_on_and_twice_is_once(agent, colleague, administrator, ticket):
    actor = access.actor_of(administrator)
    people.invite(agent, actor=actor, now=NOW)
    for _time in range(2):
        leaving.deactivate(agent, actor=actor, now=NOW, heir=colleague)
    agent.refresh_from_db()
    assert not agent.is_active
    assert Ticket.objects.get().owner == colleague
    assert lines("agent", agent.pk, "agent.deactivate") == 1
    assert not agent.sign_in_links.filter(expires_at__gt=NOW).exists()
    for _time in range(2):
        leaving.activate(agent, actor=actor, now=NOW)
    assert lines("agent", agent.pk, "agent.activate") == 1
    assert Ticket.objects.get().owner == colleague, "what was handed on stays"


def test_nobody_deactivates_themselves_or_the_last_administrator(administrator):
    with pytest.raises(Conflict, match="oneself"):
        leaving.deactivate(administrator, actor=access.actor_of(administrator), now=NOW)
    with pytest.raises(Conflict, match="last-administrator"):
        leaving.deactivate(administrator, actor=SYSTEM, now=NOW)
    assert lines("agent", administrator.pk, "refused") == 2


def test_who_alone_is_named_on_a_sealed_case_needs_an_heir(agent, colleague, supervisor, administrator, ticket):
    sealing.seal(ticket, actor=access.actor_of(supervisor), now=NOW, named=[agent])
    ticket.participants.filter(role="named").exclude(agent=agent).delete()
    actor = access.actor_of(administrator)
    with pytest.raises(Invalid):
        leaving.deactivate(agent, actor=actor, now=NOW)
    agent.refresh_from_db()
    assert agent.is_active
    leaving.deactivate(agent, actor=actor, now=NOW, heir=colleague)
    assert ticket.participants.filter(role="named", agent=colleague).exists()


def test_belonging_to_teams_is_written_only_when_it_changes(agent, team, other_team, administrator):
    actor = access.actor_of(administrator)
    for _time in range(2):
        memberships.set_teams(agent, actor=actor, now=NOW, teams=[other_team])
    assert list(agent.teams.all()) == [other_team]
    line = Event.objects.get(verb="agent.teams")
    assert line.payload == {"joined": [other_team.pk], "left": [team.pk]}
    assert audit.verify(("agent", agent.pk)) == 1


def test_moving_a_team_moves_every_path_below(office):
    made: dict[str, Team] = {}
    for name, parent in (("a", None), ("b", "a"), ("c", "b"), ("d", None)):
        made[name] = teams.create_team(None, actor=SYSTEM, now=NOW, name=name, parent=made.get(parent or ""))
    with pytest.raises(Invalid):
        teams.edit_team(made["a"], actor=SYSTEM, now=NOW, **TEAM | {"name": "a", "parent": made["c"]})
    teams.edit_team(made["b"], actor=SYSTEM, now=NOW, **TEAM | {"name": "b", "parent": made["d"]})
    paths = {team.name: team.path for team in Team.objects.all()}
    b, c, d = made["b"].pk, made["c"].pk, made["d"].pk
    assert paths["c"] == f"/{d}/{b}/{c}/"
    boss = person("boss", "Boss", "supervisor")
    Team.objects.filter(pk=d).update(supervisor=boss)
    assert access.actor_of(boss).team_ids == {b, c, d}


# The command line -----------------------------------------------------------------------------------------------------


def test_the_first_administrator_comes_from_the_command_line(db, monkeypatch):
    monkeypatch.setenv("FOURSTEP_ADMIN_PASSWORD", "correct horse battery")
    out = io.StringIO()
    call_command("create_admin", "ada", "--name", "Ada", "--email", "ada@example.org", stdout=out)
    ada = Agent.objects.get()
    assert (ada.role, ada.name, ada.check_password("correct horse battery")) == ("administrator", "Ada", True)
    assert "correct horse" not in out.getvalue()
    with pytest.raises(CommandError, match="taken"):
        call_command("create_admin", "ADA")


def test_the_password_may_come_from_standard_input(db, monkeypatch):
    monkeypatch.delenv("FOURSTEP_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    call_command("create_admin", "ada", stdout=io.StringIO())
    assert Agent.objects.get().check_password("correct horse battery")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="password"):
        call_command("create_admin", "eve", stdout=io.StringIO())
    assert Agent.objects.count() == 1


def test_a_token_from_the_command_line_is_printed_alone(team):
    out = io.StringIO()
    call_command(
        "create_api_token", "shop", "--scope", "tickets:write", "customers:read", "--reach", "team:refunds", stdout=out
    )
    secret = out.getvalue().removesuffix("\n")
    assert secret.startswith("fs_")
    assert secret.split() == [secret]
    row = ApiToken.objects.get()
    assert row.token_hash == digest(secret)
    assert (row.reach, row.team, row.role) == ("team", team, "agent")
    assert row.scopes == ["customers:read", "tickets:write"]
    assert access.token_for(secret, now=NOW + timedelta(days=10_000)) is None
    lasting = row.expires_at - row.created_at
    assert timedelta(days=364) < lasting <= timedelta(days=365)


@pytest.mark.parametrize(
    "wrong", [["--reach", "team:nowhere"], ["--reach", "everything"], ["--days", "0"], ["--role", "emperor"]]
)
def test_a_token_that_cannot_be_is_refused_in_words(wrong, office):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("create_api_token", "shop", "--scope", "tickets:read", *wrong, stdout=out)
    assert not out.getvalue()
    assert not ApiToken.objects.exists()
