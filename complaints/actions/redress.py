"""What we give: within one's own limit at once, above it by asking, and what follows from the answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions.opening import joins, noted, opened
from complaints.domain.redress import MONEY_KINDS, needs_approval
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import BASES, REDRESS
from complaints.models import Issue, Redress, Ticket
from office import access as office_access
from office.acting import action
from office.actions import approvals
from office.errors import Conflict, Fault, Invalid, NotAllowed
from office.folding import clean
from office.models import Agent, Approval
from office.roles import Actor, Role

HIGHEST = Decimal("9999999999.99")


@action("redress.offer")
def offer(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    basis: str,
    amount: Decimal | None = None,
    currency: str = "",
    note: str = "",
    issue: Issue | None = None,
    due_on: date | None = None,
) -> Redress:
    """Offer one of the response types. Above one's limit it waits for somebody with more authority.

    ``amount`` is in ``currency`` (the office's own if empty); the limit is compared in the office's currency, and any
    other currency always asks.
    """
    row = opened(ticket, "redress.offer", actor=actor)
    office = office_access.office()
    faults: dict[str, list[Fault]] = {}
    if kind not in REDRESS:
        faults["kind"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    elif kind in MONEY_KINDS and amount is None:
        faults["amount"] = [Fault("required", _("Name the amount"))]
    if basis not in BASES:
        faults["basis"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if amount is not None and (not amount.is_finite() or not 0 < amount <= HIGHEST or _places(amount) > 2):
        faults["amount"] = [Fault("not-an-amount", _("This is not an amount"))]
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        faults["currency"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if faults:
        raise Invalid(faults)
    money = (currency or office.currency).upper() if amount is not None else ""
    limit = limit_of(actor, office.redress_limits) if money in ("", office.currency) else Decimal(0)
    asks = needs_approval(amount, limit)
    redress = Redress.objects.create(
        ticket=row,
        issue=issue,
        pass_number=row.pass_number,
        kind=kind,
        amount=amount,
        currency=money,
        basis=basis,
        note=clean(note).strip()[:300],
        state="waiting" if asks else "agreed",
        due_on=due_on,
        offered_at=now,
        offered_by_id=actor.agent_id,
    )
    if asks:
        person = eligible(row, amount=amount or Decimal(0), limits=office.redress_limits, but=actor.agent_id)
        redress.approval = approvals.ask(
            ("redress", redress.pk),
            "redress",
            actor=actor,
            now=now,
            addressed_to=person,
            reason=redress.note,
            detail={"kind": kind},
            case_id=row.pk,
        )
        redress.save(update_fields=["approval"])
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"redress": redress.pk, "kind": kind, "amount": str(amount or ""), "asks": asks}
    noted(row, "redress.offer", actor=actor, now=now, payload=payload)
    return redress


def limit_of(actor: Actor, limits: dict[str, str | None]) -> Decimal | None:
    """The highest amount the actor grants alone; None grants nothing. Tokens grant nothing."""
    value = limits.get(actor.role.value) if actor.kind == "agent" else None
    return Decimal(value) if value else None


def eligible(ticket: Ticket, *, amount: Decimal, limits: dict[str, str | None], but: int | None) -> Agent | None:
    """Who may decide: the nearest person above whose own limit covers it and who sees the case."""
    team = ticket.team
    owner = ticket.owner
    near = [team.supervisor if team else None, team.lead if team else None, owner.reports_to if owner else None]
    near.append(office_access.office().duty_manager)
    wide = Agent.objects.filter(role__in=[Role.SUPERVISOR.value, Role.ADMINISTRATOR.value], is_active=True)
    for person in (*[p for p in near if p is not None], *wide.order_by("role", "id")[:200]):
        covered = limits.get(person.role)
        if person.pk == but or not person.is_active or not covered or Decimal(covered) < amount:
            continue
        if access.visible_to(office_access.actor_of(person)).filter(pk=ticket.pk).exists():
            return person
    return None


@action("redress.withdraw")
def withdraw(redress: Redress, *, actor: Actor, now: datetime) -> Redress:
    """Take an offer back before it is done. Twice is once."""
    row = opened(redress.ticket, "redress.withdraw", actor=actor)
    locked = Redress.objects.select_for_update().get(pk=redress.pk)
    if locked.state == "withdrawn":
        return locked
    if locked.state == "done":
        raise Conflict(_("This has been done already"), code="already-done")
    locked.state = "withdrawn"
    locked.save(update_fields=["state"])
    approvals.lapse(("redress", locked.pk), now=now)
    noted(row, "redress.withdraw", actor=actor, now=now, payload={"redress": locked.pk})
    return locked


@action("redress.done")
def done(redress: Redress, *, actor: Actor, now: datetime) -> Redress:
    """It was paid, sent or done. Twice is once."""
    row = opened(redress.ticket, "redress.done", actor=actor)
    locked = Redress.objects.select_for_update().get(pk=redress.pk)
    if locked.state == "done":
        return locked
    if locked.state != "agreed":
        raise Conflict(_("Only agreed redress can be done"), code="not-agreed")
    locked.state, locked.done_at = "done", now
    locked.save(update_fields=["state", "done_at"])
    noted(row, "redress.done", actor=actor, now=now, payload={"redress": locked.pk})
    return locked


@action("approval.decide")
def decide(redress: Redress, *, actor: Actor, now: datetime, approve: bool, reason: str = "") -> Redress:
    """Approve or refuse a waiting redress. Nobody decides their own, and the amount is within one's own limit."""
    row = opened(redress.ticket, "approval.decide", actor=actor)
    locked = Redress.objects.select_for_update(of=("self",)).select_related("approval").get(pk=redress.pk)
    if locked.state != "waiting" or locked.approval is None:
        raise Conflict(_("This is not waiting for approval"), code="already-decided")
    if actor.agent_id is None or locked.offered_by_id == actor.agent_id:
        raise NotAllowed(_("Nobody approves their own offer"))
    limits = office_access.office().redress_limits
    named = locked.approval.addressed_to_id == actor.agent_id and bool(locked.approval.detail.get("named"))
    if approve and not named and needs_approval(locked.amount, limit_of(actor, limits)):
        raise NotAllowed(_("This is above your own limit"))
    text = clean(reason).strip()[:2_000]
    if not approve and not text:
        raise Invalid.one("reason", "required", _("Say why not"))
    state = Approval.APPROVED if approve else Approval.REFUSED
    approvals.decide(locked.approval, actor=actor, now=now, state=state, reason=text)
    locked.state = "agreed" if approve else "refused"
    locked.save(update_fields=["state"])
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "approval.decide", actor=actor, now=now, payload={"redress": locked.pk, "state": state})
    return locked


@action("approval.waive")
def waive(redress: Redress, *, actor: Actor, now: datetime, reason: str, person: Agent | None = None) -> Redress:
    """Nobody is eligible: an administrator names someone, or waives the approval with a reported reason."""
    row = opened(redress.ticket, "approval.waive", actor=actor)
    locked = Redress.objects.select_for_update(of=("self",)).select_related("approval").get(pk=redress.pk)
    approval = locked.approval
    if locked.state != "waiting" or approval is None:
        raise Conflict(_("This is not waiting for approval"), code="already-decided")
    if actor.agent_id is None:
        raise NotAllowed(_("Only a person can waive an approval"))
    if approval.addressed_to_id is not None and not approval.detail.get("named"):
        raise Conflict(_("Somebody is there who can decide this"), code="somebody-can")
    text = clean(reason).strip()[:2_000]
    if not text:
        raise Invalid.one("reason", "required", _("Say why"))
    if person is not None:
        if person.pk == locked.offered_by_id or not person.is_active:
            raise Invalid.one("person", "not-eligible", _("Name somebody else who is here"))
        approvals.readdress(approval, person=person)
    else:
        approvals.decide(approval, actor=actor, now=now, state=Approval.APPROVED, reason=text)
        locked.state = "agreed"
        locked.save(update_fields=["state"])
    payload = {"redress": locked.pk, "person": person.pk if person else None}
    noted(row, "approval.waive", actor=actor, now=now, payload=payload)
    return locked


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
