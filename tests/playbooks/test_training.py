"""What the training asks is whole, and a round asks first what somebody did not know."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks import training as t

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
RAW = json.loads((t.CONTENT / "training.json").read_text("utf-8"))
FIGURES = json.loads((t.CONTENT / "formulas.json").read_text("utf-8"))


def test_the_self_test_has_six_statements_and_they_are_not_asked_in_practice() -> None:
    assert [one.source.kind for one in t.beliefs()] == ["playbook"] * 6
    assert [one.answer for one in t.beliefs()] == ["false"] * 4 + ["true"] * 2
    assert not {one.id for one in t.beliefs()} & {one.id for one in t.practice()}
    assert len(t.practice()) + 6 == len(t.questions())


def test_every_topic_has_something_to_practise() -> None:
    assert all(t.practice(topic) for topic in t.topics())
    assert t.practice("astrology") == ()


def test_every_question_can_be_read_and_answered_in_three_languages() -> None:
    for one in t.questions():
        assert one.answer in one.choices
        for language in t.LANGUAGES:
            assert t.in_language(one.asked, language)
            assert t.in_language(one.explanation, language)
            assert all(t.in_language(text, language) for text in one.options.values())


def test_the_right_answer_is_not_always_in_the_same_place() -> None:
    choices = [one for one in t.practice() if one.options]
    first = sum(one.ordered("1")[0] == one.answer for one in choices)
    assert 0 < first < len(choices)
    assert {one.ordered("1") for one in choices} != {tuple(one.options) for one in choices}


def test_the_order_of_the_answers_stays_in_one_round_and_changes_between_rounds() -> None:
    many = t.question("apologise-real")
    assert many is not None
    assert many.ordered("7") == many.ordered("7")
    assert len({many.ordered(str(seed)) for seed in range(20)}) > 5
    statement = t.question("belief-1")
    assert statement is not None
    assert statement.ordered("7") == ("true", "false")


def test_a_question_that_left_the_bank_is_simply_not_there() -> None:
    assert t.question("from-an-older-edition") is None


def test_a_language_nobody_speaks_here_is_answered_in_english() -> None:
    assert t.in_language({"en": "Listen", "zh-Hans": "倾听"}, "fr") == "Listen"


# The next round -------------------------------------------------------------------------------------------------------


def test_what_was_wrong_comes_first_then_what_was_never_asked_then_what_was_right() -> None:
    pool = t.practice("listen")
    first, second, third, fourth = (one.id for one in pool)
    last = {
        third: t.Last(right=False, at=NOW),
        first: t.Last(right=True, at=NOW),
        fourth: t.Last(right=False, at=NOW - timedelta(days=3)),
    }
    assert t.next_round(pool, last, seed="x") == [fourth, third, second, first]


def test_what_was_right_longest_ago_comes_back_first() -> None:
    pool = t.practice()
    last = {one.id: t.Last(right=True, at=NOW - timedelta(days=place)) for place, one in enumerate(pool)}
    assert t.next_round(pool, last, seed="x") == [one.id for one in reversed(pool[-8:])]


def test_a_mixed_round_has_eight_questions_of_several_topics() -> None:
    ids = t.next_round(t.practice(), {}, seed="mei 1")
    topics = {one.topic for one in t.practice() if one.id in ids}
    assert len(set(ids)) == t.ROUND
    assert len(topics) > 3
    assert ids != t.next_round(t.practice(), {}, seed="mei 2")


@given(st.dictionaries(st.sampled_from([one.id for one in t.practice()]), st.booleans()), st.text(max_size=5))
def test_nothing_is_asked_twice_and_nothing_wrong_waits_behind_something_else(
    known: dict[str, bool], seed: str
) -> None:
    last = {name: t.Last(right=right, at=NOW) for name, right in known.items()}
    ids = t.next_round(t.practice(), last, seed=seed)
    rank = [0 if known.get(name) is False else 1 if name not in known else 2 for name in ids]
    assert len(set(ids)) == len(ids) == t.ROUND
    assert rank == sorted(rank)


# What cannot be used --------------------------------------------------------------------------------------------------


def spoilt(number: int, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(RAW)
    data["questions"][number] |= changes
    return data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (spoilt(6, id="belief-1"), "belief-1: twice"),
        (spoilt(6, id="x" * 61), "bad id"),
        (spoilt(6, topic="astrology"), "unknown topic astrology"),
        (spoilt(6, difficulty=9), "difficulty 9"),
        (spoilt(6, question={"en": "What?", "zh-Hans": " "}), "question: nothing in zh-Hans"),
        (spoilt(6, explanation=None), "explanation: nothing in en"),
        (spoilt(6, source={}), "needs one source"),
        (spoilt(6, source={"playbook": "a", "wording": "V01"}), "needs one source"),
        (spoilt(6, answer="z"), "none of the options"),
        (spoilt(6, options=[{"id": "a", "en": "A"}]), "options ['a']"),
        (spoilt(6, kind="essay"), "unknown kind essay"),
        (spoilt(0, answer="false"), "true or false"),
        (spoilt(0, source={"self_test": 2, "playbook": "refusal"}), "self-test: statements"),
        (RAW | {"topics": {**RAW["topics"], "x" * 25: {}}}, "too long"),
    ],
)
def test_a_bank_that_cannot_be_asked_says_what_is_wrong(data: dict[str, Any], says: str) -> None:
    with pytest.raises(t.FaultyTraining, match=says.replace("[", r"\[").replace("]", r"\]")):
        t.read(data)


# The figures trainers quote -------------------------------------------------------------------------------------------


def test_every_figure_says_how_good_it_is_and_what_it_may_be_used_for() -> None:
    for one in t.formulas():
        for text in (one.statement, one.source, one.grade_name, one.grade_meaning, one.use_words, one.guidance):
            assert all(t.in_language(text, language) for language in t.LANGUAGES)


def test_a_measured_figure_comes_as_a_range_and_folklore_without_one() -> None:
    by_key = {one.key: one for one in t.formulas()}
    assert (by_key["iceberg"].span, by_key["iceberg"].unit["en"]) == ("2–30", "silent customers per complaint")
    assert (by_key["iceberg-serious"].span, by_key["iceberg-serious"].year) == ("", "")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"grade": "true"}, "unknown grade"),
        ({"use": "adverts"}, "unknown use"),
        ({"guidance": {}}, "guidance: nothing in en"),
        ({"range": {"low": 1, "high": 2, "unit": "furlongs"}}, "bad range"),
    ],
)
def test_a_figure_that_cannot_be_shown_says_what_is_wrong(changes: dict[str, Any], says: str) -> None:
    data = copy.deepcopy(FIGURES)
    data["formulas"][0] |= changes
    with pytest.raises(t.FaultyTraining, match=says):
        t.read_formulas(data)
