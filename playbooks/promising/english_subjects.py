"""Who does it: we and ours, the customer, a thing, or somebody for whom we cannot promise. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum, auto
from typing import Final

from playbooks.promising.deeds import NOUNS, spelt
from playbooks.promising.english_people import OURS, THEIR_PEOPLE, THEIRS, VISITORS


class Subject(StrEnum):
    OURS = auto()
    VISITOR = auto()  # one of ours who comes to people: an engineer, a driver
    YOU = auto()
    THING = auto()
    THEIRS = auto()  # a bank, a court, the customer's people
    NOBODY = auto()
    NONE = auto()  # not said


ARTICLES: Final = spelt(
    "the a an your our my his her it its their this that these those any all both everything each every"
)
_THINGS_IN_ER: Final = spelt(
    "number paper water meter computer boiler cooker heater weather server error counter door floor printer cover"
    " mirror"
    " motor service sensor monitor power corner dinner matter router folder sticker filter figure order register"
    " cylinder"
    " dishwasher washer dryer freezer toaster blender speaker charger dehumidifier sweater newspaper poster"
    " chapter adapter container trailer scooter hamper projector tractor"
    " elevator radiator generator refrigerator extractor escalator calculator copier scanner drawer shower mixer timer"
    " ladder banner amplifier tester planter tumbler stroller"
)
_PRONOUNS: Final = dict.fromkeys(("i", "we", "he", "she", "they"), Subject.OURS) | {
    "you": Subject.YOU,
    "yourself": Subject.YOU,
    "it": Subject.THING,
}
_UNSAID: Final = spelt("a an the certainly himself herself themselves itself myself ourselves")
_NOBODY: Final = frozenset({"nobody", "none", "neither", "nothing"})
_NO_TITLES: Final = spelt(
    "i we he she they me our my us one dispatch billing maintenance finance accounts kitchen lab desk store"
)
_HEAD_ENDS: Final = spelt("of in on at from for with by about to")


def subject_of(spoken: Sequence[str]) -> Subject:
    """Who these words, which stand before a verb, speak of."""
    words = [word for word in spoken if word not in _UNSAID]
    if not words:
        return Subject.NONE
    if _NOBODY.intersection(words) or words[0] == "no":
        return Subject.NOBODY
    if pronoun := _last_pronoun(words):
        return _PRONOUNS[pronoun]
    return _of_noun(spoken, words)


def _of_noun(spoken: Sequence[str], words: Sequence[str]) -> Subject:
    head = _head(words)
    if head in {"company", "provider"} and {"insurance", "credit", "card"}.intersection(words):
        return Subject.THEIRS
    ours = words[0] == "our" and head in OURS
    if (head in THEIRS and not ours) or ("your" in words and head in THEIR_PEOPLE):
        return Subject.THEIRS
    if head == "one" and len(words) > 1:
        return Subject.THING  # "the new one", "another one"
    if _named_behind(words, head):
        head = words[words.index(head) - 1]  # "our engineer Kieran"
    if head in VISITORS:
        return Subject.VISITOR
    return Subject.OURS if head in OURS or words[0] == "one" or _is_somebody(spoken, head) else Subject.THING


def _named_behind(words: Sequence[str], head: str) -> bool:
    """Whether the head is the name of whom the word before it says what they are."""
    at = words.index(head) if head in words else 0
    if not at or head in OURS or head in NOUNS or head in _THINGS_IN_ER or not head.isalpha():
        return False
    return words[at - 1] in OURS and words[at - 1] not in _NO_TITLES


def _is_somebody(spoken: Sequence[str], head: str) -> bool:
    """A trade ("the plasterer") or a name ("Kate", "Mr Osei"), which stands without an article."""
    if head in NOUNS or head in _THINGS_IN_ER:
        return False
    if head.endswith(("man", "men", "smith")) or (len(head) > 4 and head.endswith(("er", "or", "ist", "ian", "eer"))):
        return True
    named = spoken[0] not in ARTICLES and not spoken[0].endswith("s") and len(spoken) < 4
    return named and head.isalpha() and not head.endswith(("s", "ing", "ion"))


def _last_pronoun(words: Sequence[str]) -> str:
    at = next((at for at in reversed(range(len(words))) if words[at] not in {"both", "all", "too", "also"}), 0)
    behind_one = at > 1 and words[at - 1] in _HEAD_ENDS  # "the payment to you"
    return words[at] if words[at] in _PRONOUNS and not behind_one else ""


def _head(words: Sequence[str]) -> str:
    """The noun a subject is about: "team" of "our finance team in Leeds"."""
    if len(words) > 2 and words[1] == "of" and words[2] in {"our", "the", "my"}:
        words = words[2:]
    cut = next((at for at, word in enumerate(words) if at and word in _HEAD_ENDS), len(words))
    return words[cut - 1] if words else ""
