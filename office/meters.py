"""What is counted for whoever watches over the desk (Prometheus). Only what was committed counts.

Labels are names of routes, kinds and channels: never an address, a number or a word of anybody's.
"""

from __future__ import annotations

import os
import socket

from billiard.process import current_process
from django.db import transaction
from prometheus_client import Counter, Histogram, values

MANY_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
"""Where several processes, also of several containers, keep their counts together; without it each keeps its own."""


def process_name() -> str:
    """Who counts. A child of the worker goes by its place in the pool, which the next one takes over."""
    place = getattr(current_process(), "index", None)
    who = f"place{place}of{os.getppid()}" if place is not None else str(os.getpid())
    return f"{socket.gethostname().replace('_', '-')}-{who}"


if MANY_PROCESSES in os.environ:
    os.makedirs(os.environ[MANY_PROCESSES], exist_ok=True)
    values.ValueClass = values.MultiProcessValue(process_name)  # the number of a process is its container's own

REQUESTS = Histogram(
    "fourstep_request_seconds",
    "How long requests took",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
TICKETS = Counter("fourstep_tickets_created", "Complaints taken down", ["source"])
TIMERS = Counter("fourstep_timers", "Bells by what became of them: rung, failed, dead", ["subject", "kind", "outcome"])
OUTGOING = Counter("fourstep_outgoing", "What left the desk: sent, failed, dead", ["kind", "outcome"])


def ticket(source: str) -> None:
    transaction.on_commit(TICKETS.labels(source).inc)


def bells(subject: str, kind: str, outcome: str) -> None:
    transaction.on_commit(TIMERS.labels(subject, kind, outcome).inc)


def outgoing(kind: str, outcome: str) -> None:
    transaction.on_commit(OUTGOING.labels(kind, outcome).inc)
