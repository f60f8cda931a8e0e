"""Letters: written, checked, approved by somebody else, sent or printed once, and kept as they went."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import ends, issues, mailing, redress, steps
from complaints.actions import letters as a
from complaints.actions.customer_links import link_of, secret_of
from complaints.channels.mail_words import render
from complaints.domain.mail import UNDO
from complaints.models import Letter, Ticket, WordingNote
from complaints.queries import letters as q
from complaints.queries.guard import blockers_of
from customers.actions import Described, create_customer
from office import access
from office.errors import Conflict, Invalid, NotAllowed, Stale, StepBlocked
from office.models import Agent, Approval, Event, Outgoing
from office.roles import SYSTEM
from playbooks.saying.must import COMPONENTS
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW, REASON, evidence_for

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
APOLOGY = {
    "regret": "I am sorry that you waited three weeks for your money and that nobody rang you.",
    "event": "On 2 November you were told five days; on 24 November the refund for the kettle was still not there.",
    "what-we-failed": "We ought to have released the payment on 4 November, and did not.",
    "explanation": "The late shift did not know that a return waits for a release.",
    "repair-without-redress": "The refund was released on 24 November 2026.",
    "prevention-none": "We looked at the release of returns.",
}
REGRET = {"effect": "Your rent went out of an empty account."}
BLOCKED = "You are lying to us about the parcel."


@pytest.fixture
def upheld(make_ticket: Any, walk_to: Any, agent: Agent, actor_for: Any) -> Ticket:
    """A case in Resolve with one issue upheld, redress agreed, prevention recorded, a customer with an address."""
    described = Described(name="Wang Fang", email="wang@example.org", preferred_address="Ms Wang")
    customer = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    ticket: Ticket = walk_to(make_ticket(owner=agent, customer=customer), "resolve")
    actor = actor_for(agent)
    issue = issues.add_issue(ticket, actor=actor, now=NOW, text="The refund is three weeks late")
    issues.find(issue, actor=actor, now=NOW, finding="upheld", reason=REASON)
    evidence = {**evidence_for(agent)["resolve"]}
    ticket.refresh_from_db()
    steps.record_step(ticket, actor=actor, now=NOW, evidence=evidence)
    redress.offer(
        ticket, actor=actor, now=NOW, kind="refund", basis="due", amount=Decimal(40), due_on=date(2026, 11, 26)
    )
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def written(upheld: Ticket, act: Any) -> Callable[..., Letter]:
    """A letter of a kind, with honest words and everything ticked: ``written("apology")``."""

    def write(key: str = "apology", *, words: dict[str, str] | None = None, **more: Any) -> Letter:
        letter: Letter = act(a.begin, upheld, template=key, **more)
        parts = words or {"apology": APOLOGY, "regret": REGRET}.get(key, {})
        act(a.write, letter, parts=parts, ticked=COMPONENTS, version=1)
        return again(letter)

    return write


@pytest.fixture
def submitted(written: Any, act: Any) -> Callable[..., Letter]:
    def submit(key: str = "apology", **more: Any) -> Letter:
        letter = written(key, **more)
        act(a.submit, letter, version=q.latest(letter).number)
        return again(letter)

    return submit


@pytest.fixture
def approved(submitted: Any, act: Any, supervisor: Agent) -> Callable[..., Letter]:
    def approve(key: str = "apology", **more: Any) -> Letter:
        letter = submitted(key, **more)
        if letter.state == "submitted":
            act(a.decide, letter, by=supervisor, approve=True)
        return again(letter)

    return approve


def again(letter: Letter) -> Letter:
    return q.letter_for(Ticket.objects.get(pk=letter.ticket_id), letter.pk)


def codes(refusal: pytest.ExceptionInfo[StepBlocked]) -> set[str]:
    return {blocker.code for blocker in refusal.value.blockers}


# Begin ----------------------------------------------------------------------------------------------------------------


def test_a_letter_begins_with_what_the_record_proposes(upheld: Ticket, act: Any, told: Any, agent: Agent) -> None:
    letter = act(a.begin, upheld, template="apology")
    assert (letter.state, letter.language, letter.pass_number, letter.begun_by) == ("draft", "en", 1, agent)
    version = q.latest(letter)
    assert version.number == 1
    assert version.parts["regret"].startswith("I am sorry that you waited")
    assert version.parts["what-we-failed"] == REASON
    assert told(upheld)[-1] == "letter.begin"


def test_no_apology_without_a_finding_of_upheld(ticket: Ticket, act: Any, told: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(a.begin, ticket, template="apology")
    assert refusal.value.code == "not-yet"
    assert "upheld" in str(refusal.value.sentence)
    assert told(ticket)[-1] == "refused"
    assert act(a.begin, ticket, template="regret").template == "regret"


@pytest.mark.parametrize("words", [{"template": "love"}, {"template": "apology", "language": "fr"}])
def test_a_letter_nobody_knows_is_none(upheld: Ticket, act: Any, words: dict[str, str]) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(a.begin, upheld, **words)


def test_the_language_is_the_customers_unless_chosen(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology", language="zh-Hant")
    assert letter.language == "zh-Hant"
    sheet = q.standing(upheld, letter, actor=SYSTEM, now=NOW).sheet
    assert any("部分成立" in line for lines in sheet.body for line in lines)


# Write ----------------------------------------------------------------------------------------------------------------


def test_every_save_is_a_version_and_from_the_second_on_it_has_a_reason(upheld: Ticket, act: Any, told: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    assert act(a.write, letter, parts=APOLOGY, version=1).number == 2
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(a.write, letter, parts={"regret": "I am sorry that you waited."}, version=2)
    assert set(refusal.value.fields) == {"reason"}
    third = act(a.write, letter, parts={"regret": "I am sorry that you waited."}, version=2, reason="Shorter")
    assert (third.number, third.reason) == (3, "Shorter")
    assert third.parts["event"] == APOLOGY["event"]
    assert told(upheld)[-2:] == ["letter.write", "letter.write"]


def test_nothing_changed_is_no_version(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts=APOLOGY, version=1)
    with nothing_changes():
        assert act(a.write, letter, parts=APOLOGY, version=2).number == 2


def test_the_second_of_two_is_told(upheld: Ticket, act: Any, colleague: Agent) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts=APOLOGY, version=1)
    with nothing_changes(), pytest.raises(Stale) as refusal:
        act(a.write, letter, by=colleague, parts={"regret": "Sorry."}, version=1)
    assert refusal.value.current == 2


def test_a_fixed_part_is_not_stored_from_what_was_typed(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    version = act(a.write, letter, parts={**APOLOGY, "responsibility": "None of ours", "made-up": "x"}, version=1)
    assert not {"responsibility", "made-up"} & set(version.parts)


def test_a_component_without_words_is_not_ticked(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    version = act(a.write, letter, parts={**APOLOGY, "explanation": ""}, ticked=COMPONENTS, version=1)
    assert set(version.ticked) == set(COMPONENTS) - {"explanation"}


def test_what_was_shown_and_is_gone_is_noted_without_its_words(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts={**APOLOGY, "explanation": BLOCKED}, version=1)
    act(a.write, letter, parts=APOLOGY, version=2, reason="Kinder")
    fixed = WordingNote.objects.filter(letter=letter, did="fixed")
    assert fixed
    assert all((note.place, note.start, note.end) == ("letter", 0, 0) for note in fixed)
    assert "lying" not in str(list(Event.objects.values_list("payload", flat=True)))


# Submit ---------------------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_at_once(upheld: Ticket, act: Any, told: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts={**APOLOGY, "event": "", "explanation": BLOCKED}, version=1)
    with nothing_changes(but_lines=1), pytest.raises(StepBlocked) as refusal:
        act(a.submit, letter, version=2)
    assert codes(refusal) == {"letter.gap", "letter.component", "letter.block"}
    assert told(upheld)[-1] == "refused"


def test_it_is_put_before_the_nearest_who_had_no_hand_in_it(
    written: Any, act: Any, told: Any, supervisor: Agent, agent: Agent
) -> None:
    letter = written()
    act(a.submit, letter, version=2)
    letter = again(letter)
    approval = letter.approval
    assert approval is not None
    assert (letter.state, approval.kind, approval.addressed_to, approval.asked_by) == (
        "submitted", "letter", supervisor, agent,
    )  # fmt: skip
    assert approval.case_id == letter.ticket_id
    assert approval.detail["sha256"] == q.standing(letter.ticket, letter, actor=SYSTEM, now=NOW).stamp.sha256
    assert told(letter.ticket)[-1] == "letter.submit"
    assert list(q.to_decide(access.actor_of(supervisor))) == [letter]
    assert list(q.to_decide(access.actor_of(agent))) == []


def test_a_supervisor_who_writes_asks_somebody_else(
    upheld: Ticket, act: Any, supervisor: Agent, administrator: Agent
) -> None:
    letter = act(a.begin, upheld, template="apology", by=supervisor)
    act(a.write, letter, by=supervisor, parts=APOLOGY, ticked=COMPONENTS, version=1)
    act(a.submit, letter, by=supervisor, version=2)
    assert again(letter).approval.addressed_to == administrator  # type: ignore[union-attr]
    with pytest.raises(NotAllowed):
        act(a.decide, letter, by=supervisor, approve=True)


def test_whoever_wrote_last_does_not_approve(upheld: Ticket, act: Any, supervisor: Agent) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, by=supervisor, parts=APOLOGY, ticked=COMPONENTS, version=1)
    act(a.submit, letter, version=2)
    assert again(letter).approval.addressed_to != supervisor  # type: ignore[union-attr]
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(a.decide, letter, by=supervisor, approve=True)
    assert list(q.to_decide(access.actor_of(supervisor))) == []


def test_each_warning_is_confirmed(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    said = {**APOLOGY, "explanation": f"{APOLOGY['explanation']} This will never happen again."}
    act(a.write, letter, parts=said, ticked=COMPONENTS, version=1)
    warnings = q.standing(upheld, letter, actor=SYSTEM, now=NOW).examined.warnings
    assert warnings
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(a.submit, letter, version=2)
    assert set(refusal.value.fields) == {"confirmed"}
    act(a.submit, letter, version=2, confirmed=[said.key for said in warnings])
    noted = WordingNote.objects.filter(letter=letter, did="confirmed")
    assert [note.rule for note in noted] == [said.finding.rule for said in warnings]


def test_the_smallest_letter_asks_somebody_else(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="acknowledgement")
    act(a.submit, letter, version=1)
    assert again(letter).state == "submitted"
    assert Approval.objects.get().state == "waiting"


def test_what_a_rule_stops_goes_to_a_supervisor_only_with_a_reason(upheld: Ticket, act: Any, supervisor: Agent) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts={**APOLOGY, "explanation": BLOCKED}, ticked=COMPONENTS, version=1)
    warned = [one.key for one in q.standing(upheld, letter, actor=SYSTEM, now=NOW).examined.warnings]
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(a.submit, letter, version=2, hold=True, confirmed=warned)
    assert set(refusal.value.fields) == {"reason"}
    act(a.submit, letter, version=2, hold=True, confirmed=warned, reason="She used these words herself")
    assert again(letter).approval.detail["held"]  # type: ignore[union-attr]
    assert WordingNote.objects.filter(letter=letter, did="held").exists()
    with pytest.raises(Invalid):
        act(a.decide, letter, by=supervisor, approve=True)
    act(a.decide, letter, by=supervisor, approve=True, reason="Her own words, quoted")
    assert again(letter).state == "approved"
    assert set(WordingNote.objects.filter(letter=letter, severity="block").values_list("did", flat=True)) == {
        "approved"
    }


def test_a_missing_component_is_no_suppervisors_to_let_pass(upheld: Ticket, act: Any) -> None:
    letter = act(a.begin, upheld, template="apology")
    act(a.write, letter, parts=APOLOGY, version=1)
    with pytest.raises(StepBlocked) as refusal:
        act(a.submit, letter, version=2, hold=True, reason="In a hurry")
    assert codes(refusal) == {"letter.component"}


# Decide ---------------------------------------------------------------------------------------------------------------


def test_a_letter_that_is_returned_can_be_written_and_submitted_again(
    submitted: Any, act: Any, told: Any, supervisor: Agent
) -> None:
    letter = submitted()
    with pytest.raises(Invalid):
        act(a.decide, letter, by=supervisor, approve=False)
    act(a.decide, letter, by=supervisor, approve=False, reason="Say which day you will pay")
    assert again(letter).state == "returned"
    assert told(letter.ticket)[-1] == "letter.decide"
    act(a.write, letter, parts={"event": "You were told five days."}, ticked=COMPONENTS, version=2, reason="The day")
    act(a.submit, letter, version=3)
    act(a.decide, letter, by=supervisor, approve=True)
    assert again(letter).state == "approved"
    assert Approval.objects.filter(subject_kind="letter", subject_id=letter.pk).count() == 2


def test_a_letter_is_decided_once(submitted: Any, act: Any, supervisor: Agent) -> None:
    letter = submitted()
    act(a.decide, letter, by=supervisor, approve=True)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.decide, letter, by=supervisor, approve=False, reason="No")


def test_an_agent_decides_nothing(submitted: Any, act: Any, colleague: Agent) -> None:
    letter = submitted()
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(a.decide, letter, by=colleague, approve=True)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_is_before_somebody_or_approved_is_not_changed(
    submitted: Any, approved: Any, act: Any, state: str
) -> None:
    letter = submitted() if state == "submitted" else approved()
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.write, letter, parts={"regret": "Sorry."}, version=2, reason="Shorter")


def test_nothing_is_approved_that_was_never_submitted(
    submitted: Any, act: Any, supervisor: Agent, upheld: Ticket
) -> None:
    letter = submitted()
    act(redress.offer, upheld, kind="apology", basis="due")
    with nothing_changes(but_lines=1), pytest.raises(a.RecordChanged) as refusal:
        act(a.decide, letter, by=supervisor, approve=True)
    assert "redress" in refusal.value.changed
    act(a.decide, letter, by=supervisor, approve=False, reason="There is more redress now")


# Leave ----------------------------------------------------------------------------------------------------------------


def test_it_leaves_by_mail_once_and_is_kept_with_its_hash(approved: Any, act: Any, told: Any) -> None:
    letter = approved()
    act(a.send, letter)
    letter = again(letter)
    assert (letter.state, letter.left_at) == ("sent", NOW)
    assert letter.sha256 == hashlib.sha256(letter.content.encode()).hexdigest()
    assert "The responsibility for this is ours." in letter.content
    message = letter.interaction
    assert message is not None
    assert (message.kind, message.channel, message.delivery) == ("reply", "email", "queued")
    outgoing = Outgoing.objects.get(kind="letter")
    assert outgoing.not_before == NOW + UNDO
    assert told(letter.ticket)[-1] == "letter.send"
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.send, letter)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.print_out, letter)


def test_the_mail_says_what_was_kept(approved: Any, act: Any) -> None:
    letter = approved()
    act(a.send, letter)
    mail = render([Outgoing.objects.get(kind="letter")], now=NOW + UNDO)
    assert mail.subject == f"Your complaint {letter.ticket.spoken_number}"
    assert not mail.automatic
    assert "The responsibility for this is ours." in mail.text
    assert "The responsibility for this is ours." in mail.html
    assert "<style>" not in mail.html
    assert mail.html.count("/c/") >= 2


def test_the_page_it_names_opens_and_no_secret_is_kept(approved: Any, act: Any, client: Client) -> None:
    letter = approved("acknowledgement")
    act(a.send, letter)
    named = re.search(r"(/c/[\w/-]*)", again(letter).content)
    assert named is not None
    assert client.get(named[1]).status_code == 200
    assert secret_of(link_of(letter.ticket, now=NOW)) not in again(letter).content


def test_what_the_mail_says_does_not_change_with_the_record(approved: Any, act: Any, upheld: Ticket) -> None:
    act(a.send, approved())
    act(redress.offer, upheld, kind="apology", basis="due")
    mail = render([Outgoing.objects.get(kind="letter")], now=LATER)
    assert "Apology" not in mail.text


def test_a_final_response_is_the_outcome_told(written: Any, act: Any, supervisor: Agent, upheld: Ticket) -> None:
    said = {"evidence": "I looked at the parcel scan of 4 November and the payment log.", "sorry": "I am sorry."}
    letter = written("final_response", words=said)
    act(a.submit, letter, version=2)
    act(a.decide, letter, by=supervisor, approve=True)
    act(a.send, letter)
    assert again(letter).interaction.kind == "outcome"  # type: ignore[union-attr]
    row = Ticket.objects.get(pk=upheld.pk)
    assert not [b for b in blockers_of(row, actor=access.actor_of(supervisor)) if b.field == "outcome"]


def test_it_leaves_on_paper_once_and_counts_as_contact(approved: Any, act: Any, told: Any, upheld: Ticket) -> None:
    letter = approved()
    act(a.print_out, letter, at=LATER)
    letter = again(letter)
    message = letter.interaction
    assert message is not None
    assert (letter.state, message.channel, message.delivery, message.visibility) == (
        "printed", "letter", "elsewhere", "customer",
    )  # fmt: skip
    assert "25 November 2026" in letter.content
    assert not Outgoing.objects.filter(kind="letter").exists()
    assert "letter.print" in told(upheld)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.print_out, letter)


def test_another_day_is_no_other_letter_but_another_record_is(approved: Any, act: Any, upheld: Ticket) -> None:
    letter = approved()
    act(redress.offer, upheld, kind="apology", basis="due", at=LATER)
    with nothing_changes(but_lines=1), pytest.raises(a.RecordChanged) as refusal:
        act(a.send, letter, at=LATER)
    assert "What we do or pay" in str(refusal.value.sentence)
    act(a.submit, letter, version=2, at=LATER)
    assert again(letter).state == "submitted"


def test_after_the_record_changed_the_author_may_write_again(approved: Any, act: Any, upheld: Ticket) -> None:
    letter = approved()
    act(redress.offer, upheld, kind="apology", basis="due")
    act(a.write, letter, parts={"event": "You were told five days."}, ticked=COMPONENTS, version=2, reason="New")
    assert (again(letter).state, again(letter).approval) == ("draft", None)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_only_an_approved_letter_leaves(written: Any, submitted: Any, act: Any, state: str) -> None:
    letter = written() if state == "draft" else submitted()
    for leave in (a.send, a.print_out):
        with nothing_changes(but_lines=1), pytest.raises(Conflict):
            act(leave, letter)


def test_a_mail_that_was_taken_back_can_leave_again(approved: Any, act: Any) -> None:
    letter = approved()
    act(a.send, letter)
    first = again(letter).interaction
    act(mailing.unsend, first)
    act(a.print_out, letter)
    letter = again(letter)
    assert letter.state == "printed"
    assert letter.interaction != first


def test_without_an_address_it_goes_on_paper(ticket: Ticket, act: Any, walk_to: Any, supervisor: Agent) -> None:
    ticket = walk_to(ticket, "empathise")
    letter = act(a.begin, ticket, template="regret")
    words = {"regret": "I am sorry that you waited three weeks for your money.", **REGRET}
    act(a.write, letter, parts=words, version=1)
    act(a.submit, letter, version=2)
    act(a.decide, letter, by=supervisor, approve=True)
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(a.send, letter)
    assert refusal.value.code == "no-address"
    act(a.print_out, letter)


def test_a_letter_is_dropped_before_it_leaves_and_its_question_with_it(submitted: Any, act: Any, told: Any) -> None:
    letter = submitted()
    act(a.drop, letter)
    assert again(letter).state == "dropped"
    assert Approval.objects.get(subject_kind="letter").state == Approval.LAPSED
    with nothing_changes():
        act(a.drop, letter)
    assert told(letter.ticket).count("letter.drop") == 1


def test_what_has_left_is_not_dropped(approved: Any, act: Any) -> None:
    letter = approved()
    act(a.send, letter)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(a.drop, letter)


# Everywhere -----------------------------------------------------------------------------------------------------------


def test_a_stranger_does_nothing_to_it(approved: Any, act: Any, stranger: Agent) -> None:
    from django.http import Http404

    letter = approved()
    for verb, words in (
        (a.write, {"parts": {}, "version": 2}),
        (a.submit, {"version": 2}),
        (a.decide, {"approve": True}),
        (a.send, {}),
        (a.print_out, {}),
        (a.drop, {}),
    ):
        with nothing_changes(), pytest.raises(Http404):
            act(verb, letter, by=stranger, **words)


def test_an_ended_case_writes_no_letters(approved: Any, act: Any, upheld: Ticket) -> None:
    letter = approved()
    act(ends.withdraw, upheld, reason="no_longer")
    for verb, words in ((a.send, {}), (a.print_out, {}), (a.drop, {})):
        with pytest.raises(Conflict):
            act(verb, letter, **words)


def test_a_letter_that_left_has_its_hash(approved: Any) -> None:
    with pytest.raises(IntegrityError):
        Letter.objects.filter(pk=approved().pk).update(state="sent")


def test_lines_of_the_record_book_hold_no_words(approved: Any, act: Any, upheld: Ticket) -> None:
    act(a.send, approved())
    lines = str(list(Event.objects.filter(verb__startswith="letter.").values_list("payload", flat=True)))
    for word in ("sorry", "kettle", "Wang", "refund", "responsib"):
        assert word not in lines


def test_the_desk_lists_letters_in_one_query(submitted: Any, act: Any, supervisor: Agent, upheld: Ticket) -> None:
    actor = access.actor_of(supervisor)
    letters = [submitted()]

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            for letter in q.to_decide(actor):
                str(letter.ticket.customer), letter.approval, letter.begun_by
        return len(caught)

    few = queries()
    for _ in range(4):
        letters.append(submitted())
    assert len(q.to_decide(actor)) == 5
    assert queries() == few == 1
