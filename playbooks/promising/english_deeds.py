"""Which deed stands at a place of an English piece, or was arranged there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playbooks.promising.deeds import BARE, Kind, spelt
from playbooks.promising.english_active import active
from playbooks.promising.english_nouns import FAR, noun_kind, said
from playbooks.promising.english_passive import PARTICIPLES, being, passive
from playbooks.promising.english_subjects import ARTICLES, Subject
from playbooks.promising.english_tokens import Piece

_ARRANGED: Final = spelt(
    "booked scheduled arranged planned set reserved lined rebooked rescheduled confirmed diarised fixed asked told"
    " instructed requested moved put got organised organized slotted assigned allocated due expected pencilled"
    " blocked kept cleared freed"
)
_LOOSELY: Final = spelt("expected put got moved set fixed blocked kept cleared freed")
_ONLY_ASKED: Final = frozenset({"asked", "told", "requested", "instructed"})
_THEY_PAY: Final = frozenset({"payment", "bill", "instalment", "invoice", "fee"})
_NOW: Final = spelt(
    "call ring phone visit come collect deliver ship dispatch despatch go leave send post refund pay write reply email"
    " arrive land reach get return transfer credit speak answer repay reimburse bring head courier follow"
)
_FOR_DEEDS: Final = spelt("asked told instructed requested due scheduled set arranged")
_WHOM: Final = spelt("you me us him them help")
_WORKING: Final = spelt(
    "start begin resume repair fix fit install replace test reset inspect check review clean swap mend rebuild"
)
_WITHIN: Final = 8  # words from "asked" to "to"


def deed_at(piece: Piece, at: int, subject: Subject, *, topic: Kind | None, passively: bool = False) -> Kind | None:
    """The kind of the deed whose verb stands at `at`; None if that is no deed. `topic`: the kind of what was spoken of.

    `passively`: "be" stands before it, or is understood.
    """
    words = [one.word for one in piece.words[at:] if not one.date][:FAR]
    if not words:
        return None
    deed = said(words, subject, topic)
    if words[0] in {"be", "is", "are", "am"}:
        return being(deed)
    if passively and (words[0] in BARE or words[0].endswith("ed")) and words[0].endswith(PARTICIPLES):
        return passive(deed)
    return active(deed)


def is_deed_now(word: str, *, of_people: bool = False) -> bool:
    """Whether a present tense of this verb, with a day to come, says what will be done; of our people more does."""
    bare = BARE.get(word)
    return bare in _NOW or (of_people and bare in _WORKING)


def arranged_kind(piece: Piece, verb: int, about: Sequence[str], topic: Kind | None, who: Subject) -> Kind | None:
    """The kind of what "is booked for" or "have asked the depot to"; None if nothing was arranged. `who` will do it."""
    words = [one.word for one in piece.words]
    head = words[verb] if verb < len(words) else ""
    if head not in _ARRANGED:
        return None
    comes = head == "due" and who in {Subject.OURS, Subject.VISITOR}
    if comes and words[verb + 1 : verb + 2] != ["to"]:
        return Kind.VISIT
    if (at := _infinitive(words, verb)) is not None:
        kind, named = deed_at(piece, at, who, topic=topic), noun_kind(about)
        return named if kind is Kind.OTHER and named is Kind.VISIT else kind
    if head in _ONLY_ASKED or (head == "due" and _THEY_PAY.intersection(about)):
        return None
    named = noun_kind(about) or noun_kind(words[verb + 1 :]) or topic
    return named or (None if head in _LOOSELY else Kind.OTHER)


def _infinitive(words: Sequence[str], verb: int) -> int | None:
    """Where the verb stands in "to ship it"."""
    rest = words[verb + 1 : verb + 1 + _WITHIN]
    at = verb + 2 + rest.index("to") if "to" in rest else len(words)
    if at >= len(words):
        return None
    some = words[verb] in _FOR_DEEDS and words[at].isalpha() and words[at] not in ARTICLES | _WHOM
    return at if some or words[at] in BARE or words[at] == "be" else None
