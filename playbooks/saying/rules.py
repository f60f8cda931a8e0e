"""The shape of a rule, and how it is read from data. Pure.

    {"id": "V01", "category": "V", "severity": "warn",
     "patterns": {"en": ["\\\\basap\\\\b"], "zh-Hans": ["尽快"]},
     "unless": {"en": ["as soon as you"]},
     "unless_sentence": {},            anywhere in the sentence
     "unless_message": {},             anywhere in the message
     "unless_dated_sentence": true,    the sentence says when
     "case_sensitive": false,
     "notes": false,                   also in internal notes
     "everywhere": false,              also in what we quote
     "times": 1,                       from the so-maniest match on
     "context": {"on": [{"channel": ["letter"]}], "off": [{"finding": ["upheld"]}], "warn": [{"kind": ["note"]}]},
     "why": {"en": "…"}, "suggest": {"en": "…"},
     "take": true,                     what is suggested can stand in the message as it is
     "tests": {"hit": ["…"], "miss": ["…"]}}

A pattern may be one or a list, of which each is tried by itself. `(?&us)` stands for the words called "us" in the data.
Text in one language instead of a mapping is English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from playbooks.saying.context import LANGUAGES, Conditions, sound

CONTENT: Final = Path(__file__).resolve().parents[1] / "content"
BUILT_IN: Final = CONTENT / "wording-rules.json"

Severity = Literal["block", "warn", "hint", "nudge"]
SEVERITIES: Final = ("block", "warn", "hint")
ID: Final = re.compile(r"[A-Z]\d{2,4}")
MOST_PATTERNS: Final = 200
LONGEST_ID = 8

ByLanguage = Mapping[str, str]
Patterns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a rule: a code, where in the rule ("patterns.en.2", "hit.1"), and what was found there."""

    code: str
    where: str = ""
    found: str = ""


class FaultyRule(ValueError):
    """A rule that cannot be read; ``faults`` says why."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        super().__init__(f"{name}: " + "; ".join(f"{fault.code} at {fault.where}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule, as the data above says it."""

    id: str
    category: str
    severity: Severity
    patterns: Patterns
    why: ByLanguage
    suggest: ByLanguage
    unless: Patterns = field(default_factory=dict)
    unless_sentence: Patterns = field(default_factory=dict)
    unless_message: Patterns = field(default_factory=dict)
    unless_dated_sentence: bool = False
    case_sensitive: bool = False
    notes: bool = False
    everywhere: bool = False
    times: int = 1
    take: bool = True
    context: Conditions = field(default_factory=Conditions)
    hit: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()


def in_language(texts: ByLanguage, language: str) -> str:
    """The text in ``language``, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def read(data: Mapping[str, Any]) -> Rule:
    """The rule that ``data`` describes; FaultyRule if it describes none. What it finds is not looked at here."""
    wrong = list(_wrong_shape(data))
    if wrong:
        raise FaultyRule(str(data.get("id", "?")), wrong)
    tests = data.get("tests") or {}
    context = data.get("context") or {}
    return Rule(
        id=data["id"],
        category=data["category"],
        severity=cast("Severity", data["severity"]),
        patterns=_patterns(data["patterns"]),
        why=_texts(data["why"]),
        suggest=_texts(data["suggest"]),
        unless=_patterns(data.get("unless") or {}),
        unless_sentence=_patterns(data.get("unless_sentence") or {}),
        unless_message=_patterns(data.get("unless_message") or {}),
        unless_dated_sentence=bool(data.get("unless_dated_sentence", False)),
        case_sensitive=bool(data.get("case_sensitive", False)),
        notes=bool(data.get("notes", False)),
        everywhere=bool(data.get("everywhere", False)),
        times=data.get("times", 1),
        take=bool(data.get("take", True)),
        context=Conditions(**{key: tuple(rows) for key, rows in context.items()}),
        hit=tuple(tests.get("hit", ())),
        miss=tuple(tests.get("miss", ())),
    )


def _patterns(data: Mapping[str, str | list[str]]) -> Patterns:
    return MappingProxyType({key: (one,) if isinstance(one, str) else tuple(one) for key, one in data.items()})


def _texts(data: str | Mapping[str, str]) -> ByLanguage:
    return MappingProxyType({"en": data} if isinstance(data, str) else dict(data))


def _wrong_shape(data: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _wrong_head(data)
    for key in ("patterns", "unless", "unless_sentence", "unless_message"):
        yield from _wrong_patterns(key, data.get(key) or {})
    for key in ("unless_dated_sentence", "case_sensitive", "notes", "everywhere", "take"):
        if not isinstance(data.get(key, False), bool):
            yield Fault("not-yes-or-no", key, str(data[key]))
    if type(data.get("times", 1)) is not int or data.get("times", 1) < 1:
        yield Fault("bad-number", "times", str(data["times"]))
    yield from _wrong_context(data.get("context") or {})
    yield from _wrong_tests(data.get("tests") or {})


def _wrong_head(data: Mapping[str, Any]) -> Iterator[Fault]:
    name = data.get("id")
    if not isinstance(name, str) or not ID.fullmatch(name):
        yield Fault("bad-id", "id", str(name))
    elif data.get("category") != name[0]:
        yield Fault("bad-category", "category", str(data.get("category")))
    if data.get("severity") not in SEVERITIES:
        yield Fault("bad-severity", "severity", str(data.get("severity")))
    if not data.get("patterns"):
        yield Fault("no-pattern", "patterns")
    for key in ("why", "suggest"):
        if not _is_text(data.get(key)):
            yield Fault(f"no-{key}", key)


def _wrong_patterns(key: str, data: Any) -> Iterator[Fault]:
    if not isinstance(data, Mapping):
        yield Fault("bad-pattern", key, str(data)[:80])
        return
    for script, given in data.items():
        rows = [given] if isinstance(given, str) else given
        if script not in LANGUAGES:
            yield Fault("bad-script", f"{key}.{script}", str(script))
        if not isinstance(rows, list | tuple) or not all(isinstance(one, str) and one for one in rows):
            yield Fault("bad-pattern", f"{key}.{script}", str(given)[:80])
        elif len(rows) > MOST_PATTERNS:
            yield Fault("too-many", f"{key}.{script}", str(len(rows)))


def _is_text(data: Any) -> bool:
    if isinstance(data, str):
        return bool(data.strip())
    return isinstance(data, Mapping) and any(
        key in LANGUAGES and isinstance(one, str) and one.strip() for key, one in data.items()
    )


def _wrong_context(data: Any) -> Iterator[Fault]:
    if not isinstance(data, Mapping):
        yield Fault("bad-context", "context", str(data)[:80])
        return
    for key, rows in data.items():
        if key not in {"on", "off", "warn"} or not isinstance(rows, list | tuple) or not all(map(sound, rows)):
            yield Fault("bad-context", f"context.{key}", str(rows)[:80])


def _wrong_tests(data: Any) -> Iterator[Fault]:
    for key in ("hit", "miss"):
        rows = data.get(key, ()) if isinstance(data, Mapping) else None
        if not isinstance(rows, list | tuple) or not all(isinstance(one, str) for one in rows):
            yield Fault("bad-tests", f"tests.{key}")


_NAMED: Final = re.compile(r"\(\?&(\w+)\)")


def expand(pattern: str) -> str:
    """``pattern`` with the words its names stand for; KeyError for a name nobody gave."""
    return _NAMED.sub(lambda name: _words()[name.group(1)], pattern)


@cache
def built_in_data() -> Mapping[str, Any]:
    """What ships as wording-rules.json: version, engine, words, rules, tone, must, nudges."""
    data: Mapping[str, Any] = json.loads(BUILT_IN.read_text(encoding="utf-8"))
    return data


@cache
def fixed_rules() -> tuple[Mapping[str, Any], ...]:
    """What ships beside the pattern rules and cannot be edited: what is heard, what must be there, the nudges."""
    data = built_in_data()
    nudges = ({**row, "severity": "nudge"} for row in data["nudges"])
    return (data["tone"], *data["must"], *nudges)


@cache
def built_in_rules() -> tuple[Rule, ...]:
    """The pattern rules that ship."""
    return tuple(read(data) for data in built_in_data()["rules"])


@cache
def tone_rule() -> Rule:
    """What is said of a sentence that is told of by its tone; it has no patterns."""
    data = built_in_data()["tone"]
    return Rule(data["id"], data["category"], data["severity"], {}, data["why"], data["suggest"])


@cache
def _words() -> Mapping[str, str]:
    """The named words; each may use those before it."""
    words: dict[str, str] = {}
    for name, pattern in built_in_data()["words"].items():
        words[name] = _NAMED.sub(lambda used: words[used.group(1)], pattern)
    return words
