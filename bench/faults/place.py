"""The installation that is broken, and the hand that starts again what ended, as a restart policy does."""

from __future__ import annotations

import contextlib
import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.engines.desk import free_port
from tests.engines.installation import Installation, Running

PEOPLE = 6
ZONES = ("UTC", "America/St_Johns", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/London", "Pacific/Chatham")
"""Each process starts in one of these: the hour on a machine's wall must not matter."""
ROOM = "512m"
"""How much the attachments' own file system holds, where one can be mounted."""


class Place(Installation):
    """PostgreSQL, Redis, two workers, a beat and one gunicorn, each of which may be killed and comes back."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self._starting = threading.Lock()
        self.port = free_port()
        self.media = self.folder / "data" / "media"
        self.media.mkdir()
        self.has_own_disk = self._mount()
        self.wards: dict[str, Ward] = {}

    def _mount(self) -> bool:
        """Attachments on a small file system of their own, so that it can be full."""
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "fourstep-proof", str(self.media)],
            capture_output=True,
            check=False,
        )
        return mounted.returncode == 0

    def start(self, service: str, *more: str, **words: Any) -> Running:
        with self._starting:
            return super().start(service, *more, **words)

    def open(self, chance: random.Random) -> None:
        """Start every service and keep it started."""
        self.wards = {
            "web": Ward(lambda zone: self.start("web", port=self.port, TZ=zone), chance),
            "worker-a": Ward(lambda zone: self.start("worker", f"--hostname=a{self.started}@%h", TZ=zone), chance),
            "worker-b": Ward(lambda zone: self.start("worker", f"--hostname=b{self.started}@%h", TZ=zone), chance),
            "beat": Ward(lambda zone: self.start("beat", TZ=zone), chance),
        }
        for ward in self.wards.values():
            ward.begin()

    def close(self) -> None:
        for ward in self.wards.values():
            ward.end()

    def remove(self) -> None:
        self.close()
        for one in self.running:
            with contextlib.suppress(ProcessLookupError):
                one.kill()
        self.running.clear()
        if self.has_own_disk:
            subprocess.run(["umount", "--lazy", str(self.media)], check=False)
        super().remove()


class Ward:
    """One service that is started again a moment after it ended, unless somebody holds it down."""

    def __init__(self, start: Callable[[str], Running], chance: random.Random) -> None:
        self._start, self._chance = start, random.Random(chance.random())  # noqa: S311
        self._over = threading.Event()
        self._held = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.restarts = 0
        self.process: Running

    def begin(self) -> None:
        self.process = self._start(self._chance.choice(ZONES))
        self._keeper.start()

    def hold(self) -> None:
        """From now on it stays as it is."""
        self._held.set()

    def release(self) -> None:
        self._held.clear()

    def end(self) -> None:
        self._over.set()
        if self._keeper.is_alive():
            self._keeper.join(30)

    def _keep(self) -> None:
        while not self._over.wait(0.1):
            if self.process.is_there or self._held.is_set():
                continue
            time.sleep(self._chance.uniform(0.2, 2.0))
            self.process.kill()  # whatever outlived its parent, as the end of a container does
            self.process = self._start(self._chance.choice(ZONES))
            self.restarts += 1


def fill(folder: Path) -> Path:
    """Write until nothing more goes in; the file to remove afterwards."""
    ballast = folder / "ballast"
    for size in (1 << 20, 4096, 1):
        with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(b"\0" * size):
                pass
    return ballast
