"""The alarm clock: what time will bring is a row. Armed with the fact, claimed in batches, rung once.

A claim counts the attempt and takes a lease before any work, so that whoever dies in the middle is found out: the lease
runs out, somebody else takes the row, and a row that keeps killing its worker ends as dead. What a bell does and the
mark that it rang are one transaction: rung is done, exactly once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from office import meters
from office.models import Timer
from office.prepared import one

BATCH = 100
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 5
AWAY = timedelta(seconds=10)
"""How far a row that failed is pushed away, for each attempt so far."""

log = logging.getLogger("fourstep.timers")

Subject = tuple[str, int]


def arm(subject: Subject, kind: str, *, due_at: datetime, level: int = 0, is_new: bool = False) -> Timer:
    """Ring at ``due_at``. One that has not rung is moved; after one that rang a new cycle begins.

    Called under the lock of what it is about; ``is_new`` says that the subject was made just now and has no timer yet.
    One that is being rung just now is left alone, as in ``cancel``, and a new cycle begins beside it.
    """
    row = {"subject_kind": subject[0], "subject_id": subject[1], "kind": kind, "level": level}
    latest = None if is_new else Timer.objects.filter(**row).order_by("-cycle").first()
    still = Timer.objects.filter(pk=latest.pk, rung_at__isnull=True, dead_at__isnull=True) if latest else None
    before = one(still.select_for_update(skip_locked=True)) if still is not None else None
    if before is None:
        return Timer.objects.create(**row, cycle=latest.cycle + 1 if latest else 1, due_at=due_at)
    before.due_at, before.cancelled_at, before.lease_until, before.attempts = due_at, None, None, 0
    before.save(update_fields=["due_at", "cancelled_at", "lease_until", "attempts"])
    return before


def arm_new(bells: Iterable[tuple[Subject, str, datetime]], *, cycle: int = 1) -> None:
    """Bells (subject, kind, due instant) that nobody armed before in this cycle, all at once."""
    rows = [
        Timer(subject_kind=of[0], subject_id=of[1], kind=kind, cycle=cycle, due_at=due_at) for of, kind, due_at in bells
    ]
    Timer.objects.bulk_create(rows, batch_size=1000)


def cancel(kind_of: str, ids: Iterable[int], *kinds: str, now: datetime) -> None:
    """These bells of some subjects of one kind ring no more, unless they are armed again.

    One that is being rung just now is left alone: it waits for our lock, and asks again when it has it.
    """
    found = _pending().filter(subject_kind=kind_of, subject_id__in=list(ids), kind__in=kinds)
    rows = found.select_for_update(skip_locked=True).values_list("pk", flat=True)
    Timer.objects.filter(pk__in=list(rows)).update(cancelled_at=now)


def _pending() -> QuerySet[Timer]:
    return Timer.objects.filter(rung_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True)


def _due(now: datetime) -> QuerySet[Timer]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return _pending().filter(free, due_at__lte=now).order_by("due_at", "id")


def oldest_due(now: datetime) -> datetime | None:
    """When the row that waits longest was due; None when nothing waits. The measure of progress."""
    found: datetime | None = _pending().filter(due_at__lte=now).aggregate(first=Min("due_at"))["first"]
    return found


def claim(*, now: datetime, limit: int = BATCH) -> list[Timer]:
    """Due rows nobody holds, oldest first, each with its attempt counted and a lease; worn-out ones end as dead."""
    if not _due(now).exists():
        return []
    with transaction.atomic():
        found = list(_due(now).select_for_update(skip_locked=True)[:limit])
        worn = [row for row in found if row.attempts >= MOST_ATTEMPTS]
        kept = [row for row in found if row.attempts < MOST_ATTEMPTS]
        Timer.objects.filter(pk__in=[row.pk for row in worn]).update(dead_at=now)
        Timer.objects.filter(pk__in=[row.pk for row in kept]).update(
            attempts=F("attempts") + 1, lease_until=now + LEASE
        )
    for row in worn:
        log.error("timer dead", extra={"timer": row.pk})
        meters.bells(row.subject_kind, row.kind, "dead")
    for row in kept:
        row.attempts += 1
    return kept


def held(claimed: Iterable[Timer]) -> Iterator[Timer]:
    """The claimed rows under their locks, without those somebody else took over meanwhile."""
    attempts = {row.pk: row.attempts for row in claimed}
    rows = _pending().filter(pk__in=attempts).select_for_update(skip_locked=True)
    return (row for row in rows.order_by("subject_kind", "subject_id", "id") if row.attempts == attempts[row.pk])


def rang(rows: Iterable[Timer], *, now: datetime) -> None:
    """They rang, in the transaction of what they did."""
    Timer.objects.filter(pk__in=[row.pk for row in rows]).update(rung_at=now, lease_until=None)


def put_back(rows: Iterable[Timer]) -> None:
    """Nobody got as far as these: free at once, and the attempt was none."""
    untouched = Timer.objects.filter(pk__in=[row.pk for row in rows])
    untouched.update(lease_until=None, attempts=F("attempts") - 1)


def push_away(row: Timer, error: Exception, *, now: datetime) -> None:
    row.lease_until, row.last_error = now + AWAY * row.attempts, repr(error)[:500]
    row.save(update_fields=["lease_until", "last_error"])
