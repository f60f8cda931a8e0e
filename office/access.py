"""The door to office's own objects, and from a row to the ``Actor`` it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from office.errors import NotAllowed
from office.models import Agent, ApiToken, Approval, Calendar, CalendarVersion, Membership, Office, SignInLink, Team
from office.prepared import Made, Marks, one, prepared
from office.remembered import remembered
from office.roles import REACH_TEAM, Actor, Role, at_least
from office.secrets import digest

T = TypeVar("T")


def actor_of(agent: Agent) -> Actor:
    """The actor a signed-in person is. One query, for the teams they see."""
    role = Role(agent.role)
    return Actor(
        kind="agent",
        id=agent.pk,
        role=role,
        name=agent.name,
        language=agent.language,
        team_ids=_teams_seen_by(agent.pk, role),
    )


def _teams_seen_by(agent_id: int, role: Role) -> frozenset[int]:
    statement = prepared(_teams, {"agent": agent_id}, shape=at_least(role, Role.SUPERVISOR))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return frozenset(pk for (pk,) in cursor.fetchall())


def _teams(with_those_below: Any, marks: Marks) -> Made:
    """An agent's own teams; for a supervisor also those they lead or supervise, and every team below."""
    agent = marks["agent"]
    member = Exists(Membership.objects.filter(agent_id=agent, team=OuterRef("pk")))
    own = Team.objects.filter(Q(member) | Q(lead_id=agent) | Q(supervisor_id=agent)).order_by()
    if not with_those_below:
        return own.values_list("pk"), None
    below = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = own.filter(path__gt="").alias(below=below).filter(below__startswith=F("path"))
    return Team.objects.filter(Exists(above)).order_by().values_list("pk"), None


def token_for(secret: str, *, now: datetime) -> ApiToken | None:
    """The live token behind a secret, or None."""
    live = ApiToken.objects.filter(token_hash=digest(secret), revoked_at__isnull=True, expires_at__gt=now)
    return one(live.select_related("team"))


def actor_of_token(token: ApiToken) -> Actor:
    """The actor a REST client is: its role, its scopes, its reach."""
    team_ids = frozenset([token.team_id] if token.reach == REACH_TEAM and token.team_id else [])
    return Actor(
        kind="token",
        id=token.pk,
        role=Role(token.role),
        name=token.name,
        scopes=frozenset(token.scopes),
        reach=token.reach,
        team_ids=team_ids,
    )


@remembered
def office() -> Office:
    """The installation's one row of settings; made in memory when nobody saved it yet."""
    return one(Office.objects.select_related("duty_manager").filter(pk=1)) or Office(pk=1)


def require_administrator(actor: Actor) -> None:
    """Set-up is for administrators: ``NotAllowed`` for everybody else."""
    if actor.kind != "system" and not (actor.kind == "agent" and actor.is_administrator):
        raise NotAllowed


def people() -> QuerySet[Agent]:
    """Everybody who works or worked here. Names of colleagues are no secret on the desk."""
    return Agent.objects.all()


def agent_for(actor: Actor, pk: int) -> Agent:
    return _found(one(people().filter(pk=pk)))


def teams() -> QuerySet[Team]:
    return Team.objects.filter(closed_at__isnull=True)


def team_for(actor: Actor, pk: int) -> Team:
    return _found(one(Team.objects.filter(pk=pk)))


def calendars() -> QuerySet[Calendar]:
    """The calendars that can be chosen."""
    return Calendar.objects.filter(retired_at__isnull=True)


def calendar_for(actor: Actor, pk: int) -> Calendar:
    require_administrator(actor)
    return _found(one(Calendar.objects.filter(pk=pk)))


def hours_of(team_id: int | None) -> CalendarVersion | None:
    """The working hours a team counts with now: its own calendar's, else the office's; None for plain hours."""
    of_team = Team.objects.filter(pk=team_id or 0).values("calendar_id")
    of_office = Office.objects.filter(pk=1).values("calendar_id")
    chosen = Coalesce(Subquery(of_team), Subquery(of_office))
    return one(CalendarVersion.objects.filter(calendar_id=chosen, version=F("calendar__version")))


def hours_by_team(teams: Iterable[Team | None]) -> dict[int | None, CalendarVersion | None]:
    """What ``hours_of`` says of each team, by its number; one query for all of them."""
    chosen = {team.pk if team else None: team.calendar_id if team else None for team in teams}
    of_office = Exists(Office.objects.filter(pk=1, calendar_id=OuterRef("calendar_id")))
    newest = CalendarVersion.objects.filter(version=F("calendar__version")).annotate(of_office=of_office)
    found = list(newest.filter(Q(calendar_id__in=set(chosen.values()) - {None}) | Q(of_office=True)))
    by_calendar = {row.calendar_id: row for row in found}
    offices = next((row for row in found if row.of_office), None)
    return {pk: by_calendar.get(calendar_id or 0, offices) for pk, calendar_id in chosen.items()}


def tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("team", "created_by")


def token_row_for(actor: Actor, pk: int) -> ApiToken:
    require_administrator(actor)
    return _found(one(tokens().filter(pk=pk)))


def approvals_addressed_to(agent_id: int) -> QuerySet[Approval]:
    """Waiting approvals for a person or for whom they are deputy."""
    return Approval.objects.filter(state=Approval.WAITING).filter(
        Q(addressed_to_id=agent_id) | Q(addressed_to__deputy_id=agent_id)
    )


def sign_in_link_for(secret: str, *, now: datetime) -> SignInLink:
    """An unused, unexpired link of an active person; anything else is 404."""
    links = SignInLink.objects.select_related("agent").filter(used_at__isnull=True, expires_at__gt=now)
    return _found(one(links.filter(token_hash=digest(secret), agent__is_active=True)))


def _found(row: T | None) -> T:
    if row is None:
        raise Http404
    return row
