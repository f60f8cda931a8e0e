"""The complaint itself."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.domain import vocabulary as v
from complaints.domain.numbers import show
from complaints.domain.workflow import CHANNELS, CONTACT_KINDS, State, Step

SOURCES = (("page", "page"), ("api", "api"), ("import", "import"), ("form", "form"), ("mail", "mail"))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> TicketQuerySet:
        return self.filter(state=State.OPEN.value)

    def unassigned(self) -> TicketQuerySet:
        return self.filter(owner__isnull=True)

    def unsealed(self) -> TicketQuerySet:
        return self.filter(sealed_at__isnull=True)

    def what_breaks_first(self) -> TicketQuerySet:
        return self.order_by("risk_at", "id")


class Ticket(models.Model):
    """A complaint (or another contact, see ``kind``) from receipt to its end.

    The customer's words are interactions, first one first. What this complaint is about stands here and is frozen into
    the step's record when Listen is completed. ``risk_at`` is the earliest instant at which something owed to this
    customer breaks (``risk_kind`` says what, ``risk_from`` since when it counts); the clock actions keep it, so that
    "what breaks first" is an index. For ended tickets it is when they ended. ``version`` grows with every change of the
    ticket or its evidence.
    """

    number = models.CharField(max_length=9, unique=True)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=12, choices=v.choices(v.KINDS), default="complaint")
    subject = models.CharField(_("subject"), max_length=200)
    channel = models.CharField(_("channel"), max_length=12, choices=v.choices(v.CHANNELS))
    language = models.CharField(_("language"), max_length=16, default="en")
    jurisdiction = models.CharField(_("jurisdiction"), max_length=12, blank=True)
    received_at = models.DateTimeField(_("received"))
    entered_at = models.DateTimeField(_("entered"))
    source = models.CharField(max_length=8, choices=SOURCES)
    source_name = models.CharField(max_length=80, blank=True)
    source_ref = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by_token = models.ForeignKey("office.ApiToken", models.SET_NULL, null=True, blank=True, related_name="+")

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("customer")
    )
    anonymous_reason = models.CharField(_("why there is no customer"), max_length=200, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    on_behalf_authority = models.CharField(_("with which authority"), max_length=200, blank=True)
    joint = models.BooleanField(_("several complain together"), default=False)

    step = models.CharField(max_length=10, choices=v.choices(v.STEPS), default=Step.LISTEN.value)
    state = models.CharField(max_length=12, choices=v.choices(v.STATES), default=State.OPEN.value)
    pass_number = models.PositiveSmallIntegerField(default=1)
    step_since = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    waiting_reason = models.CharField(max_length=60, blank=True)
    waiting_note = models.CharField(max_length=300, blank=True)
    waiting_until = models.DateTimeField(null=True, blank=True)
    escalation_line = models.PositiveSmallIntegerField(default=0)
    conduct_level = models.PositiveSmallIntegerField(default=0)
    safety = models.BooleanField(_("safety"), default=False)
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_from = models.ForeignKey(
        "office.Agent",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("staff complained about"),
    )
    legal_hold = models.BooleanField(default=False)

    category = models.ForeignKey(
        "complaints.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    scope = models.CharField(_("scope"), max_length=8, blank=True)
    gravity = models.CharField(_("gravity"), max_length=8, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), null=True, blank=True)
    happened = models.TextField(_("what happened, and when"), blank=True)
    product = models.CharField(_("product"), max_length=200, blank=True)
    order_ref = models.CharField(_("order"), max_length=120, blank=True)
    no_order_reason = models.CharField(_("why no order"), max_length=200, blank=True)
    harm = models.JSONField(_("harm"), default=list, blank=True)
    remedy_sought = models.TextField(_("outcome asked for"), blank=True)
    need = models.CharField(_("need"), max_length=300, blank=True)
    expectation = models.CharField(_("expectation"), max_length=12, blank=True, choices=v.choices(v.EXPECTATIONS))
    expectation_source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    root_cause = models.CharField(_("root cause"), max_length=24, blank=True, choices=v.choices(v.CAUSES))
    cause_note = models.TextField(_("about the cause"), blank=True)

    owner = models.ForeignKey(
        "office.Agent", models.SET_NULL, null=True, blank=True, related_name="tickets", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "office.Team", models.SET_NULL, null=True, blank=True, related_name="tickets", verbose_name=_("team")
    )
    risk_at = models.DateTimeField()
    risk_from = models.DateTimeField()
    risk_kind = models.CharField(max_length=16, blank=True)

    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=60, blank=True)
    end_note = models.CharField(max_length=300, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)
    # changed_at: a field of its own, with a new version. touched_at: that, or anything that hangs on it; None only for
    # what a process of the release before took down while both were running.
    changed_at = models.DateTimeField()
    touched_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[1-9][0-9]{8}$"), name="ticket_number_is_nine_digits"),
            models.CheckConstraint(condition=Q(step__in=[s.value for s in Step]), name="ticket_step_is_known"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="ticket_state_is_known"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="ticket_channel_is_known"),
            models.CheckConstraint(condition=Q(kind__in=CONTACT_KINDS), name="ticket_kind_is_known"),
            models.CheckConstraint(
                condition=Q(severity__isnull=True) | Q(severity__range=(1, 4)), name="ticket_severity_is_1_to_4"
            ),
            models.CheckConstraint(condition=Q(conduct_level__lte=4), name="ticket_conduct_level_is_0_to_4"),
            models.CheckConstraint(condition=Q(escalation_line__lte=4), name="ticket_escalation_line_is_0_to_4"),
            models.CheckConstraint(condition=Q(pass_number__gte=1), name="ticket_pass_starts_at_1"),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("entered_at")), name="ticket_is_received_before_entered"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(anonymous_reason=""),
                name="ticket_has_a_customer_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered"]) | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="ticket_end_has_a_reason_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=True) | ~Q(waiting_reason=""), name="ticket_waits_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["source_name", "source_ref"], condition=~Q(source_ref=""), name="ticket_is_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["risk_at", "id"], name="ticket_open_by_risk", condition=Q(state="open")),
            models.Index(fields=["team", "risk_at", "id"], name="ticket_open_team_risk", condition=Q(state="open")),
            models.Index(
                fields=["owner", "risk_at", "id"],
                name="ticket_open_owner_risk",
                condition=Q(state="open", owner__isnull=False),
            ),
            models.Index(
                fields=["team", "risk_at", "id"],
                name="ticket_reopened_by_risk",
                condition=Q(state="open", pass_number__gt=1),
            ),
            models.Index(
                fields=["team", "risk_at", "id"],
                name="ticket_nobodys_by_risk",
                condition=Q(state="open", owner__isnull=True),
            ),
            models.Index(fields=["state", "risk_at", "id"], name="ticket_state_risk"),
            models.Index(fields=["team", "state", "risk_at", "id"], name="ticket_team_state_risk"),
            models.Index(fields=["customer", "-id"], name="ticket_of_customer"),
            models.Index(fields=["created_by_token", "-id"], name="ticket_of_token"),
            models.Index(fields=["touched_at"], name="ticket_by_touch"),
            models.Index(fields=["order_ref"], name="ticket_by_order", condition=~Q(order_ref="")),
        ]

    def __str__(self) -> str:
        return f"{self.spoken_number} {self.subject}"

    @property
    def last_touch(self) -> datetime:
        return self.touched_at or self.changed_at

    @property
    def spoken_number(self) -> str:
        return show(self.number)

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def is_anonymous(self) -> bool:
        return self.customer_id is None

    def is_late(self, now: datetime) -> bool:
        return self.state == State.OPEN.value and not self.is_waiting and self.risk_at < now


class Participant(models.Model):
    """Somebody beside the owner: who watches, who contributed, who is named on a sealed ticket."""

    ROLES = (("watcher", _("watches")), ("contributor", _("contributed")), ("named", _("named")))

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="participants")
    agent = models.ForeignKey("office.Agent", models.CASCADE, related_name="participations")
    role = models.CharField(max_length=12, choices=ROLES)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "ticket", "role"], name="participant_once_per_role"),
        ]
        indexes = [models.Index(fields=["agent", "role", "ticket"], name="participant_by_role")]


class TicketLink(models.Model):
    """A relation between two tickets. A duplicate ends its source; removing the link restores it."""

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=16, choices=v.choices(v.LINKS))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_is_made_once"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(kind="duplicate"), name="ticket_duplicates_one_other"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ticket_is_not_linked_to_itself"),
        ]
