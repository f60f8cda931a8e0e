"""Finding what rules are about. Pure; RE2 only, so that neither a pattern nor a text can make it slow.

All patterns of all scripts run on every text. Which of them match is asked once, of RE2's own filter by the words they
need; where those match is then asked of each by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

import re2

from playbooks.saying.context import NOTE, Context
from playbooks.saying.letters import Bytes, Folded, fold, fold_pattern
from playbooks.saying.rules import Patterns, Rule, built_in_data, expand
from playbooks.saying.scope import labelled, ours
from playbooks.saying.tone import Tone

MOST_OF_A_RULE: Final = 20  # findings; whoever shouts in every line has been told
FORM: Final = "F"  # the category of how something is written, whatever it says
FAR_ENOUGH: Final = 2_000  # characters from the end, to find the last sentence in
MOST_TRIED: Final = 400  # matches looked at for one pattern
_MEMORY: Final = 1 << 23  # bytes RE2 may use for one pattern and its states
_MEMORY_AT_TRIAL: Final = 1 << 20  # what does not fit here is not published

# Not the point of a title: "Mr. Osei".
_BOUNDARY: Final = re.compile(r"[。!?\n]+|(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bNo)\.(?=\s|\Z)")

# Where a part of a sentence may end.
_PART: Final = re.compile(r"[,;:](?=\D)\s*|\.{3,}|—")

# Who writes, on a last line of its own, in Han: nobody is spoken to there, and nothing is told.
_SIGNED: Final = re.compile(r"(?<=\n)[ \t]*[^\na-zA-Z您你我他她佢咱不没别请吧吗呢啊啦咯喇嘛了,.!?:;]{2,20}\s*\Z")


class Hit(NamedTuple):
    """A rule that found something, in the original text; ``doubted`` if the whole sentence sounds good all the same."""

    rule: Rule
    start: int
    end: int
    doubted: bool = False


@lru_cache(maxsize=8192)
def compiled(pattern: str, case_sensitive: bool) -> Any:  # noqa: FBT001
    """``pattern``, its names expanded and folded, as RE2 has it: many lines, ASCII classes. re2.error, KeyError."""
    return re2.compile(_prepared(pattern), _options(case_sensitive=case_sensitive, memory=_MEMORY))


def compiled_small(pattern: str, case_sensitive: bool) -> Any:  # noqa: FBT001
    """As ``compiled``, with an eighth of the memory: re2.error also for what is too large to be published."""
    return re2.compile(_prepared(pattern), _options(case_sensitive=case_sensitive, memory=_MEMORY_AT_TRIAL))


def _prepared(pattern: str) -> str:
    return f"(?m){fold_pattern(expand(pattern))}"


@cache
def _options(*, case_sensitive: bool, memory: int) -> Any:
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    options.never_capture = True
    options.max_mem = memory
    return options


@cache
def _date() -> Any:
    return compiled(built_in_data()["engine"]["date_pattern"], False)


def says_when(text: str) -> bool:
    """Whether ``text``, folded, holds a date, an hour, a weekday or a length of time."""
    return _date().search(text.encode()) is not None


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, folded, with their stops, without blank ones."""
    return [text[first:last].strip() for first, last in pairwise(_bounds(text)) if text[first:last].strip()]


def last_sentence(text: str) -> str:
    """The last of the ``sentences`` of ``text``, or the end of it; nothing of nothing."""
    text = text.rstrip()
    begin = max(0, len(text) - FAR_ENOUGH)
    for match in _BOUNDARY.finditer(text, begin):
        begin = match.end() if match.end() < len(text) else begin
    return text[begin:].strip()


def _bounds(text: str) -> list[int]:
    """Where the sentences of ``text`` begin, and where the last one ends."""
    return sorted({0, *(match.end() for match in _BOUNDARY.finditer(text)), len(text)})


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    source: str


class Heard(NamedTuple):
    """What tells of a sentence by its tone, and as what; and the rules, by id, whose findings it is not asked about."""

    rule: Rule
    tone: Tone
    trusted: Collection[str] = ()

    def is_asked(self, rule: Rule) -> bool:
        """Whether ``rule`` may be doubted: not those of form, and not those that people wrote themselves."""
        return rule.severity != "hint" and rule.category != FORM and rule.id not in self.trusted


class RuleSet:
    """Rules made ready to run. Making one costs about a tenth of a second; keep it."""

    def __init__(self, rules: Iterable[Rule], tone: Heard | None = None) -> None:
        self.rules: Final = tuple(rules)
        self.tone: Final = tone
        self._here = tuple(_patterns_of(rule for rule in self.rules if not rule.everywhere))
        self._everywhere = tuple(_patterns_of(rule for rule in self.rules if rule.everywhere))

    @cached_property
    def _filter(self) -> Any:
        chosen = re2.Filter()
        for pattern in self._here:
            options = _options(case_sensitive=pattern.rule.case_sensitive, memory=_MEMORY)
            chosen.Add(_prepared(pattern.source), options)
        if self._here:
            chosen.Compile()
        return chosen

    def hits(self, folded: Folded, context: Context) -> list[Hit]:
        """What the rules find in a text, folded, in the order of where it begins; no hit of a rule inside another."""
        mine = _Judged(ours(folded.text, [fold(name).text for name in context.names]))
        found: dict[Rule, list[tuple[int, int]]] = {}
        for index in (self._filter.Match(mine.bytes.data, False) or ()) if self._here else ():
            self._collect(self._here[index], self._filter.re(index), mine, context, found)
        if self._everywhere:
            whole = _Judged(labelled(folded.text))
            for pattern in self._everywhere:
                self._collect(pattern, compiled(pattern.source, pattern.rule.case_sensitive), whole, context, found)
        hits = [
            Hit(rule, *folded.span(start, end), context.kind != NOTE and self._is_doubted(rule, mine, start, end))
            for rule, spans in found.items()
            for start, end in _outermost(spans)[rule.times - 1 :][:MOST_OF_A_RULE]
        ]
        if self.tone and context.kind != NOTE:
            stopped = [span for rule, spans in found.items() if rule.severity != "hint" for span in spans]
            hits += [Hit(self.tone.rule, *folded.span(*span)) for span in mine.heard(self.tone.tone, stopped)]
        return sorted(hits, key=lambda hit: (hit.start, hit.rule.id))

    def _is_doubted(self, rule: Rule, text: _Judged, start: int, end: int) -> bool:
        if self.tone is None or not self.tone.is_asked(rule):
            return False
        tone, blocks = self.tone.tone, rule.severity == "block"
        if not text.sounds_good(tone, text.sentence(start, end), blocks=blocks):
            return False
        # What must not go out is not covered up by kind words around it.
        return not blocks or text.sounds_good(tone, text.part(start, end), blocks=blocks)

    @staticmethod
    def _collect(
        pattern: _Pattern, program: Any, text: _Judged, context: Context, found: dict[Rule, list[tuple[int, int]]]
    ) -> None:
        rule = pattern.rule
        if (context.kind == NOTE and not rule.notes) or not rule.context.speaks(context):
            return
        if rule.unless_message and text.excuses(rule):
            return
        if spans := list(text.spans(rule, program)):
            found.setdefault(rule, []).extend(spans)


def _patterns_of(rules: Iterable[Rule]) -> Iterator[_Pattern]:
    for rule in rules:
        # Patterns of two scripts are often one pattern when folded.
        seen: set[str] = set()
        for source in (one for script in rule.patterns.values() for one in script):
            if (folded := fold_pattern(source)) not in seen:
                seen.add(folded)
                yield _Pattern(rule, source)


class _Judged:
    """A text while rules look at it: its sentences, and what was asked about each, once."""

    def __init__(self, text: str) -> None:
        self.bytes: Final = Bytes(text)
        self._unless: dict[tuple[Rule, int, int], list[tuple[int, int]]] = {}
        self._elsewhere: dict[tuple[Rule, int, int], bool] = {}
        self._dated: dict[tuple[int, int], bool] = {}
        self._excuses: dict[Rule, bool] = {}
        self._good: dict[tuple[tuple[int, int], bool], bool] = {}
        self._parts: dict[tuple[int, int], list[int]] = {}
        self._sentences: dict[tuple[int, int], Bytes] = {}

    def spans(self, rule: Rule, program: Any) -> Iterator[tuple[int, int]]:
        """Where ``program`` matches and nothing speaks against it."""
        told = 0
        for match in islice(program.finditer(self.bytes.data), MOST_TRIED):
            start, end = map(self.bytes.character, match.span())
            if start < end and not self._excused(rule, start, end):
                yield start, end
                told += 1
            if told == MOST_OF_A_RULE + rule.times:
                return

    def excuses(self, rule: Rule) -> bool:
        """Whether the message says elsewhere what makes ``rule`` pointless."""
        if rule not in self._excuses:
            programs = _programs(rule, "unless_message")
            self._excuses[rule] = any(program.search(self.bytes.data) for program in programs)
        return self._excuses[rule]

    def heard(self, tone: Tone, stopped: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The sentences that sound like one to stop, without those that are ``stopped`` anyway."""
        known = {self.sentence(*span) for span in stopped}
        signed = _SIGNED.search(self.bytes.text)
        known |= {signed.span()} if signed else set()
        told = 0
        for first, last in pairwise(self._limits):
            sentence = self.bytes.text[first:last]
            if told < MOST_OF_A_RULE and not any(a < last and first < b for a, b in known) and tone.sounds(sentence):
                told += 1
                yield first + len(sentence) - len(sentence.lstrip()), first + len(sentence.rstrip())

    def sounds_good(self, tone: Tone, limits: tuple[int, int], *, blocks: bool) -> bool:
        """Whether what is said there does, in spite of what a rule found in it."""
        if (limits, blocks) not in self._good:
            self._good[limits, blocks] = tone.doubts(self.bytes.text[slice(*limits)], blocks=blocks)
        return self._good[limits, blocks]

    def part(self, start: int, end: int) -> tuple[int, int]:
        """The part of its sentence that ``start:end`` is in: from comma to comma."""
        first, last = self.sentence(start, end)
        if (first, last) not in self._parts:
            found = (match.end() for match in _PART.finditer(self.bytes.text, first, last))
            self._parts[first, last] = sorted({first, *found, last})
        cuts = self._parts[first, last]
        return cuts[bisect_right(cuts, start) - 1], cuts[bisect_left(cuts, end)]

    def _excused(self, rule: Rule, start: int, end: int) -> bool:
        first, last = self.sentence(start, end)
        if rule.unless_dated_sentence and self._is_dated(first, last):
            return True
        if rule.unless_sentence and self._says_otherwise(rule, first, last):
            return True
        return bool(rule.unless) and any(
            begins < end and start < ends for begins, ends in self._unless_spans(rule, first, last)
        )

    @cached_property
    def _limits(self) -> list[int]:
        return _bounds(self.bytes.text)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """From where the sentence of ``start`` begins to where that of ``end`` ends."""
        first, last = bisect_right(self._limits, start), bisect_right(self._limits, end - 1)
        return self._limits[first - 1], self._limits[last]

    def _alone(self, first: int, last: int) -> Bytes:
        if (first, last) not in self._sentences:
            self._sentences[first, last] = Bytes(self.bytes.text[first:last])
        return self._sentences[first, last]

    def _is_dated(self, first: int, last: int) -> bool:
        if (first, last) not in self._dated:
            self._dated[first, last] = says_when(self.bytes.text[first:last])
        return self._dated[first, last]

    def _says_otherwise(self, rule: Rule, first: int, last: int) -> bool:
        key = (rule, first, last)
        if key not in self._elsewhere:
            data = self._alone(first, last).data
            self._elsewhere[key] = any(program.search(data) for program in _programs(rule, "unless_sentence"))
        return self._elsewhere[key]

    def _unless_spans(self, rule: Rule, first: int, last: int) -> list[tuple[int, int]]:
        key = (rule, first, last)
        if key not in self._unless:
            sentence = self._alone(first, last)
            self._unless[key] = [
                (first + sentence.character(match.start()), first + sentence.character(match.end()))
                for program in _programs(rule, "unless")
                for match in program.finditer(sentence.data)
            ]
        return self._unless[key]


@lru_cache(maxsize=2048)
def _programs(rule: Rule, name: str) -> tuple[Any, ...]:
    """What speaks against ``rule``, compiled: the patterns of that field in all scripts, each once."""
    patterns: Patterns = getattr(rule, name)
    sources = dict.fromkeys(fold_pattern(one) for script in patterns.values() for one in script)
    return tuple(compiled(source, rule.case_sensitive) for source in sources)


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """``spans`` in order; those that overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
