"""A REST client's world: the hour stands still, and bodies are JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from complaints.models import Ticket
from office.models import Agent, Team
from tests.conftest import NOW, WORDS

URL = "/api/v1"


class Desk:
    """What a REST client does, in one word each."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, path if path.startswith("/") else f"{URL}/{path}", data, "application/json", headers=named
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str) -> Any:
        return self.send("DELETE", path)


def complaint(**changes: Any) -> dict[str, Any]:
    """A body that makes a ticket."""
    body = {"description": WORDS, "channel": "api", "customer": {"name": "Wang Fang", "phone": "+44 7700 900418"}}
    return {**body, **changes}


def seal(ticket: Ticket) -> Ticket:
    """Close a ticket to everybody, as a row."""
    Ticket.objects.filter(pk=ticket.pk).update(sealed_at=timezone.now())
    return ticket


@pytest.fixture(autouse=True)
def _hour() -> Iterator[None]:
    """The clock of the interfaces stands where the cast's does, and nobody was counted yet."""
    cache.clear()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def desk(team: Team, agent: Agent, token_client: Callable[..., Client]) -> Desk:
    """A client that reads and writes everything."""
    return Desk(token_client())


@pytest.fixture
def make_desk(team: Team, agent: Agent, token_client: Callable[..., Client]) -> Callable[..., Desk]:
    return lambda *scopes, **rules: Desk(token_client(*scopes, **rules))
