"""Each visit to a step, in each pass."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from complaints.domain import vocabulary as v


class StepRecord(models.Model):
    """One visit to one step: who, when, how long, and the evidence.

    While open, ``evidence`` holds what belongs to this visit alone. When the step is completed or skipped, the ticket's
    own facts of that step are frozen into it, so that a later pass overwrites nothing. ``visit`` counts the times the
    step was entered in this pass.
    """

    OPEN, COMPLETED, SKIPPED, LEFT = "open", "completed", "skipped", "left"

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="step_records")
    pass_number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=v.choices(v.STEPS))
    visit = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=OPEN)
    evidence = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    skip_reason = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "pass_number", "step", "visit"], name="step_visit_is_recorded_once"
            ),
            models.UniqueConstraint(fields=["ticket"], condition=Q(state="open"), name="ticket_is_in_one_step"),
            models.CheckConstraint(condition=Q(state="open") | Q(ended_at__isnull=False), name="step_end_has_a_time"),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(skip_reason=""), name="step_skip_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="step_ends_after_it_starts"
            ),
        ]
