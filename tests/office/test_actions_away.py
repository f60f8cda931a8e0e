"""Somebody is away, and somebody stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from office import access
from office.actions.away import set_away
from office.errors import Invalid, NotAllowed
from office.models import Agent, Event
from tests.access.snapshots import nothing_changes
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)


def say(agent: Agent, *, by: Agent, **words: Any) -> Agent:
    found: Agent = set_away(agent, actor=access.actor_of(by), now=NOW, **{"until": LATER, **words})
    return found


def told(agent: Agent) -> list[dict[str, Any]]:
    return list(
        Event.objects.filter(subject_kind="agent", subject_id=agent.pk, verb="agent.away").values_list(
            "payload", flat=True
        )
    )


def test_everybody_says_it_of_themselves_and_twice_is_once(agent: Agent, colleague: Agent) -> None:
    say(agent, by=agent, deputy=colleague)
    say(agent, by=agent, deputy=colleague)
    agent.refresh_from_db()
    assert (agent.away_until, agent.deputy) == (LATER, colleague)
    assert told(agent) == [{"until": LATER.isoformat(), "deputy": colleague.pk}]
    say(agent, by=agent, until=None, deputy=colleague)
    agent.refresh_from_db()
    assert agent.away_until is None


def test_a_supervisor_says_it_of_others_and_nobody_of_whoever_stands_above_them(
    agent: Agent, colleague: Agent, supervisor: Agent, administrator: Agent
) -> None:
    say(agent, by=supervisor)
    say(supervisor, by=administrator)
    for who, by in ((agent, colleague), (supervisor, agent), (administrator, supervisor)):
        with nothing_changes(but_lines=1), pytest.raises(NotAllowed):
            say(who, by=by)


def test_a_supervisor_does_not_make_themselves_the_one_who_sees_instead(
    stranger: Agent, supervisor: Agent, administrator: Agent
) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refused:
        say(stranger, by=supervisor, deputy=supervisor)
    assert [fault.code for fault in refused.value.fields["deputy"]] == ["oneself"]
    assert say(stranger, by=administrator, deputy=supervisor).deputy == supervisor


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"until": NOW}, "until"),
        ({"until": NOW + timedelta(days=4000)}, "until"),
        ({"deputy": "oneself"}, "deputy"),
        ({"deputy": "left"}, "deputy"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    words: dict[str, Any], field: str, agent: Agent, colleague: Agent
) -> None:
    if "deputy" in words:
        Agent.objects.filter(pk=colleague.pk).update(is_active=False)
        colleague.refresh_from_db()
        words = {"deputy": agent if words["deputy"] == "oneself" else colleague}
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        say(agent, by=agent, **words)
    assert set(refusal.value.fields) == {field}


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client_of: Any, agent: Agent, colleague: Agent) -> None:
    browser = client_of(agent)
    answer = browser.post(reverse("away"), {"until": "2001-01-01T10:00", "deputy": colleague.pk})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This has passed already" in text
    assert "2001-01-01T10:00" in text
    assert f'value="{colleague.pk}" selected' in text
    for bad in ("never", "\x00", "9" * 5000, "2026-13-45T99:99"):
        assert browser.post(reverse("away"), {"until": bad, "deputy": "x"}).status_code == 422
    agent.refresh_from_db()
    assert agent.away_until is None


def test_one_goes_and_comes_back(client_of: Any, agent: Agent, colleague: Agent) -> None:
    browser = client_of(agent)
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert browser.post(reverse("away"), {"until": until, "deputy": colleague.pk}).status_code == 303
    page = browser.get(reverse("away")).content.decode()
    assert "Here again" in page
    agent.refresh_from_db()
    assert (agent.away_until is not None, agent.deputy) == (True, colleague)
    assert browser.post(reverse("away"), {"here": "1"}).status_code == 303
    agent.refresh_from_db()
    assert (agent.away_until, agent.deputy) == (None, colleague)
    assert "Here again" not in browser.get(reverse("away")).content.decode()


def test_somebody_elses_absence_is_for_supervisors(
    client_of: Any, agent: Agent, colleague: Agent, supervisor: Agent, administrator: Agent
) -> None:
    place = reverse("away-of", args=[agent.pk])
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert client_of(colleague).post(place, {"until": until}).status_code == 403
    assert client_of(supervisor).get(place).status_code == 200
    assert client_of(supervisor).post(place, {"until": until, "deputy": colleague.pk}).status_code == 303
    agent.refresh_from_db()
    assert agent.away_until is not None
    above = reverse("away-of", args=[administrator.pk])
    assert client_of(supervisor).get(above).status_code == 403
    assert client_of(supervisor).post(above, {"until": until}).status_code == 403
    assert client_of(supervisor).get(reverse("away-of", args=[999_999])).status_code == 404
