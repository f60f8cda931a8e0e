"""A text cut into the words of dates: what stands where. Pure, and linear in the length of the text.

`tokens_of` folds as `office.folding` does, and each token knows the characters of the original it stands for. What is
no word of a date becomes one OTHER (or HAN), however long it is, so that the grammar has little to read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from office.folding import fold_in_place
from playbooks.dates.words import LEXICON, Kind, Meaning, Word


class Token(NamedTuple):
    """`value` and `parts` as said at the kinds; `start` and `end` count characters of the original text."""

    kind: Kind
    value: float
    parts: tuple[int, ...]
    start: int
    end: int


_HAN: Final = "㐀-䶿一-鿿豈-﫿々〇\U00020000-\U0003ffff"
_DASH: Final = r"\-‐–—―−~〜"
_LETTER: Final = rf"[^\W{_HAN}]"  # or a digit, or _
_SCAN: Final = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?)"
    rf"|(?P<figure>[0-9]+(?:[.,:/⁄{_DASH}][0-9]+)*)(?P<after>[ap]\.m\b\.?|{_LETTER}*)"
    r"|(?P<am>a\.\s?m\b\.?)|(?P<pm>p\.\s?m\b\.?)"
    rf"|(?P<word>(?![0-9_]){_LETTER}+(?:'{_LETTER}+)*)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<dash>[{_DASH}]+)"
    r"|(?P<comma>,)|(?P<list>、)"
    r"|(?P<paren>[()\[\]【】]+)"
    r"|(?P<stop>(?P<sign>[^\w\s'])(?P=sign)*)"
    r"|(?P<gap>\n[^\S\n]*\n)"
    r"|(?P<other>[^\s'])"
)
_ISO: Final = re.compile(r"(.{10})t([0-9]{2}):([0-5][0-9])[0-9:.]*(?:(z)|([+-])([0-9]{2}):?([0-9]{2}))?")
_DATE: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_FIGURES: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})|([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{2}))?")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9])?")
_POINT: Final = re.compile(r"([0-9]{1,3})\.([0-9]{1,2})")
_WHOLE: Final = re.compile(r"0?[0-9]|[1-9][0-9]{1,3}")
_RANGE: Final = re.compile(f"([0-9.:]{{1,5}})[{_DASH}]([0-9.:]{{1,5}})")
_NUMERALS: Final = "零〇一二两俩三四五六七八九十廿卅百"
_NUMERAL: Final = re.compile("(?:([1-9])百零?)?(?:([1-9]?)十)?([0-9]{0,2})")
_DIGITS: Final = str.maketrans("零〇一二两俩三四五六七八九", "0012223456789") | {ord("廿"): "2十", ord("卅"): "3十"}
_LONGEST_NUMERAL: Final = 6
_UP_TO: Final = frozenset({"12", "23", "34", "35", "45", "56", "67", "78", "89"})  # 两三, 三五: up to the second

# Beside these a figure is an amount, a number of something, or a path.
_BEFORE_NAMES: Final = frozenset("£$€¥￥#№+_=/\\@&%‰°.")
_BEHIND_AMOUNTS: Final = frozenset("£$€¥￥#№_=/\\@&%‰°")
_AROUND_THE_CLOCK: Final = "24/7"
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th"})
_TYPED_ON: Final = frozenset({Kind.UNIT, Kind.MONTH, Kind.MONTHISH, Kind.HALFDAY, Kind.TAIL})  # 5days, 25dec, 3pm, 3ish
_ASCII_LOWER: Final = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_OWN_FOLDING: Final = {"½": ".5", "¼": ".25", "¾": ".75", "…": "…", "’": "'", "‘": "'", "∶": ":"}

_OTHER: Final[Meaning] = (Word(Kind.OTHER),)
_HAN_OTHER: Final[Meaning] = (Word(Kind.HAN),)
_DAY_WORDS: Final = frozenset({Kind.WEEKDAY, Kind.DAY})
# Words that end what would be a weekday: 下周|一定. Before others (致电, 处理, 手续) the weekday is meant.
_NOT_OF_WEEKDAYS: Final = frozenset({"一定", "一起", "一直", "一般", "一共", "日期", "日常", "日程", "日报", "日志"})
_DIRECTLY: Final = "一直接"
_RUNNING_ON: Final = frozenset({Kind.OTHER, Kind.HAN})
_SIGNS: Final[Mapping[str, Meaning]] = {
    "am": (Word(Kind.HALFDAY, 0),),
    "pm": (Word(Kind.HALFDAY, 1),),
    "comma": (Word(Kind.COMMA),),
    "list": (Word(Kind.OR),),
    "dash": (Word(Kind.DASH),),
    "paren": (Word(Kind.PAREN),),
    "gap": (Word(Kind.STOP),),
    "stop": (Word(Kind.STOP),),
    "other": _OTHER,
}


def _any_of(spellings: Collection[str]) -> str:
    """A pattern for the longest of these, which looks at each character once."""
    behind: dict[str, list[str]] = {}
    for spelling in filter(None, spellings):
        behind.setdefault(spelling[0], []).append(spelling[1:])
    branches = [first + _any_of(rest) for first, rest in behind.items()]
    return f"(?:{'|'.join(branches)})" + "?" * ("" in spellings) if branches else ""


_HAN_SPELLINGS: Final = [spelling for spelling in LEXICON if not spelling.isascii()]
_HAN_STARTS: Final = "".join({spelling[0] for spelling in _HAN_SPELLINGS}) + _NUMERALS
_HAN_WORD: Final = re.compile(f"(?=[{_HAN_STARTS}])(?:(?P<word>{_any_of(_HAN_SPELLINGS)})|[{_NUMERALS}]+)")
_WORDS_FROM: Final = {
    first: max(len(spelling.split()) for spelling in spellings)
    for first, spellings in groupby(
        sorted(spelling for spelling in LEXICON if " " in spelling), lambda spelling: spelling.split()[0]
    )
}
"""How many words the longest English spelling has that begins with this one."""


def tokens_of(text: str) -> list[Token]:
    """The words of `text`, in order, without blanks. Any text is good."""
    folded, origins = folded_with_origins(text)
    cutter = _Cutter(folded, origins)
    cutter.cut()
    return cutter.tokens


def folded_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """`text` as `fold_in_place` has it, each different character worked out once; and where each came from.

    The second is as long as the first: `origins[at]` is the place in `text` of the folded character at `at`.
    """
    table = {ord(one): _folded(one) for one in set(text) if not one.isascii()}
    folded = text.translate(_ASCII_LOWER | table)
    if all(len(piece) == 1 for piece in table.values()):
        return folded, range(len(text))
    return folded, [index for index, one in enumerate(text) for _ in table.get(ord(one), one)]


@lru_cache(maxsize=16_384)
def _folded(character: str) -> str:
    return _OWN_FOLDING.get(character) or fold_in_place(character)[0]


class _Cutter:
    """Cuts a folded text; ``origins`` has for each of its characters the place in the original text."""

    def __init__(self, folded: str, origins: Sequence[int]) -> None:
        self.folded = folded
        self.origins = origins
        self.tokens: list[Token] = []

    def cut(self) -> None:
        matches = list(_SCAN.finditer(self.folded))
        taken = 0
        for index, match in enumerate(matches):
            if index < taken:
                continue
            start, end = match.span()
            match match.lastgroup:
                case "word":
                    meaning, count = _english(matches[index : index + _WORDS_FROM.get(match[0], 1)])
                    taken = index + count
                    self._add(meaning, start, matches[taken - 1].end())
                case "han":
                    self._han(match[0], start)
                case "after":
                    self._figure(match)
                case "iso":
                    self._add(_iso(match[0]), start, end)
                case sign:
                    self._add(_SIGNS[sign or "other"], start, end)

    def _add(self, meaning: Meaning, start: int, end: int) -> None:
        """The words that stand there; what is no part of a date runs on."""
        start, end = self.origins[start], self.origins[end - 1] + 1
        for word in meaning:
            kind, last = word.kind, self.tokens[-1] if self.tokens else None
            if kind is Kind.NUM and last and self._is_name(last, start):
                kind = Kind.OTHER
            if last and last.kind is kind and kind in _RUNNING_ON:
                self.tokens[-1] = Token(kind, 0, (), last.start, end)
            else:
                self.tokens.append(Token(kind, word.value, word.parts, start, end))

    def _is_name(self, last: Token, start: int) -> bool:
        """Whether the number beginning at `start` belongs to what is before it: 第三, FS-12."""
        if last.end != start:
            return False
        if last.kind is Kind.DASH and len(self.tokens) > 1:
            before = self.tokens[-2]
            return before.kind is Kind.OTHER and before.end == last.start
        return last.kind is Kind.NTH and not last.value

    def _han(self, text: str, offset: int) -> None:
        """The words of a run of Chinese: the longest spelling first, then numbers."""
        at = 0
        while found := _HAN_WORD.search(text, at):
            start, end = found.span()
            if start > at:
                self._add(_HAN_OTHER, offset + at, offset + start)
            if found["word"]:
                at = _shorter(text, start, end)
                meaning = LEXICON.get(text[start:at], _HAN_OTHER)
            else:
                at = end
                value = _numeral(found[0])
                meaning = _OTHER if value is None else (Word(Kind.NUM, value, (1,)),)
            self._add(meaning, offset + start, offset + at)
        if at < len(text):
            self._add(_HAN_OTHER, offset + at, offset + len(text))

    def _figure(self, match: re.Match[str]) -> None:
        """What begins with a digit: 3, 3.5, 15:00, 2-4pm, 25th, 5days, 2026-12-25; or a number of another sort."""
        figure, after = match["figure"], match["after"].replace(".", "")
        start, end = match.span()
        before, behind = self.folded[start - 1 : start], self.folded[end : end + 1]
        words = _figure_words(figure) if before not in _BEFORE_NAMES and behind not in _BEHIND_AMOUNTS else []
        tail: Meaning = LEXICON.get(after, _OTHER) if after else ()
        if words and after in _ORDINALS and _WHOLE.fullmatch(figure):
            self._add((Word(Kind.ORD, int(figure)),), start, end)
        elif not words or any(word.kind not in _TYPED_ON for word in tail):
            self._add(_OTHER, start, end)
        else:
            for word, begin, finish in words:
                self._add((word,), start + begin, start + finish)
            self._add(tail, end - 1, end)


def _english(matches: Sequence[re.Match[str]]) -> tuple[Meaning, int]:
    """The meaning of the longest spelling these matches begin with, and of how many matches it is made."""
    for count in range(len(matches), 1, -1):
        words = ("-" if match.lastgroup == "dash" else match[0] for match in matches[:count])
        if meaning := LEXICON.get(" ".join(words)):
            return meaning, count
    return LEXICON.get(matches[0][0], _OTHER), 1


def _shorter(text: str, start: int, end: int) -> int:
    """Where the word really ends whose last character begins another: 下周|一定, 注|明|日期; but 周一|下午."""
    length = end - start
    while length > 1 and LEXICON.get(text[start : start + length], _OTHER)[0].kind in _DAY_WORDS:
        last = start + length - 1
        pair, behind = text[last : last + 2], LEXICON.get(text[last + 1 : last + 3], _OTHER)
        if LEXICON.get(pair) != _OTHER or pair.startswith("天") or behind != _OTHER:
            break
        weekday = LEXICON[text[start : last + 1]][0].kind is Kind.WEEKDAY
        if weekday and (pair not in _NOT_OF_WEEKDAYS or text[last : last + 3] == _DIRECTLY):
            break
        length -= 1
    return start + length


def _numeral(text: str) -> int | None:
    """十五, 廿五, 二〇二六, 一百二十; 两三 counts to its later end. None for what is no number."""
    digits = text.translate(_DIGITS)
    found = _NUMERAL.fullmatch(digits) if len(digits) <= _LONGEST_NUMERAL else None
    if len(digits) == 4 and digits.isdigit():
        return int(digits)
    if not found:
        return None
    hundreds, tens, ones = found.groups()
    if len(ones) == 2 and ones not in _UP_TO and ones[0] != "0":
        return None
    return int(hundreds or 0) * 100 + (int(tens or 1) * 10 if tens is not None else 0) + int(ones[-1:] or 0)


def _figure_words(figure: str) -> list[tuple[Word, int, int]]:
    """The figure as one date or number, or as two with a dash between, with where; nothing if it is neither."""
    if word := _day_word(figure) or _number_word(figure):
        return [(word, 0, len(figure))]
    found = _RANGE.fullmatch(figure)
    one, other = (_number_word(found[1]), _number_word(found[2])) if found else (None, None)
    if not found or not one or not other:
        return []
    return [(one, *found.span(1)), (Word(Kind.DASH), found.end(1), found.start(2)), (other, *found.span(2))]


def _day_word(figure: str) -> Word | None:
    if found := _DATE.fullmatch(figure):
        return Word(Kind.DATE, 0, (int(found[1]), int(found[3]), int(found[4])))
    found = _FIGURES.fullmatch(figure)
    if not found or figure == _AROUND_THE_CLOCK:
        return None
    return Word(Kind.FIGURES, 0, tuple(int(part) for part in found.groups() if part and part.isdigit()))


def _number_word(figure: str) -> Word | None:
    if found := _CLOCK.fullmatch(figure):
        hour, minute = int(found[1]), int(found[2])
        if hour * 60 + minute > 24 * 60:
            return None
        return Word(Kind.CLOCK, hour * 60 + minute, (1,) * (figure.startswith("0") or hour > 12))
    if found := _POINT.fullmatch(figure):
        return Word(Kind.NUM, float(figure), (int(found[1]), int(found[2])) if len(found[2]) == 2 else ())
    return Word(Kind.NUM, int(figure)) if _WHOLE.fullmatch(figure) else None


def _iso(text: str) -> Meaning:
    """2026-12-25T14:30, with a zone or without."""
    found = _ISO.fullmatch(text)
    day = _DATE.fullmatch(text[:10])
    if not found or not day or int(found[2]) > 23:
        return _OTHER
    words = (
        Word(Kind.DATE, 0, (int(day[1]), int(day[3]), int(day[4]))),
        Word(Kind.CLOCK, int(found[2]) * 60 + int(found[3]), (1,)),
    )
    if not found[4] and not found[5]:
        return words
    east = int(found[6] or 0) * 60 + int(found[7] or 0)
    return (*words, Word(Kind.OFFSET, -east if found[5] == "-" else east))
