"""Every refusal has a sentence for a person."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest

from complaints.domain import workflow as w
from complaints.domain.evidence import SHAPES
from complaints.domain.sentences import FIELDS, INPUT, MISSING, WORTHLESS, label, sentence
from complaints.domain.workflow import Blocker, Facts, IssueFacts, Step

FAULTS = (
    "too-short",
    "copy-of-customer",
    "template-line",
    "filler",
    "repetition",
    "conditional",
    "but",
    "responsibility",
    "wording",
)


def every_blocker() -> list[Blocker]:
    """All the guard can say, by asking it about every kind of lack."""
    found: dict[tuple[str, str], Blocker] = {}
    answers: tuple[dict[str, object], ...] = (
        {},
        *({"answer": answer} for answer in w.ANSWERS),
        {"acceptance": "no_way"},
    )
    texts = {name: "words" for name, shape in SHAPES.items() if shape.kind == "text"}
    for step, evidence, fault in itertools.product(Step, answers, FAULTS):
        empty = Facts(step=step, pass_number=2, evidence=evidence)
        issues = (IssueFacts(1), IssueFacts(2, "upheld"), IssueFacts(3, "upheld", "words"))
        faulty = dict.fromkeys((*texts, "issue-3"), (fault,))
        full = Facts(step=step, pass_number=2, evidence=texts, text_faults=faulty, issues=issues, redress_waiting=1)
        more = dataclasses.replace(full, redress_total=1, approval_nobody=True, outcome_failed=True)
        for blocker in itertools.chain(*(w.blockers(facts) for facts in (empty, full, more))):
            found[blocker.code, blocker.field] = blocker
    return list(found.values())


BLOCKERS = every_blocker()


def test_every_lack_the_guard_can_name_was_asked_for() -> None:
    assert {blocker.code for blocker in BLOCKERS} >= set(MISSING)
    assert {blocker.code.rpartition(".")[2] for blocker in BLOCKERS} >= set(WORTHLESS)


@pytest.mark.parametrize("blocker", BLOCKERS, ids=lambda blocker: f"{blocker.code}@{blocker.field}")
def test_every_blocker_has_a_sentence_of_its_own(blocker: Blocker) -> None:
    text = sentence(blocker)
    known = blocker.code in MISSING or blocker.code.rpartition(".")[2] in WORTHLESS
    assert known, "no sentence for this code"
    assert len(text) > 8
    assert "%" not in text
    assert blocker.code not in text


def test_a_worthless_text_is_named_by_its_field() -> None:
    text = sentence(Blocker("apologise.regret.but", "regret"))
    assert text.startswith("What we regret:")
    assert sentence(Blocker("resolve.reason.too-short", "issue-3", {"number": 3})).startswith("Reasons on issue 3")


def test_the_number_of_days_tried_is_said() -> None:
    assert "1 so far" in sentence(Blocker("empathise.answer.attempts", "answer", {"days": 1}))


def test_every_piece_of_evidence_has_a_name() -> None:
    assert set(SHAPES) <= set(FIELDS)
    assert all(label(name) != name for name in SHAPES)
    assert label("issue-12") == "Reasons on issue 12"


@pytest.mark.parametrize("text", [str(t) for table in (MISSING, WORTHLESS, FIELDS, INPUT) for t in table.values()])
def test_the_desk_neither_begs_nor_shouts(text: str) -> None:
    assert not re.search(r"!|\bplease\b|\bsuccessfully\b", text, re.IGNORECASE)
    assert text == text.strip()
    assert not text.endswith(".")
