"""Which playbook fits a contact: proposed by its words, and what a person made of that."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class PatternQuerySet(models.QuerySet["Pattern"]):
    def confirmed(self) -> PatternQuerySet:
        """Those a person stands behind, whoever thought of them first."""
        return self.filter(state__in=["confirmed", "picked"])


class Pattern(models.Model):
    """A pattern of one contact, never of a person.

    ``cues`` are what fired: text with start and end (characters of the interaction's words). ``version`` is that of the
    matching. ``state``: suggested by the desk, then confirmed or dismissed; or picked by a person without suggestion.
    """

    STATES = (
        ("suggested", _("suggested")),
        ("confirmed", _("confirmed")),
        ("dismissed", _("dismissed")),
        ("picked", _("picked")),
    )

    interaction = models.ForeignKey("complaints.Interaction", models.CASCADE, related_name="patterns")
    key = models.CharField(max_length=40)
    cues = models.JSONField(default=list, blank=True)
    version = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="suggested")
    suggested_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PatternQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["key", "state"], name="pattern_by_key"),
            models.Index(Coalesce("suggested_at", "decided_at"), name="pattern_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["interaction", "key"], name="pattern_is_noted_once_for_a_contact"),
            models.CheckConstraint(
                condition=Q(state="suggested") | Q(decided_at__isnull=False), name="pattern_decision_has_a_time"
            ),
        ]
