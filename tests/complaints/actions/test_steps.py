"""A step is recorded, completed, skipped, or left backwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.actions import conversation, ends, issues, steps
from complaints.models import PreventiveAction, Reason, StepRecord, Ticket
from complaints.queries.guard import blockers_of, evidence_of, open_record
from office import audit
from office.errors import Conflict, Invalid, NotAllowed, Stale, StepBlocked
from office.models import Event
from office.roles import SYSTEM
from playbooks.lines import say_lines
from tests.access.snapshots import nothing_changes
from tests.conftest import LISTEN, NOW, REGRET, RESTATEMENT, WORDS, evidence_for

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def faults(refusal: Any) -> dict[str, list[str]]:
    return {name: [fault.code for fault in found] for name, found in refusal.value.fields.items()}


def blocked(refusal: Any) -> list[str]:
    return [blocker.code for blocker in refusal.value.blockers]


# Recording ------------------------------------------------------------------------------------------------------------


def test_what_is_recorded_stands_on_the_ticket_or_in_the_visit(ticket: Any, act: Any, told: Any) -> None:
    act(steps.record_step, ticket, evidence=LISTEN)
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.harm, ticket.order_ref) == (2, ["money", "time"], "77-20418")
    assert open_record(ticket).evidence == {"feeling_start": 4}
    assert ticket.version == 2
    assert told(ticket)[-1] == "step.record"
    line = Event.objects.order_by("-id")[0]
    assert line.payload == {"step": "listen", "fields": sorted(LISTEN)}


def test_the_same_evidence_twice_changes_nothing(ticket: Any, act: Any) -> None:
    act(steps.record_step, ticket, evidence=LISTEN)
    with nothing_changes():
        act(steps.record_step, ticket, evidence=LISTEN)


def test_fields_that_are_not_named_stay(ticket: Any, act: Any) -> None:
    act(steps.record_step, ticket, evidence=LISTEN)
    act(steps.record_step, ticket, evidence={"need": "Speaks slowly on the telephone", "harm": ["money"]})
    ticket.refresh_from_db()
    assert (ticket.need, ticket.harm, ticket.severity) == ("Speaks slowly on the telephone", ["money"], 2)


def test_every_faulty_field_is_named_and_nothing_is_kept(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(
            steps.record_step, ticket, evidence={"severity": 9, "harm": "money", "happened": "x" * 20_001, "need": "ok"}
        )
    assert faults(refusal) == {"severity": ["unknown-choice"], "harm": ["not-a-list"], "happened": ["too-long"]}


@pytest.mark.one_engine
@pytest.mark.parametrize("name", sorted(field.name for field in Ticket._meta.get_fields()))
def test_no_column_of_the_ticket_is_evidence_unless_the_step_asks_for_it(ticket: Any, act: Any, name: str) -> None:
    """Mass assignment, over every field of the model."""
    if name in steps.w.LISTEN_FIELDS:
        return
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(steps.record_step, ticket, evidence={name: 1})
    assert faults(refusal) == {name: ["unknown-field"]}


def test_evidence_for_another_step_is_refused(ticket: Any, act: Any) -> None:
    with nothing_changes(), pytest.raises(Invalid):
        act(steps.record_step, ticket, evidence={"restatement": RESTATEMENT})
    with nothing_changes(but_lines=1) as lines, pytest.raises(Conflict) as refusal:
        act(steps.record_step, ticket, evidence={"restatement": RESTATEMENT}, step="empathise")
    assert refusal.value.code == "wrong-step"
    assert lines[0]["payload"] == {"verb": "step.record", "code": "wrong-step"}


def test_who_apologises_works_here(ticket: Any, act: Any, walk_to: Any, colleague: Any) -> None:
    walk_to(ticket, "apologise")
    colleague.is_active = False
    colleague.save()
    for nobody in (colleague.pk, 10**9):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            act(steps.record_step, ticket, evidence={"regret_by": nobody})
        assert faults(refusal) == {"regret_by": ["unknown-person"]}


def test_harm_to_safety_marks_the_case_and_taking_it_back_does_not_unmark_it(ticket: Any, act: Any) -> None:
    act(steps.record_step, ticket, evidence={"harm": ["safety"]})
    ticket.refresh_from_db()
    assert ticket.safety
    act(steps.record_step, ticket, evidence={"harm": ["time"]})
    ticket.refresh_from_db()
    assert ticket.safety


def test_a_graver_judgement_moves_the_targets_closer(ticket: Any, act: Any) -> None:
    before = {clock.target: clock.due_at for clock in ticket.clocks.unmet()}
    act(steps.record_step, ticket, evidence={"severity": 4})
    after = {clock.target: clock.due_at for clock in ticket.clocks.unmet()}
    assert all(after[target] < before[target] for target in before)
    assert all(clock.original_due_at == before[clock.target] for clock in ticket.clocks.unmet())
    ticket.refresh_from_db()
    assert ticket.risk_at == min(after.values())


def test_prevention_is_kept_as_an_action_of_its_own_and_goes_with_its_evidence(
    ticket: Any, act: Any, walk_to: Any
) -> None:
    walk_to(ticket, "resolve")
    act(steps.record_step, ticket, evidence={"prevention": "Returns are released the same day", "root_cause": "it"})
    kept = PreventiveAction.objects.get(ticket=ticket)
    assert (kept.what, kept.cause, kept.pass_number) == ("Returns are released the same day", "it", 1)
    act(steps.record_step, ticket, evidence={"prevention": "", "prevention_none": "One storm in ten years"})
    assert PreventiveAction.objects.get(ticket=ticket).none_reason == "One storm in ten years"
    act(steps.record_step, ticket, evidence={"prevention_none": ""})
    assert not PreventiveAction.objects.filter(ticket=ticket).exists()


def test_whoever_records_takes_part(ticket: Any, act: Any, colleague: Any) -> None:
    act(steps.record_step, ticket, by=colleague, evidence={"need": "Large print"})
    assert ticket.participants.filter(agent=colleague, role="contributor").exists()


# Two people at once ---------------------------------------------------------------------------------------------------


def test_whoever_saved_second_is_told_and_nothing_is_lost(ticket: Any, act: Any, colleague: Any) -> None:
    act(steps.record_step, ticket, evidence={"need": "Large print"}, version=1)
    with nothing_changes(), pytest.raises(Stale) as refusal:
        act(steps.record_step, ticket, by=colleague, evidence={"need": "Small print"}, version=1)
    assert refusal.value.current == 2
    act(steps.record_step, ticket, by=colleague, evidence={"product": "Kettle K2"}, version=2)
    ticket.refresh_from_db()
    assert (ticket.need, ticket.product, ticket.version) == ("Large print", "Kettle K2", 3)


def test_a_stale_row_in_memory_overwrites_nothing(ticket: Any, act: Any) -> None:
    """The caller's copy is old in every column; the action saves the columns it names."""
    old = Ticket.objects.get(pk=ticket.pk)
    act(steps.record_step, ticket, evidence=LISTEN)
    act(steps.record_step, old, evidence={"need": "Large print"})
    ticket.refresh_from_db()
    assert (ticket.severity, ticket.need) == (2, "Large print")


def test_a_double_click_completes_one_step(ticket: Any, act: Any) -> None:
    act(steps.record_step, ticket, evidence=LISTEN)
    act(steps.complete_step, ticket, step="listen")
    with nothing_changes(but_lines=1), pytest.raises(Conflict) as refusal:
        act(steps.complete_step, ticket, step="listen")
    assert refusal.value.code == "wrong-step"


# Completing -----------------------------------------------------------------------------------------------------------


def test_a_completed_step_keeps_what_was_true_then(ticket: Any, act: Any, told: Any) -> None:
    act(steps.record_step, ticket, evidence=LISTEN)
    act(steps.complete_step, ticket)
    ticket.refresh_from_db()
    record = ticket.step_records.get(step="listen")
    assert (ticket.step, record.state, record.ended_at) == ("empathise", "completed", NOW)
    assert {name: record.evidence[name] for name in LISTEN} == LISTEN
    assert told(ticket)[-1] == "step.complete"


def test_the_first_answer_is_reached_with_empathise(ticket: Any, walk_to: Any) -> None:
    walk_to(ticket, "apologise")
    assert ticket.clocks.get(target="first_answer").met_at == NOW
    assert ticket.clocks.get(target="resolve").met_at is None


def test_every_blocker_comes_at_once_with_one_line_and_no_change(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1) as lines, pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert blocked(refusal) == [
        "listen.happened.missing",
        "listen.order.missing",
        "listen.harm.missing",
        "listen.remedy_sought.missing",
        "listen.feeling_start.missing",
        "listen.severity.missing",
    ]
    assert lines[0]["verb"] == "refused"
    assert lines[0]["payload"] == {"verb": "step.complete", "code": "step-blocked", "blockers": blocked(refusal)}


# Plausible but worthless ----------------------------------------------------------------------------------------------

EN_LINE = max((line for line in say_lines() if line[0].isascii()), key=len)
ZH_LINE = max((line for line in say_lines() if not line[0].isascii()), key=len)
ZH_WORDS = "我上个月二号申请退款，你们同事说五天到账，现在三个星期了，没有人打电话给我，房租也扣不出来。"
HANT_WORDS = "我上個月二號申請退款，你們同事說五天入帳，現在三個星期了，沒有人打電話給我，房租也扣不出來。"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("words", "restatement", "code"),
    [
        (WORDS, "ok", "too-short"),
        (WORDS, "OK, noted, thanks. Done and resolved, all fine, ok, ok, noted, thanks.", "filler"),
        (WORDS, WORDS + ".", "copy-of-customer"),
        (WORDS, "The customer says: " + WORDS.replace("I ", "you ").replace("my ", "your "), "copy-of-customer"),
        (WORDS, ". ".join(reversed(WORDS.split(". "))), "copy-of-customer"),
        (WORDS, "Ms Wang, " + WORDS.replace("five", "5"), "copy-of-customer"),
        (WORDS, "very upset " * 12, "repetition"),
        (WORDS, "asdf qwer zxcv asdf hjkl qwer uiop zxcv bnm asdf qwer asdf zxcv", "filler"),
        (WORDS, "“" + WORDS + "”", "too-short"),
        (ZH_WORDS, "好的", "too-short"),
        (ZH_WORDS, "好的，已收到，已处理，谢谢，已联系客户，已解决，感谢，已跟进，处理完毕。", "filler"),
        (ZH_WORDS, ZH_WORDS + "。", "copy-of-customer"),
        (ZH_WORDS, ZH_WORDS.replace("我", "您"), "copy-of-customer"),
        (ZH_WORDS, HANT_WORDS, "copy-of-customer"),
        (HANT_WORDS, ZH_WORDS, "copy-of-customer"),
        (HANT_WORDS, HANT_WORDS.replace("我", "王女士"), "copy-of-customer"),
        (HANT_WORDS, "好的，收到，謝謝，已處理，已解決，已聯絡，感謝您，已跟進，處理完畢，好的。", "filler"),
        (WORDS, EN_LINE, "template-line"),
        (WORDS, f"Ms Wang, {EN_LINE} Wang Fang, 2 November.", "template-line"),
        (ZH_WORDS, ZH_LINE, "template-line"),
        (HANT_WORDS, f"王女士，{ZH_LINE}", "template-line"),
    ],
)
def test_a_restatement_that_restates_nothing_is_no_evidence(
    make_ticket: Any, act: Any, walk_to: Any, words: str, restatement: str, code: str
) -> None:
    ticket = walk_to(make_ticket(words=words), "empathise")
    evidence = {"restatement": restatement, "feeling_named": "let down", "answer": "confirmed"}
    act(steps.record_step, ticket, evidence=evidence)
    with nothing_changes(but_lines=1), pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert f"empathise.restatement.{code}" in blocked(refusal)


@pytest.mark.parametrize(
    ("words", "restatement"),
    [
        (WORDS, RESTATEMENT),
        (ZH_WORDS, "您信了我们说的日子，等到账却一直没有消息，连交房租的钱都被耽误了，最让您难受的是没人回音，对吗？"),
        (HANT_WORDS, "您信了我們說的日子，等入帳卻一直沒有消息，連繳房租的錢都被耽誤了，最難受的是沒人回音，對嗎？"),
    ],
)
def test_an_honest_restatement_is_evidence_in_every_script(
    make_ticket: Any, act: Any, walk_to: Any, words: str, restatement: str
) -> None:
    ticket = walk_to(make_ticket(words=words), "empathise")
    evidence = {"restatement": restatement, "feeling_named": "着急", "answer": "confirmed"}
    act(steps.record_step, ticket, evidence=evidence)
    assert act(steps.complete_step, ticket).step == "apologise"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("regret", "code"),
    [
        ("ok", "filler"),
        ("I am sorry if this caused you any inconvenience at all.", "conditional"),
        ("I am sorry you waited three weeks, but it was a holiday.", "but"),
        ("I am sorry, it was our fault that the refund was late.", "responsibility"),
        ("非常抱歉给您带来不便，但是我们也没有办法。", "but"),
        ("如有不便，敬请谅解，我们深表歉意。", "conditional"),
        ("很抱歉讓您久等三個星期，這是我們的疏失。", "responsibility"),
        ("已道歉", "filler"),
        (WORDS, "copy-of-customer"),
    ],
)
def test_a_regret_that_takes_itself_back_is_no_evidence(
    ticket: Any, act: Any, walk_to: Any, agent: Any, regret: str, code: str
) -> None:
    walk_to(ticket, "apologise")
    act(steps.record_step, ticket, evidence={**evidence_for(agent)["apologise"], "regret": regret})
    with nothing_changes(but_lines=1), pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert f"apologise.regret.{code}" in blocked(refusal)


@pytest.mark.one_engine
@pytest.mark.parametrize("thin", ["ok", "done", "…", "n/a", "好的", "已处理", "已處理", "同上"])
@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("listen", "happened"),
        ("listen", "remedy_sought"),
        ("resolve", "remedy"),
        ("resolve", "redress_none"),
        ("resolve", "prevention"),
    ],
)
def test_ok_is_no_evidence_in_any_field(
    ticket: Any, act: Any, walk_to: Any, agent: Any, step: str, field: str, thin: str
) -> None:
    walk_to(ticket, step)
    act(steps.record_step, ticket, evidence={**evidence_for(agent)[step], field: thin})
    with nothing_changes(but_lines=1), pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert any(code.startswith(f"{step}.{field}.") for code in blocked(refusal))


@pytest.mark.one_engine
@pytest.mark.parametrize("thin", ["ok", "resolved", "已处理", "同上"])
def test_ok_is_no_reason_for_a_finding(ticket: Any, act: Any, walk_to: Any, thin: str) -> None:
    walk_to(ticket, "resolve")
    issue = act(issues.add_issue, ticket, text="The refund is late")
    act(issues.find, issue, finding="upheld", reason=thin)
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert any(code.startswith("resolve.reason.") for code in blocked(refusal))


# Could not be reached, no way to reach --------------------------------------------------------------------------------


def empathised(act: Any, ticket: Any, answer: str) -> None:
    act(
        steps.record_step,
        ticket,
        evidence={"restatement": RESTATEMENT, "feeling_named": "let down", "answer": answer},
    )


def tried(act: Any, ticket: Any, at: Any, **words: Any) -> None:
    text = "Rang, nobody answered, no machine."
    act(conversation.add_interaction, ticket, at=at, kind="call", text=text, **{"reached": False, **words})


def test_could_not_be_reached_needs_tries_on_two_days(ticket: Any, act: Any, walk_to: Any) -> None:
    walk_to(ticket, "empathise")
    empathised(act, ticket, "unreachable")
    tried(act, ticket, NOW)
    tried(act, ticket, NOW + timedelta(hours=2))
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket, at=NOW + timedelta(hours=3))
    (blocker,) = refusal.value.blockers
    assert (blocker.code, blocker.params) == ("empathise.answer.attempts", {"days": 1})
    tried(act, ticket, NOW + DAY)
    assert act(steps.complete_step, ticket, at=NOW + DAY).step == "apologise"


@pytest.mark.parametrize("words", [{"reached": True}, {"direction": "in"}])
def test_a_call_that_was_answered_or_came_in_is_no_failed_try(
    ticket: Any, act: Any, walk_to: Any, words: dict[str, object]
) -> None:
    walk_to(ticket, "empathise")
    empathised(act, ticket, "unreachable")
    tried(act, ticket, NOW)
    tried(act, ticket, NOW + DAY, **words)
    with pytest.raises(StepBlocked):
        act(steps.complete_step, ticket, at=NOW + DAY)


def test_a_supervisor_may_say_that_nobody_could_be_reached(
    ticket: Any, act: Any, walk_to: Any, supervisor: Any
) -> None:
    walk_to(ticket, "empathise")
    empathised(act, ticket, "unreachable")
    with pytest.raises(StepBlocked):
        act(steps.complete_step, ticket)
    assert act(steps.complete_step, ticket, by=supervisor).step == "apologise"


def test_tries_of_the_first_pass_do_not_count_in_the_second(ticket: Any, act: Any, walk_to: Any) -> None:
    ticket = walk_to(ticket, "empathise")
    tried(act, ticket, NOW)
    tried(act, ticket, NOW + DAY)
    walk_to(ticket, "answered", now=NOW + DAY)
    act(ends.reopen, ticket, at=NOW + 2 * DAY, reason="not_fixed", still_wrong="The money never came")
    act(steps.record_step, ticket, at=NOW + 2 * DAY, evidence={"feeling_start": 5})
    act(steps.complete_step, ticket, at=NOW + 2 * DAY)
    empathised(act, ticket, "unreachable")
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket, at=NOW + 2 * DAY)
    assert blocked(refusal) == ["empathise.answer.attempts"]


def test_no_way_to_reach_is_only_for_an_anonymous_complaint(ticket: Any, act: Any, walk_to: Any) -> None:
    walk_to(ticket, "empathise")
    empathised(act, ticket, "no_way")
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert blocked(refusal) == ["empathise.answer.reachable"]


def test_an_anonymous_complaint_goes_its_way_to_the_end(make_ticket: Any, act: Any, walk_to: Any, agent: Any) -> None:
    ticket = make_ticket(anonymous_reason="left_none")
    assert set(ticket.clocks.values_list("target", flat=True)) == {"first_answer", "resolve", "step_listen"}
    walk_to(ticket, "empathise")
    empathised(act, ticket, "no_way")
    act(steps.complete_step, ticket)
    regret = {"regret": REGRET, "regret_form": "message", "regret_by": agent.pk, "acceptance": "no_way"}
    act(steps.record_step, ticket, evidence=regret)
    act(steps.complete_step, ticket)
    issue = act(issues.add_issue, ticket, text="The refund is late")
    act(issues.find, issue, finding="upheld", reason="The payment was never released by the night shift.")
    act(steps.record_step, ticket, evidence=evidence_for(agent)["resolve"])
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert blocked(refusal) == ["resolve.outcome.missing"]
    nobody = "Nobody left a name or a number, so the outcome is kept here should they call."
    act(conversation.add_interaction, ticket, kind="outcome", channel="phone_note", text=nobody, reached=False)
    assert act(steps.complete_step, ticket).state == "answered"


def test_an_outcome_that_did_not_reach_a_known_customer_is_not_told(ticket: Any, act: Any, walk_to: Any) -> None:
    ticket = walk_to(ticket, "resolve")
    text = "Rang about the refund, nobody answered the telephone."
    act(conversation.add_interaction, ticket, kind="outcome", channel="phone", text=text, reached=False)
    assert "resolve.outcome.missing" in [b.code for b in blockers_of(ticket, actor=SYSTEM)]


# Skipping -------------------------------------------------------------------------------------------------------------


def test_a_supervisor_skips_a_step_with_a_reason_of_the_list(ticket: Any, act: Any, told: Any, supervisor: Any) -> None:
    act(steps.skip_step, ticket, by=supervisor, reason="settled_at_once", note="Mended on the spot")
    ticket.refresh_from_db()
    record = ticket.step_records.get(step="listen")
    assert (ticket.step, record.state, record.skip_reason, record.note) == (
        "empathise",
        "skipped",
        "settled_at_once",
        "Mended on the spot",
    )
    assert record.ended_by == supervisor
    assert told(ticket)[-1] == "step.skip"
    line = Event.objects.order_by("-id")[0]
    assert line.payload == {"step": "listen", "visit": 1, "reason": "settled_at_once"}


@pytest.mark.parametrize("reason", ["", "because", "accepted", "SETTLED_AT_ONCE"])
def test_the_reasons_for_skipping_are_a_closed_list(ticket: Any, act: Any, supervisor: Any, reason: str) -> None:
    with nothing_changes(), pytest.raises(Invalid) as refusal:
        act(steps.skip_step, ticket, by=supervisor, reason=reason)
    assert faults(refusal) == {"reason": ["unknown-reason"]}


def test_a_retired_reason_is_no_reason(ticket: Any, act: Any, supervisor: Any) -> None:
    Reason.objects.filter(code="settled_at_once").update(retired_at=NOW)
    with nothing_changes(), pytest.raises(Invalid):
        act(steps.skip_step, ticket, by=supervisor, reason="settled_at_once")


def test_an_agent_skips_nothing(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1) as lines, pytest.raises(NotAllowed):
        act(steps.skip_step, ticket, reason="settled_at_once")
    assert lines[0]["payload"] == {"verb": "step.skip", "code": "not-allowed"}


def test_resolve_cannot_be_skipped(ticket: Any, act: Any, walk_to: Any, supervisor: Any) -> None:
    walk_to(ticket, "resolve")
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(steps.skip_step, ticket, by=supervisor, reason="settled_at_once")


# Going back -----------------------------------------------------------------------------------------------------------


def test_that_is_not_what_i_meant_goes_back_to_listen_and_forgets_nothing(
    ticket: Any, act: Any, walk_to: Any, told: Any
) -> None:
    walk_to(ticket, "empathise")
    empathised(act, ticket, "corrected")
    with pytest.raises(StepBlocked) as refusal:
        act(steps.complete_step, ticket)
    assert blocked(refusal) == ["empathise.answer.corrected"]
    act(steps.go_back, ticket, note="It was about the tone, not the money")
    ticket.refresh_from_db()
    assert ticket.step == "listen"
    assert told(ticket)[-1] == "step.back"
    visits = [(r.step, r.visit, r.state) for r in ticket.step_records.all()]
    assert visits == [("listen", 1, "completed"), ("empathise", 1, "left"), ("listen", 2, "open")]
    assert open_record(ticket).evidence == {"feeling_start": 4}
    assert act(steps.complete_step, ticket).step == "empathise"
    record = open_record(ticket)
    assert record.visit == 2
    assert evidence_of(Ticket.objects.get(pk=ticket.pk), record)["restatement"] == RESTATEMENT


def test_one_may_go_back_further_but_never_forward(ticket: Any, act: Any, walk_to: Any) -> None:
    walk_to(ticket, "apologise")
    for target in ("apologise", "resolve", "nowhere"):
        with nothing_changes(), pytest.raises(Invalid) as refusal:
            act(steps.go_back, ticket, to=target)
        assert faults(refusal) == {"to": ["not-before"]}
    act(steps.go_back, ticket, to="listen")
    ticket.refresh_from_db()
    assert ticket.step == "listen"


def test_there_is_nothing_before_listen(ticket: Any, act: Any) -> None:
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(steps.go_back, ticket)


def test_going_back_twice_from_the_same_page_goes_back_once(ticket: Any, act: Any, walk_to: Any) -> None:
    walk_to(ticket, "apologise")
    act(steps.go_back, ticket, step="apologise")
    with nothing_changes(but_lines=1), pytest.raises(Conflict):
        act(steps.go_back, ticket, step="apologise")
    ticket.refresh_from_db()
    assert ticket.step == "empathise"


def test_the_chain_of_a_walked_case_proves_itself(ticket: Any, walk_to: Any) -> None:
    walk_to(ticket, "answered")
    assert audit.verify(("ticket", ticket.pk)) > 10
    assert StepRecord.objects.filter(ticket=ticket, state="open").count() == 0
