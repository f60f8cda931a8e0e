"""What of a message is ours to judge: not what we quote, sign, link to or number. Pure.

Texts come folded (`letters.fold`), and what is left out becomes blanks of the same length, so that nothing moves.
Patterns are bounded or stop at line ends; all of it is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_OPEN: Final = "[\"'“”„«「『《‘]"
_CLOSE: Final = "[\"'“”»」』》’]"
_INSIDE: Final = '[^"“”„«»「」『』\n]{1,400}'

_QUOTED_LINES: Final = re.compile(r"^[ \t]*>[^\n]*$", re.MULTILINE)
# "On 3 May 2026, Mr Wang wrote:" and the paragraph after it.
_QUOTE_BLOCK: Final = re.compile(
    r"^[ \t]*(?:On [^\n]{1,160} wrote:|(?:于|在)?[^\n。!?]{1,80}(?:写道|来信说|写到):)[ \t]*\n"
    r"(?:[ \t]*\n)?(?:[^\n]+(?:\n|\Z))*",
    re.MULTILINE | re.IGNORECASE,
)
_ORIGINAL: Final = re.compile(
    r"^[ \t]*-{2,12} ?(?:Original Message|Forwarded message|原始邮件|原始信件|转发邮件|原邮件) ?-{2,12}[\s\S]*\Z",
    re.MULTILINE | re.IGNORECASE,
)
# What somebody else said, named as theirs: you said "…", 您说“…”, 客户原话:「…」.
_THEIR_WORDS: Final = re.compile(
    r"(?:\b(?:you(?:'ve| have)? (?:wrote|said|told us|mentioned|described|reported|asked|say|write|put it|called)"
    r"|(?:the |our )?customers?(?:'s)? (?:wrote|said|says|told us|reported|words|own words|message)"
    r"|(?:in )?your (?:own )?(?:words|message|e-?mail|letter|review|note|complaint|question)|he said|she said|they said"
    r"|quot(?:e|ed|ing))\b[^.!?\n\"“「]{0,60}"
    r"|(?:[您你]|客户|顾客|用户|阁下|对方|来电人|旅客|乘客|患者|住户|业主|客人)[^。!?\n\"“「]{0,20}"
    r"(?:说|话|讲|提到|提及|写|写道|写的|反映|表示|形容|原文|反馈|问|称|描述|话是|信[中里]|指出)[^。!?\n\"“「]{0,8})"
    rf"[ ,:]{{0,3}}({_OPEN}{_INSIDE}{_CLOSE})",
    re.IGNORECASE,
)
# The same without quotation marks, up to a comma: you asked whether …, 您来信问……. 您说了算 and its like are ours.
_REPORTED: Final = re.compile(
    r"\b(?:you (?:also |then |had |have )?(?:asked|wrote|told us|said|mentioned|reported|wondered|want(?:ed)? to know"
    r"|describ(?:e|ed)|explained|complained|pointed out|(?:were|are) (?:worried|afraid|concerned))"
    r"|thank you for (?:telling us|asking|writing|letting us know))"
    r" (?:(?:to us )?(?:that|whether|if|about|how|why|when|what|who|for|our|the|your))\b"
    r"(?:(?! but )[^.!?\n,;:]){0,200}"
    r"|(?:^|(?<=[。!?;:,\n ]))(?:谢谢|感谢|多谢|因为|关于|对于)?[您你](?:们)?的?[在于]?"
    r"(?:来信|来电|来函|信|电话|留言|邮件|投诉|申诉)?[中里上]?(?:\d{1,2}月\d{1,2}日)?[曾还也又]?(?:来信)?"
    r"(?:询?问(?!过|了|题)|想知道|担心|怕|提到|反映|表示|指出|提及|告诉我们"
    r"|说(?!错|谎|反|不|大话|什么|咩|乜|了算|呢|得|的|多少|是就|怎|是不是|对不对|白|穿))"
    r"[到了过]?[,:]?[^。!?\n,;]{0,80}",
    re.IGNORECASE | re.MULTILINE,
)
# What something is called, and what was written somewhere and is spoken about: 在「WOW! 炸鸡」订的, 备注栏“奥客”两个字.
_NAMED: Final = r"[「『“\"][^「」『』“”\"\n]{1,40}[」』”\"]"
_CALLED: Final = re.compile(
    r"《[^《》\n]{1,40}》"
    rf"|(?<=[在于订购买点玩看用载住名])(?:的|了|过)?{_NAMED}"
    rf"|{_NAMED}(?=(?:这|那|的|等)?(?:[一两二三四五六几]个)?(?:字|词|备注|标签|标记|说法|注记|标注))"
    rf"|(?<=备注)(?:栏|里|上)?(?:写|填|打|是|为|的|了|着|有)*{_NAMED}"
    rf"|(?<=[说写叫称用标印贴])(?:了|过|着|成|的是|他|她|您|你|出|一句)?{_NAMED}|出现(?:了|过)?{_NAMED}"
    r"|\b(?:(?:words?|notes?|labels?|remarks?|tags?|comments?|phrases?|signs?|screens?)(?: (?:said|says|reads?))?"
    r"|(?:marked|labelled)(?: as)?|titled|called|named)[ ,:]{1,3}[\"“'][^\"“”'\n]{1,60}[\"”']",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"^-- ?\n[\s\S]*\Z", re.MULTILINE)
_CLOSING: Final = re.compile(
    r"^[ \t]*(?:(?:(?:with )?(?:kind|best|warm|kindest|warmest)(?: personal)? (?:regards|wishes)|regards"
    r"|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|many thanks|best)[,.]?"
    r"|(?:此致|敬礼|顺颂商祺|顺颂时祺|敬上|谨上|谨启|敬启|祝好|商祺)[,。!]?)[ \t]*\n"
    r"(?:[^\n]{0,60}(?:\n|\Z)){1,6}\Z",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESSES: Final = re.compile(
    r"\b(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}"
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
    r"|\b[A-Za-z0-9-]{2,63}\.(?:com|org|net|gov|edu|io|co|cn|hk|tw|uk)(?:\.[a-z]{2})?\b(?:/[A-Za-z0-9\-._~/?#&=%]{0,500})?"
)
_NUMBERED: Final = re.compile(
    r"\b(?:order|tracking|waybill|parcel|consignment|case|complaint|ticket|reference|ref|booking|claim)"
    r"(?:[ .]{1,2}(?:no|nr|number|id|code|is|ref|reference)){0,3}[ .:#]{0,4}[A-Za-z]{0,4}-?\d[\dA-Za-z-]{3,30}"
    r"|(?:订单|运单|快递单|快递|物流|包裹|投诉|工单|案件|个案|编号|单号|预订|理赔)(?:编?号码?|号)?[是为]?"
    r"[ :#]{0,3}[A-Za-z]{0,4}-?\d[\dA-Za-z-]{3,30}",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"\b[A-Z]{1,4}-?\d{6,20}[A-Z]{0,3}\b|\b\d{4}-\d{4}-\d\b")

_CITED: Final = (_QUOTED_LINES, _QUOTE_BLOCK, _ORIGINAL, _SIGNATURE, _CLOSING)


def ours(text: str, names: Sequence[str] = ()) -> str:
    """``text`` with everything blanked that is not our wording: quotes, signature, addresses, numbers, ``names``.

    Numbers go last: a number in a quotation went with it. ``names`` are folded too.
    """
    for pattern in _CITED:
        text = pattern.sub(_blank, text)
    text = _THEIR_WORDS.sub(_blank_quotation, text)
    text = _REPORTED.sub(_blank, text)
    text = _CALLED.sub(_blank, text)
    text = _ADDRESSES.sub(_blank, text)
    if wanted := [re.escape(name) for name in sorted(names, key=len, reverse=True) if name.strip()]:
        text = re.compile("|".join(wanted), re.IGNORECASE).sub(_blank, text)
    return _NUMBERS.sub(_blank, labelled(text))


def labelled(text: str) -> str:
    """``text`` without the numbers it calls an order, a parcel or a case: what a rule about numbers must not see."""
    return _NUMBERED.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return _blanks(found.group())


def _blank_quotation(found: re.Match[str]) -> str:
    before = found.start(1) - found.start()
    whole = found.group()
    return whole[:before] + _blanks(whole[before:])


def _blanks(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))
