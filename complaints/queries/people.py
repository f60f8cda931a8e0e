"""Whom a case can be given to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from complaints.models import Ticket
from office import access
from office.models import Agent, Team


def assignable(*, typed: str = "", team_id: int | None = None, limit: int = 20) -> QuerySet[Agent]:
    """Active people, those of the team first in mind: filtered by what was typed, at most ``limit``."""
    people = access.people().filter(is_active=True)
    if typed:
        people = people.filter(Q(name__icontains=typed) | Q(username__icontains=typed))
    if team_id is not None and not typed:
        people = people.filter(memberships__team_id=team_id)
    return people.order_by("name", "id")[:limit]


def open_teams() -> QuerySet[Team]:
    return access.teams().order_by("name")


def open_tickets_of(agent: Agent) -> int:
    """How many open cases somebody owns."""
    return Ticket.objects.open().filter(owner=agent).count()
