"""Where mail about a case goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from complaints.domain.mail import MOST_A_DAY, address_among
from complaints.models import Interaction, Ticket
from customers.models import Customer, CustomerContact
from office.models import Outgoing
from office.prepared import one

DAY = timedelta(days=1)


def address_of(ticket: Ticket, *, shared: bool = True) -> str:
    """The customer's e-mail address; "" when there is none. ``shared`` False leaves out what several people read."""
    customer = ticket.customer
    if customer is None or customer.forgotten_at is not None:
        return ""
    return address_of_customer(customer, shared=shared)


def address_of_customer(customer: Customer, *, shared: bool = True) -> str:
    rows = CustomerContact.objects.filter(customer=customer, point__kind="email")
    if not shared:
        rows = rows.filter(point__shared=False)
    return address_among(rows.annotate(kind=F("point__kind"), value=F("point__value")))


def acknowledged_enough(address: str, *, now: datetime) -> bool:
    """Whether this address has had its acknowledgements of the day."""
    mailed = Interaction.objects.filter(
        outgoing__kind="acknowledgement",
        outgoing__created_at__gt=now - DAY,
        ticket__customer__contacts__point__kind="email",
        ticket__customer__contacts__point__value=address,
    )
    return mailed.count() >= MOST_A_DAY


def mail_of(row: Outgoing) -> Interaction | None:
    """The message behind a row of the out-tray; None for mail to staff."""
    return one(Interaction.objects.filter(outgoing=row).select_related("ticket__customer", "author"))
