"""Somebody leaves: their open cases and what they owe go to somebody else, or back to the team."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions.opening import joins, saved
from complaints.actions.sealing import line_of
from complaints.domain.workflow import LIVE
from complaints.models import Escalation, FollowUp, Participant, Ticket
from office import access, audit
from office.acting import action
from office.errors import Conflict, Invalid
from office.models import Agent, Approval
from office.roles import Actor, Role


@action("agent.deactivate")
def deactivate(agent: Agent, *, actor: Actor, now: datetime, heir: Agent | None = None) -> Agent:
    """End somebody's access at once and hand on their open cases, follow-ups, escalations and approvals to ``heir``.

    Without an heir cases become nobody's and stay in their teams. A sealed case whose only named person leaves needs an
    heir, else nobody could open it again.
    """
    access.require_administrator(actor)
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    if not locked.is_active:
        return locked
    if locked.pk == actor.agent_id:
        raise Conflict(_("Nobody deactivates themselves"), code="oneself")
    others = Agent.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).exclude(pk=locked.pk)
    if locked.role == Role.ADMINISTRATOR.value and not others.exists():
        raise Conflict(_("The last administrator has to stay one"), code="last-administrator")
    if heir is not None and (heir.pk == locked.pk or not heir.is_active):
        raise Invalid.one("heir", "inactive", _("Choose somebody else who is here"))
    named = Participant.objects.filter(agent=locked, role="named", ticket__sealed_at__isnull=False)
    if heir is None and any(not _also_named(part) for part in named.select_related("ticket")):
        raise Invalid.one("heir", "sealed", _("Somebody has to take over sealed cases: choose a person"))
    about = [part.ticket.sealed_from for part in named.select_related("ticket__sealed_from")]
    if heir is not None and any(person is not None and heir.pk in line_of(person) for person in about):
        raise Invalid.one("heir", "in-line", _("The person complained about and their line cannot be named"))
    locked.is_active, locked.deactivated_at = False, now
    locked.save(update_fields=["is_active", "deactivated_at"])
    locked.sign_in_links.filter(used_at__isnull=True).update(expires_at=now)
    _hand_on(locked, heir, actor=actor, now=now)
    payload = {"heir": heir.pk if heir else None}
    audit.record(("agent", locked.pk), "agent.deactivate", actor=actor, now=now, payload=payload)
    return locked


@action("agent.activate")
def activate(agent: Agent, *, actor: Actor, now: datetime) -> Agent:
    """Let somebody in again; they need a new link if they forgot the password."""
    access.require_administrator(actor)
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    if not locked.is_active:
        locked.is_active, locked.deactivated_at = True, None
        locked.save(update_fields=["is_active", "deactivated_at"])
        audit.record(("agent", locked.pk), "agent.activate", actor=actor, now=now)
    return locked


def _also_named(part: Participant) -> bool:
    others = Participant.objects.filter(ticket=part.ticket, role="named", agent__is_active=True)
    return others.exclude(agent_id=part.agent_id).exists()


def _hand_on(agent: Agent, heir: Agent | None, *, actor: Actor, now: datetime) -> None:
    heir_id = heir.pk if heir else None
    for part in Participant.objects.filter(agent=agent, role="named"):
        joins(part.ticket, heir_id, "named", now=now)
    for row in Ticket.objects.select_for_update().filter(owner=agent, state__in=[s.value for s in LIVE]):
        row.owner_id = heir_id
        saved(row, "ticket.assign", "owner", actor=actor, now=now, payload={"from": agent.pk, "to": heir_id})
    FollowUp.objects.pending().filter(owner=agent).update(owner_id=heir_id)
    Escalation.objects.unanswered().filter(addressed_to=agent).update(addressed_to_id=heir_id)
    waiting = Approval.objects.filter(addressed_to=agent, state=Approval.WAITING)
    if heir is not None:
        waiting.filter(asked_by=heir).update(addressed_to=None)  # nobody decides what they asked themselves
    waiting.update(addressed_to_id=heir_id)
