"""The installation of docker-compose.yml without Docker: its commands as processes, with servers of their own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.engines.desk import ROOT, free_port, own_environment
from tests.engines.servers import Postgres, Redis

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
INSIDE = {"/tmp/", "/dev/shm"}  # noqa: S108 (a container's own, here a folder)


class Running:
    """One process of the installation, with a process group of its own."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                start_new_session=True,
            )  # fmt: skip

    @property
    def is_there(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def children(self) -> list[int]:
        """The process ids of its children, where /proc tells."""
        try:
            told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [int(pid) for pid in told.split()]

    def stop(self, *, seconds: float = 40) -> None:
        """As `docker stop` does: TERM, then KILL when the grace is over."""
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """The container is gone: every process of it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


class Installation:
    """PostgreSQL, Redis, and whatever of web, worker and beat is started."""

    def __init__(self, *, postgres_options: tuple[str, ...] = (), **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fourstep-installation-"))
        (self.folder / "data").mkdir()
        self.postgres = Postgres(options=postgres_options)
        self.redis = Redis(command_of("redis")[1:])
        self.running: list[Running] = []
        self.started = 0
        try:
            self.environment = self._environment(environment)
        except BaseException:
            self.remove()
            raise

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        """What docker-compose.yml gives every process, what .env would hold, and ``more``."""
        given = COMPOSE["web"]["environment"]
        own = {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "DATA_DIR": str(self.folder / "data"),
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
        }
        if set(given) != set(own):
            raise AssertionError(f"docker-compose.yml sets {sorted(given)}")
        filled_in = {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "STATIC_ROOT": str(self.folder / "static"),
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        return own_environment(**own, **(filled_in | more))

    # Commands that end ------------------------------------------------------------------------------------------------

    def run(self, command: list[str], **more: Any) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False, **more
        )
        if done.returncode:
            raise AssertionError(f"{shlex.join(command)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def manage(self, *words: str) -> str:
        return self.run([sys.executable, "manage.py", *words])

    def prepare(self) -> None:
        """What the image did when it was built, and what `migrate` does before everything else."""
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.run(command_of("migrate"))

    def token(self, name: str = "shop") -> str:
        scopes = ("tickets:write", "customers:write")
        return self.manage(
            "create_api_token", name, "--scope", *scopes, "--reach", "all", "--role", "supervisor"
        ).strip()

    # Processes --------------------------------------------------------------------------------------------------------

    def start(self, service: str, *more: str, port: int = 8000, **environment: str) -> Running:
        """One container of this service, as a process; ``port`` is what a container has as its 8000."""
        self.started += 1
        name = f"{service}-{self.started}"
        scratch = self.folder / name
        scratch.mkdir()
        inside = (word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command_of(service))
        command = [_outside(word, scratch) for word in inside]
        process = Running(name, [*command, *more], self.environment | environment, self.folder / f"{name}.log")
        self.running.append(process)
        return process

    def web(self, *, seconds: float = 60) -> tuple[Running, str]:
        """A web process on a port of its own that is ready, and its address."""
        port = free_port()
        process = self.start("web", port=port)
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + seconds
        while not is_ready(address):
            if not process.is_there or time.monotonic() > until:
                raise AssertionError(f"web is not ready:\n{process.log.read_text()[-3000:]}")
            time.sleep(0.1)
        return process, address

    def worker(self) -> Running:
        return self.start("worker", f"--hostname=worker{self.started + 1}@%h")

    def beat(self) -> Running:
        return self.start("beat")

    def logs(self) -> str:
        return "\n".join(f"--- {one.name}\n{one.log.read_text(errors='replace')[-3000:]}" for one in self.running)

    def remove(self) -> None:
        for one in self.running:
            one.kill()
        self.redis.remove()
        self.postgres.remove()
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)


@contextlib.contextmanager
def installation(**words: Any) -> Iterator[Installation]:
    made = Installation(**words)
    try:
        yield made
    finally:
        made.remove()


def command_of(service: str) -> list[str]:
    command = COMPOSE[service]["command"]
    return shlex.split(command) if isinstance(command, str) else [str(word) for word in command]


def _outside(word: str, scratch: Path) -> str:
    """A container's own places become a folder of this process."""
    for place in INSIDE:
        if f"={place}" in word:
            return word.replace(f"={place}", f"={scratch}/", 1)
    return word


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready/", timeout=2) as answer:  # noqa: S310 (ourselves)
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
