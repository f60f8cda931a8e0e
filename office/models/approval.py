"""Something asked of somebody with more authority."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Approval(models.Model):
    """One question to a supervisor: redress above a limit, a letter, an extension, an override.

    ``subject`` names the row the answer is about (kind and id); ``detail`` holds what the decider needs to see that is
    not on the subject itself; ``case_id`` the number of the ticket it belongs to, so that whoever is asked
    sees it. What follows from the answer is the business of the app that asked.
    """

    WAITING, APPROVED, REFUSED, LAPSED = "waiting", "approved", "refused", "lapsed"
    STATES = (
        (WAITING, _("waiting")),
        (APPROVED, _("approved")),
        (REFUSED, _("refused")),
        (LAPSED, _("lapsed")),
    )
    KINDS = (
        ("redress", _("Redress")),
        ("letter", _("Letter")),
        ("extension", _("Extension")),
        ("override", _("Override")),
    )

    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=KINDS)
    state = models.CharField(max_length=12, choices=STATES, default=WAITING)
    asked_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, related_name="approvals_asked")
    addressed_to = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="approvals_addressed"
    )
    asked_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="approvals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="approval_by_subject"),
            models.Index(fields=["case_id"], name="approval_waiting_in_case", condition=Q(state="waiting")),
            models.Index(fields=["addressed_to", "asked_at"], name="approval_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(state="waiting"),
                name="approval_is_asked_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "lapsed"]) | Q(decided_at__isnull=False),
                name="approval_decision_has_a_time",
            ),
        ]
