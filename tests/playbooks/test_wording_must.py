"""What a message of a kind must hold, told from the facts of the record, and what would make a clean one better."""

from __future__ import annotations

import pytest

from playbooks import wording
from playbooks.wording import Context, Point, Scheme

NUMBER, RECEIVED = "4821-0937-5", "3 May 2026"
OMBUDSMAN = Scheme("Financial Ombudsman Service", "3 November 2026", "0800 023 4567")


def missing(text: str, **known: object) -> set[str]:
    context = Context(**known)  # type: ignore[arg-type]
    return {one.rule for one in wording.check(text, context) if one.rule[0] in "MG"}


def test_an_acknowledgement_names_the_number_and_the_day() -> None:
    known = {"kind": "acknowledgement", "number": NUMBER, "received": RECEIVED}
    assert "M01" in missing("We have your complaint.", **known)
    assert "M01" in missing(f"Your complaint has the number {NUMBER}.", **known)
    assert "M01" not in missing(f"Your complaint of {RECEIVED} has the number {NUMBER}.", **known)
    assert "M01" not in missing("We have your complaint.", kind="reply", number=NUMBER)


def test_an_acknowledgement_says_back_what_happened_and_what_is_asked_for() -> None:
    known = {"kind": "acknowledgement", "matter": "洗碗机第三次漏水，橡木地板翘起", "remedy_sought": "换一台新的"}
    assert "M02" in missing("您的投诉我们收到了。", **known)
    assert "M02" not in missing("您反映洗碗机漏水，希望换一台新的。", **known)


def test_who_by_which_way_and_when() -> None:
    known = {"kind": "update", "owner": "Priya Nair"}
    assert "M03" in missing("Priya Nair looks after it.", **known)
    assert "M03" in missing("Somebody will write by 9 May.", **known)
    assert "M03" not in missing("Priya Nair will write to you by 9 May.", **known)


def test_a_final_response_has_an_outcome_a_reason_for_each_point_and_the_way_outside() -> None:
    known = {
        "kind": "final_response",
        "finding": "not_upheld",
        "issues": (Point(1, "the log shows the fitter at your door at 9:40"), Point(2, "the fee is in the contract")),
        "scheme": OMBUDSMAN,
    }
    assert {"M04", "M05", "M06"} <= missing("Thank you for writing.", **known)
    told = (
        "We do not uphold your complaint. The log shows the fitter at your door at 9:40. The fee is in the contract."
        " You can go to the Financial Ombudsman Service, 0800 023 4567, until 3 November 2026."
    )
    assert not {"M04", "M05", "M06"} & missing(told, **known)
    assert "M05" in missing(told, **{**known, "issues": (Point(1, ""),)})


def test_a_reason_is_found_in_other_characters() -> None:
    known = {"kind": "refusal", "issues": (Point(1, "合同第六条约定提前三十天通知"),)}
    assert "M05" not in missing("理由是：合同第六條約定提前三十天通知。", **known)
    assert "M05" in missing("我们不同意。", **known)


def test_an_upheld_complaint_tells_what_how_much_and_when() -> None:
    known = {
        "kind": "final_response",
        "finding": "upheld",
        "remedy": "refund",
        "amount": "£62.00",
        "remedy_date": "16 May",
    }
    assert "M07" in missing("We uphold your complaint and will refund you.", **known)
    assert "M07" not in missing("We uphold your complaint. The refund of £62.00 reaches you by 16 May.", **known)
    assert "M07" not in missing("We do not uphold it.", **{**known, "finding": "not_upheld"})


def test_an_apology_letter_is_complete_signed_and_does_not_ask_to_be_forgiven() -> None:
    known = {"kind": "apology_letter", "signatory": "Chen Guang", "signed_on": "3 May"}
    parts = frozenset({"regret", "event", "responsibility", "explanation", "repair"})
    assert "M08" in missing("…", **known, components=parts)
    assert "M08" not in missing("…", **known, components=parts | {"prevention"})
    assert "M09" in missing("I apologise. Chen Guang", **known)
    assert "M09" not in missing("I apologise. Chen Guang, 3 May", **known)
    assert "M09" in missing("Please forgive us. Chen Guang, 3 May", **known)


def test_an_extension_gives_its_reason_its_date_and_the_way_outside_when_the_law_says_so() -> None:
    known = {"kind": "extension", "reason": "the laboratory is closed", "new_date": "12 May", "scheme": OMBUDSMAN}
    assert "M10" in missing("We need until 12 May.", **known)
    assert "M10" not in missing("The laboratory is closed, so we need until 12 May.", **known)
    late = {**known, "past_legal_limit": True}
    assert "M10" in missing("The laboratory is closed, so we need until 12 May.", **late)


def test_a_request_for_material_is_complete() -> None:
    ticked = frozenset({"what", "why", "by_when", "how", "if_not", "not_held"})
    assert "M11" in missing("Please send it.", kind="material_request", checklist=ticked - {"why"})
    assert "M11" not in missing("Please send it.", kind="material_request", checklist=ticked)
    assert "M11" not in missing("Please send it.", kind="material_request")


def test_a_long_message_ends_with_the_next_step() -> None:
    long = "The valve in the cellar was closed on 3 May and opened again at noon. " * 6
    assert "M12" in missing(long + "The pressure was low.")
    assert "M12" not in missing(long + "I will ring you on Friday.")
    assert "M12" not in missing(long + "I will ring you on Friday.\n\nKind regards,\nPriya")
    assert "M12" not in missing("The pressure was low.")


def test_what_nobody_told_us_is_not_missed() -> None:
    for kind in ("acknowledgement", "update", "final_response", "refusal", "apology_letter", "extension"):
        assert not {one for one in missing("The fitter comes on 8 May.", kind=kind) if one[0] == "M"}


def test_what_is_missing_stands_at_the_end_of_the_text() -> None:
    text = "We have your complaint."
    last = wording.check(text, Context(kind="acknowledgement", number=NUMBER))[-1]
    assert (last.rule, last.severity, last.start, last.end) == ("M01", "block", len(text), len(text))


@pytest.mark.parametrize(
    ("rule", "text", "better", "known"),
    [
        (
            "G01",
            "The valve in the cellar was closed on 3 May and opened again at noon that day, and the pressure in the"
            " kitchen is back to what it was before, as the crew measured at 14:20.",
            "The valve in the cellar was closed on 3 May and opened again at noon that day, and the pressure in the"
            " kitchen is back to what it was before, as I measured at 14:20.",
            {"language": "en"},
        ),
        ("G02", "The item leaves on 8 May.", "The dishwasher leaves on 8 May.", {"noun": "dishwasher"}),
        ("G03", "It leaves on 8 May.", "Thank you for the photos. It leaves on 8 May.", {"contributed": True}),
        (
            "G04",
            "补偿50元5月8日到账。",
            "您反映漏水。补偿50元5月8日到账。",
            {"region": "CN", "matter": "厨房漏水三天，您反映漏水"},
        ),
        ("G05", "I apologise for 3 May.", "The part was fitted on 3 May.", {"apologies_before": 1}),
        ("G06", "We apologise for the wrong total of 3 May.", "The total of 3 May is corrected.", {"unnoticed": True}),
    ],
)
def test_a_clean_message_gets_a_nudge(rule: str, text: str, better: str, known: dict[str, object]) -> None:
    assert rule in missing(text, **known)
    assert rule not in missing(better, **known)


def test_a_message_with_something_wrong_gets_no_nudge() -> None:
    assert missing("It leaves on 8 May.", contributed=True) == {"G03"}
    assert not missing("We guarantee that it leaves on 8 May.", contributed=True)
