"""One file that holds the whole desk, and the way back from it.

A tar: the database (pg_dump's own format, or a copy of the SQLite file), the attachments it names, and last of all
``manifest.json`` with counts and checksums. A file without a manifest is one that was not finished. The database comes
first and from one moment; a file is written before the row that names it, so what the rows name is there.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"postgresql": "database.pgdump", "sqlite": "database.sqlite3"}
MEDIA = "media/"
CHUNK = 1024 * 1024


class CannotKeep(Exception):
    """Why no backup was made, or nothing restored; for a person."""


# Making one -----------------------------------------------------------------------------------------------------------


def backup(target: Path, *, now: datetime) -> dict[str, Any]:
    """Write everything to ``target``, readable by its owner only; what it holds, as the manifest says.

    A file the database names and nobody finds is listed under ``missing``; the backup is made all the same.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    with tempfile.TemporaryDirectory(prefix="fourstep-backup-", dir=target.parent) as folder:
        dump = Path(folder) / DATABASES[connection.vendor]
        tables, names = _dumped(dump)
        files: dict[str, Any] = {}
        missing = []
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                files[dump.name] = _added(tar, dump.name, dump)
                for name in names:
                    path = Path(settings.MEDIA_ROOT) / name
                    if path.is_file():
                        files[MEDIA + name] = _added(tar, MEDIA + name, path)
                    else:
                        missing.append(name)
                manifest = {
                    "format": FORMAT,
                    "made_at": now.isoformat(),
                    "engine": connection.vendor,
                    "tables": tables,
                    "files": files,
                    "missing": missing,
                }
                _written(tar, MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
            out.flush()
            os.fsync(out.fileno())
    unfinished.replace(target)
    return manifest


def _dumped(dump: Path) -> tuple[dict[str, int], list[str]]:
    """The database at one moment in the file ``dump``; the rows of each table and the attachments' names then."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(dump)) as copy:
            connection.connection.backup(copy)
            tables = {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in _tables()}  # noqa: S608
            return tables, [name for (name,) in copy.execute("SELECT stored FROM complaints_attachment ORDER BY id")]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _postgres(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"
        )
        tables = _counted(cursor)
        cursor.execute("SELECT stored FROM complaints_attachment ORDER BY id")
        return tables, [name for (name,) in cursor.fetchall()]


def _tables() -> list[str]:
    return sorted(connection.introspection.table_names())


def _counted(cursor: Any) -> dict[str, int]:
    counts = {}
    for name in _tables():
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 (our own tables)
        counts[name] = cursor.fetchone()[0]
    return counts


def _added(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Put a file into the archive; its size and checksum, as they were read."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        reading = _Reading(file)
        tar.addfile(entry, reading)
    return {"size": entry.size, "sha256": reading.sha256.hexdigest()}


def _written(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


class _Reading:
    """A file that is summed up while somebody reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self.file.read(size)
        self.sha256.update(found)
        return found


# And back -------------------------------------------------------------------------------------------------------------


def restore(source: Path) -> dict[str, Any]:
    """Put everything back into an empty database and an empty folder of attachments; what was restored.

    Everything is checked before anything is written. ``CannotKeep`` when something is there already, when the file is
    damaged or not finished, or when it comes from the other engine.
    """
    _is_empty()
    with _archive(source) as tar:
        manifest = _manifest(tar)
        for name, told in manifest["files"].items():
            if _sum(_content(tar, name)) != told["sha256"]:
                raise CannotKeep(f"{name} is damaged in {source}.")
        with ExitStack() as undo:
            for name in manifest["files"]:
                if name.startswith(MEDIA):
                    path = _extracted(tar, name, Path(settings.MEDIA_ROOT) / name.removeprefix(MEDIA))
                    undo.callback(path.unlink)
            with tempfile.TemporaryDirectory(prefix="fourstep-restore-") as folder:
                dump = _extracted(tar, DATABASES[connection.vendor], Path(folder) / DATABASES[connection.vendor])
                _loaded(dump)
            undo.pop_all()  # everything is in
    with connection.cursor() as cursor:
        found = _counted(cursor)
    if found != manifest["tables"]:
        raise CannotKeep("The database does not hold what the backup says; do not use it.")
    return manifest


def _is_empty() -> None:
    if _tables():
        raise CannotKeep("The database is not empty. Restore into one that has no tables, not even migrated ones.")
    media = Path(settings.MEDIA_ROOT)
    if media.is_dir() and any(path.is_file() for path in media.rglob("*")):
        raise CannotKeep(f"There are attachments in {media} already.")


@contextmanager
def _archive(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, OSError) as error:
        raise CannotKeep(f"{source} cannot be read: {error}") from error


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    if MANIFEST not in tar.getnames():
        raise CannotKeep("This is no backup, or one that was not finished: it has no manifest.")
    manifest: dict[str, Any] = json.loads(b"".join(_content(tar, MANIFEST)))
    if manifest["format"] != FORMAT:
        raise CannotKeep(f"This backup has format {manifest['format']}; this desk reads {FORMAT}.")
    if manifest["engine"] != connection.vendor:
        raise CannotKeep(f"This backup comes from {manifest['engine']}, the database here is {connection.vendor}.")
    for name in manifest["files"]:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise CannotKeep(f"{name} is no name for a file.")
    return manifest


def _content(tar: tarfile.TarFile, name: str) -> Iterator[bytes]:
    try:
        file = tar.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise CannotKeep(f"{name} is missing in the backup.")
    while chunk := file.read(CHUNK):
        yield chunk


def _sum(content: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for chunk in content:
        found.update(chunk)
    return found.hexdigest()


def _extracted(tar: tarfile.TarFile, name: str, path: Path) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in _content(tar, name):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return path


def _loaded(dump: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(dump)) as copy:
            copy.backup(connection.connection)
        return
    name = str(connection.settings_dict["NAME"])
    words = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _postgres("pg_restore", *words, f"--dbname={name}", str(dump))


def _postgres(program: str, *words: str) -> None:
    """One of PostgreSQL's own programs against our database."""
    at = connection.settings_dict
    places = {"PGHOST": at["HOST"], "PGPORT": at["PORT"], "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"]}
    environment = (
        os.environ | {key: str(value) for key, value in places.items() if value} | {"PGDATABASE": str(at["NAME"])}
    )
    try:
        done = subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise CannotKeep(f"{program} is not installed; it comes with PostgreSQL's client programs.") from error
    if done.returncode:
        raise CannotKeep(f"{program}: {done.stderr.strip()}")
