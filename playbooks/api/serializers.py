"""What a check is asked, and what it answers. Nothing is guessed: 5 is no text, and a time has its offset."""

from __future__ import annotations

import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from office.api.fields import Body, Code, Instant, Text
from office.calendars import is_zone
from playbooks.domain.shapes import LANGUAGES, STEPS

CHANNELS: Final = ("phone", "phone_note", "email", "chat", "sms", "letter", "web", "in_person", "social", "api")
LONGEST: Final = 200_000
"""Characters of one text."""

_TAG: Final = re.compile(r"(?:en|zh)(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


class AsSent(Text):
    """Text as it was sent: offsets count its characters, so nothing is trimmed."""

    def __init__(self, **rules: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **rules)


class Language(Text):
    """A BCP 47 tag, in any case, of English or Chinese: en, en-GB, zh-Hans, zh-Hant, zh-TW."""

    def to_internal_value(self, data: Any) -> str:
        tag = super().to_internal_value(data)
        if not _TAG.fullmatch(tag):
            raise serializers.ValidationError(_("This language is not known"), code="unknown-language")
        return tag


class Zone(Text):
    """The IANA name of a time zone."""

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        if not is_zone(name):
            raise serializers.ValidationError(_("This time zone is not known"), code="unknown-time-zone")
        return ZoneInfo(name)


def _language(about: str) -> Language:
    return Language(required=False, help_text=f"{about} A BCP 47 tag, in any case: {', '.join(LANGUAGES)}, en-GB …")


class WordingCheckSerializer(Body):
    text = AsSent(max_length=LONGEST)
    language = _language("Of the answer; without it that of Accept-Language, else English.")
    channel = Code(CHANNELS, required=False)
    step = Code(STEPS, required=False)


class PromiseCheckSerializer(Body):
    text = AsSent(max_length=LONGEST)
    language = _language("Of the text; its region says whether 03/04 is in March or April.")
    now = Instant(help_text="From when dates count, RFC 3339 with an offset.")
    timezone = Zone(help_text="The IANA name of the zone in which they are meant.")


class PatternSuggestionSerializer(Body):
    text = AsSent(max_length=LONGEST)
    channel = Code(CHANNELS, required=False)


class WordingFindingSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="The number of the rule.")
    severity = Code(("block", "warn", "hint", "nudge"))
    start = serializers.IntegerField(help_text="In Unicode code points of the text as it was sent.")
    end = serializers.IntegerField()
    why = serializers.CharField()
    suggest = serializers.CharField()


class PromiseSerializer(serializers.Serializer[Any]):
    by = serializers.CharField(required=False, help_text="An instant, with the offset of the time zone.")
    on = serializers.CharField(required=False, help_text="A day; there is either this or `by`.")
    kind = Code(("call", "write", "send", "refund", "visit", "update", "other"))
    start = serializers.IntegerField(help_text="In Unicode code points of the text as it was sent.")
    end = serializers.IntegerField()


class CueSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    start = serializers.IntegerField(help_text="In Unicode code points of the text as it was sent.")
    end = serializers.IntegerField()


class SuggestionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The key of the playbook.")
    cues = CueSerializer(many=True)
