"""The wording check: what it finds, where, and what it leaves alone."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks import wording
from playbooks.lines import BUILT_IN, say_lines
from playbooks.wording import Context, Finding, Rule

STOPPING = {"block", "warn"}
PLAIN = Context(channel="email")


def found(text: str, **known: object) -> list[Finding]:
    return wording.check(text, Context(**known))  # type: ignore[arg-type]


def rules_in(text: str, **known: object) -> set[str]:
    return {finding.rule for finding in found(text, **known)}


def own(**data: object) -> Rule:
    return wording.read(
        {
            "id": "Z01",
            "category": "Z",
            "severity": "warn",
            "patterns": {"en": "bad"},
            "why": "because",
            "suggest": "good",
            "tests": {"hit": ["bad"], "miss": ["good"]},
            **data,
        }
    )


@pytest.mark.parametrize("rule", wording.built_in_rules(), ids=lambda rule: rule.id)
def test_a_built_in_rule_finds_what_it_says_and_nothing_it_says_not(rule: Rule) -> None:
    assert not wording.faults(rule)


def test_every_rule_says_why_and_what_instead() -> None:
    for rule in wording.built_in_rules():
        assert rule.why["en"]
        assert {"en", "zh-Hans", "zh-Hant"} <= rule.suggest.keys()


def test_nothing_we_suggest_saying_is_stopped() -> None:
    stopped = {
        line: [finding.rule for finding in wording.check(line, PLAIN) if finding.severity in STOPPING]
        for line in say_lines()
    }
    assert not {line: rules for line, rules in stopped.items() if rules}


def test_what_we_suggest_instead_can_stand_in_the_message() -> None:
    """Save for what is left to be filled in (F06)."""
    suggested = [text for rule in wording.built_in_rules() if rule.take for text in rule.suggest.values()]
    stopped = {
        text: [one.rule for one in wording.check(text, PLAIN) if one.severity in STOPPING and one.rule != "F06"]
        for text in suggested
    }
    assert not {text: rules for text, rules in stopped.items() if rules}


def test_a_reason_speaks_to_the_agent_and_cites_no_papers_of_ours() -> None:
    words = [text for rule in wording.built_in_rules() for text in rule.why.values()]
    assert not [text for text in words if "§" in text or "seed" in text.lower() or "et al" in text]


@pytest.mark.parametrize(
    ("text", "innocent"),
    [
        ("I was told “you people again” by your clerk? No: you lot never learn.", "The note said “you people again”."),
        ("Dear customer, hun, it is late.", "The Sweetheart bouquet you ordered came late."),
        ("哇，您真会挑时间！", "您在「哇，您真会」买的饮料少送了一杯。"),
        ("您就是奥客。", "备注栏里的“奥客”两个字今天已删除。"),
    ],
)
def test_the_name_of_a_thing_and_a_word_we_speak_about_are_not_our_wording(text: str, innocent: str) -> None:
    assert [one for one in found(text) if one.severity in STOPPING]
    assert not [one for one in found(innocent) if one.severity in STOPPING]


@pytest.mark.parametrize(
    "text",
    ["Once installed, appliances cannot be returned.", "家电一经安装，不予退换。", "家電安裝後就不能退換。"],
)
def test_a_right_the_law_gives_is_not_to_be_denied(text: str) -> None:
    assert "block" in {one.severity for one in found(text)}


def _avoided(node: object) -> list[str]:
    if isinstance(node, list):
        return [line for item in node for line in _avoided(item)]
    if not isinstance(node, dict):
        return []
    lines = [line for item in node.get("avoid", ()) for line in item.values()]
    return lines + [line for key, value in node.items() if key != "avoid" for line in _avoided(value)]


def test_almost_everything_we_advise_against_is_seen() -> None:
    lines = _avoided(json.loads(BUILT_IN.read_text("utf-8"))["playbooks"])
    missed = [line for line in lines if not wording.check(line, PLAIN)]
    assert len(lines) >= 246
    assert len(missed) <= 3, missed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您的情况，ＧＵＡＲＡＮＴＥＥＤ！", "ＧＵＡＲＡＮＴＥＥＤ"),
        ("We guar\u200bantee nothing else", "We guar\u200bantee"),
        ("㋿㋿ It’s company policy", "It’s company policy"),
        ("您好，我們掛保證。", "保證"),
    ],
)
def test_a_place_is_one_in_the_text_as_it_was_written(text: str, words: str) -> None:
    places = {text[finding.start : finding.end] for finding in found(text)}
    assert any(words in place or place in words for place in places), places


@pytest.mark.parametrize(
    "text",
    [
        "> You promised it would never happen again!\nThe fitter comes on 8 May.",
        "On 3 May 2026, Ms Wang wrote:\nYou people are useless, calm down yourself.\n\nThe fitter comes on 8 May.",
        "您说“你们就是骗子，随便你们”，这句话我记下了，5月8日给您答复。",
        "您來信說「你們根本亂講」，我5月8日答覆您。",
        "The file is at https://example.com/guaranteed/asap?x=calm-down and my address is asap@guaranteed.com.",
        "订单号 1234567890123456789 的包裹5月8日到。",
        "The fitter comes on 8 May.\n\n-- \nGuaranteed Rate Ltd, the best in the market",
        "The fitter comes on 8 May.\n\nKind regards,\nKaren Love",
        "You asked whether it was your own fault. It was not: the valve stuck.",
        "您问是不是自己操作失误，并不是：阀门卡住了。",
    ],
)
def test_what_we_quote_sign_link_to_or_number_is_not_ours_to_judge(text: str) -> None:
    assert not [finding for finding in found(text) if finding.severity in STOPPING]


def test_the_name_of_a_product_is_not_a_promise() -> None:
    text = "您的保证金宝5月8日到账。Your Guaranteed Rate plan ends on 8 May."
    assert "P01" not in rules_in(text, names=("保证金宝", "Guaranteed Rate"))


def test_a_card_number_is_seen_even_in_what_we_quote_and_an_order_number_nowhere() -> None:
    assert "X02" in rules_in("> my card is 6222 0212 3456 7890\nThank you.")
    assert "X02" in rules_in("身份证110101199003071234已登记")
    assert "X02" not in rules_in("Order 1234567890123456789 left today.")
    assert "X02" not in rules_in("快递单号：6222021234567890123 已发出")


def test_every_script_is_looked_for_in_every_text() -> None:
    text = "We guarantee it. 我们保证。請您冷靜一下。"
    assert {"P01", "E01"} <= rules_in(text)


def test_a_rule_tells_of_a_place_once_and_two_rules_tell_of_it_both() -> None:
    findings = found("我绝对保证，绝对保证明天一定会到。")
    for rule in {finding.rule for finding in findings}:
        spans = [(finding.start, finding.end) for finding in findings if finding.rule == rule]
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
    assert {"P01", "P02", "P04"} <= {finding.rule for finding in findings}
    assert [finding.start for finding in findings] == sorted(finding.start for finding in findings)


def test_soon_with_a_date_in_the_sentence_is_no_vagueness() -> None:
    assert "V01" in rules_in("We will reply as soon as possible.")
    assert "V01" not in rules_in("We will reply as soon as possible, by 15:00 today.")
    assert "V01" in rules_in("今天已登记。我们会尽快处理。")


@pytest.mark.parametrize(
    ("rule", "text", "silent"),
    [
        ("P07", "I promise to call you on Friday", {"saved_promise": True}),
        ("P11", "You will get a full refund", {"redress_kinds_approved": ("refund",)}),
        ("L01", "It was our fault", {"finding": "upheld"}),
        ("L01", "It was our fault", {"finding": "partly_upheld"}),
        ("J02", "特此函告", {"approved_by": "legal"}),
        ("T01", "我们会报警", {"role": "supervisor", "conduct_level": 3}),
        ("D05", "您这是敲诈", {"kind": "evidence_log"}),
        ("U02", "Would you like to buy the premium plan", {"scope": "enquiry"}),
    ],
)
def test_what_is_known_of_the_case_silences_a_rule(rule: str, text: str, silent: dict[str, object]) -> None:
    assert rule in rules_in(text)
    assert rule not in rules_in(text, **silent)


@pytest.mark.parametrize(
    ("rule", "text", "known"),
    [
        ("R04", "小姐您好", {"region": "CN"}),
        ("X04", "The customer is pregnant", {"kind": "note"}),
        ("F04", "谢谢☎", {"channel": "letter"}),
        ("R05", "你的订单", {"language": "zh-Hans"}),
    ],
)
def test_a_rule_of_one_place_is_silent_elsewhere(rule: str, text: str, known: dict[str, object]) -> None:
    assert rule in rules_in(text, **known)
    assert rule not in rules_in(text)


def test_a_supervisor_without_a_recorded_conduct_level_may_not_threaten_either() -> None:
    assert "T01" in rules_in("我们会报警", role="supervisor", conduct_level=2)
    assert "T01" in rules_in("我们会报警", role="agent", conduct_level=3)


def test_an_internal_note_is_judged_for_labels_and_privacy_only_and_labels_warn() -> None:
    findings = found("神经病，我们保证不了。", kind="note")
    assert {finding.rule: finding.severity for finding in findings}.get("D01") == "warn"
    assert "P01" not in {finding.rule for finding in findings}
    assert next(finding for finding in found("神经病") if finding.rule == "D01").severity == "block"


def test_why_is_told_to_the_reader_and_the_better_words_to_the_customer() -> None:
    finding = next(one for one in found("会有专人联系您。", language="zh-Hans", reader="en") if one.rule == "V02")
    assert finding.why.isascii()
    assert "[日期]" in finding.suggest
    assert "[date]" in next(one for one in found("Someone will call you.") if one.rule == "V02").suggest


@given(st.text(max_size=400), st.sampled_from(["", "note", "final_response", "apology_letter"]))
def test_any_text_is_good_and_every_place_is_in_it(text: str, kind: str) -> None:
    for finding in wording.check(text, Context(kind=kind, names=(text[:5], ""))):
        assert 0 <= finding.start <= finding.end <= len(text)


@given(
    st.lists(
        st.sampled_from(["\ud800", "\r\n", "“", "您说", ">", "我们保证", "guarantee ", "㋿", "\u200b", "-- \n", "。"])
    )
)
def test_halves_of_characters_and_broken_lines_do_no_harm(pieces: list[str]) -> None:
    text = "".join(pieces)
    for finding in wording.check(text):
        assert 0 <= finding.start <= finding.end <= len(text)


def test_a_long_text_costs_in_proportion() -> None:
    from bench.costs import LONG, LONG_MS, milliseconds
    from bench.wording import ENGLISH

    text = (ENGLISH * 100)[:LONG]
    assert milliseconds(lambda: wording.check(text), 3) < 3 * LONG_MS  # the bench holds the bound itself
