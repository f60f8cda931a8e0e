"""Every address × every kind of actor × own, foreign and sealed objects × every method.

What is expected is computed here from plain facts about people and tickets (``sees``), written from the rule of the
product and never from ``complaints.access``. Whatever is shown is searched for tickets the reader may not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.actions import training
from complaints.actions.customer_links import link_of, secret_of
from complaints.actions.drafts import keep
from complaints.channels import pdf
from complaints.domain.numbers import show
from complaints.models import Category, Participant, Reason, Ticket
from customers.actions import Described, create_customer
from office.actions.calendars import make_calendar
from office.actions.people import invite
from office.models import Agent, ApiToken, Membership, Outgoing, Team
from office.roles import RANK, REACH_ALL, REACH_OWN, REACH_TEAM, Role
from playbooks.training import question
from tests.access.matrix import ANYONE, API, CUSTOMER, PAGES, PART_OF, Ask, Row, body_of
from tests.access.world import NOW, SCOPES, Desk, Parts, desk, parts_of, signed_in, team_under, token_with, undone
from tests.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("matrix")]  # one process builds its world once

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


# The facts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """``member`` and ``supervises`` name teams."""

    role: Role = Role.AGENT
    member: str = ""
    supervises: str = ""
    deputy_of: str = ""
    active: bool = True


@dataclass(frozen=True)
class Token:
    reach: str
    scopes: tuple[str, ...] = SCOPES
    team: str = ""
    role: Role = Role.AGENT
    alive: bool = True


@dataclass(frozen=True)
class Case:
    """One ticket: ``team`` "" is nobody's team; the other words are names of people or of a token."""

    team: str = ""
    owner: str = ""
    watcher: str = ""
    contributor: str = ""
    escalated_to: str = ""
    approval_asked_of: str = ""
    named: str = ""
    token: str = ""


TEAMS = {"region": "", "refunds": "region", "small": "refunds", "repairs": "", "lonely": ""}
"""Each team and the one above it."""

PEOPLE: dict[str, Person] = {
    "agent of the team": Person(member="refunds"),
    "agent of another team": Person(member="repairs"),
    "owner elsewhere": Person(),
    "watcher": Person(),
    "contributor": Person(),
    "supervisor of the team": Person(Role.SUPERVISOR, supervises="refunds"),
    "supervisor of a team above": Person(Role.SUPERVISOR, supervises="region"),
    "foreign supervisor": Person(Role.SUPERVISOR, supervises="lonely"),
    "administrator": Person(Role.ADMINISTRATOR),
    "named on the sealed ticket": Person(),
    "addressee of an escalation": Person(Role.SUPERVISOR),
    "deputy of the addressee": Person(deputy_of="addressee of an escalation"),
    "addressee of an approval": Person(Role.SUPERVISOR),
    "deputy of the decider": Person(Role.SUPERVISOR, deputy_of="addressee of an approval"),
    "deactivated agent of the team": Person(member="refunds", active=False),
}

TOKENS: dict[str, Token] = {
    "token of its own": Token(REACH_OWN),
    "token of the team": Token(REACH_TEAM, team="refunds"),
    "token of all": Token(REACH_ALL),
    "supervising token of all": Token(REACH_ALL, role=Role.SUPERVISOR),
    "administering token of all": Token(REACH_ALL, role=Role.ADMINISTRATOR),
    "reading token of all": Token(REACH_ALL, ("tickets:read", "customers:read")),
    "token with other scopes": Token(REACH_ALL, ("playbooks:write",)),
    "revoked token": Token(REACH_ALL, alive=False),
    "expired token": Token(REACH_ALL, alive=False),
}

CASES: dict[str, Case] = {
    "ours": Case(team="refunds", owner="agent of the team"),
    "a team's below": Case(team="small"),
    "theirs": Case(
        team="repairs",
        owner="owner elsewhere",
        watcher="watcher",
        contributor="contributor",
        escalated_to="addressee of an escalation",
        approval_asked_of="addressee of an approval",
    ),
    "nobody's": Case(),
    "sealed": Case(
        team="refunds",
        owner="named on the sealed ticket",
        named="named on the sealed ticket",
        contributor="agent of the team",
        watcher="watcher",
        escalated_to="addressee of an escalation",
        approval_asked_of="addressee of an approval",
        token="token of its own",
    ),
    "a token's own": Case(team="lonely", token="token of its own"),
}


CUSTOMERS: dict[str, str] = {
    "customer of ours": "ours",
    "customer of theirs": "theirs",
    "customer of the sealed ticket": "sealed",
}
"""Whoever came by a ticket's link, and which ticket it opened. To every other page they are nobody."""


def below(team: str) -> set[str]:
    """A team and every team under it."""
    return {team} | {name for child, parent in TEAMS.items() if parent == team for name in below(child)}


def sees(who: str, case: str) -> bool:
    """Agent: own teams, teamless tickets, those owned, watched or contributed to. Supervisor: also teams below.
    Whoever an open escalation or approval is addressed to, and their deputy. Administrator: all. Sealed: the named
    people only, whatever the role and whatever is addressed to them. Token: its reach, and never a sealed one.
    Customer: the one ticket their link opened, sealed or not."""
    at = CASES[case]
    if who in CUSTOMERS:
        return CUSTOMERS[who] == case
    if who in TOKENS:
        token = TOKENS[who]
        if at.named:
            return False
        return {
            REACH_ALL: True,
            REACH_TEAM: bool(at.team) and at.team == token.team,
            REACH_OWN: at.token == who,
        }[token.reach]
    someone = PEOPLE[who]
    if at.named:
        return at.named == who
    teams = {someone.member}
    if someone.supervises:
        teams |= below(someone.supervises)
    asked = {at.escalated_to, at.approval_asked_of} - {""}
    return (
        someone.role == Role.ADMINISTRATOR
        or not at.team
        or at.team in teams
        or who in (at.owner, at.watcher, at.contributor)
        or who in asked
        or bool(someone.deputy_of and someone.deputy_of in asked)
    )


# The desk of these facts ----------------------------------------------------------------------------------------------


@dataclass
class World:
    desk: Desk
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Agent] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    cases: dict[str, Parts] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    args: dict[str, dict[str, Any]] = field(default_factory=dict)


def mark(case: str) -> str:
    """A word that stands in everything a ticket holds and nowhere else."""
    return "zq" + re.sub("[^a-z]", "", case) + "qz"


def built() -> World:
    world = World(desk())
    for name, parent in TEAMS.items():
        world.teams[name] = team_under(world.teams.get(parent), f"{name}-{len(name)}")
    for name, facts in PEOPLE.items():
        someone = person(re.sub("[^a-z]", "", name)[:30], name.title(), facts.role.value)
        world.people[name] = someone
        if facts.member:
            Membership.objects.create(agent=someone, team=world.teams[facts.member])
        if facts.supervises:
            Team.objects.filter(pk=world.teams[facts.supervises].pk).update(supervisor=someone)
        if facts.deputy_of:
            Agent.objects.filter(pk=world.people[facts.deputy_of].pk).update(deputy=someone)
    for name, facts in PEOPLE.items():
        world.clients[name] = signed_in(world.people[name])
        if not facts.active:
            Agent.objects.filter(pk=world.people[name].pk).update(is_active=False)
    for name, token in TOKENS.items():
        more: dict[str, Any] = {"team": world.teams[token.team]} if token.team else {}
        client = token_with(*token.scopes, reach=token.reach, role=token.role.value, **more)
        world.clients[name] = client
    ApiToken.objects.filter(pk=world.clients["revoked token"].token.pk).update(revoked_at=NOW)
    past = datetime.now(UTC) - timedelta(seconds=1)
    ApiToken.objects.filter(pk=world.clients["expired token"].token.pk).update(expires_at=past)
    world.clients["signed out"] = Client(raise_request_exception=False)
    world.clients["wrong token"] = Client(
        raise_request_exception=False, headers={"Authorization": "Bearer fs_" + "x" * 43}
    )
    for name, case in CASES.items():
        world.cases[name] = _ticket(world, name, case)
    world.clients |= {name: _by_link(world.cases[case].ticket) for name, case in CUSTOMERS.items()}
    world.customers = {"anybody's": world.desk.customer.pk, "the token's own": _tokens_customer(world)}
    _more_objects(world)
    return world


def _by_link(ticket: Ticket) -> Client:
    client = Client(raise_request_exception=False)
    assert client.get(f"/c/{secret_of(link_of(ticket, now=NOW))}/").status_code == 303
    return client


def _tokens_customer(world: World) -> int:
    made = create_customer(
        None, actor=world.desk.actor(world.desk.agent), now=NOW, described=Described(name="Li Na"), region="GB"
    )
    type(made).objects.filter(pk=made.pk).update(created_by_token=world.clients["token of its own"].token)
    return made.pk


def _ticket(world: World, name: str, case: Case) -> Parts:
    by = world.desk.administrator
    team = world.teams[case.team] if case.team else None
    parts = None
    tickets = []
    for title in (mark(name), f"{mark(name)} twin"):
        ticket = world.desk.received(by=by, team=team, title=title, words=f"She wrote {mark(name)} about the refund.")
        Participant.objects.filter(ticket=ticket).delete()
        tickets.append(ticket)
    for ticket in tickets:
        Ticket.objects.filter(pk=ticket.pk).update(
            team=team,
            owner=world.people.get(case.owner),
            sealed_at=NOW if case.named else None,
            created_by_token=world.clients[case.token].token if case.token else None,
        )
        for role in ("watcher", "contributor", "named"):
            if getattr(case, role):
                Participant.objects.create(ticket=ticket, agent=world.people[getattr(case, role)], role=role, since=NOW)
    parts = parts_of(world.desk, Ticket.objects.get(pk=tickets[0].pk), other=tickets[1])
    if case.escalated_to:
        parts.escalation.addressed_to = world.people[case.escalated_to]
        parts.escalation.save()
    if case.approval_asked_of and parts.waiting.approval is not None:
        parts.waiting.approval.addressed_to = world.people[case.approval_asked_of]
        parts.waiting.approval.save()
    parts.attachment.stored = default_storage.save("matrix/file", ContentFile(mark(name).encode()))
    parts.attachment.interaction, parts.attachment.visibility = (
        parts.ticket.interactions.filter(kind="words").first(),
        "customer",
    )
    parts.attachment.save()
    return parts


def _more_objects(world: World) -> None:
    spare = world.desk.agent
    administrator = world.desk.actor(world.desk.administrator)
    week = {"time_zone": "UTC", "windows": {"0": [["09:00", "17:00"]]}}
    hours = make_calendar(None, actor=administrator, now=NOW, name="Desk hours", content=week)
    keep(actor=world.desk.actor(world.people["agent of the team"]), now=NOW, key="new-1", fields={"words": ["She"]})
    world.args = {
        "": {},
        "nothing": {},
        "secret": {"secret": invite(spare, actor=administrator, now=datetime.now(UTC))},
        "person": {"pk": spare.pk},
        "team": {"pk": world.desk.team.pk},
        "token": {"pk": world.clients["expired token"].token.pk},
        "calendar": {"pk": hours.pk},
        "category": {"pk": Category.objects.all()[0].pk},
        "reason": {"pk": Reason.objects.all()[0].pk},
        "draft": {"key": "new-1"},
        "customer_secret": {"secret": "x" * 43},
        "round": {"pk": _practice_of(world, PUPIL)},
        "pupil": {"pk": world.people[PUPIL].pk},
    }


PUPIL = "agent of the team"
COACHES = ("supervisor of the team", "supervisor of a team above", "administrator")
"""Who sees how an agent of the team trains; nobody answers in their place."""


def _practice_of(world: World, who: str) -> int:
    by = {"actor": world.desk.actor(world.people[who]), "now": NOW}
    begun = training.begin(None, kind="practice", **by)
    first = question(begun.questions[0])
    assert first is not None
    training.answer(begun, chosen={first.id: first.choices[0]}, **by)
    return begun.pk


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once, taken back at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = built()
        Outgoing.objects.filter(sent_at=None).update(
            not_before=datetime.now(UTC) + timedelta(days=1)
        )  # nobody mails here
        yield found
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_throttle(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """How often somebody may ask is not the question here."""
    monkeypatch.setattr("office.throttle._counted", lambda *_asked, **_limit: False)
    settings.API_REQUESTS_PER_MINUTE = settings.API_ANONYMOUS_PER_MINUTE = 10**9
    cache.clear()


# Asking ---------------------------------------------------------------------------------------------------------------


def kind_of(answer: HttpResponse) -> str:
    """What an answer says about the asker's right: in, sign-in, 401, 403, 404 or 405. Never a failure of ours."""
    assert answer.status_code < 500, answer.content[:2000]
    if answer.status_code in (302, 303) and "/sign-in/?next=" in answer.headers["Location"]:
        return "sign-in"
    return str(answer.status_code) if answer.status_code in (401, 403, 404, 405) else "in"


def address(path: str, args: dict[str, Any]) -> str:
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(args[found.group(1)]), path).replace(
        r"^[\s\S]*$", "v1/nothing"
    )


@contextmanager
def same_browser(client: Any) -> Iterator[None]:
    """Signing in or out inside is forgotten."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    yield
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies[name] = value


def asked(world: World, who: str, method: str, path: str, row: Row, parts: Parts | None, args: dict[str, Any]) -> Any:
    """Send the request and take back what it wrote."""
    client = world.clients[who]
    where = address(path, {**args, **row.args})
    ask = row.asks.get(method, Ask())
    send = getattr(client, method.lower())
    with undone(), same_browser(client):
        if method in ("GET", "HEAD", "OPTIONS"):
            return send(where, {"number": parts.ticket.number} if parts and row.about == "portal" else None)
        if not path.startswith("api/"):
            named = {"number": parts.ticket.number} if parts is not None and row.about == "portal" else {}
            return send(where, {**ask.body, **named}) if method == "POST" else send(where)
        call = body_of(ask, world.desk, parts) if parts is not None else None
        body = call.body if call else dict(ask.body)
        headers = {"If-Match": f'"{parts.ticket.version}"' if parts else '"1"'}
        if call is not None and call.form:
            return send(where, body, headers=headers)
        return send(where, body, content_type="application/json", headers=headers)


def holds_nothing_unseen(world: World, who: str, answer: Any, where: object) -> None:
    """No word and no number of a ticket the reader may not see."""
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    shown = text.decode("utf-8", "replace")
    for case, parts in world.cases.items():
        here = (who in PEOPLE and PEOPLE[who].active) or who in TOKENS or who in CUSTOMERS
        if here and sees(who, case):
            continue
        for secret in (mark(case), parts.ticket.number, show(parts.ticket.number)):
            assert secret not in shown, (where, who, case)


# Pages ----------------------------------------------------------------------------------------------------------------


def page_expected(row: Row, method: str, who: str, *, visible: bool) -> str:
    """In which order a page asks: signed in, rank of the page, the object, rank of the verb."""
    ask = row.asks.get("GET" if method == "HEAD" else method, Ask())
    if row.door in (ANYONE, CUSTOMER):
        theirs = row.door == ANYONE or (who in CUSTOMERS and visible)
        return "in" if theirs and row.about != "customer_secret" else "404"
    if who not in PEOPLE or not PEOPLE[who].active:
        return "sign-in"
    role = PEOPLE[who].role
    if isinstance(row.door, Role) and RANK[role] < RANK[row.door]:
        return "403"
    if not visible:
        return ask.unseen
    return "in" if RANK[role] >= RANK[ask.rank] else "403"


OUTSIDERS = ("signed out", "wrong token", "token of all", *CUSTOMERS)
"""To a page of the desk somebody with a token is nobody, and so is a customer."""

HANG_ON_A_TICKET = ("ticket", "file", "letter", "escalation", "follow_up", "approval", "portal")
ABOUT_A_TICKET = [path for path, row in PAGES.items() if row.about in HANG_ON_A_TICKET]
NOT_MADE_HERE = frozenset() if pdf.is_here() else frozenset({"cases/<str:number>/letters/<int:pk>/pdf/"})
"""A PDF where nothing can draw one."""
OTHER_PAGES = [path for path in PAGES if path not in ABOUT_A_TICKET]


def args_for(row: Row, parts: Parts, path: str = "") -> dict[str, Any]:
    pks = {
        "file": parts.attachment.pk,
        "letter": parts.letter.pk,
        "portal": parts.attachment.pk,
        "escalation": parts.escalation.pk,
        "follow_up": parts.follow_up.pk,
        "approval": parts.waiting.approval_id,
    }
    part = path.removeprefix("api/v1/tickets/<str:number>/").split("/", maxsplit=1)[0]
    pk = pks.get(row.about) or (
        parts.link_id if part == "links" else getattr(parts, PART_OF.get(part, ""), parts.ticket).pk
    )
    if path.endswith(("/approve", "/refuse", "/waive")):
        pk = parts.waiting.pk
    if path.endswith("/decide"):
        pk = parts.held.pk
    if "/patterns/" in path:
        pk = parts.contact.pk
    return {"number": parts.ticket.number, "pk": pk, "step": parts.ticket.step, "issue": parts.issue.number}


@pytest.mark.one_engine
@pytest.mark.parametrize("path", ABOUT_A_TICKET)
def test_a_page_about_a_ticket(world: World, path: str) -> None:
    row = PAGES[path]
    found, rule = {}, {}
    for case, parts in cases_for(world, path):
        for who in (*PEOPLE, *OUTSIDERS):
            visible = (who in PEOPLE or who in CUSTOMERS) and sees(who, case)
            for method in row.asks:
                answer = asked(world, who, method, path, row, parts, args_for(row, parts))
                found[case, who, method] = kind_of(answer)
                rule[case, who, method] = page_expected(row, method, who, visible=visible)
                if path in NOT_MADE_HERE and rule[case, who, method] == "in":
                    rule[case, who, method] = "404"
                holds_nothing_unseen(world, who, answer, (path, case, method))
    assert found == rule


@pytest.mark.one_engine
@pytest.mark.parametrize("path", OTHER_PAGES)
def test_a_page_about_anything_else(world: World, path: str) -> None:
    row = PAGES[path]
    args = world.args.get(row.about) or {"pk": world.desk.customer.pk}
    found, rule = {}, {}
    for who in (*PEOPLE, *OUTSIDERS):
        visible = row.about != "demo" and (row.about != "draft" or who == "agent of the team")  # no demo is on
        if row.about in ("round", "pupil"):
            visible = who in (PUPIL, *COACHES)
        for method in row.asks:
            answer = asked(world, who, method, path, row, None, args)
            found[who, method] = kind_of(answer)
            rule[who, method] = page_expected(row, method, who, visible=visible)
            if row.about == "round" and method == "POST" and who in COACHES:
                rule[who, method] = "403"
            holds_nothing_unseen(world, who, answer, (path, method))
    assert found == rule


@pytest.mark.parametrize("path", [path for path, row in PAGES.items() if "GET" in row.asks and row.about != "demo"])
def test_whoever_may_read_a_page_is_shown_one(world: World, path: str) -> None:
    """An answer that is neither a refusal nor a page would hide a broken row."""
    row = PAGES[path]
    who = "administrator" if row.about != "draft" else "agent of the team"
    who = "signed out" if path in ("sign-in/", "join/<str:secret>/") else who
    if row.about == "customer_secret":
        return  # tests/complaints/portal/test_door.py
    who = "customer of ours" if row.door == CUSTOMER else who
    args = args_for(row, world.cases["ours"]) if path in ABOUT_A_TICKET else world.args.get(row.about)
    parts = world.cases["ours"] if row.about == "portal" else None
    answer = asked(world, who, "GET", path, row, parts, args or {"pk": world.desk.customer.pk})
    if path in NOT_MADE_HERE:
        assert answer.status_code == 404
        return
    elsewhere = 302 if "/do/" in path else 303 if row.about == "portal" and "POST" in row.asks else 200
    assert answer.status_code == (elsewhere if path else answer.status_code)


SEARCHES = (
    "/my-day/",
    "/queue/?q={}",
    "/queue/?view=all",
    "/find/?q={}",
    "/customers/?q={}",
    "/new/customers/?q={}",
    "/new/customers/?phone={}",
)


SEARCHERS = (
    "watcher",
    "supervisor of a team above",
    "administrator",
    "deputy of the addressee",
)


@pytest.mark.parametrize("search", SEARCHES)
def test_no_list_and_no_search_shows_what_is_not_to_be_seen(world: World, search: str) -> None:
    for who in SEARCHERS:
        answer = world.clients[who].get(search.format("07700900418"))
        assert answer.status_code == 200
        holds_nothing_unseen(world, who, answer, search)
        for case, parts in cases_for(world, search):
            for typed in (mark(case), show(parts.ticket.number)):
                answer = world.clients[who].get(search.format(typed))
                if answer.status_code == 303:  # straight to the case, for whoever sees it
                    assert sees(who, case), (who, case)
                    continue
                assert answer.status_code == 200
                text = answer.content.decode().replace(f"{typed}", "")  # what was typed stands in its field again
                for unseen in (c for c in CASES if not sees(who, c)):
                    assert mark(unseen) not in text, (who, case, unseen)


# The API --------------------------------------------------------------------------------------------------------------


def api_expected(row: Row, method: str, who: str, *, visible: bool) -> str:
    """In which order the API asks: a live token, the object, its scope, rank of the verb."""
    ask = row.asks.get("GET" if method == "HEAD" else method, Ask())
    if row.door == ANYONE:
        return "in"
    if who not in TOKENS or not TOKENS[who].alive:
        return "401"
    token = TOKENS[who]
    if row.about == "nothing" or not visible:
        return "404"
    noun = ask.scope.partition(":")[0]
    if not {ask.scope, f"{noun}:write"} & set(token.scopes) or (ask.scope not in token.scopes and "write" in ask.scope):
        return "403"
    if ask.people_only or RANK[token.role] < RANK[ask.rank]:
        return "403"
    return "in"


THE_TICKET_ITSELF = frozenset({"cases/<str:number>/", "api/v1/tickets/<str:number>"})
THREE = ("ours", "theirs", "sealed")


def cases_for(world: World, path: str) -> Iterator[tuple[str, Parts]]:
    """Every ticket for the ticket's own address; own, foreign and sealed for what hangs on it."""
    return ((case, parts) for case, parts in world.cases.items() if path in THE_TICKET_ITSELF or case in THREE)


PEOPLE_AT_THE_API = ("signed out", "wrong token", "administrator", "customer of ours")
"""A session is no token, and neither is a customer's link."""


@pytest.mark.one_engine
@pytest.mark.parametrize("path", [path for path, row in API.items() if row.about == "ticket"])
def test_an_address_about_a_ticket(world: World, path: str) -> None:
    row = API[path]
    found, rule = {}, {}
    world.desk.places["resolve", "open"] = world.cases["ours"]  # what a ticket is linked to
    for case, parts in cases_for(world, path):
        for who in (*TOKENS, *PEOPLE_AT_THE_API):
            visible = who in TOKENS and sees(who, case)
            for method in row.asks:
                answer = asked(world, who, method, path, row, parts, args_for(row, parts, path))
                found[case, who, method] = kind_of(answer)
                rule[case, who, method] = api_expected(row, method, who, visible=visible)
                holds_nothing_unseen(world, who, answer, (path, case, method))
    assert found == rule


@pytest.mark.one_engine
@pytest.mark.parametrize("path", [path for path, row in API.items() if row.about != "ticket"])
def test_an_address_about_anything_else(world: World, path: str) -> None:
    row = API[path]
    found, rule = {}, {}
    for customer, pk in list(world.customers.items())[: 2 if row.about == "customer" else 1]:
        for who in (*TOKENS, *PEOPLE_AT_THE_API):
            own = who == "token of its own" and customer == "the token's own"
            visible = row.about != "customer" or own or (who in TOKENS and TOKENS[who].reach == REACH_ALL)
            for method in row.asks or {"GET": Ask(), "POST": Ask()}:
                contact = world.desk.customer.contacts.all()[0].pk
                answer = asked(world, who, method, path, row, None, {"pk": pk, "contact": contact})
                found[customer, who, method] = kind_of(answer)
                rule[customer, who, method] = api_expected(row, method, who, visible=visible)
                holds_nothing_unseen(world, who, answer, (path, method))
    if "contact>" in path:  # the contact hangs on one of the two customers only
        found, rule = ({key: value for key, value in x.items() if key[0] == "anybody's"} for x in (found, rule))
    assert found == rule


# Methods --------------------------------------------------------------------------------------------------------------


@pytest.mark.one_engine
@pytest.mark.parametrize("path", [*PAGES, *API])
def test_a_method_that_is_not_there_is_refused_and_head_is_like_get(world: World, path: str) -> None:
    row = {**PAGES, **API}[path]
    api = path.startswith("api/") and row.door != ANYONE
    allowed = "administering token of all" if api else "administrator"
    if row.about == "draft":
        allowed = "agent of the team"
    if row.door == CUSTOMER:
        allowed = "customer of ours"
    parts = world.cases["ours"]
    ticketed = path in ABOUT_A_TICKET or (api and row.about == "ticket")
    args = args_for(row, parts, path) if ticketed else world.args.get(row.about) or {"pk": world.desk.customer.pk}
    args = {**args, "contact": 10**9} if "contact>" in path else args
    for who in (allowed, "signed out"):
        for method in METHODS:
            if method in row.asks:
                continue
            answer = asked(world, who, method, path, row, parts if ticketed else None, args)
            got = kind_of(answer)
            if method in row.methods:
                like = kind_of(asked(world, who, "GET", path, row, parts if ticketed else None, args))
                assert (got, answer.content if not answer.streaming else b"") == (like, b""), (who, method)
            elif row.about == "nothing":
                assert got == ("401" if who == "signed out" else "404"), (who, method)
            elif who == allowed:
                assert got == "405", (who, method)
            else:
                assert got in ("405", "401", "403", "404", "sign-in"), (who, method, got)


# Nothing is left out --------------------------------------------------------------------------------------------------


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path


def test_every_address_has_a_row() -> None:
    known = set(PAGES) | set(API)
    there = set(routes(get_resolver()))
    assert there - known == set(), "addresses without a row in tests/access/matrix.py"
    assert known - there == set(), "rows without an address"


@pytest.mark.parametrize("case", CASES)
def test_every_ticket_is_seen_by_somebody_and_hidden_from_somebody(case: str) -> None:
    """A rule that lets everybody in, or nobody, would prove nothing."""
    assert {sees(who, case) for who in PEOPLE} == ({True} if case == "nobody's" else {True, False})
    assert {sees(who, case) for who in TOKENS} == ({False} if case == "sealed" else {True, False})
