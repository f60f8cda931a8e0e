"""What we change so that it does not happen to the next customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from complaints.domain import vocabulary as v


class PreventiveAction(models.Model):
    """A cause, what is done about it or why nothing, by whom, by when, and whether the cause's complaints fell."""

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="preventive_actions")
    pass_number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=24, blank=True, choices=v.choices(v.CAUSES))
    what = models.TextField(blank=True)
    none_reason = models.TextField(blank=True)
    owner = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    effect = models.TextField(blank=True)
    effect_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "pass_number"], name="prevention_is_decided_once_per_pass"),
            models.CheckConstraint(condition=~Q(what="") | ~Q(none_reason=""), name="prevention_says_what_or_why_not"),
        ]
