"""Customers are recognised, created and corrected here. Merging and forgetting come with their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers import access
from customers.contacts import Contact, ContactError, Kind, lookup_keys, normalise
from customers.models import ContactPoint, Customer, CustomerContact, DuplicateSuggestion, LookupKey
from office import audit
from office.acting import action
from office.errors import Fault, Invalid, Stale
from office.folding import clean
from office.roles import Actor

CORRECTABLE = (
    "kind",
    "standing",
    "name",
    "preferred_address",
    "organisation",
    "language",
    "time_zone",
    "preferred_channel",
    "preferred_times",
    "needs",
    "membership",
    "segment",
    "customer_since",
    "business_notes",
    "personal_notes",
    "no_promotion",
)


@dataclass(frozen=True)
class Described:
    """A customer as an outsider describes them: a name and whatever reaches them, as typed."""

    name: str
    phone: str = ""
    email: str = ""
    wechat: str = ""
    external_id: str = ""
    preferred_address: str = ""
    language: str = ""
    kind: str = "external"

    def typed(self) -> list[tuple[str, str]]:
        points = [("phone", self.phone), ("email", self.email), ("wechat", self.wechat)]
        return [(kind, clean(value).strip()) for kind, value in points if clean(value).strip()]


def contacts_of(described: Described, *, region: str) -> list[Contact]:
    """The described points, normalised. Raises ``Invalid`` with a fault per field that cannot be one."""
    faults: dict[str, list[Fault]] = {}
    contacts: list[Contact] = []
    for kind, typed in described.typed():
        try:
            contacts.append(_normal(kind, typed, region=region))
        except ContactError as error:
            faults[kind] = [Fault(error.code, CONTACT_SENTENCES.get(error.code, _("This cannot be a contact")))]
    if not clean(described.name).strip():
        faults["name"] = [Fault("required", _("A name is needed, even a first one"))]
    if faults:
        raise Invalid(faults)
    return contacts


LEAST_DIGITS = 3
"""Fewer digits are no phone number anywhere; what merely cannot be parsed is kept as typed."""

CONTACT_SENTENCES = {
    "email-invalid": _("This is not an e-mail address"),
    "phone-invalid": _("This is not a phone number"),
    "too-long": _("This is too long"),
    "empty": _("This is empty"),
    "unknown-kind": _("This kind of contact is not known"),
}


@action("customer.recognise")
def recognise(subject: None, *, actor: Actor, now: datetime, described: Described, region: str) -> Customer:
    """The customer this describes: the one that fits without doubt, else a new one.

    Hints in order of weight: external id, verified e-mail, verified phone. Only if exactly one customer fits, and no
    hint points elsewhere, are they taken; conflicting hints create a new customer and suggest the duplicates.
    """
    contacts = contacts_of(described, region=region)
    fits = _fits(described, contacts)
    if len(fits) == 1:
        return fits[0]
    customer = _create(_unclaimed(described), contacts, actor=actor, now=now)
    for other in fits or _holders(contacts):
        if other.pk != customer.pk:
            _suggest(other, customer, "conflicting-hints" if fits else "same-contact", now=now)
    return customer


@action("customer.create")
def create_customer(subject: None, *, actor: Actor, now: datetime, described: Described, region: str) -> Customer:
    """A new customer, knowingly; same points elsewhere become suggestions, not merges."""
    access.require(actor, "customers:write")
    contacts = contacts_of(described, region=region)
    customer = _create(described, contacts, actor=actor, now=now)
    for other in _holders(contacts):
        if other.pk != customer.pk:
            _suggest(other, customer, "same-contact", now=now)
    return customer


@action("customer.correct")
def correct(
    customer: Customer,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    consent: bool | None = None,
    changes: dict[str, object],
) -> Customer:
    """Correct what we know of a customer: ``changes`` by ``CORRECTABLE``, ``consent`` to personal notes."""
    locked = access.locked(actor, customer)
    if version is not None and locked.version != version:
        raise Stale(current=locked.version)
    unknown = set(changes) - set(CORRECTABLE)
    if unknown:
        raise TypeError(f"not correctable: {sorted(unknown)}")
    if not changes and consent is None:
        return locked
    for name, value in changes.items():
        setattr(locked, name, clean(value).strip() if isinstance(value, str) else value)
    if consent is not None:
        locked.personal_notes_consent_at = (locked.personal_notes_consent_at or now) if consent else None
    if not locked.name:
        raise Invalid.one("name", "required", _("A name is needed, even a first one"))
    _check(locked, changes)
    if locked.personal_notes and locked.personal_notes_consent_at is None:
        raise Invalid.one("personal_notes", "consent", _("Personal notes are kept only with the customer’s consent"))
    locked.version += 1
    locked.save(update_fields=[*changes, "personal_notes_consent_at", "version"])
    _index(locked)
    audit.record(("customer", locked.pk), "customer.correct", actor=actor, now=now, payload={"fields": sorted(changes)})
    return locked


@action("customer.add_contact")
def add_contact(
    customer: Customer, *, actor: Actor, now: datetime, kind: str, typed: str, region: str, shared: bool = False
) -> CustomerContact:
    """Another way to reach a customer. The same point twice is one."""
    locked = access.locked(actor, customer)
    try:
        contact = _normal(kind, clean(typed).strip(), region=region)
    except ContactError as error:
        sentence = CONTACT_SENTENCES.get(error.code, _("This cannot be a contact"))
        raise Invalid.one("typed", error.code, sentence) from error
    (link,) = _attach(locked, [contact], shared=shared)
    _index(locked)
    payload = {"kind": kind, "point": link.point_id}
    audit.record(("customer", locked.pk), "customer.add_contact", actor=actor, now=now, payload=payload)
    return link


@action("customer.drop_contact")
def drop_contact(customer: Customer, *, actor: Actor, now: datetime, contact_id: int) -> None:
    """This point no longer reaches this customer. Dropping it twice changes nothing."""
    locked = access.locked(actor, customer)
    dropped, _rows = locked.contacts.filter(pk=contact_id).delete()
    if dropped:
        _index(locked)
        audit.record(("customer", locked.pk), "customer.drop_contact", actor=actor, now=now)


def _check(customer: Customer, names: Iterable[str]) -> None:
    """Every value fits its column."""
    try:
        customer.clean_fields(exclude={field.name for field in customer._meta.fields} - set(names))
    except ValidationError as error:
        faults = {
            name: [Fault(e.code or "invalid", e.messages[0]) for e in es] for name, es in error.error_dict.items()
        }
        raise Invalid(faults) from error


def _normal(kind: str, typed: str, *, region: str) -> Contact:
    if kind not in {known.value for known in Kind}:
        raise ContactError("unknown-kind")
    contact = normalise(kind, typed, region=region)
    if kind == Kind.PHONE and sum(sign.isdigit() for sign in contact.value) < LEAST_DIGITS:
        raise ContactError("phone-invalid")
    return contact


def _unclaimed(described: Described) -> Described:
    """The description without an external id that stands for somebody already, forgotten or merged ones included."""
    taken = Customer.objects.filter(external_id=clean(described.external_id).strip()).exclude(external_id="")
    return replace(described, external_id="") if taken.exists() else described


def _create(described: Described, contacts: Sequence[Contact], *, actor: Actor, now: datetime) -> Customer:
    customer = Customer.objects.create(
        name=clean(described.name).strip()[:200],
        preferred_address=clean(described.preferred_address).strip()[:120],
        language=described.language,
        kind=described.kind,
        external_id=clean(described.external_id).strip()[:120],
        created_at=now,
        created_by_id=actor.agent_id,
        created_by_token_id=actor.token_id,
    )
    _attach(customer, contacts)
    _index(customer)
    audit.record(("customer", customer.pk), "customer.create", actor=actor, now=now)
    return customer


def _attach(customer: Customer, contacts: Iterable[Contact], *, shared: bool = False) -> list[CustomerContact]:
    links = []
    for contact in contacts:
        point, _made = ContactPoint.objects.get_or_create(
            kind=contact.kind,
            value=contact.value,
            defaults={"typed": contact.typed, "parsed": contact.parsed, "shared": shared},
        )
        link, _made = CustomerContact.objects.get_or_create(customer=customer, point=point)
        links.append(link)
    return links


def _index(customer: Customer) -> None:
    points = [link.point for link in customer.contacts.select_related("point")]
    contacts = [Contact(kind=Kind(p.kind), value=p.value, typed=p.typed, parsed=p.parsed) for p in points]
    keys = lookup_keys(name=customer.name, contacts=contacts, external_id=customer.external_id)
    if customer.preferred_address:
        keys |= lookup_keys(name=customer.preferred_address, contacts=[], external_id="")
    wanted = {key[:120] for key in keys}
    present = set(customer.lookup_keys.values_list("key", flat=True))
    customer.lookup_keys.filter(key__in=present - wanted).delete()
    LookupKey.objects.bulk_create(LookupKey(customer=customer, key=key) for key in sorted(wanted - present))


def _fits(described: Described, contacts: Sequence[Contact]) -> list[Customer]:
    """Everyone a strong hint points to, each once; exactly one means that no hint disagrees."""
    fits: dict[int, Customer] = {}
    external = clean(described.external_id).strip()
    if external:
        known = Customer.objects.filter(external_id=external, forgotten_at__isnull=True, merged_into__isnull=True)
        fits.update({customer.pk: customer for customer in known})
    for holder in _holders([c for c in contacts if c.parsed and c.kind in ("email", "phone")], verified=True):
        if not external or holder.external_id != external:
            fits.setdefault(holder.pk, holder)
    if external and len(fits) == 1 and next(iter(fits.values())).external_id != external:
        return []
    return list(fits.values())


def _holders(contacts: Sequence[Contact], *, verified: bool = False) -> list[Customer]:
    holders: dict[int, Customer] = {}
    for contact in contacts:
        links = CustomerContact.objects.filter(
            point__kind=contact.kind,
            point__value=contact.value,
            point__shared=False,
            customer__forgotten_at__isnull=True,
            customer__merged_into__isnull=True,
        )
        if verified:
            links = links.filter(verified_at__isnull=False)
        for link in links.select_related("customer")[:20]:
            holders.setdefault(link.customer_id, link.customer)
    return list(holders.values())


def _suggest(one: Customer, other: Customer, reason: str, *, now: datetime) -> None:
    first, second = sorted((one.pk, other.pk))
    DuplicateSuggestion.objects.get_or_create(
        first_id=first, second_id=second, defaults={"reason": reason, "suggested_at": now}
    )
