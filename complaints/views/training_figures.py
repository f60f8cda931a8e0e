"""How shares of right answers are drawn: small bars, and the same in words for whoever does not see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.domain.vocabulary import listed
from complaints.queries.training import Record, Share
from office import moments
from playbooks import training

STEP, WIDE, HIGH = 14, 10, 24
"""One bar every so many units of the drawing, how wide it is, and how high when everything was right."""
LOWEST = 2
"""So that none right is still to be seen."""


def said(text: training.Text) -> str:
    """A text of the bank in the reader's language."""
    return training.in_language(text, moments.bcp47(get_language() or moments.ENGLISH))


def topic_word(code: str) -> str:
    """The name of a topic; a code nobody knows any more stands for itself."""
    names = training.topics().get(code)
    return said(names) if names else code


def months_in_words(months: Iterable[datetime]) -> list[str]:
    """``Nov``, ``11月``."""
    english = moments.spoken(get_language() or moments.ENGLISH) == moments.ENGLISH
    return [moments.MONTHS[month.month - 1] if english else f"{month.month}月" for month in months]


@dataclass(frozen=True)
class Bar:
    """One bar of a drawing ``HIGH`` units high, from the top; ``label`` says what it stands for."""

    x: int
    y: int
    height: int
    label: str
    is_empty: bool


def bars_of(shares: Sequence[tuple[str, Share]]) -> tuple[list[Bar], str]:
    """Bars for named shares, and all of them in words, those without an answer left out."""
    bars = []
    for place, (name, share) in enumerate(shares):
        height = max(LOWEST, round(HIGH * share.right / share.asked)) if share.asked else 0
        bars.append(Bar(place * STEP, HIGH - height, height, _label(name, share), not share.asked))
    return bars, listed(_label(name, share) for name, share in shares if share.asked)


def _label(name: str, share: Share) -> str:
    return _("%(name)s: %(right)s of %(asked)s") % {"name": name, "right": share.right, "asked": share.asked}


def small_bars(topics: Mapping[str, Share]) -> tuple[list[Bar], str]:
    """One bar for every topic, always in the same place."""
    return bars_of([(topic_word(code), topics.get(code, Share())) for code in training.topics()])


@dataclass(frozen=True)
class Line:
    """A topic of somebody's record: the share of all time, and bars for the months."""

    topic: str
    share: Share
    bars: Sequence[Bar]
    spoken: str


def lines_of(record: Record, months: Sequence[str]) -> list[Line]:
    """Every topic in its order; what was never asked stands there too."""
    found = []
    for code in training.topics():
        named = list(zip(months, record.months[code], strict=True))
        found.append(Line(topic_word(code), record.topics.get(code, Share()), *bars_of(named)))
    return found
