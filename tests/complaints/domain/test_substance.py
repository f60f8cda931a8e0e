"""A restatement is the proof that somebody listened. These are the ways people get round saying it, and honest ones."""

# ruff: noqa: E501 - the examples are whole sentences

import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain.substance import Fault, TemplateSet, containment, copied, restatement_faults, templated, thin
from playbooks.lines import say_lines

LINES = TemplateSet(say_lines())

BOILER = (
    "I waited four hours on Tuesday for your engineer, nobody rang and nobody came, and now my boiler is still off and "
    "the baby is cold. I want someone here tomorrow morning and I want the day's pay I lost."
)
DISHWASHER = (
    "This is the third time the dishwasher leaks. Your man came on 4 November and on 16 November and both times he put "
    "the same seal back in. The oak floor is coming up. I am not paying for another visit and I want a new machine."
)
BILL = (
    "You charged me twice for June. I sent the bank statement three weeks ago, was told it was passed to billing, and "
    "since then nothing but automatic replies. Refund the £64.90 and tell me why it takes a month to read one page."
)
FRIDGE = (
    "冰箱送来的时候门上就有一道凹痕，我当场跟师傅说了，师傅让我找客服。我打了三次电话，客服都说不影响使用。"
    "我花的是新机的钱，凭什么要收一台有伤的？要么换一台，要么退我两成。"
)
WAITING = (
    "约好星期六上午九点来装空调，我请了半天假在家等到下午一点，没有人来也没有人打电话。打客服排队排了四十分钟，"
    "最后说师傅已经签了完成。家里老人热得睡不着，你们必须今天来装，还要给我一个说法。"
)
KETTLE = "The kettle leaks and the shop refused to exchange it although it is two weeks old and I have the receipt."
KETTLE_HAN = "水壶用了两个星期就漏水，门店说没有包装盒不给换，可是我有小票。"
REFUND_HANT = (
    "我上個月二十號就把鞋子寄回去了，物流顯示你們倉庫隔天簽收，到現在三個禮拜錢還沒退。客服每次都說會幫我催，"
    "催到哪裡去了？我要這個星期以內收到退款，不然我就打1950。"
)


def codes(text: str, words: str | Sequence[str], *, names: Sequence[str] = ()) -> set[str]:
    customer_words = [words] if isinstance(words, str) else words
    return {
        fault.code for fault in restatement_faults(text, customer_words=customer_words, templates=LINES, names=names)
    }


HONEST_ENGLISH = [
    (BOILER, "So on Tuesday you stayed in from midday to four and got neither a visit nor a call. The boiler has been off since, with a baby in the house, and you have lost a day's pay over it. Have I got that right?"),
    (BOILER, "You kept Tuesday afternoon free for us, no engineer turned up and no one told you why. What you need now is heat for the baby by tomorrow morning and the day's wages made good."),
    (BOILER, "You lost a day at work sitting in for a visit that never happened, and the house is still cold tonight. You would like an engineer first thing tomorrow and your pay for Tuesday back."),
    (BOILER, "What I understand: the appointment on Tuesday was missed without a word, the heating is out with an infant at home, and you are asking for a morning visit and your lost earnings."),
    (DISHWASHER, "We have been out twice in November, fitted the same seal each time, and the machine has leaked again. The floor is now lifting, and you want it replaced rather than repaired once more."),
    (DISHWASHER, "Two visits, one and the same part, and a third leak today; in the meantime the oak boards are swelling. You do not want to pay for a further repair, you want a different machine."),
    (DISHWASHER, "If I have it right, the leak has come back after both repairs because nothing new was put in, it has damaged your oak floor, and a replacement is what you are asking for."),
    (DISHWASHER, "You have let us try to repair it twice and it still leaks onto the wood. You see no sense in a third visit at your expense and ask us to replace it."),
    (BILL, "June was taken from your account twice. You sent us proof three weeks ago, it went to billing, and you have heard from no person since. You want the money back and an explanation for the delay."),
    (BILL, "You paid for June two times over and showed us so with your bank statement; after that only machines answered you. You are asking for the second payment back and for the reason it took so long."),
    (BILL, "The double payment for June is still with us although you proved it three weeks ago, and what annoys you most is that nobody has actually read what you sent. You would like it refunded."),
    (BILL, "So the same month was collected twice, your statement has been lying with billing for three weeks, and all you got back was standard messages. You expect the refund and a straight answer."),
    (BILL, "You are £64.90 short since June, you did everything we asked for, and for three weeks no human being has written back. What would settle it is the refund with an honest reason."),
]  # fmt: skip

# Close to the customer's words, as a quick agent writes it, and still said anew.
NEAR_BUT_HONEST = [
    (KETTLE, "You bought a kettle two weeks ago, it leaks, and although you have the receipt the shop would not exchange it. You would like to know who can."),
    (KETTLE, "So the kettle is two weeks old and leaking already, and the shop turned you away even with the receipt in your hand."),
    (KETTLE_HAN, "您的水壶才用两周就漏了，拿着小票去门店，却因为没留包装盒被拒绝换货，您觉得不合理。"),
    (KETTLE_HAN, "您是说，水壺買了兩個禮拜就開始漏，門市因為盒子丟了不肯換，但收據還在您手上，對嗎？"),
    (DISHWASHER, "The dishwasher leaks for the third time after visits on 4 and 16 November with the same seal, the oak floor is being damaged, and you ask for a new machine instead of another repair."),
    (WAITING, "星期六上午的空调安装没有人来，您等到下午一点，客服排队四十分钟后才得知单子被点了完成。老人怕热，您要求今天安装并说明原因。"),
]  # fmt: skip

HONEST_CHINESE = [
    (FRIDGE, "您收货当天就发现冰箱门上有凹痕，也当面告诉了送货师傅，之后三次来电得到的答复都是“不影响使用”。您希望换一台新的，或者退回两成货款，对吗？"),
    (FRIDGE, "我的理解是：机器到家时外观就有伤，您第一时间提出来了，却被推给客服，客服又不肯处理。按新机付的款，您要求更换或者部分退款。"),
    (FRIDGE, "您付了全新的价钱，拿到的却是门面受损的冰箱，前后打了三回电话都没有结果，所以您现在只接受换货或者减两成的钱。"),
    (FRIDGE, "门上的凹痕是运到时就有的，不是您用出来的；您反映了三次都没人当回事，心里很不平。您要的是换新，不换就退一部分钱。"),
    (WAITING, "您周六请假在家守了一上午，安装师傅没到也没来电，后来才知道单子被写成已完工。家里老人怕热，您要求今天装好，并且要我们解释清楚。"),
    (WAITING, "上周六的安装我们没有去，您白白耽误了半天假，客服那边又排了四十分钟。最让您生气的是没装却显示完成。您希望今天就有人上门。"),
    (WAITING, "您跟我们约的是周六早上，等过了中午都没见到人，单子却已经结了。现在天热老人休息不好，所以今天必须装上，并给出交代。"),
    (WAITING, "核对一下：没人上门、没人通知、系统里却已签收，您为此少上了半天班；眼下老人热得难受，您要的是当天安装和一个明白的答复。"),
    (REFUND_HANT, "您在上月下旬退回鞋子，隔天倉庫就收到了，但退款拖了將近三週。您問過好幾次，每次只聽到會催，沒有人告訴您卡在哪裡。您要求本週內入帳。"),
    (REFUND_HANT, "鞋子早已送回我們倉庫，簽收紀錄您也有，錢卻一直沒有下來，詢問客服又只得到同一句話，讓您覺得被敷衍。您希望這週拿到款項，否則會向主管機關反映。"),
    (REFUND_HANT, "您退货已经有签收，三周过去货款没有退回，多次询问都没有实际进展。您的要求很明确：本周之内把钱退给您，并说明耽搁在哪个环节。"),
    (REFUND_HANT, "我先確認一下：退貨是上個月的事，倉庫收貨有紀錄，問題出在退款一直沒有執行，而客服沒有給您任何日期。您要的是一個禮拜內入帳。"),
    (FRIDGE, "送貨當天您就指出門板受損，師傅請您聯絡客服，客服三次都不願處理。您付的是新品價格，因此要求更換，或者退還兩成金額。"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), HONEST_ENGLISH)
def test_an_honest_restatement_in_english_passes(words: str, said: str) -> None:
    assert codes(said, words) == set()


@pytest.mark.parametrize(("words", "said"), HONEST_CHINESE)
def test_an_honest_restatement_in_chinese_passes(words: str, said: str) -> None:
    assert codes(said, words) == set()


@pytest.mark.parametrize(("words", "said"), NEAR_BUT_HONEST)
def test_keeping_the_customers_facts_close_is_still_ones_own_words(words: str, said: str) -> None:
    assert codes(said, words) == set()


@pytest.mark.parametrize(("words", "said"), [*HONEST_ENGLISH, *HONEST_CHINESE])
def test_honest_restatements_keep_a_wide_distance_from_the_limit(words: str, said: str) -> None:
    assert containment(said, words) <= 0.25


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (FRIDGE, "The fridge came with a dented door, you said so on the spot, and three calls brought nothing. You want it exchanged or a fifth of the price back."),
        (BOILER, "您周二请假在家等工程师，人没来，也没有任何通知；家里有婴儿，暖气一直停着。您希望明早有人上门，并补上当天的工资。"),
    ],
)  # fmt: skip
def test_a_restatement_in_another_language_passes(words: str, said: str) -> None:
    assert codes(said, words) == set()


EVERYTHING = [BOILER, DISHWASHER, BILL, FRIDGE, WAITING, REFUND_HANT]
TO_SIMPLIFIED = str.maketrans("個號鞋寄隻顯們倉庫簽現錢還沒會幫裡這內", "个号鞋寄只显们仓库签现钱还没会帮里这内")


def reordered(text: str) -> str:
    sentences = [part.strip() for part in text.replace("。", "。|").replace(". ", ".|").replace("，", "，|").split("|")]
    return " ".join(reversed([sentence for sentence in sentences if sentence]))


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def as_told_by_the_agent(text: str) -> str:
    for mine, yours in (
        (" I ", " you "),
        ("I ", "You "),
        (" my ", " your "),
        (" am ", " are "),
        (" me ", " you "),
        ("我", "您"),
    ):
        text = text.replace(mine, yours)
    return text


@pytest.mark.parametrize("words", EVERYTHING)
@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text,
        lambda text: text + ".",
        lambda text: text.rstrip("。.") + "！！！",
        lambda text: "Ms Wang said: " + text,
        lambda text: "王女士：" + text,
        lambda text: "王小明说，" + text + "谢谢。",
        str.upper,
        reordered,
        zero_width,
        as_told_by_the_agent,
        lambda text: as_told_by_the_agent(reordered(text)),
        lambda text: text.translate(TO_SIMPLIFIED),
        lambda text: text.replace(" ", "  \n"),
        lambda text: text.replace("，", "😀").replace(",", " 😀"),
        lambda text: text[: len(text) * 2 // 3],
        lambda text: text + " ok ok",
        lambda text: "You said the following about it: " + text,
        lambda text: text.replace("", " ") if "。" in text else text,
    ],
)
def test_the_customers_own_text_is_no_restatement_however_disguised(words: str, disguise: Callable[[str], str]) -> None:
    assert "copy-of-customer" in codes(disguise(words), words, names=["Wang Li", "王小明"])


def test_words_pieced_together_from_several_contacts_are_a_copy() -> None:
    first, second = BOILER.split(". ")
    assert "copy-of-customer" in codes(f"{second} {first}", [first, second])


def test_a_quoted_copy_does_not_count_and_leaves_nothing() -> None:
    for start, end in ("“”", "「」", "『』", '""', "«»", "‘’"):
        assert "too-short" in codes(f"You said {start}{BOILER.replace(chr(39), '')}{end}.", BOILER)
    assert codes("您说「" + FRIDGE + "」。", FRIDGE) == {"too-short"}


def test_a_few_quoted_words_do_no_harm() -> None:
    said = "You were told three times that a dent “does not affect use”, after paying for a new fridge, and you want it exchanged."
    assert codes(said, FRIDGE) == set()


@pytest.mark.parametrize(
    "line",
    [
        "You kept a whole morning free and nobody came. Anyone would be annoyed, {name}.",
        "{name}, you have been with us for six years and this order went wrong. The disappointment makes sense.",
        "Dear {name}: The parcel arrived opened twice; wondering why is natural. A lot has happened since March, so details can run together.",
        "{name}，您专门空出一个上午，却没人上门，换谁都会不高兴。",
        "{name}您好，您支持我们六年，这一单却没办好，也难怪您会失望。谢谢。",
        "{name}：您專門空出一上午卻沒人上門，換誰都會不高興。",
        "Three visits and it still leaks. No wonder you have had enough. You kept a whole morning free and nobody came.",
        "师傅上门三次，还在漏水，您说受够了，一点也不奇怪。您专门空出一个上午，却没人上门，换谁都会不高兴。",
    ],
)
@pytest.mark.parametrize("name", ["Ms Wang", "Wang Li", "王丽", "王女士", "王麗"])
def test_a_playbook_line_with_the_name_filled_in_is_no_restatement(line: str, name: str) -> None:
    assert "template-line" in codes(line.format(name=name), BOILER, names=["Wang Li", "王丽"])


def test_half_a_playbook_line_and_half_the_customer_is_no_restatement() -> None:
    said = "You kept a whole morning free and nobody came. Now your boiler is still off and the baby is cold. Anyone would be annoyed."
    assert codes(said, BOILER)


def test_merge_fields_of_a_template_match_whatever_was_filled_in() -> None:
    templates = TemplateSet(
        ["Dear {{ customer }}, we have your complaint about {{ product }} and we take what you told us seriously."]
    )
    said = "Dear Ms Wang, we have your complaint about the dishwasher and we take what you told us seriously."
    faults = restatement_faults(said, customer_words=[DISHWASHER], templates=templates, names=["Wang Li"])
    assert [fault.code for fault in faults] == ["template-line"]


def test_an_honest_restatement_may_open_with_a_playbook_line() -> None:
    said = (
        "Three visits and it still leaks. The seal was never changed for a new one, the oak boards have begun to swell, "
        "and you will not pay us again for the same repair: you ask for another machine."
    )
    assert codes(said, DISHWASHER) == set()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "ok", "OK.", "好的", "n/a", "Understood, thank you.", "明白了，谢谢您。", "!!!???...", "😀👍🙏" * 30, "\u200b" * 500,
        "。，、！？" * 20, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", "Ms Wang Li, Ms Wang Li, Ms Wang, Wang Li, Ms Wang Li, Ms Wang",
        "王丽王女士王丽王女士王丽王女士王丽", "You waited and nobody came at all, 15:00", "您等了四个小时没有人来很生气",
    ],
)  # fmt: skip
def test_too_little_is_refused(text: str) -> None:
    assert "too-short" in codes(text, BOILER, names=["Wang Li", "王丽"])


@pytest.mark.parametrize(
    "text",
    [
        "ok " * 40, "谢谢" * 30, "好的好的" * 12, "I understand you. " * 12, "您很生气。" * 12, "yes no " * 20,
        "the customer is unhappy, " * 6, "啊" * 60, "you waited long " * 5,
    ],
)  # fmt: skip
def test_saying_it_again_and_again_is_refused(text: str) -> None:
    assert "repetition" in codes(text, BOILER)


@pytest.mark.parametrize(
    "text",
    [
        "asdf asdf jkl asdf qwer asdf zxcv asdf hjkl asdf uiop asdf asdf",
        "sdkfj wlei fjdk zmcn qpwo xkdj vnbm tyrk ghwq plmk zxqw bvnc",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore",
        "ok noted thanks, fine, done, yes, sure, all good, understood, received, great, thank you, bye",
        "test test this is a test testing testing test example test test test",
        "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll",
        "w a i t e d f o r y o u a n d t h e n n o t",
        "blah blah blah something blah blah blah whatever blah blah blah blah",
        "好的好的收到收到谢谢谢谢没问题好的已处理已跟进已反馈已沟通",
        "嗯嗯好的，收到，谢谢您，已处理完毕，已解决，没问题，辛苦，再见。",
    ],
)  # fmt: skip
def test_filling_the_field_is_refused(text: str) -> None:
    assert "filler" in codes(text, BOILER)


def test_the_fault_tells_how_much_is_missing() -> None:
    assert restatement_faults("You waited for us.", customer_words=[], templates=LINES, names=[]) == (
        Fault("too-short", {"words": 4, "han": 0, "least_words": 12, "least_han": 20}),
    )


def test_length_is_judged_fairly_in_a_mixed_text() -> None:
    assert codes("您的 iPhone 送修两次，touch ID 还是失灵，数据线也没还给您", "手机修了两次还是坏的") == set()


@pytest.mark.parametrize("words", [[], [""], ["好"], ["no"], ["😀"], ["bad bad bad"]])
def test_a_customer_of_few_words_stops_nobody(words: list[str]) -> None:
    said = "You told us at the counter that the shoes rubbed from the first day, and you would like another pair."
    assert codes(said, words) == set()


@pytest.mark.parametrize(
    "text",
    [
        "ok", "OK!", "n/a", "N/A", "none", "None.", "same as above", "See above.", "resolved", "The issue has been resolved.",
        "Customer's complaint was handled", "done", "-", "tbd", "test", "asdf", "asdfasdf", "qwertyuiop", "xxx", "aaaaaaaaaa",
        "已处理", "已處理", "同上", "無", "无", "暂无", "没有", "好的", "客户的问题已处理完毕", "客戶問題已解決", "已跟進並回覆客戶", "略",
        "不适用", "测试", "ｏｋ", "o\u200bk", "hahahaha",
    ],
)  # fmt: skip
def test_a_stock_reply_is_no_evidence(text: str) -> None:
    fault = thin(text, least_words=1, least_han=1)
    if text == "-":
        assert fault is not None
        assert fault.code == "too-short"
    else:
        assert fault == Fault("filler")


@pytest.mark.parametrize(
    "text", ["热热热热热", "热 热 热 热", "late late late", "漏水漏水漏水漏水", "very bad very bad very bad"]
)
def test_one_word_over_and_over_is_no_evidence(text: str) -> None:
    assert thin(text, least_words=3, least_han=4) == Fault("repetition")


@pytest.mark.parametrize("text", ["", "   ", "......", "😀😀", "\u200b", "late", "漏水"])
def test_too_little_is_no_evidence(text: str) -> None:
    fault = thin(text, least_words=4, least_han=6)
    assert fault is not None
    assert fault.code == "too-short"


@pytest.mark.parametrize(
    "text",
    [
        "Leak from door seal on 2 Nov, 13 Nov and today about 07:40.",
        "Engineer did not attend; no call logged.",
        "Refund £64.90 to the card, 3 May.",
        "The seal was refitted twice, not replaced.",
        "No prior fault on record, so nothing to compare with",
        "Seal fixed and tested",
        "Problem solved, new seal fitted",
        "师傅未上门却点了完成",
        "倉庫已簽收，退款未執行",
        "退还两成货款，五月三日前到账",
        "因为客服没有把换货单提交给仓库",
        "没有处理过这个投诉单据",
    ],
)
def test_a_short_honest_record_passes(text: str) -> None:
    assert thin(text, least_words=4, least_han=6) is None


def test_a_copy_is_known_whatever_its_length() -> None:
    assert copied(BOILER + "!", BOILER)
    assert copied("門上凹痕", "冰箱门上凹痕很大")
    assert copied("the seal", "They put the seal back.")
    assert not copied("A new seal was fitted on the second visit and tested for an hour", DISHWASHER)
    assert not copied("", BOILER)
    assert not copied("seal", "")


def test_a_regret_that_is_only_a_playbook_line_is_known() -> None:
    assert templated("Ms Wang, I am sorry you had to go through this and then chase us about it.", templates=LINES)
    assert templated("讓您遇到這件事，還要為此多次聯繫，我很抱歉。", templates=LINES)
    assert not templated("I am sorry you spent Tuesday in a cold house with the baby.", templates=LINES)
    assert not templated("", templates=LINES)


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=3), st.lists(st.text(max_size=8), max_size=2))
def test_any_text_is_judged(text: str, words: list[str], names: list[str]) -> None:
    known = {"too-short", "copy-of-customer", "template-line", "filler", "repetition"}
    assert codes(text, words, names=names) <= known
    assert 0 <= containment(text, " ".join(words), names=names) <= 1


@given(st.text(alphabet="abcdefgh 我你他来去 ,.。", min_size=1, max_size=200))
def test_whatever_the_customer_wrote_repeating_it_is_refused(text: str) -> None:
    assert codes(text, text)


def test_a_long_text_and_a_big_library_are_judged_while_the_agent_types() -> None:
    endings = ("today", "this week", "by letter", "on the phone", "for you", "at once")
    library = TemplateSet(f"{line} {ending}" for ending in endings for line in say_lines())
    assert len(library) > 1_500
    restatement_faults(HONEST_CHINESE[0][1], customer_words=[FRIDGE], templates=library, names=["王小明"])
    fastest = min(seconds_for(HONEST_CHINESE[number][1], library) for number in range(5))
    assert fastest < 0.005
    assert seconds_for("“a『" * 10_000 + "很 long " * 3_000, library) < 2


def seconds_for(text: str, library: TemplateSet) -> float:
    started = time.perf_counter()
    restatement_faults(text, customer_words=[FRIDGE], templates=library, names=["王小明", "Wang Li"])
    return time.perf_counter() - started
