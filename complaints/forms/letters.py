"""What is typed into a letter, and what its author and a supervisor say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.domain import letters as l
from complaints.domain import vocabulary as v
from complaints.forms.words import Words

PART = "part-"
Choices = Sequence[tuple[str, Any]]


class BeginForm(forms.Form):
    """Which letter, in which language."""

    template = forms.ChoiceField(label=_("Letter"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=v.choices(v.LANGUAGES))

    def __init__(self, data: Any = None, *, templates: Choices, language: str) -> None:
        super().__init__(data, initial={"language": language}, auto_id="b-%s")
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


class LetterForm(forms.Form):
    """The author's blocks, the checklist, and why they are changed. ``version`` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    ticked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    reason = Words(label=_("What was changed, and why"), max_length=300)

    def __init__(
        self, data: Any = None, *, blocks: Iterable[l.Block], ticks: Sequence[l.Tick], version: int, again: bool
    ) -> None:
        self.written = [block for block in blocks if block.is_written]
        initial: dict[str, Any] = {f"{PART}{block.part.id}": block.source for block in self.written}
        initial |= {"version": version, "ticked": [tick.key for tick in ticks if tick.ticked]}
        super().__init__(data, initial=initial, auto_id="l-%s")
        self.fields["ticked"].choices = [(tick.key, tick.key) for tick in ticks]  # type: ignore[attr-defined]
        self.fields["reason"].help_text = "" if again else _("Not needed for the first words")
        for block in self.written:
            rows = max(2, min(12, block.source.count("\n") + len(block.source) // 60 + 1))
            self.fields[f"{PART}{block.part.id}"] = Words(rows=rows, max_length=l.LONGEST_PART)

    @staticmethod
    def typed(data: Any) -> dict[str, str]:
        """The blocks as they were posted, whether or not the rest of the form holds."""
        return {name.removeprefix(PART): data[name] for name in data if name.startswith(PART)}


class SubmitForm(forms.Form):
    """Each warning confirmed, and why a supervisor should let pass what a rule stops."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    confirmed = forms.MultipleChoiceField(
        label=_("These warnings may stand"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hold = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = Words(rows=2, label=_("Why it should go out all the same"), max_length=2000)

    def __init__(self, data: Any = None, *, warnings: Choices, version: int) -> None:
        super().__init__(data, initial={"version": version}, auto_id="s-%s")
        self.fields["confirmed"].choices = warnings  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """Yes, or back with words."""

    APPROVE, RETURN = "approve", "return"

    decision = forms.ChoiceField(choices=((APPROVE, _("Approve")), (RETURN, pgettext_lazy("letter", "Return"))))
    reason = Words(rows=3, label=_("What has to be different, or why it goes out all the same"), max_length=2000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="d-%s")
