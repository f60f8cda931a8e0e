"""How every action runs: one transaction, and a refusal written down after the rollback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import Http404

from office.acting import ACTIONS, action, subject_of
from office.errors import Conflict, Fault, Invalid, NotAllowed, Stale, StepBlocked
from office.models import Event, Team
from office.roles import SYSTEM
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

Acts = Callable[..., Any]


@pytest.fixture
def act() -> Iterator[Acts]:
    """An action that renames a team and then raises what it is given."""

    @action("test.rename")
    def rename(subject: Team | None, *, actor: Any, now: Any, then: BaseException | None = None) -> str:
        Team.objects.create(name="Written", slug="written")
        if then is not None:
            raise then
        return "done"

    yield rename
    del ACTIONS["test.rename"]


def test_what_an_action_wrote_stays_when_it_ends_well(act: Acts, team: Any) -> None:
    assert act(team, actor=SYSTEM, now=NOW) == "done"
    assert Team.objects.filter(name="Written").exists()
    assert not Event.objects.filter(verb="refused").exists()


@pytest.mark.parametrize("refusal", [NotAllowed(), Conflict(code="too-soon"), StepBlocked(())])
def test_a_refusal_takes_everything_back_and_leaves_one_line(act: Acts, team: Any, refusal: Exception) -> None:
    with pytest.raises(type(refusal)):
        act(team, actor=SYSTEM, now=NOW, then=refusal)
    assert not Team.objects.filter(name="Written").exists()
    (line,) = Event.objects.filter(verb="refused")
    assert (line.subject_kind, line.subject_id, line.at) == ("team", team.pk, NOW)
    assert line.payload == {"verb": "test.rename", "code": refusal.code}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "failure", [Invalid({"name": [Fault("required", "x")]}), Stale(current=3), Http404(), ValueError("a bug")]
)
def test_bad_input_stale_pages_strangers_and_bugs_leave_nothing(act: Acts, team: Any, failure: Exception) -> None:
    before = Event.objects.count()
    with pytest.raises(type(failure)):
        act(team, actor=SYSTEM, now=NOW, then=failure)
    assert not Team.objects.filter(name="Written").exists()
    assert Event.objects.count() == before


def test_a_refusal_without_a_subject_leaves_nothing(act: Acts, office: Any) -> None:
    with pytest.raises(NotAllowed):
        act(None, actor=SYSTEM, now=NOW, then=NotAllowed())
    assert not Event.objects.filter(verb="refused").exists()


def test_a_verb_has_one_action(act: Acts) -> None:
    with pytest.raises(RuntimeError):
        action("test.rename")(lambda subject, **words: None)


def test_what_hangs_on_a_ticket_is_written_into_the_tickets_chain(ticket: Any, team: Any) -> None:
    assert subject_of(ticket) == ("ticket", ticket.pk)
    assert subject_of(ticket.interactions.get()) == ("ticket", ticket.pk)
    assert subject_of(team) == ("team", team.pk)


def test_an_action_knows_its_verb() -> None:
    assert all(run.verb == verb for verb, run in ACTIONS.items())  # type: ignore[attr-defined]
