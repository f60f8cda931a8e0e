"""The out-tray: owed once, in one pair of hands at a time, tried again, dead at last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from office import outbox
from office.models import Outgoing
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def posted(key: str = "a", **words: Any) -> Outgoing:
    return outbox.post("mail", key, payload={"to": "x"}, now=NOW, **words)


def test_the_same_key_is_owed_once() -> None:
    first = posted()
    assert posted(not_before=NOW + timedelta(days=1)).pk == first.pk
    assert Outgoing.objects.get().not_before == NOW


def test_what_is_for_later_waits() -> None:
    posted(not_before=NOW + timedelta(seconds=10))
    assert outbox.claim(now=NOW + timedelta(seconds=9)) == []
    assert len(outbox.claim(now=NOW + timedelta(seconds=10))) == 1


def test_one_pair_of_hands_at_a_time_until_the_lease_runs_out() -> None:
    posted()
    (first,) = outbox.claim(now=NOW)
    assert first.attempts == 1
    assert outbox.claim(now=NOW + outbox.LEASE) == []
    (second,) = outbox.claim(now=NOW + outbox.LEASE + timedelta(seconds=1))
    assert outbox.held([first]) == []
    assert outbox.held([second]) == [second]


def test_what_was_sent_or_taken_back_is_not_sent() -> None:
    taken = posted("taken")
    assert outbox.cancel(taken, now=NOW)
    assert not outbox.cancel(taken, now=NOW)
    row = posted("sent")
    (claimed,) = outbox.claim(now=NOW)
    assert claimed == row
    assert not outbox.cancel(row, now=NOW)  # in somebody's hands
    outbox.sent([claimed], now=NOW, result={"id": "1"})
    assert outbox.claim(now=NOW + timedelta(days=1)) == []
    assert outbox.oldest_due(NOW + timedelta(days=1)) is None


def test_a_failure_is_tried_again_further_and_further_apart_and_ends_as_dead() -> None:
    posted()
    now, waits = NOW, []
    for _try in range(len(outbox.AWAY)):
        (row,) = outbox.claim(now=now)
        assert not outbox.failed([row], "451 later", now=now)
        assert outbox.claim(now=now + outbox.AWAY[_try]) == []
        now += outbox.AWAY[_try] + timedelta(seconds=1)
        waits.append(outbox.AWAY[_try])
    assert waits == sorted(waits)
    (row,) = outbox.claim(now=now)
    assert outbox.failed([row], "451 later", now=now)
    assert outbox.claim(now=now + timedelta(days=9)) == []
    assert Outgoing.objects.get().last_error == "451 later"


def test_what_cannot_get_better_is_dead_at_once() -> None:
    posted()
    (row,) = outbox.claim(now=NOW)
    assert outbox.failed([row], "550 no such user", now=NOW, for_good=True)
    assert Outgoing.objects.get().dead_at == NOW


# Several in one -------------------------------------------------------------------------------------------------------


def bundled(key: str, *, at: datetime = NOW, bundle: str = "n:1") -> None:
    outbox.owe("notice", key, payload={"items": [key]}, now=at, bundle=bundle)


def keys(rows: list[Outgoing]) -> list[str]:
    return [row.dedupe_key for row in rows]


def test_what_is_owed_twice_is_there_once() -> None:
    bundled("a")
    bundled("a", at=NOW + timedelta(minutes=1), bundle="n:2")
    assert [(row.bundle, row.not_before) for row in Outgoing.objects.all()] == [("n:1", NOW)]


def test_what_is_due_of_one_bundle_leaves_together() -> None:
    for key, bundle in (("a", "n:1"), ("other", "n:2"), ("b", "n:1"), ("alone", ""), ("lonely", "")):
        bundled(key, bundle=bundle)
    bundled("later", at=NOW + timedelta(seconds=5))
    assert keys(outbox.claim_next(now=NOW)) == ["a", "b"]
    assert keys(outbox.claim_next(now=NOW)) == ["other"]
    assert keys(outbox.claim_next(now=NOW)) == ["alone"]
    assert keys(outbox.claim_next(now=NOW)) == ["lonely"]
    assert outbox.claim_next(now=NOW) == []
    assert {row.attempts for row in Outgoing.objects.exclude(dedupe_key="later")} == {1}


def test_a_bundle_is_never_longer_than_somebody_can_read() -> None:
    for number in range(outbox.TOGETHER + 3):
        bundled(str(number))
    assert [len(outbox.claim_next(now=NOW)) for _turn in range(3)] == [outbox.TOGETHER, 3, 0]


def test_a_set_that_failed_is_tried_again_as_the_same_set() -> None:
    bundled("a")
    bundled("b")
    assert not outbox.failed(outbox.claim_next(now=NOW), "451 later", now=NOW)
    again = NOW + outbox.AWAY[0] + timedelta(seconds=1)
    bundled("c", at=again)
    assert keys(outbox.claim_next(now=again)) == ["a", "b"]
    assert keys(outbox.claim_next(now=again)) == ["c"]


def test_a_set_ends_together_but_for_what_somebody_else_took_over() -> None:
    bundled("a")
    bundled("b")
    rows = outbox.claim_next(now=NOW)
    Outgoing.objects.filter(dedupe_key="b").update(attempts=2)
    still = outbox.held(rows)
    assert keys(still) == ["a"]
    outbox.sent(still, now=NOW, result={"message_id": "<1@desk>"})
    ended = dict(Outgoing.objects.values_list("dedupe_key", "sent_at"))
    assert ended == {"a": NOW, "b": None}


def test_the_next_of_a_bundle_leaves_at_once_or_with_what_waits() -> None:
    def following(seconds: int) -> int:
        at = NOW + timedelta(seconds=seconds)
        leaves = outbox.next_of("n:1", now=at, apart=timedelta(minutes=5))
        outbox.owe("notice", f"at {seconds}", payload={}, now=at, not_before=leaves, bundle="n:1")
        return int((leaves - NOW).total_seconds())

    outbox.owe("notice", "tomorrow", payload={}, now=NOW, not_before=NOW + timedelta(days=1), bundle="n:1")
    bundled("somebody else", bundle="n:2")
    bundled("danger", bundle="")
    assert [following(seconds) for seconds in (0, 0, 20, 299, 310, 1000)] == [0, 0, 300, 300, 600, 1000]
