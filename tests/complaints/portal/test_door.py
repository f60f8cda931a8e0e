"""The way in: a link is exchanged for a cookie, and whatever opens nothing looks the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from complaints.actions import conversation, customer_links, ends, sealing
from complaints.models import Attachment, CustomerLink, Interaction, Ticket
from complaints.portal.door import COOKIE
from customers.actions import Described
from office import access as office_access
from office.models import Agent, Event, Outgoing
from office.roles import SYSTEM
from tests.access.verbs import PNG
from tests.complaints.portal.conftest import secret
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
At = Callable[[datetime], None]


def test_the_link_is_exchanged_for_a_cookie_and_leaves_the_address(ticket: Ticket, at: At) -> None:
    client = Client()
    answer = client.get(f"/c/{secret(ticket)}/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/c/", True, "Lax")
    assert cookie["max-age"] == 400 * 24 * 3600
    assert secret(ticket) not in cookie.value
    page = client.get("/c/")
    assert page.status_code == 200
    assert secret(ticket) not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_behind_https_the_cookie_is_for_https_only(ticket: Ticket, at: At) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True):
        answer = Client().get(f"/c/{secret(ticket)}/")
    assert answer.cookies[COOKIE]["secure"]


def seen(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, answer.content, headers


def test_expired_rotated_closed_and_strangers_links_are_404_alike(
    make_ticket: Any, at: At, agent: Agent, walk_to: Any
) -> None:
    """Abuse case 7: nothing tells a link that was from one that never was, not even its language."""
    rotated, expired, forms = (make_ticket(language="zh-Hans") for _time in range(3))
    closed = make_ticket(language="zh-Hans", now=NOW - timedelta(days=31))
    secrets = {"rotated": secret(rotated), "expired": secret(expired), "closed": secret(closed)}
    good = secret(forms)
    secrets |= {"stranger": "x" * 43, "short": good[:-1], "long": good + "A", "bytes": "%00%ff", "han": "投诉"}
    flipped = ("A" if good[7] != "A" else "B").join((good[:7], good[8:]))
    secrets["one sign wrong"] = flipped
    customer_links.rotate(rotated, actor=SYSTEM, now=NOW)
    CustomerLink.objects.filter(ticket=expired).update(expires_at=NOW)
    ends.withdraw(closed, actor=SYSTEM, now=NOW - timedelta(days=30), reason="mistake")
    answers = {name: seen(Client().get(f"/c/{value}/")) for name, value in secrets.items()}
    assert {answer[0] for answer in answers.values()} == {404}
    first = answers["stranger"]
    assert all(answer == first for answer in answers.values()), answers.keys()
    assert first == seen(Client().get("/c/" + "y" * 43 + "/"))


def test_a_page_without_a_link_is_the_same_404(ticket: Ticket, at: At) -> None:
    stranger = Client().get(f"/c/{'x' * 43}/").content
    assert Client().get("/c/").content == stranger
    forged = Client()
    forged.cookies[COOKIE] = "WzEsMV0:1abc:xyz"
    assert (forged.get("/c/").status_code, forged.get("/c/").content) == (404, stranger)
    assert Client().get(f"/c/?number={ticket.number}").status_code == 404


def test_a_rotated_link_ends_the_cookie_too(ticket: Ticket, browser: Browser, send: Any) -> None:
    client = browser(ticket)
    customer_links.rotate(ticket, actor=SYSTEM, now=NOW)
    assert client.get("/c/").status_code == 404
    assert send(client, ticket, "message", words="Hello").status_code == 404
    assert client.get(f"/c/{secret(ticket)}/").status_code == 303
    assert client.get("/c/").status_code == 200


def test_the_cookie_ends_with_the_link(ticket: Ticket, browser: Browser, at: At) -> None:
    client = browser(ticket)
    at(NOW + timedelta(days=400))
    client.cookies[COOKIE]["expires"] = ""
    assert client.get("/c/").status_code == 404


def test_thirty_days_after_the_end_the_page_is_gone(ticket: Ticket, browser: Browser, at: At) -> None:
    client = browser(ticket)
    ends.withdraw(ticket, actor=SYSTEM, now=NOW, reason="mistake")
    at(NOW + timedelta(days=29))
    assert client.get("/c/").status_code == 200
    at(NOW + timedelta(days=30))
    assert client.get("/c/").status_code == 404


def test_twenty_guesses_a_minute_and_then_nothing_opens(ticket: Ticket, at: At) -> None:
    """Abuse case 7: also the right one is refused then, so that guessing on is worth nothing."""
    client = Client()
    statuses = [client.get(f"/c/{'x' * 42}{n % 10}/").status_code for n in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    answer = client.get(f"/c/{secret(ticket)}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    at(NOW + timedelta(minutes=1))
    assert client.get(f"/c/{secret(ticket)}/").status_code == 303


def test_another_address_is_not_stopped_by_it(ticket: Ticket, at: At) -> None:
    for _time in range(21):
        Client(REMOTE_ADDR="192.0.2.1").get(f"/c/{'x' * 43}/")
    assert Client(REMOTE_ADDR="192.0.2.2").get(f"/c/{secret(ticket)}/").status_code == 303


# Two complaints, one browser ------------------------------------------------------------------------------------------


def test_two_complaints_are_followed_and_never_confused(make_ticket: Any, browser: Browser, send: Any) -> None:
    one, two = make_ticket(title="First"), make_ticket(title="Second")
    client = browser(one, two)
    assert two.spoken_number in client.get("/c/").content.decode()
    page = client.get(f"/c/?number={one.number}").content.decode()
    assert f'name="number" value="{one.number}"' in page
    answer = send(client, one, "message", words="About the first")
    assert answer.headers["Location"] == f"/c/?number={one.number}"
    assert Interaction.objects.get(text="About the first").ticket == one


def test_a_cookie_opens_no_other_ticket(make_ticket: Any, browser: Browser, send: Any) -> None:
    """Abuse case 1: the number of another complaint in the form or in the address leads nowhere."""
    mine, other = make_ticket(), make_ticket(language="zh-Hant")
    client = browser(mine)
    nothing = client.get("/c/?number=123456789")
    found = client.get(f"/c/?number={other.number}")
    assert (found.status_code, found.content) == (nothing.status_code, nothing.content) == (404, nothing.content)
    for act in ("message", "answer", "verdict", "rate"):
        assert send(client, other, act, words="x", verdict="accepted", satisfaction="1").status_code == 404
    assert client.post("/c/message/", {"words": "no number"}).status_code == 404
    assert not Interaction.objects.filter(ticket=other, author_kind="customer", channel="web").exists()


def test_the_cookie_opens_nothing_of_the_desk(ticket: Ticket, browser: Browser) -> None:
    client = browser(ticket)
    for path in ("/queue/", f"/cases/{ticket.number}/", "/customers/", "/desk/", "/set-up/"):
        assert "/sign-in/" in client.get(path).headers["Location"]
    assert client.get(f"/api/v1/tickets/{ticket.number}").status_code == 401


def test_a_sealed_complaint_is_still_its_customers(ticket: Ticket, browser: Browser, administrator: Agent) -> None:
    sealing.seal(ticket, actor=office_access.actor_of(administrator), now=NOW, named=[administrator])
    assert browser(ticket).get("/c/").status_code == 200


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(ticket: Ticket, agent: Agent) -> dict[str, Attachment]:
    """A file of every kind the case may hold."""
    actor = office_access.actor_of(agent)
    words: dict[str, dict[str, Any]] = {
        "note": {"kind": "note"},
        "call": {"kind": "call", "direction": "out"},
        "reply": {"kind": "reply", "channel": "email"},
        "taken back": {"kind": "reply", "channel": "email"},
        "still going out": {"kind": "reply", "channel": "email"},
    }
    upload = (conversation.Upload("receipt.png", PNG),)
    found = {}
    for name, more in words.items():
        said = conversation.add_interaction(ticket, actor=actor, now=NOW, text=f"A {name}.", uploads=upload, **more)
        found[name] = said.attachments.get()
    Interaction.objects.filter(pk=found["taken back"].interaction_id).update(delivery="cancelled")
    Interaction.objects.filter(pk=found["still going out"].interaction_id).update(delivery="queued")
    found["evidence"] = conversation.add_attachment(ticket, actor=actor, now=NOW, upload=upload[0])
    return found


def test_only_files_meant_for_the_customer_are_handed_out(
    ticket: Ticket, files: dict[str, Attachment], browser: Browser
) -> None:
    """Abuse case 10."""
    client = browser(ticket)
    statuses = {name: client.get(f"/c/files/{kept.pk}/").status_code for name, kept in files.items()}
    assert statuses == {name: 200 if name == "reply" else 404 for name in files}
    page = client.get("/c/").content.decode()
    assert [f"/c/files/{kept.pk}/" in page for kept in files.values()] == [name == "reply" for name in files]


def test_a_file_comes_as_a_download(ticket: Ticket, files: dict[str, Attachment], browser: Browser) -> None:
    answer = browser(ticket).get(f"/c/files/{files['reply'].pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_without_the_link_or_of_another_ticket_is_404(
    ticket: Ticket, make_ticket: Any, files: dict[str, Attachment], browser: Browser
) -> None:
    path = f"/c/files/{files['reply'].pk}/"
    assert Client().get(path).status_code == 404
    assert browser(make_ticket()).get(path).status_code == 404
    client = browser(ticket)
    customer_links.rotate(ticket, actor=SYSTEM, now=NOW)
    assert client.get(path).status_code == 404
    assert Client().get(f"/media/{files['reply'].stored.name}").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_404(
    ticket: Ticket, files: dict[str, Attachment], browser: Browser
) -> None:
    default_storage.delete(files["reply"].stored.name)
    assert browser(ticket).get(f"/c/files/{files['reply'].pk}/").status_code == 404
    default_storage.save(files["reply"].stored.name, ContentFile(PNG))


# Forged forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["message", "answer", "verdict", "rate"])
def test_a_form_without_its_token_or_from_elsewhere_is_refused(ticket: Ticket, at: At, act: str) -> None:
    """Abuse case 12."""
    client = Client(enforce_csrf_checks=True)
    client.get(f"/c/{secret(ticket)}/")
    client.get("/c/")
    body = {"number": ticket.number, "words": "x", "verdict": "accepted"}
    assert client.post(f"/c/{act}/", body).status_code == 403
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    foreign = client.post(f"/c/{act}/", {**body, **token}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.get(f"/c/{act}/", body).status_code == 303  # by GET nothing happens
    assert Interaction.objects.filter(ticket=ticket).count() == 1


# The link again -------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_mail(make_ticket: Any) -> Ticket:
    return make_ticket(described=Described(name="Li Na", email="Li.Na@example.org"))


def asked_again(client: Client, number: str, email: str) -> tuple[int, str]:
    answer = client.post("/c/new-link/", {"number": number, "email": email})
    text = answer.content.decode()
    return answer.status_code, "".join(part for part in text.splitlines() if "csrf" not in part).replace(
        number, ""
    ).replace(email, "")


def test_who_asks_for_the_link_again_is_always_answered_the_same(with_mail: Ticket, ticket: Ticket, at: At) -> None:
    right = asked_again(Client(), with_mail.spoken_number, "li.na@EXAMPLE.org")
    assert right[0] == 200
    assert Outgoing.objects.filter(kind="customer_link").count() == 1
    others = [
        (with_mail.number, "victim@example.org"),
        (ticket.number, "li.na@example.org"),
        ("123", "li.na@example.org"),
    ]
    for number, email in others:
        assert asked_again(Client(), number, email)[0] == 200
    assert Outgoing.objects.filter(kind="customer_link").count() == 1
    assert asked_again(Client(), ticket.number, "x@example.org")[1].count("belong together") == 1


def test_asking_again_is_owed_once_an_hour_and_asked_five_times_a_minute(with_mail: Ticket, at: At) -> None:
    client = Client()
    statuses = [asked_again(client, with_mail.number, "li.na@example.org")[0] for _time in range(6)]
    assert statuses == [200] * 5 + [429]
    assert Outgoing.objects.filter(kind="customer_link").count() == 1
    assert Event.objects.filter(verb="customer_link.send").count() == 1


@pytest.mark.parametrize("typed", ["\x00", "x" * 100_000, "\ud800", "\u202e4821", "", "' OR 1=1 --"])
def test_whatever_is_typed_there_is_answered(at: At, office: Any, typed: str) -> None:
    body = {"number": typed.encode("utf-8", "replace").decode(), "email": typed.encode("utf-8", "replace").decode()}
    assert Client().post("/c/new-link/", body).status_code == 200
