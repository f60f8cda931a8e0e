"""The record book: it grows, it cannot be changed, and a change behind its back shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from office import append_only, audit
from office.models import Event, EventAnchor
from office.roles import SYSTEM
from tests.conftest import NOW

SUBJECT = ("ticket", 7)


def write(count: int, subject: tuple[str, int] = SUBJECT) -> list[Event]:
    return [
        audit.record(subject, "ticket.note", actor=SYSTEM, now=NOW + timedelta(minutes=n), payload={"n": n})
        for n in range(count)
    ]


def behind_its_back(statement: str) -> None:
    """What somebody with the database in hand would do: drop the trigger, write, put it back."""
    with connection.schema_editor() as editor:
        append_only.remove(editor)
        editor.execute(statement)
        append_only.install(editor)


@pytest.mark.django_db
def test_each_line_follows_from_the_one_before():
    first, second, third = write(3)
    assert (first.prev_hash, second.prev_hash, third.prev_hash) == ("", first.hash, second.hash)
    assert audit.verify(SUBJECT) == 3
    assert audit.verify(("ticket", 8)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET hash = 'x'", "DELETE FROM {table}"])
def test_the_database_itself_refuses_to_change_a_line(table, statement):
    write(2)
    audit.anchor(now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))
    assert audit.verify(SUBJECT) == 2


@pytest.mark.django_db
def test_the_models_cannot_change_a_line_either():
    event = write(1)[0]
    attempts: list[Callable[[], object]] = [
        lambda: Event.objects.update(verb="x"),
        lambda: Event.objects.all().delete(),
        event.delete,
        event.save,
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_event SET verb = 'ticket.close' WHERE seq = 2",
        "UPDATE office_event SET actor_id = 99 WHERE seq = 2",
        "UPDATE office_event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 2",
        "UPDATE office_event SET payload = '{\"n\": 5}' WHERE seq = 2",
        "UPDATE office_event SET hash = prev_hash WHERE seq = 3",
        "DELETE FROM office_event WHERE seq = 2",
        "DELETE FROM office_event WHERE seq = 1",
    ],
)
def test_a_change_behind_its_back_shows(statement):
    write(3)
    write(2, ("ticket", 8))
    behind_its_back(statement + " AND subject_id = 7")
    with pytest.raises(audit.ChainBroken, match="ticket 7"):
        audit.verify(SUBJECT)
    assert audit.verify(("ticket", 8)) == 2, "other chains stand"


@pytest.mark.django_db(transaction=True)
def test_anchors_hold_the_heads_and_follow_each_other():
    assert audit.anchor(now=NOW) is None, "nothing to seal"
    write(2)
    first = audit.anchor(now=NOW)
    assert first is not None
    assert (first.heads, first.prev_hash) == (1, "")
    assert audit.anchor(now=NOW) is None, "nothing grew"
    audit.record(SUBJECT, "ticket.note", actor=SYSTEM, now=NOW)
    write(1, ("ticket", 8))
    second = audit.anchor(now=NOW + timedelta(hours=1))
    assert second is not None
    assert (second.heads, second.prev_hash) == (2, first.hash)
    assert EventAnchor.objects.count() == 2
    assert second.last_event_id == Event.objects.order_by("-id").values_list("id", flat=True)[0]


@pytest.mark.django_db
def test_a_line_holds_no_words_only_codes():
    assert audit.salted("Wang Fang") == audit.salted("Wang Fang") != audit.salted("Wang Fan")
    assert len(audit.salted("Wang Fang")) == 16
