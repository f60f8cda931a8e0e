"""A text cut where findings begin and end, so that each piece can be drawn with its line under it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple, Protocol

WEIGHT: Final = {"block": 3, "warn": 2, "hint": 1, "nudge": 0}


class Span(Protocol):
    """What has a place in a text and weighs something."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def severity(self) -> str: ...


class Piece(NamedTuple):
    """A part of the text, and the severest of what was found in it; "" for nothing."""

    text: str
    severity: str


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """``text`` in pieces which together are the text. Findings about nothing in it are left out."""
    marked = [span for span in spans if span.start < span.end]
    cuts = sorted({0, len(text), *(span.start for span in marked), *(span.end for span in marked)})
    made: list[Piece] = []
    for start, end in pairwise(cuts):
        over = [span.severity for span in marked if span.start <= start and end <= span.end]
        made.append(Piece(text[start:end], max(over, key=lambda severity: WEIGHT[severity], default="")))
    return made
