"""What happens because time passed, and what does not, because it no longer holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.transaction import TransactionManagementError

from complaints import access as door
from complaints import sweeps
from complaints.actions import assignment, clocks, ends, escalations, follow_ups, sealing, steps
from complaints.actions.intake import Source
from complaints.domain import clocks as c
from complaints.domain.escalation import NOBODYS, TASK_GRACE
from complaints.models import Escalation, Participant, Ticket
from office import audit
from office.models import Timer
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

FRIDAY = NOW + timedelta(days=3)


def pass_time(until: Any) -> None:
    """The desk ticks until nothing is due any more."""
    while sweeps.tick(now=until).done:
        pass
    assert not Timer.objects.filter(dead_at__isnull=False).exists()


def raised(ticket: Ticket) -> list[tuple[int, str, Any]]:
    return [
        (row.level, row.trigger, row.addressed_to) for row in Escalation.objects.filter(ticket=ticket).order_by("id")
    ]


@pytest.fixture
def promise(ticket: Ticket, actor_for: Any, agent: Any) -> Any:
    actor = actor_for(agent)
    return follow_ups.plan(
        ticket, actor=actor, now=NOW, kind="promise", text="Ring her", due_at=NOW + timedelta(hours=2)
    )


def test_a_missed_promise_goes_up_at_once(ticket: Ticket, promise: Any, supervisor: Any) -> None:
    pass_time(promise.due_at - timedelta(seconds=1))
    assert raised(ticket) == []
    pass_time(promise.due_at)
    assert raised(ticket) == [(1, "missed_promise", supervisor)]
    pass_time(promise.due_at + timedelta(minutes=1))
    assert len(raised(ticket)) == 1
    row = Escalation.objects.get()
    assert (row.reason, row.opened_by) == ("Ring her", None)
    ticket.refresh_from_db()
    assert ticket.escalation_line == 1
    assert ticket.owner is not None, "the handler stays on the case"
    audit.verify(("ticket", ticket.pk))


def test_what_we_set_ourselves_has_a_day(ticket: Ticket, actor_for: Any, agent: Any) -> None:
    due_at = NOW + timedelta(hours=2)
    ticket.clocks.update(met_at=NOW)
    follow_ups.plan(
        ticket, actor=actor_for(agent), now=NOW, kind="care", text="Ask how it goes", due_at=due_at, promised=False
    )
    pass_time(due_at + TASK_GRACE - timedelta(seconds=1))
    assert raised(ticket) == []
    pass_time(due_at + TASK_GRACE)
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["overdue"]


def test_a_kept_promise_rings_for_nothing(ticket: Ticket, promise: Any, actor_for: Any, agent: Any) -> None:
    follow_ups.done(promise, actor=actor_for(agent), now=NOW + timedelta(hours=1))
    pass_time(promise.due_at)
    assert raised(ticket) == []
    assert Timer.objects.get(subject_kind="follow_up").rung_at is not None


def test_a_promise_that_was_moved_rings_at_its_new_time(
    ticket: Ticket, promise: Any, actor_for: Any, agent: Any
) -> None:
    later = promise.due_at + timedelta(hours=1)
    follow_ups.move(promise, actor=actor_for(agent), now=NOW, due_at=later)
    pass_time(promise.due_at)
    assert raised(ticket) == []
    pass_time(later)
    assert len(raised(ticket)) == 1


def test_a_promise_on_an_answered_case_goes_up_too(
    ticket: Ticket, walk_to: Any, actor_for: Any, agent: Any, supervisor: Any
) -> None:
    walk_to(ticket, "answered")
    due_at = NOW + timedelta(hours=2)
    follow_ups.plan(ticket, actor=actor_for(agent), now=NOW, kind="call_back", text="Did it arrive?", due_at=due_at)
    pass_time(due_at)
    assert raised(ticket) == [(1, "missed_promise", supervisor)]


def test_a_target_that_is_not_met_goes_up_and_a_met_one_does_not(ticket: Ticket, walk_to: Any, actor_for: Any) -> None:
    due_at = min(clock.due_at for clock in ticket.clocks.running())
    pass_time(due_at)
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["overdue"]
    Escalation.objects.all().delete()
    walk_to(ticket, "answered", now=due_at)
    pass_time(FRIDAY + timedelta(days=60))
    assert raised(ticket) == []


def test_nothing_goes_up_while_the_clocks_wait_and_they_ring_after(ticket: Ticket, actor_for: Any, agent: Any) -> None:
    actor = actor_for(agent)
    clock = ticket.clocks.running().order_by("due_at")[0]
    clocks.wait(ticket, actor=actor, now=NOW, reason="customer_answer", until=FRIDAY)
    pass_time(clock.due_at)
    assert raised(ticket) == []
    clocks.resume(ticket, actor=actor, now=clock.due_at)
    clock.refresh_from_db()
    pass_time(clock.due_at - timedelta(seconds=1))
    assert raised(ticket) == []
    pass_time(clock.due_at)
    assert len(raised(ticket)) == 1


def test_an_ended_case_calls_nobody(ticket: Ticket, promise: Any, actor_for: Any, agent: Any) -> None:
    ends.withdraw(ticket, actor=actor_for(agent), now=NOW, reason="no_longer")
    pass_time(FRIDAY + timedelta(days=60))
    assert raised(ticket) == []


def test_unacknowledged_goes_up_and_stops_where_nobody_is_left(
    ticket: Ticket, promise: Any, office: Any, supervisor: Any, administrator: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    pass_time(promise.due_at)
    seen_by = promise.due_at + c.ACKNOWLEDGE_ESCALATION
    pass_time(seen_by)
    assert raised(ticket) == [(1, "missed_promise", supervisor), (2, "missed_promise", administrator)]
    pass_time(seen_by + timedelta(days=1))
    assert len(raised(ticket)) == 2


def test_acknowledged_stays_where_it_is(
    ticket: Ticket, promise: Any, office: Any, supervisor: Any, administrator: Any, actor_for: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    pass_time(promise.due_at)
    escalations.acknowledge(Escalation.objects.get(), actor=actor_for(supervisor), now=promise.due_at)
    pass_time(promise.due_at + timedelta(days=1))
    assert len(raised(ticket)) == 1


def test_what_somebody_above_has_already_is_not_asked_twice(
    ticket: Ticket, promise: Any, actor_for: Any, agent: Any, supervisor: Any
) -> None:
    asked = escalations.open_escalation(ticket, actor=actor_for(agent), now=NOW, reason="May I?")
    escalations.acknowledge(asked, actor=actor_for(supervisor), now=NOW)
    pass_time(FRIDAY + timedelta(days=60))
    assert len(raised(ticket)) == 1


def test_a_case_that_is_nobodys_goes_up_in_time(make_ticket: Any, supervisor: Any, actor_for: Any, agent: Any) -> None:
    ticket = make_ticket(owner=None, facts={"severity": 4})
    pass_time(NOW + NOBODYS[4] - timedelta(seconds=1))
    assert raised(ticket) == []
    pass_time(NOW + NOBODYS[4])
    assert raised(ticket) == [(1, "unassigned", supervisor)]


def test_a_case_that_was_taken_and_given_back_is_nobodys_anew(make_ticket: Any, actor_for: Any, agent: Any) -> None:
    ticket = make_ticket(owner=None, facts={"severity": 4})
    assignment.take(ticket, actor=actor_for(agent), now=NOW)
    pass_time(NOW + NOBODYS[4])
    assert raised(ticket) == []
    back = NOW + timedelta(hours=1)
    assignment.assign(ticket, actor=actor_for(agent), now=back, owner=None)
    pass_time(back + NOBODYS[4])
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["unassigned"]


def test_what_was_late_when_it_came_in_calls_nobody(make_ticket: Any, agent: Any) -> None:
    ticket = make_ticket(owner=agent, received_at=NOW - timedelta(days=300))
    pass_time(NOW + timedelta(days=1))
    assert raised(ticket) == []


# What goes up at once -------------------------------------------------------------------------------------------------


def test_danger_goes_up_the_moment_it_is_written_down(
    make_ticket: Any, ticket: Ticket, actor_for: Any, agent: Any, supervisor: Any
) -> None:
    told = make_ticket(owner=agent, facts={"harm": ["safety"]})
    assert raised(told) == [(1, "safety", supervisor)]
    assert raised(ticket) == []
    row = steps.record_step(ticket, actor=actor_for(agent), now=NOW, evidence={"harm": ["safety", "money"]})
    assert raised(ticket) == [(1, "safety", supervisor)]
    assert row.version == Ticket.objects.get(pk=ticket.pk).version
    steps.record_step(row, actor=actor_for(agent), now=NOW, evidence={"harm": ["safety"]})
    assert len(raised(ticket)) == 1


def test_the_second_reopening_goes_up_and_the_first_does_not(
    ticket: Ticket, walk_to: Any, actor_for: Any, agent: Any, supervisor: Any
) -> None:
    by = {"actor": actor_for(agent), "now": NOW}
    ends.reopen(walk_to(ticket, "answered"), reason="not_fixed", still_wrong="Nothing has arrived.", **by)
    assert raised(ticket) == []
    ends.withdraw(ticket, reason="no_longer", **by)
    ends.reopen(ticket, reason="not_fixed", still_wrong="It came, and broke again.", **by)
    assert raised(ticket) == [(1, "reopened", supervisor)]


# Whom it goes up to ---------------------------------------------------------------------------------------------------


def test_neither_the_handler_nor_whoever_may_not_answer_is_asked(
    ticket: Ticket, team: Any, promise: Any, agent: Any, colleague: Any, supervisor: Any
) -> None:
    for lead in (agent, colleague):
        team.lead = lead
        team.save()
        assert escalations.chain_above(Ticket.objects.get(pk=ticket.pk), but=None) == [supervisor]


def test_about_a_sealed_case_only_somebody_named_is_asked(
    make_ticket: Any, agent: Any, supervisor: Any, administrator: Any, actor_for: Any
) -> None:
    sealed = make_ticket(owner=agent, facts={"severity": 4})
    sealing.seal(sealed, actor=actor_for(supervisor), now=NOW, named=[agent, supervisor])
    assert escalations.chain_above(Ticket.objects.get(pk=sealed.pk), but=None) == [supervisor]
    Participant.objects.filter(ticket=sealed, agent=supervisor).delete()
    pass_time(FRIDAY)
    assert raised(sealed)[0][2] is None


def test_the_handlers_words_join_what_the_desk_raised(
    ticket: Ticket, promise: Any, office: Any, actor_for: Any, agent: Any, supervisor: Any, administrator: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    pass_time(promise.due_at)
    words = {"actor": actor_for(agent), "now": promise.due_at}
    asked = escalations.open_escalation(ticket, reason="May I refund it today?", **words)
    assert raised(ticket) == [(1, "missed_promise", supervisor)]
    assert (asked.reason, asked.opened_by) == ("May I refund it today?\n\nRing her", agent)
    escalations.open_escalation(ticket, reason="Nobody answers", **words)
    assert raised(ticket)[1] == (2, "by_hand", administrator)
    audit.verify(("ticket", ticket.pk))


def test_a_case_judged_graver_is_nobodys_for_a_shorter_time(make_ticket: Any, actor_for: Any, agent: Any) -> None:
    ticket = make_ticket(owner=None, facts={"severity": 1})
    steps.record_step(ticket, actor=actor_for(agent), now=NOW, evidence={"severity": 4})
    pass_time(NOW + NOBODYS[4])
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["unassigned"]


def test_what_is_imported_calls_nobody_unless_it_is_fresh(make_ticket: Any) -> None:
    for fresh in (False, True):
        source = Source(kind="import", name="old desk", ref=str(fresh), fresh=fresh)
        ticket = make_ticket(owner=None, facts={"harm": ["safety"]}, source=source)
        assert [trigger for _level, trigger, _to in raised(ticket)] == (["safety"] if fresh else [])
        assert Timer.objects.filter(subject_kind="ticket", subject_id=ticket.pk).exists() is fresh


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused(ticket: Ticket) -> None:
    with pytest.raises(TransactionManagementError):
        door.locked(SYSTEM, ticket)
