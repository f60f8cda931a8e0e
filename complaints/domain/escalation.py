"""When the desk itself puts a case before somebody above. Pure: no database, no clock.

A promise the customer was given escalates the moment it is missed; what we set ourselves has a day's grace, and stands
as late in the queue before that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from complaints.domain.clocks import UNASSESSED

TASK_GRACE = timedelta(days=1)
"""How long something we set ourselves may be late before somebody above is asked."""

REOPENED_AGAIN = 2
"""The pass after which another one goes up: the second time that our answer was not one."""

NOBODYS: Mapping[int, timedelta] = {
    1: timedelta(hours=24),
    2: timedelta(hours=8),
    3: timedelta(hours=2),
    4: timedelta(minutes=30),
}
"""How long a case of each severity may be nobody's."""


def missed_at(due_at: datetime, *, promised: bool) -> datetime:
    """The instant at which a follow-up that is still open goes up."""
    return due_at if promised else due_at + TASK_GRACE


def nobodys_until(since: datetime, severity: int | None) -> datetime:
    """The instant at which a case that still has no owner goes up (severity None: not yet judged)."""
    return since + NOBODYS[severity or UNASSESSED]
