"""Set-up of working hours. For administrators."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from office import access, moments
from office.actions import calendars as actions
from office.calendars import ClosedDay, ExtraDay, Name, Window, WorkingTime
from office.errors import Refusal
from office.forms.calendars import REGION_NAMES, CalendarForm
from office.models import Calendar, CalendarVersion, Office, Team
from office.pages import actor_in, complain, for_administrators, say, show_refusal
from office.public_days import coverage, working_time
from office.views.asking import now_in, see
from office.views.set_up import shown

WEEKS = 5
"""Weeks ahead that the preview tells."""


@for_administrators
@require_safe
def all_calendars(request: HttpRequest) -> HttpResponse:
    """Which working hours there are, who works by them, and until when their public days are known."""
    newest = CalendarVersion.objects.filter(version=F("calendar__version")).select_related("calendar", "made_by")
    teams = Count("calendar__teams", filter=Q(calendar__teams__closed_at__isnull=True))
    rows = newest.annotate(teams=teams).order_by(F("calendar__retired_at").asc(nulls_first=True), "calendar__name")
    today = now_in(request).date()
    listed = [(row, outlook(row.content, today)) for row in rows]
    return shown(request, "calendars", "calendars", calendars=listed, default=access.office().calendar_id)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add working hours, or change them. *Preview* shows the next weeks by what was typed and saves nothing."""
    actor, now = actor_in(request), now_in(request)
    row = access.calendar_for(actor, pk) if pk is not None else None
    versions = list(row.versions.select_related("calendar", "made_by")[:10]) if row else []
    present = versions[0] if versions else None
    form = CalendarForm(request.POST or None, present=present, zone=access.office().time_zone)
    content, status, drafted = (present.content if present else None), 200, False
    if request.method == "POST":
        status, content = 422, None
        if form.is_valid():
            try:
                _name, content = _checked(form, row, now)
                if "preview" not in request.POST:
                    return _save(request, form, row)
                status, drafted = 200, True
            except Refusal as refusal:
                status = show_refusal(form, refusal)
    context: dict[str, Any] = {"form": form, "calendar": row, "versions": versions, "drafted": drafted}
    if content is not None:
        context |= _preview(content, now)
    if row is not None:
        context |= {"used_by": list(Team.objects.filter(calendar=row).order_by("name")[:20])}
        context |= {"is_default": Office.objects.filter(calendar=row).exists()}
    return shown(request, "calendar", "calendars", status=status, **context)


@for_administrators
@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer offer them, or with ``?again`` offer them again."""
    actor, again = actor_in(request), "again" in request.GET
    row = access.calendar_for(actor, pk)
    try:
        actions.retire_calendar(row, actor=actor, now=now_in(request), again=again)
    except Refusal as refusal:
        complain(request, refusal)
        return see("set-up-calendar", pk)
    text = _("%(name)s can be chosen again") if again else _("%(name)s can no longer be chosen")
    say(request, text % {"name": row.name}, undo="" if again else f"{request.path}?again=1")
    return see("set-up-calendars")


def _checked(form: CalendarForm, row: Calendar | None, now: datetime) -> tuple[str, dict[str, Any]]:
    return actions.checked(form.cleaned_data["name"], form.content(), year=now.year, but=row.pk if row else None)


def _save(request: HttpRequest, form: CalendarForm, row: Calendar | None) -> HttpResponse:
    words = {"actor": actor_in(request), "now": now_in(request), "name": form.cleaned_data["name"]}
    if row is None:
        made = actions.make_calendar(None, content=form.content(), **words)
        say(request, _("%(name)s can be chosen for teams and for the office now") % {"name": made.name})
        return see("set-up-calendars")
    before = row.version
    saved = actions.change_calendar(
        row, content=form.content(), version=form.cleaned_data["version"] or before, **words
    )
    said = {"name": saved.name, "version": saved.version}
    if saved.version > before:
        text = _("%(name)s: version %(version)s counts from now on. Running clocks keep theirs.")
    elif saved.name != row.name:
        text = _("It is called %(name)s now. Nothing is counted differently.")
    else:
        text = _("Nothing was changed: version %(version)s stays")
    say(request, text % said)
    return see("set-up-calendars")


# What it means --------------------------------------------------------------------------------------------------------


class Outlook(NamedTuple):
    """Until which year the public days of a region are known, and whether that is soon over."""

    region: Any
    until: int | None
    runs_out: bool


def outlook(content: Any, today: date) -> Outlook | None:
    """None where no public days count."""
    region = str(content.get("region") or "")
    if not region:
        return None
    known = coverage(content)
    over = known is None or known.runs_out(today)
    return Outlook(REGION_NAMES.get(region, region), known.last if known else None, over)


class Stretch(NamedTuple):
    """Some days in a row of which the same can be said."""

    days: str
    hours: str
    kind: str
    name: str


def _preview(content: Any, now: datetime) -> dict[str, Any]:
    working = working_time(content)
    today = working.local_day(now)
    public = working_time({**content, "closed": [], "extra": []})
    dates: list[ClosedDay | ExtraDay] = [*public.closed, *public.extra]
    ahead = sorted((each for each in dates if each.day >= today), key=lambda each: each.day)
    language = get_language() or moments.ENGLISH
    rows = [
        Stretch(_day(each.day, today), "", public.kind_of(each.day)[0], each.name.in_language(language))
        for each in ahead
    ]
    return {
        "stretches": stretches(working, today, days=7 * WEEKS),
        "public_days": rows,
        "outlook": outlook(content, today),
    }


def stretches(working: WorkingTime, today: date, *, days: int) -> list[Stretch]:
    """The next days in words, alike neighbours together."""
    language = get_language() or moments.ENGLISH
    ahead = [today + timedelta(days=n) for n in range(days)]
    found = []
    for (kind, name, windows), group in groupby(ahead, key=lambda day: _about(working, day)):
        run = list(group)
        label = _day(run[0], today)
        if len(run) > 1:
            label = gettext("%(first)s to %(last)s") % {"first": label, "last": _day(run[-1], today)}
        found.append(Stretch(label, hours_in_words(windows), kind, name.in_language(language)))
    return found


def _about(working: WorkingTime, day: date) -> tuple[str, Name, tuple[Window, ...]]:
    return (*working.kind_of(day), working.windows_on(day))


def _day(day: date, today: date) -> str:
    return moments.day_in_words(day, today=today, language=get_language() or moments.ENGLISH, full=True)


def hours_in_words(windows: Iterable[Window]) -> str:
    """``09:00–12:00, 13:00–18:00``."""
    return ", ".join(str(window) for window in windows)
