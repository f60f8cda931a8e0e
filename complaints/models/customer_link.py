"""The customer's own way to their case."""

from __future__ import annotations

from django.db import models


class CustomerLink(models.Model):
    """What is known of a link without being the link: its hash, its rotation and how long it lives.

    The secret itself is computed from the ticket and ``rotation`` whenever a mail is rendered, and never stored.
    """

    ticket = models.OneToOneField("complaints.Ticket", models.CASCADE, related_name="customer_link")
    rotation = models.PositiveIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
