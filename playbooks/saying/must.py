"""What a message of a kind must hold, and what would make a clean one better. Pure: the facts come with the context.

Which message needs what is data ("must" and "nudges" of wording-rules.json); how to tell is here, one small function a
need. A need answers True (it is there), False (it is missing) or None (the facts to tell were not given), and only
False is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, cast

from office import folding
from playbooks.saying.context import Context, language_of
from playbooks.saying.rules import ByLanguage, Severity, built_in_data
from playbooks.saying.scan import compiled, last_sentence, says_when

COMPONENTS: Final = ("regret", "event", "responsibility", "explanation", "repair", "prevention")
"""What an apology after a finding consists of (Lewicki et al. 2016)."""
ASKING: Final = ("what", "why", "by_when", "how", "if_not", "not_held")
"""What a request for material says; ``not_held``: we do not have it already."""

LONG_WORDS, LONG_HAN = 60, 120
PERSONAL_WORDS: Final = 30
_TOLD: Final = 0.5  # of the grams of a reason: it may be told in other sentences
_PLAYED_BACK: Final = 0.25  # of those of what happened: it is said back in our own words
_GRAM, _HAN_GRAM = 4, 2  # characters


@dataclass(frozen=True, slots=True)
class Absent:
    """A rule about what is not there: ``needs`` of a message of ``kinds`` (of any, if there are none)."""

    id: str
    severity: Severity
    kinds: frozenset[str]
    needs: tuple[str, ...]
    why: ByLanguage
    suggest: ByLanguage
    take: bool = True


@dataclass(frozen=True)
class Message:
    """A text to look through for facts: folded as the rules read it, and for finding."""

    written: str
    text: str
    context: Context

    @cached_property
    def plain(self) -> str:
        return folding.fold(self.written)

    @cached_property
    def count(self) -> folding.Count:
        return folding.words(self.text)

    def holds(self, fact: str | None) -> bool | None:
        """Whether ``fact`` is written here, however it is spelt; None without one."""
        if not fact or not fact.strip():
            return None
        return folding.fold(fact) in self.plain

    def gives(self, words: str | None, share: float = _TOLD) -> bool | None:
        """Whether at least ``share`` of ``words`` is here, in whatever order; None without any."""
        if not words or not words.strip():
            return None
        size = _HAN_GRAM if folding.has_han(words) else _GRAM
        wanted = _grams(folding.fold(words), size)
        return len(wanted & _grams(self.plain, size)) >= share * len(wanted)

    def finds(self, name: str) -> bool:
        """Whether the words called ``name`` in the data are here."""
        return compiled(f"(?&{name})", False).search(self.text.encode()) is not None


Need = Callable[[Message], "bool | None"]


def missing(message: Message) -> list[Absent]:
    """The must-contain rules that ``message`` breaks, in their order."""
    return [rule for rule in _must() if _is_missed(rule, message)]


def nudges(message: Message) -> list[Absent]:
    """What could be better in a ``message`` that is otherwise clean, in their order."""
    return [rule for rule in _nudges() if _is_missed(rule, message)]


def _is_missed(rule: Absent, message: Message) -> bool:
    if rule.kinds and message.context.kind not in rule.kinds:
        return False
    return any(NEEDS[need](message) is False for need in rule.needs)


@cache
def _must() -> tuple[Absent, ...]:
    return tuple(map(_absent, built_in_data()["must"]))


@cache
def _nudges() -> tuple[Absent, ...]:
    return tuple(_absent({**data, "severity": "nudge"}) for data in built_in_data()["nudges"])


def _absent(data: Mapping[str, Any]) -> Absent:
    return Absent(
        id=data["id"],
        severity=cast("Severity", data["severity"]),
        kinds=frozenset(data.get("kinds", ())),
        needs=tuple(data["needs"]),
        why=data["why"],
        suggest=data["suggest"],
        take=data.get("take", True),
    )


def _grams(text: str, size: int) -> set[str]:
    packed = "".join(text.split())
    return {packed[start : start + size] for start in range(max(1, len(packed) - size + 1))}


def _all(*answers: bool | None) -> bool | None:
    """Whether all that can be told is so."""
    known = [answer for answer in answers if answer is not None]
    return all(known) if known else None


def _number(message: Message) -> bool | None:
    return message.holds(message.context.number)


def _received(message: Message) -> bool | None:
    return message.holds(message.context.received)


def _played_back(message: Message) -> bool | None:
    return message.gives(message.context.matter, _PLAYED_BACK)


def _remedy_sought(message: Message) -> bool | None:
    return message.gives(message.context.remedy_sought)


def _owner(message: Message) -> bool | None:
    return message.holds(message.context.owner)


def _channel(message: Message) -> bool | None:
    return message.finds("channel") if message.context.owner else None


def _next_date(message: Message) -> bool | None:
    return says_when(message.text) if message.context.owner else None


def _outcome_word(message: Message) -> bool | None:
    return message.finds("outcome") if message.context.finding else None


def _reasons(message: Message) -> bool | None:
    issues = message.context.issues
    if issues is None:
        return None
    return all(message.gives(issue.reason) for issue in issues)


def _outside(message: Message) -> bool | None:
    scheme = message.context.scheme
    return _all(*map(message.holds, (scheme.body, scheme.limit, scheme.contact))) if scheme else None


def _remedy(message: Message) -> bool | None:
    known = message.context
    if known.finding not in {"upheld", "partly_upheld"}:
        return None
    return _all(*map(message.holds, (known.remedy, known.amount, known.remedy_date)))


def _six_components(message: Message) -> bool | None:
    ticked = message.context.components
    return None if ticked is None else ticked.issuperset(COMPONENTS)


def _signed(message: Message) -> bool | None:
    return _all(message.holds(message.context.signatory), message.holds(message.context.signed_on))


def _no_forgiveness_asked(message: Message) -> bool | None:
    return not message.finds("forgive") if message.context.signatory else None


def _extension_reason(message: Message) -> bool | None:
    return message.gives(message.context.reason)


def _new_date(message: Message) -> bool | None:
    return message.holds(message.context.new_date)


def _outside_if_late(message: Message) -> bool | None:
    scheme = message.context.scheme
    return message.holds(scheme.body) if scheme and message.context.past_legal_limit else None


def _request_complete(message: Message) -> bool | None:
    ticked = message.context.checklist
    return None if ticked is None else ticked.issuperset(ASKING)


def _next_step_last(message: Message) -> bool | None:
    if message.count.words <= LONG_WORDS and message.count.han <= LONG_HAN:
        return None
    last = last_sentence(_without_closing(message.text))
    return says_when(last) or compiled("(?&step)", False).search(last.encode()) is not None


def _without_closing(text: str) -> str:
    """``text`` up to the words one ends with: greetings, thanks, a name."""
    found = compiled("(?&farewell)", False).search(text.encode())
    return text.encode()[: found.start()].decode() if found else text


def _first_person(message: Message) -> bool | None:
    english = language_of(message.context.language, message.text) == "en"
    if not english or not message.context.personal or message.count.words <= PERSONAL_WORDS:
        return None
    return compiled(r"\bI\b", True).search(message.text.encode()) is not None


def _own_noun(message: Message) -> bool | None:
    noun = message.context.noun
    if not noun or not message.finds("generic"):
        return None
    return message.holds(noun)


def _thanked(message: Message) -> bool | None:
    return message.finds("thanks") if message.context.contributed else None


def _heard_before_money(message: Message) -> bool | None:
    if message.context.region.lower() != "cn" or not message.finds("money"):
        return None
    return _played_back(message)


def _one_apology(message: Message) -> bool | None:
    return not message.finds("sorry") if message.context.apologies_before else None


def _fixed_not_campaign(message: Message) -> bool | None:
    return not message.finds("sorry") if message.context.unnoticed else None


NEEDS: Final[Mapping[str, Need]] = {
    "number": _number,
    "received": _received,
    "played_back": _played_back,
    "remedy_sought": _remedy_sought,
    "owner": _owner,
    "channel": _channel,
    "next_date": _next_date,
    "outcome_word": _outcome_word,
    "reasons": _reasons,
    "outside": _outside,
    "remedy": _remedy,
    "six_components": _six_components,
    "signed": _signed,
    "no_forgiveness_asked": _no_forgiveness_asked,
    "extension_reason": _extension_reason,
    "new_date": _new_date,
    "outside_if_late": _outside_if_late,
    "request_complete": _request_complete,
    "next_step_last": _next_step_last,
    "first_person": _first_person,
    "own_noun": _own_noun,
    "thanked": _thanked,
    "heard_before_money": _heard_before_money,
    "one_apology": _one_apology,
    "fixed_not_campaign": _fixed_not_campaign,
}
