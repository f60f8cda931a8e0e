"""The customer's link, mailed once more to whom it belongs."""

from __future__ import annotations

from datetime import UTC, datetime

from complaints.actions.customer_links import dies_at, link_of
from complaints.actions.opening import noted, opened
from complaints.models import Ticket
from customers.models import CustomerContact
from office import outbox
from office.acting import action
from office.models import Outgoing
from office.roles import Actor


@action("customer_link.send")
def send(ticket: Ticket, *, actor: Actor, now: datetime, email: str = "") -> bool:
    """Owe the customer a mail with their link, once an hour at most; False when there is nobody to send it to.

    It goes only to an address we have on file: with ``email`` (normalised) only if it is one of this customer's, else
    to their first.
    """
    row = opened(ticket, "customer_link.send", actor=actor)
    points = CustomerContact.objects.filter(customer__tickets=row, point__kind="email")
    contact = (points.filter(point__value=email) if email else points).first()
    if contact is None or now >= dies_at(link_of(row, now=now)):
        return False
    key = f"customer_link:{row.pk}:{now.astimezone(UTC):%Y%m%d%H}"
    if not Outgoing.objects.filter(dedupe_key=key).exists():
        payload = {"ticket": row.pk, "customer": row.customer_id, "contact": contact.pk}
        outbox.post("customer_link", key, payload=payload, now=now)
        noted(row, "customer_link.send", actor=actor, now=now, payload={"contact": contact.pk})
    return True
