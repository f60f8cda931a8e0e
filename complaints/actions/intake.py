"""A complaint is received: the first words, the customer, the number, the clocks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions import clocks, customer_links, escalations, mailing, patterns
from complaints.actions.opening import joins
from complaints.domain import workflow as w
from complaints.domain.evidence import SHAPES
from complaints.domain.evidence import read as evidence_read
from complaints.domain.numbers import draw
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import LANGUAGES
from complaints.models import Category, Interaction, StepRecord, Ticket
from customers.actions import Described, recognise
from customers.models import Customer
from office import access as office_access
from office import audit, meters
from office.acting import action
from office.errors import Fault, Invalid
from office.folding import clean, is_blank, written_in
from office.models import Agent, Team
from office.roles import REACH_TEAM, Actor

LONGEST_WORDS = 200_000
LONGEST_SUBJECT = 200
LIVE_CHANNELS = frozenset({"phone", "in_person", "chat"})
"""Where somebody of ours is listening while it is entered: that is the acknowledgement."""


@dataclass(frozen=True)
class Source:
    """Where a ticket came from: ``name`` and ``ref`` make an imported row recognisable.

    What is not ``fresh`` puts nothing before anybody because it came in, or because nobody has it yet, and is not
    acknowledged.
    """

    kind: str = "page"
    name: str = ""
    ref: str = ""
    fresh: bool = True


@action("ticket.receive")
def receive(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    words: str,
    channel: str,
    title: str = "",
    language: str = "",
    received_at: datetime | None = None,
    customer: Customer | None = None,
    described: Described | None = None,
    anonymous_reason: str = "",
    on_behalf_of: str = "",
    on_behalf_authority: str = "",
    kind: str = "complaint",
    jurisdiction: str = "",
    category: Category | None = None,
    team: Team | None = None,
    owner: Agent | None = None,
    facts: dict[str, object] | None = None,
    source: Source = Source(),
    heard: Mapping[str, bool] | None = None,
) -> Ticket:
    """Open a ticket in Listen with the customer's own words as its first interaction.

    Exactly one of ``customer``, ``described`` (recognised or made) and ``anonymous_reason``. ``facts`` are pieces of
    Listen evidence already known, read like the step's form. ``heard`` are patterns somebody said yes or no to while
    the words were written. ``received_at`` defaults to ``now`` and may lie before it.
    Raises ``Invalid`` with every faulty field.
    """
    access.require_scope(actor, "tickets:write")
    words = clean(words)
    values, faults = _read(words=words, channel=channel, language=language, kind=kind, facts=facts or {})
    if received_at is not None and received_at > now:
        faults["received_at"] = [Fault("future", INPUT["future"])]
    given = sum([customer is not None, described is not None, bool(clean(anonymous_reason).strip())])
    if given != 1:
        faults["customer"] = [
            Fault("required", _("Name the customer, or say why there is none")),
        ]
    if faults:
        raise Invalid(faults)
    team = _team(actor, team, category)
    if described is not None:
        region = (team.region if team else "") or office_access.office().region
        customer = recognise(None, actor=actor, now=now, described=described, region=region)
    live = actor.kind == "agent" and channel in LIVE_CHANNELS
    ticket = _numbered(
        Ticket(
            kind=kind,
            subject=_subject(title, words),
            channel=channel,
            language=language or (customer.language if customer else "") or written_in(words, hint=actor.language),
            jurisdiction=jurisdiction,
            received_at=received_at or now,
            entered_at=now,
            source=source.kind,
            source_name=source.name,
            source_ref=source.ref,
            created_by_id=actor.agent_id,
            created_by_token_id=actor.token_id,
            customer=customer,
            anonymous_reason=clean(anonymous_reason).strip()[:200],
            on_behalf_of=clean(on_behalf_of).strip()[:200],
            on_behalf_authority=clean(on_behalf_authority).strip()[:200],
            category=category,
            team=team,
            owner=owner,
            safety="safety" in _list(values.get("harm")),
            step_since=now,
            risk_at=now,
            risk_from=now,
            changed_at=now,
            touched_at=now,
            changed_by_id=actor.agent_id,
            **{name: value for name, value in values.items() if name in ON_TICKET},
        )
    )
    own = {name: value for name, value in values.items() if name not in ON_TICKET}
    StepRecord.objects.create(ticket=ticket, pass_number=1, step=w.Step.LISTEN.value, started_at=now, evidence=own)
    first = Interaction.objects.create(
        ticket=ticket,
        kind="words",
        direction="in",
        channel=channel,
        visibility="customer",
        author_kind="third_party" if on_behalf_of else "customer",
        author_name=str(customer) if customer else "",
        text=words,
        language=ticket.language,
        happened_at=ticket.received_at,
        entered_at=now,
        feeling_start=values.get("feeling_start"),
    )
    if source.fresh:
        patterns.suggest(first, now=now, heard=heard or {}, actor=actor)
    joins(ticket, actor.agent_id, "contributor", now=now)
    payload = {"channel": channel, "source": source.kind, "team": ticket.team_id, "owner": ticket.owner_id}
    audit.record(("ticket", ticket.pk), "ticket.receive", actor=actor, now=now, payload=payload)
    if customer is not None:
        customer_links.link_of(ticket, now=now, is_new=True)
    clocks.start(ticket, started_at=ticket.received_at, now=now, actor=actor, heard=live)
    if owner is None and source.fresh:
        clocks.arm_nobodys(ticket, since=ticket.received_at, now=now, is_new=True)
    if ticket.safety and source.fresh:
        escalations.put_before(ticket, "safety", now=now)
    if source.fresh:
        mailing.acknowledge(ticket, now=now)
    meters.ticket(source.kind)
    return ticket


ON_TICKET = frozenset(name for name in w.LISTEN_FIELDS if SHAPES[name].on_ticket)


def _read(
    *, words: str, channel: str, language: str, kind: str, facts: dict[str, object]
) -> tuple[dict[str, Any], dict[str, list[Fault]]]:
    values, codes = evidence_read(w.Step.LISTEN.value, facts)
    if is_blank(words):
        codes["description"] = "required"
    elif len(words) > LONGEST_WORDS:
        codes["description"] = "too-long"
    if channel not in w.CHANNELS:
        codes["channel"] = "unknown-channel"
    if language and language not in LANGUAGES:
        codes["language"] = "unknown-language"
    if kind not in w.CONTACT_KINDS:
        codes["kind"] = "unknown-choice"
    return values, {name: [Fault(code, INPUT[code])] for name, code in codes.items()}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _subject(title: str, words: str) -> str:
    """The given title, else the first line of the words, cut at a word or at 80 characters."""
    tidy = " ".join(clean(title).split())
    if tidy:
        return tidy[:LONGEST_SUBJECT]
    first = " ".join(words.strip().split("\n", 1)[0].split())
    if len(first) <= 80:
        return first
    cut = first[:80]
    return (cut.rsplit(" ", 1)[0] if " " in cut[40:] else cut) + "…"


def _team(actor: Actor, team: Team | None, category: Category | None) -> Team | None:
    if actor.kind == "token" and actor.reach == REACH_TEAM:
        return Team.objects.filter(pk__in=actor.team_ids).first()
    if team is None and category is not None:
        team = category.team or (category.parent.team if category.parent else None)
    if team is None and actor.kind == "agent" and len(actor.team_ids) == 1:
        team = Team.objects.filter(pk__in=actor.team_ids).first()
    return team


def _numbered(ticket: Ticket) -> Ticket:
    """Save under a number drawn until it is free."""
    for _attempt in range(20):
        ticket.number = draw(secrets.randbelow)
        if Ticket.objects.filter(number=ticket.number).exists():
            continue
        try:
            with transaction.atomic():
                ticket.save(force_insert=True)
        except IntegrityError:
            if Ticket.objects.filter(number=ticket.number).exists():
                continue
            raise
        return ticket
    raise RuntimeError("no free ticket number in twenty draws")
