"""What is written on a customer's card."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.domain import vocabulary as v
from complaints.forms.conflict import Merge, digest, merge, read_seen, seen_of
from complaints.forms.words import Words
from customers.actions import Described
from customers.models import CONTACT_KINDS, KINDS, STANDINGS, Customer

NOT_SAID = ("", pgettext_lazy("customer", "Not said"))
LANGUAGES = [NOT_SAID, *v.choices(v.LANGUAGES)]
CHANNELS = [NOT_SAID, *((code, word) for code, word in v.CHANNELS.items() if code not in ("phone_note", "api"))]


class CreateForm(forms.Form):
    name = Words(label=pgettext_lazy("person", "Name"), max_length=200)
    preferred_address = Words(label=_("How to address them"), max_length=120)
    phone = Words(label=_("Phone"), max_length=254)
    email = Words(label=_("E-mail"), max_length=254)
    wechat = Words(label=_("WeChat"), max_length=254)
    external_id = Words(label=_("Number in the shop or app"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial="external")

    def described(self) -> Described:
        return Described(**self.cleaned_data)


class EditForm(forms.Form):
    """Everything on the card but the ways to reach them. ``seen`` remembers with what the form was shown."""

    name = Words(label=pgettext_lazy("person", "Name"), max_length=200)
    preferred_address = Words(label=_("How to address them"), max_length=120)
    organisation = Words(label=_("Organisation"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    standing = forms.ChoiceField(label=_("Standing"), choices=STANDINGS)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    preferred_channel = forms.ChoiceField(label=_("Preferred channel"), choices=CHANNELS, required=False)
    preferred_times = Words(label=_("Best time"), max_length=200)
    needs = Words(
        label=_("Needs"),
        max_length=300,
        help_text=_("What helps them: larger print, an interpreter. Never a diagnosis."),
    )
    membership = Words(label=_("Membership"), max_length=80)
    segment = Words(label=_("Segment"), max_length=80, help_text=_("For reports; it never decides a remedy."))
    customer_since = forms.DateField(
        label=_("Customer since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    no_promotion = forms.BooleanField(label=_("No promotion"), required=False)
    business_notes = Words(label=_("Business notes"), rows=3)
    personal_notes = Words(label=_("Personal notes"), rows=3)
    consent = forms.BooleanField(label=_("The customer agreed that we keep personal notes"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    FIELDS = (
        "name",
        "preferred_address",
        "organisation",
        "kind",
        "standing",
        "language",
        "preferred_channel",
        "preferred_times",
        "needs",
        "membership",
        "segment",
        "customer_since",
        "no_promotion",
        "business_notes",
        "personal_notes",
        "consent",
    )

    @classmethod
    def of(cls, customer: Customer) -> EditForm:
        return cls(initial=_shown(customer))

    def changes(self) -> dict[str, Any]:
        """What this person changed since the form was shown; a form that remembers nothing changes everything."""
        seen, typed = read_seen(self.cleaned_data["seen"]), self.typed()
        return {name: value for name, value in typed.items() if seen.get(name) != digest(value) and name != "consent"}

    def typed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FIELDS}

    def merged(self, customer: Customer) -> tuple[EditForm, Merge]:
        """The form again, over what somebody else saved in the meantime, and where the two meet."""
        shown = _shown(customer)
        merged = merge(self.typed(), seen=read_seen(self.cleaned_data["seen"]), current=shown)
        again = merged.values | {"version": shown["version"], "seen": shown["seen"]}
        since = again["customer_since"]
        again["customer_since"] = since.isoformat() if isinstance(since, date) else ""
        return EditForm(again), merged


def _shown(customer: Customer) -> dict[str, Any]:
    values = {name: getattr(customer, name) for name in EditForm.FIELDS if name != "consent"}
    values["consent"] = customer.personal_notes_consent_at is not None
    return values | {"version": customer.version, "seen": seen_of(values)}


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=_("Way"), choices=CONTACT_KINDS)
    typed = Words(label=_("Number or address"), max_length=254)
    shared = forms.BooleanField(label=_("Shared with others, e.g. a family or a switchboard"), required=False)
