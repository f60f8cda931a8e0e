"""Words that leave: stopped, confirmed, held for a supervisor and let out once; promises kept with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints.actions import conversation, held, mailing
from complaints.domain.saying import BLOCKED, UNCONFIRMED, Answer, Stopped, Vow
from complaints.models import FollowUp, Interaction, Ticket, WordingNote
from complaints.queries import guard
from customers.actions import Described, create_customer
from customers.models import Customer
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Agent, Approval, Event, Outgoing
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

BLOCK = "If you post about this, we will sue you."
WARN = "I guarantee it arrives tomorrow."
FINE = "I have asked for the parcel and will ring you on Friday at three with the result."
ActorFor = Callable[[Agent], Any]


@pytest.fixture
def customer(office: Any) -> Customer:
    described = Described(name="Wang Fang", email="wang@example.org", preferred_address="Ms Wang")
    return create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")


@pytest.fixture
def case(ticket: Ticket) -> Ticket:
    return ticket


@pytest.fixture
def send(case: Ticket, agent: Agent, actor_for: ActorFor) -> Callable[..., Interaction]:
    def sent(text: str, **more: Any) -> Interaction:
        return mailing.send(case, actor=actor_for(agent), now=NOW, text=text, **more)

    return sent


def notes() -> list[tuple[str, str]]:
    return [(note.severity, note.did) for note in WordingNote.objects.all()]


def test_a_block_stops_a_mail_and_says_where(send: Any) -> None:
    with pytest.raises(Stopped) as refusal:
        send(BLOCK)
    assert refusal.value.code == BLOCKED
    found = [one for one in refusal.value.findings if one.severity == "block"]
    assert found
    assert all(one.why and 0 <= one.start < one.end <= len(BLOCK) for one in found)
    assert not Interaction.objects.filter(kind="reply", author_kind="agent").exists()
    assert not Outgoing.objects.filter(kind="reply").exists()


def test_confirming_does_not_let_a_block_pass(send: Any) -> None:
    with pytest.raises(Stopped) as refusal:
        send(BLOCK)
    rules = frozenset(one.rule for one in refusal.value.findings)
    with pytest.raises(Stopped):
        send(BLOCK, answer=Answer(confirmed=rules))


def test_a_warning_is_confirmed_once(send: Any) -> None:
    with pytest.raises(Stopped) as refusal:
        send(WARN)
    assert refusal.value.code == UNCONFIRMED
    warned = {one.rule for one in refusal.value.findings if one.severity == "warn"}
    message = send(WARN, answer=Answer(confirmed=frozenset(warned)))
    assert message.delivery == "queued"
    assert ("warn", "confirmed") in notes()


def test_what_was_shown_and_is_gone_was_mended(send: Any) -> None:
    send(FINE, answer=Answer(shown=frozenset({"P01:warn"})))
    note = WordingNote.objects.get(rule="P01")
    assert (note.did, note.severity, note.start, note.end) == ("fixed", "warn", 0, 0)


@pytest.mark.parametrize("kind", ["reply", "outcome"])
def test_what_was_sent_elsewhere_is_stopped_as_well(
    walk_to: Any, ticket: Ticket, agent: Agent, actor_for: ActorFor, kind: str
) -> None:
    row = walk_to(ticket, "resolve")
    with pytest.raises(Stopped):
        conversation.add_interaction(row, actor=actor_for(agent), now=NOW, kind=kind, text=BLOCK, channel="letter")


def test_the_customers_own_words_are_never_judged(case: Ticket, agent: Agent, actor_for: ActorFor) -> None:
    said = conversation.add_interaction(
        case, actor=actor_for(agent), now=NOW, kind="words", text="I will sue you, you liar!", channel="phone"
    )
    assert said.pk
    assert notes() == []


def test_held_words_leave_once_after_approval(
    send: Any, case: Ticket, supervisor: Agent, actor_for: ActorFor, agent: Agent
) -> None:
    message = send(BLOCK, answer=Answer(ask=True))
    assert message.delivery == "held"
    assert message.approval is not None
    assert (message.approval.kind, message.approval.case_id, message.approval.state) == ("override", case.pk, "waiting")
    assert not Outgoing.objects.filter(kind="reply").exists()
    assert ("block", "held") in notes()
    decided = held.decide(message, actor=actor_for(supervisor), now=NOW, approve=True, reason="Counsel wrote it")
    assert decided.delivery == "queued"
    with pytest.raises(Conflict):
        held.decide(message, actor=actor_for(supervisor), now=NOW, approve=True, reason="Again")
    assert Outgoing.objects.filter(kind="reply").count() == 1
    assert ("block", "approved") in notes()
    assert Event.objects.filter(verb="interaction.decide").count() == 1


def test_nobody_lets_their_own_words_out(case: Ticket, supervisor: Agent, actor_for: ActorFor) -> None:
    actor = actor_for(supervisor)
    message = mailing.send(case, actor=actor, now=NOW, text=BLOCK, answer=Answer(ask=True))
    with pytest.raises(NotAllowed):
        held.decide(message, actor=actor, now=NOW, approve=True, reason="I say so")
    assert Approval.objects.get().state == "waiting"


def test_an_agent_decides_nothing(send: Any, stranger: Agent, colleague: Agent, actor_for: ActorFor) -> None:
    message = send(BLOCK, answer=Answer(ask=True))
    with pytest.raises(NotAllowed):
        held.decide(message, actor=actor_for(colleague), now=NOW, approve=True, reason="Fine")


def test_a_decision_has_a_reason(send: Any, supervisor: Agent, actor_for: ActorFor) -> None:
    message = send(BLOCK, answer=Answer(ask=True))
    with pytest.raises(Invalid):
        held.decide(message, actor=actor_for(supervisor), now=NOW, approve=False, reason=" ")


def test_words_kept_back_are_their_authors_to_mend(
    send: Any, supervisor: Agent, agent: Agent, actor_for: ActorFor
) -> None:
    message = send(BLOCK, answer=Answer(ask=True))
    held.decide(message, actor=actor_for(supervisor), now=NOW, approve=False, reason="No threats")
    message.refresh_from_db()
    assert message.delivery == "held"
    assert not Outgoing.objects.filter(kind="reply").exists()
    assert FollowUp.objects.filter(owner=agent, promised=False).exists()
    assert ("block", "refused") in notes()
    assert mailing.unsend(message, actor=actor_for(agent), now=NOW).delivery == "cancelled"


def test_held_words_taken_back_ask_nobody_any_more(
    send: Any, agent: Agent, supervisor: Agent, actor_for: ActorFor
) -> None:
    message = send(BLOCK, answer=Answer(ask=True))
    mailing.unsend(message, actor=actor_for(agent), now=NOW)
    assert Approval.objects.get().state == "lapsed"
    with pytest.raises(Conflict):
        held.decide(message, actor=actor_for(supervisor), now=NOW, approve=True, reason="Too late")


def test_an_outcome_that_is_held_is_not_told(walk_to: Any, ticket: Ticket, agent: Agent, actor_for: ActorFor) -> None:
    row = walk_to(ticket, "resolve")
    mailing.send(row, actor=actor_for(agent), now=NOW, text=BLOCK, mail="outcome", answer=Answer(ask=True))
    codes = {blocker.code for blocker in guard.blockers_of(row, actor=actor_for(agent))}
    assert "resolve.outcome.missing" in codes


def test_kept_promises_are_follow_ups_of_the_same_act(send: Any, case: Ticket, agent: Agent) -> None:
    due = NOW + timedelta(days=1)
    send(FINE, vows=(Vow("call_back", "ring you on Friday at three", due),))
    made = FollowUp.objects.get(ticket=case, kind="call_back")
    assert (made.promised, made.due_at, made.text, made.owner) == (True, due, "ring you on Friday at three", agent)
    case.refresh_from_db()
    assert case.risk_at <= due


def test_promises_of_held_words_begin_when_they_leave(
    send: Any, case: Ticket, supervisor: Agent, actor_for: ActorFor
) -> None:
    due = NOW + timedelta(days=1)
    message = send(BLOCK, answer=Answer(ask=True), vows=(Vow("promise", "send the form", due),))
    assert not FollowUp.objects.filter(ticket=case, promised=True).exists()
    held.decide(message, actor=actor_for(supervisor), now=NOW, approve=True, reason="Counsel wrote it")
    assert FollowUp.objects.get(ticket=case, promised=True).due_at == due


def test_a_refused_send_keeps_no_promise(send: Any, case: Ticket) -> None:
    with pytest.raises(Stopped):
        send(BLOCK, vows=(Vow("promise", "send the form", datetime(2027, 1, 1, tzinfo=UTC)),))
    assert not FollowUp.objects.filter(ticket=case).exists()


def test_evidence_the_check_stops_does_not_complete_a_step(ticket: Ticket, agent: Agent, actor_for: ActorFor) -> None:
    faults = guard.text_faults({"regret": BLOCK}, words=[], names=[])
    assert "wording" in faults["regret"]
