"""Merging moves nothing: two cases are linked, and a duplicate ends. Removing the link restores it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions import ends
from complaints.actions.opening import noted, opened
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import LINKS
from complaints.domain.workflow import LIVE, State
from complaints.models import Ticket, TicketLink
from office.acting import action
from office.errors import Conflict, Invalid
from office.roles import Actor


@action("ticket.link")
def link(ticket: Ticket, *, actor: Actor, now: datetime, other: Ticket, kind: str) -> TicketLink:
    """Link two cases the actor sees. ``kind`` duplicate ends this one as merged into the other."""
    first, second = sorted((ticket, other), key=lambda row: row.pk)
    access.locked(actor, first)
    access.locked(actor, second)
    row = opened(ticket, "ticket.link", actor=actor)
    if kind not in LINKS:
        raise Invalid.one("kind", "unknown-choice", INPUT["unknown-choice"])
    if row.pk == other.pk:
        raise Invalid.one("other", "itself", _("A case is not linked to itself"))
    if kind == "duplicate" and row.pk in _stands_for(other):
        raise Conflict(_("The other case is the duplicate of this one"), code="circle")
    if kind == "duplicate" and row.state not in LIVE:
        raise Conflict(_("This case has ended already"))
    made, fresh = TicketLink.objects.get_or_create(
        source=row, target=other, kind=kind, defaults={"made_at": now, "made_by_id": actor.agent_id}
    )
    if fresh:
        for end in (row, other):
            noted(end, "ticket.link", actor=actor, now=now, payload={"kind": kind, "link": made.pk})
        if kind == "duplicate":
            ends.end_as_merged(row, actor=actor, now=now)
    return made


@action("ticket.unlink")
def unlink(ticket: Ticket, *, actor: Actor, now: datetime, link_id: int) -> None:
    """Remove a link from either end; a duplicate goes on where it was. Twice is harmless.

    404 where a duplicate would come back that the actor may not see.
    """
    row = opened(ticket, "ticket.unlink", actor=actor)
    made = TicketLink.objects.select_related("source", "target").filter(pk=link_id).first()
    if made is None or row.pk not in (made.source_id, made.target_id):
        return
    source = row if made.source_id == row.pk else access.locked(actor, made.source)
    kind = made.kind
    made.delete()
    noted(row, "ticket.unlink", actor=actor, now=now, payload={"kind": kind, "link": link_id})
    if kind == "duplicate" and source.state == State.MERGED.value:
        ends.restore(source, actor=actor, now=now)


def _stands_for(ticket: Ticket) -> set[int]:
    """The cases this one is, one after the other, a duplicate of."""
    found: set[int] = set()
    nearest: int | None = ticket.pk
    while nearest is not None and nearest not in found:
        found.add(nearest)
        link = TicketLink.objects.filter(source_id=nearest, kind="duplicate").first()
        nearest = link.target_id if link else None
    return found - {ticket.pk}
