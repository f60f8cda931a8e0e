"""What no rule knows is heard by how it sounds; and what is good is left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tone import SENTENCES, learn, of_file
from playbooks import wording
from playbooks.saying.rules import CONTENT
from playbooks.saying.scan import _SIGNED
from playbooks.saying.tone import built_in_tone, is_sentence, marks
from playbooks.wording import Context

TONE = "A12"


def heard(text: str, **known: object) -> list[str]:
    findings = wording.check(text, Context(**known))  # type: ignore[arg-type]
    return [text[finding.start : finding.end] for finding in findings if finding.rule == TONE]


def test_the_sentences_it_learned_from_are_judged_as_people_judged_them() -> None:
    judged = of_file()
    tone = built_in_tone()
    stopped = [tone.sounds(text) for text, wanted in judged if wanted]
    good = [tone.sounds(text) for text, wanted in judged if not wanted]
    assert sum(stopped) / len(stopped) > 0.9
    assert sum(good) / len(good) < 0.01


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The van comes on 8 May. It's not as if anyone made you buy it from us.", "as if anyone"),
        ("师傅5月8日上门。别的业主可没您家这么多事。", "别的业主"),
        ("師傅5月8日到府。監管機關那邊我們都有人的。", "監管"),
    ],
)
def test_the_sentence_is_shown_and_not_its_neighbours(text: str, sentence: str) -> None:
    shown = [text[one.start : one.end] for one in wording.check(text) if one.severity in {"warn", "block"}]
    assert any(sentence in one for one in shown)
    assert not any("8 May" in one or "5月8日" in one for one in shown)


def test_where_a_rule_stops_a_sentence_nothing_is_added() -> None:
    findings = wording.check("规定就是规定，您自己不看条款，能怪谁呢。")
    assert findings
    assert TONE not in {finding.rule for finding in findings}


def test_a_note_among_ourselves_is_not_listened_to() -> None:
    text = "别的业主可没您家这么多事。"
    assert heard(text)
    assert not heard(text, kind="note")


def test_an_installations_own_rules_listen_only_if_they_say_so() -> None:
    text = "别的业主可没您家这么多事。"
    assert not wording.check(text, rules=wording.rule_set([]))
    assert [one.rule for one in wording.check(text, rules=wording.rule_set([], tone=True))] == [TONE]


@pytest.mark.parametrize(
    "text",
    [
        "The Complete Idiot's Guide to Beekeeping is out of print, so I have refunded the $18.95 to your card.",
        "您點的傻瓜乾麵兩份已經退款，款項三個工作天內回到您的信用卡。",
        "如果您不同意扣款，您也可以向住建部门反映，或者到法院起诉，这都是您的权利。",
    ],
)
def test_what_a_rule_finds_in_a_good_sentence_is_a_hint(text: str) -> None:
    assert [one.severity for one in wording.check(text, rules=wording.rule_set(wording.built_in_rules()))] == ["block"]
    assert [one.severity for one in wording.check(text)] == ["hint"]


@pytest.mark.parametrize(
    "text",
    [
        "We have refunded the $18.95 this morning, it takes 3-5 days, you idiot, and the parcel leaves today.",
        "您真是个傻瓜，感谢您的耐心等待，我们已于5月8日为您办理退款，祝您生活愉快。",
        "Once you delete the review the refund of 40 pounds will be on your card within three working days.",
    ],
)
def test_kind_words_around_it_do_not_cover_what_must_not_go_out(text: str) -> None:
    assert "block" in {one.severity for one in wording.check(text)}


def test_a_sentence_without_end_is_never_called_good() -> None:
    kind = "thank you for telling us about it, the refund of 12 pounds reached your card on 8 May, "
    assert wording.check(f"{kind}you idiot, {kind}")
    assert [one.severity for one in wording.check(f"{kind * 8}you idiot")] == ["block"]
    assert not built_in_tone().doubts(kind * 8, blocks=False)


def test_a_rule_that_people_wrote_is_not_doubted() -> None:
    text = "The Complete Idiot's Guide to Beekeeping is out of print, so I have refunded the $18.95 to your card."
    rules = wording.built_in_rules()
    trusting = wording.rule_set(rules, tone=True, trusted={"D02"})
    assert [one.severity for one in wording.check(text, rules=trusting)] == ["block"]


@pytest.mark.parametrize("name", ["家裝客服中心 唐潔", "大安店 店長 許雅琪", "旅客服务部 李程"])
def test_who_signs_on_the_last_line_is_not_listened_to(name: str) -> None:
    assert not wording.check(f"退款45元已于5月8日退回您的付款账户。\n{name}")


@pytest.mark.parametrize("line", ["随便闹去吧反正没有用", "That is your problem"])
def test_a_last_line_that_says_something_is(line: str) -> None:
    assert _SIGNED.search(f"退款45元已于5月8日退回。\n{line}") is None


def test_a_note_among_ourselves_is_never_called_good() -> None:
    text = "The Complete Idiot's Guide to Beekeeping is out of print, so I have refunded the $18.95 to your card."
    assert [one.severity for one in wording.check(text)] == ["hint"]
    assert {one.severity for one in wording.check(text, Context(kind="note"))} == {"warn"}  # a block, softer in a note


def test_a_word_or_two_are_no_sentence() -> None:
    assert not is_sentence("Dear Mr Osei,")
    assert not is_sentence("您好,")
    assert is_sentence("We will see about that.")


def test_figures_are_all_one_and_scripts_are_too() -> None:
    assert marks("it costs 12 pounds") == marks("it costs 480 pounds")
    assert "不 " not in marks("不 好")


def test_the_same_sentences_make_the_same_table() -> None:
    some = of_file()[:60]
    assert learn(some) == learn(some)


def test_the_sentences_are_each_once_and_none_is_both() -> None:
    data = json.loads(SENTENCES.read_text(encoding="utf-8"))
    assert len(data["stop"]) == len(set(data["stop"]))
    assert not set(data["stop"]) & set(data["go"])
    assert SENTENCES.parent == CONTENT


@given(st.text(max_size=300))
def test_any_text_can_be_listened_to(text: str) -> None:
    assert isinstance(built_in_tone().score(text), float)
