"""Letters: begun from a template, written in versions, put before somebody else, and let go once.

Facts are read again whenever a letter is looked at, and under the lock when it leaves: what goes out is what was
approved, or it does not go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.actions import clocks, mailing
from complaints.actions.opening import joins, noted, opened
from complaints.domain import letter_check as c
from complaints.domain import letters as l
from complaints.domain import mail as m
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.sentences import INPUT
from complaints.models import Interaction, Letter, LetterVersion, Ticket, WordingNote
from complaints.queries import letters as q
from complaints.queries.knowledge import editions_of
from complaints.queries.mail import address_of
from office.acting import action
from office.actions import approvals
from office.errors import Conflict, Fault, Invalid, NotAllowed, Stale, StepBlocked
from office.folding import clean
from office.models import Agent, Approval
from office.roles import Actor

LONGEST_REASON = 300
LONGEST_WORDS = 2_000
KIND = "letter"


class RecordChanged(Conflict):
    """The letter is no longer what was put before somebody. ``changed`` are the codes of what is different."""

    code = "record-changed"

    def __init__(self, changed: tuple[str, ...], named: Iterable[str]) -> None:
        self.changed = changed
        sentence: str | Promise = _("The words are no longer those that were approved. Submit the letter again.")
        if names := list(named):
            sentence = _now("The record changed since this letter was submitted: %(what)s. Submit it again.") % {
                "what": v.apart(names)
            }
        super().__init__(sentence)


# Begin and write ------------------------------------------------------------------------------------------------------


@action("letter.begin")
def begin(ticket: Ticket, *, actor: Actor, now: datetime, template: str, language: str = "") -> Letter:
    """Begin a letter: only one the record allows. Its blocks hold what the record proposes."""
    row = opened(ticket, "letter.begin", actor=actor)
    found = q.templates(fresh=True).get(template)
    if found is None:
        raise Invalid.one("template", "unknown-choice", INPUT["unknown-choice"])
    language = language or row.language
    if language not in v.LANGUAGES:
        raise Invalid.one("language", "unknown-choice", INPUT["unknown-choice"])
    author = _person(actor)
    record = q.record_of(row, signatory=author, now=now)
    if wanting := l.allowed(found, record):
        words = [l.fact_in_words(fact, _reader()) for fact in wanting]
        raise Conflict(_now("Not yet: %(why)s") % {"why": " ".join(words)}, code="not-yet")
    letter = Letter.objects.create(
        ticket=row,
        template=found.key,
        edition=found.edition,
        language=language,
        pass_number=row.pass_number,
        begun_at=now,
        begun_by=author,
    )
    parts = l.first_parts(found, record, language)
    LetterVersion.objects.create(letter=letter, number=1, parts=parts, made_at=now, made_by=author)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"letter": letter.pk, "template": found.key, "edition": found.edition, "language": language}
    noted(row, "letter.begin", actor=actor, now=now, payload=payload)
    return letter


@action("letter.write")
def write(
    letter: Letter,
    *,
    actor: Actor,
    now: datetime,
    parts: Mapping[str, str],
    ticked: Collection[str] = (),
    reason: str = "",
    version: int,
) -> LetterVersion:
    """Save the author's words as the next version. Nothing changed is no version.

    ``version`` is the one that was read: ``Stale`` when somebody wrote since. The second change has a reason, and every
    one after it.
    """
    row, locked = _opened(letter, "letter.write", actor=actor)
    before = q.standing(row, locked, actor=actor, now=now)
    _writable(locked, before)
    if before.version.number != version:
        raise Stale(current=before.version.number)
    kept = {**before.version.parts, **l.kept_parts(before.template, parts)}
    ticks = q.standing(row, locked, actor=actor, now=now, parts=kept, ticked=ticked).examined.ticks
    mine = [tick.key for tick in ticks if tick.ticked]
    reason = clean(reason).strip()
    if kept == before.version.parts and mine == list(before.version.ticked):
        return before.version
    faults = {key: [Fault("too-long", INPUT["too-long"])] for key, text in kept.items() if len(text) > l.LONGEST_PART}
    if version > 1 and not reason:
        faults["reason"] = [Fault("required", _("Say what you changed, and why"))]
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = [Fault("too-long", INPUT["too-long"])]
    if faults:
        raise Invalid(faults)
    made = LetterVersion.objects.create(
        letter=locked, number=version + 1, parts=kept, ticked=mine, reason=reason, made_at=now, made_by=_person(actor)
    )
    after = q.standing(row, locked, actor=actor, now=now)
    _note_fixed(row, locked, before.examined, after.examined, actor=actor, now=now)
    if locked.state == "approved":
        _state(locked, "draft", approval=None)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "letter.write", actor=actor, now=now, payload={"letter": locked.pk, "version": made.number})
    return made


def _writable(letter: Letter, standing: q.Standing) -> None:
    """A draft, or one that came back; and one that is approved only once its approval no longer holds."""
    if letter.state in l.WRITABLE:
        return
    if letter.state == "approved" and (letter.approval is None or standing.changed is not None):
        return
    raise Conflict(_("Only a draft, or a letter that was returned, can be changed"), code="not-a-draft")


# Submit and decide ----------------------------------------------------------------------------------------------------


@action("letter.submit")
def submit(
    letter: Letter,
    *,
    actor: Actor,
    now: datetime,
    version: int,
    confirmed: Collection[str] = (),
    hold: bool = False,
    reason: str = "",
) -> Letter:
    """Put the letter before a supervisor who had no hand in it. ``StepBlocked`` names everything that is missing.

    ``confirmed`` are the keys of the warnings the author lets stand. With ``hold`` a supervisor is asked to let pass
    what a rule stops, and ``reason`` says why. A letter whose template asks nobody is approved at once, unless held.
    """
    row, locked = _opened(letter, "letter.submit", actor=actor)
    standing = q.standing(row, locked, actor=actor, now=now)
    _writable(locked, standing)
    if standing.version.number != version:
        raise Stale(current=standing.version.number)
    examined, why = standing.examined, clean(reason).strip()[:LONGEST_WORDS]
    blockers = examined.stopping if hold else examined.blockers
    if blockers:
        raise StepBlocked(blockers, _("Not ready to be submitted"))
    faults: dict[str, list[Fault]] = {}
    if any(said.key not in confirmed for said in examined.warnings):
        faults["confirmed"] = [Fault("required", _("Confirm each warning, or change the words"))]
    if hold and examined.held and not why:
        faults["reason"] = [Fault("required", _("Say why it should go out all the same"))]
    if faults:
        raise Invalid(faults)
    approvals.lapse((KIND, locked.pk), now=now)
    if standing.template.approval or examined.held:
        person = q.who_decides(row, now=now, but=q.authors(locked, standing.version) | {actor.agent_id or 0})
        detail = {"version": version, "template": locked.template, "held": list(examined.held)}
        asked = approvals.ask(
            (KIND, locked.pk),
            KIND,
            actor=actor,
            now=now,
            addressed_to=person,
            reason=why,
            detail=detail | standing.stamp.as_detail(),
            case_id=row.pk,
        )
        _state(locked, "submitted", approval=asked)
    else:
        _state(locked, "approved", approval=None)
    _note(row, locked, examined, actor=actor, now=now)
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"letter": locked.pk, "version": version, "held": list(examined.held), "state": locked.state}
    noted(row, "letter.submit", actor=actor, now=now, payload=payload)
    return locked


@action("letter.decide")
def decide(letter: Letter, *, actor: Actor, now: datetime, approve: bool, reason: str = "") -> Letter:
    """Approve it as it was submitted, or return it with words. Nobody decides a letter they had a hand in."""
    row, locked = _opened(letter, "letter.decide", actor=actor)
    approval = locked.approval
    if locked.state != "submitted" or approval is None or approval.state != Approval.WAITING:
        raise Conflict(_("This is not waiting for approval"), code="already-decided")
    standing = q.standing(row, locked, actor=actor, now=now)
    if actor.agent_id is None or actor.agent_id in q.authors(locked, standing.version):
        raise NotAllowed(_("Nobody approves a letter of their own"))
    text = clean(reason).strip()[:LONGEST_WORDS]
    if not approve and not text:
        raise Invalid.one("reason", "required", _("Say what has to be different"))
    if approve and approval.detail.get("held") and not text:
        raise Invalid.one("reason", "required", _("Say why it goes out although a rule stops it"))
    if approve and standing.changed is not None:
        raise _changed(standing)
    state = Approval.APPROVED if approve else Approval.REFUSED
    approvals.decide(approval, actor=actor, now=now, state=state, reason=text)
    _state(locked, "approved" if approve else "returned", approval=approval)
    held = WordingNote.objects.filter(letter=locked, did="held")
    held.update(did="approved" if approve else "refused")
    joins(row, actor.agent_id, "contributor", now=now)
    payload = {"letter": locked.pk, "version": standing.version.number, "state": locked.state}
    noted(row, "letter.decide", actor=actor, now=now, payload=payload)
    return locked


# Leave ----------------------------------------------------------------------------------------------------------------


@action("letter.send")
def send(letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """Mail it, once: as it was approved, kept with its hash, in ten seconds."""
    row, locked = _opened(letter, "letter.send", actor=actor)
    standing = _leaving(row, locked, actor=actor, now=now)
    if not address_of(row):
        raise Conflict(mailing.NO_ADDRESS, code="no-address")
    message = _told(row, standing, actor=actor, now=now, channel="email", delivery="queued")
    _left(locked, standing, "sent", message, now=now)
    mailing.owe(message, m.LETTER, f"letter:{locked.pk}:{message.pk}", not_before=now + m.UNDO, now=now)
    noted(row, "letter.send", actor=actor, now=now, payload=_gone(locked, standing, message))
    return locked


@action("letter.print")
def print_out(letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """It goes by post, once: as it was approved, kept with its hash, told as of now."""
    row, locked = _opened(letter, "letter.print", actor=actor)
    standing = _leaving(row, locked, actor=actor, now=now)
    message = _told(row, standing, actor=actor, now=now, channel="letter", delivery="elsewhere")
    _left(locked, standing, "printed", message, now=now)
    noted(row, "letter.print", actor=actor, now=now, payload=_gone(locked, standing, message))
    clocks.contacted(row, at=now, now=now, actor=actor)
    return locked


def _leaving(row: Ticket, letter: Letter, *, actor: Actor, now: datetime) -> q.Standing:
    """The letter as it may leave now; a refusal if it was not approved, left already, or is no longer the same."""
    again = q.can_leave_again(letter)
    if letter.state in l.LEFT and not again:
        raise Conflict(_("This letter has left already"), code="already-left")
    if letter.state != "approved" and not again:
        raise Conflict(_("Only an approved letter leaves"), code="not-approved")
    standing = q.standing(row, letter, actor=actor, now=now)
    if letter.approval is not None and standing.changed is not None:
        raise _changed(standing)
    if standing.examined.stopping or (letter.approval is None and standing.examined.blockers):
        raise RecordChanged((), ())
    return standing


def _told(
    row: Ticket, standing: q.Standing, *, actor: Actor, now: datetime, channel: str, delivery: str
) -> Interaction:
    """The letter in the conversation; as the outcome, where it tells it."""
    in_resolve = row.state == w.State.OPEN.value and row.step == w.Step.RESOLVE.value
    tells = standing.template.key in l.OUTCOMES and in_resolve
    return Interaction.objects.create(
        ticket=row,
        kind="outcome" if tells else "reply",
        direction="out",
        channel=channel,
        visibility="internal" if delivery == "queued" else "customer",
        author_kind=actor.kind,
        author_id=actor.agent_id,
        author_name=standing.record.signatory_name,
        text=l.plain(standing.sheet),
        language=standing.letter.language,
        happened_at=now,
        entered_at=now,
        pass_number=row.pass_number,
        delivery=delivery,
    )


def _left(letter: Letter, standing: q.Standing, state: str, message: Interaction, *, now: datetime) -> None:
    letter.content = q.page_of(standing.sheet)
    letter.sha256 = l.digest(letter.content)
    letter.state, letter.left_at, letter.interaction = state, now, message
    letter.save(update_fields=["content", "sha256", "state", "left_at", "interaction"])


def _gone(letter: Letter, standing: q.Standing, message: Interaction) -> dict[str, Any]:
    return {
        "letter": letter.pk,
        "version": standing.version.number,
        "template": letter.template,
        "edition": letter.edition,
        "interaction": message.pk,
        "sha256": letter.sha256,
    }


@action("letter.drop")
def drop(letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """Give it up before it leaves. Twice is once."""
    row, locked = _opened(letter, "letter.drop", actor=actor)
    if locked.state == "dropped":
        return locked
    if locked.state in l.LEFT:
        raise Conflict(_("This letter has left already"), code="already-left")
    approvals.lapse((KIND, locked.pk), now=now)
    _state(locked, "dropped", approval=locked.approval)
    noted(row, "letter.drop", actor=actor, now=now, payload={"letter": locked.pk})
    return locked


# What they share ------------------------------------------------------------------------------------------------------


def _opened(letter: Letter, verb: str, *, actor: Actor) -> tuple[Ticket, Letter]:
    """The ticket and its letter under the ticket's lock; what was decided or left meanwhile is seen."""
    row = opened(letter.ticket, verb, actor=actor)
    locked = q.letters().select_for_update(of=("self",)).get(pk=letter.pk, ticket=row)
    locked.ticket = row
    return row, locked


def _state(letter: Letter, state: str, *, approval: Approval | None) -> None:
    letter.state, letter.approval = state, approval
    letter.save(update_fields=["state", "approval"])


def _person(actor: Actor) -> Agent | None:
    return Agent.objects.filter(pk=actor.agent_id).first() if actor.agent_id else None


def _reader() -> str:
    return get_language() or "en"


def _changed(standing: q.Standing) -> RecordChanged:
    changed = standing.changed or ()
    return RecordChanged(changed, l.difference_in_words(standing.template, changed, _reader()))


def _note(row: Ticket, letter: Letter, examined: c.Examined, *, actor: Actor, now: datetime) -> None:
    """Keep what the check said of the letter as it was submitted, and that its author let it stand; each once."""
    did = {"warn": "confirmed", "hint": "kept", "block": "held"}
    found = [(said, did[said.severity]) for said in examined.said if said.severity in did]
    before = set(letter.wording_notes.values_list("rule", "start", "end", "did"))
    edition = editions_of({said.finding.rule for said, _did in found})
    WordingNote.objects.bulk_create(
        WordingNote(
            ticket=row,
            letter=letter,
            place="letter",
            rule=said.finding.rule,
            edition=edition.get(said.finding.rule, 0),
            severity=said.severity,
            start=said.finding.start,
            end=said.finding.end,
            did=what,
            at=now,
            author_id=actor.agent_id,
        )
        for said, what in found
        if (said.finding.rule, said.finding.start, said.finding.end, what) not in before
    )


def _note_fixed(
    row: Ticket, letter: Letter, before: c.Examined, after: c.Examined, *, actor: Actor, now: datetime
) -> None:
    """What was shown of the last version and is gone from this one."""
    gone = _stops(before) - _stops(after)
    edition = editions_of({rule for _part, rule, _severity in gone}) if gone else {}
    WordingNote.objects.bulk_create(
        WordingNote(
            ticket=row,
            letter=letter,
            place="letter",
            rule=rule,
            edition=edition.get(rule, 0),
            severity=severity,
            did="fixed",
            at=now,
            author_id=actor.agent_id,
        )
        for _part, rule, severity in gone.elements()
    )


def _stops(examined: c.Examined) -> Counter[tuple[str, str, str]]:
    """What stops or warns of the words themselves, counted; what is missing from a half-written letter is no fault."""
    return Counter(
        (said.part, said.finding.rule, said.severity)
        for said in examined.said
        if said.part and said.severity in ("block", "warn")
    )
