"""Heads of complaint, numbered, each with a finding per pass."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v


class Issue(models.Model):
    """One thing complained about, in one sentence."""

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="issues")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("issue"), max_length=300)
    raised_pass = models.PositiveSmallIntegerField(default=1)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="issue_number_is_unique"),
            models.CheckConstraint(condition=~Q(text=""), name="issue_has_a_text"),
        ]


class Finding(models.Model):
    """What we found about one issue in one pass, with the reason the customer will read."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="findings")
    pass_number = models.PositiveSmallIntegerField()
    finding = models.CharField(_("finding"), max_length=16, choices=v.choices(v.FINDINGS))
    reason = models.TextField(_("reasons"), blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "pass_number"], name="issue_has_one_finding_per_pass")]
