"""SQL made once answers as SQL made anew does, whatever stands in the places of its values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection

from office.models import Event
from office.prepared import Made, Marks, prepared

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def lines() -> list[Event]:
    made = [
        Event(subject_kind=kind, subject_id=pk, seq=1, verb="told", actor_kind="system", at=at, hash=kind)
        for kind, pk, at in (("ticket", 1, NOON), ("ticket", 2, NOON - timedelta(hours=1)), ("50%_off", 3, NOON))
    ]
    return Event.objects.bulk_create(made)


def _found(_shape: object, marks: Marks) -> Made:
    rows = Event.objects.filter(subject_id__lte=marks["pk"], at__lt=marks["until"])
    return rows.filter(subject_kind__startswith=marks["kind"]).order_by("subject_id").values_list("subject_id"), None


def asked(**values: Any) -> list[int]:
    statement = prepared(_found, values)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return [pk for (pk,) in cursor.fetchall()]


def test_numbers_text_and_instants_take_the_places_of_their_marks(lines: list[Event]) -> None:
    late = NOON + timedelta(microseconds=1)
    assert asked(pk=9, until=late, kind="ticket") == [1, 2]
    assert asked(pk=1, until=late, kind="ticket") == [1]
    assert asked(pk=9, until=NOON, kind="ticket") == [2]
    assert asked(pk=9, until=late, kind="50") == [3]


def test_an_instant_is_the_same_in_whatever_zone_it_is_said(lines: list[Event]) -> None:
    there = timezone(timedelta(hours=8))
    assert asked(pk=9, until=(NOON + timedelta(seconds=1)).astimezone(there), kind="ticket") == [1, 2]
    assert asked(pk=9, until=NOON.astimezone(there), kind="ticket") == [2]
