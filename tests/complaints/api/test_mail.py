"""Mailing over REST: the same as on the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import mailing
from complaints.models import Interaction, Ticket
from customers.actions import Described
from office import outbox
from office.models import Outgoing
from tests.complaints.api.conftest import Desk, complaint
from tests.conftest import NOW


@pytest.fixture
def case(make_ticket: Any, agent: Any) -> Ticket:
    ticket = make_ticket(owner=agent, described=Described(name="Wang Fang", email="wang@example.org"))
    Interaction.objects.filter(author_kind="system").delete()
    Outgoing.objects.all().delete()
    return ticket


def test_a_reply_is_mailed_and_taken_back(desk: Desk, case: Ticket) -> None:
    path = f"tickets/{case.number}/interactions"
    answer = desk.post(path, {"kind": "reply", "text": "We looked into it.", "send": True})
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["delivery"], shown["channel"], shown["author_kind"]) == ("queued", "email", "token")
    assert shown["goes_at"] is not None
    back = desk.post(f"{path}/{shown['id']}/unsend")
    assert (back.status_code, back.json()["delivery"], back.json()["goes_at"]) == (200, "cancelled", None)
    assert desk.post(f"{path}/{shown['id']}/unsend").status_code == 200, "twice is once"
    assert desk.post(f"{path}/{shown['id']}/resend").status_code == 409


def test_a_mail_waits_until_its_hour(desk: Desk, case: Ticket) -> None:
    at = NOW + timedelta(days=1)
    body = {"kind": "reply", "text": "Good morning.", "send": True, "not_before": at.isoformat()}
    answer = desk.post(f"tickets/{case.number}/interactions", body)
    assert answer.status_code == 201
    assert Outgoing.objects.get().not_before == at


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "note", "send": True}, "kind"),
        ({"kind": "reply", "send": True, "channel": "phone"}, "channel"),
        ({"kind": "reply", "send": True, "duration_s": 5}, "duration_s"),
        ({"kind": "reply", "send": True, "not_before": "2020-01-01T10:00:00Z"}, "not_before"),
        ({"kind": "reply", "send": True, "text": " "}, "text"),
        ({"kind": "reply", "send": "perhaps"}, "send"),
    ],
)
def test_what_cannot_be_mailed_is_said(desk: Desk, case: Ticket, body: dict[str, Any], field: str) -> None:
    answer = desk.post(f"tickets/{case.number}/interactions", {"text": "We looked into it.", **body})
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Outgoing.objects.exists()


def test_without_an_address_it_is_a_conflict_with_a_code(desk: Desk, ticket: Ticket) -> None:
    answer = desk.post(f"tickets/{ticket.number}/interactions", {"kind": "reply", "text": "Hello there.", "send": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-address")


def test_a_key_repeated_owes_one_mail(desk: Desk, case: Ticket) -> None:
    body = {"kind": "reply", "text": "We looked into it.", "send": True}
    for _time in range(2):
        assert desk.post(f"tickets/{case.number}/interactions", body, Idempotency_Key="k-1").status_code == 201
    assert Outgoing.objects.count() == 1


def test_what_was_not_delivered_is_sent_again(desk: Desk, case: Ticket, actor_for: Any, agent: Any) -> None:
    message = mailing.send(case, actor=actor_for(agent), now=NOW, text="We looked into it.")
    (row,) = outbox.claim(now=NOW + timedelta(minutes=1))
    mailing.settle([row], outbox.NotSent("refused-address", "550 no", for_good=True), NOW)
    path = f"tickets/{case.number}/interactions/{message.pk}"
    assert desk.post(f"{path}/unsend").status_code == 409
    again = desk.post(f"{path}/resend")
    assert (again.status_code, again.json()["delivery"]) == (200, "queued")


def test_a_complaint_over_rest_is_acknowledged_once(desk: Desk) -> None:
    body = complaint(customer={"name": "Li Na", "email": "li@example.org"})
    for _time in range(2):
        assert desk.post("tickets", body, Idempotency_Key="k-2").status_code == 201
    assert list(Outgoing.objects.values_list("kind", flat=True)) == ["acknowledgement"]
