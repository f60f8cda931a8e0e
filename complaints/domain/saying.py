"""Our own words before they leave: what their author answers to the wording check, and why they may not go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from office.errors import Conflict
from playbooks.wording import Finding

BLOCKED: Final = "wording-blocked"
UNCONFIRMED: Final = "wording-unconfirmed"
STOPS: Final = ("block", "warn")
SAID: Final = ("reply", "outcome")
"""Contacts that are words of ours to the customer; notes of ours are judged as notes, the customer's words never."""

SPOKEN: Final = ("phone", "in_person")
"""What was said there is told in a note of ours, not in the words themselves."""

FOLLOW_UP_OF: Final = {"call": "call_back", "update": "update"}
"""What a promise becomes, by its kind; every other is a promise."""


@dataclass(frozen=True)
class Answer:
    """What the author says to the check.

    ``confirmed``: rules whose warning they have read. ``shown``: what they were shown while writing, as rule and
    severity ("P01:warn"). ``ask``: put it before a supervisor, since it cannot go out like this.
    """

    confirmed: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    ask: bool = False


@dataclass(frozen=True)
class Vow:
    """A promise found in our words that its author keeps: the follow-up it becomes. ``due_at`` in UTC."""

    kind: str
    text: str
    due_at: datetime
    due_kind: str = "by"


class Stopped(Conflict):
    """The wording check does not let these words out like this (409). ``findings`` is everything it said."""

    sentence = _("The wording check stops this")

    def __init__(self, code: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        blocked = _("A sentence must be changed first, or put before a supervisor")
        super().__init__(blocked if code == BLOCKED else _("Read the warnings and confirm them"), code=code)


def stopped(findings: Sequence[Finding], answer: Answer, *, leaves: bool) -> Stopped | None:
    """Why these words may not leave yet; None when they may, or when a supervisor is asked.

    Of what only goes on record (``leaves`` False), as notes and what was said elsewhere, nobody confirms a warning.
    """
    if any(finding.severity == "block" for finding in findings):
        return None if answer.ask else Stopped(BLOCKED, findings)
    if not leaves:
        return None
    warned = {finding.rule for finding in findings if finding.severity == "warn"}
    return Stopped(UNCONFIRMED, findings) if warned - answer.confirmed else None


def is_held(findings: Iterable[Finding]) -> bool:
    """Whether only a supervisor can let these words out."""
    return any(finding.severity == "block" for finding in findings)


def mended(findings: Iterable[Finding], answer: Answer) -> list[tuple[str, str]]:
    """Rules (with severity) that were shown and are gone."""
    still = {finding.rule for finding in findings}
    pairs = [entry.partition(":")[::2] for entry in sorted(answer.shown)]
    return [(rule, severity) for rule, severity in pairs if rule not in still and severity in (*STOPS, "hint")]
