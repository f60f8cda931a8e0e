"""What we give, and who may give it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from complaints.actions import redress as r
from complaints.actions import sealing, steps
from complaints.models import Ticket
from complaints.queries.guard import blockers_of
from office import access
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Approval, Event
from office.roles import REACH_ALL, Actor, Role
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

REFUND = {"kind": "refund", "basis": "due"}


@pytest.fixture
def resolving(ticket: Any, walk_to: Any) -> Any:
    return walk_to(ticket, "resolve")


def money_blockers(ticket: Any, agent: Any) -> list[str]:
    row = Ticket.objects.get(pk=ticket.pk)
    return [b.code for b in blockers_of(row, actor=access.actor_of(agent)) if ".redress" in b.code]


def token(role: Role) -> Actor:
    return Actor(kind="token", id=None, role=role, scopes=frozenset({"tickets:write"}), reach=REACH_ALL)


def test_within_ones_own_limit_it_is_agreed_at_once(resolving: Any, act: Any, told: Any, agent: Any) -> None:
    given = act(r.offer, resolving, amount=Decimal(150), **REFUND)
    assert (given.state, given.currency, given.approval) == ("agreed", "GBP", None)
    assert told(resolving)[-1] == "redress.offer"
    assert money_blockers(resolving, agent) == []


@pytest.mark.parametrize("amount", ["150.01", "151", "1000"])
def test_above_it_the_nearest_whose_limit_covers_it_is_asked(
    resolving: Any, act: Any, supervisor: Any, agent: Any, amount: str
) -> None:
    given = act(r.offer, resolving, amount=Decimal(amount), **REFUND)
    assert given.state == "waiting"
    assert (given.approval.addressed_to, given.approval.asked_by) == (supervisor, agent)
    assert money_blockers(resolving, agent) == ["resolve.redress.waiting"]


def test_above_the_supervisors_limit_it_goes_higher(resolving: Any, act: Any, administrator: Any) -> None:
    assert act(r.offer, resolving, amount=Decimal(1001), **REFUND).approval.addressed_to == administrator


def test_another_currency_always_asks(resolving: Any, act: Any) -> None:
    given = act(r.offer, resolving, amount=Decimal(1), currency="jpy", **REFUND)
    assert (given.state, given.currency) == ("waiting", "JPY")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"kind": "holiday", "basis": "due"}, "kind"),
        ({"kind": "refund", "basis": "due"}, "amount"),
        ({"kind": "apology", "basis": "because"}, "basis"),
        ({**REFUND, "amount": Decimal(0)}, "amount"),
        ({**REFUND, "amount": Decimal(-5)}, "amount"),
        ({**REFUND, "amount": Decimal("NaN")}, "amount"),
        ({**REFUND, "amount": Decimal("Infinity")}, "amount"),
        ({**REFUND, "amount": Decimal("1.001")}, "amount"),
        ({**REFUND, "amount": Decimal("1e20")}, "amount"),
        ({**REFUND, "amount": Decimal(1), "currency": "£££"}, "currency"),
    ],
)
def test_an_offer_that_cannot_be_is_named(resolving: Any, act: Any, words: dict[str, Any], field: str) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(r.offer, resolving, **words)
    assert field in refusal.value.fields


def test_a_client_program_grants_nothing_by_itself(resolving: Any) -> None:
    given = r.offer(resolving, actor=token(Role.ADMINISTRATOR), now=NOW, amount=Decimal(1), **REFUND)
    assert given.state == "waiting"


# Deciding -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(resolving: Any, act: Any) -> Any:
    return act(r.offer, resolving, amount=Decimal(400), **REFUND)


def test_an_approved_offer_is_agreed_and_clears_the_way(
    waiting: Any, act: Any, supervisor: Any, agent: Any, told: Any, resolving: Any
) -> None:
    act(r.decide, waiting, by=supervisor, approve=True)
    waiting.refresh_from_db()
    waiting.approval.refresh_from_db()
    assert (waiting.state, waiting.approval.state, waiting.approval.decided_by) == ("agreed", "approved", supervisor)
    assert told(resolving)[-1] == "approval.decide"
    assert money_blockers(resolving, agent) == []
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(r.decide, waiting, by=supervisor, approve=False, reason="On second thoughts")
    assert refusal.value.code == "already-decided"


def test_a_refusal_says_why_and_asks_for_another_way(
    waiting: Any, act: Any, supervisor: Any, agent: Any, resolving: Any
) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(r.decide, waiting, by=supervisor, approve=False)
    act(r.decide, waiting, by=supervisor, approve=False, reason="The fare is not ours")
    waiting.refresh_from_db()
    assert waiting.state == "refused"
    assert money_blockers(resolving, agent) == ["resolve.redress_none.missing"]
    assert "fare" not in str(Event.objects.order_by("-id")[0].payload)


def test_nobody_approves_their_own_offer(resolving: Any, act: Any, supervisor: Any, administrator: Any) -> None:
    own = act(r.offer, resolving, by=supervisor, amount=Decimal(1500), **REFUND)
    assert own.approval.addressed_to == administrator
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(r.decide, own, by=supervisor, approve=True)


def test_nobody_approves_above_their_own_limit_even_when_it_was_asked_of_them(
    waiting: Any, act: Any, supervisor: Any, office: Any
) -> None:
    office.redress_limits = {"agent": "150", "supervisor": "300"}
    office.save()
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(r.decide, waiting, by=supervisor, approve=True)
    act(r.decide, waiting, by=supervisor, approve=False, reason="Above what I may give")


def test_an_agent_and_a_client_program_decide_nothing(waiting: Any, act: Any, colleague: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(r.decide, waiting, by=colleague, approve=True)
    for verb, words in ((r.decide, {"approve": True}), (r.waive, {"reason": "Quicker"})):
        with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
            verb(waiting, actor=token(Role.ADMINISTRATOR), now=NOW, **words)


def test_whoever_is_asked_and_their_deputy_see_the_case(
    resolving: Any, act: Any, make_person: Any, team: Any, supervisor: Any
) -> None:
    deputy = make_person("deputy")
    supervisor.deputy = deputy
    supervisor.save()
    from complaints import access as door

    assert not door.visible_to(access.actor_of(deputy)).filter(pk=resolving.pk).exists()
    act(r.offer, resolving, amount=Decimal(400), **REFUND)
    assert door.visible_to(access.actor_of(deputy)).filter(pk=resolving.pk).exists()


def test_a_sealed_case_asks_only_whom_it_is_open_to(
    resolving: Any, act: Any, supervisor: Any, agent: Any, administrator: Any
) -> None:
    act(sealing.seal, resolving, by=supervisor, named=[agent])
    given = act(r.offer, resolving, amount=Decimal(400), **REFUND)
    assert given.approval.addressed_to is None
    assert money_blockers(resolving, agent) == ["resolve.redress.nobody"]


# Nobody is there ------------------------------------------------------------------------------------------------------


@pytest.fixture
def nobody(resolving: Any, act: Any, administrator: Any) -> Any:
    return act(r.offer, resolving, amount=Decimal(9000), **REFUND)


def test_when_nobody_may_decide_the_blocker_says_so(nobody: Any, resolving: Any, agent: Any) -> None:
    assert nobody.approval.addressed_to is None
    assert money_blockers(resolving, agent) == ["resolve.redress.nobody"]


def test_an_administrator_waives_with_a_reported_reason(
    nobody: Any, act: Any, administrator: Any, resolving: Any, told: Any
) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(r.waive, nobody, by=administrator, reason=" ")
    act(r.waive, nobody, by=administrator, reason="Agreed with the board by telephone")
    nobody.refresh_from_db()
    assert (nobody.state, nobody.approval.state) == ("agreed", "approved")
    assert told(resolving)[-1] == "approval.waive"
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(r.waive, nobody, by=administrator, reason="Once more")


def test_an_administrator_names_somebody_who_then_may(
    nobody: Any, act: Any, administrator: Any, supervisor: Any, agent: Any, resolving: Any
) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(r.waive, nobody, by=administrator, reason="Ask the handler", person=agent)
    act(r.waive, nobody, by=administrator, reason="Karin decides this one", person=supervisor)
    assert money_blockers(resolving, agent) == ["resolve.redress.waiting"]
    act(r.decide, nobody, by=supervisor, approve=True)
    nobody.refresh_from_db()
    assert nobody.state == "agreed"


def test_only_an_administrator_waives_and_only_when_nobody_else_can_decide(
    waiting: Any, act: Any, supervisor: Any, administrator: Any
) -> None:
    with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
        act(r.waive, waiting, by=supervisor, reason="Quicker")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(r.waive, waiting, by=administrator, reason="Quicker")
    assert refusal.value.code == "somebody-can"


# Taking back, and doing -----------------------------------------------------------------------------------------------


def test_a_withdrawn_offer_asks_nobody_any_more(
    waiting: Any, act: Any, supervisor: Any, resolving: Any, told: Any
) -> None:
    act(r.withdraw, waiting)
    waiting.refresh_from_db()
    assert (waiting.state, Approval.objects.get(pk=waiting.approval_id).state) == ("withdrawn", "lapsed")
    assert told(resolving)[-1] == "redress.withdraw"
    with nothing_changes():
        act(r.withdraw, waiting)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(r.decide, waiting, by=supervisor, approve=True)


def test_only_agreed_redress_is_done_and_only_once(
    waiting: Any, act: Any, supervisor: Any, told: Any, resolving: Any
) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(r.done, waiting)
    assert refusal.value.code == "not-agreed"
    act(r.decide, waiting, by=supervisor, approve=True)
    act(r.done, waiting)
    assert told(resolving)[-1] == "redress.done"
    with nothing_changes():
        act(r.done, waiting)
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(r.withdraw, waiting)


def test_redress_is_offered_in_resolve_only(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(r.offer, ticket, amount=Decimal(5), **REFUND)


def test_what_was_agreed_before_going_back_is_still_there(
    waiting: Any, act: Any, supervisor: Any, resolving: Any
) -> None:
    act(steps.go_back, resolving)
    act(r.decide, waiting, by=supervisor, approve=True)
    waiting.refresh_from_db()
    assert waiting.state == "agreed"
