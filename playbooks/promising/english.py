"""Whether an English sentence promises something by its dates: who is to do it, in which tense and mood. Pure.

A sentence is pieces with one verb each (`english_tokens`); a piece is read with what the pieces before it said
(`english_pieces`, `english_moods`), because "and call you" takes its subject from there, and a condition holds for what
follows it. What each verb is about stands in `english_active` and `english_passive`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from playbooks.promising.deeds import Found, Kind, spelt
from playbooks.promising.english_active import tells_progress
from playbooks.promising.english_dates import with_dates
from playbooks.promising.english_moods import NOT, Mood, Read
from playbooks.promising.english_nouns import last_named
from playbooks.promising.english_pieces import read_piece, topic_of
from playbooks.promising.english_subjects import Subject
from playbooks.promising.english_tokens import CONDITIONS, Piece, pieces_of
from playbooks.promising.english_words import words_of
from playbooks.promising.sentences import Sentence

_MOST_DATES: Final = 16  # more are no sentence
_GENERAL: Final = re.compile(
    r"\b(?:as a rule|normally|usually|typically|generally|ordinarily|in general|on average|our policy|policies"
    r"|as standard"
    r"|standard (?:delivery|practice|time)|our terms|under the terms|by law|tend to|every (?:order|customer|refund"
    r"|case)"
    r"|all (?:orders|customers|refunds|cases|our customers)|any (?:refund|customer|order)|in most cases"
    r"|weather permitting|with (?:any )?luck|all being well|fingers crossed)\b"
)
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|so|or|but|well|ok|okay)\W+)?(?:(?:shall|should|may|can|could|would|will|do|does|did|is|are|has"
    r"|have)"
    r" (?:i|we|you|it|that|the|your|our|someone|there|tomorrow|this|these|they|he|she)\b|what about|how about|would )"
)
_TAG: Final = re.compile(
    r"^\W*(?:and |so |or )?(?:would|will|does|do|is|are|can|could|ok|okay|all right|alright|right|fine)?\b[^?]{0,60}\?$"
)
_TAG_WORDS: Final = re.compile(
    r"\b(?:suit|suits|ok|okay|work|works|fine|convenient|all right|alright|good|better|agree|acceptable|possible|prefer"
    r"|happy|sound|sounds|mind)\b"
)
_OTHER_QUESTION: Final = re.compile(
    r"^\W*(?:and |so )?(?:is there anything|anything else|do you have|what else|have you|could you|can you|would you)"
)
_POLITE_IF: Final = re.compile(
    r"\b(?:question|questions|need anything|anything|prefer|concern|concerns|trouble|help|doubt|earlier|further)\b"
)
_HANGS_ON_THEM: Final = re.compile(
    r"\byour?\b|\b(?:reach|reaches|reached) us\b|\bwe (?:receive|have|get|hear|got|have received)\b"
)
_SURELY_IF: Final = spelt("if unless depending provided providing assuming on-condition as-long-as in-case subject-to")
_UNTIL: Final = frozenset({"until", "till", "in-case"})
_BIDDING: Final = spelt(
    "send return reply confirm let give tell call ring fill sign post email bring drop provide upload forward"
    " attach text"
    " write click choose pick collect complete show scan hand take"
)
_REST: Final = frozenset({"rest", "be", "please"})
_TOLD: Final = spelt(
    "mentioned noted reported stated indicated explained heard told said promised assured informed thought hoped"
    " expected wrote understood claimed"
)
_WISHED: Final = spelt("would could wish hope hoping might possible likely unlikely")
_ABOUT: Final = spelt("where how what whether if which")
_NOT_KNOWN: Final = frozenset({"whether", "why"})
_EVENT: Final = "event"


def promised(sentence: Sentence) -> Iterator[Found]:
    """The deeds an English sentence promises, each with its date, in the order of the dates."""
    if len(sentence.dates) > _MOST_DATES or is_question(sentence) or _GENERAL.search(sentence.text):
        return
    pieces = pieces_of(words_of(sentence))
    yield from with_dates(_read(pieces, last_named(sentence.before)))


def is_question(sentence: Sentence) -> bool:
    """Whether it asks for the other side's word, itself or by what follows: "Would that suit you?"."""
    text = sentence.text.strip()
    if sentence.asks:
        last = text.rpartition(",")[2]
        dated = sentence.dates[-1].start < len(sentence.text) - len(last)
        return not (dated and _OTHER_QUESTION.search(last) and not _TAG_WORDS.search(last))
    if _ASKS.search(text):
        return True
    return bool(sentence.follows and _TAG.match(sentence.follows) and _TAG_WORDS.search(sentence.follows))


def _read(pieces: list[Piece], named: Kind | None) -> list[Read]:
    """Each piece with its mood; what a condition or a report takes away is none."""
    reads: list[Read] = []
    condition = ""  # what the following hangs on
    for piece in pieces:
        last = reads[-1] if reads else None
        read = read_piece(piece, last, named)
        named = topic_of(read) or named
        if last and _is_about(piece, last):
            read.mood = Mood.DATE_ONLY
        elif piece.joint in CONDITIONS:
            condition = _condition(piece, reads)
            read.mood = Mood.NONE
        elif _is_void(piece, reads) or (condition and _hangs(read, condition)):
            read.mood = Mood.NONE
        reads.append(read)
    return reads


def _is_about(piece: Piece, last: Read) -> bool:
    """Whether a piece is what will be told: "let you know by Friday whether", "tell you where it stands"."""
    telling = last.mood is Mood.PROMISED and last.kind in {Kind.CALL, Kind.WRITE, Kind.UPDATE}
    if piece.joint not in _ABOUT or piece.comma or piece.anew or not telling:
        return False
    if last.kind is Kind.WRITE and tells_progress(f"{piece.joint} {piece}"):
        last.kind = Kind.UPDATE
    return True


def _condition(piece: Piece, reads: list[Read]) -> str:
    """What follows hangs on: nothing, something of ours that happens, or theirs; takes back what it follows."""
    joint, text = piece.joint, str(piece)
    yours = _HANGS_ON_THEM.search(text) is not None
    if reads and not piece.anew and _is_taken_back(joint, text, reads, yours=yours):
        for other in _same_breath(reads):
            other.mood = Mood.NONE
    if joint == "if" and reads and _POLITE_IF.search(text):
        return ""
    return joint if joint in _SURELY_IF or yours else _EVENT


def _hangs(read: Read, condition: str) -> bool:
    """An event of ours leaves a date as it is, but not a length counted from it."""
    dates = read.piece.dates
    sure = condition == _EVENT and bool(dates) and not any(date.counted for date in dates)
    return read.mood is not Mood.DATE_ONLY and not sure


def _is_void(piece: Piece, reads: list[Read]) -> bool:
    if piece.joint in _NOT_KNOWN or (reads and _is_reported(reads[-1], piece)):
        return True
    return piece.joint in {"and", "then"} and bool(piece.dates) and _is_bidden(reads)


def _is_bidden(reads: list[Read]) -> bool:
    """ "Send us the reading and we'll correct the bill": what they are to do first."""
    last = next((one for one in reversed(reads) if one.mood is not Mood.DATE_ONLY), None)
    if last is None:
        return False
    return last.subject is Subject.YOU and any(one.word in _BIDDING for one in last.piece.words[:4])


def _is_taken_back(joint: str, text: str, reads: list[Read], *, yours: bool) -> bool:
    """Whether the condition holds for what was said before it: "within 3 days once you confirm"."""
    if joint in _UNTIL:
        return False
    if joint in _SURELY_IF:
        return not _POLITE_IF.search(text)
    counted = any(date.counted for read in _same_breath(reads) for date in read.piece.dates)
    return counted and (yours or joint in {"once", "after", "as-soon-as"})


def _same_breath(reads: list[Read]) -> Iterator[Read]:
    for read in reversed(reads):
        yield read
        if read.mood is not Mood.DATE_ONLY and read.piece.joint not in {"and", "or", "that"}:
            return


def _is_reported(last: Read, piece: Piece) -> bool:
    """ "You were told the refund would …": what somebody said before, or cannot say."""
    words = str(last.piece).split()
    if piece.comma or piece.joint not in {"", "that"} or last.mood is not Mood.NONE or {"me", "us"} & set(words[-3:]):
        return False
    if words[-1] == "assured" and _REST.intersection(words[-3:-1]):
        return False
    told = _TOLD & set(words[-3:]) or _WISHED & set(words)
    return bool(told) or (bool(NOT & set(words)) and last.subject is not Subject.NOBODY)
