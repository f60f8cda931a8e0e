"""What a contact looks like: proposed by its words, and what people say to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaints.actions import conversation, patterns
from complaints.models import Interaction, Pattern, Ticket
from office.errors import Conflict, Invalid
from office.models import Agent, Event
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ANGRY = "I have had ENOUGH of you people! Nobody helps me, I am sitting here crying, I can't take any more of this."
CALM = "The parcel came on Tuesday and the lid of the kettle was missing."
ActorFor = Callable[[Agent], Any]


@pytest.fixture
def say(ticket: Ticket, agent: Agent, actor_for: ActorFor) -> Callable[..., Interaction]:
    def said(text: str, **more: Any) -> Interaction:
        words = {"kind": "words", "channel": "phone", "text": text, **more}
        return conversation.add_interaction(ticket, actor=actor_for(agent), now=NOW, **words)

    return said


def test_words_suggest_and_a_person_decides(say: Any, agent: Agent, actor_for: ActorFor) -> None:
    said = say(ANGRY)
    row = Pattern.objects.get(interaction=said, key="emotional_surge")
    assert (row.state, row.suggested_at, row.decided_by) == ("suggested", NOW, None)
    assert row.version
    assert all(ANGRY[cue["start"] : cue["end"]] == cue["text"] for cue in row.cues)
    patterns.confirm(said, actor=actor_for(agent), now=NOW, key=row.key)
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_at) == ("confirmed", agent, NOW)
    patterns.confirm(said, actor=actor_for(agent), now=NOW, key=row.key)
    assert Event.objects.filter(verb="pattern.confirm").count() == 1
    patterns.dismiss(said, actor=actor_for(agent), now=NOW, key=row.key)
    row.refresh_from_db()
    assert row.state == "dismissed"


def test_an_ordinary_complaint_suggests_nothing(say: Any) -> None:
    assert not say(CALM).patterns.exists()


def test_our_own_words_suggest_nothing(say: Any) -> None:
    note = say("She shouted that she has had enough of us people!", kind="note", channel="")
    assert not note.patterns.exists()


def test_what_was_answered_while_writing_counts(say: Any, agent: Agent) -> None:
    said = say(ANGRY, heard={"emotional_surge": True})
    assert said.patterns.get(key="emotional_surge").state == "confirmed"
    said = say(ANGRY, heard={"emotional_surge": False})
    assert said.patterns.get(key="emotional_surge").state == "dismissed"


def test_another_pattern_can_be_named(say: Any, agent: Agent, actor_for: ActorFor) -> None:
    said = say(CALM)
    picked = patterns.pick(said, actor=actor_for(agent), now=NOW, key="confused")
    assert (picked.state, picked.suggested_at) == ("picked", None)
    with pytest.raises(Invalid):
        patterns.pick(said, actor=actor_for(agent), now=NOW, key="idiot")
    with pytest.raises(Conflict):
        patterns.confirm(said, actor=actor_for(agent), now=NOW, key="demanding")


def test_a_pattern_is_of_a_contact_and_never_of_a_customer(say: Any) -> None:
    say(ANGRY)
    fields = {field.name for field in Pattern._meta.get_fields()}
    assert "customer" not in fields
    assert "ticket" not in fields
