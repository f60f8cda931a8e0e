"""``manage.py restore FILE``: a backup into an empty database and an empty folder of attachments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.management.keeping import CannotKeep, restore


class Command(BaseCommand):
    help = "Restore a backup. Refuses where anything is there already."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = restore(file.resolve())
        except (CannotKeep, OSError) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["tables"].values()), len(manifest["files"]) - 1
        self.stdout.write(f"Restored as of {manifest['made_at']}: {rows} rows, {files} attachments.")
        self.stdout.write("Now `manage.py migrate`, in case this desk is newer than the backup; then start it.")
