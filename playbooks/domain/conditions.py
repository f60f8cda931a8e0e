"""The conditions of a rule as one types them: one to a line, of which one is enough. Pure.

channel: letter, email; kind: final_response      both have to be so; of several words one is enough
conduct_level: 3                                  at least
saved_promise: yes
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playbooks.saying.context import KEYS

YES, NO = frozenset({"yes", "true"}), frozenset({"no", "false"})
NAMES: Final = tuple(KEYS)


class Unreadable(ValueError):
    """A line that is no condition; ``line`` is its number from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def write(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Conditions as lines."""
    return ["; ".join(f"{key}: {_written(value)}" for key, value in row.items()) for row in rows]


def read(text: str) -> list[dict[str, Any]]:
    """Lines as conditions; ``Unreadable`` for the first that is none."""
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [_row(number, line) for number, line in lines if line]


def _row(number: int, line: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for part in line.replace("；", ";").replace("：", ":").split(";"):
        name, colon, said = (piece.strip() for piece in part.partition(":"))
        if not colon or name not in KEYS or name in row:
            raise Unreadable(number, part.strip() or line)
        row[name] = _value(KEYS[name], said, number, part.strip())
    return row


def _value(kind: type, said: str, number: int, part: str) -> Any:
    if kind is bool and said.lower() in YES | NO:
        return said.lower() in YES
    if kind is int and said.isascii() and said.isdecimal():
        return int(said)
    words = [word.strip() for word in said.replace("、", ",").replace("，", ",").split(",")]
    if kind in {bool, int} or not all(words):
        raise Unreadable(number, part)
    return words


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else ", ".join(value)
