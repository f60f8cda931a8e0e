"""Every row of every table, so that "nothing changed" can be said of the whole desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from office.models import Event

# What signing in, or showing a token, leaves behind; the record book is compared line by line instead.
BESIDE = frozenset({"sessions", "axes", "contenttypes", "auth"})
PASSING = {"office.ApiToken": "last_used_at", "office.Agent": "last_login"}

Rows = dict[str, list[tuple[object, ...]]]


@cache
def _tables() -> tuple[tuple[str, str], ...]:
    """Each table and the statement that reads it whole; plain SQL, because this is asked thousands of times."""
    quote = connection.ops.quote_name
    found = []
    for model in apps.get_models(include_auto_created=True):
        label = f"{model._meta.app_label}.{model.__name__}"
        if model._meta.app_label in BESIDE or model is Event or model._meta.proxy:
            continue
        columns = [quote(f.column) for f in model._meta.concrete_fields if f.attname != PASSING.get(label)]
        found.append((label, f"SELECT {', '.join(columns)} FROM {quote(model._meta.db_table)}"))  # noqa: S608 - our own names
    return tuple(found)


def rows() -> Rows:
    """Every row of every table but the record book, by table."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for label, statement in _tables():
            cursor.execute(statement)
            found[label] = cursor.fetchall()
    return found


def _told(row: tuple[object, ...]) -> str:
    told = repr(row)
    if "<memory at" in told:  # PostgreSQL gives binary columns as views, each with an address of its own
        told = repr(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row))
    return told


def lines() -> list[dict[str, Any]]:
    """The record book, oldest line first."""
    return list(Event.objects.order_by("id").values("id", "subject_kind", "subject_id", "verb", "payload", "hash"))


def changed(before: Rows, after: Rows) -> dict[str, tuple[list[str], list[str]]]:
    """By table: the rows that are gone and the rows that are new."""
    found = {}
    for label in after:
        if before[label] != after[label]:  # or in another order, which is no change
            old, new = set(map(_told, before[label])), set(map(_told, after[label]))
            if old != new:
                found[label] = sorted(old - new), sorted(new - old)
    return found


@contextmanager
def nothing_changes(*, but_lines: int = 0) -> Iterator[list[dict[str, Any]]]:
    """Nothing changes inside but ``but_lines`` new lines in the record book, which are answered."""
    before, book = rows(), lines()
    fresh: list[dict[str, Any]] = []
    yield fresh
    fresh += lines()[len(book) :]
    assert changed(before, rows()) == {}
    assert lines()[: len(book)] == book
    assert len(fresh) == but_lines, fresh
