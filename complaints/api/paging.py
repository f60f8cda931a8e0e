"""Keyset paging: a cursor says after which row to go on, so that a page costs the same at the end as at the start."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from office.errors import Malformed

M = TypeVar("M", bound=Model)

DEFAULT_SIZE, LARGEST_SIZE = 50, 200
LARGEST_ID = 2**63 - 1
PAGING = frozenset({"cursor", "page_size"})


@dataclass(frozen=True)
class Order:
    """An order with an index behind it. ``after`` finds the rows behind a place, ``place`` names a row's place."""

    name: str
    fields: tuple[str, ...]
    place: Callable[[Any], list[Any]]
    after: Callable[[list[Any]], Q]


def _by_risk(place: list[Any]) -> Q:
    at, pk = _moment(place[0]), _id(place[1])
    return Q(risk_at__gte=at) & (Q(risk_at__gt=at) | Q(id__gt=pk))


def _by_due(place: list[Any]) -> Q:
    at, pk = _moment(place[0]), _id(place[1])
    return Q(due_at__gte=at) & (Q(due_at__gt=at) | Q(id__gt=pk))


BY_RISK = Order("risk", ("risk_at", "id"), lambda row: [row.risk_at.isoformat(), row.pk], _by_risk)
BY_DUE = Order("due", ("due_at", "id"), lambda row: [row.due_at.isoformat(), row.pk], _by_due)
NEWEST = Order("-id", ("-id",), lambda row: [row.pk], lambda place: Q(id__lt=_id(place[0])))
OLDEST = Order("id", ("id",), lambda row: [row.pk], lambda place: Q(id__gt=_id(place[0])))


@dataclass(frozen=True)
class Page:
    """``rows`` of one page, and where the next one begins: None at the end."""

    rows: Sequence[Any]
    cursor: str | None
    next: str | None

    def shown(self, results: Iterable[Any]) -> dict[str, Any]:
        return {"results": list(results), "next_cursor": self.cursor, "next": self.next}


def page_of(request: Request, rows: QuerySet[M], order: Order) -> Page:
    """The page the query asks for. Raises ``Malformed`` for a size or cursor that makes no sense."""
    size = page_size(request)
    typed = request.query_params.get("cursor")
    if typed is not None:
        rows = rows.filter(_behind(typed, order))
    found = list(rows.order_by(*order.fields)[: size + 1])
    if len(found) <= size:
        return Page(found, None, None)
    cursor = _cursor(order, found[size - 1])
    return Page(found[:size], cursor, _address(request._request, cursor))


def page_size(request: Request) -> int:
    """How many rows a page holds."""
    typed = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= LARGEST_SIZE):
        raise Malformed("bad-value", "page_size", _("A page holds 1 to 200 rows"))
    return int(typed)


def _cursor(order: Order, row: Model) -> str:
    text = json.dumps([order.name, *order.place(row)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _behind(cursor: str, order: Order) -> Q:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(place, list) or place[:1] != [order.name]:
            raise ValueError("another order")
        return order.after(place[1:])
    except (ValueError, IndexError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise Malformed("bad-cursor", "cursor") from error


def _moment(value: Any) -> datetime:
    """A row's own instant, whatever its year."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("no instant")
    return moment.astimezone(UTC)


def _id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ID:
        raise ValueError("no id")
    return value


def _address(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
