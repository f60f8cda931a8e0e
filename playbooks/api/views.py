"""Wording, promises and patterns over REST: a text in, findings with their places out."""

from __future__ import annotations

from typing import Any, Final, cast

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from office.api.address import Address
from office.api.authentication import TokenUser
from playbooks import access, matching, promises, queries, wording
from playbooks.api.serializers import (
    PatternSuggestionSerializer,
    PromiseCheckSerializer,
    PromiseSerializer,
    SuggestionSerializer,
    WordingCheckSerializer,
    WordingFindingSerializer,
)
from playbooks.saying.context import language_of

PROBLEM: Final = {("4XX", "application/problem+json"): {"$ref": "#/components/schemas/Problem"}}
KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Taken and not needed: a check changes nothing.",
)


class Check(Address):
    """One check. Order of answers: 401, 429, 413, 415, 400 (parameters), 403, 400 or 422."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        access.require_reader(cast(TokenUser, request.user).actor)

    def asked(self, body: type[Serializer[Any]]) -> dict[str, Any]:
        """What was sent, in the shape of ``body``. Raises with every faulty field."""
        serializer = body(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class WordingChecks(Check):
    @extend_schema(
        operation_id="check_wording",
        summary="Check the wording of a text",
        description="What our own rules say of a text we are about to send, by where it begins.",
        tags=["wording-checks"],
        parameters=[KEY],
        request=WordingCheckSerializer,
        responses={200: WordingFindingSerializer(many=True), **PROBLEM},
        examples=[
            OpenApiExample(
                "A guarantee",
                request_only=True,
                value={"text": "I guarantee it arrives tomorrow.", "language": "en", "channel": "email"},
            ),
            OpenApiExample(
                "A finding",
                response_only=True,
                value={
                    "rule": "P01",
                    "severity": "warn",
                    "start": 0,
                    "end": 11,
                    "why": "A guarantee the company cannot control becomes the next complaint.",
                    "suggest": "I have asked for … and will tell you the result by [date, time].",
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(WordingCheckSerializer)
        language = language_of(asked.get("language") or get_language() or "en")
        context = wording.Context(
            language=language, reader=language, channel=asked.get("channel", ""), step=asked.get("step", "")
        )
        found = wording.check(asked["text"], context, queries.rules(fresh=True))
        return Response(WordingFindingSerializer(found, many=True).data)


class PromiseChecks(Check):
    @extend_schema(
        operation_id="check_promises",
        summary="Find the promises in a text",
        description="What somebody on our side says they will do, and by when. Days without an hour are `on` that day.",
        tags=["promise-checks"],
        parameters=[KEY],
        request=PromiseCheckSerializer,
        responses={200: PromiseSerializer(many=True), **PROBLEM},
        examples=[
            OpenApiExample(
                "A call",
                request_only=True,
                value={
                    "text": "I will call you on Wednesday at 3 pm.",
                    "language": "en",
                    "now": "2026-11-24T10:42:00+00:00",
                    "timezone": "Europe/London",
                },
            ),
            OpenApiExample(
                "A promise",
                response_only=True,
                value={"by": "2026-11-25T15:00:00+00:00", "kind": "call", "start": 7, "end": 36},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(PromiseCheckSerializer)
        zone = asked["timezone"]
        found = promises.find(asked["text"], now=asked["now"], timezone=zone, language=asked.get("language"))
        return Response([{**_due(promise, zone), **_placed(promise)} for promise in found])


def _due(promise: promises.Promise, zone: Any) -> dict[str, str]:
    if promise.by is not None:
        return {"by": promise.by.astimezone(zone).isoformat()}
    return {"on": promise.on.isoformat()} if promise.on is not None else {}


def _placed(promise: promises.Promise) -> dict[str, Any]:
    return {"kind": str(promise.kind), "start": promise.start, "end": promise.end}


class PatternSuggestions(Check):
    @extend_schema(
        operation_id="suggest_patterns",
        summary="Suggest patterns for a customer’s words",
        description="At most two, with the words that speak for them; none when nothing is clear.",
        tags=["pattern-suggestions"],
        parameters=[KEY],
        request=PatternSuggestionSerializer,
        responses={200: SuggestionSerializer(many=True), **PROBLEM},
        examples=[
            OpenApiExample(
                "A threat", request_only=True, value={"text": "I know where you live.", "channel": "phone_note"}
            ),
            OpenApiExample(
                "A suggestion",
                response_only=True,
                value={
                    "key": "conduct_threat",
                    "cues": [{"text": "I know where you live", "start": 0, "end": 21}],
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = self.asked(PatternSuggestionSerializer)
        retired = queries.shelf(fresh=True).retired
        found = matching.match(asked["text"], channel=asked.get("channel"))
        return Response(SuggestionSerializer([one for one in found if one.key not in retired], many=True).data)
