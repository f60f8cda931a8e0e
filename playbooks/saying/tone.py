"""How a sentence sounds: weights of short runs of words, learned from sentences that people judged. Pure.

The rules know words; people find new ones. What no rule knows often still sounds like what the rules are about, and a
table of weights hears that: for each sentence the weights of its marks are added up and divided by the root of their
number. Marks are runs of one to three words (of Han: one to four characters), two words with one or two between, and
the order in which we, you, no, if, but, a date or money come. Both Chinese scripts share theirs, and what is only
spoken in Cantonese is read as it would be written. The table is data (wording-tone.json), made by `bench.tone` from
wording-sentences.json, the tests of the rules and the lines of the playbooks. It warns; it never blocks.

It is also asked about what the rules that ship found: words alone know neither a negation nor a name, a report nor a
refusal of what they are looking for. Where the whole sentence sounds good all the same, the finding is a hint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import sqrt
from operator import add
from typing import Any, Final

from office.folding import has_han
from playbooks.saying.rules import CONTENT, expand

TABLE: Final = CONTENT / "wording-tone.json"

LONGEST: Final = 600  # characters of a sentence that are listened to
LEAST_HAN, LEAST_WORDS = 5, 4
HAN, WORDS = "han", "words"
_RUN, _HAN_RUN = 3, 4
SHORTEST_WITH_ENDING, SHORTEST_STEM = 4, 3
_SCALE: Final = 100  # weights are stored as whole hundredths

_FIGURES: Final = re.compile(r"\d+(?:[.,:]\d+)*")
# A word with a capital that does not begin the sentence is somebody's name.
_NAME: Final = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z][\w']*(?: [A-Z][\w']*)*")
_DAY: Final = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october"
    r"|november|december)\b"
)
_MONEY: Final = re.compile(r"[£$€¥] ?0|0 ?(?:pounds|dollars|euros|yuan|rmb|hkd|usd)\b")
_WORD: Final = re.compile(r"NAME|DAY|£|[a-z']+|0|[?!]")
_ENDING: Final = re.compile(r"(?:ings?|edly|ed|ly|ies|ness|ments?|ations?|es|s|'s)$")
_PIECE: Final = re.compile(r"[^\s]+")
_HAN_LETTER: Final = re.compile("[一-鿿㐀-䶿]")
# What is only spoken, as it would be written; and one word for you.
_WRITTEN: Final = str.maketrans("唔冇嘅佢哋啲俾畀睇咗嚟喺搵谂嗰咁你", "不没的他们些给给看了来在找想那这您")

_SPOKEN: Final = frozenset(map(chr, _WRITTEN))

_CLASSES: Final[Mapping[str, Mapping[str, str]]] = {
    WORDS: {
        "sorry": "(?&sorry)",
        "thanks": "(?&thanks)",
        "watch": r"\b(?&watchdog)\b",
        "them": r"\b(?&them)\b",
        "money": r"£|(?&money)",
        "when": r"\b(?:today|tomorrow|tonight|yesterday|noon|DAY|by 0|on 0|0 (?:am|pm|days?|hours?))\b",
        "you": r"\byou(?:r|rs|rself|'\w+)?\b",
        "we": r"\b(?:i|we|our|us|my|me|i'\w+|we'\w+)\b",
        "no": r"\b(?:no|not|never|nothing|nobody|none|without|cannot|\w+n't)\b",
        "if": r"\b(?:if|unless|provided|whether|once|until|or else|otherwise)\b",
        "but": r"\b(?:but|however|though|although|only|just|still|yet|anyway)\b",
        "would": r"\b(?:would|could|should|might|may|ought)\b",
        "ask": r"\?",
    },
    HAN: {
        "sorry": "(?&zsorry)",
        "thanks": "(?&thanks)",
        "watch": "(?&zwatch)",
        "them": "(?&zthem)",
        "money": r"0(?:元|块|蚊|万)|(?&money)",
        "when": r"0[月日号点时分天]|周[一二三四五六日末]|星期|今天|明天|昨天|上午|下午|工作日",
        "you": "您|阁下",
        "we": "(?&zus)",
        "no": "不|没|无|未|别|勿|非",
        "if": "如果|要是|若|只要|除非|否则|不然|既然|反正",
        "but": "但|可是|不过|只是|然而|就是|毕竟|还是",
        "would": "会|能|可以|应该|应当|得",
        "ask": r"\?|吗|呢|吧|嘛|啊|啦|喔|哦|咯|耶|齁",
    },
}


@dataclass(frozen=True, slots=True)
class Start:
    """What every sentence starts with, and from where one is told of.

    ``good`` and ``surely_good``: up to where a sentence sounds good although a rule that warns, or one that blocks,
    found something in it.
    """

    bias: float
    threshold: float
    good: float = -9.0
    surely_good: float = -9.0


@dataclass(frozen=True, slots=True)
class Tone:
    """The table: weights by mark, and the start of sentences with Han and without."""

    weights: Mapping[str, int]
    starts: Mapping[str, Start]

    def score(self, sentence: str) -> float:
        """How much ``sentence``, folded, sounds like one to stop; 0 is as much as not."""
        known = self.weights.keys() & marks(sentence)
        weight = sum(map(self.weights.__getitem__, known))
        return weight / _SCALE / sqrt(max(1, len(known))) + self.starts[kind_of(sentence)].bias

    def sounds(self, sentence: str) -> bool:
        """Whether to tell of ``sentence``, folded. What is hardly a sentence never is told of."""
        return is_sentence(sentence) and self.score(sentence) > self.starts[kind_of(sentence)].threshold

    def doubts(self, sentence: str, *, blocks: bool) -> bool:
        """Whether ``sentence``, folded, sounds good although a rule that warns or ``blocks`` found something in it.

        Never if it is too long to be listened to, or hardly a sentence.
        """
        if len(sentence) > LONGEST or not is_sentence(sentence):
            return False
        start = self.starts[kind_of(sentence)]
        return self.score(sentence) <= (start.surely_good if blocks else start.good)


@cache
def built_in_tone() -> Tone:
    """The table that ships."""
    data: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return Tone(data["weights"], {kind: Start(**start) for kind, start in data["starts"].items()})


def kind_of(sentence: str) -> str:
    """How ``sentence`` is taken apart: by Han characters or by words."""
    return HAN if has_han(sentence) else WORDS


def marks(sentence: str) -> set[str]:
    """The marks a folded sentence is known by; figures are all one."""
    text = sentence[:LONGEST]
    if has_han(text):
        plain = _FIGURES.sub("0", text.lower())
        plain = plain if _SPOKEN.isdisjoint(plain) else plain.translate(_WRITTEN)
        return {*_of_han(plain), *_in_order(HAN, plain)}
    plain = _MONEY.sub("£", _FIGURES.sub("0", _NAME.sub("\0", text).lower()))
    plain = _DAY.sub("DAY", plain).replace("\0", "NAME")
    return {*_of_words(plain), *_in_order(WORDS, plain)}


def is_sentence(text: str) -> bool:
    """Whether enough is said to listen to."""
    return len(_HAN_LETTER.findall(text)) >= LEAST_HAN or len(re.findall(r"[A-Za-z']+", text)) >= LEAST_WORDS


@cache
def _classes(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{expand(words)})" for name, words in _CLASSES[kind].items()))


def _in_order(kind: str, plain: str) -> list[str]:
    """The classes of words in ``plain`` as they come: each, and each with the one or two after it."""
    found = ["#^", *[f"#{match.lastgroup}" for match in _classes(kind).finditer(plain)], "#$"]
    pairs = [f"{first}>{second[1:]}" for first, second in pairwise(found)]
    threes = [f"{two}>{third[1:]}" for two, third in zip(pairs, found[2:], strict=False)]
    return [*found[1:-1], *pairs, *threes]


def _of_han(plain: str) -> list[str]:
    found: list[str] = []
    for piece in _PIECE.findall(plain):
        run = list(piece)
        for size in range(1, _HAN_RUN + 1):
            found += run
            run = list(map(add, run, piece[size:]))
    return found


def _of_words(plain: str) -> list[str]:
    words = ["^", *map(_stem, _WORD.findall(plain)), "$"]
    spaced = [f" {word}" for word in words]
    found, run = [], words
    for size in range(1, _RUN + 1):
        found += run
        run = list(map(add, run, spaced[size:]))
    near = [f"{first} _{last}" for first, last in zip(words, spaced[2:], strict=False)]
    return [*found, *near, *[f"{first} __{last}" for first, last in zip(words, spaced[3:], strict=False)]]


def _stem(word: str) -> str:
    """``word`` without its ending: "refunds" and "refunded" are one."""
    if len(word) <= SHORTEST_WITH_ENDING:
        return word
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word
