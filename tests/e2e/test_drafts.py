"""Taking down a complaint in a real browser: nothing typed is lost, and no mouse is needed."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from complaints.models import Draft, Ticket
from customers.models import Customer
from office.models import Agent
from tests.e2e.conftest import FLAGS, chromium_path

WORDS = "The fridge hums all night and nobody has rung me back since Monday."

Enter = Callable[[Browser], BrowserContext]


@pytest.fixture
def enter(live_server: Any, client_of: Callable[[Agent], Client], agent: Agent) -> Iterator[Enter]:
    """A window of this browser in which the agent has signed in."""
    contexts: list[BrowserContext] = []

    def sign_in(browser: Browser) -> BrowserContext:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        session = client_of(agent).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    ERRORS.clear()
    yield sign_in
    for context in contexts:
        if context.browser is not None and context.browser.is_connected():
            context.set_offline(True)  # nothing is sent while the database is being emptied
            context.close()
    assert ERRORS == []


@pytest.fixture
def window(enter: Enter, chromium: Browser) -> BrowserContext:
    return enter(chromium)


ERRORS: list[str] = []


def broken(error: BrowserError) -> None:
    """A script of ours failed: the test that saw it fails at its end."""
    ERRORS.append(str(error))


def opened(window: BrowserContext, address: str = "/new/") -> Page:
    page = window.new_page()
    page.on("pageerror", broken)
    page.goto(address)
    expect(page.locator("#id_who")).to_be_focused()  # a key pressed before goes nowhere
    return page


def words(page: Page) -> Any:
    return page.locator("#id_words")


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved")


def until(true: Callable[[], bool], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.05)


def crash(browser: Browser) -> None:
    with contextlib.suppress(BrowserError):
        browser.new_browser_cdp_session().send("Browser.crash")
    until(lambda: not browser.is_connected())


def kept_words() -> list[str]:
    return [value for draft in Draft.objects.all() for value in draft.fields.get("words", [])]


def test_a_crash_of_the_browser_loses_no_word(chromium: Browser, enter: Enter) -> None:
    doomed = chromium.browser_type.launch(executable_path=chromium_path(), args=FLAGS)
    page = opened(enter(doomed))
    page.locator("#id_who").fill("Brandt")
    words(page).press_sequentially(WORDS)
    page.get_by_role("checkbox", name="Money").check()
    saved(page)
    until(lambda: kept_words() == [WORDS] and Draft.objects.get().fields.get("harm") == ["money"])
    crash(doomed)

    back = opened(enter(chromium))
    expect(back.get_by_text("You have a draft from")).to_be_visible()
    expect(words(back)).to_have_value(WORDS)
    expect(back.locator("#id_who")).to_have_value("Brandt")
    expect(back.locator("input[name=harm][value=money]")).to_be_checked()


def test_a_page_killed_while_the_line_is_down_loses_no_word(window: BrowserContext) -> None:
    page = opened(window)
    window.set_offline(True)
    words(page).press_sequentially(WORDS)
    expect(page.locator("[data-draft-status]")).to_contain_text("No connection since")
    page.close()
    assert not Draft.objects.exists()

    window.set_offline(False)
    back = opened(window)
    expect(words(back)).to_have_value(WORDS)
    saved(back)
    until(lambda: kept_words() == [WORDS])


def test_words_typed_before_and_after_the_line_went_down_are_all_there(window: BrowserContext) -> None:
    page = opened(window)
    words(page).press_sequentially("The fridge hums. ")
    saved(page)
    window.set_offline(True)
    words(page).press_sequentially("Nobody rang.")
    expect(page.locator("[data-draft-status]")).to_contain_text("No connection since")
    page.close()
    window.set_offline(False)
    back = opened(window)
    expect(words(back)).to_have_value("The fridge hums. Nobody rang.")
    until(lambda: kept_words() == ["The fridge hums. Nobody rang."])


def test_words_typed_while_somebody_is_looked_up_are_kept(window: BrowserContext) -> None:
    page = opened(window)
    page.locator("#id_who").fill("Brandt")
    words(page).fill(WORDS)
    expect(page.locator("[data-count]")).to_have_text("Nobody fits this")
    until(lambda: kept_words() == [WORDS])


def test_the_line_comes_back_by_itself_and_the_words_arrive(window: BrowserContext) -> None:
    page = opened(window)
    window.set_offline(True)
    words(page).press_sequentially(WORDS)
    expect(page.locator("[data-draft-status]")).to_contain_text("No connection since")
    window.set_offline(False)
    saved(page)
    until(lambda: kept_words() == [WORDS])


def test_loading_the_page_again_finds_the_same_draft(window: BrowserContext) -> None:
    page = opened(window, "/new/?fresh=1")
    words(page).press_sequentially(WORDS)
    saved(page)
    page.reload()
    expect(words(page)).to_have_value(WORDS)
    words(page).press_sequentially(" And again.")
    page.reload()
    expect(words(page)).to_have_value(f"{WORDS} And again.")
    until(lambda: kept_words() == [f"{WORDS} And again."])


def test_saving_without_a_line_keeps_the_form_and_saves_when_it_is_back(window: BrowserContext) -> None:
    page = opened(window)
    page.locator("#id_who").fill("Brandt")
    expect(page.locator("[data-count]")).to_have_text("Nobody fits this")
    words(page).press_sequentially(WORDS)
    window.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-draft-status]")).to_contain_text("No connection since")
    expect(words(page)).to_have_value(WORDS)
    window.set_offline(False)
    words(page).focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d{9}/"))
    assert Ticket.objects.get().interactions.get().text == WORDS
    assert not Draft.objects.exists()


PRESSED_AGAIN = "pressed again"
LINE_IS_BACK = "the line is back"


@pytest.mark.parametrize("then", [PRESSED_AGAIN, LINE_IS_BACK])
def test_a_form_that_went_out_over_a_dead_line_goes_out_over_the_next(window: BrowserContext, then: str) -> None:
    page = opened(window)
    page.locator("#id_who").fill("Brandt")
    expect(page.locator("[data-count]")).to_have_text("Nobody fits this")
    held: list[Route] = []
    page.route(
        lambda url: "draft" in url,
        lambda route: route.continue_() if held or route.request.method != "POST" else held.append(route),
    )
    words(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(100)
    assert len(held) == 1
    if then == PRESSED_AGAIN:
        page.keyboard.press("Control+Enter")
        held[0].abort("internetdisconnected")
    else:
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url(re.compile(r"/cases/\d{9}/"))
    assert Ticket.objects.get().interactions.get().text == WORDS


def test_a_second_window_does_not_write_over_the_first(window: BrowserContext) -> None:
    first = opened(window)
    words(first).press_sequentially("The first caller.")
    saved(first)
    second = opened(window)
    expect(words(second)).to_have_value("")
    words(second).press_sequentially("The second caller.")
    saved(second)
    until(lambda: sorted(kept_words()) == ["The first caller.", "The second caller."])
    words(first).press_sequentially(" Goes on.")
    until(lambda: sorted(kept_words()) == ["The first caller. Goes on.", "The second caller."])


def test_starting_fresh_can_be_taken_back(window: BrowserContext) -> None:
    page = opened(window)
    words(page).press_sequentially(WORDS)
    saved(page)
    page.goto("/new/")
    page.get_by_role("link", name="Start fresh").click()
    expect(words(page)).to_have_value("")
    page.get_by_role("link", name="Open").click()
    expect(words(page)).to_have_value(WORDS)
    page.goto("/new/?fresh=1")
    page.get_by_role("button", name="Throw away").click()
    page.get_by_role("button", name="Undo").click()
    expect(words(page)).to_have_value(WORDS)


# Without a mouse ------------------------------------------------------------------------------------------------------


def test_a_known_caller_is_taken_down_by_keyboard_alone(
    window: BrowserContext, customer: Customer, agent: Agent
) -> None:
    page = opened(window)
    begun = time.monotonic()
    expect(page.locator("#id_who")).to_be_focused()
    page.keyboard.type("07700 900418")
    page.keyboard.press("Enter")
    expect(words(page)).to_be_focused()
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d{9}/"))
    print(f"known caller: 0 Tab presses, 1 Enter, {time.monotonic() - begun:.1f} s by machine")
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.owner) == (customer, agent)
    assert ticket.interactions.get().text == WORDS


def test_tab_alone_leads_from_the_caller_to_the_words_and_on(window: BrowserContext, customer: Customer) -> None:
    page = opened(window)
    page.keyboard.type("07700 900418")
    expect(page.locator(f"#customer-{customer.pk}")).to_be_checked()
    stops = []
    while "id_words" not in stops:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.id"))
        assert len(stops) < 10, stops
    print(f"from the caller to the words: {len(stops)} Tab presses, {stops}")
    assert stops == [f"customer-{customer.pk}", "id_words"]
    after = []
    for _stop in range(20):
        page.keyboard.press("Tab")
        after.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    print(f"after the words: {after}")
    assert after[:7] == ["happened", "product", "order_ref", "no_order_reason", "category", "feeling_start", "harm"]


def test_a_new_caller_is_taken_down_by_keyboard_alone(window: BrowserContext) -> None:
    page = opened(window)
    page.keyboard.type("+44 20 7946 0018")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_phone")).to_have_value("+44 20 7946 0018")
    page.keyboard.type("Helga Brandt")
    for _stop in ("phone", "email", "words"):
        page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/cases/\d{9}/"))
    print("new caller: 3 Tab presses, 1 Enter")
    made = Ticket.objects.get().customer
    assert made is not None
    assert (made.name, made.contacts.get().point.value) == ("Helga Brandt", "+442079460018")


def test_a_name_lists_people_and_arrows_choose(window: BrowserContext, customer: Customer) -> None:
    other = Customer.objects.create(name="Wang Jun", created_at=customer.created_at)
    other.lookup_keys.create(key="wang jun")
    page = opened(window)
    page.keyboard.type("wang")
    page.keyboard.press("Enter")
    expect(page.locator(f"#customer-{customer.pk}")).to_be_focused()
    expect(page.locator("input[name=customer]:checked")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#customer-{other.pk}")).to_be_checked()
    page.keyboard.press("Enter")
    expect(words(page)).to_be_focused()


def test_a_customer_is_not_left_chosen_by_what_was_typed_before(window: BrowserContext, customer: Customer) -> None:
    page = opened(window)
    page.keyboard.type("07700 900418")
    expect(page.locator(f"#customer-{customer.pk}")).to_be_checked()
    page.keyboard.type("5")
    expect(page.locator("#id_customer_new")).to_be_checked()
    expect(page.locator("#id_phone")).to_have_value("07700 9004185")


def test_the_list_of_what_is_still_to_ask_shrinks_and_leads_to_the_field(window: BrowserContext) -> None:
    page = opened(window)
    asks = page.locator("[data-ask]:visible")
    expect(asks).to_have_count(6)
    page.get_by_role("radio", name="Serious").check()
    page.locator("#id_product").fill("Fridge")
    expect(asks).to_have_count(4)
    page.locator("[data-ask=remedy_sought] a").click()
    expect(page.locator("#id_remedy_sought")).to_be_focused()


def test_the_clocks_follow_the_severity(window: BrowserContext) -> None:
    page = opened(window)
    expect(page.locator("#n-after")).to_contain_text("Severity is not judged yet and counts as Serious: 120 h")
    page.get_by_role("radio", name="Critical").check()
    expect(page.locator("#n-after")).to_contain_text("Severity Critical: 48 h")


COMPOSING = """(element, options) => element.dispatchEvent(
    new KeyboardEvent('keydown', {bubbles: true, cancelable: true, isComposing: true, keyCode: 229, ...options}))"""


def test_nothing_fires_while_an_input_method_composes(window: BrowserContext, customer: Customer) -> None:
    page = opened(window)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/new/" in request.url else None)
    page.locator("#id_who").evaluate(COMPOSING, {"key": "Enter"})
    words(page).evaluate(
        "box => { box.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));"
        " box.value = '冰箱整夜响'; box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }"
    )
    words(page).evaluate(COMPOSING, {"key": "Enter", "ctrlKey": True})
    page.locator("#id_who").evaluate(
        "box => { box.value = 'wang'; box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }"
    )
    page.wait_for_timeout(600)
    assert asked == []
    page.locator("#id_who").evaluate(
        "box => box.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}))"
    )
    expect(page.locator(f"#customer-{customer.pk}")).to_be_visible()
    assert not Ticket.objects.exists()


def test_the_words_of_a_call_go_to_the_case_that_is_open(window: BrowserContext, ticket: Ticket) -> None:
    page = opened(window)
    page.keyboard.type("07700 900418")
    words(page).fill(WORDS)
    page.get_by_role("button", name="Add this call to it").click()
    page.wait_for_url(re.compile(rf"/cases/{ticket.number}/"))
    assert ticket.interactions.order_by("-id")[0].text == WORDS
    assert not Draft.objects.exists()


@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_the_page(
    window: BrowserContext, ticket: Ticket, looked_at: Callable[[Page], None], width: int
) -> None:
    page = opened(window)
    page.set_viewport_size({"width": width, "height": 900})
    looked_at(page)
    page.keyboard.type("07700 900418")
    expect(page.locator(".n-open")).to_be_visible()
    saved(page)
    looked_at(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    words(page).press("Control+Enter")
    expect(page.get_by_text("Write down the customer’s own words")).to_be_visible()
    expect(words(page)).to_be_focused()
    looked_at(page)
    page.goto("/new/?fresh=1")
    expect(page.get_by_text("Not saved")).to_be_visible()
    looked_at(page)


def test_without_a_script_a_complaint_is_taken_down_too(
    chromium: Browser, live_server: Any, client_of: Callable[[Agent], Client], agent: Agent, customer: Customer
) -> None:
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    session = client_of(agent).cookies["sessionid"].value
    plain.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = opened(plain)
    words(page).fill(WORDS)
    page.locator("#id_who").fill("wang")
    page.locator("#id_who").press("Enter")
    page.locator(f"#customer-{customer.pk}").check()
    expect(words(page)).to_have_value(WORDS)
    page.get_by_role("button", name="Save and open the case").click()
    page.wait_for_url(re.compile(r"/cases/\d{9}/"))
    plain.close()
    assert Ticket.objects.get().customer == customer
