"""How an English verb speaks of its deed: as promised, arranged, going on now, or not at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final, NamedTuple

from playbooks.promising.deeds import BARE, PAST_FORMS, Kind, spelt
from playbooks.promising.english_deeds import arranged_kind, deed_at, is_deed_now
from playbooks.promising.english_nouns import head_kind, noun_kind
from playbooks.promising.english_passive import PARTICIPLES
from playbooks.promising.english_subjects import ARTICLES, Subject
from playbooks.promising.english_tokens import AUXILIARIES, Piece
from playbooks.promising.english_words import Word

NOT: Final = frozenset({"not", "never", "no", "hardly", "nothing", "neither", "nor", "unable", "without"})

_LITTLE: Final = spelt(
    "also then now still again just certainly definitely personally please sorry first finally both all very next today"
    " however meanwhile here so too always even gladly simply soon back hopefully ever right away straight"
)
_PROMISING: Final = frozenset({"promise", "guarantee", "undertake", "commit", "pledge"})
_BOUND: Final = spelt("promised agreed undertaken committed pledged offered")
_TRYING: Final = spelt(
    "try trying hope hoping aim aiming expect expecting plan planning intend want wanting wish endeavour attempt strive"
    " need wait waiting continue like love prefer know think believe"
)
_BY_POST: Final = re.compile(
    r"\b(?:in the (?:post|mail)|by (?:post|mail|courier)|at your (?:door|house|home|office))\b"
)
_HAPPENING: Final = spelt("delivery visit collection call callback dispatch update bulletin pickup")
_STAYING: Final = spelt(
    "working waiting staying travelling traveling moving hosting celebrating sitting standing enjoying having"
    " being doing"
    " living flying"
)
_RECEIVING: Final = spelt("have get receive hear see find know learn")
_NOT_TO_THEM: Final = spelt("charged billed debited asked needed expected")
_PLACES: Final = spelt("with out there at on in coming back")
_OURSELVES: Final = frozenset({"i", "we"})
_IS: Final = frozenset({"is", "will", "should"})
_MAYBE: Final = frozenset({"maybe", "perhaps", "possibly"})
_THIS_ONE: Final = frozenset({"the", "your", "this", "it"})
_IT: Final = spelt("it this that they these those both yours")


class Mood(StrEnum):
    """How a piece speaks of its deed."""

    PROMISED = auto()
    ARRANGED = auto()  # "is booked for": kind by what was booked
    NOW = auto()  # "ships tomorrow": a promise only with a day and a deed of a known sort
    NAMED = auto()  # no verb: "a call tomorrow at three"
    DATE_ONLY = auto()
    NONE = auto()


@dataclass(slots=True)
class Read:
    """A piece as read. The deed begins at `verb` of its words; `goes_on`: "and call you" may follow."""

    piece: Piece
    mood: Mood
    subject: Subject
    kind: Kind | None = None
    verb: int = 0
    goes_on: bool = False


class Verb(NamedTuple):
    """A finite verb: the auxiliary `at`, the verb behind it (or itself), who it is said of in which words, and the kind
    of what was spoken of."""

    piece: Piece
    at: int
    verb: int
    subject: Subject
    spoken: Sequence[str]
    topic: Kind | None

    @property
    def words(self) -> list[Word]:
        return self.piece.words

    @property
    def head(self) -> str:
        return self.words[self.verb].word if self.verb < len(self.words) else ""

    def read(self, mood: Mood, kind: Kind | None, verb: int | None = None) -> Read:
        """Read in this mood if it is a deed, else in none."""
        goes_on = self.subject is not Subject.YOU and mood is not Mood.ARRANGED
        mood = mood if kind else Mood.NONE
        return Read(self.piece, mood, self.subject, kind, self.verb if verb is None else verb, goes_on)

    def none(self) -> Read:
        return Read(self.piece, Mood.NONE, self.subject, None, self.at)

    def deed(self, verb: int | None = None, *, passively: bool = False) -> Kind | None:
        at = self.verb if verb is None else verb
        return deed_at(self.piece, at, self.subject, topic=self.topic, passively=passively)


def skip(words: Sequence[Word], at: int) -> int:
    """The place of the first word from `at` that is no date and no little word."""
    while at < len(words) and (words[at].date or words[at].word in _LITTLE or _is_adverb(words[at].word)):
        at += 1
    return at


def is_little(word: str) -> bool:
    return word in _LITTLE


def expected(words: Sequence[Word], topic: Kind | None) -> Kind | None:
    """ "Expect a call", "expect to hear from us", "expect it in the post"."""
    said = [one.word for one in words]
    if "hear" in said:
        return noun_kind(said) or Kind.WRITE
    if {"it", "them", "this", "these"}.intersection(said[1:2]):
        return topic or Kind.SEND
    return noun_kind(said) or (Kind.SEND if _BY_POST.search(" ".join(said)) else None)


def finite(piece: Piece, at: int, subject: Subject, spoken: Sequence[str], before: Kind | None) -> Read:
    """A piece with a subject and a finite verb. `before`: the kind of what was spoken of in what came before."""
    words = piece.words
    aux = words[at].word
    verb = skip(words, at + 1) if aux in AUXILIARIES else at
    topic = head_kind(spoken)
    if not topic and (subject is not Subject.THING or not spoken or spoken[0] in _IT):
        topic = before
    found = Verb(piece, at, verb, subject, spoken, topic)
    if [*spoken] == ["there"] and aux == "will":
        behind = [one.word for one in words[verb:]]
        return found.read(Mood.PROMISED, None if NOT.intersection(behind) else noun_kind(behind))
    if (
        _MAYBE.intersection(spoken)
        or subject in {Subject.NOBODY, Subject.THEIRS}
        or any(one.word in NOT for one in words[at : verb + 2])
    ):
        return found.none()
    if not found.head or (found.head == "be" and not _behind(words, verb)):
        return _on_a_day(found)
    if _is_of_all(found) and aux not in {"will", "shall"}:
        return found.none()
    return _BY_AUXILIARY.get(aux, _offer if aux in AUXILIARIES else _present)(found)


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in BARE


def _is_of_all(found: Verb) -> bool:
    """ "Refunds take", "parcels ordered before noon are": any of them; but "the blinds ship tomorrow"."""
    plural = found.subject is Subject.THING and bool(found.spoken)
    if not plural or found.spoken[0] in ARTICLES or not found.spoken[0].endswith("s"):
        return False
    return not any(one.date and not one.date.counted for one in found.words[found.verb :])


def _on_a_day(found: Verb) -> Read:
    """ "The delivery is on Friday"."""
    cut = next((at for at, one in enumerate(found.spoken) if at and one in {"from", "of", "to", "with", "on"}), None)
    happens = found.spoken and found.spoken[:cut][-1] in _HAPPENING | {"date"} and found.words[found.at].word in _IS
    kind = noun_kind([one for one in found.spoken if one in _HAPPENING]) if happens else None
    return found.read(Mood.NOW if found.words[found.at].word == "is" else Mood.PROMISED, kind, found.at)


def _behind(words: Sequence[Word], verb: int) -> list[str]:
    """What stands behind a verb, dates and little words left out."""
    behind = (one.word for one in words[verb + 1 :] if not one.date)
    return [word for word in behind if word in _PLACES or not is_little(word)]


def _will(found: Verb) -> Read:
    """Behind "will" and "going to"."""
    words, verb, head = found.words, found.verb, found.head
    if not head or _is_only_tried(found):
        return found.none()
    behind = words[verb + 1].word if verb + 1 < len(words) else ""
    if head == "have" and behind == "been":
        return found.read(Mood.PROMISED, found.deed(verb + 2, passively=True))
    gets = head == "get" and found.subject is not Subject.OURS
    if (gets or head == "have") and _is_participle([behind]):
        return found.read(Mood.PROMISED, found.deed(verb + 1, passively=gets), verb + 1)
    if head in _PROMISING:
        return _promise(found)
    if found.subject is Subject.YOU and not _is_receiving(words[verb:]):
        return found.none()
    return found.read(Mood.PROMISED, found.deed())


def _is_only_tried(found: Verb) -> bool:
    """ "Try to", "do our best", "be hoping to"."""
    words, head = found.words[found.verb :], found.head
    if head in NOT or (head == "do" and any(one.word == "best" for one in words[:4])):
        return True
    if head == "be" and any(one.word in _TRYING or one.word in NOT for one in words[1:3]):
        return True
    return BARE.get(head, head) in _TRYING and found.subject is not Subject.YOU


def _is_participle(words: Sequence[str]) -> bool:
    word = words[0] if words else ""
    if word.endswith("ed") and len(word) > len("need"):
        return True
    return BARE.get(word, word) != word and not word.endswith(("ing", "s")) and noun_kind([word]) is None


def _is_receiving(words: Sequence[Word]) -> bool:
    """Whether "you will …" says what comes to them."""
    head = words[0].word
    if head == "be":
        behind = next((one.word for one in words[1:] if not one.date and one.word not in _LITTLE), "")
        if behind in {"hearing", "getting", "receiving"}:
            return True
        return behind in BARE and behind not in _NOT_TO_THEM and (behind.endswith(PARTICIPLES) or behind in PAST_FORMS)
    return BARE.get(head) in _RECEIVING and not (len(words) > 1 and words[1].word == "to")


def _promise(found: Verb) -> Read:
    """ "Promise to call", "promise you an answer"."""
    words = found.words
    kind = None
    for index in range(found.verb + 1, len(words) - 1):
        at = skip(words, index + 1)
        if words[index].word == "to" and at < len(words) and words[at].word in {*BARE, "be"}:
            kind = deed_at(found.piece, at, Subject.OURS, topic=None)
            break
    return found.read(Mood.PROMISED, kind or noun_kind([one.word for one in words[found.verb :]]))


def _are(found: Verb) -> Read:
    """Behind am, is, are: calling, being sent, due to, booked for, delivered, with you."""
    head, known = found.head, found.head in BARE
    if head == "going-to":
        return _will(found._replace(verb=skip(found.words, found.verb + 1)))
    if head == "being":
        verb = skip(found.words, found.verb + 1)
        return found.read(Mood.PROMISED, found.deed(verb, passively=True), verb)
    if found.subject is not Subject.YOU:
        if arranged := arranged_kind(found.piece, found.verb, found.spoken, found.topic, found.subject):
            return found.read(Mood.ARRANGED, arranged)
        if head.endswith("ing"):
            return _are_doing(found)
    if head in _PLACES or (known and is_deed_now(head)):
        return found.read(Mood.NOW, found.deed(found.verb - 1))
    return found.none()


def _are_doing(found: Verb) -> Read:
    head = found.head
    moves = head == "moving" and {"you", "your", "the"}.intersection(_behind(found.words, found.verb)[0:1])
    if (head in _TRYING | _STAYING and not moves) or BARE.get(head) in _TRYING:
        return found.none()
    if head == "getting" and found.subject is Subject.THING and _is_participle(_behind(found.words, found.verb)[0:1]):
        verb = skip(found.words, found.verb + 1)
        return found.read(Mood.PROMISED, found.deed(verb, passively=True), verb)
    if head in BARE or head == "coming":
        kind = found.deed()
        surely = found.subject is Subject.OURS or (
            kind is not Kind.OTHER and (found.subject is not Subject.THING or _THIS_ONE & {*found.spoken[:1]})
        )
        return found.read(Mood.PROMISED if surely and found.piece.dates else Mood.NOW, kind)
    ours = found.subject in {Subject.OURS, Subject.VISITOR}
    return found.read(Mood.NOW, Kind.OTHER if ours else None)


def _have(found: Verb) -> Read:
    """ "I have booked the engineer for", "we've asked the depot to": what is over, except for what it set going."""
    if found.subject is Subject.YOU:
        return found.none()
    if found.head in _BOUND and _behind(found.words, found.verb)[0:1] == ["to"]:
        return _promise(found._replace(subject=Subject.OURS))
    verb = found.verb + (found.head == "been")
    spoken = [one.word for one in found.words[verb + 1 :]]
    return found.read(Mood.ARRANGED, arranged_kind(found.piece, verb, spoken, None, Subject.OURS))


def _should(found: Verb) -> Read:
    """ "Your refund should arrive", "you should see it"; of ourselves it promises nothing."""
    if found.head == "expect" and found.subject is Subject.YOU:
        return _offer(found)
    if found.head == "have" or _OURSELVES.intersection(found.spoken[-1:]):
        return found.none()
    return _will(found)


def _offer(found: Verb) -> Read:
    """ "You can expect a call", "I can promise you"; whatever else could or may be done is only offered."""
    if found.head == "expect" and found.subject is Subject.YOU:
        return Read(
            found.piece, Mood.PROMISED, Subject.OURS, expected(found.words[found.verb :], found.topic), found.verb
        )
    if found.head in _PROMISING and found.subject is Subject.OURS and found.words[found.at].word == "can":
        return _promise(found)
    return found.none()


def _present(found: Verb) -> Read:
    """ "Our engineer visits you on", "I promise to call", "you get it on"; but not "we called"."""
    head = found.head
    if found.subject is Subject.YOU:
        return found.read(Mood.NOW, found.deed() if head in {"get", "receive"} else None)
    if BARE.get(head) in _PROMISING and not head.endswith(("ed", "ing")) and found.subject is Subject.OURS:
        return _promise(found)
    if head in {"get", "gets"} and _is_participle(_behind(found.words, found.verb)[0:1]):
        verb = skip(found.words, found.verb + 1)
        return found.read(Mood.NOW, found.deed(verb, passively=True), verb)
    past = head in PAST_FORMS or (head.endswith("ed") and head != "need")
    of_people = found.subject in {Subject.OURS, Subject.VISITOR} and bool(_behind(found.words, found.verb))
    if past or not is_deed_now(head, of_people=of_people):
        return found.none()
    kind = found.deed()
    this_one = found.subject is Subject.THING and _THIS_ONE.intersection(found.spoken[:1]) and kind is not Kind.OTHER
    return found.read(Mood.PROMISED if this_one else Mood.NOW, kind)


def _do(found: Verb) -> Read:
    """ "I do promise you a call"."""
    return _promise(found) if found.head in _PROMISING and found.subject is Subject.OURS else found.none()


_BY_AUXILIARY: Final[Mapping[str, Callable[[Verb], Read]]] = {
    "will": _will,
    "shall": _will,
    "am": _are,
    "is": _are,
    "are": _are,
    "have": _have,
    "has": _have,
    "should": _should,
    "do": _do,
}
