"""Targets, and the clocks that run towards them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v


class Preset(models.Model):
    """One version of the targets by severity, in hours: ``{"acknowledge": {"1": 24, …}, …}``. The newest one counts.

    Hours are working hours where the team, or else the office, has a calendar. A target that is missing has no clock.
    """

    version = models.PositiveIntegerField(unique=True)
    hours = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(met_at__isnull=True, cancelled_at__isnull=True, paused_at__isnull=True)

    def unmet(self) -> ClockQuerySet:
        return self.filter(met_at__isnull=True, cancelled_at__isnull=True)


class Clock(models.Model):
    """One target of one ticket in one pass and cycle. ``original_due_at`` stays when the due instant moves.

    A step entered again, and our next contact, begin a new cycle. ``calendar`` and its version are what it is counted
    with; without one hours are plain hours, day and night.
    """

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="clocks")
    target = models.CharField(_("target"), max_length=16, choices=v.choices(v.CLOCKS))
    pass_number = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    preset_version = models.PositiveIntegerField()
    calendar = models.ForeignKey("office.Calendar", models.PROTECT, null=True, blank=True, related_name="clocks")
    calendar_version = models.PositiveIntegerField(null=True, blank=True)
    hours = models.DecimalField(max_digits=8, decimal_places=2)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "target", "pass_number", "cycle"], name="clock_runs_once_per_cycle"
            ),
            models.CheckConstraint(
                condition=Q(calendar__isnull=True, calendar_version__isnull=True)
                | Q(calendar__isnull=False, calendar_version__isnull=False),
                name="clock_knows_the_version_of_its_calendar",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="clock_is_due_after_it_starts"),
        ]


class ClockEvent(models.Model):
    """What happened to a clock. ``reason``: why it waits, why it was counted anew, the per cent of a warning."""

    KINDS = tuple((kind, kind) for kind in ("start", "pause", "resume", "met", "retarget", "cancel", "warned"))

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=KINDS)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
