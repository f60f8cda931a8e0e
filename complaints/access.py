"""The one door to tickets and everything that hangs on them. What an actor may not see does not exist: 404."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.http import Http404

from complaints.domain import workflow
from complaints.domain.numbers import parse
from complaints.models import (
    Attachment,
    Escalation,
    FollowUp,
    Interaction,
    Issue,
    Participant,
    Redress,
    Ticket,
)
from complaints.models.ticket import TicketQuerySet
from office.errors import MissingScope, NotAllowed
from office.models import Approval
from office.prepared import Marks, one, prepared
from office.roles import REACH_ALL, REACH_OWN, REACH_TEAM, Actor

M = TypeVar("M", bound=models.Model)

CUSTOMER = "customer"
"""The kind of actor who came by a customer's link."""


def visible_to(actor: Actor) -> TicketQuerySet:
    """Every ticket the actor may see.

    Agent: tickets of own teams, teamless ones, those owned, watched or contributed to. Supervisor: also teams below
    (``actor.team_ids`` holds them). Whoever an open escalation or approval is addressed to, and their deputy. An
    administrator: all. Sealed tickets: the people named on them, whatever their role. A token: its reach; never sealed.
    A customer: the one ticket their link opened, sealed or not, for it is their own.
    """
    tickets: TicketQuerySet = Ticket.objects.all()
    if actor.kind == "system":
        return tickets
    if actor.kind == CUSTOMER:
        return tickets.filter(pk=actor.id or 0)
    if actor.kind == "token":
        return _reached_by(actor, tickets.unsealed())
    if actor.kind != "agent" or actor.agent_id is None:
        return tickets.none()
    return tickets.filter(_rule(actor.agent_id, None if actor.is_administrator else actor.team_ids))


@lru_cache(maxsize=1024)  # every query about tickets asks for it, and building it costs more than running it
def _rule(agent_id: int, team_ids: frozenset[int] | None) -> Q:
    """What a person sees; without ``team_ids`` everything that is not sealed."""
    named = Q(sealed_at__isnull=False) & _takes_part(agent_id, named=True)
    if team_ids is None:
        return Q(sealed_at__isnull=True) | named
    return (Q(sealed_at__isnull=True) & _open_to(agent_id, team_ids)) | named


def _open_to(agent_id: int, team_ids: frozenset[int]) -> Q:
    here = Q(team_id__in=team_ids) | Q(team_id__isnull=True) | Q(owner_id=agent_id)
    return here | _takes_part(agent_id, named=False) | _addressed_to(agent_id)


def _takes_part(agent_id: int, *, named: bool) -> Q:
    parts = Participant.objects.filter(ticket=OuterRef("pk"), agent_id=agent_id)
    return Q(Exists(parts.filter(role="named") if named else parts))


def _addressed_to(agent_id: int) -> Q:
    mine = Q(addressed_to_id=agent_id) | Q(addressed_to__deputy_id=agent_id)
    escalations = Escalation.objects.unanswered().filter(mine, ticket=OuterRef("pk"))
    asked = Approval.objects.filter(mine, case_id=OuterRef("pk"), state=Approval.WAITING)
    return Q(Exists(escalations)) | Q(Exists(asked))


def _reached_by(actor: Actor, tickets: TicketQuerySet) -> TicketQuerySet:
    if actor.reach == REACH_OWN and actor.token_id is not None:
        return tickets.filter(created_by_token_id=actor.token_id)
    if actor.reach == REACH_TEAM:
        return tickets.filter(team_id__in=actor.team_ids)
    if actor.reach == REACH_ALL:
        return tickets
    return tickets.none()


def ticket_for(actor: Actor, number: str, *, among: TicketQuerySet | None = None) -> Ticket:
    """The ticket behind a number as spoken, typed or stored; 404 for what the actor may not see."""
    stored = parse(number)
    seen = visible_to(actor) if among is None else among
    ticket = one(seen.filter(number=stored)) if stored else None
    if ticket is None:
        raise Http404
    return ticket


def locked(actor: Actor, ticket: Ticket) -> Ticket:
    """The same ticket under its row lock, asked for again through the door."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a lock outside a transaction holds nothing")
    statement = prepared(_locked, {"ticket": ticket.pk, **values_of(actor)}, shape=shape_of(actor))
    row = next(iter(Ticket.objects.raw(statement.sql, statement.params)), None) if statement.sql else None
    if row is None:
        raise Http404
    return row


def _locked(shape: Actor, marks: Marks) -> tuple[TicketQuerySet, None]:
    return visible_to(marked(shape, marks)).select_for_update(of=("self",)).filter(pk=marks["ticket"]), None


def shape_of(actor: Actor) -> Actor:
    """What decides how the SQL of ``visible_to`` looks, whoever it is."""
    return replace(actor, id=0, name="", language="", scopes=None, team_ids=frozenset())


def values_of(actor: Actor) -> dict[str, int]:
    """What only fills it in: the number of the actor and of each of their teams."""
    return {"actor": actor.id or 0} | {f"team {place}": pk for place, pk in enumerate(actor.team_ids)}


def marked(shape: Actor, marks: Marks) -> Actor:
    """An actor of this shape with marks for numbers, to make the SQL with."""
    teams = frozenset(mark for name, mark in marks.items() if name.startswith("team "))
    return replace(shape, id=marks["actor"], team_ids=teams)


def may(actor: Actor, verb: str, ticket: Ticket | None = None) -> bool:
    """Whether rank and scope allow the verb at all; where the ticket stands is the workflow's question."""
    return workflow.allowed_to(verb, actor.role) and actor.has_scope("tickets:write")


def require(actor: Actor, verb: str) -> None:
    if not may(actor, verb):
        require_scope(actor, "tickets:write")
        raise NotAllowed


def require_scope(actor: Actor, scope: str) -> None:
    if not actor.has_scope(scope):
        raise MissingScope(scope)


def _of(actor: Actor, rows: QuerySet[M], pk: int) -> M:
    """A row that hangs on a ticket the actor may see."""
    row = one(rows.filter(pk=pk, ticket__in=visible_to(actor)))
    if row is None:
        raise Http404
    return row


def attachment_for(actor: Actor, pk: int) -> Attachment:
    """A file of a ticket the actor sees; a customer is shown only those meant for them."""
    rows = Attachment.objects.select_related("ticket")
    return _of(actor, meant_for_customers(rows) if actor.kind == CUSTOMER else rows, pk)


TAKEN_BACK = ("held", "queued", "cancelled")
"""Words of ours that may still be taken back, or were."""


def meant_for_customers(rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """Files the customer may have: those in the conversation with them, once it is said."""
    said = Q(interaction__visibility="customer") & ~Q(interaction__delivery__in=TAKEN_BACK)
    return rows.filter(said, visibility="customer", interaction__reached=True).exclude(interaction__kind="call")


def escalation_for(actor: Actor, pk: int) -> Escalation:
    return _of(actor, Escalation.objects.select_related("ticket"), pk)


def follow_up_for(actor: Actor, pk: int) -> FollowUp:
    return _of(actor, FollowUp.objects.select_related("ticket"), pk)


def issue_for(actor: Actor, ticket: Ticket, number: int) -> Issue:
    """An issue of a ticket that was already fetched through the door."""
    issue = one(Issue.objects.filter(ticket=ticket, number=number))
    if issue is None:
        raise Http404
    return issue


def redress_for(actor: Actor, pk: int) -> Redress:
    return _of(actor, Redress.objects.select_related("ticket", "approval"), pk)


def interaction_for(actor: Actor, pk: int) -> Interaction:
    return _of(actor, Interaction.objects.select_related("ticket"), pk)
