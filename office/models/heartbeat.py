"""When something that has to go on by itself last did."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one thing that ticks."""

    name = models.CharField(max_length=24, unique=True)
    at = models.DateTimeField()
