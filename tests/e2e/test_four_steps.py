"""The main job in a real browser, from an empty installation: people are made on the pages, a call is taken, all four
steps are walked, each guard seen refusing first; a supervisor skips a step and reopens."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from complaints.models import StepRecord, Ticket
from office import audit

PASSWORD = "a kettle of quiet tea"


@dataclass(frozen=True)
class Call:
    """What is said on one call, and the words of the page around it."""

    locale: str
    language: str
    region: str
    agent: str
    supervisor: str
    phone: str
    caller: str
    words: str
    happened: str
    asks: str
    listened: int
    copied: str
    restatement: str
    feeling: str
    conditional: str
    regret: str
    issue: str
    reason: str
    remedy: str
    no_redress: str
    prevention: str
    outcome: str
    skipped: str


CHINESE = Call(
    locale="zh-CN",
    language="zh-hans",
    region="CN",
    agent="陈晓雨",
    supervisor="周启航",
    phone="137 0000 1234",
    caller="王女士",
    words="11月2日你们说五天到账，现在三个星期了，一个电话也没有，房贷扣款的时候我账上是空的。",
    happened="11月2日承诺五天内退款，至11月24日仍未到账，其间无人联系。",
    asks="今天把退款打过来，银行的滞纳金你们承担。",
    listened=5,
    copied="11月2日你们说五天到账，现在三个星期了，一个电话也没有，房贷扣款的时候我账上是空的。。",
    restatement="您按我们讲的日子安排了家里的开支，钱却迟迟不见踪影，我们这边又没有人告诉您一声，结果还款那天差点出了问题，是这样吗？",
    feeling="又急又气",
    conditional="如果给您造成不便，我们深表歉意。",
    regret="让您为一笔退款等了三个星期，这么久没有一个电话，我很抱歉。",
    issue="退款晚了三个星期",
    reason="退货11月4日已经入库，付款单一直没有放行。",
    remedy="退款今天已经放行，滞纳金随同一并支付。",
    no_redress="滞纳金已包含在退款里，没有其他损失。",
    prevention="退货入库当天由晚班放行付款单，主管次日早上核对。",
    outcome="已致电王女士：事项成立，退款今天放行，滞纳金一并支付。",
    skipped="今天当面已经全部处理好了，客户不想再谈一遍。",
)
ENGLISH = Call(
    locale="en-GB",
    language="en",
    region="GB",
    agent="Mei Lin",
    supervisor="Karin Solberg",
    phone="07700 900418",
    caller="Ms Wang",
    words="On the second of November you said five days. It is three weeks now, nobody rang, and my mortgage went out "
    "of an empty account.",
    happened="Refund promised on 2 November within five days, not paid by 24 November, nobody rang.",
    asks="The refund today and the bank's charge paid.",
    listened=5,
    copied="On the second of November you said five days. It is three weeks now, nobody rang, and my mortgage went out "
    "of an empty account..",
    restatement="So you planned the household around the date we gave, the money never showed up, we left you without "
    "a word, and the payment for your home nearly bounced because of it. Is that what matters most?",
    feeling="worried and let down",
    conditional="We apologise if this has caused you any inconvenience.",
    regret="I am sorry that you waited three weeks for your money and that nobody rang you in all that time.",
    issue="The refund is three weeks late",
    reason="The return was booked in on 4 November and the payment was never released.",
    remedy="The refund was released today and the bank's charge goes with it.",
    no_redress="The charge is part of the refund, there is no other loss.",
    prevention="Returns booked in are released the same day by the late shift and checked next morning.",
    outcome="Rang Ms Wang: upheld, the refund is released today with the charge.",
    skipped="Everything was settled face to face today and she does not want to go through it again.",
)


@pytest.fixture
def empty_installation() -> None:
    """What `manage.py create_admin` and the built-in content leave: one administrator, nobody else."""
    call_command("load_builtin", stdout=StringIO())
    with mock.patch.dict(os.environ, {"FOURSTEP_ADMIN_PASSWORD": PASSWORD}):
        call_command("create_admin", "ada", name="Ada Lindgren", stdout=StringIO())


@pytest.mark.parametrize("call", [CHINESE, ENGLISH], ids=["zh-hans", "en"])
@pytest.mark.usefixtures("empty_installation")
def test_a_call_is_taken_through_all_four_steps_from_an_empty_installation(call, window, looked_at):
    office = window()
    sign_in(office, "ada", looked_at)
    boss_link = invite(office, "boss", call.supervisor, "supervisor", call.language, looked_at)
    hand_link = invite(office, "hand", call.agent, "agent", call.language, looked_at)
    make_team(office, call, looked_at)

    desk = window(locale=call.locale)
    join(desk, hand_link, looked_at)
    take_the_call(desk, call, looked_at)
    number = desk.url.rstrip("/").rsplit("/", 1)[-1]
    walk(desk, call, looked_at)

    ticket = Ticket.objects.get(number=number)
    assert (ticket.state, ticket.pass_number, ticket.owner.username) == ("answered", 1, "hand")
    assert ticket.customer.name == call.caller
    assert ticket.interactions.order_by("id").first().text == call.words
    refusals = audit.Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, verb="refused")
    assert refusals.count() == 5
    audit.verify(("ticket", ticket.pk))

    over = window(locale=call.locale)
    join(over, boss_link, looked_at)
    over.goto(f"/cases/{number}/")
    reopen_and_skip(over, call, looked_at)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.pass_number, ticket.step) == ("open", 2, "empathise")
    assert ticket.step_records.get(state=StepRecord.SKIPPED).skip_reason == "settled_at_once"


def sign_in(page: Page, username: str, looked_at) -> None:
    page.goto("/sign-in/")
    looked_at(page)
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) [type=submit]").click()
    page.wait_for_url("**/queue/**")
    looked_at(page)


def invite(page: Page, username: str, name: str, role: str, language: str, looked_at) -> str:
    """Make a person on the page and take the invitation shown once."""
    page.goto("/set-up/people/new/")
    looked_at(page)
    page.fill("form.s-fields [name=name]", name)
    page.fill("form.s-fields [name=username]", username)
    page.check(f"form.s-fields [name=role][value={role}]", force=True)
    page.locator("form.s-fields [name=language]").select_option(language)
    page.locator("form.s-fields [type=submit]").click()
    page.wait_for_selector(".s-secret, [data-copy]")
    looked_at(page)
    found = re.search(r"http[^\s\"<]+/join/[\w-]+/", page.content())
    assert found, "the invitation is shown"
    return found.group(0)


def make_team(page: Page, call: Call, looked_at) -> None:
    page.goto("/set-up/teams/new/")
    looked_at(page)
    page.fill("[name=name]", "Refunds")
    page.fill("[name=region]", call.region)
    page.select_option("[name=supervisor]", label=call.supervisor)
    for name in (call.supervisor, call.agent):
        page.get_by_label(name, exact=True).locator("visible=true").last.check()
    page.locator("form.s-fields [type=submit]").click()
    page.wait_for_url("**/set-up/teams/")
    looked_at(page)


def join(page: Page, link: str, looked_at) -> None:
    page.goto(link)
    looked_at(page)
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.locator("form:has(input[type=password]) [type=submit]").click()
    page.wait_for_url("**/queue/**")
    looked_at(page)


def take_the_call(page: Page, call: Call, looked_at) -> None:
    page.goto("/new/")
    looked_at(page)
    page.fill("[name=who]", call.phone)
    page.wait_for_selector("[data-count]")
    page.check("#id_customer_new", force=True)
    page.fill("[name=name]", call.caller)
    if not page.input_value("[name=phone]"):
        page.fill("[name=phone]", call.phone)
    page.fill("[name=words]", call.words)
    page.locator("#new-complaint [data-send]").click()
    page.wait_for_url("**/cases/**")
    looked_at(page)


def walk(page: Page, call: Call, looked_at) -> None:
    """Each step: refused with everything that is missing, then its evidence, then on."""
    refused(page, least=call.listened)
    looked_at(page)
    fill(page, happened=call.happened, order_ref="77-20418", remedy_sought=call.asks)
    pick(page, harm="money", feeling_start="4")
    choose(page, "severity", "2")
    go_on(page, "empathise")
    looked_at(page)

    refused(page, least=3)
    fill(page, restatement=call.copied, feeling_named=call.feeling)
    pick(page, answer="confirmed")
    refused(page, least=1)
    expect(page.locator("[name=restatement]")).to_have_value(call.copied)
    fill(page, restatement=call.restatement)
    go_on(page, "apologise")
    looked_at(page)

    fill(page, regret=call.conditional)
    refused(page, least=3)
    fill(page, regret=call.regret)
    pick(page, regret_form="spoken", acceptance="accepted")
    step_form(page).locator("[name=regret_by]").select_option(label=call.agent)
    go_on(page, "resolve")
    looked_at(page)

    refused(page, least=5)
    looked_at(page)
    fill(page, new_issue=call.issue)
    save(page)
    pick(page, **{"finding-1": "upheld"})
    fill(page, **{"reason-1": call.reason})
    fill(page, remedy=call.remedy, redress_none=call.no_redress, prevention=call.prevention)
    choose(page, "root_cause", "process")
    save(page)
    page.locator("[data-write=outcome]").click()
    told = page.locator("form[data-writes=outcome]")
    told.locator("[name=text]").fill(call.outcome)
    told.locator("[name=channel]").select_option("phone")
    with page.expect_navigation():
        told.locator("[type=submit]").click()
    assert page.locator(".c-gate li a, .c-error").all_inner_texts() == []
    with page.expect_navigation():
        page.locator("[data-gate]").click()
    looked_at(page)


def reopen_and_skip(page: Page, call: Call, looked_at) -> None:
    page.locator("[href*='panel=ticket.reopen']").first.click()
    page.wait_for_selector("#panel-form")
    looked_at(page)
    page.check("#panel-form [name=reason][value=not_fixed]", force=True)
    page.fill("#panel-form [name=still_wrong]", call.words)
    with page.expect_navigation():
        page.locator("#panel-form [type=submit]").click()
    looked_at(page)
    page.locator("[href*='panel=step.skip']").first.click()
    page.wait_for_selector("#panel-form")
    looked_at(page)
    page.check("#panel-form [name=reason][value=settled_at_once]", force=True)
    page.fill("#panel-form [name=note]", call.skipped)
    with page.expect_navigation():
        page.locator("#panel-form [type=submit]").click()
    looked_at(page)


def step_form(page: Page):
    return page.locator("form[data-step-form]")


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        step_form(page).locator(f"[name='{name}']").fill(value)


def pick(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        step_form(page).locator(f"[name='{name}'][value='{value}']").check(force=True)


def choose(page: Page, name: str, value: str) -> None:
    field = step_form(page).locator(f"[name='{name}']").first
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    else:
        pick(page, **{name: value})


def save(page: Page) -> None:
    with page.expect_navigation():
        step_form(page).locator("[data-send]").last.click()


def refused(page: Page, *, least: int) -> None:
    """Press on and see the guard say no, with at least this many reasons, each leading to its field."""
    with page.expect_navigation() as told:
        page.locator("[data-gate]").click(force=True)  # it says that it is disabled, and stays pressable to say why
    assert told.value.status == 409
    reasons = page.locator(".c-gate li a")
    assert reasons.count() >= least, reasons.all_inner_texts()
    for href in reasons.evaluate_all("links => links.map(a => a.getAttribute('href'))"):
        if href.startswith("#"):
            assert page.locator(href).count() == 1, href


def go_on(page: Page, step: str) -> None:
    with page.expect_navigation() as told:
        page.locator("[data-gate]").click()
    assert told.value.status == 200, page.locator(".c-gate li a, .c-error").all_inner_texts()
    assert step_form(page).locator("[name=step]").input_value() == step
