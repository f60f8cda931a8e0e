"""Every bad body is refused with a status, a code and a field; nothing is guessed and nothing crashes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Interaction, Ticket
from customers.models import Customer, CustomerContact, DuplicateSuggestion
from tests.complaints.api.conftest import Desk, complaint
from tests.conftest import NOW

WRONG: list[tuple[str, Any, int, str, str]] = [
    ("empty", "", 422, "description", "required"),
    ("an empty object", {}, 422, "customer", "required"),
    ("not JSON", "{description", 400, "body", "not-json"),
    ("not UTF-8", b'{"description": "\xff"}', 400, "body", "not-json"),
    ("NaN", '{"severity": NaN}', 400, "body", "not-json"),
    ("a list", "[]", 422, "body", "not-an-object"),
    ("a text", '"complaint"', 422, "body", "not-an-object"),
    ("100,000 brackets", "[" * 100_000, 400, "body", "too-deep"),
    ("100,000 closed brackets", "[" * 100_000 + "]" * 100_000, 400, "body", "too-deep"),
    ("100,000 braces", '{"a":' * 100_000 + "1" + "}" * 100_000, 400, "body", "too-deep"),
    ("an endless number", '{"severity": 1' + "0" * 500_000 + "}", 422, "severity", "out-of-range"),
    ("NUL in a text", complaint(description="a\x00b"), 422, "description", "nul"),
    ("NUL in a customer", complaint(customer={"name": "a\x00b"}), 422, "customer.name", "nul"),
    ("NUL in a key", complaint(**{"sub\x00ject": "x"}), 422, "sub�ject", "nul"),
    ("half a pair", '{"description": "\\ud800", "channel": "api", "customer": null}', 422, "description", "surrogate"),
    ("a key twice", '{"channel": "api", "channel": "web"}', 422, "channel", "duplicate-field"),
    ("an unknown field", complaint(state="closed"), 422, "state", "unknown-field"),
    (
        "an unknown customer field",
        complaint(customer={"name": "A", "version": 9}),
        422,
        "customer.version",
        "unknown-field",
    ),
    ("no customer key", {"description": "Late", "channel": "api"}, 422, "customer", "required"),
    ("a null customer without reason", complaint(customer=None), 422, "anonymous_reason", "required"),
    ("both", complaint(anonymous_reason="Left no name"), 422, "anonymous_reason", "not-both"),
    ("a customer as text", complaint(customer="Wang"), 422, "customer", "not-an-object"),
    ("a nameless customer", complaint(customer={"phone": "+44 7700 900418"}), 422, "customer.name", "required"),
    ("an unknown customer", complaint(customer={"id": 987654}), 422, "customer.id", "unknown-customer"),
    ("a bad phone", complaint(customer={"name": "A", "phone": "none"}), 422, "customer.phone", "phone-invalid"),
    ("a bad address", complaint(customer={"name": "A", "email": "a@b"}), 422, "customer.email", "email-invalid"),
    ("a number as text", complaint(description=5), 422, "description", "not-text"),
    ("a list as text", complaint(subject=["x"]), 422, "subject", "not-text"),
    ("no words", complaint(description=" \n"), 422, "description", "required"),
    ("too many words", complaint(description="a" * 200_001), 422, "description", "too-long"),
    ("a long subject", complaint(subject="a" * 201), 422, "subject", "too-long"),
    ("an unknown channel", complaint(channel="pigeon"), 422, "channel", "unknown-channel"),
    ("a channel as a list", complaint(channel=["web"]), 422, "channel", "not-text"),
    ("an unknown language", complaint(language="fr"), 422, "language", "unknown-language"),
    ("an unknown kind", complaint(kind="praise"), 422, "kind", "unknown-choice"),
    ("a day instead of a time", complaint(received_at="2026-11-20"), 422, "received_at", "bad-date"),
    ("a time without offset", complaint(received_at="2026-11-20T10:00:00"), 422, "received_at", "bad-date"),
    ("no such day", complaint(received_at="2026-02-30T10:00:00Z"), 422, "received_at", "bad-date"),
    ("before there was time", complaint(received_at="0001-01-01T00:00:00+14:00"), 422, "received_at", "bad-date"),
    ("a number as time", complaint(received_at=1764000000), 422, "received_at", "bad-date"),
    ("the future", complaint(received_at="2027-01-01T10:00:00Z"), 422, "received_at", "future"),
    ("severity as text", complaint(severity="2"), 422, "severity", "not-a-number"),
    ("severity as truth", complaint(severity=True), 422, "severity", "not-a-number"),
    ("severity 5", complaint(severity=5), 422, "severity", "out-of-range"),
    ("harm as text", complaint(harm="money"), 422, "harm", "not-a-list"),
    ("unknown harm", complaint(harm=["pride"]), 422, "harm.0", "unknown-choice"),
    ("none and some", complaint(harm=["none", "time"]), 422, "harm", "none-and-some"),
    ("an unknown team", complaint(team="moon"), 422, "team", "unknown-team"),
    ("an unknown owner", complaint(owner="nobody"), 422, "owner", "unknown-person"),
    ("an unknown category", complaint(category="delivery/never"), 422, "category", "unknown-category"),
]


@pytest.mark.parametrize(("body", "status", "field", "code"), [case[1:] for case in WRONG], ids=[c[0] for c in WRONG])
def test_a_bad_body_is_refused_with_a_code_and_a_field(
    desk: Desk, body: Any, status: int, field: str, code: str
) -> None:
    answer = desk.post("tickets", body)
    said = answer.json()
    assert (answer.status_code, said["status"]) == (status, status), said
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert code in {fault["code"] for fault in said["fields"][field]}, said
    assert all(fault["message"] for faults in said["fields"].values() for fault in faults)
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_every_fault_is_named_at_once(desk: Desk) -> None:
    said = desk.post("tickets", {"channel": "pigeon", "received_at": "soon", "colour": "red"}).json()
    assert set(said["fields"]) == {"channel", "received_at", "colour", "description", "customer"}


def test_other_kinds_of_content_are_415_and_too_much_is_413(desk: Desk, settings: LazySettings) -> None:
    path = "/api/v1/tickets"
    form = desk.client.post(path, {"description": "x"})
    assert (form.status_code, form.json()["code"]) == (415, "unsupported-media-type")
    assert "Content-Type" in form.json()["fields"]
    large = desk.post("tickets", json.dumps(complaint(description="a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))))
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert "body" in large.json()["fields"]


def test_a_body_that_does_not_say_how_long_it_is_is_not_taken_for_empty(desk: Desk, ticket: Ticket) -> None:
    path = f"/api/v1/tickets/{ticket.number}"
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = desk.client.generic("PATCH", path, b"", "application/json", headers={"If-Match": "*"}, **chunked)
    assert (answer.status_code, answer.json()["code"]) == (411, "length-required")
    assert answer.json()["fields"]["body"][0]["code"] == "length-required"
    page = desk.client.generic("POST", "/complain/", b"", "multipart/form-data; boundary=x", **chunked)
    assert page.status_code == 411
    assert "Content-Length is needed" in page.content.decode()


def test_what_no_page_takes_is_refused_before_it_is_read(desk: Desk) -> None:
    for path in ("/complain/", "/sign-in/", "/api/v1/tickets"):
        answer = desk.client.generic("POST", path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH="300000000")
        assert answer.status_code == 413, path
        assert answer["Content-Security-Policy"]


def test_two_files_under_one_name_are_not_half_kept(desk: Desk, ticket: Ticket) -> None:
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    two = [SimpleUploadedFile(f"{name}.txt", b"hello there") for name in ("first", "second")]
    answer = desk.client.post(path, {"file": two})
    assert (answer.status_code, answer.json()["fields"]["file"][0]["code"]) == (422, "duplicate-field")
    assert not ticket.attachments.exists()


def test_deciding_again_keeps_the_reason_that_is_not_given(
    desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket]
) -> None:
    walk_to(ticket, "resolve")
    desk.post(f"tickets/{ticket.number}/issues", {"text": "The kettle leaks"})
    path = f"tickets/{ticket.number}/issues/1/finding"
    desk.put(path, {"finding": "upheld", "reason": "We saw it leak."})
    again = desk.put(path, {"finding": "partly_upheld"}).json()["findings"][0]
    assert (again["finding"], again["reason"]) == ("partly_upheld", "We saw it leak.")
    assert desk.put(path, {"finding": "upheld", "reason": ""}).json()["findings"][0]["reason"] == ""


def test_what_was_told_before_the_complaint_makes_nothing_late(desk: Desk, ticket: Ticket) -> None:
    told = {"kind": "reply", "text": "We look into it.", "channel": "email", "happened_at": "2026-10-01T00:00:00Z"}
    assert desk.post(f"tickets/{ticket.number}/interactions", told).status_code == 201
    ticket.refresh_from_db()
    assert ticket.risk_at > NOW


def test_a_list_goes_on_after_a_row_of_any_year(desk: Desk) -> None:
    for place, instant in enumerate(("1900-01-02T00:00:00+14:00", "2026-11-20T00:00:00Z")):
        body = complaint(received_at=instant, external_ref=f"r{place}")
        assert desk.post("tickets", body).status_code == 201
    first = desk.get("tickets?page_size=1&state=any").json()
    assert desk.get(first["next"].removeprefix("http://testserver")).status_code == 200


def test_a_broken_form_is_a_problem(desk: Desk, ticket: Ticket) -> None:
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    broken = desk.client.generic("POST", path, b"--x\r\nno", "multipart/form-data; boundary=")
    assert (broken.status_code, broken.json()["code"]) == (400, "not-multipart")
    assert desk.client.post(path, {"note": "x"}).json()["fields"]["note"][0]["code"] == "unknown-field"
    assert desk.client.post(path, {"file": "text"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "code", "detail"),
    [
        ("en", "not-found", "There is nothing here that you may see"),
        ("zh-CN", "not-found", None),
        ("zh-TW", "not-found", None),
        ("fr", "not-found", "There is nothing here that you may see"),
    ],
)
def test_problems_speak_the_language_asked_for(desk: Desk, typed: str, code: str, detail: str | None) -> None:
    answer = desk.get("tickets/999999999", Accept_Language=typed)
    assert answer.json()["code"] == code
    assert answer.headers["Content-Language"] == {"zh-CN": "zh-hans", "zh-TW": "zh-hant"}.get(typed, "en")
    assert detail is None or answer.json()["detail"] == detail


def test_an_unknown_address_and_an_unknown_method_are_problems(desk: Desk, ticket: Ticket) -> None:
    for path in ("tickets/", "nothing", f"tickets/{ticket.number}/steps/dance", "/api/v2/tickets", "/api/", "a%0Ab"):
        answer = desk.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
    refused = desk.delete(f"tickets/{ticket.number}")
    assert (refused.status_code, refused.json()["code"]) == (405, "method-not-allowed")
    assert set(refused.headers["Allow"].replace(" ", "").split(",")) >= {"GET", "PATCH"}


def test_what_an_address_does_not_know_is_refused_wherever_it_stands(desk: Desk, ticket: Ticket) -> None:
    for path in (
        f"tickets/{ticket.number}",
        f"tickets/{ticket.number}/steps",
        "vocabulary",
        f"tickets/{ticket.number}/blockers",
    ):
        answer = desk.get(f"{path}?verbose=1")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown-filter"), path
        assert "verbose" in answer.json()["fields"], path
    packed = desk.post("tickets", complaint(), Content_Encoding="gzip")
    assert (packed.status_code, list(packed.json()["fields"])) == (415, ["Content-Encoding"])
    asked = desk.send("OPTIONS", "tickets")
    assert asked.status_code == 405
    assert "OPTIONS" not in asked.headers["Allow"]
    assert not Ticket.objects.exclude(pk=ticket.pk).exists()


def test_references_are_one_line_without_what_nobody_sees(desk: Desk) -> None:
    made = desk.post("tickets", complaint(external_ref=" A\x07-\n2 ", jurisdiction="G\x1bB")).json()
    assert (made["external_ref"], made["jurisdiction"]) == ("A- 2", "GB")


def test_a_number_is_found_however_it_is_written(desk: Desk, ticket: Ticket) -> None:
    for number in (ticket.number, ticket.spoken_number, ticket.spoken_number.replace("-", " ")):
        assert desk.get(f"tickets/{number}").json()["number"] == ticket.number


def test_words_are_kept_as_they_were_written(desk: Desk) -> None:
    words = "  <b>我等了三周</b>\n\tع🙂  "
    made = desk.post("tickets", complaint(description=words, language="ZH-hans"))
    assert made.json()["language"] == "zh-Hans"
    assert Interaction.objects.get(ticket__number=made.json()["number"]).text == words


def test_the_same_reference_is_taken_once(desk: Desk) -> None:
    made = desk.post("tickets", complaint(external_ref="A-1"))
    assert made.json()["external_ref"] == "A-1"
    again = desk.post("tickets", complaint(external_ref="A-1"))
    assert (again.status_code, again.json()["code"]) == (409, "duplicate-ref")
    (found,) = desk.get("tickets?external_ref=A-1").json()["results"]
    assert found["number"] == made.json()["number"]


def test_a_known_customer_is_recognised_by_the_shops_number(desk: Desk) -> None:
    who = {"name": "Wang Fang", "external_id": "C-7"}
    first, second = (desk.post("tickets", complaint(customer=who)).json()["customer"]["id"] for _ in range(2))
    assert first == second
    by_id = desk.post("tickets", complaint(customer={"id": first}))
    assert by_id.json()["customer"] == {"id": first, "name": "Wang Fang", "external_id": "C-7"}


def test_hints_that_point_to_two_customers_make_a_third_without_anybodys_number(desk: Desk) -> None:
    desk.post("customers", {"name": "Wang Fang", "external_id": "C-7"})
    other = desk.post("customers", {"name": "Li Na", "phone": "+44 7700 900419"}).json()
    CustomerContact.objects.filter(customer_id=other["id"]).update(verified_at=NOW)
    made = desk.post("tickets", complaint(customer={"name": "W", "phone": "+44 7700 900419", "external_id": "C-7"}))
    assert made.status_code == 201, made.content
    assert (made.json()["customer"]["name"], made.json()["customer"]["external_id"]) == ("W", "")
    assert DuplicateSuggestion.objects.count() == 2


def test_a_team_token_files_into_its_team_and_names_no_other(
    make_desk: Callable[..., Desk], team: Any, other_team: Any
) -> None:
    mine = make_desk("tickets:write", reach="team", team=team)
    assert mine.post("tickets", complaint()).json()["team"]["slug"] == "refunds"
    other = mine.post("tickets", complaint(team="repairs"))
    assert (other.status_code, other.json()["fields"]["team"][0]["code"]) == (422, "out-of-reach")


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("assign", {}, ("owner", "required")),
        ("assign", {"owner": 5}, ("owner", "not-text")),
        ("move", {"team": "moon"}, ("team", "unknown-team")),
        ("convert", {"kind": "advice", "reason": "because"}, ("reason", "unknown-reason")),
        ("convert", {"kind": "praise", "reason": "question"}, ("kind", "unknown-choice")),
        ("wait", {"reason": "testing", "until": "2026-11-20T00:00:00Z"}, ("until", "past")),
        ("wait", {"reason": "testing", "until": "tomorrow"}, ("until", "bad-date")),
        ("withdraw", {"reason": "because"}, ("reason", "unknown-reason")),
        ("seal", {"named": []}, ("named", "required")),
        ("seal", {"named": ["nobody"]}, ("named", "unknown-person")),
        ("interactions", {"kind": "note", "text": ""}, ("text", "required")),
        ("interactions", {"kind": "words", "text": "x"}, ("channel", "required")),
        ("interactions", {"kind": "note", "text": "x", "reply_to": 99}, ("reply_to", "unknown-interaction")),
        ("interactions", {"kind": "call", "text": "x", "duration_s": -1}, ("duration_s", "out-of-range")),
        (
            "interactions",
            {"kind": "call", "text": "x", "happened_at": "2027-01-01T00:00:00Z"},
            ("happened_at", "future"),
        ),
        ("interactions", {"kind": "note", "text": "\u200b\u2060"}, ("text", "required")),
        (
            "interactions",
            {"kind": "reply", "text": "x", "channel": "email", "not_before": "2027-01-01T00:00:00Z"},
            ("not_before", "not-mailed"),
        ),
        (
            "interactions",
            {"kind": "words", "text": "x", "channel": "web", "direction": "out"},
            ("direction", "not-for-kind"),
        ),
        ("interactions", {"kind": "note", "text": "x", "direction": "in"}, ("direction", "not-for-kind")),
        (
            "interactions",
            {"kind": "reply", "text": "Hello", "send": True, "behaviours": ["demanding"]},
            ("behaviours", "not-for-mail"),
        ),
        (
            "follow-ups",
            {"kind": "update", "text": "x", "due_at": "2026-12-01T00:00:00Z", "timezone": "Asia/Taipei"},
            ("timezone", "not-both"),
        ),
        ("issues", {"text": " "}, ("text", "required")),
        ("issues", {"text": "\u200b"}, ("text", "required")),
        (
            "follow-ups",
            {"kind": "promise", "text": "x", "when": "in 5 minutes", "timezone": "Factory"},
            ("timezone", "unknown-zone"),
        ),
        ("links", {"other": "1", "kind": "related"}, ("other", "unknown-ticket")),
        ("follow-ups", {"kind": "update", "text": "x", "due_at": "2026-11-01T00:00:00Z"}, ("due_at", "past")),
        ("follow-ups", {"kind": "dream", "text": "x", "due_at": "2026-12-01T00:00:00Z"}, ("kind", "unknown-choice")),
        ("escalations", {"reason": ""}, ("reason", "required")),
        ("escalations", {"reason": "x", "addressed_to": "nobody"}, ("addressed_to", "unknown-person")),
    ],
)
def test_a_bad_part_is_refused_with_its_field(
    desk: Desk, ticket: Ticket, path: str, body: Any, fault: tuple[str, str]
) -> None:
    client = desk
    if path == "seal":
        client.client.token.role = "supervisor"  # type: ignore[attr-defined]
        client.client.token.save()  # type: ignore[attr-defined]
    answer = client.post(f"tickets/{ticket.number}/{path}", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"][fault[0]][0]["code"] == fault[1]


@pytest.mark.parametrize(
    ("evidence", "field", "code"),
    [
        ({"colour": "red"}, "colour", "unknown-field"),
        ({"regret": "Sorry"}, "regret", "unknown-field"),
        ({"severity": 9}, "severity", "unknown-choice"),
        ({"severity": 1.5}, "severity", "unknown-choice"),
        ({"severity": "3"}, "severity", "not-a-number"),
        ({"feeling_start": "4"}, "feeling_start", "not-a-number"),
        ({"harm": {"money": 1}}, "harm", "not-a-list"),
        ({"happened": {"a": 1}}, "happened", "not-text"),
        ({"happened": "a\x00"}, "happened", "nul"),
        ({"happened": "a" * 20_001}, "happened", "too-long"),
    ],
)
def test_bad_evidence_is_refused_with_its_field(
    desk: Desk, ticket: Ticket, evidence: Any, field: str, code: str
) -> None:
    answer = desk.put(f"tickets/{ticket.number}/steps/listen", evidence, If_Match='"1"')
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"][field][0]["code"] == code


@pytest.mark.parametrize(
    ("language", "says"), [("en", "There may be 50 at most"), ("zh-CN", "最多50个"), ("zh-TW", "最多50個")]
)
def test_a_list_that_is_too_long_is_told_in_the_language_asked_for(
    make_desk: Callable[..., Desk], ticket: Ticket, language: str, says: str
) -> None:
    names = [f"somebody{number}" for number in range(51)]
    answer = make_desk(role="supervisor").post(
        f"tickets/{ticket.number}/seal", {"named": names}, Accept_Language=language
    )
    assert answer.json()["fields"]["named"] == [{"code": "too-long", "message": says}]


def test_somebody_who_does_not_work_here_cannot_have_apologised(
    desk: Desk, ticket: Ticket, walk_to: Callable[..., Ticket]
) -> None:
    walk_to(ticket, "apologise")
    somebody = ticket.owner_id  # a row's number is no user name
    for nobody in ("nobody", 0, -1, 10**30, True, somebody):
        answer = desk.put(f"tickets/{ticket.number}/steps/apologise", {"regret_by": nobody}, If_Match="*")
        assert answer.status_code == 422, (nobody, answer.content)
        assert desk.get(f"tickets/{ticket.number}/steps/apologise").json()["evidence"].get("regret_by") is None
