"""The cues of the built-in patterns as RE2 rules. Pure: reads one data file, once."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from playbooks.cues.language import SCRIPTS, as_re2, leading_to

SOURCE: Final = Path(__file__).parents[1] / "content" / "cues.json"


@dataclass(frozen=True, slots=True)
class Guard:
    """What takes a cue away: where it looks (directly "before" the cue or in its "sentence")."""

    where: str
    pattern: Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One cue. ``weight``: 3 and more decides alone, below that only together, below zero it speaks against."""

    key: str
    script: str
    weight: int
    pattern: Any
    guards: tuple[str, ...]
    unless: Any
    safety: bool


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which rules fire on a text. One RE2 filter a script, for a filter holds only so many words."""

    parts: tuple[tuple[str, Any, tuple[int, ...]], ...]

    def firing(self, folded: bytes, typed: bytes) -> list[int]:
        """The numbers of the rules that fire, in order: those of the script raw in ``typed``."""
        found = (
            numbers[index]
            for script, part, numbers in self.parts
            for index in part.Match(typed if script == "raw" else folded, False) or ()
        )
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Table:
    """All rules by number, the sieve that says which of them fire, and the guards by name.

    ``order``: 0 comes first. ``yields_to``: patterns beside which one is not suggested. ``lengths``: of how many bytes
    a folded text must be.
    """

    rules: tuple[Rule, ...]
    sieve: Sieve
    guards: Mapping[str, Guard]
    order: Mapping[str, int]
    yields_to: Mapping[str, frozenset[str]]
    lengths: Mapping[str, range]


@cache
def table() -> Table:
    """The built-in cues."""
    return compiled(json.loads(SOURCE.read_bytes()))


def version() -> str:
    """Twelve hexadecimal digits that stand for the built-in cues as they are."""
    return hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]


def compiled(data: Mapping[str, Any]) -> Table:
    """`data` as rules; raises `re2.error` or `UnknownClass` for a cue that cannot be read."""
    classes, options = data["classes"], _options()
    rules: list[Rule] = []
    patterns: list[bytes] = []
    for key, pattern in data["patterns"].items():
        own = tuple(pattern.get("guards", ()))
        for cue in pattern["cues"]:
            written = as_re2(cue["pattern"], cue["script"], classes).encode()
            if cue["script"] not in SCRIPTS:
                raise ValueError(cue["script"])
            patterns.append(written)
            rules.append(
                Rule(
                    key=key,
                    script=cue["script"],
                    weight=cue["weight"],
                    pattern=re2.compile(written, options),
                    guards=() if cue.get("unguarded") else own,
                    unless=_unless(cue, classes),
                    safety=bool(cue.get("safety")),
                )
            )
    guards = {name: _guard(guard, classes) for name, guard in data["guards"].items()}
    order = {key: pattern.get("rank", 1) for key, pattern in data["patterns"].items()}
    yields = {key: frozenset(pattern.get("yields_to", ())) for key, pattern in data["patterns"].items()}
    lengths = {
        key: range(pattern.get("shortest", 0), pattern.get("longest", sys.maxsize))
        for key, pattern in data["patterns"].items()
    }
    return Table(tuple(rules), _sieve(rules, patterns), guards, order, yields, lengths)


def _sieve(rules: Sequence[Rule], patterns: Sequence[bytes]) -> Sieve:
    parts: list[tuple[str, Any, tuple[int, ...]]] = []
    for script in sorted({rule.script for rule in rules}):
        part, numbers = re2.Filter(), tuple(number for number, rule in enumerate(rules) if rule.script == script)
        for number in numbers:
            part.Add(patterns[number], _options())
        part.Compile()
        parts.append((script, part, numbers))
    return Sieve(tuple(parts))


def _unless(cue: Mapping[str, Any], classes: Mapping[str, str]) -> Any:
    if "unless" not in cue:
        return None
    script = cue["script"] if cue["script"] in {"en", "zh"} else "any"
    return re2.compile(as_re2(cue["unless"], script, classes).encode(), _options())


def _guard(guard: Mapping[str, str], classes: Mapping[str, str]) -> Guard:
    """A guard in two scripts."""
    where = guard["where"]
    form = leading_to if where == "before" else as_re2
    parts = [form(guard[script], script, classes) for script in ("en", "zh") if script in guard]
    written = "|".join(parts)
    return Guard(where, re2.compile(written.encode(), _options()))


def _options() -> Any:
    options = re2.Options()
    options.max_mem = 32 << 20
    options.never_capture = True
    options.log_errors = False
    return options
