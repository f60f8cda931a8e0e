"""JSON as we take it: an object, no key twice, not deeper than anybody needs, no text that cannot be stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from office.api.fields import UNSTORABLE
from office.errors import BODY, Fault, Invalid, Malformed, TooLarge

DEEPEST = 16
"""Levels of nesting a body may have; ours have two."""

LONGEST_NUMBER = 40
"""Digits of a whole number that are read; our largest has nineteen."""

NUL = Fault("nul", _("A NUL character cannot be stored"))
SURROGATE = Fault("surrogate", _("Half a surrogate pair is no character"))
TWICE = Fault("duplicate-field", _("This field is given twice"))
NOT_AN_OBJECT = Fault("not-an-object", _("This has to be a JSON object"))


class _Pairs(dict[str, Any]):
    """An object that remembers which keys it was given twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = {key for key, _value in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]


class JSONParser(parsers.BaseParser):
    """Raises ``Malformed`` for what is not JSON or too deep, ``Invalid`` with the field for what cannot be stored."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        if not raw.strip():
            return {}
        data = _read(raw)
        faults: dict[str, list[Fault]] = {}
        for place, fault in _faults(data):
            faults.setdefault(place or BODY, []).append(fault)
        if faults:
            raise Invalid(faults)
        return dict(data)


class FormParser(parsers.MultiPartParser):
    """A multipart form with a file; a broken one is a problem with a code."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except ParseError as error:
            raise Malformed("not-multipart", BODY) from error


def _read(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_Pairs, parse_constant=_no_constant, parse_int=_whole)
    except RecursionError as error:
        raise Malformed("too-deep", BODY) from error
    except ValueError as error:
        raise Malformed("not-json", BODY) from error


def _whole(digits: str) -> int:
    """A number too long for any of our fields is only that: too large. Reading it digit by digit would cost time."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else int(digits[:2] + "0" * LONGEST_NUMBER)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _faults(data: Any) -> Iterator[tuple[str, Fault]]:
    """What is wrong with the tree, wherever; walks without recursion."""
    if not isinstance(data, dict):
        yield "", NOT_AN_OBJECT
        return
    waiting: list[tuple[str, Any, int]] = [("", data, 1)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Malformed("too-deep", BODY)
        if isinstance(value, _Pairs):
            for key in value.twice:
                yield _named(place, key), TWICE
            for key, inner in value.items():
                yield from _unstorable(_named(place, key), key)
                waiting.append((_named(place, key), inner, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{place}.{number}", inner, depth + 1) for number, inner in enumerate(value)]
        elif isinstance(value, str):
            yield from _unstorable(place, value)


def _named(place: str, key: str) -> str:
    return f"{place}.{UNSTORABLE.sub('�', key)}".strip(".")


def _unstorable(place: str, text: str) -> Iterator[tuple[str, Fault]]:
    found = UNSTORABLE.search(text)
    if found is not None:
        yield place, NUL if found.group() == "\x00" else SURROGATE
