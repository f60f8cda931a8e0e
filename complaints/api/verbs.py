"""What can be done to a whole ticket: one address a verb, the very actions the pages call."""

from __future__ import annotations

from collections.abc import Mapping

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actions import assignment, clocks, corrections, ends, sealing
from complaints.api import named
from complaints.api.schema import IF_MATCH
from complaints.api.shapes import TicketSerializer
from complaints.api.tickets import Do, Lookup, TicketResource
from complaints.domain import workflow as w
from office.api.fields import Body, Code, Instant, Several, Text
from office.models import Agent


class Nothing(Body):
    """No field is needed."""


class Handover(Body):
    owner = Text(allow_null=True, help_text="A user name; null for nobody.")


class Move(Body):
    team = Text(allow_null=True, help_text="A team’s short name; null for none.")


class Conversion(Body):
    kind = Code(w.CONTACT_KINDS)
    reason = Text(max_length=60)
    note = Text(required=False, allow_blank=True, max_length=300)


class Wait(Body):
    reason = Text(max_length=60)
    until = Instant(help_text="When it goes on at the latest.")
    note = Text(required=False, allow_blank=True, max_length=300)


class Ending(Body):
    reason = Text(max_length=60, help_text="A code of the closed list; see /api/v1/vocabulary.")
    note = Text(required=False, allow_blank=True, max_length=300)


class Reopening(Body):
    reason = Text(max_length=60)
    still_wrong = Text(required=False, allow_blank=True, max_length=20_000)


class Sealing(Body):
    named = Several(child=Text(), allow_empty=False, max_length=50, help_text="User names.")
    sealed_from = Text(required=False, allow_null=True, help_text="The member of staff complained about.")


def verb(
    operation: str, summary: str, do: Do, body: type[Body] = Nothing, names: Mapping[str, Lookup] | None = None
) -> type[TicketResource]:
    """An address where ``do`` is done to a ticket by POST."""

    class Verb(TicketResource):
        leaves = True

        @extend_schema(
            operation_id=operation,
            summary=summary,
            parameters=[IF_MATCH],
            request=body,
            responses={200: TicketSerializer},
        )
        def post(self, request: Request, number: str) -> Response:
            return self.act(number, do, body, names or {})

    return Verb


def _owner(username: str | None) -> Agent | None:
    return named.person(username, "owner")


def _sealed_from(username: str | None) -> Agent | None:
    return named.person(username, "sealed_from")


def _people(usernames: list[str]) -> list[Agent]:
    return [found for found in (named.person(username, "named") for username in usernames) if found]


Assign = verb("assign_ticket", "Give it to somebody", assignment.assign, Handover, {"owner": _owner})
Take = verb("take_ticket", "Take it oneself (people only)", assignment.take)
MoveToTeam = verb("move_ticket", "Move it to another team", assignment.move, Move, {"team": named.team})
Convert = verb("convert_ticket", "Make another kind of contact of it", corrections.convert, Conversion)
StartWaiting = verb("wait_ticket", "Stop the clocks while we wait", clocks.wait, Wait)
Resume = verb("resume_ticket", "Let the clocks run again", clocks.resume)
Close = verb("close_ticket", "Close an answered ticket", ends.close, Ending)
Settle = verb("settle_ticket", "Close a contact that is no complaint", ends.settle, Ending)
Withdraw = verb("withdraw_ticket", "The customer takes it back", ends.withdraw, Ending)
OutOfScope = verb("out_of_scope_ticket", "It is not ours to answer (supervisor)", ends.out_of_scope, Ending)
Reopen = verb("reopen_ticket", "It is not fixed: begin a new pass", ends.reopen, Reopening)
Seal = verb(
    "seal_ticket",
    "Close it to all but the named people (supervisor); no token sees it afterwards",
    sealing.seal,
    Sealing,
    {"named": _people, "sealed_from": _sealed_from},
)
