"""The API described by itself: OpenAPI 3.1, as a file for machines and as a page for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from complaints.api.problems import MEDIA_TYPE, PROBLEMS
from office.api.schema import TokenScheme
from playbooks.api.serializers import WordingFindingSerializer

__all__ = ["DeskSchema", "TokenScheme"]


class FaultSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class BlockerSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Machine-readable, such as listen.harm.missing.")
    field = serializers.CharField(help_text="Where on the step’s form it is mended.")
    sentence = serializers.CharField(help_text="For a person, in the language asked for.")


class StoppedFindingSerializer(WordingFindingSerializer):
    take = serializers.BooleanField(help_text="Whether what is suggested can stand in the text as it is.")


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `fields` maps each faulty field to its faults, `blockers` lists everything a step still lacks."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    fields = serializers.DictField(child=FaultSerializer(many=True))  # type: ignore[assignment]
    blockers = BlockerSerializer(many=True)
    findings = StoppedFindingSerializer(many=True, required=False, help_text="What the wording check stopped.")


KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 200 visible ASCII characters. The same request with it is done once and answered every time.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version this changes, in quotes."
)
MUST_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the version this changes."
)


PARTS = frozenset(["steps", "interactions", "attachments", "issues", "redress", "links", "follow-ups", "escalations"])
"""What hangs on a ticket and is listed under a heading of its own."""


class DeskSchema(AutoSchema):
    """Adds what every operation has: problem documents, the key of a POST."""

    def get_override_parameters(self) -> list[Any]:
        key = [KEY] if self.method == "POST" else []
        return [*key, IF_MATCH] if self.method != "GET" and getattr(self.view, "matches", False) else key

    def get_description(self) -> str:  # type: ignore[override]
        """Only what an operation says itself: our docstrings are for those who read the code."""
        return ""

    def get_tags(self) -> list[str]:
        """`/api/v1/tickets/{number}/steps/…` is of steps, a verb of tickets."""
        nouns = self.path.split("/")[3:]
        return [nouns[2] if len(nouns) > 2 and nouns[2] in PARTS else nouns[0]]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ProblemSerializer(), "response")
        content = {MEDIA_TYPE: {"schema": component.ref}}
        if self.method != "GET" and getattr(self.view, "leaves", False):
            bodies |= {"204": {"description": "Done; the token does not see the ticket any more"}}
        told = {"content": content, "description": "A problem document"}
        return bodies | {"4XX": told, "5XX": told}


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The whole description, made once in a process, in English."""
    with translation.override("en"):
        return dict(SchemaGenerator(api_version="v1").get_schema(request=None, public=True))


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The description as JSON with `?format=json` or `Accept: application/json`, else as YAML."""
    accept = request.headers.get("Accept", "")
    if request.GET.get("format") == "json" or ("json" in accept and "yaml" not in accept):
        body, kind = OpenApiJsonRenderer().render(described(), renderer_context={}), "application/json"
    else:
        body, kind = OpenApiYamlRenderer().render(described(), renderer_context={}), "application/yaml"
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with a line to try it, and every problem with its code."""
    codes = [{"code": code, "status": status, "title": title} for code, (status, title) in PROBLEMS.items()]
    context = {"groups": _groups(request), "problems": codes, "info": described()["info"]}
    return render(request, "complaints/api_docs.html", context)


def _groups(request: HttpRequest) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(request, path, method, operation))
    return [{"name": name, "operations": operations} for name, operations in groups.items()]


def _operation(request: HttpRequest, path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [each for each in operation.get("parameters", []) if each["in"] != "path"],
        "fields": _body_fields(operation),
        "statuses": [status for status in operation["responses"] if status.isdigit()],
        "curl": _curl(request.build_absolute_uri("/").rstrip("/") + path, method.upper(), operation),
    }


def _body_fields(operation: dict[str, Any]) -> list[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        schema = _resolved(media["schema"])
        required = schema.get("required", [])
        return [
            {"name": name, "required": name in required, "kind": _kind(each), "about": each.get("description", "")}
            for name, each in schema.get("properties", {}).items()
        ]
    return []


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(described()["components"]["schemas"][name]) if name else schema


def _kind(schema: dict[str, Any]) -> str:
    """A field's type in a word or its values."""
    for inner in schema.get("anyOf", []):
        if "enum" in inner:
            return " | ".join(str(value) for value in inner["enum"] if value)
    kind = schema.get("format") or schema.get("type") or "object"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _curl(address: str, method: str, operation: dict[str, Any]) -> str:
    lines = [f"curl -X {method} '{address}'", "-H 'Authorization: Bearer fs_…'"]
    names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]
    if "Idempotency-Key" in names:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if "If-Match" in names and method != "POST":
        lines.append("""-H 'If-Match: "1"'""")
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        lines.append("-F 'file=@photo.jpg'")
    elif content:
        wanted = [field["name"] for field in _body_fields(operation) if field["required"]]
        body = ", ".join(f'"{name}": …' for name in wanted)
        lines += ["-H 'Content-Type: application/json'", f"-d '{{{body}}}'"]
    return " \\\n  ".join(lines)
