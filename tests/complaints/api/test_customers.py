"""Customers over REST: made, found, corrected, reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from customers.models import Customer
from tests.complaints.api.conftest import Desk


def test_a_customer_is_made_found_and_corrected(desk: Desk) -> None:
    body = {"name": "Li Na", "phone": "020 7946 0018", "email": "li.na@example.org", "external_id": "C-9"}
    made = desk.post("customers", body)
    assert made.status_code == 201
    who = made.json()
    assert {(each["kind"], each["value"]) for each in who["contacts"]} == {
        ("phone", "+442079460018"),
        ("email", "li.na@example.org"),
    }
    for typed in ("li na", "0018", "li.na@"):
        assert [each["id"] for each in desk.get(f"customers?q={typed}").json()["results"]] == [who["id"]], typed
    path = f"customers/{who['id']}"
    assert desk.get(path).headers["ETag"] == '"1"'
    changes = {"preferred_address": "李女士", "language": "zh-hans", "time_zone": "Asia/Shanghai", "no_promotion": True}
    corrected = desk.patch(path, changes, If_Match='"1"')
    assert (corrected.status_code, corrected.headers["ETag"]) == (200, '"2"')
    assert (corrected.json()["preferred_address"], corrected.json()["language"]) == ("李女士", "zh-Hans")


def test_personal_notes_need_consent(desk: Desk, customer: Customer) -> None:
    path = f"customers/{customer.pk}"
    refused = desk.patch(path, {"personal_notes": "Likes tea"}, If_Match='"1"')
    assert refused.json()["fields"]["personal_notes"][0]["code"] == "consent"
    kept = desk.patch(path, {"personal_notes": "Likes tea", "personal_notes_consent": True}, If_Match='"1"')
    assert kept.json()["personal_notes_consent_at"]


def test_a_number_in_the_shop_belongs_to_one_customer(desk: Desk) -> None:
    assert desk.post("customers", {"name": "A", "external_id": "C-9"}).status_code == 201
    taken = desk.post("customers", {"name": "B", "external_id": "C-9"})
    assert (taken.status_code, taken.json()["fields"]["external_id"][0]["code"]) == (422, "taken")


def test_contacts_are_added_and_dropped(desk: Desk, customer: Customer) -> None:
    path = f"customers/{customer.pk}/contacts"
    added = desk.post(path, {"kind": "wechat", "typed": "wang_fang"})
    assert (added.status_code, added.json()["value"]) == (201, "wang_fang")
    assert desk.delete(f"{path}/{added.json()['id']}").status_code == 204
    assert desk.delete(f"{path}/{added.json()['id']}").status_code == 404
    same = desk.patch(f"customers/{customer.pk}", {}, If_Match='"1"')
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    bad = desk.post(path, {"kind": "email", "typed": "nobody"})
    assert (bad.status_code, bad.json()["fields"]["typed"][0]["code"]) == (422, "email-invalid")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "a" * 201}, "name", "too-long"),
        ({"time_zone": "Moon/Crater"}, "time_zone", "unknown-time-zone"),
        ({"customer_since": "2026-02-30"}, "customer_since", "bad-date"),
        ({"language": "fr"}, "language", "unknown-language"),
        ({"no_promotion": 1}, "no_promotion", "not-a-boolean"),
        ({"external_id": "C-1"}, "external_id", "unknown-field"),
        ({"merged_into": 1}, "merged_into", "unknown-field"),
        ({"needs": "a\x00b"}, "needs", "nul"),
    ],
)
def test_a_bad_correction_is_refused_with_its_field(
    desk: Desk, customer: Customer, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = desk.patch(f"customers/{customer.pk}", changes, If_Match='"1"')
    assert answer.status_code == 422, answer.content
    assert answer.json()["fields"][field][0]["code"] == code


def test_a_token_finds_whom_it_made_however_many_others_there_are(desk: Desk, make_desk: Callable[..., Desk]) -> None:
    for number in range(20):
        desk.post("customers", {"name": f"Wang {number:02}"})
    mine = make_desk("customers:write", reach="own")
    mine.post("customers", {"name": "Wang Zhi"})
    assert [each["name"] for each in mine.get("customers?q=wang&page_size=2").json()["results"]] == ["Wang Zhi"]
    refused = mine.get("customers?q=wang&cursor=WyItaWQiLDFd")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-value")


def test_pages_of_customers_hold_everybody_once(desk: Desk) -> None:
    made = [desk.post("customers", {"name": f"Li {number}"}).json()["id"] for number in range(5)]
    found, path = [], "customers?page_size=2"
    while path:
        page = desk.get(path).json()
        found += [each["id"] for each in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver")
    assert found == made[::-1]
    assert desk.get("customers?colour=red").json()["code"] == "unknown-filter"
    assert desk.get("customers?q=%00").json()["code"] == "bad-value"
    assert desk.get("customers/99999999999999999999999").status_code == 404
