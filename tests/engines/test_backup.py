"""A backup of a desk at work restores into an empty one, row by row, and nothing that was sent is sent again."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection

from tests.engines.desk import ROOT, own_environment
from tests.engines.test_worker import database_url

AT_WORK = """
import django; django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_builtin")
call_command("demo")
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from complaints.models import Attachment, Ticket
from office import outbox
import hashlib
now = datetime.now(UTC)
for number in range(3):
    content = bytes([number]) * 100_000
    stored = default_storage.save(f"0{number}/file-{number}", ContentFile(content))
    Attachment.objects.create(ticket=Ticket.objects.first(), stored=stored, name="a.txt", size=len(content),
        content_type="text/plain", sha256=hashlib.sha256(content).hexdigest(), added_at=now, added_by_kind="system")
outbox.post("proof", "sent", payload={}, now=now)
outbox.post("proof", "waits", payload={}, now=now)
row = next(row for row in outbox.claim(now=now, limit=1000) if row.dedupe_key == "sent")
outbox.sent([row], now=now)
"""
AFTER = """
import django; django.setup()
import hashlib, json
from datetime import UTC, datetime, timedelta
from complaints.models import Attachment
from office import audit, outbox
from office.models import Event
chains = set(Event.objects.values_list("subject_kind", "subject_id"))
lines = sum(audit.verify(chain) for chain in chains)
whole = [hashlib.sha256(row.stored.read()).hexdigest() == row.sha256 for row in Attachment.objects.all()]
owed = [row.dedupe_key for row in outbox.claim(now=datetime.now(UTC) + timedelta(minutes=1), limit=1000)]
print(json.dumps({"lines": lines, "events": Event.objects.count(), "whole": whole, "owed": owed}))
"""


pytestmark = pytest.mark.xdist_group("backup")  # one process has the desk at work once


class Place:
    """An empty database and an empty folder, on the engine of this run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.url = f"sqlite:///{self.folder / 'fourstep.sqlite3'}"
        self.name = f"fourstep_{name}_{os.getpid()}"
        if connection.vendor == "postgresql":
            self.url = urlunsplit(urlsplit(database_url())._replace(path=f"/{self.name}"))
            self.maintain(f'CREATE DATABASE "{self.name}"')

    def maintain(self, statement: str) -> None:
        made = psycopg2.connect(urlunsplit(urlsplit(self.url)._replace(path="/postgres")))
        made.autocommit = True
        made.cursor().execute(statement)
        made.close()

    def remove(self) -> None:
        if connection.vendor == "postgresql":
            self.maintain(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def run(self, *words: str, code: int = 0) -> str:
        environment = own_environment(
            DATABASE_URL=self.url,
            DATA_DIR=str(self.folder),
            SECRET_KEY="x" * 50,
            DEBUG="1",
            DEMO="1",
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def manage(self, *words: str, code: int = 0) -> str:
        return self.run("manage.py", *words, code=code)

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with closing(self.open()) as database:
            cursor = database.cursor()
            cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
                if connection.vendor == "postgresql"
                else "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'sqlite_sequence'"
            )
            found = {}
            for (name,) in cursor.fetchall():
                cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608
                found[name] = sorted(repr(row) for row in cursor.fetchall())
        return found

    def open(self) -> Any:
        if connection.vendor == "postgresql":
            return psycopg2.connect(self.url)
        return sqlite3.connect(self.folder / "fourstep.sqlite3")

    def files(self) -> dict[str, str]:
        media = self.folder / "media"
        paths = [path for path in media.rglob("*") if path.is_file()]
        return {str(path.relative_to(media)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A desk at work, for every test here: nothing of it is changed."""
    place = Place(tmp_path_factory.mktemp("backup"), "old")
    place.run("-c", AT_WORK)
    yield place
    place.remove()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, "new")
    yield place
    place.remove()


@pytest.mark.django_db(transaction=True)
def test_a_backup_restores_into_an_empty_desk_row_by_row(old: Place, new: Place, tmp_path: Path) -> None:
    kept = tmp_path / "desk.backup"
    assert "3 attachments" in old.manage("backup", str(kept))
    assert (kept.stat().st_mode & 0o777) == 0o600
    before, files = old.rows(), old.files()

    assert "is not empty" in old.manage("restore", str(kept), code=1)
    assert (old.rows(), old.files()) == (before, files)

    new.manage("restore", str(kept))
    assert new.rows() == before
    assert new.files() == files
    after = json.loads(new.run("-c", AFTER))
    assert after["lines"] == after["events"] > 50
    assert after["whole"] == [True] * 3
    assert "waits" in after["owed"]
    assert "sent" not in after["owed"]
    assert "restore" not in new.manage("migrate", "--check")
    assert "is not empty" in new.manage("restore", str(kept), code=1)


@pytest.mark.django_db(transaction=True)
def test_a_damaged_or_unfinished_backup_restores_nothing(old: Place, new: Place, tmp_path: Path) -> None:
    kept = tmp_path / "desk.backup"
    old.manage("backup", str(kept))
    whole = kept.read_bytes()
    with tarfile.open(kept) as tar:
        database = tar.getmembers()[0]

    broken = bytearray(whole)
    broken[database.offset_data + database.size // 2] ^= 0xFF
    for content, says in ((bytes(broken), "damaged"), (whole[: len(whole) // 2], ""), (b"no backup", "cannot be read")):
        kept.write_bytes(content)
        assert says in new.manage("restore", str(kept), code=1)
        assert new.rows() == {}
        assert new.files() == {}

    kept.write_bytes(whole)
    (new.folder / "media").mkdir(exist_ok=True)
    (new.folder / "media" / "somebody's").write_text("here already")
    assert "already" in new.manage("restore", str(kept), code=1)
    assert new.rows() == {}
