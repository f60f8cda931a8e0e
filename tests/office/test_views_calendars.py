"""The set-up pages of working hours."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from office.actions.calendars import make_calendar
from office.models import Calendar
from office.roles import SYSTEM
from tests.conftest import NOW
from tests.office.test_actions_calendars import CONTENT

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages

LIST = "set-up-calendars"


@pytest.fixture
def admin(client_of: Any, administrator: Any) -> Any:
    return client_of(administrator)


@pytest.fixture
def calendar(office: Any) -> Calendar:
    return make_calendar(None, actor=SYSTEM, now=NOW, name="Shanghai desk", content=CONTENT)


def typed(**changes: str) -> dict[str, str]:
    week = {f"windows_{day}": "9:00–12:00, 13:00–18:00" if day < 5 else "" for day in range(7)}
    form = {"name": "Shanghai desk", "time_zone": "Asia/Shanghai", "region": "CN", "closed": "", "extra": "", **week}
    return {**form, **changes}


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page(calendar: Calendar) -> str:
    return reverse("set-up-calendar", args=[calendar.pk])


def test_working_hours_are_added_with_several_windows_a_day(admin: Any) -> None:
    extra = "2026/12/26 9:00-12:00 年终盘点"
    answer = admin.post(reverse("set-up-calendar-new"), typed(closed="2026-12-24 Christmas Eve", extra=extra))
    assert answer.status_code == 303
    content = Calendar.objects.get().versions.get().content
    assert content["windows"]["0"] == [["09:00", "12:00"], ["13:00", "18:00"]]
    assert content["closed"] == [{"date": "2026-12-24", "name": "Christmas Eve"}]
    assert content["extra"] == [{"date": "2026-12-26", "name": "年终盘点", "windows": [["09:00", "12:00"]]}]
    shown = body(admin.get(page(Calendar.objects.get())))
    assert "2026-12-26 09:00-12:00 年终盘点" in shown
    assert "09:00-12:00, 13:00-18:00" in shown


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(admin: Any) -> None:
    wrong = typed(windows_1="9-12", windows_2="13:00-12:00", closed="tomorrow Party", name="")
    answer = admin.post(reverse("set-up-calendar-new"), wrong)
    assert answer.status_code == 422
    shown = body(answer)
    for kept in ('value="9-12"', 'value="13:00-12:00"', "tomorrow Party"):
        assert kept in shown
    answer = admin.post(reverse("set-up-calendar-new"), wrong | {"name": "Desk"})
    shown = body(answer)
    assert "9-12 is no time of day: write 09:00-12:30" in shown
    assert "tomorrow is no date: write 2026-12-24" in shown
    assert shown.count('class="c-error"') >= 2
    assert not Calendar.objects.exists()


def test_a_preview_tells_the_next_weeks_and_saves_nothing(admin: Any, calendar: Calendar) -> None:
    answer = admin.post(page(calendar), typed(version="1", windows_0="", preview="1"))
    assert answer.status_code == 200
    shown = body(answer)
    assert "The next weeks, if you save this" in shown
    assert "09:00–12:00, 13:00–18:00" in shown
    calendar.refresh_from_db()
    assert calendar.version == 1
    assert admin.post(page(calendar), typed(windows_0="x", preview="1")).status_code == 422


def test_a_change_says_that_running_clocks_keep_theirs_and_a_name_that_nothing_changes(
    admin: Any, calendar: Calendar
) -> None:
    answer = admin.post(page(calendar), typed(name="Pudong desk", version="1"), follow=True)
    assert "Nothing is counted differently" in body(answer) or "Running clocks keep theirs" in body(answer)
    answer = admin.post(page(calendar), typed(name="Pudong desk", windows_4=""), follow=True)
    assert "Running clocks keep theirs" in body(answer)
    version = Calendar.objects.get().version
    answer = admin.post(page(calendar), typed(name="Puxi desk", windows_4=""), follow=True)
    assert "Nothing is counted differently" in body(answer)
    answer = admin.post(page(calendar), typed(name="Puxi desk", windows_4=""), follow=True)
    assert f"Nothing was changed: version {version} stays" in body(answer)
    assert admin.post(page(calendar), typed(windows_4="", version="1")).status_code == 412


def test_the_page_warns_when_the_public_days_run_out(admin: Any, calendar: Calendar) -> None:
    row = calendar.versions.get()
    row.content["public"] |= {"last": 2020}
    row.save()
    assert "are known until 31 December 2020" in body(admin.get(page(calendar)))
    assert "fs-tag--soon" in body(admin.get(reverse(LIST)))


def test_retired_hours_are_offered_no_longer_until_they_are_again(
    admin: Any, calendar: Calendar, team: Any, office: Any
) -> None:
    choose = reverse("set-up-team", args=[team.pk])
    assert "Shanghai desk</option>" in body(admin.get(choose))
    assert "Shanghai desk</option>" in body(admin.get(reverse("set-up-office")))
    retire = reverse("set-up-calendar-retire", args=[calendar.pk])
    assert admin.post(retire).status_code == 303
    assert "Shanghai desk</option>" not in body(admin.get(choose))
    assert admin.post(f"{retire}?again=1").status_code == 303
    form = {"name": team.name, "parent": "", "lead": "", "supervisor": "", "region": "", "calendar": calendar.pk}
    assert admin.post(choose, form).status_code == 303
    team.refresh_from_db()
    assert team.calendar == calendar
    assert "still works by it" in body(admin.post(retire, follow=True))


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_page_is_shown_in_chinese_too(admin: Any, administrator: Any, calendar: Calendar, language: str) -> None:
    administrator.language = language
    administrator.save()
    for address in (reverse(LIST), page(calendar), reverse("set-up-calendar-new")):
        assert admin.get(address).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["\x00", "x" * 30_000, "\u202e2026-12-24", "<script>alert(1)</script>", "99999-99-99", "－" * 500, "٠٩:٠٠-١٢:٠٠"],
)
@pytest.mark.parametrize("field", ["windows_0", "closed", "extra", "name", "time_zone", "region", "version"])
def test_nonsense_is_refused_and_breaks_nothing(admin: Any, field: str, text: str) -> None:
    answer = admin.post(reverse("set-up-calendar-new"), typed(**{field: text}))
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in body(answer)
