"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from complaints.models import Clock, Escalation, FollowUp, Interaction, Redress, StepRecord, Ticket, TicketLink
from office.models import Approval, Event, Membership
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

Write = Callable[[Ticket], object]


def put(**columns: Any) -> Write:
    return lambda ticket: Ticket.objects.filter(pk=ticket.pk).update(**columns)


def add(model: type[models.Model], **columns: Any) -> Write:
    return lambda ticket: model._base_manager.create(ticket=ticket, **columns)


MONEY: dict[str, Any] = {"pass_number": 1, "kind": "refund", "basis": "due", "state": "agreed", "offered_at": NOW}
ASKED: dict[str, Any] = {
    "pass_number": 1,
    "trigger": "by_hand",
    "reason": "?",
    "opened_at": NOW,
    "acknowledge_by": NOW,
}
OWED: dict[str, Any] = {"kind": "promise", "due_at": NOW, "original_due_at": NOW, "made_at": NOW}
VISIT: dict[str, Any] = {"pass_number": 1, "step": "listen", "visit": 2, "started_at": NOW}
SAID: dict[str, Any] = {"direction": "in", "happened_at": NOW, "entered_at": NOW, "author_kind": "agent", "text": "x"}

WRITES: dict[str, Write] = {
    "ticket_number_is_nine_digits": put(number="012345678"),
    "ticket_step_is_known": put(step="argue"),
    "ticket_state_is_known": put(state="frozen"),
    "ticket_channel_is_known": put(channel="pigeon"),
    "ticket_kind_is_known": put(kind="riot"),
    "ticket_severity_is_1_to_4": put(severity=5),
    "ticket_conduct_level_is_0_to_4": put(conduct_level=5),
    "ticket_escalation_line_is_0_to_4": put(escalation_line=5),
    "ticket_pass_starts_at_1": put(pass_number=0),
    "ticket_is_received_before_entered": put(received_at=NOW + timedelta(days=1)),
    "ticket_has_a_customer_or_says_why_not": put(customer=None),
    "ticket_end_has_a_reason_and_a_time": put(state="closed"),
    "ticket_waits_for_a_reason": put(waiting_since=NOW),
    "ticket_is_not_linked_to_itself": lambda t: TicketLink.objects.create(
        source=t, target=t, kind="related", made_at=NOW
    ),
    "ticket_is_in_one_step": add(StepRecord, **VISIT),
    "step_visit_is_recorded_once": add(StepRecord, **{**VISIT, "visit": 1, "state": "left", "ended_at": NOW}),
    "step_end_has_a_time": add(StepRecord, **VISIT, state="completed"),
    "step_skip_has_a_reason": add(StepRecord, **VISIT, state="skipped", ended_at=NOW),
    "step_ends_after_it_starts": add(StepRecord, **VISIT, state="left", ended_at=NOW - timedelta(1)),
    "clock_runs_once_per_cycle": lambda t: Clock.objects.create(
        ticket=t, target="resolve", pass_number=1, preset_version=1, hours=1, started_at=NOW, due_at=NOW,
        original_due_at=NOW,
    ),
    "clock_knows_the_version_of_its_calendar": lambda t: t.clocks.update(calendar_version=1),
    "clock_is_due_after_it_starts": lambda t: t.clocks.update(due_at=NOW - timedelta(days=400)),
    "redress_amount_is_positive": add(Redress, **MONEY, amount=0, currency="GBP"),
    "redress_amount_has_a_currency": add(Redress, **MONEY, amount=5),
    "escalation_level_is_1_to_4": add(Escalation, **ASKED, level=5),
    "follow_up_says_what": add(FollowUp, **OWED, text=""),
    "follow_up_end_has_an_outcome": add(FollowUp, **OWED, text="Ring", done_at=NOW),
    "feeling_start_is_1_to_5": add(Interaction, **SAID, kind="words", visibility="customer", feeling_start=6),
    "feeling_end_is_1_to_5": add(Interaction, **SAID, kind="words", visibility="customer", feeling_end=0),
    "note_is_never_seen_by_the_customer": add(Interaction, **SAID, kind="note", visibility="customer"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_the_database_refuses_what_cannot_be(ticket: Any, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WRITES[name](ticket)


def twice(make: Callable[[], object]) -> None:
    make()
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_level_is_open_once(ticket: Any) -> None:
    twice(lambda: Escalation.objects.create(ticket=ticket, level=1, **ASKED))


def test_a_ticket_duplicates_one_other(ticket: Any, make_ticket: Any) -> None:
    targets = iter((make_ticket(), make_ticket()))
    twice(lambda: TicketLink.objects.create(source=ticket, target=next(targets), kind="duplicate", made_at=NOW))


def test_an_approval_is_asked_once_at_a_time(office: Any) -> None:
    twice(lambda: Approval.objects.create(subject_kind="redress", subject_id=1, kind="redress", asked_at=NOW))


def test_somebody_is_in_a_team_once(agent: Any, team: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(agent=agent, team=team)


@pytest.mark.parametrize("statement", ["UPDATE office_event SET verb = 'x'", "DELETE FROM office_event"])
def test_the_record_book_is_append_only_for_everybody(ticket: Any, statement: str) -> None:
    before = Event.objects.count()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(verb="x")
    assert Event.objects.count() == before > 0
