"""Every verb the page offers: its panel, what it does, and whom and when it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.actions import assignment, clocks, corrections, escalations, follow_ups, redress, sealing, steps
from complaints.domain import workflow
from complaints.models import Category, Draft, Escalation, FollowUp, Participant, Redress, Ticket, TicketLink
from complaints.views.verbs import TABLE
from customers.actions import Described, create_customer
from office.models import Agent, Team
from office.roles import SYSTEM
from tests.conftest import NOW

Walk = Callable[..., Ticket]
Browser = Callable[[Agent], Client]
ActorFor = Callable[[Agent], Any]

pytestmark = pytest.mark.one_engine  # tests/access asks both engines for these pages


LATER = NOW + timedelta(hours=1)
ELSEWHERE = {"step.record", "step.complete", "issue.add", "issue.find", "interaction.add", "attachment.add"}
ELSEWHERE |= {"interaction.send", "interaction.unsend", "interaction.resend"}
ELSEWHERE |= {verb for verb in workflow.VERBS if verb.startswith("letter.")}
"""Verbs that live in the step's form, in the composer and beside a message, and on the pages of letters."""


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def do(client: Client, ticket: Ticket, verb: str, **fields: Any) -> Any:
    return client.post(reverse("case-act", args=[ticket.number, verb]), fields)


def panel(client: Client, ticket: Ticket, verb: str, **query: Any) -> str:
    where = reverse("case", args=[ticket.number], query={"panel": verb, **query})
    answer = client.get(where, headers={"HX-Request": "true", "HX-Target": "panel"})
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_the_page_knows_every_verb_of_the_workflow() -> None:
    assert set(TABLE) == {verb for verb in workflow.VERBS if not verb.startswith("portal.")} - ELSEWHERE


def test_a_verb_nobody_knows_does_not_exist(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    assert do(client_of(agent), ticket, "ticket.burn").status_code == 404


def test_reading_the_address_of_a_verb_leads_to_the_case(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    answer = client_of(agent).get(reverse("case-act", args=[ticket.number, "ticket.take"]))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("case", args=[ticket.number])


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_no_verb_works_on_a_case_one_may_not_see(
    ticket: Ticket, client_of: Browser, stranger: Agent, verb: str
) -> None:
    assert do(client_of(stranger), ticket, verb, row="1").status_code == 404


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("step.skip", {"reason": "safety_first"}),
        ("ticket.seal", {"named": ["AGENT"]}),
        ("ticket.unseal", {}),
        ("ticket.out_of_scope", {"reason": "not_ours"}),
    ],
)
def test_what_is_for_supervisors_is_hidden_from_agents_and_refused(
    ticket: Ticket, client_of: Browser, agent: Agent, verb: str, fields: dict[str, Any]
) -> None:
    client = client_of(agent)
    fields = {name: str(agent.pk) if value == ["AGENT"] else value for name, value in fields.items()}
    assert "<dialog" not in panel(client, ticket, verb)
    answer = do(client, ticket, verb, **fields)
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()
    assert fresh(ticket).version == ticket.version


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("ticket.close", {"reason": "accepted"}),
        ("redress.offer", {"kind": "repair", "basis": "due"}),
        ("step.back", {"to": "listen"}),
        ("ticket.reopen", {"reason": "not_fixed"}),
        ("ticket.resume", {}),
    ],
)
def test_what_does_not_fit_the_state_is_refused(
    ticket: Ticket, client_of: Browser, agent: Agent, verb: str, fields: dict[str, str]
) -> None:
    answer = do(client_of(agent), ticket, verb, **fields)
    assert answer.status_code in (409, 422)
    assert fresh(ticket).version == ticket.version


# Handling -------------------------------------------------------------------------------------------------------------


def test_take_and_assign(ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent) -> None:
    assert do(client_of(colleague), ticket, "ticket.take", version=ticket.version).status_code == 303
    assert fresh(ticket).owner_id == colleague.pk
    client = client_of(agent)
    assert f'value="{colleague.pk}"' in panel(client, ticket, "ticket.assign")
    assert do(client, ticket, "ticket.assign", owner=agent.pk).status_code == 303
    assert do(client, ticket, "ticket.assign", owner="0").status_code == 303
    assert fresh(ticket).owner_id is None
    assert do(client, ticket, "ticket.assign").status_code == 422
    assert do(client, ticket, "ticket.assign", owner="99999").status_code == 422


def test_two_who_take_it_at_once(
    ticket: Ticket, client_of: Browser, actor_for: ActorFor, agent: Agent, colleague: Agent
) -> None:
    assignment.assign(ticket, actor=actor_for(agent), now=NOW, owner=None)
    version = fresh(ticket).version
    assert do(client_of(agent), ticket, "ticket.take", version=version).status_code == 303
    answer = do(client_of(colleague), ticket, "ticket.take", version=version)
    assert answer.status_code == 412
    assert "Somebody else saved this in the meantime" in answer.content.decode()
    assert fresh(ticket).owner_id == agent.pk


def test_people_are_found_while_typing(
    ticket: Ticket, client_of: Browser, agent: Agent, stranger: Agent, colleague: Agent
) -> None:
    client = client_of(agent)
    where = reverse("case-people", args=[ticket.number])
    found = client.get(where, {"q": "ALED", "pick": "owner"}).content.decode()
    assert "Aled Rees" in found
    assert "Jonas Tamm" not in found
    kept = client.get(where, {"q": "aled", "pick": "named", "named": [str(colleague.pk), "x"]}).content.decode()
    assert 'type="checkbox"' in kept
    assert "Jonas Tamm" in kept
    assert "Nobody found" in client.get(where, {"q": "zzz"}).content.decode()
    assert client.get(where, {"pick": "password"}).status_code == 404
    assert "Aled Rees" in panel(client, ticket, "ticket.assign", q="aled")


def test_move_to_another_team(ticket: Ticket, client_of: Browser, agent: Agent, other_team: Team) -> None:
    client = client_of(agent)
    assert "Repairs" in panel(client, ticket, "ticket.move")
    answer = do(client, ticket, "ticket.move", team=other_team.pk)
    assert answer.status_code == 303
    assert fresh(ticket).team_id == other_team.pk
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_case_that_goes_out_of_sight_leads_to_the_queue(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent, supervisor: Agent, colleague: Agent
) -> None:
    ticket = make_ticket()
    answer = do(client_of(supervisor), ticket, "ticket.seal", named=[colleague.pk], sealed_from="0")
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("queue")


def test_watch_and_no_longer(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert do(client, ticket, "ticket.watch").status_code == 303
    assert Participant.objects.filter(ticket=ticket, role="watcher").count() == 1
    assert "Stop watching" in client.get(reverse("case", args=[ticket.number])).content.decode()
    assert do(client, ticket, "ticket.unwatch").status_code == 303
    assert not Participant.objects.filter(ticket=ticket, role="watcher").exists()


def test_wait_and_resume(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    Agent.objects.filter(pk=agent.pk).update(time_zone="Asia/Shanghai")
    waiting = {"reason": "customer_answer", "until": "2026-11-26T18:00", "note": "Photos"}
    assert do(client, ticket, "ticket.wait", **{**waiting, "until": "2026-11-20T10:00"}).status_code == 422
    assert do(client, ticket, "ticket.wait", **{**waiting, "reason": "bored"}).status_code == 422
    assert do(client, ticket, "ticket.wait", **waiting).status_code == 303
    row = fresh(ticket)
    assert (row.waiting_reason, row.waiting_until and row.waiting_until.hour) == ("customer_answer", 10)
    assert "Waiting until" in client.get(reverse("case", args=[ticket.number])).content.decode()
    assert do(client, ticket, "ticket.resume", version=row.version).status_code == 303
    assert fresh(ticket).waiting_since is None


def test_correcting_with_what_the_other_corrected(
    ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent, actor_for: ActorFor
) -> None:
    client = client_of(agent)
    category = Category.objects.get(code="refund_late")
    shown = panel(client, ticket, "ticket.correct")
    assert "Price and billing" in shown
    seen = shown.split('name="seen" value="')[1].split('"')[0].replace("&quot;", '"')
    changes = {"subject": "What Jonas calls it", "language": "zh-Hans"}
    corrections.correct(ticket, actor=actor_for(colleague), now=NOW, changes=changes)
    mine = {
        "version": ticket.version,
        "seen": seen,
        "subject": "What Mei calls it",
        "category": category.pk,
        "language": ticket.language,
        "on_behalf_of": "",
        "on_behalf_authority": "",
    }
    answer = do(client, ticket, "ticket.correct", **mine)
    assert answer.status_code == 412
    page = answer.content.decode()
    assert "Jonas Tamm saved this case in the meantime. Your words are safe." in page
    assert "What Jonas calls it" in page
    assert 'value="What Mei calls it"' in page
    assert 'value="zh-Hans" selected' in page
    assert fresh(ticket).subject == "What Jonas calls it"
    again = {**mine, "version": fresh(ticket).version, "language": "zh-Hans"}
    assert do(client, ticket, "ticket.correct", **again).status_code == 303
    row = fresh(ticket)
    assert (row.subject, row.language, row.category_id) == ("What Mei calls it", "zh-Hans", category.pk)


def test_another_customer_after_a_mistake(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    described = Described(name="Amara Okafor", phone="+44 7700 900999")
    other = create_customer(None, actor=SYSTEM, now=NOW, described=described, region="GB")
    assert "Amara Okafor" in panel(client, ticket, "ticket.change_customer", q="okafor")
    found = client.get(reverse("case-people", args=[ticket.number]), {"pick": "customer", "q": "900999"})
    assert "Amara Okafor" in found.content.decode()
    both = {"customer": other.pk, "anonymous_reason": "left none"}
    assert do(client, ticket, "ticket.change_customer", **both).status_code == 422
    assert do(client, ticket, "ticket.change_customer").status_code == 422
    assert do(client, ticket, "ticket.change_customer", customer=other.pk).status_code == 303
    assert fresh(ticket).customer_id == other.pk
    assert do(client, ticket, "ticket.change_customer", anonymous_reason="left none").status_code == 303
    assert fresh(ticket).customer_id is None


def test_convert_and_settle_what_is_no_complaint(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert do(client, ticket, "ticket.settle", reason="answered").status_code == 409
    assert do(client, ticket, "ticket.convert", kind="advice", reason="question").status_code == 303
    assert "panel=ticket.settle" in client.get(reverse("case", args=[ticket.number])).content.decode()
    assert do(client, ticket, "ticket.settle", reason="answered").status_code == 303
    assert fresh(ticket).state == "closed"


def test_seal_and_unseal(ticket: Ticket, client_of: Browser, supervisor: Agent, agent: Agent, colleague: Agent) -> None:
    client = client_of(supervisor)
    assert do(client, ticket, "ticket.seal", sealed_from="0").status_code == 422
    in_line = do(client, ticket, "ticket.seal", named=[supervisor.pk], sealed_from=agent.pk)
    assert in_line.status_code == 422
    assert "their line cannot be named" in in_line.content.decode()
    named = [supervisor.pk, colleague.pk]
    assert do(client, ticket, "ticket.seal", named=named, sealed_from="0").status_code == 303
    assert fresh(ticket).is_sealed
    assert do(client, ticket, "ticket.unseal", version=fresh(ticket).version).status_code == 303
    assert not fresh(ticket).is_sealed


def test_link_and_unlink(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent, stranger: Agent, other_team: Team
) -> None:
    ticket, other = make_ticket(), make_ticket()
    client = client_of(agent)
    far = make_ticket(by=stranger, team=other_team)
    unseen = do(client, ticket, "ticket.link", number=far.spoken_number, kind="related")
    assert unseen.status_code == 422
    assert "Nothing with this number that you may see" in unseen.content.decode()
    assert do(client, ticket, "ticket.link", number="4821", kind="related").status_code == 422
    assert do(client, ticket, "ticket.link", number=other.spoken_number, kind="duplicate").status_code == 303
    assert fresh(ticket).state == "merged"
    made = TicketLink.objects.get()
    assert "Remove" in client.get(reverse("case", args=[other.number])).content.decode()
    assert do(client, ticket, "ticket.unlink", row=made.pk).status_code == 303
    assert fresh(ticket).state == "open"


# Ends -----------------------------------------------------------------------------------------------------------------


def test_skip_and_back(ticket: Ticket, walk_to: Walk, client_of: Browser, supervisor: Agent, agent: Agent) -> None:
    client = client_of(supervisor)
    assert do(client, ticket, "step.skip", reason="because").status_code == 422
    assert do(client, ticket, "step.skip", reason="safety_first", note="Gas").status_code == 303
    assert fresh(ticket).step == "empathise"
    assert do(client_of(agent), ticket, "step.back", to="listen", note="Corrected us").status_code == 303
    assert fresh(ticket).step == "listen"


def test_close_and_reopen(ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    ticket = walk_to(ticket, "answered")
    assert do(client, ticket, "ticket.close", reason="silence").status_code == 409
    assert do(client, ticket, "ticket.close", reason="accepted").status_code == 303
    page = client.get(reverse("case", args=[ticket.number])).content.decode()
    assert "The customer accepted" in page
    wrong = {"reason": "not_fixed", "still_wrong": "No money came."}
    assert do(client, ticket, "ticket.reopen", **wrong).status_code == 303
    assert (fresh(ticket).step, fresh(ticket).pass_number) == ("listen", 2)


def test_withdrawn_and_out_of_scope(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent, supervisor: Agent
) -> None:
    first, second = make_ticket(), make_ticket()
    assert do(client_of(agent), first, "ticket.withdraw", reason="mistake").status_code == 303
    assert do(client_of(supervisor), second, "ticket.out_of_scope", reason="not_ours").status_code == 303
    assert (fresh(first).state, fresh(second).state) == ("withdrawn", "out_of_scope")


# Promises, redress, escalations ---------------------------------------------------------------------------------------


def test_a_promise_is_made_moved_and_kept(ticket: Ticket, client_of: Browser, agent: Agent, colleague: Agent) -> None:
    client = client_of(agent)
    Agent.objects.filter(pk=agent.pk).update(time_zone="Asia/Taipei")
    asked = {"kind": "call_back", "text": "Ring her", "due_at": "2026-11-25T15:00", "due_kind": "by", "promised": "on"}
    assert do(client, ticket, "follow_up.plan", **{**asked, "due_at": "2026-11-01T15:00"}).status_code == 422
    assert do(client, ticket, "follow_up.plan", **{**asked, "text": " "}).status_code == 422
    assert do(client, ticket, "follow_up.plan", **asked, owner=colleague.pk).status_code == 303
    row = FollowUp.objects.get()
    assert (row.owner_id, row.due_at.hour, row.promised) == (colleague.pk, 7, True)
    assert "25 Nov 15:00" in panel(client, ticket, "follow_up.move", row=row.pk)  # what the customer was told
    assert do(client, ticket, "follow_up.move", row=row.pk, due_at="2026-11-26T15:00").status_code == 422
    assert do(client, ticket, "follow_up.move", row=row.pk, due_at="2026-11-26T15:00", told="yes").status_code == 303
    assert do(client, ticket, "follow_up.done", row=row.pk, outcome="kept").status_code == 303
    assert do(client, ticket, "follow_up.done", row=row.pk, outcome="missed").status_code == 409
    row.refresh_from_db()
    assert (row.outcome, row.snoozes) == ("kept", 1)


def test_a_promise_is_made_in_words_and_taken_back_from_the_message(
    ticket: Ticket, client_of: Browser, agent: Agent
) -> None:
    client = client_of(agent)
    asked = {"kind": "call_back", "text": "Ring her", "due_kind": "by", "promised": "on"}
    refused = do(client, ticket, "follow_up.plan", **asked, when="some day")
    assert refused.status_code == 422
    assert 'value="some day"' in refused.content.decode()
    assert do(client, ticket, "follow_up.plan", **asked, when="明天下午三点").status_code == 303
    assert "15:00" in client.get(reverse("case", args=[ticket.number])).content.decode()
    row = FollowUp.objects.get()
    assert row.due_at.hour == 15
    do(client, ticket, "follow_up.plan", **{**asked, "text": "Write"}, when="Friday")
    assert FollowUp.objects.get(text="Write").due_kind == "on"
    do(client, ticket, "follow_up.done", row=row.pk, outcome="kept")
    undo = f"{reverse('my-day-undo', args=[row.pk])}?next={reverse('case', args=[ticket.number])}"
    assert undo in client.get(reverse("case", args=[ticket.number])).content.decode()
    assert client.post(undo).headers["Location"] == reverse("case", args=[ticket.number])
    row.refresh_from_db()
    assert row.done_at is None
    strange = reverse("my-day-undo", args=[row.pk]) + "?next=https://example.org/"
    assert client.post(strange).headers["Location"] == reverse("my-day")


def test_could_not_reach_on_the_case_plans_the_next_try(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    asked = {"kind": "call_back", "text": "Ring her", "due_kind": "by", "promised": "on", "when": "in 2 hours"}
    do(client, ticket, "follow_up.plan", **asked)
    row = FollowUp.objects.get()
    assert "If nothing stands here" in panel(client, ticket, "follow_up.done", row=row.pk)
    do(client, ticket, "follow_up.done", row=row.pk, outcome="unreached", again="on")
    assert FollowUp.objects.get(after=row).due_at > row.due_at
    assert ticket.interactions.filter(kind="call", reached=False).count() == 1


def test_a_row_of_another_case_does_not_exist(
    make_ticket: Callable[..., Ticket], client_of: Browser, agent: Agent, actor_for: ActorFor
) -> None:
    ticket, other = make_ticket(), make_ticket()
    due = NOW + timedelta(days=1)
    row = follow_ups.plan(other, actor=actor_for(agent), now=NOW, kind="promise", text="Ring", due_at=due)
    client = client_of(agent)
    assert do(client, ticket, "follow_up.done", row=row.pk, outcome="kept").status_code == 404
    for strange in ("", "x", "-1", "9" * 30):
        assert do(client, ticket, "follow_up.done", row=strange, outcome="kept").status_code == 404


def test_redress_within_the_limit_and_above_it(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, supervisor: Agent
) -> None:
    ticket = walk_to(ticket, "resolve")
    client, above = client_of(agent), client_of(supervisor)
    assert "Your limit is GBP 150.00" in panel(client, ticket, "redress.offer")
    offer = {"kind": "refund", "basis": "due", "currency": "GBP"}
    for amount in ("", "-5", "1e99", "12.345", "free"):
        assert do(client, ticket, "redress.offer", **offer, amount=amount).status_code == 422
    assert do(client, ticket, "redress.offer", **offer, amount="100").status_code == 303
    assert do(client, ticket, "redress.offer", **offer, amount="500").status_code == 303
    small, large = Redress.objects.order_by("id")
    assert (small.state, large.state) == ("agreed", "waiting")
    assert do(client, ticket, "approval.decide", row=large.pk, decision="approve").status_code == 403
    assert do(above, ticket, "approval.decide", row=large.pk, decision="refuse").status_code == 422
    assert do(above, ticket, "approval.decide", row=large.pk, decision="approve").status_code == 303
    assert do(client, ticket, "redress.done", row=small.pk).status_code == 303
    assert do(client, ticket, "redress.withdraw", row=large.pk).status_code == 303
    assert list(Redress.objects.order_by("id").values_list("state", flat=True)) == ["done", "withdrawn"]


def test_an_administrator_names_who_decides_or_waives(
    ticket: Ticket, walk_to: Walk, client_of: Browser, agent: Agent, administrator: Agent, actor_for: ActorFor
) -> None:
    ticket = walk_to(ticket, "resolve")
    offer = {"kind": "refund", "basis": "due", "amount": 99_000, "currency": "GBP"}
    client = client_of(administrator)
    assert do(client_of(agent), ticket, "redress.offer", **offer).status_code == 303
    row = Redress.objects.get()
    assert do(client, ticket, "approval.waive", row=row.pk, reason="").status_code == 422
    assert do(client_of(agent), ticket, "approval.waive", row=row.pk, reason="x").status_code == 403
    assert do(client, ticket, "approval.waive", row=row.pk, reason="Nobody may").status_code == 303
    row.refresh_from_db()
    assert row.state == "agreed"


def test_an_escalation_goes_up_and_comes_back(
    ticket: Ticket, client_of: Browser, agent: Agent, supervisor: Agent
) -> None:
    client, above = client_of(agent), client_of(supervisor)
    assert do(client, ticket, "escalation.open", trigger="by_hand", reason="").status_code == 422
    assert do(client, ticket, "escalation.open", trigger="by_hand", reason="May I?").status_code == 303
    row = Escalation.objects.get()
    assert row.addressed_to_id == supervisor.pk
    assert do(client, ticket, "escalation.answer", row=row.pk, guidance="Yes").status_code == 403
    assert do(above, ticket, "escalation.acknowledge", row=row.pk).status_code == 303
    assert do(above, ticket, "escalation.return", row=row.pk, guidance="").status_code == 422
    assert do(above, ticket, "escalation.return", row=row.pk, guidance="Yes, up to 50.").status_code == 303
    assert do(above, ticket, "escalation.answer", row=row.pk, guidance="No").status_code == 409
    do(client, ticket, "escalation.open", trigger="asked_superior", reason="She asks for you")
    second = Escalation.objects.latest("id")
    assert do(above, ticket, "escalation.take_over", row=second.pk).status_code == 303
    assert fresh(ticket).owner_id == supervisor.pk


# Panels ---------------------------------------------------------------------------------------------------------------


def test_a_panel_is_a_part_of_the_page_or_the_page_with_it(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    client = client_of(agent)
    assert "<html" not in panel(client, ticket, "ticket.wait")
    page = client.get(reverse("case", args=[ticket.number], query={"panel": "ticket.wait"})).content.decode()
    assert "<html" in page
    assert "<dialog" in page.split('id="panel"')[1]


def test_what_was_begun_in_a_panel_is_there_again_until_it_is_done(
    ticket: Ticket, client_of: Browser, agent: Agent
) -> None:
    client = client_of(agent)
    key = f"case-{ticket.number}-panel-escalation.open"
    client.post(reverse("draft", args=[key]), {"reason": "Half a quest", "trigger": "asked_superior"})
    shown = panel(client, ticket, "escalation.open")
    assert "Half a quest</textarea>" in shown
    do(client, ticket, "escalation.open", trigger="by_hand", reason="A whole question")
    assert not Draft.objects.exists()


def test_a_refused_panel_keeps_its_words(ticket: Ticket, client_of: Browser, agent: Agent) -> None:
    answer = do(client_of(agent), ticket, "ticket.wait", reason="", until="", note="Typed <b>with</b> care")
    assert answer.status_code == 422
    assert "Typed &lt;b&gt;with&lt;/b&gt; care</textarea>" in answer.content.decode()


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_every_panel_can_be_drawn(
    ticket: Ticket,
    walk_to: Walk,
    client_of: Browser,
    actor_for: ActorFor,
    agent: Agent,
    administrator: Agent,
    supervisor: Agent,
    verb: str,
) -> None:
    row = _row_for(verb, walk_to(ticket, "resolve"), actor_for(agent))
    _into_its_state(verb, ticket, walk_to, actor_for(administrator), administrator)
    shown = panel(client_of(administrator), ticket, verb, **({"row": row} if row else {}))
    assert ("<dialog" in shown) == (TABLE[verb].form is not None)


def _row_for(verb: str, ticket: Ticket, actor: Any) -> int | None:
    if verb.startswith("follow_up.") and verb != "follow_up.plan":
        due = NOW + timedelta(days=1)
        return follow_ups.plan(ticket, actor=actor, now=NOW, kind="promise", text="Ring", due_at=due).pk
    if verb.startswith(("redress.", "approval.")) and verb != "redress.offer":
        return redress.offer(ticket, actor=actor, now=NOW, kind="repair", basis="due").pk
    if verb.startswith("pattern.") or verb == "interaction.decide":
        return ticket.interactions.filter(direction="in").first().pk
    if verb.startswith("escalation.") and verb != "escalation.open":
        return escalations.open_escalation(ticket, actor=actor, now=NOW, reason="May I?").pk
    return None


def _into_its_state(verb: str, ticket: Ticket, walk_to: Walk, actor: Any, person: Agent) -> None:
    row = fresh(ticket)
    if verb in ("ticket.close", "ticket.reopen"):
        walk_to(row, "answered")
    elif verb == "step.skip":
        steps.go_back(row, actor=actor, now=NOW, to="apologise")
    elif verb == "ticket.unseal":
        sealing.seal(row, actor=actor, now=NOW, named=[person])
    elif verb == "ticket.resume":
        clocks.wait(row, actor=actor, now=NOW, reason="testing", until=NOW + timedelta(days=1))
