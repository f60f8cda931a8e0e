"""Which deed an English verb in the active speaks of: rules in order, the first that applies decides. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from playbooks.promising.deeds import BARE, BY_OBJECT, BY_SUBJECT, VERBS, Kind, spelt
from playbooks.promising.english_nouns import Said, noun_kind
from playbooks.promising.english_subjects import Subject, subject_of

ACCOUNT: Final = re.compile(r"\b(?:in|on|into|onto|to) your (?:\w+ ){0,2}(?:account|card|bank|balance)\b")
TO_YOU: Final = re.compile(r"\bto (?:you|your (?:door|home|house|address|hotel|office|room|flat))\b")

_HERE_IT_STANDS: Final = re.compile(
    r"\b(?:how (?:\w+ )*stands?|where (?:\w+ )*(?:stands?|got to|up to|gone|is at)|how far|progress|status|update"
    r"|latest|posted|where (?:we|things|matters) (?:are|stand|have)"
    r"|how (?:we|things|it) (?:are|is) (?:going|getting|coming|looking)"
    r"|in the (?:loop|picture)|abreast)\b"
)
_POSTED: Final = re.compile(
    r"\bkeep (?:you|them|everyone) (?:fully )?(?:posted|updated|informed|in the (?:loop|picture)|up to date"
    r"|abreast)"
)
_IN_TOUCH: Final = re.compile(
    r"^(?:get|come|be|go|circle) (?:\w+ )?(?:in-touch|hold of you)|^(?:get|come|be|circle) (?:\w+ )?back to you"
    r"|^get back"
    r"|^(?:follow|revert)\b|^let (?:\w+ ){1,3}know"
    r"|^come back with (?:\w+ ){0,3}(?:answer|reply|response|decision|result|news|date|offer)"
)
_BY_PHONE: Final = re.compile(
    r"\b(?:by|over the|on the|via) (?:tele)?phone\b"
    r"|\ba (?:quick |proper |courtesy )?(?:call|ring|bell|callback|buzz|tinkle)\b"
)
_A_LINE: Final = re.compile(r"\ban? (?:\w+ ){0,2}(?:line|note|message|text|email|letter)\b")
_COMING: Final = re.compile(
    r"^(?:be|come|go|call|drop|pop|stop|swing|nip|run) (?:\w+ )?(?:out|round|around|over|by|in|up|down|with you|to you"
    r"|to your|at your|there|on site|onsite|to see|to collect|and)\b|^(?:come|pop)\b"
)
_SEEING: Final = re.compile(r"^see you (?:at home|at your|there)|^return(?: (?:with|to you|to your|and|at|for|to)\b|$)")
_CALLING_ROUND: Final = re.compile(
    r"^(?:call|calling|pop|drop) (?:round|around|by|in|at|for (?:the|your))\b"
    r"|^look in on (?:you|your)\b|^knock (?:on|at) your\b"
)
_TAKING: Final = re.compile(r"^take (?:it|them|that|the|your|a|both|all)\b.*\bto (?:you|your|his|her|their)\b")
_DROPPING: Final = re.compile(
    r"^(?:drop|run|take|bring) (?:(?:it|them|that|this|those)\b|(?:the|your|a|an|our|both|all)\b)|^drop .*\boff\b"
)
_HAS_OBJECT: Final = re.compile(r"^\w+ (?:the|your|our|all|any|this|that|these|those|it|them|\w+s|\w+ing)\b")
_COSTS: Final = re.compile(r"^come to (?:[£$€]|[0-9])|^go (?:up|down|on (?:sale|strike|show|holiday|leave))\b")
_COMES_OFF: Final = re.compile(r"^come (?:off|down)\b")  # a fee, a ban
_TO_US: Final = re.compile(r"^(?!leave|reach)[a-z-]+ (?:back )?(?:(?:it |them )?(?:back )?to |with )?(?:us|me)\b")
_INBOX: Final = re.compile(r"\byour (?:\w+ )?(?:inbox|mailbox)\b")
_SETTLING: Final = spelt("settle process waive reverse complete execute correct amend cancel authorise authorize")
_OVER_TO_YOU: Final = re.compile(
    r"\b(?:(?:over|out|round|up|across|back) to|to|at|round|over at) (?:you|yours|your (?:\w+ )?(?:home|house|flat"
    r"|place|address|office|room|site|property|street|door|building|shop|school|villa|apartment|farm))\b"
)
BY_TEXT: Final = re.compile(r"\b(?:by|via) (?:text|email|sms|message)\b")
_IN_THE_POST: Final = re.compile(r"\bin the (?:post|mail)\b")
_BY_CARRIER: Final = re.compile(r"\bby (?:courier|post|mail|van|special delivery|registered)\b")
_OUT_OF_YOUR_ACCOUNT: Final = re.compile(r"\b(?:leave|from|out of) your (?:\w+ )?account")
_TO_OURS: Final = re.compile(r"\bto (?:our|my|head) (?:\w+ )?\w+")
_AT_YOURS: Final = re.compile(r"\b(?:with|to) you\b|\b(?:at|to|in) your\b")
_POINTS: Final = re.compile(r"\b(?:points|miles|nights|minutes|gb|stars)\b")

_MANNED: Final = spelt(
    "look check review decide examine assess inspect repair fix sort trace investigate consider verify"
)
_NO_DEED: Final = spelt(
    "know need want wait hope try aim plan intend expect think understand say ask apologise run end expire charge bill"
    " debit keep hold remain stay continue start become cost last open close miss enjoy learn have find await"
    " offer allow"
)
_TO_DEED: Final = spelt("arrange organise organize get have ask book instruct tell request schedule")
_ONLY_NEAR: Final = spelt("clear reach appear happen commence follow take leave land")
_STATES: Final = spelt("working running ready live sorted back down gone off up")
_SURELY_STATES: Final = spelt("working running ready live sorted")
_MOVED: Final = frozenset({Kind.SEND, Kind.REFUND, Kind.WRITE})
_PASSING: Final = frozenset({"swing", "stop", "pop"})
_FROM_US: Final = spelt("our the us warehouse depot out off")
_OF_PAPER: Final = frozenset({Kind.CALL, Kind.WRITE})
_OUR_PLACES: Final = spelt(
    "depot warehouse courier supplier bank kitchen workshop driver store shop branch manufacturer team department"
    " carrier"
    " engineer manager supervisor finance accounts office colleague technician"
)
_ON_THE_WAY: Final = spelt("to with the our my at round around all both")
_PAID: Final = [[who] for who in ("garage", "hotel", "clinic", "hospital", "pharmacy", "hostel", "school")]
_IT: Final = spelt("it them one this these that")
_GIVING: Final = spelt("send post mail bring give get have receive return put issue")
_MOVING: Final = spelt("send post mail bring return")


def active(deed: Said) -> Kind | None:
    """The kind of a deed; None if the verb says of none."""
    if _TO_US.match(deed.text):
        return None
    kind = next((kind for rule in _RULES if (kind := rule(deed))), None)
    return told_how(kind, deed) if kind else None


def told_how(kind: Kind, deed: Said) -> Kind:
    """ "Answer by phone" is a call; "tell you where it stands" an update; points are no money."""
    if kind is Kind.REFUND and _POINTS.search(deed.text):
        return Kind.OTHER
    if kind in {Kind.WRITE, Kind.UPDATE, Kind.OTHER} and _BY_PHONE.search(deed.text):
        return Kind.CALL
    if kind is Kind.WRITE and deed.bare not in {"email", "write", "text"} and tells_progress(deed.text):
        return Kind.UPDATE
    return kind


def tells_progress(text: str) -> bool:
    return _HERE_IT_STANDS.search(text) is not None


def _keeps_posted(deed: Said) -> Kind | None:
    if _POSTED.search(deed.text) or (deed.bare == "report" and deed.subject is not Subject.THING):
        return Kind.UPDATE
    return None


def _lets_know(deed: Said) -> Kind | None:
    """ "You will know", "drop you a line", "get back to you", "hear from us by phone"."""
    if deed.bare in {"know", "learn"}:
        return Kind.WRITE if deed.subject is Subject.YOU else None
    if deed.bare == "drop" and _A_LINE.search(deed.text):
        return Kind.WRITE
    if deed.bare == "let" and deed.words[2:3] == ["have"]:
        return deed.named or Kind.SEND
    if deed.bare == "hear" or (_IN_TOUCH.search(deed.text) and deed.subject is not Subject.THING):
        return Kind.UPDATE if deed.named is Kind.UPDATE else Kind.WRITE
    return None


def _keeps_accounts(deed: Said) -> Kind | None:
    """ "You'll see it on your account"; "update your address"."""
    if deed.subject is Subject.YOU and ACCOUNT.search(deed.text):
        return Kind.REFUND
    of_records = deed.bare == "update" and deed.words[1:2] and deed.words[1] in {"your", "the", "our", "my"}
    return Kind.OTHER if of_records else None


def _calls_or_hands_over(deed: Said) -> Kind | None:
    if deed.text.startswith(("return your call", "return the call")) or (
        deed.bare == "give" and _BY_PHONE.search(deed.text)
    ):
        return Kind.CALL
    if deed.bare == "hand" and not re.search(r"\bover to (?:our|the)\b", deed.text):
        return Kind.SEND
    return Kind.SEND if deed.bare == "post" and deed.named is not Kind.WRITE else None


def _comes(deed: Said) -> Kind | None:
    """Somebody comes; what comes is a thing in `_arrives`."""
    if _CALLING_ROUND.search(deed.text) or (deed.of_people and _SEEING.search(deed.text)):
        return Kind.VISIT
    if deed.bare not in BY_SUBJECT or not deed.of_people:
        return None
    if _TAKING.search(deed.text) or (deed.bare != "take" and _DROPPING.search(deed.text)):
        return deed.named if deed.named in {Kind.WRITE, Kind.REFUND} else Kind.SEND
    if deed.bare == "show" and "up" not in deed.words[1:3]:
        return deed.named or Kind.OTHER
    if deed.bare == "drop" and ("off" in deed.words[:6] or deed.named is Kind.SEND):
        return Kind.SEND
    return Kind.VISIT if _is_coming(deed) else Kind.OTHER


def _is_coming(deed: Said) -> bool:
    if deed.bare in _PASSING and not _HAS_OBJECT.match(deed.text):
        return True
    comes = deed.bare in {"arrive", "come", "show", "head", "turn", "drop", "pop"} or _COMING.search(deed.text)
    return bool(comes) and deed.bare not in _ONLY_NEAR


def _arrives(deed: Said) -> Kind | None:
    if deed.bare not in BY_SUBJECT or _OUT_OF_YOUR_ACCOUNT.search(deed.text) or _COSTS.match(deed.text):
        return None
    if ACCOUNT.search(deed.text):
        return Kind.REFUND
    if _COMES_OFF.match(deed.text):
        return Kind.OTHER
    if deed.bare in {"leave", "go"} and deed.topic is None and "courier" in deed.words:
        return Kind.SEND
    return deed.topic or deed.named or _arrives_somehow(deed)


def _arrives_somehow(deed: Said) -> Kind | None:
    """Something of which nobody said what it is."""
    leaves = deed.bare in {"leave", "go"} and _FROM_US.intersection(deed.words)
    turns_up = deed.bare in {"turn", "show"} and "up" in deed.words
    if leaves or turns_up or deed.bare in {"arrive", "come", "reach", "follow"}:
        return Kind.SEND
    return Kind.OTHER if deed.bare in {"take", "happen", "show", "appear"} else None


def _reaches_inbox(deed: Said) -> Kind | None:
    """ "The passes will hit your inbox"."""
    return Kind.WRITE if _INBOX.search(deed.text) and deed.subject is Subject.THING else None


def _returns(deed: Said) -> Kind | None:
    """ "The deposit returns to you"."""
    returns = deed.bare == "return" and deed.subject is Subject.THING and TO_YOU.search(deed.text)
    return (deed.topic or Kind.SEND) if returns else None


def _says_itself(deed: Said) -> Kind | None:
    kind = VERBS.get(deed.words[0])
    if kind in _OF_PAPER and _is_to_ours(deed.words):
        return Kind.OTHER
    if deed.bare == "pay" and deed.named is Kind.VISIT:
        return Kind.VISIT
    if deed.bare == "pay" and _is_to_others(deed.words):
        return Kind.OTHER
    if deed.bare == "deliver" and noun_kind(deed.words[1:3]) is Kind.WRITE and "letter" not in deed.words:
        return Kind.WRITE
    return kind


def _is_to_others(words: Sequence[str]) -> bool:
    """ "Pay the garage": no money for the customer."""
    who = subject_of(words[1:3]) if words[1:2] == ["the"] else None
    return (who not in {None, Subject.THING} or words[2:3] in _PAID) and not {"you", "your"}.intersection(words[:6])


def _is_to_ours(words: Sequence[str]) -> bool:
    """ "Call the depot", "speak to our driver": not to the customer."""
    near = next((word for word in words[1:5] if word not in _ON_THE_WAY), "")
    ours = near in {"branch", "branches"} or near in _OUR_PLACES or near.removesuffix("s") in _OUR_PLACES
    return ours and "you" not in words[1:3]


def _has_somebody_do(deed: Said) -> Kind | None:
    """ "Arrange for a courier to collect it"."""
    words = deed.words
    if deed.bare not in _TO_DEED or "to" not in words[1:-1]:
        return None
    at = words.index("to", 1)
    behind, who = words[at + 1], noun_kind(words[1:at])
    kind = VERBS.get(behind) or (noun_kind(words[at + 2 :]) if BARE.get(behind) in BY_OBJECT else None)
    if kind and who is not Kind.REFUND:
        return kind
    if who is Kind.VISIT and behind not in {"bring", "send", "post"}:
        return who
    if behind in {"bring", "send", "post"}:
        return Kind.SEND
    return Kind.OTHER if behind in BARE and who is None else None


def _has_it_done(deed: Said) -> Kind | None:
    """ "Have the reading corrected", "have it back with you", "have the line working"."""
    if deed.bare not in {"have", "get"} or deed.subject is Subject.YOU:
        return None
    if is_brought(deed.words[1:]) or ACCOUNT.search(deed.text):
        return Kind.REFUND if ACCOUNT.search(deed.text) else Kind.VISIT
    if _AT_YOURS.search(deed.text):
        return deed.named or (_spoken_of(deed) if _IT.intersection(deed.words[1:2]) else Kind.SEND)
    if _STATES.intersection(deed.words[2:]) and (not deed.named or _SURELY_STATES.intersection(deed.words[2:])):
        return Kind.OTHER
    for at, word in enumerate(deed.words[2:], start=2):
        if word.endswith("ed") or word in {"sent", "paid", "done"}:
            named = noun_kind(deed.words[1:at]) if BARE.get(word) in BY_OBJECT else None
            return VERBS.get(word) or named or Kind.OTHER
    return None


def _spoken_of(deed: Said) -> Kind:
    """What "it" is; who comes is none."""
    return deed.topic if deed.topic in _MOVED else Kind.SEND


def is_brought(words: Sequence[str]) -> bool:
    """ "A roofer over to yours", "somebody round to you": behind "get" and "have"."""
    text = " ".join(words)
    over = _OVER_TO_YOU.search(text)
    who = list(words[: text[: over.start()].count(" ")]) if over else []
    while who and who[-1] in {"out", "over", "round"}:
        who.pop()
    return bool(who) and subject_of(who) in {Subject.OURS, Subject.VISITOR}


def _sends_by(deed: Said) -> Kind | None:
    """ "Send it by courier", "by text"; "put it in the post"."""
    named = deed.named
    if deed.bare in _GIVING and _TO_OURS.search(deed.text) and not TO_YOU.search(deed.text):
        return Kind.OTHER
    if deed.bare == "send" and _BY_CARRIER.search(deed.text):
        return named if named is Kind.REFUND else Kind.SEND
    if deed.bare == "put" and _IN_THE_POST.search(deed.text):
        return named if named in {Kind.WRITE, Kind.REFUND} else Kind.SEND
    if named is not Kind.REFUND and deed.bare == "send" and BY_TEXT.search(deed.text):
        return Kind.WRITE
    return None


def _gives(deed: Said) -> Kind | None:
    """Send, give, have, get, where what it is is not named."""
    if deed.subject is Subject.YOU and deed.bare in {"see", "find"} and _IT.intersection(deed.words[1:2]):
        return deed.topic
    if deed.bare not in _GIVING or deed.named:
        return None
    if deed.topic not in {None, Kind.VISIT} and _IT.intersection(deed.words[1:3]):
        return deed.topic
    if deed.bare in _MOVING or (deed.subject is Subject.YOU and deed.bare in {"have", "get", "receive"}):
        return Kind.SEND
    return None


def _does_to(deed: Said) -> Kind | None:
    """ "Process the refund", "finish the review", "make a decision"."""
    if deed.bare not in BY_OBJECT or deed.bare in {"find", "await", "offer", "allow"}:
        return None
    named = deed.named
    decides = deed.bare in {"make", "take", "reach"} and "decision" in deed.words
    finishes = deed.bare in {"complete", "finish", "start"} and named is not Kind.REFUND
    if decides or finishes:
        return Kind.OTHER
    if deed.bare in {"have", "get", "give"} and named is None:
        return None
    if named is Kind.WRITE and deed.bare in _SETTLING:
        return Kind.OTHER
    return named or (Kind.REFUND if deed.bare in {"transfer", "reverse"} else Kind.OTHER)


def _something_else(deed: Said) -> Kind | None:
    if deed.bare in _NO_DEED or (deed.subject is Subject.THING and deed.bare not in _MANNED):
        return None
    return Kind.OTHER


_RULES: Final[Sequence[Callable[[Said], Kind | None]]] = (
    _keeps_posted,
    _lets_know,
    _keeps_accounts,
    _calls_or_hands_over,
    _comes,
    _reaches_inbox,
    _arrives,
    _returns,
    _says_itself,
    _has_somebody_do,
    _has_it_done,
    _sends_by,
    _gives,
    _does_to,
    _something_else,
)
