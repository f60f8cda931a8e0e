"""The conversation of a ticket: contacts and notes, the outcome told, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.actions import conversation
from complaints.api.fields import Body, Code, Flag, Instant, Language, Text, Whole
from complaints.api.paging import LARGEST_ID
from complaints.api.parsers import FormParser
from complaints.api.parts import PAGE, PartResource, paged
from complaints.api.resource import READ
from complaints.api.shapes import AttachmentSerializer, InteractionSerializer
from complaints.api.tickets import UNKNOWN_CHANNEL
from complaints.domain import workflow as w
from complaints.models import Interaction, Ticket
from office.errors import Invalid
from office.roles import Actor

ROOM_FOR_THE_FORM = 1024 * 1024
"""Bytes a multipart form may add to its file."""


class NewInteraction(Body):
    """`words`: what the customer said or wrote. `reply`: a message of ours sent elsewhere. `call`: a phone note."""

    kind = Code(conversation.WRITABLE)
    text = Text(max_length=conversation.LONGEST_TEXT, trim_whitespace=False)
    channel = Code(w.CHANNELS, unknown="unknown-channel", says=UNKNOWN_CHANNEL, required=False, allow_blank=True)
    direction = Code(("in", "out"), required=False, help_text="For a call; out, if it is not given.")
    happened_at = Instant(required=False)
    duration_s = Whole(required=False, most=86_400, help_text="Seconds.")
    reached = Flag(required=False, help_text="false for a try that did not reach the customer.")
    feeling_start = Whole(required=False, least=1, most=5)
    feeling_end = Whole(required=False, least=1, most=5)
    behaviours = serializers.ListField(child=Code(w.BEHAVIOURS), required=False, max_length=len(w.BEHAVIOURS))
    language = Language(required=False)
    reply_to = Whole(required=False, least=1, most=LARGEST_ID, help_text="The id of an interaction of this ticket.")


class Outcome(Body):
    """The outcome as it was told; for an anonymous complaint, why it could not be."""

    text = Text(max_length=conversation.LONGEST_TEXT, trim_whitespace=False)
    channel = Code(w.CHANNELS, unknown="unknown-channel", says=UNKNOWN_CHANNEL)
    happened_at = Instant(required=False)
    reached = Flag(required=False)
    language = Language(required=False)


class Interactions(PartResource):
    @extend_schema(
        operation_id="list_interactions",
        summary="Read the conversation in the order it was entered",
        parameters=PAGE,
        responses={200: paged(InteractionSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _interactions, InteractionSerializer)

    @extend_schema(
        operation_id="add_interaction",
        summary="Add a contact or a note",
        request=NewInteraction,
        responses={201: InteractionSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = dict(self.read(NewInteraction))
        said["behaviours"] = tuple(said.get("behaviours", ()))

        def add() -> Interaction:
            words = said | {"reply_to": _of(self.actor, ticket, said.get("reply_to"), "reply_to")}
            return conversation.add_interaction(ticket, actor=self.actor, now=self.now, **words)

        return self.added(add, InteractionSerializer)


class OutcomeTold(PartResource):
    @extend_schema(
        operation_id="tell_outcome",
        summary="Note that the outcome was told",
        request=Outcome,
        responses={201: InteractionSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = self.read(Outcome)
        return self.added(
            lambda: conversation.add_interaction(ticket, actor=self.actor, now=self.now, kind="outcome", **said),
            InteractionSerializer,
        )


def _interactions(ticket: Ticket) -> Any:
    return Interaction.objects.filter(ticket=ticket)


def _of(actor: Actor, ticket: Ticket, pk: int | None, field: str) -> Interaction | None:
    """An interaction of this ticket; ``Invalid`` for any other."""
    if pk is None:
        return None
    try:
        found = access.interaction_for(actor, pk)
    except Http404:
        found = None
    if found is None or found.ticket_id != ticket.pk:
        raise Invalid.one(field, "unknown-interaction", _("This message does not belong to the ticket"))
    return found


class NewAttachment(serializers.Serializer[Any]):
    """A form with one file. Its type is judged by content and ending together."""

    file = serializers.FileField(allow_empty_file=True)
    interaction = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)


class Attachments(PartResource):
    parser_classes = [FormParser]
    largest = settings.ATTACHMENT_MAX_BYTES + ROOM_FOR_THE_FORM

    @extend_schema(
        operation_id="list_attachments",
        summary="List the files of a ticket",
        parameters=PAGE,
        responses={200: paged(AttachmentSerializer)},
    )
    def get(self, request: Request, number: str) -> Response:
        return self.listed(request, number, _attachments, AttachmentSerializer)

    @extend_schema(
        operation_id="add_attachment",
        summary="Add a file",
        request={"multipart/form-data": NewAttachment},
        responses={201: AttachmentSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        unknown = set(cast(Mapping[str, Any], request.data)) - {"file", "interaction"}
        if unknown:
            raise Invalid.one(sorted(unknown)[0], "unknown-field", _("This field is not known here"))
        said = self.read(NewAttachment)
        file: UploadedFile = said["file"]
        upload = conversation.Upload(name=file.name or "", content=file.read())
        return self.added(
            lambda: conversation.add_attachment(
                ticket,
                actor=self.actor,
                now=self.now,
                upload=upload,
                interaction=_of(self.actor, ticket, said.get("interaction"), "interaction"),
                max_bytes=settings.ATTACHMENT_MAX_BYTES,
            ),
            AttachmentSerializer,
        )


def _attachments(ticket: Ticket) -> Any:
    return ticket.attachments.all()


class AttachmentContent(PartResource):
    @extend_schema(
        operation_id="download_attachment",
        summary="Download a file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, number: str, pk: int) -> FileResponse:
        ticket = self.ticket(number, READ)
        attachment = access.attachment_for(self.actor, pk)
        if attachment.ticket_id != ticket.pk:
            raise Http404
        try:
            content = attachment.stored.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            content, as_attachment=True, filename=attachment.name, content_type=attachment.content_type
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
