"""Files: kept outside the web root, served only as a download through the access door."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Attachment(models.Model):
    """One file of one ticket. ``stored`` is a name we drew; ``name`` is what people called it."""

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="attachments")
    interaction = models.ForeignKey(
        "complaints.Interaction", models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    stored = models.FileField(max_length=120)
    name = models.CharField(max_length=160)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    visibility = models.CharField(max_length=8, default="internal")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    added_by_kind = models.CharField(max_length=12)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty")]
