"""Every refusal as ``application/problem+json`` (RFC 9457): a code for machines, a sentence for people, the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from complaints.domain.saying import Stopped
from complaints.domain.sentences import sentence
from complaints.domain.workflow import Blocker
from office.api.address import Packed
from office.errors import (
    BODY,
    MALFORMED,
    Fault,
    Invalid,
    Malformed,
    NotAllowed,
    Refusal,
    Sentence,
    Stale,
    StepBlocked,
    TooLarge,
)
from playbooks.wording import Finding

MEDIA_TYPE = "application/problem+json"
PAGE = "/api/docs/"

log = structlog.get_logger("api")

PROBLEMS: Mapping[str, tuple[int, Promise]] = {
    **{code: (400, says) for code, says in MALFORMED.items()},
    "not-authenticated": (401, _("A token is needed")),
    "token-invalid": (401, _("The token is not valid")),
    "not-allowed": (403, _("Not allowed")),
    "missing-scope": (403, _("The token lacks a scope")),
    "not-found": (404, _("Not found")),
    "method-not-allowed": (405, _("This cannot be done at this address")),
    "wrong-state": (409, _("The present state does not allow it")),
    "wrong-step": (409, _("The ticket is in another step")),
    "step-blocked": (409, _("Evidence is still missing")),
    "wording-blocked": (409, _("The wording check blocks this")),
    "wording-unconfirmed": (409, _("A warning of the wording check is not confirmed")),
    "in-flight": (409, _("The same request is still being worked on")),
    "collision": (409, _("Two requests got in each other’s way")),
    "length-required": (411, _("Content-Length is needed")),
    "stale": (412, _("Somebody else saved first")),
    "too-large": (413, MALFORMED["too-large"]),
    "unsupported-media-type": (415, _("This kind of content is not taken")),
    "invalid": (422, _("Some fields need another look")),
    "idempotency-key-reused": (422, _("The Idempotency-Key belongs to another request")),
    "precondition-required": (428, _("If-Match is needed")),
    "throttled": (429, _("Too many requests")),
    "busy": (503, _("The desk is busy; try again")),
    "no-room": (507, _("There is no room for files")),
}
"""Every ``code`` a client has to tell apart, with its status and title. Other codes of 409 say why in ``detail``."""

_BY_STATUS = {409: PROBLEMS["wrong-state"][1], 403: PROBLEMS["not-allowed"][1], 422: PROBLEMS["invalid"][1]}

# What Django REST framework calls a fault → what we call it.
CODES = {
    "null": "required",
    "blank": "required",
    "empty": "required",
    "max_length": "too-long",
    "min_length": "too-short",
    "max_value": "out-of-range",
    "min_value": "out-of-range",
    "invalid_choice": "unknown-choice",
    "not_a_list": "not-a-list",
    "null_characters_not_allowed": "nul",
    "surrogate_characters_not_allowed": "surrogate",
    "no_name": "not-a-file",
}


class PreconditionRequired(Invalid):
    """A change that must name the version it changes (428)."""

    status = 428
    code = "precondition-required"
    sentence = _("Name the version you have seen in If-Match")

    def __init__(self) -> None:
        super().__init__({"If-Match": (Fault("required", self.sentence),)})


def problem(
    status: int,
    code: str,
    detail: Sentence,
    *,
    fields: Mapping[str, Iterable[Fault]] | None = None,
    blockers: Sequence[Blocker] = (),
    findings: Sequence[Finding] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document."""
    title = PROBLEMS[code][1] if code in PROBLEMS else _BY_STATUS.get(status, detail)
    body = {
        "type": f"{PAGE}#{code}" if code in PROBLEMS else "about:blank",
        "title": str(title),
        "status": status,
        "detail": str(detail),
        "code": code,
        "fields": {
            name: [{"code": fault.code, "message": str(fault.sentence)} for fault in faults]
            for name, faults in (fields or {}).items()
        },
        "blockers": [described(blocker) for blocker in blockers],
    }
    if findings:
        body["findings"] = [asdict(finding) for finding in findings]
    return Response(body, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def described(blocker: Blocker) -> dict[str, str]:
    """One thing that is missing: a code, the field it is mended in, a sentence."""
    return {"code": blocker.code, "field": blocker.field, "sentence": sentence(blocker)}


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The problem an exception stands for; None for a fault of ours, which is a 500 and is logged."""
    for kind, answer in _ANSWERS:
        if isinstance(error, kind):
            return answer(error)
    return None


def _refused(refusal: Refusal) -> Response:
    headers = {"ETag": f'"{refusal.current}"'} if isinstance(refusal, Stale) else {}
    if refusal.code == "in-flight":
        headers["Retry-After"] = "1"
    return problem(
        refusal.status,
        refusal.code,
        refusal.sentence,
        fields=refusal.fields if isinstance(refusal, Invalid) else None,
        blockers=refusal.blockers if isinstance(refusal, StepBlocked) else (),
        findings=refusal.findings if isinstance(refusal, Stopped) else (),
        headers=headers,
    )


def faults_of(detail: Any, place: str = "") -> dict[str, list[Fault]]:
    """The framework's nested errors as dotted field names with our codes."""
    if isinstance(detail, Mapping):
        found: dict[str, list[Fault]] = {}
        for name, inner in detail.items():
            key = place if name == "non_field_errors" else f"{place}.{name}".strip(".")
            for field, faults in faults_of(inner, key).items():
                found.setdefault(field, []).extend(faults)
        return found
    items = detail if isinstance(detail, list | tuple) else [detail]
    found = {}
    for item in items:
        if isinstance(item, Mapping | list):
            for field, faults in faults_of(item, place).items():
                found.setdefault(field, []).extend(faults)
        else:
            code = str(getattr(item, "code", "invalid"))
            found.setdefault(place or BODY, []).append(Fault(CODES.get(code, code.replace("_", "-")), str(item)))
    return found


def _not_found(error: Exception) -> Response:
    return problem(404, "not-found", _("There is nothing here that you may see"))


def _unauthenticated(error: Exception) -> Response:
    code = "token-invalid" if isinstance(error, exceptions.AuthenticationFailed) else "not-authenticated"
    challenge = str(getattr(error, "auth_header", 'Bearer realm="api"'))
    return problem(401, code, PROBLEMS[code][1], headers={"WWW-Authenticate": challenge})


def _throttled(error: Exception) -> Response:
    wait = max(1, round(getattr(error, "wait", None) or 1))
    return problem(429, "throttled", PROBLEMS["throttled"][1], headers={"Retry-After": str(wait)})


def _unsupported(error: Exception) -> Response:
    code = "unsupported-media-type"
    field = "Content-Encoding" if isinstance(error, Packed) else "Content-Type"
    return problem(415, code, PROBLEMS[code][1], fields={field: [Fault(code, PROBLEMS[code][1])]})


def _collision(error: Exception) -> Response:
    log.warning("api.collision", exc_info=error)
    return problem(409, "collision", _("Somebody changed the same thing at this moment; ask again"))


def _busy(error: Exception) -> Response:
    log.error("api.busy", exc_info=error)
    return problem(503, "busy", PROBLEMS["busy"][1], headers={"Retry-After": "1"})


def _framework(error: Exception) -> Response:
    """Whatever else the framework refuses."""
    status = int(getattr(error, "status_code", 400))
    code = str(getattr(error, "default_code", "malformed")).replace("_", "-")
    return problem(status, code, str(getattr(error, "detail", error)))


# The first that fits answers; the framework's base class stands last of its kind.
_ANSWERS: tuple[tuple[type[Exception], Callable[[Any], Response]], ...] = (
    (Refusal, _refused),
    (Http404, _not_found),
    (PermissionDenied, lambda error: _refused(NotAllowed())),
    (exceptions.PermissionDenied, lambda error: _refused(NotAllowed())),
    (exceptions.ValidationError, lambda error: _refused(Invalid(faults_of(error.detail)))),
    (exceptions.AuthenticationFailed, _unauthenticated),
    (exceptions.NotAuthenticated, _unauthenticated),
    (exceptions.Throttled, _throttled),
    (exceptions.UnsupportedMediaType, _unsupported),
    (exceptions.ParseError, lambda error: _refused(Malformed("malformed", BODY))),
    (exceptions.APIException, _framework),
    (RequestDataTooBig, lambda error: _refused(TooLarge())),
    (SuspiciousOperation, lambda error: _refused(Malformed("malformed", BODY))),
    (IntegrityError, _collision),
    (OperationalError, _busy),
    (InterfaceError, _busy),
)
