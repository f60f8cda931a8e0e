"""A Chinese sentence cut into clauses, and the deeds that stand in them beside a date. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from playbooks.promising import chinese_words as words
from playbooks.promising.deeds import Kind
from playbooks.promising.sentences import Date, Sentence

TELLING: Final = frozenset({Kind.CALL, Kind.WRITE, Kind.UPDATE})

_MARK: Final = re.compile(r"[,:()\[\]【】、]|\s+|[-–—]{2,}|□+|[*#]+")
_LITTLE: Final = 8  # characters beside a date that say nothing yet
_SHORTEST: Final = 2  # characters of what will be done
_ONLY_WHICH: Final = re.compile("[出给到回去]?的(?=[一-龥])(?!的时候|的话)")  # 寄出的包裹
_GONE: Final = re.compile("[了过](?=[^吧呢啊哦的]{2})")
_TO_COME: Final = re.compile("会|将|要")
_WHICH: Final = re.compile("[^@]{1,14}[的嘅]")
_ONLY_ARRIVES: Final = re.compile("到(?:[您你](?:那[边里儿]?|度|处))?[的哦喔了 ]*$")


class Deed(NamedTuple):
    """A word for a deed; `start` and `end` are its place in the clause."""

    kind: Kind
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` has "@" for each date, as long as the date is; `start` is its place in the sentence, `mark` before it."""

    text: str
    start: int
    dates: tuple[Date, ...]
    mark: str

    def deeds(self, start: int, end: int) -> list[Deed]:
        matches = (
            one for one in words.DEED.finditer(self.text, start, end) if not _ONLY_WHICH.match(self.text, one.end())
        )
        return [Deed(Kind[match.lastgroup or "OTHER"], *match.span(), match[0]) for match in matches]


class Placed(NamedTuple):
    """A deed in the clause `at` of a sentence, and the deeds joined to it by 并."""

    clauses: Sequence[Clause]
    at: int
    deed: Deed
    joined: Sequence[Deed] = ()

    @property
    def clause(self) -> Clause:
        return self.clauses[self.at]

    @property
    def text(self) -> str:
        return self.clause.text

    @property
    def before(self) -> str:
        """The clause up to the deed."""
        return self.text[: self.deed.start]

    @property
    def topic(self) -> str:
        """What was spoken of: the clause before, and this one up to the deed."""
        return (self.clauses[self.at - 1].text if self.at else "") + self.before

    @property
    def is_receiving(self) -> bool:
        return words.RECEIVED.fullmatch(self.deed.word) is not None


def clauses_of(sentence: Sentence) -> list[Clause]:
    """The clauses of a sentence; those without a character are left out."""
    masked = list(sentence.text)
    for one in sentence.dates:
        masked[one.start : one.end] = "@" * (min(one.end, len(masked)) - one.start)
    text = "".join(masked)
    clauses: list[Clause] = []
    start, mark, taken = 0, "", 0
    marks = [(*match.span(), match[0]) for match in _MARK.finditer(text)]
    for end, begin, sign in [*marks, (len(text), len(text), "")]:
        first = taken
        while taken < len(sentence.dates) and sentence.dates[taken].start < end:
            taken += 1
        if text[start:end].strip():
            clauses.append(Clause(text[start:end], start, sentence.dates[first:taken], mark))
        start, mark = begin, sign
    return clauses


def deed_of(clauses: Sequence[Clause], at: int, number: int) -> Placed | None:
    """The deed to which the date `number` of the clause `at` belongs: of this clause, or of the one beside it."""
    clause, date = clauses[at], clauses[at].dates[number]
    begin, end = date.start - clause.start, date.end - clause.start
    behind = clause.dates[number + 1].start - clause.start if number + 1 < len(clause.dates) else len(clause.text)
    before = clause.dates[number - 1].end - clause.start if number else 0
    found = _within(clauses, at, end, behind) or _within(clauses, at, before, begin)
    if found is None or (found.deed.kind is Kind.OTHER and words.ONLY_A_DATE.match(clause.text)):
        return _beside(clauses, at) or _open_deed(clauses, at, date, behind)
    if found.deed.kind is Kind.OTHER and words.CHECKING.search(found.deed.word):
        return _told_then(clauses, at) or found
    return found


def main_deed(deeds: Sequence[Deed]) -> Deed | None:
    """The first that says what sort it is, else the first."""
    return next((one for one in deeds if one.kind is not Kind.OTHER), deeds[0] if deeds else None)


def you_do(before: str) -> re.Match[str] | None:
    """Where 您 is the subject, not in "the X that you …"."""
    found = (
        match for match in words.YOU_DO.finditer(before) if not _WHICH.match(before, match.end(), match.end() + 16)
    )
    return next(iter(reversed(list(found))), None)


def _within(clauses: Sequence[Clause], at: int, start: int, stop: int) -> Placed | None:
    """The deed in a stretch of a clause."""
    clause = clauses[at]
    deeds = clause.deeds(start, stop)
    main = main_deed(deeds)
    received = words.RECEIVED.search(clause.text, start, stop)
    vague = main is None or main.kind is Kind.OTHER
    if received and (main is None or vague or received.start() <= main.start):
        return Placed(clauses, at, Deed(Kind.OTHER, *received.span(), received[0]))
    if vague and (arrival := _arrival(clauses, at, start, stop)):
        return Placed(clauses, at, arrival)
    if main is None:
        return None
    joint = words.JOINS.search(clause.text, main.end, stop)
    later = main_deed([one for one in deeds if joint and one.start >= joint.end()])
    return Placed(clauses, at, main, [later] if later else [])


def _arrival(clauses: Sequence[Clause], at: int, start: int, stop: int) -> Deed | None:
    """Somebody comes; or something arrives, with which the clause ends."""
    text = clauses[at].text
    arrives = words.ARRIVES.search(text, start, stop)
    if arrives and words.VISITORS.search(text, 0, stop):
        return Deed(Kind.VISIT, *arrives.span(), arrives[0])
    if arrives and _ONLY_ARRIVES.match(text, arrives.start()):
        topic = (clauses[at - 1].text if at else "") + text[:start]
        return Deed(Kind.REFUND if words.MONEY.search(topic) else Kind.SEND, *arrives.span(), arrives[0])
    return None


def _beside(clauses: Sequence[Clause], at: int) -> Placed | None:
    """The deed of the clause behind, or before, a date that stands alone."""
    text = clauses[at].text
    alone = words.ONLY_A_DATE.match(text) is not None
    if not alone and (len(text.replace("@", "")) > _LITTLE or you_do(text)):
        return None
    for index in _next_to(clauses, at):
        found = _within(clauses, index, 0, len(clauses[index].text))
        if found and (index > at or alone) and (alone or not words.EVENT.search(found.before)):
            return found
    return None


def _next_to(clauses: Sequence[Clause], at: int) -> Iterator[int]:
    for index in (at + 1, at - 1):
        if 0 <= index < len(clauses) and not clauses[index].dates:
            yield index


def _open_deed(clauses: Sequence[Clause], at: int, date: Date, behind: int) -> Placed | None:
    """Some other deed, of which only the place is known: behind 前 or 内, or where ours are said to do it."""
    clause = clauses[at]
    end = date.end - clause.start
    before, said = clause.text[: date.start - clause.start], clause.text[end:behind].strip()
    owed = date.bounded or words.WILL.search(before + said) or words.OURS.search(before)
    if not owed or len(said) < _SHORTEST or words.NO_DEED.match(said):
        return None
    if _GONE.search(said) and not _TO_COME.search(clause.text):
        return None
    start = clause.text.index(said, end)
    return Placed(clauses, at, Deed(Kind.OTHER, start, start + len(said), said))


def _told_then(clauses: Sequence[Clause], at: int) -> Placed | None:
    """What they will be told in the clause behind, once it has been checked by the date."""
    if at + 1 >= len(clauses) or clauses[at + 1].dates:
        return None
    clause = clauses[at + 1]
    deed = main_deed(clause.deeds(0, len(clause.text)))
    if not deed or deed.kind not in TELLING or words.CUSTOMER_ASKED.search(clause.text):
        return None
    before = clause.text[: deed.start]
    return None if words.EVENT.search(before) or words.IF.search(before) else Placed(clauses, at + 1, deed)
