"""A case is put before somebody above, and they answer. The handler stays on the case."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions.opening import joins, noted, opened, saved
from complaints.domain.clocks import ACKNOWLEDGE_ESCALATION
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import TRIGGERS
from complaints.domain.workflow import allowed_to
from complaints.models import Escalation, Ticket
from office import access as office_access
from office import timers
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.models import Agent
from office.roles import SYSTEM, Actor, Role

TOP = 4


@action("escalation.open")
def open_escalation(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    trigger: str = "by_hand",
    addressed_to: Agent | None = None,
) -> Escalation:
    """Ask somebody above: the team's lead, its supervisor, up ``reports_to``, the duty manager, one level at a time."""
    row = opened(ticket, "escalation.open", actor=actor)
    text = clean(reason).strip()
    faults: dict[str, list[Fault]] = {}
    if not text and actor.kind != "system":
        faults["reason"] = [Fault("required", _("Say what you need from them"))]
    if trigger not in TRIGGERS:
        faults["trigger"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if addressed_to is not None and not addressed_to.is_active:
        faults["addressed_to"] = [Fault("inactive", _("This person is deactivated"))]
    if faults:
        raise Invalid(faults)
    highest = row.escalations.unanswered().order_by("-level").first()
    if highest is not None and highest.opened_by_id is None and actor.agent_id is not None:
        return _worded(row, highest, text, actor=actor, now=now)
    level = highest.level + 1 if highest else 1
    if level > TOP:
        raise Conflict(_("It is at the highest level already"), code="highest-level")
    chain = chain_above(row, but=actor.agent_id)
    person = addressed_to or (chain[min(level, len(chain)) - 1] if chain else None)
    cycle = row.escalations.filter(level=level).count() + 1
    escalation = Escalation.objects.create(
        ticket=row,
        level=level,
        cycle=cycle,
        pass_number=row.pass_number,
        trigger=trigger,
        reason=text,
        addressed_to=person,
        opened_at=now,
        opened_by_id=actor.agent_id,
        acknowledge_by=now + ACKNOWLEDGE_ESCALATION,
    )
    timers.arm(("escalation", escalation.pk), "unseen", due_at=escalation.acknowledge_by, is_new=True)
    row.escalation_line = max(row.escalation_line, level)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"escalation": escalation.pk, "level": level, "trigger": trigger, "to": person.pk if person else None}
    saved(row, "escalation.open", "escalation_line", actor=actor, now=now, payload=payload)
    return escalation


def _worded(row: Ticket, raised: Escalation, text: str, *, actor: Actor, now: datetime) -> Escalation:
    """The desk itself asked already: the handler's words join what is there, and nobody further up is troubled."""
    raised.reason = f"{text}\n\n{raised.reason}".strip()
    raised.opened_by_id = actor.agent_id
    raised.save(update_fields=["reason", "opened_by"])
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"escalation": raised.pk, "level": raised.level, "trigger": raised.trigger, "to": raised.addressed_to_id}
    saved(row, "escalation.open", actor=actor, now=now, payload=payload)
    return raised


def put_before(ticket: Ticket, trigger: str, *, now: datetime, reason: str = "") -> None:
    """The desk itself puts it before somebody above, unless somebody above has it already. ``ticket`` is locked."""
    if ticket.escalations.unanswered().exists():
        return
    open_escalation(ticket, actor=SYSTEM, now=now, trigger=trigger, reason=reason)
    ticket.refresh_from_db(fields=["version", "escalation_line", "changed_at", "changed_by"])


def somebody_above(ticket: Ticket, level: int) -> bool:
    """Whether there is anybody to ask beyond this level."""
    return level < min(len(chain_above(ticket, but=None)), TOP)


def chain_above(ticket: Ticket, *, but: int | None) -> list[Agent]:
    """Who may be asked about a case, nearest first: of rank to answer, still here, neither ``but`` nor its handler.

    About a sealed case only somebody named on it can be asked: nobody else may know of it.
    """
    team = ticket.team
    owner = ticket.owner
    people = [team.lead if team else None, team.supervisor if team else None, owner.reports_to if owner else None]
    if owner is not None and owner.reports_to is not None:
        people.append(owner.reports_to.reports_to)
    people.append(office_access.office().duty_manager)
    named = {part.agent_id for part in ticket.participants.filter(role="named")} if ticket.is_sealed else None
    chain: dict[int, Agent] = {}
    for person in people:
        if person is None or not person.is_active or person.pk in (but, ticket.owner_id):
            continue
        if allowed_to("escalation.answer", Role(person.role)) and (named is None or person.pk in named):
            chain.setdefault(person.pk, person)
    return list(chain.values())


@action("escalation.acknowledge")
def acknowledge(escalation: Escalation, *, actor: Actor, now: datetime) -> Escalation:
    """I have seen it. Twice is once."""
    row = opened(escalation.ticket, "escalation.acknowledge", actor=actor)
    locked = _unanswered(escalation)
    if locked.state == "acknowledged":
        return locked
    locked.state, locked.acknowledged_at, locked.acknowledged_by_id = "acknowledged", now, actor.agent_id
    locked.save(update_fields=["state", "acknowledged_at", "acknowledged_by"])
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "escalation.acknowledge", actor=actor, now=now, payload={"escalation": locked.pk})
    return locked


@action("escalation.return")
def give_back(escalation: Escalation, *, actor: Actor, now: datetime, guidance: str) -> Escalation:
    """Back to the handler with guidance."""
    return _end(escalation, "escalation.return", "returned", guidance, actor=actor, now=now)


@action("escalation.answer")
def answer(escalation: Escalation, *, actor: Actor, now: datetime, guidance: str) -> Escalation:
    """Decide what was asked; the handler carries on."""
    return _end(escalation, "escalation.answer", "answered", guidance, actor=actor, now=now)


@action("escalation.take_over")
def take_over(escalation: Escalation, *, actor: Actor, now: datetime, guidance: str = "") -> Escalation:
    """The supervisor speaks to the customer and owns the case; the handler goes on taking part."""
    locked = _end(escalation, "escalation.take_over", "taken_over", guidance, actor=actor, now=now, silent=True)
    row = Ticket.objects.select_for_update().get(pk=locked.ticket_id)
    if actor.agent_id is not None and row.owner_id != actor.agent_id:
        joins(row, row.owner_id, "contributor", now=now)
        before, row.owner_id = row.owner_id, actor.agent_id
        payload = {"from": before, "to": actor.agent_id}
        saved(row, "ticket.assign", "owner", actor=actor, now=now, payload=payload)
    return locked


def _end(
    escalation: Escalation, verb: str, state: str, words: str, *, actor: Actor, now: datetime, silent: bool = False
) -> Escalation:
    row = opened(escalation.ticket, verb, actor=actor)
    locked = _unanswered(escalation)
    text = clean(words).strip()
    if not text and not silent:
        raise Invalid.one("guidance", "required", _("Say what the handler should do"))
    locked.state, locked.ended_at, locked.ended_by_id, locked.answer = state, now, actor.agent_id, text
    if locked.acknowledged_at is None:
        locked.acknowledged_at, locked.acknowledged_by_id = now, actor.agent_id
    locked.save(update_fields=["state", "ended_at", "ended_by", "answer", "acknowledged_at", "acknowledged_by"])
    joins(row, actor.agent_id, "contributor", now=now)
    row.escalation_line = max(row.escalations.unanswered().values_list("level", flat=True), default=0)
    saved(row, verb, "escalation_line", actor=actor, now=now, payload={"escalation": locked.pk})
    return locked


def _unanswered(escalation: Escalation) -> Escalation:
    locked = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if locked.state not in ("open", "acknowledged"):
        raise Conflict(_("Somebody answered this already"), code="already-answered")
    return locked
