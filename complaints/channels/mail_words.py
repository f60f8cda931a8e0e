"""What a mail says: rendered when it goes, in the language of whoever reads it, as plain text and as HTML.

A mail to a customer holds the customer's own name, the words of the person who answers, and ours. No note, no word of a
third person, and no text of the complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from complaints import access
from complaints.actions.mailing import lend_link
from complaints.domain import vocabulary as v
from complaints.domain.mail import AUTOMATIC, LETTER, LINK, WHY
from complaints.domain.numbers import show
from complaints.domain.workflow import ENDED, State
from complaints.models import Attachment, Clock, Escalation, Interaction, Reason, Ticket, TicketLink
from complaints.queries.letters import letter_in_mail
from complaints.queries.mail import address_of, mail_of
from customers.models import CustomerContact
from office import access as office_access
from office import moments
from office.actions import people
from office.models import Agent, Office, Outgoing, SignInLink
from office.outbox import NotSent
from office.prepared import one
from office.roles import SYSTEM

FOOT = "\n--\n"


@dataclass(frozen=True)
class Mail:
    """A mail ready to go. ``case`` is the ticket whose thread it belongs to; ``automatic`` that nobody wrote it.

    ``kept`` is its letter for our own record: without what stands below every mail, and without the link's secret.
    """

    address: str
    name: str
    subject: str
    text: str
    html: str
    language: str
    office: Office
    automatic: bool = True
    case: int | None = None
    kept: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class _Reader:
    address: str
    name: str
    language: str
    zone: ZoneInfo
    more: Mapping[str, Any] = field(default_factory=dict)


def render(rows: Sequence[Outgoing], *, now: datetime) -> Mail:
    """The mail behind a row, or a bundle. ``NotSent`` when nobody is to be written to, or nothing to say any more."""
    row = rows[0]
    if row.kind in _BESIDE:
        return _BESIDE[row.kind](rows, now)
    message = mail_of(row)
    if message is None:
        raise NotSent("moot", moot=True)
    return _to_customer(row, message, now)


# To customers ---------------------------------------------------------------------------------------------------------


def _to_customer(row: Outgoing, message: Interaction, now: datetime) -> Mail:
    ticket = message.ticket
    if ticket.customer_id != row.payload.get("customer"):
        raise NotSent("other-customer", for_good=True)
    address = address_of(ticket)
    if not address:
        raise NotSent("no-address", for_good=True)
    customer, office = ticket.customer, office_access.office()
    language = moments.spoken(message.language or ticket.language or (customer and customer.language) or "")
    zone = ZoneInfo((customer and customer.time_zone) or office.time_zone)
    with translation.override(language):
        about: dict[str, Any] = {
            "office": office,
            "number": show(ticket.number),
            "name": _name_of(ticket, row.kind),
            "link": f"{settings.PUBLIC_URL}/c/{lend_link(ticket, now=now)}/",
            "can_answer": bool(office.reply_to),
            "received": _when(ticket.received_at, zone, language),
            "words": message.text,
            "author": message.author_name if message.author_kind == "agent" else "",
            **_next_dates(ticket, now, zone, language),
        }
        if row.kind == "ended":
            about |= _end_of(ticket)
        if row.kind == "chase" and ticket.answered_at:
            about["answered"] = _when(ticket.answered_at, zone, language)
        subject = gettext("Your complaint %(number)s") % about
        if row.kind == LETTER:
            about |= letter_in_mail(message)
        text, html = _both(row.kind, about, about.get("subject") or subject)
        return Mail(
            address=address,
            name=customer.name if customer and about["name"] else "",
            subject=about.get("subject") or (subject if row.kind == "acknowledgement" else f"Re: {subject}"),
            text=text,
            html=html,
            language=moments.bcp47(language),
            office=office,
            automatic=row.kind in AUTOMATIC,
            case=ticket.pk,
            kept=text.partition(FOOT)[0].replace(about["link"], f"{settings.PUBLIC_URL}/c/…").strip(),
            files=tuple(message.attachments.all()),
        )


def _name_of(ticket: Ticket, kind: str) -> str:
    """How the customer is spoken to; not at all while all we know of them was typed into a form by a stranger."""
    return "" if ticket.source == "form" and kind == "acknowledgement" else str(ticket.customer or "")


def _their_link(rows: Sequence[Outgoing], now: datetime) -> Mail:
    """The link to the customer's page, to an address of theirs that was on file when it was asked for and still is."""
    row = rows[0]
    contacts = CustomerContact.objects.select_related("point", "customer")
    contact = one(contacts.filter(pk=row.payload.get("contact"), customer=row.payload.get("customer")))
    ticket = one(Ticket.objects.filter(pk=row.payload.get("ticket"), customer=row.payload.get("customer")))
    if contact is None or ticket is None:
        raise NotSent("moot", moot=True)
    office = office_access.office()
    language = moments.spoken(ticket.language or contact.customer.language)
    with translation.override(language):
        about = {
            "office": office,
            "number": show(ticket.number),
            "link": f"{settings.PUBLIC_URL}/c/{lend_link(ticket, now=now)}/",
            "can_answer": bool(office.reply_to),
        }
        subject = gettext("Your complaint %(number)s") % about
        text, html = _both(row.kind, about, subject)
        return Mail(
            address=contact.point.value,
            name="",
            subject=f"Re: {subject}",
            text=text,
            html=html,
            language=moments.bcp47(language),
            office=office,
            automatic=True,
            case=ticket.pk,
        )


def _when(at: datetime, zone: ZoneInfo, language: str) -> str:
    """An instant with its year, and the name of its clock where the reader may live by another one."""
    words = moments.moment_in_words(at, now=None, zone=zone, language=language, full=True)
    return f"{words} ({at.astimezone(zone):%Z})" if language == moments.ENGLISH else words


def _next_dates(ticket: Ticket, now: datetime, zone: ZoneInfo, language: str) -> dict[str, str]:
    """By when the customer hears from us, and has the whole answer: targets that still run."""
    running = Clock.objects.running().filter(ticket=ticket, pass_number=ticket.pass_number, due_at__gt=now)
    return {clock.target: _when(clock.due_at, zone, language) for clock in running}


def _end_of(ticket: Ticket) -> dict[str, Any]:
    """How and why it ended, in plain words; nothing to say when it goes on after all."""
    if ticket.state not in {state.value for state in ENDED}:
        raise NotSent("moot", moot=True)
    # Who took a complaint back knows why; a duplicate says where it goes on.
    known = Reason.objects.filter(kind="out_of_scope", code=ticket.end_reason)
    reason = one(known) if ticket.state == State.OUT_OF_SCOPE.value else None
    link = TicketLink.objects.filter(source=ticket, kind="duplicate").select_related("target").first()
    same = link is not None and link.target.customer_id == ticket.customer_id
    return {
        "how": ticket.state,
        "reason": str(reason) if reason else "",
        "goes_on": show(link.target.number) if link and same else "",
    }


# To the people of the desk --------------------------------------------------------------------------------------------


def _person(pk: object) -> tuple[Agent, _Reader]:
    agent = one(office_access.people().filter(pk=pk if isinstance(pk, int) else 0))
    if agent is None or not agent.is_active:
        raise NotSent("moot", moot=True)
    if not agent.email:
        raise NotSent("no-address", for_good=True)
    return agent, _Reader(agent.email, agent.name, moments.spoken(agent.language), ZoneInfo(agent.time_zone))


def _sign_in(rows: Sequence[Outgoing], now: datetime) -> Mail:
    """An invitation or a reset. The secret is made now: the row holds none."""
    row = rows[0]
    _agent, reader = _person(row.payload.get("agent"))
    link = one(SignInLink.objects.filter(pk=row.payload.get("link")))
    made = people.mail_link(link, actor=SYSTEM, now=now) if link else None
    if made is None:
        raise NotSent("moot", moot=True)
    twin, secret = made
    with translation.override(reader.language):
        office = office_access.office()
        about = {
            "office": office,
            "name": reader.name,
            "link": f"{settings.PUBLIC_URL}{reverse('join', args=[secret])}",
            "until": _when(twin.expires_at, reader.zone, reader.language),
        }
        if row.kind == SignInLink.INVITATION:
            subject = gettext("Your invitation to %(office)s") % about
        else:
            subject = gettext("Your new password at %(office)s") % about
        return _to_staff(row.kind, reader, about, subject, office)


def _notice(rows: Sequence[Outgoing], _now: datetime) -> Mail:
    """What was put before somebody: every case of it they still see, with the way there."""
    agent, reader = _person(rows[0].payload.get("agent"))
    theirs = [row.payload for row in rows if row.payload.get("agent") == agent.pk]
    items = _unanswered([item for said in theirs for item in said.get("items", []) if isinstance(item, Mapping)])
    seen = access.visible_to(office_access.actor_of(agent)).filter(pk__in=[item.get("ticket") for item in items])
    tickets = {ticket.pk: ticket for ticket in seen}
    with translation.override(reader.language):
        office = office_access.office()
        cases = [_case(tickets[item["ticket"]], item) for item in items if item.get("ticket") in tickets]
        if not cases:
            raise NotSent("moot", moot=True)
        about = {"office": office, "name": reader.name, "cases": cases, "count": len(cases)}
        if len(cases) == 1:
            subject = "{number}: {why}".format(**cases[0])
        else:
            subject = gettext("%(count)s cases need you") % about
        return _to_staff(rows[0].kind, reader, about, subject, office)


def _unanswered(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without what somebody answered before the mail went."""
    asked = [item["escalation"] for item in items if item.get("escalation")]
    still = set(Escalation.objects.unanswered().filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return [item for item in items if not item.get("escalation") or item["escalation"] in still]


def _case(ticket: Ticket, item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": show(ticket.number),
        "title": "" if ticket.is_sealed else ticket.subject,
        "why": str(v.word(WHY, str(item.get("why", "")))),
        "link": f"{settings.PUBLIC_URL}{reverse('case', args=[ticket.number])}",
    }


def _to_staff(kind: str, reader: _Reader, about: Mapping[str, Any], subject: str, office: Office) -> Mail:
    text, html = _both(kind, about, subject)
    return Mail(
        address=reader.address,
        name=reader.name,
        subject=subject,
        text=text,
        html=html,
        language=moments.bcp47(reader.language),
        office=office,
    )


_BESIDE: Mapping[str, Callable[[Sequence[Outgoing], datetime], Mail]] = {
    LINK: _their_link,
    "invitation": _sign_in,
    "reset": _sign_in,
    "notice": _notice,
}


def _both(kind: str, about: Mapping[str, Any], subject: str) -> tuple[str, str]:
    """The same words twice. The text is tidied: no line ends in blanks, no two empty lines follow each other."""
    context = {**about, "subject": subject, "kind": kind}
    lines = [line.rstrip() for line in render_to_string(f"mail/{kind}.txt", context).strip().split("\n")]
    kept = [line for place, line in enumerate(lines) if line or place == 0 or lines[place - 1]]
    return "\n".join(kept) + "\n", render_to_string(f"mail/{kind}.html", context)
