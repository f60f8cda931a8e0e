"""A wording rule as a form: patterns and strings one to a line, conditions as one types them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.errors import Fault, Invalid
from office.folding import clean
from playbooks.actions.checks import in_words, placed
from playbooks.domain import conditions, shapes
from playbooks.domain.severities import NAMES
from playbooks.domain.shapes import LANGUAGES
from playbooks.forms.playbooks import LANGUAGE_NAMES, LONGEST_FIELD, STEP_NAMES, PublishForm, field_name
from playbooks.saying.rules import SEVERITIES

NEW_LINE: Final = "⏎"
"""Stands for a new line inside one string; nobody types it for anything else."""
CHANNEL_NAMES: tuple[tuple[str, Any], ...] = (
    ("email", _("E-mail")),
    ("letter", pgettext_lazy("channel", "Letter")),
    ("chat", _("Chat")),
    ("sms", _("Text message")),
    ("social", _("Social media")),
    ("phone", _("Phone")),
)
BY_LANGUAGE: Mapping[str, Any] = {
    "patterns": _("Finds"),
    "unless": _("Unless one of these touches it"),
    "unless_sentence": _("Unless one of these is in the sentence"),
    "unless_message": _("Unless one of these is in the message"),
    "why": _("Why"),
    "suggest": _("Better"),
}
CONDITIONS: Mapping[str, Any] = {
    "on": _("Speaks only when"),
    "off": _("Is silent when"),
    "warn": _("Only warns when"),
}
FLAGS: Mapping[str, Any] = {
    "unless_dated_sentence": _("Not where the sentence says when"),
    "case_sensitive": _("Capitals count"),
    "notes": _("In internal notes too"),
    "everywhere": _("In quoted words too"),
}
TAKE = _("What is better can be taken as it stands")
PLAIN: Mapping[str, Any] = {"severity": _("Severity"), "times": _("Speaks from which match on"), "take": TAKE}
PATTERNS: Final = ("patterns", "unless", "unless_sentence", "unless_message")
OPTIONAL: Final = ("unless_sentence", "unless_message")
"""Left out of a rule that has none."""
TEXTS: Final = ("why", "suggest")
STRINGS: Mapping[str, Any] = {"tests.hit": _("Has to find"), "tests.miss": _("Must not find")}


def rule_part_name(path: str) -> str:
    """What a part of a rule is called: “Why, English” for ``why.en``."""
    first, _dot, last = path.partition(".")
    if first == "context":
        return str(CONDITIONS.get(last, last))
    if path in STRINGS:
        return str(STRINGS[path])
    label = str(BY_LANGUAGE.get(first) or FLAGS.get(first) or PLAIN.get(first, first))
    return f"{label}, {LANGUAGE_NAMES[last]}" if last in LANGUAGE_NAMES else label


class RuleForm(PublishForm):
    """A rule. Patterns keep their blanks; only blank lines are left out."""

    id = forms.CharField(label=_("Number"), max_length=8, required=False)
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=[(code, NAMES[code]) for code in SEVERITIES],
        widget=forms.RadioSelect,
        initial="warn",
    )
    times = forms.IntegerField(
        label=_("Speaks from which match on"), min_value=1, max_value=99, initial=1, required=False
    )
    unless_dated_sentence = forms.BooleanField(label=FLAGS["unless_dated_sentence"], required=False)
    case_sensitive = forms.BooleanField(label=FLAGS["case_sensitive"], required=False)
    notes = forms.BooleanField(label=FLAGS["notes"], required=False)
    everywhere = forms.BooleanField(label=FLAGS["everywhere"], required=False)
    take = forms.BooleanField(label=TAKE, required=False, initial=True)
    sample = forms.CharField(required=False, max_length=20_000, strip=False)
    sample_language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Any")), *LANGUAGE_NAMES.items()]
    )
    sample_channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("Any")), *CHANNEL_NAMES])
    sample_step = forms.ChoiceField(
        label=pgettext_lazy("playbooks", "Step"), required=False, choices=[("", _("Any")), *STEP_NAMES.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.edition is not None:
            del self.fields["id"]
        for part in (*PATTERNS, *TEXTS):
            for language in LANGUAGES:
                self.fields[field_name(f"{part}.{language}")] = _long(
                    LANGUAGE_NAMES[language], lang=language, code=part in PATTERNS
                )
        for name, label in CONDITIONS.items():
            self.fields[field_name(f"context.{name}")] = _long(label, code=True)
        for path, label in STRINGS.items():
            self.fields[field_name(path)] = _long(label, code=False)

    def name_of(self, path: str) -> str:
        """A fault of a part stands beside the first of its fields."""
        name = field_name(path)
        if name in self.fields:
            return name
        return next((each for each in self.fields if each.startswith(f"{name}__")), name)

    def shown(self) -> dict[str, Any]:
        content = self.edition.content if self.edition else {}
        values: dict[str, Any] = {name: content[name] for name in (*PLAIN, *FLAGS) if name in content}
        values["take"] = content.get("take", True)
        for part in PATTERNS:
            for language in LANGUAGES:
                values[field_name(f"{part}.{language}")] = "\n".join(_several(shapes.at(content, f"{part}.{language}")))
        for part in TEXTS:
            texts = content.get(part) or {}
            by_language = {"en": texts} if isinstance(texts, str) else texts
            values |= {field_name(f"{part}.{language}"): by_language.get(language, "") for language in LANGUAGES}
        for name in CONDITIONS:
            values[field_name(f"context.{name}")] = "\n".join(
                conditions.write(shapes.at(content, f"context.{name}") or ())
            )
        for path in STRINGS:
            values[field_name(path)] = "\n".join(one.replace("\n", NEW_LINE) for one in shapes.at(content, path) or ())
        return values

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in CONDITIONS:
            field = field_name(f"context.{name}")
            try:
                given[field] = conditions.read(given.get(field) or "")
            except conditions.Unreadable as bad:
                self.add_error(
                    field, _("Line %(line)s is no condition: %(text)s") % {"line": bad.line, "text": bad.text}
                )
        return given

    def content(self) -> dict[str, Any]:
        """The rule as the action takes it. Parts that are empty are left out, as they are in the rules that ship."""
        given = self.cleaned_data
        before = dict(self.edition.content) if self.edition else {}
        number = before.get("id") or clean(given.get("id", "")).strip().upper()
        made = before | {"id": number, "category": before.get("category") or number[:1]}
        made["severity"] = given["severity"]
        for flag in FLAGS:
            _set(made, flag, given[flag], keep=flag in before or flag in {"unless_dated_sentence", "case_sensitive"})
        _set(made, "take", given["take"] if "take" in before or not given["take"] else None, keep=not given["take"])
        times = given["times"] or 1
        _set(made, "times", times if times > 1 or "times" in before else None, keep=False)
        for part in PATTERNS:
            typed = {language: _lines(given[field_name(f"{part}.{language}")]) for language in LANGUAGES}
            held = {language: found for language, found in typed.items() if found}
            _set(made, part, _as_before(held, before.get(part)), keep=part not in OPTIONAL or bool(held))
        for part in TEXTS:
            texts = {lang: clean(given[field_name(f"{part}.{lang}")]).strip() for lang in LANGUAGES}
            made[part] = {language: text for language, text in texts.items() if text}
        context = {name: given[field_name(f"context.{name}")] for name in CONDITIONS}
        _set(made, "context", {name: rows for name, rows in context.items() if rows}, keep=any(context.values()))
        made["tests"] = {path.partition(".")[2]: _strings(given[field_name(path)]) for path in STRINGS}
        return made

    def triad(self, part: str) -> list[forms.BoundField]:
        """The three fields of a part."""
        return [self[field_name(f"{part}.{language}")] for language in LANGUAGES]

    @property
    def finds(self) -> list[forms.BoundField]:
        return self.triad("patterns")

    @property
    def unless(self) -> list[forms.BoundField]:
        return self.triad("unless")

    @property
    def unless_sentence(self) -> list[forms.BoundField]:
        return self.triad("unless_sentence")

    @property
    def unless_message(self) -> list[forms.BoundField]:
        return self.triad("unless_message")

    @property
    def why(self) -> list[forms.BoundField]:
        return self.triad("why")

    @property
    def suggest(self) -> list[forms.BoundField]:
        return self.triad("suggest")

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [self[field_name(f"context.{name}")] for name in CONDITIONS]

    @property
    def strings(self) -> list[forms.BoundField]:
        return [self[field_name(path)] for path in STRINGS]


def as_invalid(faults: Any) -> Invalid:
    """Faults of the wording check as those of a form."""
    by_path: dict[str, list[Fault]] = {}
    for fault in faults:
        path, line = placed(fault.where)
        by_path.setdefault(path, []).append(Fault(fault.code, in_words(fault.code, line=line, found=fault.found)))
    return Invalid(by_path)


def _long(label: Any, *, code: bool, lang: str = "") -> forms.CharField:
    attrs = {"rows": 2, **({"lang": lang} if lang else {})}
    if code:
        attrs |= {"spellcheck": "false", "autocapitalize": "off", "class": "p-code"}
    return forms.CharField(
        label=label, required=False, strip=False, max_length=LONGEST_FIELD, widget=forms.Textarea(attrs=attrs)
    )


def _several(found: Any) -> list[str]:
    return [found] if isinstance(found, str) else list(found or ())


def _lines(typed: str) -> list[str]:
    """Lines with their blanks, without the blank ones."""
    return [line for line in clean(typed).split("\n") if line.strip()]


def _strings(typed: str) -> list[str]:
    return [line.replace(NEW_LINE, "\n") for line in _lines(typed)]


def _as_before(held: dict[str, list[str]], before: Any) -> dict[str, Any]:
    """One pattern stays a text where it was one, so that nothing seems changed that was not."""
    earlier = before if isinstance(before, Mapping) else {}
    return {
        language: found[0] if isinstance(earlier.get(language), str) and len(found) == 1 else found
        for language, found in held.items()
    }


def _set(made: dict[str, Any], name: str, value: Any, *, keep: bool) -> None:
    """``value`` under ``name``; an empty one is left out unless it is to be kept."""
    if value or keep:
        made[name] = value
    else:
        made.pop(name, None)
