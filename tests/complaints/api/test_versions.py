"""Nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from complaints.models import Ticket
from customers.models import Customer
from office.models import Event
from tests.complaints.api.conftest import Desk


def test_a_change_must_name_the_version_it_changes(desk: Desk, ticket: Ticket, customer: Customer) -> None:
    for method, path in (
        ("PATCH", f"tickets/{ticket.number}"),
        ("PUT", f"tickets/{ticket.number}/steps/listen"),
        ("PUT", f"tickets/{ticket.number}/customer"),
        ("PATCH", f"customers/{customer.pk}"),
    ):
        answer = desk.send(method, path, {})
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required"), path
        assert "If-Match" in answer.json()["fields"]


def test_a_stale_version_is_412_with_the_present_one(desk: Desk, ticket: Ticket, customer: Customer) -> None:
    base = f"tickets/{ticket.number}"
    first = desk.patch(base, {"subject": "Refund late"}, If_Match='"1"')
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    for method, path, body in (
        ("PATCH", base, {"subject": "Other"}),
        ("PUT", f"{base}/steps/listen", {"happened": "Late"}),
        ("PUT", f"{base}/customer", {"customer": None, "anonymous_reason": "x"}),
        ("POST", f"{base}/steps/listen/complete", None),
        ("POST", f"{base}/assign", {"owner": None}),
    ):
        stale = desk.send(method, path, body, If_Match='"1"')
        assert (stale.status_code, stale.json()["code"]) == (412, "stale"), path
        assert stale.headers["ETag"] == '"2"'
    assert Ticket.objects.get(pk=ticket.pk).subject == "Refund late"
    desk.patch(f"customers/{customer.pk}", {"name": "Wang F."}, If_Match='"1"')
    stale = desk.patch(f"customers/{customer.pk}", {"name": "Other"}, If_Match='"1"')
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')


def test_what_hangs_on_a_ticket_can_name_its_version_too(desk: Desk, ticket: Ticket) -> None:
    base = f"tickets/{ticket.number}"
    desk.post(f"{base}/issues", {"text": "The refund is late"}, If_Match='"1"')
    desk.patch(base, {"subject": "Refund late"}, If_Match='"1"')
    for method, path, body in (
        ("POST", f"{base}/interactions", {"kind": "note", "text": "Rang twice"}),
        ("POST", f"{base}/issues", {"text": "Nobody rang"}),
        ("PUT", f"{base}/issues/1/finding", {"finding": "upheld"}),
        ("POST", f"{base}/escalations", {"reason": "What now?"}),
    ):
        stale = desk.send(method, path, body, If_Match='"1"')
        assert (stale.status_code, stale.json()["code"], stale.headers["ETag"]) == (412, "stale", '"2"'), path
        assert desk.send(method, path, body, If_Match="2").status_code == 400, path
        done = 409 if path.endswith("finding") else 201  # nobody decides an issue before Resolve
        assert desk.send(method, path, body, If_Match='"2"').status_code == done, path
    assert ticket.issues.count() == 2
    assert ticket.interactions.filter(kind="note").count() == 1


def test_a_refusal_of_a_matched_change_stays_on_record(desk: Desk, ticket: Ticket) -> None:
    refused = desk.post(
        f"tickets/{ticket.number}/interactions",
        {"kind": "outcome", "text": "We paid the refund this morning.", "channel": "phone"},
        If_Match='"1"',
        Idempotency_Key="outcome-1",
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-step")
    assert Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, verb="refused").count() == 1


@pytest.mark.parametrize(
    ("typed", "status"),
    [('"1"', 200), ("*", 200), ('"9", "1"', 200), ('W/"1"', 412), ('"x"', 412), ("1", 400), ('"1', 400), ("soon", 400)],
)
def test_if_match_is_read_as_it_is_written(desk: Desk, ticket: Ticket, typed: str, status: int) -> None:
    answer = desk.patch(f"tickets/{ticket.number}", {"subject": "Late"}, If_Match=typed)
    assert answer.status_code == status, answer.content


def test_evidence_of_another_step_is_409(desk: Desk, ticket: Ticket) -> None:
    answer = desk.put(f"tickets/{ticket.number}/steps/resolve", {"remedy": "Paid"}, If_Match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-step")
    answer = desk.post(f"tickets/{ticket.number}/steps/resolve/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-step")


def test_the_same_evidence_twice_changes_nothing(desk: Desk, ticket: Ticket) -> None:
    path = f"tickets/{ticket.number}/steps/listen"
    first = desk.put(path, {"severity": 3, "harm": ["time"]}, If_Match='"1"')
    again = desk.put(path, {"severity": 3, "harm": ["time"]}, If_Match=first.headers["ETag"])
    assert first.headers["ETag"] == again.headers["ETag"] == '"2"'
    cleared = desk.put(path, {"severity": None}, If_Match='"2"')
    assert cleared.json()["evidence"]["severity"] is None
    assert cleared.json()["evidence"]["harm"] == ["time"]


def test_an_ended_ticket_takes_no_evidence(desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket]) -> None:
    row = walk_to(ticket, "answered")
    answer = desk.put(f"tickets/{row.number}/steps/resolve", {"remedy": "More"}, If_Match=f'"{row.version}"')
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert desk.get(f"tickets/{row.number}/blockers").json()["blockers"] == []
