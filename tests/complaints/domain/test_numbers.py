"""A number heard wrong on the telephone must not open somebody else's complaint."""

import secrets

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from complaints.domain import numbers

eights = st.integers(10_000_000, 99_999_999).map(str)
ticket_numbers = eights.map(lambda eight: eight + numbers.check_digit(eight))


def test_the_check_digit_is_the_one_damm_published() -> None:
    assert numbers.check_digit("00000572") == "4"


def test_the_number_shown_to_people_is_grouped_four_four_one() -> None:
    number = "48210937" + numbers.check_digit("48210937")
    assert numbers.show(number) == f"4821-0937-{number[8]}"


@given(ticket_numbers, st.integers(0, 8), st.integers(0, 9))
def test_one_wrong_digit_is_always_caught(number: str, place: int, digit: int) -> None:
    assume(number[place] != str(digit))
    assert not numbers.is_number(f"{number[:place]}{digit}{number[place + 1 :]}")


@given(ticket_numbers, st.integers(0, 7))
def test_two_neighbours_swapped_are_always_caught(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    assert not numbers.is_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(ticket_numbers)
def test_what_is_shown_can_be_typed_back(number: str) -> None:
    assert numbers.parse(numbers.show(number)) == number


@given(ticket_numbers)
def test_full_width_digits_spaces_and_long_dashes_are_understood(number: str) -> None:
    wide = number.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert numbers.parse(f" ＃{wide[:4]}　{wide[4:8]}－{wide[8]} ") == number
    assert numbers.parse(" ".join(number)) == number
    assert numbers.parse(f"{number[:4]}–{number[4:8]}—{number[8]}") == number


@pytest.mark.parametrize(
    "typed",
    ["", "-", "12345", "4821-0937", "48210937x", "04821093７５", "1234567890", "१२३४५६७८९", "٤٨٢١٠٩٣٧٥", "9" * 999],
)
def test_what_is_not_a_number_is_not_taken_for_one(typed: str) -> None:
    assert numbers.parse(typed) is None


@given(st.text(max_size=80))
def test_any_text_gives_a_number_or_nothing(text: str) -> None:
    parsed = numbers.parse(text)
    assert parsed is None or numbers.is_number(parsed)


@pytest.mark.parametrize("asked", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_a_check_digit_is_only_given_for_eight_digits(asked: str) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        numbers.check_digit(asked)


def test_a_wrong_number_is_never_shown() -> None:
    with pytest.raises(ValueError, match="not a ticket number"):
        numbers.show("123456789")


def test_drawing_gives_a_number_of_nine_spoken_digits() -> None:
    for _ in range(500):
        drawn = numbers.draw(secrets.randbelow)
        assert numbers.is_number(drawn)
        assert drawn[0] != "0"


@pytest.mark.parametrize("lot", [0, 89_999_999])
def test_the_first_and_the_last_lot_are_numbers_too(lot: int) -> None:
    assert numbers.is_number(numbers.draw(lambda below: lot))
