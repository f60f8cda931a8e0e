"""Whom a case is put before, as rules without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import vocabulary as v
from complaints.domain.escalation import WEIGHT, Above, Asked, chain, further, is_urgent, outweighs, upwards

LEAD, SUPERVISOR, HEAD, DUTY, DEPUTY, HANDLER = range(1, 7)
LINE = (LEAD, SUPERVISOR, HEAD, DUTY)


def office(**changes: Above) -> dict[int, Above]:
    """Everybody is here and may answer, but the handler; ``changes`` by name."""
    named = {"LEAD": LEAD, "SUPERVISOR": SUPERVISOR, "HEAD": HEAD, "DUTY": DUTY, "DEPUTY": DEPUTY}
    people = {pk: Above(pk, answers=True) for pk in named.values()} | {HANDLER: Above(HANDLER, answers=False)}
    return people | {named[name]: person for name, person in changes.items()}


def away(pk: int, deputy: int | None = None) -> Above:
    return Above(pk, answers=True, away=True, deputy=deputy)


ASKED = (Asked(LEAD), Asked(SUPERVISOR), Asked(HEAD), Asked(DUTY))
REST = ASKED[1:]


@pytest.mark.parametrize(
    ("people", "more", "asked"),
    [
        pytest.param(office(), {}, ASKED, id="the line as it stands"),
        pytest.param(office(LEAD=Above(LEAD, answers=False)), {}, REST, id="a lead without the rank is passed over"),
        pytest.param(office(LEAD=Above(LEAD, answers=True, active=False)), {}, REST, id="who left is passed over"),
        pytest.param(office(), {"barred": {LEAD}}, REST, id="the handler and whom it is about are passed over"),
        pytest.param(office(LEAD=away(LEAD)), {}, REST, id="away without a deputy: the next"),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY)), {}, (Asked(DEPUTY, LEAD), *REST), id="away: the deputy in their place"
        ),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY), DEPUTY=away(DEPUTY)), {}, REST, id="the deputy is away too: the next"
        ),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY), DEPUTY=Above(DEPUTY, answers=False)),
            {},
            REST,
            id="the deputy may not answer: the next",
        ),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY), DEPUTY=Above(DEPUTY, answers=True, active=False)),
            {},
            REST,
            id="the deputy left: the next",
        ),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY)),
            {"barred": {DEPUTY}},
            REST,
            id="the deputy handles it, or it is about them: the next",
        ),
        pytest.param(
            office(LEAD=away(LEAD, SUPERVISOR)),
            {},
            (Asked(SUPERVISOR, LEAD), Asked(HEAD), Asked(DUTY)),
            id="a deputy who stands in the line is asked once",
        ),
        pytest.param(office(), {"named": {HEAD}}, (Asked(HEAD),), id="sealed: only the named"),
        pytest.param(
            office(LEAD=away(LEAD, DEPUTY)),
            {"named": {LEAD, DUTY}},
            (Asked(DUTY),),
            id="sealed: a deputy who is not named hears nothing",
        ),
        pytest.param(
            {LEAD: away(LEAD), DUTY: away(DUTY)},
            {},
            (Asked(LEAD), Asked(DUTY)),
            id="nobody is here: rather late than nobody",
        ),
        pytest.param({}, {}, (), id="nobody stands above"),
    ],
)
def test_who_may_be_asked(people, more, asked):
    assert tuple(chain(LINE, people, **more)) == asked


def test_further_is_above_everybody_who_has_it():
    line = [Asked(LEAD), Asked(DEPUTY, SUPERVISOR), Asked(DUTY)]
    assert further(line, frozenset()) == Asked(LEAD)
    assert further(line, frozenset({LEAD})) == Asked(DEPUTY, SUPERVISOR)
    assert further(line, frozenset({SUPERVISOR})) == Asked(DUTY), "whom the deputy stands in for has it already"
    assert further(line, frozenset({DUTY})) is None
    assert further(line, frozenset({HANDLER})) == Asked(LEAD), "who is not in the line counts for nothing"
    assert further([], frozenset()) is None


def test_the_line_upwards_ends_even_where_it_runs_in_a_circle():
    assert upwards([1], {1: 2, 2: 3, 3: 1}) == [2, 3]
    assert upwards([1, 9], {1: 2, 2: 4, 9: 3, 3: 4}) == [2, 3, 4], "nearest first"
    assert upwards([None, 1], {1: 1}) == []
    assert upwards([], {}) == []


@given(st.dictionaries(st.integers(1, 9), st.none() | st.integers(1, 9)), st.lists(st.integers(1, 9), max_size=4))
def test_nobody_stands_twice_in_a_line_nor_above_themselves(bosses, starts):
    line = upwards(starts, bosses)
    assert len(line) == len(set(line))
    assert not set(line) & set(starts)


PEOPLE = st.builds(
    Above,
    id=st.just(0),
    answers=st.booleans(),
    active=st.booleans(),
    away=st.booleans(),
    deputy=st.none() | st.integers(1, 6),
)


@given(st.lists(PEOPLE, min_size=6, max_size=6), st.sets(st.integers(1, 6)), st.none() | st.sets(st.integers(1, 6)))
def test_nobody_is_asked_who_may_not_be(people, barred, named):
    known = {pk: Above(pk, who.answers, who.active, who.away, who.deputy) for pk, who in enumerate(people, start=1)}
    asked = chain(known, known, barred=barred, named=named)
    assert len({one.id for one in asked}) == len(asked)
    for one in asked:
        person = known[one.id]
        assert person.answers
        assert person.active
        assert one.id not in barred
        assert named is None or one.id in named
    present = [one for one in asked if not known[one.id].away]
    assert present == asked or not present, "who is away is asked only where nobody is here"


def test_every_trigger_has_its_weight():
    assert set(WEIGHT) == set(v.TRIGGERS)
    assert outweighs("safety", "review")
    assert not outweighs("by_hand", "by_hand")


@pytest.mark.parametrize(
    ("trigger", "level", "severity", "urgent"),
    [
        ("safety", 1, 1, True),
        ("missed_promise", 1, 2, False),
        ("missed_promise", 1, 3, True),
        ("missed_promise", 1, None, True),
        ("overdue", 1, 4, False),
        ("overdue", 2, 1, True),
        ("by_hand", 1, None, False),
    ],
)
def test_what_cannot_wait_for_working_hours(trigger, level, severity, urgent):
    assert is_urgent(trigger, level=level, severity=severity) is urgent
