"""Which days and whose complaints a report is about, as the address bar carries it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.queries.reports import Span

USUAL = timedelta(days=30)
LONGEST = timedelta(days=366)


class Day(forms.DateField):
    """A day that has a midnight in every zone."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        known = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        super().__init__(required=False, validators=known, **options)


class SpanForm(forms.Form):
    """Whole days of the reader's zone, both ends included, and a team. What cannot be is said beside its field."""

    since = Day(label=pgettext_lazy("period", "From"))
    until = Day(label=pgettext_lazy("period", "To"))
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Any, *, teams: Iterable[tuple[int, str]], now: datetime, zone: tzinfo) -> None:
        self.zone, self.today = zone, now.astimezone(zone).date()
        usual = {"since": self.today - USUAL + timedelta(days=1), "until": self.today, "team": ""}
        given = {name: data.get(name) or usual[name] for name in usual}
        super().__init__(given)
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("All teams")), *((str(pk), name) for pk, name in teams)]
        field.error_messages["invalid_choice"] = _("This is not on offer, so it is left out")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This is before the first day"))
        elif since and until and until - since >= LONGEST:
            self.add_error("since", _("A report covers at most one year"))
        return cleaned

    def span(self) -> Span:
        """What was asked; the usual days where they cannot be counted."""
        self.is_valid()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since is None or until is None:
            since, until = self.today - USUAL + timedelta(days=1), self.today
        team = self.cleaned_data.get("team") or ""
        return Span(self._midnight(since), self._midnight(until + timedelta(days=1)), int(team) if team else None)

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)
