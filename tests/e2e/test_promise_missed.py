"""A promise is made and missed, from an empty installation, on a desk that runs as `make run` runs it.

Two people, a telephone, a real worker and a real mail server: the right supervisor's open desk shows it by itself and
her mail has it, nobody else sees anything; she sends it back with guidance; the agent reads that in *my day* and tells
the outcome by mail; the customer opens the link as it was delivered, without JavaScript, and says that it is not fixed.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.complaints.channels.conftest import Server
from tests.e2e import test_four_steps as steps
from tests.e2e.test_four_steps import CHINESE, ENGLISH, Call
from tests.engines.desk import ROOT, Desk, own_environment

SOON = 10_000
"""Milliseconds after the tick in which the desk and the mail have it."""
CUSTOMER = "wang@example.org"
WORDS = {
    "en": {
        "promise": "Ring Ms Wang with the date of the refund",
        "when": "tomorrow 3pm",
        "guidance": "Ring her now, say the time first, then the refund.",
        "outcome": "Your refund was released today and the bank's charge goes with it. You were right.",
        "still": "The bank's charge is still missing.",
        "again": "Second pass, first received on",
    },
    "zh-hans": {
        "promise": "致电王女士告知退款日期",
        "when": "明天下午三点",
        "guidance": "现在就给她回电，先说时间，再说退款。",
        "outcome": "退款今天已经放行，银行费用一并退还。这件事您说得对。",
        "still": "银行的手续费还是没有退给我。",
        "again": "第二轮，",
    },
}


@pytest.fixture
def mailbox() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def running(tmp_path: Path, mailbox: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An empty installation with one administrator, answering; web, worker and beat in one process."""
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{mailbox.port}")
    desk = Desk(tmp_path)
    desk.start()
    environment = own_environment(DATA_DIR=str(tmp_path), FOURSTEP_ADMIN_PASSWORD=steps.PASSWORD)
    command = [sys.executable, "manage.py", "create_admin", "ada", "--name", "Ada Lindgren"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    yield desk
    desk.kill()


@pytest.fixture
def person(chromium: Browser, running: Desk) -> Iterator[Callable[..., Page]]:
    """A browser of somebody's own on that desk."""
    contexts = []

    def open_window(**how: Any) -> Page:
        size = {"width": 1440, "height": 900}
        context = chromium.new_context(base_url=running.address, **{"viewport": size, **how})  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def time_passes(desk: Desk) -> None:
    """What was promised for tomorrow was due a moment ago."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with contextlib.closing(desk.open()) as connection:
        connection.execute("PRAGMA busy_timeout = 20000")
        found = connection.execute("SELECT id FROM complaints_followup WHERE promised AND done_at IS NULL").fetchall()
        ((pk,),) = found
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("UPDATE complaints_followup SET told_due_at = ? WHERE id = ?", (past, pk))
        connection.execute("UPDATE complaints_followup SET due_at = ? WHERE id = ?", (past, pk))
        connection.execute(
            "UPDATE office_timer SET due_at = ? WHERE subject_kind = 'follow_up' AND subject_id = ?", (past, pk)
        )
        connection.commit()


def mail_to(server: Server, address: str, *, holds: str = "", seconds: float = 20) -> EmailMessage:
    """The newest mail to an address that holds these words, waiting for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for mail in reversed(server.mails):
            body = mail.get_body(("plain",))
            if address in str(mail["To"]) and body is not None and holds in body.get_content():
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}: {[str(mail['To']) for mail in server.mails]}")


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/c/[\w-]{43}/", body.get_content())
    assert found, body.get_content()
    return found.group(0)


def with_address(page: Page, name: str, address: str) -> None:
    """Give a person an e-mail address."""
    page.goto("/set-up/people/")
    page.get_by_role("link", name=name).first.click()
    page.fill("form.s-fields [name=email]", address)
    with page.expect_navigation():
        page.locator("form.s-fields [type=submit]").first.click()


@pytest.mark.parametrize("call", [CHINESE, ENGLISH], ids=["zh-hans", "en"])
def test_a_missed_promise_goes_to_the_right_desk_and_the_customer_has_the_last_word(
    call: Call, running: Desk, mailbox: Server, person: Callable[..., Page], looked_at: Any
) -> None:
    words = WORDS[call.language]
    office = person()
    steps.sign_in(office, "ada", looked_at)
    boss_link = steps.invite(office, "boss", call.supervisor, "supervisor", call.language, looked_at)
    hand_link = steps.invite(office, "hand", call.agent, "agent", call.language, looked_at)
    other_link = steps.invite(office, "other", "Ola Berg", "supervisor", "en", looked_at)
    for name, address in ((call.supervisor, "boss@example.org"), ("Ola Berg", "ola@example.org")):
        with_address(office, name, address)
    steps.make_team(office, call, looked_at)

    mei = person(locale=call.locale)
    steps.join(mei, hand_link, looked_at)
    take_the_call(mei, call)
    number = mei.url.rstrip("/").rsplit("/", 1)[-1]
    spoken = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    link_in(mail_to(mailbox, CUSTOMER))  # the acknowledgement has left
    promise(mei, words)

    boss, other = person(locale=call.locale), person()
    steps.join(boss, boss_link, looked_at)
    steps.join(other, other_link, looked_at)
    for page in (boss, other):
        page.goto("/desk/")
    loads: list[str] = []
    boss.on("framenavigated", lambda frame: loads.append(frame.url))

    time_passes(running)
    expect(boss.locator("main")).to_contain_text(spoken, timeout=SOON)
    assert loads == [], "without a reload"
    notice = mail_to(mailbox, "boss@example.org", holds=spoken)
    assert spoken in str(notice["Subject"])
    other.wait_for_timeout(6_000)
    expect(other.locator("main")).not_to_contain_text(spoken)
    assert not [mail for mail in mailbox.mails if "ola@example.org" in str(mail["To"])]

    give_back(boss, spoken, words["guidance"])
    mei.goto("/my-day/")
    expect(mei.locator("main")).to_contain_text(words["guidance"])
    looked_at(mei)

    mei.goto(f"/cases/{number}/")
    answer_by_mail(mei, call, words["outcome"])
    page = person(locale=call.locale, viewport={"width": 390, "height": 844}, java_script_enabled=False, is_mobile=True)
    page.goto(link_in(mail_to(mailbox, CUSTOMER, holds=words["outcome"])))
    expect(page).to_have_url(re.compile(r"/c/$"))
    expect(page.locator("#our-answer")).to_contain_text(call.reason)
    page.locator("[name=verdict][value=not_fixed]").check()
    page.locator("#verdict textarea").fill(words["still"])
    page.locator("#verdict [type=submit]").click()
    expect(page.locator("#message")).to_contain_text(words["still"])

    mei.goto(f"/cases/{number}/")
    expect(mei.locator(".c-head")).to_contain_text(words["again"])
    expect(mei.locator("[name=still_wrong]")).to_have_value(words["still"])
    looked_at(mei)
    opens_nothing(person(), link_in(mail_to(mailbox, CUSTOMER)))


def opens_nothing(page: Page, link: str) -> None:
    """A link with one letter changed, and a stranger's."""
    changed = link[:-2] + ("A/" if link[-2] != "A" else "B/")
    for address in (changed, re.sub(r"[\w-]{43}", "x" * 43, link)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404


def not_fixed(page: Page, call: Call, still: str) -> None:
    expect(page).to_have_url(re.compile(r"/c/$"))
    expect(page.locator("#our-answer")).to_contain_text(call.reason)
    page.locator("[name=verdict][value=not_fixed]").check()
    page.locator("#verdict textarea").fill(still)
    page.locator("#verdict [type=submit]").click()
    expect(page.locator("#message")).to_contain_text(still)


def take_the_call(page: Page, call: Call) -> None:
    page.goto("/new/")
    page.fill("[name=who]", call.phone)
    page.wait_for_selector("[data-count]")
    page.check("#id_customer_new", force=True)
    page.fill("[name=name]", call.caller)
    if not page.input_value("[name=phone]"):
        page.fill("[name=phone]", call.phone)
    page.fill("[name=email]", CUSTOMER)
    page.fill("[name=words]", call.words)
    page.locator("#new-complaint [data-send]").click()
    page.wait_for_url("**/cases/**")


def promise(page: Page, words: dict[str, str]) -> None:
    """A call, with its date in words."""
    page.locator("[href*='panel=follow_up.plan']").first.click()
    page.wait_for_selector("#panel-form")
    page.locator("#panel-form [name=kind][value=call_back]").check(force=True)
    page.fill("#panel-form [name=text]", words["promise"])
    page.fill("#panel-form [name=when]", words["when"])
    with page.expect_navigation():
        page.locator("#panel-form [type=submit]").last.click()
    expect(page.locator(".fs-promise").first).to_contain_text(words["promise"])


def give_back(page: Page, spoken: str, guidance: str) -> None:
    page.locator("a", has_text=spoken).first.click()
    page.wait_for_url("**/desk/escalations/**")
    page.locator("[name=outcome][value=return]").check(force=True)
    page.fill("[name=guidance]", guidance)
    with page.expect_navigation():
        page.locator(".d-out [type=submit], form:has([name=guidance]) [type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(spoken)


def answer_by_mail(page: Page, call: Call, outcome: str) -> None:
    """Through the four steps; the outcome goes by mail, and the case is answered."""
    steps.fill(page, happened=call.happened, order_ref="77-20418", remedy_sought=call.asks)
    steps.pick(page, harm="money", feeling_start="4")
    steps.choose(page, "severity", "2")
    steps.go_on(page, "empathise")
    steps.fill(page, restatement=call.restatement, feeling_named=call.feeling)
    steps.pick(page, answer="confirmed")
    steps.go_on(page, "apologise")
    steps.fill(page, regret=call.regret)
    steps.pick(page, regret_form="spoken", acceptance="accepted")
    steps.step_form(page).locator("[name=regret_by]").select_option(label=call.agent)
    steps.go_on(page, "resolve")
    steps.fill(page, new_issue=call.issue)
    steps.save(page)
    steps.pick(page, **{"finding-1": "upheld"})
    steps.fill(page, **{"reason-1": call.reason})
    steps.fill(page, remedy=call.remedy, redress_none=call.no_redress, prevention=call.prevention)
    steps.choose(page, "root_cause", "process")
    steps.save(page)
    page.locator("[data-write=outcome]").click()
    told = page.locator("form[data-writes=outcome]")
    told.locator("[name=text]").fill(outcome)
    told.locator("[name=how][value=send]").check(force=True)
    with page.expect_navigation():
        told.locator("[type=submit]").last.click()
    with page.expect_navigation():
        page.locator("[data-gate]").click()
