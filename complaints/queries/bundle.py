"""Small rows of several kinds in one query, and back into the models they are.

A page of one case needs a handful of rows of a dozen kinds. Asked one kind at a time that is a dozen round trips; here
each kind is a branch of one ``UNION ALL`` that carries its row as JSON. The same SQL runs on both engines.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import JSONObject


class _Row(JSONObject):
    """Does not ask each new connection whether it knows JSON: our columns need it anyway."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        return Func.as_sql(self, compiler, connection, **extra)


def branch(
    noun: str, rows: QuerySet[Any], *, only: Sequence[str] = (), **beside: str
) -> tuple[str, type[models.Model], QuerySet[Any]]:
    """One kind of row under the name ``noun``. ``only`` names columns to carry (all, if empty); ``beside`` are paths to
    values of related rows, set on the instance under their keyword. Unsliced and unordered: sort what comes back.
    """
    columns = only or [field.attname for field in rows.model._meta.concrete_fields]
    carried = {name: F(name) for name in columns} | {f"+{name}": F(path) for name, path in beside.items()}
    row = _Row(**carried)
    return noun, rows.model, rows.order_by().annotate(bundle_noun=Value(noun), bundle_row=row)


Marks = Mapping[str, Any]
Branches = Iterable[tuple[str, type[models.Model], QuerySet[Any]]]


def fetch(make: Callable[[Hashable, Marks], Branches], values: Marks, *, shape: Hashable = ()) -> dict[str, list[Any]]:
    """Every branch of ``make(shape, marks)`` in one query: noun → instances, oldest first, for reading only.

    ``make`` is asked once for each shape, with a mark in the place of every value; the SQL is kept, and only the values
    change. So whatever else decides how the SQL looks belongs into ``shape``. Values are whole numbers or text.
    """
    plan = _plan(
        make, shape, tuple((name, isinstance(value, str)) for name, value in values.items()), connection.vendor
    )
    places = {_mark(place, text=isinstance(value, str)): value for place, value in enumerate(values.values())}
    texts = {mark: value for mark, value in places.items() if isinstance(mark, str)}
    found: dict[str, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, [_placed(param, places, texts) for param in plan.params])
        for noun, row in cursor.fetchall():
            found[noun].append(revived(plan.kinds[noun], row if isinstance(row, dict) else json.loads(row)))
    for rows in found.values():
        rows.sort(key=lambda instance: instance.pk or 0)
    return {noun: found[noun] for noun in plan.kinds}


@dataclass(frozen=True)
class _Plan:
    sql: str
    params: tuple[Any, ...]
    kinds: Mapping[str, type[models.Model]]


@lru_cache(maxsize=256)
def _plan(make: Any, shape: Hashable, names: tuple[tuple[str, bool], ...], vendor: str) -> _Plan:
    marks = {name: _mark(place, text=text) for place, (name, text) in enumerate(names)}
    parts = list(make(shape, marks))
    first, *others = [rows.values_list("bundle_noun", "bundle_row") for _noun, _model, rows in parts]
    sql, params = first.union(*others, all=True).query.sql_with_params()
    return _Plan(sql, tuple(params), {noun: model for noun, model, _rows in parts})


def _mark(place: int, *, text: bool) -> int | str:
    """What stands for a value while the SQL is made: nothing a row could hold, and nothing LIKE would escape."""
    number = 9_150_000_000_000_000_000 + place
    return f"~{number}~" if text else number


def _placed(param: Any, places: Mapping[int | str, Any], texts: Mapping[str, str]) -> Any:
    if not isinstance(param, str):
        return places.get(param, param)
    for mark, value in texts.items():
        param = param.replace(mark, value)
    return param


def revived(model: type[models.Model], row: dict[str, Any]) -> Any:
    """The instance behind a row carried as JSON: instants aware, decimals exact to their places."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    known = {name: _value(fields[name], value) for name, value in row.items() if name in fields}
    instance = model(**known)
    instance._state.adding = False
    for name, value in row.items():
        if name.startswith("+"):
            setattr(instance, name[1:], value)
    return instance


def _value(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(field, models.ForeignKey):
        return value
    known = field.to_python(value)
    if isinstance(known, datetime) and known.tzinfo is None:
        return known.replace(tzinfo=UTC)
    if isinstance(field, models.DecimalField):
        return known.quantize(known.__class__(1).scaleb(-field.decimal_places))
    return known
