"""Two cases are linked; a duplicate ends and can come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from complaints.actions import clocks, follow_ups, sealing, steps
from complaints.actions.links import link, unlink
from complaints.models import Ticket, TicketLink
from complaints.queries.guard import open_record
from office import audit
from office.errors import Conflict, Invalid
from tests.access.snapshots import nothing_changes
from tests.conftest import LISTEN, NOW

pytestmark = pytest.mark.django_db


def again(ticket: Any) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("kind", ["related", "same_incident"])
def test_a_link_says_so_in_both_books_and_twice_is_once(
    ticket: Any, other: Any, act: Any, told: Any, kind: str
) -> None:
    made = act(link, ticket, other=other, kind=kind)
    assert told(ticket)[-1] == told(other)[-1] == "ticket.link"
    with nothing_changes():
        assert act(link, ticket, other=other, kind=kind) == made
    assert again(ticket).state == again(other).state == "open"


def test_a_duplicate_ends_as_merged_and_moves_nothing(ticket: Any, other: Any, act: Any, told: Any) -> None:
    words = list(other.interactions.values_list("pk", flat=True))
    act(link, other, other=ticket, kind="duplicate")
    ended = again(other)
    assert (ended.state, ended.end_reason, ended.ended_at) == ("merged", "duplicate", NOW)
    assert list(other.interactions.values_list("pk", flat=True)) == words
    assert told(other)[-2:] == ["ticket.link", "ticket.merge"]
    assert again(ticket).state == "open"


def test_removing_the_link_restores_the_duplicate_where_it_was(
    ticket: Any, other: Any, act: Any, walk_to: Any, told: Any
) -> None:
    other = walk_to(other, "empathise")
    act(steps.record_step, other, evidence={"feeling_named": "let down"})
    before = again(other)
    clocks_before = dict(other.clocks.unmet().values_list("target", "due_at"))
    made = act(link, other, other=ticket, kind="duplicate")
    act(unlink, other, link_id=made.pk)
    after = again(other)
    assert (after.state, after.step, after.pass_number) == ("open", "empathise", before.pass_number)
    assert (after.end_reason, after.ended_at, after.risk_at, after.risk_kind) == (
        "",
        None,
        before.risk_at,
        before.risk_kind,
    )
    assert dict(other.clocks.unmet().values_list("target", "due_at")) == clocks_before
    assert open_record(after).evidence["feeling_named"] == "let down"
    assert told(other)[-2:] == ["ticket.unlink", "ticket.restore"]
    audit.verify(("ticket", other.pk))
    with nothing_changes():
        act(unlink, other, link_id=made.pk)


def test_an_answered_duplicate_is_answered_again(ticket: Any, other: Any, act: Any, walk_to: Any) -> None:
    other = walk_to(other, "answered")
    made = act(link, other, other=ticket, kind="duplicate")
    act(unlink, ticket, link_id=made.pk)
    after = again(other)
    assert (after.state, after.answered_at, after.risk_kind) == ("answered", NOW, "verdict")
    assert not after.step_records.filter(state="open").exists()


def test_a_waiting_duplicate_comes_back_with_its_clocks_running(ticket: Any, other: Any, act: Any) -> None:
    act(clocks.wait, other, reason="testing", until=NOW + timedelta(days=2))
    made = act(link, other, other=ticket, kind="duplicate")
    act(unlink, other, link_id=made.pk)
    assert not again(other).is_waiting
    assert other.clocks.running().count() == other.clocks.unmet().count() == 4


def test_a_circle_of_duplicates_is_refused_however_long(ticket: Any, other: Any, make_ticket: Any, act: Any) -> None:
    third = make_ticket()
    act(link, ticket, other=other, kind="duplicate")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(link, other, other=ticket, kind="duplicate")
    assert refusal.value.code == "circle"
    act(link, other, other=third, kind="duplicate")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(link, third, other=ticket, kind="duplicate")
    assert refusal.value.code == "circle"


def test_a_case_is_the_duplicate_of_one_other_and_not_of_itself(
    ticket: Any, other: Any, make_ticket: Any, act: Any
) -> None:
    third = make_ticket()
    with nothing_changes(), pytest.raises(Invalid):
        act(link, ticket, other=ticket, kind="related")
    act(link, ticket, other=other, kind="duplicate")
    for target in (third, other):
        with nothing_changes(but_lines=1), pytest.raises(Conflict):
            act(link, ticket, other=target, kind="duplicate")


def test_a_kind_nobody_knows_is_refused(ticket: Any, other: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(link, ticket, other=other, kind="twin")


def test_a_case_one_cannot_see_is_neither_linked_to_nor_from(
    ticket: Any, make_ticket: Any, act: Any, stranger: Any, other_team: Any
) -> None:
    """A foreign id in the body (CVE-2026-34722 of a peer)."""
    foreign = make_ticket(by=stranger, team=other_team)
    for source, target in ((ticket, foreign), (foreign, ticket)):
        with nothing_changes(), pytest.raises(Http404):
            act(link, source, other=target, kind="related")


def test_a_link_of_two_other_cases_is_not_removed_through_a_third(
    ticket: Any, other: Any, make_ticket: Any, act: Any
) -> None:
    made = act(link, ticket, other=other, kind="related")
    third = make_ticket()
    with nothing_changes():
        act(unlink, third, link_id=made.pk)
    assert TicketLink.objects.filter(pk=made.pk).exists()


def test_a_duplicate_one_cannot_see_is_not_brought_back(
    ticket: Any, other: Any, act: Any, agent: Any, colleague: Any, supervisor: Any
) -> None:
    made = act(link, other, other=ticket, kind="duplicate")
    act(sealing.seal, other, by=supervisor, named=[supervisor])
    with nothing_changes(), pytest.raises(Http404):
        act(unlink, ticket, by=colleague, link_id=made.pk)
    assert again(other).state == "merged"


def test_what_a_duplicate_owed_is_owed_again_when_it_comes_back(ticket: Any, other: Any, act: Any) -> None:
    soon = NOW + timedelta(hours=1)
    act(follow_ups.plan, other, kind="call_back", text="Ring her", due_at=soon)
    act(steps.record_step, other, evidence=LISTEN)
    made = act(link, other, other=ticket, kind="duplicate")
    act(unlink, other, link_id=made.pk)
    assert (again(other).risk_at, again(other).risk_kind) == (soon, "call_back")
