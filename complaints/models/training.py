"""What somebody answered in training: for them, and for whoever coaches them."""

from __future__ import annotations

from django.db import models


class TrainingRound(models.Model):
    """One go at the self-test (``kind`` beliefs) or at some questions of the bank (practice).

    ``questions`` are their ids in the order they are asked, from the edition of the bank there was then.
    """

    KINDS = (("beliefs", "beliefs"), ("practice", "practice"))

    agent = models.ForeignKey("office.Agent", models.CASCADE, related_name="training_rounds")
    kind = models.CharField(max_length=10, choices=KINDS)
    topic = models.CharField(max_length=24, blank=True)
    questions = models.JSONField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["agent", "-begun_at"], name="training_newest_first")]


class TrainingAnswer(models.Model):
    """One question, answered once in a round. ``chosen`` is the id of an option, or true / false."""

    round = models.ForeignKey(TrainingRound, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=60)
    topic = models.CharField(max_length=24)
    chosen = models.CharField(max_length=40)
    right = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "question"], name="training_question_is_answered_once"),
        ]
