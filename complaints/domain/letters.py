"""Letters: which template a case allows, what its blocks say, and what of it is locked to the record. Pure.

A template is a row of parts. A fixed part says what the template and the record say. An editable part begins with the
template's words and keeps their merge fields; an author's part begins empty, or with what the record proposes. Fields
stand in the words as ``{{number}}`` and are filled in from the record whenever the letter is shown, so that nobody
types over them. The shape of the data is that of playbooks/content/letters.json.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from complaints.domain.letter_fields import Record, facts_of
from office.folding import clean, has_han
from playbooks.saying.context import language_of
from playbooks.saying.must import COMPONENTS
from playbooks.saying.rules import CONTENT, in_language

BUILT_IN: Final[Path] = CONTENT / "letters.json"
FIELD: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
DATED: Final = "letter_date"
"""The one field that changes by itself: it is the day on which the letter leaves."""
APOLOGY, REGRET = "apology", "regret"
OUTCOMES: Final = frozenset({"final_response", "refusal"})
"""Letters that tell the outcome where the case is in Resolve."""
SIX: Final = "M08"
"""Templates under this rule are apologies after a finding: all six components, each ticked by the author."""
HEAD, SUBJECT, CLOSE = "head", "subject", "close"

WRITABLE: Final = frozenset({"draft", "returned"})
LEFT: Final = frozenset({"sent", "printed"})
OVER: Final = LEFT | {"dropped"}
LONGEST_PART: Final = 20_000


@dataclass(frozen=True)
class Part:
    """One block of a template, its words by language. ``author``: the words are the author's, the prompt helps."""

    id: str
    text: Mapping[str, str]
    prompt: Mapping[str, str]
    editable: bool = False
    author: bool = False
    optional: bool = False
    component: str = ""
    condition: str = ""

    @property
    def is_close(self) -> bool:
        return self.id.startswith(CLOSE)


@dataclass(frozen=True)
class Template:
    """A letter template in one of its editions (0: as it ships)."""

    key: str
    edition: int
    name: Mapping[str, str]
    purpose: Mapping[str, str]
    when: Mapping[str, str]
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    rules: tuple[str, ...]
    approval: bool
    parts: tuple[Part, ...]

    @property
    def needs_six(self) -> bool:
        return SIX in self.rules

    def named(self, language: str) -> str:
        return in_language(self.name, language_of(language))

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.id == name), None)


def read(data: Mapping[str, Any], edition: int = 0) -> Template:
    """The template that an edition's content describes."""
    return Template(
        key=data["key"],
        edition=edition,
        name=data["name"],
        purpose=data.get("purpose") or {},
        when=data.get("when") or {},
        requires=tuple(data.get("requires") or ()),
        excludes=tuple(data.get("excludes") or ()),
        rules=tuple(data.get("rules") or ()),
        approval=bool(data.get("approval", True)),
        parts=tuple(map(_part, data["parts"])),
    )


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        id=data["id"],
        text=data.get("text") or {},
        prompt=data.get("prompt") or {},
        editable=bool(data.get("editable")),
        author=bool(data.get("author")),
        optional=bool(data.get("optional")),
        component=data.get("component") or "",
        condition=data.get("condition") or "",
    )


# Words about the words ------------------------------------------------------------------------------------------------


@cache
def _shipped() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(BUILT_IN.read_text(encoding="utf-8"))
    return data


def fact_in_words(key: str, language: str) -> str:
    """What has to be so, for a reader of ``language``; the key for a fact nobody described."""
    return _described("facts", "key", "description", key, language)


def field_in_words(key: str, language: str) -> str:
    return _described("fields", "key", "description", key, language)


def component_in_words(key: str, language: str) -> tuple[str, str]:
    """The name of a component of an apology, and what makes it one."""
    return tuple(_described("checks", "component", what, key, language) for what in ("name", "explanation"))  # type: ignore[return-value]


def _described(rows: str, name: str, what: str, key: str, language: str) -> str:
    found = next((row for row in _shipped()[rows] if row[name] == key), None)
    return in_language(found[what], language_of(language)) if found else key


# Which template -------------------------------------------------------------------------------------------------------


def unmet(template: Template, facts: Collection[str]) -> tuple[str, ...]:
    """The facts that keep a case from this letter; empty when it may be written."""
    wanting = tuple(fact for fact in template.requires if fact not in facts)
    return wanting + tuple(fact for fact in template.excludes if fact in facts)


def visible(template: Template, facts: Collection[str]) -> tuple[Part, ...]:
    """The parts this case's letter has."""
    return tuple(part for part in template.parts if not part.condition or part.condition in facts)


# Blocks ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of a block: its words, where they stand in the source, and the field they came from ("" for none)."""

    text: str
    start: int
    end: int
    field: str = ""


@dataclass(frozen=True)
class Block:
    """A part with its words. ``lost`` are fields of the template's words that the author took out, ``unknown`` such
    as no template has, ``missing`` those the record has nothing for.
    """

    part: Part
    source: str
    pieces: tuple[Piece, ...]
    lost: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    @property
    def is_written(self) -> bool:
        """Whether its author writes in it."""
        return self.part.editable or self.part.author

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(piece.field for piece in self.pieces if piece.field))

    def source_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of the text stands in the source; None if any of it came from the record."""
        spans: list[tuple[int, int]] = []
        place = 0
        for piece in self.pieces:
            after = place + len(piece.text)
            if place < end and start < after:
                if piece.field:
                    return None
                spans.append((piece.start + max(start - place, 0), piece.start + min(end, after) - place))
            place = after
        return (spans[0][0], spans[-1][1]) if spans else None

    def is_recorded(self, start: int, end: int) -> bool:
        """Whether any of a span of the text came from the record; what stands for something missing did not."""
        place = 0
        for piece in self.pieces:
            if piece.field and piece.field not in self.missing and place < end and start < place + len(piece.text):
                return True
            place += len(piece.text)
        return False


def fields_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(FIELD.findall(text)))


def blocks_of(
    template: Template, *, facts: Collection[str], fields: Mapping[str, str], parts: Mapping[str, str], language: str
) -> tuple[Block, ...]:
    """The letter's blocks: the template's words in its language, the author's ``parts``, and the record's fields.

    A field nothing is on record for stands there as what it would be, in brackets: such a letter cannot leave.
    """
    tongue = language_of(language)
    return tuple(_block(part, fields, parts, tongue) for part in visible(template, facts))


def _block(part: Part, fields: Mapping[str, str], parts: Mapping[str, str], language: str) -> Block:
    given = in_language(part.text, language)
    source = parts.get(part.id, given) if part.editable or part.author else given
    pieces: list[Piece] = []
    place = 0
    unknown: list[str] = []
    missing: list[str] = []
    for found in FIELD.finditer(source):
        key = found.group(1)
        pieces.append(Piece(source[place : found.start()], place, found.start()))
        if key not in fields:
            unknown.append(key)
        elif not fields[key]:
            missing.append(key)
        text = fields.get(key) or f"[{field_in_words(key, language)}]"
        pieces.append(Piece(text, found.start(), found.end(), key))
        place = found.end()
    pieces.append(Piece(source[place:], place, len(source)))
    kept = fields_in(source)
    return Block(
        part=part,
        source=source,
        pieces=tuple(piece for piece in pieces if piece.text),
        lost=tuple(key for key in fields_in(given) if key not in kept),
        unknown=tuple(dict.fromkeys(unknown)),
        missing=tuple(dict.fromkeys(missing)),
    )


def first_parts(template: Template, record: Record, language: str) -> dict[str, str]:
    """What the author begins with: the template's words, and in their own blocks what the record proposes."""
    tongue = language_of(language)
    return {
        part.id: in_language(part.text, tongue) if part.text else proposed(template.key, part, record, tongue)
        for part in template.parts
        if part.editable or part.author
    }


def kept_parts(template: Template, typed: Mapping[str, str]) -> dict[str, str]:
    """Of what was typed, the words of parts that may be written, cleaned."""
    writable = {part.id for part in template.parts if part.editable or part.author}
    return {key: clean(text).strip() for key, text in typed.items() if key in writable}


# What the record proposes ---------------------------------------------------------------------------------------------

PROPOSALS: Final[Mapping[tuple[str, str], str]] = {
    ("final_response", "sorry"): "regret",
    ("final_response", "no-redress"): "redress_none",
    ("refusal", "reason"): "declined",
    ("refusal", "alternative"): "remedy",
    ("regret", "regret"): "regret",
    ("apology", "regret"): "regret",
    ("apology", "event"): "restatement",
    ("apology", "what-we-failed"): "reasons",
    ("apology", "explanation"): "cause",
    ("apology", "repair-without-redress"): "remedy",
    ("apology", "prevention-none"): "prevention_none",
    ("goodwill", "why"): "happened",
}
"""From where an author's block may begin. The author makes a letter of it."""


def proposed(template: str, part: Part, record: Record, language: str) -> str:
    """Words on record for an author's block; none that were written in another language than the letter's."""
    source = PROPOSALS.get((template, part.id), "")
    if source == "reasons":
        text = "\n".join(issue.reason.strip() for issue in record.upheld)
    elif source == "declined":
        text = "\n".join(issue.reason.strip() for issue in record.issues if issue not in record.upheld)
    else:
        text = str(getattr(record, source, "")) if source else ""
    return text.strip() if has_han(text) == (language != "en") else ""


# What is approved, and whether it still is so -------------------------------------------------------------------------


@dataclass(frozen=True)
class Print:
    """The letter as a sum, whatever day it leaves: the whole, each field it holds, and which parts it has."""

    sha256: str
    fields: Mapping[str, str]
    parts: tuple[str, ...]

    def as_detail(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "fields": dict(self.fields), "parts": list(self.parts)}


def print_of(blocks: Iterable[Block], *, template: Template, language: str) -> Print:
    """The sum of a letter's words; the day of the letter stays open."""
    known = list(blocks)
    words = [
        [block.part.id, "".join(f"{{{{{DATED}}}}}" if piece.field == DATED else piece.text for piece in block.pieces)]
        for block in known
    ]
    values: dict[str, str] = {}
    for piece in (piece for block in known for piece in block.pieces if piece.field and piece.field != DATED):
        values[piece.field] = digest(piece.text)[:16]
    whole = json.dumps([template.key, template.edition, language, words], ensure_ascii=False)
    return Print(digest(whole), values, tuple(block.part.id for block in known))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def differs(detail: Mapping[str, Any], now: Print) -> tuple[str, ...] | None:
    """None while the letter is what was approved; else the fields that changed, and parts come or gone as ``part:id``.

    An empty answer: the words themselves are others.
    """
    if detail.get("sha256") == now.sha256:
        return None
    then = detail.get("fields") or {}
    keys = {*then, *now.fields}
    parts = set(detail.get("parts") or ()) ^ set(now.parts)
    changed = [key for key in sorted(keys) if then.get(key) != now.fields.get(key)]
    return (*changed, *(f"part:{part}" for part in sorted(parts)))


def difference_in_words(template: Template, changed: Iterable[str], language: str) -> list[str]:
    """What changed, for a reader: the field's description, or the fact on which a part hangs."""
    words: list[str] = []
    for key in changed:
        part = template.part(key.removeprefix("part:")) if key.startswith("part:") else None
        if part is not None:
            words.append(fact_in_words(part.condition, language))
        elif not key.startswith("part:"):
            words.append(field_in_words(key, language))
    return list(dict.fromkeys(words))


# As it looks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """The letter laid out, each block as paragraphs of lines."""

    language: str
    template: str
    head: tuple[tuple[str, ...], ...]
    subject: str
    body: tuple[tuple[str, ...], ...]
    close: tuple[tuple[str, ...], ...]


def sheet_of(blocks: Iterable[Block], *, template: Template, language: str) -> Sheet:
    """Blocks as paragraphs: an empty line ends one, a single line end breaks the line."""
    known = [block for block in blocks if not block.is_empty]
    subject = next((block.text.strip() for block in known if block.part.id == SUBJECT), template.named(language))
    inner = [block for block in known if block.part.id not in (HEAD, SUBJECT) and not block.part.is_close]
    return Sheet(
        language=language_of(language),
        template=template.key,
        head=_paragraphs(block for block in known if block.part.id == HEAD),
        subject=" ".join(subject.split("\n")),
        body=_paragraphs(inner),
        close=_paragraphs(block for block in known if block.part.is_close),
    )


def _paragraphs(blocks: Iterable[Block]) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for block in blocks:
        for paragraph in re.split(r"\n[ \t]*\n", block.text.strip()):
            lines = tuple(line.strip() for line in paragraph.split("\n") if line.strip())
            if lines:
                found.append(lines)
    return tuple(found)


def plain(sheet: Sheet) -> str:
    """The letter as text, for the conversation and for mail without HTML."""
    paragraphs = (*sheet.head, (sheet.subject,), *sheet.body, *sheet.close)
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


# The six components ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """One component of an apology: whether its author ticked it, and whether there is anything to tick."""

    key: str
    ticked: bool
    possible: bool


def ticks(template: Template, blocks: Iterable[Block], ticked: Collection[str]) -> tuple[Tick, ...]:
    """The checklist; empty for letters that are no apology after a finding."""
    if not template.needs_six:
        return ()
    known = list(blocks)
    found = []
    for key in COMPONENTS:
        mine = [block for block in known if block.part.component == key]
        possible = bool(mine) and not any(block.is_empty for block in mine if not block.part.optional)
        found.append(Tick(key, key in ticked and possible, possible))
    return tuple(found)


def allowed(template: Template, record: Record) -> tuple[str, ...]:
    """``unmet`` of a record."""
    return unmet(template, facts_of(record))
