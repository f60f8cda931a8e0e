"""A desk with somebody of every kind, and a ticket at every place in its life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import Client

from complaints.actions import conversation, ends, intake, issues, links, steps
from complaints.actions.built_in import load
from complaints.models import (
    Attachment,
    Escalation,
    FollowUp,
    Interaction,
    Issue,
    Letter,
    LetterVersion,
    Pattern,
    Redress,
    Ticket,
    TicketLink,
)
from customers.actions import Described, create_customer
from office import access, outbox
from office.actions.tokens import create_token
from office.models import Agent, ApiToken, Approval, Membership, Office, Team
from office.roles import SYSTEM, Actor, Role
from playbooks.actions import load_built_in
from tests.conftest import REASON, WORDS, evidence_for, person

# The interfaces read the clock; what they are compared with has to lie before it.
NOW = datetime.now(UTC) - timedelta(hours=1)
SOON = NOW + timedelta(days=2)
SCOPES = ("tickets:write", "customers:write", "playbooks:read")
PLACES = (
    ("listen", "open"),
    ("empathise", "open"),
    ("apologise", "open"),
    ("resolve", "open"),
    ("resolve", "answered"),
    ("resolve", "closed"),
    ("listen", "withdrawn"),
    ("listen", "merged"),
    ("listen", "out_of_scope"),
)


def team_under(parent: Team | None, name: str, **more: Any) -> Team:
    team = Team.objects.create(name=name, slug=name.lower(), parent=parent, **more)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save()
    return team


def signed_in(agent: Agent) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def token_with(*scopes: str, **more: Any) -> Any:
    """A REST client; its row is ``client.token``."""
    named = f"client {ApiToken.objects.count() + 1}"
    row, secret = create_token(None, actor=SYSTEM, now=datetime.now(UTC), name=named, scopes=scopes, **more)
    client: Any = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    client.token, client.secret = row, secret
    return client


def walked(ticket: Ticket, target: str, agent: Agent) -> Ticket:
    """The ticket at a step, or "answered", with honest evidence."""
    actor = access.actor_of(agent)
    for step, evidence in evidence_for(agent).items():
        if ticket.step == target:
            return ticket
        if ticket.step != step:
            continue
        if step == "resolve":
            issue = issues.add_issue(ticket, actor=actor, now=NOW, text="The refund is three weeks late")
            issues.find(issue, actor=actor, now=NOW, finding="upheld", reason=REASON)
            told = "Told her the refund was released today and the bank charge is paid with it."
            conversation.add_interaction(ticket, actor=actor, now=NOW, kind="outcome", text=told, channel="phone")
        ticket = steps.record_step(ticket, actor=actor, now=NOW, evidence=evidence)
        ticket = steps.complete_step(ticket, actor=actor, now=NOW)
    return ticket


@dataclass
class Parts:
    """A ticket and one of each thing that hangs on it."""

    ticket: Ticket
    issue: Issue
    redress: Redress
    waiting: Redress
    follow_up: FollowUp
    escalation: Escalation
    attachment: Attachment
    mail: Interaction
    lost: Interaction
    held: Interaction
    contact: Interaction
    letter: Letter
    letter_submitted: Letter
    letter_approved: Letter
    link_id: int


@dataclass
class Desk:
    """Everybody and everything. ``places`` are tickets of the team by step and state."""

    office: Office
    team: Team
    agent: Agent
    supervisor: Agent
    administrator: Agent
    customer: Any
    places: dict[tuple[str, str], Parts] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    def actor(self, agent: Agent) -> Actor:
        return access.actor_of(Agent.objects.get(pk=agent.pk))

    def somebody(self, role: Role, ticket: Ticket) -> Actor:
        """An actor of this rank; for a customer the one whose ticket it is."""
        if role == Role.CUSTOMER:
            return Actor(kind="customer", id=ticket.pk, role=role)
        return self.actor(getattr(self, role.value))

    def received(self, *, by: Agent | None = None, **more: Any) -> Ticket:
        words: dict[str, Any] = {"words": WORDS, "channel": "phone", "customer": self.customer, "team": self.team}
        return intake.receive(None, actor=self.actor(by or self.agent), now=NOW, **{**words, **more})


def desk() -> Desk:
    """The office, its people, one team and one customer."""
    load(now=NOW - timedelta(days=30))
    load_built_in(now=NOW - timedelta(days=30))
    office = Office.objects.get(pk=1)
    office.redress_limits = {"agent": "150", "supervisor": "1000", "administrator": "5000"}
    office.save()
    supervisor = person("karin", "Karin Solberg", "supervisor")
    administrator = person("ada", "Ada Admin", "administrator")
    team = team_under(None, "Refunds", supervisor=supervisor)
    agent = person("mei", "Mei Lin", reports_to=supervisor)
    Membership.objects.create(agent=agent, team=team)
    described = Described(name="Wang Fang", phone="+44 7700 900418", email="wang@example.org")
    customer = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    return Desk(office, team, agent, supervisor, administrator, customer)


def place(desk: Desk, step: str, state: str) -> Parts:
    """A ticket of the team at this step and state, with its parts."""
    ticket = walked(
        desk.received(owner=desk.agent), "answered" if state in ("answered", "closed") else step, desk.agent
    )
    by = {"actor": desk.actor(desk.supervisor), "now": NOW}
    if state == "closed":
        ends.close(ticket, reason="accepted", **by)
    elif state == "withdrawn":
        ends.withdraw(ticket, reason="no_longer", **by)
    elif state == "out_of_scope":
        ends.out_of_scope(ticket, reason="not_ours", **by)
    elif state == "merged":
        links.link(ticket, other=desk.received(), kind="duplicate", **by)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.step, ticket.state) == (step, state)
    return parts_of(desk, ticket)


def parts_of(desk: Desk, ticket: Ticket, *, other: Ticket | None = None) -> Parts:
    """One of each thing on the ticket, written past the verbs, because most places would refuse to make them."""
    link = TicketLink.objects.create(source=ticket, target=other or desk.received(), kind="related", made_at=NOW)
    issue = ticket.issues.first() or Issue.objects.create(ticket=ticket, number=1, text="Late", raised_at=NOW)
    money: dict[str, Any] = {"kind": "refund", "basis": "due", "amount": "20", "currency": "GBP", "offered_at": NOW}
    money |= {"ticket": ticket, "pass_number": 1, "offered_by": desk.agent}
    waiting = Redress.objects.create(**money, state="waiting")
    waiting.approval = Approval.objects.create(
        subject_kind="redress",
        subject_id=waiting.pk,
        kind="redress",
        asked_by=desk.agent,
        asked_at=NOW,
        case_id=ticket.pk,
    )
    waiting.save()
    return Parts(
        ticket=ticket,
        issue=issue,
        redress=Redress.objects.create(**money, state="agreed"),
        waiting=waiting,
        follow_up=FollowUp.objects.create(
            ticket=ticket, kind="promise", text="Ring her", due_at=SOON, original_due_at=SOON, made_at=NOW
        ),
        escalation=Escalation.objects.create(
            ticket=ticket,
            level=1,
            pass_number=1,
            trigger="by_hand",
            reason="May I refund twice?",
            opened_at=NOW,
            acknowledge_by=SOON,
        ),
        attachment=Attachment.objects.create(
            ticket=ticket,
            stored=f"none/{ticket.pk}",
            name="receipt.png",
            size=1,
            content_type="image/png",
            sha256="0" * 64,
            added_at=NOW,
            added_by_kind="agent",
        ),
        mail=mail_of(ticket, "queued"),
        lost=mail_of(ticket, "failed"),
        held=held_words(desk, ticket),
        contact=contact_of(ticket),
        letter=letter_of(desk, ticket, "draft"),
        letter_submitted=letter_of(desk, ticket, "submitted"),
        letter_approved=letter_of(desk, ticket, "approved"),
        link_id=link.pk,
    )


def held_words(desk: Desk, ticket: Ticket) -> Interaction:
    """Words of ours that the wording check stopped, and a supervisor is asked about."""
    row = mail_of(ticket, "held")
    row.approval = Approval.objects.create(
        subject_kind="interaction",
        subject_id=row.pk,
        kind="override",
        asked_by=desk.agent,
        asked_at=NOW,
        case_id=ticket.pk,
        detail={"mail": "reply", "later": "", "rules": ["T01"], "vows": []},
    )
    row.outgoing, row.author = None, desk.agent
    row.save()
    return row


def letter_of(desk: Desk, ticket: Ticket, state: str) -> Letter:
    """A letter of the agent's in this state."""
    row = Letter.objects.create(
        ticket=ticket,
        template="acknowledgement",
        edition=0,
        language="en",
        pass_number=1,
        state=state,
        begun_at=NOW,
        begun_by=desk.agent,
    )
    LetterVersion.objects.create(letter=row, number=1, made_at=NOW, made_by=desk.agent)
    if state == "submitted":
        row.approval = Approval.objects.create(
            subject_kind="letter",
            subject_id=row.pk,
            kind="letter",
            asked_by=desk.agent,
            asked_at=NOW,
            case_id=ticket.pk,
        )
        row.save()
    return row


def contact_of(ticket: Ticket) -> Interaction:
    """A call of the customer in which a pattern was suggested."""
    row = Interaction.objects.create(
        ticket=ticket,
        kind="words",
        direction="in",
        channel="phone",
        visibility="customer",
        author_kind="customer",
        text="I have had enough of you people!",
        happened_at=NOW,
        entered_at=NOW,
    )
    Pattern.objects.create(interaction=row, key="emotional_surge", suggested_at=NOW)
    return row


def mail_of(ticket: Ticket, delivery: str) -> Interaction:
    """A mail of ours that waits, or was not delivered."""
    row = outbox.post(
        "reply", f"mail:{delivery}:{ticket.pk}", payload={"customer": ticket.customer_id}, now=NOW, not_before=SOON
    )
    return Interaction.objects.create(
        ticket=ticket,
        kind="reply",
        direction="out",
        channel="email",
        visibility="internal",
        author_kind="agent",
        author_name="Mei Lin",
        text="We looked into it.",
        happened_at=NOW,
        entered_at=NOW,
        delivery=delivery,
        outgoing=row,
    )


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
