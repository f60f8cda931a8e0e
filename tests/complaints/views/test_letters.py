"""The pages of letters: begun, written, checked, decided, sent and read again."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import issues, redress, steps
from complaints.actions import letters as a
from complaints.channels import pdf
from complaints.models import Letter, LetterVersion, Ticket
from complaints.queries import letters as q
from complaints.views.letter_page import rows_of
from customers.actions import Described, create_customer
from office import access
from office.models import Agent
from office.roles import SYSTEM
from playbooks.saying.must import COMPONENTS
from tests.access.snapshots import nothing_changes
from tests.complaints.actions.test_letters import APOLOGY, BLOCKED
from tests.conftest import NOW, REASON, evidence_for

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # test_letters of the actions asks both engines


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request comes in at the hour of the cast."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def upheld(make_ticket: Any, walk_to: Any, agent: Agent) -> Ticket:
    described = Described(name="Wang Fang", email="wang@example.org", preferred_address="Ms Wang")
    customer = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    ticket: Ticket = walk_to(make_ticket(owner=agent, customer=customer), "resolve")
    actor = access.actor_of(agent)
    issue = issues.add_issue(ticket, actor=actor, now=NOW, text="The refund is three weeks late")
    issues.find(issue, actor=actor, now=NOW, finding="upheld", reason=REASON)
    ticket.refresh_from_db()
    steps.record_step(ticket, actor=actor, now=NOW, evidence=evidence_for(agent)["resolve"])
    redress.offer(
        ticket, actor=actor, now=NOW, kind="refund", basis="due", amount=Decimal(40), due_on=date(2026, 11, 26)
    )
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def mei(client_of: Any, agent: Agent) -> Client:
    client: Client = client_of(agent)
    return client


@pytest.fixture
def karin(client_of: Any, supervisor: Agent) -> Client:
    client: Client = client_of(supervisor)
    return client


@pytest.fixture
def begun(upheld: Ticket, agent: Agent) -> Callable[..., Letter]:
    def begin(key: str = "apology", **more: Any) -> Letter:
        return a.begin(upheld, actor=access.actor_of(agent), now=NOW, template=key, **more)

    return begin


@pytest.fixture
def submitted(begun: Any, agent: Agent) -> Letter:
    letter: Letter = begun()
    actor = access.actor_of(agent)
    a.write(letter, actor=actor, now=NOW, parts=APOLOGY, ticked=COMPONENTS, version=1)
    a.submit(letter, actor=actor, now=NOW, version=2)
    return letter


def at(letter: Letter, more: str = "") -> str:
    return f"/cases/{letter.ticket.number}/letters/{letter.pk}/{more}"


def typed(version: int, words: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    parts = {f"part-{key}": text for key, text in (words or APOLOGY).items()}
    return {"version": version, "ticked": list(COMPONENTS), "do": "save", **parts, **more}


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# Begin ----------------------------------------------------------------------------------------------------------------


def test_only_what_the_record_allows_can_be_begun_and_the_rest_says_why(mei: Client, ticket: Ticket) -> None:
    page = mei.get(f"/cases/{ticket.number}/letters/")
    text = page.content.decode()
    assert page.status_code == 200
    assert re.search(r'value="apology" disabled aria-describedby="why-apology"', text)
    assert "At least one issue is upheld or partly upheld." in text
    assert not re.search(r'value="acknowledgement"[^>]*disabled', text)


def test_a_letter_is_begun_in_the_customers_language(mei: Client, upheld: Ticket) -> None:
    answer = mei.post(f"/cases/{upheld.number}/letters/", {"template": "apology", "language": "en"})
    letter = Letter.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, at(letter))
    assert "I am sorry that you waited" in mei.get(at(letter)).content.decode()


def test_what_is_not_allowed_is_refused_on_the_page(mei: Client, ticket: Ticket) -> None:
    with nothing_changes(but_lines=1):
        answer = mei.post(f"/cases/{ticket.number}/letters/", {"template": "apology", "language": "en"})
    assert answer.status_code == 409
    assert "Not yet" in text_of(answer)
    assert mei.post(f"/cases/{ticket.number}/letters/", {}).status_code == 422


# Write ----------------------------------------------------------------------------------------------------------------


def test_the_editor_shows_fixed_blocks_locked_fields_and_the_letter(mei: Client, begun: Any) -> None:
    letter = begun()
    page = mei.get(at(letter)).content.decode()
    assert '<mark class="l-lock">' in page
    assert 'name="part-regret"' in page
    assert 'name="part-responsibility"' not in page
    assert '<article class="letter letter--apology" lang="en">' in page
    assert "weasyprint" not in page.lower()


def test_a_save_is_a_version_and_the_next_one_asks_why(mei: Client, begun: Any) -> None:
    letter = begun()
    assert mei.post(at(letter), typed(1)).status_code == 303
    refused = mei.post(at(letter), typed(2, {"regret": "I am sorry that you waited."}))
    assert refused.status_code == 422
    assert "Say what you changed" in text_of(refused)
    assert "I am sorry that you waited.</textarea>" in refused.content.decode()
    words = {"regret": "I am sorry that you waited."}
    assert mei.post(at(letter), typed(2, words, reason="Shorter")).status_code == 303
    assert LetterVersion.objects.filter(letter=letter).count() == 3


def test_a_preview_saves_nothing_and_shows_what_is_typed(mei: Client, begun: Any) -> None:
    letter = begun()
    with nothing_changes():
        page = mei.post(at(letter), typed(1, {"event": "The kettle came back on 2 November."}, do="preview"))
        part = mei.post(at(letter, "preview/"), typed(1, {"event": "The kettle came back on 2 November."}))
    assert page.content.decode().count("The kettle came back on 2 November.") >= 2
    assert "not saved yet" in text_of(page)
    fragment = part.content.decode()
    assert fragment.lstrip().startswith('<article class="letter')
    assert 'id="said-event" hx-swap-oob="true"' in fragment
    assert 'id="off-explanation" hx-swap-oob="true"' in fragment
    assert "not saved yet" in fragment


def test_a_better_sentence_takes_the_place_of_the_one_that_was_found(mei: Client, begun: Any) -> None:
    letter = begun()
    words = {"explanation": f"The shift changed. {BLOCKED} That is all."}
    with nothing_changes():
        page = mei.post(at(letter), typed(1, words, do="preview")).content.decode()
        key = re.search(r'name="take" value="(explanation:[^"]+)"', page)
        assert key is not None
        data = typed(1, words)
        data.pop("do")
        taken = mei.post(at(letter), data | {"take": key.group(1)}).content.decode()
    assert "The shift changed." in taken
    assert "You are lying" not in taken
    assert "That is all.</textarea>" in taken


def test_the_second_of_two_keeps_their_words_and_sees_the_others(
    client_of: Any, mei: Client, begun: Any, colleague: Agent
) -> None:
    letter = begun()
    mei.post(at(letter), typed(1))
    jonas = client_of(colleague)
    mine = {"event": "You were told five days, and it became twenty-two."}
    with nothing_changes():
        answer = jonas.post(at(letter), typed(1, mine))
    page = answer.content.decode()
    assert answer.status_code == 412
    assert mine["event"] in page
    assert APOLOGY["event"] in page
    assert "Mei Lin saved version 2" in page
    assert 'name="version" value="2"' in page
    assert jonas.post(at(letter), typed(2, mine, reason="The days")).status_code == 303


def test_what_is_missing_is_listed_with_links_and_a_block_goes_to_a_supervisor(mei: Client, begun: Any) -> None:
    letter = begun()
    mei.post(at(letter), typed(1, {**APOLOGY, "event": ""}))
    page = mei.get(at(letter)).content.decode()
    assert 'href="#block-event"' in page
    refused = mei.post(at(letter, "do/submit/"), {"version": 2})
    assert refused.status_code == 409
    mei.post(at(letter), typed(2, {**APOLOGY, "explanation": BLOCKED}, reason="Blunt"))
    page = mei.get(at(letter)).content.decode()
    assert "Ask a supervisor" in page
    assert mei.post(at(letter, "do/submit/"), {"version": 3, "hold": "1"}).status_code == 422
    held = {"version": 3, "hold": "1", "reason": "Her own words"}
    assert mei.post(at(letter, "do/submit/"), held).status_code == 303
    assert Letter.objects.get().state == "submitted"


# Decide and leave -----------------------------------------------------------------------------------------------------


def test_a_supervisor_reads_and_approves_and_the_author_sends(mei: Client, karin: Client, submitted: Letter) -> None:
    assert "Your word on this letter" not in mei.get(at(submitted)).content.decode()
    page = karin.get(at(submitted)).content.decode()
    assert "Your word on this letter" in page
    assert 'name="part-regret"' not in page
    assert karin.post(at(submitted, "do/decide/"), {"decision": "return", "reason": ""}).status_code == 422
    assert karin.post(at(submitted, "do/decide/"), {"decision": "approve"}).status_code == 303
    assert "wang@example.org" in mei.get(at(submitted)).content.decode()
    assert mei.post(at(submitted, "do/send/")).status_code == 303
    row = Letter.objects.get()
    page = mei.get(at(submitted)).content.decode()
    assert row.sha256 in page
    assert "The copy is as it left." in page
    assert mei.post(at(submitted, "do/send/")).status_code == 409


def test_an_author_does_not_decide(mei: Client, submitted: Letter) -> None:
    with nothing_changes(but_lines=1):
        assert mei.post(at(submitted, "do/decide/"), {"decision": "approve"}).status_code == 403


def test_a_changed_record_can_only_be_returned(karin: Client, submitted: Letter, agent: Agent) -> None:
    redress.offer(submitted.ticket, actor=access.actor_of(agent), now=NOW, kind="apology", basis="due")
    page = karin.get(at(submitted)).content.decode()
    assert "The record changed since this letter was submitted" in page
    assert 'value="approve"' not in page
    assert karin.post(at(submitted, "do/decide/"), {"decision": "approve"}).status_code == 409


def test_a_copy_that_was_tampered_with_says_so(karin: Client, mei: Client, submitted: Letter) -> None:
    karin.post(at(submitted, "do/decide/"), {"decision": "approve"})
    mei.post(at(submitted, "do/print/"))
    row = Letter.objects.get()
    assert row.state == "printed"
    Letter.objects.update(content=row.content.replace("40", "4000"))
    assert "no longer what left" in mei.get(at(submitted)).content.decode()


def test_a_letter_is_dropped(mei: Client, begun: Any) -> None:
    letter = begun()
    assert mei.post(at(letter, "do/drop/")).status_code == 303
    assert Letter.objects.get().state == "dropped"
    assert mei.post(at(letter, "do/love/")).status_code == 404


# On paper -------------------------------------------------------------------------------------------------------------


def test_the_letter_alone_runs_nothing_and_fetches_nothing(mei: Client, begun: Any) -> None:
    page = mei.get(at(begun(), "page/"))
    policy = page.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = page.content.decode()
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "@page" in text
    assert "<script" not in text
    assert not re.search(r"(src|href)=", text)


def test_the_copy_is_what_was_kept_whatever_the_record_says_now(karin: Client, mei: Client, submitted: Letter) -> None:
    karin.post(at(submitted, "do/decide/"), {"decision": "approve"})
    mei.post(at(submitted, "do/send/"))
    kept = Letter.objects.get()
    assert mei.get(at(submitted, "page/")).content.decode() == kept.content
    assert hashlib.sha256(mei.get(at(submitted, "page/")).content).hexdigest() == kept.sha256


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-Hans", "责任在我们"), ("zh-Hant", "責任在我們"), ("en", "The responsibility for this is ours")],
)
def test_the_letters_language_is_its_own(mei: Client, agent: Agent, begun: Any, language: str, words: str) -> None:
    letter = begun(language=language)
    for person in ("en", "zh-hans", "zh-hant"):
        Agent.objects.filter(pk=agent.pk).update(language=person)
        page = mei.get(at(letter)).content.decode()
        assert f'<article class="letter letter--apology" lang="{language}">' in page
        assert words in page
        assert f'<html lang="{language}">' in mei.get(at(letter, "page/")).content.decode()


def test_without_weasyprint_no_pdf_is_offered_and_the_page_says_why(mei: Client, begun: Any) -> None:
    letter = begun()
    page, made = mei.get(at(letter)), mei.get(at(letter, "pdf/"))
    offered = at(letter, "pdf/") in page.content.decode()
    assert offered == pdf.is_here()
    if pdf.is_here():
        assert made.content.startswith(b"%PDF")
    else:
        assert made.status_code == 404
        assert "WeasyPrint is not installed" in text_of(made)


def test_words_of_the_author_are_words_and_no_markup(mei: Client, begun: Any) -> None:
    letter = begun()
    mei.post(at(letter), typed(1, {"event": "<script>alert(1)</script> & more"}))
    for place in (at(letter), at(letter, "page/")):
        assert "<script>alert" not in mei.get(place).content.decode()


# Doors ----------------------------------------------------------------------------------------------------------------


def test_a_stranger_finds_nothing(client_of: Any, stranger: Agent, submitted: Letter) -> None:
    client = client_of(stranger)
    for place in ("", "page/", "pdf/"):
        assert client.get(at(submitted, place)).status_code == 404
    for place in ("", "preview/", "do/send/", "do/decide/", "do/drop/", "do/submit/", "do/print/"):
        assert client.post(at(submitted, place), {}).status_code == 404
    assert client.get(f"/cases/{submitted.ticket.number}/letters/").status_code == 404
    assert Client().get(at(submitted)).status_code == 302


def test_a_letter_of_another_case_is_not_here(mei: Client, submitted: Letter, ticket: Ticket) -> None:
    assert mei.get(f"/cases/{ticket.number}/letters/{submitted.pk}/").status_code == 404


def test_the_list_asks_as_much_for_fifty_as_for_one(mei: Client, upheld: Ticket, begun: Any) -> None:
    begun()
    mei.get(f"/cases/{upheld.number}/letters/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert mei.get(f"/cases/{upheld.number}/letters/").status_code == 200
        return len(caught)

    few = queries()
    first = Letter.objects.get()
    Letter.objects.bulk_create(
        Letter(
            ticket=upheld,
            template=first.template,
            edition=first.edition,
            language="en",
            pass_number=1,
            begun_at=NOW,
            begun_by=first.begun_by,
        )
        for _ in range(49)
    )
    assert q.of_case(upheld).count() == 50
    assert queries() == few


def test_what_waits_for_a_supervisor_is_drawn_for_their_desk(submitted: Letter, supervisor: Agent) -> None:
    rows = rows_of(q.to_decide(access.actor_of(supervisor)))
    drawn = render_to_string("complaints/letters/_to_decide.html", {"letter_rows": rows, "now": NOW})
    assert at(submitted) in drawn
    assert "Apology letter" in drawn
    assert "Ms Wang" in drawn


def test_the_box_of_the_case_names_its_letters(submitted: Letter) -> None:
    rows = rows_of(q.of_case(submitted.ticket))
    about = {"letter_rows": rows, "ticket": submitted.ticket, "now": NOW}
    drawn = render_to_string("complaints/letters/_box.html", about)
    assert at(submitted) in drawn
    assert "waiting for approval" in drawn
