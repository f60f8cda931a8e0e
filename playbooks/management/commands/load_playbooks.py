"""``manage.py load_playbooks``: the built-in playbooks, wording rules and letters. Safe to run at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from playbooks.actions import load_built_in


class Command(BaseCommand):
    help = "Load the built-in playbooks, wording rules and letter templates; what people wrote stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Playbooks, rules and letters: {load_built_in(timezone.now())}.")
