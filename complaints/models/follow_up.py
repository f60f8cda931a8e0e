"""What we said we would do, and what we decided to do."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def pending(self) -> FollowUpQuerySet:
        return self.filter(done_at__isnull=True)

    def not_kept(self) -> FollowUpQuerySet:
        """Still open, or a promise given up: what a bell rings for when the date has come."""
        return self.filter(Q(done_at__isnull=True) | Q(outcome="missed", promised=True))


class FollowUp(models.Model):
    """A promise, call back, update, satisfaction call, care contact or chase, with an owner and a due instant.

    ``due_kind`` "by" means at the latest then, "on" some time that day. ``promised`` tells what the customer was told
    from what we set ourselves; ``told_due_at`` is the date they were told last, None while it is the first one.
    ``cause`` names why the steps themselves planned it, "" for what somebody planned. ``after`` is what it goes on
    from: a try that reached nobody, or a promise whose new date nobody told. ``attempt`` is the call that reached
    nobody when this ended.
    """

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="follow_ups")
    kind = models.CharField(_("kind"), max_length=12, choices=v.choices(v.FOLLOW_UPS))
    text = models.CharField(_("what"), max_length=300)
    promised = models.BooleanField(_("promised to the customer"), default=True)
    owner = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="follow_ups", verbose_name=_("who")
    )
    due_at = models.DateTimeField(_("due"))
    due_kind = models.CharField(max_length=2, choices=(("by", "by"), ("on", "on")), default="by")
    original_due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    interaction = models.ForeignKey(
        "complaints.Interaction", models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    pass_number = models.PositiveSmallIntegerField(default=1)
    told_due_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=8, choices=v.choices(v.PLANNED), blank=True)
    after = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="following")
    attempt = models.ForeignKey("complaints.Interaction", models.SET_NULL, null=True, blank=True, related_name="+")
    snoozes = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=v.choices(v.OUTCOMES), blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["owner", "due_at"], name="follow_up_pending", condition=Q(done_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="follow_up_says_what"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(outcome=""), name="follow_up_end_has_an_outcome"
            ),
            models.UniqueConstraint(
                fields=["ticket", "cause"],
                condition=Q(done_at__isnull=True) & ~Q(cause=""),
                name="follow_up_planned_once_by_a_step",
            ),
        ]

    @property
    def words(self) -> Promise | str:
        """What is to be done: as somebody wrote it, or in the reader's language where a step planned it."""
        return v.PLANNED.get(self.cause, self.text)

    @property
    def told_until(self) -> datetime:
        """The date the customer has last been told."""
        return self.told_due_at or self.original_due_at
