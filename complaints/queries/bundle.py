"""Small rows of several kinds in one query, and back into the models they are.

A page of one case needs a handful of rows of a dozen kinds. Asked one kind at a time that is a dozen round trips; here
each kind is a branch of one ``UNION ALL`` that carries its row as JSON. The same SQL runs on both engines.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import JSONObject

from office.prepared import Statement

Branch = tuple[str, type[models.Model], QuerySet[Any]]


class _Row(JSONObject):
    """Does not ask each new connection whether it knows JSON: our columns need it anyway."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        return Func.as_sql(self, compiler, connection, **extra)


def branch(noun: str, rows: QuerySet[Any], *, only: Sequence[str] = (), **beside: str) -> Branch:
    """One kind of row under the name ``noun``. ``only`` names columns to carry (all, if empty); ``beside`` are paths to
    values of related rows, set on the instance under their keyword. Unsliced and unordered: sort what comes back.
    """
    columns = only or [field.attname for field in rows.model._meta.concrete_fields]
    carried = {name: F(name) for name in columns} | {f"+{name}": F(path) for name, path in beside.items()}
    row = _Row(**carried)
    return noun, rows.model, rows.order_by().annotate(bundle_noun=Value(noun), bundle_row=row)


def bundled(branches: Iterable[Branch]) -> tuple[QuerySet[Any, Any], Mapping[str, type[models.Model]]]:
    """All branches as one query, and which model each noun is."""
    parts = list(branches)
    first, *others = [rows.values_list("bundle_noun", "bundle_row") for _noun, _model, rows in parts]
    return first.union(*others, all=True), {noun: model for noun, model, _rows in parts}


def fetch(statement: Statement) -> dict[str, list[Any]]:
    """What a prepared ``bundled`` answers: noun → instances, oldest first. They are for reading and are not saved."""
    kinds = statement.beside
    found: dict[str, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        for noun, row in cursor.fetchall():
            found[noun].append(revived(kinds[noun], row if isinstance(row, dict) else json.loads(row)))
    for rows in found.values():
        rows.sort(key=lambda instance: instance.pk or 0)
    return {noun: found[noun] for noun in kinds}


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
