"""What a body may hold, by type. Nothing is guessed: "5" is no number, "yes" no truth, a time has its offset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from office.folding import is_blank, printable

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no database and no answer can carry."""
_YEARS = range(1900, 2201)

NOT_TEXT = _("This has to be text")
NOT_A_LIST = _("This has to be a list")
NOT_A_NUMBER = _("This has to be a whole number")
BAD_INSTANT = _("Give date, time and offset, such as 2026-11-24T10:42:00+08:00")
BAD_DAY = _("Give a date such as 2026-11-24")
UNKNOWN_FIELD = _("This field is not known here")
NOT_AN_OBJECT = _("This has to be a JSON object")


def instant(text: str) -> datetime | None:
    """A moment of RFC 3339 with its offset, in UTC; None for anything else."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
        return moment if moment.year in _YEARS else None
    except (ValueError, OverflowError):
        return None


# No docstring: the descriptions of all bodies would begin with it.
class Body(serializers.Serializer[Any]):
    default_error_messages = {"invalid": NOT_AN_OBJECT}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            wrong = serializers.ErrorDetail(str(NOT_AN_OBJECT), code="not-an-object")
            raise serializers.ValidationError({"non_field_errors": [wrong]})
        unknown = {
            UNSTORABLE.sub("�", str(name)): [serializers.ErrorDetail(str(UNKNOWN_FIELD), code="unknown-field")]
            for name in data
            if name not in self.fields
        }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
            raise serializers.ValidationError({**unknown, **detail}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return values


class Text(serializers.CharField):
    """Text, at most ``max_length`` characters."""

    default_error_messages = {"invalid": NOT_TEXT}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(NOT_TEXT, code="not-text")
        text: str = super().to_internal_value(data)
        if not self.allow_blank and is_blank(text):
            self.fail("blank")
        return text


class Line(Text):
    """Text of one line, kept as `printable`."""

    def to_internal_value(self, data: Any) -> str:
        return printable(super().to_internal_value(data))


class Code(Text):
    """One word of a closed list; any other is refused as ``unknown``."""

    def __init__(
        self, among: Iterable[str], *, unknown: str = "unknown-choice", says: str | Promise = "", **rules: Any
    ) -> None:
        super().__init__(**rules)
        self.among = tuple(among)
        self.unknown = unknown
        self.says = says or _("Choose one of the values offered")

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in self.among:
            raise serializers.ValidationError(str(self.says), code=self.unknown)
        return code


class Several(serializers.ListField):
    """A list; every element is read by ``child``."""

    default_error_messages = {
        "not_a_list": NOT_A_LIST,
        "empty": _("At least one is needed"),
        "max_length": _("There may be {max_length} at most"),
    }


class Instant(serializers.DateTimeField):
    """RFC 3339 with an offset."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = instant(value) if isinstance(value, str) else None
        if moment is None:
            raise serializers.ValidationError(BAD_INSTANT, code="bad-date")
        return moment


class Day(serializers.DateField):
    """A calendar day."""

    def to_internal_value(self, value: Any) -> date:
        try:
            if not isinstance(value, str) or not _DAY.fullmatch(value):
                raise ValueError
            day = date.fromisoformat(value)
        except ValueError as error:
            raise serializers.ValidationError(BAD_DAY, code="bad-date") from error
        if day.year not in _YEARS:
            raise serializers.ValidationError(BAD_DAY, code="bad-date")
        return day


class Whole(serializers.IntegerField):
    """A whole number, not a text that looks like one."""

    def __init__(self, *, least: int = 0, most: int = 2**31 - 1, **rules: Any) -> None:
        super().__init__(min_value=least, max_value=most, **rules)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError(NOT_A_NUMBER, code="not-a-number")
        return data


class Flag(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("This has to be true or false"), code="not-a-boolean")
        return data


class Money(serializers.DecimalField):
    """An amount with at most two decimals, as text ("12.50") or number."""

    def __init__(self, **rules: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **rules)

    def to_internal_value(self, data: Any) -> Any:
        says = _("This is not an amount")
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            raise serializers.ValidationError(says, code="not-an-amount")
        try:
            return super().to_internal_value(data)
        except (serializers.ValidationError, DjangoValidationError) as error:
            raise serializers.ValidationError(says, code="not-an-amount") from error


class CodeInSchema(OpenApiSerializerFieldExtension):
    """A closed list stays where it is used: many fields are called ``kind``."""

    target_class = Code
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        among = [str(code) for code in self.target.among]
        if self.target.allow_blank:
            among.append("")
        return {"type": "string", "anyOf": [{"enum": among}]}
