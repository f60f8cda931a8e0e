"""``manage.py load_builtin``: categories, reasons and targets a desk starts with. Safe to run at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.actions.built_in import load


class Command(BaseCommand):
    help = "Load the built-in categories, reasons and targets; what an administrator changed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Built-in content: {added} added.")
