"""Which of the deeds of an English sentence each of its dates belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from playbooks.promising.deeds import Found, Kind, spelt
from playbooks.promising.english_moods import Mood, Read
from playbooks.promising.english_tokens import CONDITIONS, Piece
from playbooks.promising.sentences import Date

_ASIDE: Final = CONDITIONS | {"whether"}
_ANEW: Final = frozenset({"and", "but", "so", "then", "plus", "yet"})
_EXPLAINING: Final = spelt("explain tell let inform confirm give update discuss")
_TELLING: Final = frozenset({Kind.CALL, Kind.WRITE, Kind.UPDATE})


def with_dates(reads: Sequence[Read]) -> list[Found]:
    """Each date with the deed it belongs to: of its own piece, or of the one it was set apart from."""
    found = [one for at, read in enumerate(reads) for date in read.piece.dates for one in _for_date(reads, at, date)]
    return sorted(found, key=lambda one: (one.date.phrase, one.start))


def _for_date(reads: Sequence[Read], at: int, date: Date) -> Iterator[Found]:
    owner = _owner(reads, at) if reads[at].mood is Mood.DATE_ONLY else at
    if owner is None or not _holds(reads[owner], date):
        return
    read, before = reads[owner], _joined(reads, owner)
    if before and _is_part_of(read, before):
        read = before
    yield _found(read, date)
    for other in _sharing(reads, owner, date):
        if _is_another(other, read):
            yield _found(other, date)


def _is_part_of(read: Read, before: Read) -> bool:
    """ "We'll come and take it away", "I'll call you and explain": the first deed says what sort it is."""
    if read.kind is Kind.OTHER:
        return before.kind is not Kind.OTHER
    return before.kind is Kind.CALL and read.kind in _TELLING and read.piece.words[read.verb].word in _EXPLAINING


def _owner(reads: Sequence[Read], at: int) -> int | None:
    """Whose date it is: of what follows at the head of a sentence or behind "and", else of what came before."""
    piece = reads[at].piece
    speaking = [index for index, one in enumerate(reads) if one.mood is not Mood.DATE_ONLY]
    following = next((index for index in speaking if index > at), None)
    before = next(
        (index for index in reversed(speaking) if index < at and reads[index].piece.joint not in _ASIDE), None
    )
    if following is not None and (before is None or piece.joint in _ANEW or _runs_on(reads[following].piece)):
        return following
    return before


def _runs_on(piece: Piece) -> bool:
    return not piece.comma and not piece.joint


def _holds(read: Read, date: Date) -> bool:
    if read.kind is None or read.mood in {Mood.NONE, Mood.DATE_ONLY}:
        return False
    return read.mood is not Mood.NOW or not date.counted


def _found(read: Read, date: Date) -> Found:
    words = read.piece.words
    deed = words[min(read.verb, len(words) - 1)]
    return Found(date, read.kind or Kind.OTHER, min(deed.start, date.start), max(deed.end, date.end))


def _joined(reads: Sequence[Read], at: int) -> Read | None:
    """The deed before, without a date of its own, to which this is joined by "and"."""
    before = reads[at - 1] if at else None
    if before is None or before.mood is not Mood.PROMISED or before.kind is None or before.piece.dates:
        return None
    return before if _is_joined(reads[at]) else None


def _is_joined(read: Read) -> bool:
    return read.piece.joint == "and" and not read.piece.comma and read.mood is Mood.PROMISED


def _sharing(reads: Sequence[Read], at: int, date: Date) -> Iterator[Read]:
    """The deeds that share a date at the head or at the end of them."""
    read = reads[at]
    words = read.piece.words
    leads = date.end <= words[min(read.verb, len(words) - 1)].start
    follows = reads[at + 1] if at + 1 < len(reads) else None
    if leads and follows and _is_joined(follows) and not follows.piece.dates:
        yield follows
    if not leads and (before := _joined(reads, at)):
        yield before


def _is_another(other: Read, read: Read) -> bool:
    if Kind.OTHER in {other.kind, read.kind} or other.kind in {None, read.kind}:
        return False
    return not {other.kind, read.kind} <= _TELLING
