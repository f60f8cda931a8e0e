"""What customers fill in. Nothing is chosen for them, and nothing they typed is lost when something is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.domain import portal as p
from complaints.forms.words import Files, Words, nullable
from complaints.models import Category
from customers.actions import Described

LONGEST = 20_000


class PortalForm(forms.Form):
    """``act`` is its address under the page, and the anchor it stands at."""

    act = ""

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial, auto_id=f"{self.act}-%s")


class MessageForm(PortalForm):
    act = "message"
    words = Words(label=_("Add a message or a file"), rows=3, strip=False)
    file = Files(label=_("Files"))


class AnswerForm(PortalForm):
    act = "answer"
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=(("confirmed", _("Yes, that’s it")), ("corrected", _("Not quite"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two")},
    )
    words = Words(label=_("What is different?"), rows=3, strip=False)


class VerdictForm(PortalForm):
    act = "verdict"
    verdict = forms.ChoiceField(
        label=_("Your choice"),
        choices=list(p.VERDICT_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three")},
    )
    words = Words(label=_("What is still missing?"), rows=3, strip=False)


class AgainForm(PortalForm):
    """After the closing there is one thing left to say."""

    act = "verdict"
    verdict = forms.ChoiceField(choices=[("not_fixed", "")], widget=forms.HiddenInput, initial="not_fixed")
    words = Words(label=_("What is still missing?"), rows=3, strip=False)


class RateForm(PortalForm):
    act = "rate"
    satisfaction = forms.ChoiceField(
        label=_("How satisfied are you with the way we handled it?"),
        choices=[(str(figure), word) for figure, word in reversed(list(p.SATISFACTION.items()))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five")},
    )
    effort = forms.ChoiceField(
        label=_("How easy or hard was it for you? (if you like)"),
        choices=[(str(figure), word) for figure, word in p.EFFORT.items()],
        widget=forms.RadioSelect,
        required=False,
    )
    words = Words(label=_("Anything you want to add?"), rows=2, strip=False)

    def asks(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "satisfaction": nullable(data["satisfaction"]),
            "effort": nullable(data["effort"]),
            "words": data["words"],
        }


class NewLinkForm(PortalForm):
    act = "new-link"
    number = Words(label=_("Number of your complaint"), max_length=40)
    email = Words(label=_("Your e-mail address"), max_length=254)


class ComplainForm(PortalForm):
    """``website`` is not for people: whoever fills it in is asked to empty it again."""

    act = "complain"
    category = forms.ChoiceField(label=_("What is it about?"), required=False)
    words = Words(label=_("What happened?"), rows=7, strip=False)
    wanted = Words(label=_("What would put it right?"), rows=2, strip=False)
    name = Words(label=_("Your name"), max_length=200)
    email = Words(label=_("E-mail"), max_length=254)
    phone = Words(label=_("Phone"), max_length=254)
    file = Files(label=_("Photos, receipts, letters"))
    website = Words(label=_("Leave this field empty"))
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, rows: list[Category], initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        self.rows = {str(row.pk): row for row in rows}
        field: Any = self.fields["category"]
        field.choices = [("", _("I do not know, or something else")), *_two_levels(rows)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("words"):
            self.add_error("words", _("Tell us what happened"))
        if not data.get("name"):
            self.add_error("name", _("Tell us what to call you"))
        if not (data.get("email") or data.get("phone")) and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Leave an e-mail address or a phone number, so that we can answer"))
        if data.get("website"):
            self.add_error("website", _("Empty this field: it is there to catch machines"))
        return data

    def asks(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "words": data["words"],
            "wanted": data["wanted"],
            "described": Described(name=data["name"], email=data["email"], phone=data["phone"]),
            "category": self.rows.get(data["category"]),
        }


def _two_levels(rows: list[Category]) -> list[tuple[str, Any]]:
    children: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        if row.parent_id:
            children.setdefault(row.parent_id, []).append((str(row.pk), str(row)))
    tops = [row for row in rows if row.parent_id is None]
    return [(str(row), children[row.pk]) if row.pk in children else (str(row.pk), str(row)) for row in tops]
