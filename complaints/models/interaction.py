"""Every contact, in or out, and every note."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v


class RawMessage(models.Model):
    """What arrived from outside, byte for byte, before anything was read into it."""

    source = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    parsed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)


class Interaction(models.Model):
    """One contact or note.

    ``kind``: words (the customer's), reply (ours), call (a phone note), note (internal), outcome (the
    outcome told). ``visibility`` internal is never shown to the customer. ``feeling_*`` run from 1 (calm) to 5 (very
    upset). ``behaviours`` describe this contact, never a person. ``reached`` is False for a failed
    try. ``delivery`` says what became of words of ours: elsewhere (sent by other means), or, for those this desk sends
    itself through ``outgoing``, held (a supervisor is asked about its wording), queued, sent, failed or
    cancelled.
    """

    KINDS = (("words", "words"), ("reply", "reply"), ("call", "call"), ("note", "note"), ("outcome", "outcome"))
    DIRECTIONS = (("in", "in"), ("out", "out"), ("internal", "internal"))
    AUTHORS = (
        ("customer", "customer"),
        ("agent", "agent"),
        ("token", "token"),
        ("system", "system"),
        ("third_party", "third party"),
    )

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=8, choices=KINDS)
    direction = models.CharField(max_length=8, choices=DIRECTIONS)
    channel = models.CharField(_("channel"), max_length=12, choices=v.choices(v.CHANNELS), blank=True)
    visibility = models.CharField(max_length=8, choices=(("customer", "customer"), ("internal", "internal")))
    author_kind = models.CharField(max_length=12, choices=AUTHORS)
    author = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("words"), blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    duration_s = models.PositiveIntegerField(null=True, blank=True)
    reached = models.BooleanField(default=True)
    feeling_start = models.PositiveSmallIntegerField(null=True, blank=True)
    feeling_end = models.PositiveSmallIntegerField(null=True, blank=True)
    behaviours = models.JSONField(default=list, blank=True)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replies")
    raw = models.ForeignKey(RawMessage, models.PROTECT, null=True, blank=True, related_name="+")
    pass_number = models.PositiveSmallIntegerField(default=1)
    delivery = models.CharField(max_length=12, blank=True, choices=v.choices(v.DELIVERIES))
    approval = models.ForeignKey("office.Approval", models.SET_NULL, null=True, blank=True, related_name="+")
    outgoing = models.OneToOneField(
        "office.Outgoing", models.SET_NULL, null=True, blank=True, related_name="interaction"
    )

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "-happened_at", "-id"], name="interaction_newest_first"),
            models.Index(fields=["entered_at"], name="interaction_ours_by_day", condition=Q(direction="out")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(feeling_start__isnull=True) | Q(feeling_start__range=(1, 5)), name="feeling_start_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(feeling_end__isnull=True) | Q(feeling_end__range=(1, 5)), name="feeling_end_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=~Q(kind="note") | Q(visibility="internal"), name="note_is_never_seen_by_the_customer"
            ),
        ]
