"""The training as a person uses it, and what whoever coaches them may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import training as actions
from complaints.models import TrainingAnswer, TrainingRound
from complaints.queries import training as queries
from office import access
from office.models import Agent, Membership, Team
from playbooks import training
from tests.conftest import NOW, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PATHS = ("", "results/", "formulas/")


@pytest.fixture(autouse=True)
def _hour() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(client_of: Callable[[Agent], Client], agent: Agent) -> Client:
    return client_of(agent)


@pytest.fixture
def coach(client_of: Callable[[Agent], Client], supervisor: Agent) -> Client:
    return client_of(supervisor)


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:600]
    return " ".join(answer.content.decode().split())


def begun(desk: Client, **words: str) -> TrainingRound:
    answer = desk.post("/training/begin/", {"kind": "practice", **words})
    assert answer.status_code == 303
    return TrainingRound.objects.get(pk=int(answer.headers["Location"].split("/")[-2]))


def finish(agent: Agent, *, kind: str = "practice", topic: str = "", wrong: int = 0, at: Any = NOW) -> TrainingRound:
    """A whole round of somebody, the first ``wrong`` answers not right."""
    actor = access.actor_of(agent)
    made: TrainingRound = actions.begin(None, actor=actor, now=at, kind=kind, topic=topic)
    chosen = {}
    for place, name in enumerate(made.questions):
        known = training.bank().by_id[name]
        chosen[name] = next(one for one in known.choices if (one == known.answer) != (place < wrong))
    return actions.answer(made, actor=actor, now=at, chosen=chosen)


# The self-test --------------------------------------------------------------------------------------------------------


def test_the_self_test_stands_on_one_page_and_gives_nothing_away(mine: Client) -> None:
    made = begun(mine, kind="beliefs")
    text = body(mine.get(f"/training/rounds/{made.pk}/"))
    assert text.count("<fieldset") == 6
    assert "Never apologise before it is clear whose fault it was." in text
    assert "Say at once that we are sorry" not in text


def test_all_six_answers_go_in_at_once_and_the_reasons_come_back(mine: Client) -> None:
    made = begun(mine, kind="beliefs")
    page = f"/training/rounds/{made.pk}/"
    answer = mine.post(page, dict.fromkeys(made.questions, "false"))
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    text = body(mine.get(page))
    assert "4 of 6 right" in text
    assert "Say at once that we are sorry for what they went through." in text
    assert "Not right. It is: True" in text


def test_a_statement_that_was_left_out_is_named_and_the_others_stay_ticked(mine: Client) -> None:
    made = begun(mine, kind="beliefs")
    answer = mine.post(f"/training/rounds/{made.pk}/", dict.fromkeys(made.questions[:5], "true"))
    text = body(answer, 422)
    assert text.count("Choose one of the answers") == 1
    assert text.count(" checked") >= 5
    assert not TrainingAnswer.objects.exists()


# Practice -------------------------------------------------------------------------------------------------------------


def test_one_question_at_a_time_each_with_its_reason(mine: Client) -> None:
    made = begun(mine)
    page = f"/training/rounds/{made.pk}/"
    for place, name in enumerate(made.questions, start=1):
        known = training.bank().by_id[name]
        text = body(mine.get(page))
        assert f"Question {place} of 8" in text
        assert text.count('type="radio"') == len(known.choices)
        assert known.explanation["en"][:30] not in text
        answer = mine.post(page, {"question": name, name: known.answer})
        assert answer.headers["Location"] == f"{page}{place}/"
        text = body(mine.get(f"{page}{place}/"))
        assert "Your answer, and right" in text
    assert "See how it went" in text
    assert "8 of 8 right" in body(mine.get(page))


def test_after_a_wrong_answer_both_are_named(mine: Client) -> None:
    made = begun(mine, topic="apologise")
    name = made.questions[0]
    known = training.bank().by_id[name]
    given = next(one for one in known.choices if one != known.answer)
    mine.post(f"/training/rounds/{made.pk}/", {"question": name, name: given})
    text = body(mine.get(f"/training/rounds/{made.pk}/1/"))
    assert "Right answer" in text
    assert "Your answer" in text
    assert "Not right. It is:" in text


def test_the_answers_keep_their_order_and_their_keys_in_one_round(mine: Client) -> None:
    made = begun(mine, topic="apologise")
    TrainingRound.objects.filter(pk=made.pk).update(questions=["apologise-real"])
    page = f"/training/rounds/{made.pk}/"
    order = re.findall(r'value="([a-d])" data-key="([1-4])"', body(mine.get(page)))
    assert [key for _option, key in order] == ["1", "2", "3", "4"]
    assert order == re.findall(r'value="([a-d])" data-key="([1-4])"', body(mine.get(page)))
    known = training.question("apologise-real")
    assert known is not None
    assert tuple(option for option, _key in order) == known.ordered(str(made.pk))


def test_a_round_is_left_and_gone_on_with(mine: Client) -> None:
    made = begun(mine)
    first = made.questions[0]
    mine.post(f"/training/rounds/{made.pk}/", {"question": first, first: training.bank().by_id[first].answer})
    text = body(mine.get("/training/"))
    assert "Go on where it was left" in text
    assert "1 of 8 answered" in text
    assert "Question 2 of 8" in body(mine.get(f"/training/rounds/{made.pk}/"))
    assert begun(mine).pk == made.pk


def test_sending_an_answer_twice_shows_the_same_reason_and_keeps_the_first(mine: Client) -> None:
    made = begun(mine)
    name = made.questions[0]
    known = training.bank().by_id[name]
    wrong = next(one for one in known.choices if one != known.answer)
    for given in (wrong, known.answer):
        answer = mine.post(f"/training/rounds/{made.pk}/", {"question": name, name: given})
        assert answer.headers["Location"] == f"/training/rounds/{made.pk}/1/"
    assert TrainingAnswer.objects.get().chosen == wrong


def test_going_on_without_an_answer_says_what_is_missing(mine: Client) -> None:
    made = begun(mine)
    text = body(mine.post(f"/training/rounds/{made.pk}/", {"question": made.questions[0]}), 422)
    assert "Choose one of the answers" in text
    assert 'aria-describedby="t-fault"' in text


@pytest.mark.parametrize("words", [{"question": "nonsense"}, {"question": "\x00"}, {"x": "y"}, {}])
def test_a_form_of_nothing_is_answered_with_the_question(mine: Client, words: dict[str, str]) -> None:
    made = begun(mine)
    assert "Question 1 of 8" in body(mine.post(f"/training/rounds/{made.pk}/", words), 422)


def test_a_question_that_waits_is_asked_in_its_turn(mine: Client) -> None:
    made = begun(mine)
    page = f"/training/rounds/{made.pk}/"
    assert mine.get(f"{page}5/").headers["Location"] == page
    for nowhere in ("0", "9", "99999999999999999999"):
        assert mine.get(f"{page}{nowhere}/").status_code == 404


def test_a_question_that_left_the_bank_is_passed_over(mine: Client) -> None:
    made = begun(mine, topic="records")
    TrainingRound.objects.filter(pk=made.pk).update(questions=["gone", *made.questions])
    page = f"/training/rounds/{made.pk}/"
    assert "Question 2 of 4" in body(mine.get(page))
    assert mine.get(f"{page}1/").headers["Location"] == page
    for name in made.questions:
        mine.post(page, {"question": name, name: training.bank().by_id[name].answer})
    assert "3 of 3 right" in body(mine.get(page))


@pytest.mark.parametrize("words", [{"kind": "exam"}, {"topic": "astrology"}, {"kind": "beliefs", "topic": "listen"}])
def test_what_cannot_be_begun_is_said_on_the_first_page(mine: Client, words: dict[str, str]) -> None:
    answer = mine.post("/training/begin/", {"kind": "practice", **words}, follow=True)
    assert "Choose" in body(answer)
    assert not TrainingRound.objects.exists()


def test_where_an_answer_comes_from_is_said_when_it_is_no_playbook(mine: Client, agent: Agent) -> None:
    made = begun(mine, topic="wording")
    for name in made.questions:
        mine.post(f"/training/rounds/{made.pk}/", {"question": name, name: training.bank().by_id[name].answer})
    text = body(mine.get(f"/training/rounds/{made.pk}/"))
    assert "Source: Packard &amp; Berger 2021" in text
    assert "Source: Wording rule B04" in text


# Results --------------------------------------------------------------------------------------------------------------


def test_results_say_how_it_goes_by_topic_and_month(mine: Client, agent: Agent) -> None:
    finish(agent, topic="privacy", wrong=1, at=NOW - timedelta(days=40))
    finish(agent, topic="privacy", at=NOW)
    finish(agent, kind="beliefs", wrong=2)
    text = body(mine.get("/training/results/"))
    assert "7 of 8 practice questions right, 88 %" in text
    assert 'aria-label="Privacy: Oct: 3 of 4, Nov: 4 of 4"' in text
    assert "4 of 6 right" in text


def test_months_are_those_of_the_reader(agent: Agent) -> None:
    months = queries.months_before(NOW.replace(month=2), zone=NOW.tzinfo)  # type: ignore[arg-type]
    assert [(month.year, month.month) for month in months] == [
        (2025, 9), (2025, 10), (2025, 11), (2025, 12), (2026, 1), (2026, 2),
    ]  # fmt: skip


def test_many_rounds_have_pages(mine: Client, agent: Agent) -> None:
    made = [finish(agent, topic="records", at=NOW + timedelta(minutes=serial)) for serial in range(21)]
    text = body(mine.get("/training/results/"))
    assert f"/training/rounds/{made[0].pk}/" not in text
    older = re.search(r'href="(/training/results/\?before=\d+)"', text)
    assert older
    assert f"/training/rounds/{made[0].pk}/" in body(mine.get(older[1]))
    body(mine.get("/training/results/?before=nonsense"))


def test_nothing_yet_is_said(mine: Client) -> None:
    text = body(mine.get("/training/results/"))
    assert "No question of the practice answered yet" in text
    assert "No round finished yet" in text


def test_the_figures_say_what_they_are_worth(mine: Client) -> None:
    text = body(mine.get("/training/formulas/"))
    assert "For every customer who complains, 24 say nothing" in text
    assert "2–30</b> silent customers per complaint" in text
    assert "never as what is true of our customers" in text
    assert text.count("<article") == len(training.formulas())


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "责任没弄清之前，绝不能道歉。"), ("zh-hant", "責任還沒釐清之前，絕對不能道歉。")],
)
def test_the_bank_speaks_chinese(mine: Client, agent: Agent, language: str, words: str) -> None:
    Agent.objects.filter(pk=agent.pk).update(language=language)
    made = begun(mine, kind="beliefs")
    assert words in body(mine.get(f"/training/rounds/{made.pk}/"))
    for path in PATHS:
        body(mine.get(f"/training/{path}"))


# Whoever coaches ------------------------------------------------------------------------------------------------------


def test_a_supervisor_sees_how_the_people_below_are_getting_on(coach: Client, agent: Agent, colleague: Agent) -> None:
    finish(agent, kind="beliefs", wrong=1)
    finish(agent, topic="privacy", wrong=3)
    finish(agent, topic="conduct")
    text = body(coach.get("/training/people/"))
    line = text[text.index("Mei Lin</a>") :]
    assert "5 of 6" in line
    assert "63 %" in line
    assert "Privacy" in line
    assert "Jonas Tamm" in text
    assert "Not taken yet" in text
    own = body(coach.get(f"/training/people/{agent.pk}/"))
    assert "5 of 8 practice questions right, 63 %" in own


def test_a_coach_reads_a_round_and_does_not_answer_it(coach: Client, mine: Client, agent: Agent) -> None:
    made = begun(mine)
    name = made.questions[0]
    known = training.bank().by_id[name]
    mine.post(f"/training/rounds/{made.pk}/", {"question": name, name: known.answer})
    text = body(coach.get(f"/training/rounds/{made.pk}/"))
    assert "not at its end, 7 to go" in text
    assert training.bank().by_id[made.questions[1]].asked["en"] not in text
    body(coach.get(f"/training/rounds/{made.pk}/1/"))
    assert coach.post(f"/training/rounds/{made.pk}/", {"question": made.questions[1]}).status_code == 403


def test_people_of_other_teams_are_not_there(coach: Client, stranger: Agent) -> None:
    made = finish(stranger)
    assert "Aled Rees" not in body(coach.get("/training/people/"))
    for path in (f"people/{stranger.pk}/", f"rounds/{made.pk}/", f"rounds/{made.pk}/1/"):
        assert coach.get(f"/training/{path}").status_code == 404
    assert coach.post(f"/training/rounds/{made.pk}/").status_code == 404


def test_an_agent_sees_only_themselves(mine: Client, agent: Agent, colleague: Agent, supervisor: Agent) -> None:
    made = finish(colleague)
    assert mine.get("/training/people/").status_code == 403
    assert "/training/people/" not in body(mine.get("/training/"))
    for path in (f"people/{colleague.pk}/", f"people/{supervisor.pk}/", f"rounds/{made.pk}/", "people/9999/"):
        assert mine.get(f"/training/{path}").status_code == 404
    body(mine.get(f"/training/people/{agent.pk}/"))


def test_a_supervisor_of_the_same_rank_is_not_below(coach: Client, supervisor: Agent, team: Team) -> None:
    peer = person("petra", "Petra Peer", "supervisor")
    under = person("udo", "Udo Under", "supervisor", reports_to=supervisor)
    Membership.objects.create(agent=peer, team=team)
    text = body(coach.get("/training/people/"))
    assert "Petra Peer" not in text
    assert "Udo Under" in text
    assert coach.get(f"/training/people/{peer.pk}/").status_code == 404
    body(coach.get(f"/training/people/{under.pk}/"))


def test_who_left_is_not_listed_and_who_leads_from_above_neither(
    coach: Client, agent: Agent, supervisor: Agent, administrator: Agent
) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    Agent.objects.filter(pk=administrator.pk).update(reports_to=supervisor)
    text = body(coach.get("/training/people/"))
    assert "Mei Lin" not in text
    assert "Ada Admin" not in text.split("<main")[1]
    assert coach.get(f"/training/people/{agent.pk}/").status_code == 404


def test_an_administrator_sees_everybody(
    client_of: Callable[[Agent], Client], administrator: Agent, agent: Agent, stranger: Agent, supervisor: Agent
) -> None:
    desk = client_of(administrator)
    text = body(desk.get("/training/people/"))
    assert all(name in text for name in ("Mei Lin", "Aled Rees", "Karin Solberg"))
    body(desk.get(f"/training/people/{stranger.pk}/"))
    body(desk.get(f"/training/people/{administrator.pk}/"))


def test_many_people_have_pages(coach: Client, team: Team) -> None:
    for serial in range(51):
        Membership.objects.create(agent=person(f"p{serial}", f"Person {serial:02}"), team=team)
    text = body(coach.get("/training/people/"))
    assert "Person 49" in text
    assert "Person 50" not in text
    assert "Person 50" in body(coach.get("/training/people/?from=50"))
    for nonsense in ("x", "-1", "9" * 30):
        body(coach.get(f"/training/people/?from={nonsense}"))


# Strangers, and what it costs -----------------------------------------------------------------------------------------


def test_strangers_are_asked_to_sign_in(client: Client, db: None) -> None:
    for path in (*PATHS, "people/", "people/1/", "rounds/1/", "rounds/1/1/"):
        assert client.get(f"/training/{path}").status_code == 302
    assert client.post("/training/begin/").status_code == 302


def test_pages_cost_the_same_with_one_round_and_with_many(
    mine: Client, coach: Client, agent: Agent, team: Team
) -> None:
    costs: list[list[int]] = []
    for how_many in (1, 50):
        for serial in range(how_many):
            moment = NOW + timedelta(hours=len(costs), minutes=serial)
            finish(agent, topic="records", at=moment)
            finish(agent, kind="beliefs", at=moment)
            pupil = person(f"p{how_many}-{serial}", f"Person {how_many} {serial}")
            Membership.objects.create(agent=pupil, team=team)
            finish(pupil, topic="privacy", at=moment)
        begun(mine, topic="listen" if how_many == 1 else "conduct")
        costs.append([])
        for desk, path in ((mine, ""), (mine, "results/"), (coach, "people/"), (coach, f"people/{agent.pk}/")):
            desk.get(f"/training/{path}")
            with CaptureQueriesContext(connection) as asked:
                desk.get(f"/training/{path}")
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 9


def test_a_question_costs_few_queries(mine: Client) -> None:
    made = begun(mine)
    name = made.questions[0]
    mine.get("/training/")
    with CaptureQueriesContext(connection) as asked:
        mine.get(f"/training/rounds/{made.pk}/")
    with CaptureQueriesContext(connection) as answered:
        mine.post(f"/training/rounds/{made.pk}/", {"question": name, name: training.bank().by_id[name].answer})
    assert len(asked) <= 7
    assert len(answered) <= 18
