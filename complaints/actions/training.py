"""Training: somebody begins a round and answers its questions. Nobody answers for somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.models import TrainingAnswer, TrainingRound
from complaints.queries import training as query
from office import audit
from office.acting import action, subject_of
from office.errors import Fault, Invalid, NotAllowed
from office.models import Agent
from office.roles import Actor
from playbooks import training


@action("training.begin")
def begin(subject: None, *, actor: Actor, now: datetime, kind: str, topic: str = "") -> TrainingRound:
    """Begin the self-test (``kind`` beliefs) or a round of practice, on one topic or mixed.

    Whoever left such a round goes on with it instead of beginning another.
    """
    if actor.agent_id is None:
        raise NotAllowed
    if kind not in dict(TrainingRound.KINDS):
        raise Invalid.one("kind", "unknown-choice", _("Choose the self-test or practice"))
    if topic and (kind != query.PRACTICE or topic not in training.topics()):
        raise Invalid.one("topic", "unknown-choice", _("Choose one of the topics"))
    Agent.objects.select_for_update().get(pk=actor.agent_id)  # two presses at once begin one round
    left = query.open_rounds(actor.agent_id, kind=kind, topic=topic)
    if left:
        return left[0]
    made = TrainingRound(agent_id=actor.agent_id, kind=kind, topic=topic, begun_at=now)
    made.questions = _questions(actor.agent_id, kind, topic, now=now)
    made.save(force_insert=True)
    payload = {"kind": kind, "topic": topic, "questions": len(made.questions)}
    audit.record(subject_of(made), "training.begin", actor=actor, now=now, payload=payload)
    return made


def _questions(agent_id: int, kind: str, topic: str, *, now: datetime) -> list[str]:
    if kind == query.BELIEFS:
        return [one.id for one in training.beliefs()]
    last = query.last_answers(agent_id)
    return training.next_round(training.practice(topic), last, seed=f"{agent_id} {now.isoformat()}")


@action("training.answer")
def answer(subject: TrainingRound, *, actor: Actor, now: datetime, chosen: Mapping[str, str]) -> TrainingRound:
    """Answer questions of a round: ``chosen`` maps their ids to the id of an option, or to true or false.

    Everything or nothing is taken. What was answered before stays as it was; the last answer ends the round.
    """
    kept = TrainingRound.objects.select_for_update().get(pk=query.round_for(actor, subject.pk).pk)
    if kept.agent_id != actor.agent_id:
        raise NotAllowed
    present = query.answers_in(kept)
    fresh = {name: given for name, given in chosen.items() if name not in present}
    faults = _faults(kept, fresh)
    if faults:
        raise Invalid(faults)
    TrainingAnswer.objects.bulk_create(_answered(kept, name, given, now=now) for name, given in fresh.items())
    if fresh:
        payload = {"questions": list(fresh)}
        audit.record(subject_of(kept), "training.answer", actor=actor, now=now, payload=payload)
    if kept.ended_at is None and not query.unanswered(kept, present.keys() | fresh.keys()):
        kept.ended_at = now
        kept.save(update_fields=["ended_at"])
    return kept


def _faults(kept: TrainingRound, fresh: Mapping[str, str]) -> dict[str, list[Fault]]:
    faults: dict[str, list[Fault]] = {}
    for name, given in fresh.items():
        question = training.question(name) if name in kept.questions else None
        if question is None:
            faults[name] = [Fault("unknown-question", _("This question is not in the round"))]
        elif given not in question.choices:
            faults[name] = [Fault("unknown-choice", _("Choose one of the answers"))]
    return faults


def _answered(kept: TrainingRound, name: str, given: str, *, now: datetime) -> TrainingAnswer:
    question = training.bank().by_id[name]
    return TrainingAnswer(
        round=kept, question=name, topic=question.topic, chosen=given, right=given == question.answer, answered_at=now
    )
