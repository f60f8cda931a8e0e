"""``manage.py create_api_token``: a key for a REST client, printed alone so that a script can take it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from office.actions.tokens import create_token
from office.errors import Invalid
from office.models import Team
from office.roles import REACH_OWN, REACH_TEAM, SCOPES, STAFF, SYSTEM, Role


class Command(BaseCommand):
    help = "Create an API token and print its secret, once and alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--scope", nargs="+", action="extend", required=True, choices=SCOPES)
        parser.add_argument("--reach", default=REACH_OWN, help="own, all, or team:SLUG")
        parser.add_argument("--role", default=Role.AGENT.value, choices=[role.value for role in STAFF])
        parser.add_argument("--days", type=int, default=365, help="days until it expires")

    def handle(self, *args: Any, **options: Any) -> None:
        reach, _, slug = options["reach"].partition(":")
        team = Team.objects.filter(slug=slug).first() if reach == REACH_TEAM else None
        if reach == REACH_TEAM and team is None:
            raise CommandError(f"there is no team {slug!r}")
        now = timezone.now()
        try:
            _token, secret = create_token(
                None,
                actor=SYSTEM,
                now=now,
                name=options["name"],
                scopes=options["scope"],
                reach=reach,
                team=team,
                role=options["role"],
                expires_at=now + timedelta(days=options["days"]),
            )
        except Invalid as invalid:
            lines = [f"{name}: {fault.sentence}" for name, faults in invalid.fields.items() for fault in faults]
            raise CommandError("\n".join(lines)) from invalid
        self.stdout.write(secret)
