"""Trying a rule out before it speaks: what is wrong with it, in codes a page can explain. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import re2

from playbooks.saying.context import fitting
from playbooks.saying.letters import fold
from playbooks.saying.rules import Fault, Rule
from playbooks.saying.scan import RuleSet, compiled_small

LONGEST: Final = 2_000  # characters of one pattern
LARGEST: Final = 3_000  # RE2 instructions of one pattern: what a text can cost when it is out to cost much
LONGEST_TEST: Final = 2_000

# What RE2 says of what it cannot do.
_LOOKING: Final = ("(?=", "(?!", "(?<")
_PROBES: Final = ("", "a", "a b", "1", "好", "好。\n好", " ", "-")


def faults(rule: Rule) -> list[Fault]:
    """Everything wrong with ``rule``; none means that it can be published.

    Codes: too-long, no-such-words, look-around, back-reference, does-not-compile, too-large, matches-nothing (it
    matches where there is nothing), no-hit, no-miss, hit-missed, miss-hit, test-too-long.
    """
    found = [
        fault
        for key in ("patterns", "unless", "unless_sentence", "unless_message")
        for script, sources in getattr(rule, key).items()
        for number, source in enumerate(sources)
        for fault in _faults_of(source, rule, f"{key}.{script}.{number}")
    ]
    return found or list(_failed_tests(rule))


def _faults_of(source: str, rule: Rule, where: str) -> Iterator[Fault]:
    if len(source) > LONGEST:
        yield Fault("too-long", where, str(len(source)))
        return
    try:
        program = compiled_small(source, rule.case_sensitive)
    except KeyError as unknown:
        yield Fault("no-such-words", where, str(unknown.args[0]))
        return
    except re2.error as refused:
        yield Fault(_code(source, str(_said(refused))), where, _said(refused))
        return
    if max(program.programsize, program.reverseprogramsize) > LARGEST:
        yield Fault("too-large", where, str(program.programsize))
    elif any(match.start() == match.end() for probe in _PROBES for match in program.finditer(probe)):
        yield Fault("matches-nothing", where)


def _said(refused: Any) -> str:
    said = refused.args[0] if refused.args else b""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _code(source: str, said: str) -> str:
    if "too large" in said:
        return "too-large"
    if any(sign in said for sign in _LOOKING) and any(sign in source for sign in _LOOKING):
        return "look-around"
    if "invalid escape sequence" in said and any(f"\\{digit}" in said for digit in "123456789"):
        return "back-reference"
    return "back-reference" if "(?P" in said and "(?P=" in source else "does-not-compile"


def _failed_tests(rule: Rule) -> Iterator[Fault]:
    for key, strings in (("hit", rule.hit), ("miss", rule.miss)):
        if not strings:
            yield Fault(f"no-{key}", f"tests.{key}")
    rules, context = RuleSet([rule]), fitting(rule.context)
    for key, strings, wanted, code in (("hit", rule.hit, True, "hit-missed"), ("miss", rule.miss, False, "miss-hit")):
        for number, text in enumerate(strings):
            if len(text) > LONGEST_TEST:
                yield Fault("test-too-long", f"tests.{key}.{number}", str(len(text)))
            elif bool(rules.hits(fold(text), context)) is not wanted:
                yield Fault(code, f"tests.{key}.{number}", text)
