"""All runs at one commit: each leaves its figures in a folder, so that the proof can be stopped and resumed."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.faults.figures import FAULTS, OPERATIONS, Figures, Line, judged, total
from bench.faults.leg import Leg
from tests.engines.desk import ROOT
from tests.engines.servers import pg_program

SEED = "20261122"


@dataclass(frozen=True)
class Wish:
    """How long a run goes on: until one of these is reached; with none, until the whole proof is there."""

    state: Path | None = None
    minutes: float | None = None
    faults: int | None = None
    operations: int | None = None

    @property
    def is_for_the_whole(self) -> bool:
        return self.minutes is None and self.faults is None and self.operations is None


def missing_here() -> str:
    """What this proof needs and this machine has not; empty when it can begin."""
    try:
        pg_program("initdb")
    except FileNotFoundError as error:
        return str(error)
    return "" if shutil.which("redis-server") else "redis-server is not installed"


def state_of(wish: Wish) -> Path:
    """The folder of this commit's runs."""
    folder = wish.state or Path(tempfile.gettempdir()) / f"fourstep-faults-{commit()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = "-changed" if git("status", "--porcelain") else ""
    return (git("rev-parse", "--short", "HEAD") or "none") + changed


def runs_in(state: Path) -> list[Figures]:
    """Every run that came to its comparison. One that was killed before is not counted; its notebook stays."""
    found = sorted(state.glob("run-*/figures.json"))
    return [Figures.loaded(json.loads(path.read_text(encoding="utf-8"))) for path in found]


def goes_on(wish: Wish, before: Figures, began: float, *, operations: int, faults: int) -> bool:
    """Whether the present run is to go on, after so many operations and faults of its own."""
    if wish.is_for_the_whole:
        whole = before.operations + operations, before.faults.total() + faults
        return whole[0] < OPERATIONS or whole[1] < FAULTS
    over = (
        wish.minutes is not None and time.monotonic() - began > wish.minutes * 60,
        wish.faults is not None and faults >= wish.faults,
        wish.operations is not None and operations >= wish.operations,
    )
    return not any(over)


def prove(wish: Wish) -> Iterator[Line]:
    """Run once more, unless the whole is there and nothing else was asked for; then say what all runs found."""
    state = state_of(wish)
    before = total(runs_in(state))
    if goes_on(wish, before, time.monotonic(), operations=0, faults=0):
        _run_once(wish, state, before)
    whole = total(runs_in(state))
    broken_off = len(list(state.glob("run-*"))) - whole.runs
    yield from judged(whole)
    if broken_off:
        yield True, f"runs that were killed before their comparison, and are not counted: {broken_off}"


def _run_once(wish: Wish, state: Path, before: Figures) -> None:
    number = len(list(state.glob("run-*"))) + 1
    folder = state / f"run-{number:03d}"
    folder.mkdir()
    began = time.monotonic()
    leg = Leg(
        folder,
        f"{SEED}:{number}",
        goes_on=lambda operations, faults: goes_on(wish, before, began, operations=operations, faults=faults),
    )
    figures = leg.run()
    (folder / "figures.json").write_text(json.dumps(figures.dumped(), indent=1), encoding="utf-8")
