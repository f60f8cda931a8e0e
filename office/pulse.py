"""Signs of life: what has to go on by itself says so in a row, and whoever looks sees when it last did.

Without it a desk whose clock stands still looks like a desk on which nothing is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from office import outbox, timers
from office.models import Heartbeat

TICK = "tick"
AT_MOST_EVERY = timedelta(seconds=4)
"""A sign younger than this is left as it is: many ticks a second are one write."""

LONGEST = timedelta(seconds=60)
"""Nothing may stand still for longer, or wait for longer after it was due."""


def beat(name: str, *, now: datetime) -> None:
    """It goes on. Two at once are one."""
    stale = Heartbeat.objects.filter(name=name, at__lt=now - AT_MOST_EVERY)
    if stale.exists():
        stale.update(at=now)
    elif not Heartbeat.objects.filter(name=name).exists():
        Heartbeat.objects.get_or_create(name=name, defaults={"at": now})


def last(name: str) -> datetime | None:
    """When it last gave a sign; None when it never did."""
    found: datetime | None = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return found


@dataclass(frozen=True)
class Progress:
    """Ages in seconds of what has to go on; 0 where nothing waits."""

    tick: float
    timers: float
    outgoing: float

    @property
    def stands(self) -> list[str]:
        """What does not get on, by name."""
        longest = LONGEST.total_seconds()
        return [name for name in ("tick", "timers", "outgoing") if getattr(self, name) > longest]


def progress(now: datetime, *, started_at: datetime) -> Progress:
    """How the desk gets on. What never gave a sign is as old as ``started_at``. Three queries."""

    def age(since: datetime | None) -> float:
        return max((now - since).total_seconds(), 0.0) if since else 0.0

    return Progress(
        tick=age(last(TICK) or started_at), timers=age(timers.oldest_due(now)), outgoing=age(outbox.oldest_due(now))
    )
