"""A date in a body: an instant, or words and the zone they are meant in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.queries.hours import hours_of
from office.api.fields import Body, Instant, Text
from office.calendars import is_zone
from office.errors import Invalid
from playbooks.typed import LONGEST, Typed, typed


class Dated(Body):
    due_at = Instant(required=False, help_text="Either this, or `when` with `timezone`.")
    when = Text(
        required=False,
        max_length=LONGEST,
        help_text="A date in words, in English or Chinese: “tomorrow 3pm”, “in 3 working days”, “明天下午三点”.",
    )
    timezone = Text(required=False, max_length=64, help_text="The IANA zone `when` is meant in, such as Asia/Taipei.")


def dated(ticket: Ticket, said: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """What was said with ``due_at`` in the place of words. ``Invalid`` for both, for neither, for words that are no
    date to come, that can be read twice, or whose zone is missing or unknown."""
    words = dict(said)
    text, zone_name = words.pop("when", None), words.pop("timezone", None)
    if text is None:
        if "due_at" not in words:
            raise Invalid.one("due_at", "required", _("Say when: an instant, or words and their zone"))
        if zone_name:
            raise Invalid.one("timezone", "not-both", _("An instant has its zone already"))
        return words
    if "due_at" in words:
        raise Invalid.one("when", "twice", _("Give either an instant or words, not both"))
    found = _read(ticket, text, zone_name, now)
    words["due_at"] = found.at
    if found.kind == "on":
        words.setdefault("due_kind", "on")
    return words


def _read(ticket: Ticket, text: str, zone_name: str | None, now: datetime) -> Typed:
    if not zone_name:
        raise Invalid.one("timezone", "required", _("Words need the zone they are meant in, such as Asia/Taipei"))
    if not is_zone(zone_name):
        raise Invalid.one("timezone", "unknown-zone", _("This time zone is not known"))
    zone = ZoneInfo(zone_name)
    found = typed(text, now=now, timezone=zone, calendar=hours_of(ticket, zone=zone_name), language=get_language())
    if found is None:
        raise Invalid.one("when", "not-understood", _("This is not understood as a date to come"))
    if found.unsure:
        raise Invalid.one("when", "ambiguous", _("Say whether it is morning or afternoon, such as 3pm or 15:00"))
    return found
