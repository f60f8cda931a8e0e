"""The field in which a date is typed in words, and how a form takes it: at once when clear, else after a question.

Beside it stands the browser's own control for a date; words go before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.forms.words import Words
from office.calendars import WorkingTime
from office.moments import ENGLISH, moment_in_words
from playbooks.typed import Typed, typed

NOT_UNDERSTOOD = _("This is not understood as a date to come. Try “tomorrow 3pm”, “in 3 working days” or 明天下午三点")
UNSURE = _("Is it %(when)s? Save again if it is, or say morning or afternoon")
CHOOSE = _("Say when, in words or by the calendar")


@dataclass(frozen=True)
class Reader:
    """Who reads the words: when, in which zone, with whose working hours, in which language."""

    now: datetime
    zone: ZoneInfo
    hours: WorkingTime
    language: str = ENGLISH

    @classmethod
    def here(cls, now: datetime, hours: WorkingTime) -> Reader:
        """The person who asked for this page."""
        return cls(now, ZoneInfo(timezone.get_current_timezone_name()), hours, get_language() or ENGLISH)

    def read(self, text: str) -> Typed | None:
        return typed(text, now=self.now, timezone=self.zone, calendar=self.hours, language=self.language)

    def say(self, moment: datetime) -> str:
        """An instant in the reader's words."""
        return moment_in_words(moment, now=self.now, zone=self.zone, language=self.language)


class WhenInput(forms.TextInput):
    """The words, and under them what they were understood as: asked of the server while they are typed.

    ``meant`` are words that were shown as understood already, so that nobody is asked twice.
    """

    case = ""
    meant = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        asks = {
            "autocomplete": "off",
            "hx-get": reverse("understood") + (f"?case={self.case}" if self.case else ""),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "next [data-understood]",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, {**asks, **(attrs or {})}, renderer)
        under = render_to_string("complaints/my_day/_understood.html", {"meant": self.meant})
        return mark_safe(field + f'<p class="form-hint" data-understood aria-live="polite">{under}</p>')  # noqa: S308


class WhenField(Words):
    """A date in words. It stays text here: what it means depends on who reads it."""

    widget = WhenInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("When"))
        options.setdefault("help_text", _("In words: tomorrow 3pm, Fri 17:00, in 3 working days, 明天下午三点"))
        super().__init__(**options)


def understood(form: forms.Form, reader: Reader, name: str = "when") -> Typed | None:
    """What the words in field ``name`` mean. What is wrong with them is put beside the field.

    What can be read twice is asked about once: the same words sent again are meant as they were understood.
    """
    text = str(form.cleaned_data.get(name) or "")
    if not text:
        return None
    found = reader.read(text)
    if found is None:
        form.add_error(name, forms.ValidationError(NOT_UNDERSTOOD, code="not-understood"))
        return None
    if found.unsure and text not in _meant(form):
        form.fields[name].widget.meant = text
        form.add_error(name, forms.ValidationError(str(UNSURE) % {"when": reader.say(found.at)}, code="unsure"))
        return None
    return found


def _meant(form: forms.Form) -> list[str]:
    data: Any = form.data
    given = data.getlist("meant") if hasattr(data, "getlist") else [data.get("meant", "")]
    return [value.strip() for value in given]
