"""What hangs on a ticket and is listed, added and ended the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.api.paging import OLDEST, PAGING, Order, page_of
from complaints.api.resource import READ, WRITE, Answer, Resource, answered
from complaints.models import Ticket
from office.api.fields import Body
from office.errors import Refusal, Stale

R = TypeVar("R")
Shape = type[serializers.Serializer[Any]]

PAGE = [
    OpenApiParameter("cursor", str),
    OpenApiParameter("page_size", int, description="1 to 200", default=50),
]


def paged(shape: Shape) -> serializers.Serializer[Any]:
    """The description of a page of these."""
    name = shape.__name__.removesuffix("Serializer")
    fields: dict[str, Any] = {
        "results": shape(many=True),
        "next_cursor": serializers.CharField(allow_null=True),
        "next": serializers.CharField(allow_null=True),
    }
    return inline_serializer(f"{name}Page", fields)


class PartResource(Resource):
    """An address of things that hang on one ticket."""

    parameters = PAGING
    matches = True
    subject: Ticket

    def ticket(self, number: str, scope: str = WRITE) -> Ticket:
        """The ticket, or 404; a change of what hangs on it may name its version."""
        self.subject = super().ticket(number, scope)
        return self.subject

    def listed(
        self,
        request: Request,
        number: str,
        rows: Callable[[Ticket], QuerySet[Any]],
        shape: Shape,
        order: Order = OLDEST,
    ) -> Response:
        """One page of them, oldest first."""
        ticket = self.ticket(number, READ)
        page = page_of(request, rows(ticket), order)
        return Response(page.shown(shape(page.rows, many=True).data))

    def added(self, make: Callable[[], Model], shape: Shape) -> Response:
        """Make one, at most once for an Idempotency-Key, and show it."""
        return self.once(lambda: self.shown(self.matched(make), shape, status=201))

    def matched(self, do: Callable[[], R]) -> R:
        """Do it where the ticket still has the version named in If-Match, if one is named. Raises ``Stale``."""
        version = self.version(self.subject.version)
        if version is None:
            return do()
        with transaction.atomic():
            current = access.locked(self.actor, self.subject).version
            if current != version:
                raise Stale(current=current)
            try:
                return do()
            except Refusal as refusal:
                refused = refusal
        raise refused  # after the commit, so that its line in the record book stays

    def shown(self, row: Model, shape: Shape, *, status: int = 200) -> Answer:
        return answered(status, shape(row).data)

    def part(self, number: str, pk: int, find: Callable[..., Any]) -> Any:
        """The row ``pk`` of this ticket through the door; 404 for one of another ticket."""
        ticket = self.ticket(number)
        row = find(self.actor, pk)
        if row.ticket_id != ticket.pk:
            raise Http404
        return row


class Nothing(Body):
    """No field is needed."""


def part_verb(
    operation: str,
    summary: str,
    *,
    find: Callable[..., Any],
    do: Callable[..., Model],
    shape: Shape,
    body: type[Body] = Nothing,
    **fixed: Any,
) -> type[PartResource]:
    """An address where ``do`` is done by POST to a part of a ticket."""

    class Verb(PartResource):
        @extend_schema(operation_id=operation, summary=summary, request=body, responses={200: shape})
        def post(self, request: Request, number: str, pk: int) -> Response:
            row = self.part(number, pk, find)
            said = self.read(body)

            def act() -> Model:
                return do(row, actor=self.actor, now=self.now, **fixed, **said)

            return self.once(lambda: self.shown(self.matched(act), shape))

    return Verb
