"""Every contact, note, outcome and file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import ends
from complaints.actions.conversation import LONGEST_TEXT, Upload, add_attachment, add_interaction
from complaints.models import Attachment, Interaction
from office.errors import Conflict, Invalid
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.mark.parametrize(
    ("kind", "direction", "visibility", "author"),
    [
        ("words", "in", "customer", "customer"),
        ("reply", "out", "customer", "agent"),
        ("call", "out", "customer", "agent"),
        ("note", "internal", "internal", "agent"),
    ],
)
def test_a_contact_is_kept_for_what_it_is(
    ticket: Any, act: Any, told: Any, kind: str, direction: str, visibility: str, author: str
) -> None:
    added = act(add_interaction, ticket, kind=kind, text="She rang about the date.", channel="phone")
    assert (added.direction, added.visibility, added.author_kind) == (direction, visibility, author)
    assert told(ticket)[-1] == "interaction.add"
    assert "rang" not in str(Event.objects.order_by("-id")[0].payload)


def test_a_note_is_never_for_the_customer_whatever_is_asked(ticket: Any, act: Any) -> None:
    added = act(add_interaction, ticket, kind="note", text="Sounds tired.", channel="phone", direction="out")
    assert (added.visibility, added.direction) == ("internal", "internal")


def test_every_fault_of_a_contact_is_named(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(
            add_interaction,
            ticket,
            kind="gossip",
            text=" \x00 ",
            channel="pigeon",
            direction="up",
            behaviours=("choleric",),
            feeling_start=0,
            feeling_end=6,
            duration_s=-1,
            happened_at=NOW + timedelta(minutes=1),
        )
    assert set(refusal.value.fields) == {
        "kind",
        "text",
        "channel",
        "direction",
        "behaviours",
        "feeling_start",
        "feeling_end",
        "duration_s",
        "happened_at",
    }


def test_words_need_the_channel_they_came_by(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(add_interaction, ticket, kind="words", text="Still nothing.")
    assert set(refusal.value.fields) == {"channel"}


def test_a_letter_too_long_for_any_letter_is_refused(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(add_interaction, ticket, kind="note", text="信" * (LONGEST_TEXT + 1))


def test_the_first_answer_out_acknowledges_and_a_failed_call_does_not(make_ticket: Any, act: Any) -> None:
    ticket = make_ticket(channel="email")
    act(add_interaction, ticket, kind="call", text="Rang, nobody there.", reached=False)
    assert ticket.clocks.get(target="acknowledge").met_at is None
    act(add_interaction, ticket, kind="note", text="Try again at four.")
    assert ticket.clocks.get(target="acknowledge").met_at is None
    act(add_interaction, ticket, kind="reply", channel="email", text="We have your letter and begin today.")
    assert ticket.clocks.get(target="acknowledge").met_at == NOW


@pytest.mark.parametrize("step", ["listen", "empathise", "apologise", "answered"])
def test_the_outcome_is_told_in_resolve_and_nowhere_else(ticket: Any, act: Any, walk_to: Any, step: str) -> None:
    ticket = walk_to(ticket, step)
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(add_interaction, ticket, kind="outcome", channel="phone", text="Told her that it was paid today.")
    assert refusal.value.code == "wrong-step"


@pytest.mark.parametrize("text", ["ok", "told", "已告知", "done, thanks"])
def test_an_outcome_in_one_word_is_none(ticket: Any, act: Any, walk_to: Any, text: str) -> None:
    ticket = walk_to(ticket, "resolve")
    with nothing_changes(), pytest.raises(Invalid):
        act(add_interaction, ticket, kind="outcome", channel="phone", text=text)


def test_somebody_may_still_write_after_the_end(ticket: Any, act: Any, walk_to: Any) -> None:
    ticket = walk_to(ticket, "answered")
    act(ends.close, ticket, reason="accepted")
    assert act(add_interaction, ticket, kind="words", channel="email", text="Thank you for that.")


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_a_name_we_drew(ticket: Any, act: Any, told: Any) -> None:
    kept = act(add_attachment, ticket, upload=Upload("../../etc/收据.png", PNG))
    assert ".." not in kept.stored.name
    assert "收据" not in kept.stored.name
    assert kept.name.endswith(".png")
    assert "/" not in kept.name
    assert kept.stored.read() == PNG
    assert (kept.size, kept.visibility) == (len(PNG), "internal")
    assert told(ticket)[-1] == "attachment.add"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("picture.png", b"<html><script>alert(1)</script></html>"),
        ("run.exe", b"MZ" + b"\x00" * 60),
        ("empty.png", b""),
    ],
)
def test_an_active_or_lying_file_is_refused_and_nothing_is_kept(
    ticket: Any, act: Any, name: str, content: bytes
) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(add_attachment, ticket, upload=Upload(name, content))
    assert set(refusal.value.fields) == {"file"}


def test_a_file_above_the_limit_is_refused(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(add_attachment, ticket, upload=Upload("a.png", PNG), max_bytes=len(PNG) - 1)


def test_a_bad_file_takes_its_message_with_it(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(
            add_interaction,
            ticket,
            kind="note",
            text="Two pictures.",
            uploads=(Upload("a.png", PNG), Upload("b.png", b"nothing")),
        )


def test_a_file_does_not_hang_on_a_message_of_another_case(ticket: Any, other: Any, act: Any) -> None:
    foreign = Interaction.objects.get(ticket=other)
    with nothing_changes(), pytest.raises(Invalid):
        act(add_attachment, ticket, upload=Upload("a.png", PNG), interaction=foreign)
    assert not Attachment.objects.exists()
