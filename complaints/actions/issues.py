"""Issues are numbered, and each gets a finding with reasons."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions.opening import joins, noted, opened
from complaints.domain import workflow as w
from complaints.domain.sentences import INPUT
from complaints.models import Finding, Issue, Ticket
from office.acting import action
from office.errors import Fault, Invalid
from office.folding import clean
from office.roles import Actor


@action("issue.add")
def add_issue(ticket: Ticket, *, actor: Actor, now: datetime, text: str) -> Issue:
    """Add the next numbered issue, in one sentence."""
    row = opened(ticket, "issue.add", actor=actor)
    tidy = " ".join(clean(text).split())
    if not tidy:
        raise Invalid.one("text", "required", _("An issue needs a sentence"))
    if len(tidy) > 300:
        raise Invalid.one("text", "too-long", INPUT["too-long"])
    number = (row.issues.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    issue = Issue.objects.create(ticket=row, number=number, text=tidy, raised_pass=row.pass_number, raised_at=now)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "issue.add", actor=actor, now=now, payload={"issue": number})
    return issue


@action("issue.find")
def find(issue: Issue, *, actor: Actor, now: datetime, finding: str, reason: str | None = None) -> Finding:
    """Decide one issue in this pass, with the reasons the customer will read. Deciding again corrects it.

    Without ``reason`` the words given before in this pass stay.
    """
    row = opened(issue.ticket, "issue.find", actor=actor)
    text = clean(reason or "").strip()
    faults: dict[str, list[Fault]] = {}
    if finding not in w.FINDINGS:
        faults["finding"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if len(text) > 20_000:
        faults["reason"] = [Fault("too-long", INPUT["too-long"])]
    if faults:
        raise Invalid(faults)
    decided, _made = Finding.objects.update_or_create(
        issue=issue,
        pass_number=row.pass_number,
        defaults={"finding": finding, "decided_at": now, "decided_by_id": actor.agent_id}
        | ({} if reason is None else {"reason": text}),
    )
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"issue": issue.number, "finding": finding, "pass": row.pass_number}
    noted(row, "issue.find", actor=actor, now=now, payload=payload)
    return decided
