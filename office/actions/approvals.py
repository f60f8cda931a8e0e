"""Asking somebody with more authority. What follows from the answer is written by the app that asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from office.errors import Conflict
from office.models import Agent, Approval
from office.roles import Actor


def ask(
    subject: tuple[str, int],
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    addressed_to: Agent | None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    case_id: int | None = None,
) -> Approval:
    """Put a question; inside the asking action's transaction. One waiting question per subject and kind."""
    return Approval.objects.create(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        asked_by_id=actor.agent_id,
        addressed_to=addressed_to,
        asked_at=now,
        reason=reason,
        detail=detail or {},
        case_id=case_id,
    )


def decide(approval: Approval, *, actor: Actor, now: datetime, state: str, reason: str = "") -> Approval:
    """Answer a question once; inside the deciding action's transaction."""
    locked = Approval.objects.select_for_update().get(pk=approval.pk)
    if locked.state != Approval.WAITING:
        raise Conflict(code="already-decided")
    locked.state, locked.decided_at, locked.decision_reason = state, now, reason
    locked.decided_by_id = actor.agent_id
    locked.save(update_fields=["state", "decided_at", "decision_reason", "decided_by"])
    return locked


def lapse(subject: tuple[str, int], *, now: datetime) -> int:
    """End waiting questions about a subject that no longer asks."""
    waiting = Approval.objects.filter(subject_kind=subject[0], subject_id=subject[1], state=Approval.WAITING)
    return waiting.update(state=Approval.LAPSED, decided_at=now)


def readdress(approval: Approval, *, person: Agent) -> None:
    """Name who decides; inside the naming action's transaction."""
    approval.addressed_to = person
    approval.detail = {**approval.detail, "named": True}
    approval.save(update_fields=["addressed_to", "detail"])
