"""A customer's text prepared for cues: folded, cut into sentences, other people's words blanked out. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, repeat
from typing import Final

from office.folding import fold_in_place

LONGEST: Final = 20_000
"""How many characters of a text are read: what a complaint is about stands before that."""

_QUOTES: Final = re.compile(r'"([^"\n]{2,400})"|“([^”\n]{2,400})”|「([^」\n]{2,400})」|『([^』\n]{2,400})』')
_TITLES: Final = re.compile("《[^》\n]{1,60}》")
_SINGLE: Final = re.compile(r"(?<![\w])['‘]([^'’\n]{4,300}(?:['’](?:s|t|re|m|ll|ve|d)\b[^'’\n]{1,200})*)['’](?!\w)")
_SAID: Final = re.compile(
    r"(?:sa(?:id|ys|ying)|told (?:me|us)|called me|repl(?:ied|ies|y)|shouted|read(?:s|ing)?|wrote|answered?|goes"
    r"|states?|message|text|email|sign|line|quote|like|titled|called|named|that"
    r"|说|說|讲|講|道|回复?|回覆|答复?|骂|罵|喊|写着?|寫著?|叫|称|稱|显示|顯示|声|聲|句|话|話|是|告诉我|告訴我)[^\n]{0,6}[:,]?\s*$",
    re.I,
)
_OWN: Final = re.compile(
    r"(?:\bi (?:said|say|told|asked)|\bi'm telling|我(?:就|都|也|再|只)?[说讲问喊])[^\n]{0,12}$", re.I
)
_SENTENCE_END: Final = re.compile(r"(?:[!?。]+|(?<![.\d])\.(?![.\d\w])|;)+[\"'”’」』)]*")
_SOFT_BREAK: Final = re.compile(r"\n(?=[a-z])")
_HAN_BLANK: Final = re.compile("(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff0-9a-z])|(?<=[0-9a-z]) +(?=[\u3400-\u9fff])")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_SAME: Final = str.maketrans("’‘`´“”…\t", "''''\"\". ")
HIDDEN: Final = "\x01"
"""Stands for each character of somebody else's words."""


@dataclass(frozen=True)
class Reading:
    """``folded`` and ``typed`` are UTF-8; a sentence of ``folded`` ends at a new line."""

    folded: bytes
    typed: bytes
    _typed_text: str
    _folded_text: str
    _origins: Sequence[int]

    def origin(self, byte: int) -> int:
        """The index in the text of the character that ``folded[byte]`` came from."""
        return self._origins[self._folded_places[byte]]

    def typed_origin(self, byte: int) -> int:
        """The index in the text of the character that ``typed[byte]`` is of."""
        return self._typed_places[byte]

    @cached_property
    def _folded_places(self) -> Sequence[int]:
        return _places(self._folded_text, len(self.folded))

    @cached_property
    def _typed_places(self) -> Sequence[int]:
        return _places(self._typed_text, len(self.typed))

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentences around ``folded[start:end]`` begin and end."""
        after = self.folded.find(b"\n", end)
        return self.folded.rfind(b"\n", 0, start) + 1, after if after >= 0 else len(self.folded)


def read(text: str) -> Reading:
    """``text`` prepared; no more than the first `LONGEST` characters of it."""
    text = text[:LONGEST]
    folded, origins = fold_in_place(_without_others_words(text))
    folded, kept = _reshaped(folded.translate(_SAME))
    encoded, typed = (one.encode("utf-8", "replace") for one in (folded, text))
    return Reading(encoded, typed, text, folded, [origins[index] for index in kept])


def _without_others_words(text: str) -> str:
    """Quotations blanked out, unless the customer quotes themselves or wrote little else."""
    text = _TITLES.sub(lambda found: HIDDEN * len(found[0]), text)
    for quotes in (_QUOTES, _SINGLE):
        text = quotes.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    before, inside = found.string[max(0, found.start() - 40) : found.start()], found[0]
    if len(inside) > 0.7 * len(found.string.strip()) or _OWN.search(before):
        return inside
    if len(inside) < 8 and not _SAID.search(before):
        return inside  # a word held at arm's length is the customer's own
    return inside[0] + HIDDEN * (len(inside) - 2) + inside[-1]


def _reshaped(folded: str) -> tuple[str, list[int]]:
    """One sentence a line, no blanks around Chinese characters, noooow as now; and the index each character had."""
    characters = list(folded)
    for found in _SOFT_BREAK.finditer(folded):
        characters[found.start()] = " "
    for found in _HAN_BLANK.finditer(folded):
        characters[found.start() : found.end()] = [""] * (found.end() - found.start())
    for found in _STRETCHED.finditer(folded):
        characters[found.start() + 1 : found.end()] = [""] * (found.end() - found.start() - 1)
    for found in _SENTENCE_END.finditer(folded):
        characters[found.end() - 1] += "\n"
    kept = chain.from_iterable(map(repeat, range(len(characters)), map(len, characters)))
    return "".join(characters), list(kept)


def _places(text: str, size: int) -> Sequence[int]:
    """For each of the ``size`` bytes of ``text`` the index of its character."""
    if size == len(text):
        return range(size)
    return tuple(chain.from_iterable(map(repeat, range(len(text)), map(_length, text))))


@lru_cache(maxsize=1 << 14)
def _length(character: str) -> int:
    return len(character.encode("utf-8", "replace"))
