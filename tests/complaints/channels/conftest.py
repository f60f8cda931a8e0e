"""A mail server of the test's own, and a customer who can be written to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from complaints import sweeps
from complaints.models import Ticket
from customers.actions import Described, create_customer
from customers.models import Customer
from office.roles import SYSTEM
from office.sweeps import Rung
from tests.conftest import NOW

ADDRESS = "wang@example.org"


class Server:
    """Takes mail on a free port. ``answers`` maps an address to what is said to it, ``to_data`` to its words."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.to_data: dict[str, str] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        refused = [self.to_data[to] for to in envelope.rcpt_tos if to in self.to_data]
        if refused:
            return refused[0]
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.envelopes.append(list(envelope.rcpt_tos))
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 3
    settings.PUBLIC_URL = "https://desk.example.com"
    cache.clear()
    yield server
    server.stop()
    cache.clear()


@pytest.fixture
def swept(server: Server) -> Callable[..., Rung]:
    """Sweep the out-tray until nothing is due at ``at``."""

    def sweep(at: datetime = NOW + timedelta(minutes=1)) -> Rung:
        cache.clear()
        return sweeps.sweep_outgoing(clock=lambda: at)

    return sweep


@pytest.fixture
def customer(office: Any) -> Customer:
    described = Described(
        name="Wang Fang", phone="+44 7700 900418", email=ADDRESS, preferred_address="Ms Wang", language="en"
    )
    return create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")


@pytest.fixture
def written_to(make_ticket: Callable[..., Ticket], swept: Any, server: Server, agent: Any) -> Ticket:
    """A case of that customer, its acknowledgement delivered and forgotten."""
    ticket = make_ticket(owner=agent, channel="email")
    swept()
    server.mails.clear()
    ticket.refresh_from_db()
    return ticket
