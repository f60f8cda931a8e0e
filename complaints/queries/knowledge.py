"""What the playbooks know, asked about one case: the wording check with its facts, promises in its working hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from complaints.domain.saying import FOLLOW_UP_OF, Vow
from complaints.models import Finding, Ticket
from complaints.queries.hours import hours_of
from office.folding import written_in
from office.roles import Actor
from playbooks import promises, wording
from playbooks import queries as shelf
from playbooks.models import Article
from playbooks.typed import end_of

UPHELD = ("upheld", "partly_upheld")
MOST_VOWS = 10
LONGEST_VOW = 300


def context_of(
    ticket: Ticket | None,
    *,
    actor: Actor,
    kind: str,
    channel: str = "",
    language: str = "",
    saved_promise: bool = False,
) -> wording.Context:
    """What the check may know of a message of this case. Two queries; none without a case."""
    found: list[str] = []
    granted: list[str] = []
    if ticket is not None and ticket.pk:
        rows = Finding.objects.filter(issue__ticket=ticket, pass_number=ticket.pass_number)
        found = [finding for finding in rows.values_list("finding", flat=True) if finding in UPHELD]
        granted = list(ticket.redress.filter(state__in=["agreed", "done"]).values_list("kind", flat=True))
    return wording.Context(
        language=language or (ticket.language if ticket else ""),
        reader=actor.language,
        channel=channel,
        step=ticket.step if ticket else "",
        kind=kind,
        finding=found[0] if found else "",
        redress_kinds_approved=tuple(granted),
        role=actor.role.value,
        conduct_level=ticket.conduct_level if ticket else 0,
        region=(ticket.jurisdiction or "").lower() if ticket else "",
        saved_promise=saved_promise,
    )


def findings_in(text: str, context: wording.Context, *, fresh: bool = False) -> list[wording.Finding]:
    """Everything the published rules say about ``text``, with better sentences in the language it is written in.

    ``fresh``: rules published a moment ago count already.
    """
    tongue = written_in(text, hint=context.language or context.reader)
    return wording.check(text, replace(context, language=tongue), shelf.rules(fresh=fresh))


GROUPS = ("complainant_type", "behaviour", "buyer_type", "conversation", "conduct")
"""Playbooks that describe a contact; the others describe what we do."""


def pickable(*, language: str) -> list[tuple[str, str]]:
    """The patterns somebody may name themselves, by their names in this language."""
    return [(entry.key, entry.named(language)) for entry in shelf.playbooks() if entry.content.get("group") in GROUPS]


def is_blocked(text: str) -> bool:
    """Whether the published rules would not let ``text`` be said to a customer, whatever the case."""
    return any(one.severity == "block" for one in findings_in(text, wording.Context(kind="reply")))


def editions_of(rules: Iterable[str]) -> dict[str, int]:
    """The number of the edition that counts, of each of these rules; those nobody loaded have none."""
    rows = Article.objects.of(Article.RULE).filter(key__in=list(rules))
    return dict(rows.order_by().values_list("key", "current__number"))


def vows_in(text: str, ticket: Ticket, *, now: datetime, zone: str, language: str = "") -> Sequence[tuple[str, Vow]]:
    """Promises of ours in ``text``, each under a key that stays the same while the promise does. One query.

    Their dates are read in ``zone`` with the working hours of the case's team. What is over already is none.
    """
    where, calendar = ZoneInfo(zone), hours_of(ticket, zone=zone)
    found: dict[str, Vow] = {}
    for promise in promises.find(text, now=now, timezone=where, calendar=calendar, language=language or None):
        due_at = promise.by or (
            end_of(promise.on, now=now, timezone=where, calendar=calendar) if promise.on is not None else None
        )
        if due_at is None or due_at <= now:
            continue
        words = " ".join(text[promise.start : promise.end].split())[:LONGEST_VOW]
        kind = FOLLOW_UP_OF.get(str(promise.kind), "promise")
        vow = Vow(kind=kind, text=words, due_at=due_at, due_kind="by" if promise.by else "on")
        found.setdefault(f"{promise.kind}-{due_at:%Y%m%d%H%M}", vow)
    return list(found.items())[:MOST_VOWS]
