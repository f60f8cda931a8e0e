"""The record book: append-only, hash-chained."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened to one subject.

    ``payload`` holds codes, ids and salted digests, never words, names or addresses, so that erasing a person and
    proving the chain do not fight. ``hash`` is SHA-256 over the previous hash of the same subject and this line.
    No foreign keys, in or out: the table can be partitioned. A trigger refuses UPDATE and DELETE on both engines.
    """

    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=48)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "seq"], name="event_has_its_place_in_the_chain"
            )
        ]


class EventAnchor(models.Model):
    """Hourly: a digest over the heads of all chains that grew since the last anchor, chained to the one before."""

    at = models.DateTimeField()
    last_event_id = models.BigIntegerField()
    heads = models.PositiveIntegerField()
    heads_digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prev_hash"], name="anchor_follows_one_before")]
