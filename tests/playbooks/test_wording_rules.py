"""A rule somebody writes is read, tried and refused with a reason."""

from __future__ import annotations

import pytest

from playbooks import wording
from playbooks.wording import Context, FaultyRule, Rule

GOOD = {
    "id": "Z01",
    "category": "Z",
    "severity": "warn",
    "patterns": {"en": r"\bbad\b", "zh-Hans": "坏"},
    "why": "because",
    "suggest": {"en": "good", "zh-Hans": "好"},
    "tests": {"hit": ["bad"], "miss": ["good"]},
}


def rule(**data: object) -> Rule:
    return wording.read({**GOOD, **data})


def codes(**data: object) -> set[str]:
    return {fault.code for fault in wording.faults(rule(**data))}


def test_a_good_rule_has_no_fault_and_speaks() -> None:
    assert not wording.faults(rule())
    rules = wording.rule_set([rule()])
    assert [(one.rule, one.start, one.end) for one in wording.check("it is bad", rules=rules)] == [("Z01", 6, 9)]
    assert [one.why for one in wording.check("壞", rules=rules)] == ["because"]


@pytest.mark.parametrize(
    ("patterns", "code"),
    [
        ({"en": "(?=a)a"}, "look-around"),
        ({"en": "(?<!a)b"}, "look-around"),
        ({"en": r"(a)\1"}, "back-reference"),
        ({"en": "(?P<x>a)(?P=x)"}, "back-reference"),
        ({"en": "(a"}, "does-not-compile"),
        ({"en": "a*"}, "matches-nothing"),
        ({"en": r"\b"}, "matches-nothing"),
        ({"en": "^"}, "matches-nothing"),
        ({"en": "x" * 2_001}, "too-long"),
        ({"en": r"\pL{400}"}, "too-large"),
        ({"en": "(?:a{1,99}){1,99}"}, "does-not-compile"),
        ({"en": "(?&nobody) bad"}, "no-such-words"),
    ],
)
def test_a_pattern_that_cannot_be_published_is_refused_by_name(patterns: dict[str, str], code: str) -> None:
    assert codes(patterns=patterns) == {code}
    assert codes(unless=patterns) == {code}


def test_a_rule_is_tried_on_its_own_sentences() -> None:
    assert codes(tests={"hit": ["good"], "miss": ["bad"]}) == {"hit-missed", "miss-hit"}
    assert codes(tests={}) == {"no-hit", "no-miss"}
    fault = wording.faults(rule(tests={"hit": ["bad", "good"], "miss": ["fine"]}))[0]
    assert (fault.code, fault.where, fault.found) == ("hit-missed", "tests.hit.1", "good")


def test_a_rule_for_letters_is_tried_as_in_a_letter() -> None:
    assert not codes(
        context={"on": [{"channel": ["letter"], "conduct_level": 2, "redress_kinds_approved": ["refund"]}]}
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "bad"}, "bad-id"),
        ({"category": "A"}, "bad-category"),
        ({"severity": "loud"}, "bad-severity"),
        ({"patterns": {}}, "no-pattern"),
        ({"patterns": {"fr": "mal"}}, "bad-script"),
        ({"patterns": {"en": 3}}, "bad-pattern"),
        ({"patterns": {"en": [""]}}, "bad-pattern"),
        ({"patterns": ["a"]}, "bad-pattern"),
        ({"patterns": {"en": ["a"] * 201}}, "too-many"),
        ({"why": " "}, "no-why"),
        ({"suggest": {"fr": "bien"}}, "no-suggest"),
        ({"notes": "yes"}, "not-yes-or-no"),
        ({"times": 0}, "bad-number"),
        ({"context": "letters"}, "bad-context"),
        ({"context": {"on": [{"weather": ["rain"]}]}}, "bad-context"),
        ({"context": {"on": [{"role": "supervisor"}]}}, "bad-context"),
        ({"context": {"maybe": []}}, "bad-context"),
        ({"tests": {"hit": "bad"}}, "bad-tests"),
        ({"tests": ["bad"]}, "bad-tests"),
    ],
)
def test_data_that_is_no_rule_is_refused_by_name(change: dict[str, object], code: str) -> None:
    with pytest.raises(FaultyRule) as refused:
        rule(**change)
    assert code in {fault.code for fault in refused.value.faults}


def test_unless_overlapping_and_unless_in_the_sentence_excuse_a_match() -> None:
    near = wording.rule_set([rule(unless={"en": "not bad"})])
    anywhere = wording.rule_set([rule(unless_sentence={"en": "film"})])
    assert not wording.check("it is not bad", rules=near)
    assert wording.check("it is not so bad", rules=near)
    assert not wording.check("the film is bad", rules=anywhere)
    assert wording.check("the film. it is bad", rules=anywhere)


def test_what_is_said_elsewhere_in_the_message_excuses_a_match() -> None:
    rules = wording.rule_set([rule(unless_message={"en": "we repaired it"})])
    assert wording.check("it is bad", rules=rules)
    assert not wording.check("it is bad. we repaired it on Friday", rules=rules)


def test_a_rule_may_wait_for_the_fourth_time() -> None:
    rules = wording.rule_set([rule(times=4)])
    assert not wording.check("bad bad bad", rules=rules)
    assert [one.start for one in wording.check("bad bad bad bad", rules=rules)] == [12]


def test_a_rule_about_capitals_sees_them() -> None:
    rules = wording.rule_set([rule(patterns={"en": "BAD"}, case_sensitive=True)])
    assert not wording.check("bad", rules=rules)
    assert wording.check("ＢＡＤ", rules=rules)


def test_a_full_width_sign_in_a_pattern_is_that_sign() -> None:
    rules = wording.rule_set([rule(patterns={"zh-Hant": "壞嗎？"})])
    assert wording.check("坏吗?", rules=rules)
    assert not wording.check("坏", rules=rules)


def test_a_rule_without_reasons_in_the_readers_language_gives_them_in_english() -> None:
    rules = wording.rule_set([rule()])
    assert wording.check("坏", Context(language="zh-Hant", reader="zh-Hant"), rules)[0].why == "because"
    assert wording.check("坏", Context(language="zh-Hans"), rules)[0].suggest == "好"


def test_a_rule_says_whether_what_it_suggests_can_stand_in_the_message() -> None:
    taken = [wording.check("bad", rules=wording.rule_set([rule(**more)]))[0].take for more in ({}, {"take": False})]
    assert taken == [True, False]
    with pytest.raises(FaultyRule):
        rule(take="no")


def test_no_rules_find_nothing() -> None:
    assert not wording.check("we guarantee it", rules=wording.rule_set([]))
