"""Files leave through the access door only, as downloads in which nothing runs."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.actions import conversation, sealing
from complaints.actions.conversation import Upload
from complaints.models import Attachment, Ticket
from office.actions.tokens import create_token
from office.errors import NoRoom
from office.models import Agent, Event
from office.roles import SYSTEM
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


class FullDisk(FileSystemStorage):
    """A disk that is full after a few bytes."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read()[:5])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def full_disk(tmp_path: Path, settings: Any) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": {"location": str(tmp_path)}}
    }
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_refuses_the_file_leaves_no_half_one_and_keeps_the_words(
    full_disk: Path, ticket: Ticket, agent: Agent, actor_for: Callable[..., Any]
) -> None:
    said: dict[str, Any] = {"actor": actor_for(agent), "now": NOW}
    upload = Upload(name="note.txt", content=b"plain words")
    with pytest.raises(NoRoom):
        conversation.add_attachment(ticket, upload=upload, **said)
    with pytest.raises(NoRoom):
        conversation.add_interaction(ticket, kind="words", channel="phone", text="Broken", uploads=[upload], **said)

    assert not files_in(full_disk)
    assert not Attachment.objects.exists()
    assert conversation.add_interaction(ticket, kind="words", channel="phone", text="Broken", **said)


def test_a_full_disk_is_507_and_not_a_fault_of_ours(full_disk: Path, ticket: Ticket, agent: Agent) -> None:
    now = NOW + timedelta(hours=1)
    words = {"name": "shop", "scopes": ["tickets:write"], "reach": "all", "role": "supervisor"}
    _token, secret = create_token(None, actor=SYSTEM, now=NOW, expires_at=now + timedelta(days=1), team=None, **words)
    asking = Client(raise_request_exception=False)
    answer = asking.post(
        f"/api/v1/tickets/{ticket.number}/attachments",
        {"file": SimpleUploadedFile("note.txt", b"plain words")},
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"},
    )
    assert (answer.status_code, answer.json()["code"]) == (507, "no-room")
    assert not files_in(full_disk)
