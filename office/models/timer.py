"""The alarm clock: every deadline that must ring is a row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Timer(models.Model):
    """A bell for one level of one thing in one cycle. The fact (a follow-up, a clock) lives elsewhere."""

    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind", "level", "cycle"], name="timer_rings_once_per_cycle"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="timer_due",
                condition=Q(rung_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True),
            )
        ]
