"""What ships comes onto the shelf. At every start: what is there already is left alone, and so is what people wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from office import audit
from office.roles import SYSTEM
from playbooks import queries
from playbooks.models import Article, Edition


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many articles were new, took a new built-in text, or have one waiting beside what people wrote."""

    added: int = 0
    renewed: int = 0
    waiting: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.renewed or self.waiting)

    def __str__(self) -> str:
        return f"{self.added} added, {self.renewed} renewed, {self.waiting} newer beside what people wrote"


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 by which two texts are told apart; the order of their keys does not count."""
    line = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


@transaction.atomic
def load_built_in(now: datetime) -> Loaded:
    """Make every article of this release, and its text where that is new. An article that it no longer has stays.

    A new text counts at once where a built-in one did; beside what people wrote it waits as ``newer``.
    """
    counts = {"added": 0, "renewed": 0, "waiting": 0}
    for kind, _name in Article.KINDS:
        known = {row.key: row for row in Article.objects.select_for_update().of(kind)}
        last = _last_built_in(kind)
        new: dict[str, tuple[int, Mapping[str, Any]]] = {}
        for place, (key, content) in enumerate(queries.built_in(kind).items()):
            row = known.get(key)
            if row is None:
                new[key] = (place, content)
            elif last.get(row.pk) != (digest := digest_of(content)):
                counts["renewed" if _is_untouched(row) else "waiting"] += 1
                _take(row, content, digest, now)
        counts["added"] += len(new)
        _add(kind, new, now)
    queries.forget()
    return Loaded(**counts)


def _add(kind: str, new: Mapping[str, tuple[int, Mapping[str, Any]]], now: datetime) -> None:
    """Articles that were never here, by key with their place: their first edition counts. All at once."""
    made = [Article(kind=kind, key=key, place=place, revision=1) for key, (place, _content) in new.items()]
    rows = Article.objects.bulk_create(made)
    texts = Edition.objects.bulk_create(
        Edition(
            article=row,
            number=1,
            origin=Edition.BUILT_IN,
            content=dict(content),
            digest=digest_of(content),
            made_at=now,
        )
        for row, (_place, content) in zip(rows, new.values(), strict=True)
    )
    for row, text in zip(rows, texts, strict=True):
        row.current = text
    Article.objects.bulk_update(rows, ["current"])
    lines = {row.pk: {"kind": kind, "key": row.key, "edition": 1, "waits": False} for row in rows}
    audit.begin("article", lines, "playbook.load", actor=SYSTEM, now=now)


def _last_built_in(kind: str) -> dict[int, str]:
    """The digest of the latest built-in text of each article."""
    built_in = Edition.objects.filter(article__kind=kind, origin=Edition.BUILT_IN).order_by("number")
    return dict(built_in.values_list("article_id", "digest"))


def _is_untouched(row: Article) -> bool:
    return row.current_id is None or Edition.objects.filter(pk=row.current_id, origin=Edition.BUILT_IN).exists()


def _take(row: Article, content: Mapping[str, Any], digest: str, now: datetime) -> None:
    counts = _is_untouched(row)
    number = next_number(row)
    made = Edition.objects.create(
        article=row, number=number, origin=Edition.BUILT_IN, content=dict(content), digest=digest, made_at=now
    )
    if counts:
        row.current, row.newer = made, None
    else:
        row.newer = made
    row.revision += 1
    row.save(update_fields=["current", "newer", "revision"])
    payload = {"kind": row.kind, "key": row.key, "edition": number, "waits": not counts}
    audit.record(("article", row.pk), "playbook.load", actor=SYSTEM, now=now, payload=payload)


def next_number(row: Article) -> int:
    """The number of the next edition; asked under the lock of the article."""
    found: int | None = row.editions.aggregate(last=Max("number"))["last"]
    return (found or 0) + 1
