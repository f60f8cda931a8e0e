"""What a customer's page shows of their case, in a fixed number of queries: only what is meant for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from complaints import access
from complaints.domain.workflow import STEPS, State, Step
from complaints.models import (
    Attachment,
    Category,
    Clock,
    Escalation,
    Finding,
    FollowUp,
    Interaction,
    Issue,
    PreventiveAction,
    Redress,
    StepRecord,
    Survey,
    Ticket,
)
from complaints.queries import bundle
from complaints.queries.why import FOR_CUSTOMERS
from office.prepared import Marks, prepared

NEWEST = 50
"""How many messages stand on the page; older ones come with ``all``."""


@dataclass
class TheirCase:
    """One ticket as its customer sees it."""

    ticket: Ticket
    rows: Mapping[str, list[Any]]
    messages: list[Interaction] = field(default_factory=list)
    has_earlier: bool = False

    @cached_property
    def records(self) -> dict[str, StepRecord]:
        """The last visit to each step in the present pass."""
        here = self.ticket.pass_number
        return {row.step: row for row in self.rows["step"] if row.pass_number == here}

    @property
    def said_back(self) -> StepRecord | None:
        """The open visit to Empathise, when something was said back there."""
        row = self.records.get(Step.EMPATHISE.value)
        is_open = row is not None and row.state == StepRecord.OPEN and self.ticket.state == State.OPEN.value
        return row if row is not None and is_open and row.evidence.get("restatement") else None

    @cached_property
    def answered_pass(self) -> int:
        """The last pass whose answer was given; 0 before there is one."""
        done = [row for row in self.rows["step"] if row.step == STEPS[-1].value and row.state == StepRecord.COMPLETED]
        return max((row.pass_number for row in done), default=0)

    @property
    def answered_on(self) -> Any:
        ends = [
            row.ended_at
            for row in self.rows["step"]
            if row.pass_number == self.answered_pass and row.step == STEPS[-1].value
        ]
        return ends[-1] if ends else None

    @cached_property
    def findings(self) -> list[tuple[Issue, Finding]]:
        """Issues in their order, each with what was found in the pass that was answered last."""
        found = {row.issue_id: row for row in self.rows["finding"] if row.pass_number == self.answered_pass}
        issues = sorted(self.rows["issue"], key=lambda issue: issue.number)
        return [(issue, found[issue.pk]) for issue in issues if issue.pk in found]

    @property
    def redress(self) -> list[Redress]:
        return [row for row in self.rows["redress"] if row.state in ("agreed", "done") and self.answered_pass]

    @property
    def changed(self) -> str:
        """What we changed for the next customer, once the answer was given."""
        rows = [row for row in self.rows["prevention"] if row.pass_number == self.answered_pass and row.what]
        return str(rows[-1].what) if rows else ""

    @property
    def promises(self) -> list[FollowUp]:
        """What was promised to the customer: open ones first by date, then the others, latest first."""
        rows = [row for row in self.rows["follow_up"] if row.outcome != "dropped"]
        pending = sorted((row for row in rows if row.done_at is None), key=lambda row: (row.due_at, row.pk))
        ended = sorted((row for row in rows if row.done_at is not None), key=lambda row: row.done_at, reverse=True)
        return pending + ended

    @property
    def next_clock(self) -> Clock | None:
        """The target a customer is told of that runs out first in the present pass."""
        here = self.ticket.pass_number
        running = [
            row
            for row in self.rows["clock"]
            if row.pass_number == here and row.paused_at is None and row.target in FOR_CUSTOMERS
        ]
        return min(running, key=lambda clock: (clock.due_at, clock.pk), default=None)

    @property
    def survey(self) -> Survey | None:
        rows = [row for row in self.rows["survey"] if row.pass_number == self.ticket.pass_number]
        return rows[0] if rows else None

    @property
    def is_reviewed(self) -> bool:
        """Somebody else was asked to look at it and has not answered yet."""
        return bool(self.rows["escalation"])


def load(ticket: Ticket, *, everything: bool = False) -> TheirCase:
    """The case behind a ticket that came through a customer's link; at most three queries more."""
    rows = bundle.fetch(prepared(_bundled, {"ticket": ticket.pk}))
    case = TheirCase(ticket=ticket, rows=rows)
    said = Interaction.objects.filter(ticket=ticket, visibility="customer").exclude(delivery__in=access.TAKEN_BACK)
    found = list(said.select_related("author").order_by("-happened_at", "-id")[: None if everything else NEWEST + 1])
    case.has_earlier = not everything and len(found) > NEWEST
    case.messages = found if everything else found[:NEWEST]
    files: dict[int | None, list[Attachment]] = defaultdict(list)
    for attachment in access.meant_for_customers(Attachment.objects.filter(ticket=ticket)):
        files[attachment.interaction_id].append(attachment)
    for message in case.messages:
        message.files = files[message.pk]  # type: ignore[attr-defined]
    return case


def _bundled(_shape: object, marks: Marks) -> Any:
    b, own, ticket = bundle.branch, {"ticket_id": marks["ticket"]}, marks["ticket"]
    running = Q(met_at__isnull=True, cancelled_at__isnull=True)
    return bundle.bundled(
        [
            b("step", StepRecord.objects.filter(**own)),
            b("clock", Clock.objects.filter(running, **own)),
            b("follow_up", FollowUp.objects.filter(promised=True, **own)),
            b("issue", Issue.objects.filter(**own)),
            b("finding", Finding.objects.filter(issue__ticket_id=ticket)),
            b("redress", Redress.objects.filter(**own)),
            b("prevention", PreventiveAction.objects.filter(**own)),
            b("survey", Survey.objects.filter(**own)),
            b("escalation", Escalation.objects.unanswered().filter(trigger="review", **own)),
        ]
    )


def categories() -> list[Category]:
    """What the public form lets choose from: live categories of both levels."""
    rows = Category.objects.filter(retired_at__isnull=True).filter(
        Q(parent__isnull=True) | Q(parent__retired_at__isnull=True)
    )
    return list(rows.select_related("parent", "team", "parent__team"))
