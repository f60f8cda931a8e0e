"""A case is put before somebody above, and they answer. The handler stays on the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import notices, planned
from complaints.actions.opening import joins, noted, opened, saved
from complaints.domain import escalation as e
from complaints.domain.clocks import ACKNOWLEDGE_ESCALATION
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import TRIGGERS
from complaints.models import Escalation, Ticket
from complaints.queries import routing
from office import timers
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.models import Agent
from office.roles import SYSTEM, Actor


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
    """Ask somebody above, one level at a time: the lead, the supervisor, up ``reports_to``, the duty manager.

    A review goes to somebody who neither handled nor manages the case. Whoever is away is replaced by their deputy.
    """
    row = opened(ticket, "escalation.open", actor=actor)
    text = clean(reason).strip()
    _check(row, text, trigger, addressed_to, actor=actor)
    known = _known(row)
    before = _has_it(_waiting(known), trigger)
    if before is not None and _joins_it(before, trigger, actor):
        return _worded(row, before, text, trigger, actor=actor, now=now)
    return _put_up(row, known, trigger, text, actor=actor, now=now, addressed_to=addressed_to)


def _put_up(
    row: Ticket,
    known: Sequence[Escalation],
    trigger: str,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    addressed_to: Agent | None = None,
) -> Escalation:
    """One more level, on a locked ticket of which all escalations are ``known``."""
    waiting = _waiting(known)
    level = _level(waiting, trigger)
    if level > e.TOP:
        raise Conflict(_("It is at the highest level already"), code="highest-level")
    person = _addressee(row, trigger, addressed_to, waiting, now=now, but=actor.agent_id)
    escalation = Escalation.objects.create(
        ticket=row,
        level=level,
        cycle=sum(other.level == level for other in known) + 1,
        pass_number=row.pass_number,
        trigger=trigger,
        reason=text,
        addressed_to_id=person.id if person else None,
        in_place_of_id=person.instead_of if person else None,
        opened_at=now,
        opened_by_id=actor.agent_id,
        acknowledge_by=now + ACKNOWLEDGE_ESCALATION,
    )
    timers.arm(("escalation", escalation.pk), "unseen", due_at=escalation.acknowledge_by, is_new=True)
    row.escalation_line = max(row.escalation_line, level)
    joins(row, actor.agent_id, "contributor", now=now)
    saved(row, "escalation.open", "escalation_line", actor=actor, now=now, payload=_told(escalation))
    notices.announce(escalation, row, now=now)
    return escalation


def _check(row: Ticket, text: str, trigger: str, addressed_to: Agent | None, *, actor: Actor) -> None:
    faults: dict[str, list[Fault]] = {}
    if not text and actor.kind != "system":
        faults["reason"] = [Fault("required", _("Say what you need from them"))]
    if trigger not in TRIGGERS:
        faults["trigger"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if addressed_to is not None and not addressed_to.is_active:
        faults["addressed_to"] = [Fault("inactive", _("This person is deactivated"))]
    elif addressed_to is not None and row.is_sealed and not _is_named(row, addressed_to.pk):
        faults["addressed_to"] = [Fault("not-named", _("About a sealed case only somebody named on it can be asked"))]
    if faults:
        raise Invalid(faults)


def _known(row: Ticket) -> list[Escalation]:
    """Whatever was asked about this case, the highest first. One query."""
    return list(row.escalations.order_by("-level"))


def _waiting(known: Sequence[Escalation]) -> list[Escalation]:
    """Those of them that wait for an answer."""
    return [row for row in known if row.is_unanswered]


def _has_it(waiting: Sequence[Escalation], trigger: str) -> Escalation | None:
    """The highest of these; reviews are asked apart from the rest."""
    review = trigger == routing.REVIEW
    return next((row for row in waiting if (row.trigger == routing.REVIEW) == review), None)


def _joins_it(before: Escalation, trigger: str, actor: Actor) -> bool:
    """The handler's words join what the desk raised; a second request for a review joins the first."""
    if trigger == routing.REVIEW:
        return actor.kind != "system"
    return before.opened_by_id is None and actor.agent_id is not None


def _is_named(row: Ticket, agent_id: int) -> bool:
    return row.participants.filter(agent_id=agent_id, role="named").exists()


def _level(waiting: Sequence[Escalation], trigger: str) -> int:
    """One above what is open. A review stands beside the line: it takes the lowest level that is free."""
    taken = {row.level for row in waiting}
    if trigger != routing.REVIEW:
        return max(taken, default=0) + 1
    return next(level for level in range(1, e.TOP + 2) if level not in taken)


def _addressee(
    row: Ticket, trigger: str, chosen: Agent | None, waiting: Sequence[Escalation], *, now: datetime, but: int | None
) -> e.Asked | None:
    if chosen is None:
        found = routing.next_above(row, trigger, now=now, but=but, waiting=waiting)
        return found or routing.at_the_end(row, trigger, now=now, but=but)
    person = routing.standing_for(chosen, row, now=now)
    return e.Asked(chosen.pk) if row.is_sealed and not _is_named(row, person.id) else person


def _told(row: Escalation) -> dict[str, object]:
    to = {"to": row.addressed_to_id, "for": row.in_place_of_id}
    return {"escalation": row.pk, "level": row.level, "trigger": row.trigger, **to}


def _worded(row: Ticket, raised: Escalation, text: str, trigger: str, *, actor: Actor, now: datetime) -> Escalation:
    """The desk itself asked already: the handler's words join what is there, and nobody further up is troubled."""
    raised.reason = f"{text}\n\n{raised.reason}".strip()
    raised.opened_by_id = actor.agent_id
    raised.save(update_fields=["reason", "opened_by"])
    joins(row, actor.agent_id, "contributor", now=now)
    if trigger in e.DANGER:
        _endangered(raised, row, now=now)
    elif e.outweighs(trigger, raised.trigger):
        raised.trigger = trigger
        raised.save(update_fields=["trigger"])
    saved(row, "escalation.open", actor=actor, now=now, payload=_told(raised))
    return raised


def _endangered(raised: Escalation, row: Ticket, *, now: datetime) -> None:
    """What somebody has already turns out to be dangerous: they have to see it anew, and hear of it at once."""
    if raised.trigger in e.DANGER:
        return
    raised.trigger, raised.state = "safety", "open"
    raised.acknowledged_at = raised.acknowledged_by = None
    raised.acknowledge_by = now + ACKNOWLEDGE_ESCALATION
    raised.save(update_fields=["trigger", "state", "acknowledged_at", "acknowledged_by", "acknowledge_by"])
    timers.arm(("escalation", raised.pk), "unseen", due_at=raised.acknowledge_by)
    notices.announce(raised, row, now=now)


def put_before(ticket: Ticket, trigger: str, *, now: datetime, reason: str = "") -> None:
    """The desk itself puts it before somebody above, unless somebody above has it already. ``ticket`` is locked.

    Danger is told all the same to whoever has it, and a review the customer asks for goes to somebody who has not.
    """
    known = _known(ticket)
    waiting = _waiting(known)
    raised = _has_it(waiting, trigger)
    if raised is not None and trigger in e.DANGER and raised.trigger not in e.DANGER:
        _endangered(raised, ticket, now=now)
        noted(ticket, "escalation.open", actor=SYSTEM, now=now, payload=_told(raised))
    if raised is None and _level(waiting, trigger) <= e.TOP:
        _put_up(ticket, known, trigger, clean(reason).strip(), actor=SYSTEM, now=now)


def somebody_above(ticket: Ticket, row: Escalation, *, now: datetime) -> bool:
    """Whether there is anybody left to ask beyond those who have it."""
    waiting = _waiting(_known(ticket))
    level = _level(waiting, row.trigger)
    return level <= e.TOP and routing.next_above(ticket, row.trigger, now=now, waiting=waiting) is not None


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
        planned.hand_on(row)
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
    others = _settled_with(locked, actor=actor, now=now)
    row.escalation_line = max(row.escalations.unanswered().values_list("level", flat=True), default=0)
    payload = {"escalation": locked.pk} | ({"lapsed": others} if others else {})
    saved(row, verb, "escalation_line", actor=actor, now=now, payload=payload)
    return locked


def _settled_with(answered: Escalation, *, actor: Actor, now: datetime) -> list[int]:
    """The same question, put before others because nobody acknowledged it, lapses with the answer."""
    same = Escalation.objects.unanswered().filter(
        ticket=answered.ticket_id, trigger=answered.trigger, reason=answered.reason
    )
    found = sorted(same.values_list("pk", flat=True))
    same.update(state="lapsed", ended_at=now, ended_by_id=actor.agent_id)
    return found


def _unanswered(escalation: Escalation) -> Escalation:
    locked = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if locked.state not in ("open", "acknowledged"):
        raise Conflict(_("Somebody answered this already"), code="already-answered")
    return locked


@action("escalation.read")
def read(escalation: Escalation, *, actor: Actor, now: datetime) -> Escalation:
    """The handler has read what came back from above; it leaves their day. Twice is once."""
    row = opened(escalation.ticket, "escalation.read", actor=actor)
    locked = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if locked.ended_at is None:
        raise Conflict(_("Nobody has answered this yet"), code="not-answered")
    if locked.read_at is not None:
        return locked
    locked.read_at, locked.read_by_id = now, actor.agent_id
    locked.save(update_fields=["read_at", "read_by"])
    noted(row, "escalation.read", actor=actor, now=now, payload={"escalation": locked.pk})
    return locked
