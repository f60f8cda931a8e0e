"""The comparison finds what is lost, doubled, early, half-written or tampered with; and nothing where all is well."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from bench.faults import examine
from bench.faults.ledger import EVIDENCE, FILE, PROMISE, TICKET, WHOLE, WORDS, Entry, Ledger
from complaints import sweeps
from complaints.actions import conversation, follow_ups
from complaints.actions.intake import Source
from complaints.models import Attachment, Escalation, FollowUp, Interaction, Ticket
from office import outbox
from office.models import Agent, Outgoing, Timer
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

T, W, P, E, F = (f"{letter}-{letter.encode().hex() * 12}" for letter in "twpef")
DUE = NOW + timedelta(seconds=5)
CONTENT = f"{F}\nreceipt".encode() + WHOLE


@pytest.fixture(autouse=True)
def _a_minute_later(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    location = {"OPTIONS": {"location": str(settings.MEDIA_ROOT)}}
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | location}
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def ledger(tmp_path: Path, make_ticket: Callable[..., Ticket], agent: Agent, actor_for: Callable[..., Any]) -> Path:
    """A desk on which everything went well, and the notebook about it."""
    said: dict[str, Any] = {"actor": actor_for(agent), "now": NOW}
    ticket = make_ticket(owner=agent, source=Source("api", "ledger", T), facts={"happened": f"It broke. {E}"})
    conversation.add_interaction(ticket, kind="words", channel="phone", text=f"Again. {W}", **said)
    follow_ups.plan(ticket, kind="promise", text=f"Ring her {P}", due_at=DUE, **said)
    upload = conversation.Upload(name=f"{F}.txt", content=CONTENT)
    conversation.add_attachment(ticket, upload=upload, **said)
    while sweeps.tick(now=DUE).done:
        pass
    book = Ledger(tmp_path / "ledger.jsonl")
    for what, key in ((TICKET, T), (WORDS, W), (EVIDENCE, E)):
        book.note(Entry(what, key, ticket.number))
    book.note(Entry(PROMISE, P, ticket.number, value=DUE.isoformat()))
    book.note(Entry(FILE, F, ticket.number, value=hashlib.sha256(CONTENT).hexdigest()))
    book.close()
    return book.path


def wrong(ledger: Path, arrived: Counter[str] | None = None) -> dict[str, int]:
    found = examine.main(ledger, arrived or Counter())["wrong"]
    return {name: told["count"] for name, told in found.items() if told["count"]}


def test_where_all_is_well_nothing_is_found(ledger: Path) -> None:
    assert wrong(ledger) == {}
    seen = examine.main(ledger, Counter())["seen"]
    assert {name: seen[name] for name in ("ticket", "words", "promise", "evidence", "file", "bells")} == {
        "ticket": 1, "words": 1, "promise": 1, "evidence": 1, "file": 1, "bells": 1,
    }  # fmt: skip
    assert seen["lines"] > 5


def test_an_answered_request_without_its_row_is_lost(ledger: Path) -> None:
    Interaction.objects.filter(text__contains=W).delete()
    Ticket.objects.update(happened="")
    assert wrong(ledger) == {"lost": 2}


def test_a_row_that_is_there_twice_is_doubled(ledger: Path) -> None:
    row = Interaction.objects.get(text__contains=W)
    row.pk = None
    row.save()
    assert wrong(ledger) == {"doubled": 1}


def test_a_bell_that_did_not_ring_is_lost(ledger: Path) -> None:
    Escalation.objects.all().delete()
    Timer.objects.filter(subject_kind="follow_up").update(rung_at=None)
    assert wrong(ledger) == {"lost": 2}


def test_a_bell_that_was_given_up_is_lost(ledger: Path) -> None:
    Timer.objects.filter(subject_kind="follow_up").update(rung_at=None, dead_at=DUE)
    assert wrong(ledger) == {"lost": 1}


def test_a_bell_that_rang_twice_is_doubled_and_one_that_rang_too_soon_is_early(ledger: Path) -> None:
    Escalation.objects.update(state="answered", ended_at=DUE)
    row = Escalation.objects.get()
    row.pk, row.cycle = None, 2
    row.save()
    FollowUp.objects.update(due_at=DUE + timedelta(milliseconds=1))
    assert wrong(ledger) == {"doubled": 1, "early": 2}


def test_a_file_that_is_gone_is_lost_a_half_one_is_found_and_a_whole_one_of_nobody_is_counted(ledger: Path) -> None:
    stored = Path(Attachment.objects.get().stored.path)
    (stored.parent / "half").write_bytes(CONTENT[:9])
    (stored.parent / "nobodys").write_bytes(CONTENT)
    assert wrong(ledger) == {"half": 1}
    assert examine.main(ledger, Counter())["seen"]["files without a row"] == 1
    stored.unlink()
    assert wrong(ledger) == {"half": 1, "lost": 1}


def test_mail_that_counts_as_sent_and_did_not_arrive_is_lost(ledger: Path) -> None:
    row = outbox.post("mail", "ack:1", payload={}, now=NOW)
    outbox.sent([row], now=NOW, result={"message_id": "<1@desk>"})
    assert wrong(ledger, Counter({"<1@desk>": 1})) == {}
    assert wrong(ledger) == {"lost": 1}
    Outgoing.objects.filter(pk=row.pk).update(sent_at=None, dead_at=NOW)
    assert wrong(ledger) == {"lost": 1}
