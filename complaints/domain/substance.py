"""Is a text evidence, or does it only fill the field? The tests for restatements and for every other written evidence.

A restatement is in the agent's own words when, after folding (NFKC, small letters, Traditional → Simplified) and
without names, numbers and quoted words, it is long enough and fewer than six in ten of its four-grams stand in what the
customer wrote or in a line of a template.

The unit of a four-gram is a word, or a Han character: "订单 iphone 坏 了" is one four-gram. Three things are levelled
first, because changing them is not saying it in one's own words:

- who speaks: "I waited" and "you waited", 我等了 and 客户等了, are the same unit (so are am and are, have and has);
- the order of sentences: besides the text as it runs, the four-grams inside its clauses are looked at, and the higher
  share counts;
- stitching: lines of several templates, or of a template and the customer, count together once half a line is there.

Everything here reports and nothing refuses: callers turn a `Fault` into a blocker with a sentence.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias

from complaints.domain.filler import empty_words, is_stock_reply
from office.folding import fold
from office.folding import words as count_words

GRAM: Final = 4
"""Units in a gram. Three catches honest phrases ("nobody came to"), five lets one changed word a sentence through."""

COPIED_SHARE: Final = 0.6
"""From this share of four-grams on a text is a copy. The customer's text with a full stop added, a name before it, its
sentences in another order or 我 changed into 您 is 1.0; honest restatements that keep the facts of a short complaint
reach 0.0–0.2 (the tests have thirty)."""

LEAST_WORDS: Final = 12
"""A restatement in words: "You waited four hours on Tuesday, nobody rang, and the boiler is still off" has 14."""

LEAST_HAN: Final = 20
"""A restatement in Chinese: 您周二等了一下午没人来，也没接到电话，锅炉到现在还停着 has 25 characters."""

LINE_USED: Final = 0.5
"""A template line was used when half of its four-grams are in the text; then all that come from it count."""

DISTINCT_PAIRS: Final = 0.5
"""Of all pairs of neighbouring units, the part that is different. Saying a thing three times gives 0.35, prose 0.9."""

DISTINCT_UNITS: Final = 0.6
"""Different units, as part of the least length: "ok ok ok …" has 1 of 12, the shortest honest restatement 10 of 12."""

FILLER_SHARE: Final = 0.5
"""From this share of empty words, noise and stock replies on, the rest does not carry the text."""

SHORT_FILLER_SHARE: Final = 0.75
"""The same for short evidence, where half can be honest: "Seal fixed and tested" has two of four."""

LEAST_BESIDE: Final = 0.5
"""Beside a template line there must be half a restatement of one's own: 6 words or 10 characters. Filled-in merge
fields ("… about the dishwasher and …") break the four-grams of a line without adding that much."""

SHORTEST_LINE: Final = 2
"""Four-grams a template line must have to be recognised: "How can I help?" is everybody's."""

_LONGEST_QUOTE: Final = 2000

_HAN_CLASS: Final = "㐀-䶿一-鿿豈-﫿々〇\U00020000-\U0003ffff"
_PERSON: Final = "·"
_NAME: Final = "\ue000"

_UNIT: Final = re.compile(rf"[{_HAN_CLASS}{_PERSON}{_NAME}]|(?:(?![_{_HAN_CLASS}])\w)+")
_HAN: Final = re.compile(f"[{_HAN_CLASS}]")
_CLAUSE_END: Final = re.compile(r"[.!?;:,、。…()\[\]{}—–]+|\s-+\s")
_LINE_END: Final = re.compile(r"[\r\n\u2028\u2029]+")

QUOTED: Final = re.compile(
    "|".join(
        f"{start}[^{start}{end}]{{0,{_LONGEST_QUOTE}}}{end}"
        for start, end in (("“", "”"), ("„", "“"), ("«", "»"), ("‹", "›"), ("「", "」"), ("『", "』"), ('"', '"'))
    )
    + f"|(?<!\\w)[‘'][^‘'’]{{0,{_LONGEST_QUOTE}}}['’](?!\\w)"
)
_NUMBER: Final = re.compile(r"(?<![a-z])\d[\d.,:/\-]*(?:(?:st|nd|rd|th|am|pm|h|x)(?![a-z]))?")
_MERGE_FIELD: Final = re.compile(r"\{\{?[^{}]*\}\}?|\[[^\[\]]*\]")

_TITLES: Final = r"(?:(?:mr|mrs|ms|miss|mx|dr|sir|madam)\.? )?"
_HONORIFICS: Final = "先生|女士|小姐|太太|老师|师傅|经理"
_LATIN_PERSON: Final = re.compile(
    r"\b(?:the (?:customer|caller|client)|customer|caller|client"
    r"|i|me|my|mine|myself|we|us|our|ours|you|your|yours|yourself|he|him|his|she|her|hers|they|them|their|theirs)\b"
)
_HAN_PERSON: Final = re.compile("(?:这位|该|此)?(?:客户|顾客|用户|客人)|(?:我|咱|你|您|(?<!其)他|她|它)们?|本人")
_CONTRACTIONS: Final = (
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"['’](?:m|re)\b"), " be"),
    (re.compile(r"['’]ve\b"), " have"),
    (re.compile(r"['’](?:s|d|ll)\b"), ""),
    (re.compile(r"\b(?:am|is|are|was|were|been)\b"), "be"),
    (re.compile(r"\b(?:has|had)\b"), "have"),
)


@dataclass(frozen=True)
class Fault:
    """Why a text is not evidence: too-short, copy-of-customer, template-line, filler or repetition; with figures."""

    code: str
    params: dict[str, int | str] = field(default_factory=dict)


_Gram: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class _Prepared:
    """A text ready for judging: its words without names and numbers, and its levelled units, clause by clause."""

    bare: str
    clauses: tuple[tuple[str, ...], ...]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(unit for clause in self.clauses for unit in clause)


class TemplateSet:
    """Template lines with their four-grams ready; built once, asked often."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines_with: dict[_Gram, tuple[int, ...]] = {}
        self._sizes: list[int] = []
        known: set[frozenset[_Gram]] = set()
        for line in lines:
            pieces = [_prepare(piece).units for piece in _MERGE_FIELD.split(line)]
            grams = frozenset(gram for piece in pieces for gram in _grams(piece))
            if len(grams) < SHORTEST_LINE or grams in known:
                continue
            known.add(grams)
            for gram in grams:
                self._lines_with[gram] = (*self._lines_with.get(gram, ()), len(self._sizes))
            self._sizes.append(len(grams))

    def __len__(self) -> int:
        return len(self._sizes)

    def taken_from(self, grams: Collection[_Gram]) -> frozenset[_Gram]:
        """Those of `grams` that come from a line of which half was used, or from the line they share most with."""
        shared = Counter(line for gram in grams for line in self._lines_with.get(gram, ()))
        used = {line for line, _ in shared.most_common(1)} | self._used(shared)
        return frozenset(gram for gram in grams if used.intersection(self._lines_with.get(gram, ())))

    def uses_a_line(self, grams: Collection[_Gram]) -> bool:
        """Whether half of some line is among `grams`."""
        return bool(self._used(Counter(line for gram in grams for line in self._lines_with.get(gram, ()))))

    def _used(self, shared: Counter[int]) -> set[int]:
        return {line for line, count in shared.items() if count >= LINE_USED * self._sizes[line]}


def restatement_faults(
    text: str, *, customer_words: Sequence[str], templates: TemplateSet, names: Sequence[str]
) -> tuple[Fault, ...]:
    """What is wrong with `text` as a restatement of `customer_words` in the agent's own words; empty when nothing is.

    `names` are those of the customer and of anybody else whose name is no restating: they are left out of the count.
    """
    own = _prepare(QUOTED.sub(" ", text), names=names)
    faults = (
        _too_short(own, least_words=LEAST_WORDS, least_han=LEAST_HAN),
        Fault("filler") if _is_filler(own, share=FILLER_SHARE) else None,
        Fault("repetition") if _says_it_again(own) else None,
        _not_own_words(own, customer_words=customer_words, templates=templates, names=names),
    )
    return tuple(fault for fault in faults if fault is not None)


def thin(text: str, *, least_words: int, least_han: int) -> Fault | None:
    """Why `text` says nothing, as evidence other than a restatement: "ok", 已处理, "...", 哈哈哈, or simply too little.

    Long enough is `words / least_words + characters / least_han ≥ 1`, so that a mixed text is judged fairly. Numbers
    count as words.
    """
    written = _prepare(text, numbers=True)
    if is_stock_reply(written.bare) or _is_filler(written, share=SHORT_FILLER_SHARE):
        return Fault("filler")
    if _is_one_thing(written.units):
        return Fault("repetition")
    return _too_short(written, least_words=least_words, least_han=least_han)


def copied(text: str, source: str, *, names: Sequence[str] = ()) -> bool:
    """Whether `text` is, by its four-grams, a copy of `source`."""
    return containment(text, source, names=names) >= COPIED_SHARE


def templated(text: str, *, templates: TemplateSet, names: Sequence[str] = ()) -> bool:
    """Whether `text` is, by its four-grams, lines of a template with little or nothing beside them."""
    own = _prepare(text, names=names)
    fault = _not_own_words(own, customer_words=(), templates=templates, names=names)
    return fault is not None


def containment(text: str, source: str, *, names: Sequence[str] = ()) -> float:
    """The share (0–1) of the four-grams of `text` that stand in `source`; of a shorter text, whether all of it does."""
    own, theirs = _prepare(text, names=names), _prepare(source, names=names)
    size = min(GRAM, len(own.units))
    known = _grams(theirs.units, size=size) if size else frozenset()
    return max((len(grams & known) / len(grams) for grams in _readings(own, size=size)), default=0.0)


def _too_short(written: _Prepared, *, least_words: int, least_han: int) -> Fault | None:
    words, han = count_words(written.bare)
    if words / max(1, least_words) + han / max(1, least_han) >= 1:
        return None
    return Fault("too-short", {"words": words, "han": han, "least_words": least_words, "least_han": least_han})


def _is_filler(written: _Prepared, *, share: float) -> bool:
    words, han = count_words(written.bare)
    empty, empty_han = empty_words(written.bare)
    size = words / LEAST_WORDS + han / LEAST_HAN
    return size > 0 and (empty / LEAST_WORDS + empty_han / LEAST_HAN) / size >= share


def _says_it_again(written: _Prepared) -> bool:
    """Whether the text gets its length by repeating: too few different units, or too few different neighbours."""
    units = written.units
    words, han = count_words(" ".join(set(units)))
    pairs = list(pairwise(units))
    few = words / LEAST_WORDS + han / LEAST_HAN < DISTINCT_UNITS * min(1, _size(units))
    return len(pairs) >= GRAM and (few or len(set(pairs)) < DISTINCT_PAIRS * len(pairs))


def _size(units: Sequence[str]) -> float:
    words, han = count_words(" ".join(units))
    return words / LEAST_WORDS + han / LEAST_HAN


def _is_one_thing(units: Sequence[str]) -> bool:
    """Whether a short text is the same word or phrase over and over."""
    pairs = list(pairwise(units))
    different = len(set(units)) / max(1, len(units))
    return len(pairs) >= 2 and different < DISTINCT_UNITS and len(set(pairs)) <= DISTINCT_PAIRS * len(pairs)


def _not_own_words(
    own: _Prepared, *, customer_words: Sequence[str], templates: TemplateSet, names: Sequence[str]
) -> Fault | None:
    theirs = frozenset(gram for words in customer_words for gram in _grams(_prepare(words, names=names).units))
    for grams in _readings(own):
        copies, lines = grams & theirs, templates.taken_from(grams)
        share = len(copies | lines) / len(grams)
        if share >= COPIED_SHARE:
            code = "copy-of-customer" if len(copies) >= len(lines) else "template-line"
            return Fault(code, {"percent": round(100 * share)})
    return _little_beside_a_line(own.units, theirs=theirs, templates=templates)


def _little_beside_a_line(units: Sequence[str], *, theirs: frozenset[_Gram], templates: TemplateSet) -> Fault | None:
    grams = _grams(units)
    if not templates.uses_a_line(grams):
        return None
    taken = templates.taken_from(grams) | (grams & theirs)
    covered = {
        place
        for start in range(len(units))
        if tuple(units[start : start + GRAM]) in taken
        for place in range(start, start + GRAM)
    }
    beside = [unit for place, unit in enumerate(units) if place not in covered]
    if _size(beside) >= LEAST_BESIDE:
        return None
    return Fault("template-line", {"percent": round(100 * (1 - len(beside) / len(units)))})


def _readings(own: _Prepared, *, size: int = GRAM) -> list[frozenset[_Gram]]:
    """The grams of a text as it runs, and those inside its clauses if the clauses are long enough to tell."""
    running = _grams(own.units, size=size)
    inside = frozenset(gram for clause in own.clauses for gram in _grams(clause, size=size))
    return [grams for grams in (running, inside) if grams and 2 * len(grams) >= len(running)]


def _grams(units: Sequence[str], *, size: int = GRAM) -> frozenset[_Gram]:
    if not size:
        return frozenset()
    return frozenset(tuple(units[start : start + size]) for start in range(len(units) - size + 1))


def _prepare(text: str, *, names: Sequence[str] = (), numbers: bool = False) -> _Prepared:
    bare = fold(_LINE_END.sub(". ", text)).replace(_NAME, " ").replace(_PERSON, " ")
    for pattern in _name_patterns(names):
        bare = pattern.sub(f" {_NAME} ", bare)
    if not numbers:
        bare = _NUMBER.sub(" ", bare)
    levelled = bare
    for pattern, instead in _CONTRACTIONS:
        levelled = pattern.sub(instead, levelled)
    levelled = _HAN_PERSON.sub(_PERSON, _LATIN_PERSON.sub(_PERSON, levelled.replace(_NAME, _PERSON)))
    clauses = (tuple(_UNIT.findall(clause)) for clause in _CLAUSE_END.split(levelled))
    return _Prepared(bare=bare, clauses=tuple(clause for clause in clauses if clause))


def _name_patterns(names: Sequence[str]) -> list[re.Pattern[str]]:
    """The whole name first, then each of its words; of a Han name also the surname when an honorific follows it."""
    patterns: list[re.Pattern[str]] = []
    for name in sorted({fold(name) for name in names} - {""}, key=len, reverse=True):
        for part in dict.fromkeys((name, *name.split())):
            if not _HAN.search(part):
                patterns.append(re.compile(rf"\b{_TITLES}{re.escape(part)}(?!\w)"))
            elif len(part) > 1:
                patterns.append(re.compile(f"{re.escape(part)}(?:{_HONORIFICS})?"))
        if _HAN.match(name):
            patterns.append(re.compile(f"{re.escape(name[0])}(?:{_HONORIFICS})"))
    return patterns
