"""A real Celery worker does real work: over Redis in a process of its own, and inside the embedded desk."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connection

from complaints.actions import follow_ups
from complaints.models import Escalation, Ticket
from complaints.tasks import tick
from office import access, audit
from office.models import Agent, EventAnchor, Timer
from office.roles import SYSTEM
from office.tasks import anchor_events
from tests.engines.desk import ROOT, own_environment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def waited_for(question: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the answer became yes in that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.1)
    return question()


def database_url() -> str:
    """The address of the test database itself."""
    of = connection.settings_dict
    name, password = quote(of["USER"], safe=""), quote(of["PASSWORD"], safe="")
    return f"postgres://{name}:{password}@{of['HOST']}:{of['PORT'] or 5432}/{of['NAME']}"


@pytest.fixture
def worker(tmp_path: Path, transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    with started(tmp_path, "worker.log") as process:
        yield process
    forget_messages()


@contextmanager
def started(tmp_path: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """`celery -A config worker` against the test database and this run's own corner of Redis."""
    environment = own_environment(
        DATABASE_URL=database_url(),
        SECRET_KEY=settings.SECRET_KEY,
        REDIS_URL=settings.REDIS_URL,
        REDIS_PREFIX=settings.REDIS_PREFIX,
        DATA_DIR=str(tmp_path),
    )
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--without-gossip"]
    with (tmp_path / name).open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def forget_messages() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    for key in client.scan_iter(f"{settings.REDIS_PREFIX}*"):
        client.delete(key)
    client.close()


@pytest.mark.worker
@pytest.mark.skipif(not (settings.REDIS_URL and connection.vendor == "postgresql"), reason="needs PostgreSQL and Redis")
def test_a_worker_over_redis_seals_the_record_book(worker: subprocess.Popen[bytes], tmp_path: Path) -> None:
    line = audit.record(("office", 1), "tried", actor=SYSTEM, now=NOW)

    anchor_events.delay()

    waited_for(lambda: EventAnchor.objects.exists() or worker.poll() is not None, seconds=60)
    assert worker.poll() is None, (tmp_path / "worker.log").read_text()
    assert EventAnchor.objects.get().last_event_id == line.pk


@pytest.mark.worker
@pytest.mark.skipif(not (settings.REDIS_URL and connection.vendor == "postgresql"), reason="needs PostgreSQL and Redis")
def test_a_worker_that_is_killed_loses_no_bell_and_the_next_one_rings_it_once(
    worker: subprocess.Popen[bytes], tmp_path: Path, make_ticket: Callable[..., Ticket], agent: Agent
) -> None:
    """The first worker dies at any moment of its first ticks; what it had claimed is rung when its lease is over."""
    past = datetime.now(UTC) - timedelta(hours=2)
    for _case in range(20):
        promised = {"kind": "promise", "text": "Ring her", "due_at": past + timedelta(hours=1)}
        follow_ups.plan(make_ticket(owner=agent, now=past), actor=access.actor_of(agent), now=past, **promised)
    tick.delay()
    waited_for(lambda: Timer.objects.filter(attempts__gt=0).exists(), seconds=60)
    worker.kill()
    worker.wait()
    Timer.objects.filter(lease_until__isnull=False).update(lease_until=past)  # twenty seconds later
    with started(tmp_path, "second.log") as second:
        until = time.monotonic() + 90
        while Timer.objects.filter(due_at__lt=datetime.now(UTC), rung_at=None).exists() and time.monotonic() < until:
            for _twice in range(2):
                tick.delay()
            time.sleep(0.5)
        assert second.poll() is None, (tmp_path / "second.log").read_text()
    assert not Timer.objects.filter(due_at__lt=datetime.now(UTC), rung_at=None).exists()
    assert Escalation.objects.filter(trigger="missed_promise").count() == Ticket.objects.count() == 20


EMBEDDED = """
import sys, time
from datetime import UTC, datetime
import config.embedded as embedded
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from office import audit
from office.models import EventAnchor
from office.roles import SYSTEM
from office.tasks import anchor_events
from tests.engines.desk import ROOT, own_environment

assert settings.CELERY_BROKER_URL.startswith("memory://")
call_command("migrate", interactive=False, verbosity=0)
line = audit.record(("office", 1), "tried", actor=SYSTEM, now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
inside = embedded.Embedded()
inside.start()
anchor_events.delay()
until = time.monotonic() + 60
while not EventAnchor.objects.exists() and time.monotonic() < until:
    time.sleep(0.05)
sealed = EventAnchor.objects.get()
assert sealed.last_event_id == line.pk
began = time.monotonic()
inside.stop()
assert not any(thread.is_alive() for thread in inside.threads), "did not stop"
print("sealed", f"{time.monotonic() - began:.1f}")
"""


def test_the_threads_of_the_embedded_desk_seal_the_record_book_and_stop_warmly(tmp_path: Path) -> None:
    environment = own_environment(DATA_DIR=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", EMBEDDED],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sealed")
