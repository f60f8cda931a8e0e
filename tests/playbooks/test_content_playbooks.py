"""The playbooks that ship: fifty-four, in English, Simplified Chinese and the Chinese of Taiwan, and fit to be said."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest

from office.folding import has_han
from office.folding_table import SIMPLIFIED, TRADITIONAL
from playbooks.lines import BUILT_IN
from playbooks.wording import Context, check

LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
SPOKEN: Final = ("say", "refuse_line")
STOPPING: Final = frozenset({"block", "warn"})
GROUPS: Final = {
    "base": 1,
    "complainant_type": 11,
    "behaviour": 3,
    "buyer_type": 8,
    "conversation": 5,
    "call_situation": 10,
    "conduct": 8,
    "procedure": 8,
}

# Characters our Traditional texts share with Simplified; every other simplified form is a slip. 后 and 里, 发 and 系
# are characters of Taiwan too, but no text here has anything to say with them.
BOTH_SCRIPTS: Final = frozenset("修准出制升即只台合同向喂回困家布干才扣折教查核污注玩真私致表面局")
# The other way round: what Simplified keeps although the table would fold it.
KEPT_IN_SIMPLIFIED: Final = frozenset("著瞭覆")

# Words of the mainland that nobody in Taiwan would say for this, and what stands there instead.
MAINLAND: Final = {
    "短信": "簡訊",
    "視頻": "影片",
    "質量": "品質",
    "信息": "資訊、訊息",
    "網絡": "網路",
    "軟件": "軟體",
    "硬件": "硬體",
    "屏幕": "螢幕",
    "用戶": "使用者、客戶",
    "默認": "預設",
    "反饋": "回饋、反映",
    "工單": "案件",
    "快遞": "宅配、包裹",
    "打印": "列印",
    "激活": "啟用",
    "聯繫": "聯絡",
    "渠道": "管道",
    "核實": "查證",
    "上門": "到府",
    "門店": "門市",
    "包郵": "免運",
    "差評": "負評",
    "工號": "員工編號",
    "微信": "LINE",
    "公安": "警方",
    "普通話": "國語",
    "消費者協會": "消費者保護團體",
    "12315": "1950",
    "工作日": "工作天",
    "監管": "主管機關",
    "到賬": "入帳",
    "賬": "帳",
    "案卷": "案件檔案",
    "批量": "大量",
    "免提": "擴音",
    "周一": "週一",
    "周二": "週二",
    "周三": "週三",
    "周四": "週四",
    "周五": "週五",
    "周六": "週六",
    "周日": "週日",
    "保修": "保固",
    "攝像": "攝影",
    "監控": "監視器",
    "平米": "坪",
}

# How the sources we learnt from call people: insults, inferences about health, a criminal allegation; none is a name.
LABELS: Final = (
    *(
        "沒常識",
        "賣弄知識",
        "客戶至上型",
        "說教",
        "跟蹤狂",
        "激情型",
        "打發時間",
        "潔癖",
        "妄想",
        "死纏爛打",
        "不合邏輯",
    ),
    *("没常识", "卖弄知识", "客户至上型", "说教", "跟踪狂", "打发时间", "洁癖", "死缠烂打", "不合逻辑", "一知半解"),
    *("纠缠", "糾纏", "奧客", "奇葩", "刁民", "难缠", "難纏"),
    *("stalker", "paranoid", "obsess", "know-it-all", "time waster", "troublemaker", "ignorant", "difficult customer"),
)

PLAYBOOKS: Final[list[dict[str, Any]]] = json.loads(BUILT_IN.read_text(encoding="utf-8"))["playbooks"]


class Text(NamedTuple):
    """One text of a playbook: whose, under which name it stands ("say", "goal", …), and what it is in each language."""

    playbook: str
    kind: str
    words: dict[str, str]


def texts_of(playbook: dict[str, Any]) -> Iterator[Text]:
    for kind, words in below(playbook, ""):
        yield Text(playbook["key"], kind, words)


def below(node: Any, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(node, list):
        for item in node:
            yield from below(item, kind)
    elif isinstance(node, dict) and "en" in node:
        yield kind, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from below(value, key)


TEXTS: Final = [text for playbook in PLAYBOOKS for text in texts_of(playbook)]
LINES: Final = [
    pytest.param(text.words[language], language, id=f"{text.playbook}-{language}-{number}")
    for number, text in enumerate(TEXTS)
    if text.kind in SPOKEN
    for language in LANGUAGES
]


def condition_of(line: str) -> tuple[str, str]:
    """`line` without the condition it is said under, and the finding that condition asks for."""
    said = re.sub(r"^\[[^\]]*\]\s*", "", line)
    return said, "" if said == line else "upheld"


def test_there_are_fifty_four_playbooks_each_under_its_own_key() -> None:
    keys = [playbook["key"] for playbook in PLAYBOOKS]
    assert len(keys) == len(set(keys)) == 54
    assert all(re.fullmatch(r"[a-z][a-z_]+", key) for key in keys)
    assert {group: sum(playbook["group"] == group for playbook in PLAYBOOKS) for group in GROUPS} == GROUPS


def test_every_text_is_there_in_three_languages() -> None:
    assert len(TEXTS) == 698 + 54
    assert [text for text in TEXTS if tuple(text.words) != LANGUAGES] == []
    assert [text for text in TEXTS if not all(value.strip() == value != "" for value in text.words.values())] == []


def test_each_language_is_written_in_its_own_script() -> None:
    assert [text for text in TEXTS if has_han(text.words["en"])] == []
    wordless = {"LINE"}
    chinese = [text.words[language] for text in TEXTS for language in LANGUAGES[1:]]
    assert [line for line in chinese if not has_han(line) and line not in wordless] == []


def test_taiwan_reads_no_simplified_character() -> None:
    simplified = frozenset(SIMPLIFIED) - BOTH_SCRIPTS
    slips = {line: found for text in TEXTS if (found := simplified & set(line := text.words["zh-Hant"]))}
    assert slips == {}


def test_the_mainland_reads_no_traditional_character() -> None:
    traditional = frozenset(TRADITIONAL) - KEPT_IN_SIMPLIFIED
    slips = {line: found for text in TEXTS if (found := traditional & set(line := text.words["zh-Hans"]))}
    assert slips == {}


def test_taiwan_reads_its_own_words() -> None:
    foreign = {
        line: words
        for text in TEXTS
        if (words := [f"{word} → {MAINLAND[word]}" for word in MAINLAND if word in (line := text.words["zh-Hant"])])
    }
    assert foreign == {}


def test_taiwan_reads_its_own_punctuation() -> None:
    half_width = re.compile(r"[“”‘’\"',;!?()]|:(?!\d)")
    assert [line for text in TEXTS if half_width.search(line := text.words["zh-Hant"])] == []


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_whoever_we_speak_to_is_addressed_as_nin(language: str) -> None:
    assert [text.words[language] for text in TEXTS if text.kind in SPOKEN and "你" in text.words[language]] == []


def test_a_law_of_the_mainland_is_called_one_where_taiwan_reads_it() -> None:
    cited = [text.words["zh-Hant"] for text in TEXTS if "2026年4月15日" in text.words["zh-Hant"]]
    assert cited
    assert all("中國大陸" in line for line in cited)


def test_a_line_is_said_under_the_same_condition_in_every_language() -> None:
    marks = {"en": "[upheld] ", "zh-Hans": "[认定属实] ", "zh-Hant": "[認定屬實] "}
    conditional = [text for text in TEXTS if any("[" in line for line in text.words.values())]
    assert len(conditional) == 3
    assert all(text.words[language].startswith(mark) for text in conditional for language, mark in marks.items())


def test_a_name_says_what_happens_and_calls_nobody_names() -> None:
    names = [playbook["names"] for playbook in PLAYBOOKS]
    assert all(tuple(name) == LANGUAGES for name in names)
    for language in LANGUAGES:
        assert len({name[language] for name in names}) == 54
    assert [name for name in names for word in LABELS if word in " ".join(name.values()).lower()] == []


def test_no_other_name_for_a_pattern_is_kept_anywhere() -> None:
    known = {
        "key", "group", "seed_no", "names", "field_term", "cues", "signals", "goal", "steps", "flow", "say", "avoid",
        "escalate_when", "refuse_when", "refuse_line", "record", "sources",
    }  # fmt: skip
    assert {key for playbook in PLAYBOOKS for key in playbook} <= known
    told = [source["heading"] for playbook in PLAYBOOKS for source in playbook["sources"]]
    told += [playbook["field_term"] for playbook in PLAYBOOKS]
    told += [line for text in TEXTS if text.kind not in {"cues", "avoid"} for line in text.words.values()]
    assert [(line, word) for line in told for word in LABELS if word in line.lower()] == []


@pytest.mark.parametrize(("line", "language"), LINES)
def test_what_we_suggest_saying_passes_our_own_wording_check(line: str, language: str) -> None:
    said, finding = condition_of(line)
    region = {"zh-Hans": "cn", "zh-Hant": "tw"}.get(language, "")
    for known in (Context(finding=finding), Context(language=language, region=region, finding=finding)):
        stopped = [(one.rule, said[one.start : one.end]) for one in check(said, known) if one.severity in STOPPING]
        assert stopped == []


def test_most_of_what_we_advise_against_is_caught_by_the_wording_check() -> None:
    avoided = [(text.playbook, line) for text in TEXTS if text.kind == "avoid" for line in text.words.values()]
    missed = [(key, line) for key, line in avoided if all(one.severity == "nudge" for one in check(line))]
    assert len(missed) <= len(avoided) // 50, missed


def test_every_wording_rule_has_its_reason_in_both_scripts() -> None:
    data = json.loads((BUILT_IN.parent / "wording-rules.json").read_text(encoding="utf-8"))
    rules = [*data["rules"], *data["must"], *data["nudges"], data["tone"]]
    reasons = {rule["id"]: rule["why"] for rule in rules}
    chinese = ("zh-Hans", "zh-Hant")
    assert [key for key, why in reasons.items() if not all(has_han(why[language]) for language in chinese)] == []
    spoken = {key: why["zh-Hant"] for key, why in reasons.items()}
    assert {key: word for key, line in spoken.items() for word in MAINLAND if word in line} == {}
    assert [key for key, why in reasons.items() if frozenset(TRADITIONAL) & set(why["zh-Hans"])] == []
