"""Lists: what breaks first, page by page, and only what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions import assignment, conversation, ends, steps
from complaints.models import Category, Ticket
from customers.actions import Described
from customers.models import Customer
from office import access
from office.models import Agent
from tests.complaints.api.conftest import Desk, complaint
from tests.conftest import NOW


def numbers(desk: Desk, query: str) -> list[str]:
    answer = desk.get(f"tickets{query}")
    assert answer.status_code == 200, answer.content
    return [each["number"] for each in answer.json()["results"]]


def walk_pages(desk: Desk, query: str) -> list[str]:
    """Every number, following `next`."""
    found: list[str] = []
    address: str | None = f"/api/v1/tickets{query}"
    while address:
        answer = desk.get(address.removeprefix("http://testserver")).json()
        found += [each["number"] for each in answer["results"]]
        address = answer["next"]
    return found


def test_pages_hold_every_ticket_once_in_order(desk: Desk, make_ticket: Callable[..., Ticket]) -> None:
    made = [make_ticket(received_at=NOW - timedelta(hours=number % 3)) for number in range(11)]
    by_risk = [row.number for row in Ticket.objects.order_by("risk_at", "id")]
    assert walk_pages(desk, "?page_size=4") == by_risk
    assert walk_pages(desk, "?page_size=4&order=-id") == [row.number for row in reversed(made)]


def test_a_ticket_that_comes_in_between_shifts_no_page(desk: Desk, make_ticket: Callable[..., Ticket]) -> None:
    rows = [make_ticket() for _ in range(4)]
    first = desk.get("tickets?page_size=2&order=-id").json()
    make_ticket()
    second = desk.get(f"tickets?page_size=2&order=-id&cursor={first['next_cursor']}").json()
    shown = [each["number"] for each in first["results"] + second["results"]]
    assert shown == [row.number for row in reversed(rows)]


def test_filters_narrow_the_list(
    desk: Desk, make_ticket: Callable[..., Ticket], agent: Agent, customer: Customer, walk_to: Callable[..., Ticket]
) -> None:
    late = Category.objects.get(code="late")
    owned = make_ticket(owner=agent, category=late, facts={"severity": 4})
    walked = walk_to(make_ticket(channel="email"), "empathise")
    other = make_ticket(kind="advice", described=Described(name="Li Na"))
    closed = ends.settle(make_ticket(kind="order"), actor=access.actor_of(agent), now=NOW, reason="answered")
    everything = {owned.number, walked.number, other.number}
    for query, wanted in {
        "": everything,
        "?state=any": everything | {closed.number},
        "?state=closed": {closed.number},
        "?state=open,closed&kind=order,advice": {closed.number, other.number},
        f"?number={closed.spoken_number}": {closed.number},
        "?step=empathise": {walked.number},
        "?step=listen,empathise": everything,
        "?team=refunds": everything,
        "?team=none": set(),
        "?owner=mei": {owned.number},
        "?owner=none": everything - {owned.number},
        "?severity=4": {owned.number},
        "?channel=email": {walked.number},
        "?category=delivery": {owned.number},
        "?category=delivery/late": {owned.number},
        "?category=delivery/damaged": set(),
        f"?customer={customer.pk}": everything - {other.number} | {closed.number},
        "?updated_since=2026-11-24T10:42:01Z": set(),
        "?updated_since=2026-11-24T18:42:00%2B08:00": everything | {closed.number},
        "?external_ref=none-such": set(),
    }.items():
        assert set(numbers(desk, query)) == wanted, query


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("colour=red", "colour", "unknown-filter"),
        ("state=lost", "state", "bad-value"),
        ("state=open&state=closed", "state", "bad-value"),
        ("step=", "step", "bad-value"),
        ("team=moon", "team", "bad-value"),
        ("owner=nobody", "owner", "bad-value"),
        ("owner=%00", "owner", "bad-value"),
        ("severity=9", "severity", "bad-value"),
        ("category=x/y/z", "category", "bad-value"),
        ("customer=abc", "customer", "bad-value"),
        ("customer=99999999999999999999", "customer", "bad-value"),
        ("updated_since=2026-11-24", "updated_since", "bad-value"),
        ("number=123", "number", "bad-value"),
        ("order=name", "order", "bad-value"),
        ("page_size=0", "page_size", "bad-value"),
        ("page_size=201", "page_size", "bad-value"),
        ("page_size=ten", "page_size", "bad-value"),
        ("cursor=", "cursor", "bad-cursor"),
        ("cursor=nonsense", "cursor", "bad-cursor"),
        ("cursor=WyJyaXNrIiwieCIsMV0", "cursor", "bad-cursor"),
        ("cursor=WyItaWQiLDFd", "cursor", "bad-cursor"),
        ("cursor=W1tbW1tb", "cursor", "bad-cursor"),
    ],
)
def test_nonsense_is_400_with_the_parameter(desk: Desk, query: str, field: str, code: str) -> None:
    answer = desk.get(f"tickets?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert field in answer.json()["fields"]


@pytest.mark.one_engine
def test_a_list_costs_the_same_for_one_ticket_and_for_fifty(
    desk: Desk, make_ticket: Callable[..., Ticket], agent: Agent
) -> None:
    late = Category.objects.get(code="late")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        return len(queries)

    first = make_ticket(owner=agent, category=late)
    desk.get("tickets")  # the token notes its use once a minute
    one = {path: cost(path) for path in ("tickets?page_size=200", "customers?page_size=200")}
    for number in range(49):
        make_ticket(
            owner=agent, category=late, described=Described(name=f"Li {number}", phone=f"+44 7700 90{number:04}")
        )
    assert {path: cost(path) for path in one} == one
    assert one == {"tickets?page_size=200": 3, "customers?page_size=200": 4}
    assert cost(f"tickets/{first.number}") == 3


@pytest.mark.one_engine
def test_the_parts_of_a_ticket_cost_the_same_for_one_and_for_many(desk: Desk, ticket: Ticket) -> None:
    bodies = {
        "interactions": {"kind": "note", "text": "Rang the warehouse."},
        "issues": {"text": "The refund is late"},
        "follow-ups": {"kind": "update", "text": "Ring her", "due_at": "2026-11-25T10:00:00Z", "owner": "mei"},
    }
    for path, body in bodies.items():
        address = f"tickets/{ticket.number}/{path}"
        desk.post(address, body)
        with CaptureQueriesContext(connection) as one:
            desk.get(address)
        for _ in range(20):
            assert desk.post(address, body).status_code == 201
        with CaptureQueriesContext(connection) as many:
            shown = desk.get(f"{address}?page_size=10").json()
        assert len(one) == len(many), path
        rest = desk.get(shown["next"].removeprefix("http://testserver")).json()
        assert (len(shown["results"]), len(rest["results"])) == (10, 10)


def test_what_is_sealed_or_foreign_is_in_no_list(
    make_desk: Callable[..., Desk], make_ticket: Callable[..., Ticket], stranger: Agent
) -> None:
    make_ticket(by=stranger)
    own = make_desk(reach="own")
    assert numbers(own, "?state=any") == []
    made = own.post("tickets", complaint()).json()["number"]
    assert numbers(own, "?state=any") == [made]


def test_a_ticket_that_left_the_desk_is_found_by_its_change(
    desk: Desk, ticket: Ticket, agent: Agent, walk_to: Callable[..., Ticket]
) -> None:
    walk_to(ticket, "answered", now=NOW + timedelta(minutes=1))
    assert numbers(desk, "") == []
    assert numbers(desk, "?updated_since=2026-11-24T10:42:30Z") == [ticket.number]


def test_whoever_asks_what_happened_since_hears_of_what_hangs_on_a_ticket(
    desk: Desk, ticket: Ticket, agent: Agent
) -> None:
    since, later = "?updated_since=2026-11-24T10:43:00Z", NOW + timedelta(minutes=2)
    assert numbers(desk, since) == []
    before = desk.get(f"tickets/{ticket.number}").json()
    actor = access.actor_of(agent)
    conversation.add_interaction(ticket, actor=actor, now=later, kind="note", text="The bank has not got it either.")
    assert numbers(desk, since) == [ticket.number]
    after = desk.get(f"tickets/{ticket.number}").json()
    assert (before["updated_at"], after["updated_at"]) == ("2026-11-24T10:42:00Z", "2026-11-24T10:44:00Z")
    assert before["version"] == after["version"]


def test_a_ticket_of_the_release_before_is_told_rather_than_missed(desk: Desk, ticket: Ticket) -> None:
    Ticket.objects.update(touched_at=None)
    assert numbers(desk, "?updated_since=2026-11-24T11:00:00Z") == [ticket.number]
    assert desk.get(f"tickets/{ticket.number}").json()["updated_at"] == "2026-11-24T10:42:00Z"


def test_skips_and_visits_are_seen_in_the_record_book(desk: Desk, ticket: Ticket, supervisor: Agent) -> None:
    actor = access.actor_of(supervisor)
    assignment.assign(ticket, actor=actor, now=NOW, owner=supervisor)
    steps.skip_step(ticket, actor=actor, now=NOW, reason="settled_at_once")
    events = desk.get(f"tickets/{ticket.number}/events").json()["results"]
    assert [each["verb"] for each in events][:1] == ["ticket.receive"]
    assert {"ticket.assign", "step.skip"} <= {each["verb"] for each in events}
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
