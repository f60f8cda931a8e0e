"""What a playbook is made of: its languages, its steps, and where in it the lines stand. Pure.

A *path* names a place in the content with dots: ``cues``, ``steps.listen.do``, ``refuse_line``. A *line* is a mapping
of the three languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
STEPS: Final = ("listen", "empathise", "apologise", "resolve")
PARTS: Final = ("do", "say", "avoid")
GROUPS: Final = (
    "base",
    "complainant_type",
    "behaviour",
    "buyer_type",
    "conversation",
    "call_situation",
    "conduct",
    "procedure",
)
"""In the order in which they are read; a group of a later release comes last."""

OPTIONAL: Final = frozenset({"signals", "refuse_line"})
"""Absent where a playbook has none; every other list is there, if empty."""

Line = Mapping[str, str]


def by_step(content: Mapping[str, Any]) -> bool:
    """Whether it goes through the four steps; the others have one way through (``flow``, ``say``, ``avoid``)."""
    return "steps" in content


def lists(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of all lists of lines a playbook of this shape can have, in reading order."""
    stepped = tuple(f"steps.{step}.{part}" for step in STEPS for part in PARTS)
    middle = stepped if by_step(content) else ("flow", "say", "avoid")
    return ("cues", "signals", *middle, "escalate_when", "refuse_when")


def at(content: Mapping[str, Any], path: str) -> Any:
    """What stands at ``path``, or None."""
    found: Any = content
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def with_values(content: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``content`` with ``values`` at their paths; an optional one that is empty is left out."""
    made = deepcopy(dict(content))
    for path, value in values.items():
        *above, last = path.split(".")
        place = made
        for name in above:
            place = place.setdefault(name, {})
        if value or path not in OPTIONAL:
            place[last] = value
        else:
            place.pop(last, None)
    return made


def lines(content: Mapping[str, Any]) -> Iterator[tuple[str, Line]]:
    """Every line with its path: names first, then as one reads."""
    yield "names", content.get("names") or {}
    yield "goal", content.get("goal") or {}
    for path in lists(content):
        for line in at(content, path) or ():
            yield path, line
    if content.get("refuse_line"):
        yield "refuse_line", content["refuse_line"]


def in_language(line: Line, language: str) -> str:
    """The line in ``language``, else in English, else in any."""
    return line.get(language) or line.get("en") or next(iter(line.values()), "")
