"""How long the desk takes to get on again: asked of the database, past everything that may be slow or dead."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2

from bench.faults.client import Notes
from bench.faults.place import Place

TICKS = 4.0
"""Two ticks, in seconds: a row that waits no longer is not late."""

_PENDING = "{end} IS NULL AND cancelled_at IS NULL AND dead_at IS NULL"
LATE = f"""
    SELECT EXTRACT(EPOCH FROM now() - least(
             (SELECT min(due_at) FROM office_timer WHERE {_PENDING.format(end="rung_at")} AND due_at <= now()),
             (SELECT min(greatest(not_before, coalesce(lease_until, not_before))) FROM office_outgoing
               WHERE {_PENDING.format(end="sent_at")}
                 AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())))),
           (SELECT max(rung_at) FROM office_timer),
           now()
"""  # noqa: S608 (our own words)


@dataclass(frozen=True)
class Seen:
    """``late``: for how many seconds the oldest due row has waited; ``rang_at``: when a bell last rang."""

    late: float
    rang_at: datetime | None
    at: datetime


class Watch:
    """Somebody with a connection of their own, made anew when it breaks."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._connection: Any = None

    def look(self) -> Seen | None:
        """None while the database does not answer."""
        try:
            if self._connection is None:
                self._connection = self.place.postgres.connect()
                self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(LATE)
                late, rang_at, at = cursor.fetchone()
        except psycopg2.Error:
            self.close()
            return None
        return Seen(float(late or 0), rang_at, at)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg2.Error):
                connection.close()

    def settled(self, notes: Notes, *, seconds: float = 180) -> float | None:
        """Seconds from now until a request asked from now on got a yes, a bell rang, and no due row is late; or None.

        That a bell rang is asked besides, because where nothing falls due a dead clock looks like a quiet one.
        """
        began, ended_at = time.monotonic(), None
        while time.monotonic() - began < seconds:
            seen = self.look()
            if seen is not None:
                ended_at = ended_at or seen.at
                rang = seen.rang_at is not None and seen.rang_at >= ended_at
                if rang and seen.late < TICKS and notes.last_yes >= began:
                    return time.monotonic() - began
            time.sleep(0.25)
        return None
