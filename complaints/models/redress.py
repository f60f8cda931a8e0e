"""What we give or do to put it right."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v


class Redress(models.Model):
    """One of the thirteen response types of ISO 10002, within authority or approved.

    ``amount`` is null where no money moves. Due, done and verified are three different days.
    """

    ticket = models.ForeignKey("complaints.Ticket", models.CASCADE, related_name="redress")
    issue = models.ForeignKey("complaints.Issue", models.SET_NULL, null=True, blank=True, related_name="redress")
    pass_number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=24, choices=v.choices(v.REDRESS))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    basis = models.CharField(_("basis"), max_length=12, choices=v.choices(v.BASES))
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=v.choices(v.REDRESS_STATES))
    approval = models.ForeignKey("office.Approval", models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("due"), null=True, blank=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="redress_amount_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | ~Q(currency=""), name="redress_amount_has_a_currency"
            ),
        ]
