"""What a step's form may hold, whoever sends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import workflow as w
from complaints.domain.evidence import SHAPES, read
from complaints.domain.sentences import INPUT

STEP_OF = {name: step.value for step, names in w.FIELDS.items() for name in names}
TEXTS = [name for name, shape in SHAPES.items() if shape.kind == "text"]


def one(name: str, value: object) -> tuple[object, str]:
    """What is kept of one field, and the fault code."""
    values, faults = read(STEP_OF[name], {name: value})
    return values.get(name), faults.get(name, "")


def test_every_field_of_every_step_has_a_shape_and_no_shape_is_left_over() -> None:
    assert set(STEP_OF) == set(SHAPES)


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_cleaned_measured_and_cleared(name: str) -> None:
    longest = SHAPES[name].longest
    assert one(name, "  three weeks \x00late\ud800 ") == ("three weeks late", "")
    assert one(name, "x" * longest) == ("x" * longest, "")
    assert one(name, "x" * (longest + 1)) == (None, "too-long")
    assert one(name, "情" * longest) == ("情" * longest, "")
    assert one(name, "") == ("", "")
    assert one(name, None) == ("", "")
    for odd in (7, True, ["a"], {"a": 1}, 1.5):
        assert one(name, odd) == (None, "not-text")


CHOICES = [name for name, shape in SHAPES.items() if shape.kind == "choice"]


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_one_of_those_offered(name: str) -> None:
    for value in SHAPES[name].among:
        assert one(name, value) == (value, "")
    assert one(name, "") == ("", "")
    for odd in ("nonsense", "Confirmed", 1, True, ["confirmed"], {}):
        assert one(name, odd) == (None, "unknown-choice")


def test_harm_is_a_list_in_the_tables_order_without_repeats() -> None:
    assert one("harm", ["trust", "money", "money"]) == (["money", "trust"], "")
    assert one("harm", ()) == ([], "")
    assert one("harm", None) == ([], "")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["none", "money"], "none-and-some"),
        (["fame"], "unknown-choice"),
        ([["money"]], "unknown-choice"),
        ([1], "unknown-choice"),
        ("money", "not-a-list"),
        ({"money": True}, "not-a-list"),
        (3, "not-a-list"),
    ],
)
def test_harm_that_cannot_be_is_named(value: object, code: str) -> None:
    assert one("harm", value) == (None, code)


@pytest.mark.parametrize("name", ["severity", "feeling_start"])
def test_numbers_come_from_forms_as_text_and_from_clients_as_numbers(name: str) -> None:
    assert one(name, "3") == (3, "")
    assert one(name, 3) == (3, "")
    assert one(name, "") == (None, "")
    for odd in ("０", "3.0", "-1", "0", "99", 9, True, 2.0, [3], "三", "1" * 400, 10**400):
        assert one(name, odd) == (None, "unknown-choice")


def test_a_person_is_an_id() -> None:
    assert one("regret_by", "42") == (42, "")
    assert one("regret_by", 42) == (42, "")
    assert one("regret_by", "") == (None, "")
    for odd in ("mei", "4.2", True, [], "９", "9" * 16):
        assert one("regret_by", odd) == (None, "unknown-person")


@pytest.mark.parametrize("step", w.Step)
def test_only_the_fields_of_the_step_are_taken(step: w.Step) -> None:
    """Mass assignment: state, owner and risk are no evidence, and neither is what another step asks."""
    strange = {"state": "closed", "owner": 1, "risk_at": "2030-01-01", "pass_number": 9, "id": 1, "version": 99}
    foreign = {name: "x" for name in STEP_OF if STEP_OF[name] != step.value}
    values, faults = read(step.value, {**strange, **foreign})
    assert values == {}
    assert faults == dict.fromkeys({**strange, **foreign}, "unknown-field")


def test_one_faulty_field_does_not_hide_the_others() -> None:
    values, faults = read("listen", {"happened": 1, "severity": "many", "product": "Kettle"})
    assert values == {"product": "Kettle"}
    assert faults == {"happened": "not-text", "severity": "unknown-choice"}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@given(
    step=st.sampled_from(w.Step),
    raw=st.dictionaries(st.sampled_from(sorted(SHAPES)) | st.text(max_size=10), json, max_size=8),
)
def test_whatever_arrives_it_is_kept_or_named_and_reading_it_again_changes_nothing(
    step: w.Step, raw: dict[str, object]
) -> None:
    values, faults = read(step.value, raw)
    assert values.keys() | faults.keys() == raw.keys()
    assert not values.keys() & faults.keys()
    assert set(faults.values()) <= set(INPUT)
    assert read(step.value, values) == (values, {})
