"""The link with which a customer follows their case without an account. Its secret is computed, never stored."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from complaints.actions.opening import noted, opened
from complaints.domain.workflow import LIVE
from complaints.models import CustomerLink, Ticket
from office import secrets
from office.acting import action
from office.prepared import one
from office.roles import Actor

LIVES = timedelta(days=400)
AFTER_THE_END = timedelta(days=30)
_SALT = "complaints.customer-link"


def secret_of(link: CustomerLink) -> str:
    """What stands in the address: 43 URL-safe characters, HMAC-SHA256 over the ticket and the rotation."""
    mac = salted_hmac(_SALT, f"{link.ticket_id}:{link.rotation}", algorithm="sha256").digest()
    return urlsafe_b64encode(mac).decode().rstrip("=")


def link_of(ticket: Ticket, *, now: datetime, is_new: bool = False) -> CustomerLink:
    """The ticket's link, made if there is none. Called in the transaction of an act, under the ticket's lock.

    ``is_new`` says that the ticket was received just now and has none yet.
    """
    known = None if is_new else one(CustomerLink.objects.filter(ticket=ticket))
    if known is not None:
        return known
    link = CustomerLink(ticket=ticket, made_at=now, expires_at=now + LIVES)
    link.token_hash = secrets.digest(secret_of(link))
    link.save(force_insert=True)
    return link


@action("customer_link.rotate")
def rotate(ticket: Ticket, *, actor: Actor, now: datetime) -> CustomerLink:
    """Make a new link; the one before opens nothing any more."""
    row = opened(ticket, "customer_link.rotate", actor=actor)
    link = link_of(row, now=now)
    link.rotation += 1
    link.token_hash, link.made_at, link.expires_at = secrets.digest(secret_of(link)), now, now + LIVES
    link.save(update_fields=["rotation", "token_hash", "made_at", "expires_at"])
    noted(row, "customer_link.rotate", actor=actor, now=now, payload={"rotation": link.rotation})
    return link


def address_of(link: CustomerLink) -> str:
    """The whole address, as it stands in mails and on the case; made anew each time and never stored."""
    return f"{settings.PUBLIC_URL}/c/{secret_of(link)}/"


def opens(secret: str, *, now: datetime) -> CustomerLink | None:
    """The link behind a secret, while it lives; None for strangers', rotated and expired ones alike."""
    return _alive(one(_links().filter(token_hash=secrets.digest(secret))), now=now)


def held(ticket_id: int, rotation: int, *, now: datetime) -> CustomerLink | None:
    """The link somebody opened before, while it lives and was not rotated since."""
    return _alive(one(_links().filter(ticket_id=ticket_id, rotation=rotation)), now=now)


def _links() -> QuerySet[CustomerLink]:
    return CustomerLink.objects.select_related("ticket__customer", "ticket__owner")


def _alive(link: CustomerLink | None, *, now: datetime) -> CustomerLink | None:
    return link if link is not None and now < dies_at(link) else None


def dies_at(link: CustomerLink) -> datetime:
    """When it stops opening anything: 30 days after the end of its case, 400 days after it was made at the latest."""
    ticket = link.ticket
    if ticket.state in LIVE:
        return link.expires_at
    return min(link.expires_at, (ticket.ended_at or ticket.changed_at) + AFTER_THE_END)
