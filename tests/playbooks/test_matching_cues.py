"""The cues as data: which patterns they speak for, how they are written, how they are weighed."""

import json
import re

from office.folding import fold_in_place
from playbooks.cues.evidence import Hit, verdicts
from playbooks.cues.language import SCRIPTS, as_re2
from playbooks.cues.reading import HIDDEN, read
from playbooks.cues.table import SOURCE, compiled, table
from playbooks.lines import BUILT_IN

DATA = json.loads(SOURCE.read_text("utf-8"))
SUGGESTED = {"complainant_type", "behaviour", "buyer_type", "conversation", "conduct"}
CUES = [(key, cue) for key, pattern in DATA["patterns"].items() for cue in pattern["cues"]]


def test_every_pattern_of_a_contact_has_cues_but_serving_several_at_once() -> None:
    playbooks = json.loads(BUILT_IN.read_text("utf-8"))["playbooks"]
    patterns = {one["key"] for one in playbooks if one["group"] in SUGGESTED}
    assert set(DATA["patterns"]) == patterns - {"parallel_load"}


def test_each_pattern_has_cues_in_english_and_in_chinese() -> None:
    for key in DATA["patterns"]:
        scripts = {cue["script"] for owner, cue in CUES if owner == key and cue["weight"] >= 2}
        assert {"en", "zh"} <= scripts, key


def test_a_cue_has_a_script_a_weight_and_a_pattern() -> None:
    for key, cue in CUES:
        assert cue["script"] in SCRIPTS, key
        assert -3 <= cue["weight"] <= 3, key
        assert cue["weight"], key
        assert cue["pattern"].strip() == cue["pattern"], key


def test_cues_are_written_as_the_folded_text_is() -> None:
    for key, cue in CUES:
        if cue["script"] == "zh":
            chinese = "".join(re.findall(r"[\u3400-\u9fff]", cue["pattern"] + cue.get("unless", "")))
            assert fold_in_place(chinese)[0] == chinese, (key, cue["pattern"])


def test_guards_and_patterns_to_yield_to_exist() -> None:
    for key, pattern in DATA["patterns"].items():
        assert set(pattern["guards"]) <= set(DATA["guards"]), key
        assert set(pattern["yields_to"]) <= set(DATA["patterns"]), key


def test_the_table_is_made_once() -> None:
    assert table() is table()
    assert len(table().rules) == len(CUES)


def test_no_cue_matches_nothing() -> None:
    for rule in table().rules:
        assert rule.pattern.search(b"") is None, (rule.key, rule.pattern.pattern)


def test_a_gap_stays_inside_its_sentence() -> None:
    small = compiled({"classes": {}, "guards": {}, "patterns": {"k": {"cues": [_cue("give … money", 3)]}}})
    assert small.rules[0].pattern.search(b"give me the money")
    assert not small.rules[0].pattern.search(b"give\nmoney")


def test_an_apostrophe_may_be_missing_but_were_is_another_word() -> None:
    assert re.fullmatch(as_re2("don't go", "en", {}), "dont go")
    assert not re.fullmatch(as_re2("we're late", "en", {}), "were late")


def test_one_strong_cue_decides_and_weak_ones_only_together() -> None:
    assert verdicts([_hit(1, 0, 3)])
    assert not verdicts([_hit(1, 0, 2)])
    assert not verdicts([_hit(1, 0, 2), _hit(2, 10, 1)])
    assert verdicts([_hit(1, 0, 2), _hit(2, 10, 2)])
    assert not verdicts([_hit(1, 0, 2), _hit(2, 1, 2)]), "the same words count once"
    assert not verdicts([_hit(1, 0, 2), _hit(2, 9_000, 2)]), "too far apart"
    assert not verdicts([_hit(1, 0, 3), _hit(2, 50, -2)]), "something speaks against it"


def test_a_word_said_again_is_no_new_evidence() -> None:
    assert not verdicts([_hit(1, 0, 2, b"match"), _hit(1, 50, 2, b"match")])
    assert verdicts([_hit(1, 0, 2, b"match"), _hit(1, 50, 2, b"goal")])


def test_quoted_words_are_blanked_out_unless_they_are_the_customers() -> None:
    shouted = read("The man at the till shouted “get out of my shop now” at me twice on Saturday.").folded.decode()
    assert HIDDEN in shouted
    assert "get out" not in shouted
    own = read("On Saturday at the till I said “get out of my way now” and then I paid and left.").folded.decode()
    assert "get out" in own


def _cue(pattern: str, weight: int) -> dict[str, object]:
    return {"script": "en", "pattern": pattern, "weight": weight}


def _hit(number: int, start: int, weight: int, words: bytes = b"") -> Hit:
    return Hit("k", number, start, start + 5, start, weight, False, words)
