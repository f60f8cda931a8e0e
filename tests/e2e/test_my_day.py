"""My day in a real browser: by keyboard, by undo, past an input method, and without a script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from complaints.actions import escalations, follow_ups
from complaints.models import FollowUp
from office import access

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def owed(ticket, agent, supervisor):
    """One late, one today, one in two days; and guidance that came back."""
    now, actor = datetime.now(UTC), access.actor_of(agent)
    rows = [
        follow_ups.plan(ticket, actor=actor, now=now - DAY, kind=kind, text=text, due_at=now + due, promised=promised)
        for kind, text, due, promised in (
            ("call_back", "Ring with the date", -HOUR, True),
            ("care", "Ask how the kettle does", 2 * DAY, False),
            ("satisfaction", "Ask whether the refund arrived", 3 * DAY, False),
        )
    ]
    asked = escalations.open_escalation(ticket, actor=actor, now=now, reason="May I refund twice?")
    escalations.give_back(asked, actor=access.actor_of(supervisor), now=now, guidance="Offer the bank charge first")
    return rows


def lines(page):
    return page.locator("[data-row]")


def test_the_day_is_worked_by_keyboard_and_taken_back_by_one_press(at_work, agent, owed, looked_at):
    page = at_work(agent)
    page.goto("/my-day/")
    looked_at(page)
    page.keyboard.press("d")  # no line has the focus: nothing is done
    expect(lines(page)).to_have_count(4)

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Ring with the date")).to_be_focused()
    for key in ("Control+d", "Alt+d", "Shift+D"):
        page.keyboard.press(key)
    expect(lines(page)).to_have_count(4)
    with page.expect_navigation():
        page.keyboard.press("d")
    expect(page.locator("#messages")).to_contain_text("Done: Ring with the date")
    expect(lines(page)).to_have_count(3)
    expect(lines(page).first.locator("[data-open]")).to_be_focused()  # the line that took its place
    assert FollowUp.objects.get(pk=owed[0].pk).outcome == "kept"
    looked_at(page)

    with page.expect_navigation():
        page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Taken up again")
    assert FollowUp.objects.get(pk=owed[0].pk).done_at is None

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Could not reach")
    page.keyboard.press("Escape")
    page.locator("body").press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/cases/" in page.url


def test_a_date_is_typed_in_words_and_shown_as_understood_before_it_is_saved(at_work, agent, owed, looked_at):
    page = at_work(agent)
    page.goto("/my-day/")
    row = lines(page).filter(has_text="Ask how the kettle does")
    row.locator("[data-open]").focus()
    page.keyboard.press("m")
    page.keyboard.type("tomorrow 3")  # at once: the letters are words, not keys
    expect(row.locator("[data-understood]").first).to_contain_text("15:00")
    looked_at(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Moved to")
    moved = FollowUp.objects.get(pk=owed[1].pk)
    assert (moved.due_at.hour, moved.snoozes) == (15, 1)  # shown before: nobody is asked a second time

    row = lines(page).filter(has_text="Ask whether the refund arrived")
    row.locator("[data-open]").focus()
    page.keyboard.press("m")
    page.keyboard.type("some day")
    expect(row.locator("[data-understood]").first).to_contain_text("Not understood yet")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    field = page.locator("[data-opened] input[name=when]").first
    expect(field).to_have_value("some day")
    expect(field).to_be_focused()
    looked_at(page)
    assert page.url.endswith("/my-day/")


def test_could_not_reach_plans_the_next_try_with_two_keys(at_work, agent, owed, ticket):
    page = at_work(agent)
    page.goto("/my-day/")
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(lines(page).first.get_by_text("unless you say otherwise")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("next try")
    assert FollowUp.objects.get(after=owed[0]).due_at > datetime.now(UTC)
    assert ticket.interactions.filter(kind="call", reached=False).count() == 1
    with page.expect_navigation():
        page.locator("#messages").get_by_role("button", name="Undo").click()
    assert not ticket.interactions.filter(kind="call", reached=False).exists()


def test_no_key_fires_while_an_input_method_composes(at_work, agent, owed):
    page = at_work(agent)
    page.goto("/my-day/")
    page.keyboard.press("j")
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        page.evaluate(
            """(more) => document.activeElement.dispatchEvent(
                 new KeyboardEvent("keydown", {key: "d", bubbles: true, cancelable: true, ...more}))""",
            composing,
        )
    row = lines(page).filter(has_text="Ask how the kettle does")
    row.locator("[data-open]").focus()
    page.keyboard.press("m")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "mingtian", "selectionStart": 8, "selectionEnd": 8})
    session.send("Input.insertText", {"text": "明天下午三点"})
    expect(row.locator("input[name=when]").first).to_have_value("明天下午三点")
    expect(row.locator("[data-understood]").first).to_contain_text("15:00")
    assert FollowUp.objects.filter(done_at__isnull=True).count() == 3


def test_everything_works_without_a_script_on_a_phone(at_work, agent, owed, chromium, client_of, live_server):
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    session = client_of(agent).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto("/my-day/")
    first = lines(page).filter(has_text="Ring with the date")
    expect(first.get_by_role("link", name="+44")).to_have_attribute("href", "tel:+447700900418")

    row = lines(page).filter(has_text="Ask how the kettle does")
    row.locator("summary").first.click()
    row.locator("input[name=when]").first.fill("tomorrow 3")
    row.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("[data-opened]")).to_contain_text("15:00? Save again if it is")
    page.locator("[data-opened]").get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Moved to")

    lines(page).filter(has_text="Ring with the date").get_by_role("button", name="Kept").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Taken up again")
    page.get_by_role("button", name="Read").click()
    expect(page.get_by_text("Offer the bank charge first")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_stands_over_the_edge(width, at_work, agent, owed, looked_at):
    page = at_work(agent, width=width)
    page.goto("/my-day/")
    row = lines(page).filter(has_text="Ring with the date")
    row.locator("summary").first.click()
    expect(row.locator("input[name=when]").first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    looked_at(page)
