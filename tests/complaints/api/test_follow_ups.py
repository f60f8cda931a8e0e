"""What is owed, over all tickets; and dates in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actions import follow_ups
from complaints.models import FollowUp, Ticket
from office import access
from office.models import Agent, ApiToken, Team
from tests.complaints.api.conftest import Desk, seal
from tests.conftest import NOW

Owe = Callable[..., FollowUp]


@pytest.fixture
def owe(ticket: Ticket, agent: Agent) -> Owe:
    def make(text: str, *, hours: float = 1, row: Ticket | None = None, **words: Any) -> FollowUp:
        made: FollowUp = follow_ups.plan(
            row or ticket,
            actor=access.actor_of(agent),
            now=NOW,
            text=text,
            due_at=NOW + timedelta(hours=hours),
            **{"kind": "promise", **words},
        )
        return made

    return make


def texts(desk: Desk, query: str = "") -> list[str]:
    answer = desk.get(f"follow-ups{query}")
    assert answer.status_code == 200, answer.content
    return [row["text"] for row in answer.json()["results"]]


def test_what_is_owed_nearest_first_with_its_ticket(desk: Desk, owe: Owe, make_ticket: Any, ticket: Ticket) -> None:
    owe("Later", hours=9)
    owe("Sooner", hours=2, row=make_ticket())
    assert texts(desk) == ["Sooner", "Later"]
    shown = desk.get("follow-ups").json()["results"][1]
    assert (shown["ticket"], shown["due_kind"], shown["cause"]) == (ticket.spoken_number, "by", "")


def test_the_filters(desk: Desk, owe: Owe, agent: Agent, colleague: Agent) -> None:
    owe("Mine", hours=2)
    owe("His", hours=3, owner=colleague, kind="care")
    nobodys = owe("Nobody’s", hours=4)
    FollowUp.objects.filter(pk=nobodys.pk).update(owner=None)
    follow_ups.done(owe("Done", hours=1), actor=access.actor_of(agent), now=NOW)
    assert texts(desk, "?due_before=2026-11-24T13:00:00Z") == ["Mine"]
    assert texts(desk, "?owner=jonas") == ["His"]
    assert texts(desk, "?owner=none") == ["Nobody’s"]
    assert texts(desk, "?kind=care,update") == ["His"]
    assert texts(desk, "?state=done") == ["Done"]
    assert texts(desk, "?state=any") == ["Done", "Mine", "His", "Nobody’s"]


def test_me_is_the_person_who_made_the_token(desk: Desk, owe: Owe, agent: Agent) -> None:
    owe("Mine")
    assert desk.get("follow-ups?owner=me").json()["fields"]["owner"]
    ApiToken.objects.update(created_by=agent)
    assert texts(desk, "?owner=me") == ["Mine"]


@pytest.mark.parametrize(
    "query",
    ["?owner=zed", "?state=late", "?due_before=soon", "?kind=wish", "?colour=red", "?cursor=x", "?owner=a&owner=b"],
)
def test_a_filter_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    assert desk.get(f"follow-ups{query}").status_code == 400


def test_only_on_tickets_the_token_may_see(
    make_desk: Callable[..., Desk], owe: Owe, ticket: Ticket, make_ticket: Any, other_team: Team
) -> None:
    owe("Ours")
    sealed = make_ticket()
    owe("Sealed", row=sealed)
    seal(sealed)
    assert texts(make_desk()) == ["Ours"]
    assert texts(make_desk(reach="own")) == []
    assert texts(make_desk(reach="team", team=other_team)) == []
    assert make_desk("customers:read").get("follow-ups").status_code == 403


@pytest.mark.one_engine
def test_pages_hold_each_once_and_cost_the_same(desk: Desk, owe: Owe) -> None:
    owe("number 0")
    desk.get("follow-ups")
    with CaptureQueriesContext(connection) as one:
        desk.get("follow-ups")
    for number in range(1, 30):
        owe(f"number {number}", hours=1 + number % 3)
    with CaptureQueriesContext(connection) as many:
        page = desk.get("follow-ups?page_size=7").json()
    assert len(one) == len(many)
    found = [row["text"] for row in page["results"]]
    while page["next"]:
        page = desk.get(page["next"].removeprefix("http://testserver")).json()
        found += [row["text"] for row in page["results"]]
    assert sorted(found) == sorted(f"number {number}" for number in range(30))


# Dates in words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "timezone", "due_at", "due_kind"),
    [
        ("明天下午三点", "Asia/Taipei", "2026-11-25T07:00:00Z", "by"),
        ("tomorrow 3pm", "Europe/London", "2026-11-25T15:00:00Z", "by"),
        ("三個工作天內", "UTC", "2026-11-27T18:00:00Z", "by"),
        ("Friday", "UTC", "2026-11-27T18:00:00Z", "on"),
    ],
)
def test_a_follow_up_is_planned_in_words(
    desk: Desk, ticket: Ticket, when: str, timezone: str, due_at: str, due_kind: str
) -> None:
    body = {"kind": "call_back", "text": "Ring her", "when": when, "timezone": timezone}
    made = desk.post(f"tickets/{ticket.number}/follow-ups", body)
    assert made.status_code == 201, made.content
    assert (made.json()["due_at"], made.json()["due_kind"]) == (due_at, due_kind)


def test_it_is_moved_in_words(desk: Desk, ticket: Ticket, owe: Owe) -> None:
    path = f"tickets/{ticket.number}/follow-ups/{owe('Ring', promised=False).pk}/move"
    moved = desk.post(path, {"when": "下周一上午", "timezone": "UTC"}).json()
    assert (moved["due_at"], moved["snoozes"]) == ("2026-11-30T12:00:00Z", 1)


@pytest.mark.parametrize(
    ("date", "field", "code"),
    [
        ({}, "due_at", "required"),
        ({"when": "some day", "timezone": "UTC"}, "when", "not-understood"),
        ({"when": "tomorrow 3", "timezone": "UTC"}, "when", "ambiguous"),
        ({"when": "tomorrow 3pm"}, "timezone", "required"),
        ({"when": "tomorrow 3pm", "timezone": "Mars/Phobos"}, "timezone", "unknown-zone"),
        ({"when": "tomorrow 3pm", "timezone": "UTC", "due_at": "2026-11-25T15:00:00Z"}, "when", "twice"),
        ({"when": "x" * 201, "timezone": "UTC"}, "when", None),
    ],
)
def test_words_that_are_no_date_are_refused(
    desk: Desk, ticket: Ticket, owe: Owe, date: dict[str, str], field: str, code: str | None
) -> None:
    plan = desk.post(f"tickets/{ticket.number}/follow-ups", {"kind": "update", "text": "Ring", **date})
    row = owe("Ring", promised=False)
    move = desk.post(f"tickets/{ticket.number}/follow-ups/{row.pk}/move", date)
    for answer in (plan, move):
        assert answer.status_code in (400, 422), answer.content
        assert code in (None, answer.json()["fields"][field][0]["code"])
    assert FollowUp.objects.count() == 1


def test_a_promise_nobody_told_the_new_date_of_is_missed_and_goes_on(desk: Desk, ticket: Ticket, owe: Owe) -> None:
    row = owe("Ring")
    path = f"tickets/{ticket.number}/follow-ups/{row.pk}/move"
    moved = desk.post(path, {"due_at": "2026-11-26T07:00:00Z", "told": False}).json()
    assert (moved["id"] != row.pk, moved["promised"]) == (True, False)
    row.refresh_from_db()
    assert row.outcome == "missed"


def test_a_try_that_reached_nobody_is_planned_again(desk: Desk, ticket: Ticket, owe: Owe) -> None:
    path = f"tickets/{ticket.number}/follow-ups/{owe('Ring').pk}/done"
    assert desk.post(path, {"outcome": "unreached", "next_due_at": "2026-11-25T11:00:00Z"}).status_code == 200
    assert texts(desk) == ["Ring"]
    calls = [
        row for row in desk.get(f"tickets/{ticket.number}/interactions").json()["results"] if row["kind"] == "call"
    ]
    assert [row["reached"] for row in calls] == [False]
