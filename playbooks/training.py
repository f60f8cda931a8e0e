"""What is asked in training, and the figures trainers like to quote with what is known of them. Pure.

The bank is `content/training.json`: six statements for the self-test (kind belief) and questions for practice (choice,
truefalse), each in three languages with its answer, an explanation and a source. The figures are
`content/formulas.json`. Both are read and proved once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

__all__ = [
    "ROUND",
    "Bank",
    "FaultyTraining",
    "Formula",
    "Last",
    "Question",
    "bank",
    "beliefs",
    "formulas",
    "in_language",
    "next_round",
    "practice",
    "question",
    "questions",
    "read",
    "read_formulas",
    "topics",
]

CONTENT: Final = Path(__file__).parent / "content"
LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
BELIEF, CHOICE, TRUEFALSE = "belief", "choice", "truefalse"
YES_NO: Final = ("true", "false")
SOURCES: Final = ("playbook", "wording", "standard", "research")
BELIEFS: Final = 6
ROUND: Final = 8
"""Questions of one round of practice, where there are so many."""
LONGEST_ID, LONGEST_TOPIC, LONGEST_OPTION = 60, 24, 40
"""Characters an answer has room for."""

Text = Mapping[str, str]


class FaultyTraining(ValueError):
    """The data cannot be used; ``faults`` says why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from: ``kind`` playbook (``name`` its key), wording (a rule's id), standard or research."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """``options`` maps ids to texts; it is empty for a statement, which is "true" or "false". ``answer`` is an id."""

    id: str
    kind: str
    topic: str
    difficulty: int
    asked: Text
    options: Mapping[str, Text]
    answer: str
    explanation: Text
    source: Source

    @property
    def choices(self) -> tuple[str, ...]:
        """Every answer that can be given, as the bank has them."""
        return tuple(self.options) or YES_NO

    def ordered(self, seed: str) -> tuple[str, ...]:
        """The answers in the order in which they are shown: the same for the same seed. True comes before false."""
        if not self.options:
            return YES_NO
        return tuple(sorted(self.options, key=lambda option: _mixed(seed, self.id, option)))


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    version: str
    topics: Mapping[str, Text]
    questions: tuple[Question, ...]
    by_id: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Last:
    """How somebody answered a question the last time."""

    right: bool
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A figure that is told, and what is known of it. ``span`` is the range that was measured, as "54–70", or "".

    ``grade`` and ``use`` are codes; what they mean stands beside them. ``unit`` belongs to ``span``.
    """

    key: str
    name: Text
    statement: Text
    span: str
    unit: Text
    population: Text
    source: Text
    year: str
    grade: str
    grade_name: Text
    grade_meaning: Text
    use: str
    use_words: Text
    guidance: Text

    @property
    def is_percent(self) -> bool:
        return self.unit["en"] == "%"


def in_language(text: Text, language: str) -> str:
    """The text in ``language`` (a BCP 47 tag), else in English."""
    return text.get(language) or text["en"]


@cache
def bank() -> Bank:
    """The bank that ships."""
    return read(json.loads((CONTENT / "training.json").read_text(encoding="utf-8")))


def topics() -> Mapping[str, Text]:
    """The name of every topic by its code, in the order in which they are shown."""
    return bank().topics


def questions() -> tuple[Question, ...]:
    """Everything in the bank, the self-test included."""
    return bank().questions


def question(name: str) -> Question | None:
    """The question of that id, or None for one that is no longer in the bank."""
    return bank().by_id.get(name)


def beliefs() -> tuple[Question, ...]:
    """The six statements of the self-test, in their order."""
    return tuple(one for one in questions() if one.kind == BELIEF)


def practice(topic: str = "") -> tuple[Question, ...]:
    """What a round of practice can ask: everything but the self-test, or what there is on one topic."""
    return tuple(one for one in questions() if one.kind != BELIEF and topic in {"", one.topic})


def next_round(pool: Iterable[Question], last: Mapping[str, Last], *, seed: str, size: int = ROUND) -> list[str]:
    """The ids of at most ``size`` questions of ``pool``, in the order in which they are asked.

    First what was answered wrong the last time, then what was never asked, then what was right; in the first and the
    last group the longest ago comes first, the unseen are mixed by ``seed``. ``last`` maps ids to the last answer.
    """
    known = list(pool)
    wrong = sorted((one for one in known if one.id in last and not last[one.id].right), key=lambda one: last[one.id].at)
    unseen = sorted((one for one in known if one.id not in last), key=lambda one: _mixed(seed, one.id))
    right = sorted((one for one in known if one.id in last and last[one.id].right), key=lambda one: last[one.id].at)
    return [one.id for one in [*wrong, *unseen, *right][:size]]


def _mixed(*parts: str) -> str:
    """A place in an order that looks like chance and is always the same."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


# Reading the bank -----------------------------------------------------------------------------------------------------


def read(data: Mapping[str, Any]) -> Bank:
    """The bank that ``data`` describes; FaultyTraining if it describes none."""
    faults = [*_wrong_bank(data)]
    if faults:
        raise FaultyTraining(faults)
    made = tuple(_question(row) for row in data["questions"])
    return Bank(
        version=data["version"],
        topics=MappingProxyType(dict(data["topics"])),
        questions=made,
        by_id=MappingProxyType({one.id: one for one in made}),
    )


def _question(row: Mapping[str, Any]) -> Question:
    answer = row["answer"]
    options = {option["id"]: {key: option[key] for key in LANGUAGES} for option in row.get("options", ())}
    kind, name = next((kind, row["source"][kind]) for kind in SOURCES if kind in row["source"])
    return Question(
        id=row["id"],
        kind=row["kind"],
        topic=row["topic"],
        difficulty=row["difficulty"],
        asked=row["question"],
        options=MappingProxyType(options),
        answer=answer if row["kind"] == CHOICE else str(answer).lower(),
        explanation=row["explanation"],
        source=Source(kind, name),
    )


def _wrong_bank(data: Mapping[str, Any]) -> Iterator[str]:
    ids = [row.get("id") for row in data["questions"]]
    yield from (f"{one}: twice" for one in sorted({one for one in ids if ids.count(one) > 1}))
    yield from (f"topic {code}: too long" for code in data["topics"] if len(code) > LONGEST_TOPIC)
    for code, name in data["topics"].items():
        yield from _wrong_text(f"topic {code}", name)
    tests = sorted(row["source"].get("self_test", 0) for row in data["questions"] if row.get("kind") == BELIEF)
    if tests != list(range(1, BELIEFS + 1)):
        yield f"self-test: statements {tests}"
    for row in data["questions"]:
        yield from _wrong_question(row, data["topics"])


def _wrong_question(row: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    name = str(row.get("id"))
    if not 0 < len(name) <= LONGEST_ID:
        yield f"{name}: bad id"
    if row.get("topic") not in known:
        yield f"{name}: unknown topic {row.get('topic')}"
    if row.get("difficulty") not in {1, 2, 3}:
        yield f"{name}: difficulty {row.get('difficulty')}"
    for part in ("question", "explanation"):
        yield from _wrong_text(f"{name}: {part}", row.get(part))
    if sum(kind in row.get("source", {}) for kind in SOURCES) != 1:
        yield f"{name}: needs one source"
    yield from _wrong_answer(name, row)


def _wrong_answer(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    options = row.get("options", [])
    if row.get("kind") in {BELIEF, TRUEFALSE}:
        if options or not isinstance(row.get("answer"), bool):
            yield f"{name}: a statement is true or false"
        return
    if row.get("kind") != CHOICE:
        yield f"{name}: unknown kind {row.get('kind')}"
        return
    ids = [option.get("id") for option in options]
    if not 2 <= len(ids) <= 4 or len(set(ids)) != len(ids) or any(not one or len(one) > LONGEST_OPTION for one in ids):
        yield f"{name}: options {ids}"
    if row.get("answer") not in ids:
        yield f"{name}: the answer is none of the options"
    for option in options:
        yield from _wrong_text(f"{name}: option {option.get('id')}", option)


def _wrong_text(where: str, text: Any) -> Iterator[str]:
    given = text if isinstance(text, Mapping) else {}
    yield from (f"{where}: nothing in {key}" for key in LANGUAGES if not str(given.get(key) or "").strip())


# Reading the figures --------------------------------------------------------------------------------------------------


@cache
def formulas() -> tuple[Formula, ...]:
    """The figures that ship, in the order in which they are taught."""
    return read_formulas(json.loads((CONTENT / "formulas.json").read_text(encoding="utf-8")))


def read_formulas(data: Mapping[str, Any]) -> tuple[Formula, ...]:
    """The figures that ``data`` describes; FaultyTraining if one cannot be shown."""
    faults = [fault for row in data["formulas"] for fault in _wrong_formula(row, data)]
    if faults:
        raise FaultyTraining(faults)
    return tuple(_formula(row, data) for row in data["formulas"])


def _formula(row: Mapping[str, Any], data: Mapping[str, Any]) -> Formula:
    measured, grade = row.get("range"), data["grades"][row["grade"]]
    return Formula(
        key=row["key"],
        name=row["name"],
        statement=row["statement"],
        span=f"{measured['low']}–{measured['high']}" if measured else "",
        unit=data["units"][measured["unit"]] if measured else {"en": ""},
        population=row["population"],
        source=row["source"],
        year=row.get("year") or "",
        grade=row["grade"],
        grade_name=grade["name"],
        grade_meaning=grade["meaning"],
        use=row["use"],
        use_words=data["uses"][row["use"]],
        guidance=row["guidance"],
    )


def _wrong_formula(row: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    key = str(row.get("key"))
    for name in ("name", "statement", "population", "source", "guidance"):
        yield from _wrong_text(f"{key}: {name}", row.get(name))
    yield from (f"{key}: unknown {name}" for name in ("grade", "use") if row.get(name) not in data[f"{name}s"])
    measured = row.get("range")
    if measured and (measured.get("unit") not in data["units"] or not {"low", "high"} <= measured.keys()):
        yield f"{key}: bad range"
