"""A desk that stands open: what is asked again and again, what it is told, and what that costs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import escalations, sealing
from complaints.models import Escalation, Ticket
from office import access
from office.models import Agent, Team
from tests.conftest import NOW, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages
DESK = "/desk/"


@pytest.fixture
def boss(client_of: Any, supervisor: Agent, team: Team) -> Client:
    browser: Client = client_of(supervisor)
    return browser


@pytest.fixture
def asked(make_ticket: Any, agent: Agent) -> Callable[..., Escalation]:
    """A case of its own put before somebody above."""

    def ask(**words: Any) -> Escalation:
        said: dict[str, Any] = {"reason": "May I?", "now": NOW, **words}
        row: Escalation = escalations.open_escalation(make_ticket(), actor=access.actor_of(agent), **said)
        return row

    return ask


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def look_of(answer: Any) -> str:
    """Where the page asks for what is new."""
    found = re.search(r'id="d-look"[^>]*hx-get="([^"]+)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


def test_an_open_desk_is_told_once_what_is_new(boss, asked):
    first = asked()
    look = look_of(boss.get(DESK))
    assert boss.get(look).status_code == 204
    second = asked(trigger="missed_promise")
    told = boss.get(look)
    text = body(told)
    assert told.status_code == 200
    assert "1 new" in text
    for words in ("L1", second.ticket.spoken_number, "A promise was missed", "Ms Wang", f'id="d-new-{second.pk}"'):
        assert words in text
    assert first.ticket.spoken_number not in text
    assert boss.get(look_of(told)).status_code == 204, "the same is not told twice"
    third = asked()
    text = body(boss.get(look_of(told)))
    assert "2 new" in text
    assert third.ticket.spoken_number in text


def test_what_somebody_else_answered_meanwhile_is_no_longer_new(boss, asked, administrator):
    look = look_of(boss.get(DESK))
    row = asked()
    told = boss.get(look)
    escalations.answer(row, actor=access.actor_of(administrator), now=NOW, guidance="Yes")
    gone = boss.get(look_of(told))
    assert gone.status_code == 200
    assert "d-item" not in body(gone)
    assert boss.get(look_of(gone)).status_code == 204


def test_what_becomes_visible_late_under_an_earlier_number_is_not_missed(boss, asked):
    """A tick writes many rows at once, and a later one can be seen first."""
    hidden, seen = asked(), asked()
    Escalation.objects.filter(pk=hidden.pk).update(state="lapsed")
    look = look_of(boss.get(DESK))
    Escalation.objects.filter(pk=hidden.pk).update(state="open")
    text = body(boss.get(look))
    assert hidden.ticket.spoken_number in text
    assert seen.ticket.spoken_number not in text


def test_the_wrong_supervisors_are_told_nothing(client_of, asked, other_team, agent, supervisor):
    elsewhere = person("strange", "Strange Boss", "supervisor")
    Team.objects.filter(pk=other_team.pk).update(supervisor=elsewhere)
    browser = client_of(elsewhere)
    look = look_of(browser.get(DESK))
    row = asked()
    assert browser.get(look).status_code == 204
    assert browser.get(reverse("desk-new"), {"since": 0, "known": "", "shown": ""}).status_code == 204
    assert browser.get(reverse("desk-count"), {"shown": 0}).status_code == 204
    assert client_of(agent).get(reverse("desk-new")).status_code == 403
    sealing.seal(row.ticket, actor=access.actor_of(supervisor), now=NOW, named=[agent])
    Ticket.objects.get(pk=row.ticket_id).participants.filter(role="named").exclude(agent=agent).delete()
    assert client_of(supervisor).get(look).status_code == 204, "sealed: not even that there is one"


def test_the_figure_at_the_door_is_told_when_it_changed(boss, asked):
    place = reverse("desk-count")
    assert boss.get(place, {"shown": 0}).status_code == 204
    asked()
    text = body(boss.get(place, {"shown": 0}))
    assert '<span class="fs-sr">waiting: </span>1</span>' in text
    assert f'hx-get="{place}?shown=1"' in text
    assert boss.get(place, {"shown": 1}).status_code == 204


@pytest.mark.parametrize("name", ["desk-new", "desk-count"])
def test_asking_again_costs_three_queries_and_counts_as_no_activity(name, boss, asked):
    boss.get(DESK)
    before = dict(Session.objects.values_list("pk", "expire_date"))
    for rows in (0, 1, 30):
        for _n in range(rows):
            asked()
        with CaptureQueriesContext(connection) as queries:
            answer = boss.get(reverse(name))
        assert answer.status_code == (200 if rows else 204) or name == "desk-count"
        assert len(queries) <= 3, [query["sql"] for query in queries]
        assert not answer.cookies
    assert dict(Session.objects.values_list("pk", "expire_date")) == before


@pytest.mark.parametrize(
    "asked_for",
    ["since=x", "since=-1", "known=1,,2", "known=" + "9" * 40, "shown=%00", "since=1&known=" + ",".join("1" * 400)],
)
def test_nonsense_in_the_address_is_not_an_error(asked_for, boss, asked):
    asked()
    assert boss.get(f"{reverse('desk-new')}?{asked_for}").status_code in (200, 204)
    assert boss.get(f"{reverse('desk-count')}?{asked_for}").status_code in (200, 204)
