"""Working hours, and every version of them that was ever counted with."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.calendars import WorkingTime
from office.public_days import Coverage, coverage, working_time


class Calendar(models.Model):
    """A week of windows in a time zone, with closed and extra working days; what counts stands in its versions.

    The name is no part of a version: renaming changes nothing. ``version`` is the newest one.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="calendar_has_a_name")]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """One version, never changed: a clock counted with it can be explained with it for ever.

    ``content``: ``time_zone``; ``windows``, "0".."6" (Monday first) to a list of ["HH:MM", "HH:MM"]; ``closed`` and
    ``extra``, the desk's own days as ``office.calendars`` reads them; ``region``, a key of ``public_days.REGIONS`` or
    ""; ``public``, the public days of that region as they were known when the version was made.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["calendar", "-version"]
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_is_made_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id}.{self.version}"

    @cached_property
    def working_time(self) -> WorkingTime:
        return working_time(self.content)

    @property
    def region(self) -> str:
        return str(self.content.get("region") or "")

    @property
    def coverage(self) -> Coverage | None:
        return coverage(self.content)
