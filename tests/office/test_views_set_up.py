"""Set-up of people, teams, tokens and the office: who may, what happens, what is written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from office.models import Agent, ApiToken, Event, Membership, Office, SignInLink, Team
from office.secrets import digest
from tests.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages
XSS = "<script>alert('x')</script>"
PAGES = [
    "set-up",
    "set-up-office",
    "set-up-people",
    "set-up-person-new",
    "set-up-teams",
    "set-up-team-new",
    "set-up-tokens",
    "set-up-token-new",
]
LANGUAGE = {"language": "en", "time_zone": "UTC"}


@pytest.fixture
def admin(client_of: Any, administrator: Agent) -> Client:
    browser: Client = client_of(administrator)
    return browser


def body(answer: Any) -> str:
    return str(answer.content.decode())


def secret_in(answer: Any, pattern: str) -> str:
    found = re.search(pattern, body(answer))
    assert found, "no secret is shown"
    return found.group(1)


def events(kind: str, pk: int, verb: str) -> int:
    return Event.objects.filter(subject_kind=kind, subject_id=pk, verb=verb).count()


def about(agent: Agent, **changes: Any) -> dict[str, Any]:
    """What the page of a person would send as it stands, with changes."""
    form = {name: getattr(agent, name) for name in ("name", "username", "email", "role", "language", "time_zone")}
    form |= {"reports_to": agent.reports_to_id or "", "deputy": agent.deputy_id or "", "away_until": ""}
    form["teams"] = list(agent.memberships.values_list("team_id", flat=True))
    return form | changes


@pytest.mark.parametrize("page", PAGES)
def test_set_up_is_for_administrators(page, client, client_of, agent, supervisor, admin):
    assert client.get(reverse(page)).status_code == 302
    for other in (agent, supervisor):
        answer = client_of(other).get(reverse(page))
        assert answer.status_code == 403
        assert "administrator" in body(answer)
    assert admin.get(reverse(page)).status_code == 200


def test_no_act_of_set_up_is_open_to_others(client_of, supervisor, agent, team):
    browser = client_of(supervisor)
    before = Event.objects.count()
    for page in ("set-up-person", "set-up-person-link"):
        assert browser.post(reverse(page, args=[agent.pk]), about(agent, role="administrator")).status_code == 403
    assert browser.post(reverse("set-up-team", args=[team.pk]), {"name": "Ours now"}).status_code == 403
    assert browser.post(reverse("set-up-token-new"), {"name": "x", "scopes": ["tickets:write"]}).status_code == 403
    assert Event.objects.count() == before


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_page_is_shown_in_chinese_too(language, admin, administrator, agent, team):
    Agent.objects.filter(pk=administrator.pk).update(language=language)
    places = [reverse(page) for page in PAGES]
    places += [reverse("set-up-person", args=[agent.pk]), reverse("set-up-team", args=[team.pk])]
    for place in places:
        answer = admin.get(place)
        assert answer.status_code == 200
        assert f'lang="zh-{language[3:].title()}"' in body(answer)


# People ---------------------------------------------------------------------------------------------------------------


def test_a_new_person_gets_an_invitation_that_is_shown_once_and_kept_hashed(admin, team):
    form = {"name": "王芳", "username": "wang.fang", "role": "agent", "teams": [team.pk], **LANGUAGE}
    answer = admin.post(reverse("set-up-person-new"), form)
    assert answer.status_code == 200
    secret = secret_in(answer, r'value="http://testserver/join/([^"/]+)/"')
    newcomer = Agent.objects.get(username="wang.fang")
    assert not newcomer.has_usable_password()
    assert list(newcomer.teams.all()) == [team]
    link = SignInLink.objects.get(agent=newcomer)
    assert (link.kind, link.token_hash) == ("invitation", digest(secret))
    assert secret not in body(admin.get(reverse("set-up-person", args=[newcomer.pk])))
    assert "no-store" in answer.headers["Cache-Control"]
    for verb in ("agent.create", "agent.teams", "agent.invitation"):
        assert events("agent", newcomer.pk, verb) == 1
    assert Client().get(f"/join/{secret}/").status_code == 200
    again = admin.post(reverse("set-up-person-new"), form)
    assert again.status_code == 422
    assert "This user name is taken" in body(again)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"username": "MEI"},
        {"username": "not a name!"},
        {"role": "emperor"},
        {"email": "nowhere"},
        {"time_zone": "Mars/Olympus"},
        {"language": "tlh"},
        {"deputy": 999_999},
        {"teams": [999_999]},
        {"away_until": "soon"},
        {"name": "x" * 121},
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(wrong, admin, agent):
    form = {"name": "Somebody Kept", "username": "somebody", "role": "agent", **LANGUAGE} | wrong
    answer = admin.post(reverse("set-up-person-new"), form)
    assert answer.status_code == 422
    assert ("Somebody Kept" in body(answer)) == ("name" not in wrong)
    assert not Agent.objects.filter(username="somebody").exists()


def test_a_person_is_changed_and_the_line_says_which_fields(admin, agent, supervisor, other_team):
    away = "2026-12-24T08:00"
    answer = admin.post(
        reverse("set-up-person", args=[agent.pk]),
        about(agent, name="Mei Lin-Berg", deputy=supervisor.pk, away_until=away, teams=[other_team.pk]),
    )
    assert answer.status_code == 303
    agent.refresh_from_db()
    assert (agent.name, agent.deputy, agent.away_until.isoformat()) == (
        "Mei Lin-Berg",
        supervisor,
        "2026-12-24T08:00:00+00:00",
    )
    assert list(agent.teams.all()) == [other_team]
    line = Event.objects.get(subject_kind="agent", subject_id=agent.pk, verb="agent.edit")
    assert line.payload == {"fields": ["away_until", "deputy", "name"]}


def test_saving_a_person_unchanged_writes_nothing(admin, agent):
    before = Event.objects.count()
    assert admin.post(reverse("set-up-person", args=[agent.pk]), about(agent)).status_code == 303
    assert Event.objects.count() == before
    assert agent.memberships.count() == 1


def test_the_last_administrator_stays_one(admin, administrator):
    form = about(administrator, role="agent")
    answer = admin.post(reverse("set-up-person", args=[administrator.pk]), form)
    assert answer.status_code == 422
    assert "The last administrator has to stay one" in body(answer)
    administrator.refresh_from_db()
    assert administrator.role == "administrator"
    person("second", "Second Admin", "administrator")
    assert admin.post(reverse("set-up-person", args=[administrator.pk]), form).status_code == 303
    assert admin.get(reverse("set-up")).status_code == 403, "no administrator any more"


def test_a_reset_link_is_shown_once_and_ends_earlier_ones(admin, agent):
    place = reverse("set-up-person-link", args=[agent.pk])
    first = secret_in(admin.post(place), r"/join/([^\"/]+)/")
    second = secret_in(admin.post(place), r"/join/([^\"/]+)/")
    assert admin.get(place).status_code == 405
    assert Client().get(f"/join/{first}/").status_code == 404
    assert Client().get(f"/join/{second}/").status_code == 200
    assert events("agent", agent.pk, "agent.reset") == 2
    link = SignInLink.objects.get(token_hash=digest(second))
    assert timedelta(hours=23) < link.expires_at - timezone.now() <= timedelta(hours=24)


def test_nobody_gets_a_link_while_deactivated(admin, agent):
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    answer = admin.post(reverse("set-up-person-link", args=[agent.pk]), follow=True)
    assert "This person is deactivated" in body(answer)
    assert not SignInLink.objects.filter(agent=agent).exists()


def test_people_are_listed_active_first_with_their_open_cases(admin, agent, ticket, colleague):
    Agent.objects.filter(pk=colleague.pk).update(is_active=False, name="Aaron First")
    page = body(admin.get(reverse("set-up-people")))
    assert page.index("Mei Lin") < page.index("Aaron First")
    address = f"/queue/?view=all&amp;owner={agent.pk}"
    assert f'href="{address}">1<' in page
    assert ticket.spoken_number in body(admin.get(address.replace("&amp;", "&")))
    assert "Mei Lin" not in body(admin.get(reverse("set-up-people"), {"q": "zzz"}))
    found = body(admin.get(reverse("set-up-people"), {"q": "MEI@example"}))
    assert "Mei Lin" in found
    assert "Aaron First" not in found


@pytest.mark.parametrize("start", ["-5", "x", "99999999999999999999", ""])
def test_a_place_in_the_list_that_does_not_exist_is_harmless(start, admin):
    assert admin.get(reverse("set-up-people"), {"from": start, "q": "a\x00"}).status_code == 200


def test_sealed_cases_are_not_counted(admin, agent, ticket):
    type(ticket).objects.filter(pk=ticket.pk).update(sealed_at=timezone.now())
    assert f"owner={agent.pk}" not in body(admin.get(reverse("set-up-people")))


def test_the_lists_of_set_up_cost_the_same_for_five_hundred_people(admin, agent, team, make_ticket):
    def costs() -> list[int]:
        counts = []
        for place in ("set-up-people", "set-up-teams", "set-up-tokens", "set-up-person-new"):
            with CaptureQueriesContext(connection) as queries:
                admin.get(reverse(place))
            counts.append(len(queries))
        for place in (reverse("set-up-team", args=[team.pk]), reverse("set-up-person", args=[agent.pk])):
            with CaptureQueriesContext(connection) as queries:
                admin.get(place)
            counts.append(len(queries))
        return counts

    few = costs()
    crowd = Agent.objects.bulk_create(
        Agent(username=f"p{n}", name=f"Person {n:03}", password="!", created_at=timezone.now()) for n in range(500)
    )
    Membership.objects.bulk_create(Membership(agent=one, team=team) for one in crowd)
    Team.objects.bulk_create(Team(name=f"Team {n}", slug=f"team-{n}", path=f"/{n}/") for n in range(40))
    for one in crowd[:3]:
        make_ticket(by=one, owner=one)
    assert costs() == few
    page = body(admin.get(reverse("set-up-people")))
    assert "The next hundred" in page
    assert "Person 499" in body(admin.get(reverse("set-up-people"), {"from": 500}))


def test_names_are_never_taken_for_markup(admin, administrator, team):
    villain = person("villain", XSS)
    Membership.objects.create(agent=villain, team=team)
    Team.objects.filter(pk=team.pk).update(name=XSS, lead=villain)
    places = [reverse(page) for page in PAGES]
    places += [reverse("set-up-person", args=[villain.pk]), reverse("set-up-team", args=[team.pk])]
    places += [reverse("set-up-leave", args=[villain.pk]), reverse("set-up-people") + "?q=%3Cscript%3Ealert"]
    for place in places:
        assert "<script>alert" not in body(admin.get(place))
    assert "<script>alert" not in body(admin.post(reverse("set-up-person-link", args=[villain.pk])))


# Teams ----------------------------------------------------------------------------------------------------------------


def test_a_team_is_added_with_its_people(admin, agent, supervisor, team):
    form = {"name": "退款组", "parent": team.pk, "supervisor": supervisor.pk, "region": "cn", "members": [agent.pk]}
    assert admin.post(reverse("set-up-team-new"), form).status_code == 303
    made = Team.objects.get(name="退款组")
    assert (made.parent, made.region, made.path) == (team, "CN", f"{team.path}{made.pk}/")
    assert list(made.members.all()) == [agent]
    assert events("team", made.pk, "team.create") == 1
    again = admin.post(reverse("set-up-team-new"), form)
    assert again.status_code == 422
    assert "There is a team of this name" in body(again)


def test_moving_a_team_moves_what_is_below(admin, team, other_team):
    below = Team.objects.create(name="Below", slug="below", parent=team, path=f"{team.path}999/")
    form = {"name": team.name, "parent": other_team.pk, "region": ""}
    assert admin.post(reverse("set-up-team", args=[team.pk]), form).status_code == 303
    below.refresh_from_db()
    assert below.path == f"{other_team.path}{team.pk}/999/"


def test_a_team_cannot_stand_below_itself(admin, team):
    below = Team.objects.create(name="Below", slug="below", parent=team, path=f"{team.path}999/")
    answer = admin.post(reverse("set-up-team", args=[team.pk]), {"name": team.name, "parent": below.pk})
    assert answer.status_code == 422
    assert "A team cannot be part of itself or of a team below it" in body(answer)
    assert admin.post(reverse("set-up-team", args=[team.pk]), {"name": "x", "parent": team.pk}).status_code == 422
    team.refresh_from_db()
    assert team.parent is None


@pytest.mark.parametrize("wrong", [{"name": " "}, {"region": "GBR"}, {"region": "1!"}, {"lead": 999_999}])
def test_a_team_that_cannot_be_is_refused(wrong, admin, office):
    form = {"name": "New", "region": "GB"} | wrong
    assert admin.post(reverse("set-up-team-new"), form).status_code == 422


# Tokens ---------------------------------------------------------------------------------------------------------------


def token_form(**changes: Any) -> dict[str, Any]:
    later = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    form = {"name": "Web shop", "scopes": ["tickets:write"], "reach": "own", "role": "agent", "expires_at": later}
    return form | changes


def test_a_token_shows_its_secret_once_and_keeps_only_the_hash(admin):
    answer = admin.post(reverse("set-up-token-new"), token_form())
    secret = secret_in(answer, r'value="(fs_[^"]+)"')
    row = ApiToken.objects.get(name="Web shop")
    assert row.token_hash == digest(secret)
    assert secret not in str(ApiToken.objects.values_list().get(pk=row.pk))
    assert secret not in body(admin.get(reverse("set-up-tokens")))
    assert events("apitoken", row.pk, "token.create") == 1
    assert secret not in str(list(Event.objects.values_list("payload", flat=True)))
    assert admin.post(reverse("set-up-token-new"), token_form()).status_code == 422, "the name is taken"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything:write"]},
        {"reach": "team"},
        {"reach": "role"},
        {"role": "emperor"},
        {"name": ""},
        {"expires_at": "2020-01-01T00:00"},
        {"expires_at": "2199-01-01T00:00"},
    ],
)
def test_a_token_that_cannot_be_is_refused(wrong, admin):
    assert admin.post(reverse("set-up-token-new"), token_form(**wrong)).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_of_one_team_names_it(admin, team):
    assert admin.post(reverse("set-up-token-new"), token_form(reach="team", team=team.pk)).status_code == 200
    assert admin.post(reverse("set-up-token-new"), token_form(name="b", team=team.pk)).status_code == 422
    assert ApiToken.objects.get().team == team


def test_a_revoked_token_stays_revoked(admin):
    admin.post(reverse("set-up-token-new"), token_form())
    row = ApiToken.objects.get()
    place = reverse("set-up-token-revoke", args=[row.pk])
    assert admin.get(place).status_code == 405
    for _time in range(2):
        assert admin.post(place).status_code == 303
    assert events("apitoken", row.pk, "token.revoke") == 1
    assert "revoked" in body(admin.get(reverse("set-up-tokens")))
    assert admin.post(reverse("set-up-token-revoke", args=[999])).status_code == 404


# The office -----------------------------------------------------------------------------------------------------------


def test_the_offices_settings_are_saved(admin, supervisor):
    form = {"name": "港灯客诉", "duty_manager": supervisor.pk, "region": "cn", "time_zone": "Asia/Shanghai"}
    form |= {
        "language": "zh-hans",
        "currency": "cny",
        "limit_agent": "300",
        "limit_supervisor": "",
        "limit_administrator": "0",
    }
    assert admin.post(reverse("set-up-office"), form).status_code == 303
    row = Office.objects.get()
    assert (row.name, row.region, row.currency, row.duty_manager) == ("港灯客诉", "CN", "CNY", supervisor)
    assert row.redress_limits == {"agent": "300", "supervisor": None, "administrator": "0"}
    assert events("office", 1, "office.edit") == 1
    assert "港灯客诉" in body(Client().get(reverse("sign-in")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit_agent": "-1"},
        {"limit_agent": "NaN"},
        {"currency": "££"},
        {"region": "GBR"},
        {"name": ""},
        {"time_zone": "x"},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong, admin):
    form = {"name": "Desk", "region": "GB", "time_zone": "UTC", "language": "en", "currency": "GBP"} | wrong
    assert admin.post(reverse("set-up-office"), form).status_code == 422
