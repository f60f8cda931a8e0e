"""The customer's link comes with the answer that a ticket was received, made anew each time and stored with none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from complaints.actions import customer_links
from complaints.models import Ticket
from office.models import IdempotentAnswer
from office.roles import SYSTEM
from tests.complaints.api.conftest import Desk, complaint, seal
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def opens(address: str) -> bool:
    return bool(Client().get("/c/" + address.split("/c/")[1]).status_code == 303)


def received(desk: Desk, **changes: Any) -> Any:
    answer = desk.post("tickets", complaint(**changes), Idempotency_Key="k-1")
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_client_is_given_the_link_and_the_stored_answer_is_not(desk: Desk, settings: Any) -> None:
    settings.PUBLIC_URL = "https://complaints.example"
    address = received(desk)["customer_link"]
    assert address.startswith("https://complaints.example/c/")
    assert opens(address)
    stored = IdempotentAnswer.objects.get()
    assert "customer_link" not in stored.body
    assert address.split("/c/")[1].strip("/") not in str(IdempotentAnswer.objects.values())


def test_asked_again_it_renders_the_link_that_opens_now(desk: Desk) -> None:
    first = received(desk)
    customer_links.rotate(Ticket.objects.get(), actor=SYSTEM, now=NOW)
    again = received(desk)
    assert again["number"] == first["number"]
    assert again["customer_link"] != first["customer_link"]
    assert (opens(first["customer_link"]), opens(again["customer_link"])) == (False, True)


def test_without_a_customer_there_is_no_link(desk: Desk) -> None:
    assert received(desk, customer=None, anonymous_reason="wants_none")["customer_link"] is None


def test_once_it_is_sealed_asking_again_opens_nothing(desk: Desk) -> None:
    received(desk)
    seal(Ticket.objects.get())
    assert received(desk)["customer_link"] is None


def test_no_other_answer_holds_it(desk: Desk) -> None:
    number = received(desk)["number"]
    assert "customer_link" not in desk.get(f"tickets/{number}").json()
    assert "customer_link" not in desk.get("tickets").json()["results"][0]
