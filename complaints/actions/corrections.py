"""Mistakes are corrected: subject, category, language, customer, kind."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, escalations
from complaints.actions.opening import opened, reason_for, saved
from complaints.domain import workflow as w
from complaints.domain.sentences import INPUT
from complaints.domain.vocabulary import LANGUAGES
from complaints.models import Category, Ticket
from customers.models import Customer
from office import audit
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.roles import Actor

TEXTS = {"subject": 200, "jurisdiction": 12, "on_behalf_of": 200, "on_behalf_authority": 200}
FLAGS = ("joint", "safety", "legal_hold")
CORRECTABLE = (*TEXTS, *FLAGS, "language", "category")


@action("ticket.correct")
def correct(
    ticket: Ticket, *, actor: Actor, now: datetime, changes: dict[str, object], version: int | None = None
) -> Ticket:
    """Correct what the case is called and where it belongs; ``changes`` has keys of ``CORRECTABLE``."""
    row = opened(ticket, "ticket.correct", actor=actor, version=version)
    faults: dict[str, list[Fault]] = {}
    changed = []
    for name, value in changes.items():
        code, tidy = _read(name, value)
        if code:
            faults[name] = [Fault(code, INPUT[code])]
        elif getattr(row, name) != tidy:
            setattr(row, name, tidy)
            changed.append(name)
    if faults:
        raise Invalid(faults)
    if not changed:
        return row
    payload = {"fields": sorted(changed), "category": row.category_id}
    saved(row, "ticket.correct", *changed, actor=actor, now=now, payload=payload)
    if row.safety and "safety" in changed and row.state in w.LIVE:
        escalations.put_before(row, "safety", now=now)
    return row


def _read(name: str, value: object) -> tuple[str, object]:
    if name in TEXTS:
        tidy = " ".join(clean(str(value or "")).split())
        if name == "subject" and not tidy:
            return "required", tidy
        return ("too-long" if len(tidy) > TEXTS[name] else ""), tidy
    if name in FLAGS:
        return ("" if isinstance(value, bool) else "unknown-choice"), value
    if name == "language":
        return ("" if value in LANGUAGES else "unknown-language"), value
    if name == "category":
        return ("" if value is None or isinstance(value, Category) else "unknown-choice"), value
    return "unknown-field", value


@action("ticket.change_customer")
def change_customer(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    customer: Customer | None,
    anonymous_reason: str = "",
    version: int | None = None,
) -> Ticket:
    """The case belongs to another customer, or to nobody known. Both customers' chains say so."""
    row = opened(ticket, "ticket.change_customer", actor=actor, version=version)
    reason = clean(anonymous_reason).strip()[:200]
    if customer is None and not reason:
        raise Invalid.one("customer", "required", _("Name the customer, or say why there is none"))
    before = row.customer_id
    if customer is not None and before == customer.pk:
        return row
    row.customer, row.anonymous_reason = customer, "" if customer else reason
    payload = {"from": before, "to": customer.pk if customer else None}
    saved(row, "ticket.change_customer", "customer", "anonymous_reason", actor=actor, now=now, payload=payload)
    both = [pk for pk in {before, row.customer_id} if pk is not None]
    for held in Customer.objects.select_for_update().filter(pk__in=both).order_by("pk"):
        audit.record(("customer", held.pk), "customer.ticket", actor=actor, now=now, payload={"ticket": row.pk})
    clocks.refresh_risk(row)
    return row


@action("ticket.convert")
def convert(
    ticket: Ticket, *, actor: Actor, now: datetime, kind: str, reason: str, note: str = "", version: int | None = None
) -> Ticket:
    """Make another kind of contact of it, with a reason of the closed list. Conversion is reported."""
    row = opened(ticket, "ticket.convert", actor=actor, version=version)
    if kind not in w.CONTACT_KINDS:
        raise Invalid.one("kind", "unknown-choice", INPUT["unknown-choice"])
    reason_for("convert", reason)
    if kind == row.kind:
        raise Conflict(_("It is of this kind already"), code="same-kind")
    payload = {"from": row.kind, "to": kind, "reason": reason, "note": bool(clean(note).strip())}
    row.kind = kind
    return saved(row, "ticket.convert", "kind", actor=actor, now=now, payload=payload)
