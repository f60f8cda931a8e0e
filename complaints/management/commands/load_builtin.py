"""``manage.py load_builtin``: categories, reasons, targets and playbooks a desk starts with. Safe at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.actions.built_in import load
from playbooks.actions import load_built_in


class Command(BaseCommand):
    help = "Load the built-in categories, reasons, targets and playbooks; what an administrator changed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(f"Built-in content: {added} added.")
        self.stdout.write(f"Playbooks, rules and letters: {load_built_in(timezone.now())}.")
