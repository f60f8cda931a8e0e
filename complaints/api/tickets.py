"""Tickets: received, listed, read, corrected, handed on, paused and ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actions import corrections, customer_links, intake
from complaints.api import named
from complaints.api.fields import Language
from complaints.api.filters import ANY, FILTERS, filtered
from complaints.api.paging import PAGING, page_of
from complaints.api.resource import READ, WRITE, Answer, Resource, answered, etag, respond
from complaints.api.schema import MUST_MATCH
from complaints.api.shapes import ReceivedTicketSerializer, TicketPageSerializer, TicketSerializer
from complaints.domain import workflow as w
from complaints.models import CustomerLink, Ticket
from customers.actions import Described
from office.api.fields import Body, Code, Flag, Instant, Line, Several, Text, Whole
from office.errors import Conflict, Invalid
from office.models import Team
from office.roles import REACH_TEAM

Do = Callable[..., Ticket]
Lookup = Callable[[Any], Any]
UNKNOWN_CHANNEL = _("This channel is not known")
CUSTOMER_FIELDS = frozenset({"name", "phone", "email", "wechat"})


class TicketResource(Resource):
    """An address that answers with a ticket."""

    def shown(self, ticket: Ticket, *, status: int = 200, **headers: str) -> Answer:
        """The ticket as the token sees it now; 204 when the change took it out of the token's sight."""
        row = self.seen().filter(pk=ticket.pk).first()
        if row is None:
            return answered(204)
        data = TicketSerializer(row, context={"actor": self.actor}).data
        return answered(status, data, ETag=etag(row.version), **headers)

    def act(self, number: str, do: Do, body: type[Body], names: Mapping[str, Lookup], **more: str) -> Response:
        """Do a verb to the ticket, at most once for an Idempotency-Key, and show it.

        ``names`` says which parts of the body name something else, and how it is found. ``more`` is in the address.
        """
        ticket = self.ticket(number)
        version = self.version(ticket.version)
        said = self.read(body)

        def run() -> Answer:
            words = {name: names[name](value) if name in names else value for name, value in said.items()}
            return self.shown(do(ticket, actor=self.actor, now=self.now, version=version, **more, **words))

        return self.once(run)

    def changed(self, ticket: Ticket) -> Response:
        """Answer a PUT or PATCH."""
        return respond(self.shown(ticket))


class NewCustomer(Body):
    """Either the id of a customer the token may read, or a name and whatever reaches them."""

    id = Whole(least=1, most=2**63 - 1, required=False)
    name = Text(required=False, max_length=200)
    phone = Text(required=False, allow_blank=True, max_length=254)
    email = Text(required=False, allow_blank=True, max_length=254)
    wechat = Text(required=False, allow_blank=True, max_length=254)
    external_id = Text(required=False, allow_blank=True, max_length=120, help_text="Their number in the shop or app.")
    preferred_address = Text(required=False, allow_blank=True, max_length=120)
    language = Language(required=False, allow_blank=True)


class NewTicket(Body):
    """A complaint as it arrives. What is already known of the first step can be given along."""

    description = Text(max_length=intake.LONGEST_WORDS, trim_whitespace=False, help_text="The customer’s own words.")
    channel = Code(w.CHANNELS, unknown="unknown-channel", says=UNKNOWN_CHANNEL)
    customer = NewCustomer(allow_null=True, help_text="null needs anonymous_reason.")
    anonymous_reason = Text(required=False, allow_blank=True, max_length=200)
    subject = Text(required=False, allow_blank=True, max_length=intake.LONGEST_SUBJECT)
    language = Language(required=False, allow_blank=True)
    received_at = Instant(required=False, help_text="When it reached you; now, if it is not given.")
    kind = Code(w.CONTACT_KINDS, required=False)
    category = Text(required=False, allow_null=True, help_text="A code such as delivery or delivery/late.")
    team = Text(required=False, allow_null=True, help_text="A team’s short name.")
    owner = Text(required=False, allow_null=True, help_text="A user name.")
    external_ref = Line(required=False, allow_blank=True, max_length=120, help_text="Your own reference, unique.")
    on_behalf_of = Text(required=False, allow_blank=True, max_length=200)
    on_behalf_authority = Text(required=False, allow_blank=True, max_length=200)
    jurisdiction = Line(required=False, allow_blank=True, max_length=12)
    happened = Text(required=False, max_length=20_000)
    product = Text(required=False, allow_blank=True, max_length=200)
    order_ref = Text(required=False, allow_blank=True, max_length=120)
    no_order_reason = Text(required=False, allow_blank=True, max_length=200)
    remedy_sought = Text(required=False, max_length=20_000)
    severity = Whole(required=False, least=1, most=4)
    feeling_start = Whole(required=False, least=1, most=5)
    need = Text(required=False, allow_blank=True, max_length=300)
    harm = Several(child=Code(w.HARMS), required=False, max_length=len(w.HARMS))
    expectation = Code(w.EXPECTATIONS, required=False)
    expectation_source = Text(required=False, allow_blank=True, max_length=200)


FACTS = tuple(name for name in w.LISTEN_FIELDS if name != "still_wrong")
PLAIN = ("channel", "language", "received_at", "kind", "on_behalf_of", "on_behalf_authority", "jurisdiction")


class Tickets(TicketResource):
    parameters = PAGING | frozenset(FILTERS) | {"order"}

    @extend_schema(
        operation_id="list_tickets",
        summary="List tickets, what breaks first at the top",
        description=(
            "Without `state`, `number`, `external_ref`, `customer` or `updated_since` the list holds what is open; "
            f"`state={ANY}` holds everything. `state`, `step`, `severity`, `channel` and `kind` take several values "
            "separated by commas; `owner` and `team` take `none`. `updated_since` holds whatever was touched "
            "since: ask from a minute before you last asked, for a change is dated when it began."
        ),
        parameters=[
            *(OpenApiParameter(name, str) for name in FILTERS),
            OpenApiParameter("order", str, enum=["risk", "-id"], default="risk"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="1 to 200", default=50),
        ],
        responses={200: TicketPageSerializer},
    )
    def get(self, request: Request) -> Response:
        self.need(READ)
        tickets, order = filtered(self.seen(), request._request.GET)
        page = page_of(request, tickets, order)
        rows = TicketSerializer(page.rows, many=True, context={"actor": self.actor}).data
        return Response(page.shown(rows))

    @extend_schema(
        operation_id="create_ticket",
        summary="Receive a complaint",
        description="The customer is recognised by external id, verified e-mail or verified phone, or else made.",
        request=NewTicket,
        responses={201: ReceivedTicketSerializer},
    )
    def post(self, request: Request) -> Response:
        self.need(WRITE)
        said = self.read(NewTicket)
        return self._with_link(self.once(lambda: self._receive(said)))

    def _with_link(self, response: Response) -> Response:
        """The customer's link is made anew for each answer and stored with none, and only for whom sees the ticket."""
        if response.status_code == 201 and response.data:
            row = CustomerLink.objects.filter(ticket__in=self.seen().filter(number=response.data["number"])).first()
            response.data = {**response.data, "customer_link": customer_links.address_of(row) if row else None}
        return response

    def _receive(self, said: dict[str, Any]) -> Answer:
        try:
            ticket = self._make(said)
        except IntegrityError:
            ticket = self._make(said)  # the same customer or reference came in at this moment, and is known now
        return self.shown(ticket, status=201, Location=f"/api/v1/tickets/{ticket.number}")

    def _make(self, said: dict[str, Any]) -> Ticket:
        source = intake.Source("api", self.actor.name[:80], said.get("external_ref", ""))
        self._not_known(source)
        try:
            return intake.receive(
                None,
                actor=self.actor,
                now=self.now,
                words=said["description"],
                title=said.get("subject", ""),
                category=named.category(said.get("category")),
                team=self._team(said.get("team")),
                owner=_active(said.get("owner")),
                facts={name: said[name] for name in FACTS if name in said},
                source=source,
                **self._who(said),
                **{name: said[name] for name in PLAIN if name in said},
            )
        except Invalid as refusal:
            raise _placed(refusal) from refusal

    def _not_known(self, source: intake.Source) -> None:
        if source.ref and Ticket.objects.filter(source_name=source.name, source_ref=source.ref).exists():
            raise Conflict(_("There is a ticket with this external_ref"), code="duplicate-ref")

    def _team(self, slug: str | None) -> Team | None:
        team = named.team(slug)
        if team is not None and self.actor.reach == REACH_TEAM and team.pk not in self.actor.team_ids:
            raise Invalid.one("team", "out-of-reach", _("This token reaches one team only"))
        return team

    def _who(self, said: dict[str, Any]) -> dict[str, Any]:
        given, reason = said["customer"], said.get("anonymous_reason", "")
        if given is None:
            if not reason:
                raise Invalid.one("anonymous_reason", "required", _("Say why there is no customer"))
            return {"anonymous_reason": reason}
        if reason:
            raise Invalid.one("anonymous_reason", "not-both", _("Name the customer or say why there is none, not both"))
        if "id" in given:
            if len(given) > 1:
                raise Invalid.one("customer.id", "not-both", _("Give the id alone, or describe the customer"))
            return {"customer": named.customer(self.actor, given["id"])}
        if not given.get("name"):
            raise Invalid.one("customer.name", "required", _("A name is needed, even a first one"))
        return {"described": Described(**given)}


def _active(username: str | None) -> Any:
    owner = named.person(username, "owner")
    if owner is not None and not owner.is_active:
        raise Invalid.one("owner", "inactive", _("This person is deactivated"))
    return owner


def _placed(refusal: Invalid) -> Invalid:
    """What is wrong with the customer stands under ``customer``."""
    places = {f"customer.{name}" if name in CUSTOMER_FIELDS else name: f for name, f in refusal.fields.items()}
    return Invalid(places, refusal.sentence)


class Correction(Body):
    subject = Text(required=False, max_length=200)
    language = Language(required=False)
    category = Text(required=False, allow_null=True)
    jurisdiction = Line(required=False, allow_blank=True, max_length=12)
    on_behalf_of = Text(required=False, allow_blank=True, max_length=200)
    on_behalf_authority = Text(required=False, allow_blank=True, max_length=200)
    joint = Flag(required=False)
    safety = Flag(required=False)
    legal_hold = Flag(required=False)


class OneTicket(TicketResource):
    @extend_schema(operation_id="get_ticket", summary="Read a ticket", responses={200: TicketSerializer})
    def get(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number, READ)
        data = TicketSerializer(ticket, context={"actor": self.actor}).data
        return Response(data, headers={"ETag": etag(ticket.version)})

    @extend_schema(
        operation_id="correct_ticket",
        summary="Correct what a ticket is called and where it belongs",
        parameters=[MUST_MATCH],
        request=Correction,
        responses={200: TicketSerializer},
    )
    def patch(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        version = self.version(ticket.version, needed=True)
        changes = dict(self.read(Correction))
        if "category" in changes:
            changes["category"] = named.category(changes["category"])
        row = corrections.correct(ticket, actor=self.actor, now=self.now, changes=changes, version=version)
        return self.changed(row)


class ChangedCustomer(Body):
    customer = NewCustomer(allow_null=True, help_text="The id of a customer; null needs anonymous_reason.")
    anonymous_reason = Text(required=False, allow_blank=True, max_length=200)


class TicketCustomer(TicketResource):
    @extend_schema(
        operation_id="change_ticket_customer",
        summary="Give a ticket to another customer, or to nobody known",
        parameters=[MUST_MATCH],
        request=ChangedCustomer,
        responses={200: TicketSerializer},
    )
    def put(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        version = self.version(ticket.version, needed=True)
        said = self.read(ChangedCustomer)
        given, reason = said["customer"], said.get("anonymous_reason", "")
        if given is not None and set(given) != {"id"}:
            raise Invalid.one("customer.id", "required", _("Name the customer by id"))
        if (given is None) != bool(reason):
            raise Invalid.one("anonymous_reason", "required", _("Name the customer, or say why there is none"))
        row = corrections.change_customer(
            ticket,
            actor=self.actor,
            now=self.now,
            customer=named.customer(self.actor, given["id"]) if given else None,
            anonymous_reason=reason,
            version=version,
        )
        return self.changed(row)
