"""The case page: what it shows, to whom, and in how many queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import clocks, conversation, corrections, ends, escalations, follow_ups, links, sealing, steps
from complaints.models import Draft, Interaction, Ticket
from customers.actions import Described, create_customer
from office.actions.calendars import make_calendar
from office.models import Agent, Event, Team
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.one_engine  # tests/access asks both engines for these pages


STEPS = ("listen", "empathise", "apologise", "resolve", "answered")
LATER = NOW + timedelta(hours=1)
MOST_QUERIES = 12

Walk = Callable[..., Ticket]
Browser = Callable[[Agent], Client]
ActorFor = Callable[[Agent], Any]


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def address(ticket: Ticket, page: str = "case", **query: str) -> str:
    return reverse(page, args=[ticket.number], query=query or None)


def page_of(client: Client, ticket: Ticket, **query: str) -> str:
    answer = client.get(address(ticket, **query))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_page(ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, step: str) -> None:
    ticket = walk_to(ticket, step)
    page = page_of(client_of(agent), ticket)
    assert ticket.spoken_number in page
    assert ("data-step-form" in page) == (step != "answered")


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_it_is_drawn_in_every_language(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, language: str
) -> None:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    page = page_of(client_of(agent), walk_to(ticket, "resolve"))
    tag = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}[language]
    assert f'<html lang="{tag}"' in page


# Who may see it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["case", "case-history", "case-talk", "case-print", "case-people"])
def test_a_case_of_another_team_does_not_exist(ticket: Ticket, client_of: Browser, stranger: Agent, part: str) -> None:
    assert client_of(stranger).get(address(ticket, part)).status_code == 404


@pytest.mark.parametrize("part", ["case", "case-history", "case-talk", "case-print", "case-people"])
def test_a_sealed_case_exists_for_the_named_only(
    ticket: Ticket,
    client_of: Browser,
    actor_for: ActorFor,
    supervisor: Agent,
    administrator: Agent,
    colleague: Agent,
    agent: Agent,
    part: str,
) -> None:
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[colleague])
    for person in (agent, administrator, supervisor):
        assert client_of(person).get(address(ticket, part)).status_code == 404
    assert client_of(colleague).get(address(ticket, part)).status_code == 200


def test_reading_a_sealed_case_leaves_a_line_once_an_hour(
    ticket: Ticket, client_of: Browser, actor_for: ActorFor, supervisor: Agent, colleague: Agent
) -> None:
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[colleague])
    client = client_of(colleague)
    page_of(client, ticket)
    page_of(client, ticket)
    assert Event.objects.filter(verb="ticket.read_sealed", actor_id=colleague.pk).count() == 1


def test_who_is_not_signed_in_is_asked_to(client: Client, ticket: Ticket) -> None:
    answer = client.get(address(ticket))
    assert answer.status_code == 302
    assert "/sign-in/" in answer.headers["Location"]


def test_the_number_is_taken_as_it_is_spoken(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    assert client_of(agent).get(reverse("case", args=[ticket.spoken_number])).status_code == 200
    assert client_of(agent).get(reverse("case", args=["123456789"])).status_code == 404


# What it shows --------------------------------------------------------------------------------------------------------


def test_the_gate_names_everything_missing_and_leads_to_its_field(
    ticket: Ticket, client_of: Browser, agent: Agent
) -> None:
    page = page_of(client_of(agent), ticket)
    assert "6 things before Empathise" in page
    for field in ("happened", "order_ref", "harm", "remedy_sought", "feeling_start", "severity"):
        assert f'href="#f-{field}"' in page
        assert f'id="f-{field}"' in page


def test_hostile_words_stay_words(make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    described = Described(name=evil, email="x@example.org")
    ticket = make_ticket(words=evil, described=described, title=evil, facts={"happened": evil, "need": evil})
    for name in ("case", "case-print", "case-history"):
        page = client_of(agent).get(address(ticket, name)).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_words_of_every_script_are_shown_whole(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent
) -> None:
    words = "שלום 👩‍👩‍👧‍👦 王女士\x00 مرحبا 𠮷野家"
    page = page_of(client_of(agent), make_ticket(words=words))
    assert "שלום 👩‍👩‍👧‍👦 王女士 مرحبا 𠮷野家" in page
    assert "\x00" not in page


def test_a_clock_explains_its_date(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, actor_for: ActorFor
) -> None:
    ticket = walk_to(ticket, "empathise")
    until = NOW + timedelta(days=2)
    clocks.wait(ticket, actor=actor_for(agent), now=NOW, reason="customer_answer", until=until)
    page = page_of(client_of(agent), ticket)
    assert "Received on today 10:42" in page
    assert "Severity 2 · Moderate: 48 hours, day and night" in page
    assert "Waiting since today 10:42: The customer’s answer" in page
    clocks.resume(ticket, actor=actor_for(agent), now=LATER)
    assert "Stopped 1 time for 1 h: The customer’s answer" in page_of(client_of(agent), ticket)


def test_promises_stand_with_their_state(ticket: Ticket, client_of: Browser, agent: Agent, actor_for: ActorFor) -> None:
    actor = actor_for(agent)
    for text, minutes in (("Ring her", 30), ("Write to her", 90), ("Visit her", 6000)):
        follow_ups.plan(
            ticket, actor=actor, now=NOW, kind="promise", text=text, due_at=NOW + timedelta(minutes=minutes)
        )
    page = page_of(client_of(agent), ticket)
    for state in ("late", "soon", "open"):
        assert f'data-state="{state}"' in page
    assert "was due today 11:12" in page


def test_a_second_pass_keeps_the_first_receipt_in_sight(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, actor_for: ActorFor
) -> None:
    ticket = walk_to(ticket, "answered")
    ends.reopen(ticket, actor=actor_for(agent), now=LATER, reason="not_fixed", still_wrong="No money came.")
    page = page_of(client_of(agent), ticket)
    assert "Second pass, first received on today 10:42" in page
    assert 'id="f-still_wrong"' in page
    assert "What was done before" in page


def test_a_skipped_step_says_so(
    ticket: Ticket, client_of: Browser, supervisor: Agent, actor_for: ActorFor, agent: Agent
) -> None:
    steps.skip_step(ticket, actor=actor_for(supervisor), now=LATER, reason="safety_first")
    page = page_of(client_of(agent), ticket)
    assert "Safety has to come first" in page
    assert "Listen skipped, Karin Solberg" in page


def test_earlier_complaints_are_shown_or_counted_and_sealed_ones_neither(
    make_ticket: Callable[..., Ticket],
    client_of: Browser,
    actor_for: ActorFor,
    agent: Agent,
    stranger: Agent,
    supervisor: Agent,
    other_team: Team,
) -> None:
    ticket, mine = make_ticket(), make_ticket(title="The one before")
    make_ticket(by=stranger, team=other_team, title="In repairs")
    hidden = make_ticket(title="About somebody of ours")
    sealing.seal(hidden, actor=actor_for(supervisor), now=NOW, named=[supervisor])
    page = page_of(client_of(agent), ticket)
    assert "The one before" in page
    assert mine.spoken_number in page
    assert "1 more in other teams" in page
    assert "In repairs" not in page
    assert "About somebody of ours" not in page


def test_a_linked_case_nobody_may_see_is_not_named(
    make_ticket: Callable[..., Ticket],
    client_of: Browser,
    actor_for: ActorFor,
    agent: Agent,
    administrator: Agent,
    stranger: Agent,
    other_team: Team,
) -> None:
    ticket = make_ticket()
    far = make_ticket(by=stranger, team=other_team, title="Far away", customer=None, anonymous_reason="left none")
    links.link(ticket, actor=actor_for(administrator), now=NOW, other=far, kind="related")
    assert "Far away" not in page_of(client_of(agent), ticket)
    assert "Far away" in page_of(client_of(administrator), ticket)


def test_only_what_fits_role_step_and_state_is_offered(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, supervisor: Agent
) -> None:
    mine, above = page_of(client_of(agent), ticket), page_of(client_of(supervisor), ticket)
    for verb in ("ticket.seal", "step.skip", "ticket.out_of_scope"):
        assert f"panel={verb}" not in mine
        assert f"panel={verb}" in above
    for verb in ("redress.offer", "ticket.close", "ticket.reopen", "step.back", "ticket.unseal", "ticket.settle"):
        assert f"panel={verb}" not in mine
    answered = page_of(client_of(agent), walk_to(ticket, "answered"))
    for verb in ("ticket.close", "ticket.reopen"):
        assert f"panel={verb}" in answered
    for verb in ("ticket.wait", "step.back", "redress.offer"):
        assert f"panel={verb}" not in answered


def test_a_draft_is_there_again(ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent) -> None:
    client = client_of(agent)
    key = f"case-{ticket.number}-listen-1"
    client.post(reverse("draft", args=[key]), {"happened": "Half a sen", "harm": ["money", "time"]})
    client.post(reverse("draft", args=[f"case-{ticket.number}-write-note"]), {"text": "Half a note"})
    page = page_of(client, ticket)
    assert "Half a sen</textarea>" in page
    assert "Half a note</textarea>" in page
    assert 'value="money" id="f-harm_0" checked' in page or "checked" in page.split('value="money"')[1][:60]
    assert "Half a" not in page_of(client_of(colleague), ticket)
    assert Draft.objects.count() == 2


def test_escalations_show_what_was_asked_and_answered(
    ticket: Ticket, client_of: Browser, agent: Agent, supervisor: Agent, actor_for: ActorFor
) -> None:
    row = escalations.open_escalation(ticket, actor=actor_for(agent), now=NOW, reason="May I promise a visit?")
    mine, above = page_of(client_of(agent), ticket), page_of(client_of(supervisor), ticket)
    assert "May I promise a visit?" in mine
    assert "Karin Solberg is asked" in mine
    assert "panel=escalation.answer" not in mine
    assert "panel=escalation.answer" in above
    escalations.answer(row, actor=actor_for(supervisor), now=LATER, guidance="Yes, on Friday.")
    assert "Yes, on Friday." in page_of(client_of(agent), ticket)


def test_the_print_view_holds_the_whole_case(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, actor_for: ActorFor
) -> None:
    actor = actor_for(agent)
    for count in range(25):
        conversation.add_interaction(ticket, actor=actor, now=NOW, kind="note", text=f"Note number {count}.")
    page = client_of(agent).get(address(walk_to(ticket, "answered"), "case-print")).content.decode()
    for count in range(25):
        assert f"Note number {count}." in page
    assert "The return reached us on 4 November" in page
    assert "fs-rail" not in page
    assert "<form" not in page


# Queries --------------------------------------------------------------------------------------------------------------


def queries_of(client: Client, where: str, **headers: str) -> int:
    client.get(where, headers=headers)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(where, headers=headers).status_code == 200
    return len(counted)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_costs_at_most_twelve_queries(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, supervisor: Agent, step: str
) -> None:
    cache.clear()
    where = address(walk_to(ticket, step))
    assert queries_of(client_of(agent), where) <= MOST_QUERIES - 1
    assert queries_of(client_of(supervisor), where) <= MOST_QUERIES


@pytest.mark.parametrize("step", STEPS)
def test_a_long_case_in_a_large_office_costs_the_same(
    ticket: Ticket,
    walk_to: Walk,
    client_of: Browser,
    agent: Agent,
    team: Team,
    actor_for: ActorFor,
    step: str,
) -> None:
    actor = actor_for(agent)
    ticket = walk_to(ticket, step)
    many(ticket, 4)
    follow_ups.plan(ticket, actor=actor, now=NOW, kind="promise", text="Ring", due_at=NOW + timedelta(days=1))
    escalations_are_possible = ticket.state in ("open", "answered")
    if escalations_are_possible:
        escalations.open_escalation(ticket, actor=actor, now=NOW, reason="Help")
    client = client_of(agent)
    few = queries_of(client, address(ticket))
    many(ticket, 196)
    for count in range(20):
        due = NOW + timedelta(days=2)
        follow_ups.plan(ticket, actor=actor, now=NOW, kind="promise", text=f"Ring {count}", due_at=due)
    people = [Agent(username=f"p{count}", name=f"P {count}", created_at=NOW, password="!") for count in range(5000)]
    Agent.objects.bulk_create(people, batch_size=500)
    team.members.through.objects.bulk_create(
        [
            team.members.through(agent=person, team=team)
            for person in Agent.objects.filter(username__startswith="p")[:50]
        ]
    )
    assert queries_of(client, address(ticket)) == few <= MOST_QUERIES - 1


def many(ticket: Ticket, count: int) -> None:
    """Messages as rows, half of them the customer's."""
    Interaction.objects.bulk_create(
        Interaction(
            ticket=ticket,
            kind=("words", "call")[number % 2],
            direction=("in", "out")[number % 2],
            channel="phone",
            visibility="customer",
            author_kind="agent",
            author_name="Mei Lin",
            text=f"Message {number}",
            happened_at=NOW + timedelta(seconds=number),
            entered_at=NOW,
        )
        for number in range(count)
    )


def test_parts_of_the_page_are_small(ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent) -> None:
    ticket = walk_to(ticket, "resolve")
    client = client_of(agent)
    htmx = {"HX-Request": "true"}
    assert queries_of(client, address(ticket, "case-talk"), **htmx) <= 8
    assert queries_of(client, address(ticket, "case-history"), **htmx) <= 6
    assert queries_of(client, address(ticket, "case-people", q="je"), **htmx) <= 5
    panel = {**htmx, "HX-Target": "panel"}
    for verb in ("ticket.assign", "ticket.wait", "redress.offer", "follow_up.plan", "ticket.correct"):
        assert queries_of(client, address(ticket, panel=verb), **panel) <= 7


def test_the_customer_of_a_switchboard_does_not_make_it_slow(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent
) -> None:
    described = Described(name="Large Ltd", phone="+44 20 7946 0000")
    large = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    ticket = make_ticket(customer=large)
    client = client_of(agent)
    one = queries_of(client, address(ticket))
    for _count in range(12):
        make_ticket(customer=large)
    assert queries_of(client, address(ticket)) == one


def test_a_changed_customer_is_the_one_shown(
    ticket: Ticket, client_of: Browser, agent: Agent, actor_for: ActorFor
) -> None:
    corrections.change_customer(ticket, actor=actor_for(agent), now=NOW, customer=None, anonymous_reason="Wants none")
    page = page_of(client_of(agent), ticket)
    assert "No customer: Wants none" in page
    assert 'value="no_way"' not in page


@pytest.mark.one_engine
def test_working_hours_explain_a_date_without_another_query(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent, team: Any
) -> None:
    browser, plain = client_of(agent), make_ticket(owner=agent)
    week = {"time_zone": "Asia/Shanghai", "region": "CN", "windows": {"1": [["09:00", "12:00"], ["13:00", "18:00"]]}}
    team.calendar = make_calendar(None, actor=SYSTEM, now=NOW, name="Shanghai desk", content=week)
    team.save()
    counted = make_ticket(owner=agent)

    def cost(ticket: Ticket) -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(browser, ticket)
        return len(queries)

    cost(plain)
    assert cost(plain) == cost(counted) <= 12
    page = page_of(browser, counted)
    assert "Counted in the hours of Shanghai desk, version 1; not counted:" in page
    assert "24 working hours" in page
