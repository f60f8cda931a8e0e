"""Several people at the same moment: one effect, and whoever came second is told. Real threads on PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from complaints.actions import assignment, conversation, ends, escalations, follow_ups, redress, steps
from complaints.models import Ticket
from office import access, audit, timers
from office.errors import Refusal
from office.models import Event, Timer
from tests.conftest import LISTEN, NOW, person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL’s; SQLite takes turns"),
]


def at_once(*calls: Callable[[], object]) -> Counter[str]:
    """Do all in threads that start together; counts "done" and the codes of refusals."""
    gate = threading.Barrier(len(calls))
    answers: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            call()
            answers.append("done")
        except Refusal as refusal:
            answers.append(refusal.code)
        except BaseException as error:
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return Counter(answers)


def told(ticket: Ticket, verb: str) -> int:
    return Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, verb=verb).count()


def test_a_step_is_completed_once(ticket: Any, agent: Any, colleague: Any) -> None:
    steps.record_step(ticket, actor=access.actor_of(agent), now=NOW, evidence=LISTEN)
    actors = [access.actor_of(who) for who in (agent, colleague) * 4]
    calls = [lambda by=by: steps.complete_step(ticket, actor=by, now=NOW, step="listen") for by in actors]
    assert at_once(*calls) == {"done": 1, "wrong-step": 7}
    row = Ticket.objects.get(pk=ticket.pk)
    assert (row.step, row.step_records.count(), told(row, "step.complete"), told(row, "refused")) == (
        "empathise",
        2,
        1,
        7,
    )
    audit.verify(("ticket", row.pk))


def test_a_case_is_closed_once(ticket: Any, agent: Any, walk_to: Any) -> None:
    walk_to(ticket, "answered")
    by = access.actor_of(agent)
    assert at_once(*[lambda: ends.close(ticket, actor=by, now=NOW, reason="accepted")] * 8) == {
        "done": 1,
        "wrong-state": 7,
    }
    assert told(ticket, "ticket.close") == 1


def test_of_two_who_take_a_case_from_the_same_page_one_has_it(ticket: Any, colleague: Any, supervisor: Any) -> None:
    actors = [access.actor_of(who) for who in (colleague, supervisor)]
    calls = [lambda by=by: assignment.take(ticket, actor=by, now=NOW, version=1) for by in actors]
    assert at_once(*calls) == {"done": 1, "stale": 1}
    assert Ticket.objects.get(pk=ticket.pk).version == 2


def test_redress_is_decided_once_and_done_once(ticket: Any, agent: Any, supervisor: Any, walk_to: Any) -> None:
    ticket = walk_to(ticket, "resolve")
    by = access.actor_of(agent)
    given = redress.offer(ticket, actor=by, now=NOW, kind="refund", basis="due", amount=Decimal(400))
    second = access.actor_of(person("vera", "Vera", "supervisor"))
    deciders = [access.actor_of(supervisor), second]
    Ticket.objects.filter(pk=ticket.pk).update(team=None)
    calls = [
        lambda who=who, yes=yes: redress.decide(given, actor=who, now=NOW, approve=yes, reason="Because")
        for who, yes in zip(deciders * 2, (True, False, True, False), strict=True)
    ]
    assert at_once(*calls) == {"done": 1, "already-decided": 3}
    given.refresh_from_db()
    if given.state == "agreed":
        at_once(*[lambda: redress.done(given, actor=by, now=NOW)] * 6)
        assert told(ticket, "redress.done") == 1


def test_an_escalation_is_answered_once(ticket: Any, agent: Any, supervisor: Any, administrator: Any) -> None:
    asked = escalations.open_escalation(ticket, actor=access.actor_of(agent), now=NOW, reason="May I?")
    calls: list[Callable[[], object]] = [
        lambda: escalations.take_over(asked, actor=access.actor_of(supervisor), now=NOW),
        lambda: escalations.give_back(asked, actor=access.actor_of(administrator), now=NOW, guidance="Go on"),
    ]
    assert at_once(*calls) == {"done": 1, "already-answered": 1}


def test_nothing_said_at_the_same_moment_is_lost_and_the_book_holds(ticket: Any, agent: Any, colleague: Any) -> None:
    actors = [access.actor_of(who) for who in (agent, colleague) * 5]
    calls: list[Callable[[], object]] = [
        lambda by=by, n=n: conversation.add_interaction(ticket, actor=by, now=NOW, kind="note", text=f"Note {n}")
        for n, by in enumerate(actors)
    ]
    calls += [lambda: ends.close(ticket, actor=actors[0], now=NOW, reason="accepted")] * 4
    assert at_once(*calls) == {"done": 10, "wrong-state": 4}
    assert ticket.interactions.filter(kind="note").count() == 10
    assert (
        audit.verify(("ticket", ticket.pk)) == Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).count()
    )


def test_two_pieces_of_evidence_saved_at_once_are_both_there(ticket: Any, agent: Any, colleague: Any) -> None:
    calls = [
        lambda: steps.record_step(ticket, actor=access.actor_of(agent), now=NOW, evidence={"feeling_start": 4}),
        lambda: steps.record_step(ticket, actor=access.actor_of(colleague), now=NOW, evidence={"need": "Large print"}),
        lambda: steps.record_step(ticket, actor=access.actor_of(agent), now=NOW, evidence={"product": "Kettle"}),
    ]
    assert at_once(*calls) == {"done": 3}
    row = Ticket.objects.get(pk=ticket.pk)
    record = row.step_records.get()
    assert (row.need, row.product, record.evidence, row.version) == ("Large print", "Kettle", {"feeling_start": 4}, 4)


def test_something_is_moved_while_its_bell_rings_and_neither_waits_for_the_other(ticket: Any, agent: Any) -> None:
    """A tick holds the bell and wants the ticket, whoever moves it holds the ticket and wants the bell."""
    by, due = access.actor_of(agent), NOW + timedelta(hours=1)
    row = follow_ups.plan(ticket, actor=by, now=NOW, kind="update", text="Look again", due_at=due, promised=False)
    Timer.objects.exclude(subject_kind="follow_up").delete()
    rings = Timer.objects.get().due_at
    claimed = timers.claim(now=rings)
    with transaction.atomic():
        assert len(list(timers.held(claimed))) == 1
        later = rings + timedelta(days=1)
        assert at_once(lambda: follow_ups.move(row, actor=by, now=rings, due_at=later)) == {"done": 1}
    assert list(Timer.objects.order_by("cycle").values_list("cycle", flat=True)) == [1, 2]
