"""What each step's form may hold: shapes and sizes of the evidence, the same for page, API and command. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from complaints.domain import workflow as w
from complaints.domain.redress import RootCause
from office.folding import clean

TEXT, CHOICE, CHOICES, NUMBER, AGENT = "text", "choice", "choices", "number", "agent"


@dataclass(frozen=True)
class Shape:
    """One piece of evidence. ``on_ticket`` facts stand on the ticket itself, the others in the visit's record."""

    kind: str
    longest: int = 0
    among: tuple[object, ...] = ()
    on_ticket: bool = False


SHAPES: Mapping[str, Shape] = {
    "happened": Shape(TEXT, 20_000, on_ticket=True),
    "product": Shape(TEXT, 200, on_ticket=True),
    "order_ref": Shape(TEXT, 120, on_ticket=True),
    "no_order_reason": Shape(TEXT, 200, on_ticket=True),
    "harm": Shape(CHOICES, among=w.HARMS, on_ticket=True),
    "remedy_sought": Shape(TEXT, 20_000, on_ticket=True),
    "severity": Shape(NUMBER, among=w.SEVERITIES, on_ticket=True),
    "need": Shape(TEXT, 300, on_ticket=True),
    "expectation": Shape(CHOICE, among=w.EXPECTATIONS, on_ticket=True),
    "expectation_source": Shape(TEXT, 200, on_ticket=True),
    "feeling_start": Shape(NUMBER, among=w.FEELINGS),
    "still_wrong": Shape(TEXT, 20_000),
    "restatement": Shape(TEXT, 20_000),
    "feeling_named": Shape(TEXT, 120),
    "answer": Shape(CHOICE, among=w.ANSWERS),
    "answer_words": Shape(TEXT, 2_000),
    "regret": Shape(TEXT, 20_000),
    "regret_form": Shape(CHOICE, among=w.REGRET_FORMS),
    "regret_by": Shape(AGENT),
    "acceptance": Shape(CHOICE, among=w.ACCEPTANCES),
    "remedy": Shape(TEXT, 20_000),
    "redress_none": Shape(TEXT, 2_000),
    "root_cause": Shape(CHOICE, among=tuple(cause.value for cause in RootCause), on_ticket=True),
    "cause_note": Shape(TEXT, 20_000, on_ticket=True),
    "prevention": Shape(TEXT, 20_000),
    "prevention_none": Shape(TEXT, 2_000),
}


def read(step: str, raw: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """Evidence as it may be stored, and a fault code per field that cannot be taken.

    Only fields of ``step`` are accepted; text is cleaned (NUL, lone surrogates and control characters go). "" and None
    clear a field. ``harm`` "none" excludes the others.
    """
    values: dict[str, object] = {}
    faults: dict[str, str] = {}
    for name, value in raw.items():
        if name not in w.FIELDS[w.Step(step)]:
            faults[name] = "unknown-field"
            continue
        try:
            values[name] = _READERS[SHAPES[name].kind](SHAPES[name], value)
        except ValueError as error:
            faults[name] = str(error)
    return values, faults


def _text(shape: Shape, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not-text")
    tidy = clean(value).strip()
    if len(tidy) > shape.longest:
        raise ValueError("too-long")
    return tidy


def _choice(shape: Shape, value: object) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or value not in shape.among:
        raise ValueError("unknown-choice")
    return value


def _choices(shape: Shape, value: object) -> list[str]:
    if value in (None, ""):
        return []
    if not isinstance(value, list | tuple):
        raise ValueError("not-a-list")
    if any(not isinstance(item, str) or item not in shape.among for item in value):
        raise ValueError("unknown-choice")
    picked = [str(item) for item in shape.among if item in value]
    if "none" in picked and len(picked) > 1:
        raise ValueError("none-and-some")
    return picked


def _number(shape: Shape, value: object) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("unknown-choice")
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("unknown-choice")
    number = int(value) if len(str(value)) < 4 else -1
    if number not in shape.among:
        raise ValueError("unknown-choice")
    return number


def _agent(shape: Shape, value: object) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("unknown-person")
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 16):
        raise ValueError("unknown-person")
    return int(value)


_READERS = {TEXT: _text, CHOICE: _choice, CHOICES: _choices, NUMBER: _number, AGENT: _agent}
