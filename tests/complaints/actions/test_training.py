"""Somebody begins a round and answers it. Nobody answers for somebody else, and the record book learns no answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from complaints.actions import training as t
from complaints.models import TrainingAnswer, TrainingRound
from office.errors import Invalid, NotAllowed
from office.models import Agent, Event
from office.roles import SYSTEM
from playbooks import training
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


def right(name: str) -> str:
    question = training.question(name)
    assert question is not None
    return question.answer


def wrong(name: str) -> str:
    question = training.question(name)
    assert question is not None
    return next(one for one in question.choices if one != question.answer)


@pytest.fixture
def practice(act: Any) -> TrainingRound:
    made: TrainingRound = act(t.begin, None, kind="practice")
    return made


def test_a_mixed_round_asks_eight_questions_and_a_topic_all_it_has(act: Any, practice: TrainingRound) -> None:
    assert len(practice.questions) == 8
    privacy = act(t.begin, None, kind="practice", topic="privacy")
    assert set(privacy.questions) == {one.id for one in training.practice("privacy")}


def test_the_self_test_asks_the_six_statements(act: Any) -> None:
    made = act(t.begin, None, kind="beliefs")
    assert made.questions == [f"belief-{number}" for number in range(1, 7)]
    made = act(t.answer, made, chosen={name: right(name) for name in made.questions})
    assert made.ended_at == NOW
    assert made.answers.filter(right=True).count() == 6


@pytest.mark.parametrize(
    "words", [{"kind": "exam"}, {"kind": "practice", "topic": "astrology"}, {"kind": "beliefs", "topic": "listen"}]
)
def test_what_cannot_be_practised_is_not_begun(act: Any, words: dict[str, str]) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(t.begin, None, **words)


def test_whoever_left_a_round_goes_on_with_it(act: Any, practice: TrainingRound, colleague: Agent) -> None:
    with nothing_changes():
        assert act(t.begin, None, kind="practice").pk == practice.pk
    assert act(t.begin, None, kind="practice", topic="listen").pk != practice.pk
    assert act(t.begin, None, kind="practice", by=colleague).pk != practice.pk


def test_a_round_whose_rest_left_the_bank_is_not_gone_on_with(act: Any, practice: TrainingRound) -> None:
    TrainingRound.objects.filter(pk=practice.pk).update(questions=["from-an-older-edition"])
    assert act(t.begin, None, kind="practice").pk != practice.pk


def test_an_answer_is_kept_with_whether_it_was_right(act: Any, practice: TrainingRound) -> None:
    first, second = practice.questions[:2]
    act(t.answer, practice, chosen={first: right(first)})
    act(t.answer, practice, chosen={second: wrong(second)})
    kept = practice.answers.values_list("question", "chosen", "right")
    assert list(kept) == [(first, right(first), True), (second, wrong(second), False)]
    practice.refresh_from_db()
    assert practice.ended_at is None


def test_answering_twice_is_harmless_and_the_first_answer_counts(act: Any, practice: TrainingRound, told: Any) -> None:
    first = practice.questions[0]
    act(t.answer, practice, chosen={first: wrong(first)})
    with nothing_changes():
        act(t.answer, practice, chosen={first: right(first)})
    assert practice.answers.get().right is False
    assert told(practice) == ["training.begin", "training.answer"]


def test_the_last_answer_ends_the_round_once(act: Any, practice: TrainingRound) -> None:
    for name in practice.questions:
        act(t.answer, practice, chosen={name: right(name)})
    practice.refresh_from_db()
    assert practice.ended_at == NOW
    act(t.answer, practice, chosen={practice.questions[0]: right(practice.questions[0])}, at=LATER)
    practice.refresh_from_db()
    assert practice.ended_at == NOW


def test_the_next_round_begins_with_what_was_wrong(act: Any, practice: TrainingRound) -> None:
    names = practice.questions
    for place, name in enumerate(names):
        given = wrong(name) if name in names[3:5] else right(name)
        act(t.answer, practice, chosen={name: given}, at=NOW + timedelta(minutes=place))
    again = act(t.begin, None, kind="practice", at=LATER)
    assert again.questions[:2] == names[3:5]
    assert not set(again.questions[2:]) & set(names)


def test_what_was_wrong_and_then_right_is_known(act: Any) -> None:
    first = act(t.begin, None, kind="practice", topic="records")
    act(t.answer, first, chosen={name: wrong(name) for name in first.questions})
    second = act(t.begin, None, kind="practice", topic="records", at=LATER)
    assert set(second.questions) == set(first.questions)
    act(t.answer, second, chosen={name: right(name) for name in second.questions[1:]}, at=LATER)
    act(t.answer, second, chosen={second.questions[0]: wrong(second.questions[0])}, at=LATER)
    third = act(t.begin, None, kind="practice", topic="records", at=LATER + timedelta(hours=1))
    assert third.questions[0] == second.questions[0]


@pytest.mark.parametrize("given", ["", "z", "true", None])
def test_what_is_no_answer_is_said_beside_its_question_and_nothing_is_kept(
    act: Any, practice: TrainingRound, given: str | None
) -> None:
    name = next(one for one in practice.questions if training.bank().by_id[one].options)
    other = next(one for one in practice.questions if one != name)
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(t.answer, practice, chosen={other: right(other), name: given})
    assert set(refusal.value.fields) == {name}


def test_a_question_of_another_round_is_not_answered_here(act: Any, practice: TrainingRound) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(t.answer, practice, chosen={"belief-1": "true"})


def test_somebody_elses_round_does_not_exist(
    act: Any, practice: TrainingRound, colleague: Agent, stranger: Agent
) -> None:
    for person in (colleague, stranger):
        with nothing_changes(), pytest.raises(Http404):
            act(t.answer, practice, by=person, chosen={})


def test_whoever_coaches_sees_a_round_and_may_not_answer_it(
    act: Any, practice: TrainingRound, supervisor: Agent, administrator: Agent, told: Any
) -> None:
    first = practice.questions[0]
    for person in (supervisor, administrator):
        with pytest.raises(NotAllowed):
            act(t.answer, practice, by=person, chosen={first: right(first)})
    assert not TrainingAnswer.objects.exists()
    assert told(practice) == ["training.begin", "refused", "refused"]


def test_only_people_train(practice: TrainingRound) -> None:
    with nothing_changes(), pytest.raises(NotAllowed):
        t.begin(None, actor=SYSTEM, now=NOW, kind="practice")


def test_the_record_book_learns_no_answers(act: Any, practice: TrainingRound) -> None:
    first = practice.questions[0]
    act(t.answer, practice, chosen={first: wrong(first)})
    begun, answered = Event.objects.filter(subject_kind="traininground").order_by("seq")
    assert begun.payload == {"kind": "practice", "topic": "", "questions": 8}
    assert answered.payload == {"questions": [first]}
