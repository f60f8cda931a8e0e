"""Everything one case page shows, in a fixed number of queries however long the case or large the office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from complaints import access
from complaints.domain.workflow import IssueFacts, Step
from complaints.models import (
    Attachment,
    Clock,
    ClockEvent,
    Draft,
    Escalation,
    Finding,
    FollowUp,
    Interaction,
    Issue,
    Letter,
    Participant,
    Pattern,
    Reason,
    Redress,
    StepRecord,
    Survey,
    Ticket,
    TicketLink,
)
from complaints.models.ticket import TicketQuerySet
from complaints.queries import bundle, guard
from complaints.queries.hours import Versions
from complaints.queries.talk import Talk, talk_of
from customers.models import CustomerContact
from office.models import Agent, Approval, CalendarVersion, Event, Office
from office.prepared import Marks, prepared
from office.roles import Actor

FIRST_WORDS = 3
"""How many of the customer's own messages stand beside the Listen form."""
MOST_EARLIER = 100
EARLIER_SHOWN = 5
HISTORY_PAGE = 50
LETTER_ROW = ("id", "ticket_id", "template", "edition", "language", "state", "begun_at", "left_at")
"""What a list says of a letter; its words are read on a page of their own."""


@dataclass
class Case:
    """One ticket and what hangs on it, as one person sees it."""

    ticket: Ticket
    actor: Actor
    records: list[StepRecord]
    rows: Mapping[str, list[Any]]
    words: list[Interaction] = field(default_factory=list)
    talk: Talk = field(default_factory=Talk)
    earlier: list[Ticket] = field(default_factory=list)
    earlier_elsewhere: int = 0

    @property
    def record(self) -> StepRecord | None:
        """The visit the case is in; None when it is not open."""
        return next((row for row in self.records if row.state == StepRecord.OPEN), None)

    @cached_property
    def office(self) -> Office:
        return self.rows["office"][0] if self.rows["office"] else Office(pk=1)

    @cached_property
    def drafts(self) -> dict[str, Draft]:
        return {draft.key: draft for draft in self.rows["draft"]}

    @cached_property
    def reasons(self) -> dict[tuple[str, str], Reason]:
        return {(reason.kind, reason.code): reason for reason in self.rows["reason"]}

    def reason(self, kind: str, code: str) -> str:
        """A reason in the reader's language; a code nobody knows any more stands for itself."""
        return str(self.reasons.get((kind, code), code))

    @cached_property
    def clocks(self) -> list[Clock]:
        """Clocks of the present pass, nearest first, each with its ``story`` of events."""
        stories: dict[int, list[ClockEvent]] = defaultdict(list)
        for event in self.rows["clock_event"]:
            stories[event.clock_id].append(event)
        clocks = [row for row in self.rows["clock"] if row.pass_number == self.ticket.pass_number]
        for clock in clocks:
            clock.story = stories[clock.pk]
        return sorted(clocks, key=lambda clock: (clock.met_at is not None, clock.due_at, clock.pk))

    @cached_property
    def versions(self) -> Versions:
        """The calendars the clocks were counted with, each with its ``name``."""
        return Versions(self.rows["hours"])

    @cached_property
    def issues(self) -> list[Issue]:
        """Numbered issues, each with ``found``: its finding of the present pass, or None."""
        found = {row.issue_id: row for row in self.rows["finding"] if row.pass_number == self.ticket.pass_number}
        for issue in self.rows["issue"]:
            issue.found = found.get(issue.pk)
        return sorted(self.rows["issue"], key=lambda issue: issue.number)

    @property
    def redress(self) -> list[Redress]:
        """Redress of every pass, with ``approval`` where somebody was asked."""
        return self.rows["redress"]

    @cached_property
    def patterns(self) -> Mapping[int, list[Pattern]]:
        """What was suggested, confirmed and picked, by the contact."""
        found: dict[int, list[Pattern]] = defaultdict(list)
        for row in self.rows.get("pattern", ()):
            found[row.interaction_id].append(row)
        return found

    @property
    def follow_ups(self) -> list[FollowUp]:
        return self.rows["follow_up"]

    def watches(self) -> bool:
        mine = [part for part in self.rows["participant"] if part.agent_id == self.actor.agent_id]
        return any(part.role == "watcher" for part in mine)

    def known(self) -> guard.Known:
        """What the guard would otherwise ask for again."""
        now_in = self.ticket.pass_number
        tried = self.rows["contact_try"]
        return guard.Known(
            words=[row.text for row in self.words],
            issues=tuple(
                IssueFacts(issue.number, found.finding if found else "", found.reason if found else "")
                for issue in self.issues
                for found in [getattr(issue, "found", None)]
            ),
            redress=[row for row in self.redress if row.pass_number == now_in],
            told=[(row.reached, row.delivery) for row in tried if row.kind == "outcome" and row.pass_number == now_in],
            attempts=[row.happened_at for row in tried if row.kind == "call"],
            zone=self.office.time_zone,
        )


def tickets(actor: Actor) -> TicketQuerySet:
    """Tickets the actor sees, with what the head of the page says about them."""
    files = Attachment.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket").annotate(n=Count("pk"))
    return (
        access.visible_to(actor)
        .select_related(
            "customer",
            "customer_link",
            "team__lead",
            "team__supervisor",
            "owner",
            "category__parent",
            "changed_by",
            "sealed_from",
        )
        .annotate(file_count=Coalesce(Subquery(files.values("n"), output_field=IntegerField()), 0))
    )


def load(ticket: Ticket, *, actor: Actor, show: str = "all", before: str = "") -> Case:
    """The case behind a ticket that came from ``tickets``; at most seven queries more."""
    values = {"ticket": ticket.pk, "customer": ticket.customer_id or 0, "drafts": f"case-{ticket.number}-"}
    values |= access.values_of(actor)
    rows = bundle.fetch(prepared(_bundled, values, shape=access.shape_of(actor)))
    _with_approvals(rows)
    records = list(ticket.step_records.select_related("ended_by"))
    case = Case(ticket=ticket, actor=actor, records=records, rows=rows)
    case.words = words_of(ticket)
    case.talk = talk_of(ticket, records, show=show, before=before)
    case.earlier, case.earlier_elsewhere = earlier_of(ticket, actor)
    return case


def _bundled(shape: Actor, marks: Marks) -> Any:
    return bundle.bundled(_branches(access.marked(shape, marks), marks))


def _branches(reader: Actor, marks: Marks) -> list[bundle.Branch]:
    b, own, ticket = bundle.branch, {"ticket_id": marks["ticket"]}, marks["ticket"]
    tries = Q(kind="outcome") | Q(kind="call", direction="out", reached=False)
    return [
        b("office", Office.objects.filter(pk=1)),
        b("reason", Reason.objects.all()),
        b("draft", Draft.objects.filter(agent_id=marks["actor"], key__startswith=marks["drafts"])),
        b("clock", Clock.objects.filter(**own)),
        b("clock_event", ClockEvent.objects.filter(clock__ticket_id=ticket), by_name="by__name"),
        b("hours", CalendarVersion.objects.filter(Exists(_counted_with(ticket))), name="calendar__name"),
        b("issue", Issue.objects.filter(**own)),
        b("finding", Finding.objects.filter(issue__ticket_id=ticket)),
        b("redress", Redress.objects.filter(**own), offered_name="offered_by__name"),
        b(
            "approval",
            Approval.objects.filter(pk__in=Redress.objects.filter(**own).values("approval_id")),
            asked_of="addressed_to__name",
            decider="decided_by__name",
        ),
        b("follow_up", FollowUp.objects.filter(**own), owner_name="owner__name", made_name="made_by__name"),
        b(
            "escalation",
            Escalation.objects.filter(**own),
            to_name="addressed_to__name",
            for_name="in_place_of__name",
            by_name="opened_by__name",
            end_name="ended_by__name",
        ),
        b("participant", Participant.objects.filter(**own), name="agent__name"),
        b("letter", Letter.objects.filter(**own), only=LETTER_ROW),
        b("survey", Survey.objects.filter(**own)),
        b("pattern", Pattern.objects.filter(interaction__ticket_id=ticket)),
        b("contact", CustomerContact.objects.filter(customer_id=marks["customer"]), **_POINT),
        b("link_out", _links(reader, "target").filter(source_id=ticket), **_other("target")),
        b("link_in", _links(reader, "source").filter(target_id=ticket), **_other("source")),
        b(
            "contact_try",
            Interaction.objects.filter(tries, **own),
            only=("id", "kind", "reached", "delivery", "happened_at", "pass_number"),
        ),
    ]


def _counted_with(ticket: Any) -> Any:
    same = {"calendar_id": OuterRef("calendar_id"), "calendar_version": OuterRef("version")}
    return Clock.objects.filter(ticket_id=ticket, **same).order_by()


_POINT = {"kind": "point__kind", "value": "point__value", "typed": "point__typed", "parsed": "point__parsed"}


def _links(actor: Actor, end: str) -> Any:
    """Links whose other end the actor sees too."""
    return TicketLink.objects.filter(Exists(access.visible_to(actor).filter(pk=OuterRef(f"{end}_id"))))


def _other(end: str) -> dict[str, str]:
    return {"number": f"{end}__number", "subject": f"{end}__subject", "state": f"{end}__state"}


def _with_approvals(rows: Mapping[str, list[Any]]) -> None:
    approvals = {row.pk: row for row in rows["approval"]}
    for redress in rows["redress"]:
        redress.approval = approvals.get(redress.approval_id)


def words_of(ticket: Ticket) -> list[Interaction]:
    """The customer's own words, oldest first: all where they are compared with ours, else the first few."""
    inbound = Interaction.objects.filter(ticket=ticket, direction="in").order_by("happened_at", "id")
    rows = inbound.only("id", "text", "kind", "channel", "language", "happened_at", "author_name")
    compared = ticket.step in (Step.EMPATHISE.value, Step.APOLOGISE.value)
    return list(rows if compared else rows[:FIRST_WORDS])


def earlier_of(ticket: Ticket, actor: Actor) -> tuple[list[Ticket], int]:
    """Other complaints of this customer: the newest the actor sees, and how many more are in other teams.

    Sealed ones the actor is not named on are neither shown nor counted.
    """
    if ticket.customer_id is None:
        return [], 0
    seen = Exists(access.visible_to(actor).filter(pk=OuterRef("pk")))
    others = Ticket.objects.filter(customer_id=ticket.customer_id).exclude(pk=ticket.pk).annotate(seen=seen)
    rows = others.filter(Q(sealed_at__isnull=True) | Q(seen=True)).order_by("-id")
    kept = rows.only("number", "subject", "state", "received_at", "ended_at")
    found: list[Any] = list(kept[:MOST_EARLIER])
    visible = [row for row in found if row.seen]
    return visible[:EARLIER_SHOWN], len(found) - len(visible)


def history_of(ticket: Ticket, *, before: int | None = None) -> tuple[list[Event], int | None, dict[int, str]]:
    """The newest lines of the record book, where the next page begins, and the names of the people in them."""
    lines = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("-seq")
    if before is not None:
        lines = lines.filter(seq__lt=before)
    found = list(lines[: HISTORY_PAGE + 1])
    page = found[:HISTORY_PAGE]
    people = {event.actor_id for event in page if event.actor_kind == "agent"}
    people |= {event.payload[key] for event in page for key in ("from", "to", "person") if _is_person(event, key)}
    names = names_of(people - {None})
    return page, page[-1].seq if len(found) > HISTORY_PAGE else None, names


def names_of(people: Iterable[Any]) -> dict[int, str]:
    """The names behind some people's numbers, as far as they are known."""
    known = {int(pk) for pk in people if str(pk).isdigit()}
    return dict(Agent.objects.filter(pk__in=known).values_list("pk", "name"))


PEOPLE_IN = frozenset({"ticket.assign", "ticket.take", "escalation.open", "approval.waive", "ticket.seal"})


def _is_person(event: Event, key: str) -> bool:
    return event.verb in PEOPLE_IN and isinstance(event.payload.get(key), int)


def whole(ticket: Ticket, *, actor: Actor) -> Case:
    """The case for paper: every message, however many."""
    case = load(ticket, actor=actor)
    files: dict[int | None, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(ticket=ticket):
        files[attachment.interaction_id].append(attachment)
    rows = Interaction.objects.filter(ticket=ticket).select_related("outgoing", "approval__addressed_to")
    messages = list(rows.order_by("happened_at", "id"))
    for message in messages:
        message.files = files[message.pk]  # type: ignore[attr-defined]
    case.talk = Talk(messages=messages, files=files[None], events=records_ended(case))
    return case


def records_ended(case: Case) -> list[StepRecord]:
    return [row for row in case.records if row.ended_at is not None]


def beside_the_talk(talk: Talk) -> Mapping[str, list[Any]]:
    """What a page of the conversation needs by itself: names of reasons, and patterns."""
    shown = [message.pk for message in talk.messages]
    return {
        "reason": list(Reason.objects.all()),
        "pattern": list(Pattern.objects.filter(interaction_id__in=shown)),
    }
