"""The out-tray: everything that leaves the desk is a row first."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Outgoing(models.Model):
    """A mail, webhook delivery or notice that is owed.

    ``dedupe_key`` makes a second one impossible; ``not_before`` gives undo and send-later; a worker leases the row,
    counts the attempt before it works, and ends it as sent, cancelled or dead.
    """

    kind = models.CharField(max_length=24)
    dedupe_key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                name="outgoing_due",
                condition=Q(sent_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True),
            )
        ]
