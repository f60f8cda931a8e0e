"""The cast, the hour, and a database that can be emptied although its record book is append-only."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.template.base import Template
from django.test import Client, TransactionTestCase, utils
from django.utils import translation

from complaints.actions import conversation, intake, issues, steps
from complaints.actions.built_in import load
from complaints.models import Reason, Ticket
from customers.actions import Described, create_customer
from customers.models import Customer
from office import access, append_only
from office.actions.tokens import create_token
from office.models import Agent, ApiToken, Membership, Office, Team
from office.roles import REACH_ALL, SYSTEM, Actor
from office.views import health
from playbooks import queries as shelf

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)

WORDS = (
    "I ordered the refund on the second of November and your colleague said five days. It is three weeks now, "
    "nobody rang, and my rent went out of an empty account."
)
RESTATEMENT = (
    "So you sent the kettle back, trusted the date we gave you, and since then there has been silence from our side "
    "while the bank charged you for the gap. Have I understood what matters most?"
)
LISTEN: dict[str, object] = {
    "happened": "Refund for the kettle promised on 2 November within five days, still not paid on 24 November.",
    "order_ref": "77-20418",
    "harm": ["money", "time"],
    "remedy_sought": "The refund today and the bank charge paid.",
    "feeling_start": 4,
    "severity": 2,
}
REGRET = "I am sorry that you waited three weeks for your money and that nobody rang you in all that time."
REASON = "The return reached us on 4 November and the payment was never released."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database says the same whichever engine is behind it: one run of it is enough."""
    for item in items:
        asks = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if not asks and item.get_closest_marker("django_db") is None:
            item.add_marker("one_engine")


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it again and again is a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _the_shelf_is_looked_at_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Not every five seconds: a test that counts queries says the same however slow the machine is."""
    monkeypatch.setattr(shelf, "LOOK_EVERY", 3600.0)
    yield
    kept = shelf._Memory.kept
    if kept is not None and any(kept.stamp):
        shelf.forget()


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_record_book() -> Iterator[None]:
    """Transactional tests empty every table; the append-only trigger steps aside for that moment only."""
    teardown = TransactionTestCase._fixture_teardown

    def without_trigger(self: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            append_only.remove(editor)
        teardown(self)
        with connection.schema_editor() as editor:
            append_only.install(editor)

    TransactionTestCase._fixture_teardown = without_trigger
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True, scope="session")
def _pages_are_drawn_as_for_a_reader(django_test_environment: None) -> Iterator[None]:
    """Django's test client keeps a copy of the context of every part of a page, hundreds a page; nobody here asks."""
    watched = Template._render
    Template._render = utils._TestState.saved_data.template_render  # type: ignore[attr-defined]
    yield
    Template._render = watched


@pytest.fixture(autouse=True)
def _every_test_begins_in_english() -> Iterator[None]:
    """A request leaves the thread in its reader's language; the next test has not asked for that."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _the_clock_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It did so a moment ago; and no page asks whether it stands still, so that its queries can be counted."""
    monkeypatch.setattr(health, "STARTED_AT", datetime.now(UTC))
    monkeypatch.setattr(health.WATCH, "fresh_until", float("inf"))
    monkeypatch.setattr(health.WATCH, "since", None)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The built-in content is loaded once for all tests; whoever empties the tables gets it again from ``office``."""
    with django_db_blocker.unblock():
        load(now=NOW - timedelta(days=30))


@pytest.fixture
def office(db: None) -> Office:
    if not Reason.objects.exists():
        load(now=NOW - timedelta(days=30))
    settings = Office.objects.get(pk=1)
    settings.redress_limits = {"agent": "150", "supervisor": "1000", "administrator": "5000"}
    settings.save()
    return settings


def person(username: str, name: str, role: str = "agent", **more: Any) -> Agent:
    agent = Agent(username=username, name=name, role=role, created_at=NOW - timedelta(days=60), **more)
    agent.set_password("correct horse battery")
    agent.save()
    return agent


@pytest.fixture
def team(office: Office, supervisor: Agent) -> Team:
    team = Team.objects.create(name="Refunds", slug="refunds", supervisor=supervisor)
    team.path = f"/{team.pk}/"
    team.save()
    return team


@pytest.fixture
def other_team(office: Office) -> Team:
    team = Team.objects.create(name="Repairs", slug="repairs")
    team.path = f"/{team.pk}/"
    team.save()
    return team


@pytest.fixture
def supervisor(office: Office) -> Agent:
    return person("karin", "Karin Solberg", "supervisor", email="karin@example.org")


@pytest.fixture
def administrator(office: Office) -> Agent:
    return person("ada", "Ada Admin", "administrator")


@pytest.fixture
def agent(team: Team, supervisor: Agent) -> Agent:
    agent = person("mei", "Mei Lin", reports_to=supervisor, email="mei@example.org")
    Membership.objects.create(agent=agent, team=team)
    return agent


@pytest.fixture
def colleague(team: Team) -> Agent:
    colleague = person("jonas", "Jonas Tamm")
    Membership.objects.create(agent=colleague, team=team)
    return colleague


@pytest.fixture
def stranger(other_team: Team) -> Agent:
    stranger = person("aled", "Aled Rees")
    Membership.objects.create(agent=stranger, team=other_team)
    return stranger


@pytest.fixture
def actor_for() -> Callable[[Agent], Actor]:
    return access.actor_of


@pytest.fixture
def customer(office: Office) -> Customer:
    described = Described(name="Wang Fang", phone="+44 7700 900418", preferred_address="Ms Wang")
    return create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")


@pytest.fixture
def make_ticket(agent: Agent, customer: Customer) -> Callable[..., Ticket]:
    """A ticket as an agent takes it; ``by`` is who takes it, everything else goes to ``receive``."""

    def make(*, by: Agent | None = None, **changes: Any) -> Ticket:
        words: dict[str, Any] = {"words": WORDS, "channel": "phone", "customer": customer, "now": NOW, **changes}
        if words.get("anonymous_reason") or words.get("described"):
            words["customer"] = None
        return intake.receive(None, actor=access.actor_of(by or agent), **words)

    return make


@pytest.fixture
def ticket(make_ticket: Callable[..., Ticket], agent: Agent) -> Ticket:
    return make_ticket(owner=agent)


@pytest.fixture
def walk_to(agent: Agent) -> Callable[..., Ticket]:
    """Take a ticket to a step (or to "answered") with honest evidence."""

    def walk(ticket: Ticket, target: str, *, by: Agent | None = None, now: datetime = NOW) -> Ticket:
        actor = access.actor_of(by or agent)
        for step, evidence in evidence_for(by or agent).items():
            if ticket.step == target:
                return ticket
            if ticket.step != step:
                continue
            if step == "resolve":
                issue = issues.add_issue(ticket, actor=actor, now=now, text="The refund is three weeks late")
                issues.find(issue, actor=actor, now=now, finding="upheld", reason=REASON)
                told = "Told her the refund was released today and the bank charge is paid with it."
                conversation.add_interaction(ticket, actor=actor, now=now, kind="outcome", text=told, channel="phone")
            ticket = steps.record_step(ticket, actor=actor, now=now, evidence=evidence)
            ticket = steps.complete_step(ticket, actor=actor, now=now)
        return ticket

    return walk


def evidence_for(agent: Agent) -> dict[str, dict[str, object]]:
    """Honest evidence for every step."""
    return {
        "listen": dict(LISTEN),
        "empathise": {"restatement": RESTATEMENT, "feeling_named": "let down", "answer": "confirmed"},
        "apologise": {
            "regret": REGRET,
            "regret_form": "spoken",
            "regret_by": agent.pk,
            "acceptance": "accepted",
        },
        "resolve": {
            "remedy": "The refund was released today, the bank charge goes with it.",
            "redress_none": "The bank charge is part of the refund itself.",
            "root_cause": "process",
            "prevention": "Returns that are booked in are released the same day by the late shift.",
        },
    }


@pytest.fixture
def client_of() -> Callable[[Agent], Client]:
    """A browser in which this person signed in."""

    def sign_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def token_client(office: Office) -> Callable[..., Client]:
    """A REST client; ``client.token`` is its row."""

    def make(*scopes: str, reach: str = REACH_ALL, team: Team | None = None, role: str = "agent") -> Client:
        with transaction.atomic():
            row, secret = create_token(
                None,
                actor=SYSTEM,
                now=datetime.now(UTC),
                name=f"client {ApiToken.objects.count() + 1}",
                scopes=scopes or ("tickets:write", "customers:write"),
                reach=reach,
                team=team,
                role=role,
            )
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        client.token = row  # type: ignore[attr-defined]
        client.secret = secret  # type: ignore[attr-defined]
        return client

    return make
