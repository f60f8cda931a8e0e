"""Clocks run, wait, and go on with what remained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import ends, follow_ups, set_up, steps
from complaints.actions.clocks import resume, wait
from complaints.models import ClockEvent, Ticket
from office.errors import Conflict, Invalid
from office.models import Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_waiting_stops_every_clock_and_says_for_what(ticket: Any, act: Any, told: Any) -> None:
    act(wait, ticket, reason="customer_answer", until=NOW + 3 * DAY, note="Photos of the label")
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.waiting_reason, ticket.waiting_until) == (
        NOW,
        "customer_answer",
        NOW + 3 * DAY,
    )
    assert not ticket.clocks.running().exists()
    assert (ticket.risk_at, ticket.risk_kind) == (NOW + 1.5 * DAY, "update")  # the customer hears at half of the time
    assert told(ticket)[-1] == "ticket.wait"
    assert "Photos" not in str(Event.objects.order_by("-id")[0].payload)
    assert not ticket.is_late(NOW + 30 * DAY)


def test_what_remained_when_the_pause_began_remains_when_it_ends(ticket: Any, act: Any) -> None:
    before = {clock.target: clock.due_at for clock in ticket.clocks.unmet()}
    act(wait, ticket, at=NOW + timedelta(hours=1), reason="testing", until=NOW + 5 * DAY)
    act(resume, ticket, at=NOW + 2 * DAY)
    pause = 2 * DAY - timedelta(hours=1)
    assert {c.target: c.due_at for c in ticket.clocks.unmet()} == {t: due + pause for t, due in before.items()}
    assert {c.target: c.original_due_at for c in ticket.clocks.unmet()} == before
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.waiting_reason, ticket.waiting_note) == (None, "", "")
    assert ticket.risk_at == min(before.values()) + pause


def test_two_pauses_add_up_and_every_one_is_written(ticket: Any, act: Any) -> None:
    due = ticket.clocks.get(target="resolve").due_at
    for day in (0, 2):
        act(wait, ticket, at=NOW + day * DAY, reason="testing", until=NOW + 9 * DAY)
        act(resume, ticket, at=NOW + (day + 1) * DAY)
    assert ticket.clocks.get(target="resolve").due_at == due + 2 * DAY
    kinds = list(
        ClockEvent.objects.filter(clock__ticket=ticket, clock__target="resolve").values_list("kind", flat=True)
    )
    assert kinds == ["start", "pause", "resume", "pause", "resume"]


def test_a_graver_judgement_during_a_pause_keeps_the_time_already_paused(ticket: Any, act: Any) -> None:
    act(wait, ticket, reason="testing", until=NOW + 9 * DAY)
    act(resume, ticket, at=NOW + DAY)
    act(wait, ticket, at=NOW + 2 * DAY, reason="testing", until=NOW + 9 * DAY)
    act(steps.record_step, ticket, at=NOW + 2 * DAY, evidence={"severity": 2})
    act(resume, ticket, at=NOW + 4 * DAY)
    clock = ticket.clocks.get(target="resolve")
    assert clock.due_at == NOW + timedelta(hours=240) + DAY + 2 * DAY


def test_waiting_twice_and_resuming_twice_are_refused_and_change_nothing(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(resume, ticket)
    assert refusal.value.code == "not-waiting"
    act(wait, ticket, reason="testing", until=NOW + DAY)
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(wait, ticket, reason="testing", until=NOW + DAY)
    assert refusal.value.code == "already-waiting"


@pytest.mark.parametrize(("reason", "until"), [("", DAY), ("holiday", DAY), ("accepted", DAY), ("testing", -DAY)])
def test_waiting_needs_a_reason_of_its_list_and_an_end(ticket: Any, act: Any, reason: str, until: timedelta) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(wait, ticket, reason=reason, until=NOW + until)


def test_a_case_that_is_answered_waits_no_longer(ticket: Any, act: Any, walk_to: Any) -> None:
    ticket = walk_to(ticket, "resolve")
    act(wait, ticket, reason="testing", until=NOW + DAY)
    walk_to(Ticket.objects.get(pk=ticket.pk), "answered")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since, ticket.risk_kind) == ("answered", None, "verdict")
    assert not ticket.clocks.unmet().exists()


def test_what_is_promised_sooner_breaks_first(ticket: Any, act: Any) -> None:
    soon = NOW + timedelta(minutes=30)
    owed = act(follow_ups.plan, ticket, kind="promise", text="Ring with the date", due_at=soon)
    ticket.refresh_from_db()
    assert (ticket.risk_at, ticket.risk_kind) == (soon, "promise")
    act(follow_ups.done, owed)
    ticket.refresh_from_db()
    assert ticket.risk_at == min(ticket.clocks.running().values_list("due_at", flat=True))


def test_clocks_of_a_case_that_ends_are_cancelled_with_its_reason(ticket: Any, act: Any) -> None:
    act(ends.withdraw, ticket, reason="no_longer")
    assert not ticket.clocks.unmet().exists()
    assert set(ClockEvent.objects.filter(kind="cancel").values_list("reason", flat=True)) == {"no_longer"}


def test_running_clocks_keep_their_targets_when_new_ones_are_published(
    make_ticket: Any, act: Any, administrator: Any
) -> None:
    old = make_ticket()
    hours = {target: dict.fromkeys("1234", "1") for target in ("acknowledge", "first_answer", "resolve")}
    act(set_up.publish_targets, None, by=administrator, hours=hours)
    new = make_ticket()
    assert new.clocks.get(target="resolve").due_at == NOW + timedelta(hours=1)
    assert old.clocks.get(target="resolve").due_at > NOW + DAY
    assert (old.clocks.all()[0].preset_version, new.clocks.all()[0].preset_version) == (1, 2)
