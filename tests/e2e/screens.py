"""Take the picture set: `make screens` starts the demo desk on a free port and photographs it into docs/screens/.

Every main page at 390 and 1440 px, light and dark, in the three languages. The pictures are for people: look at them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from complaints.management.demo_content import PASSWORD
from tests.e2e.conftest import FLAGS, chromium_path

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "docs" / "screens"


@dataclass(frozen=True)
class Person:
    username: str
    supervisor: str
    locale: str
    # words of the demo cases by which their pages are found in the queue
    cases: dict[str, str]


PEOPLE = {
    "en": Person(
        "mei",
        "karin",
        "en-GB",
        {
            "listen": "Dishwasher leaked",
            "empathise": "Gas hob",
            "apologise": "Replacement part",
            "resolve": "Ice machine",
        },
    ),
    "zh-hans": Person("xiaoyu", "qihang", "zh-CN", {"listen": "冰箱送来就有凹痕", "apologise": "约好周一上午装净水器"}),
    "zh-hant": Person("meihua", "qihang", "zh-TW", {"listen": "冰箱送来", "resolve": "烘衣機延遲九天到貨"}),
}
WIDTHS = {"390": (390, 1200), "1440": (1440, 900)}
THEMES = ("light", "dark")


def main() -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fourstep-screens-") as folder:
        port = _free_port()
        log = (Path(folder) / "out.txt").open("w")
        server = subprocess.Popen(
            [sys.executable, "-m", "config.embedded"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "DATA_DIR": folder},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/sign-in/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
                for language, person in PEOPLE.items():
                    for theme in THEMES:
                        for name, size in WIDTHS.items():
                            _photograph(browser, f"http://127.0.0.1:{port}", language, person, theme, name, size)
                browser.close()
        finally:
            server.terminate()
            server.wait(30)
            log.close()


def _photograph(
    browser: Browser, base: str, language: str, person: Person, theme: str, name: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(
        base_url=base,
        locale=person.locale,
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": size[0], "height": size[1]},
    )
    page = context.new_page()

    def shoot(what: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENS / f"{what}-{name}-{theme}-{language}.png")

    page.goto("/sign-in/")
    shoot("sign-in")
    _sign_in(page, person.username)
    shoot("queue")
    page.goto("/new/")
    shoot("new-complaint")
    for step, words in person.cases.items():
        page.goto("/queue/?view=all")
        link = page.get_by_role("link", name=words).first
        if link.count():
            link.click()
            shoot(f"case-{step}")
    page.goto("/customers/")
    shoot("customers")
    context.clear_cookies()
    page.goto("/sign-in/")
    _sign_in(page, person.supervisor)
    page.locator(f"button[name=language][value={language}]").first.dispatch_event("click")
    page.wait_for_load_state("networkidle")
    page.goto("/desk/")
    shoot("desk")
    context.clear_cookies()
    page.goto("/sign-in/")
    _sign_in(page, "ada")
    if language == "en":
        for path in ("people", "teams", "targets", "tokens"):
            page.goto(f"/set-up/{path}/")
            shoot(f"set-up-{path}")
    context.close()


def _sign_in(page: Page, username: str) -> None:
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) [type=submit]").click()
    page.wait_for_url("**/queue/**")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 - our own server
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("the demo desk did not start")


if __name__ == "__main__":
    main()
