"""Words being typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import drafts
from complaints.models import Draft
from office import access
from office.errors import Invalid, NotAllowed
from office.roles import SYSTEM
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def keep(agent: Any, key: str = "new", **fields: list[str]) -> Draft:
    return drafts.keep(actor=access.actor_of(agent), now=NOW, key=key, fields=fields)


def test_one_draft_a_form_and_person(agent: Any, colleague: Any) -> None:
    keep(agent, words=["She says"])
    keep(agent, words=["She says that"])
    keep(colleague, words=["He says"])
    assert [d.fields for d in Draft.objects.order_by("id")] == [{"words": ["She says that"]}, {"words": ["He says"]}]


def test_nobody_drops_somebody_elses_draft(agent: Any, colleague: Any) -> None:
    keep(agent, words=["She says"])
    with nothing_changes():
        drafts.drop(actor=access.actor_of(colleague), key="new")
        drafts.drop(actor=SYSTEM, key="new")
    drafts.drop(actor=access.actor_of(agent), key="new")
    drafts.drop(actor=access.actor_of(agent), key="new")
    assert not Draft.objects.exists()


def test_a_draft_is_a_persons(office: Any) -> None:
    with nothing_changes(), pytest.raises(NotAllowed):
        drafts.keep(actor=SYSTEM, now=NOW, key="new", fields={})


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("", {}),
        ("k" * 81, {}),
        ("new", {str(n): [] for n in range(61)}),
        ("new", {"words": ["x" * 400_001]}),
    ],
)
def test_a_draft_has_a_size(agent: Any, key: str, fields: dict[str, list[str]]) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        drafts.keep(actor=access.actor_of(agent), now=NOW + timedelta(0), key=key, fields=fields)


def test_what_no_database_holds_is_left_out(agent: Any) -> None:
    assert keep(agent, words=["a\x00b\ud800"]).fields == {"words": ["ab"]}
