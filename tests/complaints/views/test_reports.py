"""What became of the wording rules and of the patterns: for supervisors, and never beyond what they may see."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.actions import sealing
from complaints.models import Interaction, Pattern, Ticket, WordingNote
from complaints.queries import reports as queries
from complaints.views.reports import cell
from office.models import Agent, Team
from office.roles import Actor
from playbooks.queries import built_in
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PAGES = ("wording/", "wording/cases/", "patterns/", "patterns/cases/")
ONE_DAY = timedelta(days=1)
REFUSAL, LONG_TALKER = (built_in("playbook")[key]["names"]["en"] for key in ("refusal", "long_talker"))


@pytest.fixture(autouse=True)
def _hour() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client_of: Callable[[Agent], Client], supervisor: Agent) -> Client:
    return client_of(supervisor)


@pytest.fixture
def theirs(make_ticket: Callable[..., Ticket], stranger: Agent, other_team: Team) -> Ticket:
    """A complaint of a team the supervisor does not see."""
    return make_ticket(by=stranger, team=other_team)


@pytest.fixture
def ours(make_ticket: Callable[..., Ticket], team: Team) -> Ticket:
    return make_ticket(team=team)


def noted(
    ticket: Ticket, rule: str = "V01", did: str = "kept", times: int = 1, at: datetime = NOW, **more: Any
) -> None:
    row = {"ticket": ticket, "place": "message", "rule": rule, "severity": "warn", "did": did, "at": at, **more}
    WordingNote.objects.bulk_create(WordingNote(**row) for _ in range(times))


def wrote(ticket: Ticket, times: int = 1, at: datetime = NOW, **more: Any) -> list[Interaction]:
    row = {"kind": "reply", "direction": "out", "author_kind": "agent", "visibility": "customer", **more}
    made = [Interaction(ticket=ticket, text="x", happened_at=at, entered_at=at, **row) for _ in range(times)]
    return Interaction.objects.bulk_create(made)


def marked(ticket: Ticket, key: str = "refusal", state: str = "suggested", at: datetime = NOW) -> None:
    (contact,) = wrote(ticket, kind="words", direction="in", author_kind="customer")
    decided = None if state == "suggested" else at
    suggested = None if state == "picked" else at
    Pattern.objects.create(interaction=contact, key=key, state=state, suggested_at=suggested, decided_at=decided)


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:600]
    return " ".join(answer.content.decode().split())


def row_of(text: str, name: str) -> str:
    """One line of the table."""
    return next(row for row in text.split("<tr>") if name in row.split("</th>")[0] and 'scope="row"' in row)


def figures(row: str) -> list[str]:
    """What stands in its cells, without the tags."""
    cells = re.findall(r'<td class="num">(.*?)</td>', row)
    return [re.sub(r"<[^>]*>", "", one).strip() for one in cells]


def address(row: str, says: str) -> str:
    """Where a number of it leads."""
    found = re.search(rf'<a href="([^"]*)">{says}</a>', row)
    assert found, row
    return html.unescape(found[1])


def table(answer: Any) -> list[list[str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


# Who may come in ------------------------------------------------------------------------------------------------------


def test_reports_are_for_supervisors_and_administrators(
    client: Client, client_of: Callable[[Agent], Client], agent: Agent, supervisor: Agent, administrator: Agent
) -> None:
    for page in PAGES:
        assert client.get(f"/reports/{page}").status_code == 302
        assert client_of(agent).get(f"/reports/{page}").status_code == 403
        assert client_of(agent).get(f"/reports/{page}?format=csv").status_code == 403
        for person in (supervisor, administrator):
            assert client_of(person).get(f"/reports/{page}").status_code == 200
            assert client_of(person).post(f"/reports/{page}").status_code == 405
    assert "/reports/wording/" not in body(client_of(agent).get("/my-day/"))


# Wording --------------------------------------------------------------------------------------------------------------


def test_each_rule_says_how_often_it_was_shown_and_what_was_done(desk: Client, ours: Ticket) -> None:
    wrote(ours, 50)
    noted(ours, "V01", "fixed", 6)
    noted(ours, "V01", "confirmed", 3)
    noted(ours, "V01", "kept", 2, place="note")
    noted(ours, "F01", "held")
    noted(ours, "F01", "approved", 2)
    noted(ours, "F01", "refused")
    text = body(desk.get("/reports/wording/"))
    assert figures(row_of(text, "V01")) == ["11", "18.0", "6 55 %", "3", "2", "0", "0", "0"]
    assert figures(row_of(text, "F01")) == ["4", "8.0", "0 0 %", "0", "0", "1", "2", "1"]
    assert "<b>26.0</b>" in text  # 13 hits in messages, of 50
    assert "<b>50</b>" in text
    assert "<b>15</b>" in text


def test_what_the_desk_wrote_by_itself_or_took_back_is_no_message_of_ours(desk: Client, ours: Ticket) -> None:
    wrote(ours, 4)
    wrote(ours, author_kind="system")
    wrote(ours, delivery="cancelled")
    wrote(ours, kind="note", direction="internal", visibility="internal")
    wrote(ours, kind="words", direction="in", author_kind="customer")
    wrote(ours, at=NOW - 40 * ONE_DAY)
    text = body(desk.get("/reports/wording/"))
    assert "<b>4</b><span>messages of ours</span>" in text


def test_a_rule_that_is_seldom_followed_is_due_for_review(desk: Client, ours: Ticket) -> None:
    noted(ours, "V01", "fixed", 59)
    noted(ours, "V01", "kept", 141)
    noted(ours, "V02", "fixed", 60)
    noted(ours, "V02", "kept", 140)
    noted(ours, "V03", "kept", 199)
    text = body(desk.get("/reports/wording/"))
    assert "Due for review" in row_of(text, "V01")
    assert "Due for review" not in row_of(text, "V02")
    assert "Due for review" not in row_of(text, "V03")
    assert "1 rule is due for review" in text
    assert text.index(">V01<") < text.index(">V02<")


def test_thirty_days_are_counted_unless_others_are_asked_for(desk: Client, ours: Ticket) -> None:
    noted(ours, at=NOW - 29 * ONE_DAY)
    noted(ours, "V02", at=NOW - 31 * ONE_DAY)
    text = body(desk.get("/reports/wording/"))
    assert ">V01<" in text
    assert ">V02<" not in text
    older = body(desk.get("/reports/wording/?since=2026-10-01&until=2026-10-24"))
    assert ">V02<" in older
    assert ">V01<" not in older


def test_both_ends_of_the_days_are_counted_in_the_readers_zone(desk: Client, ours: Ticket, supervisor: Agent) -> None:
    Agent.objects.filter(pk=supervisor.pk).update(time_zone="Asia/Taipei")
    noted(ours, "V01", at=datetime.fromisoformat("2026-11-09T16:00:00+00:00"))  # 10 November, 00:00
    noted(ours, "V02", at=datetime.fromisoformat("2026-11-10T15:59:59+00:00"))
    noted(ours, "V03", at=datetime.fromisoformat("2026-11-10T16:00:00+00:00"))
    noted(ours, "V04", at=datetime.fromisoformat("2026-11-09T15:59:59+00:00"))
    text = body(desk.get("/reports/wording/?since=2026-11-10&until=2026-11-10"))
    assert [f">{rule}<" in text for rule in ("V01", "V02", "V03", "V04")] == [True, True, False, False]
    assert "since=2026-11-10&amp;until=2026-11-10" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=nonsense", "Enter a valid date"),
        ("since=2026-11-20&until=2026-11-10", "This is before the first day"),
        ("since=2024-01-01", "at most one year"),
        ("team=999", "This is not on offer"),
        ("since=%00&until=9999999", "Enter a valid date"),
        ("since=0001-01-01&until=0001-01-01", "greater than or equal"),
        ("since=9999-12-31&until=9999-12-31", "less than or equal"),
    ],
)
def test_days_that_cannot_be_counted_are_said_beside_their_field(
    desk: Client, ours: Ticket, query: str, says: str
) -> None:
    for page in PAGES[::2]:
        assert says in body(desk.get(f"/reports/{page}?{query}"))


def test_one_team_can_be_asked_for(
    client_of: Callable[[Agent], Client], administrator: Agent, ours: Ticket, theirs: Ticket, team: Team
) -> None:
    noted(ours, times=2)
    noted(theirs, times=3)
    desk = client_of(administrator)
    assert figures(row_of(body(desk.get("/reports/wording/")), "V01"))[0] == "5"
    text = body(desk.get(f"/reports/wording/?team={team.pk}"))
    assert figures(row_of(text, "V01"))[0] == "2"
    behind = body(desk.get(address(row_of(text, "V01"), "2")))
    assert ours.spoken_number in behind
    assert theirs.spoken_number not in behind


def test_nothing_is_counted_that_the_reader_may_not_see(
    desk: Client, ours: Ticket, theirs: Ticket, make_ticket: Callable[..., Ticket], team: Team, supervisor: Agent,
    colleague: Agent, actor_for: Callable[[Agent], Actor], other_team: Team,
) -> None:  # fmt: skip
    sealed = make_ticket(team=team)
    sealing.seal(sealed, actor=actor_for(supervisor), now=NOW, named=[colleague])
    for case in (ours, theirs, sealed):
        noted(case, times=2)
        wrote(case)
        marked(case)
    text = body(desk.get("/reports/wording/"))
    assert figures(row_of(text, "V01"))[0] == "2"
    assert "<b>1</b><span>messages of ours</span>" in text
    assert f">{other_team.name}</option>" not in text
    assert figures(row_of(body(desk.get("/reports/patterns/")), REFUSAL))[0] == "1"
    for page in ("wording/cases/", "wording/cases/?of=messages", "patterns/cases/", f"wording/?team={other_team.pk}"):
        shown = body(desk.get(f"/reports/{page}"))
        assert theirs.spoken_number not in shown
        assert sealed.spoken_number not in shown


def test_each_number_opens_the_complaints_behind_it(
    desk: Client, ours: Ticket, make_ticket: Callable[..., Ticket], team: Team
) -> None:
    other = make_ticket(team=team)
    noted(ours, "V01", "fixed", 3)
    noted(other, "V01", "kept", 1)
    noted(other, "V02", "kept", 5)
    wrote(other)
    row = row_of(body(desk.get("/reports/wording/")), "V01")
    fixed = body(desk.get(address(row, "3")))
    assert ours.spoken_number in fixed
    assert other.spoken_number not in fixed
    assert "3 times" in fixed
    assert "1 complaint" in fixed
    every = body(desk.get(address(row, "4")))
    assert ours.spoken_number in every
    assert other.spoken_number in every
    assert "2 complaints" in every
    messages = body(desk.get("/reports/wording/cases/?of=messages"))
    assert other.spoken_number in messages
    assert ours.spoken_number not in messages


def test_rules_of_every_kind_are_known_and_a_retired_one_still_counts(desk: Client, ours: Ticket) -> None:
    for rule in ("M01", "G01", "V01", "A12"):
        noted(ours, rule)
    text = body(desk.get("/reports/wording/"))
    assert all(f">{rule}<" in text for rule in ("M01", "G01", "V01", "A12"))


def test_nothing_in_these_days_is_said(desk: Client) -> None:
    assert "No rule was shown in these days" in body(desk.get("/reports/wording/"))
    assert "No pattern was suggested or picked" in body(desk.get("/reports/patterns/"))
    assert "None that you may see" in body(desk.get("/reports/wording/cases/?rule=V01"))


@pytest.mark.parametrize(
    "page",
    [
        "wording/cases/?rule=ZZZ",
        "wording/cases/?did=eaten",
        "wording/cases/?place=pocket",
        "wording/cases/?of=x",
        "patterns/cases/?state=eaten",
        "wording/cases/?rule=%00",
    ],
)
def test_what_no_number_leads_to_does_not_exist(desk: Client, page: str) -> None:
    assert desk.get(f"/reports/{page}").status_code == 404


def test_many_complaints_have_pages(desk: Client, make_ticket: Callable[..., Ticket], team: Team) -> None:
    first, *others = [make_ticket(team=team) for _ in range(51)]
    for case in (first, *others):
        noted(case, times=2)
        marked(case)
    for page in ("wording/cases/?rule=V01", "patterns/cases/?key=refusal"):
        text = body(desk.get(f"/reports/{page}"))
        assert first.spoken_number not in text
        assert "51 complaints" in text
        older = re.search(r'href="([^"]*before=[^"]*)"', text)
        assert older
        further = body(desk.get(html.unescape(older[1])))
        assert first.spoken_number in further
        assert others[-1].spoken_number not in further
        assert "51 complaints" in further
    assert "Nothing further" in body(desk.get("/reports/wording/cases/?before=1"))
    body(desk.get("/reports/wording/cases/?before=nonsense"))


# Patterns -------------------------------------------------------------------------------------------------------------


def test_each_pattern_says_what_people_made_of_it(desk: Client, ours: Ticket) -> None:
    for state, times in (("suggested", 2), ("confirmed", 3), ("dismissed", 1), ("picked", 4)):
        for _ in range(times):
            marked(ours, "refusal", state)
    marked(ours, "refusal", "confirmed", at=NOW - 31 * ONE_DAY)
    marked(ours, "refusal", "picked", at=NOW - 31 * ONE_DAY)
    marked(ours, "long_talker")
    text = body(desk.get("/reports/patterns/"))
    row = row_of(text, REFUSAL)
    assert figures(row) == ["6", "3", "1", "2", "4", "75 %"]
    assert figures(row_of(text, LONG_TALKER))[-1] == "–"
    for says in ("6", "3", "1", "2", "4"):
        behind = body(desk.get(address(row, says)))
        assert ours.spoken_number in behind
        assert f"{says} time" in behind


def test_a_pattern_nobody_knows_any_more_stands_for_itself(desk: Client, ours: Ticket) -> None:
    marked(ours, "from_an_older_edition")
    assert "from_an_older_edition" in row_of(body(desk.get("/reports/patterns/")), "from_an_older_edition")


# For a spreadsheet ----------------------------------------------------------------------------------------------------


def test_the_tables_come_as_a_file_with_the_same_figures(desk: Client, ours: Ticket) -> None:
    wrote(ours, 10)
    noted(ours, "V01", "fixed", 3)
    noted(ours, "V01", "kept", 1)
    marked(ours, "refusal", "confirmed")
    answer = desk.get("/reports/wording/?format=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wording-2026-10-26-2026-11-24.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (head, row) = table(answer)
    assert row[0] == "V01"
    assert row[3:8] == ["4", "40.0", "3", "75", "0"]
    assert len(head) == len(row)
    (head, row) = table(desk.get("/reports/patterns/?format=csv"))
    assert row[2:] == ["1", "1", "0", "0", "0", "100"]
    assert len(head) == len(row)
    link = re.search(r'href="([^"]*format=csv)"', body(desk.get("/reports/wording/?since=2026-11-01")))
    assert link
    assert "since=2026-11-01" in link[1]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r@x", "\n-1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    assert cell(evil) == f"'{evil}"
    assert cell(f"a{evil}") == f"a{evil}"


def test_a_pattern_called_like_a_formula_is_text(desk: Client, ours: Ticket) -> None:
    marked(ours, "=cmd|' /C calc'!A0")
    (_head, row) = table(desk.get("/reports/patterns/?format=csv"))
    assert row[0] == "'=cmd|' /C calc'!A0"


# Languages and what it costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_report_stands_in_chinese(desk: Client, supervisor: Agent, ours: Ticket, language: str) -> None:
    Agent.objects.filter(pk=supervisor.pk).update(language=language)
    noted(ours)
    marked(ours, "refusal", "confirmed")
    for page in (*PAGES, "wording/?format=csv", "patterns/?format=csv"):
        body(desk.get(f"/reports/{page}"))


def test_reports_cost_the_same_with_one_row_and_with_fifty(
    desk: Client, make_ticket: Callable[..., Ticket], team: Team
) -> None:
    rules = list(built_in("rule"))
    keys = list(built_in("playbook"))
    costs: list[list[int]] = []
    for how_many in (1, 50):
        for serial in range(how_many):
            case = make_ticket(team=team)
            noted(case, rules[serial])
            marked(case, keys[serial])
            wrote(case)
        costs.append([])
        for page in (*PAGES, "wording/?format=csv"):
            desk.get(f"/reports/{page}")
            with CaptureQueriesContext(connection) as asked:
                desk.get(f"/reports/{page}")
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 9


@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere a table this small is read from end to end")
def test_notes_are_found_by_rule_and_time(supervisor: Agent, ours: Ticket, actor_for: Callable[[Agent], Actor]) -> None:
    span = queries.Span(NOW - 30 * ONE_DAY, NOW)
    actor = actor_for(supervisor)
    plan = queries.notes(actor, span, queries.rules(actor)).explain()
    assert "wording_note_by_rule" in plan
