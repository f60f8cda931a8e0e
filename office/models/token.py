"""Keys of REST clients."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.roles import STAFF, TOKEN_REACHES, Role


class ApiToken(models.Model):
    """A REST client's key. The secret is shown once; here stands its SHA-256 and a prefix to tell keys apart."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=16, default=Role.AGENT.value)
    reach = models.CharField(_("reach"), max_length=8, default="own")
    team = models.ForeignKey("office.Team", models.PROTECT, null=True, blank=True, related_name="+")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(reach__in=TOKEN_REACHES), name="token_reach_is_known"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in STAFF]), name="token_role_is_known"),
            models.CheckConstraint(
                condition=(Q(reach="team") & Q(team__isnull=False)) | (~Q(reach="team") & Q(team__isnull=True)),
                name="token_names_a_team_exactly_when_it_reaches_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name
