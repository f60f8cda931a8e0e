"""Celery's way into the case: one line a sweep."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from complaints import sweeps
from office.remembered import remembering


@shared_task(name="complaints.tasks.tick")
def tick() -> None:
    """Ring what is due, batch after batch, until nothing is left or a tick's time is over."""
    until = time.monotonic() + settings.BATCH_SECONDS

    def goes_on() -> bool:
        return time.monotonic() < until

    with remembering():
        while goes_on() and sweeps.tick(now=timezone.now(), goes_on=goes_on).took:
            pass


@shared_task(
    name="complaints.tasks.sweep_outgoing",
    soft_time_limit=settings.MAIL_SOFT_SECONDS,
    time_limit=settings.MAIL_HARD_SECONDS,
)
def sweep_outgoing() -> None:
    """Send the mail that is due, for as long as a batch may take."""
    until = time.monotonic() + settings.MAIL_SECONDS
    sweeps.sweep_outgoing(clock=timezone.now, goes_on=lambda: time.monotonic() < until)
