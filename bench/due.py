"""Ten thousand promises due in one minute, on PostgreSQL and Redis with two workers, as docker-compose.yml runs them.

Each waits in the database; the installation's own beat and workers ring them, and each calls a supervisor. Meanwhile
somebody looks at the queue. What is measured comes from the database: ``rung_at`` is the instant a row was claimed.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.engines.installation import Installation, installation

COUNT, SECONDS = 10_000, 60.0
WORKERS = 2
CLAIMED_WITHIN, ACTED_WITHIN = 5.0, 60.0
SLOWER_AT_MOST = 3.0
IDLE_SECONDS = 12.0
LOOK_EVERY = 0.25


@dataclass
class Reader:
    """Somebody who opens the queue again and again. ``took``: when each began and how many seconds it took."""

    address: str
    session: str
    took: list[tuple[float, float]] = field(default_factory=list)
    wrong: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        where = urlsplit(self.address)
        while not self.over.wait(LOOK_EVERY):
            began = time.time()
            connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
            try:
                connection.request("GET", "/queue/", headers={"Cookie": f"sessionid={self.session}"})
                answer = connection.getresponse()
                answer.read()
                self.wrong += answer.status != 200
            except OSError:
                self.wrong += 1
            finally:
                connection.close()
            self.took.append((began, time.time() - began))

    def p95(self, since: float, until: float) -> float:
        found = [seconds for began, seconds in self.took if since <= began < until]
        return statistics.quantiles(found, n=20)[-1] if len(found) > 1 else 0.0


@dataclass(frozen=True)
class Measured:
    """Seconds, unless it says otherwise."""

    early: int
    claimed_after: list[float]
    acted_after: list[float]
    settled: float
    escalations: int
    tickets: int
    idle_p95: float
    busy_p95: float
    pages_wrong: int

    @property
    def slower(self) -> float:
        return self.busy_p95 / self.idle_p95 if self.idle_p95 else float("inf")


def measure(*, count: int = COUNT, seconds: float = SECONDS, workers: int = WORKERS) -> Measured:
    """Fill, wait until they fall due, and watch until each was acted on or three minutes have passed."""
    with installation(API_REQUESTS_PER_MINUTE="100000") as desk:
        desk.prepare()
        first_due = time.time() + 25 + count / 600 + IDLE_SECONDS
        words = [sys.executable, "-m", "bench.filling", str(count), str(first_due), str(seconds)]
        session = desk.run(words).strip()
        with desk.postgres.connect() as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("ANALYZE")
        _process, address = desk.web()
        for _ in range(workers):
            desk.worker()
        desk.beat()
        reader = Reader(address, session)
        thread = threading.Thread(target=reader.read, daemon=True)
        time.sleep(max(first_due - IDLE_SECONDS - time.time(), 0))
        thread.start()
        if time.time() > first_due - IDLE_SECONDS / 2:
            raise SystemExit("filling took too long; the machine is too busy to measure anything")
        seen = watched(desk, count, first_due, seconds)
        reader.over.set()
        thread.join(30)
        return figures(desk, seen, reader, first_due, seconds)


def watched(desk: Installation, count: int, first_due: float, seconds: float) -> dict[int, float]:
    """When each row was first seen as rung, by looking twice a second."""
    seen: dict[int, float] = {}
    connection = desk.postgres.connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        while len(seen) < count and time.time() < first_due + seconds + 180:
            at = time.time()
            since = datetime.fromtimestamp(at - 40, UTC)
            cursor.execute("SELECT id FROM office_timer WHERE kind = 'missed' AND rung_at > %s", [since])
            for (pk,) in cursor.fetchall():
                seen.setdefault(pk, at)
            time.sleep(0.5)
    connection.close()
    return seen


def figures(desk: Installation, seen: dict[int, float], reader: Reader, first_due: float, seconds: float) -> Measured:
    with desk.postgres.connect() as connection, connection.cursor() as cursor:
        rows: list[tuple[Any, ...]]
        cursor.execute("SELECT id, due_at, rung_at FROM office_timer WHERE kind = 'missed' AND rung_at IS NOT NULL")
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*), count(DISTINCT ticket_id) FROM complaints_escalation")
        escalations, tickets = cursor.fetchone()
    claimed = sorted((rung - due).total_seconds() for _pk, due, rung in rows)
    acted = sorted(seen[pk] - due.timestamp() for pk, due, _rung in rows if pk in seen)
    ended = max(seen.values(), default=0.0)
    return Measured(
        early=sum(after < 0 for after in claimed),
        claimed_after=claimed,
        acted_after=acted,
        settled=ended - (first_due + seconds),
        escalations=escalations,
        tickets=tickets,
        idle_p95=reader.p95(0, first_due),
        busy_p95=reader.p95(first_due, ended),
        pages_wrong=reader.wrong,
    )


def at(share: float, values: list[float]) -> float:
    """The value below which this share of the (sorted) values lies."""
    return values[min(int(share * len(values)), len(values) - 1)] if values else float("nan")
