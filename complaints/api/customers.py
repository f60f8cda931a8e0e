"""Customers: found, made, read, corrected, and how they are reached."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.fields import Language
from complaints.api.paging import NEWEST, PAGING, page_of, page_size
from complaints.api.resource import Answer, Resource, answered, etag
from complaints.api.schema import MUST_MATCH
from complaints.api.shapes import ContactSerializer, CustomerPageSerializer, CustomerSerializer
from complaints.domain import workflow as w
from customers import access, actions
from customers.models import CONTACT_KINDS, Customer, CustomerContact
from office import access as office_access
from office.api.fields import Body, Code, Day, Flag, Text
from office.calendars import is_zone
from office.errors import Invalid, Malformed

READ, WRITE = "customers:read", "customers:write"
KINDS = ("external", "internal")
TAKEN = _("Another customer has this external_id")


class CustomerCard(Body):
    name = Text(max_length=200)
    phone = Text(required=False, allow_blank=True, max_length=254)
    email = Text(required=False, allow_blank=True, max_length=254)
    wechat = Text(required=False, allow_blank=True, max_length=254)
    external_id = Text(required=False, allow_blank=True, max_length=120)
    preferred_address = Text(required=False, allow_blank=True, max_length=120)
    language = Language(required=False, allow_blank=True)
    kind = Code(KINDS, required=False)


class Zone(Text):
    """A time zone of the IANA list."""

    def to_internal_value(self, data: Any) -> str:
        zone = super().to_internal_value(data)
        if zone and not is_zone(zone):
            raise serializers.ValidationError(_("This time zone is not known"), code="unknown-time-zone")
        return zone


class CustomerCorrection(Body):
    name = Text(required=False, max_length=200)
    kind = Code(KINDS, required=False)
    standing = Code(("actual", "prospective"), required=False)
    preferred_address = Text(required=False, allow_blank=True, max_length=120)
    organisation = Text(required=False, allow_blank=True, max_length=200)
    language = Language(required=False, allow_blank=True)
    time_zone = Zone(required=False, allow_blank=True, max_length=64)
    preferred_channel = Code(w.CHANNELS, unknown="unknown-channel", required=False, allow_blank=True)
    preferred_times = Text(required=False, allow_blank=True, max_length=200)
    needs = Text(required=False, allow_blank=True, max_length=300)
    membership = Text(required=False, allow_blank=True, max_length=80)
    segment = Text(required=False, allow_blank=True, max_length=80)
    customer_since = Day(required=False, allow_null=True)
    business_notes = Text(required=False, allow_blank=True, max_length=20_000)
    personal_notes = Text(required=False, allow_blank=True, max_length=20_000)
    personal_notes_consent = Flag(required=False)
    no_promotion = Flag(required=False)


class NewContact(Body):
    kind = Code([kind for kind, _name in CONTACT_KINDS])
    typed = Text(max_length=254)
    shared = Flag(required=False)


class CustomerResource(Resource):
    def customer(self, pk: int, scope: str) -> Customer:
        """The customer, or 404; then 403 when the token lacks the scope."""
        row = access.visible_to(self.actor).prefetch_related("contacts__point").filter(pk=pk).first()
        if row is None:
            raise Http404
        self.need(scope)
        return row

    def shown(self, pk: int, *, status: int = 200, **headers: str) -> Answer:
        row = Customer.objects.prefetch_related("contacts__point").get(pk=pk)
        return answered(status, CustomerSerializer(row).data, ETag=etag(row.version), **headers)


class Customers(CustomerResource):
    parameters = PAGING | {"q"}

    @extend_schema(
        operation_id="list_customers",
        summary="Find customers, or list them newest first",
        parameters=[
            OpenApiParameter("q", str, description="The beginning of a name, number or address; answers one page."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", int, description="1 to 200", default=50),
        ],
        responses={200: CustomerPageSerializer},
    )
    def get(self, request: Request) -> Response:
        self.need(READ)
        typed = request.query_params.get("q", "")
        if typed and "cursor" in request.query_params:
            raise Malformed("bad-value", "cursor", _("A search answers one page"))
        if typed:
            found = access.found(self.actor, typed[:200], limit=page_size(request))
            rows = CustomerSerializer(found, many=True).data
            return Response({"results": rows, "next_cursor": None, "next": None})
        seen = access.visible_to(self.actor).filter(merged_into__isnull=True).prefetch_related("contacts__point")
        page = page_of(request, seen, NEWEST)
        return Response(page.shown(CustomerSerializer(page.rows, many=True).data))

    @extend_schema(
        operation_id="create_customer",
        summary="Make a customer, knowingly",
        request=CustomerCard,
        responses={201: CustomerSerializer},
    )
    def post(self, request: Request) -> Response:
        self.need(WRITE)
        described = actions.Described(**self.read(CustomerCard))
        return self.once(lambda: self._create(described))

    def _create(self, described: actions.Described) -> Answer:
        _not_taken(described.external_id)
        region = office_access.office().region
        try:
            row = actions.create_customer(None, actor=self.actor, now=self.now, described=described, region=region)
        except IntegrityError:
            _not_taken(described.external_id)  # somebody made it at the same moment
            raise
        return self.shown(row.pk, status=201, Location=f"/api/v1/customers/{row.pk}")


def _not_taken(external_id: str) -> None:
    if external_id and Customer.objects.filter(external_id=external_id).exists():
        raise Invalid.one("external_id", "taken", TAKEN)


class OneCustomer(CustomerResource):
    @extend_schema(operation_id="get_customer", summary="Read a customer", responses={200: CustomerSerializer})
    def get(self, request: Request, pk: int) -> Response:
        row = self.customer(pk, READ)
        return Response(CustomerSerializer(row).data, headers={"ETag": etag(row.version)})

    @extend_schema(
        operation_id="correct_customer",
        summary="Correct what we know of a customer",
        parameters=[MUST_MATCH],
        request=CustomerCorrection,
        responses={200: CustomerSerializer},
    )
    def patch(self, request: Request, pk: int) -> Response:
        row = self.customer(pk, WRITE)
        version = self.version(row.version, needed=True)
        changes = dict(self.read(CustomerCorrection))
        consent = changes.pop("personal_notes_consent", None)
        actions.correct(row, actor=self.actor, now=self.now, version=version, consent=consent, changes=changes)
        answer = self.shown(row.pk)
        return Response(answer.body, headers=dict(answer.headers))


class Contacts(CustomerResource):
    @extend_schema(
        operation_id="add_contact",
        summary="Add a way to reach a customer",
        request=NewContact,
        responses={201: ContactSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = self.customer(pk, WRITE)
        said = self.read(NewContact)
        region = office_access.office().region

        def add() -> Answer:
            made: CustomerContact = actions.add_contact(row, actor=self.actor, now=self.now, region=region, **said)
            return answered(201, ContactSerializer(made).data)

        return self.once(add)


class OneContact(CustomerResource):
    @extend_schema(operation_id="drop_contact", summary="Drop a way to reach a customer", responses={204: None})
    def delete(self, request: Request, pk: int, contact: int) -> Response:
        row = self.customer(pk, WRITE)
        if not row.contacts.filter(pk=contact).exists():
            raise Http404
        actions.drop_contact(row, actor=self.actor, now=self.now, contact_id=contact)
        return Response(status=204)
