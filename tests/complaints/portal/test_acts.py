"""What a customer does on their page: each act works, is refused elsewhere, is done once, and is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from complaints.actions import conversation, customer_links, ends, escalations, follow_ups, portal, sent_links, steps
from complaints.actions.conversation import Upload
from complaints.models import Attachment, FollowUp, Interaction, Survey, Ticket
from customers.actions import Described
from office import access as office_access
from office import audit
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Agent, Event, Outgoing, Team
from office.roles import SYSTEM, Actor
from tests.access.verbs import PNG
from tests.conftest import NOW, RESTATEMENT, person

pytestmark = pytest.mark.django_db

Theirs = Callable[[Ticket], Actor]
Walk = Callable[..., Ticket]


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def lines(ticket: Ticket, verb: str) -> list[Event]:
    return list(Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, verb=verb))


def inbound(ticket: Ticket) -> list[str]:
    return list(ticket.interactions.filter(author_kind="customer", channel="web").values_list("text", flat=True))


# Messages -------------------------------------------------------------------------------------------------------------


def test_words_stand_in_the_conversation_as_the_customers(ticket: Ticket, theirs: Theirs) -> None:
    said = portal.message(
        ticket, actor=theirs(ticket), now=NOW, words=" Any news?\x00 ", uploads=(Upload("a.png", PNG),)
    )
    assert (said.kind, said.direction, said.author_kind, said.visibility) == ("words", "in", "customer", "customer")
    assert (said.text, said.author_name, said.author_id) == ("Any news?", "Ms Wang", None)
    kept = Attachment.objects.get(interaction=said)
    assert (kept.visibility, kept.added_by_kind) == ("customer", "customer")
    (line,) = lines(ticket, "portal.message")
    assert (line.actor_kind, line.actor_id) == ("customer", ticket.pk)
    assert "news" not in str(line.payload)
    audit.verify(("ticket", ticket.pk))


def test_the_handler_is_given_something_to_do_about_it(ticket: Ticket, theirs: Theirs, agent: Agent) -> None:
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="Any news?")
    planned = FollowUp.objects.get(ticket=ticket)
    assert (planned.kind, planned.owner, planned.promised) == ("update", agent, False)
    assert NOW < planned.due_at <= NOW + timedelta(days=1)
    portal.message(ticket, actor=theirs(ticket), now=NOW + timedelta(hours=1), words="And another thing.")
    assert FollowUp.objects.filter(ticket=ticket).count() == 1


def test_the_same_message_sent_twice_is_one(ticket: Ticket, theirs: Theirs) -> None:
    for moment in (NOW, NOW + timedelta(seconds=30)):
        portal.message(ticket, actor=theirs(ticket), now=moment, words="Any news?", uploads=(Upload("a.png", PNG),))
    assert inbound(ticket) == ["Any news?"]
    assert Attachment.objects.filter(ticket=ticket).count() == 1
    portal.message(ticket, actor=theirs(ticket), now=NOW + timedelta(minutes=2), words="Any news?")
    assert inbound(ticket) == ["Any news?"] * 2


def test_the_same_words_with_another_file_are_another_message(ticket: Ticket, theirs: Theirs) -> None:
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="Here", uploads=(Upload("a.png", PNG),))
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="Here", uploads=(Upload("b.txt", b"Receipt 12"),))
    assert Attachment.objects.filter(ticket=ticket).count() == 2


def test_one_case_takes_so_many_files_of_its_customer_and_words_after_that(
    ticket: Ticket, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.domain.portal.MOST_KEPT", 2)
    for name in ("a", "b"):
        portal.message(ticket, actor=theirs(ticket), now=NOW, words=name, uploads=(Upload(f"{name}.png", PNG),))
    with pytest.raises(Invalid) as refused:
        portal.message(ticket, actor=theirs(ticket), now=NOW, words="c", uploads=(Upload("c.png", PNG),))
    assert refused.value.fields["file"][0].code == "no-more"
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="Then without")
    assert sorted(inbound(ticket)) == ["Then without", "a", "b"]
    assert Attachment.objects.count() == 2


def test_nothing_is_no_message_and_a_bad_file_takes_the_words_back(ticket: Ticket, theirs: Theirs) -> None:
    bad: list[dict[str, Any]] = [
        {"words": " \x00 "},
        {"words": "See", "uploads": (Upload("x.svg", b"<svg onload=alert(1)>"),)},
        {"words": "See", "uploads": tuple(Upload(f"{n}.png", PNG) for n in range(6))},
        {"words": "x" * 200_001},
    ]
    for words in bad:
        with pytest.raises(Invalid):
            portal.message(ticket, actor=theirs(ticket), now=NOW, **words)
    assert inbound(ticket) == []
    assert not Attachment.objects.exists()


def test_a_message_can_be_left_whatever_became_of_the_case(ticket: Ticket, theirs: Theirs) -> None:
    ends.withdraw(ticket, actor=SYSTEM, now=NOW, reason="mistake")
    portal.message(ticket, actor=theirs(ticket), now=NOW, words="I did not withdraw it!")
    assert FollowUp.objects.filter(ticket=ticket, kind="update").exists()


def test_nobody_writes_on_another_customers_ticket(ticket: Ticket, make_ticket: Any, theirs: Theirs) -> None:
    other = make_ticket()
    with pytest.raises(Http404):
        portal.message(other, actor=theirs(ticket), now=NOW, words="Hello")
    assert inbound(other) == []


def test_the_desk_does_nothing_in_the_customers_name(ticket: Ticket, administrator: Agent, walk_to: Walk) -> None:
    walk_to(ticket, "answered")
    for actor in (office_access.actor_of(administrator), SYSTEM):
        with pytest.raises(NotAllowed):
            portal.verdict(ticket, actor=actor, now=NOW, verdict="accepted")
    assert fresh(ticket).verdict == ""


def test_a_customer_does_nothing_that_is_the_desks(ticket: Ticket, theirs: Theirs, walk_to: Walk) -> None:
    walk_to(ticket, "answered")
    mine = theirs(ticket)
    with pytest.raises(NotAllowed):
        ends.close(ticket, actor=mine, now=NOW, reason="accepted")
    with pytest.raises(NotAllowed):
        ends.reopen(ticket, actor=mine, now=NOW, reason="not_fixed")
    with pytest.raises(NotAllowed):
        conversation.add_interaction(ticket, actor=mine, now=NOW, kind="note", text="I am staff now")
    with pytest.raises(NotAllowed):
        customer_links.rotate(ticket, actor=mine, now=NOW)


# What we said back ----------------------------------------------------------------------------------------------------


@pytest.fixture
def said_back(ticket: Ticket, walk_to: Walk, agent: Agent) -> Ticket:
    row = walk_to(ticket, "empathise")
    return steps.record_step(
        row,
        actor=office_access.actor_of(agent),
        now=NOW,
        evidence={"restatement": RESTATEMENT, "feeling_named": "let down"},
    )


def test_yes_thats_it_is_the_steps_evidence(said_back: Ticket, theirs: Theirs, agent: Agent) -> None:
    portal.answer(said_back, actor=theirs(said_back), now=NOW, answer="confirmed")
    assert said_back.step_records.get(state="open").evidence["answer"] == "confirmed"
    assert inbound(said_back) == ["Yes, that’s it."]
    row = steps.complete_step(fresh(said_back), actor=office_access.actor_of(agent), now=NOW)
    assert row.step == "apologise"


def test_not_quite_needs_to_know_what(said_back: Ticket, theirs: Theirs) -> None:
    with pytest.raises(Invalid) as refusal:
        portal.answer(said_back, actor=theirs(said_back), now=NOW, answer="corrected")
    assert set(refusal.value.fields) == {"words"}
    before = fresh(said_back).version
    portal.answer(said_back, actor=theirs(said_back), now=NOW, answer="corrected", words="It was two months.")
    evidence = said_back.step_records.get(state="open").evidence
    assert (evidence["answer"], evidence["answer_words"]) == ("corrected", "It was two months.")
    assert inbound(said_back) == ["It was two months."]
    assert fresh(said_back).version > before  # a form the handler has open is stale now


def test_the_same_answer_twice_is_one(said_back: Ticket, theirs: Theirs) -> None:
    for _time in range(2):
        portal.answer(said_back, actor=theirs(said_back), now=NOW, answer="corrected", words="It was two months.")
    assert len(inbound(said_back)) == len(lines(said_back, "portal.answer")) == 1


def test_there_is_nothing_to_answer_before_something_was_said_back(
    ticket: Ticket, walk_to: Walk, theirs: Theirs
) -> None:
    for step, code in (("listen", "wrong-state"), ("empathise", "nothing-said-back")):
        walk_to(ticket, step)
        with pytest.raises(Conflict) as refusal:
            portal.answer(ticket, actor=theirs(ticket), now=NOW, answer="confirmed")
        assert refusal.value.code == code
    assert inbound(ticket) == []


# The verdict ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(ticket: Ticket, walk_to: Walk) -> Ticket:
    return walk_to(ticket, "answered")


def test_accepted_closes_the_case(answered: Ticket, theirs: Theirs) -> None:
    for _time in range(2):
        portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="accepted")
    row = fresh(answered)
    assert (row.state, row.end_reason, row.verdict, row.verdict_at) == ("closed", "accepted", "accepted", NOW)
    assert [line.actor_kind for line in lines(row, "ticket.close")] == ["customer"]
    assert len(lines(row, "portal.verdict")) == 1


def test_a_case_does_not_close_over_a_promise_that_is_open(answered: Ticket, theirs: Theirs, agent: Agent) -> None:
    by = {"actor": office_access.actor_of(agent), "now": NOW}
    promise = follow_ups.plan(answered, kind="promise", text="Ring her", due_at=NOW + timedelta(days=2), **by)
    portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="accepted")
    assert (fresh(answered).state, fresh(answered).verdict) == ("answered", "accepted")
    follow_ups.done(promise, **by)
    ends.close(fresh(answered), reason="accepted", **by)
    assert fresh(answered).state == "closed"


def test_not_fixed_begins_a_new_pass_with_their_words(answered: Ticket, theirs: Theirs) -> None:
    received = answered.received_at
    for moment in (NOW, NOW + timedelta(seconds=20)):
        portal.verdict(answered, actor=theirs(answered), now=moment, verdict="not_fixed", words="No money yet.")
    row = fresh(answered)
    assert (row.state, row.step, row.pass_number, row.verdict) == ("open", "listen", 2, "not_fixed")
    assert row.received_at == received
    assert row.step_records.get(state="open").evidence == {"still_wrong": "No money yet."}
    assert inbound(row) == ["No money yet."]
    assert Interaction.objects.get(ticket=row, text="No money yet.").pass_number == 2
    assert set(row.clocks.running().values_list("target", flat=True)) >= {"first_answer", "resolve"}
    assert FollowUp.objects.filter(ticket=row, kind="update").count() == 1


def test_not_fixed_needs_no_words(answered: Ticket, theirs: Theirs) -> None:
    portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="not_fixed")
    assert fresh(answered).pass_number == 2
    assert inbound(answered) == []


def test_a_review_goes_to_somebody_outside_and_the_case_stays_answered(
    answered: Ticket, theirs: Theirs, other_team: Team, supervisor: Agent
) -> None:
    outside = person("outside", "Ola Berg", role="supervisor")
    for _time in range(2):
        portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="review", words="Somebody else, please.")
    row = fresh(answered)
    assert (row.state, row.verdict) == ("answered", "review")
    raised = row.escalations.get()
    assert (raised.trigger, raised.reason, raised.addressed_to) == ("review", "Somebody else, please.", outside)


def test_after_the_closing_only_not_fixed_is_left(answered: Ticket, theirs: Theirs, agent: Agent) -> None:
    ends.close(answered, actor=office_access.actor_of(agent), now=NOW, reason="final")
    for verdict in ("accepted", "review"):
        with pytest.raises(Conflict):
            portal.verdict(answered, actor=theirs(answered), now=NOW, verdict=verdict)
    portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="not_fixed", words="Still nothing.")
    assert (fresh(answered).state, fresh(answered).pass_number) == ("open", 2)


def test_a_verdict_nobody_offers_changes_nothing(answered: Ticket, theirs: Theirs) -> None:
    for verdict in ("", "withdrawn", "x" * 500):
        with pytest.raises(Invalid):
            portal.verdict(answered, actor=theirs(answered), now=NOW, verdict=verdict)
    assert fresh(answered).verdict == ""


# How it went ----------------------------------------------------------------------------------------------------------


def test_a_rating_comes_after_the_verdict_and_can_be_changed_for_a_fortnight(answered: Ticket, theirs: Theirs) -> None:
    mine = theirs(answered)
    with pytest.raises(Conflict) as refusal:
        portal.rate(answered, actor=mine, now=NOW, satisfaction=4)
    assert refusal.value.code == "no-verdict"
    portal.verdict(answered, actor=mine, now=NOW, verdict="accepted")
    portal.rate(answered, actor=mine, now=NOW, satisfaction=4, words="Quick in the end")
    later = NOW + timedelta(days=13)
    portal.rate(answered, actor=mine, now=later, satisfaction=2, effort=5)
    survey = Survey.objects.get()
    assert (survey.satisfaction, survey.effort, survey.words, survey.given_at, survey.changed_at) == (
        2,
        5,
        "",
        NOW,
        later,
    )
    with pytest.raises(Conflict):
        portal.rate(answered, actor=mine, now=NOW + timedelta(days=14), satisfaction=1)


@pytest.mark.parametrize(("satisfaction", "effort"), [(0, None), (6, None), (None, None), (3, 0), (3, 9)])
def test_figures_run_from_1_to_5(answered: Ticket, theirs: Theirs, satisfaction: Any, effort: Any) -> None:
    portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="accepted")
    with pytest.raises(Invalid):
        portal.rate(answered, actor=theirs(answered), now=NOW, satisfaction=satisfaction, effort=effort)
    assert not Survey.objects.exists()


# The link by mail -----------------------------------------------------------------------------------------------------


@pytest.fixture
def with_mail(make_ticket: Any) -> Ticket:
    return make_ticket(described=Described(name="Li Na", email="Li.Na@example.org"))


def test_the_link_is_owed_once_an_hour_and_the_row_holds_no_secret(with_mail: Ticket) -> None:
    assert sent_links.send(with_mail, actor=SYSTEM, now=NOW)
    assert sent_links.send(with_mail, actor=SYSTEM, now=NOW + timedelta(minutes=5))
    row = Outgoing.objects.get(kind="customer_link")
    assert row.payload["ticket"] == with_mail.pk
    secret = customer_links.secret_of(customer_links.link_of(with_mail, now=NOW))
    assert secret not in str(row.payload)
    sent_links.send(with_mail, actor=SYSTEM, now=NOW + timedelta(hours=1))
    assert Outgoing.objects.filter(kind="customer_link").count() == 2


def test_it_goes_only_to_an_address_on_file(with_mail: Ticket, ticket: Ticket) -> None:
    assert not sent_links.send(with_mail, actor=SYSTEM, now=NOW, email="victim@example.org")
    assert not sent_links.send(ticket, actor=SYSTEM, now=NOW)  # a telephone only
    assert sent_links.send(with_mail, actor=SYSTEM, now=NOW, email="li.na@example.org")
    assert Outgoing.objects.filter(kind="customer_link").count() == 1


def test_a_dead_link_is_not_sent(with_mail: Ticket) -> None:
    ends.withdraw(with_mail, actor=SYSTEM, now=NOW, reason="mistake")
    assert not sent_links.send(with_mail, actor=SYSTEM, now=NOW + timedelta(days=30))


def test_a_review_is_asked_for_although_somebody_above_has_it_already(answered: Ticket, theirs: Theirs) -> None:
    escalations.put_before(answered, "overdue", now=NOW)
    portal.verdict(answered, actor=theirs(answered), now=NOW, verdict="review", words="Somebody else, please.")
    assert set(fresh(answered).escalations.values_list("trigger", flat=True)) == {"overdue", "review"}
    assert inbound(answered) == ["Somebody else, please."]
