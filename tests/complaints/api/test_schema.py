"""The API describes itself, and holds what the description says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import schemathesis
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given

from complaints.api.problems import PROBLEMS
from complaints.api.schema import described
from complaints.models import Ticket
from tests.complaints.api.conftest import Desk


@pytest.mark.one_engine
def test_the_description_is_valid_and_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))
    validate_schema(described())
    assert described()["openapi"].startswith("3.1")


def test_it_is_read_as_json_and_as_yaml_without_a_token(client: Client) -> None:
    as_json = client.get("/api/schema/?format=json")
    assert json.loads(as_json.content)["info"]["title"] == "Fourstep"
    assert client.get("/api/schema/").content.startswith(b"openapi: 3.1")
    assert client.get("/api/schema/", headers={"Accept": "application/json"}).content == as_json.content


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_the_page_lists_every_operation_and_every_problem(client: Client, language: str) -> None:
    page = client.get("/api/docs/", headers={"Accept-Language": language})
    text = page.content.decode()
    assert page.status_code == 200
    for methods in described()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
    assert all(f'id="{code}"' in text for code in PROBLEMS)
    assert "<style" not in text
    assert "<script>" not in text
    assert " style=" not in text
    assert f'lang="{language}' in text
    assert "https://cdn" not in text


def test_every_operation_names_its_problems_and_every_post_its_key() -> None:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], path
            names = {each["name"] for each in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) == (method == "post"), path
            assert operation["security"] == [{"token": []}], path


def test_too_many_requests_are_429_with_the_time_to_wait(desk: Desk, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    settings.API_ANONYMOUS_PER_MINUTE = 1
    assert [desk.get("vocabulary").status_code for _ in range(3)] == [200, 200, 429]
    slow = desk.get("vocabulary")
    assert slow.json()["code"] == "throttled"
    assert 1 <= int(slow.headers["Retry-After"]) <= 60
    guesses = [Client().get("/api/v1/tickets", headers={"Authorization": "Bearer x"}) for _ in range(2)]
    assert [answer.status_code for answer in guesses] == [401, 429]


@pytest.mark.one_engine
def test_whatever_fits_the_description_is_never_a_fault_of_ours(
    desk: Desk, ticket: Ticket, settings: LazySettings
) -> None:
    """A short walk through every operation with what its description allows; no answer is a 500."""
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    api, walked = schemathesis.openapi.from_dict(json.loads(json.dumps(described()))), []
    for result in api.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]

        @given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=2,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def walk(case: Any) -> None:
            if "number" in case.path_parameters:
                case.path_parameters["number"] = ticket.number
            address = f"{case.formatted_path}?{urlencode(case.query or {}, doseq=True, errors='replace')}"
            body = json.dumps(case.body) if isinstance(case.body, dict | list | str | int) else ""
            given_headers = case.headers or {}
            names = {name: given_headers[name] for name in ("Idempotency-Key", "If-Match") if name in given_headers}
            answer = desk.client.generic(case.method, address, body, "application/json", headers=names)
            assert answer.status_code < 500, (case.method, address, case.body)
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json", address
            walked.append(case.path)

        walk()
    assert set(walked) == set(described()["paths"])
