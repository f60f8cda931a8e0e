"""What is written into the conversation: one form for each kind of contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.mail import WRITTEN
from complaints.forms.verbs import local_time
from complaints.forms.words import Files, Words, nullable

FIGURES = [(str(number), str(number)) for number in w.FEELINGS]
SPOKEN = frozenset({"api"})
CHANNELS = [(code, word) for code, word in v.choices(v.CHANNELS) if code not in SPOKEN]


class ComposerForm(forms.Form):
    """Words and files. ``kind`` is the interaction's; ``asks`` what ``add_interaction`` wants to know.

    ``said`` is what the wording check said of words it stopped, to be shown with them.
    """

    kind = ""
    said: Any = None
    text = Words(rows=3, strip=False)
    file = Files(label=_("Files"))

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial, auto_id=f"w-{self.kind}-%s")

    def asks(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "text": data["text"],
            "channel": data.get("channel", ""),
            "happened_at": data.get("happened_at"),
            "language": data.get("language", ""),
        }


class NoteForm(ComposerForm):
    kind = "note"


class CallForm(ComposerForm):
    kind = "call"
    direction = forms.ChoiceField(
        label=_("Who rang"),
        choices=(("out", _("We rang")), ("in", _("They rang"))),
        widget=forms.RadioSelect,
        initial="out",
    )
    reached = forms.ChoiceField(
        label=_("Reached"),
        choices=(("yes", _("Spoke to them")), ("no", _("Not reached"))),
        widget=forms.RadioSelect,
        initial="yes",
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=1440)
    happened_at = local_time(label=_("When, if not now"), required=False)
    feeling_start = forms.ChoiceField(
        label=_("Feeling at the start"), choices=FIGURES, widget=forms.RadioSelect, required=False
    )
    feeling_end = forms.ChoiceField(label=_("At the end"), choices=FIGURES, widget=forms.RadioSelect, required=False)
    behaviours = forms.MultipleChoiceField(
        label=_("In this call"),
        choices=v.choices(v.BEHAVIOURS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def asks(self) -> dict[str, Any]:
        data = self.cleaned_data
        minutes = data.get("minutes")
        return super().asks() | {
            "direction": data["direction"],
            "reached": data["reached"] == "yes",
            "duration_s": None if minutes is None else minutes * 60,
            "feeling_start": nullable(data["feeling_start"]),
            "feeling_end": nullable(data["feeling_end"]),
            "behaviours": tuple(data["behaviours"]),
        }


class ChannelForm(ComposerForm):
    channel = forms.ChoiceField(label=_("By"), choices=CHANNELS, required=False)
    happened_at = local_time(label=_("When, if not now"), required=False)


class SendForm(ComposerForm):
    """A mail. ``kind`` is the tab's; the message becomes a reply."""

    kind = "send"
    mail = forms.ChoiceField(
        label=_("What it is"),
        choices=[(code, word) for code, word in v.choices(WRITTEN) if code != "outcome"],
        initial="reply",
        required=False,
    )
    later = local_time(label=_("Send later, at"), required=False)

    def asks(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"text": data["text"], "mail": data["mail"] or "reply", "later": data["later"]}


class ElsewhereForm(ChannelForm):
    kind = "reply"


class WordsForm(ChannelForm):
    kind = "words"


class OutcomeForm(ChannelForm):
    """The outcome as it was told, or as it is mailed now."""

    kind = "outcome"
    how = forms.ChoiceField(
        label=_("How"),
        choices=(("told", _("Told already")), ("send", _("Send it by e-mail"))),
        widget=forms.RadioSelect,
        required=False,
        initial="told",
    )
    reached = forms.ChoiceField(
        label=_("Reached"),
        choices=(("yes", _("Told them")), ("no", _("Could not be told"))),
        widget=forms.RadioSelect,
        initial="yes",
    )

    def __init__(self, data: Any = None, files: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        if data is not None and data.get("how") == "send":
            self.fields["reached"].required = False

    @property
    def mailed(self) -> bool:
        return bool(self.cleaned_data["how"] == "send")

    def asks(self) -> dict[str, Any]:
        if self.mailed:
            return {"text": self.cleaned_data["text"], "mail": "outcome", "later": None}
        return super().asks() | {"reached": self.cleaned_data["reached"] == "yes"}


FORMS: dict[str, type[ComposerForm]] = {
    form.kind: form for form in (SendForm, NoteForm, CallForm, ElsewhereForm, WordsForm, OutcomeForm)
}
