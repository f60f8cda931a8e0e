"""What happens because time passed, and what does not, because it no longer holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.transaction import TransactionManagementError

from complaints import access as door
from complaints import sweeps
from complaints.actions import (
    assignment,
    clocks,
    conversation,
    ends,
    escalations,
    follow_ups,
    sealing,
    set_up,
    steps,
)
from complaints.actions.intake import Source
from complaints.domain import clocks as c
from complaints.domain.escalation import NOBODYS, TASK_GRACE
from complaints.models import Clock, ClockEvent, Escalation, Participant, Ticket
from complaints.queries import routing
from office import audit
from office.models import Outgoing, Timer
from office.roles import SYSTEM
from tests.conftest import NOW, person

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


def asked_about(ticket: Ticket) -> list[int]:
    """Who may be asked about it, nearest first."""
    return [asked.id for asked in routing.line_for(Ticket.objects.get(pk=ticket.pk), "overdue", now=NOW)]


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
    follow_ups.move(promise, actor=actor_for(agent), now=NOW, due_at=later, told=True)
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
    ticket.follow_ups.update(done_at=due_at, outcome="kept")  # what the answer itself planned
    pass_time(FRIDAY + timedelta(days=60))
    assert raised(ticket) == []


# Research, peers §6, FRA: breaches are looked for once an hour, and hours are looked up by the name of the targets.


def test_fra_a_breach_is_seen_by_the_next_tick_and_not_by_the_hour(ticket: Ticket) -> None:
    due_at = min(clock.due_at for clock in ticket.clocks.running())
    pass_time(due_at - timedelta(seconds=1))
    assert raised(ticket) == []
    pass_time(due_at)
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["overdue"]
    assert settings.CELERY_BEAT_SCHEDULE["tick"]["schedule"] <= timedelta(seconds=60)


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


def test_cw_an_ended_case_calls_nobody(ticket: Ticket, promise: Any, actor_for: Any, agent: Any) -> None:
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


def test_unacknowledged_goes_past_who_went_away_to_whoever_is_here(
    ticket: Ticket, promise: Any, office: Any, supervisor: Any, administrator: Any, make_ticket: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    deputy = person("deputy", "Deputy", "supervisor")
    supervisor.away_until, supervisor.deputy = FRIDAY, deputy
    supervisor.save()
    pass_time(promise.due_at)
    assert raised(ticket) == [(1, "missed_promise", deputy)]
    pass_time(promise.due_at + c.ACKNOWLEDGE_ESCALATION)
    assert raised(ticket)[1:] == [(2, "missed_promise", administrator)]


def test_one_answer_settles_a_question_that_went_up_and_leaves_other_questions(
    ticket: Ticket, promise: Any, office: Any, supervisor: Any, administrator: Any, actor_for: Any, agent: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    pass_time(promise.due_at)
    pass_time(promise.due_at + c.ACKNOWLEDGE_ESCALATION)
    later = promise.due_at + timedelta(hours=1)
    own = escalations.open_escalation(ticket, actor=actor_for(agent), now=later, reason="May I refund it twice?")
    first, second = Escalation.objects.filter(trigger="missed_promise").order_by("level")
    assert own.pk == second.pk, "the handler's words join what went up"
    escalations.answer(first, actor=actor_for(supervisor), now=later, guidance="Ring her now.")
    states = dict(Escalation.objects.values_list("level", "state"))
    assert states == {1: "answered", 2: "open"}, "words of the handler wait for an answer of their own"
    escalations.answer(second, actor=actor_for(administrator), now=later, guidance="Once.")
    again = follow_ups.plan(
        ticket, actor=actor_for(agent), now=later, kind="promise", text="Again", due_at=later + timedelta(hours=1)
    )
    pass_time(again.due_at)
    pass_time(again.due_at + c.ACKNOWLEDGE_ESCALATION)
    third = Escalation.objects.get(level=1, state="open")
    escalations.give_back(third, actor=actor_for(supervisor), now=FRIDAY, guidance="Ring her.")
    assert not Escalation.objects.unanswered().exists()
    assert Escalation.objects.get(level=2, cycle=2).state == "lapsed"
    ticket.refresh_from_db()
    assert ticket.escalation_line == 0
    audit.verify(("ticket", ticket.pk))


def test_a_review_nobody_sees_goes_to_the_duty_manager_and_no_further(
    ticket: Ticket, office: Any, supervisor: Any, administrator: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    ticket.clocks.update(met_at=NOW)
    reviewer = person("reviewer", "Reviewer", "supervisor")
    escalations.put_before(ticket, "review", now=NOW)
    assert raised(ticket) == [(1, "review", reviewer)]
    pass_time(NOW + c.ACKNOWLEDGE_ESCALATION)
    assert raised(ticket)[1:] == [(2, "review", administrator)]
    pass_time(FRIDAY)
    assert len(raised(ticket)) == 2


def test_danger_found_in_what_was_seen_has_to_be_seen_anew(
    ticket: Ticket, office: Any, supervisor: Any, administrator: Any, actor_for: Any, agent: Any
) -> None:
    office.duty_manager = administrator
    office.save()
    ticket.clocks.update(met_at=NOW)
    asked = escalations.open_escalation(ticket, actor=actor_for(agent), now=NOW, reason="May I?")
    escalations.acknowledge(asked, actor=actor_for(supervisor), now=NOW)
    pass_time(NOW + c.ACKNOWLEDGE_ESCALATION)
    later = NOW + timedelta(hours=2)
    steps.record_step(ticket, actor=actor_for(agent), now=later, evidence={"harm": ["safety"]})
    assert raised(ticket) == [(1, "safety", supervisor)]
    pass_time(later + c.ACKNOWLEDGE_ESCALATION)
    assert raised(ticket)[1:] == [(2, "safety", administrator)]


# Research, peers §6, CCRS: any comment postpones an escalation, and what is nobody's never escalates.


def test_ccrs_a_comment_postpones_nothing(ticket: Ticket, promise: Any, actor_for: Any, agent: Any) -> None:
    words = {"kind": "note", "text": "I am on it."}
    conversation.add_interaction(ticket, actor=actor_for(agent), now=promise.due_at - timedelta(minutes=1), **words)
    pass_time(promise.due_at)
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["missed_promise"]


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


def test_ccrs_a_case_that_is_nobodys_goes_up_in_time(
    make_ticket: Any, supervisor: Any, actor_for: Any, agent: Any
) -> None:
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
        assert asked_about(ticket) == [supervisor.pk]


def test_about_a_sealed_case_only_somebody_named_is_asked(
    make_ticket: Any, agent: Any, supervisor: Any, administrator: Any, actor_for: Any
) -> None:
    sealed = make_ticket(owner=agent, facts={"severity": 4})
    sealing.seal(sealed, actor=actor_for(supervisor), now=NOW, named=[agent, supervisor])
    assert asked_about(sealed) == [supervisor.pk]
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


def test_ost_a_case_judged_graver_is_nobodys_for_a_shorter_time(make_ticket: Any, actor_for: Any, agent: Any) -> None:
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


# Warnings, and the end of a wait --------------------------------------------------------------------------------------


def warnings(ticket: Ticket) -> list[tuple[str, str]]:
    events = ClockEvent.objects.filter(clock__ticket=ticket, kind="warned").order_by("at", "id")
    return list(events.values_list("clock__target", "reason"))


def notices() -> list[tuple[int, list[dict[str, Any]]]]:
    rows = Outgoing.objects.filter(kind="notice").order_by("id")
    return [(row.payload["agent"], row.payload["items"]) for row in rows if row.dedupe_key.startswith("warn:")]


def only(ticket: Ticket, target: str) -> Clock:
    """Nothing but this clock runs."""
    ticket.clocks.exclude(target=target).update(met_at=NOW)
    return ticket.clocks.get(target=target)


def test_a_clock_warns_at_half_and_near_its_end_and_tells_the_owner_once(ticket: Ticket, agent: Any) -> None:
    clock = only(ticket, "first_answer")
    half, near = NOW + (clock.due_at - NOW) / 2, NOW + (clock.due_at - NOW) * 4 / 5
    pass_time(half - timedelta(seconds=1))
    assert warnings(ticket) == []
    pass_time(half)
    assert (warnings(ticket), notices()) == ([("first_answer", "50")], [])
    pass_time(near - timedelta(seconds=1))
    assert notices() == []
    pass_time(near)
    pass_time(near + timedelta(seconds=1))
    assert warnings(ticket) == [("first_answer", "50"), ("first_answer", "80")]
    assert notices() == [(agent.pk, [{"ticket": ticket.pk, "why": "soon", "escalation": None}])]
    assert raised(ticket) == [], "a warning escalates nothing"
    pass_time(clock.due_at)
    assert [trigger for _level, trigger, _to in raised(ticket)] == ["overdue"]


def test_a_desk_that_slept_warns_late_but_never_twice(ticket: Ticket) -> None:
    clock = only(ticket, "first_answer")
    late = NOW + (clock.due_at - NOW) * 9 / 10
    pass_time(late)
    assert warnings(ticket) == [("first_answer", "50"), ("first_answer", "80")]
    assert len(notices()) == 1


def test_nothing_warns_of_what_is_met_over_or_waiting(
    ticket: Ticket, make_ticket: Any, walk_to: Any, actor_for: Any, agent: Any
) -> None:
    waiting = make_ticket(owner=agent)
    clocks.wait(waiting, actor=actor_for(agent), now=NOW, reason="testing", until=NOW + timedelta(days=100))
    walk_to(ticket, "answered")
    pass_time(FRIDAY + timedelta(days=60))
    assert warnings(ticket) == warnings(waiting) == []


def test_warnings_are_armed_again_when_a_clock_goes_on_or_is_counted_anew(
    ticket: Ticket, actor_for: Any, agent: Any
) -> None:
    actor, clock = actor_for(agent), only(ticket, "first_answer")
    quarter = NOW + (clock.due_at - NOW) / 4
    clocks.wait(ticket, actor=actor, now=quarter, reason="testing", until=FRIDAY + timedelta(days=60))
    pass_time(FRIDAY + timedelta(days=30))
    assert warnings(ticket) == []
    back = FRIDAY + timedelta(days=30)
    clocks.resume(ticket, actor=actor, now=back)
    pass_time(back + (clock.due_at - NOW) / 4)
    assert warnings(ticket) == [("first_answer", "50")]
    steps.record_step(ticket, actor=actor, now=back + (clock.due_at - NOW) / 4, evidence={"severity": 1})
    clock.refresh_from_db()
    pass_time(clock.due_at - timedelta(seconds=1))
    levels = [reason for _target, reason in warnings(ticket)]
    assert levels == ["50", "50", "80"], "half of a longer time is another half"


def test_near_the_end_of_what_is_nobodys_no_notice_is_owed(make_ticket: Any) -> None:
    ticket = make_ticket(owner=None)
    clock = only(ticket, "first_answer")
    pass_time(clock.due_at - timedelta(seconds=1))
    assert [reason for _target, reason in warnings(ticket)] == ["50", "80"]
    assert notices() == []


def test_when_a_wait_is_over_the_clocks_go_on_and_the_owner_owes_an_update(
    ticket: Ticket, actor_for: Any, agent: Any
) -> None:
    before = {clock.pk: clock.due_at for clock in ticket.clocks.running()}
    clocks.wait(ticket, actor=actor_for(agent), now=NOW, reason="customer_papers", until=FRIDAY)
    pass_time(FRIDAY - timedelta(seconds=1))
    ticket.refresh_from_db()
    assert ticket.is_waiting
    pass_time(FRIDAY)
    ticket.refresh_from_db()
    assert not ticket.is_waiting
    assert {clock.pk: clock.due_at - (FRIDAY - NOW) for clock in ticket.clocks.running()} == before
    owed = ticket.follow_ups.get(done_at=None)
    assert (owed.kind, owed.owner, owed.promised, owed.made_by) == ("update", agent, False, None)
    assert owed.due_at == FRIDAY + timedelta(hours=4)
    pass_time(FRIDAY + timedelta(minutes=1))
    assert ticket.follow_ups.filter(done_at=None).count() == 1
    audit.verify(("ticket", ticket.pk))


def test_a_wait_that_ended_or_was_made_longer_rings_for_nothing(ticket: Ticket, actor_for: Any, agent: Any) -> None:
    actor = actor_for(agent)
    clocks.wait(ticket, actor=actor, now=NOW, reason="testing", until=NOW + timedelta(days=1))
    clocks.resume(ticket, actor=actor, now=NOW)
    clocks.wait(ticket, actor=actor, now=NOW, reason="testing", until=FRIDAY)
    pass_time(NOW + timedelta(days=1))
    ticket.refresh_from_db()
    assert ticket.is_waiting
    clocks.resume(ticket, actor=actor, now=NOW + timedelta(days=1))
    pass_time(FRIDAY)
    assert not ticket.follow_ups.filter(done_at=None).exists()


def test_new_targets_for_open_cases_are_counted_by_the_bell(ticket: Ticket, administrator: Any, actor_for: Any) -> None:
    hours = {target: dict(by) for target, by in c.DEFAULT_HOURS.items()}
    hours["resolve"]["3"] = "100"
    set_up.publish_targets(None, actor=actor_for(administrator), now=NOW, hours=hours, open_too=True)
    pass_time(NOW)
    clock = ticket.clocks.get(target="resolve")
    assert (clock.hours, clock.preset_version, clock.due_at) == (100, 2, NOW + timedelta(hours=100))
    assert ticket.clocks.get(target="first_answer").preset_version == 1, "its hours are as they were"
