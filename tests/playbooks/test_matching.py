"""What customers write, and which pattern of contact it suggests, or that it suggests none."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.matching import VERSION, match

SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parent / "matching_sentences.jsonl").read_text("utf-8").splitlines()
    if line
]
FITS = [one for one in SENTENCES if one["fits"]]
TRAPS = [one for one in SENTENCES if not one["fits"]]


def keys(text: str, channel: str | None = None) -> list[str]:
    return [one.key for one in match(text, channel=channel)]


def names(rows: list[dict[str, str]]) -> list[str]:
    count: Counter[str] = Counter()
    found = []
    for row in rows:
        name = f"{row['pattern'] or 'ordinary'}-{row['language']}"
        count[name] += 1
        found.append(f"{name}-{count[name]}")
    return found


@pytest.mark.parametrize("row", FITS, ids=names(FITS))
def test_what_they_say_suggests_the_pattern_and_nothing_else(row: dict[str, str]) -> None:
    assert keys(row["text"], row.get("channel")) == [row["pattern"]]


@pytest.mark.parametrize("row", TRAPS, ids=names(TRAPS))
def test_an_ordinary_complaint_gets_silence(row: dict[str, str]) -> None:
    assert match(row["text"], channel=row.get("channel")) == []


def test_each_pattern_has_sentences_in_each_script() -> None:
    count = Counter((row["pattern"], row["language"], row["fits"]) for row in SENTENCES if row["pattern"])
    for pattern, language in {(pattern, language) for pattern, language, _ in count}:
        assert count[pattern, language, True] >= 4, (pattern, language)
        assert count[pattern, language, False] >= 3, (pattern, language)


def test_the_words_shown_are_the_customers_own() -> None:
    text = "退款還沒到。不退錢我就不走，我就躺在你們店門口，誰也別想做生意。"
    (found,) = match(text)
    assert found.key == "conduct_detention"
    assert found.cues
    assert all(text[cue.start : cue.end] == cue.text for cue in found.cues)
    assert [cue.start for cue in found.cues] == sorted(cue.start for cue in found.cues)


def test_a_threat_comes_before_what_else_is_said() -> None:
    text = (
        "I've told you a hundred times, I'll ring every day until you pay me. I will ring every morning until it's in"
        " my account. And I'll smash your shop window, I know where you park."
    )
    assert keys(text)[0] == "conduct_threat"


def test_two_patterns_only_when_both_are_strong() -> None:
    text = (
        "给我五万，不然视频今晚就发抖音，钱到账我就删。稿子都写好了，我朋友是记者，你们自己选。还有你们那个小姐，我知道你几点下班，走夜路小心点，"
        "惹急了我带几个兄弟过去坐坐，一把火烧了你们店。"
    )
    assert set(keys(text)) == {"conduct_threat", "conduct_extortion"}


def test_a_threat_in_a_film_is_not_a_threat() -> None:
    assert keys("In the film the man says he'll smash your shop window, and then the sound went.") == []
    assert keys("电影里那个人说要一把火烧了你们店，然后声音就没了。") == []


def test_what_somebody_else_said_is_not_what_the_customer_says() -> None:
    assert keys('Your driver shouted "I\'ll break your legs" at my son. Please look into it.') == []
    assert keys("你们司机对我儿子喊「打断你的腿」，请处理。") == []


def test_a_customer_who_will_not_threaten_is_not_threatening() -> None:
    assert keys("I'm not going to smash your shop or anything, I only want my money.") == []
    assert keys("我不是要砸你们店，只想把钱拿回来。") == []


def test_half_width_full_width_and_traditional_read_the_same() -> None:
    simple = keys("不退钱我就不走，我就躺在你们店门口，谁也别想做生意。")
    assert simple == keys("不退錢我就不走,我就躺在你們店門口,誰也別想做生意｡") == ["conduct_detention"]


def test_letters_stretched_and_apostrophes_left_out_do_not_hide_a_threat() -> None:
    assert keys("Im gonna smashhhh your windows") == ["conduct_threat"]


def test_abuse_on_the_telephone_is_an_insult_and_in_writing_abusive_text() -> None:
    text = "你是猪脑子吗，废物，傻逼东西"
    assert keys(text, "phone") == ["conduct_insult"]
    assert keys(text, "chat") == ["abusive_text"]


def test_an_unclear_request_is_short() -> None:
    vague = "就那个啊，你知道的嘛，帮我处理一下"
    assert keys(vague) == ["unclear_request"]
    assert "unclear_request" not in keys(vague + "。楼道里的灯坏了一个月，老人晚上差点摔跤。" * 6)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "。", "12345", "👍", "\ud800"])
def test_little_or_nothing_suggests_nothing(text: str) -> None:
    assert match(text) == []


def test_the_version_fits_its_column() -> None:
    assert 0 < len(VERSION) <= 16


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([row["text"] for row in SENTENCES] + ["\n", "「", '"', "😀", "\u200b", "!"]), max_size=5)
)
def test_at_most_two_and_every_cue_lies_in_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    found = match(text)
    assert len(found) <= 2
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert one.cues
        assert one.score >= 3
        assert all(text[cue.start : cue.end] == cue.text and cue.text for cue in one.cues)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_good(text: str) -> None:
    assert len(match(text)) <= 2
