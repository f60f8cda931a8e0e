"""The evidence form of each step, made from the workflow's own table of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain.evidence import AGENT, CHOICE, CHOICES, NUMBER, SHAPES
from complaints.domain.sentences import FIELDS
from complaints.domain.workflow import FEELINGS, Step
from complaints.domain.workflow import FIELDS as OF_STEP
from complaints.forms.words import Words
from complaints.models import Issue

People = Sequence[tuple[int | str, str]]

VOCABULARY: Mapping[str, v.Words] = {
    "harm": v.HARMS,
    "severity": v.SEVERITIES,
    "expectation": v.EXPECTATIONS,
    "answer": v.ANSWERS,
    "regret_form": v.REGRET_FORMS,
    "acceptance": v.ACCEPTANCES,
    "root_cause": v.CAUSES,
}
SELECTS = frozenset({"severity", "expectation", "root_cause"})
LINES = 400
"""Texts that may be longer than this get room for several lines."""

HINTS: Mapping[str, Promise | str] = {
    "feeling_start": _("1 calm, 5 very upset"),
    "need": _("An adjustment, not a diagnosis"),
    "regret": _("For what the customer went through; no fault is admitted here"),
    "feeling_named": _("One or two words"),
}
ONLY_ANONYMOUS = "no_way"


class StepForm(forms.Form):
    """What a step asks for. ``version`` and ``seen`` travel along so that two people do not overwrite each other."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = Words(widget=forms.HiddenInput, strip=False)

    def __init__(
        self,
        data: Any = None,
        *,
        step: str,
        pass_number: int = 1,
        anonymous: bool = False,
        people: People = (),
        issues: Sequence[Issue] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="f-%s", prefix=None)
        self.step, self.issues = step, issues
        for name in OF_STEP[Step(step)]:
            if name != "still_wrong" or pass_number > 1:
                self.fields[name] = _field(name, people=people, anonymous=anonymous)
        if step == Step.RESOLVE.value:
            self._add_issues()

    def _add_issues(self) -> None:
        for issue in self.issues:
            self.fields[f"finding-{issue.number}"] = forms.ChoiceField(
                label=_("Finding"), choices=v.choices(v.FINDINGS), widget=forms.RadioSelect, required=False
            )
            self.fields[f"reason-{issue.number}"] = Words(rows=2, label=_("Reasons, the customer will read them"))
        self.fields["new_issue"] = Words(label=_("Another issue, in one sentence"))

    @property
    def shown(self) -> list[str]:
        """The fields whose values are watched for changes by others."""
        return [name for name in self.fields if name not in ("version", "seen", "new_issue")]

    def typed(self) -> dict[str, Any]:
        """What was sent for every shown field, as the widgets read it and before any judgement."""
        return typed_in(self, self.data)

    def evidence(self) -> dict[str, Any]:
        """The step's evidence for ``record_step``; an empty text clears."""
        return {name: self.cleaned_data[name] for name in OF_STEP[Step(self.step)] if name in self.cleaned_data}

    def findings(self) -> dict[int, tuple[str, str]]:
        """Issue number → finding and reason, of those with a finding."""
        found = {}
        for issue in self.issues:
            finding = self.cleaned_data.get(f"finding-{issue.number}")
            if finding:
                found[issue.number] = (finding, self.cleaned_data.get(f"reason-{issue.number}", ""))
        return found

    def lines(self) -> list[tuple[Issue, forms.BoundField, forms.BoundField]]:
        """The issues with their two fields, for the template."""
        return [(issue, self[f"finding-{issue.number}"], self[f"reason-{issue.number}"]) for issue in self.issues]


def typed_in(form: StepForm, data: Any) -> dict[str, Any]:
    """The shown fields' values in ``data``, as the widgets read them."""
    return {name: form.fields[name].widget.value_from_datadict(data, {}, name) for name in form.shown}


def current_values(step: str, evidence: Mapping[str, object], issues: Sequence[Issue]) -> dict[str, object]:
    """What stands in the record for every field a step's form may show."""
    values: dict[str, object] = {name: evidence.get(name) for name in OF_STEP[Step(step)]}
    if step == Step.RESOLVE.value:
        for issue in issues:
            found = getattr(issue, "found", None)
            values[f"finding-{issue.number}"] = found.finding if found else ""
            values[f"reason-{issue.number}"] = found.reason if found else ""
    return values


def label_of(name: str) -> str:
    """What a field of a step's form is called, the issues' own included."""
    kind, _dash, number = name.partition("-")
    if kind == "finding":
        return str(_("Finding on issue %(number)s")) % {"number": number}
    if kind == "reason":
        return str(_("Reasons on issue %(number)s")) % {"number": number}
    return str(FIELDS.get(name, name))


def _field(name: str, *, people: People, anonymous: bool) -> forms.Field:
    shape, label, hint = SHAPES[name], str(FIELDS[name]), str(HINTS.get(name, ""))
    if shape.kind == CHOICES:
        choices = v.choices(VOCABULARY[name])
        return forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, help_text=hint
        )
    if shape.kind == AGENT:
        return forms.ChoiceField(label=label, choices=[("", "–"), *people], required=False)
    if name == "feeling_start":
        figures = [(str(number), str(number)) for number in FEELINGS]
        return forms.ChoiceField(label=label, choices=figures, widget=forms.RadioSelect, required=False, help_text=hint)
    if shape.kind in (CHOICE, NUMBER):
        return _choice(name, label=label, hint=hint, anonymous=anonymous)
    rows = 0 if shape.longest <= LINES else 3 if name in ("happened", "restatement", "regret") else 2
    return Words(rows=rows, label=label, help_text=hint)


def _choice(name: str, *, label: str, hint: str, anonymous: bool) -> forms.Field:
    choices: list[tuple[str, Any]] = v.choices(VOCABULARY[name])
    if name == "severity":
        choices = [(code, f"{code} · {word}") for code, word in choices]
    if not anonymous:
        choices = [(code, word) for code, word in choices if code != ONLY_ANONYMOUS]
    if name in SELECTS:
        return forms.ChoiceField(label=label, choices=[("", "–"), *choices], required=False, help_text=hint)
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False, help_text=hint)
