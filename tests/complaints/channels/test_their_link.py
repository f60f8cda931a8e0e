"""The link to the customer's page, sent once more; and how a stranger from the form is spoken to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from complaints.actions import customer_links, sent_links
from complaints.actions.intake import Source
from complaints.models import Ticket
from customers.models import CustomerContact
from office.models import Outgoing
from office.roles import SYSTEM
from tests.complaints.channels.conftest import ADDRESS
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def test_the_link_in_the_mail_opens_the_case_and_is_sent_once_an_hour(
    written_to: Ticket, swept: Any, server: Any
) -> None:
    for _time in range(2):
        assert sent_links.send(written_to, actor=SYSTEM, now=NOW, email=ADDRESS)
    swept()
    (mail,) = server.mails
    assert mail["To"] == ADDRESS
    found = re.search(r"https://desk\.example\.com/c/([\w-]{43})/", plain(mail))
    assert found is not None
    opened = customer_links.opens(found.group(1), now=NOW)
    assert opened is not None
    assert opened.ticket == written_to
    row = Outgoing.objects.get(kind="customer_link")
    assert row.sent_at is not None
    assert found.group(1) not in str(row.payload) + str(row.result)


def test_an_address_taken_off_the_card_meanwhile_gets_nothing(written_to: Ticket, swept: Any, server: Any) -> None:
    sent_links.send(written_to, actor=SYSTEM, now=NOW)
    CustomerContact.objects.filter(customer=written_to.customer, point__kind="email").delete()
    swept()
    assert server.mails == []
    assert Outgoing.objects.get(kind="customer_link").sent_at is None


@pytest.mark.parametrize(("kind", "spoken_to"), [("form", False), ("page", True)])
def test_what_a_stranger_typed_into_the_form_is_not_in_the_acknowledgement(
    kind: str, make_ticket: Any, swept: Any, server: Any, *, spoken_to: bool
) -> None:
    make_ticket(channel="web", source=Source(kind))
    swept()
    (mail,) = server.mails
    assert ("Ms Wang" in plain(mail)) is spoken_to
    assert ("Wang Fang" in str(mail["To"])) is spoken_to
