"""A letter of a case: written from a template, approved by somebody else, sent or printed, and kept as it went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """``template`` is the key of a letter template, ``edition`` the number of the edition it was begun with.

    ``content`` is the whole page as it left (HTML, kept byte for byte) and ``sha256`` its hash; both are empty before.
    """

    STATES = (
        ("draft", _("draft")),
        ("submitted", _("waiting for approval")),
        ("returned", _("returned")),
        ("approved", _("approved")),
        ("sent", _("sent")),
        ("printed", _("printed")),
        ("dropped", _("dropped")),
    )

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="letters")
    template = models.CharField(max_length=40)
    edition = models.PositiveIntegerField()
    language = models.CharField(max_length=16)
    pass_number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    approval = models.ForeignKey("office.Approval", models.SET_NULL, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    interaction = models.OneToOneField(
        "complaints.Interaction", models.SET_NULL, null=True, blank=True, related_name="letter"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "printed"]) | (Q(left_at__isnull=False) & ~Q(sha256="")),
                name="letter_that_left_has_its_hash",
            ),
        ]


class LetterVersion(models.Model):
    """The letter's own words at one moment: ``parts`` by the id of the template's block, ``ticked`` components."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    parts = models.JSONField(default=dict)
    ticked = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="letter_version_number_is_unique"),
        ]
