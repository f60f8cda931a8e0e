"""An English sentence cut into words. Pure.

A date is one word, "@". Shortened forms are written out ("we'll" is "we will"), what several words say is one word ("as
soon as"), and a verb in two parts is the verb it means ("pick the chair up" is "collect the chair"), so that the
grammar has little to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from playbooks.promising.deeds import BARE, spelt
from playbooks.promising.sentences import Date, Sentence

DATE: Final = "@"


class Word(NamedTuple):
    """`start` and `end` count characters of the sentence; `date` is the date it is."""

    word: str
    start: int
    end: int
    date: Date | None = None


_WORD: Final = re.compile(r"[£$€]|[0-9]+(?:[.,][0-9]+)+|[^\W_]+(?:['-][^\W_]+)*'?|'s|[,:()\[\]/]|[-–—]+|□+")
_SEVERAL: Final[Mapping[tuple[str, ...], str]] = {
    ("as", "soon", "as"): "as-soon-as",
    ("as", "long", "as"): "as-long-as",
    ("in", "case"): "in-case",
    ("subject", "to"): "subject-to",
    ("on", "condition"): "on-condition",
    ("even", "if"): "even-if",
    ("so", "that"): "so-that",
    ("the", "moment"): "as-soon-as",
    ("going", "to"): "going-to",
    ("up", "and", "running"): "working",
    ("gonna",): "going-to",
    ("e-mail",): "email",
    ("call", "back"): "callback",
    ("pick", "up"): "collect",
    ("picks", "up"): "collects",
    ("picked", "up"): "collected",
    ("picking", "up"): "collecting",
    ("no", "one"): "nobody",
    ("in", "touch"): "in-touch",
    ("in", "contact"): "in-touch",
    ("each", "time"): "whenever",
    ("every", "time"): "whenever",
    ("of", "course"): "certainly",
    ("at", "the", "latest"): "certainly",
    ("at", "latest"): "certainly",
    ("at", "once"): "certainly",
    ("as", "promised"): "certainly",
    ("as", "agreed"): "certainly",
    ("as", "discussed"): "certainly",
    ("as", "well"): "also",
    ("in", "writing"): "by-letter",
    ("in", "the", "meantime"): "also",
    ("on", "time"): "certainly",
    ("ought", "to"): "should",
    ("see", "to", "it"): "ensure",
    ("make", "sure"): "ensure",
    ("making", "sure"): "ensure",
    ("made", "sure"): "ensured",
    ("arrange", "that"): "ensure",
    ("stop", "off"): "stop",
    ("the", "same", "day"): "also",
    **{("on", whose, "way"): "on-way" for whose in ("his", "her", "their", "its", "the", "our", "my")},
}
# "Pick the chair up": what the verb means with the word that may stand some words behind it.
_IN_TWO: Final[Mapping[str, Mapping[str, str]]] = {
    "pick": {"up": "collect"},
    "picking": {"up": "collecting"},
    "picked": {"up": "collected"},
    "take": {"away": "collect"},
    "taking": {"away": "collecting"},
    "taken": {"away": "collected"},
    "haul": {"away": "collect"},
    "cart": {"away": "collect"},
}
_ENDS_A_VERB: Final = spelt("and or but , : ( ) will shall is are was were to who which")
_APART: Final = 7  # words that may stand between the two
_MOST_WORDS_OF_ONE: Final = 3
_SEVERAL_FROM: Final = frozenset(words[0] for words in _SEVERAL)
_BEHIND_IS: Final = spelt("booked due scheduled back on on-way going-to")
_SHORT: Final = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "let's": "lets",
    "i'm": "i am",
    "wont": "will not",
    "ill": "ill",
    "youll": "you will",
    "well": "well",
}
_ENDINGS: Final = (("n't", "not"), ("'ll", "will"), ("'re", "are"), ("'ve", "have"), ("'m", "am"), ("'d", "would"))
_LIMIT: Final = re.compile(r"(?:until|till?)\b")  # how long something lasts, not when it will be done
_IS: Final = spelt("it he she that there here what who where how everything")


def words_of(sentence: Sentence) -> list[Word]:
    """The words of a sentence, each date one of them."""
    words: list[Word] = []
    at = 0
    for one in sentence.dates:
        if _LIMIT.match(sentence.text, one.start):
            continue
        words += _plain(sentence.text, at, one.start)
        words.append(Word(DATE, one.start, one.end, one))
        at = max(at, one.end)
    words += _plain(sentence.text, at, len(sentence.text))
    return _with_whole_verbs(list(_joined(words)))


def _plain(text: str, start: int, end: int) -> Iterator[Word]:
    for match in _WORD.finditer(text, start, end):
        spelt = match[0].rstrip("'") or match[0]
        for piece in _spelt_out(spelt):
            yield Word(piece, match.start(), match.end())


def _spelt_out(word: str) -> list[str]:
    if word in _SHORT:
        return _SHORT[word].split()
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return [word.removesuffix(ending), full]
    if word.startswith("re-") and word.replace("-", "") in BARE:
        return [word.replace("-", "")]
    if word.endswith("'s"):
        base = word.removesuffix("'s")
        return [base, "is"] if base in _IS else [base, "'s"]
    return [word]


def _joined(words: Sequence[Word]) -> Iterator[Word]:
    """ "As soon as" is one word; the 's of "the money's going" is a verb."""
    at = 0
    while at < len(words):
        one = words[at]
        name, count = _one_for_several(words, at) if one.word in _SEVERAL_FROM else (None, 1)
        if name:
            one = one._replace(word=name, end=words[at + count - 1].end)
        elif one.word in {"is", "are"} and _is_to(words, at):
            one, count = one._replace(word="will", end=words[at + 1].end), 2
        elif one.word == "'s" and _is_verb(words, at):
            one = one._replace(word="is")
        at += count
        if one.word != "'s":
            yield one


def _one_for_several(words: Sequence[Word], at: int) -> tuple[str | None, int]:
    """The one word for those that begin here, and how many they are."""
    for count in range(_MOST_WORDS_OF_ONE, 0, -1):
        if name := _SEVERAL.get(tuple(word.word for word in words[at : at + count])):
            return name, count
    return None, 1


def _is_verb(words: Sequence[Word], at: int) -> bool:
    """Whether 's is "is"."""
    behind = next((word.word for word in words[at + 1 : at + 4] if word.word not in {DATE, "not"}), "")
    return behind.endswith("ing") or behind in _BEHIND_IS


def _is_to(words: Sequence[Word], at: int) -> bool:
    """ "Is to be paid", "are to issue": what will be done."""
    said = [one.word for one in words[at : at + 3]]
    return len(said) > 2 and said[0] in {"is", "are"} and said[1] == "to" and (said[2] == "be" or said[2] in BARE)


def _with_whole_verbs(words: list[Word]) -> list[Word]:
    """ "Pick the chair up" as "collect the chair"."""
    for at, one in enumerate(words):
        meant = _IN_TWO.get(one.word)
        if not meant or (words[at + 1 : at + 2] and words[at + 1].word in {"this", "that", "things"}):
            continue
        for behind in range(at + 2, min(at + _APART, len(words))):
            here = words[behind].word
            if here in meant and not (
                here == "up" and words[behind + 1 : behind + 2] and words[behind + 1].word == "to"
            ):
                words[at] = one._replace(word=meant[here])
                del words[behind]
                break
            if here in _ENDS_A_VERB:
                break
    return words
