"""What somebody types is kept on the server, is theirs alone, and goes when they say so."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from complaints.models import Draft, Ticket
from office.models import Agent

SignIn = Callable[[Agent], Client]
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
KEY = f"new-{7:032x}"


@pytest.fixture
def desk(client_of: SignIn, agent: Agent) -> Client:
    return client_of(agent)


def leave(agent: Agent, key: str = KEY, *, minutes: int = 3, **fields: str | list[str]) -> Draft:
    kept = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return Draft.objects.create(agent=agent, key=key, fields=kept, saved_at=NOW - timedelta(minutes=minutes))


def test_what_is_typed_is_kept(desk: Client, agent: Agent) -> None:
    with time_machine.travel(NOW, tick=False):
        told = desk.post(
            "/drafts/case-17-reply/", {"text": "Dear <b>Ms Wang</b> 王女士 😤\r\n", "harm": ["time", "money"]}
        )
    assert told.status_code == 200
    assert told.json() == {"key": "case-17-reply", "saved_at": "10:42", "at": "2026-11-24T10:42:00+00:00"}
    kept = Draft.objects.get(agent=agent, key="case-17-reply")
    assert kept.fields == {"text": ["Dear <b>Ms Wang</b> 王女士 😤\n"], "harm": ["time", "money"]}
    assert desk.get("/drafts/case-17-reply/").json()["fields"] == kept.fields


def test_the_hour_is_told_in_the_persons_zone(desk: Client, agent: Agent) -> None:
    agent.time_zone = "Asia/Taipei"
    agent.save()
    with time_machine.travel(NOW, tick=False):
        assert desk.post(f"/drafts/{KEY}/", {"words": "a"}).json()["saved_at"] == "18:42"


def test_the_newest_words_count_and_other_forms_stay(desk: Client) -> None:
    desk.post("/drafts/one/", {"text": "first"})
    desk.post("/drafts/two/", {"text": "other"})
    desk.post("/drafts/one/", {"text": "second"})
    assert desk.get("/drafts/one/").json()["fields"] == {"text": ["second"]}
    assert desk.get("/drafts/two/").json()["fields"] == {"text": ["other"]}


def test_the_draft_of_somebody_else_does_not_exist(
    desk: Client, client_of: SignIn, agent: Agent, supervisor: Agent
) -> None:
    leave(agent, words="Mine alone")
    theirs = client_of(supervisor)
    assert theirs.get(f"/drafts/{KEY}/").status_code == 404
    assert "Mine alone" not in theirs.get("/new/").content.decode()
    assert "Mine alone" not in theirs.get(f"/new/?draft={KEY}").content.decode()
    theirs.delete(f"/drafts/{KEY}/")
    theirs.post(f"/drafts/{KEY}/", {"action": "drop"})
    theirs.post(f"/drafts/{KEY}/", {"words": "Theirs"})
    assert Draft.objects.get(agent=agent).fields == {"words": ["Mine alone"]}


def test_a_draft_goes_when_told_and_twice_is_harmless(desk: Client) -> None:
    desk.post("/drafts/one/", {"text": "first"})
    assert [desk.delete("/drafts/one/").status_code for _ in range(2)] == [204, 204]
    assert desk.get("/drafts/one/").status_code == 404
    assert not Draft.objects.exists()


def test_what_is_thrown_away_can_be_taken_back(desk: Client, agent: Agent) -> None:
    leave(agent, words="Half a sentence")
    back = {"action": "drop", "next": "/new/?fresh=1"}
    gone = desk.post(f"/drafts/{KEY}/", back, headers={"Accept": "text/html"})
    assert (gone.status_code, gone.headers["Location"]) == (303, "/new/?fresh=1")
    page = desk.get("/new/?fresh=1").content.decode()
    assert "Half a sentence" not in page
    undo = re.search(r'action="(/drafts/thrown-away/[^"]*)"', page)
    assert undo is not None
    taken = desk.post(undo[1])
    assert (taken.status_code, taken.headers["Location"]) == (303, f"/new/?draft={KEY}")
    assert "Half a sentence" in desk.get(taken.headers["Location"]).content.decode()
    assert Draft.objects.count() == 1


def test_after_throwing_away_nobody_is_sent_elsewhere(desk: Client, agent: Agent) -> None:
    leave(agent, words="x")
    away = {"action": "drop", "next": "https://example.org/"}
    assert desk.post(f"/drafts/{KEY}/", away, headers={"Accept": "text/html"}).headers["Location"] == "/new/"


@pytest.mark.parametrize(
    ("key", "fields"),
    [("k" * 81, {"text": "a"}), ("one", {"text": "a" * 400_001}), ("one", {f"f{n}": "a" for n in range(61)})],
)
def test_what_is_more_than_a_draft_may_hold_is_refused(desk: Client, key: str, fields: dict[str, str]) -> None:
    assert desk.post(f"/drafts/{key}/", fields).status_code == 422
    assert not Draft.objects.exists()


def test_a_form_of_somebody_elses_page_keeps_nothing(agent: Agent) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/drafts/one/", {"text": "a"}).status_code == 403
    assert not Draft.objects.exists()


# On the page of a new complaint ---------------------------------------------------------------------------------------


def test_the_draft_that_was_left_is_there_again(desk: Client, agent: Agent) -> None:
    leave(
        agent, words="The fridge </textarea> hums", who="Brandt", customer="new", name="Helga", harm=["time", "trust"],
        severity="3", received_at="2026-11-24T10:39", order_ref='77"',
    )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        page = desk.get("/new/").content.decode()
    assert "You have a draft from <time" in page
    assert "today 10:39" in page
    assert "The fridge &lt;/textarea&gt; hums</textarea>" in page
    assert f'name="nonce" value="{7:032x}"' in page
    assert f'data-draft="{KEY}"' in page
    assert 'name="received_at" value="2026-11-24T10:39"' in page
    assert 'value="77&quot;"' in page
    for box in ('value="time"', 'value="trust"', 'value="3"', 'value="new"'):
        assert re.search(rf"{box}[^>]* checked", page), box


def test_starting_fresh_throws_nothing_away(desk: Client, agent: Agent) -> None:
    leave(agent, words="The fridge hums")
    page = desk.get("/new/?fresh=1").content.decode()
    assert "The fridge hums</textarea>" not in page
    assert f"/new/?draft={KEY}" in page
    assert "The fridge hums" in desk.get("/new/").content.decode()


def test_of_several_drafts_the_newest_is_open_and_the_others_are_offered(desk: Client, agent: Agent) -> None:
    leave(agent, f"new-{1:032x}", minutes=60, words="An hour ago")
    leave(agent, f"new-{2:032x}", minutes=5, words="Five minutes ago")
    leave(agent, f"new-{3:032x}", minutes=1, words="  ")
    leave(agent, "case-17-reply", minutes=1, text="A reply")
    page = desk.get("/new/").content.decode()
    assert "Five minutes ago</textarea>" in page
    assert f"/new/?draft=new-{1:032x}" in page
    assert f"/new/?draft=new-{3:032x}" not in page
    assert "A reply" not in page


def test_a_broken_draft_is_shown_as_it_is(desk: Client, agent: Agent) -> None:
    leave(
        agent, words="x", channel="pigeon", severity="9", received_at="nonsense", category="abc", team="x",
        customer="9" * 30, harm=["all"], feeling_start="", nonce="other",
    )  # fmt: skip
    Draft.objects.update(fields=Draft.objects.get().fields | {"remedy_sought": [], "unknown": ["y"]})
    page = desk.get("/new/")
    assert page.status_code == 200
    assert 'value="nonsense"' in page.content.decode()


def test_a_saved_complaint_takes_its_draft_away(desk: Client, agent: Agent) -> None:
    leave(agent, words="The fridge hums")
    form = {"nonce": f"{7:032x}", "channel": "phone", "words": "The fridge hums", "customer": "new", "name": "Helga"}
    assert desk.post("/new/", form | {"name": ""}).status_code == 422
    assert Draft.objects.exists()
    assert desk.post("/new/", form).status_code == 303
    assert not Draft.objects.exists()
    assert Ticket.objects.count() == 1


def test_the_address_of_a_saved_draft_opens_an_empty_form_of_its_own(desk: Client) -> None:
    nonce = secrets.token_hex(16)
    form = {"nonce": nonce, "channel": "phone", "words": "The fridge hums", "customer": "new", "name": "Helga"}
    assert f'value="{nonce}"' in desk.get(f"/new/?draft=new-{nonce}").content.decode()
    desk.post("/new/", form)
    assert f'value="{nonce}"' not in desk.get(f"/new/?draft=new-{nonce}").content.decode()
