"""What a text must be to be published: by path, what is wrong with it. The paths of lines end with their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.errors import Fault
from playbooks import wording
from playbooks.domain import shapes
from playbooks.domain.shapes import LANGUAGES
from playbooks.saying.rules import fixed_rules

Faults = dict[str, list[Fault]]

LONGEST_NAME, LONGEST_LINE, MOST_LINES = 120, 1_000, 60
KNOWN = frozenset(
    {"key", "group", "names", "field_term", "cues", "signals", "goal", "steps", "flow", "say", "avoid"}
    | {"escalate_when", "refuse_when", "refuse_line", "record", "sources", "seed_no"}
)
REQUIRED = Fault("required", _("This is needed"))
NOT_A_LINE = Fault("bad-line", _("A line is a text in each of the three languages"))

RULE_FAULTS: Mapping[str, Promise] = {
    "bad-id": _("A rule’s number is a capital letter and two to four digits, such as Z01"),
    "bad-category": _("The category is the letter of the number"),
    "bad-severity": _("Choose how severe it is"),
    "no-pattern": _("A rule needs at least one pattern"),
    "bad-pattern": _("A pattern is a text: %(found)s"),
    "bad-script": _("The script %(found)s is not known"),
    "too-many": _("These are too many patterns: %(found)s"),
    "no-why": _("Say why, in one language at least"),
    "no-suggest": _("Suggest a better sentence, in one language at least"),
    "not-yes-or-no": _("This has to be yes or no"),
    "bad-number": _("This has to be a whole number from 1"),
    "bad-context": _("These conditions cannot be read: %(found)s"),
    "bad-tests": _("These strings cannot be read"),
    "too-long": _("Line %(line)s is too long: %(found)s characters"),
    "no-such-words": _("Line %(line)s: no words are called “%(found)s”"),
    "look-around": _("Line %(line)s looks around, (?=…) or (?!…), which is not allowed. Use “Unless” instead"),
    "back-reference": _("Line %(line)s refers back to what it found, which is not allowed"),
    "does-not-compile": _("Line %(line)s cannot be read: %(found)s"),
    "too-large": _("Line %(line)s is too costly to run. Take smaller repetitions"),
    "matches-nothing": _("Line %(line)s finds something where there is nothing"),
    "no-hit": _("Give at least one string that it has to find"),
    "no-miss": _("Give at least one string that it must not find"),
    "hit-missed": _("Line %(line)s is not found: “%(found)s”"),
    "miss-hit": _("Line %(line)s is found, and must not be: “%(found)s”"),
    "test-too-long": _("Line %(line)s is too long: %(found)s characters"),
}  # fmt: skip
FAILED_STRINGS = frozenset({"no-hit", "no-miss", "hit-missed", "miss-hit", "test-too-long"})
"""Faults with which a rule can still be tried out."""


def check_rule(key: str, content: Mapping[str, Any], before: Mapping[str, Any]) -> Faults:
    """By path (``patterns.en``, ``tests.hit``); its own strings are run."""
    faults: Faults = {}
    if key != content.get("id"):
        faults["id"] = [Fault("bad-id", _("A rule keeps its number"))]
    if not before and key in _taken():
        faults["id"] = [Fault("unique", _("There is a rule of this number"))]
    for fault in rule_faults(content):
        path, line = placed(fault.where)
        faults.setdefault(path, []).append(Fault(fault.code, in_words(fault.code, line=line, found=fault.found)))
    return faults


def rule_faults(content: Mapping[str, Any]) -> list[wording.Fault]:
    """Everything wrong with a rule, in the codes of the wording check."""
    try:
        return wording.faults(wording.read(content))
    except wording.FaultyRule as faulty:
        return faulty.faults


def placed(where: str) -> tuple[str, int]:
    """``patterns.en.2`` as its path and the line, counted from 1; 0 for the whole."""
    path, _dot, last = where.rpartition(".")
    return (path, int(last) + 1) if last.isdecimal() and path else (where, 0)


def in_words(code: str, *, line: int, found: str) -> str:
    """One of these faults for a person."""
    return str(RULE_FAULTS.get(code, _("This cannot be taken"))) % {"line": line, "found": found[:200]}


def _taken() -> set[str]:
    return {row["id"] for row in fixed_rules()}


def check_playbook(key: str, content: Mapping[str, Any], before: Mapping[str, Any]) -> Faults:
    """By path and language (``steps.listen.say.zh-Hant``)."""
    faults: Faults = {}
    for name in ("key", "group"):
        if content.get(name) != before.get(name):
            faults[name] = [Fault("fixed", _("This cannot be changed"))]
    if unknown := set(content) - KNOWN - set(before):
        faults[""] = [Fault("unknown-field", ", ".join(sorted(map(str, unknown))))]
    if shapes.by_step(content) is not shapes.by_step(before):
        faults.setdefault("", []).append(Fault("another-shape", _("A playbook keeps its steps")))
    faults |= _text(content.get("names"), "names", longest=LONGEST_NAME)
    faults |= _text(content.get("goal"), "goal")
    if not isinstance(content.get("field_term", ""), str) or len(content.get("field_term", "")) > LONGEST_LINE:
        faults["field_term"] = [_too_long(LONGEST_LINE)]
    for path in shapes.lists(content):
        faults |= _lines(shapes.at(content, path), path)
    if content.get("refuse_line"):
        faults |= _text(content["refuse_line"], "refuse_line")
    return faults


def check_letter(key: str, content: Mapping[str, Any], before: Mapping[str, Any]) -> Faults:
    """A letter keeps its key and its parts; whatever was in three languages is in three languages still."""
    faults: Faults = {}
    if content.get("key") != key:
        faults["key"] = [Fault("fixed", _("This cannot be changed"))]
    if not _is_list_of_mappings(content.get("parts")) or not content["parts"]:
        faults["parts"] = [REQUIRED]
    for path, texts in _texts(content):
        faults |= _text(texts, path, longest=20 * LONGEST_LINE)
    return faults


def _texts(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping of languages in a tree, with its path."""
    if isinstance(node, Mapping):
        if node and set(node) <= set(LANGUAGES):
            yield path, node
            return
        for name, inner in node.items():
            yield from _texts(inner, f"{path}.{name}".strip("."))
    elif _is_list_of_mappings(node):
        for number, inner in enumerate(node):
            yield from _texts(inner, f"{path}.{number}")


def _is_list_of_mappings(node: Any) -> bool:
    return isinstance(node, Sequence) and not isinstance(node, str) and all(isinstance(one, Mapping) for one in node)


def _lines(found: Any, path: str) -> Faults:
    rows = found if found is not None else []
    if not _is_list_of_mappings(rows):
        return {path: [NOT_A_LINE]}
    if len(rows) > MOST_LINES:
        return {path: [Fault("too-many", _("At most %(most)s lines") % {"most": MOST_LINES})]}
    faults: Faults = {}
    for row in rows:
        for place, wrong in _text(row, path).items():
            faults[place] = wrong
    return faults


def _text(found: Any, path: str, *, longest: int = LONGEST_LINE) -> Faults:
    """What is wrong with one text in three languages."""
    if not isinstance(found, Mapping) or set(found) - set(LANGUAGES):
        return {path: [NOT_A_LINE]}
    faults: Faults = {}
    for language in LANGUAGES:
        text = found.get(language)
        if not isinstance(text, str) or not text.strip():
            faults[f"{path}.{language}"] = [REQUIRED]
        elif len(text) > longest:
            faults[f"{path}.{language}"] = [_too_long(longest)]
    return faults


def _too_long(most: int) -> Fault:
    return Fault("too-long", _("At most %(most)s characters") % {"most": most})
