"""One figure: how much dearer the queue's first page is with 100,000 tickets than with 1,000. `python -m bench.queue`

The page is the one an agent of one of 20 teams opens: *All of my teams* and *Nobody's yet*, 25 rows, all counters, as
HTML through Django's test client, signed in. Two databases of its own, filled from a fixed seed and removed afterwards:
on PostgreSQL where one answers (DATABASE_URL, else localhost), else on SQLite. Each runs in a process of its own; they
are asked in turn, five runs of several requests; the figure is the median of the five ratios of CPU milliseconds (of
the process and, on PostgreSQL, of its backend). Wall-clock time stands beside it, for a machine that is not quiet.
Before anything is timed each page is checked: its status, its 25 rows, its order, and its counters against a count.

Options: `--sqlite`, `--requests N` a run, `--plans` (PostgreSQL: EXPLAIN ANALYZE of the page and of the counters).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.run import find_postgres

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261124
SIZES = (1_000, 100_000)
TEAMS, AGENTS_PER_TEAM, CUSTOMERS = 20, 5, 200
RUNS, REQUESTS, MOST = 5, 20, 1.5
PAGES = ("team", "unassigned")
TICKS = os.sysconf("SC_CLK_TCK")


# The desk that is measured: a process of its own ----------------------------------------------------------------------


def serve(size: int) -> None:
    """Fill the database, then answer "PAGE COUNT" lines with one JSON line each, until there are no more."""
    import django  # noqa: PLC0415 - the environment of this process decides which database that is

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.DEBUG = False  # it was on only so that no collected static files are needed
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    desk = Filled(size)
    print(json.dumps({"ready": size}), flush=True)
    for line in sys.stdin:
        page, requests = line.split()
        print(json.dumps(desk.plans() if page == "plans" else desk.measured(page, int(requests))), flush=True)


class Filled:
    """Tickets over 20 teams: four fifths open, of those two thirds nobody's, due from a week ago to a month ahead."""

    def __init__(self, size: int) -> None:
        from django.db import connection  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from complaints.actions.built_in import load  # noqa: PLC0415

        self.now = datetime.now(UTC)
        self.chance = random.Random(SEED)  # noqa: S311
        load(now=self.now)
        self.agent = self.fill(size)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE")  # as autovacuum does; on SQLite nobody ever does
                cursor.execute("SELECT pg_backend_pid()")
                self.backend: int | None = cursor.fetchone()[0]
            else:
                self.backend = None
        self.client = Client()
        self.client.force_login(self.agent, backend="django.contrib.auth.backends.ModelBackend")
        for page in PAGES:
            self.check(page)

    def fill(self, size: int) -> Any:
        from complaints.models import Category, Escalation, FollowUp, Participant, Ticket  # noqa: PLC0415
        from customers.models import Customer  # noqa: PLC0415
        from office.models import Agent, Membership, Team  # noqa: PLC0415

        teams = Team.objects.bulk_create(Team(name=f"Team {n}", slug=f"team-{n}") for n in range(TEAMS))
        people = Agent.objects.bulk_create(
            Agent(username=f"p{n}", name=f"Person {n}", created_at=self.now) for n in range(TEAMS * AGENTS_PER_TEAM)
        )
        crew = {team.pk: people[n * AGENTS_PER_TEAM : (n + 1) * AGENTS_PER_TEAM] for n, team in enumerate(teams)}
        Membership.objects.bulk_create(Membership(team=team, agent=agent) for team in teams for agent in crew[team.pk])
        guests = Customer.objects.bulk_create(
            Customer(name=f"Customer {n}", preferred_address=f"Ms {n}", created_at=self.now) for n in range(CUSTOMERS)
        )
        about = list(Category.objects.all())
        for start in range(0, size, 5_000):
            span = range(start, min(start + 5_000, size))
            rows = Ticket.objects.bulk_create(self.ticket(n, teams[n % TEAMS], crew, guests, about) for n in span)
            Participant.objects.bulk_create(
                Participant(
                    ticket=row, agent=self.chance.choice(crew[row.team_id or 0]), role="contributor", since=self.now
                )
                for row in rows
            )
            FollowUp.objects.bulk_create(
                FollowUp(
                    ticket=row,
                    kind="call_back",
                    text="Call back",
                    owner_id=row.owner_id,
                    due_at=row.risk_at,
                    original_due_at=row.risk_at,
                    made_at=self.now,
                )
                for row in rows
                if row.state == "open" and row.pk % 3 == 0
            )
            Escalation.objects.bulk_create(
                Escalation(
                    ticket=row,
                    level=1,
                    pass_number=1,
                    trigger="by_hand",
                    reason="Look at this",
                    opened_at=self.now,
                    acknowledge_by=self.now,
                )
                for row in rows
                if row.escalation_line
            )
        return crew[teams[0].pk][0]

    def ticket(self, n: int, team: Any, crew: dict[int, list[Any]], guests: list[Any], about: list[Any]) -> Any:
        from complaints.domain.numbers import check_digit  # noqa: PLC0415
        from complaints.models import Ticket  # noqa: PLC0415

        chance, eight = self.chance, str(10_000_000 + n)
        state = chance.choices(("open", "answered", "closed"), (80, 5, 15))[0]
        received = self.now - timedelta(minutes=chance.randrange(60 * 24 * 60))
        due = self.now + timedelta(seconds=chance.randrange(-7 * 86_400, 30 * 86_400))
        return Ticket(
            number=eight + check_digit(eight),
            subject=f"Complaint {n}: the delivery did not come on the day that was promised",
            channel=chance.choice(("phone", "email", "web", "chat")),
            language=chance.choice(("en", "zh-Hans", "zh-Hant")),
            received_at=received,
            entered_at=received,
            source="page",
            customer=chance.choice(guests),
            category=chance.choice(about) if about else None,
            order_ref=f"77-{n}",
            happened="The parcel was promised for Monday and nobody rang when it did not come. " * 4,
            step=chance.choice(("listen", "empathise", "apologise", "resolve")),
            state=state,
            pass_number=2 if chance.random() < 0.03 else 1,
            step_since=received,
            severity=chance.choice((1, 2, 3, 4)),
            escalation_line=1 if state == "open" and chance.random() < 0.01 else 0,
            team=team,
            owner=None if chance.random() < 2 / 3 else chance.choice(crew[team.pk]),
            risk_at=due if state == "open" else self.now,
            risk_from=received,
            risk_kind="resolve",
            answered_at=None if state == "open" else self.now,
            ended_at=self.now if state == "closed" else None,
            end_reason="settled" if state == "closed" else "",
            changed_at=self.now,
            touched_at=self.now,
        )

    def check(self, page: str) -> None:
        """The page is what it should be; also the warming up."""
        from complaints.models import Ticket  # noqa: PLC0415

        rows = Ticket.objects.open().filter(team__memberships__agent=self.agent)
        if page == "unassigned":
            rows = rows.filter(owner=None)
        expected = [row.number for row in rows.order_by("risk_at", "id")[:25]]
        answer = self.client.get("/queue/", {"view": page}, HTTP_HOST="localhost")
        text = answer.content.decode()
        shown = re.findall(r'name="t" value="(\d{9})"', text)
        count = rows.count()
        figure = "999+" if count >= 1000 else str(count)
        if answer.status_code != 200 or shown != expected or len(shown) != 25 or f"<b>{figure}</b>" not in text:
            raise SystemExit(f"{page}: {answer.status_code}, {len(shown)} rows, or not the right ones; {figure}")

    def measured(self, page: str, requests: int) -> dict[str, float]:
        """Milliseconds of CPU and of wall clock a request."""
        cpu, began = self.cpu(), time.perf_counter()
        for _ in range(requests):
            self.client.get("/queue/", {"view": page}, HTTP_HOST="localhost")
        wall = time.perf_counter() - began
        return {"cpu": (self.cpu() - cpu) * 1000 / requests, "wall": wall * 1000 / requests}

    def cpu(self) -> float:
        mine = time.process_time()
        if self.backend is None:
            return mine
        try:
            after = Path(f"/proc/{self.backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return mine  # another machine's, or not ours to read
        return mine + (int(after[11]) + int(after[12])) / TICKS

    def plans(self) -> dict[str, str]:
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        told = {}
        for page in (*PAGES, "all"):
            with CaptureQueriesContext(connection) as asked:
                self.client.get("/queue/", {"view": page}, HTTP_HOST="localhost")
            for number, one in enumerate(asked.captured_queries):
                if "UNION ALL" in one["sql"] or "roads" in one["sql"]:
                    with connection.cursor() as cursor:
                        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {one['sql']}".replace("%", "%%"), [])
                        told[f"{page} {number}"] = "\n".join(line for (line,) in cursor.fetchall())
        return told


# The measuring --------------------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A desk of one size in its own process."""

    size: int
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, size: int, database: str, folder: str) -> Desk:
        environment = os.environ | {
            "DATABASE_URL": database,
            "DATA_DIR": folder,
            "DEBUG": "1",
            "REDIS_URL": "",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(32),
        }
        command = [sys.executable, "-m", "bench.queue", "--serve", str(size)]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return cls(size, process)

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout  # noqa: S101
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the desk of {self.size} tickets gave up")
        told: dict[str, Any] = json.loads(line)
        return told

    def ask(self, page: str, requests: int) -> dict[str, Any]:
        assert self.process.stdin  # noqa: S101
        self.process.stdin.write(f"{page} {requests}\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=30)


def on_postgres(url: str, statement: str) -> None:
    maintenance = urlunsplit(urlsplit(url)._replace(path="/postgres", scheme="postgresql"))
    connection = psycopg2.connect(maintenance)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve)
        return 0
    found = None if chosen.sqlite else find_postgres()
    with tempfile.TemporaryDirectory(prefix="fourstep-bench-") as folder:
        names = {size: f"fourstep_bench_{os.getpid()}_{size}" for size in SIZES}
        if found is None:
            urls = {size: f"sqlite:///{folder}/{name}.sqlite3" for size, name in names.items()}
            return compared(urls, folder, "SQLite", chosen.requests, plans=False)
        made = []
        try:
            for name in names.values():
                on_postgres(found[0], f'CREATE DATABASE "{name}"')
                made.append(name)
            urls = {size: urlunsplit(urlsplit(found[0])._replace(path=f"/{name}")) for size, name in names.items()}
            return compared(urls, folder, f"PostgreSQL {found[1]}", chosen.requests, plans=chosen.plans)
        finally:
            for name in made:
                on_postgres(found[0], f'DROP DATABASE "{name}" WITH (FORCE)')


def compared(urls: dict[int, str], folder: str, engine: str, requests: int, *, plans: bool) -> int:
    desks = [Desk.start(size, urls[size], folder) for size in SIZES]
    try:
        for desk in desks:
            print(f"{engine}: {desk.answer()['ready']:,} tickets are in", flush=True)
        if plans:
            for name, plan in desks[-1].ask("plans", 1).items():
                print(f"\n{name}\n{plan}")
        ratios = [run_once(desks, requests, number) for number in range(1, RUNS + 1)]
    finally:
        for desk in desks:
            desk.stop()
    cpu, wall = (statistics.median(ratio[kind] for ratio in ratios) for kind in ("cpu", "wall"))
    verdict = "ok" if cpu <= MOST else "NOT"
    print(
        f"{verdict}: queue, first page, {SIZES[1]:,} against {SIZES[0]:,} tickets on {engine}: "
        f"{cpu:.2f} times the CPU ({wall:.2f} times the time); at most {MOST}"
    )
    return 0 if cpu <= MOST else 1


def run_once(desks: list[Desk], requests: int, number: int) -> dict[str, float]:
    """Both desks in turn, page by page; the ratio of what both pages cost together."""
    spent = {desk.size: {"cpu": 0.0, "wall": 0.0} for desk in desks}
    shown = []
    for page in PAGES:
        for desk in desks if number % 2 else desks[::-1]:
            told = desk.ask(page, requests)
            shown.append(f"{page} {desk.size:,}: {told['cpu']:.1f} ms CPU, {told['wall']:.1f} ms")
            for kind in ("cpu", "wall"):
                spent[desk.size][kind] += told[kind]
    small, large = (spent[size] for size in SIZES)
    print(f"  run {number}: " + "; ".join(shown), flush=True)
    return {kind: large[kind] / small[kind] for kind in ("cpu", "wall")}


if __name__ == "__main__":
    raise SystemExit(main())
