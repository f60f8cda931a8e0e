"""What the wording check costs: `python -m bench.wording`.

Milliseconds of CPU for 2,000 and 20,000 characters of ordinary letters, then for texts and patterns made to cost much,
as multiples of the 20,000. The exit code is 1 if a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

from bench.costs import LONG, LONG_MS, SHORT, SHORT_MS, WORSE_AT_MOST, Cost, milliseconds, stretched, told
from playbooks import wording
from playbooks.wording import Context, RuleSet

ENGLISH: Final = (
    "Dear Ms Wang, thank you for writing on 3 May. You kept a whole morning free and nobody came. The fitter had the"
    " wrong date; that was our error. He will come on Friday 8 May between 9 and 11, and I will ring you at 15:00 on"
    " Thursday to confirm it. If the time does not suit you, please tell me which does."
    " You can also turn to the ombudsman.\n"
)
CHINESE: Final = (
    "王女士，您好。您5月3日反映，专门空出一上午却没人上门。我核对了登记，日期是我们写错的。师傅5月8日周五上午9点到11点"
    "上门，我周四15:00再给您打电话确认。如果这个时间不方便，请告诉我哪个时间合适。您也可以向消费者委员会反映。\n"
)
TRADITIONAL: Final = (
    "王小姐您好，您5月3日反映特地空出一個上午卻沒有人到府。我核對了登記，日期是我們寫錯的。師傅5月8日週五上午9點到11點"
    "到府，我週四15:00再致電確認。若時間不方便，請告訴我哪個時段合適。您也可以向消保官申訴。\n"
)


def texts() -> Mapping[str, str]:
    """Ten texts out to cost much, each of ``LONG`` characters."""
    hits = " ".join(text for rule in wording.built_in_rules() for text in rule.hit)
    return {
        "every word we look for": stretched(hits + "\n"),
        "the same in one sentence": stretched(hits.translate({ord(sign): " " for sign in ".。!！?？\n"})),
        "nothing but sorry": stretched("sorry "),
        "nothing but 您": stretched("您"),
        "half conditions": stretched("如果您觉得"),
        "openings of quotations": stretched("您说“您说「"),
        "words without a space": stretched("a"),
        "characters that become four": stretched("㋿㍰㋉"),
        "invisible between all": stretched("s\u200bo\u200br\u200br\u200by\u200b "),
        "digits and dashes": stretched("4-8 "),
        "line ends": stretched("On \n> wrote:\n"),
        "addresses that never end": stretched("a.a@a.a-"),
    }


PATTERNS: Final[Mapping[str, str]] = {
    "a star of a star": r"(?:a*)*b",
    "choices that are the same": r"(?:a|a|ab|aab)+c",
    "many optional, then as many": "(?:a?){200}a{200}b",
    "a thousand of anything": r"x.{1000}y",
    "repeats of repeats": r"(?:(?:a{1,30}){1,30}){1,30}b",
    "two wide gaps": r"[^。]{0,900}a[^。]{0,900}b",
    "every letter there is, many times": r"\pL{400}\d",
    "from anywhere to the end": r"[\s\S]*a[\s\S]*b[\s\S]*c$",
    "five thousand choices": "|".join(f"w{number}" for number in range(5_000)),
    "a look ahead": r"(?=a)a",
    "a look behind": r"(?<!b)a",
    "a back-reference": r"(a+)\1b",
}


def measured() -> Iterator[Cost]:
    """Name, ms, ms allowed; ordinary letters first."""
    context = Context(names=("保证金宝", "Guaranteed Rate"))
    usual = {"English": ENGLISH, "简体": CHINESE, "繁體": TRADITIONAL, "mixed": ENGLISH + CHINESE + TRADITIONAL}
    wording.check(ENGLISH)
    basis = 0.0
    for size, allowed in ((SHORT, SHORT_MS), (LONG, LONG_MS)):
        for name, text in usual.items():
            taken = milliseconds(lambda text=text, size=size: wording.check(stretched(text, size), context))  # type: ignore[misc]
            basis = max(basis, taken)
            yield f"{size:,} characters, {name}", taken, allowed
    for name, text in texts().items():
        taken = milliseconds(lambda text=text: wording.check(text, context), 2)  # type: ignore[misc]
        yield f"text: {name}", taken, basis * WORSE_AT_MOST
    for name, pattern in PATTERNS.items():
        taken = milliseconds(lambda pattern=pattern: _try(pattern), 1)  # type: ignore[misc]
        yield f"pattern: {name}", taken, basis * WORSE_AT_MOST


def _try(pattern: str) -> None:
    """What publishing a rule asks, and if nothing is wrong with it, a long text."""
    rule = wording.read(
        {
            "id": "Z01",
            "category": "Z",
            "severity": "warn",
            "why": "it costs",
            "suggest": "less",
            "patterns": {"en": pattern},
            "tests": {"hit": [], "miss": []},
        }
    )
    wrong = {fault.code for fault in wording.faults(rule)} - {"no-hit", "no-miss"}
    if not wrong:
        RuleSet([rule]).hits(wording.fold(stretched("aab")), Context())


if __name__ == "__main__":
    sys.exit(told(measured()))
