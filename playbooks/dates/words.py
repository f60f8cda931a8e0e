"""The words in which people speak of days and hours, English and Chinese. Pure: tables, and a little spelling out.

Spellings are folded (small letters, Simplified characters), as `tokens` folds what it reads. A word that is also
part of a longer one which is no date (下午茶, 一定) stands here as OTHER, because the longest spelling wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum, StrEnum, auto
from itertools import product
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a token does in a date phrase, and what its `value` and `parts` are."""

    OTHER = auto()  # no part of a date
    HAN = auto()  # the same, in Chinese
    EASY = auto()  # a little word that may follow a bare hour: "at 3 if you are in"
    STOP = auto()  # the end of a sentence, a line or the text
    COMMA = auto()
    PAREN = auto()
    DASH = auto()
    THE = auto()
    OF = auto()

    A = auto()
    NUM = auto()  # parts: (1,) if written as a word; (hour, minute) if written 3.30
    ORD = auto()  # 25th
    NTH = auto()  # value: third, a day only with its month; 0 for what makes the number behind it a name
    HALF = auto()
    QUARTER = auto()
    GEHALF = auto()  # 个半

    DAY = auto()  # value: days from today
    WEEKDAY = auto()  # value: Monday is 0; parts: (weeks from this one,) if said, (0, 1) for English "this"
    WEEKDAYISH = auto()  # mon, wed, sat, sun, which are words besides
    COMING = auto()
    MONTH = auto()
    MONTHISH = auto()  # may, march
    FEAST = auto()  # value: month * 100 + day
    PERIOD = auto()  # value: how many from this one; parts: (unit,)
    EDGE = auto()
    HANEDGE = auto()  # stands behind its period
    DATE = auto()  # parts: (year, month, day)
    FIGURES = auto()  # parts as written: 25/12, 03/04/2026
    YEAR = auto()  # 年
    MON = auto()  # 月
    DOM = auto()  # value: 0 号; 1 日, which can count days too

    PART = auto()
    HANPART = auto()  # needs no "in the" before it
    CLOCK = auto()  # value: minutes after midnight; parts: (1,) if certainly of 24 hours
    OFFSET = auto()  # value: minutes east of UTC
    HALFDAY = auto()  # am 0, pm 1
    OCLOCK = auto()  # value: 1 for 点, which are also points
    PAST = auto()
    CLOSE = auto()  # value: 0 close of business, 1 the end of the day

    UNIT = auto()
    AGO = auto()
    LATER = auto()  # value: 1 for "later", which may count from what was told before
    TIME = auto()  # in two weeks' time

    AT = auto()
    ON = auto()
    IN = auto()
    WITHIN = auto()
    BY = auto()
    BEFORE = auto()
    AFTER = auto()
    FROM = auto()
    BETWEEN = auto()
    ABOUT = auto()
    EVERY = auto()
    TO = auto()  # value: 1 if Chinese, where it can lead a date (到周五)
    OR = auto()
    AND = auto()

    FORE = auto()  # 前
    AFT = auto()  # 后
    INSIDE = auto()  # 内
    TAIL = auto()  # 左右, at the latest
    ONWARDS = auto()  # 起


class Unit(IntEnum):
    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    FORTNIGHT = 5
    MONTH = 6
    YEAR = 7
    WORKING_HOUR = 8
    WORKING_DAY = 9
    WEEKEND = 10


class Part(IntEnum):
    DAWN = 1
    FIRST = 2  # first thing in the morning
    MORNING = 3
    NOON = 4
    LUNCH = 5
    AFTERNOON = 6
    DUSK = 7
    EVENING = 8
    MIDNIGHT = 9


class Edge(IntEnum):
    EARLY = 1
    MIDDLE = 2
    MIDDLE_TEN = 3  # 中旬: the 11th to the 20th
    END = 4


class Word(NamedTuple):
    """What a spelling means, wherever it stands; `value` and `parts` as said at the kinds."""

    kind: Kind
    value: float = 0
    parts: tuple[int, ...] = ()


Meaning = tuple[Word, ...]

_BY_KIND: Final[Mapping[Kind, str]] = {
    Kind.EASY: "but|so|if|for|when|because|as|we|i|you|he|she|they|it|please|then|with|unless|while|which|that"
    "|will|shall|would|can|is|was|are|were|has|had|thanks|thank|regards",
    Kind.THE: "the|公元|西元|民国",
    Kind.OF: "of|of the|的",
    Kind.A: "a|an",
    Kind.HALF: "half|半",
    Kind.QUARTER: "quarter|a quarter|刻",
    Kind.GEHALF: "个半",
    Kind.COMING: "coming|this coming|the coming",
    Kind.YEAR: "年",
    Kind.MON: "月|月份",
    # What is counted by number, not by date: 第3天, 订单25号.
    Kind.NTH: "第|订单|工单|单号|编号|工号|客服|专员|座位|房间|门牌|栋|弄|窗口|柜台|桌",
    Kind.PAST: "past",
    Kind.AGO: "ago|earlier|back",
    Kind.TIME: "time",
    Kind.AT: "at|在|于",
    Kind.ON: "on",
    Kind.IN: "in|during|再过",
    Kind.WITHIN: "within|no later than|not later than|up to|at most|by the latest|latest by|inside|in under"
    "|in less than|over the next|in the next|within the next|during the next|in the coming|within the coming|未来"
    "|接下来|往后|今后|最迟|最晚|不迟于|不晚于|至多|最多",
    Kind.BY: "by|until|till|til|on or before|due|截至|截止|截止到|截至到|赶在",
    Kind.BEFORE: "before|prior to|ahead of",
    Kind.AFTER: "after|later than",
    Kind.FROM: "from|since|not before|no earlier than|not earlier than|as of|as from|starting|starting from|从|自"
    "|自从|由",
    Kind.BETWEEN: "between",
    Kind.ABOUT: "about|around|approximately|approx|roughly|大约|大概|约|差不多",
    # "The following Monday" is no more of this week than every Monday is.
    Kind.EVERY: "following|the following|every|each|any|per|daily|weekly|monthly|weekdays|weekends|mornings"
    "|afternoons|evenings|nights|mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|每|每个|每逢|逢",
    Kind.OR: "or|或|或者|或是|还是",
    Kind.AND: "and|和|与|及",
    Kind.FORE: "前|之前|以前|或之前|或以前|或更早",
    Kind.AFT: "后|之后|以后|过后",
    Kind.INSIDE: "内|之内|以内|里|里面|期间|之间|间",
    Kind.TAIL: "左右|上下|前后|整|准时|sharp|at the latest|at latest|or so|or earlier|or sooner|ish",
    Kind.ONWARDS: "onwards|onward|起|以来|至今",
    # Longer words that begin like a date or like the end of one.
    Kind.OTHER: "一上午|一下午|一晚上|一早上|一整天|整天|一定|一般|一直|一起|一样|一旦|一切|一致|一律|一共|一些"
    "|一下|一向|一再|一并|一点点|一会|一会儿|统一|唯一|万一|之一|三方|四处|二手|日无理由|日游|日租|日程|日常|日期"
    "|日元|日圆|日币|日均|日用|日报|日志|天气|天天|时间|时候|时段|时期|时刻|时效|时长|时差|月薪|月费|月租|月卡"
    "|月饼|月度|月均|月结|年费|年度|年龄|年卡|年纪|年轻|年级|年货|周到|周年|周岁|周期|周边|周转|周围|周刊|周会"
    "|十分抱歉|十分感谢|十分重视|十分理解|十分愿意|十分满意|十分清楚|点击|点评|点名|点餐|点单|点数|点儿|点心|分之"
    "|下午茶|下午好|上午好|早上好|晚上好|中午好|上下午|晚上班|号码|号线|号楼|号店|号门|号机|号柜|号房|号桌|号窗"
    "|号仓|号客服|号专员|号坐席|号令|号文|号单|前台|前往|前期|前任|前提|后台|后续|后期|后果|后悔|后来|内容|内部"
    "|内存|里程|底部|底线|初步|初次|初期|中心|中国|中文|中间|中介|在于|于是|到底|到达|到货|到账|到帐|到位|到期"
    "|到家|到店|至于|至少|约定|的话|半价|刻意|起来|起诉|自己|自动|由于|间接|然后|最后|随后|稍后|此后|其后|和平"
    "|及时|与其|从而|从来|每次|整体|整理|整个|整好|整返|整番|整掂|整妥|整改|整修|整机|整套|整单|整张|内外",
}

_BY_VALUE: Final[Mapping[Kind, Mapping[float, str]]] = {
    Kind.LATER: {0: "from now|hence", 1: "later|later on"},
    Kind.TO: {0: "to|thru|through", 1: "到|至|直到|等到"},
    Kind.HALFDAY: {0: "am", 1: "pm"},
    Kind.OCLOCK: {0: "o'clock|oclock|点钟", 1: "点|时"},
    Kind.DOM: {0: "号", 1: "日"},
    Kind.DAY: {
        -3: "大前天|大前日",
        -2: "the day before yesterday|day before yesterday|前天|前日",
        -1: "yesterday|yday|昨天|昨日|昨儿|寻日|琴日",
        0: "today|later today|今天|今日|今儿|即日|本日",
        1: "tomorrow|tomorow|tommorow|tommorrow|tomorro|tmrw|tmr|tmw|明天|明日|明儿|听日|翌日",
        2: "the day after tomorrow|day after tomorrow|后天|后日|后儿",
        3: "大后天|大后日",
    },
    Kind.WEEKDAYISH: {0: "mon", 2: "wed", 5: "sat", 6: "sun"},
    Kind.MONTH: {
        1: "january|jan",
        2: "february|feb|febuary",
        4: "april|apr",
        6: "june|jun",
        7: "july|jul",
        8: "august|aug",
        9: "september|sept|sep",
        10: "october|oct",
        11: "november|nov",
        12: "december|dec",
    },
    Kind.MONTHISH: {3: "march|mar", 5: "may"},
    Kind.FEAST: {
        101: "new year's day|元旦|元旦节",
        1224: "christmas eve|平安夜|圣诞前夕",
        1225: "christmas|christmas day|xmas|圣诞|圣诞节",
        1226: "boxing day",
        1231: "new year's eve",
    },
    Kind.EDGE: {
        Edge.EARLY: "early|early in|beginning of|the beginning of|beginning of the|the beginning of the|start of"
        "|the start of|start of the|the start of the",
        Edge.MIDDLE: "mid|middle of|the middle of|middle of the|the middle of the",
        Edge.END: "end of|the end of|end of the|the end of the|late|late in",
    },
    Kind.HANEDGE: {
        Edge.EARLY: "初|头|上旬",
        Edge.MIDDLE: "中",
        Edge.MIDDLE_TEN: "中旬",
        Edge.END: "底|末|尾|下旬|结束",
    },
    Kind.PART: {
        Part.FIRST: "first thing|first thing in the morning",
        Part.MORNING: "morning|mornin",
        Part.NOON: "noon|midday|mid - day",
        Part.LUNCH: "lunchtime|lunch time|lunch",
        Part.AFTERNOON: "afternoon",
        Part.EVENING: "evening|night",
        Part.MIDNIGHT: "midnight",
    },
    Kind.HANPART: {
        Part.DAWN: "凌晨",
        Part.FIRST: "一早|一大早|大清早",
        Part.MORNING: "上午|早上|早晨|清晨|朝早|上昼|午前",
        Part.NOON: "中午|正午|晌午",
        Part.LUNCH: "午休|午饭",
        Part.AFTERNOON: "下午|午后|下昼|晏昼",
        Part.DUSK: "傍晚|黄昏",
        Part.EVENING: "晚上|晚间|夜晚|夜里",
        Part.MIDNIGHT: "午夜|半夜|深夜",
    },
    Kind.CLOSE: {
        0: "cob|eob|close of business|the close of business|end of business|close of play|the close of play"
        "|closing time|下班|下班时间|收工|放工|打烊|关门|营业结束|工作结束",
        1: "eod|end of day|end of the day|the end of the day|end of play|end of the working day"
        "|the end of the working day|end of business day|close of day|close of the day|当天结束",
    },
    Kind.UNIT: {
        Unit.MINUTE: "minute|minutes|min|mins|minute's|分|分钟",
        Unit.HOUR: "hour|hours|hr|hrs|h|hour's|小时|个小时|钟头|个钟头|个钟|钟",
        Unit.DAY: "day|days|day's|天",
        Unit.WEEK: "week|weeks|wk|wks|week's|周|星期|个星期|礼拜|个礼拜",
        Unit.FORTNIGHT: "fortnight|fortnights|fortnight's",
        Unit.MONTH: "month|months|mth|mths|month's|个月",
        Unit.YEAR: "year|years|yr|yrs|year's",
        Unit.WORKING_HOUR: "working hour|working hours|business hour|business hours|office hours|工作小时|个工作小时",
        Unit.WORKING_DAY: "working day|working days|business day|business days|workday|workdays|work day|work days"
        "|working day's|workingdays|bd|工作日|个工作日|工作天|个工作天|营业日|个营业日|办公日|个办公日",
    },
}

_IN_SEVERAL: Final[Mapping[str, Meaning]] = {
    "tonight|tonite|今晚|今夜|今晚上": (Word(Kind.DAY, 0), Word(Kind.HANPART, Part.EVENING)),
    "this evening": (Word(Kind.DAY, 0), Word(Kind.HANPART, Part.EVENING)),
    "this morning|今早|今朝|今早上": (Word(Kind.DAY, 0), Word(Kind.HANPART, Part.MORNING)),
    "this afternoon": (Word(Kind.DAY, 0), Word(Kind.HANPART, Part.AFTERNOON)),
    "明晚|听晚|明晚上": (Word(Kind.DAY, 1), Word(Kind.HANPART, Part.EVENING)),
    "明早|听朝|明早上": (Word(Kind.DAY, 1), Word(Kind.HANPART, Part.MORNING)),
    "last night|昨晚|昨夜|琴晚|寻晚": (Word(Kind.DAY, -1), Word(Kind.HANPART, Part.EVENING)),
    "昨早": (Word(Kind.DAY, -1), Word(Kind.HANPART, Part.MORNING)),
    "fortnight today": (Word(Kind.DAY, 14),),
    "eow": (Word(Kind.EDGE, Edge.END), Word(Kind.PERIOD, 0, (Unit.WEEK,))),
    "eom|month end|month - end": (Word(Kind.PERIOD, 0, (Unit.MONTH,)), Word(Kind.HANEDGE, Edge.END)),
    "year end|year - end": (Word(Kind.PERIOD, 0, (Unit.YEAR,)), Word(Kind.HANEDGE, Edge.END)),
    "the weekend|周末": (Word(Kind.PERIOD, 0, (Unit.WEEKEND,)),),
    "the week after next|week after next": (Word(Kind.PERIOD, 2, (Unit.WEEK,)),),
    "the month after next|month after next": (Word(Kind.PERIOD, 2, (Unit.MONTH,)),),
    "today week": (Word(Kind.DAY, 7),),
    "tomorrow week": (Word(Kind.DAY, 8),),
    "the next working day|next working day|the next business day|next business day|下一个工作日|下个工作日": (
        Word(Kind.WITHIN),
        Word(Kind.NUM, 1),
        Word(Kind.UNIT, Unit.WORKING_DAY),
    ),
    "within the hour|within an hour": (Word(Kind.WITHIN), Word(Kind.NUM, 1), Word(Kind.UNIT, Unit.HOUR)),
    "quarter of an hour|a quarter of an hour|一刻钟": (Word(Kind.NUM, 15), Word(Kind.UNIT, Unit.MINUTE)),
    "three quarters of an hour|三刻钟": (Word(Kind.NUM, 45), Word(Kind.UNIT, Unit.MINUTE)),
    "a couple of|couple of|a couple": (Word(Kind.NUM, 2, (1,)),),
    "去年": (Word(Kind.PERIOD, -1, (Unit.YEAR,)),),
    "今年": (Word(Kind.PERIOD, 0, (Unit.YEAR,)),),
    "明年|来年|出年": (Word(Kind.PERIOD, 1, (Unit.YEAR,)),),
    "本月|当月": (Word(Kind.PERIOD, 0, (Unit.MONTH,)),),
}

_ONES: Final = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS: Final = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 90: "ninety"}
_NTHS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_WEEKDAYS: Final = (
    ("monday", "一"),
    ("tuesday|tue|tues", "二"),
    ("wednesday|weds|wednesdy|wensday", "三"),
    ("thursday|thu|thur|thurs", "四"),
    ("friday|fri", "五"),
    ("saturday", "六"),
    ("sunday", "日|天|六日"),
)
_HAN_WEEK: Final = ("周", "星期", "礼拜")
# 这礼拜 has it in common with 这周 and 这个星期; 呢個禮拜, 今個星期 are said in Hong Kong.
_HAN_WHICH: Final = {
    -2: ("上上", "上上个"),
    -1: ("上", "上个", "上一", "上一个"),
    0: ("本", "这", "这个", "这一", "今个", "呢个"),
    1: ("下", "下个", "下一", "下一个"),
    2: ("下下", "下下个"),
}
_WHICH: Final = {-1: ("last",), 0: ("this",), 1: ("next", "coming", "the coming")}


def _numbers() -> Iterator[tuple[str, Meaning]]:
    for value, word in enumerate([*_ONES, *_TEENS], start=1):
        yield word, (Word(Kind.NUM, value, (1,)),)
    for value, word in enumerate(_NTHS, start=1):
        yield word, (Word(Kind.NTH, value),)
    for tens, word in _TENS.items():
        yield word, (Word(Kind.NUM, tens, (1,)),)
        for ones, more in enumerate(_ONES, start=1):
            for joint in (" ", " - "):
                yield f"{word}{joint}{more}", (Word(Kind.NUM, tens + ones, (1,)),)
                yield f"{word}{joint}{_NTHS[ones - 1]}", (Word(Kind.NTH, tens + ones),)


def _weekdays() -> Iterator[tuple[str, Meaning]]:
    """Friday, next Friday, 周五, 下个星期五: with the week if it was said."""
    for weekday, (english, han) in enumerate(_WEEKDAYS):
        short = _BY_VALUE[Kind.WEEKDAYISH].get(weekday, "")
        for name in english.split("|"):
            yield name, (Word(Kind.WEEKDAY, weekday),)
        for (week, whichs), name in product(_WHICH.items(), [*english.split("|"), *short.split()]):
            for which in whichs:
                coming = "coming" in which
                parts = () if coming else (week,) if week else (0, 1)
                yield f"{which} {name}", (*[Word(Kind.COMING)] * coming, Word(Kind.WEEKDAY, weekday, parts))
        for week_word, name in product(_HAN_WEEK, han.split("|")):
            yield week_word + name, (Word(Kind.WEEKDAY, weekday),)
            for week, whichs in _HAN_WHICH.items():
                for which in whichs:
                    yield which + week_word + name, (Word(Kind.WEEKDAY, weekday, (week,)),)


def _periods() -> Iterator[tuple[str, Meaning]]:
    """This week, next month, 下下周, 本月, 这周末."""
    english = {"week": Unit.WEEK, "month": Unit.MONTH, "year": Unit.YEAR, "weekend": Unit.WEEKEND}
    han = dict.fromkeys(_HAN_WEEK, Unit.WEEK) | {"月": Unit.MONTH, "周末": Unit.WEEKEND}
    for units, whichs, joint in ((english, _WHICH, " "), (han, _HAN_WHICH, "")):
        for (name, unit), (ahead, spellings) in product(units.items(), whichs.items()):
            for which in spellings:
                yield f"{which}{joint}{name}", (Word(Kind.PERIOD, ahead, (unit,)),)


def _lexicon() -> dict[str, Meaning]:
    words: dict[str, Meaning] = {}
    for kind, spellings in _BY_KIND.items():
        words |= dict.fromkeys(spellings.split("|"), (Word(kind),))
    for kind, by_value in _BY_VALUE.items():
        for value, spellings in by_value.items():
            words |= dict.fromkeys(spellings.split("|"), (Word(kind, value),))
    words |= [*_numbers(), *_weekdays(), *_periods()]
    for spellings, meaning in _IN_SEVERAL.items():
        words |= dict.fromkeys(spellings.split("|"), meaning)
    return words


LEXICON: Final = _lexicon()
"""Folded spelling → what it means. English of several words has single blanks, also round a hyphen."""
