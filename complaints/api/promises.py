"""What is owed on a ticket, and what is asked of somebody above."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.actions import escalations, follow_ups
from complaints.api import named
from complaints.api.dated import Dated, dated
from complaints.api.parts import PAGE, PartResource, paged, part_verb
from complaints.api.shapes import EscalationSerializer, EventSerializer, FollowUpSerializer
from complaints.domain import vocabulary as v
from complaints.models import Escalation, FollowUp, Ticket
from office.api.fields import Body, Code, Flag, Instant, Text
from office.models import Event
from office.roles import Actor


class NewFollowUp(Dated):
    kind = Code(v.FOLLOW_UPS)
    text = Text(max_length=300)
    due_kind = Code(("by", "on"), required=False, help_text="by: at the latest then; on: some time that day.")
    promised = Flag(required=False, help_text="Whether the customer was told.")
    owner = Text(required=False, allow_null=True, help_text="A user name.")


class Done(Body):
    outcome = Code(v.OUTCOMES, required=False, help_text="kept, if it is not given.")
    note = Text(required=False, allow_blank=True, max_length=300)
    next_due_at = Instant(required=False, help_text="Of what reached nobody: when it is tried again.")


class NewTime(Dated):
    due_kind = Code(("by", "on"), required=False, help_text="As it was, if it is not given.")
    told = Flag(
        required=False,
        help_text=(
            "Needed to move a promise past the date the customer was told: whether they know the new one. If not, the "
            "promise ends as missed and the answer is a new follow-up, which nobody promised."
        ),
    )


class FollowUps(PartResource):
    @extend_schema(
        operation_id="list_follow_ups",
        summary="List what is owed and what was kept",
        parameters=PAGE,
        responses={200: paged(FollowUpSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _follow_ups, FollowUpSerializer)

    @extend_schema(
        operation_id="plan_follow_up",
        summary="Promise or plan something",
        request=NewFollowUp,
        responses={201: FollowUpSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = dict(self.read(NewFollowUp))

        def plan() -> FollowUp:
            words = dated(ticket, said, now=self.now) | {"owner": named.person(said.get("owner"), "owner")}
            return follow_ups.plan(ticket, actor=self.actor, now=self.now, **words)

        return self.added(plan, FollowUpSerializer)


def _follow_ups(ticket: Ticket) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(ticket=ticket).select_related("owner")


def _move(row: FollowUp, *, actor: Actor, now: datetime, **said: Any) -> FollowUp:
    return follow_ups.move(row, actor=actor, now=now, **dated(row.ticket, said, now=now))


OWED: dict[str, Any] = {"find": access.follow_up_for, "shape": FollowUpSerializer}
FollowUpDone = part_verb("end_follow_up", "End it with an outcome", do=follow_ups.done, body=Done, **OWED)
FollowUpMoved = part_verb("move_follow_up", "Set another time", do=_move, body=NewTime, **OWED)


class NewEscalation(Body):
    reason = Text(max_length=20_000, help_text="What is asked.")
    trigger = Code(v.TRIGGERS, required=False)
    addressed_to = Text(required=False, allow_null=True, help_text="A user name; else who stands above the case.")


class Guidance(Body):
    guidance = Text(max_length=20_000)


class OptionalGuidance(Body):
    guidance = Text(required=False, allow_blank=True, max_length=20_000)


class Escalations(PartResource):
    @extend_schema(
        operation_id="list_escalations",
        summary="List what was asked of somebody above",
        parameters=PAGE,
        responses={200: paged(EscalationSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _escalations, EscalationSerializer)

    @extend_schema(
        operation_id="escalate",
        summary="Ask somebody above",
        request=NewEscalation,
        responses={201: EscalationSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = dict(self.read(NewEscalation))

        def ask() -> Escalation:
            words = said | {"addressed_to": named.person(said.get("addressed_to"), "addressed_to")}
            return escalations.open_escalation(ticket, actor=self.actor, now=self.now, **words)

        return self.added(ask, EscalationSerializer)


def _escalations(ticket: Ticket) -> QuerySet[Escalation]:
    return Escalation.objects.filter(ticket=ticket).select_related("addressed_to", "in_place_of")


ASKED: dict[str, Any] = {"find": access.escalation_for, "shape": EscalationSerializer}
Acknowledge = part_verb("acknowledge_escalation", "I have seen it", do=escalations.acknowledge, **ASKED)
GiveBack = part_verb(
    "return_escalation", "Back to the handler with guidance", do=escalations.give_back, body=Guidance, **ASKED
)
AnswerIt = part_verb("answer_escalation", "Decide what was asked", do=escalations.answer, body=Guidance, **ASKED)
TakeOver = part_verb(
    "take_over_escalation", "Take the case over", do=escalations.take_over, body=OptionalGuidance, **ASKED
)


class Events(PartResource):
    @extend_schema(
        operation_id="list_events",
        summary="Read the record book of a ticket",
        parameters=PAGE,
        responses={200: paged(EventSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _events, EventSerializer)


def _events(ticket: Ticket) -> QuerySet[Event]:
    return Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
