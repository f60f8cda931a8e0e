"""What every address of the API does the same way before and after its own business."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from office.api.negotiation import OnlyJSON
from office.api.parsers import JSONParser
from office.errors import Malformed, TooLarge


class Packed(exceptions.UnsupportedMediaType):
    """A body that would have to be unpacked first (415)."""


class Address(APIView):
    """JSON in and out, kept by no cache. Order of answers: 401, 429, 413, 415, 400 (parameters), then its own.

    ``parameters`` are the names a query may have; None takes any. ``largest`` is in bytes.
    """

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    parameters: frozenset[str] | None = frozenset()
    largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    content_negotiation_class = OnlyJSON
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            super().initial(request, *args, **kwargs)
        except (exceptions.AuthenticationFailed, exceptions.NotAuthenticated):
            self.check_throttles(request)  # those who guess tokens are counted too
            raise
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > self.largest:
            raise TooLarge
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Packed(request.headers["Content-Encoding"])
        if self.parameters is not None:
            require_known(request._request.GET, self.parameters)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def require_known(query: QueryDict, names: frozenset[str]) -> None:
    """A filter nobody knows is refused: a typing error must not widen a list.

    Raises ``Malformed`` for a parameter that is not known, given twice, or holds what no database takes.
    """
    for name, values in query.lists():
        if name not in names:
            raise Malformed("unknown-filter", name)
        if len(values) > 1:
            raise Malformed("bad-value", name, _("Give this once; several values are separated by commas"))
        if any("\x00" in value for value in values):
            raise Malformed("bad-value", name)
