"""A date can be said in many ways, in three scripts; each must be read as people mean it, and nothing else as a date.

Where nothing else is said it is Tuesday 24 November 2026, 10:42 UTC: 10:42 in London, 05:42 in New York and 18:42,
after hours, in Shanghai and Taipei. What is expected is local: an instant as "2026-11-25 15:00", a day as "2026-11-25".
"""

from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from office.calendars import ClosedDay, WorkingTime
from playbooks.promises import LONGEST_PHRASE, Calendar, When, dates_in, when

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
LONDON, SHANGHAI, TAIPEI, NEW_YORK = map(
    ZoneInfo, ("Europe/London", "Asia/Shanghai", "Asia/Taipei", "America/New_York")
)


def local(found: When | None, zone: ZoneInfo) -> str | None:
    if found is None:
        return None
    assert (found.by is None) != (found.on is None)
    if found.by is None:
        return found.on.isoformat()
    assert found.by.tzinfo is UTC
    return f"{found.by.astimezone(zone):%Y-%m-%d %H:%M}"


def read(text, *, at=NOW, zone=LONDON, calendar=None, language=None):
    return local(when(text, now=at, timezone=zone, calendar=calendar, language=language), zone)


def found_in(text, *, zone=LONDON):
    """The phrases found, with their dates; what is past in brackets."""
    found = dates_in(text, now=NOW, timezone=zone)
    dates = [f"({local(one, zone)})" if one.past else local(one, zone) for one in found]
    return [(text[one.start : one.end], said) for one, said in zip(found, dates, strict=True)]


def lines(block):
    return [line.strip() for line in block.splitlines() if line.strip()]


def in_london(day, hour="00:00"):
    return datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=LONDON)


# What people type -----------------------------------------------------------------------------------------------------

DAYS = {
    "today": "2026-11-24",
    "tomorrow": "2026-11-25",
    "TOMORROW": "2026-11-25",
    "tommorow": "2026-11-25",
    "tmrw": "2026-11-25",
    "the day after tomorrow": "2026-11-26",
    "in 3 days": "2026-11-27",
    "Friday": "2026-11-27",
    "fri": "2026-11-27",
    "this Friday": "2026-11-27",
    "next Friday": "2026-12-04",
    "next   friday": "2026-12-04",
    "next Tuesday": "2026-12-01",
    "Tuesday": "2026-12-01",
    "this Monday": "2026-11-30",
    "coming Friday": "2026-11-27",
    "Friday next week": "2026-12-04",
    "next week on Friday": "2026-12-04",
    "Tuesday week": "2026-12-08",
    "a week today": "2026-12-01",
    "a week on Friday": "2026-12-04",
    "two weeks from Monday": "2026-12-14",
    "in a fortnight": "2026-12-08",
    "the 25th": "2026-11-25",
    "on the 3rd": "2026-12-03",
    "the 31st": "2026-12-31",
    "the 3rd of next month": "2026-12-03",
    "25 Dec": "2026-12-25",
    "25th of December": "2026-12-25",
    "December 25th": "2026-12-25",
    "Dec 25 2027": "2027-12-25",
    "Fri 25 Dec": "2026-12-25",
    "Friday, 25 December 2026": "2026-12-25",
    "the second of May 2027": "2027-05-02",
    "3 January": "2027-01-03",
    "29 Feb 2028": "2028-02-29",
    "2026-12-25": "2026-12-25",
    "2026/12/25": "2026-12-25",
    "25/12/2026": "2026-12-25",
    "12/25/2026": "2026-12-25",
    "25.12.2026": "2026-12-25",
    "25/12": "2026-12-25",
    "25/12/26": "2026-12-25",
    "Christmas": "2026-12-25",
    "two days after Christmas": "2026-12-27",
    "two days before Christmas": "2026-12-23",
    "Saturday": "2026-11-28",
    "on Sat": "2026-11-28",
    "the weekend": "2026-11-29",
    "next weekend": "2026-12-06",
    "in a month": "2026-12-24",
    "in two weeks' time": "2026-12-08",
    "in three days’ time": "2026-11-27",
}

HOURS = {
    "tomorrow 3pm": "2026-11-25 15:00",
    "3PM tomorrow": "2026-11-25 15:00",
    "tomorrow at 3": "2026-11-25 15:00",
    "tomorrow 3": "2026-11-25 15:00",
    "at 3": "2026-11-24 15:00",
    "at three": "2026-11-24 15:00",
    "at three thirty": "2026-11-24 15:30",
    "15:00": "2026-11-24 15:00",
    "3:30": "2026-11-24 15:30",
    "03:30": "2026-11-25 03:30",
    "at 9": "2026-11-25 09:00",
    "at 12": "2026-11-24 12:00",
    "at 7": "2026-11-24 19:00",
    "12am": "2026-11-25 00:00",
    "12pm": "2026-11-24 12:00",
    "0:15": "2026-11-25 00:15",
    "24:00": "2026-11-25 00:00",
    "noon": "2026-11-24 12:00",
    "12 noon": "2026-11-24 12:00",
    "midnight": "2026-11-25 00:00",
    "midnight tonight": "2026-11-25 00:00",
    "tomorrow at noon": "2026-11-25 12:00",
    "3.30pm": "2026-11-24 15:30",
    "3.30 p.m.": "2026-11-24 15:30",
    "15pm": "2026-11-24 15:00",
    "half past nine": "2026-11-25 09:30",
    "half nine": "2026-11-25 09:30",
    "quarter to four": "2026-11-24 15:45",
    "ten past four": "2026-11-24 16:10",
    "at ten to four": "2026-11-24 15:50",
    "3 o'clock": "2026-11-24 15:00",
    "3 in the afternoon": "2026-11-24 15:00",
    "nine in the morning": "2026-11-25 09:00",
    "8 at night": "2026-11-24 20:00",
    "11pm": "2026-11-24 23:00",
    "Friday at 5": "2026-11-27 17:00",
    "by 5 on Friday": "2026-11-27 17:00",
    "on Friday, at 3pm": "2026-11-27 15:00",
    "2026-12-25 14:30": "2026-12-25 14:30",
    "2026-12-25T14:30": "2026-12-25 14:30",
    "2026-12-25T14:30Z": "2026-12-25 14:30",
    "2026-12-25T14:30+08:00": "2026-12-25 06:30",
    "Sat 3pm": "2026-11-28 15:00",
    "Tuesday 3pm": "2026-11-24 15:00",
    "Tuesday 9am": "2026-12-01 09:00",
    "3 Dec at 10": "2026-12-03 10:00",
    "the 25th at noon": "2026-11-25 12:00",
    "in 3 days at 4pm": "2026-11-27 16:00",
    "at 3ish": "2026-11-24 15:00",
    "at 10 sharp": "2026-11-25 10:00",
}

PARTS_AND_ENDS = {
    "this morning": "2026-11-24 12:00",
    "in the morning": "2026-11-25 12:00",
    "this afternoon": "2026-11-24 18:00",
    "in the afternoon": "2026-11-24 18:00",
    "tonight": "2026-11-24 22:00",
    "tomorrow morning": "2026-11-25 12:00",
    "tomorrow afternoon": "2026-11-25 18:00",
    "tomorrow night": "2026-11-25 22:00",
    "Friday evening": "2026-11-27 22:00",
    "first thing tomorrow": "2026-11-25 10:00",
    "first thing Monday morning": "2026-11-30 10:00",
    "Friday lunchtime": "2026-11-27 14:00",
    "by close of business": "2026-11-24 18:00",
    "COB Friday": "2026-11-27 18:00",
    "close of business on Friday": "2026-11-27 18:00",
    "by the end of the day": "2026-11-24 18:00",
    "EOD tomorrow": "2026-11-25 18:00",
    "end of Friday": "2026-11-27 18:00",
    "end of the week": "2026-11-27 18:00",
    "EOW": "2026-11-27 18:00",
    "by the end of next week": "2026-12-04 18:00",
    "next week": "2026-12-04 18:00",
    "this week": "2026-11-27 18:00",
    "end of the month": "2026-11-30 18:00",
    "end of next month": "2026-12-31 18:00",
    "by the end of December": "2026-12-31 18:00",
    "in December": "2026-12-31 18:00",
    "by March": "2027-03-31 18:00",
    "mid-December": "2026-12-15",
    "early next week": "2026-12-01",
    "late next week": "2026-12-04 18:00",
    "by the end of the year": "2026-12-31 18:00",
}

LENGTHS = {
    "in 2 hours": "2026-11-24 12:42",
    "in two hours": "2026-11-24 12:42",
    "2 hrs": "2026-11-24 12:42",
    "in 20mins": "2026-11-24 11:02",
    "in half an hour": "2026-11-24 11:12",
    "half an hour": "2026-11-24 11:12",
    "in a quarter of an hour": "2026-11-24 10:57",
    "an hour and a half": "2026-11-24 12:12",
    "in two and a half hours": "2026-11-24 13:12",
    "in 1½ hours": "2026-11-24 12:12",
    "in 1 hour 30 minutes": "2026-11-24 12:12",
    "within 24 hours": "2026-11-25 10:42",
    "within the hour": "2026-11-24 11:42",
    "within the next 48 hours": "2026-11-26 10:42",
    "in 1.5 days": "2026-11-25 22:42",
    "two working days": "2026-11-26 18:00",
    "within one working day": "2026-11-25 18:00",
    "3–5 working days": "2026-12-01 18:00",
    "3 to 5 business days": "2026-12-01 18:00",
    "next working day": "2026-11-25 18:00",
    "within 4 working hours": "2026-11-24 14:42",
    "up to 10 working days": "2026-12-08 18:00",
    "a day or two": "2026-11-26",
    "in three to four weeks": "2026-12-22",
    "a couple of days": "2026-11-26",
    "in twenty-five days": "2026-12-19",
}

BOUNDS_AND_RANGES = {
    "by Friday": "2026-11-27",
    "before Friday": "2026-11-26 18:00",
    "before noon on Friday": "2026-11-27 12:00",
    "no later than Friday": "2026-11-27",
    "by Friday at the latest": "2026-11-27",
    "until tomorrow": "2026-11-25",
    "before the weekend": "2026-11-27 18:00",
    "before next week": "2026-11-27 18:00",
    "before Christmas": "2026-12-24 18:00",
    "between 2 and 4 tomorrow": "2026-11-25 16:00",
    "tomorrow between 2 and 4": "2026-11-25 16:00",
    "tomorrow 2-4pm": "2026-11-25 16:00",
    "tomorrow 2-4": "2026-11-25 16:00",
    "2-4pm": "2026-11-24 16:00",
    "between 9 and 5": "2026-11-24 17:00",
    "from 10pm to 2am": "2026-11-25 02:00",
    "between 10:00 and 12:00 tomorrow": "2026-11-25 12:00",
    "Monday to Wednesday": "2026-12-02",
    "Thursday or Friday": "2026-11-27",
    "25-27 December": "2026-12-27",
    "25 December to 2 January": "2027-01-02",
    "tomorrow morning or Thursday afternoon": "2026-11-26 18:00",
    "Monday to Wednesday, 9am to 11am": "2026-12-02 11:00",
    "after 3pm tomorrow": "2026-11-25",
    "tomorrow before noon": "2026-11-25 12:00",
}

SIMPLIFIED = {
    "明天下午三点": "2026-11-25 15:00",
    "今天": "2026-11-24",
    "明天": "2026-11-25",
    "后天": "2026-11-26",
    "大后天": "2026-11-27",
    "明早9点": "2026-11-25 09:00",
    "明晚8点": "2026-11-25 20:00",
    "今晚": "2026-11-24 22:00",
    "周五": "2026-11-27",
    "周二": "2026-12-01",
    "这周五": "2026-11-27",
    "本周日": "2026-11-29",
    "下周五": "2026-12-04",
    "下周一": "2026-11-30",
    "下下周三": "2026-12-09",
    "下周的周五": "2026-12-04",
    "星期天": "2026-11-29",
    "周末": "2026-11-29",
    "下周末": "2026-12-06",
    "下周五上午十点半": "2026-12-04 10:30",
    "周三17:00前": "2026-11-25 17:00",
    "下个月三号": "2026-12-03",
    "本月30日": "2026-11-30",
    "明年1月3日": "2027-01-03",
    "12月25日": "2026-12-25",
    "12月25号": "2026-12-25",
    "12月25": "2026-12-25",
    "十二月二十五日": "2026-12-25",
    "二〇二六年十二月廿五日": "2026-12-25",
    "2026年12月25日": "2026-12-25",
    "26年12月25日": "2026-12-25",
    "12月25日（周五）下午3点至5点之间": "2026-12-25 17:00",
    "12月25-27日": "2026-12-27",
    "25号前": "2026-11-25",
    "31号": "2026-12-31",
    "元旦": "2027-01-01",
    "圣诞节前": "2026-12-25",
    "三天后": "2026-11-27",
    "两周后": "2026-12-08",
    "三日内": "2026-11-27",
    "半个月后": "2026-12-09",
    "一年内": "2027-11-24",
    "半小时": "2026-11-24 19:12",
    "半小时后": "2026-11-24 19:12",
    "一小时后": "2026-11-24 19:42",
    "一个半小时后": "2026-11-24 20:12",
    "1.5小时内": "2026-11-24 20:12",
    "24 小时内": "2026-11-25 18:42",
    "48小时之内": "2026-11-26 18:42",
    "一刻钟后": "2026-11-24 18:57",
    "两三天内": "2026-11-27",
    "一两天": "2026-11-26",
    "两天后下午三点": "2026-11-26 15:00",
    "三个工作日内": "2026-11-27 18:00",
    "3到5个工作日": "2026-12-01 18:00",
    "3-5个工作日": "2026-12-01 18:00",
    "一个工作日内": "2026-11-25 18:00",
    "下一个工作日": "2026-11-25 18:00",
    "4个工作小时内": "2026-11-25 13:00",
    "下班前": "2026-11-25 18:00",
    "明天下班前": "2026-11-25 18:00",
    "周五下班之前": "2026-11-27 18:00",
    "月底": "2026-11-30 18:00",
    "月底前": "2026-11-30 18:00",
    "本月内": "2026-11-30 18:00",
    "12月底前": "2026-12-31 18:00",
    "12月中旬": "2026-12-20",
    "12月上旬": "2026-12-10",
    "下个月底": "2026-12-31 18:00",
    "年底前": "2026-12-31 18:00",
    "本周内": "2026-11-27 18:00",
    "这周": "2026-11-27 18:00",
    "下周": "2026-12-04 18:00",
    "下周前": "2026-11-27 18:00",
    "周五前": "2026-11-27",
    "12月3日前": "2026-12-03",
    "明天中午前": "2026-11-25 12:00",
    "明天下午3:30": "2026-11-25 15:30",
    "明天15：30前": "2026-11-25 15:30",
    "三点半前": "2026-11-25 15:30",
    "三点": "2026-11-25 15:00",
    "一点半": "2026-11-25 13:30",
    "三点一刻": "2026-11-25 15:15",
    "十点三刻": "2026-11-25 10:45",
    "三点零五分": "2026-11-25 15:05",
    "15点30分": "2026-11-25 15:30",
    "最迟周五": "2026-11-27",
    "最迟明天下午五点": "2026-11-25 17:00",
    "明天最迟三点": "2026-11-25 15:00",
    "不晚于周五": "2026-11-27",
    "到周五": "2026-11-27",
    "下午两点到四点": "2026-11-25 16:00",
    "上午11点到1点": "2026-11-25 13:00",
    "明天2-4点": "2026-11-25 16:00",
    "明天晚上7点到9点": "2026-11-25 21:00",
    "周一到周三晚上7点到9点": "2026-12-02 21:00",
    "今晚7点到9点": "2026-11-24 21:00",
    "月内": "2026-11-30 18:00",
    "12月内": "2026-12-31 18:00",
    "9点至11点": "2026-11-25 11:00",
    "周一到周三": "2026-12-02",
    "下周一到周三": "2026-12-02",
    "周四或周五": "2026-11-27",
    "晚上12点": "2026-11-25 00:00",
    "明天零点": "2026-11-25 00:00",
    "明天凌晨3点": "2026-11-25 03:00",
    "中午一点": "2026-11-25 13:00",
    "上午12点": "2026-11-25 12:00",
    "下午12点半": "2026-11-25 12:30",
    "明天一早": "2026-11-25 10:00",
    "傍晚": "2026-11-24 19:00",
    "未来三天": "2026-11-27",
    "再过两天": "2026-11-26",
    "明天EOD前": "2026-11-25 18:00",
}

TRADITIONAL = {
    "明天下午３點": "2026-11-25 15:00",
    "後天": "2026-11-26",
    "大後天早上": "2026-11-27 12:00",
    "禮拜五": "2026-11-27",
    "週五": "2026-11-27",
    "星期五上午": "2026-11-27 12:00",
    "下禮拜三": "2026-12-02",
    "下個禮拜日": "2026-12-06",
    "這個星期五": "2026-11-27",
    "下週一早上九點半": "2026-11-30 09:30",
    "本週內": "2026-11-27 18:00",
    "下週末": "2026-12-06",
    "兩天後": "2026-11-26",
    "兩個鐘後": "2026-11-24 20:42",
    "個半鐘後": "2026-11-24 20:12",
    "半個小時內": "2026-11-24 19:12",
    "三個工作天內": "2026-11-27 18:00",
    "兩個營業日內": "2026-11-26 18:00",
    "兩個星期內": "2026-12-08",
    "十五分鐘內": "2026-11-24 18:57",
    "聽日下晝三點": "2026-11-25 15:00",
    "聽日": "2026-11-25",
    "後日": "2026-11-26",
    "今晚八點": "2026-11-24 20:00",
    "聽晚": "2026-11-25 22:00",
    "放工前": "2026-11-25 18:00",
    "禮拜五放工前": "2026-11-27 18:00",
    "收工前": "2026-11-25 18:00",
    "月尾": "2026-11-30 18:00",
    "１２月２５號": "2026-12-25",
    "民國115年12月25日": "2026-12-25",
    "下個月十號": "2026-12-10",
    "明天中午十二點": "2026-11-25 12:00",
    "晚上十一點半": "2026-11-24 23:30",
    "最遲週五": "2026-11-27",
    "週四或週五": "2026-11-27",
    "９點到１１點之間": "2026-11-25 11:00",
    "１５：３０": "2026-11-25 15:30",
    "廿五號": "2026-11-25",
    "週六下午兩點鐘": "2026-11-28 14:00",
}


@pytest.mark.parametrize("table", [DAYS, HOURS, PARTS_AND_ENDS, LENGTHS, BOUNDS_AND_RANGES])
def test_english_is_read_as_people_mean_it(table: dict[str, str]) -> None:
    assert {typed: read(typed) for typed in table} == table


def test_simplified_chinese_is_read_as_people_mean_it() -> None:
    assert {typed: read(typed, zone=SHANGHAI) for typed in SIMPLIFIED} == SIMPLIFIED


def test_traditional_chinese_is_read_as_people_mean_it() -> None:
    assert {typed: read(typed, zone=TAIPEI) for typed in TRADITIONAL} == TRADITIONAL


@pytest.mark.parametrize(
    "typed",
    [" tomorrow ", "Tomorrow.", "tomorrow!", "tomo\u200brrow", "明天。", "\u3000明天\n", "\u202b明天\u202c"],
)
def test_what_is_typed_around_a_date_does_not_matter(typed: str) -> None:
    assert read(typed) == "2026-11-25"


UNCLEAR = """
    03/04
    03/04/2026
    01/02/03
    Friday 26 December
    12月25日（周四）
    29 Feb
    29 Feb 2027
    2月29日
    31 November
    31st November 2026
    2026-02-30
    13月1日
    32号
    25:00
    24:30
    13:60
    13am
    0pm
    上午15点
    3日前
    9999999 days
    in 9999 years
    in 300 working days
    every Friday
    每周五
    每天上午9点
    daily at 9
    every two weeks
    from Friday
    周五起
    after Friday
    周五以后
    Monday to Friday
    Mon–Fri 9:00-18:00
    周一至周五 9:00-18:00
    9am to 5pm Monday to Friday
    the following Monday
    within 24 hours of receipt
    in 5 working days after we hear from you
    收到后五个工作日内
    soon
    a few days
    几天内
    改天
    tomorrow please call
    明天给您回电
    tomorrow, Friday
"""


def test_what_leaves_open_when_is_no_date() -> None:
    assert [typed for typed in lines(UNCLEAR) if read(typed)] == []


PAST = """
    yesterday
    the day before yesterday
    last Friday
    last week
    last night
    three days ago
    2 hours ago
    two working days ago
    2 November
    20 Nov
    2026-11-23
    2026-11-24 10:42
    today at 9
    today 10:00
    before today
    昨天
    前天
    大前天
    昨晚
    上周五
    上个月
    本周一
    三天前
    3天之前
    两个小时前
    今天九点
    今早八点
    去年12月25日
    11月20日
"""


def test_what_is_over_cannot_be_planned_but_is_marked_where_it_is_told() -> None:
    assert [typed for typed in lines(PAST) if read(typed)] == []
    told = {typed: dates_in(typed, now=NOW, timezone=LONDON) for typed in lines(PAST)}
    assert [typed for typed, found in told.items() if [one.past for one in found] != [True]] == []


# When it is asked -----------------------------------------------------------------------------------------------------

SATURDAY, SUNDAY = in_london("2026-11-28", "11:00"), in_london("2026-11-29", "11:00")
AFTERNOON, NIGHT = in_london("2026-11-24", "15:00"), in_london("2026-11-24", "20:00")
NEW_YEARS_EVE, JANUARY = in_london("2026-12-31", "11:00"), in_london("2027-01-31", "11:00")
BEFORE_FEBRUARY_29 = in_london("2028-01-10", "11:00")


@pytest.mark.parametrize(
    ("at", "typed", "expected"),
    [
        (SATURDAY, "next Monday", "2026-11-30"),
        (SATURDAY, "下周一", "2026-11-30"),
        (SATURDAY, "this Monday", "2026-11-30"),
        (SATURDAY, "Monday", "2026-11-30"),
        (SATURDAY, "下下周一", "2026-12-07"),
        (SATURDAY, "this weekend", "2026-11-29"),
        (SATURDAY, "this week", "2026-11-29"),
        (SATURDAY, "two working days", "2026-12-01 18:00"),
        (SATURDAY, "by close of business", "2026-11-30 18:00"),
        (SATURDAY, "下班前", "2026-11-30 18:00"),
        (SATURDAY, "close of business on Sunday", "2026-11-29 18:00"),
        (SUNDAY, "next Sunday", "2026-12-06"),
        (SUNDAY, "Sunday", "2026-12-06"),
        (SUNDAY, "Sunday 3pm", "2026-11-29 15:00"),
        (SUNDAY, "this Sunday", "2026-11-29"),
        (SUNDAY, "本周日", "2026-11-29"),
        (SUNDAY, "next Friday", "2026-12-04"),
        (SUNDAY, "下周五", "2026-12-04"),
        (SUNDAY, "本周五", None),
        (AFTERNOON, "at 9", "2026-11-25 09:00"),
        (AFTERNOON, "9:00", "2026-11-25 09:00"),
        (AFTERNOON, "at 3", "2026-11-25 15:00"),
        (AFTERNOON, "九点", "2026-11-25 09:00"),
        (AFTERNOON, "today at 9", None),
        (AFTERNOON, "今天九点", None),
        (AFTERNOON, "this morning", None),
        (AFTERNOON, "in the morning", "2026-11-25 12:00"),
        (AFTERNOON, "in the afternoon", "2026-11-25 18:00"),
        (AFTERNOON, "下午", "2026-11-24 18:00"),
        (AFTERNOON, "上午", "2026-11-25 12:00"),
        (AFTERNOON, "Tuesday 2pm", "2026-12-01 14:00"),
        (NIGHT, "by the end of the day", "2026-11-24"),
        (NIGHT, "by close of business", "2026-11-25 18:00"),
        (NIGHT, "by close of business today", None),
        (NIGHT, "this afternoon", None),
        (NIGHT, "tonight", "2026-11-24 22:00"),
        (NIGHT, "今天内", "2026-11-24"),
        (NEW_YEARS_EVE, "tomorrow", "2027-01-01"),
        (NEW_YEARS_EVE, "2 January", "2027-01-02"),
        (NEW_YEARS_EVE, "1月2日", "2027-01-02"),
        (NEW_YEARS_EVE, "30 December", None),
        (NEW_YEARS_EVE, "next month", "2027-01-29 18:00"),
        (NEW_YEARS_EVE, "年底", "2026-12-31 18:00"),
        (NEW_YEARS_EVE, "明年1月3日", "2027-01-03"),
        (NEW_YEARS_EVE, "next week", "2027-01-08 18:00"),
        (JANUARY, "in a month", "2027-02-28"),
        (JANUARY, "一个月后", "2027-02-28"),
        (JANUARY, "the 30th", "2027-03-30"),
        (JANUARY, "下个月30号", None),
        (JANUARY, "end of the month", "2027-01-31"),
        (BEFORE_FEBRUARY_29, "29 Feb", "2028-02-29"),
        (BEFORE_FEBRUARY_29, "in a year", "2029-01-10"),
    ],
    ids=str,
)
def test_what_a_date_means_depends_on_when_it_is_said(at: datetime, typed: str, expected: str | None) -> None:
    assert read(typed, at=at) == expected


@pytest.mark.parametrize(
    ("zone", "typed", "utc"),
    [
        (LONDON, "tomorrow 3pm", "2026-11-25T15:00"),
        (SHANGHAI, "明天下午三点", "2026-11-25T07:00"),
        (NEW_YORK, "tomorrow 3pm", "2026-11-25T20:00"),
        (NEW_YORK, "at 9", "2026-11-24T14:00"),
        (SHANGHAI, "at 9", "2026-11-25T01:00"),
        (SHANGHAI, "24小时内", "2026-11-25T10:42"),
        (NEW_YORK, "by close of business", "2026-11-24T23:00"),
        # The clocks leap over these, so they move forward; of two equal ones it is the first.
        (LONDON, "28 March 2027 01:30", "2027-03-28T01:30"),
        (NEW_YORK, "14 March 2027 02:30", "2027-03-14T07:30"),
        (LONDON, "31 October 2027 01:30", "2027-10-31T00:30"),
        (NEW_YORK, "7 November 2027 01:30", "2027-11-07T05:30"),
        (LONDON, "27 March 2027 15:00", "2027-03-27T15:00"),
        (LONDON, "28 March 2027 15:00", "2027-03-28T14:00"),
    ],
    ids=str,
)
def test_local_time_becomes_the_right_instant(zone: ZoneInfo, typed: str, utc: str) -> None:
    assert when(typed, now=NOW, timezone=zone).by == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_hours_are_counted_in_time_and_days_in_dates_when_the_clocks_change() -> None:
    before = in_london("2027-03-27", "15:00")
    assert read("in 24 hours", at=before) == "2027-03-28 16:00"
    assert read("tomorrow at 3", at=before) == "2027-03-28 15:00"
    assert read("in 1 day", at=before) == "2027-03-28"


def test_today_is_the_day_where_the_agent_is() -> None:
    late = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    assert [read("tomorrow", at=late, zone=zone) for zone in (LONDON, TAIPEI)] == ["2026-11-25", "2026-11-26"]


# Whose calendar and whose figures -------------------------------------------------------------------------------------

NINE_TO_SIX = WorkingTime.office_hours("Europe/London")
THURSDAY_OFF: Calendar = WorkingTime("Europe/London", NINE_TO_SIX.week, (ClosedDay(date(2026, 11, 26)),))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("two working days", "2026-11-27 18:00"),
        ("before Friday", "2026-11-25 18:00"),
        ("close of business on Thursday", "2026-11-26 18:00"),
        ("two working days before Monday", "2026-11-25"),
        ("two working days after Wednesday", "2026-11-30 18:00"),
        ("within 20 working hours", "2026-11-27 12:42"),
        ("in two days", "2026-11-26"),
    ],
)
def test_the_calendar_says_what_a_working_day_is(typed: str, expected: str) -> None:
    assert read(typed, calendar=THURSDAY_OFF) == expected


def test_a_team_that_closes_at_noon_closes_at_noon() -> None:
    mornings = WorkingTime.read({"time_zone": "Europe/London", "windows": {"1": [["09:00", "12:00"]]}})
    assert read("by close of business", calendar=mornings) == "2026-11-24 12:00"
    assert read("下班前", calendar=mornings, at=AFTERNOON) == "2026-12-01 12:00"
    assert read("end of the week", calendar=mornings, at=AFTERNOON) == "2026-11-29"
    assert read("end of the month", calendar=mornings) == "2026-11-24 12:00"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, None),
        ("en", None),
        ("en-GB", "2027-04-03"),
        ("en-US", "2027-03-04"),
        ("zh-Hans", "2027-03-04"),
        ("zh-Hant-TW", "2027-03-04"),
        ("zh-Hant-HK", "2027-04-03"),
    ],
)
def test_only_a_region_says_how_to_read_figures(language: str | None, expected: str | None) -> None:
    assert read("03/04/2027", language=language) == expected


# In a letter ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We'll call you tomorrow at three.", [("tomorrow at three", "2026-11-25 15:00")]),
        ("I'll ring you at 3 if that suits.", [("at 3", "2026-11-24 15:00")]),
        ("By Friday you get an answer", [("By Friday", "2026-11-27")]),
        (
            "I will call on Friday, and write by 5 pm on Monday.",
            [("on Friday", "2026-11-27"), ("by 5 pm on Monday", "2026-11-30 17:00")],
        ),
        ("The refund takes 3–5 working days.", [("3–5 working days", "2026-12-01 18:00")]),
        ("in force since 15 Apr 2026, as you know", []),
        ("You wrote on 2 November.", [("on 2 November", "(2026-11-02)")]),
        ("Three days ago I told you: tomorrow.", [("Three days ago", "(2026-11-21)"), ("tomorrow", "2026-11-25")]),
        ("We open at 9 every day.", []),
        ("Our lines are open Monday to Friday, 9am to 5pm.", []),
        ("We call\nyou back next\nFriday.", [("next\nFriday", "2026-12-04")]),
        ("Tomorrow\n\nFriday", [("Tomorrow", "2026-11-25"), ("Friday", "2026-11-27")]),
        ("“tomorrow”, (Friday) **3pm** 😊tonight😊", None),
        ("明天下午三点前回电", [("明天下午三点前", "2026-11-25 15:00")]),
        ("周五之前给您书面答复，下周一上门", [("周五之前", "2026-11-27"), ("下周一", "2026-11-30")]),
        ("我们会在3個工作天內，最遲週五回覆您", [("在3個工作天內", "2026-11-27 18:00"), ("最遲週五", "2026-11-27")]),
        ("预计3-5个工作日到账", [("3-5个工作日", "2026-12-01 18:00")]),
        ("本周一定处理", [("本周", "2026-11-27 18:00")]),
        ("麻烦确认一下周五的时间", [("周五", "2026-11-27")]),
        ("下周到货", [("下周", "2026-12-04 18:00")]),
        ("今天天气不好，后天上门", [("今天", "2026-11-24"), ("后天", "2026-11-26")]),
        ("三天前您来电，三天内我们回电", [("三天前", "(2026-11-21)"), ("三天内", "2026-11-27")]),
        ("收到寄回的商品后，三天内退款", None),
        ("下午三点十分抱歉", [("下午三点", "2026-11-24 15:00")]),
        ("We will call you 明天 3pm", [("明天 3pm", "2026-11-25 15:00")]),
        ("will call  ｔｏｍｏｒｒｏｗ　３ＰＭ", [("ｔｏｍｏｒｒｏｗ　３ＰＭ", "2026-11-25 15:00")]),
        ("㍘ ㏠ ①", None),
    ],
    ids=str,
)
def test_dates_are_found_where_they_stand(text: str, expected: list[tuple[str, str]] | None) -> None:
    found = found_in(text)
    if expected is not None:
        assert found == expected


NO_DATES = """
    call me on 3 lines
    call me at 3 addresses
    by 5 people, at 5 percent, before 3 witnesses
    between 3 and 5 boxes
    open 24/7
    version 3.5, v2.11, Python 3.11.7
    12 pounds, £5, $3.30, 5€, 12%
    room 5, floor 2, the 2nd floor
    by the 3rd attempt
    my 10th or 11th time
    020 7946 0958, +44 20 7946 0958, 020-7946-0958, 400-123-4567
    order 77-20418, FS-12, #25, C-2041, 4821-0937-5
    192.168.1.10
    https://example.org/2026/12/25/
    page 3/4, score 3-5, ratio 16:9
    you may call, we may be late
    they march on
    just a second, a second letter, one moment
    Mon ami
    Sat down, the sun, he wed her, they sat
    on a Friday
    on Mondays
    good morning, Good afternoon
    the morning post
    one day, someday
    I waited three days
    two hours on the phone
    how easy was it, from 1 to 7?
    today's and tomorrow's
    fridays
    a week
    nothing at first, at one point, at last
    20 years or so
    at 3.5 volts
    3 to 1
    服务周到，明白，周围的人
    下午茶，早上好，下午好
    有一点问题，早一点，一点也不
    以下三点建议
    您专门空出一上午
    第三天，第3天，第二次
    订单25号，3号楼，5号线，12号客服
    七日无理由退货，7日无理由
    500日元
    下一位，下单，一下
    三个月，两年，半天
    等了两个小时
    两点说明
    注明日期
    周转，周年，周期
    每周五，每天9点，每月5号，每个工作日上午9点
    后来，最后，然后，以后
    一般，一定，统一，三方
    万一，唯一
    前台，后台，前往
    25/13，13/25
"""


def test_what_only_looks_like_a_date_is_none() -> None:
    assert [(text, found) for text in lines(NO_DATES) if (found := found_in(text))] == []
    assert [text for text in lines(NO_DATES) if found_in(f"Note: {text}\n\n好的。")] == []


# Any text -------------------------------------------------------------------------------------------------------------

EXAMPLES = [*DAYS, *HOURS, *PARTS_AND_ENDS, *LENGTHS, *BOUNDS_AND_RANGES, *SIMPLIFIED, *TRADITIONAL, *lines(PAST)]
PIECES = [
    *EXAMPLES,
    *UNCLEAR.split(),
    *NO_DATES.split(),
    "at",
    "by",
    "to",
    "-",
    "，",
    "(",
    ")",
    "前",
    "后",
    "3",
    "\u200b",
]
letters = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map(" ".join)
zones = st.sampled_from([LONDON, SHANGHAI, TAIPEI, NEW_YORK])
hours = st.integers(1971, 2199).map(lambda year: NOW.replace(year=year)) | st.integers(0, 10**9).map(
    lambda seconds: NOW + timedelta(seconds=seconds)
)


@settings(max_examples=80, deadline=None)
@given(letters, zones, hours)
def test_any_text_at_any_hour_can_be_read(text: str, zone: ZoneInfo, now: datetime) -> None:
    end = 0
    for one in dates_in(text, now=now, timezone=zone):
        assert end <= one.start < one.end <= len(text)
        end = one.end
        assert (one.by is None) != (one.on is None)
        assert one.past == (one.by <= now if one.by else one.on < now.astimezone(zone).date())
    planned = when(text, now=now, timezone=zone)
    assert planned is None or not planned.past


@settings(max_examples=80, deadline=None)
@given(letters)
def test_what_stands_before_moves_a_date_but_does_not_change_it(text: str) -> None:
    before = "您好。Dear all.\n\n"
    shifted = dates_in(before + text, now=NOW, timezone=LONDON)
    assert [(one.start - len(before), one.end - len(before), one.by, one.on) for one in shifted] == [
        (one.start, one.end, one.by, one.on) for one in dates_in(text, now=NOW, timezone=LONDON)
    ]


@settings(max_examples=80, deadline=None)
@given(letters)
@example("三点 2026-12-25T14:30")
def test_what_is_marked_in_a_letter_is_the_phrase_itself(text: str) -> None:
    for one in dates_in(text, now=NOW, timezone=LONDON):
        alone = when(text[one.start : one.end], now=NOW, timezone=LONDON)
        assert one.past or (alone.by, alone.on) == (one.by, one.on)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\x00tomorrow\x00",
        "\ud800明天\udfff",
        "\u202etomorrow\u202c",
        "👩‍👩‍👧 3",
        "٣:٠٠",
        "1" * 5000,
        "一" * 5000,
        "99999999999999999999 天后",
        "明" * LONGEST_PHRASE * 2,
    ],
    ids=repr,
)
def test_strange_texts_are_read_too(text: str) -> None:
    assert when(text, now=NOW, timezone=LONDON) in {None, When(1, 9, on=date(2026, 11, 25))}
    for one in dates_in(text, now=NOW, timezone=LONDON):
        assert "tomorrow" in text[one.start : one.end] or "明天" in text[one.start : one.end]


@pytest.mark.parametrize(
    "piece",
    ["the ", "1 to ", "by at ", "下", "3-", "1:", "in 1 hour and ", "\n ", "明天 or ", "(", "Friday, ", "\u200b一"],
)
def test_the_time_it_takes_grows_with_the_text_only(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = process_time()
    dates_in(text, now=NOW, timezone=LONDON)
    assert process_time() - began < 2


def test_a_long_letter_is_read_while_somebody_types() -> None:
    sentence = (
        "我们对此非常抱歉，您的意见已经转给门店。明天下午三点前给您回电。We looked into it and will write by Friday. "
    )
    text = (sentence * 500)[:20_000]
    began = process_time()
    assert len(dates_in(text, now=NOW, timezone=LONDON)) > 400
    assert process_time() - began < 0.5
    assert when(text, now=NOW, timezone=LONDON) is None


def test_days_said_from_a_day_are_counted_from_it() -> None:
    asked = {"now": NOW, "timezone": LONDON}
    friday = when("Friday", **asked).on
    assert when("two weeks from Friday", **asked).on == friday + timedelta(days=14)
    assert when("three days before Friday", **asked).on == friday - timedelta(days=3)
