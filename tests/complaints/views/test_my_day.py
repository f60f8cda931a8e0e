"""My day: what stands on it, in which order, and what one press does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.actions import drafts, escalations, follow_ups, sealing
from complaints.models import Escalation, FollowUp, Ticket
from office import access
from office.models import Agent, Event, Membership
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages

DAY = "/my-day/"
ONE_DAY = timedelta(days=1)

Owe = Callable[..., FollowUp]


@pytest.fixture(autouse=True)
def _hour() -> Iterator[None]:
    """A Tuesday at 10:42: no test begins on one day and ends on the next."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(client_of: Any, agent: Agent) -> Client:
    browser: Client = client_of(agent)
    return browser


@pytest.fixture
def owe(ticket: Ticket, agent: Agent) -> Owe:
    """Something owed, due ``due`` from now; it may be late already."""

    def make(text: str = "Ring with the date", due: timedelta = timedelta(hours=1), **words: Any) -> FollowUp:
        said: dict[str, Any] = {"kind": "call_back", "promised": True, "ticket": ticket, **words}
        moment = timezone.now() + due
        known = {"due_at": moment, "original_due_at": moment, "made_at": NOW, "owner": agent}
        return FollowUp.objects.create(text=text, **{**known, **said})

    return make


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def groups(page: str) -> list[str]:
    return re.findall(r'id="g-(\w+)"', page)


def local(hour: int, *, day: int = 0) -> datetime:
    """An hour of a day from today in the cast's zone, which is UTC."""
    return (timezone.now() + day * ONE_DAY).replace(hour=hour, minute=0, second=0, microsecond=0)


# What stands on it ----------------------------------------------------------------------------------------------------


def test_a_day_without_anything_helps_on(mine: Client) -> None:
    page = body(mine.get(DAY))
    assert "Nothing is owed" in page
    assert reverse("queue") in page
    assert reverse("new-complaint") in page


def test_what_breaks_first_stands_first(mine: Client, owe: Owe) -> None:
    owe("In a month", 30 * ONE_DAY)
    owe("Tomorrow", local(12, day=1) - timezone.now())
    owe("Long late", -2 * ONE_DAY)
    owe("Just late", -timedelta(minutes=5))
    page = body(mine.get(DAY))
    assert groups(page) == ["late", "tomorrow", "after"]
    places = [page.index(words) for words in ("Long late", "Just late", "Tomorrow</a>", "In a month")]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", ["promise", "call_back", "update", "satisfaction", "care", "chase"])
def test_every_kind_is_there(kind: str, mine: Client, owe: Owe) -> None:
    owe(f"Do the {kind}", kind=kind)
    assert f"Do the {kind}" in body(mine.get(DAY))


def test_a_line_says_what_for_whom_how_to_reach_them_and_how_often_it_was_moved(
    mine: Client, owe: Owe, ticket: Ticket
) -> None:
    owe("Ring with the date", -timedelta(minutes=30), snoozes=2)
    page = body(mine.get(DAY))
    for words in ("Ms Wang", "tel:+447700900418", ticket.spoken_number, "30 min past", "Call back", "moved 2 times"):
        assert words in page
    assert "promised" in page
    assert reverse("case", args=[ticket.number]) in page


def test_days_are_the_persons_own(mine: Client, owe: Owe, agent: Agent) -> None:
    """23:30 in London is tomorrow in Taipei."""
    owe("Late at night", local(23, day=0) + timedelta(minutes=30) - timezone.now())
    Agent.objects.filter(pk=agent.pk).update(time_zone="Asia/Taipei")
    taipei = timezone.now() + timedelta(hours=8)
    expected = "tomorrow" if taipei.date() == timezone.now().date() else "today"
    assert groups(body(mine.get(DAY))) == [expected]


def test_only_what_is_mine_and_only_on_cases_i_see(
    mine: Client, owe: Owe, ticket: Ticket, make_ticket: Any, colleague: Agent, supervisor: Agent, agent: Agent
) -> None:
    owe("Not mine", owner=colleague)
    sealed = make_ticket(by=agent, owner=agent)
    owe("Out of sight", ticket=sealed)
    sealing.seal(sealed, actor=access.actor_of(supervisor), now=NOW, named=[supervisor])
    page = body(mine.get(DAY))
    assert "Not mine" not in page
    assert "Out of sight" not in page


@pytest.mark.parametrize("gone", ["away", "deactivated", "nobody"])
def test_what_somebody_missed_who_is_not_here_is_late_on_the_day_of_whoever_has_the_case(
    gone: str, mine: Client, owe: Owe, colleague: Agent
) -> None:
    row = owe("Missed by Jonas", -timedelta(hours=1), owner=None if gone == "nobody" else colleague)
    if gone == "away":
        Agent.objects.filter(pk=colleague.pk).update(away_until=timezone.now() + ONE_DAY)
    elif gone == "deactivated":
        Agent.objects.filter(pk=colleague.pk).update(is_active=False)
    page = body(mine.get(DAY))
    assert groups(page) == ["late"]
    assert ("nobody’s" if gone == "nobody" else "Jonas Tamm is not here") in page
    follow_ups.done(row, actor=access.actor_of(colleague), now=timezone.now())
    assert groups(body(mine.get(DAY))) == []


def test_the_lead_sees_what_was_missed_on_a_case_of_whoever_is_away(
    client_of: Any, owe: Owe, ticket: Ticket, team: Any, agent: Agent, supervisor: Agent
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    owe("Missed by Mei", -timedelta(hours=1))
    team.lead = supervisor
    team.save()
    browser = client_of(supervisor)
    assert "Missed by Mei" not in body(browser.get(DAY))
    Agent.objects.filter(pk=agent.pk).update(away_until=timezone.now() + ONE_DAY)
    assert "Missed by Mei" in body(browser.get(DAY))


def test_guidance_stands_there_until_it_is_read(mine: Client, ticket: Ticket, agent: Agent, supervisor: Agent) -> None:
    row = escalations.open_escalation(ticket, actor=access.actor_of(agent), now=NOW, reason="May I refund twice?")
    assert "Came back to you" not in body(mine.get(DAY))
    escalations.give_back(row, actor=access.actor_of(supervisor), now=NOW, guidance="Offer the bank charge first")
    page = body(mine.get(DAY))
    assert "Offer the bank charge first" in page
    assert "Karin Solberg" in page
    assert mine.post(reverse("my-day-read", args=[row.pk])).status_code == 303
    assert "Offer the bank charge first" not in body(mine.get(DAY))
    assert Event.objects.filter(verb="escalation.read").count() == 1


def test_what_waits_for_a_supervisor_is_on_their_day(
    client_of: Any, ticket: Ticket, agent: Agent, supervisor: Agent
) -> None:
    row = escalations.open_escalation(ticket, actor=access.actor_of(agent), now=timezone.now(), reason="May I?")
    page = body(client_of(supervisor).get(DAY))
    assert groups(page) == ["today"]
    assert reverse("escalation", args=[row.pk]) in page
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(minutes=1))
    assert groups(body(client_of(supervisor).get(DAY))) == ["late"]


def test_ones_own_drafts_lead_to_where_they_were_begun(mine: Client, ticket: Ticket, agent: Agent) -> None:
    for key in ("new-7", f"case-{ticket.number}-listen-1", "case-000000000-listen-1", "thrown-away"):
        drafts.keep(actor=access.actor_of(agent), now=NOW, key=key, fields={"words": ["She"]})
    page = body(mine.get(DAY))
    assert "?draft=new-7" in page
    assert f"Words on case {ticket.spoken_number}" in page
    assert "000000000" not in page


def test_after_a_chase_and_fourteen_silent_days_closing_is_proposed_and_never_done(
    mine: Client, ticket: Ticket, walk_to: Any, agent: Agent
) -> None:
    answered = walk_to(ticket, "answered", now=NOW)
    Ticket.objects.filter(pk=answered.pk).update(answered_at=timezone.now() - 15 * ONE_DAY)
    assert "g-silent" not in body(mine.get(DAY))
    chase = FollowUp.objects.get(ticket=ticket, cause="silence")
    follow_ups.done(chase, actor=access.actor_of(agent), now=timezone.now())
    page = body(mine.get(DAY))
    assert "Silent since then: close it?" in page
    assert f"{reverse('case', args=[ticket.number])}?panel=ticket.close" in page
    ticket.refresh_from_db()
    assert ticket.state == "answered"


def test_the_rail_counts_what_is_due_or_late_today(mine: Client, owe: Owe) -> None:
    owe("Late", -3 * ONE_DAY)
    owe("Today", local(23) + timedelta(minutes=59) - timezone.now())
    owe("Tomorrow", 2 * ONE_DAY)
    assert '<span class="fs-sr">due today: </span>2</span>' in body(mine.get(reverse("queue")))


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_page_speaks_the_readers_language_and_keeps_the_customers(
    language: str, mine: Client, agent: Agent, owe: Owe, ticket: Ticket, supervisor: Agent
) -> None:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    Ticket.objects.filter(pk=ticket.pk).update(language="zh-Hant")
    owe("回電告知日期")
    row = escalations.open_escalation(ticket, actor=access.actor_of(agent), now=NOW, reason="May I?")
    escalations.give_back(row, actor=access.actor_of(supervisor), now=NOW, guidance="先道歉")
    answer = mine.get(DAY)
    page = body(answer)
    assert answer.status_code == 200
    assert f'<html lang="{language[:3]}{language[3:].title()}"' in page
    assert 'lang="zh-Hant" dir="auto" data-open>回電告知日期' in page


# What it costs --------------------------------------------------------------------------------------------------------


def test_the_page_costs_the_same_few_queries_at_1_row_and_at_200(
    client_of: Any, agent: Agent, supervisor: Agent, team: Any, ticket: Ticket, make_ticket: Any, owe: Owe
) -> None:
    Membership.objects.create(agent=supervisor, team=team)
    for person in (agent, supervisor):
        browser = client_of(person)
        owe(owner=person)
        costs = []
        for more in (0, 199):
            FollowUp.objects.bulk_create(
                FollowUp(
                    ticket=ticket,
                    kind="call_back",
                    text=f"Ring {n}",
                    owner=person,
                    due_at=NOW + n * ONE_DAY,
                    original_due_at=NOW,
                    made_at=NOW,
                )
                for n in range(more)
            )
            for _n in range(more // 50):
                other = make_ticket(by=agent, owner=agent)
                owe(ticket=other, owner=person)
                escalations.open_escalation(other, actor=access.actor_of(agent), now=NOW, reason="May I?")
            browser.get(DAY)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(DAY).status_code == 200
            costs.append(len(asked))
        assert costs[0] == costs[1], costs
        assert max(costs) <= 8, costs


def test_a_long_list_comes_in_pages_and_nothing_is_left_out(mine: Client, ticket: Ticket, agent: Agent) -> None:
    due_at = timezone.now() + ONE_DAY
    FollowUp.objects.bulk_create(
        FollowUp(
            ticket=ticket,
            kind="care",
            text=f"number {n}.",
            owner=agent,
            due_at=due_at + timedelta(microseconds=n // 7),
            original_due_at=due_at,
            made_at=NOW,
        )
        for n in range(120)
    )
    seen: list[str] = []
    address: str | None = DAY
    for _page in range(4):
        if address is None:
            break
        page = mine.get(address).content.decode()
        seen += re.findall(r"data-open>number (\d+)\.", page)
        found = re.search(r'href="(/my-day/\?after=[\d-]+)" rel="next"', page)
        address = found.group(1) if found else None
    assert sorted(map(int, seen)) == list(range(120))


@pytest.mark.parametrize(
    "after", ["x", "1-2-3", "9" * 400, "-", "\x00", "99999999999999999-1", "²-1", "1-9999999999999999999"]
)
def test_a_place_that_makes_no_sense_is_the_start(after: str, mine: Client, owe: Owe) -> None:
    owe("Still here")
    assert mine.get(DAY, {"after": after}).status_code == 200


# One press ------------------------------------------------------------------------------------------------------------


def test_done_is_one_press_and_can_be_taken_back(mine: Client, owe: Owe) -> None:
    row = owe()
    assert mine.post(reverse("my-day-done", args=[row.pk]), {"outcome": "kept"}).headers["Location"] == DAY
    row.refresh_from_db()
    assert row.outcome == "kept"
    page = body(mine.get(DAY))
    assert "Done: Ring with the date" in page
    undo = reverse("my-day-undo", args=[row.pk])
    assert f'action="{undo}"' in page
    assert mine.post(undo).headers["Location"] == DAY
    row.refresh_from_db()
    assert row.done_at is None
    assert "Taken up again" in body(mine.get(DAY))


def test_somebody_elses_end_is_not_taken_back(mine: Client, owe: Owe, colleague: Agent) -> None:
    row = owe()
    follow_ups.done(row, actor=access.actor_of(colleague), now=timezone.now())
    assert mine.post(reverse("my-day-undo", args=[row.pk])).status_code == 303
    assert "Only who ended it can take that back" in body(mine.get(DAY))
    row.refresh_from_db()
    assert row.outcome == "kept"


def test_could_not_reach_offers_the_next_working_day_and_plans_it(mine: Client, owe: Owe, ticket: Ticket) -> None:
    row = owe(due=-timedelta(hours=1))
    assert "unless you say otherwise" in body(mine.get(DAY))
    mine.post(reverse("my-day-done", args=[row.pk]), {"outcome": "unreached", "again": "on", "when": ""})
    again = FollowUp.objects.get(after=row)
    assert again.due_at > timezone.now()
    assert again.due_at.weekday() < 5
    assert (again.due_at.hour, again.due_at.minute) == (row.due_at.hour, row.due_at.minute)
    assert ticket.interactions.filter(kind="call", reached=False).count() == 1
    assert "next try" in body(mine.get(DAY))


def test_the_person_says_when_the_next_try_is_or_that_there_is_none(mine: Client, owe: Owe) -> None:
    first, second = owe(), owe("Another")
    said = {"outcome": "unreached", "again": "on", "when": "in 2 hours"}
    mine.post(reverse("my-day-done", args=[first.pk]), said)
    assert timedelta(minutes=110) < FollowUp.objects.get(after=first).due_at - timezone.now() <= timedelta(hours=2)
    mine.post(reverse("my-day-done", args=[second.pk]), {"outcome": "unreached"})
    assert not FollowUp.objects.filter(after=second).exists()


def test_a_next_try_that_is_not_understood_is_said_beside_the_field(mine: Client, owe: Owe) -> None:
    row = owe()
    answer = mine.post(
        reverse("my-day-done", args=[row.pk]), {"outcome": "unreached", "again": "on", "when": "some day"}
    )
    assert answer.status_code == 422
    assert 'value="some day"' in body(answer)
    assert "not understood as a date to come" in body(answer)
    row.refresh_from_db()
    assert row.done_at is None


# Another date ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["in 2 days", "三个工作天內".replace("个", "個"), "下周一上午", "tomorrow 3pm", "明天下午三点"]
)
def test_a_date_in_words_is_taken_at_once_and_said(words: str, mine: Client, owe: Owe) -> None:
    row = owe(promised=False)
    answer = mine.post(reverse("my-day-move", args=[row.pk]), {"when": words})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert row.due_at > timezone.now()
    assert row.snoozes == 1
    assert "Moved to" in body(mine.get(DAY))


def test_a_date_that_can_be_read_twice_is_asked_about_once(mine: Client, owe: Owe) -> None:
    row = owe(promised=False)
    address = reverse("my-day-move", args=[row.pk])
    answer = mine.post(address, {"when": "tomorrow 3"})
    page = body(answer)
    assert answer.status_code == 422
    assert 'name="meant" value="tomorrow 3"' in page
    assert "15:00? Save again if it is" in page
    row.refresh_from_db()
    assert row.snoozes == 0
    assert mine.post(address, {"when": "tomorrow 4", "meant": "tomorrow 3"}).status_code == 422
    assert mine.post(address, {"when": "tomorrow 3", "meant": "tomorrow 3"}).status_code == 303
    row.refresh_from_db()
    assert row.due_at == local(15, day=1)


@pytest.mark.parametrize("typed", ["", "some day", "yesterday", "\x00", "x" * 70_000, "\ud800", "<b>"])
def test_what_is_not_understood_is_said_and_nothing_typed_is_lost(typed: str, mine: Client, owe: Owe) -> None:
    row = owe(promised=False)
    sent = typed.encode("utf-8", "surrogatepass").decode("latin-1") if typed == "\ud800" else typed
    answer = mine.post(reverse("my-day-move", args=[row.pk]), {"when": sent})
    assert answer.status_code == 422
    assert "c-error" in body(answer)
    if typed == "some day":
        assert 'value="some day"' in body(answer)
    row.refresh_from_db()
    assert row.snoozes == 0


@pytest.mark.parametrize("quick", ["hour", "tomorrow", "working_day", "next_week"])
def test_one_press_moves_it(quick: str, mine: Client, owe: Owe) -> None:
    row = owe(promised=False)
    assert mine.post(reverse("my-day-move", args=[row.pk]), {"when": "", "quick": quick}).status_code == 303
    row.refresh_from_db()
    assert row.due_at > timezone.now()
    assert row.snoozes == 1


def test_a_promise_asks_whether_the_customer_knows_the_new_date(mine: Client, owe: Owe) -> None:
    row = owe()
    address = reverse("my-day-move", args=[row.pk])
    answer = mine.post(address, {"when": "in 2 days"})
    assert answer.status_code == 422
    assert "Say whether the customer knows the new date" in body(answer)
    assert 'value="in 2 days"' in body(answer)
    assert mine.post(address, {"quick": "next_week"}).status_code == 422
    assert mine.post(address, {"when": "in 2 days", "told": "yes"}).status_code == 303
    row.refresh_from_db()
    assert row.told_due_at == row.due_at


def test_no_keeps_the_promise_as_missed_and_that_can_be_taken_back(mine: Client, owe: Owe) -> None:
    row = owe()
    mine.post(reverse("my-day-move", args=[row.pk]), {"when": "in 2 days", "told": "no"})
    row.refresh_from_db()
    assert row.outcome == "missed"
    page = body(mine.get(DAY))
    assert "The promise is missed" in page
    assert "tried before" in page
    mine.post(reverse("my-day-undo", args=[row.pk]))
    row.refresh_from_db()
    assert row.done_at is None
    assert FollowUp.objects.pending().count() == 1


def test_a_row_that_is_refused_stands_open_whatever_page_it_is_on(mine: Client, owe: Owe) -> None:
    row = owe("Far away", 300 * ONE_DAY, promised=False)
    for n in range(60):
        owe(f"Nearer {n}", (n + 1) * timedelta(hours=1))
    page = body(mine.post(reverse("my-day-move", args=[row.pk]), {"when": "some day"}))
    assert "Far away" in page
    assert "data-opened" in page


# Dates in words -------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_shown_as_it_is_understood(mine: Client) -> None:
    assert "15:00" in body(mine.get("/when/", {"when": "明天下午三点"}))
    assert 'name="meant" value="tomorrow 3"' in body(mine.get("/when/", {"when": "tomorrow 3"}))
    assert "Not understood yet" in body(mine.get("/when/", {"when": "tomo"}))
    assert body(mine.get("/when/")) == ""
    assert mine.get("/when/", {"when": "\x00" * 9, "case": "\x00"}).status_code == 404


def test_words_are_read_with_the_hours_of_the_cases_team_and_only_of_a_case_that_is_seen(
    mine: Client, client_of: Any, ticket: Ticket, stranger: Agent
) -> None:
    asked = {"when": "in 3 working days", "case": ticket.number}
    assert "18:00" in body(mine.get("/when/", asked))
    assert client_of(stranger).get("/when/", asked).status_code == 404
