"""Celery's way into the case: one line a sweep."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from complaints import sweeps


@shared_task(name="complaints.tasks.tick")
def tick() -> None:
    """Ring what is due, for as long as a batch may take."""
    until = time.monotonic() + settings.BATCH_SECONDS
    sweeps.tick(now=timezone.now(), goes_on=lambda: time.monotonic() < until)
