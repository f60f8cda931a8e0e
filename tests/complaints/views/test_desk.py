"""The supervisor's desk: what stands on it, for whom, and what an answer does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.actions import conversation, ends, escalations, follow_ups, issues, redress, sealing
from complaints.models import Draft, Escalation, Redress, Ticket
from office import access
from office.models import Agent, Approval, Event, Membership, Team
from tests.conftest import NOW, WORDS, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages
DESK = "/desk/"


@pytest.fixture
def boss(client_of: Any, supervisor: Agent, team: Team) -> Client:
    browser: Client = client_of(supervisor)
    return browser


@pytest.fixture
def asked(ticket: Ticket, agent: Agent) -> Callable[..., Escalation]:
    """Put a case (the cast's one if none is given) before somebody above."""

    def ask(row: Ticket | None = None, **words: Any) -> Escalation:
        said: dict[str, Any] = {"reason": "I need £60 for meals.", "now": NOW, **words}
        found: Escalation = escalations.open_escalation(row or ticket, actor=access.actor_of(agent), **said)
        return found

    return ask


@pytest.fixture
def offered(ticket: Ticket, agent: Agent, walk_to: Any) -> Callable[..., Redress]:
    """Redress above an agent's limit of 150."""

    def offer(row: Ticket | None = None, *, amount: str = "400", by: Agent | None = None) -> Redress:
        at = walk_to(row or ticket, "resolve")
        actor = access.actor_of(by or agent)
        made: Redress = redress.offer(
            at, actor=actor, now=NOW, kind="compensation", basis="actual_loss", amount=Decimal(amount)
        )
        return made

    return offer


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page(row: Escalation) -> str:
    return reverse("escalation", args=[row.pk])


def lines(row: Escalation | Redress, verb: str) -> int:
    return Event.objects.filter(subject_kind="ticket", subject_id=row.ticket_id, verb=verb).count()


# Who sees what --------------------------------------------------------------------------------------------------------


def test_the_desk_is_for_supervisors(client, client_of, agent, administrator, boss, asked):
    row = asked()
    assert client.get(DESK).status_code == 302
    for place in (DESK, page(row)):
        assert client_of(agent).get(place).status_code == 403
        assert boss.get(place).status_code == 200
        assert client_of(administrator).get(place).status_code == 200
    assert client_of(agent).post(page(row), {"outcome": "acknowledge"}).status_code == 403
    assert Escalation.objects.get().state == "open"


def test_an_empty_desk_says_that_nobody_needs_you(boss):
    assert "Nobody needs you" in body(boss.get(DESK))


def test_what_is_put_before_me_stands_first_and_the_earliest_is_open(boss, asked, make_ticket, supervisor):
    later = asked(make_ticket(), now=NOW + timedelta(minutes=5))
    sooner = asked(make_ticket())
    other = asked(make_ticket(), addressed_to=person("other", "Other Boss", "supervisor"))
    text = body(boss.get(DESK))
    places = [text.index(f'href="{page(row)}"') for row in (sooner, later, other)]
    assert places == sorted(places)
    assert f'href="{page(sooner)}" aria-current="true"' in text
    assert "In your teams, with others" in text
    assert "with Other Boss" in text
    escalations.acknowledge(sooner, actor=access.actor_of(supervisor), now=NOW)
    text = body(boss.get(DESK))
    assert text.index(f'href="{page(later)}"') < text.index(f'href="{page(sooner)}"'), (
        "what nobody has seen comes first"
    )


def test_an_escalation_of_another_team_is_not_there(client_of, asked, other_team):
    stranger = person("strange", "Strange Boss", "supervisor")
    Team.objects.filter(pk=other_team.pk).update(supervisor=stranger)
    row = asked()
    browser = client_of(stranger)
    assert row.ticket.spoken_number not in body(browser.get(DESK))
    assert browser.get(page(row)).status_code == 404
    assert browser.post(page(row), {"outcome": "answer", "guidance": "Do it."}).status_code == 404
    assert browser.get(reverse("escalation", args=[99_999])).status_code == 404


def test_the_deputy_sees_what_is_put_before_the_one_they_stand_in_for(client_of, asked, supervisor):
    deputy = person("deputy", "Deputy", "supervisor")
    Agent.objects.filter(pk=supervisor.pk).update(deputy=deputy)
    row = asked()
    browser = client_of(deputy)
    text = body(browser.get(DESK))
    assert row.ticket.spoken_number in text
    assert '<span class="fs-rail__n"' in text
    assert browser.post(page(row), {"outcome": "acknowledge"}).status_code == 303


def test_a_supervisor_sees_the_escalations_of_teams_below(client_of, asked, team):
    above = Team.objects.create(name="Above", slug="above", supervisor=person("top", "Top", "supervisor"))
    Team.objects.filter(pk=above.pk).update(path=f"/{above.pk}/")
    Team.objects.filter(pk=team.pk).update(parent=above, path=f"/{above.pk}/{team.pk}/")
    row = asked()
    assert row.ticket.spoken_number in body(client_of(above.supervisor).get(DESK))


def test_a_sealed_case_stands_only_on_the_desks_of_the_named(boss, client_of, administrator, asked, agent, supervisor):
    row = asked()
    sealing.seal(row.ticket, actor=access.actor_of(supervisor), now=NOW, named=[agent])
    row.ticket.participants.filter(role="named").exclude(agent=agent).delete()
    for browser in (boss, client_of(administrator)):
        text = body(browser.get(DESK))
        assert row.ticket.spoken_number not in text
        assert '<span class="fs-rail__n"' not in text
        assert browser.get(page(row)).status_code == 404


def test_the_brief_tells_why_what_is_asked_and_what_we_promised(boss, asked, ticket, agent, walk_to):
    actor = access.actor_of(agent)
    walk_to(ticket, "empathise")
    for n in range(7):
        conversation.add_interaction(
            ticket, actor=actor, now=NOW + timedelta(minutes=n), kind="note", text=f"Line {n}."
        )
    follow_ups.plan(ticket, actor=actor, now=NOW, kind="call_back", text="Ring her", due_at=NOW + timedelta(hours=1))
    text = body(boss.get(page(asked(trigger="missed_promise"))))
    for expected in ("A promise was missed", "I need £60 for meals.", "Ring her", "Line 6.", "Handler Mei Lin"):
        assert expected in text
    assert "The refund today and the bank charge paid." in text, "what the customer asks for"
    assert "Line 1." not in text, "five lines, no more"


# Outcomes -------------------------------------------------------------------------------------------------------------


def test_acknowledging_is_seen_and_twice_is_once(boss, asked):
    row = asked()
    for _time in range(2):
        answer = boss.post(page(row), {"outcome": "acknowledge"})
        assert (answer.status_code, answer.url) == (303, page(row))
    row.refresh_from_db()
    assert (row.state, row.acknowledged_by.username) == ("acknowledged", "karin")
    assert lines(row, "escalation.acknowledge") == 1


@pytest.mark.parametrize(
    ("outcome", "state", "verb"),
    [
        ("return", "returned", "escalation.return"),
        ("answer", "answered", "escalation.answer"),
        ("take_over", "taken_over", "escalation.take_over"),
    ],
)
def test_an_outcome_ends_the_escalation_once(outcome, state, verb, boss, asked, supervisor, agent):
    row = asked()
    done = boss.post(page(row), {"outcome": outcome, "guidance": "Ring her first, then the bank."})
    assert (done.status_code, done.url) == (303, DESK)
    row.refresh_from_db()
    assert (row.state, row.answer, row.ended_by) == (state, "Ring her first, then the bank.", supervisor)
    assert Ticket.objects.get().owner == (supervisor if outcome == "take_over" else agent)
    assert lines(row, verb) == 1
    again = boss.post(page(row), {"outcome": "answer", "guidance": "Something else entirely."})
    assert again.status_code == 409
    assert "Something else entirely." in body(again), "what was typed is not lost"
    assert "Karin Solberg" in body(again)
    row.refresh_from_db()
    assert row.answer == "Ring her first, then the bank."


def test_what_i_returned_stays_in_sight_while_the_handler_works_on_it(boss, client_of, asked, supervisor):
    row = asked(now=timezone.now())
    escalations.give_back(row, actor=access.actor_of(supervisor), now=timezone.now(), guidance="Photos of the rim.")
    text = body(boss.get(DESK))
    assert "Returned by you" in text
    assert f'href="{page(row)}"' in text
    assert "Photos of the rim." in body(boss.get(page(row)))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose one of the four"),
        ({"outcome": "shrug"}, "Choose one of the four"),
        ({"outcome": "return"}, "Say what the handler should do"),
        ({"outcome": "answer", "guidance": "  "}, "Say what the handler should do"),
    ],
)
def test_an_outcome_without_what_it_needs_is_refused_and_nothing_happens(form, words, boss, asked):
    row = asked()
    answer = boss.post(page(row), form)
    assert answer.status_code == 422
    assert words in body(answer)
    row.refresh_from_db()
    assert row.state == "open"


def test_when_the_case_has_ended_the_brief_offers_nothing_more(boss, asked, agent):
    row = asked()
    ends.withdraw(row.ticket, actor=access.actor_of(agent), now=NOW, reason="no_longer")
    text = body(boss.get(page(row)))
    assert 'name="outcome"' not in text
    assert boss.post(page(row), {"outcome": "acknowledge"}).status_code == 409


# Approvals ------------------------------------------------------------------------------------------------------------


def test_redress_above_the_limit_waits_on_the_desk_and_is_approved_once(boss, offered, supervisor):
    row = offered()
    place = reverse("approval", args=[row.approval_id])
    text = body(boss.get(DESK))
    assert "GBP 400.00" in text
    assert f'action="{place}"' in text
    assert boss.get(place).status_code == 200
    assert boss.post(place, {"decision": "approve"}).url == DESK
    row.refresh_from_db()
    assert (row.state, row.approval.decided_by) == ("agreed", supervisor)
    again = boss.post(place, {"decision": "refuse", "reason": "Changed my mind"})
    assert again.status_code == 409
    assert lines(row, "approval.decide") == 1
    row.refresh_from_db()
    assert row.state == "agreed"


def test_refusing_needs_a_reason(boss, offered):
    row = offered()
    place = reverse("approval", args=[row.approval_id])
    assert boss.post(place, {"decision": "refuse"}).status_code == 422
    assert boss.post(place, {}).status_code == 422
    assert boss.post(place, {"decision": "refuse", "reason": "No invoices"}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.approval.decision_reason) == ("refused", "No invoices")


def test_nobody_approves_above_their_own_limit_or_their_own_offer(boss, client_of, administrator, offered, supervisor):
    row = offered(amount="4000")
    place = reverse("approval", args=[row.approval_id])
    refused = boss.post(place, {"decision": "approve"})
    assert refused.status_code == 403
    assert "This is above your own limit" in body(refused)
    assert client_of(administrator).post(place, {"decision": "approve"}).status_code == 303


def test_an_own_offer_is_not_among_what_one_is_asked(boss, offered, supervisor):
    row = offered(amount="4000", by=supervisor)
    place = reverse("approval", args=[row.approval_id])
    assert f'action="{place}"' not in body(boss.get(DESK))
    assert boss.post(place, {"decision": "approve"}).status_code == 403


def test_an_approval_of_another_team_is_not_there(client_of, offered, agent, other_team):
    row = offered()
    stranger = person("strange", "Strange Boss", "supervisor")
    Team.objects.filter(pk=other_team.pk).update(supervisor=stranger)
    place = reverse("approval", args=[row.approval_id])
    assert client_of(stranger).get(place).status_code == 404
    assert client_of(stranger).post(place, {"decision": "approve"}).status_code == 404
    assert client_of(agent).get(place).status_code == 403


def test_an_administrator_names_somebody_or_waives_with_a_reason(client_of, administrator, boss, offered, supervisor):
    row = offered(amount="9000")
    assert row.approval.addressed_to is None, "nobody's limit covers it"
    place = reverse("approval", args=[row.approval_id])
    admin = client_of(administrator)
    assert f'action="{place}"' in body(admin.get(DESK))
    assert boss.post(place, {"waive": "1", "reason": "It is late"}).status_code == 403
    assert admin.post(place, {"waive": "1", "reason": ""}).status_code == 422
    assert admin.post(place, {"waive": "1", "person": supervisor.pk, "reason": "Board said so"}).status_code == 303
    assert Approval.objects.get().addressed_to == supervisor
    assert admin.post(place, {"waive": "1", "reason": "Nobody else is here"}).status_code == 303
    row.refresh_from_db()
    assert row.state == "agreed"
    assert lines(row, "approval.waive") == 2


# The whole page -------------------------------------------------------------------------------------------------------


def test_the_badge_counts_what_waits_for_me_in_one_query(boss, client_of, asked, offered, make_ticket, agent):
    asked(make_ticket())
    offered(make_ticket())
    asked(make_ticket(), addressed_to=person("other", "Other Boss", "supervisor"))
    assert '<span class="fs-sr">waiting: </span>2</span>' in body(boss.get(DESK))
    assert "fs-rail__n" not in body(client_of(agent).get(reverse("customers")))


def test_the_desk_costs_the_same_with_one_and_with_fifty(boss, asked, offered, make_ticket, team):
    def cost(place: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(place).status_code == 200
        return len(queries)

    first = asked(make_ticket())
    offered(make_ticket())
    few = [cost(DESK), cost(page(first))]
    for n in range(50):
        asked(make_ticket())
        if n % 10 == 0:
            offered(make_ticket())
        one = person(f"p{n}", f"Person {n}")
        Membership.objects.create(agent=one, team=team)
    assert [cost(DESK), cost(page(first))] == few
    assert max(few) <= 22


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_desk_is_shown_in_chinese_and_customers_sentences_keep_their_language(
    language, boss, supervisor, asked, offered, make_ticket
):
    Agent.objects.filter(pk=supervisor.pk).update(language=language)
    row = asked(make_ticket(words="冰箱送来就有凹痕，客服说不影响使用。", language="zh-Hans"))
    redress_row = offered(make_ticket())
    for place in (DESK, page(row), reverse("approval", args=[redress_row.approval_id])):
        assert boss.get(place).status_code == 200
    text = body(boss.get(page(row)))
    assert f'<html lang="zh-{language[3:].title()}"' in text
    assert 'lang="zh-Hans">冰箱' in text


def test_words_are_never_taken_for_markup(boss, asked, make_ticket, agent, customer, supervisor):
    xss = "<script>alert('x')</script>"
    Agent.objects.filter(pk__in=[agent.pk, supervisor.pk]).update(name=xss)
    row = make_ticket(words=xss)
    Ticket.objects.filter(pk=row.pk).update(subject=xss, happened=xss, remedy_sought=xss)
    follow_ups.plan(
        row, actor=access.actor_of(agent), now=NOW, kind="promise", text=xss, due_at=NOW + timedelta(hours=1)
    )
    for place in (DESK, page(asked(row, reason=xss))):
        assert "<script>alert" not in body(boss.get(place))


# By risk, and the brief -----------------------------------------------------------------------------------------------


def order(text: str, rows: list[Escalation]) -> list[int]:
    return [text.index(f'href="{page(row)}"') for row in rows]


def test_danger_stands_on_top_and_then_what_breaks_first(boss, asked, make_ticket):
    late, later, danger = (asked(make_ticket(), now=NOW + timedelta(minutes=n)) for n in (1, 2, 3))
    Ticket.objects.filter(pk=later.ticket_id).update(risk_at=NOW)
    Ticket.objects.filter(pk=danger.ticket_id).update(safety=True)
    places = order(body(boss.get(DESK)), [danger, later, late])
    assert places == sorted(places)


def test_the_brief_counts_promises_names_the_broken_and_tells_what_waits(
    boss, asked, ticket, agent, walk_to, supervisor, administrator, office
):
    office.duty_manager = administrator
    office.save()
    actor = access.actor_of(agent)
    walk_to(ticket, "resolve")
    issues.add_issue(ticket, actor=actor, now=NOW, text="The refund is late")
    past = timezone.now() - timedelta(hours=5)
    for text, hours, outcome in (("Send the form", 1, "kept"), ("Ring her", 2, ""), ("Write to her", 999, "")):
        due_at = past + timedelta(hours=hours)
        row = follow_ups.plan(ticket, actor=actor, now=past, kind="promise", text=text, due_at=due_at)
        if outcome:
            follow_ups.done(row, actor=actor, now=past, outcome=outcome)
    text = body(boss.get(page(asked())))
    assert "1 kept, 1 broken" in text
    assert "Ring her, <strong>past due:</strong>" in text
    assert "Promise not kept: Ring her" in text
    assert "The refund is late: <strong>not decided</strong>" in text
    assert "then to Ada Admin" in text
    assert WORDS[:40] in text, "it begins with the customer's own words"


def test_the_brief_says_for_whom_a_deputy_is_asked_and_until_when(client_of, asked, supervisor):
    deputy = person("deputy", "Deputy", "supervisor")
    Agent.objects.filter(pk=supervisor.pk).update(deputy=deputy, away_until=timezone.now() + timedelta(days=2))
    row = asked(now=timezone.now())
    browser = client_of(deputy)
    text = body(browser.get(page(row)))
    assert "addressed to Deputy" in text
    assert "for Karin Solberg, who is away until" in text
    Agent.objects.filter(pk=supervisor.pk).update(away_until=timezone.now() - timedelta(days=1))
    assert "for Karin Solberg, who was away" in body(browser.get(page(row)))


def test_what_is_typed_is_there_again_after_looking_at_something_else(boss, asked, make_ticket):
    first, second = asked(make_ticket()), asked(make_ticket())
    draft = {"outcome": "answer", "guidance": "Ring her first, then"}
    boss.post(reverse("draft", args=[f"escalation-{first.pk}"]), draft)
    assert "Ring her first" not in body(boss.get(page(second)))
    assert "Ring her first, then" in body(boss.get(page(first)))
    boss.post(page(first), draft)
    assert not Draft.objects.exists()


def test_the_handler_sees_the_guidance_at_the_head_of_the_case(client_of, asked, supervisor, agent, ticket):
    row = asked()
    escalations.give_back(row, actor=access.actor_of(supervisor), now=NOW, guidance="Photos of the rim first.")
    text = body(client_of(agent).get(reverse("case", args=[ticket.number])))
    assert "Karin Solberg tells the handler" in text
    assert text.index("Photos of the rim first.") < text.index('class="c-steps"')


# Every number opens the tickets behind it -----------------------------------------------------------------------------


def test_the_figures_of_the_team_are_what_the_queue_shows(boss, team, agent, make_ticket, other_team, stranger):
    for n in range(5):
        row = make_ticket(owner=agent)
        Ticket.objects.filter(pk=row.pk).update(risk_at=timezone.now() + timedelta(hours=1 if n < 3 else -1))
    unseen = make_ticket(by=stranger, owner=agent, team=other_team)
    paused = make_ticket(owner=agent)
    Ticket.objects.filter(pk=paused.pk).update(
        risk_at=NOW - timedelta(days=400), waiting_since=NOW, waiting_reason="testing"
    )
    text = body(boss.get(DESK))
    opened, late = (f"/queue/?view=all&amp;owner={agent.pk}{more}" for more in ("", "&amp;due=late&amp;waiting=no"))
    figures = dict(re.findall(r'href="([^"]+)"><span class="fs-sr">[^<]*</span>(\d+)</a>', text))
    assert (figures[opened], figures[late]) == ("6", "2")
    assert unseen.spoken_number not in body(boss.get(opened.replace("&amp;", "&")))
    for href, figure in ((opened, "6"), (late, "2")):
        numbers = set(re.findall(r"/cases/(\d{9})/", body(boss.get(href.replace("&amp;", "&")))))
        assert len(numbers) == int(figure)


def test_what_is_about_to_break_is_of_my_teams_and_of_the_next_hours(
    boss, make_ticket, agent, other_team, stranger, team
):
    soon, far, past, waits = (make_ticket(owner=agent, team=team) for _n in range(4))
    theirs = make_ticket(by=stranger, team=other_team)
    now = timezone.now()
    for row, hours in ((soon, 1), (far, 9), (past, -1), (waits, 1), (theirs, 1)):
        Ticket.objects.filter(pk=row.pk).update(risk_at=now + timedelta(hours=hours))
    Ticket.objects.filter(pk=waits.pk).update(waiting_since=NOW, waiting_reason="testing")
    text = body(boss.get(DESK))
    assert soon.spoken_number in text
    for row in (far, past, waits, theirs):
        assert row.spoken_number not in text
    assert "/queue/?view=team&amp;due=today" in text


def test_the_deputy_sees_the_promises_of_whoever_is_away_that_become_due(
    boss, supervisor, colleague, ticket, make_ticket, other_team, stranger
):
    now = timezone.now()
    Agent.objects.filter(pk__in=[colleague.pk, stranger.pk]).update(
        away_until=now + timedelta(days=2), deputy=supervisor
    )
    planned = {"kind": "promise", "owner": colleague, "now": now}
    actor = access.actor_of(colleague)
    for text, days in (("Send the invoice", 1), ("Ask again", 5)):
        follow_ups.plan(ticket, actor=actor, text=text, due_at=now + timedelta(days=days), **planned)
    unseen = make_ticket(by=stranger, team=other_team)
    follow_ups.plan(
        unseen,
        actor=access.actor_of(stranger),
        now=now,
        kind="promise",
        text="Mend it",
        due_at=now + timedelta(hours=1),
    )
    text = body(boss.get(DESK))
    assert "promised by Jonas Tamm, who is away" in text
    assert "Send the invoice" in text
    assert "Ask again" not in text, "he is back before it is due"
    assert "Mend it" not in text, "standing in opens no case of another team"
