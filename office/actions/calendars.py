"""Working hours: made, changed (which makes a new version), renamed (which changes nothing that counts), retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office import access, audit
from office.acting import action
from office.calendars import BadCalendar, Flaw
from office.errors import Conflict, Fault, Invalid, Stale
from office.folding import clean
from office.models import Calendar, CalendarVersion, Office, Team
from office.public_days import REGIONS, loaded, working_time
from office.roles import Actor

MOST_OWN_DAYS = 400
FLAWS: Mapping[str, Promise] = {
    "not-a-week": _("This is no week of working hours"),
    "not-a-window": _("%(window)s is no time of day: write 09:00-12:30"),
    "bad-date": _("%(date)s is no date: write 2026-12-24"),
    "bad-name": _("The name of %(date)s cannot be read"),
    "unknown-zone": _("This time zone is not known"),
    "no-working-time": _("At least one day of the week has working hours"),
    "bad-time": _("%(window)s: a day goes from 00:00 to 24:00"),
    "ends-before-start": _("%(window)s ends before it starts. Over midnight, write two: until 24:00, and from 00:00"),
    "overlap": _("%(window)s and %(other)s overlap"),
    "twice": _("%(date)s is named twice"),
    "long-name": _("The name of %(date)s is longer than %(most)s characters"),
    "closed-too": _("%(date)s is closed too: give the hours that are worked on it, or take it from one of the lists"),
}


@action("calendar.make")
def make_calendar(subject: None, *, actor: Actor, now: datetime, name: str, content: Mapping[str, Any]) -> Calendar:
    """Add working hours. ``content`` has ``time_zone``, ``windows``, ``closed``, ``extra`` and ``region``."""
    access.require_administrator(actor)
    tidy, whole = checked(name, content, year=now.year)
    calendar = Calendar.objects.create(name=tidy, version=1)
    _version(calendar, whole, actor=actor, now=now)
    audit.record(("calendar", calendar.pk), "calendar.make", actor=actor, now=now, payload={"version": 1})
    return calendar


@action("calendar.change")
def change_calendar(
    calendar: Calendar,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    content: Mapping[str, Any],
    version: int | None = None,
) -> Calendar:
    """Change what counts, which makes a new version, or only the name, which does not.

    Running clocks keep the version they were counted with. Raises ``Stale`` when ``version`` is not the newest.
    """
    access.require_administrator(actor)
    row = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if version is not None and version != row.version:
        raise Stale(current=row.version)
    tidy, whole = checked(name, content, year=now.year, but=row.pk)
    before = row.versions.get(version=row.version).content
    renamed, changed = tidy != row.name, whole != before
    if renamed or changed:
        row.name, row.version = tidy, row.version + changed
        row.save(update_fields=["name", "version"])
        payload = {"version": row.version, "renamed": renamed, "counts": changed}
        audit.record(("calendar", row.pk), "calendar.change", actor=actor, now=now, payload=payload)
    if changed:
        _version(row, whole, actor=actor, now=now)
    return row


@action("calendar.retire")
def retire_calendar(calendar: Calendar, *, actor: Actor, now: datetime, again: bool = False) -> Calendar:
    """No longer offered, or offered ``again``. Clocks that were counted with it go on. Twice is once."""
    access.require_administrator(actor)
    row = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if not again and (Team.objects.filter(calendar=row).exists() or Office.objects.filter(calendar=row).exists()):
        raise Conflict(_("A team or the office still works by it"), code="in-use")
    if (row.retired_at is None) is again:
        return row
    row.retired_at = None if again else now
    row.save(update_fields=["retired_at"])
    audit.record(("calendar", row.pk), "calendar.retire", actor=actor, now=now, payload={"again": again})
    return row


def checked(name: str, content: Mapping[str, Any], *, year: int, but: int | None = None) -> tuple[str, dict[str, Any]]:
    """The name and the whole content of a version, public days and all. Raises ``Invalid`` with everything wrong."""
    faults: dict[str, list[Fault]] = {}
    tidy = clean(name).strip()
    if not tidy or len(tidy) > 80:
        faults["name"] = [Fault("required", _("Give the working hours a name of at most 80 characters"))]
    elif Calendar.objects.filter(name__iexact=tidy).exclude(pk=but or 0).exists():
        faults["name"] = [Fault("unique", _("There are working hours of this name"))]
    region = str(content.get("region") or "")
    if region and region not in REGIONS:
        faults["region"] = [Fault("unknown-choice", _("The public days of this region are not known"))]
    for field in ("closed", "extra"):
        if len(content.get(field) or []) > MOST_OWN_DAYS:
            faults[field] = [Fault("too-many", _("These are too many days"))]
    whole = {**content, "region": region, "public": loaded(region, year)}
    own: dict[str, Any] = {}
    try:
        own = working_time({**whole, "public": {}}).write()
        working_time(whole)
    except BadCalendar as bad:
        for flaw in bad.flaws:
            faults.setdefault(_field(flaw), []).append(Fault(flaw.code, FLAWS[flaw.code] % flaw.params))
    if faults:
        raise Invalid(faults)
    return tidy, {**own, "region": region, "public": whole["public"]}


def _field(flaw: Flaw) -> str:
    """The field of the form a flaw stands beside: each weekday has its own."""
    if flaw.field == "windows":
        return f"windows_{flaw.params.get('weekday', 0)}"
    return flaw.field


def _version(calendar: Calendar, content: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    CalendarVersion.objects.create(
        calendar=calendar, version=calendar.version, content=dict(content), made_at=now, made_by_id=actor.agent_id
    )
