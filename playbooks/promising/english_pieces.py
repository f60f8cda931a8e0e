"""An English piece read behind others: where its subject and verb stand, and what it takes from before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playbooks.promising.deeds import BARE, PAST_FORMS, VERBS, Kind, spelt
from playbooks.promising.english_active import is_brought
from playbooks.promising.english_deeds import deed_at
from playbooks.promising.english_moods import NOT, Mood, Read, expected, finite, is_little, skip
from playbooks.promising.english_nouns import THINGS, named_kind, noun_kind
from playbooks.promising.english_passive import PARTICIPLES
from playbooks.promising.english_subjects import ARTICLES, Subject, subject_of
from playbooks.promising.english_tokens import AUXILIARIES, Piece
from playbooks.promising.english_words import Word

_BEFORE_NOUNS: Final = spelt(
    "the a an your our my his her its their this that no any another to of for by with from in on at about new"
    " full phone"
    " next first and"
)
_SHORTEST_PAST: Final = 4
_ONE_OF_THEM: Final = frozenset({"a", "an", "another", "this", "each", "every"})
_WHO: Final = frozenset({"i", "we", "you", "he", "she", "they"})
_GOING_ON: Final = frozenset({"and", "or", "then", "but", ",", "so"})


def read_piece(piece: Piece, last: Read | None, named: Kind | None) -> Read:
    """`piece` as read behind `last`; `named` is the kind of what was spoken of last."""
    words = piece.words
    at = skip(words, 0)
    if at == len(words):
        return _nothing(piece)
    if last and last.mood is Mood.PROMISED and piece.joint in {"that", ""} and last.piece.words[-1].word == "ensure":
        _will(words)
    if any(one.word == "please" for one in words[:3]) and not any(one.word in {"expect", "allow"} for one in words[:4]):
        return Read(piece, Mood.NONE, Subject.YOU)
    if (begin := _let_me(words, at)) is not None:
        return _ours(piece, begin, deed_at(piece, begin, Subject.OURS, topic=None))
    verb = _first_verb(words, at)
    if verb is None:
        return _without_verb(piece, at, last)
    if piece.joint in {"which", "that", "who"} and verb > at and _is_past(words[at].word):
        words[at:verb] = []  # "the parcel which left us on Friday will"
        verb = at
    verb = _without_asides(words, at, verb)
    spoken = [one.word for one in words[at:verb] if not one.date and not is_little(one.word)]
    return _with_subject(piece, verb, spoken, last, named) if spoken else _without_subject(piece, verb, last, named)


def _without_verb(piece: Piece, at: int, last: Read | None) -> Read:
    """ "A call tomorrow at three"; "and a glazier round to you" behind "get", "and back in touch by 11" behind "be"."""
    said = [one.word for one in piece.words[at:] if not one.date]
    if last and last.goes_on and piece.joint in _GOING_ON:
        if last.piece.words[last.verb].word == "get" and is_brought(said):
            return Read(piece, last.mood, last.subject, Kind.VISIT, at, goes_on=True)
        if "in-touch" in said[:2]:
            return Read(piece, last.mood, last.subject, Kind.WRITE, at, goes_on=True)
    kind = named_kind(said)
    return Read(piece, Mood.NAMED, Subject.NONE, kind, at) if kind else _nothing(piece)


def _will(words: list[Word]) -> None:
    """ "Make sure that it is with you": it will be."""
    at = next((index for index, one in enumerate(words) if one.word in {"is", "are"}), None)
    if at is not None:
        words[at : at + 1] = [words[at]._replace(word="will"), words[at]._replace(word="be")]


def topic_of(read: Read | None) -> Kind | None:
    """The kind of what a piece speaks of."""
    kinds = [kind for one in read.piece.words if (kind := noun_kind([one.word]))] if read else []
    return next((kind for kind in kinds if kind in THINGS), kinds[0] if kinds else None)


def _nothing(piece: Piece) -> Read:
    return Read(piece, Mood.DATE_ONLY if piece.dates else Mood.NONE, Subject.NONE)


def _ours(piece: Piece, verb: int, kind: Kind | None) -> Read:
    return Read(piece, Mood.PROMISED, Subject.OURS, kind, verb, goes_on=True)


def _let_me(words: Sequence[Word], at: int) -> int | None:
    """Where the deed stands in "let me call", "allow me to call"."""
    said = [one.word for one in words[at : at + 4]]
    if said[:2] == ["let", "me"] and len(said) > len(["let", "me"]):
        return at + 2
    return at + 3 if said[:3] == ["allow", "me", "to"] and len(said) > len(["allow", "me", "to"]) else None


def _first_verb(words: Sequence[Word], at: int) -> int | None:
    """Where the finite verb stands: the first auxiliary, else the first word that can only be one there."""
    auxiliary = next((index for index in range(at, len(words)) if words[index].word in AUXILIARIES), None)
    if auxiliary is not None:
        return auxiliary
    verbs = [index for index in range(at, len(words)) if words[index].word in BARE and _may_be_verb(words, at, index)]
    if not verbs:
        return next((index for index in range(at + 1, len(words)) if _is_some_past(words, index)), None)
    finite = (index for index in verbs if index == at or not _is_no_finite_form(words, at, index))
    return next(finite, verbs[0])


def _is_some_past(words: Sequence[Word], at: int) -> bool:
    """ "It bounced": a verb nobody knows."""
    return (
        len(words[at].word) > _SHORTEST_PAST and words[at].word.endswith("ed") and words[at - 1].word in _WHO | {"it"}
    )


def _may_be_verb(words: Sequence[Word], at: int, index: int) -> bool:
    if index == at:
        return not _is_noun_here(words, at)
    word, before = words[index].word, words[index - 1].word
    if before == "phone" and words[at].word in ARTICLES and _is_third_person(word):
        return True  # "a new phone ships"
    return before not in _BEFORE_NOUNS


def _is_no_finite_form(words: Sequence[Word], at: int, index: int) -> bool:
    """ "A loan phone", "the letter setting out": an "a" has a verb in -s, and -ing is none without "is"."""
    word = words[index].word
    if word.endswith("ing"):
        return True
    if index + 1 < len(words) and words[index + 1].word in BARE and _is_third_person(words[index + 1].word):
        return True  # "the late charge comes off"
    return words[at].word in _ONE_OF_THEM and BARE[word] == word and word not in PAST_FORMS


def _is_noun_here(words: Sequence[Word], at: int) -> bool:
    """ "Refund by Friday", "Call from me tomorrow": no verb at the head of a piece."""
    behind = words[at + 1] if at + 1 < len(words) else None
    kind = noun_kind([words[at].word])
    if kind in {Kind.CALL, Kind.WRITE} and words[at].word in VERBS:
        return behind is not None and behind.word == "from"
    if kind is None or behind is None or behind.date is not None:
        return kind is not None
    return behind.word in {"from", "of", "on", "for", "in"} or (kind is Kind.REFUND and behind.word in {"to", "back"})


def _without_asides(words: list[Word], at: int, verb: int) -> int:
    """Takes out of the subject what only says which, and says where the verb stands then.

    "You sent on Monday" in "the report you sent on Monday is"; "tonight" in "the man on duty tonight will come at 11".
    """
    word = words[verb].word
    which = words[verb - 1].word in _WHO and verb - 1 > at and not words[verb - 2].date
    if which and (_is_past(word) or word in AUXILIARIES):
        further = _further_verb(words, verb)  # "the part you ordered on Monday arrives"
        if further is not None:
            words[verb - 1 : further] = []
            verb -= 1
    head = words[verb]
    pronouns = (index for index in range(at + 1, verb - 1) if words[index].word in _WHO)
    aside = next((index for index in pronouns if not words[index - 1].date), verb)
    words[aside:verb] = []
    if any(one.date for one in words[aside:]):
        inside = {index for index in range(at + 2, aside) if words[index].date}
        words[:] = [one for index, one in enumerate(words) if index not in inside]
    return words.index(head)


def _further_verb(words: Sequence[Word], verb: int) -> int | None:
    """The verb of "the letter" in "the letter you should have had is": behind the one of the aside."""
    if words[verb].word not in AUXILIARIES:
        return _first_verb(words, verb + 1)
    behind = range(verb + 2, len(words))
    return next((at for at in behind if words[at].word in AUXILIARIES and words[at - 1].word not in AUXILIARIES), None)


def _with_subject(piece: Piece, verb: int, spoken: Sequence[str], last: Read | None, named: Kind | None) -> Read:
    subject = subject_of(spoken)
    told = spoken[0] == "you" and any(_is_past(word) for word in (*spoken[1:2], piece.words[verb].word))
    if told:
        which = last is not None and last.mood is Mood.PROMISED and not piece.joint  # "the card you paid with"
        return Read(piece, Mood.DATE_ONLY if which and piece.dates else Mood.NONE, Subject.YOU)
    if subject is Subject.NONE and last:
        subject = last.subject
    if last and _is_left_out(piece, verb, spoken, last):
        kind = deed_at(piece, verb, Subject.THING, topic=noun_kind(spoken), passively=True)
        return Read(piece, last.mood, Subject.THING, kind, verb, goes_on=True)
    return finite(piece, verb, subject, spoken, topic_of(last) or named)


def _is_left_out(piece: Piece, verb: int, spoken: Sequence[str], last: Read) -> bool:
    """ "The fee will be refunded and the card replaced", "have that corrected and a copy sent": no verb but that."""
    word = piece.words[verb].word
    done = word not in AUXILIARIES and BARE.get(word, word) != word and word.endswith(PARTICIPLES)
    if piece.joint not in _GOING_ON or not done or last.mood is not Mood.PROMISED or spoken[0] not in ARTICLES:
        return False
    return bool({"be", "have", "get", "being"}.intersection(one.word for one in last.piece.words))


def _is_past(word: str) -> bool:
    return word in PAST_FORMS or word.endswith("ed")


def _without_subject(piece: Piece, verb: int, last: Read | None, named: Kind | None) -> Read:
    """ "And call you" after "I will check"; "will call you", "calling you"; or an order to them."""
    words = piece.words
    word = words[verb].word
    goes_on = last is not None and last.goes_on and piece.joint in _GOING_ON
    finitely = word in AUXILIARIES and not (goes_on and word in {"have", "do"})
    if finitely or (not goes_on and _is_third_person(word)):
        return finite(piece, verb, _understood(piece, verb, last), [], topic_of(last) or named)
    if word == "expect":
        return _ours(piece, verb, expected(words[verb:], topic_of(last) or named))
    if goes_on and last:
        return _going_on(piece, verb, last, named)
    if word.endswith("ing") and BARE.get(word, word) != word:
        return _doing(piece, verb, last)
    return Read(piece, Mood.NONE, Subject.YOU)


def _is_third_person(word: str) -> bool:
    """ "Deborah, our case worker, writes to you": no order to them."""
    return word.endswith("s") and BARE.get(word, word) != word


def _doing(piece: Piece, verb: int, last: Read | None) -> Read:
    """ "Calling you tomorrow", at the head of a note; elsewhere "following your call"."""
    first = last is None or piece.joint == ":"
    if first and all(one.date or is_little(one.word) for one in piece.words[:verb]):
        return _ours(piece, verb, deed_at(piece, verb, Subject.OURS, topic=None))
    return _nothing(piece)


def _understood(piece: Piece, verb: int, last: Read | None) -> Subject:
    """Who is meant where nobody is said: at the head of a note ourselves, behind "and" the same as before."""
    word = piece.words[verb].word
    will, there_is = word in {"will", "shall"}, word in {"is", "are"}
    if there_is and verb and piece.words[verb - 1].date:
        return Subject.NOBODY  # "tomorrow is fully booked"
    if last is None:
        return Subject.NONE if piece.joint == "that" else Subject.OURS if will else Subject.NOBODY
    same = piece.joint in {"and", "or", "but"} or last.subject in {Subject.THEIRS, Subject.NOBODY}
    if (_is_third_person(word) and not there_is) or (will and not same):
        return Subject.NONE
    return Subject.THING if there_is and last.subject is Subject.NONE else last.subject


def _going_on(piece: Piece, verb: int, last: Read, named: Kind | None) -> Read:
    passively = any(one.word in {"be", "been", "being"} for one in last.piece.words)
    kind = deed_at(piece, verb, last.subject, topic=topic_of(last) or named, passively=passively)
    held = last.mood in {Mood.PROMISED, Mood.NOW} and not any(one.word in NOT for one in piece.words)
    mood = last.mood if held else Mood.NONE
    return Read(piece, mood, last.subject, kind, verb, goes_on=mood is Mood.PROMISED)
