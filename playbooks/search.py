"""Finding a playbook by what somebody remembers of it: any word of any of its lines, in any of its languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from office.folding import unaccented
from playbooks.domain import shapes

MOST_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """The line in which something was found, and where it stands; both empty where only parts of it were."""

    path: str = ""
    language: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    found: Found
    folded: str


_KEPT: dict[str, tuple[_Line, ...]] = {}


def find(content: Mapping[str, Any], typed: str, *, digest: str, language: str) -> Found | None:
    """Where ``content`` has all words of ``typed``: in one line if possible, preferring names and ``language``.

    ``digest`` is that of the content: what was folded once is kept under it. None if a word is nowhere.
    """
    words = unaccented(typed).split()
    known = _folded(content, digest)
    if not all(any(word in line.folded for line in known) for word in words):
        return None
    whole = [line.found for line in known if all(word in line.folded for word in words)]
    return min(whole, key=lambda found: (found.path != "names", found.language != language), default=Found())


def _folded(content: Mapping[str, Any], digest: str) -> tuple[_Line, ...]:
    if digest not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[digest] = tuple(
            _Line(Found(path, language, text), unaccented(text))
            for path, line in shapes.lines(content)
            for language, text in line.items()
        )
    return _KEPT[digest]
