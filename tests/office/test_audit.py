"""The record book: a chain per subject that shows tampering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from office import append_only, audit
from office.models import Event, EventAnchor
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

CASE = ("ticket", 7)


def book(count: int = 4, subject: tuple[str, int] = CASE) -> list[Event]:
    return [
        audit.record(subject, "step.record", actor=SYSTEM, now=NOW + timedelta(minutes=n), payload={"n": n})
        for n in range(count)
    ]


class Knife:
    """As much of a schema editor as removing a trigger takes, inside a transaction."""

    connection = connection

    def execute(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def with_a_knife(db: None) -> Iterator[None]:
    """Somebody with the database in their hands, past the trigger."""
    knife: Any = Knife()
    append_only.remove(knife)
    yield
    append_only.install(knife)


def test_each_line_follows_from_the_one_before() -> None:
    lines = book()
    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert [line.prev_hash for line in lines] == ["", *(line.hash for line in lines[:-1])]
    assert audit.verify(CASE) == 4


def test_subjects_have_chains_of_their_own() -> None:
    book(2)
    book(3, ("customer", 7))
    assert (audit.verify(CASE), audit.verify(("customer", 7)), audit.verify(("ticket", 8))) == (2, 3, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"n": 9}},
        {"verb": "step.complete"},
        {"actor_id": 1},
        {"actor_kind": "agent"},
        {"at": NOW - timedelta(days=1)},
        {"hash": "0" * 64},
        {"prev_hash": "0" * 64},
        {"seq": 9},
        {"subject_id": 8},
    ],
)
def test_a_changed_line_breaks_the_chain(with_a_knife: None, change: dict[str, Any]) -> None:
    lines = book()
    Event.objects.filter(pk=lines[1].pk).update(**change)
    with pytest.raises(audit.ChainBroken):
        audit.verify(CASE)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_torn_out_breaks_the_chain(with_a_knife: None, place: int) -> None:
    lines = book()
    Event.objects.filter(pk=lines[place].pk).delete()
    with pytest.raises(audit.ChainBroken):
        audit.verify(CASE)


def test_a_line_changed_with_its_hash_still_breaks_the_next(with_a_knife: None) -> None:
    lines = book()
    forged = Event.objects.get(pk=lines[1].pk)
    forged.payload = {"n": 9}
    Event.objects.filter(pk=forged.pk).update(payload=forged.payload, hash=audit.digest_of(forged))
    with pytest.raises(audit.ChainBroken, match="line 3"):
        audit.verify(CASE)


def test_a_refusal_is_a_line_with_what_was_tried() -> None:
    audit.refused(CASE, "step.skip", actor=SYSTEM, now=NOW, code="not-allowed")
    audit.refused(CASE, "step.complete", actor=SYSTEM, now=NOW, code="step-blocked", blockers=("listen.harm.missing",))
    assert list(Event.objects.order_by("seq").values_list("verb", "payload")) == [
        ("refused", {"verb": "step.skip", "code": "not-allowed"}),
        ("refused", {"verb": "step.complete", "code": "step-blocked", "blockers": ["listen.harm.missing"]}),
    ]
    assert audit.verify(CASE) == 2


def test_an_anchor_seals_the_heads_that_grew_and_follows_the_one_before() -> None:
    assert audit.anchor(now=NOW) is None
    book(2)
    book(1, ("customer", 3))
    first = audit.anchor(now=NOW)
    assert first is not None
    assert (first.heads, first.prev_hash, first.last_event_id) == (2, "", Event.objects.latest("id").pk)
    assert audit.anchor(now=NOW) is None
    audit.record(CASE, "ticket.close", actor=SYSTEM, now=NOW)
    second = audit.anchor(now=NOW + timedelta(hours=1))
    assert second is not None
    assert (second.heads, second.prev_hash) == (1, first.hash)
    assert EventAnchor.objects.count() == 2


def test_a_digest_tells_two_values_apart_and_says_neither() -> None:
    one, other = audit.salted("Wang Fang"), audit.salted("Wang Fei")
    assert one != other
    assert one == audit.salted("Wang Fang")
    assert len(one) == 16
    assert "Wang" not in one
