"""Somebody without an account makes a complaint on the public form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.actions import intake
from complaints.actions.conversation import Upload, keep_file
from complaints.domain import portal as p
from complaints.models import Category, Ticket
from customers.actions import Described, create_customer
from office import access as office_access
from office.acting import action
from office.errors import Fault, Invalid
from office.prepared import one
from office.roles import Actor, Role

SOURCE_NAME = "/complain/"


def visitor(language: str) -> Actor:
    """Somebody who came to complain: no ticket is theirs yet."""
    return Actor(kind="customer", id=None, role=Role.CUSTOMER, language=language)


@action("portal.complain")
def complain(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    token: str,
    words: str,
    described: Described,
    wanted: str = "",
    category: Category | None = None,
    uploads: Sequence[Upload] = (),
    max_bytes: int = 15 * 1024 * 1024,
) -> Ticket:
    """Receive it, once for one ``token`` however often the form arrives.

    A stranger's claim to an address proves nothing: the customer is always a new one, and whoever has the same address
    or number already is only suggested as a duplicate.
    """
    known = one(Ticket.objects.filter(source_name=SOURCE_NAME, source_ref=token))
    if known is not None:
        return known
    if not (described.phone.strip() or described.email.strip()):
        raise Invalid.one("email", "required", _("Leave an e-mail address or a phone number, so that we can answer"))
    if len(uploads) > p.MOST_FILES:
        raise Invalid({"file": (Fault("too-many", p.TOO_MANY_FILES),)})
    team = category.team or (category.parent.team if category.parent else None) if category else None
    region = (team.region if team else "") or office_access.office().region
    customer = create_customer(None, actor=actor, now=now, described=described, region=region)
    ticket = intake.receive(
        None,
        actor=actor,
        now=now,
        words=words,
        channel="web",
        language=actor.language,
        customer=customer,
        category=category,
        facts={"remedy_sought": wanted},
        source=intake.Source("form", SOURCE_NAME, token),
    )
    said = ticket.interactions.get(kind="words")
    for upload in uploads:
        keep_file(ticket, upload, actor=actor, now=now, interaction=said, max_bytes=max_bytes)
    return ticket
