"""SQL made once and run with other values: for what every act asks, making the SQL costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Marks = Mapping[str, Any]
Made = tuple[QuerySet[Any, Any], Any]


@dataclass(frozen=True)
class Statement:
    """``sql`` is "" when no row could ever answer. ``beside`` is whatever ``make`` gave beside its rows."""

    sql: str
    params: tuple[Any, ...]
    beside: Any = None


def one(rows: QuerySet[M, Any]) -> M | None:
    """The row that something unique finds, or None. ``first()`` would sort, and compare every column for it."""
    return next(iter(rows.order_by()[:1]), None)


def prepared(make: Callable[[Any, Marks], Made], values: Marks, *, shape: Hashable = ()) -> Statement:
    """The SQL of the rows of ``make(shape, marks)``, with ``values`` (whole numbers, text, instants) in their places.

    ``make`` is asked once for each shape, with a mark in the place of every value. So whatever else decides how the SQL
    looks belongs into ``shape``, and ``make`` may pass a mark on, but not look at it.
    """
    kinds = tuple((name, type(value)) for name, value in values.items())
    made = _made(make, shape, kinds, connection.vendor)
    marked = [(_mark(place, type(value)), value) for place, value in enumerate(values.values())]
    whole = {_as_param(mark): _as_param(value) for mark, value in marked}
    texts = {mark: value for mark, value in marked if isinstance(mark, str)}
    return Statement(made.sql, tuple(_placed(param, whole, texts) for param in made.params), made.beside)


@lru_cache(maxsize=512)
def _made(make: Any, shape: Hashable, kinds: tuple[tuple[str, type], ...], vendor: str) -> Statement:
    rows, beside = make(shape, {name: _mark(place, kind) for place, (name, kind) in enumerate(kinds)})
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement("", (), beside)
    return Statement(sql, tuple(params), beside)


def _mark(place: int, kind: type) -> Any:
    """What stands for a value while the SQL is made: nothing a row could hold, and nothing LIKE would escape."""
    if kind is datetime:
        return datetime(9150, 1, 1, tzinfo=UTC) + timedelta(minutes=place)
    number = 9_150_000_000_000_000_000 + place
    return f"~{number}~" if kind is str else number


def _as_param(value: Any) -> Any:
    """``value`` as it stands among the parameters of a statement of this engine."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _placed(param: Any, whole: Mapping[Any, Any], texts: Mapping[str, str]) -> Any:
    if param in whole:
        return whole[param]
    if isinstance(param, str):
        for mark, value in texts.items():
            param = param.replace(mark, value)
    return param
