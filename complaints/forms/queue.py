"""What narrows the queue, as the address bar carries it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.domain import vocabulary as v
from complaints.queries.queue import Choices, Filters

DUE_WORDS: v.Words = {
    "late": _("Past due"),
    "hour": _("Within the hour"),
    "today": _("Later today"),
}
YES_NO: v.Words = {"yes": pgettext_lazy("waiting", "Yes"), "no": pgettext_lazy("waiting", "No")}
OWNERS: v.Words = {"me": _("Me"), "nobody": _("Nobody yet")}
NAMES = tuple(Filters.__dataclass_fields__)
NEEDS_CHOICES = frozenset({"category", "team", "owner"})
"""Filters whose words stand in the database."""


def _any(rows: Iterable[tuple[str, Any]], *, nothing: str | Promise = "") -> list[tuple[str, Any]]:
    return [("", nothing or pgettext_lazy("filter", "Any")), *rows]


class FilterForm(forms.Form):
    """One choice each; what is not on offer is left out and said beside its field."""

    state = forms.ChoiceField(label=_("State"), required=False)
    due = forms.ChoiceField(label=_("Next deadline"), required=False)
    step = forms.ChoiceField(label=_("Step"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    waiting = forms.ChoiceField(label=_("Waiting"), required=False)
    safety = forms.ChoiceField(label=pgettext_lazy("overlay", "Safety"), required=False)

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = choices or Choices([], [], [])
        offered: dict[str, list[tuple[str, Any]]] = {
            "state": _any(((k, w) for k, w in v.STATES.items() if k != "open"), nothing=v.STATES["open"]),
            "due": _any(v.choices(DUE_WORDS)),
            "step": _any(v.choices(v.STEPS)),
            "severity": _any(v.choices(v.SEVERITIES)),
            "owner": _any([*v.choices(OWNERS), *known.people]),
            "team": _any(known.teams),
            "category": _any(known.categories),
            "channel": _any(v.choices(v.CHANNELS)),
            "language": _any(v.choices(v.LANGUAGES)),
            "waiting": _any(v.choices(YES_NO)),
            "safety": _any([("yes", _("Safety only"))]),
        }
        self._words: dict[str, dict[str, str]] = {}
        for name, rows in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = rows
            self._words[name] = {code: str(word) for code, word in rows}
            field.error_messages["invalid_choice"] = _("This is not on offer, so it is left out")

    def filters(self) -> Filters:
        """What is known of what was asked; the rest is left out."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name) or "" for name in NAMES})

    def words(self, name: str) -> str:
        """The word for the value in force, for its chip."""
        return self._words[name].get(self.cleaned_data.get(name, ""), "")
