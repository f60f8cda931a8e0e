"""Categories, reasons and targets."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.actions import set_up as s
from complaints.models import Category, Preset, Reason
from office.errors import Invalid, NotAllowed
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

NAMES = {"en": "Opening hours", "zh-hans": "营业时间", "zh-hant": "營業時間"}
HOURS = {target: {"1": "24", "2": "12", "3": "8", "4": "0.5"} for target in ("acknowledge", "first_answer", "resolve")}


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (s.save_category, {"names": NAMES}),
        (s.save_reason, {"kind": "skip", "names": NAMES}),
        (s.publish_targets, {"hours": HOURS}),
    ],
)
def test_only_an_administrator_sets_up(
    act: Any, agent: Any, supervisor: Any, administrator: Any, verb: Any, words: dict[str, Any]
) -> None:
    for person in (agent, supervisor):
        with nothing_changes(), pytest.raises(NotAllowed):
            act(verb, None, by=person, **words)
    assert act(verb, None, by=administrator, **words).pk


def test_a_category_is_named_placed_and_coded(act: Any, administrator: Any, told: Any, team: Any) -> None:
    parent = Category.objects.get(code="service")
    made = act(s.save_category, None, by=administrator, names=NAMES, parent=parent, team=team)
    assert (made.code, made.name_zh_hant, made.parent, made.team) == ("opening_hours", "營業時間", parent, team)
    second = act(s.save_category, None, by=administrator, names=NAMES, parent=parent)
    assert second.code == "opening_hours_2"
    assert told(made) == ["category.save"]


def test_there_are_two_levels_and_no_more(act: Any, administrator: Any) -> None:
    parent = Category.objects.get(code="service")
    child = parent.children.all()[0]
    for subject, under in ((None, child), (parent, parent), (parent, Category.objects.get(code="money"))):
        with nothing_changes(), pytest.raises(Invalid):
            act(s.save_category, subject, by=administrator, names=NAMES, parent=under)


def test_a_retired_reason_stays_on_old_cases_and_can_come_back(act: Any, administrator: Any, told: Any) -> None:
    reason = Reason.objects.get(kind="skip", code="legal_advice")
    act(s.save_reason, reason, by=administrator, kind="skip", names=NAMES, retired=True)
    reason.refresh_from_db()
    assert (reason.retired_at, reason.code) == (NOW, "legal_advice")
    act(s.save_reason, reason, by=administrator, kind="skip", names=NAMES)
    reason.refresh_from_db()
    assert reason.retired_at is None
    assert told(reason) == ["reason.save", "reason.save"]


@pytest.mark.parametrize("names", [{}, {"en": " "}, {"en": "x" * 121}, {"en": "a", "zh-hans": "字" * 121}])
def test_a_name_is_needed_in_english_and_fits(act: Any, administrator: Any, names: dict[str, str]) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(s.save_category, None, by=administrator, names=names)


def test_a_list_nobody_knows_takes_no_reason(act: Any, administrator: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(s.save_reason, None, by=administrator, kind="excuse", names=NAMES)


def test_targets_are_published_as_a_new_version(act: Any, administrator: Any) -> None:
    made = act(s.publish_targets, None, by=administrator, hours=HOURS)
    assert (made.version, made.published_by) == (2, administrator)
    assert Preset.objects.count() == 2


@pytest.mark.parametrize("hours", ["0", "-1", "NaN", "Infinity", "soon", "", "100000", "１e9"])
def test_a_target_is_a_number_of_hours(act: Any, administrator: Any, hours: str) -> None:
    bad = {**HOURS, "resolve": {**HOURS["resolve"], "3": hours}}
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(s.publish_targets, None, by=administrator, hours=bad)
    assert set(refusal.value.fields) == {"resolve-3"}


def test_a_target_left_out_is_named(act: Any, administrator: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(s.publish_targets, None, by=administrator, hours={})
    assert len(refusal.value.fields) == 12
