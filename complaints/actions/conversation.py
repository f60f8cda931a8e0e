"""The conversation: what the customer says, what we said on the telephone or elsewhere, notes, the outcome, files."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, patterns, wording
from complaints.actions.opening import joins, noted, opened
from complaints.domain import saying as s
from complaints.domain import substance
from complaints.domain import workflow as w
from complaints.domain.files import display_name, inspect
from complaints.domain.sentences import INPUT
from complaints.models import Attachment, Interaction, Ticket
from office import secrets
from office.acting import action
from office.errors import Conflict, Fault, Invalid, NoRoom
from office.folding import clean, is_blank
from office.roles import Actor
from playbooks.wording import Finding

log = logging.getLogger("fourstep.files")

LONGEST_TEXT = 200_000
WRITABLE = ("words", "reply", "call", "note", "outcome")
HEARD = ("words", "call")
"""Contacts in which the customer speaks: their words may show a pattern."""

NOTHING_SAID = s.Answer()
HEAD = 262_144
"""Bytes of a file that are looked at to tell what it is."""


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: the name people gave it and its bytes."""

    name: str
    content: bytes


@action("interaction.add")
def add_interaction(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    text: str,
    channel: str = "",
    direction: str = "",
    happened_at: datetime | None = None,
    duration_s: int | None = None,
    reached: bool = True,
    feeling_start: int | None = None,
    feeling_end: int | None = None,
    behaviours: tuple[str, ...] = (),
    language: str = "",
    reply_to: Interaction | None = None,
    uploads: tuple[Upload, ...] = (),
    max_bytes: int = 15 * 1024 * 1024,
    answer: s.Answer = NOTHING_SAID,
    vows: tuple[s.Vow, ...] = (),
    heard: Mapping[str, bool] | None = None,
) -> Interaction:
    """Add one contact or note.

    ``kind`` words: what the customer said or wrote (in). reply: a message of ours that was sent elsewhere. call: a
    phone note, in or out, perhaps not reached. note: internal. outcome: the outcome told, or for an anonymous complaint
    why it could not be. Durations are seconds, feelings 1 to 5. Files come in the same transaction, and so do the
    promises their author keeps (``vows``). Words of ours are judged by the wording check, which ``answer`` answers;
    raises ``Stopped``.
    """
    row = opened(ticket, "interaction.add", actor=actor)
    text = clean(text)
    faults = _faults(kind=kind, text=text, channel=channel, direction=direction, behaviours=behaviours)
    feelings = {"feeling_start": feeling_start, "feeling_end": feeling_end}
    faults |= _unlikely(happened_at=happened_at, feelings=feelings, duration_s=duration_s, now=now)
    if faults:
        raise Invalid(faults)
    if kind == "outcome":
        outcome_fits(row, text)
    way = _direction(kind, direction)
    findings = _judged(row, kind, way, text, actor=actor, channel=channel, language=language, answer=answer, vows=vows)
    held = s.is_held(findings)
    interaction = Interaction.objects.create(
        ticket=row,
        kind=kind,
        direction=way,
        channel=channel or ("phone" if kind == "call" else ""),
        visibility="internal" if kind == "note" or held else "customer",
        author_kind="customer" if way == "in" and kind == "words" else actor.kind,
        author_id=actor.agent_id,
        author_name=str(row.customer or "") if kind == "words" else actor.name,
        text=text,
        language=language or row.language,
        happened_at=happened_at or now,
        entered_at=now,
        duration_s=duration_s,
        reached=reached,
        feeling_start=feeling_start,
        feeling_end=feeling_end,
        behaviours=list(behaviours),
        reply_to=reply_to,
        pass_number=row.pass_number,
        delivery="elsewhere" if kind in ("reply", "outcome") else "",
    )
    for upload in uploads:
        keep_file(row, upload, actor=actor, now=now, interaction=interaction, max_bytes=max_bytes)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"kind": kind, "interaction": interaction.pk, "channel": interaction.channel, "reached": reached}
    noted(row, "interaction.add", actor=actor, now=now, payload=payload)
    place = "message" if kind in s.SAID else "note"
    wording.note(row, findings, actor=actor, now=now, place=place, answer=answer, message=interaction)
    if held:
        wording.ask(interaction, findings, actor=actor, now=now, vows=vows)
        return interaction
    wording.keep(row, vows, actor=actor, now=now)
    _heard_or_told(row, interaction, now=now, actor=actor, heard=heard or {})
    return interaction


def _heard_or_told(
    row: Ticket, contact: Interaction, *, now: datetime, actor: Actor, heard: Mapping[str, bool]
) -> None:
    """What follows from a contact: its words may show a pattern; a customer who was told something waits anew."""
    if contact.direction == "in" and contact.kind in HEARD:
        patterns.suggest(contact, now=now, actor=actor, heard=heard)
    if contact.direction == "out" and contact.reached and row.state in w.LIVE:
        # Nobody waited for us before the complaint was there, whatever was told earlier.
        clocks.contacted(row, at=max(contact.happened_at, row.received_at), now=now, actor=actor)


@action("attachment.add")
def add_attachment(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    upload: Upload,
    interaction: Interaction | None = None,
    max_bytes: int = 15 * 1024 * 1024,
) -> Attachment:
    """Keep a file of the case. Type is judged by content and ending together; size in bytes."""
    row = opened(ticket, "attachment.add", actor=actor)
    if interaction is not None and interaction.ticket_id != row.pk:
        raise Invalid.one("interaction", "unknown", _("This message belongs to another case"))
    kept = keep_file(row, upload, actor=actor, now=now, interaction=interaction, max_bytes=max_bytes)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "attachment.add", actor=actor, now=now, payload={"attachment": kept.pk, "size": kept.size})
    return kept


FILE_SENTENCES = {
    "too-large": _("This file is too large"),
    "empty": _("This file is empty"),
    "type": _("Files of this kind are not taken"),
    "mismatch": _("The content of this file is not what its name says"),
}


def keep_file(
    row: Ticket, upload: Upload, *, actor: Actor, now: datetime, interaction: Interaction | None, max_bytes: int
) -> Attachment:
    """Judge a file and keep it, as visible as the words it came with; in the transaction of their act, under its lock.

    ``Invalid`` for what is not taken.
    """
    verdict = inspect(upload.name, upload.content[:HEAD], len(upload.content), max_bytes=max_bytes)
    if not verdict.ok:
        raise Invalid.one("file", verdict.code, FILE_SENTENCES.get(verdict.code, FILE_SENTENCES["type"]))
    digest = hashlib.sha256(upload.content).hexdigest()
    stored = f"{row.number[:2]}/{secrets.draw()[:40]}"
    return Attachment.objects.create(
        ticket=row,
        interaction=interaction,
        stored=_written(stored, upload.content),
        name=display_name(upload.name),
        size=len(upload.content),
        content_type=verdict.content_type,
        sha256=digest,
        visibility=interaction.visibility if interaction else "internal",
        added_at=now,
        added_by_id=actor.agent_id,
        added_by_kind=actor.kind,
    )


def _written(stored: str, content: bytes) -> str:
    """The name under which it lies on the disk, whole. Raises ``NoRoom`` when it cannot be written; no half stays."""
    try:
        return default_storage.save(stored, ContentFile(content))
    except OSError as error:
        log.error("file not kept", extra={"error": repr(error), "size": len(content)})
        with contextlib.suppress(OSError):
            default_storage.delete(stored)
        raise NoRoom from error


def _judged(
    row: Ticket,
    kind: str,
    way: str,
    text: str,
    *,
    actor: Actor,
    channel: str,
    language: str,
    answer: s.Answer,
    vows: tuple[s.Vow, ...],
) -> list[Finding]:
    """What the wording check says of words of ours; nothing of the customer's, nor of calls they made."""
    if way == "in":
        return []
    checked = "reply" if kind in s.SAID and channel not in s.SPOKEN else "note"
    said: dict[str, Any] = {"channel": channel, "language": language, "saved_promise": bool(vows)}
    return wording.judged(row, text, actor=actor, kind=checked, answer=answer, **said)


def _unlikely(
    *, happened_at: datetime | None, feelings: Mapping[str, int | None], duration_s: int | None, now: datetime
) -> dict[str, list[Fault]]:
    faults: dict[str, list[Fault]] = {}
    if happened_at is not None and happened_at > now:
        faults["happened_at"] = [Fault("future", INPUT["future"])]
    for name, feeling in feelings.items():
        if feeling is not None and feeling not in w.FEELINGS:
            faults[name] = [Fault("unknown-choice", INPUT["unknown-choice"])]
    if duration_s is not None and not 0 <= duration_s <= 86_400:
        faults["duration_s"] = [Fault("unknown-choice", _("A call lasts from nothing to a day"))]
    return faults


def _faults(
    *, kind: str, text: str, channel: str, direction: str, behaviours: tuple[str, ...]
) -> dict[str, list[Fault]]:
    codes: dict[str, str] = {}
    if kind not in WRITABLE:
        codes["kind"] = "unknown-choice"
    if is_blank(text):
        codes["text"] = "required"
    elif len(text) > LONGEST_TEXT:
        codes["text"] = "too-long"
    if channel and channel not in w.CHANNELS:
        codes["channel"] = "unknown-channel"
    elif not channel and kind in ("words", "reply", "outcome"):
        codes["channel"] = "required"
    if direction and direction not in ("in", "out"):
        codes["direction"] = "unknown-choice"
    if any(state not in w.BEHAVIOURS for state in behaviours):
        codes["behaviours"] = "unknown-choice"
    return {name: [Fault(code, INPUT[code])] for name, code in codes.items()}


WAYS = {"note": "internal", "words": "in", "reply": "out", "outcome": "out"}
"""The one direction a contact of a kind can have; a call goes either way."""


def _direction(kind: str, given: str) -> str:
    return WAYS.get(kind) or given or "out"


def outcome_fits(row: Ticket, text: str) -> None:
    """The outcome is told in Resolve, while the case is open, and in words that say something."""
    if row.state != w.State.OPEN.value or row.step != w.Step.RESOLVE.value:
        raise Conflict(_("The outcome is told in Resolve"), code="wrong-step")
    if substance.thin(text, least_words=4, least_han=8):
        raise Invalid.one("text", "too-short", _("Write what the customer was told, or why nobody could be told"))
