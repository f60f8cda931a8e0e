"""The guard of the four steps, by table and by property."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain import workflow as w
from complaints.domain.workflow import Facts, IssueFacts, State, Step
from office.roles import RANK, Role

ENOUGH: Mapping[Step, Facts] = {
    Step.LISTEN: Facts(
        step=Step.LISTEN,
        has_customer_words=True,
        evidence={
            "happened": "The boiler stopped on Tuesday",
            "order_ref": "77-1",
            "harm": ["time"],
            "remedy_sought": "A visit",
            "feeling_start": 4,
            "severity": 2,
        },
    ),
    Step.EMPATHISE: Facts(
        step=Step.EMPATHISE,
        evidence={"restatement": "You waited in the cold", "feeling_named": "let down", "answer": "confirmed"},
    ),
    Step.APOLOGISE: Facts(
        step=Step.APOLOGISE,
        evidence={"regret": "I am sorry you waited", "regret_form": "spoken", "regret_by": 7, "acceptance": "silent"},
    ),
    Step.RESOLVE: Facts(
        step=Step.RESOLVE,
        issues=(IssueFacts(1, "upheld", "The visit was booked for the wrong day"),),
        outcome_told=True,
        evidence={
            "remedy": "A fitter comes today",
            "redress_none": "Nothing was paid",
            "root_cause": "process",
            "prevention": "Bookings are read back",
        },
    ),
}


def codes(facts: Facts) -> list[str]:
    return [blocker.code for blocker in w.blockers(facts)]


def but(step: Step, *gone: str, **changes: Any) -> Facts:
    """Enough evidence for ``step``, without the pieces ``gone`` and with ``changes`` of facts or evidence."""
    facts = ENOUGH[step]
    own = {field.name for field in dataclasses.fields(Facts)}
    evidence = {name: value for name, value in facts.evidence.items() if name not in gone}
    evidence |= {name: value for name, value in changes.items() if name not in own}
    return dataclasses.replace(facts, evidence=evidence, **{k: v for k, v in changes.items() if k in own})


@pytest.mark.parametrize("step", Step)
def test_a_step_with_its_evidence_can_be_left(step: Step) -> None:
    assert codes(ENOUGH[step]) == []


EVERYTHING = {
    Step.LISTEN: [
        "listen.words.missing",
        "listen.happened.missing",
        "listen.order.missing",
        "listen.harm.missing",
        "listen.remedy_sought.missing",
        "listen.feeling_start.missing",
        "listen.severity.missing",
    ],
    Step.EMPATHISE: ["empathise.restatement.missing", "empathise.feeling_named.missing", "empathise.answer.missing"],
    Step.APOLOGISE: [
        "apologise.regret.missing",
        "apologise.regret_form.missing",
        "apologise.regret_by.missing",
        "apologise.acceptance.missing",
    ],
    Step.RESOLVE: [
        "resolve.issues.missing",
        "resolve.remedy.missing",
        "resolve.redress_none.missing",
        "resolve.root_cause.missing",
        "resolve.prevention.missing",
        "resolve.outcome.missing",
    ],
}


@pytest.mark.parametrize("step", Step)
def test_an_empty_step_names_everything_that_is_missing_at_once(step: Step) -> None:
    assert codes(Facts(step=step)) == EVERYTHING[step]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (but(Step.LISTEN, has_customer_words=False), "listen.words.missing"),
        (but(Step.LISTEN, "happened"), "listen.happened.missing"),
        (but(Step.LISTEN, "order_ref"), "listen.order.missing"),
        (but(Step.LISTEN, "harm"), "listen.harm.missing"),
        (but(Step.LISTEN, harm=[]), "listen.harm.missing"),
        (but(Step.LISTEN, "remedy_sought"), "listen.remedy_sought.missing"),
        (but(Step.LISTEN, "feeling_start"), "listen.feeling_start.missing"),
        (but(Step.LISTEN, "severity"), "listen.severity.missing"),
        (but(Step.LISTEN, pass_number=2), "listen.still_wrong.missing"),
        (but(Step.EMPATHISE, "restatement"), "empathise.restatement.missing"),
        (but(Step.EMPATHISE, "feeling_named"), "empathise.feeling_named.missing"),
        (but(Step.EMPATHISE, "answer"), "empathise.answer.missing"),
        (but(Step.EMPATHISE, answer="corrected"), "empathise.answer.corrected"),
        (but(Step.EMPATHISE, answer="unreachable"), "empathise.answer.attempts"),
        (but(Step.EMPATHISE, answer="unreachable", attempt_days=1), "empathise.answer.attempts"),
        (but(Step.EMPATHISE, answer="no_way"), "empathise.answer.reachable"),
        (but(Step.APOLOGISE, "regret"), "apologise.regret.missing"),
        (but(Step.APOLOGISE, "regret_form"), "apologise.regret_form.missing"),
        (but(Step.APOLOGISE, "regret_by"), "apologise.regret_by.missing"),
        (but(Step.APOLOGISE, "acceptance"), "apologise.acceptance.missing"),
        (but(Step.APOLOGISE, acceptance="no_way"), "apologise.acceptance.reachable"),
        (but(Step.RESOLVE, issues=()), "resolve.issues.missing"),
        (but(Step.RESOLVE, issues=(IssueFacts(1),)), "resolve.finding.missing"),
        (but(Step.RESOLVE, issues=(IssueFacts(1, "upheld"),)), "resolve.reason.missing"),
        (but(Step.RESOLVE, "remedy"), "resolve.remedy.missing"),
        (but(Step.RESOLVE, "redress_none"), "resolve.redress_none.missing"),
        (but(Step.RESOLVE, redress_total=1, redress_waiting=1), "resolve.redress.waiting"),
        (but(Step.RESOLVE, redress_total=1, redress_waiting=1, approval_nobody=True), "resolve.redress.nobody"),
        (but(Step.RESOLVE, "root_cause"), "resolve.root_cause.missing"),
        (but(Step.RESOLVE, "prevention"), "resolve.prevention.missing"),
        (but(Step.RESOLVE, outcome_told=False), "resolve.outcome.missing"),
        (but(Step.RESOLVE, outcome_failed=True, outcome_told=False), "resolve.outcome.failed"),
    ],
)
def test_each_missing_piece_is_one_blocker_and_only_that_one(facts: Facts, code: str) -> None:
    assert codes(facts) == [code]


@pytest.mark.parametrize(
    "facts",
    [
        but(Step.LISTEN, "order_ref", product="Kettle K2"),
        but(Step.LISTEN, "order_ref", no_order_reason="A visit to the shop"),
        but(Step.LISTEN, pass_number=2, still_wrong="The kettle leaks again"),
        but(Step.LISTEN, harm=["none"]),
        but(Step.EMPATHISE, answer="unreachable", attempt_days=2),
        but(Step.EMPATHISE, answer="unreachable", by_supervisor=True),
        but(Step.EMPATHISE, answer="no_way", anonymous=True),
        but(Step.APOLOGISE, acceptance="no_way", anonymous=True),
        but(Step.APOLOGISE, acceptance="not_yet"),
        but(Step.RESOLVE, "redress_none", redress_total=1),
        but(Step.RESOLVE, "prevention", prevention_none="A storm, once in ten years"),
    ],
)
def test_what_stands_in_for_a_piece_is_enough(facts: Facts) -> None:
    assert codes(facts) == []


def test_a_supervisor_does_not_get_round_a_correction() -> None:
    """The customer said it is not so; nobody's rank makes it so."""
    assert codes(but(Step.EMPATHISE, answer="corrected", by_supervisor=True)) == ["empathise.answer.corrected"]


@pytest.mark.parametrize("number", [1, 2, 12])
def test_a_blocker_about_an_issue_says_which(number: int) -> None:
    (blocker,) = w.blockers(but(Step.RESOLVE, issues=(IssueFacts(number),)))
    assert (blocker.field, blocker.params) == (f"issue-{number}", {"number": number})


CHECKED = {
    Step.LISTEN: ("happened", "remedy_sought"),
    Step.EMPATHISE: ("restatement", "feeling_named"),
    Step.APOLOGISE: ("regret",),
    Step.RESOLVE: ("remedy", "redress_none", "prevention"),
}


@pytest.mark.parametrize(("step", "name"), [(step, name) for step, names in CHECKED.items() for name in names])
def test_a_worthless_text_blocks_where_it_stands(step: Step, name: str) -> None:
    facts = but(step, text_faults={name: ("filler", "too-short")})
    assert codes(facts) == [f"{step}.{name}.filler", f"{step}.{name}.too-short"]
    assert {blocker.field for blocker in w.blockers(facts)} == {name}


def test_worthless_reasons_on_an_issue_block_it() -> None:
    (blocker,) = w.blockers(but(Step.RESOLVE, text_faults={"issue-1": ("too-short",)}))
    assert (blocker.code, blocker.field) == ("resolve.reason.too-short", "issue-1")


values = (
    st.none() | st.booleans() | st.integers(-1, 9) | st.text(max_size=12) | st.lists(st.text(max_size=5), max_size=3)
)


@given(
    step=st.sampled_from(Step),
    pass_number=st.integers(1, 3),
    anonymous=st.booleans(),
    by_supervisor=st.booleans(),
    evidence=st.dictionaries(
        st.sampled_from([name for names in w.FIELDS.values() for name in names]), values, max_size=12
    ),
    words=st.booleans(),
    days=st.integers(0, 4),
    waiting=st.integers(0, 2),
)
def test_whatever_is_recorded_every_blocker_names_its_step_and_a_place_to_mend_it(
    *,
    step: Step,
    pass_number: int,
    anonymous: bool,
    by_supervisor: bool,
    evidence: dict[str, object],
    words: bool,
    days: int,
    waiting: int,
) -> None:
    facts = Facts(
        step=step,
        pass_number=pass_number,
        anonymous=anonymous,
        by_supervisor=by_supervisor,
        evidence=evidence,
        has_customer_words=words,
        attempt_days=days,
        redress_waiting=waiting,
        redress_total=waiting,
        issues=(IssueFacts(1),),
    )
    found = w.blockers(facts)
    assert found == w.blockers(facts)
    places = {*w.FIELDS[step], "words", "issues", "issue-1", "redress", "outcome"}
    for blocker in found:
        assert blocker.code.startswith(f"{step}.")
        assert blocker.field in places
    assert len({(blocker.code, blocker.field) for blocker in found}) == len(found)


def test_the_steps_follow_each_other_and_end() -> None:
    assert [w.next_step(step) for step in w.STEPS] == [Step.EMPATHISE, Step.APOLOGISE, Step.RESOLVE, None]


def test_a_piece_of_evidence_belongs_to_one_step() -> None:
    names = [name for fields in w.FIELDS.values() for name in fields]
    assert len(names) == len(set(names))


def test_every_state_is_live_or_ended() -> None:
    assert frozenset(State) == w.LIVE | w.ENDED
    assert not w.LIVE & w.ENDED


SUPERVISOR_VERBS = {
    "step.skip",
    "approval.decide",
    "interaction.decide",
    "letter.decide",
    "ticket.out_of_scope",
    "ticket.seal",
    "ticket.unseal",
    "escalation.acknowledge",
    "escalation.return",
    "escalation.take_over",
    "escalation.answer",
}


@pytest.mark.parametrize("verb", w.VERBS)
@pytest.mark.parametrize("role", Role)
def test_the_table_of_ranks_is_the_one_agreed(verb: str, role: Role) -> None:
    needed = Role.SUPERVISOR if verb in SUPERVISOR_VERBS else Role.AGENT
    needed = Role.ADMINISTRATOR if verb == "approval.waive" else needed
    if verb.startswith("portal."):  # nobody else does it in the customer's name
        assert w.allowed_to(verb, role) is (role == Role.CUSTOMER)
        return
    assert w.allowed_to(verb, role) is (RANK[role] >= RANK[needed])


BESIDE_THE_CASE = ("interaction", "pattern", "attachment", "follow_up", "customer_link")


@pytest.mark.parametrize("state", sorted(w.ENDED))
def test_an_ended_case_takes_no_step_and_gives_nothing(state: str) -> None:
    still = {verb for verb in w.VERBS if w.fits(verb, step="resolve", state=state)}
    always = {verb for verb in w.VERBS if verb.split(".")[0] in BESIDE_THE_CASE} | {"portal.message"}
    always |= {f"ticket.{name}" for name in ("watch", "unwatch", "seal", "unseal", "link", "unlink")}
    always |= {"customer_link.rotate", "escalation.read"}
    reopening = {"ticket.reopen"} if state in ("closed", "withdrawn") else set()
    told = {"portal.verdict", "portal.rate"} if state == "closed" else set()
    assert still == always | reopening | told


@pytest.mark.parametrize(
    ("verb", "step", "state", "fits"),
    [
        ("step.back", "listen", "open", False),
        ("step.back", "empathise", "open", True),
        ("step.skip", "resolve", "open", False),
        ("step.skip", "apologise", "open", True),
        ("step.complete", "resolve", "answered", False),
        ("issue.find", "apologise", "open", False),
        ("issue.find", "resolve", "open", True),
        ("redress.offer", "listen", "open", False),
        ("ticket.close", "resolve", "open", False),
        ("ticket.close", "resolve", "answered", True),
        ("ticket.reopen", "resolve", "open", False),
        ("ticket.reopen", "resolve", "answered", True),
        ("ticket.wait", "resolve", "answered", False),
        ("redress.done", "resolve", "answered", True),
    ],
)
def test_a_verb_fits_its_place_in_the_life_of_a_case(*, verb: str, step: str, state: str, fits: bool) -> None:
    assert w.fits(verb, step=step, state=state) is fits


def test_a_verb_nobody_knows_is_an_error_and_never_a_yes() -> None:
    with pytest.raises(KeyError):
        w.allowed_to("ticket.delete", Role.ADMINISTRATOR)
    with pytest.raises(KeyError):
        w.fits("ticket.delete", step="listen", state="open")
