"""The four steps: their evidence, what still blocks them, and leaving them forwards, backwards or by a skip."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actions import steps
from complaints.api import named
from complaints.api.problems import described
from complaints.api.resource import READ, etag
from complaints.api.schema import IF_MATCH, MUST_MATCH, BlockerSerializer
from complaints.api.shapes import TicketSerializer
from complaints.api.tickets import TicketResource
from complaints.domain import workflow as w
from complaints.domain.evidence import AGENT, CHOICE, CHOICES, NUMBER, SHAPES, Shape
from complaints.models import StepRecord, Ticket
from complaints.queries.guard import blockers_of, evidence_of
from office import access as office_access
from office.api.fields import NOT_A_NUMBER, Body, Code, Text
from office.errors import Fault, Invalid

NOT_STARTED = "not_started"
NOBODY = -1


def _shaped(shape: Shape) -> serializers.Field[Any, Any, Any, Any]:
    """How one piece of evidence is described; it is read by the domain, for every way in the same."""
    rules: dict[str, Any] = {"required": False, "allow_null": True}
    if shape.kind == CHOICE:
        return Code([str(value) for value in shape.among], allow_blank=True, **rules)
    if shape.kind == CHOICES:
        return serializers.ListField(child=Code([str(value) for value in shape.among]), **rules)
    if shape.kind == NUMBER:
        return serializers.IntegerField(min_value=1, max_value=len(shape.among), **rules)
    if shape.kind == AGENT:
        return serializers.CharField(help_text="A user name.", **rules)
    return serializers.CharField(max_length=shape.longest, allow_blank=True, **rules)


EvidenceSerializer: type[serializers.Serializer[Any]] = type(
    "EvidenceSerializer",
    (serializers.Serializer,),
    {
        "__doc__": "Evidence of one step; only the fields of that step are taken. Empty text or null clears a field.",
        **{name: _shaped(shape) for name, shape in SHAPES.items()},
    },
)


class StepSerializer(serializers.Serializer[Any]):
    """The latest visit to a step in the present pass."""

    step = Code(w.STEPS)
    pass_number = serializers.IntegerField()
    visit = serializers.IntegerField(help_text="0 before the first.")
    state = Code((NOT_STARTED, "open", "completed", "skipped", "left"))
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    skip_reason = serializers.CharField()
    note = serializers.CharField()
    evidence = EvidenceSerializer()
    blockers = BlockerSerializer(many=True, help_text="What is still missing, for the step the ticket is in.")


class StepsSerializer(serializers.Serializer[Any]):
    results = StepSerializer(many=True)


class BlockersSerializer(serializers.Serializer[Any]):
    step = Code(w.STEPS)
    state = Code(w.State)
    blockers = BlockerSerializer(many=True)


class Skip(Body):
    reason = Text(max_length=60, help_text="A code of the closed list; see /api/v1/vocabulary.")
    note = Text(required=False, allow_blank=True, max_length=300)


class Back(Body):
    to = Code(w.STEPS, required=False, help_text="The step before, if it is not given.")
    note = Text(required=False, allow_blank=True, max_length=300)


class Complete(Body):
    """No field is needed."""


class StepResource(TicketResource):
    def step(self, ticket: Ticket, step: str) -> dict[str, Any]:
        """One step as the API shows it."""
        records = StepRecord.objects.filter(ticket=ticket, pass_number=ticket.pass_number, step=step)
        record = records.order_by("-visit").first()
        if record is None:
            return _not_started(ticket, step)
        is_open = record.state == StepRecord.OPEN
        evidence = evidence_of(ticket, record) if is_open else dict(record.evidence)
        return {
            "step": step,
            "pass_number": record.pass_number,
            "visit": record.visit,
            "state": record.state,
            "started_at": record.started_at.isoformat(),
            "ended_at": record.ended_at.isoformat() if record.ended_at else None,
            "skip_reason": record.skip_reason,
            "note": record.note,
            "evidence": _named(evidence),
            "blockers": [described(each) for each in blockers_of(ticket, actor=self.actor)] if is_open else [],
        }


def _not_started(ticket: Ticket, step: str) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("skip_reason", "note"), "")
    empty |= {"started_at": None, "ended_at": None, "evidence": {}, "blockers": []}
    return {"step": step, "pass_number": ticket.pass_number, "visit": 0, "state": NOT_STARTED, **empty}


def _named(evidence: dict[str, object]) -> dict[str, object]:
    """People by user name instead of by id."""
    pk = evidence.get("regret_by")
    if isinstance(pk, int):
        person = office_access.people().filter(pk=pk).first()
        evidence = {**evidence, "regret_by": person.username if person else None}
    return evidence


def _is_text_for_a_number(name: str, value: object) -> bool:
    return name in SHAPES and SHAPES[name].kind == NUMBER and isinstance(value, str) and value != ""


class Steps(StepResource):
    @extend_schema(operation_id="list_steps", summary="Read the four steps", responses={200: StepsSerializer})
    def get(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number, READ)
        results = [self.step(ticket, step.value) for step in w.STEPS]
        return Response({"results": results}, headers={"ETag": etag(ticket.version)})


class OneStep(StepResource):
    @extend_schema(operation_id="get_step", summary="Read a step’s evidence", responses={200: StepSerializer})
    def get(self, request: Request, number: str, step: str) -> Response:
        ticket = self.ticket(number, READ)
        return Response(self.step(ticket, step), headers={"ETag": etag(ticket.version)})

    @extend_schema(
        operation_id="record_step",
        summary="Keep evidence of the present step",
        description="Fields that are not named stay as they are. Answers what is still missing.",
        parameters=[MUST_MATCH],
        request=EvidenceSerializer,
        responses={200: StepSerializer},
    )
    def put(self, request: Request, number: str, step: str) -> Response:
        ticket = self.ticket(number)
        version = self.version(ticket.version, needed=True)
        row = steps.record_step(
            ticket,
            actor=self.actor,
            now=self.now,
            evidence=self._evidence(dict(request.data)),
            step=step,
            version=version,
        )
        return Response(self.step(row, step), headers={"ETag": etag(row.version)})

    def _evidence(self, said: dict[str, Any]) -> dict[str, Any]:
        """The body, with whoever apologised by id; nobody of that name is nobody we know.

        ``Invalid`` for a number given as text: a page's form has nothing but text, a body of JSON says what it means.
        """
        texts = [name for name, value in said.items() if _is_text_for_a_number(name, value)]
        if texts:
            raise Invalid({name: [Fault("not-a-number", NOT_A_NUMBER)] for name in texts})
        username = said.get("regret_by")
        if isinstance(username, str) and username:
            try:
                person = named.person(username, "regret_by")
            except Invalid:
                person = None
            said["regret_by"] = person.pk if person else NOBODY
        elif username is not None and username != "":
            said["regret_by"] = NOBODY  # a number is no user name, whoever's row it may be
        return said


class CompleteStep(StepResource):
    @extend_schema(
        operation_id="complete_step",
        summary="Leave a step with its evidence",
        description="409 step-blocked lists everything that is missing.",
        parameters=[IF_MATCH],
        request=Complete,
        responses={200: TicketSerializer},
    )
    def post(self, request: Request, number: str, step: str) -> Response:
        return self.act(number, steps.complete_step, Complete, {}, step=step)


class SkipStep(StepResource):
    @extend_schema(
        operation_id="skip_step",
        summary="Leave a step without its evidence (supervisor)",
        parameters=[IF_MATCH],
        request=Skip,
        responses={200: TicketSerializer},
    )
    def post(self, request: Request, number: str, step: str) -> Response:
        return self.act(number, steps.skip_step, Skip, {}, step=step)


class LeaveStepBackwards(StepResource):
    @extend_schema(
        operation_id="go_back",
        summary="Return to an earlier step",
        parameters=[IF_MATCH],
        request=Back,
        responses={200: TicketSerializer},
    )
    def post(self, request: Request, number: str, step: str) -> Response:
        return self.act(number, steps.go_back, Back, {}, step=step)


class Blockers(StepResource):
    @extend_schema(
        operation_id="list_blockers",
        summary="What keeps the ticket from leaving its step",
        responses={200: BlockersSerializer},
    )
    def get(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number, READ)
        missing = [described(blocker) for blocker in blockers_of(ticket, actor=self.actor)]
        body = {"step": ticket.step, "state": ticket.state, "blockers": missing}
        return Response(body, headers={"ETag": etag(ticket.version)})
