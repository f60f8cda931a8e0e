"""Letters nobody wrote: the acknowledgement, the notice of an end, and mail to the people of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.actions import ends, links, mailing, sealing
from complaints.actions.intake import Source
from complaints.channels import mail_out
from complaints.models import Clock, Interaction, Ticket
from customers.actions import Described
from customers.models import ContactPoint
from office import outbox
from office.actions import people
from office.models import Agent, Outgoing, SignInLink
from office.roles import SYSTEM
from tests.complaints.channels.conftest import ADDRESS
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)


def plain(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


# The acknowledgement --------------------------------------------------------------------------------------------------


def test_a_complaint_is_acknowledged_when_the_mail_has_left(make_ticket: Any, swept: Any, server: Any) -> None:
    ticket = make_ticket(channel="email")
    clock = Clock.objects.get(ticket=ticket, target="acknowledge")
    assert clock.met_at is None
    swept(LATER)
    clock.refresh_from_db()
    assert clock.met_at == LATER
    text = plain(server.mails[0])
    spoken = f"{ticket.number[:4]}-{ticket.number[4:8]}-{ticket.number[8]}"
    assert spoken in text
    assert "Dear Ms Wang," in text
    assert "https://desk.example.com/c/" in text
    assert "at the latest" in text


def test_our_own_record_holds_the_letter_and_not_the_secret(make_ticket: Any, swept: Any, server: Any) -> None:
    ticket = make_ticket(channel="email")
    swept()
    message = ticket.interactions.get(kind="reply")
    link = next(line for line in plain(server.mails[0]).split("\n") if "/c/" in line)
    assert (message.author_kind, message.delivery, message.visibility) == ("system", "sent", "customer")
    assert message.text.startswith("Dear Ms Wang,")
    assert link.split("/c/")[1] not in message.text
    assert link not in str(Outgoing.objects.values())


@pytest.mark.parametrize(
    "about",
    [
        {"source": Source(kind="import", fresh=False)},
        {"kind": "advice"},
        {"anonymous_reason": "wants_none"},
        {"described": Described(name="Li Na", phone="+44 7700 900419")},
    ],
)
def test_nothing_is_sent_where_nothing_is_to_be_said(make_ticket: Any, about: dict[str, Any]) -> None:
    ticket = make_ticket(channel="web", **about)
    assert not Outgoing.objects.exists()
    assert ticket.interactions.count() == 1


def test_an_address_several_people_read_gets_no_letter(make_ticket: Any) -> None:
    ContactPoint.objects.filter(value=ADDRESS).update(shared=True)
    make_ticket(channel="web")
    assert not Outgoing.objects.exists()


def test_nobody_fills_a_strangers_mailbox(make_ticket: Any, swept: Any, server: Any) -> None:
    for _time in range(5):
        make_ticket(channel="web")
    swept()
    assert len(server.mails) == 3


@pytest.mark.parametrize(
    ("language", "subject", "greeting", "date"),
    [
        ("en", "Your complaint", "Dear Ms Wang,", "24 Nov 2026"),
        ("zh-Hans", "您的投诉", "Ms Wang，您好：", "2026年11月24日"),
        ("zh-Hant", "您的申訴", "Ms Wang，您好：", "2026年11月24日"),
    ],
)
def test_a_letter_is_in_the_customers_language(
    make_ticket: Any, swept: Any, server: Any, language: str, subject: str, greeting: str, date: str
) -> None:
    make_ticket(channel="email", language=language)
    swept()
    (mail,) = server.mails
    assert subject in str(mail["Subject"])
    assert mail["Content-Language"] == language
    assert greeting in plain(mail)
    assert date in plain(mail)
    assert f'<html lang="{language}"' in mail.get_body(("html",)).get_content()


# The end --------------------------------------------------------------------------------------------------------------


def test_an_end_without_an_answer_is_told(
    written_to: Ticket, swept: Any, server: Any, actor_for: Any, supervisor: Any
) -> None:
    by = {"actor": actor_for(supervisor), "now": NOW}
    ends.out_of_scope(written_to, reason="not_ours", note="He rang the wrong shop", **by)
    swept(LATER)
    text = plain(server.mails[0])
    assert "not ours to answer" in text
    assert "Not our product or service" in text
    assert "wrong shop" not in text, "a note is for us"


def test_an_end_taken_back_at_once_is_not_told(
    written_to: Ticket, swept: Any, server: Any, actor_for: Any, agent: Any, make_ticket: Any
) -> None:
    by = {"actor": actor_for(agent), "now": NOW}
    made = links.link(written_to, other=make_ticket(), kind="duplicate", **by)
    links.unlink(written_to, link_id=made.pk, **by)
    swept(LATER)
    assert written_to.interactions.get(outgoing__kind="ended").delivery == "cancelled"
    assert not any("same matter" in plain(mail) for mail in server.mails)


def test_a_duplicate_says_where_it_goes_on(
    written_to: Ticket, swept: Any, server: Any, actor_for: Any, agent: Any, make_ticket: Any
) -> None:
    other = make_ticket()
    links.link(written_to, other=other, kind="duplicate", actor=actor_for(agent), now=NOW)
    swept(LATER)
    told = [plain(mail) for mail in server.mails if "same matter" in plain(mail)]
    assert len(told) == 1
    assert f"{other.number[:4]}-{other.number[4:8]}" in told[0]


def test_an_answered_case_is_closed_without_a_letter(
    written_to: Ticket, walk_to: Any, actor_for: Any, agent: Any
) -> None:
    ends.close(walk_to(written_to, "answered"), reason="accepted", actor=actor_for(agent), now=NOW)
    assert not Interaction.objects.filter(outgoing__kind="ended").exists()


# To the people of the desk --------------------------------------------------------------------------------------------


def test_an_invitation_carries_a_link_that_was_never_stored(
    agent: Agent, swept: Any, server: Any, client: Client
) -> None:
    shown = people.reset(agent, actor=SYSTEM, now=NOW)
    row = Outgoing.objects.get()
    assert shown not in str(row.payload)
    swept()
    secret = plain(server.mails[0]).split("/join/")[1].split("/")[0]
    assert secret != shown
    assert secret not in str(Outgoing.objects.values())
    link = SignInLink.objects.get(token_hash=_digest(secret))
    people.join(link, actor=SYSTEM, now=NOW, password="another long password")
    assert not SignInLink.objects.filter(used_at=None, expires_at__gt=NOW).exists(), "its twin ended with it"


def _digest(secret: str) -> str:
    from office.secrets import digest

    return digest(secret)


def test_a_replaced_invitation_is_not_mailed(agent: Agent, swept: Any, server: Any) -> None:
    people.invite(agent, actor=SYSTEM, now=NOW)
    people.invite(agent, actor=SYSTEM, now=NOW + timedelta(seconds=1))
    swept()
    assert len(server.mails) == 1
    assert Outgoing.objects.filter(cancelled_at__isnull=False).count() == 1


def test_somebody_without_an_address_is_shown_the_link_only(stranger: Agent) -> None:
    people.invite(stranger, actor=SYSTEM, now=NOW)
    assert not Outgoing.objects.exists()


def test_several_cases_are_one_notice_in_the_readers_language(
    ticket: Ticket, make_ticket: Any, agent: Agent, swept: Any, server: Any
) -> None:
    other = make_ticket(title="A second matter")
    items = [{"ticket": row.pk, "why": "missed_promise", "escalation": None} for row in (ticket, other)]
    outbox.post("notice", "notice:1", payload={"agent": agent.pk, "items": items}, now=NOW)
    swept()
    (mail,) = [mail for mail in server.mails if "mei@example.org" in str(mail["To"])]
    assert "2 cases" in str(mail["Subject"])
    for row in (ticket, other):
        assert f"https://desk.example.com/cases/{row.number}/" in plain(mail)
    assert "A second matter" in plain(mail)


@pytest.fixture
def bundle(ticket: Ticket, make_ticket: Any, agent: Agent, swept: Any, server: Any) -> list[Outgoing]:
    """Three rows of one bundle; all other mail is gone."""
    swept()
    server.mails.clear()
    for row in (ticket, make_ticket(title="A second matter"), make_ticket(title="A third one")):
        payload = {"agent": agent.pk, "items": [{"ticket": row.pk, "why": "overdue", "escalation": None}]}
        outbox.owe("notice", f"n:{row.pk}", payload=payload, now=NOW, bundle=f"notice:{agent.pk}")
    Outgoing.objects.filter(sent_at=None).exclude(kind="notice").delete()
    return list(Outgoing.objects.filter(kind="notice").order_by("pk"))


def states() -> list[tuple[str, int, bool]]:
    rows = Outgoing.objects.filter(kind="notice").order_by("pk")
    return [(row.result.get("message_id", ""), row.attempts, row.sent_at is not None) for row in rows]


def test_a_bundle_is_one_mail_and_all_its_rows_are_sent(bundle: list[Outgoing], swept: Any, server: Any) -> None:
    assert swept().done == 3
    (mail,) = server.mails
    assert "3 cases" in str(mail["Subject"])
    assert all(words in plain(mail) for words in ("A second matter", "A third one"))
    assert states() == [(str(mail["Message-ID"]), 1, True)] * 3
    assert swept(NOW + timedelta(days=1)).done == 0


def test_a_bundle_that_does_not_leave_is_tried_again_as_the_same(
    bundle: list[Outgoing], swept: Any, server: Any, agent: Agent
) -> None:
    server.answers[agent.email] = "451 later"
    assert swept(NOW).failed == 3
    assert states() == [("", 1, False)] * 3
    server.answers.clear()
    assert swept(NOW + outbox.AWAY[0] + timedelta(seconds=1)).done == 3
    assert len(server.mails) == 1
    assert {(tries, sent) for _name, tries, sent in states()} == {(2, True)}


def test_a_bundle_that_is_refused_ends_as_a_whole(
    bundle: list[Outgoing], swept: Any, server: Any, agent: Agent
) -> None:
    server.answers[agent.email] = "550 no such user"
    assert swept().failed == 3
    assert Outgoing.objects.filter(kind="notice", dead_at__isnull=False, lease_until=None).count() == 3


def test_a_bundle_whose_worker_died_goes_again_under_the_same_name(
    bundle: list[Outgoing], swept: Any, server: Any
) -> None:
    rows = outbox.claim_next(now=NOW)
    post = mail_out.Post()
    post.transmit(rows, NOW)  # and here the worker dies
    post.close()
    late = NOW + outbox.LEASE + timedelta(seconds=1)
    agent = bundle[0].payload["agent"]
    payload = {"agent": agent, "items": bundle[0].payload["items"]}
    outbox.owe("notice", "new", payload=payload, now=late, bundle=f"notice:{agent}")
    assert swept(late).done == 4
    first, again, new = (str(mail["Message-ID"]) for mail in server.mails)
    assert first == again != new, "what came since is never taken for a copy"


def test_a_notice_holds_nothing_its_reader_may_not_see(
    ticket: Ticket, agent: Agent, supervisor: Agent, actor_for: Any, swept: Any, server: Any
) -> None:
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[supervisor])
    items = [{"ticket": ticket.pk, "why": "safety", "escalation": None}]
    for person in (agent, supervisor):
        outbox.post("notice", f"notice:{person.pk}", payload={"agent": person.pk, "items": items}, now=NOW)
    swept()
    to = [str(mail["To"]) for mail in server.mails if "Safety" in str(mail["Subject"])]
    assert to == ["Karin Solberg <karin@example.org>"]
    assert ticket.subject not in "".join(plain(mail) for mail in server.mails)


def test_a_notice_with_nothing_in_it_is_dropped(agent: Agent, swept: Any, server: Any) -> None:
    for key, payload in (("1", {}), ("2", {"agent": agent.pk, "items": []}), ("3", {"agent": 999999, "items": [7]})):
        outbox.post("notice", key, payload=payload, now=NOW)
    swept()
    assert server.mails == []
    assert Outgoing.objects.filter(cancelled_at__isnull=False).count() == 3


def test_a_reminder_says_that_silence_is_no_yes(
    written_to: Ticket, walk_to: Any, swept: Any, server: Any, actor_for: Any, agent: Any
) -> None:
    walk_to(written_to, "answered")
    mailing.send(written_to, actor=actor_for(agent), now=NOW, text="May I ask again?", mail="chase")
    swept(LATER)
    assert "Silence is not a yes" in plain(server.mails[0])
