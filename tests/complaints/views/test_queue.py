"""The queue: whose complaints it shows, in which order, how it is narrowed and paged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import clocks, escalations, follow_ups, sealing
from complaints.domain.numbers import check_digit
from complaints.models import Category, Participant, Reason, Ticket
from complaints.queries import queue as q
from complaints.queries.queue import Asked, Day, Filters, Place, View
from customers.models import Customer
from office.models import Agent, Membership, Team
from office.roles import SYSTEM, Actor
from tests.conftest import NOW

QUEUE = "/queue/"
Many = Callable[..., list[Ticket]]


def numbered(serial: int) -> str:
    eight = str(10_000_000 + serial)
    return eight + check_digit(eight)


@pytest.fixture
def many(team: Team, customer: Customer) -> Many:
    """Tickets as rows, due one minute after the other."""
    numbers = count(1)

    def make(how_many: int, *, first: datetime = NOW, **columns: object) -> list[Ticket]:
        rows = []
        for place in range(how_many):
            serial = next(numbers)
            due = first + timedelta(minutes=place)
            given = {"team": team, "customer": customer, "subject": f"Complaint {serial}", "risk_at": due}
            given |= {"channel": "phone"} | columns
            rows.append(
                Ticket(
                    number=numbered(serial),
                    received_at=NOW - timedelta(days=1),
                    entered_at=NOW,
                    source="page",
                    step_since=NOW,
                    risk_from=NOW - timedelta(days=1),
                    risk_kind="resolve",
                    changed_at=NOW,
                    touched_at=NOW,
                    **given,
                )
            )
        return Ticket.objects.bulk_create(rows)

    return make


def page_of(actor: Actor, asked: Asked, *, size: int = 5) -> q.Page:
    day = Day.of(NOW, NOW.tzinfo)  # type: ignore[arg-type]
    return q.page(actor, asked, day=day, known=q.few(actor), size=size)


def shown(actor: Actor, asked: Asked) -> set[int]:
    return {row.pk for row in page_of(actor, asked, size=1000).rows}


@pytest.fixture
def everything(
    *, many: Many, agent: Agent, colleague: Agent, supervisor: Agent, stranger: Agent, team: Team, other_team: Team
) -> None:
    """One of everything that decides about who sees a ticket, and who it is put before."""
    deep = Team.objects.create(name="Returns", slug="returns", parent=team)
    deep.path = f"/{team.pk}/{deep.pk}/"
    deep.save()
    for owner in (None, agent, colleague, stranger):
        for where in (team, other_team, deep, None):
            many(1, owner=owner, team=where)
            (sealed,) = many(1, owner=owner, team=where, sealed_at=NOW)
            if owner is not None:
                Participant.objects.create(ticket=sealed, agent=owner, role="named", since=NOW)
    for role in ("watcher", "contributor"):
        (ticket,) = many(1, team=other_team)
        Participant.objects.create(ticket=ticket, agent=agent, role=role, since=NOW)
        (ticket,) = many(1, team=other_team, sealed_at=NOW)
        Participant.objects.create(ticket=ticket, agent=agent, role=role, since=NOW)
    for to in (agent, supervisor):
        (ticket,) = many(1, team=other_team)
        escalations.open_escalation(ticket, actor=SYSTEM, now=NOW, reason="Have a look", addressed_to=to)
    many(3, team=team, state="answered", answered_at=NOW)
    many(3, team=team, state="closed", ended_at=NOW, end_reason="settled")


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("who", ["agent", "colleague", "supervisor", "stranger", "administrator"])
def test_all_that_i_see_is_exactly_what_the_door_lets_through(
    who: str, request: pytest.FixtureRequest, actor_for: Callable[[Agent], Actor]
) -> None:
    actor = actor_for(request.getfixturevalue(who))
    for state in ("open", "answered", "closed"):
        asked = Asked(View.ALL, Filters(state="" if state == "open" else state))
        door = set(q.access.visible_to(actor).filter(state=state).values_list("pk", flat=True))
        assert shown(actor, asked) == door


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("who", ["agent", "colleague", "supervisor", "stranger", "administrator"])
@pytest.mark.parametrize("view", q.COUNTED)
def test_every_counter_is_the_length_of_its_view(
    view: View, who: str, request: pytest.FixtureRequest, actor_for: Callable[[Agent], Actor]
) -> None:
    actor = actor_for(request.getfixturevalue(who))
    day = Day.of(NOW, NOW.tzinfo)  # type: ignore[arg-type]
    counts = q.counters(actor, Asked(view), day=day, known=q.few(actor))
    assert counts[view.value] == len(shown(actor, Asked(view)))


@pytest.mark.usefixtures("everything")
def test_a_narrowed_view_shows_only_what_fits(agent: Agent, actor_for: Callable[[Agent], Actor]) -> None:
    nobodys = shown(actor_for(agent), Asked(View.ALL, Filters(owner="nobody")))
    assert nobodys == set(Ticket.objects.open().filter(pk__in=nobodys, owner=None).values_list("pk", flat=True))
    assert nobodys


# Paging ---------------------------------------------------------------------------------------------------------------


def walk(actor: Actor, asked: Asked) -> list[int]:
    seen: list[int] = []
    while True:
        page = page_of(actor, asked)
        seen += [row.pk for row in page.rows]
        if page.later is None:
            return seen
        asked = Asked(asked.view, asked.filters, after=page.later)


def test_walking_the_pages_shows_every_row_once_even_where_deadlines_are_equal(
    many: Many, agent: Agent, actor_for: Callable[[Agent], Actor]
) -> None:
    rows = many(7) + many(9, first=NOW - timedelta(hours=1)) + [row for _ in range(6) for row in many(1)]
    seen = walk(actor_for(agent), Asked(View.TEAM))
    assert seen == [row.pk for row in sorted(rows, key=lambda row: (row.risk_at, row.pk))]


def test_new_complaints_do_not_shift_the_page_after(
    many: Many, agent: Agent, actor_for: Callable[[Agent], Actor]
) -> None:
    many(12)
    actor = actor_for(agent)
    first = page_of(actor, Asked(View.TEAM))
    before = [row.pk for row in page_of(actor, Asked(View.TEAM, after=first.later)).rows]
    many(8, first=NOW - timedelta(days=1))
    assert [row.pk for row in page_of(actor, Asked(View.TEAM, after=first.later)).rows] == before


def test_the_way_back_leads_through_the_same_pages(
    many: Many, agent: Agent, actor_for: Callable[[Agent], Actor]
) -> None:
    many(12)
    actor = actor_for(agent)
    first = page_of(actor, Asked(View.TEAM))
    second = page_of(actor, Asked(View.TEAM, after=first.later))
    back = page_of(actor, Asked(View.TEAM, before=second.sooner))
    assert [row.pk for row in back.rows] == [row.pk for row in first.rows]
    assert (first.sooner, back.sooner) == (None, None)


def test_what_has_ended_comes_latest_first(many: Many, agent: Agent, actor_for: Callable[[Agent], Actor]) -> None:
    rows = many(12, state="closed", ended_at=NOW, end_reason="settled")
    closed = Asked(View.TEAM, Filters(state="closed"))
    assert walk(actor_for(agent), closed) == [row.pk for row in reversed(rows)]


@pytest.mark.parametrize("text", ["", "x", "1", "1_", "_1", "1_2_3", "9" * 17 + "_1", "-1_1", "1_" + "9" * 30, "١_١"])
def test_a_place_that_is_none_is_the_first_page(text: str) -> None:
    assert Place.read(text) is None or text == "9" * 17 + "_1"


def test_a_place_survives_being_written() -> None:
    place = Place(NOW + timedelta(microseconds=123456), 77)
    assert Place.read(str(place)) == place


@pytest.mark.parametrize("after", ["nonsense", "9_9_9", "99999999999999999_1", "1_999999999999999999", "\x00", "%00"])
def test_nonsense_in_the_address_is_never_an_error(
    after: str, many: Many, agent: Agent, client_of: Callable[[Agent], Client]
) -> None:
    many(2)
    assert client_of(agent).get(QUEUE, {"view": "team", "after": after, "before": after}).status_code == 200


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shows(agent: Agent, client_of: Callable[[Agent], Client]) -> Callable[..., str]:
    client = client_of(agent)

    def get(status: int = 200, **words: str) -> str:
        answer = client.get(QUEUE, words)
        assert answer.status_code == status
        return answer.content.decode()

    return get


@pytest.fixture
def _now_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.middleware.timezone.now", lambda: NOW)


def test_a_stranger_sees_neither_row_nor_figure(
    ticket: Ticket, stranger: Agent, client_of: Callable[[Agent], Client]
) -> None:
    for view in View:
        text = client_of(stranger).get(QUEUE, {"view": view.value}).content.decode()
        assert ticket.spoken_number not in text
        assert "<b>1</b>" not in text


def test_a_sealed_complaint_is_there_only_for_the_named(
    *,
    ticket: Ticket, agent: Agent, colleague: Agent, supervisor: Agent, administrator: Agent,
    client_of: Callable[[Agent], Client], actor_for: Callable[[Agent], Actor],
) -> None:  # fmt: skip
    sealing.seal(ticket, actor=actor_for(supervisor), now=NOW, named=[colleague])
    for person, expected in ((agent, 0), (supervisor, 0), (administrator, 0), (colleague, 1)):
        client = client_of(person)
        shown = sum(ticket.spoken_number in client.get(QUEUE, {"view": v.value}).content.decode() for v in View)
        assert bool(shown) == bool(expected), person


@pytest.mark.usefixtures("_now_is_now")
def test_the_table_is_grouped_by_what_breaks_first(many: Many, shows: Callable[..., str]) -> None:
    for wait in (timedelta(days=3), timedelta(hours=5), timedelta(minutes=30), timedelta(hours=-2)):
        many(1, first=NOW + wait)
    text = shows(view="team")
    places = [text.index(f'<tbody id="{band}">') for band in ("late", "hour", "today", "later")]
    assert places == sorted(places)
    assert "2 h past" in text
    assert "30 min" in text


@pytest.mark.usefixtures("_now_is_now")
def test_the_counters_are_filters(many: Many, shows: Callable[..., str]) -> None:
    many(3, first=NOW - timedelta(hours=2))
    many(2, first=NOW + timedelta(minutes=10))
    text = shows(view="team", due="hour")
    assert "<b>3</b> past due" in text
    assert "<b>2</b> within the hour" in text
    assert text.count("data-bulk-one") == 2
    assert 'href="/queue/?view=team&amp;due=late"' in text


def test_beyond_a_thousand_counting_stops(many: Many, shows: Callable[..., str]) -> None:
    many(q.CAP + 5)
    text = shows(view="team")
    assert "<b>999+</b>" in text
    assert "25 of 999+" in text


@pytest.mark.parametrize(
    ("name", "value", "columns"),
    [
        ("step", "resolve", {"step": "resolve"}),
        ("severity", "4", {"severity": 4}),
        ("channel", "email", {"channel": "email"}),
        ("language", "zh-Hans", {"language": "zh-Hans"}),
        ("waiting", "yes", {"waiting_since": NOW, "waiting_reason": "customer"}),
        ("safety", "yes", {"safety": True}),
        ("state", "closed", {"state": "closed", "ended_at": NOW, "end_reason": "settled"}),
    ],
)
def test_every_filter_narrows_and_is_a_chip_that_comes_off(
    name: str, value: str, columns: dict[str, object], many: Many, shows: Callable[..., str]
) -> None:
    many(2)
    (wanted,) = many(1, **columns)
    text = shows(view="team", **{name: value})
    assert text.count("data-bulk-one") == 1
    assert wanted.spoken_number in text
    assert '<a class="fs-chip fs-chip--line" href="/queue/?view=team">' in text


def test_a_category_contains_the_ones_below_it(many: Many, shows: Callable[..., str]) -> None:
    above = Category.objects.create(code="delivery-x", name_en="Delivery")
    below = Category.objects.create(code="late-x", name_en="Late", parent=above)
    many(1)
    many(1, category=above)
    many(1, category=below)
    assert shows(view="team", category=str(above.pk)).count("data-bulk-one") == 2
    text = shows(view="team", category=str(below.pk))
    assert text.count("data-bulk-one") == 1
    assert "Category: Delivery › Late" in text


def test_owner_and_team_are_filters_of_what_one_has(
    many: Many, shows: Callable[..., str], colleague: Agent, team: Team, other_team: Team
) -> None:
    many(1, owner=colleague)
    many(2)
    assert shows(view="team", owner=str(colleague.pk)).count("data-bulk-one") == 1
    assert shows(view="team", owner="nobody").count("data-bulk-one") == 2
    assert shows(view="team", team=str(team.pk)).count("data-bulk-one") == 3
    assert "This is not on offer" in shows(view="team", team=str(other_team.pk))


def test_an_unknown_value_is_left_out_and_said(many: Many, shows: Callable[..., str]) -> None:
    many(2)
    text = shows(view="team", step="dance", channel="x\x00y", severity="4; DROP TABLE", owner="9" * 40)
    assert text.count("data-bulk-one") == 2
    assert text.count("This is not on offer") == 4


def test_an_unknown_view_is_ones_own(ticket: Ticket, shows: Callable[..., str]) -> None:
    assert ticket.spoken_number in shows(view="nothing")


def test_the_filters_come_alone_when_only_they_are_asked_for(
    agent: Agent, client_of: Callable[[Agent], Client]
) -> None:
    text = client_of(agent).get(QUEUE, {"panel": "filter"}, headers={"HX-Request": "true"}).content.decode()
    assert text.startswith('<form class="q-filters"')
    assert "<html" not in text


def test_what_a_customer_wrote_is_text(many: Many, shows: Callable[..., str], team: Team) -> None:
    evil = '<script>alert("x")</script>'
    many(1, subject=evil, order_ref=evil, need=evil, anonymous_reason="hidden", customer=None)
    many(1, subject="\u202eمرحبا 🧨 \u2066", order_ref="١٢٣")
    text = shows(view="team")
    assert evil not in text
    assert "&lt;script&gt;" in text
    assert "🧨" in text
    assert "Anonymous" in text


@pytest.mark.usefixtures("_now_is_now")
def test_marks_say_in_words_what_they_draw(
    ticket: Ticket, shows: Callable[..., str], agent: Agent, supervisor: Agent, actor_for: Callable[[Agent], Actor]
) -> None:
    actor = actor_for(agent)
    follow_ups.plan(ticket, actor=actor, now=NOW - timedelta(hours=2), kind="call_back", text="Ring her",
                    due_at=NOW - timedelta(hours=1))  # fmt: skip
    escalations.open_escalation(ticket, actor=actor, now=NOW, reason="She asks for you", addressed_to=supervisor)
    Ticket.objects.filter(pk=ticket.pk).update(safety=True, pass_number=2)
    text = shows()
    assert 'aria-label="Promise missed: Call back by today 09:42"' in text
    assert "Escalated to level 1, waiting for Karin Solberg" in text
    assert 'aria-label="Safety"' in text
    assert 'aria-label="Reopened: pass 2"' in text


@pytest.mark.usefixtures("_now_is_now")
def test_a_pause_says_until_when_and_one_that_is_over_is_late(
    ticket: Ticket, shows: Callable[..., str], agent: Agent, actor_for: Callable[[Agent], Actor]
) -> None:
    then = NOW - timedelta(hours=1)
    code = Reason.objects.filter(kind="wait").values_list("code", flat=True)[0]
    clocks.wait(ticket, actor=actor_for(agent), now=then, reason=code, until=NOW + timedelta(hours=20))
    assert "Waits until" in shows(view="waiting")
    Ticket.objects.filter(pk=ticket.pk).update(risk_at=NOW - timedelta(hours=1))
    text = shows(view="waiting")
    assert "The wait is over" in text
    assert '<tbody id="late">' in text


@pytest.mark.parametrize("view", [view.value for view in View])
def test_an_empty_view_says_why_and_leads_on(view: str, shows: Callable[..., str]) -> None:
    text = shows(view=view)
    assert 'class="fs-empty"' in text
    assert "data-bulk" not in text


def test_an_empty_view_offers_what_is_nobodys(many: Many, shows: Callable[..., str]) -> None:
    many(4)
    assert "Take one of 4 nobody’s yet" in shows()


def test_filters_that_nothing_fits_can_be_cleared(many: Many, shows: Callable[..., str]) -> None:
    many(1)
    text = shows(view="team", step="resolve")
    assert "Nothing fits these filters" in text
    assert "Clear the filters" in text


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_page_stands_in_chinese(
    language: str, ticket: Ticket, agent: Agent, client_of: Callable[[Agent], Client]
) -> None:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    answer = client_of(agent).get(QUEUE, {"panel": "filter"})
    assert answer.status_code == 200
    assert f'<html lang="{language[:3]}{language[3:].title()}"' in answer.content.decode()


@pytest.mark.one_engine
@pytest.mark.parametrize("view", [view.value for view in View])
def test_a_page_costs_the_same_few_queries_at_1_row_and_at_50(
    *, view: str, many: Many, agent: Agent, supervisor: Agent, client_of: Callable[[Agent], Client], team: Team
) -> None:
    Membership.objects.create(agent=supervisor, team=team)
    costs = []
    for person, rows in ((supervisor, 1), (supervisor, 50)):
        many(rows, owner=person, need="larger print", waiting_since=NOW, waiting_reason="customer", pass_number=2)
        many(rows)
        client = client_of(person)
        for words in ({"view": view}, {"view": view, "owner": str(agent.pk), "step": "listen"}):
            client.get(QUEUE, words)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(QUEUE, words).status_code == 200
            costs.append(len(asked))
    assert max(costs) <= 8, costs
    assert costs[:2] == costs[2:]


def test_the_front_door_is_the_queue(agent: Agent, client_of: Callable[[Agent], Client]) -> None:
    assert client_of(agent).get("/").headers["Location"] == reverse("queue")


def test_nobody_comes_in_without_signing_in(client: Client, office: object) -> None:
    for path in ("/queue/", "/queue/bulk/", "/find/", "/customers/", "/customers/new/", "/customers/1/"):
        assert client.get(path).headers["Location"].startswith("/sign-in/")
