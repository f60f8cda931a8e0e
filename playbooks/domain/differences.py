"""Two texts of an article side by side, line by line, by the parts in which one reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal, NamedTuple

from playbooks.domain import conditions, shapes

SAME, GONE, NEW = "same", "gone", "new"
Change = Literal["same", "gone", "new"]
RULE_PARTS: Final = (
    ["severity", "times", "case_sensitive", "notes", "everywhere", "unless_dated_sentence", "take"]
    + [
        f"{part}.{language}"
        for part in ("patterns", "unless", "unless_sentence", "unless_message")
        for language in shapes.LANGUAGES
    ]
    + ["context.on", "context.off", "context.warn"]
    + [f"{part}.{language}" for part in ("why", "suggest") for language in shapes.LANGUAGES]
    + ["tests.hit", "tests.miss"]
)


class Changed(NamedTuple):
    """One line and whether it is in both texts, only in the old, or only in the new."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that differs: its path, and its lines."""

    path: str
    lines: tuple[Changed, ...]


def of_playbooks(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> list[Part]:
    """What differs between two texts of a playbook in one language, part by part."""
    paths = ["names", "goal", "field_term", *dict.fromkeys((*shapes.lists(old), *shapes.lists(new))), "refuse_line"]
    return _parts([*paths, "record"], lambda content, path: _spoken(shapes.at(content, path), language), old, new)


def of_rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Part]:
    """What differs between two texts of a rule."""
    return _parts(RULE_PARTS, _of_rule, old, new)


def _parts(paths: Iterable[str], lines_of: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Part]:
    found = ((path, lines_of(old, path), lines_of(new, path)) for path in paths)
    return [Part(path, tuple(_lines(before, after))) for path, before, after in found if before != after]


def _lines(old: list[str], new: list[str]) -> Iterable[Changed]:
    for code, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            yield from (Changed("same", line) for line in old[start:end])
            continue
        yield from (Changed("gone", line) for line in old[start:end])
        yield from (Changed("new", line) for line in new[first:last])


def _spoken(found: Any, language: str) -> list[str]:
    """A text, a line or a list of either, as lines in one language."""
    if not found:
        return []
    if isinstance(found, str):
        return [found]
    if isinstance(found, Mapping):
        return [str(found.get(language, ""))]
    return [line for one in found for line in _spoken(one, language)]


def _of_rule(content: Mapping[str, Any], path: str) -> list[str]:
    found = content.get("take", True) if path == "take" else shapes.at(content, path)
    if path.startswith("context."):
        return conditions.write(found or ())
    if path == "why.en" and isinstance(content.get("why"), str):
        return [content["why"]]
    if found is None or found is False:
        return []
    return [str(found)] if isinstance(found, str | int) else [str(one) for one in found]
