"""One field for everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import sealing
from complaints.models import Ticket
from customers.actions import Described, create_customer
from customers.models import Customer
from office.models import Agent
from office.roles import SYSTEM, Actor
from tests.conftest import LISTEN, NOW


@pytest.fixture
def look(agent: Agent, client_of: Callable[[Agent], Client]) -> Callable[[str], str]:
    client = client_of(agent)

    def find(typed: str) -> str:
        answer = client.get("/find/", {"q": typed})
        assert answer.status_code == 200
        return answer.content.decode()

    return find


@pytest.mark.parametrize("spelt", ["{n}", "{a}-{b}-{c}", " {a} {b} {c} ", "#{n}", "{a}－{b}－{c}"])
def test_a_number_however_spelt_leads_to_its_case(
    spelt: str, ticket: Ticket, agent: Agent, client_of: Callable[[Agent], Client]
) -> None:
    n = ticket.number
    answer = client_of(agent).get("/find/", {"q": spelt.format(n=n, a=n[:4], b=n[4:8], c=n[8])})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/cases/{n}/"


def test_a_number_that_is_not_mine_to_see_leads_nowhere(
    ticket: Ticket, stranger: Agent, client_of: Callable[[Agent], Client]
) -> None:
    answer = client_of(stranger).get("/find/", {"q": ticket.number})
    assert answer.status_code == 200
    assert "Nothing with this number that you may see" in answer.content.decode()


def test_a_sealed_number_leads_nowhere(
    ticket: Ticket, agent: Agent, colleague: Agent, supervisor: Agent, *,
    client_of: Callable[[Agent], Client], actor_for: Callable[[Agent], Actor],
) -> None:  # fmt: skip
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[colleague])
    assert client_of(agent).get("/find/", {"q": ticket.number}).status_code == 200
    assert client_of(colleague).get("/find/", {"q": ticket.number}).status_code == 303


def test_a_mistyped_number_is_explained(ticket: Ticket, look: Callable[[str], str]) -> None:
    wrong = ticket.number[:-1] + str((int(ticket.number[-1]) + 1) % 10)
    assert "one digit is wrong" in look(wrong)


@pytest.mark.parametrize("typed", ["Wang", "wang f", "07700 900418", "+44 7700 900418", "900418", "Ms Wang"])
def test_a_customer_is_found_by_what_an_agent_would_type(
    typed: str, customer: Customer, look: Callable[[str], str]
) -> None:
    text = look(typed)
    assert f'href="/customers/{customer.pk}/"' in text
    assert "+44 7700 900418" in text


def test_an_order_is_found_whole_and_only_where_it_may_be_seen(
    make_ticket: Callable[..., Ticket], look: Callable[[str], str], stranger: Agent,
    client_of: Callable[[Agent], Client],
) -> None:  # fmt: skip
    ticket = make_ticket(facts=LISTEN | {"order_ref": "AB-77"})
    assert ticket.spoken_number in look("ab-77")
    assert "Nothing found" in look("ab-7")
    assert ticket.spoken_number not in client_of(stranger).get("/find/", {"q": "AB-77"}).content.decode()


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "<script>alert(1)</script>", "\u202eאבג", "🧨" * 50, "%", "_", "x" * 5000, "'; --", " "]
)
def test_whatever_is_typed_is_text(typed: str, look: Callable[[str], str], customer: Customer) -> None:
    text = look(typed)
    assert "<script>alert" not in text
    assert f'href="/customers/{customer.pk}/"' not in text


def test_an_empty_field_says_what_can_be_found(look: Callable[[str], str]) -> None:
    assert "What are you looking for?" in look("")


@pytest.mark.one_engine
def test_looking_costs_the_same_for_one_and_for_many(
    agent: Agent, make_ticket: Callable[..., Ticket], client_of: Callable[[Agent], Client]
) -> None:
    client = client_of(agent)
    costs = []
    for how_many in (1, 12):
        for serial in range(how_many):
            described = Described(name=f"Zoe {how_many}-{serial}", email=f"z{how_many}-{serial}@example.org")
            create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
            make_ticket(facts=LISTEN | {"order_ref": "zoe"})
        client.get("/find/", {"q": "zoe"})
        with CaptureQueriesContext(connection) as asked:
            client.get("/find/", {"q": "zoe"})
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 8
