"""The customers' list, the card with its history, and what is corrected on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext, instrumented_test_render

from complaints.actions import sealing
from complaints.models import Ticket
from customers.actions import Described, add_contact, correct, create_customer
from customers.models import Customer, CustomerContact
from office.models import Agent, Event, Team
from office.roles import SYSTEM, Actor
from tests.conftest import NOW


@pytest.fixture
def desk(agent: Agent, client_of: Callable[[Agent], Client]) -> Client:
    return client_of(agent)


def new(name: str, **more: str) -> Customer:
    return create_customer(None, actor=SYSTEM, now=NOW, described=Described(name=name, **more), region="GB")


def read(desk: Client, path: str, status: int = 200) -> str:
    answer = desk.get(path)
    assert answer.status_code == status
    return answer.content.decode()


# The list -------------------------------------------------------------------------------------------------------------


def test_without_a_word_the_newest_come_first(desk: Client, customer: Customer) -> None:
    new("Zora Neale")
    text = read(desk, "/customers/")
    assert text.index("Zora Neale") < text.index("Ms Wang")


def test_older_customers_are_a_page_further(desk: Client, customer: Customer) -> None:
    for serial in range(30):
        new(f"Guest {serial}")
    first = read(desk, "/customers/")
    assert "Ms Wang" not in first
    older = first.split('<a class="btn btn-s" href="')[1].split('"')[0]
    assert "Ms Wang" in read(desk, older)


def test_while_one_types_only_the_hits_come(desk: Client, customer: Customer) -> None:
    answer = desk.get("/customers/", {"q": "wan"}, headers={"HX-Request": "true", "HX-Target": "hits"})
    assert "<html" not in answer.content.decode()
    assert "Ms Wang" in answer.content.decode()


@pytest.mark.parametrize("typed", ["zzz", "<script>x</script>", "\x00", "\u202ex🧨"])
def test_nobody_found_offers_a_new_customer(typed: str, desk: Client, customer: Customer) -> None:
    text = desk.get("/customers/", {"q": typed}).content.decode()
    assert "Nobody found" in text or typed == "\x00"
    assert "<script>x" not in text
    assert 'href="/customers/new/"' in text


def test_an_empty_desk_says_where_customers_come_from(desk: Client) -> None:
    assert "No customers yet" in read(desk, "/customers/")


# The card -------------------------------------------------------------------------------------------------------------


def test_the_card_says_who_how_and_what_for(desk: Client, ticket: Ticket, customer: Customer) -> None:
    changes = {"needs": "Larger print", "business_notes": "Pays by card", "no_promotion": True, "language": "zh-Hans"}
    correct(customer, actor=SYSTEM, now=NOW, changes=changes)
    text = read(desk, f"/customers/{customer.pk}/")
    for words in (
        "Ms Wang",
        "Wang Fang",
        "+44 7700 900418",
        "Larger print",
        "Pays by card",
        "No promotion",
        "简体中文",
    ):
        assert words in text
    assert ticket.spoken_number in text
    assert f'href="/new/?customer={customer.pk}"' in text


def test_complaints_of_other_teams_are_a_figure_and_sealed_ones_are_not(
    desk: Client, make_ticket: Callable[..., Ticket], customer: Customer, stranger: Agent, other_team: Team, *,
    supervisor: Agent, colleague: Agent, actor_for: Callable[[Agent], Actor],
) -> None:  # fmt: skip
    mine = make_ticket()
    foreign = [make_ticket(by=stranger, team=other_team) for _ in range(2)]
    sealed = make_ticket(by=supervisor)
    sealing.seal(sealed, actor=actor_for(supervisor), now=NOW, named=[colleague])
    text = read(desk, f"/customers/{customer.pk}/")
    assert mine.spoken_number in text
    assert "2 more in other teams" in text
    assert not any(ticket.spoken_number in text for ticket in (*foreign, sealed))


def test_a_customer_without_complaints_says_so(desk: Client, customer: Customer) -> None:
    assert "None: the next complaint would be the first" in read(desk, f"/customers/{customer.pk}/")


def test_a_long_history_has_pages(desk: Client, make_ticket: Callable[..., Ticket], customer: Customer) -> None:
    first, *others = [make_ticket() for _ in range(26)]
    text = read(desk, f"/customers/{customer.pk}/")
    assert first.spoken_number not in text
    assert first.spoken_number in read(desk, f"/customers/{customer.pk}/?before={others[0].pk}")
    read(desk, f"/customers/{customer.pk}/?before=nonsense")


def test_somebody_with_the_same_number_is_suggested(desk: Client, customer: Customer) -> None:
    other = new("Fang Wang", phone="+44 7700 900418")
    text = read(desk, f"/customers/{customer.pk}/")
    assert "Perhaps the same person" in text
    assert f'href="/customers/{other.pk}/"' in text
    assert "The same number or address" in text


def test_who_was_merged_is_found_where_they_went_and_who_is_forgotten_is_nowhere(
    desk: Client, customer: Customer
) -> None:
    double, gone = new("Double"), new("Gone")
    Customer.objects.filter(pk=double.pk).update(merged_into=customer)
    Customer.objects.filter(pk=gone.pk).update(forgotten_at=NOW)
    answer = desk.get(f"/customers/{double.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/customers/{customer.pk}/")
    for path in ("", "edit/"):
        read(desk, f"/customers/{gone.pk}/{path}", status=404)
    assert desk.post(f"/customers/{gone.pk}/contacts/", {"kind": "phone", "typed": "1"}).status_code == 404


def test_a_card_is_text_whatever_stands_on_it(desk: Client, customer: Customer) -> None:
    evil = "<img src=x onerror=alert(1)>"
    correct(customer, actor=SYSTEM, now=NOW, changes={"needs": evil, "business_notes": evil, "preferred_address": evil})
    add_contact(customer, actor=SYSTEM, now=NOW, kind="other", typed=evil, region="GB")
    for path in (f"/customers/{customer.pk}/", f"/customers/{customer.pk}/edit/", "/customers/", "/find/?q=wang"):
        assert evil not in read(desk, path)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_page_stands_in_chinese(language: str, desk: Client, agent: Agent, customer: Customer) -> None:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    for path in ("", "new/", f"{customer.pk}/", f"{customer.pk}/edit/"):
        read(desk, f"/customers/{path}")


@pytest.mark.one_engine
def test_the_card_costs_the_same_with_one_complaint_and_with_many(
    desk: Client, make_ticket: Callable[..., Ticket], customer: Customer
) -> None:
    costs = []
    for how_many in (1, 30):
        for serial in range(how_many):
            make_ticket()
            add_contact(customer, actor=SYSTEM, now=NOW, kind="other", typed=f"{how_many}-{serial}", region="GB")
        for path in ("/customers/", f"/customers/{customer.pk}/"):
            desk.get(path)
            with CaptureQueriesContext(connection) as asked:
                desk.get(path)
            costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 8


# Writing --------------------------------------------------------------------------------------------------------------


def test_a_new_customer_is_created_once_and_shown(desk: Client, office: object) -> None:
    answer = desk.post(
        "/customers/new/",
        {
            "name": " 王芳 ",
            "preferred_address": "王女士",
            "phone": "07700 900555",
            "language": "zh-Hans",
            "kind": "external",
        },
    )
    made = Customer.objects.get()
    assert answer.headers["Location"] == f"/customers/{made.pk}/"
    assert (answer.status_code, made.name, made.language) == (303, "王芳", "zh-Hans")
    assert made.contacts.get().point.value == "+447700900555"
    assert "王女士 is a customer now" in read(desk, answer.headers["Location"])


def test_what_cannot_be_a_customer_is_said_beside_its_field(desk: Client, office: object) -> None:
    answer = desk.post("/customers/new/", {"name": "\x00 ", "email": "no@address", "kind": "external"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "A name is needed" in text
    assert 'value="no@address"' in text
    assert 'id="id_email_error"' in text
    assert not Customer.objects.exists()


@pytest.fixture(autouse=True)
def _forms_are_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the test client keeps what a page was drawn from."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


def edited(desk: Client, customer: Customer) -> dict[str, str]:
    """What a browser would send back of the form as it was shown."""
    form = desk.get(f"/customers/{customer.pk}/edit/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value not in (None, False)}


def save(desk: Client, customer: Customer, words: dict[str, str]) -> tuple[int, str]:
    answer = desk.post(f"/customers/{customer.pk}/edit/", words)
    return answer.status_code, answer.content.decode()


def test_a_correction_is_saved_with_its_line(desk: Client, customer: Customer) -> None:
    words = edited(desk, customer) | {"needs": "Larger print", "no_promotion": "on", "customer_since": "2019-05-04"}
    assert save(desk, customer, words)[0] == 303
    customer.refresh_from_db()
    assert (customer.needs, customer.no_promotion, customer.version) == ("Larger print", True, 2)
    line = Event.objects.filter(subject_kind="customer", verb="customer.correct").latest("id")
    assert line.payload["fields"] == ["customer_since", "needs", "no_promotion"]


def test_personal_notes_need_the_customers_consent(desk: Client, customer: Customer) -> None:
    words = edited(desk, customer) | {"personal_notes": "Has a dog called Max"}
    status, text = save(desk, customer, words)
    assert status == 422
    assert "only with the customer’s consent" in text
    assert "Has a dog called Max" in text
    assert save(desk, customer, words | {"consent": "on"})[0] == 303
    customer.refresh_from_db()
    assert customer.personal_notes_consent_at is not None


def test_two_people_saving_one_card_lose_nothing(
    desk: Client, customer: Customer, colleague: Agent, client_of: Callable[[Agent], Client]
) -> None:
    mine = edited(desk, customer) | {"needs": "Larger print"}
    other = client_of(colleague)
    save(other, customer, edited(other, customer) | {"needs": "An interpreter", "business_notes": "Pays by card"})
    status, text = save(desk, customer, mine)
    assert status == 412
    assert "Somebody else saved this card" in text
    assert "An interpreter" in text  # theirs, to read
    assert 'value="Larger print"' in text  # mine, still in the field
    assert "Taken over from them: Business notes" in text
    again = desk.post(f"/customers/{customer.pk}/edit/", mine)
    form = again.context["form"]
    kept = {name: str(form[name].value()) for name in form.fields if form[name].value() not in (None, False)}
    assert save(desk, customer, kept)[0] == 303
    customer.refresh_from_db()
    assert (customer.needs, customer.business_notes) == ("Larger print", "Pays by card")


def test_a_contact_is_added_and_dropped_and_put_back(desk: Client, customer: Customer) -> None:
    path = f"/customers/{customer.pk}/contacts/"
    assert desk.post(path, {"kind": "email", "typed": "fang@example.org", "shared": "on"}).status_code == 303
    link = customer.contacts.get(point__kind="email")
    assert link.point.shared
    assert desk.post(path, {"drop": str(link.pk)}).status_code == 303
    assert not customer.contacts.filter(point__kind="email").exists()
    text = read(desk, f"/customers/{customer.pk}/")
    assert "fang@example.org no longer reaches them" in text
    assert desk.post(f"{path}?undo=1").status_code == 303
    assert customer.contacts.filter(point__value="fang@example.org").exists()


def test_a_verified_contact_is_not_put_back_unseen(desk: Client, customer: Customer) -> None:
    CustomerContact.objects.update(verified_at=NOW)
    link = customer.contacts.get()
    desk.post(f"/customers/{customer.pk}/contacts/", {"drop": str(link.pk)})
    assert "undo" not in read(desk, f"/customers/{customer.pk}/")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"kind": "email", "typed": "no address"}, 422),
        ({"kind": "carrier pigeon", "typed": "x"}, 422),
        ({"kind": "phone", "typed": ""}, 422),
        ({"kind": "other", "typed": "x" * 300}, 422),
        ({}, 422),
        ({"drop": "nonsense"}, 303),
        ({"drop": "9" * 30}, 303),
    ],
)
def test_what_is_no_contact_is_said_on_the_card(
    words: dict[str, str], status: int, desk: Client, customer: Customer
) -> None:
    assert desk.post(f"/customers/{customer.pk}/contacts/", words).status_code == status
    assert customer.contacts.count() == 1


def test_somebody_elses_contact_cannot_be_dropped_from_here(desk: Client, customer: Customer) -> None:
    other = new("Other", phone="07700 900111")
    desk.post(f"/customers/{customer.pk}/contacts/", {"drop": str(other.contacts.get().pk)})
    assert other.contacts.count() == 1
