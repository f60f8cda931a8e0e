"""Words in a message that are not the writer's: quoted lines, quotation marks, the mail below. Pure."""

from __future__ import annotations

import re
from typing import Final

BLANK: Final = "\u25a1"
"""Stands for each character of somebody else's words, so that places in the text stay what they are."""

_LONGEST: Final = 2000  # characters between two marks; farther apart they do not belong together
_QUOTED: Final = re.compile(
    rf"「[^「」]{{0,{_LONGEST}}}」|『[^『』]{{0,{_LONGEST}}}』|“[^“”]{{0,{_LONGEST}}}”|«[^«»]{{0,{_LONGEST}}}»"
    r"|(?<!\w)\"[^\"\n]{1,400}\"(?!\w)"
    r"|(?<=[\u3000-\u9fff：:，,])\"[^\"\n]{1,400}\""
    r"|(?<!\w)‘[^‘\n]{1,400}?’(?!\w)"
    r"|(?<![\w'])'[^'\n]{2,400}'(?![\w'])"
)
_QUOTED_LINE: Final = re.compile(r"^[ \t]*[>＞|][^\n]*", re.MULTILINE)
_MAIL_BELOW: Final = re.compile(
    r"^[ \t]*(?:-{2,}[ \t]*(?:original message|forwarded message|原始邮件|原始郵件|转发邮件|轉寄郵件)[^\n]*$"
    r"|(?:on [^\n]{6,120} wrote|[^\n]{4,80}(?:写道|寫道)) ?[:：][ \t]*$)",
    re.MULTILINE | re.IGNORECASE,
)


def without_quotes(text: str) -> str:
    """`text`, as long as before, with every character that somebody else wrote made BLANK; line ends stay."""
    below = _MAIL_BELOW.search(text)
    own = text[: below.start()] if below else text
    rest = text[len(own) :]
    for pattern in (_QUOTED_LINE, _QUOTED):
        own = pattern.sub(_blank, own)
    return own + re.sub(r"[^\n]", BLANK, rest)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", BLANK, match[0])
