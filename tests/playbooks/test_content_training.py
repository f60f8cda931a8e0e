"""What people are taught here is complete in three languages, has one right answer, and tells fact from folklore."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from office.folding import has_han
from office.folding_table import SIMPLIFIED, TRADITIONAL

CONTENT = Path(__file__).parents[2] / "playbooks" / "content"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
TOPICS = {
    "listen", "empathise", "apologise", "resolve", "promises", "deadlines", "wording", "conduct", "access-and-needs",
    "second-line", "records", "privacy",
}  # fmt: skip
GRADES_FOR_FIGURES = {"sourced", "upper_end", "conditional"}

# Characters that the table gives as Simplified and that Taiwan writes too (出 is also what 齣 becomes).
BOTH_ALPHABETS = set("出同面查才只表核家真回修愈合向板准卷台制私即致教吃升注困既系划群佛千里挽游布症")
ONLY_SIMPLIFIED = set(SIMPLIFIED) - set(TRADITIONAL) - BOTH_ALPHABETS
ONLY_TRADITIONAL = set(TRADITIONAL) - set(SIMPLIFIED)


@cache
def content(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((CONTENT / f"{name}.json").read_text("utf-8"))
    return read


def translated(node: Any) -> Iterator[dict[str, str]]:
    """Every text in three languages, wherever it stands."""
    if isinstance(node, dict):
        if "en" in node:
            yield {language: node[language] for language in LANGUAGES}
        for value in node.values():
            yield from translated(value)
    elif isinstance(node, list):
        for item in node:
            yield from translated(item)


QUESTIONS: list[dict[str, Any]] = content("training")["questions"]
CHOICES = [question for question in QUESTIONS if question["kind"] == "choice"]
FORMULAS: list[dict[str, Any]] = content("formulas")["formulas"]


@pytest.mark.parametrize("name", ["training", "formulas"])
class TestLanguages:
    def test_every_text_is_there_in_all_three(self, name: str) -> None:
        texts = list(translated(content(name)))
        assert texts
        assert all(text[language].strip() == text[language] != "" for text in texts for language in LANGUAGES)

    def test_chinese_is_not_english_left_over(self, name: str) -> None:
        sentences = [text for text in translated(content(name)) if len(re.findall("[A-Za-z]{2,}", text["en"])) > 4]
        assert sentences
        assert all(has_han(text[language]) for text in sentences for language in ("zh-Hans", "zh-Hant"))
        assert not any(has_han(text["en"]) for text in sentences)

    def test_each_script_keeps_to_itself(self, name: str) -> None:
        for text in translated(content(name)):
            assert not set(text["zh-Hant"]) & ONLY_SIMPLIFIED, text["zh-Hant"]
            assert not set(text["zh-Hans"]) & ONLY_TRADITIONAL, text["zh-Hans"]

    def test_quotation_marks_are_those_of_the_place(self, name: str) -> None:
        for text in translated(content(name)):
            assert not re.search("[“”‘’\"']", text["zh-Hant"])
            assert not re.search("[「」『』\"']", text["zh-Hans"])
            assert not re.search("[「」『』\"']", text["en"])

    def test_taiwan_says_it_in_its_own_words(self, name: str) -> None:
        elsewhere = re.compile("投訴|聯繫|短信|信息|質量|視頻|賬戶|反饋|渠道|上門|快遞|軟件|網絡|默認")
        assert not [text["zh-Hant"] for text in translated(content(name)) if elsewhere.search(text["zh-Hant"])]


class TestQuestions:
    def test_the_six_beliefs_come_first_and_are_answered_as_we_hold_them(self) -> None:
        assert [(question["id"], question["answer"]) for question in QUESTIONS[:6]] == [
            ("belief-1", False),
            ("belief-2", False),
            ("belief-3", False),
            ("belief-4", False),
            ("belief-5", True),
            ("belief-6", True),
        ]
        assert all(question["kind"] == "belief" for question in QUESTIONS[:6])

    def test_at_least_36_more_cover_every_topic(self) -> None:
        bank = QUESTIONS[6:]
        assert len(bank) >= 36
        assert {question["kind"] for question in bank} == {"choice", "truefalse"}
        assert min(Counter(question["topic"] for question in bank).values()) >= 3
        assert set(content("training")["topics"]) == TOPICS == {question["topic"] for question in bank}

    def test_every_id_is_a_slug_of_its_own(self) -> None:
        ids = [question["id"] for question in QUESTIONS]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", name) for name in ids)

    def test_nothing_is_asked_twice(self) -> None:
        for language in LANGUAGES:
            asked = [question["question"][language] for question in QUESTIONS]
            assert len(asked) == len(set(asked))

    def test_difficulty_is_one_to_three_and_all_are_used(self) -> None:
        assert {question["difficulty"] for question in QUESTIONS} == {1, 2, 3}

    def test_a_choice_has_three_or_four_options_and_one_of_them_is_right(self) -> None:
        for question in CHOICES:
            ids = [option["id"] for option in question["options"]]
            assert ids == list("abcd")[: len(ids)]
            assert len(ids) in (3, 4)
            assert question["answer"] in ids
            for language in LANGUAGES:
                assert len({option[language] for option in question["options"]}) == len(ids)

    def test_a_statement_is_true_or_false_and_neither_is_a_safe_guess(self) -> None:
        answers = [question["answer"] for question in QUESTIONS if question["kind"] != "choice"]
        assert all(answer in (True, False) and isinstance(answer, bool) for answer in answers)
        assert 0.35 < sum(answers) / len(answers) < 0.65

    def test_the_place_of_the_right_option_gives_nothing_away(self) -> None:
        places = Counter(question["answer"] for question in CHOICES)
        assert max(places.values()) <= 0.45 * len(CHOICES)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_length_of_the_right_option_gives_nothing_away(self, language: str) -> None:
        longest = shortest = 0
        for question in CHOICES:
            lengths = {option["id"]: len(option[language]) for option in question["options"]}
            right = lengths.pop(question["answer"])
            assert 0.8 * min(lengths.values()) <= right <= 1.2 * max(lengths.values()), question["id"]
            longest += right > max(lengths.values())
            shortest += right < min(lengths.values())
        assert max(longest, shortest) <= 0.4 * len(CHOICES)

    def test_an_explanation_says_more_than_right_or_wrong(self) -> None:
        for question in QUESTIONS:
            assert len(question["explanation"]["en"].split()) >= 18, question["id"]
            assert min(len(question["explanation"][language]) for language in ("zh-Hans", "zh-Hant")) >= 35

    def test_every_source_can_be_looked_up(self) -> None:
        playbooks = {playbook["key"] for playbook in content("playbooks")["playbooks"]}
        for question in QUESTIONS:
            source = question["source"]
            assert source
            assert set(source) <= {"playbook", "standard", "research", "wording", "self_test"}
            assert source.get("playbook") is None or source["playbook"] in playbooks
            assert re.fullmatch("[A-Z][0-9]{2}", source.get("wording", "N01"))
            assert all(value for value in source.values())


class TestFormulas:
    def test_every_key_is_its_own(self) -> None:
        keys = [formula["key"] for formula in FORMULAS]
        assert len(keys) == len(set(keys)) >= 15

    def test_grades_uses_and_units_have_words(self) -> None:
        words = content("formulas")
        assert {formula["grade"] for formula in FORMULAS} == set(words["grades"])
        assert {formula["use"] for formula in FORMULAS} == set(words["uses"]) == {"training", "figure"}
        units = {formula[part]["unit"] for formula in FORMULAS for part in ("value", "range") if formula[part]}
        assert units == set(words["units"])

    def test_only_what_has_a_source_and_a_range_may_stand_among_figures(self) -> None:
        for formula in FORMULAS:
            if formula["use"] == "figure":
                assert formula["grade"] in GRADES_FOR_FIGURES
                assert formula["range"]
                assert formula["year"]
            else:
                assert formula["grade"] not in GRADES_FOR_FIGURES

    def test_a_range_runs_upwards(self) -> None:
        ranges = [formula["range"] for formula in FORMULAS if formula["range"]]
        assert all(found["low"] < found["high"] for found in ranges)

    def test_each_says_how_it_may_and_may_not_be_used(self) -> None:
        for formula in FORMULAS:
            guidance = formula["guidance"]
            assert "may not" in guidance["en"] or "never" in guidance["en"]
            assert "不能" in guidance["zh-Hans"]
            assert "不能" in guidance["zh-Hant"]

    def test_a_calculation_comes_to_what_the_formula_says(self) -> None:
        found = {formula["key"]: formula["calculation"] for formula in FORMULAS if "calculation" in formula}
        given = {key: {i["key"]: i["default"] for i in each["inputs"]} for key, each in found.items()}
        c, r = given["iceberg"]["c"], given["iceberg"]["r"]
        s, t = given["reach"]["s"], given["reach"]["t"]
        n, k, m = (given["hundred-equation"][key] for key in "nkm")
        assert {key: each["result"] for key, each in found.items()} == {
            "iceberg": pytest.approx(c * (1 - r) / r),
            "reach": (1 + s) * t,
            "hundred-equation": n - 1 - k - k * m,
        }
        assert all(i["low"] <= i["default"] <= i["high"] for each in found.values() for i in each["inputs"])

    def test_what_nobody_could_find_at_all_is_not_shown(self) -> None:
        told = " ".join(formula["statement"]["en"] + formula["name"]["en"] for formula in FORMULAS)
        assert not re.search(r"Gates|20/80|1,800", told)
