"""Many complaints at once: what goes through, what refuses and says why, and how it is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from complaints.models import Ticket
from office.models import Agent, Event, Team
from tests.conftest import NOW

BULK = "/queue/bulk/"
TEAM = "/queue/?view=team"


@pytest.fixture
def three(make_ticket: Callable[..., Ticket]) -> list[Ticket]:
    return [make_ticket() for _ in range(3)]


@pytest.fixture
def desk(agent: Agent, client_of: Callable[[Agent], Client]) -> Client:
    return client_of(agent)


def numbers(tickets: list[Ticket]) -> list[str]:
    return [ticket.number for ticket in tickets]


def owners(tickets: list[Ticket]) -> list[int | None]:
    return [Ticket.objects.get(pk=ticket.pk).owner_id for ticket in tickets]


def undo_of(text: str) -> str:
    found = re.search(r'action="(/queue/bulk/\?undo=\w+)"', text)
    assert found, "no undo offered"
    return found[1]


def send(desk: Client, do: str, tickets: list[Ticket], **more: str) -> str:
    """Post, follow, and answer the page that comes after."""
    answer = desk.post(BULK, {"do": do, "t": numbers(tickets), "next": TEAM, **more})
    assert answer.status_code == 303
    return desk.get(answer.headers["Location"]).content.decode()


def test_what_is_selected_is_taken(desk: Client, agent: Agent, three: list[Ticket]) -> None:
    text = send(desk, "take", three[:2])
    assert owners(three) == [agent.pk, agent.pk, None]
    assert "2 complaints are now with: Mei Lin" in text
    assert Event.objects.filter(verb="ticket.take").count() == 2


def test_what_is_selected_is_given_to_a_colleague_and_goes_back_by_undo(
    desk: Client, colleague: Agent, agent: Agent, three: list[Ticket]
) -> None:
    send(desk, "take", three[:1])
    text = send(desk, f"assign:{colleague.pk}", three)
    assert owners(three) == [colleague.pk] * 3
    after = desk.post(undo_of(text))
    assert after.status_code == 303
    assert after.headers["Location"] == TEAM
    assert owners(three) == [agent.pk, None, None]
    assert "3 taken back" in desk.get(TEAM).content.decode()


def test_undo_works_once(desk: Client, three: list[Ticket]) -> None:
    address = undo_of(send(desk, "take", three))
    desk.post(address)
    desk.post(address)
    assert "can no longer be taken back" in desk.get(TEAM).content.decode()


def test_undo_leaves_alone_what_somebody_changed_since(desk: Client, colleague: Agent, three: list[Ticket]) -> None:
    address = undo_of(send(desk, "take", three))
    Ticket.objects.filter(pk=three[0].pk).update(owner=colleague)
    desk.post(address)
    assert owners(three) == [colleague.pk, None, None]
    text = desk.get(TEAM).content.decode()
    assert "Somebody changed it since" in text
    assert "2 taken back" in text


def test_the_undo_of_one_person_is_nothing_to_another(
    desk: Client, colleague: Agent, three: list[Ticket], client_of: Callable[[Agent], Client], agent: Agent
) -> None:
    address = undo_of(send(desk, "take", three))
    client_of(colleague).post(address)
    assert owners(three) == [agent.pk] * 3


def test_a_row_that_refuses_says_why_and_the_others_go_through(desk: Client, agent: Agent, three: list[Ticket]) -> None:
    Ticket.objects.filter(pk=three[1].pk).update(state="closed", ended_at=NOW, end_reason="settled")
    answer = desk.post(BULK, {"do": "take", "t": numbers(three), "next": f"{TEAM}&state=closed"})
    text = desk.get(answer.headers["Location"]).content.decode()
    assert owners(three) == [agent.pk, None, agent.pk]
    assert "1 was refused." in text
    assert '<tr class="is-refused">' in text
    assert "This cannot be done while the case is in this state" in text
    again = desk.get(f"{TEAM}&state=closed").content.decode()
    assert "is-refused" not in again


def test_a_strangers_complaint_does_not_exist(
    stranger: Agent, three: list[Ticket], client_of: Callable[[Agent], Client]
) -> None:
    client = client_of(stranger)
    client.post(BULK, {"do": "take", "t": numbers(three)})
    assert owners(three) == [None] * 3
    assert "Nothing with this number that you may see" in client.get("/queue/").content.decode()
    assert not Event.objects.filter(verb="ticket.take").exists()


def test_somebody_deactivated_is_refused_row_by_row(desk: Client, colleague: Agent, three: list[Ticket]) -> None:
    Agent.objects.filter(pk=colleague.pk).update(is_active=False)
    assert "This person is deactivated" in send(desk, f"assign:{colleague.pk}", three)
    assert owners(three) == [None] * 3


def test_moving_to_a_team_keeps_them_in_sight_and_can_be_undone(
    desk: Client, other_team: Team, team: Team, three: list[Ticket]
) -> None:
    text = send(desk, f"move:{other_team.pk}", three)
    assert set(Ticket.objects.values_list("team_id", flat=True)) == {other_team.pk}
    assert "3 complaints are now with: Repairs" in text
    desk.post(undo_of(text))
    assert set(Ticket.objects.values_list("team_id", flat=True)) == {team.pk}


def test_giving_to_nobody_frees_them(desk: Client, three: list[Ticket]) -> None:
    send(desk, "take", three)
    send(desk, "assign:0", three)
    assert owners(three) == [None] * 3


def test_nothing_selected_is_said(desk: Client) -> None:
    assert "Select at least one complaint" in send(desk, "take", [])


@pytest.mark.parametrize("do", ["", "dance", "assign:x", "assign:999999", "move:0", "take:1;2", "assign:" + "9" * 40])
def test_an_act_nobody_knows_does_nothing(do: str, desk: Client, three: list[Ticket]) -> None:
    answer = desk.post(BULK, {"do": do, "t": numbers(three)})
    assert answer.status_code in (303, 404)
    if not do.startswith("take"):
        assert owners(three) == [None] * 3


def test_more_than_a_hundred_are_never_done_at_once(desk: Client, three: list[Ticket]) -> None:
    many = [f"{n:09}" for n in range(500)] + ["\x00", "<script>"] + numbers(three) * 3
    assert desk.post(BULK, {"do": "take", "t": many}).status_code == 303


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/queue/", "//evil.example", "/sign-out/", "/queue/bulk/", ""]
)
def test_the_way_back_never_leads_elsewhere(next_url: str, desk: Client, three: list[Ticket]) -> None:
    answer = desk.post(BULK, {"do": "take", "t": numbers(three), "next": next_url})
    assert answer.headers["Location"] == "/queue/"


def test_people_are_found_while_one_types(desk: Client, colleague: Agent, stranger: Agent) -> None:
    htmx = {"HX-Request": "true"}
    text = desk.get(BULK, {"do": "assign", "q": "jon"}, headers=htmx).content.decode()
    assert f'value="assign:{colleague.pk}"' in text
    assert "<html" not in text
    assert "Aled" not in text
    offered = desk.get(BULK, {"do": "assign", "q": ""}, headers=htmx).content.decode()
    assert "Jonas" in offered
    assert "Aled" not in offered  # without a word, people of one's own team
    nobody = desk.get(BULK, {"do": "assign", "q": "<b>\x00"}, headers=htmx).content.decode()
    assert "&lt;b&gt;" in nobody


def test_teams_are_found_while_one_types(desk: Client, team: Team, other_team: Team) -> None:
    text = desk.get(BULK, {"do": "move", "q": "rep"}, headers={"HX-Request": "true"}).content.decode()
    assert f'value="move:{other_team.pk}"' in text
    assert f'value="move:{team.pk}"' not in text


def test_without_a_script_a_page_asks_whom(desk: Client, colleague: Agent, three: list[Ticket]) -> None:
    answer = desk.post(BULK, {"do": "assign", "t": numbers(three), "next": TEAM, "q": ["", "jonas"]})
    assert answer.status_code == 303
    text = desk.get(answer.headers["Location"]).content.decode()
    assert f'value="assign:{colleague.pk}"' in text
    assert all(f'name="t" value="{number}"' in text for number in numbers(three))
    assert "view=team" in text


def test_a_bulk_act_asks_for_the_forms_own_token(three: list[Ticket], agent: Agent) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(BULK, {"do": "take", "t": numbers(three)}).status_code == 403
    assert owners(three) == [None] * 3
