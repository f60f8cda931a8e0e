"""Evidence, clocks and contacts of a case in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext

from complaints.domain import clocks as c
from complaints.domain import vocabulary as v
from complaints.forms.steps import VOCABULARY, label_of
from complaints.models import Clock, FollowUp, Interaction
from complaints.queries.case import Case
from office import moments
from office.templatetags.fourstep import due_words

SOON_IN_MINUTES = 120
"""A promise counts as soon two hours ahead."""


def instant(at: datetime, now: datetime) -> str:
    """``today 15:00``, ``Tue 24 Nov 15:00`` in the reader's language and zone."""
    return moments.moment_in_words(
        at, now=now, zone=timezone.get_current_timezone(), language=get_language() or moments.ENGLISH
    )


def span(seconds: float) -> str:
    """A length in its largest unit: 12 min, 5 h, 3 days."""
    count, unit = moments.in_one_unit(max(0, int(seconds // 60)))
    if unit == "minute":
        return npgettext("length", "%(count)s min", "%(count)s min", count) % {"count": count}
    if unit == "hour":
        return npgettext("length", "%(count)s h", "%(count)s h", count) % {"count": count}
    return npgettext("length", "%(count)s day", "%(count)s days", count) % {"count": count}


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
    """The clocks of the pass; the nearest running one shows its reasons at once."""
    lines = [_line(case, clock, now) for clock in case.clocks if clock.cancelled_at is None]
    running = [line for line in lines if line.grade not in ("met", "wait")]
    if running:
        running[0].opened = running[0].grade in ("soon", "late")
    return lines


def _line(case: Case, clock: Clock, now: datetime) -> ClockLine:
    what, due = str(v.CLOCKS[clock.target]), instant(clock.due_at, now)
    used = c.used(clock.started_at, clock.due_at, clock.paused_at or now)
    question = gettext("Why %(date)s?") % {"date": due}
    if clock.met_at is not None:
        late = clock.met_at > clock.due_at
        words = gettext("done, late") if late else gettext("done")
        return ClockLine(what, "met", words, used, question, why_of(case, clock, now))
    if clock.paused_at is not None:
        left = span((clock.due_at - clock.paused_at).total_seconds())
        words = gettext("paused, %(left)s left") % {"left": left}
        return ClockLine(what, "wait", words, used, question, why_of(case, clock, now))
    counted = moments.countdown(clock.due_at, since=clock.started_at, now=now, waiting=False)
    near = counted.grade in ("soon", "late") and due_words(counted)
    return ClockLine(what, counted.grade, near or due, counted.used, question, why_of(case, clock, now))


def why_of(case: Case, clock: Clock, now: datetime) -> list[str]:
    """Step by step how the date came about, at most a line for each thing that happened to the clock."""
    ticket = case.ticket
    began = gettext("Received on %(when)s") if clock.pass_number == 1 else gettext("Opened again on %(when)s")
    lines = [began % {"when": instant(clock.started_at, now)}]
    severity = ticket.severity
    judged = f"{severity} · {v.word(v.SEVERITIES, str(severity))}" if severity else gettext("not judged, so as serious")
    hours = f"{clock.hours.normalize():f}"
    lines.append(
        gettext("Severity %(severity)s: %(hours)s hours, day and night") % {"severity": judged, "hours": hours}
    )
    lines.append(gettext("Targets of version %(version)s") % {"version": clock.preset_version})
    for event in clock.story:  # type: ignore[attr-defined]
        at = {"when": instant(event.at, now), "reason": case.reason("wait", event.reason)}
        if event.kind == "pause":
            lines.append(gettext("Paused on %(when)s: %(reason)s") % at)
        elif event.kind == "resume":
            lines.append(gettext("Running again since %(when)s") % at)
        elif event.kind == "retarget":
            lines.append(gettext("Counted anew on %(when)s, because the severity changed") % at)
        elif event.kind == "met":
            lines.append(gettext("Reached on %(when)s") % at)
    lines.append(gettext("Due %(when)s") % {"when": instant(clock.due_at, now)})
    return lines


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
    return PromiseLine(row, state, ICONS[state], row.text, v.apart(parts), words)


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
    lines += [(row.happened_at, row.pk, say(row, case)) for row in case.talk.messages]
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


def say(row: Interaction, case: Case) -> dict[str, Any]:
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
        "who": (row.author_name or customer) if not (theirs and row.kind == "call") else customer,
        "by": row.author_name if theirs and row.kind == "call" else "",
        "icon": icon,
        "icon_words": _contact(row),
        "about": _about(row),
        "mood": mood(row),
        "files": row.files,  # type: ignore[attr-defined]
        "failed": row.delivery == "failed" or not row.reached,
    }


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
    if row.delivery == "elsewhere" and row.kind == "reply":
        parts.append(gettext("sent elsewhere"))
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
