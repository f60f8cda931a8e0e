"""A case put before somebody above. The handler stays on the case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v

UNANSWERED = ("open", "acknowledged")


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def unanswered(self) -> EscalationQuerySet:
        return self.filter(state__in=UNANSWERED)

    def unread(self) -> EscalationQuerySet:
        """Came back with words for the handler, who has not ticked them off."""
        return self.filter(state__in=["returned", "answered"], read_at__isnull=True)


class Escalation(models.Model):
    """One level, once per cycle, while it is unanswered.

    ``addressed_to`` is who is really asked; ``in_place_of`` whom they stand in for, who was away then.
    """

    STATES = (
        ("open", _("open")),
        ("acknowledged", _("acknowledged")),
        ("returned", _("returned")),
        ("taken_over", _("taken over")),
        ("answered", _("answered")),
        ("lapsed", _("lapsed")),
    )

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    pass_number = models.PositiveSmallIntegerField()
    trigger = models.CharField(_("why"), max_length=16, choices=v.choices(v.TRIGGERS))
    reason = models.TextField(_("what is asked"))
    addressed_to = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="escalations")
    in_place_of = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    acknowledge_by = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATES, default="open")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["addressed_to", "acknowledge_by"],
                name="escalation_waiting",
                condition=Q(state__in=["open", "acknowledged"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "level"],
                condition=Q(state__in=["open", "acknowledged"]),
                name="escalation_level_is_open_once",
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="escalation_level_is_1_to_4"),
        ]

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED
