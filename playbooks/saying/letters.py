"""One alphabet for rules and texts, with the way back to what was written.

Full-width becomes half-width, Traditional becomes Simplified, curly apostrophes straight, and what nobody can see goes
away. Capitals stay: one rule is about them. A rule is folded like a text, so that a pattern written in any script finds
the words in every script; what differs in words (質量, 品質) is for the patterns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from office.folding import fold_in_place

LONGEST_PIECE: Final = 4  # one character may become so many; ﷺ would become eighteen

_FIXED: Final[Mapping[str, str]] = {
    "\r": "",
    **dict.fromkeys("\n\x0b\x0c\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032\uff07", "'"),
    **{sign: sign for sign in "…“”"},
}
_ESCAPED: Final = frozenset("?!.()[]{}|*+^$-\\")


def _letter(character: str) -> str:
    if character in _FIXED:
        return _FIXED[character]
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) > LONGEST_PIECE:
        return character
    simple, _ = fold_in_place(plain)
    # fold_in_place also makes letters small; for the few scripts that have them, keep them as they were.
    return plain if simple == plain.casefold() else simple


class _Letters(dict[int, str]):
    """What each character becomes, found out once. ``odd`` are those that do not become exactly one."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        letter = _letter(character)
        if len(letter) != 1:
            self.odd.add(character)
        self[code] = letter
        return letter


_LETTERS: Final = _Letters()


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` folded; ``origins[i]`` is the index in the original of its i-th character, None if nothing moved."""

    text: str
    origins: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original from which ``text[start:end]`` came; ``start`` < ``end``."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """``text`` folded, linear in its length. Never fails."""
    folded = text.translate(_LETTERS)
    if _LETTERS.odd.isdisjoint(text):
        return Folded(folded, None)
    origins = [index for index, character in enumerate(text) for _ in _LETTERS[ord(character)]]
    return Folded(folded, tuple(origins))


@lru_cache(maxsize=8192)
def fold_pattern(pattern: str) -> str:
    """A pattern in the alphabet of folded texts; a full-width sign stays a sign (？ becomes \\?)."""
    return "".join(_in_pattern(character) for character in pattern)


def _in_pattern(character: str) -> str:
    if character.isascii():
        return character
    return "".join(f"\\{sign}" if sign in _ESCAPED else sign for sign in _LETTERS[ord(character)])


class Bytes:
    """A text as RE2 wants it, and the way from its bytes back to characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data: Final = text.encode()
        self._starts: list[int] | None = None

    def character(self, byte: int) -> int:
        """The index of the character that begins at ``byte``."""
        if len(self.data) == len(self.text):
            return byte
        if self._starts is None:
            self._starts = _character_of_byte(self.text)
        return self._starts[byte]


def _character_of_byte(text: str) -> list[int]:
    lengths = [1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4 for code in map(ord, text)]
    found = [0] * (sum(lengths) + 1)
    for index, byte in enumerate(accumulate(lengths, initial=0)):
        found[byte] = index
    return found
