"""What is asked about something we owe: what and when, how it ended, when it is due instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain.follow_ups import QUICK, next_try, quick_choices
from complaints.forms.verbs import Candidates, VerbForm, local_time, someone
from complaints.forms.when import CHOOSE, Reader, WhenField, understood
from complaints.forms.words import Words
from complaints.models import FollowUp

QUICK_WORDS: v.Words = {
    "hour": _("In 1 hour"),
    "tomorrow": _("Tomorrow 9:00"),
    "working_day": _("Next working day"),
    "next_week": _("Next week"),
}
DUE_KINDS = (("by", _("at the latest then")), ("on", _("some time that day")))


class _Dated(VerbForm):
    """A form with a date in words, and one by the calendar where no words are typed."""

    def __init__(self, data: Any = None, *, reader: Reader, case: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        self.reader = reader
        if "when" in self.fields:
            self.fields["when"].widget.case = case


class PlanForm(_Dated):
    """A promise or something we set ourselves."""

    kind = forms.ChoiceField(
        label=_("What"), choices=v.choices(v.FOLLOW_UPS), widget=forms.RadioSelect, initial="promise"
    )
    text = Words(label=_("In words"), help_text=_("As the customer heard it"))
    when = WhenField()
    due_at = local_time(label=_("Or by the calendar"), required=False)
    due_kind = forms.ChoiceField(label=_("At"), choices=DUE_KINDS, widget=forms.RadioSelect, initial="by")
    promised = forms.BooleanField(label=_("The customer was told"), required=False, initial=True)

    def __init__(self, data: Any = None, *, candidates: Candidates, people: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["owner"] = someone(_("Who"), candidates, rows=people, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = understood(self, self.reader)
        if found is not None:
            data["due_at"] = found.at
            data["due_kind"] = "on" if found.kind == "on" else data.get("due_kind", "by")
        elif not data.get("due_at") and not {"when", "due_at"} & set(self.errors):
            self.add_error("when", forms.ValidationError(CHOOSE, code="required"))
        return data


class MoveDueForm(_Dated):
    """Another date: in words, by one press, or by the calendar. A promise asks whether the customer knows."""

    when = WhenField(label=_("New date"))
    quick = forms.ChoiceField(
        label=_("Or one of these"), choices=v.choices(QUICK_WORDS), widget=forms.RadioSelect, required=False
    )
    due_at = local_time(label=_("Or by the calendar"), required=False)
    told = forms.ChoiceField(
        label=_("Has the customer been told of the new date?"),
        choices=(("yes", _("Yes, they know")), ("no", _("No: the promise is missed"))),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, data: Any = None, *, follow_up: FollowUp, **options: Any) -> None:
        super().__init__(data, **options)
        self.follow_up = follow_up
        if follow_up.promised:
            told = _("Needed when it is later than %(when)s, which they were told")
            self.fields["told"].help_text = str(told) % {"when": self.reader.say(follow_up.told_until)}
        else:
            del self.fields["told"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = understood(self, self.reader)
        data["due_kind"] = ""
        if found is not None:
            data["due_at"], data["due_kind"] = found.at, found.kind
        elif data.get("quick") in QUICK and "when" not in self.errors:
            data["due_at"] = self.quick_choices()[data["quick"]]
        elif not data.get("due_at") and not {"when", "due_at"} & set(self.errors):
            self.add_error("when", forms.ValidationError(CHOOSE, code="required"))
        data["told"] = {"yes": True, "no": False}.get(data.get("told", ""))
        return data

    def quick_choices(self) -> Any:
        reader = self.reader
        return quick_choices(self.follow_up.due_at, now=reader.now, zone=reader.zone, hours=reader.hours)


class DoneForm(_Dated):
    """How it ended; after a try that reached nobody, when the next one is."""

    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=v.choices(v.OUTCOMES), widget=forms.RadioSelect, initial="kept"
    )
    again = forms.BooleanField(label=_("Could not reach: plan the next try"), required=False, initial=True)
    when = WhenField(label=_("Next try"))
    note = Words(label=_("Note"))

    def __init__(self, data: Any = None, *, follow_up: FollowUp, **options: Any) -> None:
        super().__init__(data, **options)
        self.follow_up = follow_up
        otherwise = _("If nothing stands here: %(when)s")
        self.fields["when"].help_text = str(otherwise) % {"when": self.reader.say(self.default_try())}

    def default_try(self) -> datetime:
        """The next working day at the same time."""
        reader = self.reader
        return next_try(self.follow_up.due_at, now=reader.now, zone=reader.zone, hours=reader.hours)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["next_due_at"] = None
        if data.get("outcome") != "unreached" or not data.get("again"):
            return data
        found = understood(self, self.reader)
        if "when" not in self.errors:
            data["next_due_at"] = found.at if found else self.default_try()
        return data
