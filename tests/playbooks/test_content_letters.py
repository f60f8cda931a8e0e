"""A letter from here says what it has to, in the customer's language, and nothing that it may not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaints.domain.apology import regret_faults
from office.folding import has_han
from office.folding_table import SIMPLIFIED, TRADITIONAL
from playbooks import wording

LETTERS_FILE = Path(__file__).parents[2] / "playbooks" / "content" / "letters.json"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
CONTENT: dict[str, Any] = json.loads(LETTERS_FILE.read_text("utf-8"))
LETTERS: dict[str, dict[str, Any]] = {letter["key"]: letter for letter in CONTENT["letters"]}
FIELDS: dict[str, dict[str, Any]] = {field["key"]: field for field in CONTENT["fields"]}
FACTS = {fact["key"] for fact in CONTENT["facts"]}
COMPONENTS = ("regret", "event", "responsibility", "explanation", "repair", "prevention")

# Characters that the table gives as Simplified and that Taiwan writes too (出 is also what 齣 becomes).
BOTH_ALPHABETS = set("出同面查才只表核家真回修愈合向板准卷台制私即致教吃升注困既系划群佛千里挽游布症")
ONLY_SIMPLIFIED = set(SIMPLIFIED) - set(TRADITIONAL) - BOTH_ALPHABETS
ONLY_TRADITIONAL = set(TRADITIONAL) - set(SIMPLIFIED)

_FIELD = re.compile(r"\{\{(\w+)\}\}")

# What the wording rules stop or question, in the sentences that stand in every letter.
UNWANTED = {
    "en": re.compile(
        r"\bif\b|\bbut\b|inconvenience|rest assured|be assured|valued|as soon as possible|\bsoon\b|shortly"
        r"|in due course|guarantee|promise|never again|policy|pursuant|herewith|kindly|misunderst|forgive"
        r"|your understanding|patience|unfortunately|relevant|someone will|have to|must\b|!",
        re.IGNORECASE,
    ),
    "zh-Hans": re.compile(
        "如果|若|如有|但是|不过|不便|谅解|见谅|原谅|包涵|理解和支持|尽快|稍后|近期|保证|绝对|一定|放心|承诺|特此|兹|予以|不予"
        "|误会|相关部门|专人|耐心|你(?!们)|亲爱|尊贵|规定"
    ),
    "zh-Hant": re.compile(
        "如果|若|如有|但是|不過|不便|諒解|見諒|原諒|包涵|儘快|盡快|稍後|近期|保證|絕對|一定|放心|承諾|特此|茲|予以|不予"
        "|誤會|相關單位|專人|耐心|你|尊貴|規定|投訴|聯繫|短信|信息|質量|賬戶|渠道|上門"
    ),
}


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


def fixed(letter: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in letter["parts"] if "text" in part]


def named(text: str) -> set[str]:
    return set(_FIELD.findall(text))


def always(key: str) -> set[str]:
    """The fields that this letter always has, whatever is on file."""
    parts = fixed(LETTERS[key])
    return {field for part in parts if part["condition"] is None for field in named(part["text"]["en"])}


def where(key: str, condition: str) -> set[str]:
    """The fields that this letter has where the fact holds."""
    parts = fixed(LETTERS[key])
    return {field for part in parts if part["condition"] == condition for field in named(part["text"]["en"])}


def written(key: str, language: str) -> str:
    """The fixed sentences with the examples filled in."""
    lines = [part["text"][language] for part in fixed(LETTERS[key]) if part["condition"] != "name_unknown"]
    return _FIELD.sub(lambda found: FIELDS[found[1]]["example"][language], "\n".join(lines))


def test_there_is_a_letter_for_each_occasion() -> None:
    assert list(LETTERS) == [
        "acknowledgement", "holding_update", "final_response", "refusal", "regret", "apology", "goodwill",
        "contact_restriction",
    ]  # fmt: skip


class TestLanguages:
    def test_every_text_is_there_in_all_three(self) -> None:
        texts = list(translated(CONTENT))
        assert texts
        assert all(text[language].strip() == text[language] != "" for text in texts for language in LANGUAGES)

    def test_each_script_keeps_to_itself(self) -> None:
        for text in translated(CONTENT):
            assert not has_han(text["en"])
            assert not set(text["zh-Hant"]) & ONLY_SIMPLIFIED, text["zh-Hant"]
            assert not set(text["zh-Hans"]) & ONLY_TRADITIONAL, text["zh-Hans"]
            assert not re.search("[“”‘’\"']", text["zh-Hant"])
            assert not re.search("[「」『』\"']", text["zh-Hans"])

    def test_a_letter_has_the_same_facts_in_every_language(self) -> None:
        for letter in LETTERS.values():
            sets = [{field for part in fixed(letter) for field in named(part["text"][lang])} for lang in LANGUAGES]
            assert sets[0] == sets[1] == sets[2] == set(letter["fields"])

    def test_people_are_addressed_and_taken_leave_of_as_is_usual_there(self) -> None:
        for key in LETTERS:
            english, simplified, traditional = (written(key, language) for language in LANGUAGES)
            assert "Dear Ms Wang," in english
            assert "Yours sincerely,\n\nChen Guang" in english
            assert "王女士：\n您好！" in simplified
            assert "此致\n敬礼！" in simplified
            assert simplified.endswith("服务经理 陈光\n2026年5月18日")
            assert "王女士 您好：" in traditional
            assert "敬祝\n安好" in traditional
            assert "陳光 敬上\n2026年5月18日" in traditional

    def test_whoever_has_no_name_on_file_is_not_addressed_by_a_gap(self) -> None:
        for key in LETTERS:
            assert "customer_name" not in where(key, "name_unknown")
            assert where(key, "name_unknown") >= {"signatory_name", "signatory_role"}


class TestShape:
    def test_every_merge_field_is_on_the_closed_list_and_used(self) -> None:
        assert {field for letter in LETTERS.values() for field in letter["fields"]} == set(FIELDS)
        assert len(FIELDS) == len(CONTENT["fields"])
        assert all(field["from"] for field in FIELDS.values())

    def test_every_fact_is_on_the_closed_list_and_used(self) -> None:
        asked = {part["condition"] for letter in LETTERS.values() for part in letter["parts"]} - {None}
        needed = {fact for letter in LETTERS.values() for fact in (*letter["requires"], *letter["excludes"])}
        assert asked | needed == FACTS
        assert len(FACTS) == len(CONTENT["facts"])

    def test_what_a_letter_cannot_do_without_is_among_its_fields(self) -> None:
        for letter in LETTERS.values():
            assert always(letter["key"]) <= set(letter["required_fields"]) <= set(letter["fields"])

    def test_blocks_have_names_of_their_own(self) -> None:
        for letter in LETTERS.values():
            names = [part["id"] for part in letter["parts"]]
            assert len(names) == len(set(names))
            assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in names)

    def test_a_block_is_either_written_here_or_by_the_author(self) -> None:
        for letter in LETTERS.values():
            for part in letter["parts"]:
                assert ("text" in part) != (part.get("author") is True and "prompt" in part)
                assert part["component"] in (None, *COMPONENTS)
                assert part["editable"] or "text" in part

    def test_numbers_findings_remedies_and_rights_cannot_be_edited(self) -> None:
        locked = {"number", "outcome", "findings", "redress", "prevention", "external_body", "review_answer_within"}
        for letter in LETTERS.values():
            for part in fixed(letter):
                if part["id"] in ("received", "salutation", "add-more") or not named(part["text"]["en"]) & locked:
                    continue
                assert part["editable"] is False, (letter["key"], part["id"])

    def test_the_checklist_has_the_six_components(self) -> None:
        assert tuple(check["component"] for check in CONTENT["checks"]) == COMPONENTS


class TestWording:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_fixed_sentence_hedges_presses_or_over_promises(self, language: str) -> None:
        for key, letter in LETTERS.items():
            for part in fixed(letter):
                text = part["text"][language].replace("您好！", "").replace("敬礼！", "")
                found = UNWANTED[language].search(text)
                assert found is None, (key, part["id"], found)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_wording_check_neither_blocks_nor_warns(self, language: str) -> None:
        for key in LETTERS:
            finding = "upheld" if key == "apology" else ""
            found = wording.check(written(key, language), wording.Context(channel="letter", finding=finding))
            assert not [each for each in found if each.severity in ("block", "warn")], key

    @pytest.mark.parametrize("key", LETTERS)
    def test_we_are_sorry_once_at_most_in_our_own_sentences(self, key: str) -> None:
        assert len(re.findall("sorry|apolog|regret", written(key, "en"), re.IGNORECASE)) <= 1
        assert len(re.findall("抱歉|道歉|歉意|致歉", written(key, "zh-Hans"))) <= 1
        assert len(re.findall("抱歉|道歉|歉意|致歉", written(key, "zh-Hant"))) <= 1


class TestMustContain:
    def test_an_acknowledgement_has_number_date_playback_owner_channel_and_next_date(self) -> None:
        assert always("acknowledgement") >= {"number", "received_on", "issues", "owner", "contact", "next_update_on"}
        assert where("acknowledgement", "remedy_known") == {"remedy_sought"}

    def test_an_update_names_the_next_date_and_a_late_one_the_old_and_the_new(self) -> None:
        assert always("holding_update") >= {"number", "owner", "contact", "next_update_on"}
        assert where("holding_update", "answer_delayed") == {"earlier_answer_by", "answer_by"}
        reason = next(part for part in LETTERS["holding_update"]["parts"] if part["id"] == "reason")
        assert (reason["author"], reason["condition"], reason["optional"]) == (True, "answer_delayed", False)
        assert where("holding_update", "legal_limit_passed") >= {"external_body", "external_time_limit"}

    def test_a_decision_has_an_outcome_and_a_reason_for_every_issue_and_the_way_on(self) -> None:
        assert always("final_response") >= {"outcome", "findings", "review_answer_within", "contact", "case_page"}
        assert where("final_response", "redress_agreed") == {"redress"}
        assert where("final_response", "scheme_applies") == {
            "external_body", "external_contact", "external_time_limit",
        }  # fmt: skip
        order = [part["id"] for part in LETTERS["final_response"]["parts"]]
        wanted = ["decision", "findings", "redress", "prevention", "review", "external-body", "close"]
        assert [name for name in order if name in wanted] == wanted
        assert all(word in FIELDS["findings"]["example"]["en"] for word in ("upheld", "not upheld"))

    def test_a_refusal_says_no_first_then_why_then_what_is_possible_and_where_to_go(self) -> None:
        order = [part["id"] for part in LETTERS["refusal"]["parts"]]
        wanted = ["salutation", "no", "reason", "alternative", "review", "external-body"]
        assert [name for name in order if name in wanted] == wanted
        theirs = {part["id"] for part in LETTERS["refusal"]["parts"] if part.get("author") and not part["optional"]}
        assert theirs == {"no", "reason", "alternative"}

    def test_early_regret_decides_nothing(self) -> None:
        letter = LETTERS["regret"]
        assert "no_finding_yet" in letter["requires"]
        assert not {part["component"] for part in letter["parts"]} & {"responsibility", "explanation", "prevention"}
        assert (
            letter["parts"][[part["id"] for part in letter["parts"]].index("salutation-no-name") + 1]["id"] == "regret"
        )
        for language in LANGUAGES:
            assert regret_faults(written("regret", language)) == ()
            assert not re.search("responsib|fault|责任|責任|过错|過錯|失误|疏失", written("regret", language))

    def test_an_apology_needs_a_finding_and_has_all_six_components(self) -> None:
        letter = LETTERS["apology"]
        assert {"issue_upheld", "signatory_named"} <= set(letter["requires"])
        assert letter["approval"] is True
        for redress in ("redress_agreed", "upheld_without_redress"):
            for prevention in ("prevention_recorded", "prevention_none"):
                holding = {None, redress, prevention}
                there = {part["component"] for part in letter["parts"] if part["condition"] in holding}
                assert there - {None} == set(COMPONENTS)
        assert "upheld_issues" in always("apology")
        assert "责任在我们" in written("apology", "zh-Hans")

    def test_goodwill_is_dated_owed_to_nobody_and_asks_nothing(self) -> None:
        assert always("goodwill") >= {"goodwill", "goodwill_by", "owner", "contact"}
        assert "You need not sign or withdraw anything" in written("goodwill", "en")

    def test_a_restriction_names_the_conduct_the_measure_its_end_the_open_way_and_the_objection(self) -> None:
        assert always("contact_restriction") >= {
            "conduct_record", "restriction_measure", "restriction_from", "restriction_until", "restriction_review_on",
            "open_channel", "objection_contact", "objection_answer_within",
        }  # fmt: skip
        assert where("contact_restriction", "complaint_open") >= {"owner", "next_update_on"}
        assert LETTERS["contact_restriction"]["approval"] is True
        judging = "unreasonable|aggressive|abusive person|difficult|vexatious|无理|恶意|難纏|难缠|無理|惡意"
        assert not any(re.search(judging, written("contact_restriction", language)) for language in LANGUAGES)

    def test_every_letter_is_signed_by_somebody_by_name_and_dated(self) -> None:
        for letter in LETTERS.values():
            assert {"signatory_name", "signatory_role", "organisation", "letter_date", "number", "received_on"} <= set(
                letter["fields"]
            ) | ({"received_on"} if letter["key"] == "contact_restriction" else set())
