"""``manage.py import_tickets FILE.jsonl --source NAME``: complaints from elsewhere, row by row, safe to run twice."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.actions.intake import Source, receive
from complaints.domain.import_rows import ImportRow, RowError, read_instant, read_row
from complaints.models import Category
from complaints.queries.imports import categories_by_name, known_refs
from customers.actions import Described
from office.errors import Invalid
from office.roles import SYSTEM

SHOWN_ERRORS = 50


class Command(BaseCommand):
    help = (
        "Import complaints from a file with one JSON object a line. Shows first what would happen; rows imported "
        "before are left alone. Nobody is called because of them unless --live is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--source", required=True, help="where the rows come from; with its id it names a row")
        parser.add_argument("--received-at", default="", help="when rows without received_at were received (ISO date)")
        parser.add_argument(
            "--live",
            action="store_true",
            help="treat rows as fresh: what is dangerous is put before somebody",
        )
        parser.add_argument("--preview", action="store_true", help="only show what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        source = options["source"].strip()
        if not source or len(source) > 80:
            raise CommandError("--source needs a name of at most 80 characters")
        received_at = self._default_received_at(options["received_at"], now)
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"there is no file {path.name}")
        rows, errors = self._read(path)
        known = known_refs(source)
        fresh = [(number, ref, row) for number, ref, row in rows if ref not in known]
        self._preview(rows, fresh, errors)
        if not options["preview"]:
            origin = Source(kind="import", name=source, fresh=options["live"])
            imported = self._import(fresh, errors, source=origin, received_at=received_at, now=now)
            self.stdout.write(f"{imported} imported, {len(rows) - len(fresh)} known before, {len(errors)} refused.")
        for number, text in sorted(errors)[:SHOWN_ERRORS]:
            self.stderr.write(f"line {number}: {text}")
        if len(errors) > SHOWN_ERRORS:
            self.stderr.write(f"and {len(errors) - SHOWN_ERRORS} more refused lines")
        if errors and not options["preview"]:
            sys.exit(1)

    def _default_received_at(self, text: str, now: datetime) -> datetime | None:
        try:
            instant = read_instant(text, "received-at")
        except RowError as error:
            raise CommandError("--received-at needs an ISO date, like 2026-11-02") from error
        if instant is not None and instant > now:
            raise CommandError("--received-at is in the future")
        return instant

    def _read(self, path: Path) -> tuple[list[tuple[int, str, ImportRow]], list[tuple[int, str]]]:
        rows: list[tuple[int, str, ImportRow]] = []
        errors: list[tuple[int, str]] = []
        seen: set[str] = set()
        for number, line in _lines(path):
            try:
                row = read_row(line)
            except RowError as error:
                errors.append((number, str(error)))
                continue
            ref = row.ref or hashlib.sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()
            if ref in seen:
                errors.append((number, "id: the same row stands earlier in the file"))
                continue
            seen.add(ref)
            rows.append((number, ref, row))
        return rows, errors

    def _preview(
        self,
        rows: list[tuple[int, str, ImportRow]],
        fresh: list[tuple[int, str, ImportRow]],
        errors: list[tuple[int, str]],
    ) -> None:
        people = sum(bool(row.customer) for _n, _r, row in fresh)
        kinds = Counter(row.category or "without category" for _n, _r, row in fresh)
        self.stdout.write(
            f"{len(rows) + len(errors)} lines: {len(fresh)} new ({people} with a customer, "
            f"{len(fresh) - people} anonymous), {len(rows) - len(fresh)} known before, {len(errors)} refused."
        )
        for name, count in kinds.most_common(10):
            self.stdout.write(f"  {count:>5}  {name}")

    def _import(
        self,
        fresh: list[tuple[int, str, ImportRow]],
        errors: list[tuple[int, str]],
        *,
        source: Source,
        received_at: datetime | None,
        now: datetime,
    ) -> int:
        categories = categories_by_name()
        imported = 0
        for place, (number, ref, row) in enumerate(fresh, start=1):
            try:
                self._receive(row, ref, categories, source=source, received_at=received_at, now=now)
                imported += 1
            except Invalid as invalid:
                faults = [f"{name}: {f.code}" for name, found in invalid.fields.items() for f in found]
                errors.append((number, ", ".join(faults)))
            self._progress(place, len(fresh))
        return imported

    def _receive(
        self,
        row: ImportRow,
        ref: str,
        categories: dict[str, Category],
        *,
        source: Source,
        received_at: datetime | None,
        now: datetime,
    ) -> None:
        described = Described(**{"name": "", **row.customer}) if row.customer else None
        receive(
            None,
            actor=SYSTEM,
            now=now,
            words=row.words,
            title=row.title,
            channel=row.channel,
            language=row.language,
            kind=row.kind,
            received_at=row.received_at or received_at,
            described=described,
            anonymous_reason="" if described else (row.anonymous_reason or f"Not named in {source.name}"),
            category=categories.get(row.category.casefold()),
            facts=dict(row.facts) | ({"product": row.category[:200]} if row.category and not _named(row) else {}),
            source=replace(source, ref=ref),
        )

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            filled = 40 * done // total
            end = "\n" if done == total else "\r"
            self.stdout.write(f"[{'#' * filled}{'.' * (40 - filled)}] {done}/{total}", ending=end)
        elif done % 100 == 0 or done == total:
            self.stdout.write(f"{done} of {total}")


def _named(row: ImportRow) -> bool:
    return bool(row.facts.get("product") or row.facts.get("order_ref"))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line
