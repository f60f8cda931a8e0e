"""A complaint through the four steps, without pages."""

from __future__ import annotations

import pytest

from complaints.actions import steps
from complaints.models import Ticket
from complaints.queries.guard import blockers_of
from office import access, audit
from office.errors import StepBlocked
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_an_agent_takes_a_complaint_through_all_four_steps(ticket, agent, walk_to):
    for step in ("listen", "empathise", "apologise", "resolve"):
        ticket = walk_to(ticket, step)
        assert ticket.step == step
        with pytest.raises(StepBlocked) as refusal:
            steps.complete_step(ticket, actor=access.actor_of(agent), now=NOW)
        assert len(refusal.value.blockers) > 1
        assert refusal.value.blockers == blockers_of(ticket, actor=access.actor_of(agent))
    ticket = walk_to(ticket, "answered")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.step, ticket.pass_number) == ("answered", "resolve", 1)
    assert not ticket.clocks.unmet().exists()
    assert [(r.step, r.state) for r in ticket.step_records.all()] == [
        ("listen", "completed"),
        ("empathise", "completed"),
        ("apologise", "completed"),
        ("resolve", "completed"),
    ]
    assert audit.verify(("ticket", ticket.pk)) > 10
    assert Ticket.objects.get(pk=ticket.pk).risk_kind == "verdict"
