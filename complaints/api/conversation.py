"""The conversation of a ticket: contacts and notes, the outcome told, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import access
from complaints.actions import conversation, held, mailing, patterns
from complaints.api.fields import Language
from complaints.api.paging import LARGEST_ID
from complaints.api.parts import PAGE, PartResource, paged, part_verb
from complaints.api.resource import READ
from complaints.api.shapes import AttachmentSerializer, InteractionSerializer
from complaints.api.tickets import UNKNOWN_CHANNEL
from complaints.domain import workflow as w
from complaints.domain.saying import Answer
from complaints.models import Interaction, Ticket
from complaints.queries import knowledge
from complaints.views.files import handed
from office import access as office_access
from office.api.fields import Body, Code, Flag, Instant, Several, Text, Whole
from office.api.parsers import TWICE, FormParser
from office.errors import Invalid
from office.roles import Actor

ROOM_FOR_THE_FORM = 1024 * 1024
"""Bytes a multipart form may add to its file."""


class NewInteraction(Body):
    """`words`: what the customer said or wrote. `reply`: a message of ours. `call`: a phone note.

    Words of ours are judged by the wording check. What it stops is refused with its `findings` (409, `wording-blocked`
    or `wording-unconfirmed`): `confirm` names the rules whose warnings somebody has read; `ask_supervisor` holds the
    message until a supervisor lets it out. Dated promises in it become follow-ups, unless `keep_promises` is false.

    A reply or an outcome was sent or told elsewhere, unless `send` is true: then it is mailed to the customer, after
    ten seconds or at `not_before`, and may have only `text`, `language` and `reply_to` beside its kind.
    """

    kind = Code(conversation.WRITABLE)
    text = Text(max_length=conversation.LONGEST_TEXT, trim_whitespace=False)
    channel = Code(w.CHANNELS, unknown="unknown-channel", says=UNKNOWN_CHANNEL, required=False, allow_blank=True)
    direction = Code(("in", "out"), required=False, help_text="For a call; out, if it is not given.")
    happened_at = Instant(required=False)
    duration_s = Whole(required=False, most=86_400, help_text="Seconds.")
    reached = Flag(required=False, help_text="false for a try that did not reach the customer.")
    feeling_start = Whole(required=False, least=1, most=5)
    feeling_end = Whole(required=False, least=1, most=5)
    behaviours = Several(child=Code(w.BEHAVIOURS), required=False, max_length=len(w.BEHAVIOURS))
    language = Language(required=False)
    reply_to = Whole(required=False, least=1, most=LARGEST_ID, help_text="The id of an interaction of this ticket.")
    send = Flag(required=False, help_text="true to mail it to the customer.")
    not_before = Instant(required=False, help_text="For a mail that is to wait.")
    confirm = Several(child=Text(max_length=40), required=False, max_length=200, help_text="Rules.")
    ask_supervisor = Flag(required=False, help_text="true to hold what the wording check blocks.")
    keep_promises = Flag(required=False, help_text="false for a message whose dates are no promises.")


class Outcome(Body):
    """The outcome as it was told; for an anonymous complaint, why it could not be."""

    text = Text(max_length=conversation.LONGEST_TEXT, trim_whitespace=False)
    channel = Code(w.CHANNELS, unknown="unknown-channel", says=UNKNOWN_CHANNEL)
    happened_at = Instant(required=False)
    reached = Flag(required=False)
    language = Language(required=False)
    confirm = Several(child=Text(max_length=40), required=False, max_length=200, help_text="Rules.")
    ask_supervisor = Flag(required=False, help_text="true to hold what the wording check blocks.")
    keep_promises = Flag(required=False, help_text="false for a message whose dates are no promises.")


class Decision(Body):
    approve = Flag(help_text="true lets the words out.")
    reason = Text(max_length=2000)


class NamedPattern(Body):
    key = Text(max_length=40, help_text="The key of a playbook.")


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
        way = said.get("direction")
        if way and conversation.WAYS.get(said["kind"], way) != way:
            raise Invalid.one("direction", "not-for-kind", _("A contact of this kind does not go this way"))
        mailed, later = said.pop("send", False), said.pop("not_before", None)
        if later is not None and not mailed:
            raise Invalid.one("not_before", "not-mailed", _("Only what is mailed from here can wait; say send too"))
        said |= _answered(ticket, said, now=self.now)

        def add() -> Interaction:
            words = said | {"reply_to": _of(self.actor, ticket, said.get("reply_to"), "reply_to")}
            if mailed:
                return _mail(ticket, words, later, actor=self.actor, now=self.now)
            words["behaviours"] = tuple(words.get("behaviours", ()))
            return conversation.add_interaction(ticket, actor=self.actor, now=self.now, **words)

        return self.added(add, InteractionSerializer)


MAILED = frozenset({"kind", "text", "language", "reply_to", "answer", "vows"})
OURS = ("reply", "outcome", "call")
"""Contacts in which we promise something."""


def _answered(ticket: Ticket, said: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the client says to the wording check, and the promises it keeps; their fields are taken out of ``said``."""
    confirmed, asks = frozenset(said.pop("confirm", ())), said.pop("ask_supervisor", False)
    keeps = said.pop("keep_promises", True) and said.get("kind", "outcome") in OURS
    ours = keeps and said.get("direction", "out") == "out"
    zone = office_access.office().time_zone
    language = said.get("language", "") or ticket.language
    found = knowledge.vows_in(said["text"], ticket, now=now, zone=zone, language=language) if ours else ()
    return {"answer": Answer(confirmed=confirmed, ask=asks), "vows": tuple(vow for _key, vow in found)}


def _mail(
    ticket: Ticket, said: Mapping[str, Any], later: datetime | None, *, actor: Actor, now: datetime
) -> Interaction:
    """Mail a reply or an outcome; ``Invalid`` for another kind, and for what only a contact of another kind has."""
    if said["kind"] not in ("reply", "outcome"):
        raise Invalid.one("kind", "unknown-choice", _("Only a reply or an outcome is mailed"))
    beside = sorted(set(said) - MAILED)
    if beside:
        raise Invalid.one(beside[0], "not-for-mail", _("A mail has no such field"))
    taken = ("text", "language", "reply_to", "answer", "vows")
    words = {name: said[name] for name in taken if said.get(name) is not None}
    try:
        return mailing.send(ticket, actor=actor, now=now, mail=said["kind"], later=later, **words)
    except Invalid as refusal:
        raise Invalid({NAMED.get(name, name): faults for name, faults in refusal.fields.items()}) from refusal


NAMED = {"later": "not_before", "mail": "kind"}

Unsend = part_verb(
    "unsend_interaction",
    "Take a mail back, while it has not left",
    find=access.interaction_for,
    do=mailing.unsend,
    shape=InteractionSerializer,
)
Resend = part_verb(
    "resend_interaction",
    "Send again what was not delivered",
    find=access.interaction_for,
    do=mailing.resend,
    shape=InteractionSerializer,
)


Decide = part_verb(
    "decide_interaction",
    "Let held words out, or keep them back (supervisor)",
    find=access.interaction_for,
    do=held.decide,
    shape=InteractionSerializer,
    body=Decision,
)


def _pattern(do: Callable[..., Any]) -> Callable[..., Interaction]:
    def done(interaction: Interaction, **words: Any) -> Interaction:
        do(interaction, **words)
        return interaction

    return done


NAMED_PATTERN: dict[str, Any] = {"find": access.interaction_for, "shape": InteractionSerializer, "body": NamedPattern}
ConfirmPattern = part_verb(
    "confirm_pattern", "Confirm a suggested pattern of this contact", do=_pattern(patterns.confirm), **NAMED_PATTERN
)
DismissPattern = part_verb(
    "dismiss_pattern", "Dismiss a suggested pattern of this contact", do=_pattern(patterns.dismiss), **NAMED_PATTERN
)
PickPattern = part_verb(
    "pick_pattern", "Name another pattern of this contact", do=_pattern(patterns.pick), **NAMED_PATTERN
)


class OutcomeTold(PartResource):
    @extend_schema(
        operation_id="tell_outcome",
        summary="Note that the outcome was told",
        request=Outcome,
        responses={201: InteractionSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        ticket = self.ticket(number)
        said = dict(self.read(Outcome))
        said |= _answered(ticket, said, now=self.now)
        return self.added(
            lambda: conversation.add_interaction(ticket, actor=self.actor, now=self.now, kind="outcome", **said),
            InteractionSerializer,
        )


def _interactions(ticket: Ticket) -> Any:
    return Interaction.objects.filter(ticket=ticket).select_related("outgoing").prefetch_related("patterns")


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
        form = cast(QueryDict, request.data)
        unknown = set(form) - {"file", "interaction"}
        if unknown:
            raise Invalid.one(sorted(unknown)[0], "unknown-field", _("This field is not known here"))
        twice = sorted(name for name, values in form.lists() if len(values) > 1)
        if twice:
            raise Invalid({name: [TWICE] for name in twice})
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
        return handed(attachment)
