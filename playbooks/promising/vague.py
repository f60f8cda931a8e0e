"""What we promise without saying when: soon, 尽快. Pure, linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from playbooks.dates.phrases import phrases
from playbooks.dates.said import Bound, Moment, Phrase
from playbooks.promising.quotes import without_quotes
from playbooks.promising.reading import read_sentence
from playbooks.promising.sentences import Folded, folded, sentences

_SOON: Final = re.compile(
    r"\bas (?:soon|quickly|fast) as (?:possible|(?:i|we) (?:possibly )?can)\b|\b(?:very |quite "
    r"|really )?soon(?! as)(?:est)?\b"
    r"|\bshortly(?! (?:after|before))\b|\basap\b|\ba\.s\.a\.p\b|\bin due (?:course|time)\b|\bbefore (?:too )?long\b"
    r"|\bin (?:the near future|a (?:little )?while|a bit|a moment|a few (?:minutes|hours|days|weeks))\b"
    r"|\b(?:in|over|within) the (?:next|coming) (?:few|couple of) (?:minutes|hours|days|weeks)\b"
    r"|\bat (?:the|our) earliest (?:opportunity|convenience)\b|\bwithout delay\b|\blater on\b|\bone of these days\b"
    r"|尽快|尽早|尽速|从速|稍后|稍迟|稍晚|晚点|晚些(?:时候)?|晚一点|迟[啲些点]|过[几两]天|过些(?:天|日子|时候)|过一阵子?|改天|改日|近期|近日|不日"
    r"|这[几两]天|这[几两]日|呢[几两]日|很快|好快|不久(?:之?后)?|早日|回头|适时|择日|待会儿?|一会儿?(?:后)?|阵间|等下|等一下|过会儿?|随后"
)


def vague(text: str) -> list[tuple[int, int]]:
    """Where `text` promises a deed of ours soon, shortly or 尽快, in a sentence without a date: start and end of that
    word, in characters, as in `text[start:end]`.
    """
    own = without_quotes(text)
    whole = folded(own)
    dated = list(phrases(own))
    said = list(_soon(whole))
    every = sorted([*dated, *_apart(said, dated)], key=lambda one: one.start)
    soon = {id(one) for one in said}
    spans: list[tuple[int, int]] = []
    for sentence in sentences(own, whole, every):
        here = [every[date.phrase] for date in sentence.dates]
        if all(id(one) in soon for one in here):
            found = {every[one.date.phrase] for one in read_sentence(sentence)}
            spans += [(one.start, one.end) for one in here if one in found]
    return spans


def _soon(whole: Folded) -> Iterator[Phrase]:
    for match in _SOON.finditer(whole.text):
        yield Phrase(*whole.span(*match.span()), Moment(), None, Bound.AT)


def _apart(said: list[Phrase], dated: list[Phrase]) -> Iterator[Phrase]:
    """Those that are no part of a date ("later on today")."""
    at = 0
    for one in said:
        while at < len(dated) and dated[at].end <= one.start:
            at += 1
        if at == len(dated) or dated[at].start >= one.end:
            yield one
