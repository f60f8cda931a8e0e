"""What we remember of a complaint, one noun a file."""

from complaints.models.attachment import Attachment
from complaints.models.category import Category, Reason
from complaints.models.clock import Clock, ClockEvent, Preset
from complaints.models.customer_link import CustomerLink
from complaints.models.draft import Draft
from complaints.models.escalation import Escalation
from complaints.models.follow_up import FollowUp
from complaints.models.interaction import Interaction, RawMessage
from complaints.models.issue import Finding, Issue
from complaints.models.letter import Letter, LetterVersion
from complaints.models.pattern import Pattern
from complaints.models.prevention import PreventiveAction
from complaints.models.redress import Redress
from complaints.models.step import StepRecord
from complaints.models.survey import Survey
from complaints.models.ticket import Participant, Ticket, TicketLink
from complaints.models.training import TrainingAnswer, TrainingRound
from complaints.models.wording import WordingNote

__all__ = [
    "Attachment",
    "Category",
    "Clock",
    "ClockEvent",
    "CustomerLink",
    "Draft",
    "Escalation",
    "Finding",
    "FollowUp",
    "Interaction",
    "Issue",
    "Letter",
    "LetterVersion",
    "Participant",
    "Pattern",
    "Preset",
    "PreventiveAction",
    "RawMessage",
    "Reason",
    "Redress",
    "StepRecord",
    "Survey",
    "Ticket",
    "TicketLink",
    "TrainingAnswer",
    "TrainingRound",
    "WordingNote",
]
