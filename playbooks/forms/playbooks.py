"""A playbook as a form: for each of its lists one field a language, one line an item. Made from its content's shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.errors import Invalid
from office.folding import clean
from office.forms.set_up import here
from office.models import Agent
from playbooks.domain import shapes
from playbooks.domain.shapes import LANGUAGES, STEPS
from playbooks.models import Article, Edition

LONGEST_FIELD: Final = 40_000
LANGUAGE_NAMES: Mapping[str, Any] = {
    "en": _("English"),
    "zh-Hans": _("Simplified Chinese"),
    "zh-Hant": _("Traditional Chinese"),
}
PARTS: Mapping[str, Any] = {
    "names": pgettext_lazy("playbook", "Name"),
    "goal": pgettext_lazy("playbook", "Goal"),
    "field_term": _("What the field calls it"),
    "cues": pgettext_lazy("playbook", "How to know it"),
    "signals": pgettext_lazy("playbook", "What shows it"),
    "flow": pgettext_lazy("playbook", "What to do"),
    "do": pgettext_lazy("playbook", "Do"),
    "say": pgettext_lazy("playbook", "Say"),
    "avoid": pgettext_lazy("playbook", "Avoid"),
    "escalate_when": pgettext_lazy("playbook", "Escalate when"),
    "refuse_when": pgettext_lazy("playbook", "Refuse when"),
    "refuse_line": pgettext_lazy("playbook", "How to refuse"),
    "record": pgettext_lazy("playbook", "Write down"),
}
STEP_NAMES: Mapping[str, Any] = {
    "listen": pgettext_lazy("step", "Listen"),
    "empathise": pgettext_lazy("step", "Empathise"),
    "apologise": pgettext_lazy("step", "Apologise"),
    "resolve": pgettext_lazy("step", "Resolve"),
}
UNEVEN = _(
    "Lines: English %(en)s, Simplified Chinese %(hans)s, Traditional Chinese %(hant)s. Each has to be in all three"
)
SINGLE: Final = frozenset({"names", "goal", "refuse_line"})


def part_name(path: str) -> str:
    """What a part of a playbook is called: “Listen: Say” for ``steps.listen.say``."""
    names = path.split(".")
    label = str(PARTS.get(names[-1], names[-1]))
    return f"{STEP_NAMES[names[1]]}: {label}" if len(names) == 3 and names[1] in STEP_NAMES else label


def field_name(path: str) -> str:
    """``steps.listen.say.zh-Hans`` as the name of a field."""
    return path.replace(".", "__")


def lines_of(typed: str) -> list[str]:
    """What was typed, line by line, without blank ones."""
    return [line.strip() for line in clean(typed).splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the text in three languages."""

    path: str
    label: str
    fields: tuple[forms.BoundField, ...]

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in self.fields)


@dataclass(frozen=True, slots=True)
class Section:
    """Parts that belong together under one heading; ``step`` where they are those of a step."""

    heading: str
    rows: tuple[Row, ...]
    step: str = ""

    @property
    def has_errors(self) -> bool:
        return any(row.has_errors for row in self.rows)


class PublishForm(forms.Form):
    """What publishing any text asks besides the text."""

    reason = forms.CharField(
        label=_("What is changed, and why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    begun = forms.IntegerField(widget=forms.HiddenInput, required=False)
    considered = forms.BooleanField(label=_("The newer built-in text was looked at and need not wait"), required=False)

    def __init__(self, *args: Any, edition: Edition | None, waiting: bool = False, **kwargs: Any) -> None:
        self.edition = edition
        kwargs.setdefault("initial", {**self.shown(), "begun": edition.number if edition else 0})
        super().__init__(*args, **kwargs)
        if not waiting:
            del self.fields["considered"]

    def shown(self) -> dict[str, Any]:
        """What the fields hold when somebody begins."""
        return {}

    def about(self) -> dict[str, Any]:
        """What publishing takes besides the content; a form without its number began nowhere."""
        given = self.cleaned_data
        return {
            "reason": given["reason"],
            "begun": -1 if given["begun"] is None else given["begun"],
            "considered": bool(given.get("considered")),
        }

    def begin_from(self, number: int) -> None:
        """Somebody else published meanwhile: sent again as it stands, this comes after theirs."""
        self.data = {**{name: self.data[name] for name in self.data}, "begun": str(number)}

    def place(self, refusal: Invalid) -> None:
        """Put every fault beside its field; what has none stands above the form."""
        for path, faults in refusal.fields.items():
            name = self.name_of(path)
            for fault in faults:
                self.add_error(name if name in self.fields else None, str(fault.sentence))

    def name_of(self, path: str) -> str:
        """The field beside which a fault of ``path`` stands."""
        return field_name(path)

    @property
    def has_faulty_fields(self) -> bool:
        return any(name != NON_FIELD_ERRORS for name in self.errors)


class PlaybookForm(PublishForm):
    """The text of a playbook."""

    edition: Edition

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = self.edition.content
        for path in (*SINGLE, *shapes.lists(content)):
            for language in LANGUAGES:
                self.fields[field_name(f"{path}.{language}")] = self._field(path, language)
        self.fields["field_term"] = forms.CharField(label=PARTS["field_term"], max_length=1_000, required=False)
        self.fields["record"] = forms.CharField(
            label=PARTS["record"],
            max_length=LONGEST_FIELD,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            help_text=_("Names of fields, one to a line"),
        )

    def _field(self, path: str, language: str) -> forms.CharField:
        rows = 2 if path in SINGLE else max(2, 2 * len(shapes.at(self.edition.content, path) or ()))
        widget = forms.TextInput() if path == "names" else forms.Textarea(attrs={"rows": rows})
        widget.attrs["lang"] = language
        longest = {"names": 120}.get(path, 1_000 if path in SINGLE else LONGEST_FIELD)
        needed = path in {"names", "goal"}
        return forms.CharField(label=LANGUAGE_NAMES[language], max_length=longest, required=needed, widget=widget)

    def shown(self) -> dict[str, Any]:
        content = self.edition.content
        values: dict[str, Any] = {
            "field_term": content.get("field_term", ""),
            "record": "\n".join(content.get("record") or ()),
        }
        for language in LANGUAGES:
            for path in SINGLE:
                values[field_name(f"{path}.{language}")] = (content.get(path) or {}).get(language, "")
            for path in shapes.lists(content):
                lines = (line.get(language, "") for line in shapes.at(content, path) or ())
                values[field_name(f"{path}.{language}")] = "\n".join(lines)
        return values

    def clean(self) -> dict[str, Any]:
        """In each part the languages have as many lines as the others, or the fault stands beside each."""
        given = super().clean() or self.cleaned_data
        for path in shapes.lists(self.edition.content):
            counts = [len(lines) for lines in self._typed(path)]
            if len(set(counts)) > 1:
                says = UNEVEN % dict(zip(("en", "hans", "hant"), counts, strict=True))
                for language in LANGUAGES:
                    self.add_error(field_name(f"{path}.{language}"), says)
        refusal = [given.get(field_name(f"refuse_line.{language}"), "").strip() for language in LANGUAGES]
        if any(refusal) and not all(refusal):
            for language, text in zip(LANGUAGES, refusal, strict=True):
                if not text:
                    self.add_error(field_name(f"refuse_line.{language}"), _("This is needed in all three languages"))
        return given

    def _typed(self, path: str) -> list[list[str]]:
        given = self.cleaned_data
        return [lines_of(given.get(field_name(f"{path}.{language}")) or "") for language in LANGUAGES]

    def content(self) -> dict[str, Any]:
        """The text as the action takes it; what the form does not show stays as it was."""
        given = self.cleaned_data
        values: dict[str, Any] = {"field_term": given["field_term"], "record": lines_of(given["record"])}
        for path in SINGLE:
            line = {language: clean(given[field_name(f"{path}.{language}")]).strip() for language in LANGUAGES}
            values[path] = line if any(line.values()) else None
        for path in shapes.lists(self.edition.content):
            values[path] = [dict(zip(LANGUAGES, said, strict=True)) for said in zip(*self._typed(path), strict=True)]
        return shapes.with_values(self.edition.content, values)

    def sections(self) -> list[Section]:
        """The parts as they are shown."""
        content = self.edition.content
        found = [
            Section(str(_("Name and goal")), self._rows("names", "goal")),
            Section(str(PARTS["cues"]), self._rows("cues", "signals")),
        ]
        if shapes.by_step(content):
            found += [
                Section(str(STEP_NAMES[step]), self._rows(*(f"steps.{step}.{part}" for part in shapes.PARTS)), step)
                for step in STEPS
            ]
        else:
            found.append(Section(str(_("One way through")), self._rows("flow", "say", "avoid")))
        limits = self._rows("escalate_when", "refuse_when", "refuse_line")
        return [*found, Section(str(_("Limits")), limits)]

    def _rows(self, *paths: str) -> tuple[Row, ...]:
        return tuple(Row(path, str(PARTS[path.rpartition(".")[2]]), tuple(self._bound(path))) for path in paths)

    def _bound(self, path: str) -> Iterator[forms.BoundField]:
        for language in LANGUAGES:
            yield self[field_name(f"{path}.{language}")]


class CareForm(forms.Form):
    """Who looks after a text, and until when it is to be looked at again."""

    owner = forms.ModelChoiceField(
        label=pgettext_lazy("playbook", "Looked after by"), queryset=Agent.objects.none(), required=False
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"owner": article.owner_id, "review_on": article.review_on})
        kwargs["prefix"] = "care"
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = here(article.owner_id).order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].empty_label = _("Nobody")  # type: ignore[attr-defined]
