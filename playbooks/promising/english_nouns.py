"""What an English deed is done to or said of, by the nouns beside it: "the money", "a letter", "the engineer". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from playbooks.promising.deeds import BARE, NOUNS, Kind, spelt
from playbooks.promising.english_subjects import Subject

FAR: Final = 14  # words from a verb within which its object stands

_SHORTEST_PLURAL: Final = 4
_MOVED: Final = frozenset({Kind.SEND, Kind.REFUND})
THINGS: Final = _MOVED | {Kind.WRITE, Kind.UPDATE}
"""The kinds of what "it" may stand for, whoever else is named."""
_BEFORE_NAMES: Final = spelt(
    "the a an your our my next full first second third new final written formal further another other then and one"
    " partial missing complete personal detailed short brief"
)
_ROW: Final = 4  # nouns that stand in a row
_INFORMATION: Final = spelt("date dates number numbers code codes link links address slot window time")
_OF_WHAT: Final = spelt("of on in for with from about at outside to behind by")
_WORD: Final = re.compile(r"[a-z£$€-]+")


class Said(NamedTuple):
    """A verb in its bare form; the `words` from it on, dates left out, and their `text`; of whom or what it is said,
    and the kind of what was spoken of before."""

    bare: str
    words: Sequence[str]
    text: str
    subject: Subject
    topic: Kind | None

    @property
    def named(self) -> Kind | None:
        """The kind of what is named behind the verb."""
        return object_kind(self.words[1:])

    @property
    def of_people(self) -> bool:
        return self.subject in {Subject.OURS, Subject.VISITOR}


def said(words: Sequence[str], subject: Subject, topic: Kind | None) -> Said:
    """The words from a verb on, with that verb in its bare form."""
    bare = BARE.get(words[0], words[0])
    return Said(bare, words, " ".join([bare, *words[1:]]), subject, topic)


def noun_kind(words: Sequence[str]) -> Kind | None:
    """The kind of the first thing named."""
    for word in words[:FAR]:
        if kind := NOUNS.get(word):
            return kind
        if len(word) >= _SHORTEST_PLURAL and word.endswith("s") and (kind := NOUNS.get(word[:-1])):
            return kind
    return None


def object_kind(words: Sequence[str]) -> Kind | None:
    """The kind of the first thing named, which of several nouns in a row is the last: "an appointment letter"."""
    for at, word in enumerate(words[:FAR]):
        if not (kind := noun_kind([word])):
            continue
        for behind in words[at + 1 : at + _ROW]:
            if behind in _INFORMATION:
                return Kind.WRITE
            further = noun_kind([behind])
            if not further:
                break
            kind = kind if kind is Kind.UPDATE else further
        return kind
    return None


def head_kind(words: Sequence[str]) -> Kind | None:
    """The kind of what a subject names: "the delivery fee" is money, "the mistake on your bill" nothing known."""
    cut = next((at for at, word in enumerate(words) if at and word in _OF_WHAT), len(words))
    kinds = (noun_kind([word]) for word in reversed(words[:cut]))
    found = next((kind for kind in kinds if kind), None)
    return found or (noun_kind(words[cut:]) if words[cut : cut + 1] == ["of"] else None)


def named_kind(words: Sequence[str]) -> Kind | None:
    """The kind of a deed named without a verb: "the next update", "full refund to your card"."""
    if any(word in {"me", "us"} and words[at - 1] != "from" for at, word in enumerate(words)):
        return None
    at = next((index for index, word in enumerate(words) if word in NOUNS), -1)
    if at < 0 or not set(words[:at]) <= _BEFORE_NAMES:
        return None
    return NOUNS[words[at]]


def last_named(text: str) -> Kind | None:
    """The kind of the thing named last, which "it" may stand for."""
    names = (noun_kind([word]) for word in reversed(_WORD.findall(text)))
    return next((kind for kind in names if kind in _MOVED), None)
