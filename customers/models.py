"""Who complains."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

KINDS = (("external", _("External customer")), ("internal", _("Internal customer")))
STANDINGS = (("actual", _("Customer")), ("prospective", _("Prospective customer")))
CONTACT_KINDS = (
    ("phone", _("Phone")),
    ("email", _("E-mail")),
    ("wechat", _("WeChat")),
    ("wangwang", _("Wangwang")),
    ("other", _("Other")),
)


class Customer(models.Model):
    """A person or organisation we answer to.

    ``preferred_address`` is how they want to be spoken to (王女士, Ms Wang). ``needs`` are adjustments, never
    diagnoses. ``segment`` is for reports and never decides a remedy. Personal notes need consent. ``merged_into``
    points from a duplicate to the customer it turned out to be.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=KINDS, default="external")
    standing = models.CharField(_("standing"), max_length=12, choices=STANDINGS, default="actual")
    name = models.CharField(_("name"), max_length=200)
    preferred_address = models.CharField(_("how to address them"), max_length=120, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=16, blank=True)
    preferred_times = models.CharField(_("best time"), max_length=200, blank=True)
    needs = models.CharField(_("needs"), max_length=300, blank=True)
    membership = models.CharField(_("membership"), max_length=80, blank=True)
    segment = models.CharField(_("segment"), max_length=80, blank=True)
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    business_notes = models.TextField(_("business notes"), blank=True)
    personal_notes = models.TextField(_("personal notes"), blank=True)
    personal_notes_consent_at = models.DateTimeField(_("consent to personal notes"), null=True, blank=True)
    no_promotion = models.BooleanField(_("no promotion"), default=False)
    external_id = models.CharField(_("number in the shop or app"), max_length=120, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by_token = models.ForeignKey("office.ApiToken", models.SET_NULL, null=True, blank=True, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="customer_newest_first")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="customer_external_id_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(personal_notes="") | Q(personal_notes_consent_at__isnull=False),
                name="personal_notes_need_consent",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="customer_is_not_its_own_duplicate"),
        ]

    def __str__(self) -> str:
        return self.preferred_address or self.name


class ContactPoint(models.Model):
    """A phone number, address or account. ``value`` is normalised; a point can belong to several customers."""

    kind = models.CharField(_("kind"), max_length=12, choices=CONTACT_KINDS)
    value = models.CharField(max_length=254)
    typed = models.CharField(_("as typed"), max_length=254)
    parsed = models.BooleanField(default=True)
    shared = models.BooleanField(_("shared"), default=False)
    customers: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        Customer, through="customers.CustomerContact", related_name="contact_points"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="contact_point_is_unique"),
            models.CheckConstraint(condition=~Q(value=""), name="contact_point_has_a_value"),
        ]

    def __str__(self) -> str:
        return self.typed


class CustomerContact(models.Model):
    """That this point reaches this customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="holders")
    preferred = models.BooleanField(_("preferred"), default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-preferred", "id"]
        constraints = [models.UniqueConstraint(fields=["customer", "point"], name="customer_has_a_contact_point_once")]


class LookupKey(models.Model):
    """What an agent may type to find a customer: folded names and their parts, numbers and their endings, addresses."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="lookup_keys")
    key = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="lookup_key_once_per_customer")]


class DuplicateSuggestion(models.Model):
    """Two customers that may be one. A person decides."""

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40)
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("office.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    is_duplicate = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_is_suggested_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_suggestion_is_ordered"),
        ]
