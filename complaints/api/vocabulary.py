"""The closed lists a client chooses from: categories, reasons, teams and codes, named in the language asked for."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.problems import PROBLEMS, problem
from complaints.api.resource import READ, Resource
from complaints.api.shapes import CategorySerializer, TeamSerializer
from complaints.domain import vocabulary as v
from complaints.models import Category, Reason
from office import access as office_access

CODES: dict[str, v.Words] = {
    "steps": v.STEPS,
    "states": v.STATES,
    "kinds": v.KINDS,
    "channels": v.CHANNELS,
    "harms": v.HARMS,
    "severities": v.SEVERITIES,
    "expectations": v.EXPECTATIONS,
    "behaviours": v.BEHAVIOURS,
    "answers": v.ANSWERS,
    "regret_forms": v.REGRET_FORMS,
    "acceptances": v.ACCEPTANCES,
    "findings": v.FINDINGS,
    "clocks": v.CLOCKS,
    "follow_ups": v.FOLLOW_UPS,
    "outcomes": v.OUTCOMES,
    "triggers": v.TRIGGERS,
    "redress": v.REDRESS,
    "bases": v.BASES,
    "redress_states": v.REDRESS_STATES,
    "causes": v.CAUSES,
    "links": v.LINKS,
    "languages": v.LANGUAGES,
}


class VocabularySerializer(serializers.Serializer[Any]):
    categories = CategorySerializer(many=True)
    reasons = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    teams = TeamSerializer(many=True)
    codes = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class Vocabulary(Resource):
    @extend_schema(
        operation_id="get_vocabulary",
        summary="Read the closed lists",
        responses={200: VocabularySerializer},
    )
    def get(self, request: Request) -> Response:
        self.need(READ)
        live = Category.objects.filter(retired_at__isnull=True).select_related("parent")
        reasons: dict[str, dict[str, str]] = {kind: {} for kind, _name in Reason.KINDS}
        for reason in Reason.objects.filter(retired_at__isnull=True):
            reasons[reason.kind][reason.code] = str(reason)
        body = {
            "categories": CategorySerializer(live, many=True).data,
            "reasons": reasons,
            "teams": TeamSerializer(office_access.teams().order_by("name"), many=True).data,
            "codes": {name: {code: str(word) for code, word in words.items()} for name, words in CODES.items()},
        }
        return Response(body)


class NoSuchAddress(Resource):
    """Whatever is not an address of the API."""

    parameters = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.http_method_not_allowed = self._nothing  # type: ignore[method-assign]

    @staticmethod
    def _nothing(request: Request, *args: Any, **kwargs: Any) -> Response:
        return problem(404, "not-found", PROBLEMS["not-found"][1])
