"""Two reports on what the desk suggests: what became of the wording rules, and of the patterns.

Everything is counted within some days and only where the reader may see the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from complaints import access
from complaints.models import Interaction, Pattern, Ticket, WordingNote
from complaints.models.ticket import TicketQuerySet
from office import access as office_access
from office.roles import Actor
from playbooks import queries as shelf
from playbooks.models import Article
from playbooks.saying.rules import fixed_rules

PAGE: Final = 50
FEW_FIXED: Final = 30
"""Percent changed below which a rule is looked at again …"""
MANY_HITS: Final = 200
"""… once it was shown so often."""
MESSAGE: Final = "message"
WRITTEN: Final = ("reply", "outcome")
DID: Final = tuple(code for code, _word in WordingNote.DONE)
STATES: Final = tuple(code for code, _word in Pattern.STATES)
SUGGESTED_EVER: Final = "ever"
"""Everything the desk suggested, whatever became of it."""


@dataclass(frozen=True)
class Span:
    """From ``since`` until before ``until``; ``team`` is one team's number, or None for all."""

    since: datetime
    until: datetime
    team: int | None = None

    @property
    def instants(self) -> tuple[datetime, datetime]:
        return self.since, self.until


def teams(actor: Actor) -> list[tuple[int, str]]:
    """The teams a report can be about, by name. One query."""
    known = office_access.teams()
    seen = known if actor.is_administrator else known.filter(pk__in=actor.team_ids)
    return list(seen.order_by("name").values_list("pk", "name"))


def _seen(actor: Actor, span: Span, ticket: str) -> Exists:
    """Whether the reader sees the ticket a row hangs on.

    Asked row by row: SQLite would first collect every ticket the reader sees.
    """
    tickets: TicketQuerySet = access.visible_to(actor)
    if span.team is not None:
        tickets = tickets.filter(team_id=span.team)
    return Exists(tickets.filter(pk=OuterRef(ticket)).values("pk"))


def percent(part: int, whole: int) -> int | None:
    """Whole percents, a half counts as one; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


# Wording --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """What a rule is called: its id, how much it insists, and why it is one, by language."""

    key: str
    severity: str
    why: Mapping[str, str]


@dataclass(frozen=True)
class RuleLine:
    """What became of one rule: how often it was ``shown``, how often of that in messages, and what was ``done``."""

    rule: Rule
    shown: int
    in_messages: int
    done: Mapping[str, int]

    @property
    def fixed_percent(self) -> int:
        return percent(self.done["fixed"], self.shown) or 0

    @property
    def is_due(self) -> bool:
        """Shown often and seldom followed: the rule may be wrong."""
        return self.shown >= MANY_HITS and 100 * self.done["fixed"] < FEW_FIXED * self.shown


@dataclass(frozen=True)
class Wording:
    lines: list[RuleLine]
    messages: int

    @property
    def shown(self) -> int:
        return sum(line.shown for line in self.lines)

    @property
    def in_messages(self) -> int:
        return sum(line.in_messages for line in self.lines)

    def per_hundred(self, hits: int) -> float | None:
        """Hits for a hundred messages of ours; None without a message."""
        return round(100 * hits / self.messages, 1) if self.messages else None


def rules(actor: Actor) -> dict[str, Rule]:
    """Every rule there is or was, by its id. One query."""
    known = {key: _rule(key, content) for key, content in shelf.built_in(Article.RULE).items()}
    known |= {row["id"]: _rule(row["id"], row) for row in fixed_rules()}
    kept = (row for row in shelf.articles(actor, Article.RULE) if row.current is not None)
    return known | {row.key: _rule(row.key, row.current.content) for row in kept if row.current is not None}


def _rule(key: str, content: Mapping[str, Any]) -> Rule:
    why = content.get("why") or {}
    return Rule(key, content["severity"], {"en": why} if isinstance(why, str) else why)


def wording(actor: Actor, span: Span) -> Wording:
    """What became of every rule that was shown; those due for review first, then the most shown. Three queries."""
    known = rules(actor)
    counted: QuerySet[Any, Any] = (
        notes(actor, span, known)
        .order_by()
        .values("rule")
        .annotate(
            shown=Count("id"),
            in_messages=Count("id", filter=Q(place=MESSAGE)),
            **{did: Count("id", filter=Q(did=did)) for did in DID},
        )
    )
    lines = [
        RuleLine(known[row["rule"]], row["shown"], row["in_messages"], {did: row[did] for did in DID})
        for row in counted
    ]
    lines.sort(key=lambda line: (not line.is_due, -line.shown, line.rule.key))
    return Wording(lines, messages(actor, span).count())


def notes(
    actor: Actor, span: Span, known: Iterable[str], *, did: str = "", place: str = ""
) -> QuerySet[WordingNote, WordingNote]:
    """What the rules ``known`` by their ids said in these days. Naming them is what lets the index of rule and time
    be used."""
    rows = WordingNote.objects.filter(rule__in=list(known), at__gte=span.since, at__lt=span.until)
    if did:
        rows = rows.filter(did=did)
    if place:
        rows = rows.filter(place=place)
    return rows.filter(_seen(actor, span, "ticket"))


def messages(actor: Actor, span: Span) -> QuerySet[Interaction, Interaction]:
    """What we wrote to customers in these days: by a person or through the API, not taken back."""
    ours = Interaction.objects.filter(
        direction="out", kind__in=("reply", "outcome"), author_kind__in=("agent", "token")
    )
    ours = ours.filter(entered_at__gte=span.since, entered_at__lt=span.until).exclude(delivery="cancelled")
    return ours.filter(_seen(actor, span, "ticket"))


# Patterns -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PatternLine:
    """What became of one pattern. ``suggested`` counts every suggestion; ``states`` how they stand now, and ``picked``
    what people chose without one."""

    key: str
    names: Mapping[str, str]
    suggested: int
    states: Mapping[str, int]

    @property
    def confirmed_percent(self) -> int | None:
        """Of the suggestions somebody decided about."""
        return percent(self.states["confirmed"], self.states["confirmed"] + self.states["dismissed"])


def pattern_names(actor: Actor) -> dict[str, Mapping[str, str]]:
    """What every playbook is called, by its key. One query."""
    kept = (row for row in shelf.articles(actor, Article.PLAYBOOK) if row.current is not None)
    return {row.key: row.current.content.get("names", {}) for row in kept if row.current is not None}


def patterns(actor: Actor, span: Span) -> list[PatternLine]:
    """What became of every pattern suggested or picked in these days, the most frequent first. Two queries."""
    names = pattern_names(actor)
    counted: QuerySet[Any, Any] = (
        marks(actor, span)
        .order_by()
        .values("key")
        .annotate(
            ever=Count("id", filter=Q(suggested_at__isnull=False)),
            **{state: Count("id", filter=Q(state=state)) for state in STATES},
        )
    )
    lines = [
        PatternLine(row["key"], names.get(row["key"], {}), row["ever"], {state: row[state] for state in STATES})
        for row in counted
    ]
    return sorted(lines, key=lambda line: (-line.suggested - line.states["picked"], line.key))


def marks(actor: Actor, span: Span, *, key: str = "", state: str = "") -> QuerySet[Pattern, Pattern]:
    """Patterns of contacts first noted in these days; ``state`` may be ``SUGGESTED_EVER``."""
    noted = Coalesce(F("suggested_at"), F("decided_at"), output_field=DateTimeField())
    rows = Pattern.objects.alias(noted_at=noted).filter(noted_at__gte=span.since, noted_at__lt=span.until)
    if key:
        rows = rows.filter(key=key)
    if state == SUGGESTED_EVER:
        rows = rows.filter(suggested_at__isnull=False)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(_seen(actor, span, "interaction__ticket"))


# The tickets behind a number ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """A page of the tickets behind ``hits`` rows, newest first; ``tickets`` counts them all, ``older`` is the id
    before which the next page begins."""

    rows: list[Ticket]
    hits: int
    tickets: int
    older: int | None


def behind(actor: Actor, rows: QuerySet[Any, Any], ticket: str, *, before: int | None = None) -> Behind:
    """The tickets that ``rows`` hang on by the column ``ticket``. Three queries."""
    counted = rows.order_by().aggregate(hits=Count("pk"), tickets=Count(ticket, distinct=True))
    further = rows.filter(**{f"{ticket}__lt": before}) if before else rows
    ids = list(further.order_by(f"-{ticket}").values_list(ticket, flat=True).distinct()[: PAGE + 1])
    shown = access.visible_to(actor).filter(pk__in=ids[:PAGE])
    return Behind(
        rows=list(shown.select_related("customer", "category", "owner", "team").order_by("-id")),
        hits=counted["hits"],
        tickets=counted["tickets"],
        older=ids[PAGE - 1] if len(ids) > PAGE else None,
    )
