"""What is set once for the whole installation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Office(models.Model):
    """The single row of installation-wide settings.

    ``redress_limits`` maps a role to the highest amount (in ``currency``, as a decimal string) it may grant alone.
    A role without one grants nothing alone. Until the authority matrix comes this is the one money limit per role.
    ``reply_to`` is a mailbox somebody reads; without one, mails say that they cannot be answered.
    """

    name = models.CharField(_("name of the desk"), max_length=120, default="Complaint desk")
    duty_manager = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("duty manager")
    )
    calendar = models.ForeignKey(
        "office.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working hours")
    )
    region = models.CharField(_("region for phone numbers"), max_length=2, default="GB")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    redress_limits = models.JSONField(default=dict, blank=True)
    reply_to = models.EmailField(_("where answers by e-mail go"), max_length=254, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="office_is_one_row")]

    def __str__(self) -> str:
        return self.name
