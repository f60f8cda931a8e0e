"""What we know: playbooks, wording rules and letter templates, each with every edition it ever had."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ArticleQuerySet(models.QuerySet["Article"]):
    def live(self) -> ArticleQuerySet:
        return self.filter(retired_at__isnull=True)

    def of(self, kind: str) -> ArticleQuerySet:
        return self.filter(kind=kind)


class Article(models.Model):
    """One thing we know, under a key that never changes.

    ``current`` is the edition that counts. ``newer`` is a built-in edition that a release brought while people had
    changed the text: it waits to be looked at, and changes nothing by itself. ``revision`` grows with every change,
    so that the sum over all articles tells whether what somebody holds in memory is still so.
    """

    PLAYBOOK, RULE, LETTER = "playbook", "rule", "letter"
    KINDS = ((PLAYBOOK, _("Playbook")), (RULE, _("Wording rule")), (LETTER, _("Letter template")))

    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=40)
    place = models.PositiveIntegerField(default=0)
    current = models.ForeignKey("Edition", models.PROTECT, null=True, related_name="+")
    newer = models.ForeignKey("Edition", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    review_on = models.DateField(_("review on"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="article_key_is_unique_in_its_kind")]

    @property
    def is_edited(self) -> bool:
        return self.current is not None and self.current.origin == Edition.EDITED


class Edition(models.Model):
    """One text of an article, never changed again. ``content`` has the shape of its kind's built-in data file."""

    BUILT_IN, EDITED = "built_in", "edited"
    ORIGINS = ((BUILT_IN, _("built-in")), (EDITED, _("edited")))

    article = models.ForeignKey(Article, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=ORIGINS)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="edition_number_is_unique_in_its_article"),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_number_starts_at_1"),
        ]
