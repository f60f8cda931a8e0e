"""Words being typed. Nothing typed is lost by a crash of browser or network."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """What one person has typed into one form so far: ``key`` names the form, ``fields`` its values."""

    agent = models.ForeignKey("office.Agent", models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="draft_is_one_per_form_and_person")]
