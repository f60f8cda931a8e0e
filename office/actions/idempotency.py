"""A REST client may ask twice; it is done once. The answer is a row of the very transaction that did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from office.errors import Conflict, Fault, Invalid, Refusal
from office.models import ApiToken, IdempotentAnswer


@dataclass(frozen=True)
class Answer:
    """What a client is told: the HTTP status, a body of plain JSON values, and headers of its own."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False


class KeyReused(Invalid):
    """The key stands for another request of this token (422)."""

    code = "idempotency-key-reused"
    sentence = _("This Idempotency-Key was used for another request")

    def __init__(self) -> None:
        super().__init__({"Idempotency-Key": (Fault(self.code, self.sentence),)})


class InFlight(Conflict):
    """The same request is still being worked on, and did not end while we waited (409)."""

    code = "in-flight"
    sentence = _("The same request is still being worked on")


@dataclass
class _Attempt:
    """How one try ended: with an answer, or with the refusal to raise after the commit."""

    answer: Answer | None = None
    refusal: Refusal | Http404 | None = None


def once(token: ApiToken, *, key: str, digest: str, now: datetime, act: Callable[[], Answer]) -> Answer:
    """Do ``act`` at most once for ``key`` of this token, and answer every time what it answered.

    The key's row is inserted before anything else of the same transaction: a second request with it waits in that
    insert (PostgreSQL) or for the write lock (SQLite) until the first one has committed. A refusal uses no key up, so
    that its audit line stays and the client may try again. Raises ``KeyReused`` for another ``digest`` and ``InFlight``
    when the wait ends first.
    """
    try:
        with transaction.atomic():
            attempt = _try(token, key=key, digest=digest, now=now, act=act)
    except _StillLocked as locked:
        raise InFlight from locked
    if attempt.refusal is not None:
        raise attempt.refusal
    if attempt.answer is None:
        raise InFlight
    return attempt.answer


class _StillLocked(Exception):
    """The wait for the other request timed out."""


def _try(token: ApiToken, *, key: str, digest: str, now: datetime, act: Callable[[], Answer]) -> _Attempt:
    row = _claimed(token, key=key, digest=digest, now=now)
    if row is None:
        known = IdempotentAnswer.objects.filter(token=token, key=key).first()
        if known is not None and known.digest != digest:
            raise KeyReused
        if known is None or known.status is None:
            return _Attempt()
        return _Attempt(Answer(known.status, known.body, known.headers, replayed=True))
    try:
        answer = act()
    except (Refusal, Http404) as refusal:
        row.delete()
        return _Attempt(refusal=refusal)
    row.status, row.body, row.headers = answer.status, answer.body, dict(answer.headers)
    row.save(update_fields=["status", "body", "headers"])
    return _Attempt(answer)


def _claimed(token: ApiToken, *, key: str, digest: str, now: datetime) -> IdempotentAnswer | None:
    """The key's new row, or None when the key is taken."""
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(token=token, key=key, digest=digest, created_at=now)
    except IntegrityError:
        return None
    except OperationalError as error:
        raise _StillLocked from error


def forget_answers(*, before: datetime) -> int:
    """Drop answers given before an instant: nobody asks again by then. Answers how many."""
    dropped, _rows = IdempotentAnswer.objects.filter(created_at__lt=before).delete()
    return dropped
