"""What the API shows: of a ticket and of everything that hangs on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.models import Category, Interaction, Ticket
from complaints.queries.why import newest
from customers.models import Customer
from office.api.fields import Code
from office.roles import REACH_ALL, REACH_ROLE, Actor


class PersonSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField()


class TeamSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CategorySerializer(serializers.Serializer[Any]):
    code = serializers.SerializerMethodField(help_text="delivery, or delivery/late for the second level")
    name = serializers.CharField(source="__str__", help_text="In the language asked for.")

    def get_code(self, category: Category) -> str:
        return f"{category.parent.code}/{category.code}" if category.parent else category.code


class TicketCustomerSerializer(serializers.Serializer[Any]):
    """Who complains. A token that may not read the customer is told the id only."""

    id = serializers.IntegerField()
    name = serializers.CharField(required=False)
    external_id = serializers.CharField(required=False)


class DeadlineSerializer(serializers.Serializer[Any]):
    """One target of the present pass, in its newest cycle.

    A paused one waits for somebody else; its due time moves when it goes on.
    """

    target = Code(v.CLOCKS)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    original_due_at = serializers.DateTimeField()
    met_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)


class WaitingSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(source="waiting_since")
    reason = serializers.CharField(source="waiting_reason")
    note = serializers.CharField(source="waiting_note")
    until = serializers.DateTimeField(source="waiting_until", allow_null=True)


class TicketSerializer(serializers.Serializer[Any]):
    """A ticket. The conversation, steps, issues and so on have addresses of their own."""

    number = serializers.CharField(help_text="Nine digits, the last one a check digit.")
    spoken_number = serializers.CharField(help_text="The same number for people: 4821-0937-5.")
    version = serializers.IntegerField(help_text="Also the ETag.")
    kind = Code(w.CONTACT_KINDS)
    subject = serializers.CharField()
    channel = Code(w.CHANNELS)
    language = Code(v.LANGUAGES)
    jurisdiction = serializers.CharField()
    external_ref = serializers.CharField(source="source_ref")
    received_at = serializers.DateTimeField()
    entered_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(
        source="last_touch", help_text="Of anything on it: its fields, a note, a promise."
    )
    customer = serializers.SerializerMethodField()
    anonymous_reason = serializers.CharField()
    on_behalf_of = serializers.CharField()
    on_behalf_authority = serializers.CharField()
    joint = serializers.BooleanField()
    step = Code(w.STEPS)
    state = Code(w.State)
    pass_number = serializers.IntegerField()
    step_since = serializers.DateTimeField()
    waiting = serializers.SerializerMethodField()
    escalation_line = serializers.IntegerField()
    conduct_level = serializers.IntegerField()
    severity = serializers.IntegerField(allow_null=True)
    safety = serializers.BooleanField()
    legal_hold = serializers.BooleanField()
    category = CategorySerializer(allow_null=True)
    product = serializers.CharField()
    order_ref = serializers.CharField()
    owner = PersonSerializer(allow_null=True)
    team = TeamSerializer(allow_null=True)
    risk_at = serializers.DateTimeField(help_text="When the next thing owed to this customer breaks.")
    risk_kind = serializers.CharField()
    deadlines = serializers.SerializerMethodField()
    answered_at = serializers.DateTimeField(allow_null=True)
    verdict = serializers.CharField()
    verdict_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    end_note = serializers.CharField()

    @extend_schema_field(TicketCustomerSerializer(allow_null=True))
    def get_customer(self, ticket: Ticket) -> dict[str, Any] | None:
        if ticket.customer is None:
            return None
        shown: dict[str, Any] = {"id": ticket.customer.pk}
        if knows(self.context["actor"], ticket.customer):
            shown |= {"name": ticket.customer.name, "external_id": ticket.customer.external_id}
        return shown

    @extend_schema_field(WaitingSerializer(allow_null=True))
    def get_waiting(self, ticket: Ticket) -> dict[str, Any] | None:
        return dict(WaitingSerializer(ticket).data) if ticket.is_waiting else None

    @extend_schema_field(DeadlineSerializer(many=True))
    def get_deadlines(self, ticket: Ticket) -> list[dict[str, Any]]:
        present = newest(clock for clock in ticket.clocks.all() if clock.pass_number == ticket.pass_number)
        return [dict(shown) for shown in DeadlineSerializer(present, many=True).data]


class ReceivedTicketSerializer(TicketSerializer):
    """A ticket just received, with the way in for its customer."""

    customer_link = serializers.CharField(
        allow_null=True, help_text="The customer’s own page; null where there is no customer. Hand it to nobody else."
    )


class TicketPageSerializer(serializers.Serializer[Any]):
    results = TicketSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True, help_text="The address of the next page; null at the end.")


def knows(actor: Actor, customer: Customer) -> bool:
    """Whether the actor may read the customer's card; decided without a query."""
    if not actor.has_scope("customers:read") or customer.forgotten_at is not None:
        return False
    return actor.reach in (REACH_ROLE, REACH_ALL) or customer.created_by_token_id == actor.token_id


class PatternSerializer(serializers.Serializer[Any]):
    """A pattern of one contact, never of a person."""

    key = serializers.CharField()
    state = Code(("suggested", "confirmed", "dismissed", "picked"))
    cues = serializers.ListField(child=serializers.DictField(), help_text="text, start and end in characters.")


class InteractionSerializer(serializers.Serializer[Any]):
    """One contact or note. Feelings run from 1 (calm) to 5 (very upset)."""

    id = serializers.IntegerField()
    kind = Code(("words", "reply", "call", "note", "outcome"))
    direction = Code(("in", "out", "internal"))
    channel = Code(v.CHANNELS, allow_blank=True)
    visibility = Code(("customer", "internal"))
    author_kind = serializers.CharField()
    author_name = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    happened_at = serializers.DateTimeField()
    entered_at = serializers.DateTimeField()
    duration_s = serializers.IntegerField(allow_null=True)
    reached = serializers.BooleanField()
    feeling_start = serializers.IntegerField(allow_null=True)
    feeling_end = serializers.IntegerField(allow_null=True)
    behaviours = serializers.ListField(child=Code(w.BEHAVIOURS))
    reply_to = serializers.IntegerField(source="reply_to_id", allow_null=True)
    pass_number = serializers.IntegerField()
    delivery = serializers.CharField(
        help_text="Of a message of ours: elsewhere, held, queued, sent, failed or cancelled."
    )
    patterns = PatternSerializer(many=True)
    goes_at = serializers.SerializerMethodField(help_text="When a queued mail leaves at the earliest.")

    def get_goes_at(self, row: Interaction) -> datetime | None:
        return row.outgoing.not_before if row.delivery == "queued" and row.outgoing else None


class AttachmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    interaction = serializers.IntegerField(source="interaction_id", allow_null=True)
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    visibility = Code(("customer", "internal"))
    added_at = serializers.DateTimeField()


class FindingSerializer(serializers.Serializer[Any]):
    pass_number = serializers.IntegerField()
    finding = Code(w.FINDINGS)
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()


class IssueSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField()
    raised_pass = serializers.IntegerField()
    raised_at = serializers.DateTimeField()
    findings = FindingSerializer(many=True, help_text="One per pass.")


class FollowUpSerializer(serializers.Serializer[Any]):
    """Something promised to the customer (`promised`) or set ourselves, with who and by when."""

    id = serializers.IntegerField()
    kind = Code(v.FOLLOW_UPS)
    text = serializers.CharField(source="words")
    promised = serializers.BooleanField()
    owner = PersonSerializer(allow_null=True)
    due_at = serializers.DateTimeField()
    due_kind = Code(("by", "on"))
    original_due_at = serializers.DateTimeField()
    told_due_at = serializers.DateTimeField(
        source="told_until", help_text="The date the customer was told last; of a promise, what it is measured by."
    )
    cause = Code(v.PLANNED, allow_blank=True, help_text="Why a step planned it by itself; empty for what somebody did.")
    made_at = serializers.DateTimeField()
    snoozes = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)
    outcome = Code(v.OUTCOMES, allow_blank=True)
    outcome_note = serializers.CharField()


class OwedSerializer(FollowUpSerializer):
    """Something owed, and on which ticket."""

    ticket = serializers.CharField(source="ticket.spoken_number")


class EscalationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    level = serializers.IntegerField()
    cycle = serializers.IntegerField()
    trigger = Code(v.TRIGGERS)
    reason = serializers.CharField()
    addressed_to = PersonSerializer(allow_null=True)
    in_place_of = PersonSerializer(allow_null=True)
    opened_at = serializers.DateTimeField()
    acknowledge_by = serializers.DateTimeField()
    state = Code(("open", "acknowledged", "returned", "taken_over", "answered", "lapsed"))
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()


class RedressSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    issue = serializers.IntegerField(source="issue.number", default=None, allow_null=True)
    kind = Code(v.REDRESS)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    basis = Code(v.BASES)
    note = serializers.CharField()
    state = Code(v.REDRESS_STATES)
    addressed_to = PersonSerializer(source="approval.addressed_to", default=None, allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    offered_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    pass_number = serializers.IntegerField()


class LinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = Code(v.LINKS)
    source = serializers.CharField(  # type: ignore[assignment]
        source="source.number", help_text="With kind duplicate, the one that ended."
    )
    target = serializers.CharField(source="target.number")
    made_at = serializers.DateTimeField()


class EventSerializer(serializers.Serializer[Any]):
    """One line of the record book: codes and ids, never words."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    actor_kind = serializers.CharField()
    actor_id = serializers.IntegerField(allow_null=True)
    payload = serializers.DictField()
    hash = serializers.CharField()


class ContactSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField(source="point.kind")
    value = serializers.CharField(source="point.value", help_text="Normalised; a phone number in E.164.")
    typed = serializers.CharField(source="point.typed")
    shared = serializers.BooleanField(source="point.shared")
    preferred = serializers.BooleanField()
    verified_at = serializers.DateTimeField(allow_null=True)


class CustomerSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Also the ETag.")
    kind = Code(("external", "internal"))
    standing = Code(("actual", "prospective"))
    name = serializers.CharField()
    preferred_address = serializers.CharField(help_text="How they want to be spoken to: 王女士, Ms Wang.")
    organisation = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    preferred_channel = serializers.CharField()
    preferred_times = serializers.CharField()
    needs = serializers.CharField(help_text="Adjustments, not diagnoses.")
    membership = serializers.CharField()
    segment = serializers.CharField()
    customer_since = serializers.DateField(allow_null=True)
    business_notes = serializers.CharField()
    personal_notes = serializers.CharField(help_text="Kept only with consent.")
    personal_notes_consent_at = serializers.DateTimeField(allow_null=True)
    no_promotion = serializers.BooleanField()
    external_id = serializers.CharField()
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    created_at = serializers.DateTimeField()
    contacts = ContactSerializer(many=True)


class CustomerPageSerializer(serializers.Serializer[Any]):
    results = CustomerSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
