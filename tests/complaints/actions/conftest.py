"""Short ways to act and to look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import models

from office import access
from office.models import Agent, Event
from tests.conftest import NOW, person


@pytest.fixture
def act(agent: Agent) -> Callable[..., Any]:
    """Do one verb: ``act(function, row, by=person, at=instant, **words)``."""

    def do(function: Callable[..., Any], row: models.Model | None, *, by: Agent | None = None, **words: Any) -> Any:
        at: datetime = words.pop("at", NOW)
        return function(row, actor=access.actor_of(by or agent), now=at, **words)

    return do


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """The verbs in the chain of a row, oldest first."""

    def verbs(row: models.Model, *, kind: str = "") -> list[str]:
        subject = kind or str(row._meta.model_name)
        return list(
            Event.objects.filter(subject_kind=subject, subject_id=row.pk).order_by("seq").values_list("verb", flat=True)
        )

    return verbs


@pytest.fixture
def other(make_ticket: Callable[..., Any]) -> Any:
    """Another ticket of the same customer."""
    return make_ticket(words="The kettle that was sent instead leaks at the handle.")


@pytest.fixture
def make_person(office: Any) -> Callable[..., Agent]:
    """Somebody more: ``make_person(username, role=…, reports_to=…)``."""

    def make(username: str, role: str = "agent", **more: Any) -> Agent:
        return person(username, username.title(), role, **more)

    return make
