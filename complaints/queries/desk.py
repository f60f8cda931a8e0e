"""What a supervisor has to look at: escalations, approvals, and who has how much on the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Least
from django.http import Http404

from complaints import access
from complaints.domain.brief import Kept, Moment, fared, five_lines, is_broken
from complaints.domain.escalation import DANGER, Asked
from complaints.domain.workflow import LIVE
from complaints.models import Escalation, Finding, FollowUp, Interaction, Issue, Redress, Ticket
from complaints.models.escalation import EscalationQuerySet
from complaints.queries import letters, routing
from office import access as office_access
from office.models import Agent, ApiToken, Approval, Membership
from office.prepared import one
from office.roles import Actor

SHOWN = 100
"""Escalations on the desk; there is something wrong with a desk that needs more."""
LATEST = 5
SAID = 40
"""How many of the latest contacts the five lines are chosen from."""
STRETCH, MOST_FRESH = 200, 20
MOST_PROMISES = 200
SOON = timedelta(hours=4)
ABOUT_TO_BREAK = 8
DANGEROUS = Q(trigger__in=DANGER) | Q(ticket__safety=True)
RETURNED_FOR = timedelta(days=14)
IN_HAND = tuple(state.value for state in LIVE)


def _mine(actor: Actor, name: str = "addressed_to") -> Q:
    """Addressed to the actor, to whom they are deputy for, or to nobody."""
    return Q(**{name: actor.agent_id}) | Q(**{f"{name}__deputy": actor.agent_id}) | Q(**{f"{name}__isnull": True})


def escalations(actor: Actor) -> EscalationQuerySet:
    """Unanswered escalations for the actor and in the teams they see, ``mine`` marked, by risk.

    Danger first, then what nobody has seen, then what breaks first: the acknowledgement or what the customer is owed.
    """
    theirs = Q() if actor.is_administrator else _mine(actor) | Q(ticket__team_id__in=actor.team_ids)
    breaks = Case(When(state="open", then=Least("acknowledge_by", "ticket__risk_at")), default=F("ticket__risk_at"))
    return (
        Escalation.objects.unanswered()
        .filter(theirs, ticket__in=access.visible_to(actor))
        .annotate(mine=_says(_mine(actor)), danger=_says(DANGEROUS), breaks=breaks)
        .select_related("ticket__customer", "ticket__owner", "addressed_to", "in_place_of", "opened_by")
        .order_by("-mine", "-danger", "-state", "breaks", "-level", "id")  # "open" comes before "acknowledged"
    )


def _says(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


@dataclass(frozen=True)
class Seen:
    """What a desk that stands open shows already: everything numbered up to ``upto``, and ``known`` of what is later.

    Rows become visible in another order than they are numbered, since a tick writes many at once; so ``upto`` stays a
    stretch behind the newest number.
    """

    upto: int = 0
    known: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[Escalation]) -> Seen:
        shown = [row.pk for row in rows]
        upto = max(0, max(shown, default=0) - STRETCH)
        return cls(upto, frozenset(pk for pk in shown if pk > upto))


def fresh(actor: Actor, seen: Seen) -> list[Escalation]:
    """What came up since the desk was opened, by risk. One query."""
    return list(escalations(actor).filter(pk__gt=seen.upto).exclude(pk__in=seen.known)[:MOST_FRESH])


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


def held_words(actor: Actor) -> QuerySet[Interaction]:
    """Messages the wording check stopped, which wait for the actor's word; oldest question first, never one's own."""
    return (
        Interaction.objects.filter(
            _mine(actor, "approval__addressed_to"), delivery="held", approval__state=Approval.WAITING
        )
        .filter(ticket__in=access.visible_to(actor))
        .exclude(author=actor.agent_id)
        .select_related("ticket__customer", "approval__addressed_to")
        .order_by("approval__asked_at", "id")
    )


def redress_asked_about(actor: Actor, approval_pk: int) -> Redress:
    """The redress an approval is about, decided or not; 404 for what the actor may not see."""
    row = one(
        Redress.objects.filter(
            approval__in=Approval.objects.filter(pk=approval_pk), ticket__in=access.visible_to(actor)
        ).select_related("ticket__customer", "approval__addressed_to", "approval__decided_by", "offered_by", "issue")
    )
    if row is None:
        raise Http404
    return row


def waiting(actor: Actor) -> tuple[QuerySet[Any], ...]:
    """The escalations, approvals, held words and letters that wait for the actor, for whoever counts them."""
    return escalations(actor).filter(_mine(actor)), approvals(actor), held_words(actor), letters.to_decide(actor)


# One escalation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """One escalation on one screen."""

    escalation: Escalation
    story: list[Moment]
    fared: Kept
    broken: list[FollowUp]
    pending: list[FollowUp]
    issues: list[Issue]
    redress: list[Redress]
    above: Asked | None
    decidable: bool
    due: datetime | None

    @property
    def ticket(self) -> Ticket:
        return self.escalation.ticket

    @property
    def is_over(self) -> bool:
        return self.escalation.ended_at is not None


def brief(actor: Actor, pk: int, *, now: datetime) -> Brief:
    """Why it is here, the story in five lines, how our promises fared, what waits. 404 for what is not theirs."""
    escalation = one(
        Escalation.objects.filter(pk=pk, ticket__in=access.visible_to(actor)).select_related(
            "ticket__customer",
            "ticket__owner",
            "ticket__team",
            "addressed_to",
            "in_place_of",
            "opened_by",
            "acknowledged_by",
            "ended_by",
        )
    )
    if escalation is None:
        raise Http404
    ticket = escalation.ticket
    promises = list(ticket.follow_ups.filter(promised=True).order_by("due_at", "id")[:MOST_PROMISES])
    told = [(row, is_broken(row.outcome, row.due_at, row.done_at, now=now)) for row in promises]
    found = Finding.objects.filter(issue=OuterRef("pk"), pass_number=ticket.pass_number).values("finding")[:1]
    redress = ticket.redress.filter(state="waiting").select_related("approval").order_by("id")
    is_open = escalation.state == "open"
    raised = list(ticket.escalations.select_related("addressed_to").order_by("-id"))
    asked = [row for row in raised if row.is_unanswered]
    return Brief(
        escalation=escalation,
        story=five_lines(_moments(ticket, escalation, raised, [row for row, broken in told if broken], now=now)),
        fared=fared([(row.outcome, row.due_at, row.done_at) for row in promises], now=now),
        broken=[row for row, broken in told if broken][-LATEST:],
        pending=[row for row, broken in told if row.done_at is None and not broken][:LATEST],
        issues=list(ticket.issues.annotate(found=Subquery(found)).order_by("number")[:10]),
        redress=list(redress[:5]),
        above=routing.next_above(ticket, escalation.trigger, now=now, waiting=asked)
        if is_open and ticket.state in IN_HAND
        else None,
        decidable=escalation.ended_at is None and ticket.state in IN_HAND,
        due=escalation.acknowledge_by if is_open else None,
    )


def _moments(
    ticket: Ticket, escalation: Escalation, raised: list[Escalation], broken: list[FollowUp], *, now: datetime
) -> Iterator[Moment]:
    """Everything the five lines are chosen from; ``raised`` is whatever was asked, newest first. One query."""
    said = ticket.interactions.order_by("-happened_at", "-id").select_related("author")
    begun = ticket.interactions.filter(kind="words").order_by("happened_at", "id").values("pk")[:1]
    newest = said.values("pk")[:SAID]
    shown = list(said.filter(Q(pk__in=begun) | Q(pk__in=newest)))
    first = next((row for row in reversed(shown) if row.kind == "words"), None)
    latest = [row for row in shown if row is not first]
    words = first.text if first else ticket.subject
    channel = first.channel if first else ticket.channel
    yield Moment(ticket.received_at, "received", words, channel=channel, language=ticket.language)
    for row in latest:
        who = row.author.name if row.author else ""
        yield Moment(row.happened_at, _kind_of(row), row.text, who, row.channel, row.language or ticket.language)
    for promise in broken:
        yield Moment(min(promise.due_at, now), "missed", promise.text)
    for asked in [row for row in raised if row.pk != escalation.pk][:LATEST]:
        who = asked.addressed_to.name if asked.addressed_to else ""
        yield Moment(asked.opened_at, "asked", asked.answer or asked.get_trigger_display(), who)
    if ticket.pass_number > 1:
        again = ticket.step_records.filter(pass_number=ticket.pass_number).order_by("started_at").first()
        if again is not None:
            yield Moment(again.started_at, "reopened")


def _kind_of(said: Interaction) -> str:
    if said.direction == "internal":
        return "note"
    if said.direction == "in":
        return "words"
    if not said.reached:
        return "unreached"
    return "outcome" if said.kind == "outcome" else "ours"


# What is about to break -----------------------------------------------------------------------------------------------


def about_to_break(actor: Actor, *, now: datetime) -> list[Ticket]:
    """The cases of the actor's teams that break within the next hours, first first. One query, bounded."""
    near = access.visible_to(actor).open().filter(risk_at__gt=now, risk_at__lte=now + SOON, waiting_since__isnull=True)
    mine = near if actor.is_administrator and not actor.team_ids else near.filter(team_id__in=actor.team_ids)
    return list(mine.select_related("customer", "owner").what_breaks_first()[:ABOUT_TO_BREAK])


# For whom one stands in -----------------------------------------------------------------------------------------------


def promises_of_the_away(actor: Actor, *, now: datetime) -> list[FollowUp]:
    """What people who are away promised and their deputy, the actor, has to see to: due before they are back."""
    rows = FollowUp.objects.pending().filter(
        owner__deputy=actor.agent_id, owner__away_until__gt=now, due_at__lt=F("owner__away_until"), promised=True
    )
    seen = rows.filter(ticket__in=access.visible_to(actor))
    return list(seen.select_related("ticket", "owner").order_by("due_at", "id")[:SHOWN])


# Who has how much -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """A person's open cases, and how many of them are late."""

    person: Agent
    open: int
    late: int


def load(actor: Actor, *, now: datetime, limit: int = 30) -> list[Load]:
    """The members of the actor's teams, the most loaded first: what the actor sees of theirs. Two queries."""
    member = Exists(Membership.objects.filter(agent=OuterRef("pk"), team__in=actor.team_ids))
    people = list(office_access.people().filter(member, is_active=True).order_by("name", "id")[: 10 * limit])
    late = Count("id", filter=Q(risk_at__lte=now, waiting_since__isnull=True))
    counted = (
        access.visible_to(actor)
        .open()
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
class Held:
    """How many of something somebody has, and the cases it is about, at most ``SHOWN``."""

    count: int
    cases: tuple[Ticket, ...]


@dataclass(frozen=True)
class Estate:
    """What somebody leaves behind; sealed cases are not counted."""

    cases: Held
    follow_ups: Held
    escalations: Held
    approvals: Held
    tokens: int
    """Keys they made that still open the API; they are not handed on, and go on until somebody ends them."""


def estate_of(agent: Agent, *, now: datetime) -> Estate:
    """What is handed on when somebody leaves, and what goes on without them. Nine queries."""
    unsealed = Q(ticket__sealed_at__isnull=True)
    sealed = Ticket.objects.filter(pk=OuterRef("case_id"), sealed_at__isnull=False)
    approvals = Approval.objects.filter(addressed_to=agent, state=Approval.WAITING)
    return Estate(
        cases=_held(Ticket.objects.filter(owner=agent, state__in=IN_HAND).unsealed(), "pk"),
        follow_ups=_held(FollowUp.objects.pending().filter(unsealed, owner=agent), "ticket"),
        escalations=_held(Escalation.objects.unanswered().filter(unsealed, addressed_to=agent), "ticket"),
        approvals=_held(approvals.filter(~Exists(sealed)), "case_id"),
        tokens=ApiToken.objects.filter(created_by=agent, revoked_at__isnull=True, expires_at__gt=now).count(),
    )


def _held(rows: QuerySet[Any], case: str) -> Held:
    about = Ticket.objects.filter(pk__in=rows.order_by().values(case))
    return Held(rows.count(), tuple(about.only("number", "subject", "language").order_by("risk_at", "pk")[:SHOWN]))


def open_cases() -> int:
    """All open cases that are not sealed."""
    return Ticket.objects.open().unsealed().count()
