"""The queue: what breaks first, in one statement a page and one statement for all counters.

A view is a set of *roads*: conditions that exclude one another, each served by an index in the order of ``risk_at``. A
page takes the first rows of every road and merges them; a counter stops at ``CAP``. What comes out goes through
``access.visible_to`` all the same, so that the door stays the one door.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, NullIf

from complaints import access
from complaints.domain.workflow import ENDED, State
from complaints.models import Category, Escalation, FollowUp, Interaction, Participant, Ticket
from office.models import Agent, Approval, Team
from office.roles import Actor

PAGE: Final = 25
CAP: Final = 1000
"""Where counting stops: shown as 999+."""
MOST_ROADS: Final = 60
"""Beyond so many teams one walk along the whole index costs less than one look into each team."""
LAST_HOUR: Final = timedelta(hours=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class View(StrEnum):
    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    ALL = "all"
    WAITING = "waiting"
    ANSWERED = "answered"
    WATCHING = "watching"
    ESCALATED = "escalated"
    REOPENED = "reopened"


COUNTED: Final = tuple(view for view in View if view is not View.ALL)
DUE: Final = ("late", "hour", "today")


@dataclass(frozen=True)
class Place:
    """Where a page begins: the row before it. Written as microseconds since 1970, an underscore, and the row's id."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}_{self.id}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place a text names; None for anything that names none."""
        match = re.fullmatch(r"([0-9]{1,17})_([0-9]{1,18})", text)
        if match is None:
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
        except OverflowError:
            return None


@dataclass(frozen=True)
class Day:
    """The instants at which a deadline stops being late, within the hour, later today."""

    now: datetime
    hour: datetime
    midnight: datetime

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Day:
        local = now.astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone)
        return cls(now, now + LAST_HOUR, max(midnight.astimezone(UTC), now + LAST_HOUR))

    def band(self, moment: datetime) -> str:
        """``late``, ``hour``, ``today`` or ``later``."""
        if moment <= self.now:
            return "late"
        if moment <= self.hour:
            return "hour"
        return "today" if moment < self.midnight else "later"

    def during(self, band: str) -> Q:
        if band == "late":
            return Q(risk_at__lte=self.now)
        if band == "hour":
            return Q(risk_at__gt=self.now, risk_at__lte=self.hour)
        return Q(risk_at__gt=self.hour, risk_at__lt=self.midnight) if band == "today" else Q()


@dataclass(frozen=True)
class Filters:
    """What narrows a view; "" means no matter. ``owner`` is "me", "nobody" or an id; ``waiting`` "yes" or "no"."""

    state: str = ""
    step: str = ""
    severity: str = ""
    channel: str = ""
    category: str = ""
    team: str = ""
    owner: str = ""
    language: str = ""
    waiting: str = ""
    safety: str = ""
    due: str = ""

    def conditions(self, actor: Actor, day: Day) -> Q:
        """Everything but the state, which decides about the index."""
        q = Q()
        for name in ("step", "channel", "language"):
            if value := getattr(self, name):
                q &= Q(**{name: value})
        if self.severity:
            q &= Q(severity=int(self.severity))
        if self.team:
            q &= Q(team_id=int(self.team))
        if self.category:
            q &= Q(category_id=int(self.category)) | Q(category__parent_id=int(self.category))
        if self.owner:
            q &= {"me": Q(owner_id=_me(actor)), "nobody": Q(owner_id__isnull=True)}.get(self.owner) or Q(
                owner_id=int(self.owner)
            )
        if self.waiting:
            q &= Q(waiting_since__isnull=self.waiting == "no")
        if self.safety:
            q &= Q(safety=True)
        return q & day.during(self.due)


@dataclass(frozen=True)
class Asked:
    """One queue: a view, what narrows it, and where the page begins (``before``: where it ends)."""

    view: View = View.MINE
    filters: Filters = Filters()
    after: Place | None = None
    before: Place | None = None

    @property
    def state(self) -> State:
        if self.view is View.ANSWERED:
            return State.ANSWERED
        return State(self.filters.state) if self.filters.state else State.OPEN

    @property
    def newest_first(self) -> bool:
        """What has ended has no deadline: its order is the day it ended, latest first."""
        return self.state in ENDED


@dataclass(frozen=True)
class Page:
    rows: list[Ticket]
    later: Place | None
    sooner: Place | None


# Roads ----------------------------------------------------------------------------------------------------------------


def _me(actor: Actor) -> int:
    """The person's id; 0, which nobody has, for whoever is no person."""
    return actor.agent_id or 0


@dataclass(frozen=True)
class Few:
    """Ids of tickets. ``named``: sealed ones the actor is named on. ``addressed``: those with an escalation or approval
    put before them, or before whom they stand in for."""

    named: tuple[int, ...] = ()
    addressed: tuple[int, ...] = ()


def few(actor: Actor) -> Few:
    """One query, asked once a page."""
    me = _me(actor)
    named = Participant.objects.filter(agent_id=me, role="named")
    to_me = Q(addressed_to_id=me) | Q(addressed_to__deputy_id=me)
    escalated = Escalation.objects.unanswered().filter(to_me)
    asked = Approval.objects.filter(to_me, state=Approval.WAITING, case_id__isnull=False)
    found: dict[str, list[int]] = {"named": [], "addressed": []}
    parts = [_ids("named", named), _ids("addressed", escalated), _ids("addressed", asked, "case_id")]
    for kind, pk in parts[0].union(*parts[1:]):
        found[kind].append(pk)
    return Few(tuple(found["named"][:CAP]), tuple(found["addressed"][:CAP]))


def _ids(kind: str, rows: QuerySet[Any], ticket: str = "ticket_id") -> QuerySet[Any, Any]:
    told = rows.order_by().annotate(leads=Value(kind, output_field=CharField()))
    ids: QuerySet[Any, Any] = told.values_list("leads", ticket)
    return ids


class Road(NamedTuple):
    """``q`` alone decides what is on it. ``few`` says that other tables lead to its tickets: then these are looked up
    and sorted. Left to guess, PostgreSQL walks along all deadlines for rows that lie elsewhere, or nowhere."""

    q: Q
    few: bool = False


def _whose(view: View, actor: Actor, known: Few) -> list[Road]:
    """The roads of a view, as if no ticket were sealed. They exclude one another."""
    teams, mine, nobodys = _teams(actor), Q(owner_id=_me(actor)), Q(team_id__isnull=True)
    if view is View.TEAM:
        return [Road(q) for q in teams]
    if view is View.UNASSIGNED:
        everywhere = [Q()] if actor.is_administrator else [*teams, nobodys]
        return [Road(q & Q(owner_id__isnull=True)) for q in everywhere]
    if view is View.ALL:
        here = [Q()] if actor.is_administrator else [*teams, nobodys]
        return [Road(q) for q in here] + ([] if actor.is_administrator else _elsewhere(actor, known))
    if view in (View.ESCALATED, View.REOPENED):
        both = [*teams, mine & ~Q(team_id__in=actor.team_ids)]
        return [Road(q, few=view is View.ESCALATED) for q in both]
    if view is View.WATCHING:
        watched = Participant.objects.filter(agent_id=_me(actor), role="watcher")
        return [Road(Q(pk__in=watched.values("ticket_id")), few=True)]
    return [Road(mine, few=view is View.ANSWERED)]


def _teams(actor: Actor) -> list[Q]:
    if not actor.team_ids:
        return []
    if len(actor.team_ids) > MOST_ROADS:
        return [Q(team_id__in=actor.team_ids)]
    return [Q(team_id=pk) for pk in sorted(actor.team_ids)]


def _elsewhere(actor: Actor, known: Few) -> list[Road]:
    """Tickets of other teams that the actor owns, takes part in, or that are put before them."""
    me = _me(actor)
    others = Q(team_id__isnull=False) & ~Q(team_id__in=actor.team_ids)
    not_mine = others & ~Q(owner_id=me)
    parts = Participant.objects.filter(agent_id=me)
    apart = Q(~Exists(parts.filter(ticket_id=OuterRef("pk"))))
    return [
        Road(others & Q(owner_id=me)),
        Road(not_mine & Q(pk__in=parts.values("ticket_id")), few=True),
        Road(not_mine & Q(pk__in=known.addressed) & apart, few=True),
    ]


def _more(view: View) -> Q:
    """What a view asks beyond whose it is."""
    if view is View.WAITING:
        return Q(waiting_since__isnull=False)
    if view is View.ESCALATED:
        return Q(escalation_line__gt=0, pk__in=Escalation.objects.unanswered().values("ticket_id"))
    return Q(pass_number__gt=1) if view is View.REOPENED else Q()


def _roads(asked: Asked, actor: Actor, known: Few, day: Day) -> list[Road]:
    whose = _whose(asked.view, actor, known)
    further = _more(asked.view) & asked.filters.conditions(actor, day)
    state = {few: _in_state(asked.state, few=few) for few in (False, True)}
    roads = [Road(Q(sealed_at__isnull=True) & road.q & state[road.few] & further, road.few) for road in whose]
    if known.named and whose:
        anyone = whose[0].q
        for road in whose[1:]:
            anyone |= road.q
        sealed = Q(sealed_at__isnull=False, pk__in=known.named)
        roads.append(Road(sealed & anyone & state[True] & further, few=True))
    return roads


def _in_state(state: State, *, few: bool) -> Q:
    """On a road to few tickets their state is only looked at: SQLite would rather fetch everything in that state."""
    return ~Q(state__in=[other.value for other in State if other is not state]) if few else Q(state=state.value)


def _order(*, newest_first: bool) -> tuple[str, str]:
    return ("-risk_at", "-id") if newest_first else ("risk_at", "id")


def _past(place: Place, *, newest_first: bool) -> Q:
    """The rows after a place. The first half is what an index can use."""
    if newest_first:
        return Q(risk_at__lte=place.at) & (Q(risk_at__lt=place.at) | Q(id__lt=place.id))
    return Q(risk_at__gte=place.at) & (Q(risk_at__gt=place.at) | Q(id__gt=place.id))


def _slices(roads: Iterable[Road], *, newest_first: bool, limit: int) -> tuple[str, list[Any]]:
    """The first ``limit`` rows of every road, one after the other, as SQL of (risk_at, id); "" when no road can lead
    anywhere. Each part stands in a SELECT of its own, because SQLite takes no LIMIT inside a compound."""
    parts: list[str] = []
    params: list[Any] = []
    for place, road in enumerate(roads):
        order: list[Any] = list(_order(newest_first=newest_first))
        if road.few:  # the same order, in words no index answers to
            sorted_by = Greatest(F("risk_at"), F("risk_at"))
            order[0] = sorted_by.desc() if newest_first else sorted_by.asc()
        rows = Ticket.objects.filter(road.q).order_by(*order).values("risk_at", "id")[:limit]
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT s{place}.risk_at, s{place}.id FROM ({sql}) AS s{place}")  # noqa: S608 - Django's own SQL
        params += given
    return " UNION ALL ".join(parts), params


# A page ---------------------------------------------------------------------------------------------------------------


def page(actor: Actor, asked: Asked, *, day: Day, known: Few, size: int = PAGE) -> Page:
    """The rows of a page with what its table shows, and where its neighbours begin. One query."""
    backwards = asked.before is not None
    descending = asked.newest_first != backwards
    roads = _roads(asked, actor, known, day)
    place = asked.before or asked.after
    if place is not None:
        roads = [Road(road.q & _past(place, newest_first=descending), road.few) for road in roads]
    sql, params = _slices(roads, newest_first=descending, limit=size + 1)
    if not sql:
        return Page([], None, None)
    way = "DESC" if descending else "ASC"
    first = f"SELECT id FROM ({sql}) AS roads ORDER BY risk_at {way}, id {way} LIMIT {size + 1}"  # noqa: S608
    ids = RawSQL(f"SELECT id FROM ({first}) AS first_rows", params)  # noqa: S608, S611 - Django's own SQL
    seen = _shown(access.visible_to(actor).filter(pk__in=ids)).order_by(*_order(newest_first=descending))
    rows = list(seen)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    first_place, last_place = (Place(row.risk_at, row.pk) for row in (rows[0], rows[-1]))
    return Page(
        rows,
        later=last_place if more or backwards else None,
        sooner=first_place if (more if backwards else asked.after is not None) else None,
    )


def _shown(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With what a row shows: the next promise and whom an escalation waits for ride along."""
    promised = FollowUp.objects.pending().filter(ticket=OuterRef("pk"), promised=True).order_by("due_at", "id")
    waiting = Escalation.objects.unanswered().filter(ticket=OuterRef("pk")).order_by("-level", "-id")
    said = Interaction.objects.filter(ticket=OuterRef("pk"), visibility="customer").order_by("-happened_at", "-id")
    return tickets.select_related("customer", "category", "owner", "team").annotate(
        promise_at=Subquery(promised.values("due_at")[:1]),
        promise_kind=Subquery(promised.values("kind")[:1]),
        escalated_to=Subquery(waiting.values("addressed_to__name")[:1]),
        last_said=Subquery(said.values("direction")[:1]),
        last_said_at=Subquery(said.values("entered_at")[:1]),
    )


# Counters -------------------------------------------------------------------------------------------------------------


def counters(actor: Actor, asked: Asked, *, day: Day, known: Few) -> dict[str, int]:
    """How much is in every view but "all", and how much of this one is ``late``, due within the ``hour`` or ``today``.

    One query; nothing is counted beyond ``CAP``.
    """
    wanted = {view.value: Asked(view) for view in COUNTED}
    wanted |= {due: replace(asked, filters=replace(asked.filters, due=due)) for due in DUE}
    if asked.state is not State.OPEN:
        wanted = {name: one for name, one in wanted.items() if name not in DUE}
    selects: list[str] = []
    params: list[Any] = []
    for one in wanted.values():
        sql, given = _slices(_roads(one, actor, known, day), newest_first=False, limit=CAP)
        counted = f"SELECT id FROM ({sql}) AS roads LIMIT {CAP}" if sql else ""  # noqa: S608
        selects.append(f"(SELECT COUNT(*) FROM ({counted}) AS counted)" if counted else "0")  # noqa: S608
        params += given if sql else []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", params)
        figures = cursor.fetchone()
    return dict(zip(wanted, figures, strict=True))


# What there is to choose from -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """For the filter form: (id, name) of teams, categories (``Parent › Child``) and people, by name."""

    teams: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    people: list[tuple[str, str]]


def choices(actor: Actor, *, language: str, owner: str = "") -> Choices:
    """The teams the actor sees, live categories, and the active members of those teams; ``owner`` is an id to include.

    One query. ``language`` is a Django code.
    """
    teams = Team.objects.all() if actor.is_administrator else Team.objects.filter(pk__in=actor.team_ids)
    asked = Q(pk=int(owner)) if re.fullmatch(r"[0-9]{1,18}", owner) else Q(pk__in=[])
    people = Agent.objects.filter(Q(is_active=True, pk__in=_members(actor)) | asked)
    name, parent = _named("", language), _named("parent__", language)
    parts = (
        _choice("team", teams, F("name"), Value("")),
        _choice("category", Category.objects.filter(retired_at__isnull=True), name, parent),
        _choice("person", people, F("name"), Value("")),
    )
    found: Mapping[str, list[tuple[str, str]]] = {"team": [], "category": [], "person": []}
    for kind, pk, label, under in parts[0].union(*parts[1:], all=True):
        found[kind].append((str(pk), f"{under} › {label}" if under else label))
    ordered = {kind: sorted(rows, key=lambda row: (row[1].casefold(), row[0])) for kind, rows in found.items()}
    return Choices(ordered["team"], ordered["category"], ordered["person"])


def _members(actor: Actor) -> QuerySet[Agent, int]:
    return Agent.objects.filter(memberships__team_id__in=actor.team_ids).order_by().values_list("pk", flat=True)


def _choice(kind: str, rows: QuerySet[Any], label: F | Coalesce, under: Value | Coalesce) -> QuerySet[Any, Any]:
    told = rows.order_by().annotate(
        choice=Value(kind, output_field=CharField()),
        label=Coalesce(label, Value(""), output_field=CharField()),
        under=Coalesce(under, Value(""), output_field=CharField()),
    )
    choices_of_kind: QuerySet[Any, Any] = told.values_list("choice", "pk", "label", "under")
    return choices_of_kind


def _named(before: str, language: str) -> Coalesce:
    column = {"zh-hans": "name_zh_hans", "zh-hant": "name_zh_hant"}.get(language, "name_en")
    return Coalesce(NullIf(F(f"{before}{column}"), Value("")), F(f"{before}name_en"))


def groups(rows: Iterable[Ticket], day: Day) -> Iterator[tuple[str, list[Ticket]]]:
    """The rows of a page by band, in the order in which they come."""
    present: list[Ticket] = []
    band = ""
    for row in rows:
        this = day.band(row.risk_at)
        if present and this != band:
            yield band, present
            present = []
        band = this
        present.append(row)
    if present:
        yield band, present
