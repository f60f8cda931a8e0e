"""When the desk itself is broken: a fault of ours is 500, a database that is away is 503 and says when to ask again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from complaints.api.problems import handler

AWAY = [OperationalError("the database system is shutting down"), InterfaceError("connection already closed")]


def answer_to(error: Exception, path: str) -> HttpResponse:
    """What Django answers where a view raises ``error``."""

    def broken(_request: Any) -> HttpResponse:
        raise error

    return convert_exception_to_response(broken)(RequestFactory().get(path))


@pytest.mark.parametrize("path", ["/queue/", "/api/v1/nowhere"])
@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_a_database_that_is_away_is_503_for_people_and_for_machines(error: Exception, path: str) -> None:
    answer = answer_to(error, path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/queue/", "/api/v1/nowhere"])
def test_a_fault_of_ours_stays_a_500(path: str) -> None:
    assert answer_to(ZeroDivisionError(), path).status_code == 500


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_the_api_says_busy_when_its_database_goes_away_in_the_middle(error: Exception) -> None:
    answer = handler(error, {})
    assert answer is not None
    assert (answer.status_code, answer.data["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
