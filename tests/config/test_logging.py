"""Every answer carries the id under which its log lines can be found."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from complaints.models import Ticket
from config.logging import RequestIdMiddleware, logging_config, request_id
from office.models import Agent


@pytest.mark.parametrize("given", ["trace-12345678", "a" * 64, "0123.4567_89ab"])
def test_a_plain_id_of_the_caller_is_kept(given: str) -> None:
    assert request_id(given) == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, 'x" injected="1', "line\nbreak-line", "編號編號編號編號"])
def test_anything_else_gets_a_new_id(given: str) -> None:
    assert request_id(given) != given
    assert len(request_id(given)) == 32


def test_the_answer_and_its_log_lines_share_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    logger = logging.getLogger("fourstep.tests.logging")
    logger.addHandler(handler)
    monkeypatch.setattr(logger, "propagate", False)

    def view(request: HttpRequest) -> HttpResponse:
        structlog.get_logger("fourstep.tests.logging").warning("said", word="抱歉")
        logger.warning("said plainly")
        return HttpResponse()

    answer = RequestIdMiddleware(view)(RequestFactory().get("/"))
    logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["request_id"] for line in lines] == [answer["X-Request-ID"]] * 2
    assert lines[0]["word"] == "抱歉"
    assert structlog.contextvars.get_contextvars() == {}


def json_formatter() -> logging.Formatter:
    """The formatter of the settings, as logging makes it."""
    described = logging_config(None, level="INFO")["formatters"]["json"]
    made: logging.Formatter = logging.config.DictConfigurator({}).configure_formatter(dict(described))
    return made


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What everybody's loggers wrote, through the formatter of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    monkeypatch.setattr(logging.getLogger("axes"), "level", logging.WARNING)
    forget_levels()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    monkeypatch.undo()
    forget_levels()


def forget_levels() -> None:
    """Loggers remember whether a level is written."""
    for known in logging.Logger.manager.loggerDict.values():
        getattr(known, "_cache", {}).clear()


def test_a_fault_is_told_by_its_class_and_place_and_never_by_its_words(lines: Any) -> None:
    try:
        try:
            raise ValueError("Mrs Wang, 4 Elm Street, wang@example.org")
        except ValueError as error:
            raise RuntimeError("她说锅炉漏水") from error
    except RuntimeError:
        logging.getLogger("fourstep.timers").exception("timer failed", extra={"timer": 7, "words": "secret words"})
        structlog.get_logger("api").error("api.busy", exc_info=True)
    for line in lines():
        assert [fault["class"] for fault in line["fault"]] == ["builtins.RuntimeError", "builtins.ValueError"]
        assert "test_logging.py" in line["fault"][0]["at"][0]
    assert lines()[0]["timer"] == 7
    written = json.dumps(lines(), ensure_ascii=False)
    assert not [word for word in ("Wang", "Elm", "wang@", "锅炉", "secret words") if word in written]


def test_what_the_framework_says_of_an_address_is_left_out(lines: Any) -> None:
    request = RequestFactory().get("/c/secret-of-a-customer/")
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", request.path, extra={"status_code": 500, "request": request}
    )
    logging.getLogger("django.security.csrf").error("Forbidden (%s): %s", "CSRF cookie not set.", request.path)
    logging.getLogger("celery.app.trace").error("Task x raised: %s", "ValueError('Mrs Wang')")
    told = [line["event"] for line in lines()]
    assert told[:2] == ["Internal Server Error", "Forbidden (CSRF cookie not set.)"]
    assert "Wang" not in told[2]
    assert "secret-of-a-customer" not in json.dumps(lines())


@pytest.mark.django_db
def test_one_line_a_request_says_who_and_which_ticket_and_no_word(
    lines: Any, ticket: Ticket, client_of: Any, agent: Agent, token_client: Any
) -> None:
    client_of(agent).get(f"/cases/{ticket.number}/")
    client_of(agent).get("/find/", {"q": "Wang Fang"})
    token_client().get(f"/api/v1/tickets/{ticket.number}/steps")
    client_of(agent).get("/health/live/")
    told = [line for line in lines() if line["event"] == "request"]
    assert [(line["route"], line["method"], line["status"]) for line in told] == [
        ("case", "GET", 200),
        ("find", "GET", 200),
        ("api/v1/tickets/<str:number>/steps", "GET", 200),
    ]
    assert [line.get("ticket") for line in told] == [ticket.number, None, ticket.number]
    assert [line["actor"].split(":")[0] for line in told] == ["agent", "agent", "token"]
    assert all(len(line["request_id"]) == 32 and line["ms"] > 0 for line in told)
    written = json.dumps(lines(), ensure_ascii=False)
    assert not [word for word in ("Wang", "Mei", "refund", "/cases/") if word in written]
