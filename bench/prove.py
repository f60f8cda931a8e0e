"""Measure what the documents promise: `make prove`. The last result is kept in docs/proof/.

Each claim is a function that does the thing and returns what it saw; a claim that does not hold makes the exit code 1.
Options: `--only NAME` (repeatable), `--dry` (print, do not write the files).
"""

import argparse
import contextlib
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.engines.desk import Desk

ROOT = Path(__file__).resolve().parents[1]
PROOF = ROOT / "docs" / "proof"
SEED = 20260301
POWER_CUTS = 8
# Rows that come and go by themselves.
PASSING = ("django_session", "axes_", "sqlite_")


@dataclass
class Claim:
    """One promise, whether it held, and the lines that show it."""

    name: str
    promise: str
    holds: bool = True
    lines: list[str] = field(default_factory=list)

    def check(self, holds: bool, line: str) -> None:  # noqa: FBT001
        self.holds = self.holds and holds
        self.lines.append(f"{'ok' if holds else 'NOT'}: {line}")
        print(f"  {self.lines[-1]}", flush=True)


@contextlib.contextmanager
def desk(*, demo: bool = True) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="fourstep-proof-") as folder:
        subject = Desk(Path(folder), demo=demo)
        try:
            yield subject
        finally:
            if subject.process and subject.is_left():
                subject.kill()


def rows(subject: Desk) -> dict[str, int]:
    """How many rows each table holds."""
    with contextlib.closing(subject.open()) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith(PASSING)]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}  # noqa: S608


# The claims -----------------------------------------------------------------------------------------------------------


def tests_pass() -> Claim:
    claim = Claim("tests", "Every test passes on every engine found on the machine.")
    done = subprocess.run([sys.executable, "-m", "tests.run"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    for line in done.stdout.strip().splitlines()[-2:]:
        claim.check(done.returncode == 0, line)
    return claim


def first_start_survives_power_cuts() -> Claim:
    claim = Claim(
        "first-start",
        "A power cut at any moment of the first start leaves a desk that starts again, whole and with all its data.",
    )
    with desk() as subject:
        seconds = subject.start()
        subject.kill()
        expected = rows(subject)
    claim.check(bool(expected), f"undisturbed, the first answer comes after {seconds:.1f} s")
    chance = random.Random(SEED)  # noqa: S311
    for _ in range(POWER_CUTS):
        moment = chance.uniform(0.3, max(seconds, 0.4))
        with desk() as subject:
            cut_after(subject, moment)
            again = subject.start()
            subject.kill()
            whole, same = subject.is_whole(), rows(subject) == expected
        says = f"cut after {moment:.1f} s: answers {again:.1f} s after the next start"
        claim.check(whole and same, says + ("" if whole else ", damaged") + ("" if same else ", rows differ"))
    return claim


def cut_after(subject: Desk, seconds: float) -> None:
    """Start, and SIGKILL everything at that moment, whatever it does then."""
    subject.launch()
    time.sleep(seconds)
    subject.kill()


def running_desk_survives_power_cuts() -> Claim:
    claim = Claim("power-cut", "A desk that is killed while it runs starts again with every row it had.")
    with desk() as subject:
        subject.start()
        before = rows(subject)
        for number in range(1, POWER_CUTS // 2 + 1):
            subject.kill()
            seconds = subject.start()
            same = rows(subject) == before
            claim.check(same and subject.is_whole(), f"cut {number}: answers again after {seconds:.1f} s")
    return claim


def ctrl_c_is_clean() -> Claim:
    claim = Claim("ctrl-c", "Ctrl-C ends web, worker and beat within 20 s and leaves no process behind.")
    with desk(demo=False) as subject:
        for _ in range(3):
            subject.start()
            seconds = subject.interrupt()
            code = subject.process.returncode if subject.process else None
            claim.check(seconds < 20 and code == 0, f"gone after {seconds:.1f} s, exit code {code}")
    return claim


CLAIMS: dict[str, Callable[[], Claim]] = {
    "first-start": first_start_survives_power_cuts,
    "power-cut": running_desk_survives_power_cuts,
    "ctrl-c": ctrl_c_is_clean,
    "tests": tests_pass,
}


# The report -----------------------------------------------------------------------------------------------------------


def circumstances() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    state = f"commit {commit or 'none'}{', with changes' if changed else ''}"
    machine = (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    return f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC; {state}; {machine}."


def written(claim: Claim, around: str) -> str:
    verdict = "Holds." if claim.holds else "**Does not hold.**"
    lines = "\n".join(f"- {line}" for line in claim.lines)
    return f"# {claim.promise}\n\n{verdict} Measured by `make prove` ({claim.name}): {around}\n\n{lines}\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.prove")
    parser.add_argument("--only", action="append", choices=sorted(CLAIMS))
    parser.add_argument("--dry", action="store_true", help="print only; docs/proof/ stays as it is")
    chosen = parser.parse_args()
    around = circumstances()
    failed = []
    for name in chosen.only or CLAIMS:
        print(f"\n{name}", flush=True)
        claim = CLAIMS[name]()
        if not claim.holds:
            failed.append(name)
        if not chosen.dry:
            PROOF.mkdir(parents=True, exist_ok=True)
            (PROOF / f"{name}.md").write_text(written(claim, around), encoding="utf-8")
    print(f"\n{'Does not hold: ' + ', '.join(failed) if failed else 'Everything measured holds.'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
