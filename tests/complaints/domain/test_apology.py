"""The first apology: sorry for what happened, with no "if", no "but", and not a word yet about whose fault it was."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain.apology import regret_faults
from playbooks.lines import say_lines

MAY_BE_SAID = [
    "I am sorry you waited four hours and nobody rang.",
    "I am sorry that your evening depends on us and nobody rang.",
    "I am sorry that you had to ring three times to be heard.",
    "I'm sorry your mother spent the night without heating. I am checking whether the engineer was sent.",
    "You kept a whole morning free and nobody came. I am sorry.",
    "I am sorry the guarantee period was explained to you in two different ways.",
    "I apologise that the parcel reached you open and wet.",
    "I am sorry. You were told “we are not responsible, but if you were upset we apologise” and that is not an answer.",
    "I am sorry about the fault in the boiler and the cold nights it gave you.",
    "I am sorry you were left with nothing but automatic replies for three weeks.",
    "I am sorry that not only the first but also the second delivery did not come.",
    "None of this is your fault, and I am sorry for the day you lost.",
    "I am sorry it felt as if nobody was listening.",
    "I am sorry. You asked if anyone would call and nobody did.",
    "I am sorry you waited. If you give me the order number I will look at it now.",
    "I am sorry you were without a phone from 3 May to 9 May.",
    "The shop was open, but nobody let you in. I am sorry.",
    "I regret that your wedding cake arrived on the wrong day.",
    "I am sorry that the person responsible for deliveries never called you back.",
    "I am sorry. I am responsible for your case from today and will ring you at 15:00.",
    "I am sorry for the error message you kept getting when you tried to pay.",
    "It was wrong that you had to find this out from a neighbour, and I am sorry.",
    "I am sorry you were 1.5 hours in the queue, however long it should have been.",
    "Our reply came six days late. I am sorry for the wait.",
    "I am sorry, whoever is at fault, that you had to go through this.",
    "I am sorry nobody told you of any problem before you left home.",
    "I will send you the dates as soon as possible. I am sorry you had to chase us.",
    "让您等了四个小时也没有接到电话，我很抱歉。",
    "您专门请假在家，却没有人上门，对此我很抱歉。",
    "让您为这件事跑了三趟，真对不起。我正在核实师傅是否出发。",
    "您说“是你们的责任，如果不赔我就投诉”，您的着急我听到了，让您遇到这样的事很抱歉。",
    "很抱歉，保证期的说明前后不一致，让您为难了。",
    "我很抱歉，让您等了若干小时。",
    "如您所说，等了四个小时没有人来，我很抱歉。",
    "让您听到这样的话，我很抱歉。",
    "不但等了一天，还没有人解释，让您受累了，抱歉。",
    "让老人热得睡不好，这实在说不过去，我很抱歉。",
    "这不是您的错，让您受委屈了，我很抱歉。",
    "很抱歉让您久等。我负责跟进您的案件，今天三点前给您回电。",
    "让您久等了，很抱歉，如果您把照片发来，我马上看。",
    "等这么久还没有结果，我很不好意思。",
    "您错过了女儿的演出，我真的很抱歉。",
    "您等了很久，但是没有人来，这让您很失望。我很抱歉。",
    "我已请责任人今天联系您。让您一再来电，很抱歉。",
    "很抱歉。如果身体还不舒服，请先就医。",
    "抱歉让您在公司同事面前难堪。",
    "很抱歉给您带来的不便：您在大雨里等了两个小时。",
    "孩子喝了以后肚子疼，您一定很担心，我很抱歉。",
    "讓您等了一整個下午都沒有人來，我很抱歉。",
    "我很抱歉您的訂單被送錯地址，害您白跑一趟。",
    "很抱歉，您等了不過三天，錢卻一直沒有入帳。",
    "讓您帶著孩子在雨中等了兩個小時，真的很抱歉。",
    "您專程請假在家，卻沒有人到府，對此我感到抱歉。",
    "我正在確認師傅是否有出發。讓您白等，真的很對不起。",
    "您說「都是你們的錯，但是沒人承認」，我聽到了，很抱歉讓您這麼難受。",
    "保固期的說明不一致，造成您的困擾，我很抱歉。",
    "如您所述，退貨三週後款項仍未入帳，我感到非常抱歉。",
    "這不是您的疏忽，讓您操心了，很抱歉。",
    "讓您久等了，很抱歉。我負責處理您的案件，明天中午前回電。",
]

CONDITIONAL = [
    "I am sorry if you were upset.",
    "We apologise if this caused problems.",
    "If you were inconvenienced, we are sorry.",
    "Sorry if anyone was offended.",
    "We apologise for any inconvenience this may have caused.",
    "We regret any inconvenience caused.",
    "Sorry for any delay.",
    "I apologise should you have felt ignored.",
    "I am sorry for the trouble this may have caused you.",
    "I am sorry in case you were waiting for us.",
    "If you felt offended by what was said, that was not intended. Sorry.",
    "I AM SORRY IF YOU WAITED",
    "如果给您带来不便，我们深表歉意。",
    "若有不周之处，敬请谅解。",
    "倘若让您感到不快，我道歉。",
    "如有冒犯，很抱歉。",
    "对可能给您造成的不便，我们表示歉意。",
    "给您带来的任何不便，我们深表歉意。",
    "要是让您觉得被怠慢了，对不起。",
    "让您不高兴的话，我道歉。",
    "如您对此感到不满，我们表示遗憾。",
    "如造成您的不便，敬請見諒。",
    "倘若讓您覺得不受重視，我們深感抱歉。",
    "若因此造成困擾，很抱歉。",
    "倘有不周，尚祈見諒。",
    "假如有让您不满意的地方，我们道歉。",
    "万一给您造成了损失，我们很抱歉。",
    "We are sorry if our service did not meet your expectations.",
    "Our apologies if there was any confusion.",
    "如有造成您的不便，深感抱歉。",
]

WITH_BUT = [
    "I am sorry you waited, but the driver did call twice.",
    "Sorry, but that is how the system works.",
    "I apologise. But the terms are clear.",
    "I am sorry for the wait; however, we were short of people.",
    "I am sorry. However, the guarantee has ended.",
    "I'm sorry you are cold. That said, the visit was booked for Monday.",
    "I'm sorry, though you did sign for it.",
    "很抱歉，但是页面上写得很清楚。",
    "对不起，不过我们已经尽力了。",
    "让您久等，很抱歉。但我们也是按规定办事。",
    "抱歉让您失望，然而单子已经结了。",
    "不好意思，可是师傅说打过电话。",
    "很抱歉，不過頁面上寫得很清楚。",
    "對不起，但是倉庫說已經寄出了。",
    "造成您的不便深感抱歉，惟本公司已依規定辦理。",
    "Sorry you feel that way but policy is policy.",
    "讓您久等了，非常抱歉。然而天氣不是我們能控制的。",
]

OF_RESPONSIBILITY = [
    "I am sorry, this was our fault.",
    "I am sorry for our mistake.",
    "We were wrong and I am sorry.",
    "I am sorry we got this wrong.",
    "We are fully responsible and we apologise.",
    "We take full responsibility. I am sorry.",
    "I am sorry; our driver was to blame.",
    "Sorry, we messed up.",
    "We are not liable for the floor, and I am sorry you are upset.",
    "I am sorry for the negligence you met with.",
    "It was an error on our side. I am sorry.",
    "We made a terrible mistake, sorry.",
    "I am checking whether it was our fault. I am sorry you waited.",
    "Sorry – my bad mistake.",
    "I'm sorry – the blame is ours.",
    "It's on us. Sorry.",
    "We hold ourselves responsible and apologise.",
    "Our colleague made an error and I am sorry.",
    "We acknowledge our failings, with our apologies.",
    "很抱歉，是我们的错。",
    "都怪我们没有及时通知您，对不起。",
    "我们愿意负责，对不起。",
    "都是我们不好，对不起。",
    "这是我方责任，对此我们道歉。",
    "对不起，是我们的失误。",
    "很抱歉，我们愿意承担全部责任。",
    "由于工作疏忽让您久等，抱歉。",
    "责任在我们，对不起。",
    "如经核实是我们的责任，我们会补救。",
    "我们错了，很抱歉。",
    "这件事我们没有做好，很抱歉。",
    "师傅说不是公司的责任，让您失望了，抱歉。",
    "我们把地址弄错了，抱歉。",
    "是我们的问题，对不起。",
    "這是我們的疏失，深感抱歉。",
    "對不起，我們願意承擔責任。",
    "很抱歉，是我們的錯。",
    "本公司負全責，並向您道歉。",
    "因作業疏忽讓您久等，十分抱歉。",
    "我們會負責到底，很抱歉。",
    "我們難辭其咎，深表歉意。",
    "是敝公司的責任，謹此致歉。",
]


def codes(text: str) -> set[str]:
    return {fault.code for fault in regret_faults(text)}


@pytest.mark.parametrize("text", MAY_BE_SAID)
def test_regret_for_what_happened_may_be_said(text: str) -> None:
    assert regret_faults(text) == ()


@pytest.mark.parametrize("text", CONDITIONAL)
def test_a_conditional_apology_is_none(text: str) -> None:
    assert "conditional" in codes(text)


@pytest.mark.parametrize("text", WITH_BUT)
def test_a_but_takes_the_apology_back(text: str) -> None:
    assert codes(text) == {"but"}


@pytest.mark.parametrize("text", OF_RESPONSIBILITY)
def test_responsibility_waits_for_the_finding(text: str) -> None:
    assert "responsibility" in codes(text)


def test_everything_wrong_is_named_at_once_and_as_it_was_written() -> None:
    faults = regret_faults("我們很抱歉，如果造成不便，但是這不是我們的責任。Ｓｏｒｒｙ！")
    assert [(fault.code, fault.params["found"]) for fault in faults] == [
        ("conditional", "如果造成不便"),
        ("but", "但"),
        ("responsibility", "我們的責任"),
    ]


def test_full_width_and_hidden_characters_hide_nothing() -> None:
    assert codes("ｓｏｒｒｙ, ｂｕｔ no") == {"but"}
    assert codes("I am sorry i\u200bf you waited") == {"conditional"}


def test_the_lines_our_playbooks_offer_before_a_finding_may_be_said() -> None:
    regrets = [line for line in say_lines() if "I am sorry" in line or "很抱歉" in line]
    refused = {line: codes(line) for line in regrets if codes(line)}
    assert len(regrets) > 10
    assert refused == {}


@pytest.mark.parametrize("text", ["", "   ", "\n", "“”", "「」", "?!", "👍"])
def test_an_empty_text_says_nothing_wrong(text: str) -> None:
    assert regret_faults(text) == ()


@given(st.text(alphabet="抱歉如果但我们的错责任sorry ifbut.,。“”「」\n", max_size=300))
def test_any_text_is_judged_and_the_words_found_are_its_own(text: str) -> None:
    for fault in regret_faults(text):
        assert fault.code in {"conditional", "but", "responsibility"}
        assert str(fault.params["found"]) in text


@pytest.mark.parametrize(
    "piece", ["sorry ", "我们", "if ", "如果", "“", "a", " ", "sorry if but ", "负", "责任", "our ", "any "]
)
def test_a_very_long_text_is_judged_quickly(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.perf_counter()
    regret_faults(text)
    assert time.perf_counter() - started < 1
