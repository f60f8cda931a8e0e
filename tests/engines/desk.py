"""`python -m config.embedded` as somebody at a terminal starts, kills and stops it."""

import contextlib
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def own_environment(**words: str) -> dict[str, str]:
    """What a process outside the tests sees: nothing of pytest, and only these addresses of servers."""
    hidden = {"DATABASE_URL", "REDIS_URL", "REDIS_PREFIX", "SECRET_KEY", "DATA_DIR", "DEMO", "PORT", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("PYTEST_")}
    return kept | {"PYTHONUNBUFFERED": "1"} | words


def free_port() -> int:
    """A port nobody listens on, below those the system gives to outgoing connections: one of these could take the port
    while its server is being restarted, and a client that knocks there again and again would one day answer itself.
    """
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Desk:
    """One folder of data, and the desk that runs on it. A process group of its own, as a terminal makes it."""

    def __init__(self, folder: Path, *, demo: bool = False) -> None:
        self.folder = folder
        self.demo = demo
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "fourstep.sqlite3"

    def open(self) -> sqlite3.Connection:
        """Its database, as somebody looks who is not the desk."""
        connection = sqlite3.connect(self.database)
        # The check constraints use this function, which Django gives its own connections.
        connection.create_function("REGEXP", 2, lambda pattern, text: bool(text and re.search(pattern, text)))
        return connection

    def is_whole(self) -> bool:
        """Whether SQLite finds no damage, no broken constraint and no dangling reference."""
        with contextlib.closing(self.open()) as connection:
            damage = connection.execute("PRAGMA integrity_check").fetchall()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        return damage == [("ok",)] and not dangling

    @property
    def output(self) -> str:
        return (self.folder / "terminal.log").read_text(encoding="utf-8", errors="replace")

    def launch(self) -> None:
        """Start it and wait for nothing."""
        environment = own_environment(DATA_DIR=str(self.folder), PORT=str(self.port), DEMO="1" if self.demo else "0")
        with (self.folder / "terminal.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, *, seconds: float = 120) -> float:
        """Start and wait for the first answer; the seconds it took. AssertionError with the output if none comes."""
        began = time.monotonic()
        self.launch()
        assert self.process
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                break
            if self.answers():
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"no answer from the desk:\n{self.output}")

    def answers(self) -> bool:
        """Whether somebody there speaks HTTP without failing."""
        try:
            with urllib.request.urlopen(f"{self.address}/", timeout=5) as response:  # noqa: S310 (http to ourselves)
                return int(response.status) == 200
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def interrupt(self, *, seconds: float = 40) -> float:
        """Ctrl-C: SIGINT to the whole group; the seconds until the last process was gone."""
        assert self.process
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(seconds)
        while self.is_left() and time.monotonic() - began < seconds:
            time.sleep(0.05)
        assert not self.is_left(), "a process outlived Ctrl-C"
        return time.monotonic() - began

    def kill(self) -> None:
        """A power cut: SIGKILL to the whole group."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def is_left(self) -> bool:
        assert self.process
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True
