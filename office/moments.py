"""Instants in words, for the three languages of the desk. Pure: the hour is passed in, the zone is passed in.

What stands here is how a language writes a date, not what a sentence says; sentences are translated where they are
shown. Between 中文 and figures no space is typed: the stylesheet makes that gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

ENGLISH, HANS, HANT = "en", "zh-hans", "zh-hant"

WEEKDAYS = {
    ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    HANS: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    HANT: ("一", "二", "三", "四", "五", "六", "日"),
}
WEEKDAYS_ALONE = WEEKDAYS | {HANT: tuple(f"週{name}" for name in WEEKDAYS[HANT])}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TODAY = {ENGLISH: "today", HANS: "今天", HANT: "今天"}

LAST_HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
DAYS_BY_NAME = 7  # nearer than this a weekday alone cannot be mistaken
USED_UP = 0.8  # of the time given: from here on a deadline counts as soon


def spoken(language: str) -> str:
    """``en``, ``zh-hans`` or ``zh-hant`` for any BCP 47 or Django code; what we do not speak is English."""
    code = language.lower().replace("_", "-")
    if not code.startswith("zh"):
        return ENGLISH
    return HANT if any(part in {"hant", "tw", "hk", "mo"} for part in code.split("-")) else HANS


def bcp47(language: str) -> str:
    """The tag a browser wants: ``zh-hans`` becomes ``zh-Hans``; others come back with the usual capitals."""
    head, *rest = language.replace("_", "-").split("-")
    return "-".join([head.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def day_in_words(day: date, *, today: date | None, language: str, full: bool = False) -> str:
    """``Tue 24 Nov``, ``11月24日（周二）``; ``today`` as such, unless ``full``; the year only if not this one."""
    language = spoken(language)
    if day == today and not full:
        return TODAY[language]
    year = "" if today is not None and day.year == today.year else str(day.year)
    weekday = WEEKDAYS[language][day.weekday()]
    if language == ENGLISH:
        return f"{weekday} {day.day} {MONTHS[day.month - 1]} {year}".rstrip()
    return f"{year and year + '年'}{day.month}月{day.day}日（{weekday}）"


def time_in_words(moment: datetime, *, zone: tzinfo) -> str:
    """``15:00``, local, 24 hours."""
    return moment.astimezone(zone).strftime("%H:%M")


def moment_in_words(moment: datetime, *, now: datetime | None, zone: tzinfo, language: str, full: bool = False) -> str:
    """``today 15:00``, ``Tue 24 Nov 15:00``, ``11月24日（周二）15:00``. Without ``now``, with the year."""
    today = None if now is None else now.astimezone(zone).date()
    day = day_in_words(moment.astimezone(zone).date(), today=today, language=language, full=full)
    gap = " " if spoken(language) == ENGLISH else ""
    return f"{day}{gap}{time_in_words(moment, zone=zone)}"


def near_moment_in_words(moment: datetime, *, now: datetime, zone: tzinfo, language: str) -> str:
    """The shortest name of a deadline: ``15:00`` today, ``Thu 12:00`` this week, ``Tue 24 Nov``, ``11月24日``."""
    local, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if local == today:
        return time_in_words(moment, zone=zone)
    day = day_in_words(local, today=today, language=language)
    if not 0 < (local - today).days < DAYS_BY_NAME:
        return day.partition("（")[0]
    language = spoken(language)
    gap = " " if language == ENGLISH else ""
    return f"{WEEKDAYS_ALONE[language][local.weekday()]}{gap}{time_in_words(moment, zone=zone)}"


@dataclass(frozen=True)
class Countdown:
    """How pressing a deadline is.

    ``grade`` is ``calm``, ``today``, ``soon``, ``late`` or ``wait``; ``used`` the percentage of the time given that is
    gone (0 to 100, 0 where the start is unknown); ``minutes`` to go, negative once past, None without a deadline.
    """

    grade: str
    used: int
    minutes: int | None


def countdown(due_at: datetime | None, *, since: datetime | None, now: datetime, waiting: bool) -> Countdown:
    """The grade of a deadline: soon within the hour or from 80 % used, calm beyond a day, wait while the clock rests.

    Minutes to go are counted up and minutes past are counted down, so that neither is ever 0.
    """
    used = 0.0
    if due_at is not None and since is not None:
        used = 1.0 if due_at <= since else min(1.0, max(0.0, (now - since) / (due_at - since)))
    percent = int(used * 100)
    if waiting:
        return Countdown("wait", percent, None)
    if due_at is None:
        return Countdown("calm", 0, None)
    if due_at <= now:
        return Countdown("late", 100, -max(1, int((now - due_at).total_seconds() // 60)))
    left = due_at - now
    minutes = -int(-left.total_seconds() // 60)
    if left <= LAST_HOUR or used >= USED_UP:
        return Countdown("soon", percent, minutes)
    return Countdown("today" if left <= ONE_DAY else "calm", percent, minutes)


def in_one_unit(minutes: int) -> tuple[int, str]:
    """A length in the largest unit that still says enough: 59 min, 47 h, then days. Whole units, rounded down."""
    minutes = abs(minutes)
    if minutes < 60:
        return minutes, "minute"
    if minutes < 48 * 60:
        return minutes // 60, "hour"
    return minutes // (24 * 60), "day"
