"""Each verb does over REST what it does on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints.actions import redress
from complaints.models import Escalation, Redress, Ticket
from office import access
from office.models import Agent, Event, Team
from tests.complaints.api.conftest import Desk
from tests.conftest import NOW, person


@pytest.fixture
def supervisors_desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(role="supervisor")


def said(desk: Desk, ticket: Ticket, verb: str) -> bool:
    """Whether the record book has the verb, done by this token."""
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, actor_kind="token")
    return events.filter(verb=verb, actor_id=desk.client.token.pk).exists()  # type: ignore[attr-defined]


def test_a_ticket_is_corrected(desk: Desk, ticket: Ticket) -> None:
    changes = {"subject": "Refund late", "category": "money/refund_late", "language": "zh-Hant", "safety": True}
    answer = desk.patch(f"tickets/{ticket.number}", changes, If_Match='"1"')
    shown = answer.json()
    assert shown["category"] == {"code": "money/refund_late", "name": "Refund late"}
    assert (shown["subject"], shown["language"], shown["safety"], shown["version"]) == (
        "Refund late",
        "zh-Hant",
        True,
        3,
    ), "the danger is put before somebody above in the same act"
    assert said(desk, ticket, "ticket.correct")
    bad = desk.patch(f"tickets/{ticket.number}", {"subject": "", "owner": "mei", "joint": "yes"}, If_Match='"3"')
    assert bad.status_code == 422
    assert {name: faults[0]["code"] for name, faults in bad.json()["fields"].items()} == {
        "subject": "required",
        "owner": "unknown-field",
        "joint": "not-a-boolean",
    }


def test_a_ticket_goes_to_another_customer_or_to_nobody_known(desk: Desk, ticket: Ticket) -> None:
    path = f"tickets/{ticket.number}/customer"
    other = desk.post("customers", {"name": "Li Na"}).json()["id"]
    moved = desk.put(path, {"customer": {"id": other}}, If_Match='"1"')
    assert moved.json()["customer"]["name"] == "Li Na"
    nobody = desk.put(path, {"customer": None, "anonymous_reason": "Left no name"}, If_Match=moved.headers["ETag"])
    assert (nobody.json()["customer"], nobody.json()["anonymous_reason"]) == (None, "Left no name")
    for body in ({}, {"customer": None}, {"customer": {"name": "A"}}, {"customer": {"id": 99}}, {"customer": 5}):
        assert desk.put(path, body, If_Match="*").status_code == 422, body


def test_clocks_wait_and_go_on(desk: Desk, ticket: Ticket) -> None:
    body = {"reason": "customer_answer", "until": "2026-11-26T10:00:00Z", "note": "Photos of the label"}
    waiting = desk.post(f"tickets/{ticket.number}/wait", body).json()
    assert waiting["waiting"]["reason"] == "customer_answer"
    assert all(clock["paused_at"] for clock in waiting["deadlines"] if not clock["met_at"])
    assert desk.post(f"tickets/{ticket.number}/wait", body).json()["code"] == "already-waiting"
    going = desk.post(f"tickets/{ticket.number}/resume").json()
    assert going["waiting"] is None
    assert not any(clock["paused_at"] for clock in going["deadlines"])


def test_ends_have_reasons_and_a_reopened_ticket_begins_a_new_pass(
    desk: Desk, supervisors_desk: Desk, make_ticket: Callable[..., Ticket], walk_to: Callable[..., Ticket]
) -> None:
    withdrawn, foreign, advice = make_ticket(), make_ticket(), make_ticket()
    assert desk.post(f"tickets/{withdrawn.number}/withdraw", {"reason": "mistake"}).json()["state"] == "withdrawn"
    out = {"reason": "not_ours", "note": "Another shop"}
    assert desk.post(f"tickets/{foreign.number}/out-of-scope", out).status_code == 403
    assert supervisors_desk.post(f"tickets/{foreign.number}/out-of-scope", out).json()["state"] == "out_of_scope"
    assert (
        desk.post(f"tickets/{advice.number}/settle", {"reason": "answered"}).json()["code"] == "complaint-needs-steps"
    )
    desk.post(f"tickets/{advice.number}/convert", {"kind": "advice", "reason": "question"})
    assert desk.post(f"tickets/{advice.number}/settle", {"reason": "answered"}).json()["state"] == "closed"
    again = desk.post(
        f"tickets/{withdrawn.number}/reopen", {"reason": "not_fixed", "still_wrong": "The charge is still there"}
    ).json()
    assert (again["state"], again["step"], again["pass_number"]) == ("open", "listen", 2)
    assert desk.post(f"tickets/{withdrawn.number}/close", {"reason": "final"}).json()["code"] == "wrong-state"


def test_a_ticket_sealed_by_a_token_is_gone_for_every_token(
    desk: Desk, supervisors_desk: Desk, ticket: Ticket, agent: Agent, stranger: Agent
) -> None:
    body = {"named": ["mei"], "sealed_from": "aled"}
    assert desk.post(f"tickets/{ticket.number}/seal", body).status_code == 403
    sealed = supervisors_desk.post(f"tickets/{ticket.number}/seal", body, Idempotency_Key="seal")
    assert (sealed.status_code, sealed.content) == (204, b"")
    assert supervisors_desk.get(f"tickets/{ticket.number}").status_code == 404
    assert access.actor_of(agent).agent_id == Ticket.objects.get(pk=ticket.pk).owner_id


def test_tickets_are_linked_and_a_duplicate_is_restored_with_its_link(
    desk: Desk, make_ticket: Callable[..., Ticket]
) -> None:
    one, other = make_ticket(), make_ticket()
    link = desk.post(f"tickets/{one.number}/links", {"other": other.spoken_number, "kind": "duplicate"})
    assert (link.status_code, link.json()["target"]) == (201, other.number)
    assert desk.get(f"tickets/{one.number}").json()["state"] == "merged"
    (seen,) = desk.get(f"tickets/{other.number}/links").json()["results"]
    assert seen == link.json()
    assert desk.delete(f"tickets/{other.number}/links/{seen['id']}").status_code == 204
    assert desk.get(f"tickets/{one.number}").json()["state"] == "open"
    assert desk.delete(f"tickets/{other.number}/links/{seen['id']}").status_code == 404
    itself = desk.post(f"tickets/{one.number}/links", {"other": one.number, "kind": "related"})
    assert itself.json()["fields"]["other"][0]["code"] == "itself"


def test_a_promise_is_made_moved_and_kept(desk: Desk, ticket: Ticket, agent: Agent) -> None:
    body = {"kind": "call_back", "text": "Ring about the refund", "due_at": "2026-11-25T15:00:00+08:00"}
    made = desk.post(f"tickets/{ticket.number}/follow-ups", body).json()
    assert (made["due_at"], made["owner"]["username"]) == ("2026-11-25T07:00:00Z", "mei")
    path = f"tickets/{ticket.number}/follow-ups/{made['id']}"
    later = {"due_at": "2026-11-26T07:00:00Z"}
    assert desk.post(f"{path}/move", later).json()["fields"]["told"][0]["code"] == "required"
    moved = desk.post(f"{path}/move", {**later, "told": True}).json()
    assert (moved["snoozes"], moved["original_due_at"]) == (1, "2026-11-25T07:00:00Z")
    done = desk.post(f"{path}/done", {"outcome": "kept", "note": "She is glad"}).json()
    assert (done["outcome"], bool(done["done_at"])) == ("kept", True)
    assert desk.post(f"{path}/done", {"outcome": "missed"}).json()["code"] == "already-done"
    assert desk.post(f"{path}/move", {"due_at": "soon"}).json()["fields"]["due_at"][0]["code"] == "bad-date"
    assert said(desk, ticket, "follow_up.done")


def test_an_escalation_is_asked_seen_and_answered(
    desk: Desk, supervisors_desk: Desk, ticket: Ticket, supervisor: Agent
) -> None:
    asked = desk.post(
        f"tickets/{ticket.number}/escalations", {"reason": "May I pay?", "trigger": "asked_superior"}
    ).json()
    assert (asked["level"], asked["addressed_to"]["username"], asked["state"]) == (1, "karin", "open")
    path = f"tickets/{ticket.number}/escalations/{asked['id']}"
    assert desk.post(f"{path}/acknowledge").status_code == 403
    assert supervisors_desk.post(f"{path}/acknowledge").json()["state"] == "acknowledged"
    assert supervisors_desk.post(f"{path}/return", {}).json()["fields"]["guidance"][0]["code"] == "required"
    assert supervisors_desk.post(f"{path}/return", {"guidance": "Yes, up to £50"}).json()["state"] == "returned"
    assert supervisors_desk.post(f"{path}/answer", {"guidance": "Yes"}).json()["code"] == "already-answered"
    for verb, state in (("answer", "answered"), ("take-over", "taken_over")):
        again = desk.post(f"tickets/{ticket.number}/escalations", {"reason": "And now?"}).json()
        ended = supervisors_desk.post(f"tickets/{ticket.number}/escalations/{again['id']}/{verb}", {"guidance": "Yes"})
        assert ended.json()["state"] == state
    assert Escalation.objects.unanswered().count() == 0


def test_redress_is_offered_withdrawn_and_done(
    desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket], administrator: Agent
) -> None:
    walk_to(ticket, "resolve")
    path = f"tickets/{ticket.number}/redress"
    desk.post(f"tickets/{ticket.number}/issues", {"text": "The refund is late"})
    money = desk.post(path, {"kind": "refund", "basis": "due", "amount": "40.00", "issue": 1, "due_on": "2026-12-01"})
    assert money.status_code == 201, money.content
    assert (money.json()["state"], money.json()["amount"], money.json()["currency"]) == ("waiting", "40.00", "GBP")
    assert money.json()["issue"] == 1
    assert desk.post(f"{path}/{money.json()['id']}/approve").status_code == 403
    assert desk.post(f"{path}/{money.json()['id']}/waive", {"reason": "x"}).status_code == 403
    row = Redress.objects.get(pk=money.json()["id"])
    redress.decide(row, actor=access.actor_of(administrator), now=NOW + timedelta(seconds=1), approve=True)
    assert desk.post(f"{path}/{row.pk}/done").json()["state"] == "done"
    sorry = desk.post(path, {"kind": "apology", "basis": "ex_gratia"}).json()
    assert desk.post(f"{path}/{sorry['id']}/withdraw").json()["state"] == "withdrawn"
    assert desk.post(f"{path}/{sorry['id']}/done").json()["code"] == "not-agreed"
    assert len(desk.get(path).json()["results"]) == 2


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"amount": "-1"}, ("amount", "not-an-amount")),
        ({"amount": "NaN"}, ("amount", "not-an-amount")),
        ({"amount": "1e400"}, ("amount", "not-an-amount")),
        ({"amount": "1.001"}, ("amount", "not-an-amount")),
        ({"amount": [1]}, ("amount", "not-an-amount")),
        ({"amount": True}, ("amount", "not-an-amount")),
        ({}, ("amount", "required")),
        ({"amount": 5, "issue": 9}, ("issue", "unknown-issue")),
        ({"amount": 5, "due_on": "1 December"}, ("due_on", "bad-date")),
        ({"amount": 5, "currency": "££"}, ("currency", "unknown-choice")),
        ({"amount": 5, "basis": "luck"}, ("basis", "unknown-choice")),
    ],
)
def test_bad_redress_is_refused_with_its_field(
    desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket], changes: dict[str, object], fault: tuple[str, str]
) -> None:
    walk_to(ticket, "resolve")
    answer = desk.post(f"tickets/{ticket.number}/redress", {"kind": "refund", "basis": "due", **changes})
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"][fault[0]][0]["code"] == fault[1]


def test_contacts_and_notes_are_read_in_the_order_they_came(desk: Desk, ticket: Ticket) -> None:
    call = {
        "kind": "call",
        "text": "No answer",
        "direction": "out",
        "reached": False,
        "happened_at": "2026-11-24T10:00:00Z",
        "duration_s": 20,
        "behaviours": ["agitated"],
        "feeling_end": 4,
    }
    first = desk.post(f"tickets/{ticket.number}/interactions", call)
    assert first.status_code == 201, first.content
    note = desk.post(
        f"tickets/{ticket.number}/interactions", {"kind": "note", "text": "Try later", "reply_to": first.json()["id"]}
    )
    shown = desk.get(f"tickets/{ticket.number}/interactions").json()["results"]
    assert [each["kind"] for each in shown] == ["words", "call", "note"]
    assert (shown[1]["reached"], shown[2]["visibility"], shown[2]["author_kind"]) == (False, "internal", "token")
    assert note.json()["reply_to"] == first.json()["id"]
    told = desk.post(f"tickets/{ticket.number}/outcome", {"text": "Told her", "channel": "phone"})
    assert (told.status_code, told.json()["code"]) == (409, "wrong-step")


def test_a_ticket_moves_to_another_team(desk: Desk, ticket: Ticket, other_team: Team) -> None:
    assert desk.post(f"tickets/{ticket.number}/move", {"team": "repairs"}).json()["team"]["name"] == "Repairs"
    assert desk.post(f"tickets/{ticket.number}/move", {"team": None}).json()["team"] is None


def test_a_ticket_in_simplified_chinese_names_what_is_missing_by_code(desk: Desk, ticket: Ticket) -> None:
    blockers = desk.get(f"tickets/{ticket.number}/blockers", Accept_Language="zh-CN").json()["blockers"]
    assert {each["code"] for each in blockers} >= {"listen.severity.missing", "listen.order.missing"}
    assert all(each["sentence"] for each in blockers)


def test_the_closed_lists_can_be_read(desk: Desk) -> None:
    lists = desk.get("vocabulary", Accept_Language="zh-TW").json()
    assert {"code": "delivery/late", "name": "延遲到貨"} in lists["categories"]
    assert lists["reasons"]["skip"]["settled_at_once"] == "首次聯絡時已當場解決"
    assert {"slug": "refunds", "name": "Refunds"} in lists["teams"]
    assert "webhook" not in lists["codes"]["channels"]
    assert set(lists["codes"]["steps"]) == {"listen", "empathise", "apologise", "resolve"}


def test_a_customer_asks_for_a_superior_or_a_review_over_the_api(
    desk: Desk, ticket: Ticket, supervisor: Agent, make_supervisor: Callable[[str], Agent]
) -> None:
    apart = make_supervisor("apart")
    path = f"tickets/{ticket.number}/escalations"
    for trigger, somebody in (("asked_superior", supervisor), ("review", apart)):
        answer = desk.post(path, {"reason": "She says so", "trigger": trigger})
        assert answer.status_code == 201
        shown = answer.json()
        assert (shown["trigger"], shown["addressed_to"]["username"]) == (trigger, somebody.username)
        assert shown["in_place_of"] is None
    bad = desk.post(path, {"reason": "She says so", "trigger": "anger"})
    assert bad.status_code == 422
    assert set(bad.json()["fields"]) == {"trigger"}


def test_a_deputy_is_named_as_such_over_the_api(
    desk: Desk, ticket: Ticket, supervisor: Agent, make_supervisor: Callable[[str], Agent]
) -> None:
    until = datetime.now(UTC) + timedelta(days=2)
    Agent.objects.filter(pk=supervisor.pk).update(deputy=make_supervisor("deputy"), away_until=until)
    shown = desk.post(f"tickets/{ticket.number}/escalations", {"reason": "May I?"}).json()
    assert (shown["addressed_to"]["username"], shown["in_place_of"]["username"]) == ("deputy", "karin")


@pytest.fixture
def make_supervisor(office: Any) -> Callable[[str], Agent]:
    """Somebody of the rank, in no team."""
    return lambda username: person(username, username.title(), "supervisor")
