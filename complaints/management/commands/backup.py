"""``manage.py backup FILE``: the database and the attachments in one file, while the desk goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.management.keeping import CannotKeep, backup


class Command(BaseCommand):
    help = "Write the database and the attachments into one file. It holds everything: keep it as safe as the desk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = backup(file.resolve(), now=timezone.now())
        except (CannotKeep, OSError) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["tables"].values()), len(manifest["files"]) - 1
        self.stdout.write(f"{file}: {rows} rows of {len(manifest['tables'])} tables, {files} attachments.")
        for name in manifest["missing"]:
            self.stderr.write(f"missing: {name} is named in the database and not among the attachments")
