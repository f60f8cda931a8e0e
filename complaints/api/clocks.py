"""The clocks of one ticket: where each stands, and why it ends when it does."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.resource import READ, Resource
from complaints.domain import vocabulary as v
from complaints.queries.why import Told, told
from office import access as office_access
from office.api.fields import Code


class ClockSerializer(serializers.Serializer[Any]):
    """One clock of the present pass. Time is working time where a calendar is named, and plain time otherwise."""

    target = Code(v.CLOCKS, source="clock.target")
    cycle = serializers.IntegerField(source="clock.cycle", help_text="Grows when a step is entered or we write again.")
    hours = serializers.DecimalField(source="clock.hours", max_digits=8, decimal_places=2)
    started_at = serializers.DateTimeField(source="clock.started_at")
    due_at = serializers.DateTimeField(source="clock.due_at")
    original_due_at = serializers.DateTimeField(source="clock.original_due_at")
    met_at = serializers.DateTimeField(source="clock.met_at", allow_null=True)
    cancelled_at = serializers.DateTimeField(source="clock.cancelled_at", allow_null=True)
    paused = serializers.SerializerMethodField()
    used_percent = serializers.IntegerField()
    remaining_seconds = serializers.SerializerMethodField(help_text="Negative when it is overdue.")
    calendar = serializers.CharField(help_text="Empty when hours are counted day and night.")
    calendar_version = serializers.IntegerField(source="clock.calendar_version", allow_null=True)
    why = serializers.ListField(
        child=serializers.CharField(), help_text="Why this date, in at most five sentences, in the language asked for."
    )

    def get_paused(self, row: Told) -> bool:
        return row.clock.paused_at is not None

    def get_remaining_seconds(self, row: Told) -> int:
        return int(row.left.total_seconds())


class Clocks(Resource):
    @extend_schema(
        operation_id="list_clocks",
        summary="The clocks of a ticket, with why each ends when it does",
        responses={200: inline_serializer("Clocks", {"results": ClockSerializer(many=True)})},
    )
    def get(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number, READ)
        zone = ZoneInfo(office_access.office().time_zone)
        return Response({"results": ClockSerializer(told(ticket, now=self.now, zone=zone), many=True).data})
