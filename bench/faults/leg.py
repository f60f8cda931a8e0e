"""One run: an installation of its own is used and broken until the time is up, and then compared."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.faults import breaking
from bench.faults.breaking import Done
from bench.faults.client import LATE as TOO_LATE
from bench.faults.client import LATEST, LOST, REFUSED, SECONDS, Notes, Person, Reader, Try
from bench.faults.figures import Figures
from bench.faults.ledger import PAGE, TICKET, Ledger, read
from bench.faults.place import PEOPLE, Place
from bench.faults.sink import Sink
from bench.faults.watch import TICKS, Watch
from tests.engines.installation import Installation

CALM = 15.0
"""Seconds of use before the first fault."""
AFTER = 20.0
"""Seconds after a fault that do not count as calm."""
CREATE_ADMIN = [sys.executable, "manage.py", "create_admin"]
NAME, PASSWORD = "reader", secrets.token_urlsafe(24)
EXAMINE = (
    "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings'); "
    "import django; django.setup(); from bench.faults import examine; examine.told()"
)
NAMES = {REFUSED: "refused", LOST: "broken off", TOO_LATE: "no answer in time"}


class Leg:
    """``goes_on`` is asked before each round of faults, with what was done so far."""

    def __init__(self, folder: Path, seed: str, *, goes_on: Callable[[int, int], bool]) -> None:
        self.folder, self.seed, self.goes_on = folder, seed, goes_on
        self.figures = Figures(runs=1)
        self.notes = Notes()
        self.done: list[Done] = []
        self.people: list[Person] = []
        self.loads: list[float] = []
        self.seen_at_work: datetime | None = None

    def run(self) -> Figures:
        """Raises only what keeps the comparison itself from being made; Ctrl-C ends the breaking, not the comparing."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped is stopped, by whatever hand
        chance = random.Random(self.seed)  # noqa: S311
        self.ledger = Ledger(self.folder / "ledger.jsonl")
        self.place, self.sink = Place(), Sink()
        self.sink.start()
        self.place.environment["EMAIL_URL"] = self.sink.url
        began = time.monotonic()
        try:
            self.place.prepare()
            self.place.run([*CREATE_ADMIN, NAME], input=PASSWORD + "\n")
            tokens = [self.place.token(f"person {number}") for number in range(PEOPLE)]
            self.place.open(chance)
            self.watch = Watch(self.place)
            began = time.monotonic()
            self._use(tokens)
            self._break(chance)
            self._finish()
            self.figures.seconds = time.monotonic() - began
            self._compare()
            return self.figures
        except BaseException:
            (self.folder / "processes.log").write_text(self.place.logs(), encoding="utf-8")
            raise
        finally:
            self.place.remove()
            self.sink.stop()
            self.ledger.close()

    def _use(self, tokens: Sequence[str]) -> None:
        for number, token in enumerate(tokens):
            seed = f"{self.seed}:{number}"
            person = Person(self.place.port, token, ledger=self.ledger, notes=self.notes, seed=seed)
            self.people.append(person)
            person.start()
        reader = Reader(self.place.port, "", ledger=self.ledger, notes=self.notes, seed=f"{self.seed}:reader")
        self.people.append(reader)
        if self.watch.settled(self.notes) is None:
            raise AssertionError(f"the installation does not get going\n{self.place.logs()}")
        reader.signs_in(NAME, PASSWORD)
        reader.start()
        self.use_began = time.monotonic()
        time.sleep(CALM)

    def _break(self, chance: random.Random) -> None:
        try:
            while self.goes_on(self.ledger.count, len(self.done)):
                self._round(chance)
                time.sleep(chance.uniform(0, 4))
        except KeyboardInterrupt:
            print("  stopped; comparing what was done so far", flush=True)

    def _round(self, chance: random.Random) -> None:
        faults = breaking.drawn(chance, has_disk=self.place.has_own_disk)
        before = len(self.done)
        breaking.overlapping(faults, self.place, chance, done=self.done)
        done = self.done[before:]
        self.loads.append(os.getloadavg()[0])
        seconds = self.watch.settled(self.notes)
        hit = judged_as(each.on for each in done)
        self.figures.settled.setdefault(hit, [])
        if seconds is None:
            self.figures.unsettled[hit] += 1
        else:
            self.figures.settled[hit].append(round(seconds, 2))
        names = ", ".join(each.name for each in done)
        says = "NOT settled" if seconds is None else f"settled after {seconds:.1f} s"
        print(f"  {len(self.done):4d} {self.ledger.count:6d}  {names}: {says}", flush=True)

    def _finish(self) -> None:
        """Everybody goes home, and everything that was promised gets the time to ring."""
        for person in self.people:
            person.goes_home.set()
        for person in self.people:
            person.join(SECONDS + 5)
        time.sleep(LATEST + TICKS)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            seen = self.watch.look()
            if seen is not None and seen.late == 0:
                self.seen_at_work = seen.at
                break
            time.sleep(0.5)
        self.watch.close()
        self.place.close()

    # The comparison ---------------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        figures, notes = self.figures, self.notes
        figures.answered = Counter(entry.what for entry in read(self.ledger.path))
        figures.statuses = Counter(NAMES.get(one.status, str(one.status)) for one in notes.tries)
        figures.odd, figures.given_up = notes.odd, notes.given_up
        figures.faults = Counter(each.name for each in self.done)
        figures.kills = sum(each.kills for each in self.done)
        intake = [one for one in notes.tries if one.what == TICKET]
        used = [one for one in intake if one.began >= self.use_began]
        figures.calm_ms = [ms(one) for one in calm(used, self.done)]
        during = brokerless(intake, self.done)
        figures.brokerless_ms = [ms(one) for one in during if 200 <= one.status < 300]
        figures.brokerless_refused = len(during) - len(figures.brokerless_ms)
        pages = brokerless((one for one in notes.tries if one.what == PAGE), self.done)
        figures.pages_brokerless = Counter(NAMES.get(one.status, str(one.status)) for one in pages)
        figures.mails = len(self.sink.arrived)
        figures.mail_twice = self.sink.arrived.total() - figures.mails
        figures.loads = self.loads
        if not self.place.has_own_disk:
            figures.remarks.append("disk full was not tried: no file system could be mounted here")
        found = compared(self.place, self.ledger.path, self.sink.arrived, until=self.seen_at_work)
        figures.wrong = Counter({name: each["count"] for name, each in found["wrong"].items()})
        figures.samples = [f"{name}: {each}" for name, told in found["wrong"].items() for each in told["such as"]]
        figures.seen = Counter(found["seen"])
        if figures.samples:
            (self.folder / "processes.log").write_text(self.place.logs(), encoding="utf-8")


def compared(
    there: Installation, ledger: Path, arrived: Mapping[str, int], *, until: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """What ``examine`` says of the notebook, asked in the environment of the installation.

    ``until`` is when its clock was last seen going and nothing was late; without, everything due by now has to be done.
    """
    command = [sys.executable, "-c", EXAMINE, str(ledger), *([until.isoformat()] if until else [])]
    found: dict[str, dict[str, Any]] = json.loads(there.run(command, input=json.dumps(dict(arrived))))
    return found


def judged_as(hit: Iterable[str]) -> str:
    """By which limit a round of faults is judged: the longest one, where they differ."""
    whom = set(hit)
    if whom & {breaking.WORKER, breaking.BROKER, breaking.BEAT}:
        return "worker, broker or beat"
    return "database" if whom == {breaking.DATABASE} else "web, disk, and database with them"


def ms(one: Try) -> float:
    return round(one.seconds * 1000, 1)


def calm(tries: Iterable[Try], done: Sequence[Done]) -> list[Try]:
    """What was asked while nothing was broken, nor had been a moment before."""
    return [
        one
        for one in tries
        if not any(f.began <= one.began + one.seconds and one.began <= f.ended + AFTER for f in done)
    ]


def brokerless(tries: Iterable[Try], done: Sequence[Done]) -> list[Try]:
    """What was asked while the broker was away and neither the web, the database nor the machine was hit."""
    away = [f for f in done if f.name in breaking.AWAY]
    others = [f for f in done if f.on in (breaking.WEB, breaking.DATABASE)]
    return [
        one
        for one in tries
        if any(f.began <= one.began <= f.ended for f in away)
        and not any(f.began - SECONDS <= one.began <= f.ended + AFTER for f in others)
    ]
