"""The promises of a whole text: its sentences, each read in the language it is written in. Pure, linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from playbooks.dates.due import Asked, Due
from playbooks.dates.said import Bound, Counted, Period, Phrase
from playbooks.promising import chinese, english
from playbooks.promising.deeds import Found, Kind
from playbooks.promising.sentences import Sentence, folded, sentences

_HAN: Final = re.compile("[\u3400-\u9fff]")


class Promised(NamedTuple):
    """A deed and which of the text's date phrases it is promised for; `start` and `end` count its characters."""

    phrase: int
    kind: Kind
    start: int
    end: int


def promised(text: str, phrases: Sequence[Phrase]) -> Iterator[Promised]:
    """What `text`, whose date phrases these are, promises; in the order of the dates."""
    whole = folded(text)
    for sentence in sentences(text, whole, phrases):
        for found in read_sentence(sentence):
            start, end = whole.span(sentence.offset + found.start, sentence.offset + found.end)
            yield Promised(found.date.phrase, found.kind, start, end)


def read_sentence(sentence: Sentence) -> Iterator[Found]:
    """What one sentence promises, in the language it is written in."""
    return chinese.promised(sentence) if _is_chinese(sentence) else english.promised(sentence)


def _is_chinese(sentence: Sentence) -> bool:
    """Whether anything but its dates is."""
    at = 0
    for one in sentence.dates:
        if _HAN.search(sentence.text, at, one.start):
            return True
        at = one.end
    return _HAN.search(sentence.text, at) is not None


def day_meant(phrase: Phrase, found: Due, asked: Asked) -> Due:
    """The day itself where no hour was said: of working days, weeks and months the close of the last is meant."""
    said = phrase.last or phrase.moment
    timed = said.timed or (phrase.moment.timed and said.day is None)
    if found.by is None or timed or (isinstance(said.day, Counted) and said.day.exact):
        return found
    if isinstance(said.day, Counted | Period) or phrase.bound is Bound.BEFORE:
        return Due(on=found.by.astimezone(asked.zone).date())
    return found
