"""The desk stands open: what is put before a supervisor shows up by itself, and nothing moves under their hands."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints import sweeps
from complaints.actions import escalations, follow_ups
from complaints.models import Escalation, Ticket
from office import access
from office.models import Agent, Team
from tests.conftest import person

SOON = 10_000
"""Milliseconds after the tick in which an open desk has to show it."""


def promise_missed(ticket: Ticket, agent: Agent) -> Escalation:
    """A call back is promised, time passes it by, and the desk ticks."""
    now = timezone.now()
    made = now - timedelta(hours=1)
    row = follow_ups.plan(
        ticket,
        actor=access.actor_of(agent),
        now=made,
        kind="call_back",
        text="Ring her",
        due_at=now - timedelta(minutes=1),
    )
    while sweeps.tick(now=now).done:
        pass
    return Escalation.objects.get(ticket=row.ticket)


def place_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"], box["y"]


def give_back_by_keyboard(page: Page, raised: Escalation) -> None:
    """From the new row to the outcome, without a mouse."""
    page.locator(f"#d-new-{raised.pk}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/escalations/{raised.pk}/")
    expect(page.locator(".d-brief h2")).to_contain_text("kettle")
    page.locator("[name=outcome][value=return]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Ring her now and say the time first.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/", timeout=20_000)


def test_a_missed_promise_stands_on_the_right_desk_within_ten_seconds_and_on_no_other(
    at_work, make_ticket, agent, supervisor, other_team, looked_at
):
    elsewhere = person("strange", "Strange Boss", "supervisor")
    Team.objects.filter(pk=other_team.pk).update(supervisor=elsewhere)
    now = timezone.now()
    first = make_ticket(owner=agent, now=now - timedelta(hours=3))
    escalations.open_escalation(first, actor=access.actor_of(agent), now=now, reason="May I refund it twice?")
    ticket = make_ticket(owner=agent, now=now - timedelta(hours=2), words="The kettle leaks and nobody rings me.")

    karin, strange = at_work(supervisor), at_work(elsewhere)
    loads: list[str] = []
    for page in (karin, strange):
        page.goto("/desk/")
    karin.on("framenavigated", lambda frame: loads.append(frame.url))
    expect(karin.locator(".fs-rail__n")).to_have_text("waiting: 1")
    typed = karin.locator("[name=guidance]")
    typed.fill("Ring her first, then ")
    typed.focus()
    before = place_of(karin, "[name=guidance]"), place_of(karin, ".d-list .d-item >> nth=0")

    raised = promise_missed(ticket, agent)
    began = time.monotonic()
    row = karin.locator("#d-new .d-item")
    expect(row).to_be_visible(timeout=SOON)
    assert time.monotonic() - began < SOON / 1000
    expect(karin.locator("#d-new")).to_contain_text("1 new")
    for words in ("L1", ticket.spoken_number, "A promise was missed", "Ms Wang"):
        expect(row).to_contain_text(words)
    expect(karin.locator(".fs-rail__n")).to_have_text("waiting: 2")
    assert karin.locator("#d-new").get_attribute("aria-live") == "polite"
    expect(typed).to_be_focused()
    expect(typed).to_have_value("Ring her first, then ")
    assert (place_of(karin, "[name=guidance]"), place_of(karin, ".d-list .d-item >> nth=0")) == before
    assert loads == [], "no reload"
    looked_at(karin)

    karin.wait_for_timeout(6_000)
    assert row.count() == 1, "asking again shows it once"
    expect(strange.locator("#d-new .d-item")).to_have_count(0)
    expect(strange.locator("main")).not_to_contain_text(ticket.spoken_number)
    expect(strange.locator(".fs-rail__n")).to_have_count(0)

    give_back_by_keyboard(karin, raised)
    expect(typed).to_have_value("Ring her first, then ")
    raised.refresh_from_db()
    assert (raised.state, raised.answer) == ("returned", "Ring her now and say the time first.")

    mei = at_work(agent)
    mei.goto(f"/cases/{ticket.number}/")
    told = mei.locator(".c-guide")
    expect(told).to_be_visible()
    expect(told).to_contain_text("Karin Solberg tells the handler")
    expect(told).to_contain_text("Ring her now and say the time first.")
    looked_at(mei)


def test_the_figure_at_the_door_counts_up_on_every_page_and_rests_while_nobody_looks(
    at_work, ticket, agent, supervisor
):
    page = at_work(supervisor)
    page.goto("/customers/")
    expect(page.locator(".fs-rail__n")).to_have_count(0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/desk/count/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.wait_for_timeout(17_000)
    assert asked == [], "out of sight, nothing is asked"
    promise_missed(ticket, agent)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".fs-rail__n")).to_have_text("waiting: 1")


def test_signed_out_elsewhere_the_desk_goes_quiet(at_work, ticket, agent, supervisor):
    page = at_work(supervisor)
    page.goto("/desk/")
    page.context.clear_cookies()
    page.wait_for_timeout(7_000)
    expect(page.locator("#d-new [name=password]")).to_have_count(0)
    expect(page.locator("#d-look[data-live]")).to_have_count(0)
