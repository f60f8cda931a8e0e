"""Issues and their findings."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.actions.issues import add_issue, find
from complaints.models import Finding
from office.errors import Conflict, Invalid
from tests.access.snapshots import nothing_changes
from tests.conftest import REASON

pytestmark = pytest.mark.django_db


def test_issues_are_numbered_in_the_order_they_were_raised(ticket: Any, act: Any, told: Any) -> None:
    numbers = [act(add_issue, ticket, text=text).number for text in ("The refund is late", "Nobody rang")]
    assert numbers == [1, 2]
    assert told(ticket)[-2:] == ["issue.add", "issue.add"]


@pytest.mark.parametrize("text", ["", " \x00\n ", "x" * 301])
def test_an_issue_is_a_sentence(ticket: Any, act: Any, text: str) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(add_issue, ticket, text=text)


def test_a_finding_is_made_in_resolve_only(ticket: Any, act: Any, walk_to: Any) -> None:
    issue = act(add_issue, ticket, text="The refund is late")
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(find, issue, finding="upheld", reason=REASON)


def test_deciding_again_corrects_the_finding_of_this_pass(ticket: Any, act: Any, walk_to: Any, told: Any) -> None:
    ticket = walk_to(ticket, "resolve")
    issue = act(add_issue, ticket, text="The refund is late")
    act(find, issue, finding="upheld", reason=REASON)
    act(find, issue, finding="partly_upheld", reason=REASON)
    assert [(f.finding, f.pass_number) for f in Finding.objects.filter(issue=issue)] == [("partly_upheld", 1)]
    assert told(ticket).count("issue.find") == 2


@pytest.mark.parametrize(("finding", "reason"), [("maybe", REASON), ("", REASON), ("upheld", "x" * 20_001)])
def test_a_finding_is_one_of_four(ticket: Any, act: Any, walk_to: Any, finding: str, reason: str) -> None:
    ticket = walk_to(ticket, "resolve")
    issue = act(add_issue, ticket, text="The refund is late")
    with nothing_changes(), pytest.raises(Invalid):
        act(find, issue, finding=finding, reason=reason)
