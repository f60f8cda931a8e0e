"""Teams in a tree, and who belongs to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Team(models.Model):
    """A group of agents with a lead and a supervisor.

    ``path`` is the chain of ids from the root, "/3/17/", kept by the team actions, so that "this team and all below"
    is one prefix.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(max_length=255, db_index=True, blank=True)
    lead = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("lead")
    )
    supervisor = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="supervises", verbose_name=_("supervisor")
    )
    calendar = models.ForeignKey(
        "office.Calendar", models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("working hours")
    )
    region = models.CharField(_("region for phone numbers"), max_length=2, blank=True)
    members: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "office.Agent", through="office.Membership", related_name="teams"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="team_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    agent = models.ForeignKey("office.Agent", models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "team"], name="agent_is_member_once")]
