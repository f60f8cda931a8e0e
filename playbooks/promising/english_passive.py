"""Which deed is meant behind "be": "be sent", "be with you", "be ready", "be calling you". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from playbooks.promising.deeds import BARE, BY_OBJECT, VERBS, Kind, spelt
from playbooks.promising.english_active import ACCOUNT, BY_TEXT, TO_YOU, active, told_how
from playbooks.promising.english_nouns import Said, said
from playbooks.promising.english_subjects import Subject

_BEING_THERE: Final = re.compile(
    r"(?:back )?(?:with you|there|at your|outside|at the (?:site|house|flat|property|building|address|door)|round"
    r"|out|over|up|down|back to (?!normal|full)[a-z]+"
    r"|along|on site|onsite|in your|on your|by)\b"
)
_AT_THE_DOOR: Final = re.compile(
    r"\b(?:at|on|in|outside|by) (?:your|the) (?:\w+ )?(?:door|doorstep|table|room|house|home|hands|flat|letterbox|porch"
    r"|hotel|desk|hall|suite|bedroom|address)\b"
)
_INBOX: Final = re.compile(r"\b(?:inbox|mailbox)\b")
_ON_THE_VAN: Final = re.compile(r"\b(?:van|lorry|truck|way|courier)\b")
_PARTICIPLE: Final = re.compile(r"(?:ed|nt|wn|ught|id|de)$")
_SKIPPED: Final = spelt("also then now certainly all fully both personally already")
_READY: Final = spelt(
    "gone warm clean dry safe usable empty"
    " ready done complete completed finished sorted fixed live working over resolved available online"
    " operational usable fit"
)
_PLACES: Final = spelt("with there at out round here on in back")
_NO_DEED: Final = spelt("close charge bill debit hold keep")
_NO_PARTICIPLES: Final = spelt("closed charged billed different sent able")
_TAKEN: Final = re.compile(r"^take (?:down|off|away|out|over|up)\b")
_BRINGING: Final = re.compile(r"(?:(?:back|round|over|there|up|out) )?with (?:your|the|a|an|our)\b")
_IN_THE_POST: Final = re.compile(r"in the (?:post|mail)\b")
_MOVED: Final = spelt("send post return drop bring fly hand mail forward")
PARTICIPLES: Final = ("ed", "nt", "id", "en", "ut", "de", "ne", "wn", "ght", "pt", "ld")
"""How a form ends that may stand behind "be"."""


def being(deed: Said) -> Kind | None:
    """Behind "be": the kind of what is said of the subject; None if it is no deed ("be closed", "be in the office")."""
    rest = [word for word in deed.words[1:] if word not in _SKIPPED and not (word.endswith("ly") and word not in BARE)]
    if not rest:
        return None
    behind = said(rest, deed.subject, deed.topic)
    rules: Sequence[Callable[[Said], Kind | None]] = _OF_PEOPLE if deed.of_people else _OF_THINGS
    done = _done(behind)
    return done if done or _is_a_verb(rest[0]) else next((kind for rule in rules if (kind := rule(behind))), None)


def passive(deed: Said) -> Kind | None:
    """ "Refunded", "sent", "finished": of a verb that does not say what it does, the subject does."""
    kind = VERBS.get(deed.words[0])
    to_account = ACCOUNT.search(deed.text) is not None
    if to_account and kind is Kind.SEND and deed.topic is Kind.REFUND:
        return Kind.REFUND
    if deed.bare == "collect" or (kind and deed.bare != "confirm"):
        return kind
    return Kind.REFUND if to_account and not _is_sent_by_text(deed) else _done_somehow(deed, kind)


def _is_sent_by_text(deed: Said) -> bool:
    return deed.bare in _MOVED and BY_TEXT.search(deed.text) is not None


def _done_somehow(deed: Said, kind: Kind | None) -> Kind | None:
    """Of a verb that leaves it to its subject; `kind` if it says so itself."""
    if _is_sent_by_text(deed):
        return Kind.WRITE
    if deed.bare == "take":
        return Kind.OTHER if _TAKEN.match(deed.text) else None
    if deed.bare == "drop":
        return deed.topic or Kind.SEND
    decided = deed.bare in {"make", "reach"} and deed.topic is Kind.WRITE
    if deed.bare in BY_OBJECT and not decided:
        return _done_to(deed)
    return kind or (None if decided else _to_you(deed)) or Kind.OTHER


def _done_to(deed: Said) -> Kind:
    if deed.subject is Subject.YOU:
        return deed.named or (Kind.SEND if deed.bare in _MOVED else Kind.OTHER)
    if deed.bare in {"complete", "finish"} and deed.topic is not Kind.REFUND:
        return Kind.OTHER
    return deed.topic or (Kind.SEND if deed.bare in _MOVED or TO_YOU.search(deed.text) else Kind.OTHER)


def _to_you(deed: Said) -> Kind | None:
    return (deed.topic or Kind.SEND) if TO_YOU.search(deed.text) else None


def _is_a_verb(head: str) -> bool:
    return head in BARE and head not in {"open", "back"} and head not in _READY


def _done(behind: Said) -> Kind | None:
    """ "Calling you", "sent to you", "in touch"."""
    head = behind.words[0]
    if head == "in-touch":
        return told_how(Kind.WRITE, behind)
    if not _is_a_verb(head) and not (head in BARE and head in _READY and behind.of_people):
        return None
    if head.endswith("ing"):
        return active(behind)
    return None if behind.bare in _NO_DEED else passive(behind)


def _is_there(behind: Said) -> Kind | None:
    if _BRINGING.match(" ".join(behind.words)):
        return behind.named if behind.named is Kind.WRITE or "your" in behind.words[:4] else Kind.VISIT
    returns = behind.words[0] == "back" and behind.subject is Subject.VISITOR
    return Kind.VISIT if returns or _BEING_THERE.match(" ".join(behind.words)) else None


def _is_ready(behind: Said) -> Kind | None:
    return Kind.OTHER if behind.words[0] in _READY else None


def _is_at_yours(behind: Said) -> Kind | None:
    """ "On your card", "in your inbox", "at your door", "on the van to you"."""
    tail = " ".join(behind.words)
    if ACCOUNT.search(tail):
        return Kind.REFUND
    if _AT_THE_DOOR.search(tail):
        return behind.topic or Kind.SEND
    if _INBOX.search(tail):
        return Kind.WRITE
    return (behind.topic or Kind.SEND) if _ON_THE_VAN.search(tail) else None


def _is_somewhere(behind: Said) -> Kind | None:
    """ "With you", "in the post", "back"."""
    head = behind.words[0]
    if _IN_THE_POST.match(" ".join(behind.words)):
        return behind.topic if behind.topic in {Kind.WRITE, Kind.REFUND} else Kind.SEND
    if head not in _PLACES:
        return None
    return behind.topic or {"with": Kind.SEND, "back": Kind.OTHER}.get(head)


def _is_some_participle(behind: Said) -> Kind | None:
    head = behind.words[0]
    if not _PARTICIPLE.search(head) or head in _NO_PARTICIPLES:
        return None
    return _to_you(behind) or Kind.OTHER


_OF_PEOPLE: Final[Sequence[Callable[[Said], Kind | None]]] = (_is_there,)
_OF_THINGS: Final[Sequence[Callable[[Said], Kind | None]]] = (
    _is_ready,
    _is_at_yours,
    _is_somewhere,
    _is_some_participle,
)
