"""Whether a Chinese sentence promises something by its dates: which deed, whose, and what takes it back. Pure.

Chinese marks neither tense nor subject where both are clear, so this asks the other way round: there is a deed beside
the date (`chinese_clauses`), nobody else is said to do it, and nothing says that it is over, hangs on something or will
not be (`chinese_doubts`). The words stand in `chinese_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from playbooks.promising import chinese_words as words
from playbooks.promising.chinese_clauses import Clause, Deed, Placed, clauses_of, deed_of, main_deed
from playbooks.promising.chinese_doubts import is_ours, is_over, is_taken_back
from playbooks.promising.chinese_kinds import is_another, kind_of
from playbooks.promising.deeds import Found, Kind
from playbooks.promising.sentences import Date, Sentence

_MOST_DATES: Final = 6  # in one clause; more are no sentence
_MOST_IN_ALL: Final = 24  # in one sentence
_LONGEST_TAG: Final = 24  # characters of 您看可以吗
_AS_WELL: Final = re.compile("并(?!非|不|没)|同时")
_ONLY_WHICH: Final = re.compile("的(?!时候)")


def promised(sentence: Sentence) -> Iterator[Found]:
    """The deeds a Chinese sentence promises, each with its date, in the order of the dates."""
    if len(sentence.dates) > _MOST_IN_ALL or is_question(sentence):
        return
    clauses = clauses_of(sentence)
    if any(words.UP_TO_THEM.search(clause.text) for clause in clauses):
        return
    for at, clause in enumerate(clauses):
        if len(clause.dates) <= _MOST_DATES:
            for number in range(len(clause.dates)):
                yield from _for_date(clauses, at, number)


def is_question(sentence: Sentence) -> bool:
    """Whether it asks for the other side's word, itself or by what follows: 可以吗？"""
    if sentence.asks:
        last = sentence.text.rpartition(",")[2].strip()
        dated = sentence.dates[-1].start < len(sentence.text) - len(last)
        return not (dated and words.OTHER_QUESTION.search(last))
    return bool(words.QUESTION_TAG.search(sentence.follows[:_LONGEST_TAG]))


def _for_date(clauses: Sequence[Clause], at: int, number: int) -> Iterator[Found]:
    """The promises with this date."""
    clause, date = clauses[at], clauses[at].dates[number]
    if _ONLY_WHICH.match(clause.text, date.end - clause.start):
        return
    placed = deed_of(clauses, at, number)
    if placed is None or any(is_taken_back(clauses, index, date) for index in {at, placed.at}):
        return
    if not is_ours(placed) or is_over(placed, date.start - clause.start if placed.at == at else -1):
        return
    kind = kind_of(placed)
    yield _found(placed.clause, placed.deed, kind, date)
    for other in placed.joined:
        if is_another(other, kind):
            yield _found(placed.clause, other, other.kind, date)
    if placed.at == at and kind is not Kind.OTHER:
        yield from _in_the_next(clauses, at + 1, kind, date)


def _in_the_next(clauses: Sequence[Clause], at: int, kind: Kind, date: Date) -> Iterator[Found]:
    """A second deed of another kind behind 并 shares the date."""
    if at >= len(clauses) or clauses[at].dates or not _AS_WELL.match(clauses[at].text):
        return
    clause = clauses[at]
    deed = main_deed(clause.deeds(0, len(clause.text)))
    if deed is None or not is_another(deed, kind) or words.CUSTOMER_ASKED.search(clause.text):
        return
    if not is_over(Placed(clauses, at, deed), -1):
        yield _found(clause, deed, deed.kind, date)


def _found(clause: Clause, deed: Deed, kind: Kind, date: Date) -> Found:
    start, end = clause.start + deed.start, clause.start + deed.end
    return Found(date, kind, min(start, date.start), max(end, date.end))
