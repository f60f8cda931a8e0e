"""A complaint is received."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from complaints.actions import intake
from complaints.actions.intake import Source, receive
from complaints.domain.numbers import parse
from complaints.models import Category, Interaction, Ticket
from customers.actions import Described
from customers.models import Customer
from office import access, audit
from office.errors import Invalid, NotAllowed
from office.roles import REACH_TEAM, Actor, Role
from tests.access.snapshots import nothing_changes
from tests.conftest import LISTEN, NOW, WORDS

pytestmark = pytest.mark.django_db


def token(*scopes: str, **more: Any) -> Actor:
    return Actor(kind="token", id=None, role=Role.AGENT, scopes=frozenset(scopes), **more)


def test_a_complaint_stands_in_listen_with_the_customers_own_words(ticket: Any, told: Any, team: Any) -> None:
    ticket.refresh_from_db()
    assert (ticket.step, ticket.state, ticket.pass_number, ticket.version) == ("listen", "open", 1, 1)
    assert parse(ticket.spoken_number) == ticket.number
    assert ticket.team == team
    first = Interaction.objects.get(ticket=ticket)
    assert (first.kind, first.direction, first.author_kind, first.text) == ("words", "in", "customer", WORDS)
    assert told(ticket) == ["ticket.receive"]
    assert ticket.participants.filter(role="contributor").count() == 1
    audit.verify(("ticket", ticket.pk))


def test_the_clocks_count_from_receipt_and_not_from_typing(make_ticket: Any) -> None:
    ticket = make_ticket(channel="letter", received_at=NOW - timedelta(days=2))
    assert {clock.started_at for clock in ticket.clocks.all()} == {NOW - timedelta(days=2)}
    assert ticket.risk_at == min(ticket.clocks.values_list("due_at", flat=True))
    assert ticket.is_late(NOW)


@pytest.mark.parametrize(
    ("channel", "met"), [("phone", True), ("in_person", True), ("email", False), ("letter", False)]
)
def test_somebody_who_listens_has_acknowledged(*, make_ticket: Any, channel: str, met: bool) -> None:
    assert (make_ticket(channel=channel).clocks.get(target="acknowledge").met_at is not None) is met


def test_what_is_known_already_is_evidence(make_ticket: Any) -> None:
    ticket = make_ticket(facts=LISTEN)
    assert (ticket.severity, ticket.harm) == (2, ["money", "time"])
    assert ticket.step_records.get().evidence == {"feeling_start": 4}


@pytest.mark.parametrize(
    "words",
    [
        {"customer": None},
        {"described": Described(name="Li"), "anonymous_reason": "left_none"},
        {"customer": None, "anonymous_reason": " \x00 "},
    ],
)
def test_there_is_a_customer_or_a_reason_why_there_is_none(agent: Any, customer: Any, words: dict[str, Any]) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        receive(None, actor=access.actor_of(agent), now=NOW, words=WORDS, channel="phone", **words)
    assert set(refusal.value.fields) == {"customer"}


def test_two_ways_to_name_the_customer_are_one_too_many(agent: Any, customer: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        receive(
            None,
            actor=access.actor_of(agent),
            now=NOW,
            words=WORDS,
            channel="phone",
            customer=customer,
            described=Described(name="Li"),
        )


def test_every_faulty_field_is_named_at_once(agent: Any, customer: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        receive(
            None,
            actor=access.actor_of(agent),
            now=NOW,
            words=" \x00 ",
            channel="pigeon",
            language="tlh",
            kind="riot",
            customer=customer,
            received_at=NOW + timedelta(seconds=1),
            facts={"severity": 9, "state": "closed", "harm": "money"},
        )
    assert {name: [fault.code for fault in faults] for name, faults in refusal.value.fields.items()} == {
        "description": ["required"],
        "channel": ["unknown-channel"],
        "language": ["unknown-language"],
        "kind": ["unknown-choice"],
        "received_at": ["future"],
        "severity": ["unknown-choice"],
        "harm": ["not-a-list"],
        "state": ["unknown-field"],
    }


def test_words_as_long_as_a_book_are_refused_and_a_long_letter_is_not(make_ticket: Any) -> None:
    assert make_ticket(words="信" * intake.LONGEST_WORDS)
    with pytest.raises(Invalid):
        make_ticket(words="信" * (intake.LONGEST_WORDS + 1))


def test_a_refused_complaint_leaves_no_customer_behind(agent: Any) -> None:
    described = Described(name="Li Na", email="nowhere")
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        receive(None, actor=access.actor_of(agent), now=NOW, words=WORDS, channel="phone", described=described)
    assert set(refusal.value.fields) == {"email"}


def test_a_described_customer_is_made_in_the_same_transaction(make_ticket: Any) -> None:
    ticket = make_ticket(described=Described(name="Li Na", email="li@example.org"))
    assert Customer.objects.get(name="Li Na") == ticket.customer


def test_a_client_without_the_scope_receives_nothing(office: Any) -> None:
    for actor in (token(), token("tickets:read"), token("customers:write", "playbooks:write")):
        with nothing_changes(), pytest.raises(NotAllowed):
            receive(None, actor=actor, now=NOW, words=WORDS, channel="api", anonymous_reason="left_none")


def test_a_client_of_one_team_cannot_place_a_complaint_elsewhere(team: Any, other_team: Any) -> None:
    actor = token("tickets:write", reach=REACH_TEAM, team_ids=frozenset([team.pk]))
    ticket = receive(
        None, actor=actor, now=NOW, words=WORDS, channel="api", anonymous_reason="left_none", team=other_team
    )
    assert ticket.team == team


def test_a_category_sends_a_complaint_to_its_team(make_ticket: Any, other_team: Any) -> None:
    category = Category.objects.filter(parent__isnull=False)[0]
    parent = category.parent
    assert parent is not None
    parent.team = other_team
    parent.save()
    assert make_ticket(category=category).team == other_team


def test_an_imported_row_comes_in_once(make_ticket: Any) -> None:
    make_ticket(source=Source("import", "old desk", "row 7"))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_ticket(source=Source("import", "old desk", "row 7"))
    assert Ticket.objects.filter(source_ref="row 7").count() == 1


def test_two_complaints_in_the_same_words_are_two(make_ticket: Any) -> None:
    """Nothing is merged by itself: a customer may well complain of the same thing again."""
    assert make_ticket().number != make_ticket().number


@pytest.mark.parametrize(
    ("title", "words", "subject"),
    [
        ("  Late\n refund ", WORDS, "Late refund"),
        ("", "Late refund\nand more", "Late refund"),
        ("", "x" * 300, "x" * 80 + "…"),
        ("t" * 300, WORDS, "t" * 200),
    ],
)
def test_a_case_is_called_by_its_title_or_its_first_line(
    make_ticket: Any, title: str, words: str, subject: str
) -> None:
    assert make_ticket(title=title, words=words).subject == subject
