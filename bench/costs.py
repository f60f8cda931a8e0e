"""What a piece of work costs in CPU, against a bound: for the checks of a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

SHORT: Final = 2_000  # characters
LONG: Final = 20_000
SHORT_MS: Final = 10.0
LONG_MS: Final = 100.0
WORSE_AT_MOST: Final = 10.0
RUNS: Final = 15

Cost = tuple[str, float, float]
"""A name, the ms it took, the ms allowed."""


def milliseconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """CPU of the fastest of ``runs`` in ms."""
    return min(_once(work) for _ in range(runs)) * 1_000


def stretched(text: str, size: int = LONG) -> str:
    """``text`` again and again until there are ``size`` characters."""
    return (text * (size // len(text) + 1))[:size]


def told(costs: Iterable[Cost]) -> int:
    """Print each; 1 if a bound is broken, as an exit code."""
    broken = 0
    for name, taken, allowed in costs:
        broken += taken > allowed
        print(f"{'ok ' if taken <= allowed else 'NOT'} {taken:8.2f} ms of {allowed:7.1f}  {name}")
    return 1 if broken else 0


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
