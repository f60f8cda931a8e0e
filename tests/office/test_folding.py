"""The same words, however they were typed, must compare as the same words; and nothing written may be lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import folding, folding_table

any_text = st.text(alphabet=st.characters(), max_size=120)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ｄｉｓｈｗａｓｈｅｒ　４８２１", "dishwasher 4821"),
        ("客戶投訴：洗碗機漏水", "客户投诉:洗碗机漏水"),
        ("客户投诉：洗碗机漏水", "客户投诉:洗碗机漏水"),
        ("臺灣的發票與收據", "台湾的发票与收据"),
        ("裡面 裏面", "里面 里面"),
        ("妳等著，瞭解後回覆", "你等着,了解后回复"),
        ("STRASSE straße", "strasse strasse"),
        ("  two\n\n lines\tand\u3000blanks ", "two lines and blanks"),
        ("com\u200bplaint\u00ad \u202eright\u202c\ufeff", "complaint right"),
        ("葛\U000e0100城", "葛城"),
        ("ﬁnal ①", "final 1"),
        ("", ""),
    ],
)
def test_spellings_of_the_same_words_fold_together(typed: str, folded: str) -> None:
    assert folding.fold(typed) == folded


@given(any_text)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = folding.fold(text)
    assert folding.fold(once) == once


@given(any_text)
def test_folding_in_place_always_points_back_into_the_text(text: str) -> None:
    folded, origins = folding.fold_in_place(text)
    assert len(folded) == len(origins)
    assert list(origins) == sorted(origins)
    assert all(0 <= index < len(text) for index in origins)


def test_what_was_found_can_be_shown_as_it_was_written() -> None:
    text = "我們　很抱歉，ＢＵＴ 貨還沒到"
    folded, origins = folding.fold_in_place(text)
    start = folded.index("but")
    assert text[origins[start] : origins[start + 2] + 1] == "ＢＵＴ"
    assert "我们 很抱歉" in folded


def test_every_character_of_the_table_has_its_counterpart() -> None:
    assert len(folding_table.TRADITIONAL) == len(folding_table.SIMPLIFIED) == len(set(folding_table.TRADITIONAL))
    assert not set(folding_table.TRADITIONAL) & set(folding_table.SIMPLIFIED)


def test_jose_is_found_without_his_accent_and_other_scripts_are_left_alone() -> None:
    assert folding.unaccented("José  NÚÑEZ") == "jose nunez"
    assert folding.unaccented("Андрей 가나") == "андрей 가나"


@pytest.mark.parametrize(
    ("arrived", "stored"),
    [
        ("a\x00b\x07c\x1bd\x7f", "abcd"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("half \ud83d of a face", "half  of a face"),
        ("👩\u200d👩\u200d👧 \u202bשלום\u202c 𠮷野家 é", "👩\u200d👩\u200d👧 \u202bשלום\u202c 𠮷野家 é"),
        ("  kept  ", "  kept  "),
    ],
)
def test_what_is_stored_is_what_was_written(arrived: str, stored: str) -> None:
    assert folding.clean(arrived) == stored


@given(any_text)
def test_what_is_stored_can_go_anywhere(text: str) -> None:
    stored = folding.clean(text)
    assert not {"\x00", "\r"} & set(stored)
    assert json.loads(json.dumps(stored)) == stored
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert folding.clean(stored) == stored


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=80))
def test_nothing_that_can_be_read_is_lost(text: str) -> None:
    assert folding.clean(text) == text


def test_a_name_is_one_line() -> None:
    assert folding.printable(" Wang\r\nLi\t\u2028王 ") == "Wang Li 王"


@pytest.mark.parametrize(
    ("text", "answer"), [("洗碗机", True), ("𠮷", True), ("々", True), ("dishwasher", False), ("かな", False)]
)
def test_chinese_is_recognised(*, text: str, answer: bool) -> None:
    assert folding.has_han(text) is answer


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("You can't wait 4 more days.", (6, 0)),
        ("订单 iPhone 15 坏了", (2, 4)),
        ("从3月到现在", (1, 5)),
        ("snake_case — … !", (2, 0)),
        ("", (0, 0)),
    ],
)
def test_words_and_characters_are_counted_apart(text: str, count: tuple[int, int]) -> None:
    assert folding.words(text) == count
