"""The people of the desk. ``Agent`` is Django's user model."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.roles import STAFF, Role

LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文（臺灣）"))
THEMES = (("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))
ROLES = (
    (Role.AGENT.value, _("Agent")),
    (Role.SUPERVISOR.value, _("Supervisor")),
    (Role.ADMINISTRATOR.value, _("Administrator")),
)


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, username: str | None) -> Agent:
        return self.get(username__iexact=username)


class Agent(AbstractBaseUser):
    """A person who works on complaints. Deactivated people keep their rows: the record names them."""

    username = models.CharField(
        _("user name"),
        max_length=80,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken")},
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True, max_length=254)
    role = models.CharField(_("role"), max_length=16, choices=ROLES, default=Role.AGENT.value)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )
    deputy = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="deputises_for", verbose_name=_("deputy")
    )
    away_until = models.DateTimeField(_("away until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, choices=LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("light or dark"), max_length=8, choices=THEMES, default="auto")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True, blank=True)

    objects = AgentManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="agent_has_a_name"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in STAFF]), name="agent_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A one-time link with which a person sets a password: an invitation or a reset. Only its hash is stored."""

    INVITATION, RESET = "invitation", "reset"
    KINDS = ((INVITATION, _("Invitation")), (RESET, _("Reset")))

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="sign_in_links")
    kind = models.CharField(max_length=12, choices=KINDS)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
