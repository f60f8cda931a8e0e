"""What every resource of the API does the same way: who asks, which ticket, which version, and once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from complaints import access
from complaints.api.problems import PreconditionRequired
from complaints.api.schema import DeskSchema
from complaints.api.throttles import MinuteThrottle
from complaints.models import Ticket
from complaints.models.ticket import TicketQuerySet
from office.actions.idempotency import Answer, once
from office.api.address import Address
from office.api.authentication import TokenUser
from office.errors import Malformed
from office.models import ApiToken
from office.roles import Actor

B = TypeVar("B", bound=BaseSerializer[Any])

_ETAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_KEY = re.compile(r"[\x20-\x7e]{1,200}")
READ, WRITE = "tickets:read", "tickets:write"
NOWHERE = -1
"""A version no row has."""


class Resource(Address):
    """One address. Order of answers: 401, 429, 415, 413, 400 (parameters), 404, 403, 428, 400 or 422, 412, 409."""

    throttle_classes = [MinuteThrottle]
    schema = DeskSchema()

    @property
    def actor(self) -> Actor:
        return cast(TokenUser, self.request.user).actor

    @property
    def now(self) -> datetime:
        return timezone.now()

    def need(self, scope: str) -> None:
        """``MissingScope`` when the token lacks it."""
        access.require_scope(self.actor, scope)

    def seen(self) -> TicketQuerySet:
        """Every ticket the token may see, with what is shown of each."""
        tickets = access.visible_to(self.actor)
        return tickets.select_related("customer", "owner", "team", "category__parent").prefetch_related("clocks")

    def ticket(self, number: str, scope: str = WRITE) -> Ticket:
        """The ticket, or 404; then 403 when the token lacks the scope."""
        ticket = access.ticket_for(self.actor, number, among=self.seen())
        self.need(scope)
        return ticket

    def read(self, body: type[B], **options: Any) -> Any:
        """The request's body in the shape of ``body``. Raises with every faulty field."""
        serializer = body(data=self.request.data, **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def version(self, current: int, *, needed: bool = False) -> int | None:
        """The version named in If-Match, None when there is none. Raises ``PreconditionRequired`` when it is needed."""
        typed = self.request.headers.get("If-Match", "").strip()
        if not typed:
            if needed:
                raise PreconditionRequired
            return None
        if typed == "*":
            return None
        tags = [tag.strip() for tag in typed.split(",")]
        if not all(_ETAG.fullmatch(tag) for tag in tags):
            raise Malformed("bad-if-match", "If-Match")
        return current if f'"{current}"' in tags else NOWHERE

    def once(self, act: Callable[[], Answer]) -> Response:
        """Do it, at most once for an Idempotency-Key."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return respond(act())
        if not _KEY.fullmatch(key) or not key.strip():
            raise Malformed("bad-idempotency-key", "Idempotency-Key")
        token = cast(ApiToken, self.request.auth)
        return respond(once(token, key=key, digest=digest(self.request), now=self.now, act=act))


def answered(status: int, data: Any = None, **headers: str) -> Answer:
    """An answer whose body is plain JSON, so that it can be kept and given again."""
    body = None if data is None else json.loads(JSONRenderer().render(data))
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def respond(answer: Answer) -> Response:
    headers = dict(answer.headers) | ({"Idempotent-Replay": "true"} if answer.replayed else {})
    return Response(answer.body, status=answer.status, headers=headers)


def etag(version: int) -> str:
    return f'"{version}"'


def digest(request: Request) -> str:
    """SHA-256 of method, path and body, whatever the order of its keys and the boundary of its form."""
    said: dict[str, Any] = {}
    for name, value in cast(Mapping[str, Any], request.data).items():
        if isinstance(value, UploadedFile):
            value.seek(0)
            said[name] = [value.name, hashlib.sha256(value.read()).hexdigest()]
            value.seek(0)
        else:
            said[name] = value
    line = json.dumps([request.method, request.path, said], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(line.encode()).hexdigest()
