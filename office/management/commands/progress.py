"""``manage.py progress``: whether the clock ticks and nothing due waits; exit code 1 when something stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from office import pulse


class Command(BaseCommand):
    help = "Say how the desk gets on with what is due; exit code 1 when something stands still."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = pulse.progress(now, started_at=now - timedelta(days=1))  # a clock that never ticked stands still
        says = f"last tick {found.tick:.0f} s ago; oldest due {max(found.timers, found.outgoing):.0f} s"
        if found.stands:
            raise CommandError(f"{', '.join(found.stands)}: {says}")
        self.stdout.write(says)
