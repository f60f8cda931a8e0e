"""A case in plain words for its customer: where it stands, what comes next and by when, our answer, our promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.actions.customer_links import dies_at
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.clocks import VERDICT_WAITS
from complaints.models import FollowUp, Interaction, Redress, StepRecord
from complaints.portal.door import Visit
from complaints.queries.portal import TheirCase
from complaints.queries.why import why_for_customer
from office import moments

Text = Promise | str

HEADINGS: Mapping[str, Text] = {
    "open": pgettext_lazy("heading", "we are working on your complaint"),
    "again": pgettext_lazy("heading", "we are looking at it once more"),
    "said_back": pgettext_lazy("heading", "did we understand you?"),
    "answered": pgettext_lazy("heading", "we have an answer for you"),
    "accepted": pgettext_lazy("heading", "thank you for telling us"),
    "review": pgettext_lazy("heading", "someone else looks at your complaint"),
    "closed": pgettext_lazy("heading", "your complaint is closed"),
    "withdrawn": pgettext_lazy("heading", "you took your complaint back"),
    "merged": pgettext_lazy("heading", "this goes on with another complaint of yours"),
    "out_of_scope": pgettext_lazy("heading", "this is not ours to decide"),
}
DONE: Mapping[str, Text] = {
    "listen": _("We listened"),
    "empathise": _("We said it back"),
    "apologise": _("We said sorry"),
    "resolve": _("We gave our answer"),
}
COMING: Mapping[str, Text] = {
    "listen": _("We listen"),
    "empathise": _("We say it back"),
    "apologise": _("We say sorry"),
    "resolve": _("We resolve it"),
}
NOW: Mapping[str, Text] = {
    "listen": _("We are reading what you told us and finding out what happened."),
    "empathise": _("Before we look for an answer, we make sure that we understood you."),
    "apologise": _("We understood what happened to you, and we owe you a word about it."),
    "resolve": _("We are finding out what went wrong and how to put it right."),
}
BY_WHEN: Mapping[str, Text] = {
    "acknowledge": _("You hear from us by %(when)s."),
    "first_answer": _("By %(when)s we tell you how we understand it."),
    "next_update": _("You hear from us again by %(when)s."),
    "resolve": _("You have our answer by %(when)s."),
}
OTHERWISE_BY = _("The next step is done by %(when)s.")
WAITING: Mapping[str, Text] = {
    "customer_answer": _("We are waiting for an answer from you. You can write it below."),
    "customer_papers": _("We are waiting for papers or photos from you. You can send them below."),
    "testing": _("Something is being tested or inspected, and we are waiting for the result."),
    "third_party": _("We are waiting for somebody outside who has to do their part."),
}
FOUND: Mapping[str, tuple[str, Text]] = {
    "upheld": ("circle-check", _("Upheld: you were right")),
    "partly_upheld": ("info-circle", _("Partly upheld: you were right in part")),
    "not_upheld": ("info-circle", _("Not upheld: we see it differently")),
    "no_finding": ("info-circle", _("We could not find out")),
}
SPOKEN = frozenset({"phone", "phone_note", "in_person"})
"""Where nothing was written: what stands in our record was not said to the customer in these words."""


def when(at: datetime, now: datetime, *, day_only: bool = False) -> str:
    """An instant, or its day alone, in the reader's language and time zone."""
    zone, language = timezone.get_current_timezone(), get_language() or moments.ENGLISH
    if day_only:
        day = at.astimezone(zone).date()
        return moments.day_in_words(day, today=now.astimezone(zone).date(), language=language, full=True)
    return moments.moment_in_words(at, now=now, zone=zone, language=language)


@dataclass
class Next:
    """What happens next: sentences in their order; ``asks`` names the form by which something is asked of them."""

    lines: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    asks: str = ""


def situation(case: TheirCase) -> str:
    """Which of the headings the page has."""
    ticket = case.ticket
    if ticket.state == w.State.OPEN.value:
        if case.said_back is not None and case.said_back.evidence.get("answer") != "confirmed":
            return "said_back"
        return "again" if ticket.pass_number > 1 else "open"
    if ticket.state == w.State.ANSWERED.value and ticket.verdict == "accepted":
        return "accepted"
    if ticket.state == w.State.ANSWERED.value and ticket.verdict == "review" and case.is_reviewed:
        return "review"
    return ticket.state


def heading(case: TheirCase) -> str:
    """The customer is spoken to by name where we know it."""
    rest = str(HEADINGS[situation(case)])
    name = str(case.ticket.customer or "")
    return pgettext("greeting", "%(name)s, %(rest)s") % {"name": name, "rest": rest} if name else capfirst(rest)


# What happens next ----------------------------------------------------------------------------------------------------


def next_of(visit: Visit, case: TheirCase) -> Next:
    """What happens next, by when and why."""
    return _NEXT.get(situation(case), _open)(visit, case)


def _open(visit: Visit, case: TheirCase) -> Next:
    ticket, told = visit.ticket, Next()
    if ticket.is_waiting:
        told.lines.append(
            str(WAITING.get(ticket.waiting_reason, gettext("We are waiting for something from outside.")))
        )
        if ticket.waiting_until is not None:
            until = when(ticket.waiting_until, visit.now, day_only=True)
            told.lines.append(gettext("At the latest on %(when)s we go on.") % {"when": until})
        return told
    told.lines.append(str(NOW[ticket.step]))
    if situation(case) == "said_back":
        told.asks = "answer"
    promise = next((row for row in case.promises if row.done_at is None and row.due_at > visit.now), None)
    clock = case.next_clock
    if promise is not None and (clock is None or promise.due_at <= clock.due_at):
        told.lines.append(gettext("What comes next: %(what)s, by %(when)s.") % _promised(promise, visit.now))
    elif clock is not None and clock.due_at > visit.now:
        by = when(clock.due_at, visit.now)
        told.lines.append(str(BY_WHEN.get(clock.target, OTHERWISE_BY)) % {"when": by})
        told.small += why_for_customer(clock, now=visit.now)
    elif clock is not None:
        by = when(clock.due_at, visit.now)
        told.lines.append(gettext("We meant to be further by %(when)s, and we are not. We are sorry.") % {"when": by})
        told.lines.append(gettext("You need not do anything. If you want to ask, write to us below."))
    return told


def _promised(row: FollowUp, now: datetime) -> dict[str, str]:
    return {"what": row.text, "when": when(row.due_at, now, day_only=row.due_kind == "on")}


def _answered(visit: Visit, case: TheirCase) -> Next:
    since = visit.ticket.answered_at or visit.now
    by = since + VERDICT_WAITS
    told = Next(asks="verdict")
    if by > visit.now:
        told.lines.append(
            gettext("We need one thing from you: tell us whether this settles it, by %(when)s.")
            % {"when": when(by, visit.now, day_only=True)}
        )
    else:
        told.lines.append(gettext("We need one thing from you: tell us whether this settles it."))
    if visit.ticket.verdict == "review":
        told.lines.insert(0, gettext("Someone else has looked at it."))
    told.small.append(gettext("Silence is not a yes. We will ask you once more."))
    return told


def _accepted(_visit: Visit, _case: TheirCase) -> Next:
    return Next(
        [gettext("You told us that this settles it. We close the complaint once everything we promised is done.")]
    )


def _review(_visit: Visit, _case: TheirCase) -> Next:
    return Next(
        [
            gettext(
                "You asked for someone else to look at it. It is now with somebody above the person who handled it."
            ),
            gettext("What they decide comes to you from us. Until then you can write to us below."),
        ]
    )


def _closed(visit: Visit, _case: TheirCase) -> Next:
    ticket = visit.ticket
    ended, until = ticket.ended_at or ticket.changed_at, dies_at(visit.link)
    said = {"when": when(ended, visit.now, day_only=True), "until": when(until, visit.now, day_only=True)}
    return Next(
        [
            gettext("It was closed on %(when)s.") % said,
            gettext("If it turns out that it is not fixed, tell us here before %(until)s and we begin again.") % said,
        ]
    )


def _ended(visit: Visit, _case: TheirCase) -> Next:
    ticket = visit.ticket
    said = {"when": when(ticket.ended_at or ticket.changed_at, visit.now, day_only=True)}
    lines = [gettext("It ended on %(when)s.") % said]
    if ticket.state == w.State.MERGED.value:
        lines.append(gettext("We answer both together, under the other number."))
    lines.append(gettext("If this is not right, write to us below."))
    return Next(lines)


_NEXT: Mapping[str, Callable[[Visit, TheirCase], Next]] = {
    "answered": _answered,
    "accepted": _accepted,
    "review": _review,
    "closed": _closed,
    "withdrawn": _ended,
    "merged": _ended,
    "out_of_scope": _ended,
}


# Where it stands ------------------------------------------------------------------------------------------------------


@dataclass
class StepLine:
    number: int
    place: str
    title: str
    note: str = ""


def steps(case: TheirCase, now: datetime) -> list[StepLine]:
    """The four: done, now or to come, by the last visit of the present pass."""
    here = w.STEPS.index(w.Step(case.ticket.step))
    is_open = case.ticket.state == w.State.OPEN.value
    return [
        _step(case, step, number, now, is_reached=number <= here or not is_open) for number, step in enumerate(w.STEPS)
    ]


def _step(case: TheirCase, step: w.Step, number: int, now: datetime, *, is_reached: bool) -> StepLine:
    row = case.records.get(step.value)
    line = StepLine(number + 1, "next", str(COMING[step.value]))
    if row is None or not is_reached:
        return line
    if row.state == StepRecord.OPEN:
        line.place, line.note = "now", gettext("since %(when)s") % {"when": when(row.started_at, now, day_only=True)}
    elif row.state == StepRecord.COMPLETED:
        line.place, line.title = "done", str(DONE[step.value])
        line.note = when(row.ended_at or now, now, day_only=True)
        if row.evidence.get("answer") == "confirmed":
            line.note = v.apart([line.note, gettext("you said “Yes, that’s it”")])
    elif row.state == StepRecord.SKIPPED:
        line.place, line.note = "done", gettext("not needed this time")
    return line


# Our answer -----------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What we found, what we give and what we changed, of the pass that was answered last."""

    on: str
    is_earlier: bool
    findings: list[dict[str, Any]]
    redress: list[dict[str, str]]
    changed: str


def answer(case: TheirCase, now: datetime) -> Answer | None:
    """None before there is one."""
    if not case.answered_pass:
        return None
    findings = [
        {
            "number": issue.number,
            "text": issue.text,
            "icon": FOUND[found.finding][0],
            "words": FOUND[found.finding][1],
            "is_ours": found.finding == "upheld",
            "reason": found.reason,
        }
        for issue, found in case.findings
    ]
    return Answer(
        on=when(case.answered_on, now, day_only=True) if case.answered_on else "",
        is_earlier=case.answered_pass < case.ticket.pass_number,
        findings=findings,
        redress=[_redress(row, now) for row in case.redress],
        changed=case.changed,
    )


def _redress(row: Redress, now: datetime) -> dict[str, str]:
    language = get_language() or moments.ENGLISH
    what = str(v.word(v.REDRESS, row.kind))
    if row.amount is not None:
        what = pgettext("redress", "%(kind)s: %(currency)s %(amount)s") % {
            "kind": what,
            "currency": row.currency,
            "amount": f"{row.amount:,.2f}",
        }
    if row.state == "done" and row.done_at is not None:
        return {
            "what": what,
            "state": "kept",
            "when": gettext("done, %(when)s") % {"when": when(row.done_at, now, day_only=True)},
        }
    if row.due_on is None:
        return {"what": what, "state": "open", "when": gettext("agreed")}
    today = now.astimezone(timezone.get_current_timezone()).date()
    day = moments.day_in_words(row.due_on, today=today, language=language, full=True)
    return {"what": what, "state": "open", "when": gettext("by %(when)s") % {"when": day}}


# What we promised -----------------------------------------------------------------------------------------------------

MARKS = {"open": "heart-handshake", "kept": "circle-check", "missed": "alert-triangle"}


def promises(case: TheirCase, now: datetime) -> list[dict[str, str]]:
    """Each promise with how it stands, the broken ones too."""
    return [_promise(row, now) for row in case.promises]


def _promise(row: FollowUp, now: datetime) -> dict[str, str]:
    day_only = row.due_kind == "on"
    due = {"when": when(row.due_at, now, day_only=day_only)}
    if row.done_at is not None:
        done = {"when": when(row.done_at, now)}
        late = row.done_at > row.due_at + (timedelta(days=1) if day_only else timedelta(0))
        words = {
            "kept": gettext("done late, %(when)s. We are sorry.") if late else gettext("kept, %(when)s"),
            "unreached": gettext("we tried to reach you, %(when)s"),
        }.get(row.outcome)
        if words is not None:
            return {"what": row.text, "state": "open" if row.outcome == "unreached" else "kept", "when": words % done}
        return {"what": row.text, "state": "missed", "when": gettext("not kept. We are sorry.")}
    if row.due_at <= now:
        return {"what": row.text, "state": "missed", "when": gettext("was due %(when)s. We are late.") % due}
    words = gettext("on %(when)s") if day_only else gettext("by %(when)s")
    return {"what": row.text, "state": "open", "when": words % due}


# The conversation -----------------------------------------------------------------------------------------------------


def messages(visit: Visit, case: TheirCase) -> list[dict[str, Any]]:
    """What was said, newest first. Of calls only that they were made: our notes of them are ours."""
    return [_said(visit, row) for row in case.messages]


def _said(visit: Visit, row: Interaction) -> dict[str, Any]:
    line = {"row": row, "way": "in" if row.direction == "in" else "out", "files": row.files}  # type: ignore[attr-defined]
    if row.kind == "call" or (row.direction == "out" and (row.channel in SPOKEN or not row.reached)):
        return line | {"event": _spoken(row)}
    theirs = row.direction == "in"
    who = gettext("You") if theirs else _who(visit, row)
    return line | {"who": who, "mark": (row.author_name or who) if theirs else who, "text": row.text}


def _who(visit: Visit, row: Interaction) -> str:
    """The handler by name; everybody else is the house."""
    owner = visit.ticket.owner
    return owner.name if owner is not None and row.author_id == owner.pk else visit.office.name


def _spoken(row: Interaction) -> str:
    if not row.reached:
        return gettext("We tried to reach you")
    if row.kind == "outcome":
        return gettext("We told you our answer")
    if row.channel == "in_person":
        return gettext("We spoke with you")
    return gettext("You rang us") if row.direction == "in" else gettext("We rang you")
