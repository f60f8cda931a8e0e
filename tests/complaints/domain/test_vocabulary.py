"""A word for every code, and no word without one."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints.domain import clocks, redress, severity
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.models import Clock, Escalation, FollowUp, Redress, Ticket

TABLES: list[tuple[v.Words, tuple[str, ...]]] = [
    (v.STEPS, tuple(w.Step)),
    (v.STATES, tuple(w.State)),
    (v.KINDS, w.CONTACT_KINDS),
    (v.CHANNELS, w.CHANNELS),
    (v.HARMS, w.HARMS),
    (v.SEVERITIES, tuple(str(number) for number in severity.SEVERITIES)),
    (v.EXPECTATIONS, w.EXPECTATIONS),
    (v.BEHAVIOURS, w.BEHAVIOURS),
    (v.ANSWERS, w.ANSWERS),
    (v.REGRET_FORMS, w.REGRET_FORMS),
    (v.ACCEPTANCES, w.ACCEPTANCES),
    (v.FINDINGS, w.FINDINGS),
    (v.CLOCKS, clocks.ALL_TARGETS),
    (v.REDRESS, tuple(redress.Kind)),
    (v.BASES, tuple(redress.Basis)),
    (v.CAUSES, tuple(redress.RootCause)),
]


@pytest.mark.parametrize(("words", "codes"), TABLES)
def test_every_code_has_a_word_and_every_word_a_code(words: v.Words, codes: tuple[str, ...]) -> None:
    assert set(words) == set(codes)
    assert len({str(word) for word in words.values()}) == len(words)


def test_the_modules_that_decide_know_the_same_codes() -> None:
    assert w.SEVERITIES == severity.SEVERITIES
    assert set(w.FINDINGS) == set(redress.Finding)


@pytest.mark.parametrize(
    ("model", "field", "words"),
    [
        (Ticket, "step", v.STEPS),
        (Ticket, "state", v.STATES),
        (Ticket, "channel", v.CHANNELS),
        (Ticket, "kind", v.KINDS),
        (Clock, "target", v.CLOCKS),
        (FollowUp, "kind", v.FOLLOW_UPS),
        (FollowUp, "outcome", v.OUTCOMES),
        (Escalation, "trigger", v.TRIGGERS),
        (Redress, "kind", v.REDRESS),
        (Redress, "basis", v.BASES),
        (Redress, "state", v.REDRESS_STATES),
    ],
)
def test_a_column_holds_every_code_it_may(model: type[Ticket], field: str, words: v.Words) -> None:
    column = model._meta.get_field(field)
    assert [code for code, _word in column.choices or ()] == list(words)
    assert max(len(code) for code in words) <= (column.max_length or 0)


def test_a_code_nobody_knows_any_more_stands_for_itself() -> None:
    assert v.word(v.STATES, "frozen") == "frozen"
    assert str(v.word(v.STATES, "open")) == "Open"


def test_choices_keep_the_tables_order() -> None:
    assert [code for code, _word in v.choices(v.STEPS)] == list(w.STEPS)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_words_can_be_said_in_every_language(language: str) -> None:
    with translation.override(language):
        for words, _codes in TABLES:
            assert all(str(word).strip() for word in words.values())
