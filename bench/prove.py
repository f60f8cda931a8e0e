"""Measure what the documents promise: `make prove`. The last result is kept in docs/proof/.

Each claim is a function that does the thing and returns what it saw; a claim that does not hold makes the exit code 1.
Options: `--only NAME` (repeatable), `--dry` (print, do not write the files). The claim `faults` goes on until 20,000
operations and 300 faults are reached over all its runs at one commit; Ctrl-C ends a run, whose counts are kept.
`--minutes N`, `--faults N`, `--operations N` make one run that long; `--state DIR` says where the runs are kept.
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

from bench import due
from bench.faults import proof as faults
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
        for _ in range(20):
            subject.start()
            seconds = subject.interrupt()
            code = subject.process.returncode if subject.process else None
            claim.check(seconds < 20 and code == 0, f"gone after {seconds:.1f} s, exit code {code}")
    return claim


def ten_thousand_promises_in_one_minute() -> Claim:
    claim = Claim(
        "ten-thousand",
        "Ten thousand follow-ups due in one minute: none rings early, each is claimed in 5 s and acted on within 60 s.",
    )
    found = due.measure()
    claimed, acted = found.claimed_after, found.acted_after
    claim.check(found.early == 0 and len(claimed) == due.COUNT, f"{len(claimed):,} rang, {found.early} of them early")
    claim.check(
        found.escalations == found.tickets == due.COUNT,
        f"{found.escalations:,} calls to a supervisor about {found.tickets:,} cases",
    )
    shares = (0.5, 0.99, 1.0)
    for says, values, most in (("claimed", claimed, due.CLAIMED_WITHIN), ("acted on", acted, due.ACTED_WITHIN)):
        half, nearly, all_ = (due.at(share, values) for share in shares)
        claim.check(
            all_ <= most, f"{says} after {half:.1f} s (half), {nearly:.1f} s (99 %), {all_:.1f} s (all); at most {most}"
        )
    claim.check(found.settled <= due.ACTED_WITHIN, f"the last was done {found.settled:.1f} s after the minute")
    claim.check(
        found.slower <= due.SLOWER_AT_MOST and not found.pages_wrong,
        f"the queue page meanwhile: p95 {found.busy_p95 * 1000:.0f} ms, idle {found.idle_p95 * 1000:.0f} ms, "
        f"{found.slower:.1f} times; {found.pages_wrong} failed",
    )
    return claim


def nothing_is_lost(wish: faults.Wish) -> Claim:
    claim = Claim("faults", "Whatever was answered is there, once, however the desk is killed, cut off or filled up.")
    missing = faults.missing_here()
    for holds, line in [(False, f"not measured: {missing}")] if missing else faults.prove(wish):
        claim.check(holds, line)
    return claim


CLAIMS: dict[str, Callable[[], Claim]] = {
    "first-start": first_start_survives_power_cuts,
    "power-cut": running_desk_survives_power_cuts,
    "ctrl-c": ctrl_c_is_clean,
    "ten-thousand": ten_thousand_promises_in_one_minute,
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
    parser.add_argument("--only", action="append", choices=sorted([*CLAIMS, "faults"]))
    parser.add_argument("--dry", action="store_true", help="print only; docs/proof/ stays as it is")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--faults", type=int)
    parser.add_argument("--operations", type=int)
    parser.add_argument("--state", type=Path, help="where the runs of the claim faults are kept")
    chosen = parser.parse_args()
    wish = faults.Wish(chosen.state, chosen.minutes, chosen.faults, chosen.operations)
    claims = CLAIMS | {"faults": lambda: nothing_is_lost(wish)}
    around = circumstances()
    failed = []
    for name in chosen.only or claims:
        print(f"\n{name}", flush=True)
        claim = claims[name]()
        if not claim.holds:
            failed.append(name)
        if not chosen.dry:
            PROOF.mkdir(parents=True, exist_ok=True)
            (PROOF / f"{name}.md").write_text(written(claim, around), encoding="utf-8")
    print(f"\n{'Does not hold: ' + ', '.join(failed) if failed else 'Everything measured holds.'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
