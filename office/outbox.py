"""The only writer of the out-tray: everything that leaves the desk is owed as a row first. Nothing is sent here.

A row is posted in the transaction of the act that owes it, and its ``dedupe_key`` makes a second one impossible.
Whoever sends claims rows (the attempt is counted and the lease taken before any work), sends outside a transaction, and
ends each as sent, failed for now, or dead. What was sent and could not be written down is sent again under the same id.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from office import meters
from office.models import Outgoing
from office.models.outgoing import PENDING

BATCH = 20
TOGETHER = 50
"""So many rows of a bundle leave as one at most."""

LEASE = timedelta(seconds=20)
AWAY: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long the next try waits after the first, second … failure; after the last one the row is dead."""

log = logging.getLogger("fourstep.outbox")


@dataclass(frozen=True)
class Delivered:
    """It left: ``text`` is what people would read of it, ``result`` what is kept with the row."""

    text: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


class NotSent(Exception):
    """It did not leave. ``code`` says why, ``for_good`` that no later try can be better.

    ``everybody`` means that nothing else would leave now either; ``moot`` that it no longer needs to.
    """

    def __init__(
        self, code: str, detail: str = "", *, for_good: bool = False, everybody: bool = False, moot: bool = False
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.for_good, self.everybody, self.moot = code, for_good, everybody, moot


def post(
    kind: str, dedupe_key: str, *, payload: Mapping[str, Any], now: datetime, not_before: datetime | None = None
) -> Outgoing:
    """Owe this once. The same key again changes nothing and gives back the row that is there."""
    row, _made = Outgoing.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={"kind": kind, "payload": dict(payload), "created_at": now, "not_before": not_before or now},
    )
    return row


def owe(
    kind: str,
    dedupe_key: str,
    *,
    payload: Mapping[str, Any],
    now: datetime,
    not_before: datetime | None = None,
    bundle: str = "",
) -> None:
    """As ``post``, for whoever does not need the row, and perhaps in a bundle. One statement."""
    row = Outgoing(kind=kind, dedupe_key=dedupe_key, bundle=bundle, payload=dict(payload), created_at=now)
    row.not_before = not_before or now
    Outgoing.objects.bulk_create([row], ignore_conflicts=True)


def next_of(bundle: str, *, now: datetime, apart: timedelta) -> datetime:
    """When the next of a bundle may leave: at once, unless something of it was owed within ``apart`` around now.

    What is owed in the same instant leaves together; what follows waits for what waits already, or until ``apart``
    after the last. One query.
    """
    around = Outgoing.objects.filter(bundle=bundle, not_before__gt=now - apart, not_before__lte=now + apart)
    last: datetime | None = around.exclude(bundle="").aggregate(last=Max("not_before"))["last"]
    if last is None or last == now:
        return now
    return last if last > now else last + apart


def cancel(row: Outgoing, *, now: datetime) -> bool:
    """Take it back; False when it is in somebody's hands or ended already."""
    found = _pending().filter(pk=row.pk, attempts=0)
    return found.update(cancelled_at=now) == 1


def _pending() -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(PENDING)


def _due(now: datetime) -> QuerySet[Outgoing]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return _pending().filter(free, not_before__lte=now).order_by("not_before", "id")


def oldest_due(now: datetime) -> datetime | None:
    """Since when the row that waits longest could have been tried; None when nothing waits."""
    free_since = Greatest("not_before", Coalesce("lease_until", "not_before"))
    found: datetime | None = _due(now).order_by().aggregate(first=Min(free_since))["first"]
    return found


def claim(*, now: datetime, limit: int = BATCH, kinds: Collection[str] | None = None) -> list[Outgoing]:
    """Due rows nobody holds (of these kinds), oldest first, each with its attempt counted and a lease."""
    due = _due_of(kinds, now)
    if not due.exists():
        return []
    with transaction.atomic():
        return _taken(due, limit, now=now)


def claim_next(*, now: datetime, kinds: Collection[str] | None = None) -> list[Outgoing]:
    """What leaves next: the due row that nobody holds and waits longest, with the rest of its bundle; lowest first.

    Only rows tried as often as the first join it: a set that may have left already is tried again as the same set.
    Two who claim in the same instant may share a bundle out between them; no row is ever in both hands.
    """
    due = _due_of(kinds, now)
    if not due.exists():
        return []
    with transaction.atomic():
        found = _taken(due, 1, now=now)
        if found and found[0].bundle:
            first = found[0]
            beside = _due(now).filter(bundle=first.bundle, kind=first.kind, attempts=first.attempts - 1)
            found += _taken(beside.exclude(bundle=""), TOGETHER - 1, now=now)
    return sorted(found, key=lambda row: row.pk)


def _due_of(kinds: Collection[str] | None, now: datetime) -> QuerySet[Outgoing]:
    return _due(now) if kinds is None else _due(now).filter(kind__in=kinds)


def _taken(due: QuerySet[Outgoing], limit: int, *, now: datetime) -> list[Outgoing]:
    """Up to ``limit`` of these rows, in our hands from now on."""
    found = list(due.select_for_update(skip_locked=True)[:limit])
    _these(found).update(attempts=F("attempts") + 1, lease_until=now + LEASE)
    for row in found:
        row.attempts += 1
    return found


def _these(rows: Sequence[Outgoing]) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(pk__in=[row.pk for row in rows])


# What became of rows that were claimed together: all of them end in the same way -------------------------------------


def held(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """The claimed rows under their locks, without what somebody else took over, or ended meanwhile."""
    attempts = {row.pk: row.attempts for row in rows}
    found = _pending().select_for_update().filter(pk__in=attempts).order_by("pk")
    return [row for row in found if row.attempts == attempts[row.pk]]


def worn(rows: Sequence[Outgoing]) -> bool:
    """Tried more often than ever a failure was written down: it takes its workers with it."""
    return _tries(rows) > len(AWAY) + 1


def _tries(rows: Sequence[Outgoing]) -> int:
    return max(row.attempts for row in rows)


def drop(rows: Sequence[Outgoing], *, now: datetime) -> None:
    """Claimed rows that no longer need to leave."""
    _these(rows).update(cancelled_at=now, lease_until=None)


def sent(rows: Sequence[Outgoing], *, now: datetime, result: Mapping[str, Any] | None = None) -> None:
    _these(rows).update(sent_at=now, lease_until=None, result=dict(result or {}))
    for row in rows:
        meters.outgoing(row.kind, "sent")


def failed(rows: Sequence[Outgoing], error: str, *, now: datetime, for_good: bool = False) -> bool:
    """Try again later, or, when it cannot get better or was tried often enough, end as dead. True when dead."""
    dead = for_good or _tries(rows) > len(AWAY)
    lease_until = None if dead else now + AWAY[_tries(rows) - 1]
    _these(rows).update(last_error=error[:500], dead_at=now if dead else None, lease_until=lease_until)
    for row in rows:
        if dead:
            log.error("outgoing dead", extra={"outgoing": row.pk, "kind": row.kind})
        meters.outgoing(row.kind, "dead" if dead else "failed")
    return dead
