"""What a letter may say, and what stands between it and its customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import letter_check as c
from complaints.domain import letters as l
from complaints.domain.letter_fields import (
    Given,
    Point,
    Record,
    Restriction,
    Scheme,
    day,
    facts_of,
    fields_of,
    money,
)
from playbooks.saying.must import COMPONENTS

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
TEMPLATES = {data["key"]: l.read(data) for data in l._shipped()["letters"]}

LATE = Point(1, "The refund is three weeks late.", "upheld", "The payment was never released.")
SILENT = Point(2, "Nobody rang", "not_upheld", "The log shows a call on 3 November.")
RECORD = Record(
    number="4821-0937-5",
    received_on=date(2026, 11, 2),
    today=date(2026, 11, 24),
    organisation="Riverside Appliances",
    contact="care@example.org",
    case_page="https://desk.example.org/c/",
    customer_name="Ms Wang",
    issues=(LATE, SILENT),
    remedy_sought="The refund today.",
    owner="Mei Lin",
    team="Refunds",
    signatory_name="Mei Lin",
    signatory_role="Refunds",
    next_update_on=date(2026, 12, 1),
    answer_by=date(2026, 12, 5),
    earlier_answer_by=date(2026, 12, 5),
    check_on=date(2026, 12, 3),
    given=(Given("refund", "due", "to your card", Decimal(40), "GBP", date(2026, 11, 26)),),
    prevention="Returns are released the same day.",
    restatement="You sent the kettle back on 28 October and have waited for your money since.",
    regret="I am sorry that you waited three weeks for your money.",
    cause="The late shift did not know that returns wait for a release.",
)
NOTHING_FOUND = replace(RECORD, issues=(Point(1, "The refund is three weeks late"),), given=(), prevention="")


def examined(key: str, record: Record = RECORD, **more: Any) -> c.Examined:
    template, language = TEMPLATES[key], more.pop("language", "en")
    parts = l.first_parts(template, record, language) | more.pop("parts", {})
    ticked = more.pop("ticked", ())
    return c.examine(
        template, record, language=language, parts=parts, ticked=ticked, about=c.Surroundings(matter="refund"), **more
    )


def codes(looked: c.Examined) -> set[tuple[str, str]]:
    return {(blocker.code, blocker.field) for blocker in looked.blockers}


def words(looked: c.Examined, language: str = "en") -> str:
    return l.plain(l.sheet_of(looked.blocks, template=looked.template, language=language))


# Which letter ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "record", "wanting"),
    [
        ("apology", RECORD, ()),
        ("apology", NOTHING_FOUND, ("issue_upheld",)),
        ("apology", replace(RECORD, issues=(SILENT,)), ("issue_upheld",)),
        ("apology", replace(RECORD, issues=(replace(LATE, finding="partly_upheld"),)), ()),
        ("regret", RECORD, ("no_finding_yet",)),
        ("regret", NOTHING_FOUND, ()),
        ("final_response", replace(RECORD, issues=(LATE, replace(SILENT, reason=" "))), ("outcome_decided",)),
        ("final_response", replace(RECORD, issues=()), ("outcome_decided",)),
        ("final_response", RECORD, ()),
        ("refusal", RECORD, ()),
        ("refusal", replace(RECORD, issues=(LATE,)), ("request_declined",)),
        ("refusal", replace(RECORD, issues=(LATE,), refused=True), ()),
        ("goodwill", RECORD, ("goodwill_agreed",)),
        ("goodwill", replace(RECORD, given=(Given("goodwill_gift", "ex_gratia"),)), ()),
        ("acknowledgement", replace(RECORD, owner=""), ("owner_named",)),
        ("holding_update", replace(RECORD, decision_on=date(2026, 11, 20)), ("complaint_open",)),
        ("contact_restriction", RECORD, ("restriction_decided",)),
    ],
)
def test_a_letter_waits_for_what_it_rests_on(key: str, record: Record, wanting: tuple[str, ...]) -> None:
    assert l.allowed(TEMPLATES[key], record) == wanting


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_not_yet_is_said_in_the_readers_language(language: str) -> None:
    for template in TEMPLATES.values():
        for fact in template.requires:
            assert l.fact_in_words(fact, language) not in ("", fact)


def test_every_condition_and_field_of_the_templates_is_known_to_the_record() -> None:
    conditions = {part.condition for t in TEMPLATES.values() for part in t.parts if part.condition}
    every = {row["key"] for row in l._shipped()["facts"]}
    fields = {key for t in TEMPLATES.values() for part in t.parts for text in part.text.values()
              for key in l.fields_in(text)}  # fmt: skip
    assert conditions <= every
    assert fields <= set(fields_of(RECORD, "en"))
    assert facts_of(RECORD) <= every


# Fields ---------------------------------------------------------------------------------------------------------------


def test_a_day_is_written_as_each_language_writes_it() -> None:
    on = date(2026, 5, 3)
    assert [day(on, tongue) for tongue in ("en", "zh-Hans", "zh-TW")] == ["3 May 2026", "2026年5月3日", "2026年5月3日"]
    assert day(None, "en") == ""


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (Decimal("40.00"), "GBP", "en", "£40"),
        (Decimal("1240.50"), "GBP", "en", "£1,240.50"),
        (Decimal(300), "CNY", "zh-Hans", "300元"),
        (Decimal(2000), "TWD", "zh-Hant", "新臺幣2,000元"),
        (Decimal(9), "JPY", "en", "JPY 9"),
        (Decimal(9), "JPY", "zh-Hans", "JPY 9"),
        (None, "GBP", "en", ""),
    ],
)
def test_a_sum_is_written_as_each_language_writes_it(
    amount: Decimal | None, currency: str, language: str, written: str
) -> None:
    assert money(amount, currency, language) == written


def test_the_outcome_is_one_word_for_each_issue() -> None:
    record = replace(RECORD, issues=(LATE, SILENT, Point(3, "Rude", "no_finding", "Nobody heard it.")))
    assert fields_of(record, "en")["outcome"] == (
        "Issue 1 is upheld. Issue 2 is not upheld. On issue 3 no finding could be made."
    )
    assert fields_of(record, "zh-Hans")["outcome"] == "第1项成立，第2项不成立，第3项无法认定。"
    assert fields_of(record, "zh-Hant")["outcome"] == "第1項成立，第2項不成立，第3項無法認定。"


def test_until_there_are_issues_the_letter_says_what_happened() -> None:
    record = replace(RECORD, issues=(), happened="The refund of 2 November is not there.")
    assert fields_of(record, "en")["issues"] == "The refund of 2 November is not there."


def test_redress_says_how_much_how_and_by_when() -> None:
    done = Given("replacement", note="a new kettle", done_on=date(2026, 11, 20))
    record = replace(RECORD, given=(*RECORD.given, done))
    assert fields_of(record, "en")["redress"].split("\n") == [
        "Refund of £40, to your card, by 26 November 2026.",
        "Replacement, a new kettle, done on 20 November 2026.",
    ]


def test_a_letter_is_in_its_own_language_whoever_reads_it() -> None:
    text = words(examined("final_response", language="zh-Hant"), "zh-Hant")
    assert "第1項成立" in text
    assert "2026年11月24日" in text
    assert "upheld" not in text


# Locked, kept, and lost -----------------------------------------------------------------------------------------------


def test_nobody_types_over_a_fixed_block() -> None:
    looked = examined("apology", parts={"responsibility": "Nobody is to blame.", "close": "Bye"})
    text = words(looked)
    assert "Nobody is to blame" not in text
    assert "The responsibility for this is ours." in text
    assert text.endswith("Refunds, Riverside Appliances")


def test_a_field_in_an_editable_block_stays_the_records() -> None:
    assert codes(examined("acknowledgement")) == set()
    lost = examined("acknowledgement", parts={"playback": "This is how we understand it: all is well."})
    assert ("letter.lost", "playback") in codes(lost)
    unknown = examined("acknowledgement", parts={"playback": "{{issues}} {{colour}}"})
    assert ("letter.unknown", "playback") in codes(unknown)


def test_what_the_record_does_not_hold_keeps_the_letter_here() -> None:
    looked = examined("acknowledgement", replace(RECORD, next_update_on=None))
    assert ("letter.field", "next-step") in codes(looked)
    assert "[When the customer hears from us next]" in words(looked)


def test_parts_come_and_go_with_the_record() -> None:
    ids = [block.part.id for block in examined("apology").blocks]
    assert "repair" in ids
    assert "repair-without-redress" not in ids
    bare = [block.part.id for block in examined("apology", replace(RECORD, given=())).blocks]
    assert "repair" not in bare
    assert "repair-without-redress" in bare


def test_the_record_proposes_words_of_the_letters_language_only() -> None:
    parts = l.first_parts(TEMPLATES["apology"], RECORD, "en")
    assert parts["regret"] == RECORD.regret
    assert parts["event"] == RECORD.restatement
    assert parts["what-we-failed"] == LATE.reason
    assert parts["explanation"] == RECORD.cause
    assert l.first_parts(TEMPLATES["apology"], RECORD, "zh-Hant")["regret"] == ""


# Checks ---------------------------------------------------------------------------------------------------------------


def test_an_empty_authors_block_is_named_and_an_optional_one_is_not() -> None:
    looked = examined("regret", NOTHING_FOUND, parts={"effect": " ", "meanwhile": ""})
    assert ("letter.gap", "effect") in codes(looked)
    assert ("letter.gap", "meanwhile") not in codes(looked)


def test_the_apology_needs_six_components_each_ticked_by_hand() -> None:
    missing = {field for code, field in codes(examined("apology")) if code == "letter.component"}
    assert missing == set(COMPONENTS)
    assert codes(examined("apology", ticked=COMPONENTS)) == set()


def test_a_component_without_words_cannot_be_ticked() -> None:
    looked = examined("apology", ticked=COMPONENTS, parts={"explanation": " "})
    tick = next(tick for tick in looked.ticks if tick.key == "explanation")
    assert (tick.ticked, tick.possible) == (False, False)
    assert {("letter.component", "explanation"), ("letter.gap", "explanation")} <= codes(looked)


def test_a_component_the_record_has_no_block_for_cannot_be_ticked() -> None:
    looked = examined("apology", replace(RECORD, prevention=""), ticked=COMPONENTS)
    assert ("letter.component", "prevention") in codes(looked)


def test_other_letters_have_no_checklist() -> None:
    assert examined("regret", NOTHING_FOUND).ticks == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am sorry if you waited for your money.", "letter.regret.conditional"),
        ("I am sorry that you waited, but the bank was closed.", "letter.regret.but"),
        ("I am sorry that you waited; it was our fault.", "letter.regret.responsibility"),
    ],
)
def test_the_early_regret_has_no_condition_no_but_and_no_fault(text: str, code: str) -> None:
    looked = examined("regret", NOTHING_FOUND, parts={"regret": text, "effect": "You could not pay your rent."})
    assert (code, "regret") in codes(looked)


def test_after_the_finding_fault_may_be_said() -> None:
    looked = examined("apology", ticked=COMPONENTS, parts={"regret": "I am sorry. It was our mistake."})
    assert not {code for code, _ in codes(looked) if code.startswith("letter.regret")}


def test_a_block_finding_stops_the_letter_and_can_be_taken_out_of_what_was_typed() -> None:
    typed = "This is how we understand it:\n{{issues}}\nYou always lie to us, calm down."
    looked = examined("acknowledgement", parts={"playback": typed})
    said = [one for one in looked.of("playback") if one.severity in ("block", "warn") and one.span]
    assert said
    for one in said:
        start, end = one.span or (0, 0)
        text = next(block.text for block in looked.blocks if block.part.id == "playback")
        assert typed[start:end] == text[one.finding.start : one.finding.end]


def test_what_the_record_brings_into_a_fixed_block_is_judged_and_cannot_be_taken_out_here() -> None:
    rude = replace(LATE, reason="You are lying to us and everybody knows it. Calm down.")
    looked = examined("final_response", replace(RECORD, issues=(rude,)))
    said = looked.of("findings")
    assert said
    assert all(one.span is None for one in said)


def test_an_apology_that_asks_to_be_forgiven_lacks_something() -> None:
    looked = examined("apology", ticked=COMPONENTS, parts={"next-step": "Please forgive us. {{contact}} {{case_page}}"})
    assert ("letter.must", "") in codes(looked)
    assert looked.held == ("M09",)
    assert looked.stopping == ()


def test_a_refusal_gives_the_reasons_of_what_was_declined_and_of_no_more() -> None:
    said = {"no": "I cannot confirm the missed calls.", "alternative": "I will ring you on 1 December 2026."}
    assert codes(examined("refusal", parts={**said, "reason": SILENT.reason})) == set()
    assert ("letter.must", "") in codes(examined("refusal", parts={**said, "reason": "It is our policy."}))


def test_the_body_outside_stands_in_the_decision_where_there_is_one() -> None:
    scheme = Scheme("the Ombudsman", "www.ombudsman.example", "six months")
    text = words(examined("final_response", replace(RECORD, scheme=scheme)))
    assert "the Ombudsman (www.ombudsman.example)" in text
    assert "six months" in text


def test_a_restriction_says_what_applies_and_how_to_object() -> None:
    decided = Restriction(
        conduct="3 May 2026, 10:12: seven calls, in two of which a colleague was insulted.",
        measure="We answer in writing.",
        since=date(2026, 11, 25),
        until=date(2027, 5, 24),
        review_on=date(2027, 2, 24),
        open_channel="e-mail",
        objection_contact="review@example.org",
    )
    said = {"effect": "Two colleagues could not go on working that day."}
    looked = examined("contact_restriction", replace(RECORD, restriction=decided), parts=said)
    assert codes(looked) == set()
    assert "From 25 November 2026 until 24 May 2027" in words(looked)
    assert "review@example.org" in words(looked)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_the_templates_own_words_raise_no_finding(key: str, language: str) -> None:
    assert not [one for one in examined(key, language=language).said if one.part and one.severity in ("block", "warn")]


# What was approved ----------------------------------------------------------------------------------------------------


def stamp(key: str, record: Record = RECORD, **more: Any) -> l.Print:
    return l.print_of(examined(key, record, **more).blocks, template=TEMPLATES[key], language="en")


def test_the_day_it_leaves_is_not_part_of_what_was_approved() -> None:
    approved = stamp("apology").as_detail()
    assert l.differs(approved, stamp("apology", replace(RECORD, today=date(2026, 11, 30)))) is None


def test_a_changed_record_is_named() -> None:
    approved = stamp("apology").as_detail()
    later = replace(RECORD, given=(replace(RECORD.given[0], amount=Decimal(60)),))
    assert l.differs(approved, stamp("apology", later)) == ("redress",)
    none = replace(RECORD, check_on=None)
    assert l.differs(approved, stamp("apology", none)) == ("check_on", "part:check")
    named = l.difference_in_words(TEMPLATES["apology"], ("redress", "part:check"), "en")
    assert named == ["What we do or pay, with amount, date and how", "A date is set to ask whether all is done."]


def test_other_words_are_a_difference_without_a_name() -> None:
    approved = stamp("apology").as_detail()
    assert l.differs(approved, stamp("apology", parts={"regret": "I am sorry that you waited."})) == ()


# As it looks ----------------------------------------------------------------------------------------------------------


def test_the_sheet_has_head_subject_body_and_close() -> None:
    looked = examined("apology")
    sheet = l.sheet_of(looked.blocks, template=looked.template, language="en")
    assert sheet.head[0] == ("Riverside Appliances", "24 November 2026")
    assert sheet.subject == "Your complaint 4821-0937-5"
    assert sheet.body[0] == ("Dear Ms Wang,",)
    assert sheet.close[-1] == ("Mei Lin", "Refunds, Riverside Appliances")


PIECES = st.lists(st.sampled_from(["I am sorry. ", "{{number}}", "{{ issues }}", "。", "\n", "{{none}}", "{", "抱歉"]))


@given(PIECES, st.integers(0, 60), st.integers(0, 60))
def test_a_span_of_the_authors_words_is_found_again_in_what_they_typed(
    pieces: list[str], first: int, second: int
) -> None:
    part = l.Part("event", {}, {}, author=True)
    block = l._block(part, fields_of(RECORD, "en"), {"event": "".join(pieces)}, "en")
    assert block.source == "".join(pieces)
    start, end = min(first, second), max(first, second)
    span = block.source_span(start, end)
    if span is not None:
        assert block.source[slice(*span)] == block.text[start:end]
    assert not (span is not None and block.is_recorded(start, end))
