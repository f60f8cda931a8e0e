"""Answers already given to REST clients that may ask again."""

from __future__ import annotations

from django.db import models


class IdempotentAnswer(models.Model):
    """The stored answer of one create, written in the create's own transaction.

    ``digest`` is the SHA-256 of method, path and body; the same key with another body is an error of the client.
    """

    token = models.ForeignKey("office.ApiToken", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_is_used_once_per_token")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_by_age")]
