"""One alphabet for comparing and finding, and what of a text we store.

`fold` makes two spellings of the same words equal: full-width and half-width, capitals and small letters, Traditional
and Simplified characters, however many blanks. It is for comparing only; what people read is stored by `clean`.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import chain, repeat
from typing import Final, NamedTuple

from office.folding_table import SIMPLIFIED, TRADITIONAL

FOLD_VERSION: Final = 1
"""Stored beside whatever was indexed with `fold`: a change to the folding means the index is made again."""

# Pairs the table leaves apart because Simplified has both characters. For finding they are one: 等著 and 等着,
# 瞭解 and 了解, 回覆 and 回复, 憑藉 and 凭借, 妳 and 你.
_HELD_EQUAL: Final = ("著瞭覆藉祇衹彷牴妳牠", "着了复借只只仿抵你它")

_TO_SIMPLIFIED: Final = str.maketrans(TRADITIONAL + _HELD_EQUAL[0], SIMPLIFIED + _HELD_EQUAL[1])

# Unified ideographs with their extensions, the compatibility block, and the two that stand for a character (々, 〇).
_HAN_RANGES: Final = "㐀-䶿一-鿿豈-﫿々〇\U00020000-\U0003ffff"
_HAN: Final = re.compile(f"[{_HAN_RANGES}]")
_WORD: Final = re.compile(rf"(?:(?![_{_HAN_RANGES}])\w)+(?:['’](?:(?![_{_HAN_RANGES}])\w)+)*")

# Drawn as nothing: joiners, direction marks, fillers, variation selectors. People do not type them to mean something.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_BLANKS: Final = re.compile(r"\s+")

# Never stored: controls other than tab and new line, halves of a surrogate pair, and the two that are no characters.
_NEVER: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_LINE_END: Final = re.compile(r"\r\n?")

_ACCENTED: Final = re.compile("([a-z])[\u0300-\u036f]+")


class Count(NamedTuple):
    """How much was written: words of alphabetic scripts, and Han characters, which are counted one by one."""

    words: int
    han: int


def _fold_characters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", folded)).translate(_TO_SIMPLIFIED)


def fold(text: str) -> str:
    """`text` in the alphabet for comparing: NFKC, small letters, Simplified, nothing invisible, single blanks."""
    return _BLANKS.sub(" ", _fold_characters(text)).strip()


def fold_in_place(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` folded character by character, and for each folded character the index in `text` it came from.

    For showing people where something was found: `text[origins[start]:origins[end - 1] + 1]`. Blanks are kept.
    """
    folded = [_fold_one(character) for character in text]
    origins = chain.from_iterable(map(repeat, range(len(text)), map(len, folded)))
    return "".join(folded), tuple(origins)


@lru_cache(maxsize=1 << 14)
def _fold_one(character: str) -> str:
    """What one character becomes: mostly one, none, or several. People write with a few thousand of them."""
    pieces = _fold_characters(character)
    return "".join(" " if piece.isspace() and piece != "\n" else piece for piece in pieces)


def unaccented(text: str) -> str:
    """`fold(text)` with the accents of Latin letters left out, for finding José by typing jose."""
    apart = unicodedata.normalize("NFD", fold(text))
    return unicodedata.normalize("NFC", _ACCENTED.sub(r"\1", apart))


def clean(text: str) -> str:
    """What we store of a text somebody wrote: all of it, less what no database, feed or page can carry.

    Line ends become \\n. Emoji, right-to-left marks, joiners and spaces stay as they were written.
    """
    return _NEVER.sub("", _LINE_END.sub("\n", text))


def printable(text: str) -> str:
    """`clean` for one line, such as a name or a subject: line ends and tabs become blanks, the ends are trimmed."""
    return re.sub(r"[\n\t\x85\u2028\u2029]+", " ", clean(text)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of it would be seen: blanks, zero-width characters, marks without a letter."""
    return not (fold(text[:200]) or fold(text))


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in `text`."""
    return _HAN.search(text) is not None


def words(text: str) -> Count:
    """How many words of alphabetic scripts and how many Han characters `text` has; numbers count as words."""
    return Count(words=len(_WORD.findall(text)), han=len(_HAN.findall(text)))


_ONLY_TRADITIONAL: Final = frozenset(TRADITIONAL) - frozenset(SIMPLIFIED)
_ONLY_SIMPLIFIED: Final = frozenset(SIMPLIFIED) - frozenset(TRADITIONAL)


def written_in(text: str, *, hint: str = "") -> str:
    """The language a text is written in, of those we speak: en, zh-Hans or zh-Hant.

    Chinese is what has as many Han characters as words; which script, its own characters say. Where they say
    nothing ("你好"), ``hint`` does: the tag of whoever writes.
    """
    latin, han = words(text)
    if han < max(latin, 1):
        return "en"
    traditional = sum(character in _ONLY_TRADITIONAL for character in text)
    simplified = sum(character in _ONLY_SIMPLIFIED for character in text)
    if traditional == simplified:
        return "zh-Hant" if hint.lower() in ("zh-hant", "zh-tw", "zh-hk") else "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"
