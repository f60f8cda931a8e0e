"""What stands between a letter and its customer: the wording of its blocks, what it must hold, what is still missing.

Pure: the facts and the rules are passed in. The wording of fixed parts is the template's and is not judged; what the
record brings into them is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from complaints.domain import letters as l
from complaints.domain import redress
from complaints.domain.apology import regret_faults
from complaints.domain.letter_fields import DECLINING, Given, Record, day, facts_of, fields_of, money
from complaints.domain.letter_fields import Point as IssuePoint
from complaints.domain.workflow import Blocker
from playbooks import wording
from playbooks.wording import Context, Finding, Point, RuleSet, Scheme

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "acknowledgement": ("acknowledgement",),
    "holding_update": ("update",),
    "final_response": ("final_response",),
    "refusal": ("refusal", "final_response"),
    "regret": ("update", "apology_letter"),
    "apology": ("apology_letter",),
}
"""What the wording check calls them; the first is what its pattern rules are told, the others find what is missing."""
LATE: Final = "extension"
"""What an update is as well when it moves the date of the answer."""
RANKED: Final = tuple(finding.value for finding in redress.Finding)
"""The findings, the one that says most first."""
LAST: Final = "M12"
OVERRULED: Final = frozenset({"letter.block", "letter.must"})
"""What a supervisor may let pass, with a reason."""


@dataclass(frozen=True)
class Said:
    """A finding in a block (``part``), or about the whole letter (""). ``span`` is where it stands in what was typed;
    None where that came from the record, or where something is missing.
    """

    part: str
    finding: Finding
    span: tuple[int, int] | None = None

    @property
    def key(self) -> str:
        return f"{self.part}:{self.finding.rule}:{self.finding.start if self.part else 0}"

    @property
    def severity(self) -> str:
        return self.finding.severity


@dataclass(frozen=True)
class Examined:
    """A letter, looked through."""

    template: l.Template
    blocks: tuple[l.Block, ...]
    said: tuple[Said, ...]
    ticks: tuple[l.Tick, ...]
    blockers: tuple[Blocker, ...]

    @property
    def warnings(self) -> tuple[Said, ...]:
        return tuple(said for said in self.said if said.severity == "warn")

    @property
    def stopping(self) -> tuple[Blocker, ...]:
        """What not even a supervisor lets pass."""
        return tuple(blocker for blocker in self.blockers if blocker.code not in OVERRULED)

    @property
    def held(self) -> tuple[str, ...]:
        """The rules a supervisor would have to overrule."""
        return tuple(sorted({str(b.params["rule"]) for b in self.blockers if b.code in OVERRULED}))

    def of(self, part: str) -> list[Said]:
        return [said for said in self.said if said.part == part]


@dataclass(frozen=True)
class Surroundings:
    """What the wording check may know besides the record."""

    reader: str = "en"
    role: str = "agent"
    region: str = ""
    conduct_level: int = 0
    step: str = ""
    matter: str = ""


def examine(
    template: l.Template,
    record: Record,
    *,
    language: str,
    parts: Mapping[str, str],
    ticked: Collection[str],
    about: Surroundings,
    rules: RuleSet | None = None,
) -> Examined:
    """Everything to be said about a letter as it stands."""
    facts, fields = facts_of(record), fields_of(record, language)
    blocks = l.blocks_of(template, facts=facts, fields=fields, parts=parts, language=language)
    ticks = l.ticks(template, blocks, ticked)
    context = context_of(template, record, language=language, about=about, ticks=ticks)
    said = [one for block in blocks for one in _in_block(block, context, rules)]
    said += _of_whole(template, blocks, context, late="answer_delayed" in facts)
    blockers = [Blocker("letter.fact", "", {"fact": fact}) for fact in l.unmet(template, facts)]
    blockers += [blocker for block in blocks for blocker in _of_block(block, upheld="issue_upheld" in facts)]
    blockers += [Blocker("letter.component", tick.key, {"component": tick.key}) for tick in ticks if not tick.ticked]
    blockers += [
        Blocker("letter.block" if one.part else "letter.must", one.part, {"rule": one.finding.rule})
        for one in said
        if one.severity == "block"
    ]
    return Examined(template, blocks, tuple(said), ticks, tuple(blockers))


def context_of(
    template: l.Template, record: Record, *, language: str, about: Surroundings, ticks: Iterable[l.Tick] = ()
) -> Context:
    """What the wording check knows of this letter."""
    first = next(iter(record.given), None)
    return Context(
        language=language,
        reader=about.reader,
        channel="letter",
        step=about.step,
        kind=KINDS.get(template.key, ("reply",))[0],
        finding=overall(record),
        redress_kinds_approved=tuple(given.kind for given in record.given),
        role=about.role,
        conduct_level=about.conduct_level,
        region=about.region,
        saved_promise=record.next_update_on is not None or record.check_on is not None,
        names=(record.organisation,),
        number=record.number,
        received=day(record.received_on, language),
        matter=about.matter or None,
        remedy_sought=record.remedy_sought or None,
        owner=record.owner or None,
        issues=tuple(Point(issue.number, issue.reason) for issue in _told(template, record)),
        scheme=Scheme(record.scheme.body, record.scheme.limit, record.scheme.contact) if record.scheme else None,
        past_legal_limit=record.past_legal_limit,
        amount=_amount(first, language),
        remedy_date=day(first.done_on or first.due_on, language) or None if first else None,
        signatory=record.signatory_name or None,
        signed_on=day(record.today, language),
        components=frozenset(tick.key for tick in ticks if tick.ticked) if template.needs_six else None,
        new_date=day(record.answer_by, language) or None,
    )


def _told(template: l.Template, record: Record) -> tuple[IssuePoint, ...]:
    """The issues whose reasons this letter gives: a refusal those that were declined, wholly or in part."""
    if template.key != "refusal":
        return record.issues
    return tuple(issue for issue in record.issues if issue.finding in DECLINING)


def overall(record: Record) -> str:
    """One word for all findings: upheld where anything was."""
    found = {issue.finding for issue in record.issues if issue.finding}
    for finding in RANKED:
        if finding in found:
            return finding
    return ""


def _amount(given: Given | None, language: str) -> str | None:
    return money(given.amount, given.currency, language) or None if given else None


def _in_block(block: l.Block, context: Context, rules: RuleSet | None) -> list[Said]:
    """What the pattern rules say: of an author's words, and of what the record brings into fixed ones."""
    if block.part.id in (l.HEAD, l.SUBJECT) or block.part.is_close:
        return []
    found = wording.check(block.text, context, rules)
    said = []
    for finding in (one for one in found if one.end > one.start):
        recorded = block.is_recorded(finding.start, finding.end)
        span = block.source_span(finding.start, finding.end)
        # What stands for something missing is no wording, and the template's own wording is not judged.
        if recorded or (block.is_written and span is not None):
            said.append(Said(block.part.id, finding, span))
    return said


def _of_whole(template: l.Template, blocks: Iterable[l.Block], context: Context, *, late: bool) -> list[Said]:
    """What the whole letter lacks, by the template's own rules; the six components have a list of their own."""
    known = [block for block in blocks if not block.is_empty]
    text = "\n\n".join(block.text for block in known)
    inner = "\n\n".join(block.text for block in known if not block.part.is_close)
    kinds = KINDS.get(template.key, ("reply",)) + ((LATE,) if late else ())
    found: dict[str, Finding] = {}
    for kind in kinds:
        for finding in wording.check(text, replace(context, kind=kind, components=None), _NO_RULES):
            if finding.rule in template.rules and finding.rule != l.SIX:
                found.setdefault(finding.rule, finding)
    # Whether it ends with a next step is a question to what stands above the signature.
    if LAST in found and LAST not in {one.rule for one in wording.check(inner, context, _NO_RULES)}:
        del found[LAST]
    return [Said("", finding) for finding in found.values()]


_NO_RULES: Final = RuleSet(())


def _of_block(block: l.Block, *, upheld: bool) -> list[Blocker]:
    part = block.part
    found = [Blocker("letter.field", part.id, {"field": key}) for key in block.missing]
    found += [Blocker("letter.unknown", part.id, {"field": key}) for key in block.unknown]
    if part.editable and not part.author:
        found += [Blocker("letter.lost", part.id, {"field": key}) for key in block.lost]
    if block.is_written and block.is_empty and not part.optional:
        found.append(Blocker("letter.gap", part.id))
    if part.component == "regret" and block.is_written:
        found += [
            Blocker(f"letter.regret.{fault.code}", part.id, fault.params)
            for fault in regret_faults(block.text)
            if fault.code != "responsibility" or not upheld
        ]
    return found
