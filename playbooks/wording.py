"""The wording check: a text and what is known of it in, findings with their places and a better sentence out. Pure.

Findings are of four severities: ``block`` (it cannot go out like this), ``warn`` (to be confirmed once), ``hint``, and
``nudge`` when there is nothing else to say. The rules are data (playbooks/content/wording-rules.json); how they look
for what they are about stands in `playbooks.saying`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from playbooks.saying.context import Condition, Conditions, Context, Point, Scheme, language_of
from playbooks.saying.letters import fold
from playbooks.saying.must import Absent, Message, missing, nudges
from playbooks.saying.rules import Fault, FaultyRule, Rule, Severity, built_in_rules, in_language, read, tone_rule
from playbooks.saying.scan import Heard, Hit, RuleSet
from playbooks.saying.tone import built_in_tone
from playbooks.saying.trial import faults

__all__ = [
    "Condition",
    "Conditions",
    "Context",
    "Fault",
    "FaultyRule",
    "Finding",
    "Point",
    "Rule",
    "RuleSet",
    "Scheme",
    "Severity",
    "built_in",
    "built_in_rules",
    "check",
    "faults",
    "fold",
    "read",
    "rule_set",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one place: ``text[start:end]``, or the end of the text when something is missing.

    ``why`` is in the language of the reader, ``suggest`` in that of the message. ``take``: what is suggested can
    stand in the message as it is, once … and [brackets] are filled in; else it says what to do.
    """

    rule: str
    severity: Severity
    start: int
    end: int
    why: str
    suggest: str
    take: bool = True


@cache
def built_in() -> RuleSet:
    """The rules that ship, made ready once."""
    return rule_set(built_in_rules(), tone=True)


def rule_set(rules: Iterable[Rule], *, tone: bool = False, trusted: Collection[str] = ()) -> RuleSet:
    """``rules`` made ready to run: for an installation's own. Keep it; making it costs as much as many checks.

    With ``tone``, sentences that no rule stops are told of by how they sound (rule A12), and what a rule finds in one
    that sounds good is a hint; but for the rules ``trusted``, by their ids: whoever writes one knows what it is for.
    """
    return RuleSet(rules, Heard(tone_rule(), built_in_tone(), trusted) if tone else None)


def check(text: str, context: Context | None = None, rules: RuleSet | None = None) -> list[Finding]:
    """Everything to say about ``text``, by where it begins. Any text is good; time is linear in its length.

    Without ``rules``, those that ship. What is missing comes last, at the end of the text; nudges only if nothing else.
    """
    known = context or Context()
    folded = fold(text)
    message = Message(text, folded.text, known)
    found = [_of_hit(hit, text, known) for hit in (rules or built_in()).hits(folded, known)]
    found += [_of_absent(rule, text, known) for rule in missing(message)]
    return found or [_of_absent(rule, text, known) for rule in nudges(message)]


def _of_hit(hit: Hit, text: str, context: Context) -> Finding:
    rule = hit.rule
    severity: Severity = "warn" if rule.severity == "block" and rule.context.softer(context) else rule.severity
    severity = "hint" if hit.doubted else severity
    return Finding(rule.id, severity, hit.start, hit.end, *_words(rule, text, context), rule.take)


def _of_absent(rule: Absent, text: str, context: Context) -> Finding:
    return Finding(rule.id, rule.severity, len(text), len(text), *_words(rule, text, context), rule.take)


def _words(rule: Rule | Absent, text: str, context: Context) -> tuple[str, str]:
    return (
        in_language(rule.why, context.told(text)),
        in_language(rule.suggest, language_of(context.language, text)),
    )
