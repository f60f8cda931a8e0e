"""What is filled in while somebody complains. Channel, customer and words are needed; the rest can be asked later."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions.conversation import FILE_SENTENCES, HEAD, Upload
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.files import EXTENSIONS, inspect
from complaints.domain.sentences import FIELDS, INPUT
from complaints.models import Category, Reason
from customers.actions import Described, contacts_of
from office.access import teams
from office.errors import Invalid
from office.folding import clean
from office.models import Team

NEW, NOBODY = "new", "none"
"""What may be chosen instead of a customer's id."""

NONCE = re.compile(r"[0-9a-f]{32}")
SAYS: Mapping[str, Any] = INPUT
NAMES: Mapping[str, Any] = FIELDS
MOST_FILES = 10
EARLIEST_YEAR = 1990
FACTS = tuple(name for name in w.LISTEN_FIELDS if name != "still_wrong")
CONTACT_KINDS = ("name", "phone", "email")

TYPED = (
    "who", *CONTACT_KINDS, "words", "happened", "product", "order_ref", "no_order_reason", "need", "remedy_sought",
    "expectation_source", "on_behalf_of", "on_behalf_authority", "title",
)  # fmt: skip
"""Fields that hold somebody's words: a draft with one of them is worth keeping."""


class Text(forms.CharField):
    """Text as people type it: what no database can carry is left out, nothing is cut off while it is typed."""

    def __init__(self, *, longest: int = 0, **words: Any) -> None:
        super().__init__(required=False, **words)
        if longest:
            self.validators.append(MaxLengthValidator(longest, message=SAYS["too-long"]))

    def to_python(self, value: Any) -> str:
        return super().to_python(clean(value) if isinstance(value, str) else value) or ""


class ManyFiles(forms.FileField):
    """Several files, each looked at before anything is saved; the value is a tuple of ``Upload``."""

    class Input(forms.FileInput):
        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> tuple[Upload, ...]:
        files: list[UploadedFile] = [file for file in (data if isinstance(data, list) else [data]) if file]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("%(most)s files at most"), params={"most": MOST_FILES})
        faults = [fault for file in files for fault in self._faults(file)]
        if faults:
            raise forms.ValidationError([*faults, forms.ValidationError(_("Choose the files again, without these"))])
        return tuple(Upload(name=file.name or "", content=file.read()) for file in files)

    @staticmethod
    def _faults(file: UploadedFile) -> list[str]:
        head = file.read(HEAD)
        file.seek(0)
        verdict = inspect(file.name or "", head, file.size or 0, max_bytes=settings.ATTACHMENT_MAX_BYTES)
        return [] if verdict.ok else [f"{file.name}: {FILE_SENTENCES.get(verdict.code, FILE_SENTENCES['type'])}"]


def _choice(words: v.Words, label: Any, *, empty: Any = None, widget: Any = forms.Select, **more: Any) -> Any:
    first = [] if empty is None else [("", empty)]
    wrong = {"invalid_choice": SAYS["unknown-choice"]}
    return forms.ChoiceField(
        choices=[*first, *v.choices(words)], label=label, widget=widget, required=False, error_messages=wrong, **more
    )


class ComplaintForm(forms.Form):
    """One call. ``customer`` holds an id, ``new`` or ``none``; ``nonce`` makes two submits one complaint."""

    use_required_attribute = False

    nonce = forms.CharField(required=False, widget=forms.HiddenInput)
    channel = _choice({code: word for code, word in v.CHANNELS.items() if code != "api"}, _("Channel"), initial="phone")
    received_at = forms.DateTimeField(
        label=_("Received"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("This is not a date and time")},
    )
    kind = _choice(v.KINDS, _("Kind of contact"), initial="complaint")
    who = Text(label=_("Phone, name, order or e-mail"), longest=300, widget=forms.TextInput(attrs={"type": "search"}))
    customer = forms.CharField(required=False)
    name = Text(label=pgettext_lazy("person", "Name"), longest=200)
    phone = Text(label=_("Phone"), longest=254, widget=forms.TextInput(attrs={"type": "tel"}))
    email = Text(label=_("E-mail"), longest=254, widget=forms.TextInput(attrs={"inputmode": "email"}))
    anonymous_reason = _choice({}, _("Why there is no customer"))
    words = Text(label=_("What the customer says, in their own words"), strip=False, widget=forms.Textarea)
    happened = Text(label=NAMES["happened"], widget=forms.Textarea)
    product = Text(label=NAMES["product"])
    order_ref = Text(label=NAMES["order_ref"])
    no_order_reason = Text(label=_("Or why there is no order"))
    category = _choice({}, _("Category"))
    feeling_start = _choice({str(n): str(n) for n in w.FEELINGS}, NAMES["feeling_start"], widget=forms.RadioSelect)
    harm = forms.MultipleChoiceField(
        label=NAMES["harm"],
        choices=v.choices(v.HARMS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": SAYS["unknown-choice"], "invalid_list": SAYS["not-a-list"]},
    )
    severity = _choice(v.SEVERITIES, NAMES["severity"], widget=forms.RadioSelect)
    need = Text(label=NAMES["need"])
    remedy_sought = Text(label=NAMES["remedy_sought"], widget=forms.Textarea)
    expectation = _choice(v.EXPECTATIONS, NAMES["expectation"], widget=forms.RadioSelect)
    expectation_source = Text(label=NAMES["expectation_source"])
    title = Text(label=_("Title"), longest=200)
    language = _choice(v.LANGUAGES, _("Language"), empty=_("As the customer’s card says"))
    on_behalf_of = Text(label=_("On behalf of"), longest=200)
    on_behalf_authority = Text(label=_("With which authority"), longest=200)
    team = _choice({}, _("Team"))
    attachments = ManyFiles(label=_("Files"), required=False)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["attachments"].widget.attrs["accept"] = ",".join(f".{ending}" for ending in sorted(EXTENSIONS))
        self._categories = {str(row.pk): row for row in _live_categories()}
        self._teams = {str(row.pk): row for row in teams().order_by("name")}
        self._offer("category", [("", pgettext_lazy("category", "Not yet")), *_grouped(self._categories.values())])
        first = pgettext_lazy("team", "As the category says, else mine")
        self._offer("team", [("", first), *((pk, row.name) for pk, row in self._teams.items())])
        reasons = Reason.objects.filter(kind="anonymous", retired_at__isnull=True)
        self._offer("anonymous_reason", [("", _("Choose the reason")), *((r.code, str(r)) for r in reasons)])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].widget.choices = choices

    def clean_nonce(self) -> str:
        """The form's mark; a form that lost it gets a new one and is saved all the same."""
        nonce = str(self.cleaned_data["nonce"])
        return nonce if NONCE.fullmatch(nonce) else new_nonce()

    def clean_channel(self) -> str:
        return str(self.cleaned_data["channel"] or "phone")

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or "complaint")

    def clean_received_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["received_at"]
        if moment is not None and moment.year < EARLIEST_YEAR:
            raise forms.ValidationError(_("This is too long ago"))
        return moment

    def clean_words(self) -> str:
        if not self.cleaned_data["words"].strip():
            raise forms.ValidationError(_("Write down the customer’s own words"))
        return str(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = given.get("customer", "")
        if chosen == NOBODY and not given.get("anonymous_reason") and "anonymous_reason" not in self.errors:
            self.add_error("anonymous_reason", _("Choose the reason"))
        elif chosen == NEW:
            self._clean_described()
        elif chosen not in (NEW, NOBODY) and customer_id(chosen) is None:
            self.add_error("who", _("Name the customer, or say why there is none"))
        return given

    def _clean_described(self) -> None:
        described = Described(**{kind: self.cleaned_data.get(kind, "") for kind in CONTACT_KINDS})
        try:
            contacts_of(described, region="")
        except Invalid as refusal:
            for name, faults in refusal.fields.items():
                if name not in self.errors:
                    self.add_error(name, [str(fault.sentence) for fault in faults])

    def category_row(self) -> Category | None:
        return self._categories.get(self.cleaned_data.get("category", ""))

    def team_row(self) -> Team | None:
        return self._teams.get(self.cleaned_data.get("team", ""))

    def described(self) -> Described | None:
        """The new customer, or None when another was chosen."""
        given = self.cleaned_data
        if given["customer"] != NEW:
            return None
        return Described(**{kind: given[kind] for kind in CONTACT_KINDS}, language=given["language"])

    def reason(self) -> str:
        """Why there is nobody, in words; empty when somebody was chosen."""
        offered = dict(self.fields["anonymous_reason"].choices)  # type: ignore[attr-defined]
        chosen = self.cleaned_data["customer"] == NOBODY
        return str(offered[self.cleaned_data["anonymous_reason"]]) if chosen else ""

    def facts(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in FACTS if self.cleaned_data[name]}


def new_nonce() -> str:
    return secrets.token_hex(16)


def customer_id(chosen: str) -> int | None:
    """The id in what was chosen, or None for anything else."""
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 16 else None


def initial_from(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """A draft's fields as they are shown again, whether or not they would be accepted."""
    shown: dict[str, Any] = {name: values[-1] for name, values in fields.items() if values}
    shown["harm"] = fields.get("harm", [])
    return shown


def worth_keeping(fields: Mapping[str, list[str]]) -> bool:
    """Whether anybody's words are in it."""
    return any(value.strip() for name in TYPED for value in fields.get(name, []))


def _live_categories() -> list[Category]:
    rows = Category.objects.filter(retired_at__isnull=True).select_related("team", "parent__team")
    return [row for row in rows if row.parent is None or row.parent.retired_at is None]


def _grouped(rows: Iterable[Category]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories as a grouped list of choices, each named in full, so that typing its name finds it."""
    known = list(rows)
    groups = []
    for parent in (row for row in known if row.parent_id is None):
        below = [(str(row.pk), f"{parent} · {row}") for row in known if row.parent_id == parent.pk]
        groups.append((str(parent), [(str(parent.pk), str(parent)), *below]))
    return groups
