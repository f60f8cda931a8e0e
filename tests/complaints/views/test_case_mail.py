"""Replying from the case for real: send, later, taken back, not delivered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import mailing
from complaints.models import Attachment, Draft, Interaction, Ticket
from customers.actions import Described, create_customer
from customers.models import Customer
from office import outbox
from office.models import Agent, Outgoing
from office.roles import SYSTEM
from tests.conftest import NOW

Browser = Callable[[Agent], Client]
HERE = NOW + timedelta(hours=1)
SAID = "Dear Ms Wang,\n\nyour refund was released this morning."

pytestmark = pytest.mark.one_engine


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(HERE, tick=False):
        yield


@pytest.fixture
def customer(office: Any) -> Customer:
    described = Described(name="Wang Fang", email="wang@example.org", preferred_address="Ms Wang")
    return create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")


@pytest.fixture
def case(ticket: Ticket) -> Ticket:
    """Its acknowledgement is out of the way."""
    ticket.interactions.filter(author_kind="system").delete()
    return ticket


def do(client: Client, ticket: Ticket, verb: str, **fields: Any) -> Any:
    return client.post(reverse("case-act", args=[ticket.number, verb]), fields)


def send(client: Client, ticket: Ticket, text: str = SAID, **fields: Any) -> Any:
    return do(client, ticket, "interaction.send", kind="send", text=text, **fields)


def page_of(client: Client, ticket: Ticket, **query: str) -> str:
    return str(client.get(reverse("case", args=[ticket.number], query=query)).content.decode())


def test_a_reply_waits_ten_seconds_and_can_be_taken_back(case: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert send(client, case).status_code == 303
    message = Interaction.objects.get(kind="reply")
    assert message.outgoing.not_before == HERE + timedelta(seconds=10)
    page = page_of(client, case)
    assert "Goes out in 10 seconds" in page
    assert "interaction.unsend" in page
    undo = re.search(r'action="([^"]*interaction.unsend/\?row=\d+)"', page)
    assert undo
    assert client.post(undo[1]).status_code == 303
    message.refresh_from_db()
    assert (message.delivery, message.visibility) == ("cancelled", "internal")
    page = page_of(client, case, write="send")
    assert f"{SAID}</textarea>" in page
    assert "Taken back" in page


def test_what_was_begun_meanwhile_is_not_lost_by_taking_back(case: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    send(client, case)
    client.post(reverse("draft", args=[f"case-{case.number}-write-send"]), {"text": "And one more thing"})
    do(client, case, "interaction.unsend", row=str(Interaction.objects.get(kind="reply").pk))
    assert Draft.objects.get().fields["text"] == [f"{SAID}\n\nAnd one more thing"]


def test_what_is_on_its_way_is_not_taken_back(case: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    send(client, case)
    Outgoing.objects.filter(cancelled_at=None).exclude(kind="reply").delete()
    outbox.claim(now=HERE + timedelta(minutes=1))
    answer = do(client, case, "interaction.unsend", row=str(Interaction.objects.get(kind="reply").pk))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "can no longer be taken back" in page
    assert "being sent" in page
    assert Interaction.objects.get(kind="reply").delivery == "queued"


def test_a_reply_can_wait_until_an_hour_of_the_readers_own(case: Ticket, client_of: Browser, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(time_zone="Asia/Taipei")
    agent.refresh_from_db()
    client = client_of(agent)
    assert send(client, case, later="2026-11-25T09:00").status_code == 303
    message = Interaction.objects.get(kind="reply")
    assert message.outgoing.not_before.isoformat() == "2026-11-25T01:00:00+00:00"
    assert "Goes out Wed 25 Nov 09:00" in page_of(client, case)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "  \x00 "}, "needed"),
        ({"later": "2026-11-24T09:00"}, "This has passed already"),
        ({"later": "2036-11-24T09:00"}, "A mail waits for a year at most"),
        ({"mail": "rumour"}, "rumour"),
        ({"text": "x" * 200_001}, ""),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field_and_stays(
    case: Ticket, client_of: Browser, agent: Agent, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client_of(agent), case, **{"text": "My words stay here.", **fields})
    assert answer.status_code == 422
    page = answer.content.decode()
    if "text" not in fields:
        assert "My words stay here.</textarea>" in page
    if sentence not in ("", "needed"):
        assert sentence in page
    assert not Interaction.objects.filter(kind="reply").exists()


def test_words_of_every_kind_are_taken(case: Ticket, client_of: Browser, agent: Agent) -> None:
    assert send(client_of(agent), case, text="a\x00b שלום 👩‍👩‍👧‍👦 王女士", confirm="F04").status_code == 303
    assert Interaction.objects.get(kind="reply").text == "ab שלום 👩‍👩‍👧‍👦 王女士"


def test_files_are_ten_megabytes_in_all(case: Ticket, client_of: Browser, agent: Agent) -> None:
    half = b"word " * 1_200_000
    files = [SimpleUploadedFile(f"part-{number}.txt", half) for number in (1, 2)]
    answer = send(client_of(agent), case, file=files)
    assert answer.status_code == 422
    assert "The files of one mail may have 10 MB in all" in answer.content.decode()
    assert not Attachment.objects.exists()
    assert send(client_of(agent), case, file=files[0]).status_code == 422, "a file is chosen again, or it is empty"
    assert send(client_of(agent), case, file=SimpleUploadedFile("one.txt", half)).status_code == 303


def test_without_an_address_the_tab_says_why_and_where(case: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert "wang@example.org" in page_of(client, case, write="send")
    case.customer.contacts.all().delete()
    page = page_of(client, case, write="send")
    assert "no e-mail address" in page
    assert reverse("customer", args=[case.customer_id]) in page
    assert send(client, case).status_code == 409
    assert "My words" in send(client, case, text="My words").content.decode()


def test_the_preferred_address_is_written_to(case: Ticket, client_of: Browser, agent: Agent, actor_for: Any) -> None:
    from customers.actions import add_contact

    add_contact(case.customer, actor=actor_for(agent), now=NOW, kind="email", typed="home@example.org", region="GB")
    case.customer.contacts.filter(point__value="home@example.org").update(preferred=True)
    assert "<bdi>home@example.org</bdi>" in page_of(client_of(agent), case, write="send")


def test_what_was_not_delivered_is_shown_and_sent_again(
    case: Ticket, client_of: Browser, agent: Agent, actor_for: Any
) -> None:
    client = client_of(agent)
    message = mailing.send(case, actor=actor_for(agent), now=NOW, text=SAID)
    Outgoing.objects.exclude(pk=message.outgoing_id).delete()
    (row,) = outbox.claim(now=HERE)
    mailing.settle([row], outbox.NotSent("refused-address", "550 no", for_good=True), HERE)
    page = page_of(client, case)
    assert "Not sent: the mail server refused the address." in page
    assert "Check the address" in page
    assert do(client, case, "interaction.resend", row=str(message.pk)).status_code == 303
    assert do(client, case, "interaction.resend", row=str(message.pk)).status_code == 409
    message.refresh_from_db()
    assert (message.delivery, message.outgoing.dedupe_key) == ("queued", f"mail:{message.pk}/2")


def test_the_outcome_can_be_mailed(case: Ticket, walk_to: Any, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    walk_to(case, "resolve")
    told = {"kind": "outcome", "how": "send", "text": "We refund the kettle and the bank charge today."}
    assert do(client, case, "interaction.add", **told).status_code == 303
    message = Interaction.objects.get(kind="outcome")
    assert (message.delivery, message.outgoing.kind) == ("queued", "outcome")
    page = page_of(client, case)
    assert "Tell the customer the outcome" not in page
    do(client, case, "interaction.unsend", row=str(message.pk))
    assert f"{told['text']}</textarea>" in page_of(client, case, write="outcome")


@pytest.mark.parametrize("verb", ["interaction.unsend", "interaction.resend"])
@pytest.mark.parametrize("row", ["", "x", "0", "9" * 30])
def test_no_message_is_404(case: Ticket, client_of: Browser, agent: Agent, verb: str, row: str) -> None:
    assert do(client_of(agent), case, verb, row=row).status_code == 404


def test_a_message_of_another_case_is_404(
    case: Ticket, make_ticket: Any, client_of: Browser, agent: Agent, actor_for: Any
) -> None:
    other = mailing.send(make_ticket(), actor=actor_for(agent), now=NOW, text=SAID)
    assert do(client_of(agent), case, "interaction.unsend", row=str(other.pk)).status_code == 404


def test_mails_cost_the_page_no_more_queries(case: Ticket, client_of: Browser, agent: Agent, actor_for: Any) -> None:
    client, counts = client_of(agent), []
    for many in (1, 15):
        for _one in range(many):
            mailing.send(case, actor=actor_for(agent), now=HERE, text=SAID)
        page_of(client, case)
        with CaptureQueriesContext(connection) as asked:
            page_of(client, case)
        counts.append(len(asked))
    assert counts[0] == counts[1]
