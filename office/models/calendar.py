"""Working hours. Until working-time targets come, every clock counts plain hours and teams have no calendar."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """A week of windows in a time zone, with closed and extra working days.

    ``windows`` maps "0".."6" (Monday first) to a list of ["HH:MM", "HH:MM"]; ``closed`` and ``extra`` list ISO dates.
    A change makes a new ``version``, which clocks remember.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    region = models.CharField(max_length=2, blank=True)
    windows = models.JSONField(default=dict)
    closed = models.JSONField(default=list)
    extra = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name
