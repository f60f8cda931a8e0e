"""The story of a case in five lines, and how its promises fared."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from complaints.domain.brief import LINES, WEIGHT, Kept, Moment, fared, five_lines
from tests.conftest import NOW


def at(minutes: int, kind: str = "note") -> Moment:
    return Moment(NOW + timedelta(minutes=minutes), kind)


def test_a_short_story_is_told_whole_in_order():
    story = [at(3), at(0, "received"), at(1, "words")]
    assert five_lines(story) == [at(0, "received"), at(1, "words"), at(3)]
    assert five_lines([]) == []


def test_of_a_long_one_the_first_the_last_and_what_weighs_most():
    notes = [at(minute) for minute in range(1, 20)]
    story = [at(0, "received"), *notes, at(4, "missed"), at(7, "words"), at(9, "asked")]
    assert five_lines(story) == [at(0, "received"), at(4, "missed"), at(7, "words"), at(9, "asked"), at(19)]


def test_of_equal_weight_the_newer_is_told():
    story = [at(0, "received"), *[at(minute, "words") for minute in range(1, 9)]]
    assert [moment.at.minute - NOW.minute for moment in five_lines(story)] == [0, 5, 6, 7, 8]


@given(st.lists(st.builds(at, st.integers(0, 600), st.sampled_from(sorted(WEIGHT))), max_size=40))
def test_five_lines_are_at_most_five_in_order_and_from_beginning_to_end(story):
    told = five_lines(story)
    assert len(told) == min(len(story), LINES)
    assert told == sorted(told, key=lambda moment: moment.at)
    if story:
        assert told[0].at == min(moment.at for moment in story)
        assert told[-1].at == max(moment.at for moment in story)


def test_a_promise_is_broken_when_it_was_missed_kept_too_late_or_is_past_due():
    hour = timedelta(hours=1)
    promises = [
        ("kept", NOW, NOW - hour),
        ("kept", NOW - hour, NOW),
        ("missed", NOW, NOW - hour),
        ("", NOW - hour, None),
        ("", NOW + hour, None),
        ("dropped", NOW - hour, NOW),
        ("unreached", NOW - hour, NOW),
    ]
    assert fared(promises, now=NOW) == Kept(kept=1, broken=3)
