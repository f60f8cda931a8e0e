"""What a supervisor has to look at: escalations, approvals, and who has how much on the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import Http404

from complaints import access
from complaints.domain.workflow import LIVE
from complaints.models import Escalation, FollowUp, Interaction, Redress, Ticket
from complaints.models.escalation import EscalationQuerySet
from office import access as office_access
from office.models import Agent, Approval, Membership
from office.prepared import one
from office.roles import Actor

SHOWN = 100
"""Escalations on the desk; there is something wrong with a desk that needs more."""
LATEST = 5
RETURNED_FOR = timedelta(days=14)
IN_HAND = tuple(state.value for state in LIVE)


def _mine(actor: Actor, name: str = "addressed_to") -> Q:
    """Addressed to the actor, to whom they are deputy for, or to nobody."""
    return Q(**{name: actor.agent_id}) | Q(**{f"{name}__deputy": actor.agent_id}) | Q(**{f"{name}__isnull": True})


def escalations(actor: Actor) -> EscalationQuerySet:
    """Unanswered escalations for the actor and in the teams they see, ``mine`` marked; what nobody has seen first."""
    theirs = Q() if actor.is_administrator else _mine(actor) | Q(ticket__team_id__in=actor.team_ids)
    return (
        Escalation.objects.unanswered()
        .filter(theirs, ticket__in=access.visible_to(actor))
        .annotate(mine=Case(When(_mine(actor), then=Value(True)), default=Value(False), output_field=BooleanField()))
        .select_related("ticket__customer", "ticket__owner", "addressed_to", "opened_by")
        .order_by("-mine", "-state", "acknowledge_by", "id")  # "open" comes before "acknowledged"
    )


def returned_by(actor: Actor, *, now: datetime) -> QuerySet[Escalation]:
    """What the actor gave back lately and the handler still works on, newest first."""
    return (
        Escalation.objects.filter(state="returned", ended_by=actor.agent_id, ended_at__gt=now - RETURNED_FOR)
        .filter(ticket__in=access.visible_to(actor).open())
        .select_related("ticket__owner")
        .order_by("-ended_at")[:LATEST]
    )


def approvals(actor: Actor) -> QuerySet[Redress]:
    """Redress that waits for the actor's word, oldest question first. Nobody is asked about their own offer."""
    return (
        Redress.objects.filter(
            _mine(actor, "approval__addressed_to"), approval__state=Approval.WAITING, state="waiting"
        )
        .filter(ticket__in=access.visible_to(actor))
        .exclude(offered_by=actor.agent_id)
        .select_related("ticket__customer", "approval__addressed_to", "offered_by")
        .order_by("approval__asked_at", "id")
    )


def redress_asked_about(actor: Actor, approval_pk: int) -> Redress:
    """The redress an approval is about, decided or not; 404 for what the actor may not see."""
    row = one(
        Redress.objects.filter(approval=approval_pk, ticket__in=access.visible_to(actor)).select_related(
            "ticket__customer", "approval__addressed_to", "approval__decided_by", "offered_by", "issue"
        )
    )
    if row is None:
        raise Http404
    return row


def waiting(actor: Actor) -> int:
    """How many escalations and approvals wait for the actor. One query."""
    asked = escalations(actor).filter(_mine(actor)).order_by().values("pk")
    owed = approvals(actor).order_by().values("pk")
    return asked.union(owed, all=True).count()


# One escalation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """One escalation on one screen."""

    escalation: Escalation
    interactions: list[Interaction]
    promises: list[FollowUp]
    redress: list[Redress]
    decidable: bool
    due: datetime | None

    @property
    def ticket(self) -> Ticket:
        return self.escalation.ticket

    @property
    def is_over(self) -> bool:
        return self.escalation.ended_at is not None


def brief(actor: Actor, pk: int, *, now: datetime) -> Brief:
    """Why it is here, what was said last, what we promised. Five queries; 404 for what the actor may not see."""
    escalation = one(
        Escalation.objects.filter(pk=pk, ticket__in=access.visible_to(actor)).select_related(
            "ticket__customer",
            "ticket__owner",
            "ticket__team",
            "addressed_to",
            "opened_by",
            "acknowledged_by",
            "ended_by",
        )
    )
    if escalation is None:
        raise Http404
    ticket = escalation.ticket
    latest = ticket.interactions.select_related("author").order_by("-happened_at", "-id")[:LATEST]
    promises = ticket.follow_ups.filter(Q(done_at__isnull=True) | Q(outcome="missed")).order_by("due_at", "id")
    redress = ticket.redress.filter(state="waiting").select_related("approval").order_by("id")
    return Brief(
        escalation=escalation,
        interactions=list(latest)[::-1],
        promises=list(promises[:10]),
        redress=list(redress[:5]),
        decidable=escalation.ended_at is None and ticket.state in IN_HAND,
        due=escalation.acknowledge_by if escalation.state == "open" else None,
    )


# Who has how much -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """A person's open cases, and how many of them are late."""

    person: Agent
    open: int
    late: int


def load(actor: Actor, *, now: datetime, limit: int = 30) -> list[Load]:
    """The members of the actor's teams, the most loaded first. Two queries."""
    member = Exists(Membership.objects.filter(agent=OuterRef("pk"), team__in=actor.team_ids))
    people = list(office_access.people().filter(member, is_active=True).order_by("name", "id")[: 10 * limit])
    late = Count("id", filter=Q(risk_at__lt=now, waiting_since__isnull=True))
    counted = (
        Ticket.objects.open()
        .unsealed()
        .filter(owner__in=[person.pk for person in people])
        .order_by()
        .values_list("owner")
        .annotate(open=Count("id"), late=late)
    )
    numbers = {owner: (open_, late_) for owner, open_, late_ in counted}
    rows = [Load(person, *numbers.get(person.pk, (0, 0))) for person in people]
    return sorted(rows, key=lambda row: (-row.late, -row.open))[:limit]


def caseload(people: Iterable[Agent]) -> dict[int, int]:
    """Open cases by owner, sealed ones left out. One query."""
    counted = Ticket.objects.open().unsealed().filter(owner__in=[person.pk for person in people]).order_by()
    return dict(counted.values_list("owner").annotate(Count("id")))


@dataclass(frozen=True)
class Estate:
    """What somebody leaves behind; sealed cases are not counted."""

    cases: int
    follow_ups: int
    escalations: int
    approvals: int


def estate_of(agent: Agent) -> Estate:
    """What is handed on when somebody leaves. Four queries."""
    return Estate(
        cases=Ticket.objects.filter(owner=agent, state__in=IN_HAND).unsealed().count(),
        follow_ups=FollowUp.objects.pending().filter(owner=agent, ticket__sealed_at__isnull=True).count(),
        escalations=Escalation.objects.unanswered().filter(addressed_to=agent, ticket__sealed_at__isnull=True).count(),
        approvals=Approval.objects.filter(addressed_to=agent, state=Approval.WAITING).count(),
    )


def open_cases() -> int:
    """All open cases that are not sealed."""
    return Ticket.objects.open().unsealed().count()
