"""Mail to the customer: owed as a row, taken back while nobody has it in hand, and what follows when it left or not.

The words of people are written here and rendered by the channel when they go. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions import clocks, conversation, follow_ups, steps, wording
from complaints.actions.customer_links import link_of, rotate, secret_of
from complaints.actions.opening import joins, noted, opened
from complaints.domain import mail as m
from complaints.domain import saying as s
from complaints.domain import workflow as w
from complaints.domain.sentences import INPUT
from complaints.models import Interaction, Ticket
from complaints.queries.mail import acknowledged_enough, address_of, mail_of
from office import outbox
from office.acting import action
from office.actions import approvals
from office.errors import Conflict, Fault, Invalid
from office.folding import clean, is_blank
from office.models import Outgoing
from office.roles import SYSTEM, Actor

KIND_OF = {"update": "update"}
"""What the wording check takes a mail for; every other is a reply. What a final response must hold is asked of letters:
an outcome told in a few words of one's own is none."""

NO_ADDRESS = _("There is no e-mail address of this customer")


# By hand --------------------------------------------------------------------------------------------------------------


@action("interaction.send")
def send(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    text: str,
    mail: str = "reply",
    later: datetime | None = None,
    language: str = "",
    reply_to: Interaction | None = None,
    uploads: tuple[conversation.Upload, ...] = (),
    max_bytes: int = 15 * 1024 * 1024,
    answer: s.Answer = conversation.NOTHING_SAID,
    vows: tuple[s.Vow, ...] = (),
) -> Interaction:
    """Mail these words to the customer, in ten seconds or at ``later``.

    ``mail`` is one of ``WRITTEN``; an outcome counts as told from now on. Files go with it, 10 MiB in all, and
    the promises its author keeps (``vows``). The wording check judges it, which ``answer`` answers; raises ``Stopped``.
    What the check stops is held when a supervisor is asked, and leaves when they let it.
    """
    row = opened(ticket, "interaction.send", actor=actor)
    text = clean(text).strip()
    faults = _faults(text=text, mail=mail, later=later, now=now, size=sum(len(upload.content) for upload in uploads))
    if faults:
        raise Invalid(faults)
    if not address_of(row):
        raise Conflict(NO_ADDRESS, code="no-address")
    if mail == "outcome":
        conversation.outcome_fits(row, text)
    said: dict[str, Any] = {"channel": "email", "language": language, "saved_promise": bool(vows), "leaves": True}
    findings = wording.judged(row, text, actor=actor, kind=KIND_OF.get(mail, "reply"), answer=answer, **said)
    interaction = _message(
        row,
        kind="outcome" if mail == "outcome" else "reply",
        author_kind=actor.kind,
        author_id=actor.agent_id,
        author_name=actor.name,
        text=text,
        language=language or row.language,
        reply_to=reply_to,
        now=now,
    )
    for upload in uploads:
        conversation.keep_file(row, upload, actor=actor, now=now, interaction=interaction, max_bytes=max_bytes)
    wording.note(row, findings, actor=actor, now=now, place="message", answer=answer, message=interaction)
    held = s.is_held(findings)
    if held:
        wording.ask(interaction, findings, actor=actor, now=now, mail=mail, later=later, vows=vows)
    else:
        owe(interaction, mail, f"mail:{interaction.pk}", not_before=later or now + m.UNDO, now=now)
        wording.keep(row, vows, actor=actor, now=now)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"kind": interaction.kind, "interaction": interaction.pk, "mail": mail, "later": later is not None}
    payload |= {"held": True} if held else {}
    noted(row, "interaction.send", actor=actor, now=now, payload=payload)
    return interaction


def _faults(*, text: str, mail: str, later: datetime | None, now: datetime, size: int) -> dict[str, list[Fault]]:
    faults: dict[str, list[Fault]] = {}
    if mail not in m.WRITTEN:
        faults["mail"] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if is_blank(text):
        faults["text"] = [Fault("required", INPUT["required"])]
    elif len(text) > conversation.LONGEST_TEXT:
        faults["text"] = [Fault("too-long", INPUT["too-long"])]
    if later is not None and later <= now:
        faults["later"] = [Fault("past", _("This has passed already"))]
    elif later is not None and later > now + m.LATEST:
        faults["later"] = [Fault("too-late", _("A mail waits for a year at most"))]
    if size > m.MOST_BYTES:
        faults["file"] = [Fault("too-large", _("The files of one mail may have 10 MB in all"))]
    return faults


@action("interaction.unsend")
def unsend(interaction: Interaction, *, actor: Actor, now: datetime) -> Interaction:
    """Take a mail back, for as long as nobody has it in hand; held words too. Twice is once."""
    row = opened(interaction.ticket, "interaction.unsend", actor=actor)
    locked = Interaction.objects.select_for_update(of=("self",)).select_related("outgoing").get(pk=interaction.pk)
    if locked.delivery == "cancelled":
        return locked
    if locked.delivery == "held":
        approvals.lapse(("interaction", locked.pk), now=now)
    elif locked.delivery != "queued" or locked.outgoing is None or not outbox.cancel(locked.outgoing, now=now):
        raise Conflict(_("This can no longer be taken back: it is on its way or has arrived"), code="already-sent")
    locked.delivery = "cancelled"
    locked.save(update_fields=["delivery"])
    noted(row, "interaction.unsend", actor=actor, now=now, payload={"interaction": locked.pk})
    _outcome_lost(row, locked, now=now, actor=actor)
    return locked


@action("interaction.resend")
def resend(interaction: Interaction, *, actor: Actor, now: datetime) -> Interaction:
    """Try again what was not delivered, to the address the customer has now."""
    row = opened(interaction.ticket, "interaction.resend", actor=actor)
    locked = Interaction.objects.select_for_update(of=("self",)).select_related("outgoing").get(pk=interaction.pk)
    if locked.delivery != "failed" or locked.outgoing is None:
        raise Conflict(_("Only what was not delivered is sent again"), code="not-failed")
    if not address_of(row):
        raise Conflict(NO_ADDRESS, code="no-address")
    before = locked.outgoing
    first, _mark, tried = before.dedupe_key.partition("/")
    owe(locked, before.kind, f"{first}/{int(tried or 1) + 1}", not_before=now, now=now)
    noted(row, "interaction.resend", actor=actor, now=now, payload={"interaction": locked.pk})
    return locked


# By itself ------------------------------------------------------------------------------------------------------------


def acknowledge(row: Ticket, *, now: datetime) -> None:
    """Owe the customer of a new complaint its acknowledgement; in the transaction that made the ticket.

    Nothing goes to an address that several people read, nor a fourth time within a day to the same one.
    """
    if row.kind != "complaint" or row.customer is None:
        return
    address = address_of(row, shared=False)
    if address and not acknowledged_enough(address, now=now):
        _automatic(row, "acknowledgement", f"ack:{row.pk}", not_before=now, now=now)


def tell_end(row: Ticket, *, now: datetime) -> None:
    """Owe the notice that the case ended without an answer; under the ticket's lock."""
    if address_of(row, shared=False):
        ended = row.interactions.filter(outgoing__kind="ended").count()
        _automatic(row, "ended", f"ended:{row.pk}:{ended + 1}", not_before=now + m.UNDO, now=now)


def _automatic(row: Ticket, mail: str, key: str, *, not_before: datetime, now: datetime) -> None:
    message = _message(row, kind="reply", author_kind="system", language=row.language, now=now)
    owe(message, mail, key, not_before=not_before, now=now)


def _message(row: Ticket, *, kind: str, now: datetime, **about: object) -> Interaction:
    """A message on its way. The customer's page does not know it before it has left."""
    return Interaction.objects.create(
        ticket=row,
        kind=kind,
        direction="out",
        channel="email",
        visibility="internal",
        happened_at=now,
        entered_at=now,
        pass_number=row.pass_number,
        delivery="queued",
        **about,
    )


def owe(interaction: Interaction, mail: str, key: str, *, not_before: datetime, now: datetime) -> None:
    """The message goes out as this kind of mail; once under one key."""
    payload = {"interaction": interaction.pk, "customer": interaction.ticket.customer_id}
    interaction.outgoing = outbox.post(mail, key, payload=payload, now=now, not_before=not_before)
    interaction.delivery = "queued"
    interaction.save(update_fields=["outgoing", "delivery"])


# While it is written, and after ---------------------------------------------------------------------------------------


def lend_link(ticket: Ticket, *, now: datetime) -> str:
    """The secret of the customer's link for a mail that goes now; made, or made anew, when there is none that lives."""
    with transaction.atomic():
        row = access.locked(SYSTEM, ticket)
        link = link_of(row, now=now)
        if link.expires_at <= now:
            link = rotate(row, actor=SYSTEM, now=now)
    return secret_of(link)


def settle(rows: Sequence[Outgoing], became: outbox.Delivered | outbox.NotSent, now: datetime) -> None:
    """Write what became of the claimed rows of one mail, and what follows for its case; inside one transaction.

    The ticket is locked before the row, as everybody does who holds both. A bundle is mail to staff: it has no case.
    """
    message = mail_of(rows[0])
    ticket = access.locked(SYSTEM, message.ticket) if message else None
    locked = outbox.held(rows)
    if not locked:
        return
    if isinstance(became, outbox.Delivered):
        outbox.sent(locked, now=now, result=became.result)
        if message is not None and ticket is not None:
            _arrived(ticket, message, became.text, now=now)
    elif became.moot:
        outbox.drop(locked, now=now)
        if message is not None:
            _ended(message, "cancelled")
    elif outbox.failed(locked, str(became), now=now, for_good=became.for_good) and message and ticket:
        _failed(ticket, message, now=now)


def _arrived(ticket: Ticket, message: Interaction, text: str, *, now: datetime) -> None:
    message.delivery, message.visibility, message.happened_at = "sent", "customer", now
    if message.author_kind == "system":
        message.text = text
    message.save(update_fields=["delivery", "visibility", "happened_at", "text"])
    message.attachments.update(visibility="customer")
    noted(ticket, "interaction.sent", actor=SYSTEM, now=now, payload={"interaction": message.pk})
    if ticket.state in w.LIVE:
        clocks.contacted(ticket, at=now, now=now, actor=SYSTEM)


def _ended(message: Interaction, delivery: str) -> None:
    message.delivery = delivery
    message.save(update_fields=["delivery"])


def _failed(ticket: Ticket, message: Interaction, *, now: datetime) -> None:
    """The case shows it, its owner has something to do, and an outcome that did not arrive was not told."""
    _ended(message, "failed")
    noted(ticket, "interaction.failed", actor=SYSTEM, now=now, payload={"interaction": message.pk})
    person = ticket.owner or message.author
    with translation.override(person.language if person else "en"):
        text = gettext("A message was not delivered: check the address and send it again, or ring")
    follow_ups.plan(
        ticket,
        actor=SYSTEM,
        now=now,
        kind="call_back" if message.kind == "outcome" else "update",
        text=text,
        due_at=now + m.AGAIN_WITHIN,
        promised=False,
        owner=person if person and person.is_active else None,
    )
    _outcome_lost(ticket, message, now=now, actor=SYSTEM)


def _outcome_lost(ticket: Ticket, message: Interaction, *, now: datetime, actor: Actor) -> None:
    """An outcome was taken back or did not arrive: a case answered by it alone is in Resolve again."""
    if message.kind != "outcome" or message.pass_number != ticket.pass_number:
        return
    told = ticket.interactions.filter(kind="outcome", pass_number=ticket.pass_number, reached=True)
    if (
        ticket.state == w.State.ANSWERED.value
        and not told.exclude(delivery__in=("failed", "cancelled", "held")).exists()
    ):
        steps.put_back(ticket, actor=actor, now=now)
