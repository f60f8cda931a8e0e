"""The public form: a complaint without an account, once, and nothing about anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as File
from django.test import Client

from complaints.actions.built_in import load
from complaints.models import Attachment, Category, Ticket
from complaints.portal import complain
from customers.actions import Described, create_customer
from customers.models import Customer, CustomerContact, DuplicateSuggestion
from office.models import Event, Office, Outgoing, Team
from office.roles import SYSTEM
from tests.access.verbs import PNG
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

FILLED = {
    "words": "The kettle came without a lid and nobody answers the telephone.",
    "wanted": "A lid.",
    "name": "Li Na",
    "email": "li.na@example.org",
    "phone": "",
    "category": "",
}


@pytest.fixture(autouse=True)
def _a_desk(office: Office, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """How quickly somebody fills in the form is not the question, except where it is."""
    monkeypatch.setattr(complain, "LEAST_SECONDS", 0)


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Language": "en"})


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def sent(client: Client, *, token: str = "", **changes: Any) -> Any:
    token = token or token_in(client.get("/complain/").content.decode())
    return client.post("/complain/", {**FILLED, "token": token, **changes})


def test_a_complaint_is_received_and_gives_a_number_and_a_link_at_once(visitor: Client) -> None:
    answer = sent(visitor)
    assert answer.status_code == 303
    door = visitor.get(answer.headers["Location"])
    assert (door.status_code, door.headers["Location"]) == (303, "/c/received/")
    ticket = Ticket.objects.get()
    page = visitor.get("/c/received/").content.decode()
    assert ticket.spoken_number in page
    link = re.search(r"http://[^<\s]+/c/[\w-]{43}/", page)
    assert link
    elsewhere = Client()
    assert elsewhere.get("/c/" + link.group().split("/c/")[1]).status_code == 303
    assert "without a lid" in elsewhere.get("/c/").content.decode()
    assert (ticket.source, ticket.channel, ticket.language) == ("form", "web", "en")
    assert (ticket.remedy_sought, str(ticket.customer)) == ("A lid.", "Li Na")
    assert ticket.interactions.get(kind="words").author_kind == "customer"
    line = Event.objects.get(subject_kind="ticket", subject_id=ticket.pk, verb="ticket.receive")
    assert (line.actor_kind, line.actor_id) == ("customer", None)


def test_the_same_form_twice_is_one_complaint(visitor: Client) -> None:
    token = token_in(visitor.get("/complain/").content.decode())
    first, second = sent(visitor, token=token), sent(visitor, token=token)
    assert first.headers["Location"] == second.headers["Location"]
    assert Ticket.objects.count() == Customer.objects.count() == 1
    assert sent(visitor).headers["Location"] != first.headers["Location"]
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words", "at_field"),
    [
        ({"words": " \x00 "}, "Tell us what happened", "words"),
        ({"name": ""}, "Tell us what to call you", "name"),
        ({"email": ""}, "Leave an e-mail address or a phone number", "email"),
        ({"email": "not an address"}, "This is not an e-mail address", "email"),
        ({"email": "", "phone": "-"}, "This is not a phone number", "phone"),
        ({"words": "x" * 300_000}, "This is too long", "words"),
        ({"file": [File("x.svg", b"<svg/>")]}, "Files of this kind are not taken", "file"),
        ({"category": "999999"}, "Select a valid choice", "category"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    visitor: Client, changes: dict[str, Any], words: str, at_field: str
) -> None:
    answer = sent(visitor, **changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    errors = re.search(rf'id="complain-{at_field}_error">(.*?)</ul>', page, re.DOTALL)
    assert errors
    assert words in errors.group(1) or at_field == "words"
    for name, value in {**FILLED, **changes}.items():
        if name in ("wanted", "words", "name") and name != at_field:
            assert value in page, name
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()
    again = sent(visitor, token=token_in(page))
    assert again.status_code == 303


def test_files_come_with_it(visitor: Client) -> None:
    assert sent(visitor, file=[File("a.png", PNG), File("b.txt", b"Receipt 12")]).status_code == 303
    assert set(Attachment.objects.values_list("name", "visibility")) == {("a.png", "customer"), ("b.txt", "customer")}
    assert sent(visitor, file=[File(f"{n}.png", PNG) for n in range(6)]).status_code == 422


def test_the_category_leads_to_its_team(visitor: Client, team: Team) -> None:
    load(now=NOW)
    late = Category.objects.get(code="late")
    Category.objects.filter(pk=late.parent_id).update(team=team)
    assert f'value="{late.pk}"' in visitor.get("/complain/").content.decode()
    sent(visitor, category=str(late.pk))
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.team) == (late, team)


# Who it is ------------------------------------------------------------------------------------------------------------


def test_a_typed_address_never_opens_somebody_elses_card(visitor: Client) -> None:
    """Whoever knows an address is not yet whom it belongs to; not even a verified one takes them in."""
    described = Described(name="Wang Fang", email="li.na@example.org", preferred_address="Ms Wang")
    known = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    CustomerContact.objects.update(verified_at=NOW)
    visitor.get(sent(visitor).headers["Location"])
    ticket = Ticket.objects.get()
    assert ticket.customer != known
    assert ticket.customer is not None
    suggestion = DuplicateSuggestion.objects.get()
    assert {suggestion.first_id, suggestion.second_id} == {known.pk, ticket.customer.pk}
    page = visitor.get("/c/").content.decode()
    assert "Wang" not in page
    assert ticket.interactions.get(kind="words").author_name == "Li Na"


# Mails ----------------------------------------------------------------------------------------------------------------


def test_nothing_that_is_owed_to_a_typed_address_holds_the_strangers_words(
    visitor: Client, at: Callable[[Any], None]
) -> None:
    """Abuse case 19: the form is no mail bomb and no relay."""
    for minute in range(5):
        at(NOW + timedelta(minutes=minute))
        evil = "http://evil.example"
        assert sent(visitor, words=f"Buy at {evil} now", name=evil, email="Victim@Example.org").status_code == 303
    assert Ticket.objects.count() == 5
    owed = list(Outgoing.objects.all())
    assert len(owed) <= 3
    assert "evil" not in str([row.payload for row in owed])


def test_without_an_address_there_is_no_mail(visitor: Client) -> None:
    assert sent(visitor, email="", phone="020 7946 0018").status_code == 303
    assert not Outgoing.objects.exists()


# Machines -------------------------------------------------------------------------------------------------------------


def test_five_a_minute_from_one_address_and_the_words_stay(visitor: Client) -> None:
    statuses = [sent(visitor).status_code for _time in range(6)]
    assert statuses == [303] * 5 + [429]
    page = sent(visitor).content.decode()
    assert "without a lid" in page
    assert Ticket.objects.count() == 5
    assert sent(Client(REMOTE_ADDR="192.0.2.7")).status_code == 303


def test_there_is_a_limit_for_all_together(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complain, "A_MINUTE_IN_ALL", 2)
    statuses = [sent(Client(REMOTE_ADDR=f"192.0.2.{n}")).status_code for n in range(3)]
    assert statuses == [303, 303, 429]


def test_what_only_a_machine_fills_in_is_not_taken_but_can_be_mended(visitor: Client) -> None:
    answer = sent(visitor, website="http://evil.example")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Empty this field" in page
    assert "p-trap is-shown" in page
    assert not Ticket.objects.exists()
    assert sent(visitor, token=token_in(page)).status_code == 303


def test_a_form_sent_at_once_is_asked_for_again(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complain, "LEAST_SECONDS", 3)
    answer = sent(visitor)
    assert answer.status_code == 422
    assert "That was very quick" in answer.content.decode()
    monkeypatch.setattr(complain, "LEAST_SECONDS", 0)
    assert sent(visitor, token=token_in(answer.content.decode())).status_code == 303


@pytest.mark.parametrize("token", ["x", "", "eyJhIjoxfQ:1abc:forged"])
def test_a_form_that_is_not_ours_gets_a_new_token_and_keeps_the_words(visitor: Client, token: str) -> None:
    answer = visitor.post("/complain/", {**FILLED, "token": token})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "without a lid" in page
    assert token_in(page) != token
    assert sent(visitor, token=token_in(page)).status_code == 303


def test_a_form_without_its_csrf_token_is_refused(at: Any) -> None:
    """Abuse case 12."""
    client = Client(enforce_csrf_checks=True)
    token = token_in(client.get("/complain/").content.decode())
    assert client.post("/complain/", {**FILLED, "token": token}).status_code == 403
    assert client.get("/complain/", {**FILLED, "token": token}).status_code == 200
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("typed", ["\x00\x07", "𝔘\u2028\u202e", "x" * 5000, "a\r\nBcc: v@example.org"])
def test_whatever_is_typed_is_answered(visitor: Client, typed: str) -> None:
    for name in ("words", "wanted", "category", "name", "email", "phone", "website", "token", "language"):
        assert sent(visitor, **{name: typed}).status_code in (200, 303, 422, 429)


# Language -------------------------------------------------------------------------------------------------------------


def test_a_press_on_a_language_keeps_everything_that_was_typed(visitor: Client) -> None:
    answer = sent(visitor, language="zh-hant")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="zh-Hant"' in page
    assert "without a lid" in page
    assert "c-error" not in page
    assert not Ticket.objects.exists()
    assert sent(visitor).status_code == 303
    assert Ticket.objects.get().language == "zh-Hant"
