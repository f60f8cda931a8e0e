"""A complaint is taken down on one page while somebody is on the line."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Category, Draft, Ticket
from customers.actions import Described, add_contact, create_customer
from customers.models import Customer, LookupKey
from office.models import Agent, Event, Team
from office.roles import SYSTEM

SignIn = Callable[[Agent], Client]

pytestmark = pytest.mark.one_engine  # tests/access asks both engines for these pages


NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
WORDS = "The fridge hums all night and nobody has rung me back since Monday."
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def desk(client_of: SignIn, agent: Agent) -> Client:
    return client_of(agent)


def filled(**changes: Any) -> dict[str, Any]:
    """The form as an agent leaves it at the least: channel, customer, words."""
    form: dict[str, Any] = {"nonce": secrets.token_hex(16), "channel": "phone", "words": WORDS, "customer": "new"}
    if changes.get("customer", "new") == "new":
        form["name"] = "Helga Brandt"
    return form | changes


def save(desk: Client, **changes: Any) -> Any:
    return desk.post("/new/", filled(**changes))


def the_ticket() -> Ticket:
    return Ticket.objects.get()


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def test_a_call_becomes_a_case_of_the_person_who_heard_it(
    desk: Client, agent: Agent, customer: Customer, team: Team
) -> None:
    response = save(desk, customer=str(customer.pk))
    ticket = the_ticket()
    assert (response.status_code, response.headers["Location"]) == (303, f"/cases/{ticket.number}/")
    assert (ticket.owner, ticket.customer, ticket.team) == (agent, customer, team)
    assert (ticket.channel, ticket.kind, ticket.source, ticket.step) == ("phone", "complaint", "page", "listen")
    said = ticket.interactions.get()
    assert (said.kind, said.direction, said.text) == ("words", "in", WORDS)
    assert ticket.clocks.get(target="acknowledge").met_at is not None
    assert Event.objects.filter(verb="ticket.receive").count() == 1


def test_everything_heard_is_noted(desk: Client, customer: Customer, office: object) -> None:
    category = Category.objects.get(code="refund_late")
    save(
        desk, customer=str(customer.pk), kind="advice", title="Refund of the kettle", language="zh-Hans",
        happened="Promised on 2 November", product="Kettle", order_ref="77-20418", feeling_start="4",
        harm=["money", "safety"], severity="3", need="Large print", remedy_sought="The refund today",
        expectation="reasonable", expectation_source="Our letter", category=str(category.pk),
        on_behalf_of="Her mother", on_behalf_authority="Power of attorney",
    )  # fmt: skip
    ticket = the_ticket()
    assert (ticket.kind, ticket.subject, ticket.language) == ("advice", "Refund of the kettle", "zh-Hans")
    assert (ticket.happened, ticket.product, ticket.order_ref) == ("Promised on 2 November", "Kettle", "77-20418")
    assert (ticket.harm, ticket.safety, ticket.severity) == (["money", "safety"], True, 3)
    assert (ticket.need, ticket.remedy_sought, ticket.category) == ("Large print", "The refund today", category)
    assert (ticket.expectation, ticket.expectation_source) == ("reasonable", "Our letter")
    assert (ticket.on_behalf_of, ticket.on_behalf_authority) == ("Her mother", "Power of attorney")
    assert ticket.interactions.get().feeling_start == 4
    assert ticket.step_records.get().evidence == {"feeling_start": 4}


def test_a_new_customer_is_made_with_what_was_typed(desk: Client) -> None:
    save(desk, name="Helga Brandt", phone="020 7946 0018", email="Helga@Example.org")
    made = the_ticket().customer
    assert made is not None
    assert made.name == "Helga Brandt"
    assert {link.point.value for link in made.contacts.all()} == {"+442079460018", "helga@example.org"}


def test_a_new_customer_with_a_verified_number_is_the_one_we_know(desk: Client, customer: Customer) -> None:
    customer.contacts.update(verified_at=NOW)
    save(desk, name="Wang", phone="07700 900418")
    assert the_ticket().customer == customer


def test_nobody_is_named_for_one_of_the_reasons(desk: Client, office: object) -> None:
    save(desk, customer="none", anonymous_reason="wants_none")
    ticket = the_ticket()
    assert (ticket.customer, ticket.anonymous_reason) == (None, "Does not want to be named")
    assert not ticket.clocks.filter(target="acknowledge").exists()


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"customer": ""}, "who", "Name the customer, or say why there is none"),
        ({"customer": "999999"}, "who", "This customer is not there any more"),
        ({"customer": "9" * 40}, "who", "Name the customer"),
        ({"customer": "none"}, "anonymous_reason", "Choose the reason"),
        ({"customer": "none", "anonymous_reason": "because"}, "anonymous_reason", "Choose one of the values offered"),
        ({"name": " "}, "name", "A name is needed, even a first one"),
        ({"name": "x" * 201}, "name", "This is too long"),
        ({"words": " \n "}, "words", "Write down the customer’s own words"),
        ({"words": "ä" * 1_000_000}, "words", "This is too long"),
        ({"email": "helga.example.org"}, "email", "This"),
        ({"phone": "1" * 300}, "phone", "This is too long"),
        ({"received_at": "yesterday"}, "received_at", "This is not a date and time"),
        ({"received_at": "2026-02-31T10:00"}, "received_at", "This is not a date and time"),
        ({"received_at": "0001-01-01T00:00"}, "received_at", "This is too long ago"),
        ({"received_at": "9999-12-31T23:59"}, "received_at", "This is in the future"),
        ({"channel": "pigeon"}, "channel", "Choose one of the values offered"),
        ({"severity": "5"}, "severity", "Choose one of the values offered"),
        ({"harm": ["none", "money"]}, "harm", "“None” cannot stand beside a harm"),
        ({"happened": "x" * 20_001}, "happened", "This is too long"),
        ({"category": "999999"}, "category", "Choose one of the values offered"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    desk: Client, changes: dict[str, Any], field: str, says: str
) -> None:
    response = save(desk, remedy_sought="A quiet fridge", **changes)
    page = text(response)
    assert response.status_code == 422
    notes = re.search(rf'id="id_{field}_error">(.*?)</ul>', page, re.DOTALL)
    assert notes is not None
    assert says in notes[1]
    assert ">\nA quiet fridge</textarea>" in page
    assert changes.get("words", WORDS).strip()[:60] in page
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_every_fault_is_told_at_once(desk: Client) -> None:
    page = text(save(desk, name="", email="nonsense", words="", received_at="2099-01-01T10:00"))
    assert set(re.findall(r'id="id_(\w+)_error"', page)) == {"name", "email", "words", "received_at"}


def test_a_call_of_tomorrow_is_refused_in_the_persons_own_zone(desk: Client, agent: Agent) -> None:
    agent.time_zone = "Asia/Shanghai"
    agent.save()
    with time_machine.travel(NOW, tick=False):
        assert save(desk, received_at="2026-11-24T18:43").status_code == 422
        assert save(desk, received_at="2026-11-24T18:42").status_code == 303
    assert the_ticket().received_at == NOW
    assert the_ticket().entered_at == NOW


def test_words_stay_as_they_were_said(desk: Client) -> None:
    said = "  “<b>Nobody</b> rang” 😤\r\nשלום عليكم\n\n王女士：冰箱整夜响。\x00 &amp; "
    save(desk, words=said)
    assert (
        the_ticket().interactions.get().text == "  “<b>Nobody</b> rang” 😤\nשלום عليكم\n\n王女士：冰箱整夜响。 &amp; "
    )


def test_nothing_typed_can_become_a_part_of_the_page(desk: Client) -> None:
    attack = '"><script>alert(1)</script></textarea><img src=x onerror=alert(1)>'
    fields = ("words", "who", "phone", "email", "happened", "product", "title", "received_at", "nonce", "order_ref")
    page = text(save(desk, customer="", name=attack, **dict.fromkeys(fields, attack)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert" in page


def test_the_same_form_twice_is_one_complaint(desk: Client) -> None:
    form = filled()
    first, second = desk.post("/new/", form), desk.post("/new/", form)
    assert first.headers["Location"] == second.headers["Location"] == f"/cases/{the_ticket().number}/"
    assert Customer.objects.count() == 1


def test_the_same_form_with_other_words_is_not_swallowed(desk: Client) -> None:
    form = filled()
    desk.post("/new/", form)
    response = desk.post("/new/", form | {"words": "And the freezer is broken too."})
    page = text(response)
    assert response.status_code == 409
    assert the_ticket().spoken_number in page
    assert "And the freezer is broken too." in page
    fresh = re.search(r'name="nonce" value="([0-9a-f]{32})"', page)
    assert fresh is not None
    assert fresh[1] != form["nonce"]
    again = desk.post("/new/", form | {"words": "And the freezer is broken too.", "nonce": fresh[1]})
    assert again.status_code == 303
    assert Ticket.objects.count() == 2


def test_somebody_elses_form_is_never_shown(desk: Client, client_of: SignIn, colleague: Agent) -> None:
    form = filled()
    desk.post("/new/", form)
    page = text(client_of(colleague).post("/new/", form))
    assert "saved before" in page
    assert the_ticket().spoken_number not in page


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_the_same_moment_are_one_complaint(client_of: SignIn, agent: Agent) -> None:
    form, answers = filled(), []
    desks = [client_of(agent), client_of(agent)]
    start = threading.Barrier(2)

    def send(desk: Client) -> None:
        start.wait()
        try:
            answers.append(desk.post("/new/", form).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert Ticket.objects.count() == 1
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("nonce", ["", "x' or 1=1", "A" * 32])
def test_a_form_that_lost_its_mark_is_saved_all_the_same(desk: Client, nonce: str) -> None:
    assert save(desk, nonce=nonce, words="").status_code == 422
    assert save(desk, nonce=nonce).status_code == 303
    assert re.fullmatch(r"[0-9a-f]{32}", the_ticket().source_ref)


def test_save_and_the_next_call(desk: Client) -> None:
    response = save(desk, next="call")
    assert response.headers["Location"] == "/new/?fresh=1"
    assert the_ticket().spoken_number in text(desk.get("/new/?fresh=1"))


def test_files_come_with_the_words(desk: Client) -> None:
    files = [SimpleUploadedFile("fridge.png", PNG), SimpleUploadedFile("note.txt", "冰箱".encode())]
    form = filled(attachments=files)
    desk.post("/new/", form)
    kept = the_ticket().attachments.all()
    assert [file.name for file in kept] == ["fridge.png", "note.txt"]
    assert {file.interaction for file in kept} == {the_ticket().interactions.get()}
    for file in files:
        file.seek(0)
    desk.post("/new/", form)
    assert the_ticket().attachments.count() == 2


def test_a_file_that_is_refused_costs_neither_words_nor_ticket(desk: Client) -> None:
    script = SimpleUploadedFile("fridge.svg", b"<svg onload=alert(1)>")
    response = save(desk, attachments=[SimpleUploadedFile("fridge.png", PNG), script])
    page = text(response)
    assert response.status_code == 422
    assert "fridge.svg: Files of this kind are not taken" in page
    assert "Choose the files again" in page
    assert WORDS in page
    assert not Ticket.objects.exists()


def test_the_category_says_which_team_gets_it(desk: Client, agent: Agent, other_team: Team) -> None:
    category = Category.objects.get(code="guarantee")
    category.team = other_team
    category.save()
    box = text(desk.get("/new/", {"category": category.pk}, headers={"HX-Target": "n-after"}))
    assert "Repairs" in box
    save(desk, category=str(category.pk))
    assert (the_ticket().team, the_ticket().owner) == (other_team, agent)


def test_a_retired_category_is_not_offered(desk: Client, office: object) -> None:
    Category.objects.filter(code="money").update(retired_at=NOW)
    page = text(desk.get("/new/"))
    assert "Refund late" not in page
    assert "Delivery · Late" in page


def test_the_clocks_are_told_before_saving(desk: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        asked = {"severity": "4", "channel": "email", "received_at": "2026-11-24T10:00"}
        box = text(desk.get("/new/", asked, headers={"HX-Target": "n-after"}))
        unjudged = text(desk.get("/new/"))
    assert "today 12:00" in box
    assert "Severity Critical: 48 h" in box
    assert "Severity is not judged yet and counts as Serious: 120 h" in unjudged
    assert "met: you are listening" in unjudged


@pytest.mark.parametrize("received_at", ["", "nonsense", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-24T10:00:59"])
def test_the_clocks_are_told_whatever_stands_in_the_field(desk: Client, received_at: str) -> None:
    asked = {"received_at": received_at, "severity": "9", "category": "x", "team": "9" * 30}
    assert desk.get("/new/", asked, headers={"HX-Target": "n-after"}).status_code == 200


def test_what_is_still_to_ask_is_listed_and_needs_no_answer(desk: Client) -> None:
    page = text(desk.get("/new/"))
    asks = re.findall(r'<li data-ask="([^"]*)"><a', page)
    assert asks == [
        "happened", "product order_ref no_order_reason", "harm", "remedy_sought", "feeling_start", "severity",
    ]  # fmt: skip
    half = text(save(desk, words="", product="Fridge", harm=["time"], severity="2"))
    assert re.findall(r'<li data-ask="([^"]*)"><a', half) == ["happened", "remedy_sought", "feeling_start"]


# The look-up ----------------------------------------------------------------------------------------------------------


def look(desk: Client, who: str, **more: str) -> str:
    return text(desk.get("/new/customers/", {"who": who, **more}))


def chosen(page: str) -> list[str]:
    return re.findall(r'name="customer" value="(\w+)"[^>]* checked', page)


def test_a_whole_number_chooses_its_only_holder(desk: Client, customer: Customer) -> None:
    for typed in ("+44 7700 900418", "07700 900418", "0044 7700900418"):
        assert chosen(look(desk, typed)) == [str(customer.pk)], typed


def test_part_of_a_number_or_a_name_chooses_nobody(desk: Client, customer: Customer) -> None:
    for typed in ("077009", "900418", "wang", "Wang Fang", "fang", "Ms Wang"):
        page = look(desk, typed)
        assert f'value="{customer.pk}"' in page, typed
        assert chosen(page) == [], typed


def test_two_who_share_a_number_are_listed_and_none_is_chosen(desk: Client, customer: Customer) -> None:
    described = Described(name="Wang Jun", phone="+44 7700 900418")
    other = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    page = look(desk, "+44 7700 900418")
    assert {str(customer.pk), str(other.pk)} <= set(re.findall(r'name="customer" value="(\d+)"', page))
    assert chosen(page) == []


def test_what_was_chosen_stays_chosen(desk: Client, customer: Customer) -> None:
    assert chosen(look(desk, "wang", customer=str(customer.pk))) == [str(customer.pk)]
    assert chosen(look(desk, "+44 7700 900418", customer="new")) == []


def test_the_list_says_what_one_needs_to_greet_them(desk: Client, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(language="zh-Hans", needs="Speak slowly", organisation="Wang & Co")
    add_contact(customer, actor=SYSTEM, now=NOW, kind="email", typed="fang@example.org", region="GB")
    page = look(desk, "wang")
    for said in ("Wang Fang", "say “Ms Wang”", "zh-Hans", "Speak slowly", "Wang &amp; Co", "fang@example.org"):
        assert said in page
    assert "The first complaint" in page


def test_open_cases_are_shown_and_others_teams_only_counted(
    desk: Client, make_ticket: Callable[..., Ticket], stranger: Agent, other_team: Team, supervisor: Agent
) -> None:
    mine = make_ticket()
    theirs = make_ticket(by=stranger, team=other_team, words="Not for these eyes")
    sealed = make_ticket(words="Sealed words")
    Ticket.objects.filter(pk=sealed.pk).update(sealed_at=NOW)
    page = look(desk, "wang")
    assert mine.spoken_number in page
    assert f'name="add_to" value="{mine.number}"' in page
    assert theirs.spoken_number not in page
    assert "Not for these eyes" not in page
    assert sealed.spoken_number not in page
    assert "1 complaint · 1 more in other teams" in page


def test_an_order_finds_whose_it_is(desk: Client, make_ticket: Callable[..., Ticket], customer: Customer) -> None:
    make_ticket(facts={"order_ref": "77-20418"})
    assert f'value="{customer.pk}"' in look(desk, "77-20418")


def test_nobody_fits(desk: Client) -> None:
    page = look(desk, "Brandt")
    assert "Nobody fits this" in page
    assert 'data-found="0"' in page
    assert 'data-look="name"' in page
    assert "data-count" not in look(desk, "  ")


@pytest.mark.parametrize("typed", ["%", "_", "\x00", "'; drop table", "😤", "a" * 5_000, "+", "@", "１２３４", "\\"])
def test_anything_may_be_typed_into_the_look_up(desk: Client, customer: Customer, typed: str) -> None:
    assert desk.get("/new/customers/", {"who": typed, "customer": "1" * 50}).status_code == 200


def test_looking_up_costs_the_same_among_five_customers_and_five_thousand(
    desk: Client, make_ticket: Callable[..., Ticket], customer: Customer
) -> None:
    def crowd(first: int, last: int) -> None:
        made = Customer.objects.bulk_create(Customer(name=f"Wang {n}", created_at=NOW) for n in range(first, last))
        LookupKey.objects.bulk_create(LookupKey(customer=row, key=row.name.casefold()) for row in made)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert look(desk, "wang").count('name="customer"') >= 5
        return len(asked)

    make_ticket()
    crowd(0, 5)
    look(desk, "wang")
    few = cost()
    crowd(5, 5_000)
    for _ in range(3):
        make_ticket()
    many = cost()
    assert few == many
    assert many <= 12


def test_without_a_script_the_look_up_is_a_button_and_keeps_everything(desk: Client, customer: Customer) -> None:
    nonce = secrets.token_hex(16)
    response = desk.post("/new/", {"look": "1", "nonce": nonce, "who": "+44 7700 900418", "words": WORDS})
    assert (response.status_code, response.headers["Location"]) == (303, f"/new/?draft=new-{nonce}")
    page = text(desk.get(response.headers["Location"]))
    assert chosen(page) == [str(customer.pk)]
    assert WORDS in page
    assert 'name="phone" value="+44 7700 900418"' in page


def test_a_customers_card_leads_here_with_the_customer_chosen(desk: Client, customer: Customer) -> None:
    assert chosen(text(desk.get("/new/", {"customer": customer.pk}))) == [str(customer.pk)]


def test_a_merged_customer_cannot_be_chosen(desk: Client, customer: Customer) -> None:
    keeper = Customer.objects.create(name="Wang Fang", created_at=NOW)
    Customer.objects.filter(pk=customer.pk).update(merged_into=keeper)
    assert f'value="{customer.pk}"' not in look(desk, "wang")
    assert save(desk, customer=str(customer.pk)).status_code == 422


# The call belongs to a case that is open ------------------------------------------------------------------------------


def test_the_words_of_the_call_are_added_to_an_open_case(desk: Client, ticket: Ticket, agent: Agent) -> None:
    form = filled(add_to=ticket.number, feeling_start="5", received_at="")
    Draft.objects.create(agent=agent, key=f"new-{form['nonce']}", fields={"words": [WORDS]}, saved_at=NOW)
    response = desk.post("/new/", form)
    assert (response.status_code, response.headers["Location"]) == (303, f"/cases/{ticket.number}/")
    said = ticket.interactions.order_by("-id")[0]
    assert (said.kind, said.text, said.feeling_start) == ("words", WORDS, 5)
    assert Ticket.objects.count() == 1
    assert not Draft.objects.exists()
    desk.post("/new/", form)
    assert ticket.interactions.count() == 2


def test_without_words_the_case_opens_where_they_are_written(desk: Client, ticket: Ticket) -> None:
    response = desk.post("/new/", filled(add_to=ticket.number, words=""))
    assert response.headers["Location"] == f"/cases/{ticket.number}/?write=words"


def test_what_was_noted_beside_the_words_stays_in_the_draft(desk: Client, ticket: Ticket) -> None:
    form = filled(add_to=ticket.number, happened="It leaks now")
    desk.post("/new/", form)
    kept = Draft.objects.get(key=f"new-{form['nonce']}").fields
    assert kept["happened"] == ["It leaks now"]
    assert "words" not in kept


def test_a_case_of_another_team_takes_no_words_and_costs_none(
    client_of: SignIn, ticket: Ticket, stranger: Agent
) -> None:
    response = client_of(stranger).post("/new/", filled(add_to=ticket.number))
    assert response.status_code == 422
    assert WORDS in response.content.decode()
    assert ticket.interactions.count() == 1


# Doors and languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/new/", "/new/customers/?who=a", "/drafts/new-x/"])
def test_strangers_sign_in_first(client: Client, office: object, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/")
    assert "next=" in response.headers["Location"]


@pytest.mark.parametrize("language", [("zh-hans", "zh-Hans", "退款延迟"), ("zh-hant", "zh-Hant", "退款延遲")])
def test_the_page_speaks_the_persons_language(
    desk: Client, agent: Agent, customer: Customer, language: tuple[str, str, str]
) -> None:
    agent.language, lang, category = language
    agent.save()
    page = text(desk.get("/new/"))
    assert f'<html lang="{lang}"' in page
    assert category in page
    assert "Wang Fang" in look(desk, "wang")
    assert save(desk, customer="").status_code == 422


def test_the_page_costs_the_same_however_many_drafts_there_are(desk: Client, agent: Agent) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get("/new/?fresh=1")
        return len(asked)

    def leave(first: int, last: int) -> None:
        for n in range(first, last):
            at = timezone.now() - timedelta(minutes=n)
            Draft.objects.create(agent=agent, key=f"new-{n:032x}", fields={"words": [f"call {n}"]}, saved_at=at)

    leave(0, 1)
    cost()
    one = cost()
    leave(1, 50)
    assert cost() == one
