"""Each verb is refused to the wrong role and from the wrong step on every path, and a refusal changes nothing.

Generated from ``office.acting.ACTIONS`` and ``workflow.VERBS``; the ways in are in ``tests/access/verbs.py``. All
tables before and after are equal, but for one line ``refused`` in the record book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from complaints.domain import workflow as w
from complaints.models import Escalation
from complaints.views import case
from office.acting import ACTIONS
from office.errors import Conflict, MissingScope, NotAllowed, Refusal
from office.models import Agent
from office.roles import REACH_ALL, STAFF, Actor, Role
from playbooks.models import Article
from tests.access.snapshots import changed, lines, rows
from tests.access.verbs import COMMANDS, ROWS, TEXT, Row
from tests.access.world import NOW, PLACES, SCOPES, Desk, Parts, desk, place, signed_in, token_with, undone

# One process builds its world once. Who may do what where is not the database's business; that a refusal is taken back
# on both engines is seen in tests/office/test_acting.py and wherever an action is refused.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.xdist_group("refused")]

VERBS = sorted(ACTIONS.keys() & w.VERBS.keys())
BESIDE = {
    # set-up is an administrator's: test_set_up_is_refused_to_everybody_else
    "agent.create", "agent.edit", "agent.invite", "agent.reset", "agent.mail_link", "agent.activate",
    "agent.deactivate", "team.create", "team.edit", "office.edit", "token.create", "token.revoke",
    "category.save", "reason.save", "targets.publish", "agent.teams",
    "calendar.make", "calendar.change", "calendar.retire",
    # a person's own, or a secret's: tests/office
    "agent.join", "agent.preference",
    # one's own, or a supervisor's for others: tests/office/test_actions_away.py
    "agent.away",
    # customers: tests/customers/test_actions.py
    "customer.recognise", "customer.create", "customer.correct", "customer.add_contact", "customer.drop_contact",
    # not done to a ticket that is there, or by merely reading one: tests/complaints/actions/test_{intake,sealing}.py
    "ticket.receive", "ticket.read_sealed",
    # what the playbooks say is an administrator's: tests/playbooks
    "playbook.add", "playbook.care", "playbook.publish", "playbook.restore", "playbook.retire", "playbook.revive",
    # one's own practice: tests/complaints/actions/test_training.py
    "training.answer", "training.begin",
    # somebody without an account: tests/complaints/portal/test_complain.py
    "portal.complain",
}  # fmt: skip


def test_every_verb_has_a_row() -> None:
    assert sorted(ROWS) == VERBS, "a verb without a row in tests/access/verbs.py, or a row without its verb"


def test_every_other_action_is_placed() -> None:
    known = {verb for verb in ACTIONS if verb not in w.VERBS}
    assert known <= BESIDE, f"say where these are refused: {sorted(known - BESIDE)}"


def test_every_verb_of_the_workflow_has_an_action() -> None:
    assert set(w.VERBS) <= set(ACTIONS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_row_says_why_a_way_is_missing(verb: str) -> None:
    row = ROWS[verb]
    missing = {name for name, way in (("page", row.page), ("api", row.api)) if way is None}
    assert set(row.why_not) == missing
    assert getattr(row.do, "verb", "") == verb


def test_no_command_does_a_verb_to_a_ticket() -> None:
    ours = {config.name for config in apps.get_app_configs() if (Path(config.path).parent / "manage.py").exists()}
    commands = {name for name, app in get_commands().items() if app in ours}
    assert commands <= set(COMMANDS), f"say what these do: {sorted(commands - set(COMMANDS))}"


# The desk, built once -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """Everything at every place; taken back at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = desk()
        for step, state in PLACES:
            built.places[step, state] = place(built, step, state)
        built.clients = {
            "agent": signed_in(built.agent),
            "supervisor": signed_in(built.supervisor),
            "administrator": signed_in(built.administrator),
            "token of an agent": token_with(*SCOPES, reach=REACH_ALL),
            "token of a supervisor": token_with(*SCOPES, reach=REACH_ALL, role="supervisor"),
            "token of an administrator": token_with(*SCOPES, reach=REACH_ALL, role="administrator"),
            "token that reads": token_with("tickets:read", "customers:write", "playbooks:write", reach=REACH_ALL),
        }
        UNTOUCHED.update(rows=rows(), lines=len(lines()))
        yield built
        transaction.set_rollback(True)


UNTOUCHED: dict[str, Any] = {}
"""Every row, and how many lines the record book has, when the desk is built: whatever is asked is taken back to it."""


PERSON = {Role.AGENT: "agent", Role.SUPERVISOR: "supervisor", Role.ADMINISTRATOR: "administrator"}
BELOW: dict[Role, tuple[Role, ...]] = {
    Role.CUSTOMER: (),
    Role.AGENT: (),
    Role.SUPERVISOR: (Role.AGENT,),
    Role.ADMINISTRATOR: (Role.AGENT, Role.SUPERVISOR),
}
"""Who works here and stands too low for a verb."""


def not_for(role: Role) -> tuple[Role, ...]:
    """Everybody a verb of this rank is refused to; what is the customer's is refused to the whole desk."""
    return STAFF if role == Role.CUSTOMER else (Role.CUSTOMER, *BELOW[role])


def highest(verb: str) -> Role:
    """Whose rank is enough whatever the verb."""
    return Role.CUSTOMER if w.VERBS[verb].role == Role.CUSTOMER else Role.ADMINISTRATOR


def somewhere_right(verb: str) -> tuple[str, str]:
    return next(spot for spot in reversed(PLACES) if w.fits(verb, step=spot[0], state=spot[1]))


def wrong_places(verb: str) -> list[tuple[str, str]]:
    return [spot for spot in PLACES if not w.fits(verb, step=spot[0], state=spot[1])]


def refused(ask: Callable[[], Any], *, where: Any, ticket: int, lines_left: int = 1) -> Any:
    """Ask; nothing but ``lines_left`` lines "refused" on the ticket may be left behind. Answers what was answered."""
    with undone():
        answer = ask()
        after, fresh = rows(), lines()[UNTOUCHED["lines"] :]
    assert changed(UNTOUCHED["rows"], after) == {}, where
    assert [(line["subject_kind"], line["subject_id"], line["verb"]) for line in fresh] == [
        ("ticket", ticket, "refused")
    ] * lines_left, where
    return answer


# By function ----------------------------------------------------------------------------------------------------------


def called(world: Desk, verb: str, parts: Parts, actor: Actor) -> Callable[[], Refusal]:
    row = ROWS[verb]

    def ask() -> Refusal:
        with pytest.raises(Refusal) as refusal:
            row.do(getattr(parts, row.on), actor=actor, now=NOW, **row.words(world, parts))
        return refusal.value

    return ask


@pytest.mark.parametrize("verb", VERBS)
def test_by_function_from_the_wrong_place(world: Desk, verb: str) -> None:
    for spot in wrong_places(verb):
        parts = world.places[spot]
        actor = world.somebody(highest(verb), parts.ticket)
        refusal = refused(called(world, verb, parts, actor), where=spot, ticket=parts.ticket.pk)
        assert (type(refusal), refusal.status) == (Conflict, 409), spot


@pytest.mark.parametrize("verb", VERBS)
def test_by_function_to_the_wrong_role(world: Desk, verb: str) -> None:
    parts = world.places[somewhere_right(verb)]
    for role in not_for(w.VERBS[verb].role):
        if (verb, role) == ("ticket.link", Role.CUSTOMER):
            continue  # the other end is not theirs, and does not exist for them: 404
        actor = world.somebody(role, parts.ticket)
        refusal = refused(called(world, verb, parts, actor), where=role, ticket=parts.ticket.pk)
        assert (type(refusal), refusal.status) == (NotAllowed, 403)


@pytest.mark.parametrize("verb", VERBS)
def test_by_function_to_a_token_without_the_scope(world: Desk, verb: str) -> None:
    parts = world.places[somewhere_right(verb)]
    for scopes in (frozenset[str](), frozenset({"tickets:read"}), frozenset({"customers:write", "playbooks:write"})):
        actor = Actor(kind="token", id=None, role=Role.ADMINISTRATOR, scopes=scopes, reach=REACH_ALL)
        refusal = refused(called(world, verb, parts, actor), where=scopes, ticket=parts.ticket.pk)
        assert type(refusal) is MissingScope


# By page --------------------------------------------------------------------------------------------------------------


def posted(world: Desk, verb: str, parts: Parts, who: str) -> Callable[[], int]:
    row = ROWS[verb]
    assert row.page is not None
    form = row.page(world, parts)
    address = reverse("case-act", args=[parts.ticket.number, verb])

    def ask() -> int:
        with mock.patch.object(case, "render", undrawn):
            return int(world.clients[who].post(address, form).status_code)

    return ask


def undrawn(request: Any, template: str, context: Any, status: int = 200) -> HttpResponse:
    """How the page looks with a refusal on it is seen elsewhere."""
    return HttpResponse(status=status)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].page])
def test_by_page_from_the_wrong_place(world: Desk, verb: str) -> None:
    for spot in wrong_places(verb):
        parts = world.places[spot]
        masked = spot in ROWS[verb].masked
        ask = posted(world, verb, parts, "administrator")
        status = refused(ask, where=spot, ticket=parts.ticket.pk, lines_left=0 if masked else 1)
        assert status == (422 if masked else 409), spot


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].page and BELOW[w.VERBS[verb].role]])
def test_by_page_to_the_wrong_role(world: Desk, verb: str) -> None:
    parts = world.places[somewhere_right(verb)]
    for role in BELOW[w.VERBS[verb].role]:
        ask = posted(world, verb, parts, PERSON[role])
        assert refused(ask, where=role, ticket=parts.ticket.pk) == 403


# By the API -----------------------------------------------------------------------------------------------------------


def sent(world: Desk, verb: str, parts: Parts, who: str) -> Callable[[], Any]:
    row = ROWS[verb]
    assert row.api is not None
    call = row.api(world, parts)
    number = parts.ticket.number
    address = f"/api/v1/tickets/{number}" + (f"/{call.path}" if call.path else "")
    more: dict[str, Any] = {"headers": {"If-Match": f'"{parts.ticket.version}"'}}
    body: Any = call.body
    if not call.form:
        more["content_type"] = "application/json"
    if call.method == "delete":
        body = None
    send = getattr(world.clients[who], call.method)
    return lambda: send(address, body, **more) if body is not None else send(address, **more)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].api])
def test_by_the_api_from_the_wrong_place(world: Desk, verb: str) -> None:
    for spot in wrong_places(verb):
        parts = world.places[spot]
        answer = refused(sent(world, verb, parts, "token of an administrator"), where=spot, ticket=parts.ticket.pk)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state"), (spot, answer.content)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].api and BELOW[w.VERBS[verb].role]])
def test_by_the_api_to_the_wrong_role(world: Desk, verb: str) -> None:
    parts = world.places[somewhere_right(verb)]
    for role in BELOW[w.VERBS[verb].role]:
        answer = refused(
            sent(world, verb, parts, f"token of a{'n' if role == Role.AGENT else ''} {PERSON[role]}"),
            where=role,
            ticket=parts.ticket.pk,
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed"), answer.content


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].api])
def test_by_the_api_to_a_token_without_the_scope(world: Desk, verb: str) -> None:
    """The address refuses before the verb is asked, so that there is nothing to note on the ticket."""
    parts = world.places[somewhere_right(verb)]
    answer = refused(sent(world, verb, parts, "token that reads"), where=verb, ticket=parts.ticket.pk, lines_left=0)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope"), answer.content


# In bulk --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [verb for verb in VERBS if ROWS[verb].bulk])
def test_in_bulk_from_the_wrong_place(world: Desk, verb: str) -> None:
    make = ROWS[verb].bulk
    assert make is not None
    for spot in wrong_places(verb):
        parts = world.places[spot]
        form = {"do": make(world), "t": parts.ticket.number}

        def ask(form: dict[str, str] = form) -> Any:
            client = world.clients["agent"]
            answer = client.post(reverse("queue-bulk"), form)
            return answer.status_code, client.session.get("queue_refused", {})

        status, why = refused(ask, where=spot, ticket=parts.ticket.pk)
        assert status == 303
        assert parts.ticket.number in why


# Set-up ---------------------------------------------------------------------------------------------------------------


def set_up_calls(world: Desk) -> dict[str, tuple[Any, dict[str, Any]]]:
    """What only an administrator does: subject and words."""
    from office.models import ApiToken, Calendar, SignInLink

    calendar, _made = Calendar.objects.get_or_create(name="Desk hours")
    person, team, token = Agent.objects.get(pk=world.agent.pk), world.team, ApiToken.objects.first()
    rule = Article.objects.get(kind=Article.RULE, key="P01")
    names = {"names": {"en": "Opening hours"}}
    place = {"parent": None, "lead": None, "supervisor": None, "region": "", "members": []}
    office = {"name": "D", "duty_manager": None, "region": "GB", "time_zone": "UTC", "language": "en"}
    return {
        "agent.create": (None, {"username": "new", "name": "New"}),
        "agent.edit": (person, {"role": "administrator"}),
        "agent.invite": (person, {}),
        "agent.reset": (person, {}),
        "agent.mail_link": (SignInLink(pk=0, agent=person), {}),
        "agent.activate": (person, {}),
        "agent.deactivate": (person, {}),
        "team.create": (None, {"name": "New"}),
        "team.edit": (team, {"name": "New", **place}),
        "office.edit": (None, {**office, "currency": "GBP", "redress_limits": {"agent": "999999"}}),
        "token.create": (None, {"name": "mine", "scopes": ["tickets:write"]}),
        "token.revoke": (token, {}),
        "category.save": (None, names),
        "reason.save": (None, {**names, "kind": "skip"}),
        "targets.publish": (None, {"hours": {}}),
        "agent.teams": (person, {"teams": []}),
        "calendar.make": (None, {"name": "New", "content": {}}),
        "calendar.change": (calendar, {"name": "New", "content": {}}),
        "calendar.retire": (calendar, {}),
        "playbook.add": (None, {"content": {}, "reason": "New"}),
        "playbook.publish": (rule, {"content": {}, "reason": "New", "begun": 1}),
        "playbook.restore": (rule, {}),
        "playbook.retire": (rule, {}),
        "playbook.revive": (rule, {}),
        "playbook.care": (rule, {"owner": None, "review_on": None}),
    }


@pytest.mark.parametrize(
    "verb", sorted(v for v in BESIDE if v.split(".")[0] not in ("customer", "ticket", "portal", "training"))
)
def test_set_up_is_refused_to_everybody_else(world: Desk, verb: str) -> None:
    if verb in ("agent.join", "agent.preference", "agent.away") or verb not in ACTIONS:
        return
    subject, words = set_up_calls(world)[verb]
    token = Actor(kind="token", id=None, role=Role.ADMINISTRATOR, scopes=frozenset({"tickets:write"}), reach=REACH_ALL)
    for actor in (world.actor(world.agent), world.actor(world.supervisor), token):
        before, book = rows(), len(lines())
        with undone():
            with pytest.raises(NotAllowed):
                ACTIONS[verb](subject, actor=actor, now=NOW, **words)
            assert changed(before, rows()) == {}
            assert [line["verb"] for line in lines()[book:]] == ["refused"] * (subject is not None)


def test_every_row_would_go_through_in_the_right_place(world: Desk) -> None:
    """A row that is refused because it is nonsense proves nothing."""
    done: dict[str, str] = {}
    for verb, row in ROWS.items():
        parts = world.places[somewhere_right(verb)]
        with undone():
            subject = getattr(parts, row.on)
            prepare(world, verb, row, parts)
            try:
                row.do(subject, actor=world.somebody(highest(verb), parts.ticket), now=NOW, **row.words(world, parts))
            except Refusal as refusal:
                done[verb] = refusal.code
    # What is still missing here has nothing to do with rank or place.
    assert done == {"step.complete": "step-blocked", "ticket.settle": "complaint-needs-steps"}


def prepare(world: Desk, verb: str, row: Row, parts: Parts) -> None:
    """Make the one thing true that the verb needs besides rank and place."""
    if verb == "escalation.read":
        Escalation.objects.filter(pk=parts.escalation.pk).update(state="returned", ended_at=NOW)
    if verb == "ticket.resume":
        wait = ROWS["ticket.wait"]
        wait.do(parts.ticket, actor=world.actor(world.administrator), now=NOW, **wait.words(world, parts))
    if verb == "portal.answer":
        record = parts.ticket.step_records.get(state="open")
        record.evidence = {**record.evidence, "restatement": TEXT}
        record.save()
