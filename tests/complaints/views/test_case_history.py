"""The record book in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

import complaints.actions.assignment
import complaints.actions.clocks
import complaints.actions.conversation
import complaints.actions.corrections
import complaints.actions.ends
import complaints.actions.escalations
import complaints.actions.follow_ups
import complaints.actions.issues
import complaints.actions.links
import complaints.actions.redress
import complaints.actions.sealing
import complaints.actions.steps  # noqa: F401
from complaints.domain.history import ATTEMPTS, SENTENCES, sentence
from complaints.models import Ticket
from office.access import actor_of
from office.acting import ACTIONS
from office.errors import NotAllowed
from office.models import Agent, Event
from tests.conftest import NOW

OF_A_CASE = {"ticket", "step", "issue", "redress", "approval", "interaction", "attachment", "follow_up", "escalation"}


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


def verbs_of_a_case() -> list[str]:
    return sorted(verb for verb in ACTIONS if verb.partition(".")[0] in OF_A_CASE)


@pytest.mark.parametrize("verb", verbs_of_a_case())
def test_every_verb_of_a_case_has_a_sentence(verb: str) -> None:
    assert verb in SENTENCES
    assert verb in ATTEMPTS or verb in ("ticket.receive", "ticket.read_sealed")


def test_a_sentence_is_made_of_what_the_line_says() -> None:
    names = {7: "Mei Lin"}
    assert sentence("ticket.assign", {"from": None, "to": 7}, names=names) == "Given to Mei Lin"
    assert sentence("ticket.assign", {"from": 7, "to": None}, names=names) == "Given to nobody"
    assert sentence("ticket.assign", {"to": 8}, names=names) == "Given to somebody who left"
    assert sentence("step.back", {"from": "apologise", "to": "listen"}, names={}) == "Back from Apologise to Listen"
    assert (
        sentence("refused", {"verb": "step.complete", "code": "step-blocked"}, names={})
        == "Refused: completing the step"
    )
    assert sentence("redress.offer", {}, names={}) == "Redress offered:"
    assert sentence("moon.land", {}, names={}) == "moon.land"


def test_every_line_of_a_whole_case_reads_as_a_sentence(
    ticket: Ticket,
    walk_to: Callable[..., Ticket],
    client_of: Callable[[Agent], Client],
    agent: Agent,
    supervisor: Agent,
) -> None:
    walk_to(ticket, "answered")
    with pytest.raises(NotAllowed):
        ACTIONS["ticket.seal"](ticket, actor=actor_of(agent), now=NOW, named=[agent])
    client = client_of(agent)
    where = reverse("case-history", args=[ticket.number])
    page = client.get(where).content.decode()
    for line in ("Received (Phone)", "Listen completed", "Issue 1: Upheld", "Outcome told added", "Refused: sealing"):
        assert line in page
    assert not any(f">{event.verb}<" in page for event in Event.objects.all())
    fragment = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Listen completed" in fragment


def test_long_histories_come_in_pages(ticket: Ticket, client_of: Callable[[Agent], Client], agent: Agent) -> None:
    for _turn in range(60):
        ACTIONS["ticket.watch"](ticket, actor=actor_of(agent), now=NOW)
    client = client_of(agent)
    where = reverse("case-history", args=[ticket.number])
    first = client.get(where).content.decode()
    assert "Received (Phone)" not in first
    assert "?before=" in first
    assert "Received (Phone)" in client.get(where, {"before": "12"}).content.decode()
