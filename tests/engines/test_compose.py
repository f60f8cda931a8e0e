"""What docker-compose.yml starts: a ticket goes through it, a bell rings, and new versions take over without a loss.

No Docker is needed: its commands run as processes, with a PostgreSQL and a Redis of their own.
"""

from __future__ import annotations

import json
import re
import signal
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection

from bench.faults.client import SECONDS, Notes, Person
from bench.faults.ledger import Ledger
from bench.faults.leg import compared
from tests.conftest import LISTEN, REASON, REGRET, RESTATEMENT
from tests.engines.desk import ROOT
from tests.engines.installation import COMPOSE, Installation, command_of, installation
from tests.engines.test_worker import waited_for

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
needs_engines = pytest.mark.skipif(
    not (settings.REDIS_URL and connection.vendor == "postgresql"), reason="runs with PostgreSQL and Redis"
)


# What is written there ------------------------------------------------------------------------------------------------


def test_every_setting_is_in_the_example() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(read) > 15
    assert read - told == set()
    assert set(re.findall(r"\$\{([A-Z_]+)", TEXT)) <= told


def test_everything_is_there_restarts_and_says_how_it_is() -> None:
    assert set(COMPOSE) == {"migrate", "web", "worker", "beat", "postgres", "redis"}
    for name, service in COMPOSE.items():
        once = name == "migrate"
        assert service["restart"] == ("no" if once else "unless-stopped")
        assert ("disable" in service["healthcheck"]) is once
    for name in ("web", "worker", "beat"):
        assert COMPOSE[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert COMPOSE[name]["read_only"]
    volumes = yaml.safe_load(TEXT)["volumes"]
    used = {each.split(":")[0] for service in COMPOSE.values() for each in service.get("volumes", [])}
    assert used == set(volumes)


def test_the_queue_is_written_down_and_never_thrown_away() -> None:
    command = " ".join(command_of("redis"))
    assert "--appendonly yes --appendfsync everysec --maxmemory-policy noeviction" in command


def test_the_image_holds_no_secret_and_no_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "FROM python:3.11-slim" in text
    assert re.search(r"^USER fourstep$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert not re.search(r"^(ENV|ARG).*(SECRET|PASSWORD|TOKEN)", text, re.MULTILINE)


# And what it does -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk() -> Iterator[Installation]:
    with installation() as made:
        made.prepare()
        yield made


class Shop:
    """A REST client."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, str]:
        named = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.address}/api/v1/{path}", data, named, method=method)
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.loads(answer.read()), answer.headers.get("ETag", "")

    def leave(self, number: str, step: str, evidence: dict[str, object]) -> Any:
        path = f"tickets/{number}/steps/{step}"
        self.send_as_seen("PUT", path, evidence, seen=path)
        return self.send_as_seen("POST", f"{path}/complete", {}, seen=path)

    def send_as_seen(self, method: str, path: str, body: Any, *, seen: str) -> Any:
        """As a client should: where the desk itself wrote meanwhile (a bell rings), read again and send again."""
        for last in (False, False, True):
            _seen, version = self.send("GET", seen)
            try:
                return self.send(method, path, body, **{"If-Match": version})[0]
            except urllib.error.HTTPError as refused:
                if last or refused.code != HTTPStatus.PRECONDITION_FAILED:
                    raise
        return None


class Hasty(Person):
    """Promises what can be waited for."""

    latest = 6.0


PEOPLE = """
import django; django.setup()
from datetime import UTC, datetime
from office.models import Agent, Membership, Team
now = datetime.now(UTC)
boss = Agent.objects.create(username="karin", name="Karin Solberg", role="supervisor", created_at=now)
mei = Agent.objects.create(username="mei", name="Mei Lin", reports_to=boss, created_at=now)
team = Team.objects.create(name="Refunds", slug="refunds", path="/1/", supervisor=boss)
Membership.objects.create(agent=mei, team=team)
"""


def rows(desk: Installation, question: str) -> list[tuple[Any, ...]]:
    with desk.postgres.connect() as database, database.cursor() as cursor:
        cursor.execute(question)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@pytest.mark.worker
@pytest.mark.xdist_group("compose")
@needs_engines
def test_a_ticket_goes_through_the_four_steps_and_a_missed_promise_goes_up(desk: Installation) -> None:
    desk.run(["python", "-c", PEOPLE])
    web, address = desk.web()
    others = [desk.worker(), desk.beat()]
    shop = Shop(address, desk.token("shop"))
    complaint = {"description": "The kettle came broken.", "channel": "api", "owner": "mei", "team": "refunds"}
    made, _version = shop.send("POST", "tickets", complaint | {"customer": {"name": "Wang Fang"}})
    number = made["number"]
    due = datetime.now(UTC) + timedelta(seconds=2)
    promise = {"kind": "promise", "text": "Ring her", "due_at": due.isoformat()}
    shop.send("POST", f"tickets/{number}/follow-ups", promise)

    shop.leave(number, "listen", LISTEN)
    shop.leave(number, "empathise", {"restatement": RESTATEMENT, "feeling_named": "let down", "answer": "confirmed"})
    sorry = {"regret": REGRET, "regret_form": "spoken", "regret_by": "mei", "acceptance": "accepted"}
    shop.leave(number, "apologise", sorry)

    called = (
        "SELECT trigger, opened_at, username FROM complaints_escalation "
        "JOIN office_agent ON office_agent.id = addressed_to_id"
    )
    assert waited_for(lambda: bool(rows(desk, called)), seconds=30), desk.logs()
    ((trigger, opened_at, whom),) = rows(desk, called)
    assert (trigger, whom) == ("missed_promise", "karin")
    assert opened_at >= due

    shop.send("POST", f"tickets/{number}/issues", {"text": "The refund is three weeks late"})
    shop.send("PUT", f"tickets/{number}/issues/1/finding", {"finding": "upheld", "reason": REASON})
    told = {"text": "Told her the refund was released today, bank charge and all.", "channel": "phone"}
    shop.send("POST", f"tickets/{number}/outcome", told)
    answered = shop.leave(
        number,
        "resolve",
        {
            "remedy": "The refund was released today, the bank charge goes with it.",
            "redress_none": "The bank charge is part of the refund itself.",
            "root_cause": "process",
            "prevention": "Returns that are booked in are released the same day by the late shift.",
        },
    )
    assert answered["state"] == "answered"
    with urllib.request.urlopen(f"{address}/health/progress/", timeout=5) as answer:
        assert json.loads(answer.read())["stands"] == []
    with urllib.request.urlopen(f"{address}/metrics/", timeout=5) as answer:
        text = answer.read().decode()
    assert 'fourstep_tickets_created_total{source="api"} 1.0' in text
    assert re.search(r'fourstep_timers_total{kind="missed",outcome="rung",subject="follow_up"} 1\.0', text)
    assert "last tick" in desk.manage("progress")
    lines = [json.loads(line) for line in web.log.read_text().splitlines() if line.startswith("{")]
    assert number in {line.get("ticket") for line in lines}
    assert not [line for line in lines if "Wang" in json.dumps(line)]
    for each in (web, *others):
        each.stop()
        assert each.process.returncode == 0, each.log.read_text()[-2000:]


@pytest.mark.worker
@pytest.mark.xdist_group("compose")
@needs_engines
def test_new_versions_take_over_under_load_and_lose_nothing_that_was_answered(
    desk: Installation, tmp_path: Path
) -> None:
    """As docs/running.md says: a new process beside the old one, then TERM; and HUP for one that stays."""
    old, address = desk.web()
    worker, beat = desk.worker(), desk.beat()
    notes, ledger = Notes(), Ledger(tmp_path / "ledger.jsonl")
    port = int(address.rsplit(":", 1)[1])
    people = [
        Hasty(port, desk.token(f"person {number}"), ledger=ledger, notes=notes, seed=str(number)) for number in range(3)
    ]
    for person in people:
        person.start()
    time.sleep(2)
    old.signal(signal.SIGHUP)
    time.sleep(2)
    new, beside = desk.web()
    for person in people:
        person.port = int(beside.rsplit(":", 1)[1])  # the proxy is told first, and what is under way ends there
    old.stop()
    other = desk.worker()
    worker.stop()
    time.sleep(2)
    waited_for(lambda: ledger.count > 60, seconds=30)  # a slow machine answers less in the same time
    for person in people:
        person.goes_home.set()
    for person in people:
        person.join(SECONDS + 5)
    assert old.process.returncode == worker.process.returncode == 0
    time.sleep(Hasty.latest)  # what was promised last is due now

    def wrong() -> dict[str, Any]:
        found = compared(desk, ledger.path, {})
        return {name: told for name, told in found["wrong"].items() if told["count"]}

    assert waited_for(lambda: not wrong(), seconds=40), f"{wrong()}\n{desk.logs()}"
    ledger.close()
    seen = compared(desk, ledger.path, {})["seen"]
    assert ledger.count > 30
    assert seen["bells"] > 3
    assert {one.status for one in notes.tries} <= {200, 201}, Counter(one.status for one in notes.tries)
    assert (notes.given_up, notes.odd) == (0, Counter())
    for each in (new, other, beat):
        each.stop()
