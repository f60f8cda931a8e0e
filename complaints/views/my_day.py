"""My day: everything the person owes, in order of what breaks first, and one press for each thing done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from complaints import access
from complaints.actions import escalations, follow_ups
from complaints.domain import vocabulary as v
from complaints.domain.follow_ups import needs_telling, next_try
from complaints.forms.follow_ups import QUICK_WORDS, DoneForm, MoveDueForm
from complaints.forms.when import Reader
from complaints.models import Draft, Escalation, FollowUp, Ticket
from complaints.queries import my_day as queries
from complaints.queries.hours import hours_by_team, hours_of
from complaints.views.rows import CHANNEL_ICONS
from complaints.views.verbs.owed import moved_words
from office.errors import Refusal
from office.pages import actor_in, complain, say, show_refusal, signed_in
from office.views.asking import now_in, onward

LATE, TODAY, TOMORROW, WEEK, AFTER = "late", "today", "tomorrow", "week", "after"
HEADINGS: v.Words = {
    LATE: pgettext_lazy("my day", "Late"),
    TODAY: pgettext_lazy("my day", "Today"),
    TOMORROW: pgettext_lazy("my day", "Tomorrow"),
    WEEK: pgettext_lazy("my day", "Later this week"),
    AFTER: pgettext_lazy("my day", "After this week"),
}
ENDINGS: v.Words = {
    "kept": gettext_lazy("Done: %(what)s"),
    "missed": gettext_lazy("Noted as missed: %(what)s"),
    "unreached": gettext_lazy("Could not reach: %(what)s"),
    "dropped": gettext_lazy("No longer needed: %(what)s"),
}
LONGEST_NAMED = 60
"""Characters of what was owed that a message repeats."""


@dataclass(frozen=True)
class Opened:
    """The form of one row that was refused, as it stands on the page again: ``do`` is move or unreached."""

    pk: int
    do: str
    form: Form


@dataclass(frozen=True)
class Row:
    """A follow-up as the page says it: every word decided."""

    owed: FollowUp
    reader: Reader
    opened: Opened | None = None

    @property
    def due_at(self) -> datetime:
        return self.owed.due_at

    @property
    def kind(self) -> str:
        return str(v.word(v.FOLLOW_UPS, self.owed.kind))

    @property
    def what(self) -> str:
        return str(self.owed.words)

    @property
    def what_language(self) -> str:
        """What somebody wrote carries the language of the case; what a step planned is in the reader's own."""
        return "" if self.owed.cause else self.owed.ticket.language

    @property
    def when_id(self) -> str:
        return f"when-{self.owed.pk}"

    @property
    def try_id(self) -> str:
        return f"try-{self.owed.pk}"

    @property
    def icon(self) -> str:
        return "heart-handshake" if self.owed.promised else "calendar-due"

    @property
    def channel_icon(self) -> str:
        return CHANNEL_ICONS.get(self.owed.ticket.channel, "message-2")

    @property
    def remarks(self) -> str:
        """Promised or set, some time that day, how often moved, and whose it is if not one's own."""
        row = self.owed
        parts = [_("set ourselves")] if not row.promised else [] if row.kind == "promise" else [_("promised")]
        if row.due_kind == "on":
            parts.append(_("some time that day"))
        if row.snoozes:
            parts.append(ngettext("moved once", "moved %(count)s times", row.snoozes) % {"count": row.snoozes})
        if row.after_id is not None:
            parts.append(_("tried before"))
        return v.apart(parts)

    @property
    def next_try(self) -> str:
        """The default of the next try, in words: what is planned unless the person says otherwise."""
        return self.reader.say(self.default_try)

    @property
    def default_try(self) -> datetime:
        reader = self.reader
        return next_try(self.owed.due_at, now=reader.now, zone=reader.zone, hours=reader.hours)

    @property
    def told_until(self) -> str:
        return self.reader.say(self.owed.told_until)

    @property
    def move_form(self) -> Form | None:
        return self.opened.form if self.opened and self.opened.do == "move" else None

    @property
    def try_form(self) -> Form | None:
        return self.opened.form if self.opened and self.opened.do == "unreached" else None


@dataclass(frozen=True)
class Group:
    key: str
    heading: str
    rows: list[Any]


# The page -------------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def my_day(request: HttpRequest) -> HttpResponse:
    """Late, today, tomorrow, later this week, after it; what came back from above and what was begun beside it."""
    return _page(request)


def _page(request: HttpRequest, *, opened: Opened | None = None, status: int = 200) -> HttpResponse:
    actor, now = actor_in(request), now_in(request)
    after = _place(request.GET.get("after", ""))
    found = queries.owed(actor, now=now, after=after, also=opened.pk if opened else None)
    hours = hours_by_team((row.ticket for row in found.rows), zone=timezone.get_current_timezone_name())
    rows: list[Any] = [
        Row(row, Reader.here(now, hours(row.ticket)), opened if opened and opened.pk == row.pk else None)
        for row in found.rows
    ]
    context: dict[str, Any] = {"door": "my-day", "now": now, "quick": v.choices(QUICK_WORDS), "is_first": after is None}
    if after is None:
        above = queries.from_above(actor)
        rows = sorted([*rows, *(Asked(row) for row in above if row.ended_at is None)], key=lambda row: row.due_at)
        context |= {
            "guidance": [row for row in above if row.ended_at is not None],
            "silent": queries.silent(actor, now=now),
            "begun": [Begun(draft) for draft in queries.begun(actor)],
        }
    context |= {"groups": grouped(rows, now=now), "total": len(rows), "later": _address(found.following)}
    context["empty"] = not any(context.get(name) for name in ("groups", "guidance", "silent", "begun"))
    return render(request, "complaints/my_day/my_day.html", context, status=status)


@dataclass(frozen=True)
class Asked:
    """An escalation that waits for the person; it is due when it has to be acknowledged."""

    escalation: Escalation

    @property
    def due_at(self) -> datetime:
        return self.escalation.acknowledge_by


@dataclass(frozen=True)
class Begun:
    """A draft: where it is taken up again."""

    draft: Draft

    @property
    def number(self) -> str:
        return "" if self.draft.key.startswith("new-") else str(self.draft.number)  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        if self.number:
            return reverse("case", args=[self.number])
        return f"{reverse('new-complaint')}?draft={self.draft.key}"


def grouped(rows: list[Any], *, now: datetime) -> list[Group]:
    """The rows by the person's own days, in their order; a week ends with its Sunday."""
    zone = timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    found: dict[str, list[Any]] = {key: [] for key in HEADINGS}
    for row in rows:
        key = LATE if row.due_at <= now else _group(row.due_at.astimezone(zone).date(), today)
        found[key].append(row)
    return [Group(key, str(HEADINGS[key]), rows) for key, rows in found.items() if rows]


def _group(day: date, today: date) -> str:
    if day <= today:
        return TODAY
    if day == today + timedelta(days=1):
        return TOMORROW
    return WEEK if day <= today + timedelta(days=6 - today.weekday()) else AFTER


def _reader(now: datetime, ticket: Ticket) -> Reader:
    return Reader.here(now, hours_of(ticket, zone=timezone.get_current_timezone_name()))


def _place(typed: str) -> queries.Place | None:
    """Where a page begins, as its address says; anything else is the first page."""
    at, _sep, pk = typed.rpartition("-")
    if not (at.isascii() and at.isdigit() and pk.isascii() and pk.isdigit() and len(at) < 17 and len(pk) < 19):
        return None
    try:
        return datetime.fromtimestamp(int(at) / 1_000_000, tz=timezone.get_current_timezone()), int(pk)
    except (OverflowError, ValueError, OSError):
        return None


def _address(following: queries.Place | None) -> str:
    if following is None:
        return ""
    at, pk = following
    return f"{reverse('my-day')}?after={round(at.timestamp() * 1_000_000)}-{pk}"


# What is done with a row ----------------------------------------------------------------------------------------------


@require_POST
@signed_in
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept, or how else it ended; could not reach plans the next try. It can be taken back from the message."""
    row = access.follow_up_for(actor_in(request), pk)
    reader = _reader(now_in(request), row.ticket)
    form = DoneForm(request.POST, reader=reader, case=row.ticket.number, follow_up=row)
    do = "unreached" if request.POST.get("outcome") == "unreached" else "done"
    if not form.is_valid():
        return _page(request, opened=Opened(pk, do, form), status=422)
    data = form.cleaned_data
    said = {name: data[name] for name in ("outcome", "note", "next_due_at")}
    try:
        ended = follow_ups.done(row, actor=actor_in(request), now=now_in(request), **said)
    except Refusal as refusal:
        return _refused(request, Opened(pk, do, form), refusal)
    words = str(ENDINGS[data["outcome"]]) % {"what": str(ended.words)[:LONGEST_NAMED]}
    if data["next_due_at"] is not None:
        words = v.apart([words, _("next try %(when)s") % {"when": reader.say(data["next_due_at"])}])
    say(request, words, undo=reverse("my-day-undo", args=[pk]))
    return _back(request)


@require_POST
@signed_in
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date: in words, by one press, or by the calendar."""
    row = access.follow_up_for(actor_in(request), pk)
    reader = _reader(now_in(request), row.ticket)
    form = MoveDueForm(request.POST, reader=reader, case=row.ticket.number, follow_up=row)
    if not form.is_valid():
        return _page(request, opened=Opened(pk, "move", form), status=422)
    data = form.cleaned_data
    said = {name: data[name] for name in ("due_at", "due_kind", "told")}
    breaks = needs_telling(said["due_at"], promised=row.promised, told_until=row.told_until)
    try:
        moved = follow_ups.move(row, actor=actor_in(request), now=now_in(request), **said)
    except Refusal as refusal:
        return _refused(request, Opened(pk, "move", form), refusal)
    undo = reverse("my-day-undo", args=[pk]) if breaks and not said["told"] else ""
    say(request, moved_words(moved, row, reader), undo=undo)
    return _back(request)


@require_POST
@signed_in
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """It was ended in error."""
    row = access.follow_up_for(actor_in(request), pk)
    try:
        follow_ups.undo(row, actor=actor_in(request), now=now_in(request))
    except Refusal as refusal:
        complain(request, refusal)
    else:
        say(request, _("Taken up again: %(what)s") % {"what": str(row.words)[:LONGEST_NAMED]})
    return _back(request)


@require_POST
@signed_in
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """What came back from above has been read."""
    row = access.escalation_for(actor_in(request), pk)
    try:
        escalations.read(row, actor=actor_in(request), now=now_in(request))
    except Refusal as refusal:
        complain(request, refusal)
    else:
        say(request, _("Read; it leaves your day"))
    return _back(request)


def _refused(request: HttpRequest, opened: Opened, refusal: Refusal) -> HttpResponse:
    """Beside the field it is about; above the page where the row has no form any more."""
    status = show_refusal(opened.form, refusal)
    if opened.form.non_field_errors() or opened.do == "done":
        complain(request, refusal)
    return _page(request, opened=opened, status=status)


def _back(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = onward(request, request.GET.get("next", ""), otherwise="my-day")
    return response


# Dates in words -------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def understood(request: HttpRequest) -> HttpResponse:
    """What a date typed in words is understood as, while it is typed: a line to stand under the field."""
    text = request.GET.get("when", "").replace("\x00", "").strip()
    number = request.GET.get("case", "")
    ticket = access.ticket_for(actor_in(request), number) if number else None
    zone = timezone.get_current_timezone_name()
    reader = Reader.here(now_in(request), hours_of(ticket, zone=zone))
    found = reader.read(text) if text else None
    context: dict[str, Any] = {"asked": bool(text), "found": found, "meant": ""}
    if found is not None:
        context |= {"words": reader.say(found.at), "meant": text if found.unsure else ""}
    return render(request, "complaints/my_day/_understood.html", context)
