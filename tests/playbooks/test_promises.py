"""An answer that promises something with a date is understood as the customer will understand it.

Where nothing else is said it is Tuesday 24 November 2026, 10:00 where the writer is. The sentences themselves are in
`test_promises_english` and `test_promises_chinese`; here is what holds for all of them.
"""

from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.calendars import ClosedDay, ExtraDay, Name, Window, WorkingTime
from playbooks.promises import Kind, Promise, dates_in, find, vague

LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
BOTH = "我明天下午三点前给您回电，退款三个工作日内到账"


def promised(text: str, now: datetime = NOW, calendar: WorkingTime | None = None) -> list[Promise]:
    assert isinstance(now.tzinfo, ZoneInfo)
    return find(text, now=now, timezone=now.tzinfo, calendar=calendar)


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=SHANGHAI)


def facts(text: str, now: datetime = NOW, calendar: WorkingTime | None = None) -> list[tuple[Kind, object]]:
    return [(one.kind, one.by or one.on) for one in promised(text, now, calendar)]


# When -----------------------------------------------------------------------------------------------------------------


def test_two_dates_in_one_sentence_are_two_promises() -> None:
    assert facts(BOTH) == [(Kind.CALL, at("2026-11-25", "15:00")), (Kind.REFUND, date(2026, 11, 27))]


def test_working_days_leap_over_the_weekend_and_tomorrow_does_not() -> None:
    friday = at("2026-11-27", "16:00")
    assert facts(BOTH, friday) == [(Kind.CALL, at("2026-11-28", "15:00")), (Kind.REFUND, date(2026, 12, 2))]


def test_the_calendar_that_is_passed_in_says_what_a_working_day_is() -> None:
    hours = WorkingTime.office_hours("Asia/Shanghai")
    calendar = WorkingTime(
        "Asia/Shanghai",
        hours.week,
        (ClosedDay(date(2026, 11, 25)), ClosedDay(date(2026, 11, 30))),
        (ExtraDay(date(2026, 11, 28), Name("make-up day"), (Window(9 * 60, 18 * 60),)),),
    )
    assert facts(BOTH, calendar=calendar) == [
        (Kind.CALL, at("2026-11-25", "15:00")),
        (Kind.REFUND, date(2026, 11, 28)),
    ]
    friday = at("2026-11-27", "16:00")
    assert facts("退款三个工作日内到账", friday, calendar) == [(Kind.REFUND, date(2026, 12, 2))]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("I will call you within 24 hours.", at("2026-11-25", "10:00")),
        ("I will call you within three days.", date(2026, 11, 27)),
        ("I will call you tomorrow morning.", at("2026-11-25", "12:00")),
        ("I will call you tomorrow afternoon.", at("2026-11-25", "18:00")),
        ("I will call you by close of business.", at("2026-11-24", "18:00")),
        ("I will call you by the end of the day.", at("2026-11-24", "18:00")),
        ("I will call you between 2 and 4pm tomorrow.", at("2026-11-25", "16:00")),
        ("I will call you on Thursday or Friday.", date(2026, 11, 27)),
        ("I will call you by Friday.", date(2026, 11, 27)),
        ("I will call you this week.", date(2026, 11, 27)),
        ("I will call you next week.", date(2026, 12, 4)),
        ("I will call you before Friday.", date(2026, 11, 26)),
        ("I will call you by five.", at("2026-11-24", "17:00")),
        ("I will call you by four this afternoon.", at("2026-11-24", "16:00")),
        ("下班前给您回电。", at("2026-11-24", "18:00")),
        ("三天内给您回电。", date(2026, 11, 27)),
        ("本周内给您回电。", date(2026, 11, 27)),
        ("周一致电给您。", date(2026, 11, 30)),
        ("星期一下午三點致電給您。", at("2026-11-30", "15:00")),
        ("明天晌午前给您回电。", at("2026-11-25", "12:00")),
    ],
)
def test_an_hour_gives_an_instant_and_a_day_a_day(text: str, due: datetime | date) -> None:
    assert facts(text) == [(Kind.CALL, due)]


def test_an_hour_belongs_to_the_day_that_was_said_before_it_in_the_sentence() -> None:
    assert facts("I'll text you at 9 tomorrow, and the engineer will be with you by 11.") == [
        (Kind.WRITE, at("2026-11-25", "09:00")),
        (Kind.VISIT, at("2026-11-25", "11:00")),
    ]
    assert facts("技师上星期二下午已经到府换了马达，四点二十分离开。") == []


def test_instants_are_utc_and_only_one_of_the_two_is_given() -> None:
    call, refund = promised(BOTH)
    assert call.by is not None
    assert (call.by.tzinfo, call.on, refund.by) == (UTC, None, None)


def test_what_was_promised_for_a_time_that_is_over_is_no_promise() -> None:
    assert facts("I will call you at 9 today.") == []
    assert facts("I will call you on 20 November.") == []


# What -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("I'll check and call you by 5.", [Kind.CALL]),
        ("I'll refund you and call you by 5.", [Kind.REFUND, Kind.CALL]),
        ("Tomorrow we will refund the fee and send you the charger.", [Kind.REFUND, Kind.SEND]),
        ("I'll call you and explain by 5.", [Kind.CALL]),
        ("We'll come and take it away on Saturday.", [Kind.VISIT]),
        ("周五前给您退款，并发短信通知您。", [Kind.REFUND, Kind.WRITE]),
        ("我明天核实清楚，再给您回电。", [Kind.CALL]),
        ("明天下午打电话给您说明情况。", [Kind.CALL]),
    ],
)
def test_a_date_has_one_promise_unless_two_deeds_of_different_kinds_share_it(text: str, kinds: list[Kind]) -> None:
    assert [one.kind for one in promised(text)] == kinds


def test_a_promise_is_marked_from_its_deed_to_its_date() -> None:
    text = "对不起。我明天下午三点前给您回电，退款三个工作日内到账。We will write to you by Friday, Ms Li."
    marked = [text[one.start : one.end] for one in promised(text)]
    assert marked == ["明天下午三点前给您回电", "三个工作日内到账", "write to you by Friday"]


def test_full_width_and_composed_characters_do_not_move_the_marks() -> None:
    text = "㍿ ＩＩ… Ｉ ｗｉｌｌ ｃａｌｌ ｙｏｕ ｔｏｍｏｒｒｏｗ．"
    (call,) = promised(text)
    assert text[call.start : call.end] == "ｃａｌｌ ｙｏｕ ｔｏｍｏｒｒｏｗ"


@pytest.mark.parametrize(
    "text",
    [
        "> I will call you tomorrow.\nWe have read this.",
        "You wrote: “We will refund you by Friday.”",
        'You wrote: "I will send it back tomorrow."',
        "您在信里说：「我明天给你们寄回去。」",
        "您写道：『退款三个工作日内到账』。",
        "Thank you.\n\n-----Original Message-----\nWe will call you tomorrow.",
        "Thank you.\n\nOn 23 November 2026 at 10:00, Support wrote:\nWe will call you tomorrow.",
    ],
)
def test_what_somebody_else_wrote_is_not_our_promise(text: str) -> None:
    assert promised(text) == []


def test_what_is_quoted_does_not_hide_our_own_words_beside_it() -> None:
    assert facts("Your “Aurora” lamp will be sent tomorrow.") == [(Kind.SEND, date(2026, 11, 25))]
    assert facts("您的「极光」台灯明天寄出。") == [(Kind.SEND, date(2026, 11, 25))]


def test_a_question_asks_for_a_yes_first() -> None:
    for text in [
        "明天下午三点给您回电，可以吗？",
        "I'll call you tomorrow at 3. Is that OK?",
        "Shall I call you tomorrow?",
    ]:
        assert promised(text) == []
    assert len(promised("I'll call you tomorrow, is there anything else you need?")) == 1


def test_a_condition_of_theirs_leaves_the_date_open_and_one_of_ours_only_a_length() -> None:
    assert promised("Once you confirm, we will refund you by Friday.") == []
    assert promised("核实后三个工作日内退款。") == []
    assert facts("核实后我明天给您回电。") == [(Kind.CALL, date(2026, 11, 25))]


def test_both_languages_can_stand_in_one_answer() -> None:
    assert [one.kind for one in promised("We will call you 明天 3pm. 退款周五前到账。")] == [Kind.CALL, Kind.REFUND]


# Soon -----------------------------------------------------------------------------------------------------------------

SOON = {
    "We'll get back to you shortly.": "shortly",
    "I will call you soon.": "soon",
    "We will refund you as soon as possible.": "as soon as possible",
    "You will hear from us in due course.": "in due course",
    "We'll send someone in the next few days.": "in the next few days",
    "我们会尽快处理。": "尽快",
    "稍后给您回电。": "稍后",
    "晚点给您答复。": "晚点",
    "過幾天再跟您聯絡。": "過幾天",
    "我們會儘快回覆您。": "儘快",
    "同事迟啲打俾你。": "迟啲",
}
NOT_SOON = [
    "We'll call you tomorrow, as soon as possible.",
    "Please send the form as soon as possible.",
    "请您尽快提供照片。",
    "我们会尽快处理，周五前给您答复。",
    "As soon as I hear, I will call you.",
    "You should call your bank soon.",
    "Shall I call you later on?",
    "See you soon.",
    "Get well soon.",
    "> We will call you soon.",
]


def test_soon_without_a_date_is_pointed_out() -> None:
    assert {text: "|".join(text[start:end] for start, end in vague(text)) for text in SOON} == SOON
    assert [text for text in NOT_SOON if vague(text)] == []


# Any text -------------------------------------------------------------------------------------------------------------

PIECES = [
    *(
        "I will",
        "we",
        "you",
        "call",
        "refund",
        "send",
        "the engineer",
        "tomorrow",
        "by Friday",
        "if",
        "and",
        "not",
        "?",
    ),
    *(
        "我们",
        "您",
        "明天",
        "三天内",
        "给您",
        "回电",
        "退款",
        "如果",
        "请",
        "，",
        "。",
        "「",
        "」",
        '"',
        "> ",
        "\n",
        "\u200b",
        "㍘",
    ),
    *(",", ".", "“", "soon", "尽快", "3", "前", "que", "\x00", "\ud800"),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_any_text_can_be_read(text: str) -> None:
    starts = {one.start for one in dates_in(text, now=NOW, timezone=SHANGHAI)}
    for one in promised(text):
        assert 0 <= one.start < one.end <= len(text)
        assert (one.by is None) != (one.on is None)
        assert any(one.start <= start < one.end for start in starts)
    for start, end in vague(text):
        assert 0 <= start < end <= len(text)


@settings(max_examples=60, deadline=None)
@given(texts)
def test_a_paragraph_before_it_moves_a_promise_but_does_not_change_it(text: str) -> None:
    before = "您好。\n\n"
    moved = promised(before + text)
    assert [(one.kind, one.start - len(before), one.by, one.on) for one in moved] == [
        (one.kind, one.start, one.by, one.on) for one in promised(text)
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "明天",
        ",",
        "，",
        "if ",
        "will ",
        "we will call you tomorrow and ",
        "「",
        '"',
        "> ",
        "给您回电，",
        "soon ",
        "a.",
    ],
)
def test_the_time_it_takes_grows_with_the_text_only(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = process_time()
    promised(text)
    vague(text)
    assert process_time() - began < 2


def test_an_answer_is_read_while_somebody_types() -> None:
    sentence = (
        "非常抱歉。我明天下午三点前给您回电，退款三个工作日内到账。I'll write to you by Friday with the outcome. "
    )
    text = (sentence * 40)[:2_000]
    promised(text)
    began = process_time()
    assert len(promised(text, NOW + timedelta(minutes=1))) > 60
    assert process_time() - began < 0.1
