"""The playbook at the agent's elbow: for this step and what the contact looks like, in the customer's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from complaints.queries.case import Case
from playbooks import queries as shelf
from playbooks.queries import Entry

BASE: Final = "base_four_steps"
CALLS: Final = "call_situation"
_CONDITION: Final = re.compile(r"^\s*\[(?P<when>[^\]]*)\]\s*")
_SECONDS: Final = re.compile(r"(\d+)\s*(?:s\b|seconds?|秒)")


@dataclass
class Line:
    """One line to say. ``when`` says under which condition ("upheld"), empty for always."""

    text: str
    when: str = ""


@dataclass
class Call:
    """What to do in a situation on the telephone; ``seconds`` is the longest wait it names, 0 for none."""

    key: str
    name: str
    flow: list[str]
    say: list[Line]
    seconds: int = 0


@dataclass
class Shown:
    """One playbook as the case page shows it: what we read in the reader's language, what we say in the customer's."""

    key: str
    name: str
    goal: str
    is_base: bool
    do: list[str] = field(default_factory=list)
    say: list[Line] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    escalate: list[str] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    refuse_line: str = ""
    language: str = "en"


def shown_for(case: Case, reader: str) -> Shown | None:
    """The playbook of the pattern somebody confirmed last, else the four steps as they are."""
    confirmed = [row for rows in case.patterns.values() for row in rows if row.state in ("confirmed", "picked")]
    confirmed.sort(key=lambda row: (row.decided_at, row.pk), reverse=True)
    entries = (shelf.playbook(key) for key in [*(row.key for row in confirmed), BASE])
    entry = next((one for one in entries if one is not None), None)
    return _shown(entry, case.ticket.step, reader, spoken=_spoken(case)) if entry else None


def calls(case: Case, reader: str) -> list[Call]:
    """What to do when the line is silent, noisy or lost."""
    spoken = _spoken(case)
    return [
        Call(
            entry.key,
            entry.named(reader),
            _texts(entry.content.get("flow", ()), reader),
            _lines(entry.content.get("say", ()), spoken),
            _longest(_texts(entry.content.get("flow", ()), "en")),
        )
        for entry in shelf.playbooks()
        if entry.content.get("group") == CALLS
    ]


def _shown(entry: Entry, step: str, reader: str, *, spoken: str) -> Shown:
    content = entry.content
    here: Mapping[str, Any] = content.get("steps", {}).get(step, {})
    return Shown(
        key=entry.key,
        name=entry.named(reader),
        goal=_in(content.get("goal", {}), reader),
        is_base=entry.key == BASE,
        do=_texts(here.get("do") or content.get("flow", ()), reader),
        say=_lines(here.get("say") or content.get("say", ()), spoken),
        avoid=_texts(here.get("avoid") or content.get("avoid", ()), spoken),
        escalate=_texts(content.get("escalate_when", ()), reader),
        refuse=_texts(content.get("refuse_when", ()), reader),
        refuse_line=_in(content.get("refuse_line", {}), spoken),
        language=spoken,
    )


def _spoken(case: Case) -> str:
    tag = case.ticket.language.lower()
    if not tag.startswith("zh"):
        return "en"
    return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en", "")


def _texts(rows: Iterable[Any], language: str) -> list[str]:
    return [text for row in rows if (text := _in(row, language))]


def _lines(rows: Iterable[Any], language: str) -> list[Line]:
    lines = []
    for text in _texts(rows, language):
        found = _CONDITION.match(text)
        lines.append(Line(_CONDITION.sub("", text), found["when"] if found else ""))
    return lines


def _longest(texts: Iterable[str]) -> int:
    return max((int(seconds) for text in texts for seconds in _SECONDS.findall(text)), default=0)
