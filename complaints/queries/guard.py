"""What the guard may know of a ticket: gathered in a handful of queries, or handed over by who has loaded it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaints.domain import apology, substance
from complaints.domain import workflow as w
from complaints.domain.evidence import SHAPES
from complaints.domain.workflow import Blocker, Facts, IssueFacts, Step
from complaints.models import Finding, Interaction, PreventiveAction, Redress, StepRecord, Ticket
from complaints.queries import knowledge
from office import access as office_access
from office.models import Approval
from office.roles import Actor
from playbooks.lines import say_lines

# The least a text must hold to be evidence: Latin words, Han characters. What a customer asks for may be one word.
LEAST: Mapping[str, tuple[int, int]] = {
    "happened": (4, 6),
    "no_order_reason": (2, 3),
    "remedy_sought": (1, 2),
    "still_wrong": (3, 5),
    "feeling_named": (1, 1),
    "regret": (5, 8),
    "remedy": (3, 5),
    "redress_none": (3, 5),
    "prevention": (4, 6),
    "prevention_none": (4, 6),
}
LEAST_REASON = (4, 8)


def open_record(ticket: Ticket) -> StepRecord:
    """The visit the ticket is in."""
    return StepRecord.objects.get(ticket=ticket, state=StepRecord.OPEN)


def evidence_of(ticket: Ticket, record: StepRecord) -> dict[str, object]:
    """What is recorded for the present step: the ticket's own facts, the visit's, and its preventive action."""
    step = w.Step(record.step)
    evidence = {name: getattr(ticket, name) for name in w.FIELDS[step] if SHAPES[name].on_ticket}
    evidence |= {name: value for name, value in record.evidence.items() if name in w.FIELDS[step]}
    return evidence


@dataclass(frozen=True)
class Known:
    """What surrounds the evidence.

    ``words``: all inbound words, oldest first. ``issues`` and ``redress``: those of the present pass. ``told``: of each
    outcome told in this pass, whether somebody was reached and what became of the delivery. ``attempts``: when calls
    reached nobody. ``zone``: the office's, by which two days are two days.
    """

    words: Sequence[str]
    issues: tuple[IssueFacts, ...] = ()
    redress: Sequence[Redress] = ()
    told: Sequence[tuple[bool, str]] = ()
    attempts: Sequence[datetime] = ()
    zone: str = "UTC"


def facts_of(
    ticket: Ticket,
    *,
    actor: Actor,
    record: StepRecord | None = None,
    evidence: Mapping[str, object] | None = None,
    known: Known | None = None,
) -> Facts:
    """Everything the guard asks about the step the ticket is in.

    ``evidence`` stands in for what is recorded (what a form shows and nobody saved yet); ``known`` saves asking again.
    """
    step = Step(ticket.step)
    if evidence is None:
        evidence = evidence_of(ticket, record or open_record(ticket))
    if known is None:
        known = _known(ticket, step=step, answer=str(evidence.get("answer") or ""))
    faults = text_faults(evidence, words=list(known.words), names=names_of(ticket), issues=known.issues)
    return Facts(
        step=step,
        state=w.State(ticket.state),
        pass_number=ticket.pass_number,
        anonymous=ticket.is_anonymous,
        by_supervisor=actor.is_supervisor,
        evidence=evidence,
        has_customer_words=any(text.strip() for text in known.words),
        text_faults=faults,
        attempt_days=len({at.astimezone(ZoneInfo(known.zone)).date() for at in known.attempts}),
        issues=known.issues,
        **_judged(ticket, known),  # type: ignore[arg-type]
    )


def blockers_of(ticket: Ticket, *, actor: Actor) -> tuple[Blocker, ...]:
    """What still keeps an open ticket from leaving its step; empty for one that is not open."""
    if ticket.state != w.State.OPEN.value:
        return ()
    return w.blockers(facts_of(ticket, actor=actor))


def customer_words(ticket: Ticket) -> list[str]:
    """All inbound words, oldest first."""
    inbound = Interaction.objects.filter(ticket=ticket, direction="in").order_by("happened_at", "id")
    return list(inbound.values_list("text", flat=True))


def names_of(ticket: Ticket) -> list[str]:
    """The names a restatement may carry without becoming anybody's own words."""
    customer = ticket.customer
    if customer is None:
        return []
    return [name for name in (customer.name, customer.preferred_address, *re.split(r"\s+", customer.name)) if name]


def text_faults(
    evidence: Mapping[str, object], *, words: list[str], names: list[str], issues: tuple[IssueFacts, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """Plausible but worthless texts: field → fault codes."""
    found: dict[str, tuple[str, ...]] = {}
    for name, (least_words, least_han) in LEAST.items():
        text = evidence.get(name)
        if isinstance(text, str) and text:
            thin = substance.thin(text, least_words=least_words, least_han=least_han)
            found[name] = (thin.code,) if thin else ()
    restatement = evidence.get("restatement")
    if isinstance(restatement, str) and restatement:
        faults = substance.restatement_faults(restatement, customer_words=words, templates=templates(), names=names)
        found["restatement"] = tuple(fault.code for fault in faults)
    regret = evidence.get("regret")
    if isinstance(regret, str) and regret:
        found["regret"] = tuple(dict.fromkeys(found.get("regret", ()) + _regret_faults(regret, words)))
    for name in ("restatement", "regret"):
        text = evidence.get(name)
        if isinstance(text, str) and text and knowledge.is_blocked(text):
            found[name] = (*found.get(name, ()), "wording")
    for issue in issues:
        if issue.reason:
            thin = substance.thin(issue.reason, least_words=LEAST_REASON[0], least_han=LEAST_REASON[1])
            found[f"issue-{issue.number}"] = (thin.code,) if thin else ()
    return {name: codes for name, codes in found.items() if codes}


def _regret_faults(regret: str, words: list[str]) -> tuple[str, ...]:
    codes = [fault.code for fault in apology.regret_faults(regret)]
    if any(substance.copied(regret, text) for text in words):
        codes.append("copy-of-customer")
    if substance.templated(regret, templates=templates()):
        codes.append("template-line")
    return tuple(codes)


@lru_cache(maxsize=1)
def templates() -> substance.TemplateSet:
    """The *say* lines of the playbooks, ready for comparing."""
    return substance.TemplateSet(say_lines())


def _known(ticket: Ticket, *, step: Step, answer: str) -> Known:
    """The surroundings, asked for; only those the step's checks look at."""
    words = customer_words(ticket)
    if step is Step.RESOLVE:
        return Known(
            words=words,
            issues=_issues(ticket),
            redress=list(ticket.redress.filter(pass_number=ticket.pass_number).select_related("approval")),
            told=list(
                Interaction.objects.filter(ticket=ticket, pass_number=ticket.pass_number, kind="outcome").values_list(
                    "reached", "delivery"
                )
            ),
        )
    if step is Step.EMPATHISE and answer == "unreachable":
        calls = Interaction.objects.filter(ticket=ticket, pass_number=ticket.pass_number, kind="call")
        tries = calls.filter(direction="out", reached=False)
        attempts = list(tries.values_list("happened_at", flat=True))
        return Known(words=words, attempts=attempts, zone=office_access.office().time_zone)
    return Known(words=words)


def _issues(ticket: Ticket) -> tuple[IssueFacts, ...]:
    findings = {
        finding.issue_id: finding
        for finding in Finding.objects.filter(issue__ticket=ticket, pass_number=ticket.pass_number)
    }
    return tuple(
        IssueFacts(issue.number, found.finding if found else "", found.reason if found else "")
        for issue in ticket.issues.all()
        for found in [findings.get(issue.pk)]
    )


def _judged(ticket: Ticket, known: Known) -> dict[str, object]:
    waiting = [row for row in known.redress if row.state == "waiting"]
    tried = [delivery for reached, delivery in known.told if reached or ticket.is_anonymous]
    reached = [delivery for delivery in tried if delivery not in ("cancelled", "held")]
    return {
        "redress_total": sum(row.state in ("agreed", "done") for row in known.redress) + len(waiting),
        "redress_waiting": len(waiting),
        "approval_nobody": any(
            row.approval is not None and row.approval.state == Approval.WAITING and row.approval.addressed_to_id is None
            for row in waiting
        ),
        "outcome_told": any(delivery != "failed" for delivery in reached),
        "outcome_failed": bool(reached) and all(delivery == "failed" for delivery in reached),
    }


def prevention_of(ticket: Ticket) -> PreventiveAction | None:
    """The preventive action of the present pass."""
    return PreventiveAction.objects.filter(ticket=ticket, pass_number=ticket.pass_number).first()
