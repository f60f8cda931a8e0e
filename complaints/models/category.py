"""What complaints are about, and the closed lists of reasons."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """Something set up in three languages. An empty name falls back to the English one, then to the code."""

    code = models.SlugField(_("code"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=120, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        language = (get_language() or "en").lower()
        name = {"zh-hans": self.name_zh_hans, "zh-hant": self.name_zh_hant}.get(language, "")
        return name or self.name_en or self.code


class Category(Named):
    """Two levels: what it is about, and what about it. ``team`` is where such complaints go by default."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under")
    )
    team = models.ForeignKey(
        "office.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "code"], name="category_code_is_unique_under_its_parent"),
            models.UniqueConstraint(fields=["code"], condition=Q(parent=None), name="category_code_is_unique"),
        ]


class Reason(Named):
    """One reason of a closed list."""

    KINDS = (
        ("skip", _("Skipping a step")),
        ("close", _("Closing")),
        ("withdraw", _("Withdrawing")),
        ("out_of_scope", _("Out of scope")),
        ("reopen", _("Reopening")),
        ("convert", _("Changing the kind")),
        ("wait", _("Waiting")),
        ("anonymous", _("No customer")),
    )
    kind = models.CharField(_("list"), max_length=16, choices=KINDS)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="reason_code_is_unique_in_its_list")]
