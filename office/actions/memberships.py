"""Which teams somebody belongs to, told from the person's side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from office import access, audit
from office.acting import action
from office.models import Agent, Membership, Team
from office.roles import Actor


@action("agent.teams")
def set_teams(agent: Agent, *, actor: Actor, now: datetime, teams: Iterable[Team]) -> Agent:
    """Make somebody a member of exactly these teams. What is so already leaves no line."""
    access.require_administrator(actor)
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    wanted = {team.pk for team in teams}
    present = set(locked.memberships.values_list("team_id", flat=True))
    if wanted != present:
        locked.memberships.filter(team_id__in=present - wanted).delete()
        Membership.objects.bulk_create(Membership(agent=locked, team_id=pk) for pk in sorted(wanted - present))
        payload = {"joined": sorted(wanted - present), "left": sorted(present - wanted)}
        audit.record(("agent", locked.pk), "agent.teams", actor=actor, now=now, payload=payload)
    return locked
