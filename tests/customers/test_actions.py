"""Customers are recognised, made and corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from customers import access as door
from customers import actions as a
from customers.actions import CORRECTABLE, Described
from customers.models import Customer, CustomerContact, DuplicateSuggestion
from office import access
from office.errors import Invalid, NotAllowed, Stale
from office.models import Event
from office.roles import REACH_ALL, REACH_OWN, REACH_TEAM, SYSTEM, Actor, Role
from tests.access.snapshots import changed, nothing_changes, rows
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def made(name: str = "Li Na", **described: str) -> Customer:
    return a.create_customer(None, described=Described(name=name, **described), region="GB", **BY)


def known(name: str = "Li Na", **described: str) -> Customer:
    return a.recognise(None, described=Described(name=name, **described), region="GB", **BY)


def verify(customer: Customer) -> None:
    CustomerContact.objects.filter(customer=customer).update(verified_at=NOW)


def token(*scopes: str, reach: str = REACH_ALL, pk: int | None = 5) -> Actor:
    return Actor(kind="token", id=pk, role=Role.ADMINISTRATOR, scopes=frozenset(scopes), reach=reach)


# Recognising ----------------------------------------------------------------------------------------------------------


def test_one_who_fits_without_doubt_is_taken() -> None:
    first = made(email="li@example.org", phone="07700 900123", external_id="S-1")
    verify(first)
    for hint in ({"external_id": "S-1"}, {"email": "LI@Example.org"}, {"phone": "+44 7700 900 123"}):
        assert known("Somebody", **hint) == first
    assert Customer.objects.count() == 1


def test_a_point_nobody_verified_recognises_nobody_and_suggests() -> None:
    first = made(email="li@example.org")
    second = known("Li N.", email="li@example.org")
    assert second != first
    (suggestion,) = DuplicateSuggestion.objects.all()
    assert {suggestion.first_id, suggestion.second_id} == {first.pk, second.pk}
    assert suggestion.reason == "same-contact"


def test_hints_that_disagree_make_a_new_customer_and_suggest_both() -> None:
    first, second = made(email="li@example.org"), made("Wang", phone="07700 900123")
    verify(first)
    verify(second)
    third = known("Who?", email="li@example.org", phone="07700 900123")
    assert third not in (first, second)
    assert set(DuplicateSuggestion.objects.values_list("reason", flat=True)) == {"conflicting-hints"}
    assert DuplicateSuggestion.objects.count() == 2


def test_a_shared_point_and_somebody_forgotten_recognise_nobody() -> None:
    family = made(phone="07700 900123")
    verify(family)
    family.contact_points.update(shared=True)
    assert known(phone="07700 900123") != family
    gone = made("Gone", external_id="S-9")
    Customer.objects.filter(pk=gone.pk).update(forgotten_at=NOW, external_id="")
    assert known("Gone", external_id="S-9") != gone


@pytest.mark.parametrize(
    ("described", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"name": "Li", "email": "nowhere"}, {"email"}),
        ({"name": "", "email": "nowhere"}, {"name", "email"}),
    ],
)
def test_every_fault_of_a_description_is_named(described: dict[str, str], fields: set[str]) -> None:
    for verb in (a.recognise, a.create_customer):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            verb(None, described=Described(**described), region="GB", **BY)
        assert set(refusal.value.fields) == fields


# Correcting -----------------------------------------------------------------------------------------------------------


def test_a_correction_is_kept_found_and_noted_by_field() -> None:
    row = made()
    a.correct(row, changes={"name": "Wang Li", "needs": "Large print"}, **BY)
    row.refresh_from_db()
    assert (row.name, row.version) == ("Wang Li", 2)
    assert (list(door.found(SYSTEM, "wang")), list(door.found(SYSTEM, "na"))) == ([row], [])
    line = Event.objects.filter(subject_kind="customer").order_by("-id")[0]
    assert (line.verb, line.payload) == ("customer.correct", {"fields": ["name", "needs"]})


@pytest.mark.parametrize("name", sorted({f.name for f in Customer._meta.get_fields()} - set(CORRECTABLE)))
def test_no_other_column_can_be_set_through_a_correction(name: str) -> None:
    row = made()
    with nothing_changes(), pytest.raises(TypeError):
        a.correct(row, changes={name: "1"}, **BY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "alien"}, "kind"),
        ({"standing": "vip"}, "standing"),
        ({"needs": "x" * 301}, "needs"),
        ({"customer_since": "soon"}, "customer_since"),
        ({"personal_notes": "Her mother is ill"}, "personal_notes"),
    ],
)
def test_a_correction_that_cannot_be_is_named(changes: dict[str, object], field: str) -> None:
    row = made()
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        a.correct(row, changes=changes, **BY)
    assert set(refusal.value.fields) == {field}


def test_personal_notes_come_and_go_with_consent() -> None:
    row = made()
    a.correct(row, changes={"personal_notes": "Her mother is ill"}, consent=True, **BY)
    with nothing_changes(), pytest.raises(Invalid):
        a.correct(row, changes={}, consent=False, **BY)
    a.correct(row, changes={"personal_notes": ""}, consent=False, **BY)
    row.refresh_from_db()
    assert (row.personal_notes, row.personal_notes_consent_at) == ("", None)


def test_an_old_page_corrects_nothing() -> None:
    row = made()
    a.correct(row, changes={"needs": "Large print"}, version=1, **BY)
    with nothing_changes(), pytest.raises(Stale) as refusal:
        a.correct(row, changes={"needs": "Small print"}, version=1, **BY)
    assert refusal.value.current == 2


def test_a_contact_twice_is_one_and_dropping_it_twice_changes_nothing() -> None:
    row = made()
    first = a.add_contact(row, kind="phone", typed="07700 900123", region="GB", **BY)
    assert a.add_contact(row, kind="phone", typed="+447700900123", region="GB", **BY) == first
    a.drop_contact(row, contact_id=first.pk, **BY)
    with nothing_changes():
        a.drop_contact(row, contact_id=first.pk, **BY)


def test_a_contact_of_somebody_else_is_not_dropped_through_another_card() -> None:
    row, other = made(phone="07700 900123"), made("Wang")
    with nothing_changes():
        a.drop_contact(other, contact_id=row.contacts.get().pk, **BY)


@pytest.mark.parametrize(("kind", "typed"), [("email", "nowhere"), ("fax", "123456"), ("phone", "")])
def test_a_contact_that_is_none_is_refused(kind: str, typed: str) -> None:
    row = made()
    with nothing_changes(), pytest.raises(Invalid):
        a.add_contact(row, kind=kind, typed=typed, region="GB", **BY)


# Who may --------------------------------------------------------------------------------------------------------------

CHANGES: list[tuple[Any, dict[str, Any]]] = [
    (a.correct, {"changes": {"needs": "Large print"}}),
    (a.add_contact, {"kind": "phone", "typed": "07700 900124", "region": "GB"}),
    (a.drop_contact, {"contact_id": 1}),
]


@pytest.mark.parametrize(("verb", "words"), CHANGES)
@pytest.mark.parametrize("scopes", [(), ("customers:read",), ("tickets:write", "playbooks:write")])
def test_a_token_without_the_scope_changes_nobody(verb: Any, words: dict[str, Any], scopes: tuple[str, ...]) -> None:
    row = made()
    before = rows()
    with pytest.raises(NotAllowed):
        verb(row, actor=token(*scopes), now=NOW, **words)
    assert changed(before, rows()) == {}
    assert Event.objects.filter(subject_kind="customer", subject_id=row.pk).latest("id").verb == "refused"
    with nothing_changes(), pytest.raises(NotAllowed):
        a.create_customer(None, actor=token(*scopes), now=NOW, described=Described(name="Li"), region="GB")


@pytest.mark.parametrize(("verb", "words"), CHANGES)
def test_a_customer_who_is_not_to_be_seen_is_not_changed(verb: Any, words: dict[str, Any]) -> None:
    row = made()
    for actor in (token("customers:write", reach=REACH_OWN), token("customers:write", reach=REACH_TEAM)):
        with nothing_changes(), pytest.raises(Http404):
            verb(row, actor=actor, now=NOW, **words)
    Customer.objects.filter(pk=row.pk).update(forgotten_at=NOW)
    with nothing_changes(), pytest.raises(Http404):
        verb(row, **BY, **words)


def test_a_token_of_its_own_sees_whom_it_created_and_a_person_everybody(agent: Any, token_client: Any) -> None:
    row = made()
    own = token_client("customers:write", reach=REACH_OWN).token
    Customer.objects.filter(pk=made("Wang").pk).update(created_by_token=own)
    assert [c.name for c in door.visible_to(token("customers:read", reach=REACH_OWN, pk=own.pk))] == ["Wang"]
    assert not door.visible_to(token("customers:read", reach=REACH_OWN, pk=None)).exists()
    assert door.visible_to(access.actor_of(agent)).count() == 2
    assert door.customer_for(access.actor_of(agent), row.pk) == row
    with pytest.raises(NotAllowed):
        door.customer_for(token("tickets:write"), row.pk)
