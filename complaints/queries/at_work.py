"""When somebody is at work: the calendar of their first team that has one, else the office's, else always."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from office import access as office_access
from office.calendars import OutOfReach, WorkingTime
from office.models import Membership
from office.remembered import remembered


@remembered
def calendar_of(agent_id: int) -> WorkingTime | None:
    """The hours somebody works, or None where nobody has said. Two queries."""
    member = Exists(Membership.objects.filter(agent=agent_id, team=OuterRef("pk")))
    theirs = office_access.teams().filter(Q(member) | Q(lead=agent_id) | Q(supervisor=agent_id))
    first = theirs.filter(calendar__isnull=False).order_by("pk").values_list("pk", flat=True).first()
    version = office_access.hours_of(first)
    return version.working_time if version else None


def at_work_from(agent_id: int, *, now: datetime) -> datetime:
    """``now`` while they are at work, else when they are next."""
    calendar = calendar_of(agent_id)
    try:
        return calendar.next_open(now) if calendar else now
    except OutOfReach:
        return now
