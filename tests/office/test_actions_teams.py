"""Teams and the office settings refuse what the database could not hold, whoever calls."""

from __future__ import annotations

import pytest

from office.actions.teams import create_team, edit_office
from office.errors import Invalid
from office.models import Office, Team
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

SETTINGS = {
    "name": "Desk",
    "duty_manager": None,
    "region": "GB",
    "time_zone": "Europe/London",
    "language": "en",
    "currency": "GBP",
    "redress_limits": {},
}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", " \x00 "), ("name", "x" * 81), ("region", "GBR"), ("region", "12"), ("region", "中国")],
)
def test_a_team_that_cannot_be_held_is_refused_at_its_field(office, field, value):
    with pytest.raises(Invalid) as refusal:
        create_team(None, actor=SYSTEM, now=NOW, **{"name": "Refunds", field: value})
    assert list(refusal.value.fields) == [field]
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("region", "GBR"),
        ("language", "tlh"),
        ("currency", "EURO"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_settings_that_cannot_be_held_are_refused_at_their_field(office, field, value):
    with pytest.raises(Invalid) as refusal:
        edit_office(None, actor=SYSTEM, now=NOW, **{**SETTINGS, field: value})
    assert list(refusal.value.fields) == [field]
    assert Office.objects.get(pk=1).name == office.name
