"""Knowledge at the agent's elbow, in a real browser and three languages: a pattern accepted by keyboard, a better
sentence taken, a promise kept, a letter approved by somebody else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.actions.built_in import load
from complaints.models import FollowUp, Letter, Pattern, Ticket, WordingNote
from office.models import Agent, Outgoing
from playbooks.actions import load_built_in
from tests.conftest import NOW


@dataclass(frozen=True)
class Said:
    """What is said in one language. ``warned`` stands in ``reply`` and is to be changed; ``remedy`` is a block's."""

    language: str
    tag: str
    locale: str
    caller: str
    words: str
    happened: str
    pattern: str
    reply: str
    warned: str
    better: str
    mended: str
    remedy: str


ENGLISH = Said(
    language="en",
    tag="en",
    locale="en-GB",
    caller="Ms Wang",
    words="I have had ENOUGH of you people! Three times I took leave, three times nobody came. I am sitting here "
    "crying and I can't take any more of this.",
    happened="Engineer booked on 3, 10 and 17 November, each time nobody came and nobody rang.",
    pattern="emotional_surge",
    reply="Dear Ms Wang, you took three days off and nobody came. We guarantee that it will not happen again. "
    "I will call you tomorrow at 3 pm with the name of the engineer.",
    warned="guarantee",
    better="I have asked for",
    mended="Dear Ms Wang, you took three days off and nobody came. I have asked for a senior engineer. "
    "I will call you tomorrow at 3 pm with the name of the engineer.",
    remedy="You asked for a visit at a time that holds, and for the three days to be made good.",
)
SIMPLIFIED = Said(
    language="zh-hans",
    tag="zh-Hans",
    locale="zh-CN",
    caller="王女士",
    words="我真的受够你们了！请了三次假，三次都没人来，我现在坐在家里哭，实在撑不下去了。",
    happened="11月3日、10日、17日三次预约上门，都没有人来，也没有人来电。",
    pattern="emotional_surge",
    reply="王女士您好：您请了三次假，三次都没有人上门。我们保证以后不会再发生。我明天下午三点前给您回电，告知工程师的姓名。",
    warned="保证",
    better="我已为您申请",
    mended="王女士您好：您请了三次假，三次都没有人上门。我已为您申请高级工程师上门。我明天下午三点前给您回电，告知工程师的姓名。",
    remedy="您要求约定一个说话算数的上门时间，并补偿三天的误工。",
)
TRADITIONAL = Said(
    language="zh-hant",
    tag="zh-Hant",
    locale="zh-TW",
    caller="王小姐",
    words="我真的受夠你們了！請了三次假，三次都沒有人來，我現在坐在家裡哭，真的撐不下去了。",
    happened="11月3日、10日、17日三次約好到府，都沒有人來，也沒有人來電。",
    pattern="emotional_surge",
    reply="王小姐您好：您請了三次假，三次都沒有人到府。我們保證以後不會再發生。我明天下午三點前回電給您，告知師傅的姓名。",
    warned="保證",
    better="我已為您申請",
    mended="王小姐您好：您請了三次假，三次都沒有人到府。我已為您申請資深師傅到府。我明天下午三點前回電給您，告知師傅的姓名。",
    remedy="您希望約好一個說到做到的到府時間，並補償三天的請假損失。",
)


@pytest.fixture(params=[ENGLISH, SIMPLIFIED, TRADITIONAL], ids=lambda said: said.language)
def said(request: Any, office: Any, agent: Agent, supervisor: Agent) -> Said:
    load(now=NOW)
    load_built_in(now=NOW)
    Agent.objects.filter(pk__in=[agent.pk, supervisor.pk]).update(language=request.param.language)
    agent.refresh_from_db()
    supervisor.refresh_from_db()
    return request.param


def test_the_desk_knows_how_to_handle_it(
    at_work: Any, said: Said, agent: Agent, supervisor: Agent, looked_at: Any
) -> None:
    page = at_work(agent, locale=said.locale)
    ticket = _taken_down(page, said, looked_at)
    _answered(page, said, ticket, looked_at)
    letter = _written(page, said, ticket, looked_at)
    boss = at_work(supervisor, locale=said.locale)
    _approved(boss, letter, looked_at)
    _left(page, letter, looked_at)


def _taken_down(page: Page, said: Said, looked_at: Any) -> Ticket:
    page.goto("/new/")
    page.locator("[name=who]").fill(said.caller)
    page.locator("[name=email]").first.fill("wang@example.org")
    words = page.locator("[name=words]")
    words.fill(said.words)
    accept = page.locator(f"[name=heard-{said.pattern}][value=yes]")
    expect(accept).to_be_attached()
    expect(page.locator("[data-mirror] mark.w-cue").first).to_be_attached()
    looked_at(page)
    words.focus()
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        page.evaluate(
            """(more) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                 {key: "a", code: "KeyA", altKey: true, bubbles: true, cancelable: true, ...more}))""",
            composing,
        )
    expect(accept).not_to_be_checked()
    page.keyboard.press("Alt+a")
    expect(accept).to_be_checked()
    expect(words).to_have_value(said.words)
    words.focus()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    ticket = Ticket.objects.get()
    assert Pattern.objects.get(interaction__ticket=ticket, key=said.pattern).state == "confirmed"
    return ticket


def _answered(page: Page, said: Said, ticket: Ticket, looked_at: Any) -> None:
    if "/cases/" not in page.url:
        page.goto(f"/cases/{ticket.number}/")
    page.locator("[data-step-form] [name=happened]").fill(said.happened)
    with page.expect_navigation():
        page.locator("[data-step-form] button[type=submit]").first.click()
    playbook = page.locator("#playbook")
    expect(playbook.locator("[data-put]").first).to_be_visible()
    page.keyboard.press("r")
    reply = page.locator("form[data-writes=send] textarea")
    expect(reply).to_be_focused()
    page.locator("h1").first.click()
    page.keyboard.press("l")
    line = playbook.locator("[data-put]").first.get_attribute("data-put")
    expect(reply).to_have_value(line or "?")
    reply.fill(said.reply)
    find = page.locator("#said-send .fs-find-i--warn").filter(has_text=said.warned).first
    expect(find).to_be_visible()
    expect(page.locator("#said-send [name=keep]")).to_have_count(1)
    looked_at(page)
    find.locator("[data-take]").click()
    expect(reply).to_be_focused()
    assert said.warned not in reply.input_value()
    assert said.better in reply.input_value()
    expect(find).to_have_count(0)
    reply.fill(said.mended)  # with what the sentence left open
    expect(page.locator("#said-send .fs-find-i--block")).to_have_count(0)
    expect(page.locator("#said-send [name=keep]")).to_be_checked()
    for keep in page.locator("#said-send [name=confirm]").all():
        keep.check(force=True)
    reply.focus()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert Outgoing.objects.filter(kind="reply").count() == 1
    assert FollowUp.objects.get(ticket=ticket, kind="call_back").promised
    assert WordingNote.objects.filter(ticket=ticket, did="fixed").exists()


def _written(page: Page, said: Said, ticket: Ticket, looked_at: Any) -> Letter:
    page.goto(f"/cases/{ticket.number}/letters/")
    looked_at(page)
    page.locator("[name=template][value=acknowledgement]").check()
    with page.expect_navigation():
        page.locator("form.l-begin button[type=submit]").click()
    for box in page.locator(".l-block.is-mine textarea").all():
        if not box.input_value().strip():
            box.fill(said.remedy)
    with page.expect_navigation():
        page.locator("[name=do][value=save]").click()
    looked_at(page)
    for box in page.locator("#l-submit [name=confirmed]").all():
        box.check()
    with page.expect_navigation():
        page.locator("#l-submit button[type=submit]").last.click()
    letter = Letter.objects.get()
    assert letter.state == "submitted", page.locator("#l-submit").inner_text()
    return letter


def _approved(boss: Page, letter: Letter, looked_at: Any) -> None:
    boss.goto("/desk/")
    boss.locator(".d-appr a.btn").first.click()
    expect(boss.locator("[name=decision][value=approve]")).to_be_visible()
    looked_at(boss)
    with boss.expect_navigation():
        boss.locator("[name=decision][value=approve]").click()
    letter.refresh_from_db()
    assert letter.state == "approved"


def _left(page: Page, letter: Letter, looked_at: Any) -> None:
    page.reload()
    with page.expect_navigation():
        page.locator(".l-act form[action$='/send/'] button").click()
    looked_at(page)
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert letter.sha256 == hashlib.sha256(letter.content.encode()).hexdigest()
    assert letter.sha256[:12] in page.content()
