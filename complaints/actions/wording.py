"""Words of ours that leave: judged by the wording check, held for a supervisor where it stops them, noted either way.

And what they promise: kept as follow-ups with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from complaints.actions import clocks, planned
from complaints.domain import saying as s
from complaints.models import Interaction, Ticket, WordingNote
from complaints.queries import knowledge, routing
from office.actions import approvals
from office.models import Agent
from office.roles import Actor
from playbooks.wording import Finding

KIND = "override"


def judged(
    row: Ticket,
    text: str,
    *,
    actor: Actor,
    kind: str,
    channel: str = "",
    language: str = "",
    answer: s.Answer,
    saved_promise: bool = False,
    leaves: bool = False,
) -> list[Finding]:
    """What the check says of words that are about to leave. Raises ``Stopped`` where they may not like this."""
    context = knowledge.context_of(
        row, actor=actor, kind=kind, channel=channel, language=language, saved_promise=saved_promise
    )
    findings = knowledge.findings_in(text, context, fresh=True)
    refusal = s.stopped(findings, answer, leaves=leaves)
    if refusal is not None:
        raise refusal
    return findings


def ask(
    message: Interaction,
    findings: Iterable[Finding],
    *,
    actor: Actor,
    now: datetime,
    mail: str = "",
    later: datetime | None = None,
    vows: Sequence[s.Vow] = (),
) -> None:
    """Hold the message, and put it before whoever stands nearest above; under the ticket's lock.

    ``mail`` is how it leaves when they let it (empty: it was said elsewhere), and what its author keeps comes with it.
    """
    row = message.ticket
    person = routing.next_above(row, "wording", now=now, but=actor.agent_id, waiting=())
    detail = {
        "mail": mail,
        "later": later.isoformat() if later else "",
        "rules": sorted({finding.rule for finding in findings if finding.severity == "block"}),
        "vows": [[vow.kind, vow.text, vow.due_at.isoformat(), vow.due_kind] for vow in vows],
    }
    message.approval = approvals.ask(
        ("interaction", message.pk),
        KIND,
        actor=actor,
        now=now,
        addressed_to=Agent.objects.get(pk=person.id) if person else None,
        detail=detail,
        case_id=row.pk,
    )
    message.delivery = "held"
    message.save(update_fields=["delivery", "approval"])


def note(
    row: Ticket,
    findings: Iterable[Finding],
    *,
    actor: Actor,
    now: datetime,
    place: str,
    answer: s.Answer,
    message: Interaction | None = None,
) -> None:
    """Keep what was found and what its author did about it."""
    found = list(findings)
    if not found and not answer.shown:
        return
    held = s.is_held(found)
    edition = knowledge.editions_of({one.rule for one in found} | {rule for rule, _ in s.mended(found, answer)})
    about = {"ticket": row, "interaction": message, "place": place, "at": now, "author_id": actor.agent_id}
    rows = [
        WordingNote(
            **about,
            rule=one.rule,
            edition=edition.get(one.rule, 0),
            severity=one.severity,
            start=one.start,
            end=one.end,
            did="held" if held and one.severity == "block" else "confirmed" if one.rule in answer.confirmed else "kept",
        )
        for one in found
        if one.severity in (*s.STOPS, "hint")
    ]
    rows += [
        WordingNote(**about, rule=rule, edition=edition.get(rule, 0), severity=severity, did="fixed")
        for rule, severity in s.mended(found, answer)
    ]
    WordingNote.objects.bulk_create(rows)


def keep(row: Ticket, vows: Iterable[s.Vow], *, actor: Actor, now: datetime) -> None:
    """What was promised becomes follow-ups, in the transaction of the words that promise it."""
    still = [vow for vow in vows if vow.due_at > now]
    for vow in still:
        said: dict[str, Any] = {"kind": vow.kind, "text": vow.text, "due_at": vow.due_at, "due_kind": vow.due_kind}
        planned.write_down(row, actor=actor, now=now, promised=True, **said)
    if still:
        clocks.refresh_risk(row)
