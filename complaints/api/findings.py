"""What is complained about, point by point, and what was found; what is given; and how tickets belong together."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.actions import issues, links, redress
from complaints.api import named
from complaints.api.parts import PAGE, PartResource, paged, part_verb
from complaints.api.shapes import IssueSerializer, LinkSerializer, RedressSerializer
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.models import Issue, Redress, Ticket, TicketLink
from office.api.fields import Body, Code, Day, Money, Text, Whole
from office.errors import Invalid


class NewIssue(Body):
    text = Text(max_length=300, help_text="One sentence.")


class Found(Body):
    finding = Code(w.FINDINGS)
    reason = Text(required=False, allow_blank=True, max_length=20_000, help_text="The customer will read it.")


class Issues(PartResource):
    @extend_schema(
        operation_id="list_issues",
        summary="List the issues with their findings",
        parameters=PAGE,
        responses={200: paged(IssueSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _issues, IssueSerializer)

    @extend_schema(operation_id="add_issue", summary="Add an issue", request=NewIssue, responses={201: IssueSerializer})
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = self.read(NewIssue)
        return self.added(lambda: issues.add_issue(ticket, actor=self.actor, now=self.now, **said), IssueSerializer)


def _issues(ticket: Ticket) -> QuerySet[Issue]:
    return Issue.objects.filter(ticket=ticket).prefetch_related("findings")


class IssueFinding(PartResource):
    @extend_schema(
        operation_id="decide_issue",
        summary="Decide an issue in the present pass",
        request=Found,
        responses={200: IssueSerializer},
    )
    def put(self, request: Request, number: str, issue: int) -> Response:
        ticket = self.ticket(number)
        row = access.issue_for(self.actor, ticket, issue)
        said = self.read(Found)
        self.matched(lambda: issues.find(row, actor=self.actor, now=self.now, **said))
        return Response(IssueSerializer(_issues(ticket).get(pk=row.pk)).data)


class Offer(Body):
    kind = Code(v.REDRESS)
    basis = Code(v.BASES)
    amount = Money(required=False)
    currency = Text(required=False, allow_blank=True, max_length=3)
    note = Text(required=False, allow_blank=True, max_length=300)
    issue = Whole(required=False, least=1, most=32_767, help_text="The number of an issue.")
    due_on = Day(required=False)


class Reason(Body):
    reason = Text(max_length=2_000)


class OptionalReason(Body):
    reason = Text(required=False, allow_blank=True, max_length=2_000)


class Waiver(Body):
    reason = Text(max_length=2_000)
    person = Text(required=False, allow_null=True, help_text="Who is to decide; without, the approval is waived.")


class Redresses(PartResource):
    @extend_schema(
        operation_id="list_redress",
        summary="List what was offered",
        parameters=PAGE,
        responses={200: paged(RedressSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _redress, RedressSerializer)

    @extend_schema(
        operation_id="offer_redress",
        summary="Offer redress",
        description="An amount always waits for somebody with authority: a token has none of its own.",
        request=Offer,
        responses={201: RedressSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = dict(self.read(Offer))

        def offer() -> Redress:
            issue = Issue.objects.filter(ticket=ticket, number=said["issue"]).first() if "issue" in said else None
            if "issue" in said and issue is None:
                raise Invalid.one("issue", "unknown-issue", _("There is no issue of this number"))
            return redress.offer(ticket, actor=self.actor, now=self.now, **{**said, "issue": issue})

        return self.added(offer, RedressSerializer)


def _redress(ticket: Ticket) -> QuerySet[Redress]:
    return Redress.objects.filter(ticket=ticket).select_related("issue", "approval__addressed_to")


def _waive(row: Redress, *, person: str | None = None, **words: Any) -> Redress:
    return redress.waive(row, person=named.person(person, "person"), **words)


ROWS: dict[str, Any] = {"find": access.redress_for, "shape": RedressSerializer}
WithdrawRedress = part_verb("withdraw_redress", "Take an offer back", do=redress.withdraw, **ROWS)
RedressDone = part_verb("redress_done", "It was paid, sent or done", do=redress.done, **ROWS)
Approve = part_verb(
    "approve_redress", "Approve (people only)", do=redress.decide, body=OptionalReason, approve=True, **ROWS
)
Refuse = part_verb("refuse_redress", "Refuse (people only)", do=redress.decide, body=Reason, approve=False, **ROWS)
Waive = part_verb("waive_redress", "Waive or readdress an approval (administrator)", do=_waive, body=Waiver, **ROWS)


class NewLink(Body):
    other = Text(help_text="The number of another ticket.")
    kind = Code(v.LINKS, help_text="duplicate ends this ticket as merged into the other.")


class Links(PartResource):
    @extend_schema(
        operation_id="list_links",
        summary="List linked tickets",
        parameters=PAGE,
        responses={200: paged(LinkSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, self._links, LinkSerializer)

    @extend_schema(
        operation_id="link_tickets", summary="Link two tickets", request=NewLink, responses={201: LinkSerializer}
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = self.read(NewLink)

        def link() -> TicketLink:
            try:
                other = access.ticket_for(self.actor, said["other"])
            except Http404 as error:
                raise Invalid.one("other", "unknown-ticket", _("This ticket is not known")) from error
            return links.link(ticket, actor=self.actor, now=self.now, other=other, kind=said["kind"])

        return self.added(link, LinkSerializer)

    def _links(self, ticket: Ticket) -> QuerySet[TicketLink]:
        """Links whose two ends the token sees."""
        seen = access.visible_to(self.actor)
        rows = TicketLink.objects.filter(source__in=seen, target__in=seen).select_related("source", "target")
        return rows.filter(source=ticket) | rows.filter(target=ticket)


class OneLink(Links):
    http_method_names = ["delete"]

    @extend_schema(operation_id="unlink_tickets", summary="Remove a link", responses={204: None})
    def delete(self, request: Request, number: str, pk: int) -> Response:
        ticket = self.ticket(number)
        if not self._links(ticket).filter(pk=pk).exists():
            raise Http404
        self.matched(lambda: links.unlink(ticket, actor=self.actor, now=self.now, link_id=pk))
        return Response(status=204)
