"""The step's form: evidence is kept, the gate holds, and two people at one case lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.actions import assignment, issues, steps
from complaints.models import Draft, Finding, Issue, StepRecord, Ticket
from office.models import Agent, Event
from tests.conftest import LISTEN, NOW, REASON, REGRET, RESTATEMENT

Walk = Callable[..., Ticket]
Browser = Callable[[Agent], Client]
Fields = dict[str, Any]

pytestmark = pytest.mark.one_engine  # tests/access asks both engines for these pages


HEARD: Fields = {
    **LISTEN,
    "no_order_reason": "",
    "product": "",
    "need": "",
    "expectation": "",
    "expectation_source": "",
}


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


def form_in(page: str, mark: str = "data-step-form") -> Fields:
    """What a browser would send of the form that carries ``mark``, unchanged."""
    start = page.rindex("<form", 0, page.index(mark))
    text = page[start : page.index("</form>", start)]
    fields: Fields = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if not name or (kind and kind[1] in ("radio", "checkbox") and " checked" not in tag):
            continue
        fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
        fields[name] = [unescape(value)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = [chosen[1] if chosen else ""]
    return fields


def opened(client: Client, ticket: Ticket) -> Fields:
    return form_in(client.get(reverse("case", args=[ticket.number])).content.decode())


def send(client: Client, ticket: Ticket, fields: Fields, *, go: str = "save") -> Any:
    return client.post(reverse("case-act", args=[ticket.number, "step.record"]), {**fields, "go": go})


def evidence_for(step: str, agent: Agent) -> Fields:
    return {
        "listen": dict(LISTEN),
        "empathise": {"restatement": RESTATEMENT, "feeling_named": "let down", "answer": "confirmed"},
        "apologise": {
            "regret": REGRET,
            "regret_form": "spoken",
            "regret_by": str(agent.pk),
            "acceptance": "accepted",
        },
    }[step]


# One person -----------------------------------------------------------------------------------------------------------


def test_evidence_is_saved_without_leaving_the_step(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    answer = send(client, ticket, {**opened(client, ticket), "happened": "The refund never came.", "harm": ["money"]})
    assert answer.status_code == 303
    ticket.refresh_from_db()
    assert (ticket.step, ticket.happened, ticket.harm) == ("listen", "The refund never came.", ["money"])


@pytest.mark.parametrize(
    ("step", "following"), [("listen", "empathise"), ("empathise", "apologise"), ("apologise", "resolve")]
)
def test_with_its_evidence_the_step_is_left(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, step: str, following: str
) -> None:
    ticket = walk_to(ticket, step)
    client = client_of(agent)
    answer = send(client, ticket, {**opened(client, ticket), **evidence_for(step, agent)}, go="next")
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    ticket.refresh_from_db()
    assert ticket.step == following
    assert StepRecord.objects.get(ticket=ticket, step=step).ended_by_id == agent.pk


def test_a_blocked_step_keeps_what_was_typed_and_names_every_blocker(
    ticket: Ticket, client_of: Browser, agent: Agent
) -> None:
    client = client_of(agent)
    answer = send(client, ticket, {**opened(client, ticket), "happened": "It never came at all."}, go="next")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "5 things before Empathise" in page
    assert page.index("data-first-blocker") > 0
    assert "It never came at all.</textarea>" in page
    ticket.refresh_from_db()
    assert (ticket.step, ticket.happened) == ("listen", "It never came at all.")
    assert Event.objects.get(verb="refused").payload["code"] == "step-blocked"


def test_a_text_that_says_nothing_is_refused_with_a_reason(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent
) -> None:
    ticket = walk_to(ticket, "apologise")
    client = client_of(agent)
    sorry = {
        **evidence_for("apologise", agent),
        "regret": "We are sorry if there was any inconvenience, but rules are rules.",
    }
    answer = send(client, ticket, {**opened(client, ticket), **sorry}, go="next")
    assert answer.status_code == 409
    assert "it did happen to the customer" in answer.content.decode()


def test_a_value_that_is_not_offered_is_refused_and_nothing_is_saved(
    ticket: Ticket, client_of: Browser, agent: Agent
) -> None:
    client = client_of(agent)
    fields = {**opened(client, ticket), "happened": "Typed with care", "severity": "9"}
    answer = send(client, ticket, fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Typed with care</textarea>" in page
    assert 'aria-invalid="true"' in page
    ticket.refresh_from_db()
    assert ticket.happened == ""


def test_words_that_are_too_long_are_refused_and_still_there(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    answer = send(client, ticket, {**opened(client, ticket), "need": "n" * 301})
    assert answer.status_code == 422
    assert "n" * 301 in answer.content.decode()


def test_saving_drops_the_draft(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    client.post(reverse("draft", args=[f"case-{ticket.number}-listen-1"]), {"happened": "Half a sen"})
    fields = opened(client, ticket)
    assert fields["happened"] == ["Half a sen"]
    assert send(client, ticket, fields).status_code == 303
    assert not Draft.objects.exists()


def test_nul_and_emoji_in_evidence(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert send(client, ticket, {**opened(client, ticket), "happened": "a\x00b שלום 👩‍👩‍👧‍👦"}).status_code == 303
    ticket.refresh_from_db()
    assert ticket.happened == "ab שלום 👩‍👩‍👧‍👦"


def test_without_a_token_of_this_session_nothing_is_taken(ticket: Ticket, agent: Agent) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, ticket, {"happened": "x"}).status_code == 403


# Resolve --------------------------------------------------------------------------------------------------------------


def test_issues_findings_and_evidence_are_one_form(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent
) -> None:
    ticket = walk_to(ticket, "resolve")
    client = client_of(agent)
    send(client, ticket, {**opened(client, ticket), "new_issue": "The refund is three weeks late"})
    assert Issue.objects.get(ticket=ticket).number == 1
    fields = {
        **opened(client, ticket),
        "finding-1": "upheld",
        "reason-1": REASON,
        "remedy": "The refund was released today.",
        "root_cause": "process",
        "redress_none": "The bank charge is part of the refund itself.",
        "prevention": "Returns that are booked in are released the same day by the late shift.",
    }
    blocked = send(client, ticket, fields, go="next")
    assert blocked.status_code == 409
    assert "Tell the customer the outcome" in blocked.content.decode()
    assert Finding.objects.get().reason == REASON
    outcome = {
        "kind": "outcome",
        "channel": "phone",
        "reached": "yes",
        "text": "Told her the refund was released today.",
    }
    assert client.post(reverse("case-act", args=[ticket.number, "interaction.add"]), outcome).status_code == 303
    assert send(client, ticket, opened(client, ticket), go="next").status_code == 303
    ticket.refresh_from_db()
    assert ticket.state == "answered"


# Two people -----------------------------------------------------------------------------------------------------------


def test_the_second_is_told_what_changed_and_nothing_is_lost(
    ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent
) -> None:
    first, second = client_of(colleague), client_of(agent)
    before_first, before_second = opened(first, ticket), opened(second, ticket)
    theirs = {**before_first, "happened": "What Jonas heard.", "remedy_sought": "A new kettle."}
    assert send(first, ticket, theirs).status_code == 303
    answer = send(second, ticket, {**before_second, "happened": "What Mei heard.", "need": "Speak slowly"})
    assert answer.status_code == 412
    page = answer.content.decode()
    assert "Jonas Tamm saved this step 0 seconds ago. Your words are safe." in page
    assert "What Jonas heard." in page
    shown = form_in(page)
    assert shown["happened"] == ["What Mei heard."]
    assert shown["need"] == ["Speak slowly"]
    assert shown["remedy_sought"] == ["A new kettle."]
    ticket.refresh_from_db()
    assert (ticket.happened, ticket.need) == ("What Jonas heard.", "")

    assert send(second, ticket, shown).status_code == 303
    ticket.refresh_from_db()
    assert (ticket.happened, ticket.need, ticket.remedy_sought) == ("What Mei heard.", "Speak slowly", "A new kettle.")


def test_two_findings_on_one_issue_are_both_shown(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, colleague: Agent, actor_for: Callable[..., Any]
) -> None:
    ticket = walk_to(ticket, "resolve")
    issue = issues.add_issue(ticket, actor=actor_for(agent), now=NOW, text="The refund is late")
    second = client_of(agent)
    fields = opened(second, ticket)
    issues.find(
        issue, actor=actor_for(colleague), now=NOW, finding="not_upheld", reason="It was paid on time, I think."
    )
    answer = send(second, ticket, {**fields, "finding-1": "upheld", "reason-1": REASON})
    assert answer.status_code == 412
    assert "It was paid on time, I think." in answer.content.decode()
    assert Finding.objects.get().finding == "not_upheld"


def test_a_change_elsewhere_on_the_case_is_no_conflict(
    ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent, actor_for: Callable[..., Any]
) -> None:
    client = client_of(agent)
    fields = opened(client, ticket)
    assignment.take(ticket, actor=actor_for(colleague), now=NOW)
    assert send(client, ticket, {**fields, "happened": "What Mei heard."}).status_code == 303


def test_an_old_version_without_what_was_seen_is_a_conflict(
    ticket: Ticket, client_of: Browser, agent: Agent, actor_for: Callable[..., Any]
) -> None:
    steps.record_step(ticket, actor=actor_for(agent), now=NOW, evidence={"happened": "Recorded before."})
    answer = send(client_of(agent), ticket, {"happened": "Typed blind.", "version": str(ticket.version)})
    assert answer.status_code == 412
    ticket.refresh_from_db()
    assert ticket.happened == "Recorded before."


def test_words_for_a_step_that_was_left_meanwhile_are_shown(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, colleague: Agent
) -> None:
    client = client_of(agent)
    fields = opened(client, ticket)
    walk_to(ticket, "empathise", by=colleague)
    answer = send(client, ticket, {**fields, "happened": "Only Mei knows this.", "harm": ["trust"]}, go="next")
    assert answer.status_code == 412
    page = answer.content.decode()
    assert "The case is in another place now" in page
    assert "Only Mei knows this." in page
    ticket.refresh_from_db()
    assert ticket.happened == LISTEN["happened"]


def test_a_draft_older_than_what_was_saved_shows_both(
    ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent, actor_for: Callable[..., Any]
) -> None:
    client = client_of(agent)
    fields = opened(client, ticket)
    key = f"case-{ticket.number}-listen-1"
    client.post(reverse("draft", args=[key]), {**fields, "happened": "Mei, unsaved.", "csrfmiddlewaretoken": "x"})
    evidence = {"happened": "Jonas, saved.", "remedy_sought": "A new kettle."}
    steps.record_step(ticket, actor=actor_for(colleague), now=NOW, evidence=evidence)
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    assert "since you wrote. Your words are safe." in page
    assert "Jonas, saved." in page
    shown = form_in(page)
    assert shown["happened"] == ["Mei, unsaved."]
    assert shown["remedy_sought"] == ["A new kettle."]
