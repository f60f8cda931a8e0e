"""The only writer of ``Event``: every change adds a line to its subject's hash chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from office.models import Event, EventAnchor
from office.prepared import Made, Marks, prepared
from office.roles import Actor


class ChainBroken(Exception):
    """A line of the record book does not follow from the one before it."""


def record(
    subject: tuple[str, int], verb: str, *, actor: Actor, now: datetime, payload: Mapping[str, Any] | None = None
) -> Event:
    """Append one line to the chain of ``subject`` (kind, id). Call it under the subject's row lock.

    ``payload`` holds codes, ids, numbers and salted digests only.
    """
    event = _line(subject, verb, actor, now, payload or {})
    _sealed(event, _last(*subject))
    event.save(force_insert=True)
    return event


def begin(
    kind: str, payloads: Mapping[int, Mapping[str, Any]], verb: str, *, actor: Actor, now: datetime
) -> list[Event]:
    """The first line of many chains at once, by the id of subjects that were just made."""
    lines = [_line((kind, pk), verb, actor, now, payload) for pk, payload in payloads.items()]
    return Event.objects.bulk_create(_sealed(line, None) for line in lines)


def _line(subject: tuple[str, int], verb: str, actor: Actor, now: datetime, payload: Mapping[str, Any]) -> Event:
    return Event(
        subject_kind=subject[0],
        subject_id=subject[1],
        verb=verb,
        actor_kind=actor.kind,
        actor_id=actor.id,
        at=now,
        payload=dict(payload),
    )


def _sealed(event: Event, last: tuple[int, str] | None) -> Event:
    """``event`` as the line after ``last`` (place and hash)."""
    event.seq, event.prev_hash = (last[0] + 1, last[1]) if last else (1, "")
    event.hash = digest_of(event)
    return event


def _last(kind: str, pk: int) -> tuple[int, str] | None:
    """Place and hash of the last line of a chain."""
    statement = prepared(_last_line, {"kind": kind, "pk": pk})
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        found: tuple[int, str] | None = cursor.fetchone()
    return found


def _last_line(_shape: object, marks: Marks) -> Made:
    rows = Event.objects.filter(subject_kind=marks["kind"], subject_id=marks["pk"]).order_by("-seq")
    return rows.values_list("seq", "hash")[:1], None


def refused(
    subject: tuple[str, int], verb: str, *, actor: Actor, now: datetime, code: str, blockers: tuple[str, ...] = ()
) -> None:
    """Write that a known actor was refused ``verb``. Called after the refused transaction was rolled back, under the
    subject's row lock again; a clash on the chain's place is tried again a few times all the same.
    """
    payload: dict[str, Any] = {"verb": verb, "code": code}
    if blockers:
        payload["blockers"] = list(blockers)
    for attempt in range(5):
        try:
            with transaction.atomic():
                record(subject, "refused", actor=actor, now=now, payload=payload)
            return
        except IntegrityError:
            if attempt == 4:
                raise


def salted(text: str) -> str:
    """A short digest by which two values can be compared without being read."""
    return hashlib.sha256(f"{settings.SECRET_KEY}\x1f{text}".encode()).hexdigest()[:16]


def digest_of(event: Event) -> str:
    """SHA-256 of one line and the hash before it."""
    line = json.dumps(
        [
            event.prev_hash,
            event.subject_kind,
            event.subject_id,
            event.seq,
            event.verb,
            event.actor_kind,
            event.actor_id,
            event.at.isoformat(timespec="microseconds"),
            event.payload,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(line.encode()).hexdigest()


def verify(subject: tuple[str, int]) -> int:
    """Count the lines of a chain, proving each against the one before. Raises ``ChainBroken``."""
    kind, pk = subject
    prev, count = "", 0
    for event in Event.objects.filter(subject_kind=kind, subject_id=pk).order_by("seq").iterator():
        count += 1
        if event.seq != count or event.prev_hash != prev or digest_of(event) != event.hash:
            raise ChainBroken(f"{kind} {pk}: line {count}")
        prev = event.hash
    return count


def anchor(*, now: datetime) -> EventAnchor | None:
    """Seal the heads of all chains that grew since the last anchor; None when nothing grew.

    Two anchors at once are harmless: the second loses the unique place after the last one.
    """
    last = EventAnchor.objects.order_by("-id").first()
    since = last.last_event_id if last else 0
    grown = Event.objects.filter(id__gt=since).order_by("subject_kind", "subject_id", "seq")
    heads: dict[tuple[str, int], str] = {}
    newest = since
    for pk, kind, subject_id, head in grown.values_list("id", "subject_kind", "subject_id", "hash").iterator():
        heads[(kind, subject_id)] = head
        newest = max(newest, pk)
    if not heads:
        return None
    digest = hashlib.sha256()
    for (kind, subject_id), head in sorted(heads.items()):
        digest.update(f"{kind}:{subject_id}:{head}\n".encode())
    prev = last.hash if last else ""
    sealed = EventAnchor(
        at=now, last_event_id=newest, heads=len(heads), heads_digest=digest.hexdigest(), prev_hash=prev
    )
    sealed.hash = hashlib.sha256(f"{prev}:{newest}:{sealed.heads_digest}:{now.isoformat()}".encode()).hexdigest()
    try:
        with transaction.atomic():
            sealed.save(force_insert=True)
    except IntegrityError:
        return None
    return sealed
