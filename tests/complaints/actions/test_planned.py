"""What the steps plan by themselves, and give up by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from complaints.actions import assignment, clocks, ends, follow_ups, links, planned
from complaints.models import FollowUp, Ticket
from office.actions.calendars import make_calendar
from office.models import Event
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def pending(ticket: Any) -> dict[str, Any]:
    return {row.cause: row for row in ticket.follow_ups.filter(done_at__isnull=True)}


@pytest.fixture
def answered(ticket: Any, walk_to: Any) -> Ticket:
    found: Ticket = walk_to(ticket, "answered")
    return found


def test_an_answer_plans_a_satisfaction_call_and_a_chase(answered: Any, agent: Any) -> None:
    found = pending(answered)
    call, chase = found["outcome"], found["silence"]
    assert (call.kind, call.promised, call.owner, call.made_by) == ("satisfaction", False, agent, None)
    assert f"{call.due_at:%a %d %H:%M}" == "Fri 27 18:00"  # the third working day after Tuesday
    assert (chase.kind, chase.due_at) == ("chase", NOW + 14 * DAY)
    lines = Event.objects.filter(subject_kind="ticket", subject_id=answered.pk, verb="follow_up.plan")
    assert {line.actor_kind for line in lines} == {"system"}


def test_the_satisfaction_call_is_counted_in_the_teams_working_days(make_ticket: Any, walk_to: Any, team: Any) -> None:
    content = {"time_zone": "UTC", "windows": {"0": [["09:00", "12:00"]], "1": [["09:00", "12:00"]]}}
    team.calendar = make_calendar(None, actor=SYSTEM, now=NOW, name="Short week", content=content)
    team.save()
    ticket = walk_to(make_ticket(team=team), "answered")
    assert f"{pending(ticket)['outcome'].due_at:%a %d %H:%M}" == "Mon 07 12:00"


def test_nobody_is_asked_who_left_no_name(make_ticket: Any, walk_to: Any) -> None:
    ticket = make_ticket(customer=None, anonymous_reason="wants_none")
    planned.after_answer(ticket, now=NOW)
    ticket.waiting_until = NOW + 9 * DAY
    planned.while_waiting(ticket, now=NOW)
    assert pending(ticket) == {}


def test_it_is_planned_once_in_a_pass(answered: Any, act: Any) -> None:
    planned.after_answer(answered, now=NOW)
    act(follow_ups.done, pending(answered)["outcome"])
    planned.after_answer(answered, now=NOW)
    assert FollowUp.objects.filter(ticket=answered).count() == 2
    assert set(pending(answered)) == {"silence"}


def test_the_table_itself_holds_no_second_one(answered: Any) -> None:
    row = pending(answered)["silence"]
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_case_that_comes_back_gives_up_the_call_and_the_chase(answered: Any, act: Any, told: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed", at=NOW + DAY)
    assert pending(answered) == {}
    assert set(answered.follow_ups.values_list("outcome", "done_by")) == {("dropped", None)}
    assert told(answered)[-1] == "ticket.reopen"


def test_the_next_pass_plans_anew(answered: Any, act: Any, walk_to: Any) -> None:
    act(ends.reopen, answered, reason="not_fixed", at=NOW + DAY, still_wrong="The bank charge is missing still.")
    answered.refresh_from_db()
    planned.after_answer(answered, now=NOW + 2 * DAY)
    assert {row.pass_number for row in pending(answered).values()} == {2}


@pytest.mark.parametrize(("end", "reason"), [(ends.close, "accepted"), (ends.withdraw, "no_longer")])
def test_a_verdict_or_an_end_leaves_nothing_to_ask(answered: Any, act: Any, end: Any, reason: str) -> None:
    act(end, answered, reason=reason, at=NOW + DAY)
    assert pending(answered) == {}


def test_a_duplicate_that_is_restored_is_asked_about_again(answered: Any, act: Any, other: Any) -> None:
    link = act(links.link, answered, other=other, kind="duplicate")
    assert pending(answered) == {}
    act(links.unlink, answered, link_id=link.pk, at=NOW + DAY)
    assert set(pending(answered)) == {"outcome", "silence"}


def test_the_chase_makes_silence_count_and_a_dropped_one_does_not(answered: Any, act: Any) -> None:
    chase = pending(answered)["silence"]
    act(follow_ups.done, chase, outcome="dropped", at=NOW + 14 * DAY)
    with pytest.raises(Exception, match="too-soon"):
        act(ends.close, answered, reason="silence", at=NOW + 15 * DAY)
    FollowUp.objects.filter(pk=chase.pk).update(outcome="kept")
    assert act(ends.close, answered, reason="silence", at=NOW + 15 * DAY).state == "closed"


def test_a_wait_owes_the_customer_a_word_at_half_of_the_time_and_then_again(ticket: Any, act: Any) -> None:
    act(clocks.wait, ticket, reason="testing", until=NOW + 8 * DAY)
    first = pending(ticket)["waiting"]
    assert (first.kind, first.due_at, first.promised) == ("update", NOW + 4 * DAY, False)
    act(follow_ups.done, first, at=NOW + 4 * DAY)
    second = pending(ticket)["waiting"]
    assert (second.due_at, second.after) == (NOW + 6 * DAY, first)


def test_going_on_leaves_no_update_owed_and_another_wait_owes_one_again(ticket: Any, act: Any) -> None:
    act(clocks.wait, ticket, reason="testing", until=NOW + 8 * DAY)
    act(clocks.resume, ticket, at=NOW + DAY)
    assert pending(ticket) == {}
    act(clocks.wait, ticket, reason="testing", until=NOW + 9 * DAY, at=NOW + DAY)
    assert pending(ticket)["waiting"].due_at == NOW + 5 * DAY


def test_a_wait_of_hours_owes_nothing(ticket: Any, act: Any) -> None:
    act(clocks.wait, ticket, reason="testing", until=NOW + timedelta(hours=23))
    assert pending(ticket) == {}


def test_whoever_has_the_case_does_what_a_step_planned(answered: Any, act: Any, colleague: Any) -> None:
    mine = act(follow_ups.plan, answered, kind="care", text="Ask how it goes", due_at=NOW + DAY)
    act(assignment.assign, answered, owner=colleague)
    assert {row.owner for row in pending(answered).values() if row.cause} == {colleague}
    mine.refresh_from_db()
    assert mine.owner != colleague


def test_a_next_try_of_a_planned_call_is_given_up_with_it(answered: Any, act: Any) -> None:
    act(follow_ups.done, pending(answered)["outcome"], outcome="unreached", next_due_at=NOW + 2 * DAY)
    again = pending(answered)["outcome"]
    assert again.kind == "satisfaction"
    act(ends.reopen, answered, reason="not_fixed", at=NOW + DAY)
    again.refresh_from_db()
    assert again.outcome == "dropped"
