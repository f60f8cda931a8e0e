"""What a form says to the wording check and of the promises found: read here, drawn in templates/_said.html."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.domain.saying import Answer, Vow

RULE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
SHOWN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}:(?:block|warn|hint)")
PATTERN: Final = re.compile(r"[a-z0-9_]{1,40}")
MOST: Final = 200
"""Of whatever a form repeats, so many are read."""


def answer_of(post: QueryDict) -> Answer:
    """Which warnings are confirmed, what was shown so far, and whether a supervisor is asked."""
    return Answer(
        confirmed=frozenset(_only(post, "confirm", RULE)),
        shown=frozenset(_only(post, "shown", SHOWN)),
        ask=post.get("ask") == "1",
    )


def vows_of(post: QueryDict, found: Sequence[tuple[str, Vow]]) -> tuple[Vow, ...]:
    """The promises that are kept: all that were found, but for those somebody saw and said no to, each with the date
    they gave it. What nobody was shown is kept too: the customer reads it.
    """
    seen, kept = set(post.getlist("vow")[:MOST]), set(post.getlist("keep")[:MOST])
    return tuple(_moved(vow, post.get(f"due-{key}", "")) for key, vow in found if key not in seen or key in kept)


def heard_of(post: QueryDict) -> dict[str, bool]:
    """Which suggested patterns were said yes or no to, by their keys."""
    names = (name for name in post if name.startswith("heard-"))
    pairs = [(name.removeprefix("heard-"), post[name]) for name in names]
    return {key: value == "yes" for key, value in pairs[:MOST] if PATTERN.fullmatch(key) and value in ("yes", "no")}


def _only(post: QueryDict, name: str, shape: re.Pattern[str]) -> list[str]:
    return [value for value in post.getlist(name)[:MOST] if shape.fullmatch(value)]


def _moved(vow: Vow, typed: str) -> Vow:
    """The promise at the time somebody gave it, in their own zone; as it was where that is unreadable."""
    at = _instant(typed)
    return vow if at is None or same_minute(at, vow.due_at) else replace(vow, due_at=at, due_kind="by")


def same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _instant(typed: str) -> datetime | None:
    try:
        at = parse_datetime(typed)
    except ValueError:
        return None
    return timezone.make_aware(at) if at is not None and timezone.is_naive(at) else at
