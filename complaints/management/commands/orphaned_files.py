"""``manage.py orphaned_files``: files no row knows, which a process left that died before it could note them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser

from complaints.models import Attachment

CHUNK = 500


class Command(BaseCommand):
    help = (
        "List the files in the attachments' folder that belong to no case. With --delete they are removed: "
        "never before a restored database has been looked at, because what it does not know looks orphaned too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true")
        parser.add_argument("--hours", type=float, default=24, help="leave alone what is younger; 24")

    def handle(self, *args: Any, **options: Any) -> None:
        oldest = time.time() - options["hours"] * 3600
        found = 0
        for name in orphans(Path(default_storage.path("")), written_before=oldest):
            found += 1
            self.stdout.write(name)
            if options["delete"]:
                default_storage.delete(name)
        self.stderr.write(f"{found} {'deleted' if options['delete'] else 'found'}")


def orphans(root: Path, *, written_before: float) -> Iterator[str]:
    """Names below ``root`` that no attachment has, of files last written before that instant (seconds since 1970)."""
    chunk: list[str] = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.stat().st_mtime < written_before:
            chunk.append(str(path.relative_to(root)))
        if len(chunk) >= CHUNK:
            yield from _unknown(chunk)
            chunk = []
    yield from _unknown(chunk)


def _unknown(names: list[str]) -> list[str]:
    known = set(Attachment.objects.filter(stored__in=names).values_list("stored", flat=True))
    return [name for name in names if name not in known]
