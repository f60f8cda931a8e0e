"""What somebody owes today: follow-ups, what came back from above, what waits for their word, what they began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Substr

from complaints import access
from complaints.domain.clocks import VERDICT_WAITS
from complaints.domain.workflow import LIVE, State
from complaints.models import Draft, Escalation, FollowUp, Ticket
from complaints.queries import desk
from customers.models import CustomerContact
from office import access as office_access
from office.prepared import Made, Marks, prepared
from office.roles import Actor

SHOWN = 50
"""Follow-ups on one page."""
BESIDE = 20
"""Of everything else, which has pages of its own."""
IN_HAND = tuple(state.value for state in LIVE)
Place = tuple[datetime, int]


@dataclass(frozen=True)
class Owed:
    """One page of what is owed, nearest first; ``following`` is the place the next page begins after."""

    rows: list[FollowUp]
    following: Place | None = None


def owed(actor: Actor, *, now: datetime, after: Place | None = None, also: int | None = None) -> Owed:
    """Follow-ups of the actor, or left to them, on cases they see. One query.

    Each has ``phone_value`` and ``phone_typed`` of the customer. ``also``: one that must be there, on whatever page.
    """
    rows = _all_of(actor, now=now)
    if after is not None:
        at, pk = after
        behind = Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(pk__gt=pk))
        rows = rows.filter(behind)
    found = list(rows.order_by("due_at", "pk")[: SHOWN + 1])
    shown = found[:SHOWN]
    if also is not None and all(row.pk != also for row in shown):
        shown = sorted([*shown, *_all_of(actor, now=now).filter(pk=also)], key=lambda row: (row.due_at, row.pk))
    return Owed(shown, (found[SHOWN - 1].due_at, found[SHOWN - 1].pk) if len(found) > SHOWN else None)


def _all_of(actor: Actor, *, now: datetime) -> QuerySet[FollowUp]:
    phones = CustomerContact.objects.filter(customer=OuterRef("ticket__customer"), point__kind="phone")
    phones = phones.filter(point__parsed=True).order_by("-preferred", "id")
    return (
        FollowUp.objects.pending()
        .filter(_belongs_to(actor.agent_id or 0, now), ticket__in=access.visible_to(actor))
        .select_related("ticket__customer", "ticket__team", "owner")
        .annotate(
            phone_value=Subquery(phones.values("point__value")[:1]),
            phone_typed=Subquery(phones.values("point__typed")[:1]),
        )
    )


def _belongs_to(agent_id: int, now: datetime) -> Q:
    """One's own; nobody's on one's own case; and what somebody missed who is gone or away: for whoever has the case,
    their deputy, and the lead of the team where the case is theirs too or nobody's."""
    absent = Q(owner__is_active=False) | Q(owner__away_until__gt=now)
    left_to_the_team = Q(ticket__owner__isnull=True) | Q(ticket__owner=F("owner"))
    stands_in = Q(ticket__owner=agent_id) | Q(owner__deputy=agent_id)
    stands_in |= left_to_the_team & Q(ticket__team__lead=agent_id)
    return (
        Q(owner=agent_id)
        | Q(owner__isnull=True, ticket__owner=agent_id)
        | (Q(due_at__lte=now, owner__isnull=False) & absent & stands_in)
    )


def from_above(actor: Actor) -> list[Escalation]:
    """What came back to the actor with words and was not ticked off, and what waits for their answer. One query."""
    me = actor.agent_id or 0
    back = Q(state__in=["returned", "answered"], read_at__isnull=True, ticket__state__in=IN_HAND)
    back &= Q(ticket__owner=me) | Q(opened_by=me)
    mine = Q(addressed_to=me) | Q(addressed_to__deputy=me)
    waiting = Q(state__in=["open", "acknowledged"]) & mine if actor.is_supervisor else Q(pk__in=[])
    rows = Escalation.objects.filter(back | waiting, ticket__in=access.visible_to(actor))
    rows = rows.select_related("ticket__customer", "ticket__owner", "ended_by", "opened_by")
    return list(rows.order_by("acknowledge_by", "id")[: 2 * BESIDE])


def silent(actor: Actor, *, now: datetime) -> list[Ticket]:
    """Answered cases of the actor whose customer said nothing for 14 days and was asked once more. One query.

    Closing them is proposed, never done.
    """
    chased = FollowUp.objects.filter(
        ticket=OuterRef("pk"), kind="chase", done_at__isnull=False, pass_number=OuterRef("pass_number")
    ).exclude(outcome="dropped")
    return list(
        access.visible_to(actor)
        .filter(Exists(chased), owner=actor.agent_id or 0, state=State.ANSWERED.value)
        .filter(answered_at__lte=now - VERDICT_WAITS)
        .select_related("customer")
        .order_by("answered_at", "id")[:BESIDE]
    )


def begun(actor: Actor) -> list[Draft]:
    """Words the actor began to write and did not save, newest first, each with its ``number`` if it is about a case.
    One query."""
    number = Substr("key", len("case-") + 1, 9)
    seen = access.visible_to(actor).filter(number=OuterRef("number"))
    rows = Draft.objects.filter(agent_id=actor.agent_id or 0).annotate(number=number)
    rows = rows.filter(Q(key__startswith="new-") | Q(Exists(seen), key__startswith="case-"))
    return list(rows.defer("fields").order_by("-saved_at", "-id")[:BESIDE])


@dataclass(frozen=True)
class Badges:
    """The figures in the rail: ``desk`` waits for a supervisor, ``my_day`` is due or late today."""

    desk: int = 0
    my_day: int = 0


def badges(actor: Actor, *, until: datetime) -> Badges:
    """Both figures in one query. ``until`` is the end of the person's day; only their own follow-ups count."""
    if actor.agent_id is None:
        return Badges()
    statement = prepared(_figures, {"until": until, **access.values_of(actor)}, shape=access.shape_of(actor))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        numbers = cursor.fetchone() or (0,)
    return Badges(desk=sum(numbers[1:]), my_day=numbers[0])


def _figures(shape: Actor, marks: Marks) -> Made:
    actor = access.marked(shape, marks)
    mine = FollowUp.objects.pending().filter(owner=actor.agent_id, due_at__lt=marks["until"])
    mine = mine.filter(ticket__in=access.visible_to(actor))
    counts = [_count(mine)]
    if actor.is_supervisor:
        counts += [_count(rows) for rows in desk.waiting(actor)]
    return office_access.people().filter(pk=marks["actor"]).order_by().values_list(*counts), None


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
