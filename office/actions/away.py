"""Somebody is away until a day, and somebody else stands in for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from office import audit
from office.acting import action
from office.errors import Fault, Invalid, NotAllowed
from office.models import Agent
from office.roles import Actor, Role, at_least

LONGEST = timedelta(days=2 * 366)


@action("agent.away")
def set_away(
    agent: Agent, *, actor: Actor, now: datetime, until: datetime | None, deputy: Agent | None = None
) -> Agent:
    """Away until then, and who stands in; ``until`` None: here again. Said by oneself, or by a supervisor."""
    if not may_set(actor, agent):
        raise NotAllowed
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    faults: dict[str, list[Fault]] = {}
    if until is not None and until <= now:
        faults["until"] = [Fault("past", _("This has passed already"))]
    elif until is not None and until > now + LONGEST:
        faults["until"] = [Fault("too-far", _("Choose a day within two years"))]
    if deputy is not None and deputy.pk == locked.pk:
        faults["deputy"] = [Fault("self", _("Nobody reports to or stands in for themselves"))]
    elif deputy is not None and deputy.pk == actor.agent_id != locked.deputy_id and not actor.is_administrator:
        faults["deputy"] = [Fault("oneself", _("Nobody names themselves: whoever stands in sees what the other sees"))]
    elif deputy is not None and not deputy.is_active:
        faults["deputy"] = [Fault("inactive", _("This person is deactivated"))]
    if faults:
        raise Invalid(faults)
    if (locked.away_until, locked.deputy_id) == (until, deputy.pk if deputy else None):
        return locked
    locked.away_until, locked.deputy = until, deputy
    locked.save(update_fields=["away_until", "deputy"])
    payload = {"until": until.isoformat() if until else None, "deputy": deputy.pk if deputy else None}
    audit.record(("agent", locked.pk), "agent.away", actor=actor, now=now, payload=payload)
    return locked


def may_set(actor: Actor, agent: Agent) -> bool:
    """Everybody for themselves; a supervisor or an administrator for whoever does not stand above them."""
    if actor.kind == "system" or actor.agent_id == agent.pk:
        return True
    return actor.kind == "agent" and actor.is_supervisor and at_least(actor.role, Role(agent.role))
