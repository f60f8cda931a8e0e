"""The customer's page in every state of a case: what it says, what it offers, and what it never shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as File
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import (
    clocks,
    conversation,
    ends,
    follow_ups,
    issues,
    links,
    portal,
    redress,
    steps,
)
from complaints.models import Interaction, Survey, Ticket
from customers.models import Customer
from office import access as office_access
from office.models import Agent, Event, Office
from office.roles import SYSTEM
from tests.access.verbs import PNG
from tests.conftest import NOW, RESTATEMENT, WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages

Browser = Callable[..., Client]
Walk = Callable[..., Ticket]


def read(client: Client, path: str = "/c/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def offered(page: str) -> set[str]:
    return set(re.findall(r'action="/c/([a-z]+)/', page))


@pytest.fixture
def by(agent: Agent) -> dict[str, Any]:
    return {"actor": office_access.actor_of(agent), "now": NOW}


# Every state ----------------------------------------------------------------------------------------------------------


def test_while_we_listen_it_says_so_and_by_when(ticket: Ticket, browser: Browser) -> None:
    page = read(browser(ticket))
    assert "Ms Wang, we are working on your complaint" in page
    assert "We are reading what you told us" in page
    assert "You hear from us by" in page or "By " in page
    assert "24 hours" in page or "hours" in page
    assert offered(page) == {"message"}


@pytest.mark.parametrize("step", ["empathise", "apologise", "resolve"])
def test_every_step_has_its_sentence(ticket: Ticket, walk_to: Walk, browser: Browser, step: str) -> None:
    walk_to(ticket, step)
    page = read(browser(ticket))
    assert page.count('aria-current="step"') == 1
    assert offered(page) == {"message"}
    assert page.count('class="c-step--') == 4


def test_what_we_said_back_can_be_answered(
    ticket: Ticket, walk_to: Walk, browser: Browser, send: Any, by: dict[str, Any]
) -> None:
    row = walk_to(ticket, "empathise")
    steps.record_step(row, evidence={"restatement": RESTATEMENT}, **by)
    client = browser(ticket)
    page = read(client)
    assert "did we understand you?" in page
    assert "trusted the date we gave you" in page
    assert offered(page) == {"message", "answer"}
    assert "checked" not in page
    refused = send(client, ticket, "answer", answer="corrected", words="")
    assert refused.status_code == 422
    assert "Tell us what is different" in refused.content.decode()
    assert re.search(r'value="corrected"[^>]*checked', refused.content.decode())
    assert send(client, ticket, "answer", answer="confirmed").status_code == 303
    assert offered(read(client)) == {"message"}


def test_while_we_wait_it_says_for_what(ticket: Ticket, browser: Browser, by: dict[str, Any]) -> None:
    clocks.wait(ticket, reason="customer_papers", until=NOW + timedelta(days=5), **by)
    page = read(browser(ticket))
    assert "We are waiting for papers or photos from you" in page
    assert "At the latest on Sun 29 Nov we go on." in page


def test_a_date_that_passed_is_not_passed_over(ticket: Ticket, browser: Browser, at: Any) -> None:
    client = browser(ticket)
    at(NOW + timedelta(days=30))
    page = read(client)
    assert "We meant to be further by" in page
    assert "You hear from us by" not in page


def test_the_answer_and_three_equal_choices(ticket: Ticket, walk_to: Walk, browser: Browser) -> None:
    walk_to(ticket, "answered")
    page = read(browser(ticket))
    assert "we have an answer for you" in page
    assert "Upheld: you were right" in page
    assert "The return reached us on 4 November" in page
    assert "What we changed:" in page
    assert offered(page) == {"message", "verdict"}
    assert re.findall(r'name="verdict" value="(\w+)"', page) == ["accepted", "not_fixed", "review"]
    assert "checked" not in page
    assert "Silence is not a yes" in page
    assert "by Tue 8 Dec" in page


@pytest.mark.parametrize(
    ("finding", "words"),
    [("partly_upheld", "Partly upheld"), ("not_upheld", "Not upheld"), ("no_finding", "We could not find out")],
)
def test_every_finding_is_put_plainly(
    ticket: Ticket, walk_to: Walk, browser: Browser, by: dict[str, Any], finding: str, words: str
) -> None:
    row = walk_to(ticket, "resolve")
    issue = issues.add_issue(row, text="Nobody rang her back in three weeks", **by)
    issues.find(issue, finding=finding, reason="The call list of that week is lost, and nobody remembers it.", **by)
    assert words not in read(browser(ticket))  # not before the answer is given
    walk_to(Ticket.objects.get(pk=ticket.pk), "answered")
    assert words in read(browser(ticket))


def test_redress_shows_what_was_agreed_and_nothing_that_was_not(
    ticket: Ticket, walk_to: Walk, browser: Browser, by: dict[str, Any], supervisor: Agent
) -> None:
    row = walk_to(ticket, "resolve")
    redress.offer(row, kind="refund", basis="due", amount=Decimal("49.90"), note="cheapest way out", **by)
    gone = redress.offer(row, kind="goodwill_gift", basis="ex_gratia", amount=Decimal(20), **by)
    redress.withdraw(gone, **by)
    walk_to(Ticket.objects.get(pk=ticket.pk), "answered")
    page = read(browser(ticket))
    assert "Refund: GBP 49.90" in page
    assert "Goodwill gift" not in page
    assert "cheapest way out" not in page


def test_silence_of_a_customer_is_not_read_as_a_yes(ticket: Ticket, walk_to: Walk, browser: Browser, at: Any) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    at(NOW + timedelta(days=20))
    page = read(client)
    assert "tell us whether this settles it." in page
    assert offered(page) == {"message", "verdict"}


def test_after_accepting_it_is_closed_and_can_be_rated_or_reopened(
    ticket: Ticket, walk_to: Walk, browser: Browser, send: Any
) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    assert send(client, ticket, "verdict", verdict="accepted").status_code == 303
    page = read(client)
    assert "your complaint is closed" in page
    assert "tell us here before Thu 24 Dec" in page
    assert offered(page) == {"message", "verdict", "rate"}
    assert re.findall(r'name="verdict" value="(\w+)"', page) == ["not_fixed"]
    assert send(client, ticket, "rate", satisfaction="4", effort="2", words="Fine").status_code == 303
    assert Survey.objects.get().satisfaction == 4
    assert re.search(r'name="satisfaction"[^>]*value="4"[^>]*checked', read(client))
    assert send(client, ticket, "verdict", verdict="not_fixed", words="It is back").status_code == 303
    assert Ticket.objects.get().pass_number == 2


def test_not_fixed_begins_again_with_the_first_date_in_sight(
    ticket: Ticket, walk_to: Walk, browser: Browser, send: Any
) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    answer = send(client, ticket, "verdict", verdict="not_fixed", words="Still no money.")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/")
    page = read(client)
    assert "we are looking at it once more" in page
    assert "Our earlier answer" in page
    assert "received <time" in page
    assert "Tue 24 Nov" in page
    assert "Still no money." in page
    assert offered(page) == {"message"}


def test_a_review_is_told_as_what_it_is(ticket: Ticket, walk_to: Walk, browser: Browser, send: Any) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    send(client, ticket, "verdict", verdict="review", words="Somebody else")
    page = read(client)
    assert "someone else looks at your complaint" in page
    assert "Karin" not in page
    assert offered(page) == {"message", "rate"}


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda row: ends.withdraw(row, actor=SYSTEM, now=NOW, reason="mistake"), "you took your complaint back"),
        (lambda row: ends.out_of_scope(row, actor=SYSTEM, now=NOW, reason="not_ours"), "this is not ours to decide"),
    ],
)
def test_other_ends_are_told_and_can_be_answered(
    ticket: Ticket, browser: Browser, end: Callable[[Ticket], Ticket], words: str
) -> None:
    end(ticket)
    page = read(browser(ticket))
    assert words in page
    assert offered(page) == {"message"}


def test_a_duplicate_says_that_it_goes_on_elsewhere(ticket: Ticket, make_ticket: Any, browser: Browser) -> None:
    links.link(ticket, other=make_ticket(), kind="duplicate", actor=SYSTEM, now=NOW)
    assert "this goes on with another complaint of yours" in read(browser(ticket))


# Promises -------------------------------------------------------------------------------------------------------------


def test_promises_kept_open_and_missed_are_all_told(
    ticket: Ticket, browser: Browser, by: dict[str, Any], at: Any
) -> None:
    def plan(text: str, hours: int, **more: Any) -> Any:
        return follow_ups.plan(ticket, kind="promise", text=text, due_at=NOW + timedelta(hours=hours), **{**by, **more})

    plan("Ring her", 1)
    plan("Send the form", 48)
    follow_ups.done(plan("Read the letter", 4), **by)
    follow_ups.done(plan("Write a summary", 4), outcome="missed", **by)
    follow_ups.done(plan("Visit her", 4), outcome="dropped", **by)
    plan("Ask the warehouse what they know", 2, promised=False)
    client = browser(ticket)
    at(NOW + timedelta(hours=3))
    page = read(client)
    assert "was due today 11:42. We are late." in page
    assert "by Thu 26 Nov 10:42" in page
    assert "kept, today 10:42" in page
    assert "not kept. We are sorry." in page
    assert "Visit her" not in page
    assert "warehouse" not in page


# What is never shown --------------------------------------------------------------------------------------------------


def test_notes_calls_evidence_and_names_of_others_stay_inside(
    ticket: Ticket, walk_to: Walk, browser: Browser, by: dict[str, Any], colleague: Agent
) -> None:
    """Abuse case 6."""
    add = conversation.add_interaction
    add(ticket, kind="note", text="zqnoteqz: be careful with her", **by)
    add(ticket, kind="call", text="zqcallqz: she shouted", direction="out", **by)
    add(ticket, kind="call", text="zqtriedqz: nobody home", direction="out", reached=False, **by)
    sent = add(ticket, kind="reply", text="zqundoneqz", channel="email", **by)
    Interaction.objects.filter(pk=sent.pk).update(delivery="cancelled")
    other = {"actor": office_access.actor_of(colleague), "now": NOW}
    add(ticket, kind="reply", text="We are on it.", channel="email", **other)
    Customer.objects.update(business_notes="zqbusinessqz", needs="zqneedqz", segment="zqsegmentqz")
    walk_to(ticket, "answered")
    page = read(browser(ticket))
    assert "We are on it." in page
    assert "We rang you" in page
    assert "We tried to reach you" in page
    for hidden in (
        "zqnoteqz", "zqcallqz", "zqtriedqz", "zqundoneqz", "zqbusinessqz", "zqneedqz", "zqsegmentqz",
        colleague.name, "Karin Solberg", "mei@example.org", "let down", "process", "severity", "77-20418",
    ):  # fmt: skip
        assert hidden not in page, hidden
    assert "Mei Lin" in page


def test_what_customers_write_is_shown_as_words_only(ticket: Ticket, browser: Browser, send: Any) -> None:
    client = browser(ticket)
    send(client, ticket, "message", words="<script>alert(1)</script> \u202eabc")
    page = read(client)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# Forms ----------------------------------------------------------------------------------------------------------------


def test_without_a_choice_the_words_stay(ticket: Ticket, walk_to: Walk, browser: Browser, send: Any) -> None:
    walk_to(ticket, "answered")
    answer = send(browser(ticket), ticket, "verdict", words="The bank charge is missing")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose one of the three" in page
    assert "The bank charge is missing</textarea>" in page
    assert Ticket.objects.get().verdict == ""


def test_a_message_with_files_and_one_with_a_wrong_file(ticket: Ticket, browser: Browser, send: Any) -> None:
    client = browser(ticket)
    good, bad = File("a.png", PNG), File("x.html", b"<html><script>")
    assert send(client, ticket, "message", words="See", file=[good]).status_code == 303
    refused = send(client, ticket, "message", words="And this", file=[bad])
    assert refused.status_code == 422
    assert "Files of this kind are not taken" in refused.content.decode()
    assert "And this</textarea>" in refused.content.decode()
    page = read(client)
    assert "a.png" in page
    assert Interaction.objects.filter(ticket=ticket, text="And this").count() == 0


def test_a_case_that_moved_on_keeps_the_words(
    ticket: Ticket, walk_to: Walk, browser: Browser, send: Any, by: dict[str, Any]
) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    ends.reopen(ticket, reason="new_fact", still_wrong="The bank charge", **by)
    answer = send(client, ticket, "verdict", verdict="not_fixed", words="The charge is missing")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "has moved on since you opened this page" in page
    assert "The charge is missing</textarea>" in page
    assert Event.objects.filter(verb="refused", actor_kind="customer").count() == 1


@pytest.mark.parametrize("act", ["message", "answer", "verdict", "rate"])
@pytest.mark.parametrize("typed", ["\x00\x07", "x" * 300_000, "\u202e𝔘\u2028", "0' OR '1'='1"])
def test_nothing_that_is_typed_breaks_the_page(
    ticket: Ticket, walk_to: Walk, browser: Browser, send: Any, act: str, typed: str
) -> None:
    walk_to(ticket, "answered")
    fields = dict.fromkeys(("words", "answer", "verdict", "satisfaction", "effort"), typed)
    assert send(browser(ticket), ticket, act, **fields).status_code in (303, 409, 422)
    fields |= {"verdict": "accepted", "satisfaction": "3", "effort": "", "answer": "confirmed"}
    assert send(browser(ticket), ticket, act, **fields).status_code in (303, 409, 422)


def test_twenty_forms_a_minute_and_the_words_stay(ticket: Ticket, browser: Browser, send: Any) -> None:
    client = browser(ticket)
    statuses = [send(client, ticket, "message", words=f"Message {n}").status_code for n in range(22)]
    assert statuses == [303] * 20 + [429] * 2
    assert "Message 21</textarea>" in send(client, ticket, "message", words="Message 21").content.decode()
    assert Interaction.objects.filter(ticket=ticket, author_kind="customer", channel="web").count() == 20


# Language and time ----------------------------------------------------------------------------------------------------


def test_the_page_speaks_the_complaints_language_until_another_is_chosen(make_ticket: Any, browser: Browser) -> None:
    ticket = make_ticket(language="zh-Hant")
    client = browser(ticket)
    assert '<html lang="zh-Hant"' in read(client)
    answer = client.get(f"/c/?language=zh-hans&number={ticket.number}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/c/?number={ticket.number}")
    assert '<html lang="zh-Hans"' in read(client)
    assert client.get("/c/?language=tlh").status_code == 200


def test_hours_are_those_of_the_customer_else_of_the_office(
    ticket: Ticket, browser: Browser, by: dict[str, Any], office: Office
) -> None:
    follow_ups.plan(
        ticket, kind="call_back", text="Ring her", due_at=datetime.fromisoformat("2026-11-24T15:00+00:00"), **by
    )
    Office.objects.update(time_zone="Asia/Taipei")
    assert "today 23:00" in read(browser(ticket))
    Customer.objects.update(time_zone="America/New_York")
    assert "today 10:00" in read(browser(ticket))


# Queries --------------------------------------------------------------------------------------------------------------


def queries_of(client: Client) -> int:
    read(client)
    with CaptureQueriesContext(connection) as counted:
        read(client)
    return len(counted)


def test_the_page_costs_the_same_for_one_message_and_for_fifty(
    ticket: Ticket, walk_to: Walk, browser: Browser, by: dict[str, Any], theirs: Any
) -> None:
    walk_to(ticket, "answered")
    client = browser(ticket)
    few = queries_of(client)
    assert few <= 10
    for number in range(50):
        text = f"We are on it, part {number} of it."
        upload = (conversation.Upload("a.png", PNG),)
        conversation.add_interaction(ticket, kind="reply", channel="email", text=text, uploads=upload, **by)
        due = NOW + timedelta(days=number + 1)
        follow_ups.plan(ticket, kind="promise", text=f"Promise {number}", due_at=due, **by)
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="Thank you")
    assert queries_of(client) == few
    page = read(client)
    assert "Earlier messages" in page
    assert WORDS not in page
    assert WORDS in read(client, "/c/?all=1")


# The desk's side ------------------------------------------------------------------------------------------------------


def test_the_case_page_shows_the_link_the_verdict_and_the_rating(
    ticket: Ticket, walk_to: Walk, theirs: Any, agent: Agent, client_of: Any
) -> None:
    walk_to(ticket, "answered")
    portal.verdict(ticket, actor=theirs(ticket), now=NOW, verdict="accepted")
    portal.rate(ticket, actor=theirs(ticket), now=NOW, satisfaction=2, effort=5, words="Slow & rude")
    client = client_of(agent)
    page = client.get(f"/cases/{ticket.number}/").content.decode()
    address = re.search(r'data-copy="(http[^"]+/c/[^"]+/)"', page)
    assert address
    assert "Yes, this settles it" in page
    assert "2 of 5" in page
    assert "Slow &amp; rude" in page
    answer = client.post(f"/cases/{ticket.number}/do/customer_link.rotate/", {})
    assert answer.status_code == 303
    assert address.group(1) not in client.get(f"/cases/{ticket.number}/").content.decode()
    assert Client().get("/c/" + address.group(1).split("/c/")[1]).status_code == 404
    history = client.get(f"/cases/{ticket.number}/history/").content.decode()
    assert "the customer" in history
    assert "Verdict: Yes, this settles it" in history


def test_the_queue_says_that_the_customer_wrote(
    ticket: Ticket, theirs: Any, agent: Agent, client_of: Any, by: dict[str, Any]
) -> None:
    client = client_of(agent)
    assert "The customer wrote" not in client.get("/queue/").content.decode()
    later = NOW + timedelta(minutes=5)
    portal.message(ticket, actor=theirs(ticket), now=later, words="Any news?")
    assert "The customer wrote" in client.get("/queue/").content.decode()
    by = {**by, "now": NOW + timedelta(minutes=9)}
    conversation.add_interaction(ticket, kind="reply", channel="email", text="We are on it.", **by)
    assert "The customer wrote" not in client.get("/queue/").content.decode()
