"""What the wording check said of our words, and what their author did about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WordingNote(models.Model):
    """One rule on one text of ours: a message, evidence of a step, or a letter.

    ``start`` and ``end`` count characters of the text as it stayed; both are 0 for what was mended before it was sent.
    ``did``: fixed (it was shown, and is gone), confirmed (a warning, sent all the same), kept (a hint), held (waits for
    a supervisor), approved (a supervisor let it pass), refused.
    """

    DONE = (
        ("fixed", _("changed")),
        ("confirmed", _("confirmed")),
        ("kept", _("kept")),
        ("held", _("held")),
        ("approved", _("approved by a supervisor")),
        ("refused", _("refused by a supervisor")),
    )
    PLACES = (
        ("message", _("Message")),
        ("note", _("Note")),
        ("restatement", _("Restatement")),
        ("regret", _("Regret")),
        ("letter", _("Letter")),
    )

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="wording_notes")
    interaction = models.ForeignKey(
        "complaints.Interaction", models.CASCADE, null=True, blank=True, related_name="wording_notes"
    )
    letter = models.ForeignKey("complaints.Letter", models.CASCADE, null=True, blank=True, related_name="wording_notes")
    place = models.CharField(max_length=12, choices=PLACES)
    rule = models.CharField(max_length=40)
    edition = models.PositiveIntegerField(default=0)
    severity = models.CharField(max_length=8)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    did = models.CharField(max_length=10, choices=DONE)
    at = models.DateTimeField()
    author = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["rule", "at"], name="wording_note_by_rule")]
        constraints = [models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="wording_note_has_a_span")]
