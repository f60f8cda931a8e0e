"""Mail leaves through a real mail server: once, in the right thread; whatever the server says has its consequence."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from complaints import sweeps
from complaints.actions import conversation, corrections, mailing
from complaints.channels import mail_out
from complaints.domain.mail import UNDO
from complaints.models import Clock, FollowUp, Interaction, Ticket
from complaints.queries.guard import blockers_of
from customers.models import ContactPoint, Customer
from office import audit, outbox
from office import sweeps as office_sweeps
from office.errors import Conflict
from office.models import Office, Outgoing
from tests.complaints.channels.conftest import ADDRESS, Server
from tests.conftest import NOW, WORDS

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)
SAID = "Dear Ms Wang,\n\nyour refund was released this morning.\n\nYours"
TOLD = "We refund the kettle and the bank charge today."


@pytest.fixture
def sent(written_to: Ticket, actor_for: Any, agent: Any) -> Callable[..., Interaction]:
    """Write to the customer at ``NOW``."""

    def send(text: str = SAID, **words: Any) -> Interaction:
        return mailing.send(written_to, actor=actor_for(agent), now=NOW, text=text, **words)

    return send


# The message ----------------------------------------------------------------------------------------------------------


def test_a_mail_goes_out_once_with_the_agents_words(sent: Any, swept: Any, server: Server, written_to: Ticket) -> None:
    message = sent()
    assert message.delivery == "queued"
    assert swept(NOW + UNDO - timedelta(seconds=1)).done == 0
    assert swept(LATER).done == 1
    assert swept(LATER + timedelta(days=1)).done == 0
    (mail,) = server.mails
    assert mail["To"] == f"Wang Fang <{ADDRESS}>"
    assert mail["From"] == "Complaint desk <complaints@localhost>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "your refund was released this morning." in plain.get_content()
    assert "Mei Lin" in plain.get_content()
    assert "your refund was released this morning." in html.get_content()
    message.refresh_from_db()
    assert (message.delivery, message.visibility, message.text) == ("sent", "customer", SAID.strip())
    audit.verify(("ticket", written_to.pk))


def test_mails_of_a_case_are_one_thread(
    make_ticket: Any, swept: Any, server: Server, actor_for: Any, agent: Any
) -> None:
    ticket = make_ticket(channel="email")
    swept()
    mailing.send(ticket, actor=actor_for(agent), now=NOW, text=SAID)
    swept(LATER)
    first, second = server.mails
    assert first["Message-ID"].endswith("@desk.example.com>")
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    assert second["Subject"] == f"Re: {first['Subject']}"
    assert first["In-Reply-To"] is None


def test_only_what_nobody_wrote_says_that_nobody_did(
    make_ticket: Any, swept: Any, server: Server, actor_for: Any, agent: Any
) -> None:
    ticket = make_ticket(channel="email")
    mailing.send(ticket, actor=actor_for(agent), now=NOW, text=SAID)
    swept(LATER)
    acknowledgement, reply = server.mails
    assert acknowledgement["Auto-Submitted"] == "auto-generated"
    assert acknowledgement["X-Auto-Response-Suppress"] == "All"
    assert reply["Auto-Submitted"] is None


def test_answers_go_where_somebody_reads_them(sent: Any, swept: Any, server: Server) -> None:
    sent()
    swept(LATER)
    Office.objects.update(reply_to="answers@example.com")
    sent()
    swept(LATER)
    without, with_one = server.mails
    assert without["Reply-To"] is None
    assert "Answers to this e-mail are not read" in without.get_body(("plain",)).get_content()
    assert with_one["Reply-To"] == "answers@example.com"
    assert "You can also answer this e-mail" in with_one.get_body(("plain",)).get_content()


def test_names_and_titles_cannot_add_a_header(sent: Any, swept: Any, server: Server, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(
        name="Wang\r\nBcc: victim@example.org", preferred_address="Ms\r\nX: y"
    )
    Office.objects.update(name="Desk\nBcc: victim@example.org")
    sent()
    swept(LATER)
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert server.envelopes[-1] == [ADDRESS]
    assert "\n" not in str(mail["Subject"])


@pytest.mark.parametrize(
    "address", ["a@example.org, victim@example.org", "a@example.org\nBcc: b@example.org", "nobody"]
)
def test_an_address_is_one_address(sent: Any, swept: Any, server: Server, address: str) -> None:
    message = sent()
    ContactPoint.objects.filter(kind="email").update(value=address)
    swept(LATER)
    assert server.mails == []
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_markup_in_words_stays_words(sent: Any, swept: Any, server: Server) -> None:
    sent("We have noted <script>alert(1)</script> & <b>this</b>")
    swept(LATER)
    html = server.mails[0].get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;b&gt;this" in html
    assert "<b>this</b>" in server.mails[0].get_body(("plain",)).get_content()


def test_a_mail_fetches_nothing_and_runs_nothing(make_ticket: Any, swept: Any, server: Server) -> None:
    make_ticket(channel="email")
    swept()
    html = server.mails[0].get_body(("html",)).get_content().lower()
    assert not any(
        word in html for word in ("<script", "<img", "<link", "@import", "url(", "javascript:", " onload", " onclick")
    )


def test_files_go_with_their_mail(sent: Any, swept: Any, server: Server) -> None:
    files = (
        conversation.Upload("receipt.txt", b"Paid on 4 November."),
        conversation.Upload("收据.txt", b"\xe6\x94\xb6"),
    )
    message = sent(uploads=files)
    assert set(message.attachments.values_list("visibility", flat=True)) == {"internal"}
    swept(LATER)
    arrived = {part.get_filename(): part.get_content() for part in server.mails[0].iter_attachments()}
    assert arrived["receipt.txt"] == "Paid on 4 November."
    assert set(arrived) == {"receipt.txt", "收据.txt"}
    assert set(message.attachments.values_list("visibility", flat=True)) == {"customer"}


def test_no_note_and_no_word_of_the_complaint_is_in_an_acknowledgement(
    make_ticket: Any, swept: Any, server: Server, actor_for: Any, agent: Any
) -> None:
    ticket = make_ticket(channel="web", title="My kettle exploded")
    conversation.add_interaction(ticket, actor=actor_for(agent), now=NOW, kind="note", text="A difficult house to find")
    swept()
    for part in ("plain", "html"):
        text = server.mails[0].get_body((part,)).get_content()
        assert not any(words in text for words in ("kettle", "difficult", WORDS[:20]))
    assert "kettle" not in str(server.mails[0]["Subject"])


# What the server says -------------------------------------------------------------------------------------------------


def test_while_the_server_is_away_nothing_is_lost_and_nobody_waits_twice(sent: Any, swept: Any, server: Server) -> None:
    first, second = sent(), sent()
    server.stop()
    assert swept(LATER).failed == 1
    rows = {row.pk: row for row in Outgoing.objects.filter(interaction__in=[first, second])}
    assert sorted(row.attempts for row in rows.values()) == [0, 1], "the rest waits untouched"
    assert not mail_out.may_try(), "and nobody knocks again at once"
    server.start()
    swept(LATER + timedelta(minutes=2))
    assert len(server.mails) == 2
    assert set(Interaction.objects.filter(kind="reply").values_list("delivery", flat=True)) == {"sent"}


def test_a_suspect_server_is_tried_by_one_at_a_time() -> None:
    cache.clear()
    post = mail_out.Post()
    post.down = True
    mail_out.remember(post)
    cache.delete("mail-server-down")
    assert [mail_out.may_try(), mail_out.may_try()] == [True, False]
    post.down, post.sent = False, 1
    mail_out.remember(post)
    assert [mail_out.may_try(), mail_out.may_try()] == [True, True]


def test_a_mailbox_that_is_full_for_now_is_tried_again(sent: Any, swept: Any, server: Server) -> None:
    message = sent()
    server.answers[ADDRESS] = "452 mailbox full"
    swept(LATER)
    message.refresh_from_db()
    assert message.delivery == "queued"
    assert message.outgoing.last_error.startswith("refused-address: 452")
    server.answers.clear()
    assert swept(LATER + timedelta(seconds=30)).done == 0
    assert swept(LATER + timedelta(seconds=62)).done == 1


def test_one_that_is_refused_keeps_no_other_back(sent: Any, swept: Any, server: Server, make_ticket: Any) -> None:
    sent()
    server.answers[ADDRESS] = "550 no such user"
    other = make_ticket(channel="email", described=_somebody("li@example.org"))
    swept(LATER)
    assert server.envelopes[-1] == ["li@example.org"]
    assert other.interactions.get(kind="reply").delivery == "sent"


def _somebody(email: str) -> Any:
    from customers.actions import Described

    return Described(name="Li Na", email=email)


def test_a_refused_address_is_shown_and_becomes_somebodys_task(
    sent: Any, swept: Any, server: Server, agent: Any
) -> None:
    message = sent()
    server.answers[ADDRESS] = "550 5.1.1 no such user"
    swept(LATER)
    message.refresh_from_db()
    assert message.delivery == "failed"
    assert message.outgoing.dead_at is not None
    task = FollowUp.objects.get()
    assert (task.owner, task.kind, task.promised) == (agent, "update", False)
    assert "check the address" in task.text
    audit.verify(("ticket", message.ticket_id))
    assert swept(LATER + timedelta(days=2)).done == 0
    assert FollowUp.objects.count() == 1


def test_a_refused_message_is_dead_at_once(sent: Any, swept: Any, server: Server) -> None:
    message = sent()
    server.to_data[ADDRESS] = "554 looks like spam"
    swept(LATER)
    message.refresh_from_db()
    assert message.delivery == "failed"
    assert message.outgoing.last_error.startswith("refused-message: 554")


def test_a_server_that_wants_another_log_in_costs_no_mail(sent: Any, swept: Any, server: Server, settings: Any) -> None:
    message = sent()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    swept(LATER)
    message.refresh_from_db()
    assert message.delivery == "queued"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    assert swept(LATER + timedelta(minutes=2)).done == 1


def test_what_is_tried_for_hours_ends_as_not_delivered(sent: Any, swept: Any, server: Server) -> None:
    message = sent()
    server.answers[ADDRESS] = "451 later"
    at = LATER
    for wait in (*outbox.AWAY, timedelta(0)):
        swept(at)
        at += wait + timedelta(seconds=1)
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_a_mail_that_takes_its_workers_with_it_ends(sent: Any, swept: Any, server: Server) -> None:
    message = sent()
    Outgoing.objects.filter(pk=message.outgoing_id).update(attempts=len(outbox.AWAY) + 1)
    swept(LATER)
    message.refresh_from_db()
    assert (message.delivery, server.mails) == ("failed", [])


# Outcomes -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def resolving(written_to: Ticket, walk_to: Any) -> Ticket:
    return walk_to(written_to, "resolve")


def test_an_outcome_counts_as_told_when_it_is_queued_and_no_longer_when_it_is_refused(
    resolving: Ticket, actor_for: Any, agent: Any, swept: Any, server: Server
) -> None:
    actor = actor_for(agent)

    def codes() -> set[str]:
        return {blocker.code for blocker in blockers_of(resolving, actor=actor)}

    assert "resolve.outcome.missing" in codes()
    message = mailing.send(resolving, actor=actor, now=NOW, text=TOLD, mail="outcome")
    assert not any("outcome" in code for code in codes())
    server.answers[ADDRESS] = "550 no such user"
    swept(LATER)
    assert "resolve.outcome.failed" in codes()
    assert FollowUp.objects.get().kind == "call_back"
    server.answers.clear()
    ContactPoint.objects.filter(value=ADDRESS).update(value="new@example.org")
    mailing.resend(message, actor=actor, now=LATER)
    assert not any("outcome" in code for code in codes())
    swept(LATER)
    assert server.envelopes[-1] == ["new@example.org"]
    assert "not fixed" in server.mails[-1].get_body(("plain",)).get_content()


def test_a_case_answered_by_a_mail_that_never_arrived_is_in_resolve_again(
    resolving: Ticket, walk_to: Any, actor_for: Any, agent: Any, swept: Any, server: Server
) -> None:
    walked = _answered_by_mail(resolving, actor_for(agent), agent)
    assert Clock.objects.get(ticket=walked, target="resolve").met_at == NOW
    server.answers[ADDRESS] = "550 no such user"
    swept(LATER)
    walked.refresh_from_db()
    assert (walked.state, walked.step, walked.answered_at, walked.pass_number) == ("open", "resolve", None, 1)
    assert Clock.objects.get(ticket=walked, target="resolve").met_at is None
    assert [b.code for b in blockers_of(walked, actor=actor_for(agent))] == ["resolve.outcome.failed"]
    audit.verify(("ticket", walked.pk))


def test_an_outcome_taken_back_takes_its_answer_with_it(resolving: Ticket, actor_for: Any, agent: Any) -> None:
    walked = _answered_by_mail(resolving, actor_for(agent), agent)
    mailing.unsend(Interaction.objects.get(kind="outcome"), actor=actor_for(agent), now=NOW)
    walked.refresh_from_db()
    assert (walked.state, walked.step) == ("open", "resolve")
    assert [b.code for b in blockers_of(walked, actor=actor_for(agent))] == ["resolve.outcome.missing"]


def _answered_by_mail(ticket: Ticket, actor: Any, agent: Any) -> Ticket:
    from complaints.actions import issues, steps
    from tests.conftest import REASON, evidence_for

    issue = issues.add_issue(ticket, actor=actor, now=NOW, text="The refund is three weeks late")
    issues.find(issue, actor=actor, now=NOW, finding="upheld", reason=REASON)
    mailing.send(ticket, actor=actor, now=NOW, text=TOLD, mail="outcome")
    steps.record_step(ticket, actor=actor, now=NOW, evidence=evidence_for(agent)["resolve"])
    return steps.complete_step(ticket, actor=actor, now=NOW)


# Workers --------------------------------------------------------------------------------------------------------------


def test_killed_between_sending_and_noting_it_goes_again_as_the_same(sent: Any, swept: Any, server: Server) -> None:
    sent()
    (row,) = outbox.claim(now=LATER)
    post = mail_out.Post()
    post.transmit([row], LATER)  # and here the worker dies
    post.close()
    assert swept(LATER + timedelta(seconds=10)).done == 0, "its lease still runs"
    assert swept(LATER + outbox.LEASE + timedelta(seconds=1)).done == 1
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] is not None


def test_sent_is_sent_although_what_follows_cannot_be_written(sent: Any, server: Server) -> None:
    message = sent()
    post = mail_out.Post()

    def broken(rows: Any, became: Any, now: Any) -> None:
        raise RuntimeError("the disk is full")

    office_sweeps.empty(clock=lambda: LATER, kinds=("reply",), transmit=post.transmit, settle=broken)
    post.close()
    assert Outgoing.objects.get(pk=message.outgoing_id).sent_at == LATER
    assert len(server.mails) == 1


def test_a_sweep_stops_between_mails(sent: Any, server: Server) -> None:
    sent(), sent(), sent()
    turns = iter([True, True, False])
    assert sweeps.sweep_outgoing(clock=lambda: LATER, goes_on=lambda: next(turns)).done == 2
    assert len(server.mails) == 2


def test_a_mail_is_rendered_for_the_customer_it_was_written_to(
    sent: Any, swept: Any, server: Server, written_to: Ticket, actor_for: Any, agent: Any
) -> None:
    message = sent()
    corrections.change_customer(
        written_to, actor=actor_for(agent), now=NOW, customer=None, anonymous_reason="wants_none"
    )
    swept(LATER)
    message.refresh_from_db()
    assert (message.delivery, server.mails) == ("failed", [])


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL’s")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_mail(sent: Any, server: Server) -> None:
    for number in range(12):
        sent(f"This is message number {number}.")
    _together(*[lambda: sweeps.sweep_outgoing(clock=lambda: LATER)] * 3)
    assert len(server.mails) == 12
    assert len({mail["Message-ID"] for mail in server.mails}) == 12
    assert set(Interaction.objects.filter(kind="reply").values_list("delivery", flat=True)) == {"sent"}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_taken_back_or_sent_and_never_both(sent: Any, server: Server, actor_for: Any, agent: Any) -> None:
    for _round in range(8):
        message, before = sent(), len(server.mails)
        actor = actor_for(agent)

        def undo(message: Interaction = message, actor: Any = actor) -> None:
            with contextlib.suppress(Conflict):
                mailing.unsend(message, actor=actor, now=LATER)

        _together(undo, lambda: sweeps.sweep_outgoing(clock=lambda: LATER))
        message.refresh_from_db()
        arrived = len(server.mails) - before
        assert (message.delivery, arrived) in (("sent", 1), ("cancelled", 0))


def _together(*calls: Callable[[], object]) -> None:
    gate = threading.Barrier(len(calls))
    faults: list[BaseException] = []

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            call()
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
