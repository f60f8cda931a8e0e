"""Mistakes are corrected."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.actions.corrections import CORRECTABLE, change_customer, convert, correct
from complaints.models import Category, Ticket
from customers.actions import Described, create_customer
from office.errors import Conflict, Invalid, Stale
from office.models import Event
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_correction_is_kept_and_noted_by_field(ticket: Any, act: Any, told: Any) -> None:
    category = Category.objects.filter(parent__isnull=False)[0]
    act(correct, ticket, changes={"subject": " Late  refund ", "category": category, "language": "zh-Hans"})
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.category, ticket.language, ticket.version) == ("Late refund", category, "zh-Hans", 2)
    assert told(ticket)[-1] == "ticket.correct"
    payload = Event.objects.order_by("-id")[0].payload
    assert payload["fields"] == ["category", "language", "subject"]
    assert "refund" not in str(payload)


def test_the_same_correction_twice_changes_nothing(ticket: Any, act: Any) -> None:
    act(correct, ticket, changes={"subject": "Late refund"})
    with nothing_changes():
        act(correct, ticket, changes={"subject": "Late refund"})


@pytest.mark.one_engine
@pytest.mark.parametrize("name", sorted({f.name for f in Ticket._meta.get_fields()} - set(CORRECTABLE)))
def test_no_other_column_can_be_set_through_a_correction(ticket: Any, act: Any, name: str) -> None:
    """Mass assignment, over every field of the model: state, step, owner, risk, version, number, seal …"""
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(correct, ticket, changes={name: "1"})
    assert [fault.code for fault in refusal.value.fields[name]] == ["unknown-field"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("subject", " ", "required"),
        ("subject", "x" * 201, "too-long"),
        ("jurisdiction", "x" * 13, "too-long"),
        ("joint", "yes", "unknown-choice"),
        ("safety", 1, "unknown-choice"),
        ("language", "tlh", "unknown-language"),
        ("category", 3, "unknown-choice"),
    ],
)
def test_a_correction_that_cannot_be_is_named(ticket: Any, act: Any, name: str, value: object, code: str) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(correct, ticket, changes={name: value, "subject" if name != "subject" else "joint": "x" * 300})
    assert [fault.code for fault in refusal.value.fields[name]] == [code]


def test_an_old_page_corrects_nothing(ticket: Any, act: Any) -> None:
    act(correct, ticket, changes={"subject": "Late refund"}, version=1)
    with nothing_changes(), pytest.raises(Stale):
        act(correct, ticket, changes={"subject": "Early refund"}, version=1)


def test_a_case_given_to_its_real_customer_is_told_in_both_their_books(
    ticket: Any, act: Any, customer: Any, told: Any
) -> None:
    right = create_customer(None, actor=SYSTEM, now=NOW, described=Described(name="Wang Fei"), region="GB")
    act(change_customer, ticket, customer=right)
    ticket.refresh_from_db()
    assert ticket.customer == right
    assert told(ticket)[-1] == "ticket.change_customer"
    assert told(customer)[-1] == told(right)[-1] == "customer.ticket"
    with nothing_changes():
        act(change_customer, ticket, customer=right)


def test_a_case_without_a_customer_says_why(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(change_customer, ticket, customer=None)
    act(change_customer, ticket, customer=None, anonymous_reason="wants_none")
    ticket.refresh_from_db()
    assert (ticket.customer, ticket.anonymous_reason) == (None, "wants_none")


def test_a_question_is_converted_with_a_reason_and_once(ticket: Any, act: Any, told: Any) -> None:
    act(convert, ticket, kind="advice", reason="question", note="Asked only for the opening hours")
    ticket.refresh_from_db()
    assert ticket.kind == "advice"
    assert told(ticket)[-1] == "ticket.convert"
    assert "opening" not in str(Event.objects.order_by("-id")[0].payload)
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(convert, ticket, kind="advice", reason="question")
    assert refusal.value.code == "same-kind"


@pytest.mark.parametrize(("kind", "reason"), [("riot", "question"), ("advice", ""), ("advice", "settled_at_once")])
def test_a_conversion_needs_a_known_kind_and_a_reason_of_its_list(
    ticket: Any, act: Any, kind: str, reason: str
) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(convert, ticket, kind=kind, reason=reason)
