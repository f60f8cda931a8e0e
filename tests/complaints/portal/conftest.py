"""A customer at their browser, at a fixed hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from complaints.actions import customer_links
from complaints.models import Ticket
from office.roles import Actor, Role
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """The hour at which requests come in; NOW until it is set."""
    with mock.patch("office.middleware.timezone.now", return_value=NOW) as clock:
        yield lambda moment: setattr(clock, "return_value", moment)


def secret(ticket: Ticket) -> str:
    return customer_links.secret_of(customer_links.link_of(ticket, now=NOW))


@pytest.fixture
def browser(at: Any) -> Callable[[Ticket], Client]:
    """A browser in which the link of a ticket was opened."""

    def follow(*tickets: Ticket) -> Client:
        client = Client()
        for ticket in tickets:
            assert client.get(f"/c/{secret(ticket)}/").status_code == 303
        return client

    return follow


@pytest.fixture
def theirs() -> Callable[[Ticket], Actor]:
    return lambda ticket: Actor(kind="customer", id=ticket.pk, role=Role.CUSTOMER, name="Ms Wang")


@pytest.fixture
def send() -> Callable[..., HttpResponse]:
    """Send a form of the page: ``send(client, ticket, "message", words="…")``."""

    def post(client: Client, ticket: Ticket, act: str, **fields: Any) -> Any:
        return client.post(f"/c/{act}/", {"number": ticket.number, **fields})

    return post
