"""What is known of a message and its case, and the conditions under which a rule speaks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
NOTE: Final = "note"


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered point of a complaint, and the reason we give for what we found about it."""

    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Who may be asked outside: the body, until when or how long, and how to reach it, as they are to be written."""

    body: str
    limit: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know. Whatever is not known stays empty, and rules that need it say nothing.

    ``language`` is that of the message, ``reader`` that of the person who is warned (the same if empty); BCP 47 tags.
    ``kind`` is the kind of message: reply, acknowledgement, update, hand_over, final_response, refusal, apology_letter,
    extension, material_request, public_reply, note (internal), evidence_log (restricted), or nothing.
    ``names`` are product and brand names, which no rule is about. ``saved_promise``: the promises of this text are kept
    as follow-ups. ``region`` is an ISO 3166 code ("cn", "tw", "hk", "gb").

    The rest are facts of the record for what a message must hold, each as it is to be written in the text.
    """

    language: str = ""
    reader: str = ""
    channel: str = ""
    step: str = ""
    kind: str = ""
    scope: str = "complaint"
    finding: str = ""
    redress_kinds_approved: tuple[str, ...] = ()
    role: str = ""
    conduct_level: int = 0
    region: str = ""
    saved_promise: bool = False
    approved_by: str = ""
    names: tuple[str, ...] = ()

    number: str | None = None
    received: str | None = None
    matter: str | None = None
    remedy_sought: str | None = None
    owner: str | None = None
    issues: tuple[Point, ...] | None = None
    scheme: Scheme | None = None
    past_legal_limit: bool = False
    remedy: str | None = None
    amount: str | None = None
    remedy_date: str | None = None
    signatory: str | None = None
    signed_on: str | None = None
    components: frozenset[str] | None = None
    checklist: frozenset[str] | None = None
    reason: str | None = None
    new_date: str | None = None

    noun: str | None = None
    contributed: bool = False
    apologies_before: int = 0
    unnoticed: bool = False
    personal: bool = True

    def told(self, *texts: str) -> str:
        """The language somebody reads: of the reader, else of the message, else of ``texts``; one of LANGUAGES."""
        return language_of(self.reader or self.language, *texts)


KEYS: Final[Mapping[str, type]] = {
    "channel": str,
    "step": str,
    "kind": str,
    "scope": str,
    "finding": str,
    "redress_kinds_approved": tuple,
    "role": str,
    "conduct_level": int,
    "region": str,
    "language": str,
    "saved_promise": bool,
    "approved_by": str,
}
"""What a condition may ask for, and what it is."""

Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a rule speaks: in one of ``on`` (always, if there is none), in none of ``off``; in ``warn`` it only warns.

    Each is a row of conditions, of which one is enough. A condition names keys of the context, all of which must fit:
    a list of values holds one of them; ``true``; or a whole number, which is the least.
    """

    on: tuple[Condition, ...] = ()
    off: tuple[Condition, ...] = ()
    warn: tuple[Condition, ...] = ()

    def speaks(self, context: Context) -> bool:
        if any(fits(condition, context) for condition in self.off):
            return False
        return not self.on or any(fits(condition, context) for condition in self.on)

    def softer(self, context: Context) -> bool:
        return any(fits(condition, context) for condition in self.warn)


def fits(condition: Condition, context: Context) -> bool:
    """Whether all of ``condition`` is so in ``context``."""
    return all(_fits(wanted, getattr(context, key)) for key, wanted in condition.items())


def _fits(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, bool):
        return bool(actual) is wanted
    if isinstance(wanted, int):
        return bool(actual >= wanted)
    if isinstance(actual, tuple):
        return not set(wanted).isdisjoint(actual)
    return actual.lower() in {value.lower() for value in wanted}


def sound(condition: Any) -> bool:
    """Whether ``condition`` asks only what a context knows, in a way it can be asked."""
    if not isinstance(condition, Mapping) or not condition:
        return False
    return all(key in KEYS and _answerable(KEYS[key], wanted) for key, wanted in condition.items())


def _answerable(kind: type, wanted: Any) -> bool:
    if kind in {bool, int}:
        return type(wanted) is kind
    return isinstance(wanted, Sequence) and not isinstance(wanted, str) and all(isinstance(one, str) for one in wanted)


def language_of(tag: str, *texts: str) -> str:
    """One of LANGUAGES for a BCP 47 tag; without any, Chinese if ``texts`` are, else English."""
    code, *more = tag.lower().replace("_", "-").split("-")
    if code in {"zh", "yue", "cmn"}:
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(more) or code == "yue" else "zh-Hans"
    if not tag and any("一" <= character <= "鿿" for text in texts for character in text):
        return "zh-Hans"
    return "en"


def fitting(conditions: Conditions) -> Context:
    """A context in which ``conditions`` let a rule speak: for trying it out."""
    values: dict[str, Any] = {}
    for key, wanted in (conditions.on[0] if conditions.on else {}).items():
        values[key] = tuple(wanted) if KEYS[key] is tuple else wanted[0] if KEYS[key] is str else wanted
    return Context(**values)
