"""Who works here, the record book, the out-tray and the alarm clock."""

from office.models.agent import Agent, SignInLink
from office.models.approval import Approval
from office.models.calendar import Calendar, CalendarVersion
from office.models.event import Event, EventAnchor
from office.models.heartbeat import Heartbeat
from office.models.idempotency import IdempotentAnswer
from office.models.office import Office
from office.models.outgoing import Outgoing
from office.models.team import Membership, Team
from office.models.timer import Timer
from office.models.token import ApiToken

__all__ = [
    "Agent",
    "ApiToken",
    "Approval",
    "Calendar",
    "CalendarVersion",
    "Event",
    "EventAnchor",
    "Heartbeat",
    "IdempotentAnswer",
    "Membership",
    "Office",
    "Outgoing",
    "SignInLink",
    "Team",
    "Timer",
]
