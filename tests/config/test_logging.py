"""Every answer carries the id under which its log lines can be found."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.logging import RequestIdMiddleware, logging_config, request_id


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
