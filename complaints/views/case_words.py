"""Evidence, clocks and contacts of a case in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from complaints.domain import clocks as c
from complaints.domain import vocabulary as v
from complaints.domain.mail import ADDRESS_FAULTS, AUTOMATIC, failure
from complaints.domain.why import why
from complaints.domain.why_words import Reader, length_in_words
from complaints.domain.why_words import in_words as why_in_words
from complaints.forms.steps import VOCABULARY, label_of
from complaints.models import Clock, FollowUp, Interaction, Pattern
from complaints.queries.case import Case
from complaints.queries.why import facts_of, newest
from office import moments
from office.templatetags.fourstep import due_words
from playbooks import queries as shelf

SOON_FROM = 80
"""Per cent used from which a clock counts as soon."""
SOON_IN_MINUTES = 120
"""A promise counts as soon two hours ahead."""


def instant(at: datetime, now: datetime) -> str:
    """``today 15:00``, ``Tue 24 Nov 15:00`` in the reader's language and zone."""
    return moments.moment_in_words(
        at, now=now, zone=timezone.get_current_timezone(), language=get_language() or moments.ENGLISH
    )


def span(seconds: float) -> str:
    """A length in its largest unit: 12 min, 5 h, 3 days."""
    return length_in_words(timedelta(seconds=seconds))


def in_words(name: str, value: object, names: Mapping[int, str]) -> str:
    """One piece of evidence as people read it."""
    if value in (None, "", []):
        return ""
    if name in _READ:
        return _READ[name](value, names)
    if name.startswith("finding-"):
        return str(v.word(v.FINDINGS, str(value)))
    if isinstance(value, list | tuple):
        return v.listed(str(v.word(VOCABULARY.get(name, {}), str(item))) for item in value)
    return str(v.word(VOCABULARY[name], str(value))) if name in VOCABULARY else str(value)


def _person(value: object, names: Mapping[int, str]) -> str:
    pk = int(str(value)) if str(value).isdigit() else 0
    return names.get(pk, gettext("somebody who left"))


def _severity(value: object, _names: Mapping[int, str]) -> str:
    return f"{value} · {v.word(v.SEVERITIES, str(value))}"


def _feeling(value: object, _names: Mapping[int, str]) -> str:
    return gettext("%(feeling)s of 5") % {"feeling": value}


_READ: Mapping[str, Callable[[object, Mapping[int, str]], str]] = {
    "regret_by": _person,
    "severity": _severity,
    "feeling_start": _feeling,
}


def label(name: str) -> str:
    return label_of(name)


# Clocks ---------------------------------------------------------------------------------------------------------------


@dataclass
class ClockLine:
    """One clock: what it counts to, where it stands, and why its date is what it is."""

    what: str
    grade: str
    words: str
    used: int
    question: str = ""
    why: list[str] = field(default_factory=list)
    opened: bool = False


def clock_lines(case: Case, now: datetime) -> list[ClockLine]:
    """The clocks of the pass; the nearest running one shows its reasons at once.

    Of a target that comes round again the newest cycle stands for all, and a step that was left is in the stepper.
    """
    last = {clock.pk for clock in newest(case.clocks)}
    shown = [clock for clock in case.clocks if clock.cancelled_at is None and clock.pk in last]
    lines = [_line(case, clock, now) for clock in shown if clock.met_at is None or clock.target not in c.STEP_TARGETS]
    running = [line for line in lines if line.grade not in ("met", "wait")]
    if running:
        running[0].opened = running[0].grade in ("soon", "late")
    return lines


def _line(case: Case, clock: Clock, now: datetime) -> ClockLine:
    what, due = str(v.CLOCKS[clock.target]), instant(clock.due_at, now)
    left = c.remaining(clock.due_at, clock.paused_at or now, case.versions.working(clock))
    line = ClockLine(what, "met", due, c.spent(clock.hours, left), gettext("Why %(date)s?") % {"date": due})
    line.why = why_of(case, clock, now)
    if clock.met_at is not None:
        line.words = gettext("done, late") if clock.met_at > clock.due_at else gettext("done")
    elif clock.paused_at is not None:
        working = clock.calendar_id is not None
        said = {"left": length_in_words(left)}
        paused = gettext("paused, %(left)s of working time left") if working else gettext("paused, %(left)s left")
        line.grade, line.words = "wait", paused % said
    else:
        counted = moments.countdown(clock.due_at, since=None, now=now, waiting=False)
        line.grade = "soon" if counted.grade != "late" and line.used >= SOON_FROM else counted.grade
        line.words = due_words(replace(counted, grade=line.grade)) if line.grade in ("soon", "late") else due
    return line


def why_of(case: Case, clock: Clock, now: datetime) -> list[str]:
    """How the date came about, in at most five lines."""
    version = case.versions.of(clock)
    name = getattr(version, "name", "")
    facts = facts_of(clock, clock.story, version, severity=case.ticket.severity, calendar=name)  # type: ignore[attr-defined]
    language = get_language() or moments.ENGLISH
    zone = timezone.get_current_timezone()
    return why_in_words(why(facts), Reader(language, zone, now, lambda code: case.reason("wait", code)))


# Promises -------------------------------------------------------------------------------------------------------------


@dataclass
class PromiseLine:
    row: FollowUp
    state: str
    icon: str
    what: str
    who: str
    words: str


ICONS = {"open": "heart-handshake", "soon": "clock", "late": "alert-triangle", "kept": "circle-check"}


def promise_lines(case: Case, now: datetime) -> tuple[list[PromiseLine], list[PromiseLine]]:
    """What is owed, nearest first, and what has ended, newest first."""
    pending = sorted((row for row in case.follow_ups if row.done_at is None), key=lambda row: (row.due_at, row.pk))
    ended = sorted((row for row in case.follow_ups if row.done_at), key=lambda row: row.done_at or now, reverse=True)
    return [_promise(row, now) for row in pending], [_promise(row, now) for row in ended]


def _promise(row: FollowUp, now: datetime) -> PromiseLine:
    when = instant(row.due_at, now)
    if row.done_at is not None:
        state = "kept" if row.outcome == "kept" else "late" if row.outcome == "missed" else "open"
        words = str(v.word(v.OUTCOMES, row.outcome))
    elif row.due_at <= now:
        state, words = "late", gettext("was due %(when)s") % {"when": when}
    else:
        soon = (row.due_at - now).total_seconds() <= SOON_IN_MINUTES * 60
        state, words = ("soon" if soon else "open"), when
    parts = [str(v.word(v.FOLLOW_UPS, row.kind)), row.owner_name or ""]  # type: ignore[attr-defined]
    if not row.promised:
        parts.append(gettext("set ourselves"))
    if row.snoozes:
        parts.append(ngettext("moved once", "moved %(count)s times", row.snoozes) % {"count": row.snoozes})
    return PromiseLine(row, state, ICONS[state], str(row.words), v.apart(parts), words)


# The conversation -----------------------------------------------------------------------------------------------------

CHANNEL_ICONS = {
    "phone": "phone",
    "phone_note": "phone",
    "email": "mail",
    "chat": "message-circle",
    "sms": "message-2",
    "letter": "file-text",
    "web": "world",
    "in_person": "user",
    "social": "users",
    "api": "stack-2",
}
STEP_ICONS = {"completed": "circle-check", "skipped": "chevron-right", "left": "arrow-back-up"}


def talk_items(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Messages and the ends of steps in the order in which they happened, with a line where a day begins."""
    lines: list[tuple[datetime, int, dict[str, Any]]] = []
    lines += [(row.happened_at, row.pk, say(row, case, now)) for row in case.talk.messages]
    lines += [(row.ended_at, 0, event(row, case)) for row in case.talk.events if row.ended_at]
    lines.sort(key=lambda line: (line[0], line[1]))
    zone, day, items = timezone.get_current_timezone(), None, []
    for at, _pk, item in lines:
        local = at.astimezone(zone).date()
        if local != day:
            items.append({"day": local})
            day = local
        items.append(item)
    return items


def say(row: Interaction, case: Case, now: datetime) -> dict[str, Any]:
    """One message as the template draws it."""
    voice = "note" if row.kind == "note" else "in" if row.direction == "in" else "out"
    theirs = row.kind == "words" or (row.kind == "call" and voice == "in")
    icon = "note" if row.kind == "note" else CHANNEL_ICONS.get(row.channel, "message-2")
    if icon == "phone" and voice == "in":
        icon = "phone-incoming"
    customer = str(case.ticket.customer or "") or gettext("The customer")
    return {
        "say": row,
        "voice": voice,
        "who": _who(row, customer) if not (theirs and row.kind == "call") else customer,
        "by": row.author_name if theirs and row.kind == "call" else "",
        "icon": icon,
        "icon_words": _contact(row),
        "about": _about(row),
        "mood": mood(row),
        "files": row.files,  # type: ignore[attr-defined]
        "failed": row.delivery == "failed" or not row.reached,
        "folded": _folded(row),
        "patterns": [shown for one in case.patterns[row.pk] if (shown := pattern(one))],
        "picks": voice == "in",
        **_delivery(row, now),
        **_held(row, case),
    }


def pattern(row: Pattern) -> dict[str, Any] | None:
    """A pattern of a contact as the page names it; None for one that is no longer known, or was dismissed."""
    entry = shelf.playbook(row.key)
    if entry is None or row.state == "dismissed":
        return None
    name = entry.named(get_language() or moments.ENGLISH)
    return {"key": row.key, "name": name, "state": row.state, "cues": [cue["text"] for cue in row.cues]}


def _held(row: Interaction, case: Case) -> dict[str, Any]:
    """Words a supervisor is asked about: who is, and what they said."""
    if row.delivery != "held":
        return {}
    asked = row.approval
    refused = asked is not None and asked.state == "refused"
    name = asked.addressed_to.name if asked is not None and asked.addressed_to else ""
    if refused and asked is not None:
        says = gettext("A supervisor wants other words: %(reason)s") % {"reason": asked.decision_reason}
    elif name:
        says = gettext("Held: the wording check stopped it, and %(name)s is asked") % {"name": name}
    else:
        says = gettext("Held: the wording check stopped it, and a supervisor is asked")
    mine = row.author_id == case.actor.agent_id
    return {"held": says, "can_decide": not refused and not mine and case.actor.is_supervisor, "can_undo": mine}


def _folded(row: Interaction) -> str:
    """What stands for the words of a message that is folded up: the desk's own letters, and what was taken back."""
    if row.delivery == "cancelled":
        return str(v.DELIVERIES["cancelled"])
    if row.author_kind == "system" and row.outgoing is not None and row.text:
        return str(v.word(AUTOMATIC, row.outgoing.kind))
    return ""


def _delivery(row: Interaction, now: datetime) -> dict[str, Any]:
    """Where a mail of ours stands: when it goes out and whether it can be taken back, or why it did not arrive."""
    outgoing = row.outgoing
    if outgoing is None or row.delivery not in ("queued", "failed"):
        return {}
    if row.delivery == "failed":
        code = outgoing.last_error.partition(":")[0]
        return {"trouble": failure(outgoing.last_error), "address_fault": code in ADDRESS_FAULTS}
    if outgoing.attempts or outgoing.not_before <= now:
        return {"goes": gettext("being sent")}
    goes = gettext("Goes out %(when)s") % {"when": instant(outgoing.not_before, now)}
    return {"goes": goes, "can_undo": row.author_kind != "system"}


def _who(row: Interaction, customer: str) -> str:
    return row.author_name or ("Fourstep" if row.author_kind == "system" else customer)


def _contact(row: Interaction) -> str:
    if row.kind == "note":
        return gettext("Internal note")
    channel = str(v.word(v.CHANNELS, row.channel))
    template = gettext("%(channel)s, from the customer") if row.direction == "in" else gettext("%(channel)s, from us")
    return template % {"channel": channel}


def _about(row: Interaction) -> str:
    """What stands after the hour: how long, by which way, whether anybody was reached."""
    parts = []
    if row.duration_s is not None:
        parts.append(span(row.duration_s))
    if row.kind == "note":
        parts.append(gettext("note, not seen by the customer"))
    elif row.channel:
        parts.append(str(v.word(v.CHANNELS, row.channel)))
    if row.kind == "outcome":
        parts.append(gettext("the outcome"))
    if row.author_kind == "system" and row.outgoing is not None:
        parts.append(str(v.word(AUTOMATIC, row.outgoing.kind)))
    if row.delivery == "elsewhere" and row.kind == "reply":
        parts.append(gettext("sent elsewhere"))
    if row.delivery in ("sent", "cancelled"):
        parts.append(str(v.word(v.DELIVERIES, row.delivery)))
    return v.apart(parts)


def mood(row: Interaction) -> dict[str, Any] | None:
    """The feeling line: from where to where, drawn on 112 × 20, and in words."""
    start, end = row.feeling_start, row.feeling_end
    states = [str(v.word(v.BEHAVIOURS, code)) for code in row.behaviours]
    if start is None and end is None and not states:
        return None
    known = [feeling for feeling in (start, end) if feeling is not None]
    if start is not None and end is not None:
        feeling = gettext("%(start)s to %(end)s") % {"start": start, "end": end}
    elif known:
        feeling = gettext("%(feeling)s of 5") % {"feeling": known[0]}
    else:
        feeling = ""
    words = v.apart((feeling, *states))
    heights = [19 - 3 * known[0], 19 - 3 * known[-1]] if known else None
    return {"words": words, "heights": heights}


def event(row: Any, case: Case) -> dict[str, Any]:
    """The end of a visit to a step, as a line among the messages."""
    step = str(v.word(v.STEPS, row.step))
    said = {"who": row.ended_by.name if row.ended_by else "", "step": step}
    if row.state == "completed":
        words = gettext("%(step)s completed, %(who)s") % said if said["who"] else gettext("%(step)s completed") % said
    elif row.state == "skipped":
        words = gettext("%(step)s skipped, %(who)s: %(reason)s") % (
            said | {"reason": case.reason("skip", row.skip_reason)}
        )
    else:
        words = gettext("%(step)s left, %(who)s") % said if said["who"] else gettext("%(step)s left") % said
    return {"event": row, "icon": STEP_ICONS.get(row.state, "circle-check"), "words": words, "note": row.note}
