"""Writing into the conversation, reading it page by page, and files on the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.actions import conversation
from complaints.models import Attachment, Clock, Draft, Interaction, Ticket
from office.models import Agent
from tests.conftest import NOW

Walk = Callable[..., Ticket]
Browser = Callable[[Agent], Client]

pytestmark = pytest.mark.one_engine  # tests/access asks both engines for these pages


PNG = b"\x89PNG\r\n\x1a\n" + b"kettle" * 200


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


def write(client: Client, ticket: Ticket, **fields: Any) -> Any:
    return client.post(reverse("case-act", args=[ticket.number, "interaction.add"]), fields)


def test_a_note_is_for_us_only(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    answer = write(client_of(agent), ticket, kind="note", text="Ask the <b>warehouse</b>")
    assert answer.status_code == 303
    note = Interaction.objects.get(kind="note")
    assert (note.visibility, note.direction, note.author_name) == ("internal", "internal", "Mei Lin")
    page = client_of(agent).get(reverse("case", args=[ticket.number])).content.decode()
    assert "Ask the &lt;b&gt;warehouse&lt;/b&gt;" in page


def test_a_call_is_logged_with_its_feeling_and_meets_the_acknowledgement(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent
) -> None:
    ticket = make_ticket(channel="email")
    call = {
        "direction": "out",
        "reached": "yes",
        "minutes": "11",
        "feeling_start": "5",
        "feeling_end": "3",
        "behaviours": ["agitated", "demanding"],
    }
    client = client_of(agent)
    assert write(client, ticket, kind="call", text="Rang her back.", **call).status_code == 303
    row = Interaction.objects.get(kind="call")
    assert (row.duration_s, row.feeling_start, row.feeling_end, row.reached) == (660, 5, 3, True)
    assert Clock.objects.get(ticket=ticket, target="acknowledge").met_at is not None
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    assert "5 to 3, Demanding, Agitated" in page or "5 to 3, Agitated, Demanding" in page


def test_a_call_that_reached_nobody_is_seen_as_that(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    write(client, ticket, kind="call", text="No answer.", direction="out", reached="no")
    assert Interaction.objects.get(kind="call").reached is False
    assert "not reached" in client.get(reverse("case", args=[ticket.number])).content.decode()


@pytest.mark.parametrize(("kind", "way"), [("reply", "out"), ("words", "in")])
def test_what_was_written_elsewhere_is_kept_with_its_channel(
    ticket: Ticket, client_of: Browser, agent: Agent, kind: str, way: str
) -> None:
    when = "2026-11-24T09:05"
    answer = write(client_of(agent), ticket, kind=kind, text="Word for word.", channel="letter", happened_at=when)
    assert answer.status_code == 303
    row = Interaction.objects.filter(kind=kind).latest("id")
    assert (row.direction, row.channel, row.happened_at.hour) == (way, "letter", 9)


def test_the_outcome_is_told_in_resolve_only(ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    told = {"kind": "outcome", "channel": "phone", "reached": "yes", "text": "Told her the refund is on its way today."}
    answer = write(client, ticket, **told)
    assert answer.status_code == 409
    assert 'data-writes="outcome"' not in client.get(reverse("case", args=[ticket.number])).content.decode()
    assert write(client, walk_to(ticket, "resolve"), **told).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "note", "text": "   "},
        {"kind": "words", "text": "They said", "channel": ""},
        {"kind": "call", "text": "Rang", "direction": "out", "reached": "yes", "minutes": "2000"},
        {"kind": "reply", "text": "Sent", "channel": "email", "happened_at": "2026-12-24T10:00"},
    ],
)
def test_what_cannot_be_taken_is_still_there(
    ticket: Ticket, client_of: Browser, agent: Agent, fields: dict[str, str]
) -> None:
    before = Interaction.objects.count()
    answer = write(client_of(agent), ticket, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    shown = re.search(rf'data-writes="{fields["kind"]}"[^>]*>', page)
    assert shown
    assert "hidden" not in shown[0]
    assert fields["text"].strip() in page
    assert Interaction.objects.count() == before


def test_a_kind_nobody_knows_does_not_exist(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    assert write(client_of(agent), ticket, kind="rumour", text="x").status_code == 404


def test_writing_drops_the_draft_of_that_kind_only(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    for kind in ("note", "call"):
        client.post(reverse("draft", args=[f"case-{ticket.number}-write-{kind}"]), {"text": "Half"})
    write(client, ticket, kind="note", text="Whole")
    assert Draft.objects.get().key.endswith("-write-call")


def test_words_of_every_script_survive(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    write(client_of(agent), ticket, kind="note", text="a\x00b שלום 👩‍👩‍👧‍👦 王女士")
    assert Interaction.objects.get(kind="note").text == "ab שלום 👩‍👩‍👧‍👦 王女士"


# Files ----------------------------------------------------------------------------------------------------------------


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_photos_come_with_what_is_written(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    files = [file("kettle.png", PNG), file("水壶.png", PNG)]
    assert write(client, ticket, kind="words", text="See the crack", channel="email", file=files).status_code == 303
    names = list(Attachment.objects.values_list("name", flat=True))
    assert names == ["kettle.png", "水壶.png"]
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    assert all(name in page for name in names)
    listed = client.get(reverse("case", args=[ticket.number], query={"show": "files"})).content.decode()
    assert "c-files" in listed


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tool.exe", b"MZ\x90\x00" + b"x" * 100, "Files of this kind are not taken"),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "Files of this kind are not taken",
        ),
        ("photo.png", b"<html><script>alert(1)</script></html>", "The content of this file is not what its name says"),
        ("empty.png", b"", "This file is empty"),
    ],
)
def test_what_is_no_photo_is_refused_and_the_words_stay(
    ticket: Ticket, client_of: Browser, agent: Agent, name: str, content: bytes, sentence: str
) -> None:
    files = [file("kettle.png", PNG), file(name, content)]
    answer = write(client_of(agent), ticket, kind="note", text="See the crack", file=files)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "See the crack</textarea>" in page
    assert not Attachment.objects.exists()
    assert not Interaction.objects.filter(kind="note").exists()


def test_a_file_that_is_too_large_is_refused(ticket: Ticket, client_of: Browser, agent: Agent, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    answer = write(client_of(agent), ticket, kind="note", text="Large", file=[file("kettle.png", PNG)])
    assert answer.status_code == 422
    assert "This file is too large" in answer.content.decode()


# Reading --------------------------------------------------------------------------------------------------------------


def test_older_messages_come_page_by_page_and_none_twice(
    ticket: Ticket, client_of: Browser, agent: Agent, actor_for: Callable[..., Any]
) -> None:
    for count in range(45):
        at = NOW + timedelta(seconds=count // 3)
        conversation.add_interaction(ticket, actor=actor_for(agent), now=at, kind="note", text=f"Note {count:02d}.")
    client = client_of(agent)
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    seen: list[str] = []
    for _turn in range(5):
        seen = re.findall(r"Note (\d\d)\.", page) + seen
        more = re.search(r'hx-get="([^"]*before=[^"]*)"', page)
        if not more:
            break
        page = client.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
    assert seen == [f"{count:02d}" for count in range(45)]


def test_older_messages_are_a_page_without_a_script(
    ticket: Ticket, client_of: Browser, agent: Agent, actor_for: Callable[..., Any]
) -> None:
    for count in range(25):
        conversation.add_interaction(ticket, actor=actor_for(agent), now=NOW, kind="note", text=f"Note {count:02d}.")
    client = client_of(agent)
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    more = re.search(r'href="([^"]*before=[^"]*)"', page)
    assert more
    older = client.get(more[1].replace("&amp;", "&").partition("#")[0])
    assert "Note 00." in older.content.decode()
    assert "<html" in older.content.decode()


@pytest.mark.parametrize(
    "before", ["x", "2026-11-24_1", "2026-99-24T10:00:00+00:00_1", "2026-11-24T10:00:00+00:00_x", "_"]
)
def test_a_place_that_is_none_is_the_newest_page(ticket: Ticket, client_of: Browser, agent: Agent, before: str) -> None:
    where = reverse("case-talk", args=[ticket.number], query={"before": before})
    assert client_of(agent).get(where, headers={"HX-Request": "true"}).status_code == 200


def test_tabs_show_their_part(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    write(client, ticket, kind="note", text="For us.")
    write(client, ticket, kind="reply", text="For her.", channel="email")
    for show, ours, hers in (("all", True, True), ("customer", False, True), ("notes", True, False)):
        talk = client.get(
            reverse("case-talk", args=[ticket.number], query={"show": show}), headers={"HX-Request": "true"}
        )
        page = talk.content.decode()
        assert ("For us." in page, "For her." in page) == (ours, hers)
