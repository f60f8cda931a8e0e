"""A customer on a telephone without JavaScript: follows the link, reads the answer, says that it is not fixed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from complaints.actions import customer_links
from complaints.models import Ticket

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """A telephone of its own; only the server under test can be reached."""
    contexts: list[BrowserContext] = []
    cache.clear()  # nobody was counted yet

    def open_phone(*, locale: str = "en-GB", scripts: bool = False, theme: Any = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=PHONE,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            locale=locale,
            color_scheme=theme,
            has_touch=True,
            is_mobile=True,
        )
        context.set_default_timeout(10_000)
        context.route(lambda url: not url.startswith(live_server.url), lambda route: route.abort())
        contexts.append(context)
        return context.new_page()

    yield open_phone
    for context in contexts:
        context.close()


@pytest.fixture
def answered(make_ticket: Any, walk_to: Any, agent: Any) -> Callable[[str], Ticket]:
    now = timezone.now()

    def make(language: str) -> Ticket:
        return walk_to(make_ticket(owner=agent, language=language, now=now), "answered", now=now)

    return make


def link(ticket: Ticket) -> str:
    return f"/c/{customer_links.secret_of(ticket.customer_link)}/"


def fits(page: Page) -> None:
    """Nothing is wider than the telephone."""
    assert page.locator("html").bounding_box()["width"] <= PHONE["width"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("language", "locale", "words"),
    [("en", "en-GB", "The bank charge is still not paid."), ("zh-Hans", "zh-CN", "银行手续费还没有退给我。")],
)
def test_not_fixed_begins_a_second_pass(
    phone: Any, answered: Callable[[str], Ticket], looked_at: Any, language: str, locale: str, words: str
) -> None:
    ticket = answered(language)
    page = phone(locale=locale)
    page.goto(link(ticket))
    expect(page).to_have_url(re.compile(r"/c/$"))
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_contain_text("Ms Wang")
    expect(page.locator("#our-answer")).to_contain_text("The return reached us on 4 November")
    expect(page.locator("[name=verdict]:checked")).to_have_count(0)
    fits(page)

    page.locator("#verdict [type=submit]").click()  # nothing chosen yet
    expect(page.locator("#verdict .c-error")).to_be_visible()
    page.locator("[name=verdict][value=not_fixed]").check()
    page.locator("#verdict textarea").fill(words)
    page.locator("#verdict [type=submit]").click()

    expect(page).to_have_url(re.compile(r"/c/(#verdict)?$"))
    expect(page.locator("#message")).to_contain_text(words)
    expect(page.locator("#verdict")).to_have_count(0)
    expect(page.locator("[aria-current=step] strong")).to_have_count(1)
    row = Ticket.objects.get()
    assert (row.pass_number, row.state, row.step) == (2, "open", "listen")
    assert row.received_at == ticket.received_at
    assert row.step_records.get(state="open").evidence["still_wrong"] == words

    for theme in ("light", "dark"):
        seen = phone(locale=locale, scripts=True, theme=theme)
        seen.goto(link(ticket))
        seen.wait_for_load_state("networkidle")
        looked_at(seen)


def test_every_form_of_the_page_passes_axe(phone: Any, answered: Callable[[str], Ticket], looked_at: Any) -> None:
    page = phone(scripts=True)
    page.goto(link(answered("en")))
    looked_at(page)
    page.locator("[name=verdict][value=accepted]").check()
    page.locator("#verdict [type=submit]").click()
    expect(page.locator("#rate")).to_be_visible()
    looked_at(page)
    page.goto("/c/" + "x" * 43 + "/")
    looked_at(page)
    page.goto("/c/new-link/")
    looked_at(page)


def test_a_complaint_from_a_telephone_without_scripts(phone: Any, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.portal.complain.LEAST_SECONDS", 0)
    page = phone()
    page.goto("/complain/")
    fits(page)
    page.locator("[type=submit]:has-text('Send')").click()
    expect(page.locator(".c-error").first).to_be_visible()
    page.locator("[name=words]").fill("The kettle came without a lid.")
    page.locator("button[value=zh-hant]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("[name=words]")).to_have_value("The kettle came without a lid.")
    page.locator("[name=name]").fill("Li Na")
    page.locator("[name=phone]").fill("020 7946 0018")
    page.locator("form#complain button.btn-primary").click()
    expect(page).to_have_url(re.compile(r"/c/received/$"))
    ticket = Ticket.objects.get()
    expect(page.locator(".p-no")).to_have_text(ticket.spoken_number)
    page.locator("a.btn-primary").click()
    expect(page.locator("#message")).to_contain_text("without a lid")


def test_what_was_typed_survives_the_browser(
    phone: Any, office: Any, looked_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.portal.complain.LEAST_SECONDS", 0)
    page = phone(scripts=True)
    page.goto("/complain/")
    looked_at(page)
    page.locator("[name=words]").fill("The kettle came without a lid.")
    page.locator("[name=name]").fill("Li Na")
    again = page.context.new_page()
    page.close()
    again.goto("/complain/")
    expect(again.locator("[name=words]")).to_have_value("The kettle came without a lid.")
    again.locator("[name=email]").fill("li.na@example.org")
    again.locator("form#complain button.btn-primary").click()
    expect(again).to_have_url(re.compile(r"/c/received/$"))
    looked_at(again)
    again.goto("/complain/")
    expect(again.locator("[name=words]")).to_have_value("")
