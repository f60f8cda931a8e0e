"""What set-up asks about categories, reasons, targets, and somebody's leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.domain.clocks import ALL_TARGETS, TARGETS
from complaints.domain.vocabulary import CLOCKS, SEVERITIES
from complaints.models import Category, Reason
from complaints.models.category import Named
from office import access
from office.models import Agent, Team

NAMES = {"en": "name_en", "zh-hans": "name_zh_hans", "zh-hant": "name_zh_hant"}


class NamedForm(forms.Form):
    """Something named in three languages, which can be retired."""

    name_en = forms.CharField(label=_("English"), max_length=120)
    name_zh_hans = forms.CharField(label=_("Simplified Chinese"), max_length=120, required=False)
    name_zh_hant = forms.CharField(label=_("Traditional Chinese"), max_length=120, required=False)
    retired = forms.BooleanField(label=_("Retired: stays on old cases, is not offered for new ones"), required=False)

    def names(self) -> dict[str, str]:
        """The names by language, as the actions take them."""
        return {language: self.cleaned_data[name] for language, name in NAMES.items()}


def initial_of(row: Named) -> dict[str, Any]:
    """What the form shows of a row that exists."""
    return {name: getattr(row, name) for name in NAMES.values()} | {"retired": row.retired_at is not None}


class CategoryForm(NamedForm):
    """What complaints are about, on one of two levels."""

    parent = forms.ModelChoiceField(
        label=_("Under"), queryset=Category.objects.none(), required=False, empty_label=_("Nothing: first level")
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Such complaints go there unless somebody says otherwise"),
    )

    def __init__(self, *args: Any, category: Category | None = None, **kwargs: Any) -> None:
        if category is not None:
            known = initial_of(category) | {"parent": category.parent_id, "team": category.team_id}
            kwargs.setdefault("initial", known)
        super().__init__(*args, **kwargs)
        above = Category.objects.filter(parent=None).exclude(pk__in=[category.pk] if category else [])
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]
        self.fields["team"].queryset = access.teams()  # type: ignore[attr-defined]


class ReasonForm(NamedForm):
    """One reason of a closed list; the list is chosen once."""

    kind = forms.ChoiceField(label=_("List"), choices=Reason.KINDS)

    def __init__(self, *args: Any, reason: Reason | None = None, **kwargs: Any) -> None:
        if reason is not None:
            kwargs.setdefault("initial", initial_of(reason))
        super().__init__(*args, **kwargs)
        if reason is not None:
            del self.fields["kind"]


class TargetsForm(forms.Form):
    """Hours by target and severity, and who gets them. A step or the next update without hours has no clock."""

    scope = forms.ChoiceField(
        label=_("Who gets the new version"),
        choices=(("new", _("New complaints only")), ("open", _("New and open complaints"))),
        initial="new",
        required=False,
    )

    def __init__(self, *args: Any, hours: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for target in ALL_TARGETS:
            for severity in SEVERITIES:
                label = f"{CLOCKS[target]} · {SEVERITIES[severity]}"
                attrs = {"class": "form-control", "inputmode": "decimal", "aria-label": label, "autocomplete": "off"}
                self.fields[f"{target}-{severity}"] = forms.CharField(
                    label=label,
                    max_length=9,
                    required=target in TARGETS,
                    initial=hours.get(target, {}).get(severity, ""),
                    widget=forms.TextInput(attrs=attrs),
                )

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Each target with its four fields."""
        return [(CLOCKS[target], [self[f"{target}-{severity}"] for severity in SEVERITIES]) for target in ALL_TARGETS]

    def hours(self) -> dict[str, dict[str, str]]:
        """What was typed, as the action takes it."""
        return {target: {sev: self.cleaned_data[f"{target}-{sev}"] for sev in SEVERITIES} for target in ALL_TARGETS}


class LeaveForm(forms.Form):
    """Somebody leaves: who takes what they have on the table."""

    heir = forms.ModelChoiceField(
        label=_("Who takes it over"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Nobody: it stays with the teams, without an owner"),
    )

    def __init__(self, *args: Any, leaving: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = access.people().filter(is_active=True).exclude(pk=leaving.pk)  # type: ignore[attr-defined]
