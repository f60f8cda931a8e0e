"""Whoever is asked hears of it by mail: in their working hours, else the duty manager hears of what cannot wait.

A notice is a row in the out-tray, written with the escalation; each has a row of its own, so that nobody waits for
somebody else's. The page shows it at once whatever the hour. Several for one person are a bundle, one mail (or a few
long ones): the first goes out at once, what follows within five minutes goes out together at the end of that time, and
what comes outside working hours waits for the opening. Danger travels alone and at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints.domain.escalation import DANGER, is_urgent
from complaints.models import Escalation, Ticket
from complaints.queries import at_work, routing
from office import access as office_access
from office import outbox
from office.remembered import remembered

SLOT = timedelta(minutes=5)
KIND = "notice"


def announce(escalation: Escalation, ticket: Ticket, *, now: datetime, why: str = "") -> None:
    """Owe the mails about an escalation. ``ticket`` is locked, and the escalation is addressed already."""
    trigger = why or escalation.trigger
    opens = now
    if escalation.addressed_to_id is not None:
        opens = at_work.at_work_from(escalation.addressed_to_id, now=now)
        _owe(escalation, ticket, escalation.addressed_to_id, trigger, opens=opens, now=now)
    unheard = escalation.addressed_to_id is None or opens > now
    if unheard and is_urgent(trigger, level=escalation.level, severity=ticket.severity):
        duty = routing.duty_manager(now=now)
        if duty is not None and duty not in (escalation.addressed_to_id, ticket.owner_id, ticket.sealed_from_id):
            _owe(escalation, ticket, duty, trigger, opens=now, now=now)


def _owe(
    escalation: Escalation, ticket: Ticket, agent_id: int, trigger: str, *, opens: datetime, now: datetime
) -> None:
    """One row for one person. Nobody hears of a sealed case they are not named on, nor without an address."""
    if not _has_address(agent_id):
        return
    if ticket.is_sealed and not ticket.participants.filter(agent_id=agent_id, role="named").exists():
        return
    bundle, not_before = "", now
    if trigger not in DANGER:
        bundle = f"{KIND}:{agent_id}"
        not_before = opens if opens > now else _leaves(bundle, now=now)
    item = {"ticket": ticket.pk, "why": trigger, "escalation": escalation.pk}
    outbox.owe(
        KIND,
        f"escalation:{escalation.pk}:{agent_id}:{trigger}",
        payload={"agent": agent_id, "items": [item]},
        now=now,
        not_before=not_before,
        bundle=bundle,
    )


@remembered
def _has_address(agent_id: int) -> bool:
    return office_access.people().filter(pk=agent_id, is_active=True, email__gt="").exists()


@remembered
def _leaves(bundle: str, *, now: datetime) -> datetime:
    """Asked once for what a tick brings in one instant: it all leaves together."""
    return outbox.next_of(bundle, now=now, apart=SLOT)
