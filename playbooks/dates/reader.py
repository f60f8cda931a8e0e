"""A cursor on the tokens of a text, and what a rule of the grammar reads. Pure.

A reading is *firm* if it is a date wherever it stands, and *weak* if it only is one behind the right word and before
nothing it would count: 3 is an hour in "call me at 3", not in "call me at 3 addresses".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from playbooks.dates.said import Moment
from playbooks.dates.tokens import Token
from playbooks.dates.words import Kind

_DUE: Final = frozenset({Kind.BY, Kind.BEFORE, Kind.WITHIN, Kind.AFTER, Kind.BETWEEN})
HOUR_LEADS: Final = _DUE | {Kind.AT}
DAY_LEADS: Final = _DUE | {Kind.ON, Kind.FROM}
SPAN_LEADS: Final = _DUE | {Kind.IN, Kind.FROM}
"""Behind which words a weak hour, day, or longer time is a date."""
COUNTED_NEXT: Final = frozenset({Kind.OTHER, Kind.UNIT, Kind.NUM, Kind.ORD, Kind.OF, Kind.A})
"""Behind a weak reading these mean that it counted something."""


class Read(NamedTuple):
    """One piece of a moment. A weak one becomes firm behind one of ``leads``. ``open``: no date comes of it."""

    moment: Moment
    firm: bool = True
    leads: frozenset[Kind] = frozenset()
    open: bool = False


class Reader:
    """A cursor on tokens. ``begin`` is where the phrase begins.

    ``led`` are the kinds just before the piece that is being read, ``said`` what was read before it.
    ``loose``: nothing but a date is expected, so a bare hour behind a day is one.
    """

    def __init__(self, tokens: Sequence[Token], *, loose: bool = False) -> None:
        end = tokens[-1].end if tokens else 0
        self.tokens = [*tokens, *[Token(Kind.STOP, 0, (), end, end)] * 8]
        self.at = self.begin = 0
        self.loose = loose
        self.led: frozenset[Kind] = frozenset()
        self.said = Moment()

    def is_between_words(self) -> bool:
        """Whether the cursor is not inside a word of several tokens, such as "tonight"."""
        return not self.at or self.tokens[self.at].start >= self.tokens[self.at - 1].end

    def kind(self, ahead: int = 0) -> Kind:
        return self.tokens[self.at + ahead].kind

    def are(self, *kinds: Kind) -> bool:
        return all(self.tokens[self.at + ahead].kind is kind for ahead, kind in enumerate(kinds))

    def take(self, *kinds: Kind) -> Token | None:
        token = self.tokens[self.at]
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def take_all(self, *kinds: Kind) -> bool:
        """Whether these kinds come next, in this order; then they are taken."""
        if not self.are(*kinds):
            return False
        self.at += len(kinds)
        return True

    def number(self, least: int, most: int) -> int | None:
        """The whole number that comes next, if it is one between these two."""
        token = self.tokens[self.at]
        if token.kind is not Kind.NUM or token.value % 1 or not least <= token.value <= most:
            return None
        self.at += 1
        return int(token.value)

    def behind_an_event(self) -> bool:
        """Whether the phrase counts from something that has still to happen: 收到后三天内."""
        before = [token.kind for token in self.tokens[max(0, self.begin - 2) : self.begin]]
        return before[-1:] == [Kind.AFT] or before == [Kind.AFT, Kind.COMMA]

    def joints(self) -> frozenset[Kind]:
        """What stands between the two ends of a range here."""
        return frozenset({Kind.TO, Kind.DASH, Kind.OR} | ({Kind.AND} if Kind.BETWEEN in self.led else set()))

    def run(self, kinds: frozenset[Kind], most: int) -> list[Token]:
        """The tokens of these kinds that come next, at most so many."""
        begin = self.at
        while self.at - begin < most and self.tokens[self.at].kind in kinds:
            self.at += 1
        return self.tokens[begin : self.at]


Rule = Callable[[Reader], Read | None]


def first(reader: Reader, rules: Sequence[Rule]) -> Read | None:
    """What the first of the rules that applies reads; the cursor stays where it is if none does."""
    begin = reader.at
    for rule in rules:
        if read := rule(reader):
            return read
        reader.at = begin
    return None
