"""Counts of one run, their sum over runs, and what must hold of them. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OPERATIONS, FAULTS = 20_000, 300
"""What the whole proof takes, over all runs at one commit."""
SLOWEST = {"database": 30.0}
SLOWEST_OTHER = 60.0
"""Seconds after the last of overlapping faults within which the desk has to have settled, by what was hit."""
INTAKE_MS = 500.0
HONEST = ("503", "507")
"""Answers that say what is the matter: ask again; there is no room for files."""
WRONG = ("lost", "doubled", "early", "broken", "half")
Line = tuple[bool, str]


@dataclass
class Figures:
    """What a run, or several, did and saw. Lists of milliseconds and seconds, so that they can be joined."""

    runs: int = 0
    seconds: float = 0.0
    answered: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    settled: dict[str, list[float]] = field(default_factory=dict)
    unsettled: Counter[str] = field(default_factory=Counter)
    calm_ms: list[float] = field(default_factory=list)
    brokerless_ms: list[float] = field(default_factory=list)
    brokerless_refused: int = 0
    pages_brokerless: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    mail_twice: int = 0
    loads: list[float] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def operations(self) -> int:
        return sum(self.answered.values())

    def dumped(self) -> dict[str, Any]:
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}

    @classmethod
    def loaded(cls, raw: Mapping[str, Any]) -> Figures:
        empty = cls()
        for name, value in raw.items():
            if hasattr(empty, name):
                setattr(empty, name, Counter(value) if isinstance(getattr(empty, name), Counter) else value)
        return empty


def total(runs: Iterable[Figures]) -> Figures:
    """All of them as one."""
    whole = Figures()
    for run in runs:
        for name, value in vars(run).items():
            before = getattr(whole, name)
            if name == "settled":
                for what, seconds in value.items():
                    whole.settled.setdefault(what, []).extend(seconds)
            elif name == "remarks":
                whole.remarks.extend(each for each in value if each not in whole.remarks)
            elif isinstance(before, Counter):
                before.update(value)
            else:
                setattr(whole, name, before + value)
    return whole


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many per cent do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def bound(count: int, of: int) -> str:
    """A count beside what it was counted in; for none, how often it may happen all the same (rule of three, 95 %)."""
    if not of:
        return f"{count} of 0"
    return f"{count} of {of:,}" + (f" (at most {3 / of:.2g} with 95 % confidence)" if count == 0 else "")


def judged(whole: Figures) -> Iterator[Line]:
    """Every line of the report with whether it holds."""
    faults = whole.faults.total()
    enough = whole.operations >= OPERATIONS and faults >= FAULTS
    yield (
        enough,
        f"{whole.operations:,} answered operations under {faults} faults in {whole.runs} runs,"
        f" {whole.seconds / 60:.0f} minutes (asked: {OPERATIONS:,} under {FAULTS})",
    )
    yield True, "answered: " + _listed(whole.answered)
    yield True, "faults: " + _listed(whole.faults)
    of = {
        "lost": whole.operations + whole.seen["bells"],
        "doubled": whole.operations + whole.seen["bells"],
        "early": whole.seen["bells"],
        "broken": whole.seen["chains"],
        "half": whole.answered["file"],
    }
    words = {"broken": "broken chains of events", "half": "half-written files"}
    for name in WRONG:
        yield whole.wrong[name] == 0, f"{words.get(name, name)}: {bound(whole.wrong[name], of[name])}"
    for sample in whole.samples[:10]:
        yield False, f"such as {sample}"
    left = whole.seen["files without a row"]
    yield True, f"whole files that no row knows, of processes that died before they could note them: {left}"
    yield from _mail(whole)
    yield from _settling(whole)
    yield from _answers(whole)
    for remark in whole.remarks:
        yield True, remark


def _mail(whole: Figures) -> Iterator[Line]:
    owed = whole.seen["still owed"]
    if not whole.mails:
        yield True, "mail: none was sent" + (f", {owed} owed" if owed else "")
        return
    held = whole.mail_twice <= whole.kills
    says = f"mail: {whole.mails:,} messages, {whole.mail_twice} second copies, {whole.kills} processes killed"
    yield held, says + (f", {owed} still to be tried again when the run ended" if owed else "")


def _settling(whole: Figures) -> Iterator[Line]:
    for what, seconds in sorted(whole.settled.items()):
        most = SLOWEST.get(what, SLOWEST_OTHER)
        never = whole.unsettled[what]
        holds = not never and max(seconds, default=0) <= most
        says = f"settled after {what}: median {percentile(seconds, 50):.1f} s, p95 {percentile(seconds, 95):.1f} s"
        tail = f", {never} times not at all" if never else ""
        yield holds, f"{says}, longest {max(seconds, default=0):.1f} s of {len(seconds)} (limit {most:.0f} s){tail}"


def _answers(whole: Figures) -> Iterator[Line]:
    tries = whole.statuses.total()
    failed = sum(count for status, count in whole.statuses.items() if status[0] == "5" and status not in HONEST)
    yield failed == 0, f"requests that failed with a 5xx other than {' and '.join(HONEST)}: {bound(failed, tries)}"
    yield True, "every try: " + _listed(whole.statuses)
    yield not whole.odd, "answers nobody expected: " + (_listed(whole.odd) or "none")
    yield True, f"operations given up after two minutes without an answer: {whole.given_up}"
    usual, highest = percentile(whole.loads, 50), max(whole.loads, default=0)
    yield True, f"load of the machine meanwhile: median {usual:.1f}, highest {highest:.1f}"
    yield True, f"intake while nothing was broken: {_spread(whole.calm_ms)}"
    without = percentile(whole.brokerless_ms, 95)
    asked = len(whole.brokerless_ms) + whole.brokerless_refused
    yield (
        whole.brokerless_refused == 0 and without < INTAKE_MS,
        f"intake while only the broker was away: {_spread(whole.brokerless_ms)}"
        f" (limit {INTAKE_MS:.0f} ms), without a yes {bound(whole.brokerless_refused, asked)}",
    )
    failed = whole.pages_brokerless.total() - whole.pages_brokerless["200"]
    yield (
        failed == 0,
        f"pages of somebody signed in meanwhile that did not come: {bound(failed, whole.pages_brokerless.total())}",
    )


def _spread(values: Sequence[float]) -> str:
    return f"median {percentile(values, 50):.0f} ms, p95 {percentile(values, 95):.0f} ms of {len(values):,}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda each: -each[1]))
