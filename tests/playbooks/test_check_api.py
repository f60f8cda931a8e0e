"""The three checks as programs ask them: a token, a text, and findings with their places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from complaints.api.schema import described
from office.roles import SYSTEM
from playbooks import actions, queries
from playbooks.models import Article
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

WORDING, PROMISES, PATTERNS = (
    "/api/v1/wording-checks",
    "/api/v1/promise-checks",
    "/api/v1/pattern-suggestions",
)
WHEN = {"now": "2026-11-24T10:42:00+00:00", "timezone": "Europe/London"}
BODIES = {
    WORDING: {"text": "I guarantee it."},
    PROMISES: {"text": "I will call you tomorrow.", **WHEN},
    PATTERNS: {"text": "I want my money back and I will not wait."},
}


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def client_(token_client: Callable[..., Client]) -> Client:
    return token_client("playbooks:read")


def ask(client: Client, address: str, body: Any, **headers: str) -> Any:
    sent = body if isinstance(body, str) else json.dumps(body)
    return client.post(address, sent, content_type="application/json", headers=headers)


def faults(answer: Any) -> dict[str, list[str]]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {name: [fault["code"] for fault in found] for name, found in answer.json()["fields"].items()}


# Wording --------------------------------------------------------------------------------------------------------------


def test_a_finding_says_where_why_and_what_would_be_better(client_: Client) -> None:
    text = "😀 Well then, I guarantee it arrives tomorrow."
    answer = ask(client_, WORDING, {"text": text, "language": "en", "channel": "email", "step": "resolve"})
    assert answer.status_code == 200
    found = {each["rule"]: each for each in answer.json()}["P01"]
    assert set(found) == {"rule", "severity", "start", "end", "why", "suggest"}
    assert "guarantee" in text[found["start"] : found["end"]]
    assert found["severity"] == "warn"
    assert found["why"].startswith("A guarantee")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["zh-hant", "ZH-HANT", "zh-TW"])
def test_it_is_told_in_the_language_asked_for(client_: Client, language: str) -> None:
    found = ask(client_, WORDING, {"text": "我保證明天到貨", "language": language}).json()
    assert {each["rule"]: each for each in found}["P01"]["why"] == "保證了卻掌握不了的事，就是下一件客訴。"


def test_without_a_language_it_is_told_in_that_of_the_request(client_: Client) -> None:
    def why(**headers: str) -> str:
        found = ask(client_, WORDING, {"text": "I guarantee it."}, **headers).json()
        return str({each["rule"]: each for each in found}["P01"]["why"])

    assert why().startswith("A guarantee")
    assert why(**{"Accept-Language": "zh-Hans"}).startswith("保证了")


def test_nothing_and_blanks_have_no_findings_and_no_trouble(client_: Client) -> None:
    assert ask(client_, WORDING, {"text": ""}).json() == []
    assert ask(client_, WORDING, {"text": " \n "}).status_code == 200


def test_places_count_from_what_was_sent_blanks_and_all(client_: Client) -> None:
    text = "  \n I guarantee it. "
    found = {each["rule"]: each for each in ask(client_, WORDING, {"text": text}).json()}["P01"]
    assert text[found["start"] : found["end"]].strip() == text[found["start"] : found["end"]] != ""
    assert found["start"] >= 4


def test_our_own_rules_speak_and_retired_ones_do_not(client_: Client) -> None:
    actions.load_built_in(NOW)
    rule = Article.objects.get(kind="rule", key="P01")
    actions.retire(rule, actor=SYSTEM, now=NOW)
    found = ask(client_, WORDING, {"text": "I guarantee it."}).json()
    assert "P01" not in {each["rule"] for each in found}


# Promises -------------------------------------------------------------------------------------------------------------


def test_a_promise_with_an_hour_is_by_an_instant_of_the_zone(client_: Client) -> None:
    text = "I will call you tomorrow at 3 pm."
    body = {"text": text, "language": "en", "now": "2026-11-24T10:42:00Z", "timezone": "Asia/Shanghai"}
    answer = ask(client_, PROMISES, body)
    assert answer.status_code == 200
    (found,) = answer.json()
    assert (found["kind"], found["by"]) == ("call", "2026-11-25T15:00:00+08:00")
    assert "on" not in found
    assert "call you tomorrow at 3 pm" in text[found["start"] : found["end"]]


def test_a_promise_without_an_hour_is_on_a_day(client_: Client) -> None:
    (found,) = ask(client_, PROMISES, {"text": "我们明天给您回电。", "language": "zh-Hans", **WHEN}).json()
    assert found["on"] == "2026-11-25"
    assert "by" not in found


def test_now_is_taken_with_any_offset(client_: Client) -> None:
    late = {"text": "I will call you tomorrow.", "timezone": "Asia/Taipei", "now": "2026-11-24T17:00:00+00:00"}
    assert ask(client_, PROMISES, late).json()[0]["on"] == "2026-11-26", "there it is tomorrow already"


# Patterns -------------------------------------------------------------------------------------------------------------


def test_at_most_two_patterns_with_the_words_that_speak_for_them(client_: Client) -> None:
    text = "Give me two thousand or I post the video on every site. I know where you live."
    answer = ask(client_, PATTERNS, {"text": text, "channel": "phone_note"})
    assert answer.status_code == 200
    found = answer.json()
    assert 1 <= len(found) <= 2
    for each in found:
        assert set(each) == {"key", "cues"}
        assert each["key"] in queries.built_in("playbook")
        for cue in each["cues"]:
            assert text[cue["start"] : cue["end"]] == cue["text"]


def test_a_retired_playbook_is_not_suggested(client_: Client) -> None:
    actions.load_built_in(NOW)
    text = {"text": "I know where you live."}
    before = [each["key"] for each in ask(client_, PATTERNS, text).json()]
    assert before
    for key in before:
        actions.retire(Article.objects.get(kind="playbook", key=key), actor=SYSTEM, now=NOW)
    assert ask(client_, PATTERNS, text).json() == []


def test_plain_words_suggest_nothing(client_: Client) -> None:
    assert ask(client_, PATTERNS, {"text": "Hello."}).json() == []


# What is not taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", BODIES)
@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "required"), (5, "not-text"), (["a"], "not-text"), ("\x00", "nul"), ("x" * 200_001, "too-long")],
)
def test_a_text_is_needed_and_nothing_else_will_do(client_: Client, address: str, text: Any, code: str) -> None:
    answer = ask(client_, address, {**BODIES[address], "text": text})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert faults(answer) == {"text": [code]}


@pytest.mark.parametrize("address", BODIES)
def test_a_missing_text_is_named(client_: Client, address: str) -> None:
    body = {name: value for name, value in BODIES[address].items() if name != "text"}
    assert faults(ask(client_, address, body)) == {"text": ["required"]}


@pytest.mark.parametrize(
    ("address", "change", "code"),
    [
        (WORDING, {"language": "fr"}, "unknown-language"),
        (WORDING, {"language": ""}, "required"),
        (WORDING, {"language": 5}, "not-text"),
        (WORDING, {"channel": "fax"}, "unknown-choice"),
        (WORDING, {"step": "forgive"}, "unknown-choice"),
        (WORDING, {"step": ["listen"]}, "not-text"),
        (PROMISES, {"language": "english"}, "unknown-language"),
        (PROMISES, {"timezone": "Mars/Olympus"}, "unknown-time-zone"),
        (PROMISES, {"timezone": "../../etc/passwd"}, "unknown-time-zone"),
        (PROMISES, {"timezone": 8}, "not-text"),
        (PROMISES, {"now": "2026-11-24T10:42:00"}, "bad-date"),
        (PROMISES, {"now": "2026-11-24"}, "bad-date"),
        (PROMISES, {"now": "tomorrow"}, "bad-date"),
        (PROMISES, {"now": "2026-02-30T10:42:00Z"}, "bad-date"),
        (PROMISES, {"now": 1764000000}, "bad-date"),
        (PATTERNS, {"channel": "PHONE"}, "unknown-choice"),
        (PATTERNS, {"language": "en"}, "unknown-field"),
    ],
)
def test_what_is_not_known_is_named(client_: Client, address: str, change: dict[str, Any], code: str) -> None:
    answer = ask(client_, address, {**BODIES[address], **change})
    assert answer.status_code == 422
    assert faults(answer) == {next(iter(change)): [code]}


@pytest.mark.parametrize("name", ["now", "timezone"])
def test_promises_need_to_know_when_and_where(client_: Client, name: str) -> None:
    body = {key: value for key, value in BODIES[PROMISES].items() if key != name}
    assert faults(ask(client_, PROMISES, body)) == {name: ["required"]}


@pytest.mark.parametrize("address", BODIES)
def test_a_body_that_cannot_be_read_is_a_problem(client_: Client, address: str, settings: Any) -> None:
    assert ask(client_, address, "{").status_code == 400
    assert ask(client_, address, '{"text": NaN}').status_code == 400
    assert ask(client_, address, "[" * 100_000).status_code == 400
    assert ask(client_, address, "[]").status_code == 422
    assert faults(ask(client_, address, '{"text": "\\ud800", "now": 1}'))["text"] == ["surrogate"]
    assert client_.post(address, {"text": "x"}).status_code == 415
    assert client_.get(address).status_code == 405
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    assert ask(client_, address, {"text": "x" * 2_000}).status_code == 413


@pytest.mark.parametrize("address", BODIES)
def test_it_is_as_strict_as_every_other_address(client_: Client, address: str) -> None:
    body = BODIES[address]
    assert ask(client_, f"{address}?verbose=1", body).json()["code"] == "unknown-filter"
    assert ask(client_, address, body, **{"Content-Encoding": "gzip"}).status_code == 415
    assert faults(ask(client_, address, '{"text": "a", "text": "b"}'))["text"] == ["duplicate-field"]
    assert ask(client_, address, "[" * 100_000).json()["code"] == "too-deep"
    assert "OPTIONS" not in client_.options(address).headers["Allow"]


@pytest.mark.parametrize("address", BODIES)
def test_it_takes_a_token_with_the_scope(token_client: Callable[..., Client], address: str) -> None:
    body = BODIES[address]
    assert ask(Client(), address, body).status_code == 401
    refused = ask(token_client("tickets:write", "customers:write"), address, body)
    assert refused.status_code == 403
    assert (refused.json()["code"], "playbooks:read" in refused.json()["detail"]) == ("missing-scope", True)
    assert ask(token_client("playbooks:write"), address, body).status_code == 200
    assert ask(token_client("playbooks:read", reach="own"), address, body).status_code == 200


@pytest.mark.parametrize("address", BODIES)
def test_a_signed_in_person_without_a_token_does_not_come_in(client_of: Any, agent: Any, address: str) -> None:
    assert ask(client_of(agent), address, BODIES[address]).status_code == 401


@pytest.mark.parametrize("address", BODIES)
def test_whatever_is_accepted_is_answered_in_json(client_: Client, address: str) -> None:
    answer = ask(client_, address, BODIES[address], Accept="text/html")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("address", BODIES)
def test_it_is_described_with_an_example(address: str) -> None:
    operation = described()["paths"][address]["post"]
    (content,) = operation["requestBody"]["content"].values()
    assert content["examples"]
    assert operation["responses"]["200"]["content"]["application/json"]["examples"]
    assert "application/problem+json" in operation["responses"]["4XX"]["content"]


@pytest.mark.parametrize("address", BODIES)
def test_a_long_text_costs_no_more_questions(client_: Client, address: str, django_assert_max_num_queries: Any) -> None:
    ask(client_, address, BODIES[address])
    counts = []
    for times in (1, 200):
        with django_assert_max_num_queries(6) as asked:
            ask(client_, address, {**BODIES[address], "text": BODIES[address]["text"] * times})
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", BODIES)
@pytest.mark.parametrize("name", ["\ud800", "a\x00"])
def test_a_name_that_cannot_be_sent_back_is_shown_as_what_it_is_not(client_: Client, address: str, name: str) -> None:
    answer = client_.post(address, json.dumps({name: 1}), "application/json")
    assert answer.status_code == 422
    assert "�" in "".join(answer.json()["fields"])
