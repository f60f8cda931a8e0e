"""What the customer thinks of how it went, in their own figures and words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Survey(models.Model):
    """One short answer per pass, given by the customer themselves after their verdict.

    ``satisfaction`` runs from 1 (very dissatisfied) to 5 (very satisfied), ``effort`` from 1 (very easy for them) to 5
    (very hard); effort may be left out. ``given_at`` is when it was first given, ``changed_at`` when it last changed.
    """

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="surveys")
    pass_number = models.PositiveSmallIntegerField()
    satisfaction = models.PositiveSmallIntegerField()
    effort = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pass_number"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "pass_number"], name="survey_is_given_once_per_pass"),
            models.CheckConstraint(condition=Q(satisfaction__range=(1, 5)), name="survey_satisfaction_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(effort__isnull=True) | Q(effort__range=(1, 5)), name="survey_effort_is_1_to_5"
            ),
        ]
