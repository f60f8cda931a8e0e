"""What a customer does on their own page. Each act is the customer's own; nobody else can do it in their name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints import access
from complaints.actions import ends, escalations, follow_ups, patterns, planned
from complaints.actions.conversation import LONGEST_TEXT, Upload, keep_file
from complaints.actions.opening import WRONG_STATE, noted, opened, saved
from complaints.domain import portal as p
from complaints.domain.evidence import SHAPES
from complaints.domain.sentences import INPUT
from complaints.domain.workflow import State
from complaints.models import Interaction, Redress, Survey, Ticket
from complaints.queries.guard import open_record
from office import access as office_access
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.roles import SYSTEM, Actor

ONCE = timedelta(minutes=1)
"""The same again within this time is a form sent twice, not a second thought."""

ANSWER_WITHIN = timedelta(days=1)
"""When somebody of ours should have answered what a customer wrote, if nothing else was planned."""


@action("portal.message")
def message(
    ticket: Ticket,
    *,
    actor: Actor,
    now: datetime,
    words: str,
    uploads: Sequence[Upload] = (),
    max_bytes: int = 15 * 1024 * 1024,
) -> Interaction:
    """Words of the customer, files with them, or files alone. The same twice within a minute is once."""
    row = opened(ticket, "portal.message", actor=actor)
    text = _read(words)
    if not text and not uploads:
        raise Invalid.one("words", "required", _("Write something, or choose a file"))
    if len(uploads) > p.MOST_FILES:
        raise Invalid.one("file", "too-many", p.TOO_MANY_FILES)
    known = _said_just_now(row, text, uploads, now=now)
    if known is not None:
        return known
    if uploads and row.attachments.filter(added_by_kind="customer").count() + len(uploads) > p.MOST_KEPT:
        raise Invalid.one("file", "no-more", p.NO_MORE_FILES)
    said = _say(row, text, actor=actor, now=now)
    for upload in uploads:
        keep_file(row, upload, actor=actor, now=now, interaction=said, max_bytes=max_bytes)
    noted(row, "portal.message", actor=actor, now=now, payload={"interaction": said.pk, "files": len(uploads)})
    _notice(row, now=now)
    return said


@action("portal.answer")
def answer(ticket: Ticket, *, actor: Actor, now: datetime, answer: str, words: str = "") -> Ticket:
    """“Yes, that’s it” or “not quite” to what we said back, while that step is open and something was said back."""
    row = opened(ticket, "portal.answer", actor=actor)
    record = open_record(row)
    text = _read(words)
    faults: dict[str, list[Fault]] = {}
    if answer not in p.ANSWERS:
        faults["answer"] = [Fault("required", _("Choose one of the two"))]
    elif answer == "corrected" and not text:
        faults["words"] = [Fault("required", _("Tell us what is different"))]
    if len(text) > SHAPES["answer_words"].longest:
        faults["words"] = [Fault("too-long", INPUT["too-long"])]
    if faults:
        raise Invalid(faults)
    if not record.evidence.get("restatement"):
        raise Conflict(_("There is nothing to answer yet"), code="nothing-said-back")
    given = {"answer": answer, "answer_words": text}
    if {name: record.evidence.get(name, "") for name in given} == given:
        return row
    record.evidence = {**record.evidence, **given}
    record.save(update_fields=["evidence"])
    with translation.override(row.language):
        said = text or gettext("Yes, that’s it.")
    _say(row, said, actor=actor, now=now)
    saved(row, "portal.answer", actor=actor, now=now, payload={"answer": answer, "pass": row.pass_number})
    _notice(row, now=now)
    return row


@action("portal.verdict")
def verdict(ticket: Ticket, *, actor: Actor, now: datetime, verdict: str, words: str = "") -> Ticket:
    """What the customer says to our answer.

    ``accepted``: the case is closed, or stays until what was promised is done. ``not_fixed``: a new pass begins with
    their words as what is still wrong. ``review``: it is put before somebody above and stays answered. After the
    closing only ``not_fixed`` is left. The same twice within a minute is once.
    """
    row = access.locked(actor, ticket)
    access.require(actor, "portal.verdict")
    text = _read(words)
    if _is_again(row, verdict, text, now=now):
        return row
    row = opened(ticket, "portal.verdict", actor=actor)
    if verdict not in p.VERDICTS:
        raise Invalid.one("verdict", "required", _("Choose one of the three"))
    if row.state == State.CLOSED.value and verdict != "not_fixed":
        raise Conflict(WRONG_STATE)
    row.verdict, row.verdict_at = verdict, now
    payload = {"verdict": verdict, "pass": row.pass_number}
    saved(row, "portal.verdict", "verdict", "verdict_at", actor=actor, now=now, payload=payload)
    if verdict == "accepted":
        _accept(row, actor=actor, now=now)
    elif verdict == "not_fixed":
        ends.begin_again(row, actor=actor, now=now, reason="not_fixed", still_wrong=text)
    if text:
        _say(row, text, actor=actor, now=now)
    if verdict == "review":
        planned.drop(row, *planned.AFTER_THE_ANSWER, now=now)
        escalations.put_before(row, "review", now=now, reason=text)
    if verdict != "accepted" or text:
        _notice(row, now=now)
    return row


@action("portal.rate")
def rate(
    ticket: Ticket, *, actor: Actor, now: datetime, satisfaction: int | None, effort: int | None = None, words: str = ""
) -> Survey:
    """How it went, from 1 to 5, once per pass and changeable for a fortnight."""
    row = opened(ticket, "portal.rate", actor=actor)
    if row.state != State.CLOSED.value and not row.verdict:
        raise Conflict(_("First tell us whether this settles it"), code="no-verdict")
    text = _read(words)
    if satisfaction not in p.FIGURES:
        raise Invalid.one("satisfaction", "required", _("Choose a figure from 1 to 5"))
    if effort is not None and effort not in p.FIGURES:
        raise Invalid.one("effort", "unknown-choice", INPUT["unknown-choice"])
    survey = row.surveys.filter(pass_number=row.pass_number).first()
    if survey is None:
        survey = Survey(ticket=row, pass_number=row.pass_number, given_at=now)
    elif now >= survey.given_at + p.CHANGEABLE:
        raise Conflict(_("This can no longer be changed"), code="too-late")
    if (survey.satisfaction, survey.effort, survey.words) == (satisfaction, effort, text):
        return survey
    survey.satisfaction, survey.effort, survey.words, survey.changed_at = satisfaction, effort, text, now
    survey.save()
    payload = {"satisfaction": satisfaction, "effort": effort, "pass": row.pass_number}
    noted(row, "portal.rate", actor=actor, now=now, payload=payload)
    return survey


def still_owed(row: Ticket) -> bool:
    """Whether something promised to the customer, or agreed with them, is not done yet."""
    promised = row.follow_ups.pending().filter(promised=True)
    return promised.exists() or Redress.objects.filter(ticket=row, state="agreed").exists()


def _accept(row: Ticket, *, actor: Actor, now: datetime) -> None:
    """Settled; but a case does not close over a promise that is still open."""
    if not still_owed(row):
        ends.close_as_accepted(row, actor=actor, now=now)


def _is_again(row: Ticket, verdict: str, text: str, *, now: datetime) -> bool:
    if not verdict or row.verdict != verdict or row.verdict_at is None:
        return False
    if verdict == "accepted" and row.state == State.CLOSED.value and not text:
        return True
    return now < row.verdict_at + ONCE and (not text or _said_just_now(row, text, (), now=now) is not None)


def _read(words: str) -> str:
    text = clean(words).strip()
    if len(text) > LONGEST_TEXT:
        raise Invalid.one("words", "too-long", INPUT["too-long"])
    return text


def _said_just_now(row: Ticket, text: str, uploads: Sequence[Upload], *, now: datetime) -> Interaction | None:
    recent = row.interactions.filter(
        kind="words", author_kind="customer", channel="web", text=text, entered_at__gt=now - ONCE
    )
    files = sorted(hashlib.sha256(upload.content).hexdigest() for upload in uploads)
    for said in recent.prefetch_related("attachments"):
        if sorted(kept.sha256 for kept in said.attachments.all()) == files:
            return said
    return None


def _say(row: Ticket, text: str, *, actor: Actor, now: datetime) -> Interaction:
    said = Interaction.objects.create(
        ticket=row,
        kind="words",
        direction="in",
        channel="web",
        visibility="customer",
        author_kind="customer",
        author_name=str(row.customer or ""),
        text=text,
        language=actor.language or row.language,
        happened_at=now,
        entered_at=now,
        pass_number=row.pass_number,
    )
    patterns.suggest(said, actor=actor, now=now)
    return said


def _notice(row: Ticket, *, now: datetime) -> None:
    """Somebody of ours has to read it: the next thing owed on the case is an answer, unless one is planned already."""
    due_at = now + ANSWER_WITHIN
    if row.follow_ups.pending().filter(kind="update", due_at__lte=due_at).exists():
        return
    language = row.owner.language if row.owner else office_access.office().language
    with translation.override(language):
        text = gettext("Answer what the customer wrote on their page")
    follow_ups.plan(row, actor=SYSTEM, now=now, kind="update", text=text, due_at=due_at, promised=False)
