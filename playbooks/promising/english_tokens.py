"""The words of an English sentence (`english_words`) cut into pieces with one verb each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from playbooks.promising.deeds import BARE, PAST_FORMS, spelt
from playbooks.promising.english_words import DATE, Word
from playbooks.promising.sentences import Date


@dataclass(slots=True)
class Piece:
    """Words with one verb, and what joins them to the piece before: a mark, "and", "if"; "" where only a verb does.

    `comma`: a mark stands there too; `anew`: an "and" or "but" as well, so that it says nothing of what came before.
    """

    joint: str
    words: list[Word] = field(default_factory=list)
    comma: bool = False
    anew: bool = False

    def __str__(self) -> str:
        return " ".join(one.word for one in self.words)

    @property
    def dates(self) -> list[Date]:
        return [one.date for one in self.words if one.date]


AUXILIARIES: Final = spelt(
    "will shall can could would should must may might am is are was were has have had do does did cannot ought"
)
_FINITE: Final = spelt("will shall is are was were has can could would should must may might")
_MARKS: Final = frozenset(",:()[]/-–—□")
_AND: Final = frozenset({"and", "but", "so", "or", "then", "plus", "yet", "nor", "&"})
CONDITIONS: Final = spelt(
    "if unless once when whenever after until till provided providing assuming as-soon-as in-case"
    " subject-to depending as-long-as on-condition"
)
_SUBORDINATE: Final = CONDITIONS | spelt(
    "before while whilst because since although though where how what who which whom whose that whether why as"
)
_PRONOUNS: Final = frozenset({"i", "we", "he", "she", "they"})
_NOT_BEFORE_A_SUBJECT: Final = frozenset({"let", "help", "make", "lets", "and", "see"})
_DETERMINERS: Final = spelt(
    "the a an your our my his her its their this that these those any it you one someone somebody"
    " everything nothing both all each no there"
)
_THAT_ONE: Final = spelt(
    "of in on at for with by about to from into have has having get getting send fix put make correct sort refund bring"
    " take repair replace and"
)
_HOURS_OF_DAY: Final = spelt("school work lunch dinner breakfast hours class classes tea dark church supper")
_GREETING: Final = spelt("hi hello hey dear thanks thank sorry ok okay good right well yes no sure first finally also")
_LONGEST_NAME: Final = 5  # words of an aside that says who somebody is
_LONGEST_SUBJECT: Final = 7


def pieces_of(words: Sequence[Word]) -> list[Piece]:
    """The sentence in pieces that have at most one finite verb."""
    pieces = [Piece("")]
    for at, one in enumerate(words):
        here = pieces[-1]
        word = one.word
        if word[0] in _MARKS:
            pieces.append(Piece(word[0], comma=True))
        elif word in _AND:
            _begin(pieces, "and" if word == "&" else word)
        elif word in _SUBORDINATE and not _is_no_joint(words, at):
            _begin(pieces, word)
        elif word in {"even-if", "so-that"}:
            _begin(pieces, "so")
        else:
            if _begins(words, at) and _has_verb(here):
                pieces.append(Piece("", comma=False))
            elif word in _FINITE and _has_verb(here):
                _split_before_subject(pieces)
            pieces[-1].words.append(one)
    return _with_subjects([piece for piece in pieces if piece.words])


def _begin(pieces: list[Piece], joint: str) -> None:
    """A new piece with this joint; of ", and if" the last word is the joint, the rest is remembered."""
    last = pieces[-1]
    if last.words:
        pieces.append(Piece(joint))
        return
    last.comma = last.comma or last.joint in _MARKS
    last.anew = last.anew or last.joint in _AND
    last.joint = joint if last.joint not in CONDITIONS else last.joint


def _is_no_joint(words: Sequence[Word], at: int) -> bool:
    """ "That day", "after all", "as of today"; "once" as a number of times."""
    behind = words[at + 1].word if at + 1 < len(words) else ""
    before = words[at - 1].word if at else ""
    match words[at].word:
        case "that":
            return before in _THAT_ONE
        case "once":
            return behind in {"", "again", "more", DATE, ",", "and"}
        case "as":
            return behind not in _PRONOUNS
        case "after" | "before" | "until" | "till" | "since":
            return behind in {"all", "", DATE, "that", "this", ","} or behind in _HOURS_OF_DAY
        case "when" | "if":
            return behind == ""
    return False


def _has_verb(piece: Piece) -> bool:
    return any(one.word in AUXILIARIES or one.word in BARE for one in piece.words)


def _begins(words: Sequence[Word], at: int) -> bool:
    """Whether a subject stands here: I, we; "you" where a verb follows."""
    word, before = words[at].word, words[at - 1].word if at else ""
    if before in _NOT_BEFORE_A_SUBJECT:
        return False
    if word in _PRONOUNS:
        return True
    behind = [one.word for one in words[at + 1 : at + 3]]
    if word == "you":
        return bool(behind) and (
            behind[0] in AUXILIARIES
            or behind[0] in PAST_FORMS
            or (behind[0].endswith("ly") and behind[-1] in AUXILIARIES)
        )
    return False


def _split_before_subject(pieces: list[Piece]) -> None:
    """A second verb came: what stands before it is its subject, and begins a piece."""
    words = pieces[-1].words
    for back in range(1, min(_LONGEST_SUBJECT, len(words) - 1) + 1):
        at = len(words) - back
        if words[at].word in AUXILIARIES:
            return
        if words[at].word in _DETERMINERS and _has_verb(Piece("", words[:at])):
            pieces[-1].words = words[:at]
            pieces.append(Piece("", words[at:]))
            return


def _with_subjects(pieces: list[Piece]) -> list[Piece]:
    """ "Our engineer, Luc, will come": the verb behind an aside has the subject from before it."""
    whole: list[Piece] = []
    for at, piece in enumerate(pieces):
        if 0 < at < len(pieces) - 1 and _is_one_word_aside(piece, pieces[at + 1]):
            continue
        if len(whole) > 1 and _is_its_subject(whole[-2], whole[-1], piece):
            whole.pop()
            whole[-1].words += piece.words
            continue
        whole.append(piece)
    return whole


def _is_one_word_aside(piece: Piece, behind: Piece) -> bool:
    """ "…, insured, …"."""
    return piece.joint == "," and behind.joint == "," and len(piece.words) == 1 and piece.words[0].word.endswith("ed")


def _is_its_subject(first: Piece, aside: Piece, piece: Piece) -> bool:
    names = first.words[0].word not in _GREETING and not first.dates and not _has_verb(first)
    apart = aside.joint in _MARKS and len(aside.words) <= _LONGEST_NAME and not aside.dates and not _has_verb(aside)
    return names and apart and piece.joint in _MARKS and piece.words[0].word in _FINITE
