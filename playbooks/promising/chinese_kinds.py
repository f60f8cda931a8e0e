"""What sort of deed a Chinese word means where it stands: 发 of a parcel or of a report, 处理 of a refund. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from playbooks.promising import chinese_words as words
from playbooks.promising.chinese_clauses import TELLING, Deed, Placed
from playbooks.promising.deeds import Kind


def kind_of(placed: Placed) -> Kind:
    """The kind of a deed, by what else its clause speaks of."""
    if placed.is_receiving:
        return _received(placed)
    rule = _BY_KIND.get(placed.deed.kind)
    return rule(placed) if rule else placed.deed.kind


def is_another(deed: Deed, kind: Kind) -> bool:
    """Whether it is a second deed: what one explains on the telephone or at the door is none."""
    if deed.kind in {kind, Kind.OTHER} or {deed.kind, kind} <= TELLING:
        return False
    return deed.kind is not Kind.WRITE or kind is not Kind.VISIT or words.CHANNEL.search(deed.word) is not None


def _received(placed: Placed) -> Kind:
    for text in (placed.text[placed.deed.end :], placed.topic):
        for kind, pattern in words.RECEIVED_WHAT.items():
            if pattern.search(text):
                return kind
    return Kind.SEND


def _written(placed: Placed) -> Kind:
    word = placed.deed.word
    if words.PROGRESS.search(placed.text) and not words.CHANNEL.search(word):
        return Kind.UPDATE
    return Kind.UPDATE if words.REPORTING.fullmatch(word) and not words.RESULT.search(placed.text) else Kind.WRITE


def _sent(placed: Placed) -> Kind:
    if words.POINTS.search(placed.topic):
        return Kind.OTHER
    papers = placed.deed.word == "发" and words.PAPERS.search(placed.text)
    if papers or words.LETTERS.search(placed.text):
        return Kind.WRITE
    return Kind.REFUND if "支票" in placed.text else Kind.SEND


def _visited(placed: Placed) -> Kind:
    """到您家 is said of a parcel too."""
    thing = placed.deed.word.startswith("到") and words.GOODS.search(placed.before)
    return Kind.SEND if thing and not words.VISITORS.search(placed.before) else Kind.VISIT


def _called(placed: Placed) -> Kind:
    """打给您 is money where money is spoken of."""
    paid = placed.deed.word.startswith("打") and "电" not in placed.deed.word
    return Kind.REFUND if paid and words.MONEY.search(placed.text) else Kind.CALL


def _done(placed: Placed) -> Kind:
    if words.SET_FOR.search(placed.text) and words.VISIT_TOPIC.search(placed.text):
        return Kind.VISIT
    paid = words.HANDLED.search(placed.deed.word) and words.MONEY_TOPIC.search(placed.topic)
    return Kind.REFUND if paid else Kind.OTHER


_BY_KIND: Final[Mapping[Kind, Callable[[Placed], Kind]]] = {
    Kind.WRITE: _written,
    Kind.SEND: _sent,
    Kind.CALL: _called,
    Kind.VISIT: _visited,
    Kind.OTHER: _done,
}
