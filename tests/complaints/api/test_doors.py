"""Every address of the API × who knocks: what is not yours does not exist, what you may not is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern

from complaints.actions import assignment, conversation, escalations, follow_ups, issues, links, redress
from complaints.api.urls import of_a_ticket, urlpatterns
from complaints.models import Ticket
from customers.models import Customer
from office import access
from office.models import Agent, Event, Team
from tests.complaints.api.conftest import Desk, complaint, seal
from tests.conftest import NOW

# Every address of a ticket, with the methods it has. `{…}` are ids of the ticket's own parts.
READS = (
    "",
    "/steps",
    "/steps/listen",
    "/blockers",
    "/clocks",
    "/interactions",
    "/attachments",
    "/attachments/{attachment}/content",
    "/issues",
    "/redress",
    "/links",
    "/follow-ups",
    "/escalations",
    "/events",
)
WRITES = (
    ("PATCH", ""),
    ("PUT", "/customer"),
    ("PUT", "/steps/listen"),
    ("POST", "/steps/listen/complete"),
    ("POST", "/steps/listen/skip"),
    ("POST", "/steps/listen/back"),
    ("POST", "/assign"),
    ("POST", "/take"),
    ("POST", "/move"),
    ("POST", "/convert"),
    ("POST", "/wait"),
    ("POST", "/resume"),
    ("POST", "/close"),
    ("POST", "/settle"),
    ("POST", "/withdraw"),
    ("POST", "/out-of-scope"),
    ("POST", "/reopen"),
    ("POST", "/seal"),
    ("POST", "/interactions"),
    ("POST", "/outcome"),
    ("POST", "/attachments"),
    ("POST", "/issues"),
    ("PUT", "/issues/1/finding"),
    ("POST", "/redress"),
    ("POST", "/redress/{redress}/withdraw"),
    ("POST", "/redress/{redress}/done"),
    ("POST", "/redress/{redress}/approve"),
    ("POST", "/redress/{redress}/refuse"),
    ("POST", "/redress/{redress}/waive"),
    ("POST", "/links"),
    ("DELETE", "/links/{link}"),
    ("POST", "/follow-ups"),
    ("POST", "/follow-ups/{follow_up}/done"),
    ("POST", "/follow-ups/{follow_up}/move"),
    ("POST", "/escalations"),
    ("POST", "/escalations/{escalation}/acknowledge"),
    ("POST", "/escalations/{escalation}/return"),
    ("POST", "/escalations/{escalation}/answer"),
    ("POST", "/escalations/{escalation}/take-over"),
    ("POST", "/interactions/{mail}/unsend"),
    ("POST", "/interactions/{mail}/decide"),
    ("POST", "/interactions/{mail}/patterns/confirm"),
    ("POST", "/interactions/{mail}/patterns/dismiss"),
    ("POST", "/interactions/{mail}/patterns/pick"),
    ("POST", "/interactions/{mail}/resend"),
)


@pytest.fixture
def parts(
    ticket: Ticket, make_ticket: Callable[..., Ticket], agent: Agent, walk_to: Callable[..., Ticket]
) -> dict[str, int]:
    """The ticket with one of everything on it."""
    actor: dict[str, Any] = {"actor": access.actor_of(agent), "now": NOW}
    walk_to(ticket, "resolve")
    upload = conversation.Upload("note.txt", b"Received on 4 November.")
    return {
        "attachment": conversation.add_attachment(ticket, upload=upload, **actor).pk,
        "issue": issues.add_issue(ticket, text="The refund is late", **actor).pk,
        "redress": redress.offer(ticket, kind="apology", basis="due", **actor).pk,
        "link": links.link(ticket, other=make_ticket(), kind="related", **actor).pk,
        "follow_up": follow_ups.plan(ticket, kind="update", text="Ring her", due_at=NOW.replace(day=25), **actor).pk,
        "mail": ticket.interactions.earliest("id").pk,
        "escalation": escalations.open_escalation(ticket, reason="May I pay the bank charge?", **actor).pk,
    }


def everything(ticket: Ticket, parts: dict[str, int]) -> list[tuple[str, str]]:
    base = f"tickets/{ticket.number}"
    found = [("GET", base + path) for path in READS] + [(method, base + path) for method, path in WRITES]
    return [(method, path.format(**parts)) for method, path in found]


def test_the_matrix_knows_every_address() -> None:
    known = {re.sub(r"\{\w+\}|(?<=/)1(?=/)|listen", "#", path).lstrip("/") for path in READS} | {
        re.sub(r"\{\w+\}|(?<=/)1(?=/)|listen", "#", path).lstrip("/") for _method, path in WRITES
    }
    routes = {re.sub(r"<[^>]+>", "#", str(each.pattern)) for each in of_a_ticket if isinstance(each, URLPattern)}
    assert routes == known - {""}
    assert len(urlpatterns) == 12


def test_without_a_token_everything_is_401(desk: Desk, ticket: Ticket, parts: dict[str, int]) -> None:
    desk.client.defaults.pop("HTTP_AUTHORIZATION")
    for number, (method, path) in enumerate(everything(ticket, parts)):
        answer = desk.send(method, path, REMOTE_ADDR=f"10.0.0.{number}") if number < 50 else None
        if answer is None:
            continue
        assert answer.status_code == 401, path
        assert answer.json()["code"] == "not-authenticated"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_token_is_401(desk: Desk) -> None:
    answer = desk.get("tickets", Authorization="Bearer fs_guessed")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")


def test_what_a_token_does_not_reach_is_404_whatever_it_asks(
    make_desk: Callable[..., Desk], ticket: Ticket, parts: dict[str, int], other_team: Team
) -> None:
    elsewhere = make_desk("tickets:write", "customers:write", reach="team", team=other_team)
    own = make_desk("tickets:write", "customers:write", reach="own")
    nothing = elsewhere.get("tickets/999999999").content
    for method, path in everything(ticket, parts):
        for desk in (elsewhere, own):
            answer = desk.send(method, path)
            assert answer.status_code == 404, (method, path, answer.content)
            assert answer.content == nothing, "an invisible ticket is told from one that does not exist"


def test_a_sealed_ticket_is_404_for_every_token(
    make_desk: Callable[..., Desk], ticket: Ticket, parts: dict[str, int]
) -> None:
    seal(ticket)
    highest = make_desk("tickets:write", "customers:write", role="administrator")
    nothing = highest.get("tickets/999999999").content
    for method, path in everything(ticket, parts):
        answer = highest.send(method, path)
        assert (answer.status_code, answer.content) == (404, nothing), (method, path)
    assert highest.get("tickets?number=" + ticket.number).json()["results"] == []
    assert highest.get("tickets?state=any").json()["results"] == [
        each for each in highest.get("tickets?state=any").json()["results"] if each["number"] != ticket.number
    ]


def test_reading_needs_the_scope_to_read_and_writing_the_scope_to_write(
    make_desk: Callable[..., Desk], ticket: Ticket, parts: dict[str, int]
) -> None:
    reader, outsider = make_desk("tickets:read"), make_desk("customers:write")
    for method, path in everything(ticket, parts):
        answer = outsider.send(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope"), (method, path)
        assert f"tickets:{'read' if method == 'GET' else 'write'}" in answer.json()["detail"], (method, path)
        if method == "GET":
            assert reader.get(path).status_code == 200, path
        else:
            assert reader.send(method, path).status_code == 403, (method, path)
    assert reader.post("tickets", complaint()).status_code == 403
    assert outsider.get("tickets").status_code == 403


def test_a_part_of_another_ticket_is_404(
    desk: Desk, ticket: Ticket, parts: dict[str, int], make_ticket: Callable[..., Ticket]
) -> None:
    other = make_ticket()
    for method, path in everything(other, parts):
        if any(f"/{noun}/" in path for noun in ("attachments", "redress", "follow-ups", "escalations")):
            assert desk.send(method, path, {}).status_code == 404, (method, path)
    assert desk.put(f"tickets/{other.number}/issues/1/finding", {"finding": "upheld"}).status_code == 404


def test_a_rank_is_needed_where_the_table_says_so_and_the_refusal_is_on_record(
    desk: Desk, make_desk: Callable[..., Desk], ticket: Ticket
) -> None:
    body = {"reason": "settled_at_once"}
    refused = desk.post(f"tickets/{ticket.number}/steps/listen/skip", body, Idempotency_Key="skip-1")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert Event.objects.filter(subject_id=ticket.pk, verb="refused", actor_kind="token").count() == 1
    supervisor = make_desk(role="supervisor")
    assert supervisor.post(f"tickets/{ticket.number}/steps/listen/skip", body).json()["step"] == "empathise"


def test_a_customer_out_of_reach_is_404_and_one_without_scope_403(
    make_desk: Callable[..., Desk], customer: Customer
) -> None:
    path = f"customers/{customer.pk}"
    own = make_desk("customers:write", reach="own")
    assert own.get(path).status_code == own.patch(path, {}).status_code == 404
    assert own.get(path).content == own.get("customers/999999").content
    assert own.get("customers").json()["results"] == own.get("customers?q=wang").json()["results"] == []
    assert make_desk("tickets:write").get(path).status_code == 403
    reader = make_desk("customers:read")
    assert reader.get(path).status_code == 200
    assert reader.patch(path, {"name": "X"}).status_code == 403
    assert reader.post("customers", {"name": "X"}).status_code == 403
    assert reader.post(f"{path}/contacts", {"kind": "phone", "typed": "1"}).status_code == 403


def test_who_may_not_read_customers_is_not_told_a_name(make_desk: Callable[..., Desk], ticket: Ticket) -> None:
    shown = make_desk("tickets:read").get(f"tickets/{ticket.number}").json()["customer"]
    assert shown == {"id": ticket.customer_id}
    assert make_desk("tickets:read", "customers:read").get(f"tickets/{ticket.number}").json()["customer"]["name"]


def test_links_to_what_is_sealed_are_not_shown(desk: Desk, parts: dict[str, int], ticket: Ticket) -> None:
    (link,) = desk.get(f"tickets/{ticket.number}/links").json()["results"]
    seal(Ticket.objects.get(number=link["target"]))
    assert desk.get(f"tickets/{ticket.number}/links").json()["results"] == []
    assert desk.delete(f"tickets/{ticket.number}/links/{link['id']}").status_code == 404
    again = desk.post(f"tickets/{ticket.number}/links", {"other": link["target"], "kind": "related"})
    assert (again.status_code, again.json()["fields"]["other"][0]["code"]) == (422, "unknown-ticket")


def test_a_ticket_moved_out_of_reach_answers_with_nothing(
    make_desk: Callable[..., Desk], ticket: Ticket, team: Team, other_team: Team
) -> None:
    mine = make_desk("tickets:write", reach="team", team=team)
    assert mine.get(f"tickets/{ticket.number}").status_code == 200
    moved = mine.post(f"tickets/{ticket.number}/move", {"team": "repairs"})
    assert (moved.status_code, moved.content) == (204, b"")
    assert mine.get(f"tickets/{ticket.number}").status_code == 404


def test_a_file_is_a_download_and_nothing_else(desk: Desk, ticket: Ticket) -> None:
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    added = desk.client.post(path, {"file": SimpleUploadedFile("收据 <b>.txt", "Paid £40.".encode())})
    assert added.status_code == 201, added.content
    content = desk.get(f"{path}/{added.json()['id']}/content")
    assert b"".join(content.streaming_content) == "Paid £40.".encode()
    assert content.headers["Content-Disposition"].startswith("attachment")
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert content.headers["Cache-Control"] == "no-store"
    for file, code in (("x.svg", "type"), ("x.png", "mismatch"), ("x.txt", "empty")):
        bad = desk.client.post(path, {"file": SimpleUploadedFile(file, b"" if code == "empty" else b"<svg/>")})
        assert (bad.status_code, bad.json()["fields"]["file"][0]["code"]) == (422, code)


def test_an_assigned_ticket_names_its_owner(desk: Desk, ticket: Ticket, colleague: Agent, agent: Agent) -> None:
    given = desk.post(f"tickets/{ticket.number}/assign", {"owner": "jonas"})
    assert given.json()["owner"]["name"] == "Jonas Tamm"
    assert desk.post(f"tickets/{ticket.number}/assign", {"owner": None}).json()["owner"] is None
    taken = desk.post(f"tickets/{ticket.number}/take")
    assert (taken.status_code, taken.json()["fields"]["owner"][0]["code"]) == (422, "not-a-person")
    unknown = desk.post(f"tickets/{ticket.number}/assign", {"owner": "nobody"})
    assert unknown.json()["fields"]["owner"][0]["code"] == "unknown-person"
    row = Ticket.objects.get(pk=ticket.pk)
    assignment.assign(row, actor=access.actor_of(agent), now=NOW, owner=colleague)
    assert desk.get(f"tickets/{ticket.number}").json()["owner"]["username"] == "jonas"
