"""``manage.py create_admin``: the first person of an empty installation."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from office.actions.people import create_first_administrator
from office.errors import Invalid


class Command(BaseCommand):
    help = "Create an administrator. The password is asked for, or read from FOURSTEP_ADMIN_PASSWORD or standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("FOURSTEP_ADMIN_PASSWORD") or self._ask()
        try:
            agent = create_first_administrator(
                username=options["username"],
                name=options["name"] or options["username"],
                password=password,
                email=options["email"],
                now=timezone.now(),
            )
        except Invalid as invalid:
            lines = [f"{name}: {fault.sentence}" for name, faults in invalid.fields.items() for fault in faults]
            raise CommandError("\n".join(lines)) from invalid
        self.stdout.write(f"Administrator {agent.username} can sign in now.")

    def _ask(self) -> str:
        if sys.stdin.isatty():
            return getpass.getpass("Password: ")
        return sys.stdin.readline().rstrip("\n")
