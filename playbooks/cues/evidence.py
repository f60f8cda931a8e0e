"""What fires in a reading, and what it is worth together. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from playbooks.cues.reading import Reading
from playbooks.cues.table import Rule, Table

DECIDES: Final = 3
"""The weight from which evidence is enough; a cue of that weight is enough alone."""
WEAK: Final = 4
"""What weak cues must weigh together when no strong one is among them."""
TWICE: Final = 2
"""How often a cue that nearly decides counts: it stands for many words of one kind."""
TOGETHER: Final = 1_500
"""Bytes of folded text within which weak cues count together: a long letter holds a little of everything."""
MOST_OF_ONE: Final = 6
"""How often one cue is looked for in a text."""


class Hit(NamedTuple):
    """A cue that fired: its number, where in the text (characters) and in the reading (bytes), what it is worth, and
    the words it fired on, folded."""

    key: str
    number: int
    start: int
    end: int
    place: int
    weight: int
    safety: bool
    words: bytes = b""


class Verdict(NamedTuple):
    """A pattern, what it scored, and the hits it scored with."""

    key: str
    score: int
    strong: bool
    safety: bool
    hits: tuple[Hit, ...]


def hits(reading: Reading, table: Table) -> Iterator[Hit]:
    """Every cue that fires in ``reading`` and that nothing takes away, for the patterns that could be shown by them."""
    fired: dict[int, list[tuple[int, int]]] = {}
    most: Counter[str] = Counter()
    for number in table.sieve.firing(reading.folded, reading.typed):
        rule = table.rules[number]
        text = reading.typed if rule.script == "raw" else reading.folded
        found = (match.span() for match in islice(rule.pattern.finditer(text), MOST_OF_ONE))
        if spans := [(start, end) for start, end in found if start < end]:
            fired[number] = spans
            most[rule.key] += max(rule.weight, 0) * min(len(spans), _times(rule.weight))
    guards = _Guards(reading, table)
    for number, spans in fired.items():
        rule = table.rules[number]
        # What speaks against a cue is asked last: for most patterns not enough was said anyway.
        if most[rule.key] >= min(DECIDES, WEAK):
            yield from (_hit(number, rule, reading, *span) for span in spans if not guards.take_away(rule, *span))


def _hit(number: int, rule: Rule, reading: Reading, start: int, end: int) -> Hit:
    if rule.script == "raw":
        first, last, words = reading.typed_origin(start), reading.typed_origin(end - 1), reading.typed[start:end]
    else:
        first, last, words = reading.origin(start), reading.origin(end - 1), reading.folded[start:end]
    return Hit(rule.key, number, first, last + 1, start, rule.weight, rule.safety, words)


class _Guards:
    """Whether something around a cue speaks against it; answers are kept, for sentences hold many cues."""

    def __init__(self, reading: Reading, table: Table) -> None:
        self._reading = reading
        self._guards = table.guards
        self._answers: dict[tuple[str, int, int], bool] = {}

    def take_away(self, rule: Rule, start: int, end: int) -> bool:
        """Whether a cue of ``rule`` found at ``start`` to ``end``, in bytes, does not count."""
        if rule.script == "raw":
            return False
        begin, stop = self._reading.sentence(start, end)
        if rule.unless is not None and rule.unless.search(self._reading.folded[begin:stop]):
            return True
        ends = {"before": start, "sentence": stop}
        return any(self._found(name, begin, ends[self._guards[name].where]) for name in rule.guards)

    def _found(self, name: str, first: int, last: int) -> bool:
        asked = (name, first, last)
        if asked not in self._answers:
            searched = self._reading.folded[first:last]
            self._answers[asked] = self._guards[name].pattern.search(searched) is not None
        return self._answers[asked]


def verdicts(found: Iterable[Hit]) -> list[Verdict]:
    """Per pattern the best evidence that stands together, if it is enough."""
    by_key: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        by_key[hit.key].append(hit)
    weighed = (_weighed(key, those) for key, those in by_key.items())
    return [verdict for verdict in weighed if verdict is not None]


def _weighed(key: str, those: list[Hit]) -> Verdict | None:
    against = sum({hit.number: hit.weight for hit in those if hit.weight < 0}.values())
    apart = _apart([hit for hit in those if hit.weight > 0])
    if not apart:
        return None
    best = max((_near(apart, hit.place) for hit in apart), key=_total)
    score = _total(best) + against
    strong = any(hit.weight >= DECIDES for hit in best) and score >= DECIDES
    safety = any(hit.safety for hit in best)
    enough = score >= DECIDES if any(hit.weight >= DECIDES for hit in best) else score >= WEAK
    return Verdict(key, score, strong, safety, tuple(best)) if enough else None


def _apart(those: list[Hit]) -> list[Hit]:
    """Of hits that overlap only the heaviest, then the longest: the same words count once, one cue at most twice.

    A word said again is no new evidence, so the second time must be in other words.
    """
    kept: list[Hit] = []
    used: Counter[int] = Counter()
    said: set[tuple[int, bytes]] = set()
    for hit in sorted(those, key=lambda hit: (-hit.weight, hit.start - hit.end, hit.start)):
        if used[hit.number] >= _times(hit.weight) or (hit.words and (hit.number, hit.words) in said):
            continue
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
            used[hit.number] += 1
            said.add((hit.number, hit.words))
    return sorted(kept, key=lambda hit: hit.start)


def _times(weight: int) -> int:
    """How often one cue counts."""
    return TWICE if weight == DECIDES - 1 else 1


def _near(apart: list[Hit], place: int) -> list[Hit]:
    return [hit for hit in apart if place <= hit.place <= place + TOGETHER]


def _total(those: Iterable[Hit]) -> int:
    return sum(hit.weight for hit in those)
