"""The small language cues are written in, over RE2 patterns. Pure.

    {staff}   a word class of the data
    …         a gap inside one sentence: up to 40 characters in English, 12 in Chinese
    ␣~␣       English: up to three words between two others;  ~ in Chinese: up to 6 characters inside one clause
    blank     English: one or more blanks or commas
    '         English: an apostrophe or none (don't, dont)

An English cue begins and ends at the edge of a word. Everything else is RE2, in small letters and Simplified
characters, as `office.folding` leaves them. ``any`` and ``raw`` cues know only word classes; ``raw`` ones are read in
the text as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

SCRIPTS: Final = frozenset({"en", "zh", "any", "raw"})

_CLASS: Final = re.compile(r"\{([a-z_]+)\}")
_ENGLISH: Final = (
    ("we're", "we\x02re"),  # were is another word
    (" ~ ", "\x00"),
    ("…", r"\b[^\n]{0,40}\b"),
    ("'", "'?"),
    (" ", "[ ,]+"),
    ("\x00", r"(?: [^\n ]{1,20}){0,3} "),
    ("\x02", "'"),
)


class UnknownClass(KeyError):
    """A cue names a word class that the data does not have."""


def expand(pattern: str, classes: Mapping[str, str]) -> str:
    """``pattern`` with each {class} in its place, however deep they lie in each other."""

    def put_in(found: re.Match[str]) -> str:
        name = found[1]
        if name not in classes:
            raise UnknownClass(name)
        return f"(?:{expand(classes[name], classes)})"

    return _CLASS.sub(put_in, pattern)


def as_re2(pattern: str, script: str, classes: Mapping[str, str]) -> str:
    """The RE2 pattern a cue stands for."""
    whole = _written(expand(pattern, classes), script)
    return rf"\b(?:{whole})\b" if script == "en" else whole


def leading_to(pattern: str, script: str, classes: Mapping[str, str]) -> str:
    """An RE2 pattern for what must stand directly before a cue, up to two words or four Chinese characters between."""
    whole = _written(expand(pattern, classes), script)
    return rf"\b(?:{whole})(?:[ ,]+[^ \n]{{1,20}}){{0,2}}[ ,]*$" if script == "en" else rf"(?:{whole})[^\n,]{{0,4}}$"


def _written(whole: str, script: str) -> str:
    whole = whole.replace("…?", "…").rstrip("…")  # a gap at the end would only lengthen what is shown
    if script == "en":
        for written, meant in _ENGLISH:
            whole = whole.replace(written, meant)
        return whole
    if script == "zh":
        return whole.replace("~", "[^\\n,]{0,6}").replace("…", "[^\\n]{0,12}")
    return whole
