"""The out-tray: everything that leaves the desk is a row first."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

PENDING = Q(sent_at__isnull=True, cancelled_at__isnull=True, dead_at__isnull=True)


class Outgoing(models.Model):
    """A mail, webhook delivery or notice that is owed.

    ``dedupe_key`` makes a second one impossible; ``not_before`` gives undo and send-later; a worker leases the row,
    counts the attempt before it works, and ends it as sent, cancelled or dead. What is due of the same ``bundle``
    leaves together; "" travels alone.
    """

    kind = models.CharField(max_length=24)
    dedupe_key = models.CharField(max_length=120, unique=True)
    bundle = models.CharField(max_length=80, blank=True, default="")
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
            models.Index(fields=["not_before"], name="outgoing_due", condition=PENDING),
            # What leaves together with a row, and when something of a bundle left last.
            models.Index(fields=["bundle", "not_before"], name="outgoing_together", condition=PENDING & ~Q(bundle="")),
            models.Index(fields=["bundle", "not_before"], name="outgoing_bundled", condition=~Q(bundle="")),
        ]
