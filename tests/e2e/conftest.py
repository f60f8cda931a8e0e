"""A real Chromium against a real server; axe looks at every page the stories visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-dev-shm-usage",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "preload": False}


def chromium_path() -> str | None:
    """Where a Chromium is: CHROMIUM, else on the PATH."""
    given = os.environ.get("CHROMIUM")
    if given and Path(given).exists():
        return given
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker("e2e")
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    assert path, "no Chromium was found: set CHROMIUM or install one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a window of its own: another person, another machine. Only the server under test can be reached."""
    contexts: list[BrowserContext] = []

    def open_window(*, locale: str = "en-GB", width: int = 1440, height: int = 900) -> Page:
        context = chromium.new_context(
            locale=locale,
            timezone_id="Europe/London",
            viewport={"width": width, "height": height},
            base_url=live_server.url,
        )
        context.set_default_timeout(10_000)
        context.route(lambda url: not url.startswith((live_server.url, "data:", "blob:")), lambda route: route.abort())
        page = context.new_page()
        page.on("pageerror", lambda error: page_errors.append(str(error)))
        page.on("console", lambda message: page_errors.append(message.text) if message.type == "error" else None)
        contexts.append(context)
        return page

    page_errors: list[str] = []
    yield open_window
    for context in contexts:
        context.close()
    unexpected = [error for error in page_errors if "the server responded with a status of 4" not in error]
    assert not unexpected, unexpected


@pytest.fixture
def looked_at() -> Callable[[Page], None]:
    """Let axe look at the page, all of it: WCAG 2.2 AA and its best practice, nothing may be found."""
    axe = Axe()

    def look(page: Page) -> None:
        page.wait_for_load_state("load")  # a new address is known before the page behind it is there
        found = axe.run(page, options=RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return look


@pytest.fixture
def at_work(window, client_of, live_server) -> Callable[..., Page]:
    """A window in which a person of the cast has signed in already."""

    def open_signed_in(agent, **size) -> Page:
        page = window(**size)
        session = client_of(agent).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return open_signed_in
