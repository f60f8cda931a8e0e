"""Random lives of a complaint: whatever people do to it, in whatever order, what must hold holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from complaints.actions import (
    assignment,
    clocks,
    conversation,
    corrections,
    ends,
    escalations,
    follow_ups,
    issues,
    links,
    redress,
    sealing,
    steps,
)
from complaints.domain import clocks as c
from complaints.domain import workflow as w
from complaints.models import Clock, Escalation, FollowUp, Participant, Redress, Ticket
from office import access, audit
from office.acting import ACTIONS
from office.errors import Refusal
from office.models import Approval, Event
from tests.access.snapshots import changed, lines, rows
from tests.conftest import NOW, REASON, evidence_for

pytestmark = pytest.mark.django_db

Life = Callable[[], Any]


class Walk:
    """One ticket, another beside it, three people, and a clock that goes on."""

    def __init__(self, seed: int, *, ticket: Ticket, other: Ticket, people: list[Any], team: Any) -> None:
        self.luck = random.Random(seed)  # noqa: S311
        self.pk, self.other, self.people, self.team = ticket.pk, other, people, team
        self.now: datetime = NOW
        self.done: set[str] = set()

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.pk)

    def any_of(self, among: Any) -> Any:
        found = list(among)
        return self.luck.choice(found) if found else None

    def acts(self) -> dict[str, tuple[Any, Any, dict[str, Any]]]:
        """What might be done next: verb → function, subject, words. Some of it is nonsense where the ticket stands."""
        luck, ticket = self.luck, self.ticket
        owner = self.any_of(self.people)
        honest = evidence_for(self.people[0])[ticket.step]
        some = {name: honest[name] for name in honest if luck.random() < 0.9}
        if ticket.pass_number > 1 and ticket.step == "listen":
            some["still_wrong"] = "The bank charge was never paid"
        until = self.now + timedelta(hours=luck.randint(1, 90))
        return {
            "step.record": (steps.record_step, ticket, {"evidence": some}),
            "step.complete": (steps.complete_step, ticket, {}),
            "step.skip": (steps.skip_step, ticket, {"reason": "settled_at_once"}),
            "step.back": (steps.go_back, ticket, {}),
            "issue.add": (issues.add_issue, ticket, {"text": "The refund is late"}),
            "issue.find": (
                issues.find,
                self.any_of(ticket.issues.all()),
                {"finding": luck.choice(w.FINDINGS), "reason": REASON},
            ),
            "interaction.add": (
                conversation.add_interaction,
                ticket,
                {
                    "kind": luck.choice(("outcome", "outcome", "note", "call", "reply")),
                    "text": "Told her the refund was released this morning.",
                    "channel": "phone",
                },
            ),
            "ticket.wait": (clocks.wait, ticket, {"reason": "testing", "until": until}),
            "ticket.resume": (clocks.resume, ticket, {}),
            "follow_up.plan": (follow_ups.plan, ticket, {"kind": "promise", "text": "Ring her", "due_at": until}),
            "follow_up.done": (follow_ups.done, self.any_of(FollowUp.objects.filter(ticket=ticket)), {}),
            "follow_up.move": (
                follow_ups.move,
                self.any_of(FollowUp.objects.filter(ticket=ticket)),
                {"due_at": until},
            ),
            "redress.offer": (
                redress.offer,
                ticket,
                {"kind": "refund", "basis": "due", "amount": Decimal(luck.choice((20, 400, 9000)))},
            ),
            "redress.withdraw": (redress.withdraw, self.any_of(ticket.redress.all()), {}),
            "redress.done": (redress.done, self.any_of(ticket.redress.all()), {}),
            "approval.decide": (
                redress.decide,
                self.any_of(ticket.redress.all()),
                {"approve": luck.random() < 0.6, "reason": "As agreed"},
            ),
            "approval.waive": (redress.waive, self.any_of(ticket.redress.all()), {"reason": "Nobody else is here"}),
            "escalation.open": (escalations.open_escalation, ticket, {"reason": "May I?"}),
            "escalation.answer": (
                escalations.answer,
                self.any_of(ticket.escalations.all()),
                {"guidance": "Yes"},
            ),
            "escalation.take_over": (escalations.take_over, self.any_of(ticket.escalations.all()), {}),
            "ticket.assign": (assignment.assign, ticket, {"owner": owner}),
            "ticket.take": (assignment.take, ticket, {}),
            "ticket.correct": (corrections.correct, ticket, {"changes": {"subject": f"Case {luck.randint(1, 9)}"}}),
            "ticket.change_customer": (
                corrections.change_customer,
                ticket,
                luck.choice(({"customer": None, "anonymous_reason": "wants_none"}, {"customer": self.other.customer})),
            ),
            "ticket.close": (ends.close, ticket, {"reason": luck.choice(("accepted", "silence", "final"))}),
            "ticket.withdraw": (ends.withdraw, ticket, {"reason": "no_longer"}),
            "ticket.reopen": (ends.reopen, ticket, {"reason": "not_fixed", "still_wrong": "It was never paid at all"}),
            "ticket.link": (links.link, ticket, {"other": self.other, "kind": "duplicate"}),
            "ticket.unlink": (links.unlink, ticket, {"link_id": getattr(self.any_of(ticket.links_out.all()), "pk", 0)}),
            "ticket.seal": (sealing.seal, ticket, {"named": self.people}),
            "ticket.unseal": (sealing.unseal, ticket, {}),
        }

    def step(self) -> None:
        self.now += timedelta(minutes=self.luck.choice((0, 1, 30, 600, 3000)))
        everything = self.acts()
        weights = [12 if verb in ("step.record", "step.complete", "issue.find") else 3 for verb in everything]
        weights = [
            1 if verb in ("ticket.withdraw", "step.back") else x for verb, x in zip(everything, weights, strict=True)
        ]
        (verb,) = self.luck.choices(list(everything), weights)
        function, subject, words = everything[verb]
        if subject is None:
            return
        version = self.ticket.version
        actor = access.actor_of(self.any_of(self.people))
        before, book = (rows(), len(lines())) if self.luck.random() < 0.1 else (None, 0)
        try:
            function(subject, actor=actor, now=self.now, **words)
            self.done.add(verb)
        except Refusal:
            assert self.ticket.version == version
            if before is not None:
                assert changed(before, rows()) == {}, verb
                assert [line["verb"] for line in lines()[book:]] in ([], ["refused"])
        assert self.ticket.version >= version
        self.hold(verb)

    def hold(self, verb: str) -> None:
        """Everything that must be true of a ticket at any time, recomputed here without the product's own functions."""
        ticket = self.ticket
        is_open = ticket.state == "open"
        assert ticket.step_records.filter(state="open").count() == (1 if is_open else 0), verb
        if is_open:
            record = ticket.step_records.get(state="open")
            assert (record.step, record.pass_number) == (ticket.step, ticket.pass_number), verb
        assert ticket.risk_at == risk_of(ticket), verb
        unmet = ticket.clocks.filter(met_at=None, cancelled_at=None)
        assert unmet.exists() is is_open, verb
        assert all((clock.paused_at is not None) is ticket.is_waiting for clock in unmet), verb
        assert ticket.is_waiting <= is_open, verb
        assert (ticket.ended_at is not None) == (ticket.state in w.ENDED), verb
        asked = Escalation.objects.filter(ticket=ticket, state__in=["open", "acknowledged"])
        assert ticket.escalation_line == max((e.level for e in asked), default=0), verb
        assert not (asked.exists() and ticket.state in w.ENDED), verb
        for given in Redress.objects.filter(ticket=ticket, approval__isnull=False).select_related("approval"):
            assert given.approval is not None
            assert (given.state == "waiting") == (given.approval.state == Approval.WAITING), verb
        named = Participant.objects.filter(ticket=ticket, role="named").exists()
        assert named is ticket.is_sealed, verb
        audit.verify(("ticket", ticket.pk))


def risk_of(ticket: Ticket) -> datetime:
    """The earliest instant at which something owed breaks."""
    if ticket.state == "answered":
        assert ticket.answered_at is not None
        return ticket.answered_at + c.VERDICT_WAITS
    if ticket.state != "open":
        assert ticket.ended_at is not None
        return ticket.ended_at
    ends_at = [x.due_at for x in Clock.objects.filter(ticket=ticket) if not (x.met_at or x.cancelled_at or x.paused_at)]
    ends_at += [f.due_at for f in FollowUp.objects.filter(ticket=ticket, done_at=None)]
    ends_at += [ticket.waiting_until] if ticket.waiting_until else []
    return min(ends_at)


@pytest.mark.parametrize("seed", range(8))
def test_what_must_hold_holds_after_every_act(
    seed: int, ticket: Any, other: Any, agent: Any, supervisor: Any, administrator: Any, team: Any
) -> None:
    walk = Walk(seed, ticket=ticket, other=other, people=[agent, supervisor, administrator], team=team)
    for _act in range(50):
        walk.step()
    assert len(walk.done) > 5
    seen = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).values_list("verb", flat=True)
    assert set(seen) <= {*ACTIONS, "refused", "ticket.merge", "ticket.restore"}


def test_the_record_book_holds_no_words(
    ticket: Any, other: Any, agent: Any, supervisor: Any, administrator: Any
) -> None:
    """Codes, ids, numbers and digests only, so that forgetting somebody and proving the chain do not fight."""
    walk = Walk(99, ticket=ticket, other=other, people=[agent, supervisor, administrator], team=None)
    for _act in range(50):
        walk.step()
    book = " ".join(str(payload) for payload in Event.objects.values_list("payload", flat=True))
    for words in (
        "refund is late",
        "Ring her",
        "Told her",
        "May I",
        "Wang",
        "never paid",
        "7700",
        "As agreed",
        "Case ",
    ):
        assert words not in book, words
