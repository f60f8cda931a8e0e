"""What is asked before a verb is done to a case: one small form each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.numbers import parse
from complaints.forms import conflict
from complaints.forms.words import Words, nullable
from complaints.models import Issue, Reason
from office.models import Team

Candidates = Sequence[tuple[int, str]]


def local_time(**options: Any) -> forms.DateTimeField:
    """An instant in the person's own time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


class VerbForm(forms.Form):
    """A form of the panel. ``version`` is the ticket's, where two people must not overwrite each other."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    row = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="p-%s", **options)


class Pick(forms.Field):
    """One row chosen out of those a search offered; ``rows`` is where it must be found. Cleans to the row, or to None
    where 0 ("nobody") was chosen."""

    widget = forms.RadioSelect

    def __init__(self, *, rows: Any, candidates: Candidates, **options: Any) -> None:
        super().__init__(**options)
        self.rows = rows
        self.widget.choices = list(candidates)

    def clean(self, value: Any) -> Any:
        pk = nullable(value)
        if pk is None and self.required:
            raise forms.ValidationError(_("Choose one"), code="required")
        if not pk:
            return None
        row = self.rows.filter(pk=pk).first()
        if row is None:
            raise forms.ValidationError(_("Choose one of those offered"), code="unknown-choice")
        return row


class PickSeveral(Pick):
    """Several rows; cleans to a list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[Any]:
        wanted = {pk for pk in map(nullable, value or []) if pk is not None}
        found = list(self.rows.filter(pk__in=wanted)) if wanted else []
        if len(found) < len(wanted):
            raise forms.ValidationError(_("Choose one of those offered"), code="unknown-choice")
        return found


def someone(label: Any, candidates: Candidates, *, rows: Any, required: bool = True, **options: Any) -> Pick:
    return Pick(rows=rows, candidates=candidates, label=label, required=required, **options)


class ReasonForm(VerbForm):
    """A reason of a closed list, and a note."""

    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    note = Words(rows=2, label=_("Note"))

    def __init__(self, data: Any = None, *, reasons: Iterable[Reason], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["reason"].choices = [(reason.code, str(reason)) for reason in reasons]  # type: ignore[attr-defined]


class WaitForm(ReasonForm):
    until = local_time(label=_("Until at the latest"))
    field_order = ("reason", "until", "note")


class ReopenForm(ReasonForm):
    still_wrong = Words(rows=3, label=_("What is still wrong"))
    note = None  # type: ignore[assignment]


class ConvertForm(ReasonForm):
    kind = forms.ChoiceField(label=_("It is"), choices=v.choices(v.KINDS), widget=forms.RadioSelect)
    field_order = ("kind", "reason", "note")


class BackForm(VerbForm):
    """To which earlier step, and why."""

    to = forms.ChoiceField(label=_("Back to"), widget=forms.RadioSelect)
    note = Words(rows=2, label=_("Why"))

    def __init__(self, data: Any = None, *, step: str, **options: Any) -> None:
        super().__init__(data, **options)
        before = w.STEPS[: w.STEPS.index(w.Step(step))]
        self.fields["to"].choices = [(s.value, v.STEPS[s.value]) for s in before]  # type: ignore[attr-defined]
        self.fields["to"].initial = before[-1].value if before else ""


class AssignForm(VerbForm):
    def __init__(self, data: Any = None, *, candidates: Candidates, people: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["owner"] = someone(_("Who"), [(0, str(_("Nobody"))), *candidates], rows=people)


class MoveForm(VerbForm):
    def __init__(self, data: Any = None, *, teams: Iterable[Team], rows: Any, **options: Any) -> None:
        super().__init__(data, **options)
        candidates = [(0, str(_("No team"))), *((team.pk, team.name) for team in teams)]
        self.fields["team"] = someone(_("Team"), candidates, rows=rows)


class CorrectForm(VerbForm):
    """What the case is called and where it belongs."""

    seen = Words(widget=forms.HiddenInput, strip=False)
    subject = Words(label=_("Subject"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=v.choices(v.LANGUAGES))
    on_behalf_of = Words(label=_("On behalf of"))
    on_behalf_authority = Words(label=_("With which authority"))
    joint = forms.BooleanField(label=_("Several complain together"), required=False)
    safety = forms.BooleanField(label=_("Somebody’s safety is at stake"), required=False)

    def __init__(self, data: Any = None, *, categories: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["category"].choices = [("", "–"), *categories]  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "row", "seen")]

    def typed(self) -> dict[str, Any]:
        return {name: self.fields[name].widget.value_from_datadict(self.data, {}, name) for name in self.shown}

    def merged(self, current: Mapping[str, object]) -> conflict.Merge:
        """What is typed against what is recorded now."""
        seen = conflict.read_seen(self.data.get("seen", ""))
        return conflict.merge(self.typed(), seen=seen, current=current)


class CustomerForm(VerbForm):
    """Whose case it is: somebody known, or nobody and why."""

    anonymous_reason = Words(label=_("Or: why there is no customer"))

    def __init__(self, data: Any = None, *, candidates: Candidates, customers: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["customer"] = someone(_("Customer"), candidates, rows=customers, required=False)
        self.order_fields(["customer", "anonymous_reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("customer") and data.get("anonymous_reason"):
            self.add_error("anonymous_reason", _("Either a customer or a reason why there is none"))
        return data


class SealForm(VerbForm):
    """Who works on it, and about whom it is."""

    def __init__(self, data: Any = None, *, candidates: Candidates, people: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["named"] = PickSeveral(
            rows=people, candidates=candidates, label=_("Who may see it"), required=False
        )
        nobody = [(0, str(_("Nobody of ours"))), *candidates]
        self.fields["sealed_from"] = someone(_("The complaint is about"), nobody, rows=people, required=False)


class LinkForm(VerbForm):
    number = Words(label=_("Number of the other case"), required=True)
    kind = forms.ChoiceField(
        label=_("This case is"),
        choices=v.choices(v.LINKS),
        widget=forms.RadioSelect,
        initial="related",
        help_text=_("A duplicate ends; removing the link brings it back"),
    )

    def clean_number(self) -> str:
        stored = parse(self.cleaned_data["number"])
        if stored is None:
            raise forms.ValidationError(_("This is not a number of a case"), code="not-a-number")
        return stored


class EscalateForm(VerbForm):
    trigger = forms.ChoiceField(
        label=_("What is it"),
        choices=[(code, v.TRIGGERS[code]) for code in ("by_hand", "asked_superior", "review", "safety")],
        widget=forms.RadioSelect,
        initial="by_hand",
    )
    reason = Words(rows=3, label=_("What you need from them"))


class GuidanceForm(VerbForm):
    guidance = Words(rows=3, label=_("What the handler is told"))


class OfferForm(VerbForm):
    """One of the response types."""

    kind = forms.ChoiceField(label=_("Kind"), choices=v.choices(v.REDRESS))
    basis = forms.ChoiceField(label=_("Ground"), choices=v.choices(v.BASES), widget=forms.RadioSelect, initial="due")
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("This is not an amount")},
    )
    currency = Words(label=_("Currency"))
    issue = forms.ChoiceField(label=_("For issue"), required=False)
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = Words(label=_("What exactly"), help_text=_("The customer reads this in our letters"))

    def __init__(self, data: Any = None, *, issues: Iterable[Issue], limit: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["issue"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((str(issue.number), f"{issue.number} · {issue.text[:60]}") for issue in issues),
        ]
        self.fields["amount"].help_text = limit


class DecideForm(VerbForm):
    decision = forms.ChoiceField(
        label=_("Your word"), choices=(("approve", _("Approve")), ("refuse", _("Refuse"))), widget=forms.RadioSelect
    )
    reason = Words(rows=2, label=_("Why not"), help_text=_("Needed to refuse"))


class WaiveForm(VerbForm):
    reason = Words(rows=2, label=_("Why"))

    def __init__(self, data: Any = None, *, candidates: Candidates, people: Any, **options: Any) -> None:
        super().__init__(data, **options)
        waive = [(0, str(_("Nobody: waive the approval"))), *candidates]
        self.fields["person"] = someone(_("Who decides"), waive, rows=people, required=False)
