"""A PostgreSQL and a Redis of one's own, on free ports, to be stopped and killed; nobody else's is ever touched."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2
import redis

from tests.engines.desk import free_port

NOT_ROOT = "postgres"
"""Whom PostgreSQL runs as where we are root, which it refuses to be."""


def pg_program(name: str) -> str:
    """The newest ``initdb``, ``postgres`` … on this machine."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    program = found[-1] if found else shutil.which(name)
    if program is None:
        raise FileNotFoundError(f"{name} is not installed")
    return program


def _as_somebody() -> dict[str, Any]:
    """How to start a program that will not be root."""
    if os.geteuid() != 0:
        return {}
    person = pwd.getpwnam(NOT_ROOT)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


class Server:
    """A program that listens; ``start`` waits until it answers."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self, *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                self.launch()
            if self.answers():
                return
            time.sleep(0.1)
        raise AssertionError(
            f"{self.command()[0]} does not answer:\n{(self.folder / 'server.log').read_text()[-2000:]}"
        )

    def launch(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **_as_somebody()
            )

    def signal(self, number: int, *, seconds: float = 60) -> None:
        """Send it, and wait until the program is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(seconds)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def remove(self) -> None:
        """Stop it whatever it does, and take its folder away."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def _own_folder(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"fourstep-{name}-"))
    if os.geteuid() == 0:
        shutil.chown(folder, NOT_ROOT)
    return folder


class Postgres(Server):
    """A cluster of its own with one empty database, ``fourstep``."""

    def __init__(self, *, options: tuple[str, ...] = ()) -> None:
        self.port, self.folder, self.options = free_port(), _own_folder("postgres"), options
        made = subprocess.run(
            [
                pg_program("initdb"),
                f"--pgdata={self.folder}/data",
                "--auth=trust",
                "--username=fourstep",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **_as_somebody(),
        )
        if made.returncode:
            raise AssertionError(made.stderr)
        self.start()
        connection = self.connect("postgres")
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE fourstep")
        connection.close()

    @property
    def url(self) -> str:
        return f"postgres://fourstep@127.0.0.1:{self.port}/fourstep"

    def command(self) -> list[str]:
        flags = [f"-c{option}" for option in ("listen_addresses=127.0.0.1", f"port={self.port}", *self.options)]
        return [pg_program("postgres"), "-D", str(self.folder / "data"), f"-k{self.folder}", *flags]

    def connect(self, name: str = "fourstep") -> Any:
        return psycopg2.connect(host="127.0.0.1", port=self.port, user="fourstep", dbname=name, connect_timeout=3)

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True


class Redis(Server):
    """A Redis with these options, as docker-compose.yml gives them."""

    def __init__(self, options: list[str]) -> None:
        self.port, self.folder, self.options = free_port(), _own_folder("redis"), options
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
            *self.options,
        ]

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_connect_timeout=2, socket_timeout=5)

    def answers(self) -> bool:
        with contextlib.closing(self.client()) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
