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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

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
    "zh-hans": Person("xiaoyu", "qihang", "zh-CN", {"listen": "冰箱送来就有凹痕", "apologise": "约好上午装净水器"}),
    "zh-hant": Person("meihua", "qihang", "zh-TW", {"listen": "冰箱送来", "resolve": "烘衣機延遲九天到貨"}),
}
SHOUTED = {
    "en": "I have had ENOUGH of you people! Three times nobody came. I sit here crying and I can't take any more.",
    "zh-hans": "我真的受够你们了！请了三次假都没人来，我现在坐在家里哭，实在撑不下去了。",
    "zh-hant": "我真的受夠你們了！請了三次假都沒有人來，我現在坐在家裡哭，真的撐不下去了。",
}
WRITTEN = {
    "en": "We guarantee that it will not happen again. I will call you tomorrow at 3 pm with the name of the engineer.",
    "zh-hans": "我们保证以后不会再发生。我明天下午三点前给您回电，退款三个工作日内到账。",
    "zh-hant": "我們保證以後不會再發生。我明天下午三點前回電給您，退款三個工作天內入帳。",
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
    page.goto("/my-day/")
    shoot("my-day")
    page.goto("/new/")
    page.locator("[name=words]").fill(SHOUTED[language])
    page.locator("#said-words .fs-heard").first.wait_for()
    shoot("new-complaint")
    theirs: str | None = None
    for step, words in person.cases.items():
        page.goto("/queue/?view=all")
        link = page.get_by_role("link", name=words).first
        if link.count():
            link.click()
            shoot(f"case-{step}")
            _written(page, step, language, shoot)
            copied = page.locator("[data-copy*='/c/']")
            theirs = copied.first.get_attribute("data-copy") if copied.count() else theirs
    page.goto("/customers/")
    shoot("customers")
    for what in ("playbooks", "playbooks/emotional_surge", "training"):
        page.goto(f"/{what}/")
        shoot(what.replace("playbooks/emotional_surge", "playbook"))
    if theirs:
        page.goto(urlsplit(theirs).path)
        shoot("customer-page")
    page.goto("/complain/")
    page.locator(f"button[value={language}], [hreflang={language}]").first.dispatch_event("click")
    shoot("complain")
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
        for path in ("people", "teams", "calendars", "targets", "tokens", "wording", "wording/P01"):
            page.goto(f"/set-up/{path}/")
            shoot(f"set-up-{path.replace('wording/P01', 'rule')}")
    context.close()


def _written(page: Page, step: str, language: str, shoot: Callable[[str], None]) -> None:
    """The composer with what the wording check says, and a letter begun."""
    if step != "listen":
        return
    here = urlsplit(page.url).path
    page.goto(f"{here}?write=send#write")
    page.locator("form[data-writes=send] textarea").fill(WRITTEN[language])
    page.locator("#said-send .fs-find-i").first.wait_for()
    page.locator("[data-composer]").scroll_into_view_if_needed()
    shoot("case-wording")
    page.locator("form[data-writes=send] textarea").fill("")
    page.goto(f"{here}letters/")
    if page.locator(".l-rows a").count():
        page.locator(".l-rows a").first.click()
    else:
        page.locator("[name=template][value=acknowledgement]").check()
        page.locator("form.l-begin button[type=submit]").click()
    shoot("letter")


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
