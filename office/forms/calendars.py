"""What set-up asks about working hours: a line of windows for each weekday, and days one to a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.folding import clean
from office.forms.set_up import zone_choices
from office.models import CalendarVersion

REGION_NAMES: Mapping[str, Any] = {
    "CN": _("Mainland China, with make-up days"),
    "HK": _("Hong Kong"),
    "TW": _("Taiwan"),
    "GB": _("England"),
    "GB-SCT": _("Scotland"),
    "GB-WLS": _("Wales"),
    "GB-NIR": _("Northern Ireland"),
    "US": _("United States"),
}
LONGEST_LIST = 20_000
_BETWEEN = re.compile(r"[,;、，；]+")
_DASH = re.compile(r"\s*(?:-|–|—|~|～|－|至|到)\s*")
_TIMES = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})")
_WINDOW = re.compile(r"\d{1,2}[:：]\d{2}\s*(?:-|–|—|~|～|－|至|到)\s*\d{1,2}[:：]\d{2}")
_DAY = re.compile(r"(\S+)[ \t　]*(.*)", re.DOTALL)
_LOOSE_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
EXAMPLE_WINDOWS = "09:00-12:00, 13:00-18:00"


class CalendarForm(forms.Form):
    """Working hours: several windows a day in one line, closed and extra days one to a line."""

    name = forms.CharField(label=_("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    region = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=[("", pgettext_lazy("region", "Nowhere: only the days below")), *REGION_NAMES.items()],
    )
    closed = forms.CharField(
        label=_("Closed days"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea,
        help_text=_("One to a line, with a name if it has one: 2026-12-24 Christmas Eve"),
    )
    extra = forms.CharField(
        label=_("Extra working days"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea,
        help_text=_("One to a line, with hours if they differ: 2026-12-24 09:00-12:00 Christmas Eve"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: CalendarVersion | None = None, zone: str = "UTC", **kwargs: Any) -> None:
        if present is not None:
            kwargs.setdefault("initial", initial_of(present))
        else:
            week = {f"windows_{day}": EXAMPLE_WINDOWS if day < 5 else "" for day in range(7)}
            kwargs.setdefault("initial", {"time_zone": zone, **week})
        super().__init__(*args, **kwargs)
        for day in range(7):
            self.fields[f"windows_{day}"] = forms.CharField(label=WEEKDAYS[day], required=False, max_length=200)
        present_zone = str(present.content.get("time_zone", "")) if present else zone
        self.fields["time_zone"].choices = zone_choices(present_zone)  # type: ignore[attr-defined]
        self.order_fields(["name", "time_zone", "region", *(f"windows_{day}" for day in range(7))])

    def days(self) -> list[forms.BoundField]:
        """The seven lines of the week."""
        return [self[f"windows_{day}"] for day in range(7)]

    def content(self) -> dict[str, Any]:
        """What was typed, as the action takes it; what cannot be read goes along as it is, and is named there."""
        given = self.cleaned_data
        lines = {str(day): windows(given[f"windows_{day}"]) for day in range(7)}
        return {
            "time_zone": given["time_zone"],
            "region": given["region"],
            "windows": {day: found for day, found in lines.items() if found},
            "closed": [closed_day(line) for line in _lines(clean(given["closed"]))],
            "extra": [extra_day(line) for line in _lines(clean(given["extra"]))],
        }


def initial_of(present: CalendarVersion) -> dict[str, Any]:
    """What the form shows of a version."""
    content = present.content
    week = {f"windows_{day}": shown(content.get("windows", {}).get(str(day), [])) for day in range(7)}
    return {
        "name": present.calendar.name,
        "time_zone": content.get("time_zone", ""),
        "region": present.region,
        "closed": "\n".join(_line(day) for day in content.get("closed", [])),
        "extra": "\n".join(_line(day) for day in content.get("extra", [])),
        "version": present.version,
        **week,
    }


def shown(pairs: Iterable[list[str]]) -> str:
    """Windows as one types them."""
    return ", ".join("-".join(pair) for pair in pairs)


def windows(text: str) -> list[list[str] | str]:
    """``9:00-12:00, 13:00–18:00`` as windows; what is none stays as it was typed."""
    parts = (part.strip() for part in _BETWEEN.split(text))
    return [_window(part) for part in parts if part]


def _window(text: str) -> list[str] | str:
    ends = [_TIMES.fullmatch(end.strip()) for end in _DASH.split(text)]
    found = [f"{int(end[1]):02}:{end[2]}" for end in ends if end]
    return found if len(found) == len(ends) == 2 else text


def closed_day(line: str) -> Any:
    """A date and perhaps a name."""
    day, name = _split(line)
    return {"date": day, "name": name} if name else day


def extra_day(line: str) -> Any:
    """A date, perhaps hours, perhaps a name."""
    day, rest = _split(line)
    hours = [found.group() for found in _WINDOW.finditer(rest)]
    name = _WINDOW.sub("", rest).strip(" \t　,;、，；")
    entry = {"date": day, "name": name, "windows": [pair for text in hours for pair in windows(text)]}
    return {key: value for key, value in entry.items() if value}


def _split(line: str) -> tuple[str, str]:
    found = _DAY.fullmatch(line.strip())
    day, rest = (found[1], found[2].strip()) if found else (line.strip(), "")
    loose = _LOOSE_DATE.fullmatch(day)
    if loose:
        day = f"{loose[1]}-{int(loose[2]):02}-{int(loose[3]):02}"
    return day, rest


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(entry: Any) -> str:
    """A day as one types it."""
    if isinstance(entry, str):
        return entry
    name = entry.get("name", "")
    if isinstance(name, Mapping):
        name = next((said for said in name.values() if said), "")
    return " ".join(part for part in (entry["date"], shown(entry.get("windows", [])), name) if part)
