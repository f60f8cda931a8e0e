"""Working hours are made, changed, renamed and retired; what was counted with is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from office import access, audit
from office.actions.calendars import change_calendar, make_calendar, retire_calendar
from office.actions.teams import edit_team
from office.errors import Conflict, Invalid, Stale
from office.models import Calendar, CalendarVersion, Event
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

CONTENT: dict[str, Any] = {
    "time_zone": "Asia/Shanghai",
    "region": "CN",
    "windows": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in "01234"},
    "closed": [],
    "extra": [],
}
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


@pytest.fixture
def calendar(office: Any) -> Calendar:
    return make_calendar(None, name="Shanghai desk", content=CONTENT, **BY)


def versions(calendar: Calendar) -> list[int]:
    return list(calendar.versions.order_by("version").values_list("version", flat=True))


def test_working_hours_are_made_with_the_public_days_of_their_region(calendar: Calendar) -> None:
    row = calendar.versions.get()
    assert (row.version, row.region, row.made_at) == (1, "CN", NOW)
    assert row.coverage is not None
    assert (row.coverage.first, row.coverage.last) == (2025, 2026)
    assert row.working_time.windows_on(NOW.date().replace(month=10, day=1)) == ()
    assert Event.objects.get(subject_kind="calendar").verb == "calendar.make"


def test_a_change_makes_a_version_and_the_old_one_stays_as_it_was(calendar: Calendar) -> None:
    before = calendar.versions.get().content
    closed = {**CONTENT, "closed": ["2026-12-24"]}
    row = change_calendar(calendar, name="Shanghai desk", content=closed, version=1, **BY)
    assert row.version == 2
    assert versions(row) == [1, 2]
    assert row.versions.get(version=1).content == before
    assert audit.verify(("calendar", row.pk)) == 2


def test_renaming_makes_no_version_and_saving_what_is_there_writes_nothing(calendar: Calendar) -> None:
    row = change_calendar(calendar, name="Pudong desk", content=CONTENT, **BY)
    assert (row.name, row.version, versions(row)) == ("Pudong desk", 1, [1])
    with nothing_changes():
        change_calendar(calendar, name="Pudong desk", content=CONTENT, **BY)


def test_saving_again_when_more_public_days_are_announced_makes_a_version(calendar: Calendar) -> None:
    later = NOW + timedelta(days=60)
    row = change_calendar(calendar, actor=SYSTEM, now=later, name="Shanghai desk", content=CONTENT)
    assert row.version == 2, "the years around 2027 are others than those around 2026"


def test_two_who_change_it_at_once_do_not_overwrite_each_other(calendar: Calendar) -> None:
    change_calendar(calendar, name="Shanghai desk", content={**CONTENT, "region": ""}, version=1, **BY)
    with nothing_changes(), pytest.raises(Stale):
        change_calendar(calendar, name="Shanghai desk", content=CONTENT, version=1, **BY)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"windows": {}}, "windows_0", "no-working-time"),
        ({"windows": {"2": [["9", "12"]]}}, "windows_2", "not-a-window"),
        ({"windows": {"6": [["22:00", "06:00"]]}}, "windows_6", "ends-before-start"),
        ({"windows": {"0": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "windows_0", "overlap"),
        ({"closed": ["tomorrow"]}, "closed", "bad-date"),
        ({"closed": ["2026-02-30"]}, "closed", "bad-date"),
        ({"closed": ["2026-12-24", "2026-12-24"]}, "closed", "twice"),
        ({"closed": ["2026-12-24"], "extra": ["2026-12-24"]}, "extra", "closed-too"),
        ({"extra": [{"date": "2026-12-24", "name": "x" * 121}]}, "extra", "long-name"),
        ({"closed": ["2026-12-24"] * 500}, "closed", "too-many"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "unknown-zone"),
        ({"region": "XX"}, "region", "unknown-choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    office: Any, change: dict[str, Any], field: str, code: str
) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        make_calendar(None, name="Desk", content={**CONTENT, **change}, **BY)
    assert code in [fault.code for fault in refusal.value.fields[field]]
    assert all(str(fault.sentence) for faults in refusal.value.fields.values() for fault in faults)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "shanghai DESK"])
def test_working_hours_need_a_name_of_their_own(calendar: Calendar, name: str) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        make_calendar(None, name=name, content=CONTENT, **BY)
    assert list(refusal.value.fields) == ["name"]


def test_a_team_counts_with_its_own_hours_else_with_the_offices_else_day_and_night(
    calendar: Calendar, office: Any, team: Any, other_team: Any
) -> None:
    assert access.hours_of(team.pk) is None
    assert access.hours_of(None) is None
    other = make_calendar(None, name="London desk", content={**CONTENT, "time_zone": "Europe/London"}, **BY)
    office.calendar = other
    office.save()
    about = {"name": team.name, "parent": None, "lead": None, "supervisor": None, "region": "", "members": []}
    edit_team(team, calendar=calendar, **about, **BY)
    own, offices = access.hours_of(team.pk), access.hours_of(other_team.pk)
    assert own is not None
    assert offices is not None
    assert (own.calendar_id, offices.calendar_id) == (calendar.pk, other.pk)
    assert access.hours_of(None) == offices


def test_only_what_nobody_works_by_is_retired_and_it_can_come_back(calendar: Calendar, team: Any) -> None:
    team.calendar = calendar
    team.save()
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        retire_calendar(calendar, **BY)
    assert refusal.value.code == "in-use"
    team.calendar = None
    team.save()
    for _time in range(2):
        retire_calendar(calendar, **BY)
    assert list(access.calendars()) == []
    about = {"name": team.name, "parent": None, "lead": None, "supervisor": None, "region": "", "members": []}
    calendar.refresh_from_db()
    with pytest.raises(Invalid):
        edit_team(team, calendar=calendar, **about, **BY)
    retire_calendar(calendar, again=True, **BY)
    assert list(access.calendars()) == [calendar]
    verbs = list(Event.objects.filter(subject_kind="calendar").values_list("verb", flat=True))
    assert verbs == ["calendar.make", "refused", "calendar.retire", "calendar.retire"]
    assert CalendarVersion.objects.count() == 1
