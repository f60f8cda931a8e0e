"""A text cut into sentences, with the dates that stand in each, and whether it asks. Pure, linear in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from playbooks.dates.said import Counted, Phrase
from playbooks.dates.tokens import folded_with_origins

_LONGEST: Final = 600  # characters; what goes on longer is cut, so that no work grows with the square of it
_BOUNDS: Final = frozenset("前内里")
_BEFORE: Final = 160
_END: Final = re.compile(r"[。!?;]+[\"'”’」』)]*|\.(?=[\s\"')\]]|$)|\n|\.{3,}|…+")
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|no|nos|st|approx|ref|etc|e\.g|i\.e|ext|tel|inc|ltd|co|vs)|(?<!['’])\b[a-z])$"
)
_SOFT_LINE: Final = re.compile(r"[a-z0-9,'’]$")
_ASKS_UNMARKED: Final = re.compile(
    r"(?:吗|好不好|行不行|可不可以|可以不|方便不|好么|可以么|行么|得唔得|好唔好|可唔可以)[\s.。!~]*$"
)


class Date(NamedTuple):
    """A date phrase: which of the text's, and where in the folded text.

    `counted`: it counts a length from now; `bounded`: it says 前 or 内 behind it, as one does of what must be done.
    """

    phrase: int
    start: int
    end: int
    counted: bool
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is folded and begins at `offset` of the folded whole; `dates` are placed in `text`. `asks`: a question.

    `follows` is the sentence behind it, which may be no more than "is that all right?"; `before` ends with the one
    before it, which may name what "it" is.
    """

    text: str
    offset: int
    dates: tuple[Date, ...]
    asks: bool
    follows: str = ""
    before: str = ""


class Folded(NamedTuple):
    """The folded text and, for each of its characters, the place in the original."""

    text: str
    origins: Sequence[int]

    def place(self, original: int) -> int:
        """Where in the folded text the original's character is."""
        return bisect_left(self.origins, original)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that a stretch of the folded text came from."""
        return self.origins[start], self.origins[end - 1] + 1


def folded(text: str) -> Folded:
    return Folded(*folded_with_origins(text))


def sentences(text: str, whole: Folded, phrases: Sequence[Phrase]) -> Iterator[Sentence]:
    """The sentences of a text that have a date in them; `phrases` are its dates, in order."""
    dates = [_date(index, said, whole) for index, said in enumerate(phrases)]
    pieces = list(_pieces(text, whole, dates))
    taken = 0
    for number, (start, end, mark) in enumerate(pieces):
        first = taken
        while taken < len(dates) and dates[taken].start < end:
            taken += 1
        inside = dates[first:taken]
        if not inside:
            continue
        body = whole.text[start:end]
        here = tuple(one._replace(start=one.start - start, end=one.end - start) for one in inside)
        after = pieces[number + 1] if number + 1 < len(pieces) else None
        follows = whole.text[after[0] : after[1]] + after[2] if after else ""
        yield Sentence(
            body,
            start,
            here,
            "?" in mark or _ASKS_UNMARKED.search(body[-12:]) is not None,
            follows.strip(),
            whole.text[max(0, start - _BEFORE) : start],
        )


def _date(index: int, said: Phrase, whole: Folded) -> Date:
    start, end = whole.place(said.start), whole.place(said.end)
    return Date(index, start, end, isinstance(said.moment.day, Counted), whole.text[end - 1] in _BOUNDS)


def _pieces(text: str, whole: Folded, dates: Sequence[Date]) -> Iterator[tuple[int, int, str]]:
    """Where each sentence begins and ends, and the mark behind it."""
    start = at = 0
    for match in _END.finditer(whole.text):
        while at < len(dates) and dates[at].end <= match.start():
            at += 1
        inside = at < len(dates) and dates[at].start < match.start() < dates[at].end
        if inside and not (match.end() == dates[at].end and _new_sentence(text, whole, match.end())):
            continue
        if _goes_on(text, whole, match, start):
            continue
        yield from _cut(start, match.end() if inside else match.start(), match[0])
        start = match.end()
    yield from _cut(start, len(whole.text), "")


def _cut(start: int, end: int, mark: str) -> Iterator[tuple[int, int, str]]:
    while end - start > _LONGEST:
        yield start, start + _LONGEST, ""
        start += _LONGEST
    if end > start:
        yield start, end, mark


def _new_sentence(text: str, whole: Folded, at: int) -> bool:
    """Whether a capital follows, so that the dot of "3 p.m." ends the sentence too."""
    begin = whole.origins[at - 1] + 1
    behind = text[begin : begin + 12].lstrip(" ")
    return not behind or behind[0] == "\n" or (behind[0].isupper() and behind[:2] not in {"I ", "I'", "I’"})


def _goes_on(text: str, whole: Folded, match: re.Match[str], start: int) -> bool:
    before = whole.text[max(start, match.start() - 8) : match.start()]
    if match[0] == ".":
        return _ABBREVIATED.search(before) is not None
    if match[0] == "\n":
        behind = whole.text[match.end() : match.end() + 1]
        original = text[whole.origins[match.end()]] if match.end() < len(whole.text) else ""
        # A line that was wrapped goes on in small letters.
        return bool(_SOFT_LINE.search(before)) and behind.isascii() and behind.isalpha() and not original.isupper()
    return match[0].startswith("..") and whole.text[match.end() : match.end() + 2].strip().isalpha()
