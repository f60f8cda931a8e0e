"""The mailbox of the demo: there only in the demo, and nothing in a mail can do anything to its reader."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office.models import Agent

Browser = Callable[[Agent], Client]

pytestmark = pytest.mark.one_engine

EVIL = '<p onclick="alert(1)">Hello</p><script>alert(1)</script>'


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    return tmp_path / "mail"


def arrived(box: Path, subject: str = "Your complaint") -> str:
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, "Wang <wang@example.org>", "desk@example.org"
    message["Date"] = "Tue, 24 Nov 2026 10:42:00 +0000"
    message.set_content("Read it at https://desk.example.com/c/abc/ <script>alert(1)</script>")
    message.add_alternative(EVIL, subtype="html")
    return str(mailbox.Maildir(box).add(message))


def test_mails_are_listed_and_read_as_words(box: Path, client_of: Browser, agent: Agent) -> None:
    arrived(box, "The first <b>one</b>")
    page = client_of(agent).get(reverse("demo-mail")).content.decode()
    assert "The first &lt;b&gt;one&lt;/b&gt;" in page
    assert '<a href="https://desk.example.com/c/abc/"' in page
    assert "<script>alert" not in page


def test_the_html_of_a_mail_is_shown_in_a_sandbox(box: Path, client_of: Browser, agent: Agent) -> None:
    key = arrived(box)
    client = client_of(agent)
    (name,) = [path.name for path in (box / "new").iterdir()]
    assert name.startswith(key)
    answer = client.get(reverse("demo-letter-html", args=[name]))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_an_empty_mailbox_says_so(box: Path, client_of: Browser, agent: Agent) -> None:
    assert "Nothing has been sent yet" in client_of(agent).get(reverse("demo-mail")).content.decode()


@pytest.mark.parametrize("key", ["none", "..", "..%2F..%2Fsecret_key", "\x00"])
def test_what_is_no_mail_is_404(box: Path, client_of: Browser, agent: Agent, key: str) -> None:
    arrived(box)
    (box.parent / "secret_key").write_text("secret")
    for place in ("", "html/"):
        assert client_of(agent).get(f"/demo/mail/{key}/{place}").status_code == 404


def test_without_a_demo_there_is_no_mailbox(box: Path, client_of: Browser, agent: Agent, settings: Any) -> None:
    arrived(box)
    settings.DEMO = False
    client = client_of(agent)
    assert client.get(reverse("demo-mail")).status_code == 404
    assert reverse("demo-mail") not in client.get(reverse("queue")).content.decode()
    settings.DEMO = True
    assert reverse("demo-mail") in client.get(reverse("queue")).content.decode()


def test_the_mailbox_is_for_who_signed_in(box: Path, client: Client) -> None:
    assert client.get(reverse("demo-mail")).status_code == 302
