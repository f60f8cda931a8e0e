"""What the pattern matching costs: `python -m bench.matching`.

Milliseconds of CPU for 2,000 and 20,000 characters of ordinary complaints, then for ten texts made to cost much, as
multiples of the 20,000. The exit code is 1 if a bound is broken.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from bench.costs import LONG, LONG_MS, SHORT, SHORT_MS, WORSE_AT_MOST, Cost, milliseconds, stretched, told
from playbooks.cues.table import SOURCE
from playbooks.matching import match

ENGLISH: Final = (
    "The stairlift has been stuck half way since Tuesday and my father cannot get to his bedroom. We rang on Wednesday"
    " and again on Friday; both times we were told that someone would come. I took a day off and nobody came. I would"
    " like to know when it will be repaired, and to have the call-out charge of £85 refunded.\n"
)
CHINESE: Final = (
    "楼道里的灯坏了一个月，老人晚上差点摔跤。报修两次，都说会有师傅上门，到现在没有人来。我请了半天假在家等，也没有等到。"
    "请告诉我什么时候能修好，另外上次多收的八十五块钱也请退回来。单号在附件里，谢谢。\n"
)
TRADITIONAL: Final = (
    "樓上整修從早敲到晚，管委會說會協調，兩個禮拜了都沒有改善。昨天小孩發燒，請他們小聲一點，也沒有人理。"
    "麻煩告訴我什麼時候會處理，另外上個月多收的管理費也請退給我。收據在附件，謝謝。\n"
)


def texts() -> Mapping[str, str]:
    """Ten texts out to cost much, each of ``LONG`` characters."""
    written = json.loads(SOURCE.read_text("utf-8"))
    words = " ".join(cue["pattern"] for pattern in written["patterns"].values() for cue in pattern["cues"])
    return {
        "every word of every cue": stretched(words),
        "the same without an end of a sentence": stretched(
            words.translate({ord(sign): " " for sign in ".!?;。！？；\n"})
        ),
        "nothing but threats": stretched("我一把火烧了你们店！I'll smash your shop. "),
        "nothing but 你": stretched("你"),
        "half denials": stretched("我不是要威胁你们，"),
        "openings of quotations": stretched("他说“他说「she said 'she said \""),
        "words without a space": stretched("a"),
        "characters that become four": stretched("㋿㍰㋉"),
        "invisible between all": stretched("n\u200bo\u200bw\u200b "),
        "exclamation marks and line ends": stretched("!\n!！"),
    }


def measured() -> Iterator[Cost]:
    """Name, ms, ms allowed; ordinary complaints first."""
    usual = {"English": ENGLISH, "简体": CHINESE, "繁體": TRADITIONAL, "mixed": ENGLISH + CHINESE + TRADITIONAL}
    match(ENGLISH)
    basis = 0.0
    for size, allowed in ((SHORT, SHORT_MS), (LONG, LONG_MS)):
        for name, text in usual.items():
            taken = milliseconds(lambda text=text, size=size: match(stretched(text, size)))  # type: ignore[misc]
            basis = max(basis, taken)
            yield f"{size:,} characters, {name}", taken, allowed
    for name, text in texts().items():
        yield f"text: {name}", milliseconds(lambda text=text: match(text), 2), basis * WORSE_AT_MOST  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(told(measured()))
