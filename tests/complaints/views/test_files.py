"""Files leave through the access door only, as downloads in which nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.actions import conversation, sealing
from complaints.actions.conversation import Upload
from complaints.models import Attachment, Ticket
from office.models import Agent, Event
from tests.conftest import NOW

Browser = Callable[[Agent], Client]
TEXT = b"<script>alert(1)</script> said the note"


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def kept(ticket: Ticket, agent: Agent, actor_for: Callable[..., Any]) -> Attachment:
    upload = Upload(name="水壶 \u202egnp.note.txt", content=b"plain words, " + TEXT)
    return conversation.add_attachment(ticket, actor=actor_for(agent), now=NOW, upload=upload)


def test_a_file_is_a_download_in_which_nothing_runs(kept: Attachment, client_of: Browser, agent: Agent) -> None:
    answer = client_of(agent).get(reverse("file", args=[kept.pk]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"plain words, " + TEXT  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "%E2%80%AE" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_file_of_a_case_one_may_not_see_does_not_exist(
    kept: Attachment, client_of: Browser, client: Client, stranger: Agent
) -> None:
    assert client_of(stranger).get(reverse("file", args=[kept.pk])).status_code == 404
    assert client_of(stranger).get(reverse("file", args=[kept.pk + 1])).status_code == 404
    assert client.get(reverse("file", args=[kept.pk])).status_code == 302


def test_a_file_of_a_sealed_case_is_for_the_named_and_leaves_a_line(
    kept: Attachment,
    ticket: Ticket,
    client_of: Browser,
    actor_for: Callable[..., Any],
    supervisor: Agent,
    agent: Agent,
    colleague: Agent,
) -> None:
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[colleague])
    assert client_of(agent).get(reverse("file", args=[kept.pk])).status_code == 404
    answer = client_of(colleague).get(reverse("file", args=[kept.pk]))
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert Event.objects.filter(verb="ticket.read_sealed", actor_id=colleague.pk).count() == 1


def test_a_file_that_is_gone_from_the_disk_is_not_there(kept: Attachment, client_of: Browser, agent: Agent) -> None:
    kept.stored.storage.delete(kept.stored.name)
    assert client_of(agent).get(reverse("file", args=[kept.pk])).status_code == 404
