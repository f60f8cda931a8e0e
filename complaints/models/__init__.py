"""What we remember of a complaint, one noun a file."""

from complaints.models.attachment import Attachment
from complaints.models.category import Category, Reason
from complaints.models.clock import Clock, ClockEvent, Preset
from complaints.models.draft import Draft
from complaints.models.escalation import Escalation
from complaints.models.follow_up import FollowUp
from complaints.models.interaction import Interaction, RawMessage
from complaints.models.issue import Finding, Issue
from complaints.models.prevention import PreventiveAction
from complaints.models.redress import Redress
from complaints.models.step import StepRecord
from complaints.models.ticket import Participant, Ticket, TicketLink

__all__ = [
    "Attachment",
    "Category",
    "Clock",
    "ClockEvent",
    "Draft",
    "Escalation",
    "Finding",
    "FollowUp",
    "Interaction",
    "Issue",
    "Participant",
    "Preset",
    "PreventiveAction",
    "RawMessage",
    "Reason",
    "Redress",
    "StepRecord",
    "Ticket",
    "TicketLink",
]
