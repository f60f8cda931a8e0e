"""Words a supervisor was asked about: let out once, or kept back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, follow_ups, mailing, wording
from complaints.actions.opening import joins, noted, opened
from complaints.domain import mail as m
from complaints.domain import saying as s
from complaints.domain import workflow as w
from complaints.models import Interaction, Ticket, WordingNote
from office.acting import action
from office.actions import approvals
from office.errors import Conflict, Invalid, NotAllowed
from office.folding import clean
from office.models import Approval
from office.roles import Actor

AGAIN_WITHIN = timedelta(hours=1)


@action("interaction.decide")
def decide(message: Interaction, *, actor: Actor, now: datetime, approve: bool, reason: str) -> Interaction:
    """Let held words out, once, or keep them back; both with a reason. Nobody decides their own."""
    row = opened(message.ticket, "interaction.decide", actor=actor)
    locked = Interaction.objects.select_for_update(of=("self",)).select_related("approval").get(pk=message.pk)
    approval = locked.approval
    if locked.delivery != "held" or approval is None or approval.state != Approval.WAITING:
        raise Conflict(_("This is not waiting for approval"), code="already-decided")
    if actor.agent_id is None or actor.agent_id in (approval.asked_by_id, locked.author_id):
        raise NotAllowed(_("Nobody lets their own words out"))
    text = clean(reason).strip()[:2_000]
    if not text:
        raise Invalid.one("reason", "required", _("Say why"))
    state = Approval.APPROVED if approve else Approval.REFUSED
    approvals.decide(approval, actor=actor, now=now, state=state, reason=text)
    held = WordingNote.objects.filter(interaction=locked, did="held")
    held.update(did="approved" if approve else "refused")
    if approve:
        _let_out(row, locked, approval, actor=actor, now=now)
    else:
        _kept_back(row, locked, now=now, actor=actor)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "interaction.decide", actor=actor, now=now, payload={"interaction": locked.pk, "state": state})
    return locked


def _let_out(row: Ticket, message: Interaction, approval: Approval, *, actor: Actor, now: datetime) -> None:
    detail = approval.detail
    if detail["mail"]:
        later = datetime.fromisoformat(detail["later"]) if detail["later"] else now
        mailing.owe(message, detail["mail"], f"mail:{message.pk}", not_before=max(later, now + m.UNDO), now=now)
    else:
        message.delivery, message.visibility = "elsewhere", "customer"
        message.save(update_fields=["delivery", "visibility"])
        if row.state in w.LIVE and message.reached:
            clocks.contacted(row, at=message.happened_at, now=now, actor=actor)
    vows = [s.Vow(kind, text, datetime.fromisoformat(due), due_kind) for kind, text, due, due_kind in detail["vows"]]
    wording.keep(row, vows, actor=actor, now=now)


def _kept_back(row: Ticket, message: Interaction, *, now: datetime, actor: Actor) -> None:
    """Its author has to find other words; it stands in their day."""
    author = message.author
    with override(author.language if author else "en"):
        text = gettext("A supervisor wants other words before this goes out")
    follow_ups.plan(
        row,
        actor=actor,
        now=now,
        kind="update",
        text=text,
        due_at=now + AGAIN_WITHIN,
        promised=False,
        owner=author if author and author.is_active else None,
    )
