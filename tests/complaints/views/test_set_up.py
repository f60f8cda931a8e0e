"""Categories, reasons, targets, and somebody's leaving, on their pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Category, Clock, Preset, Reason, Ticket
from office import access
from office.actions import tokens
from office.models import Agent, Event
from tests.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]  # tests/access asks both engines for these pages
PAGES = [
    "set-up-categories",
    "set-up-category-new",
    "set-up-reasons",
    "set-up-reason-new",
    "set-up-targets",
]
XSS = "<script>alert('x')</script>"


@pytest.fixture
def admin(client_of: Any, administrator: Agent) -> Client:
    browser: Client = client_of(administrator)
    return browser


def body(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_set_up_is_for_administrators(page, client, client_of, agent, supervisor, admin):
    assert client.get(reverse(page)).status_code == 302
    assert client_of(agent).get(reverse(page)).status_code == 403
    assert client_of(supervisor).post(reverse(page), {"name_en": "Mine"}).status_code == 403
    assert admin.get(reverse(page)).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "配送"), ("zh-hant", "寄錯或短少")])
def test_every_page_is_shown_in_chinese_too(language, word, admin, administrator, agent):
    Agent.objects.filter(pk=administrator.pk).update(language=language)
    for page in PAGES:
        assert admin.get(reverse(page)).status_code == 200
    assert admin.get(reverse("set-up-leave", args=[agent.pk])).status_code == 200
    assert word in body(admin.get(reverse("set-up-categories")))


def test_a_category_is_added_changed_and_retired(admin, team):
    names = {"name_en": "Parking", "name_zh_hans": "停车", "name_zh_hant": ""}
    above = Category.objects.get(code="service", parent=None)
    form = names | {"parent": above.pk, "team": team.pk}
    assert admin.post(reverse("set-up-category-new"), form).status_code == 303
    made = Category.objects.get(name_en="Parking")
    assert (made.parent, made.team, made.code, made.retired_at) == (above, team, "parking", None)
    form = names | {"parent": above.pk, "retired": "on"}
    assert admin.post(reverse("set-up-category", args=[made.pk]), form).status_code == 303
    made.refresh_from_db()
    assert made.retired_at is not None
    assert made.team is None
    assert Event.objects.filter(subject_kind="category", subject_id=made.pk, verb="category.save").count() == 2
    assert "停车" in body(admin.get(reverse("set-up-categories")))


def test_categories_have_two_levels_and_an_english_name(admin):
    child = Category.objects.filter(parent__isnull=False)[0]
    above = child.parent
    assert above is not None
    other = Category.objects.filter(parent=None).exclude(pk=above.pk)[0]
    refused = admin.post(reverse("set-up-category", args=[above.pk]), {"name_en": "x", "parent": other.pk})
    assert refused.status_code == 422
    assert "There are two levels, no more" in body(refused)
    assert admin.post(reverse("set-up-category-new"), {"name_en": "x", "parent": child.pk}).status_code == 422
    assert admin.post(reverse("set-up-category-new"), {"name_zh_hans": "只有中文"}).status_code == 422
    assert admin.post(reverse("set-up-category-new"), {"name_en": "x" * 121}).status_code == 422
    assert admin.get(reverse("set-up-category", args=[99_999])).status_code == 404


def test_a_reason_joins_its_list_and_stays_there(admin):
    form = {"kind": "wait", "name_en": "A holiday", "name_zh_hans": "节假日", "name_zh_hant": "假日"}
    assert admin.post(reverse("set-up-reason-new"), form).status_code == 303
    made = Reason.objects.get(name_en="A holiday")
    assert (made.kind, made.code) == ("wait", "a_holiday")
    changed = {"kind": "close", "name_en": "A feast", "retired": "on"}
    assert admin.post(reverse("set-up-reason", args=[made.pk]), changed).status_code == 303
    made.refresh_from_db()
    assert (made.kind, made.code, made.name_en) == ("wait", "a_holiday", "A feast")
    assert made.retired_at is not None
    assert Event.objects.filter(subject_kind="reason", subject_id=made.pk).count() == 2
    assert admin.post(reverse("set-up-reason-new"), form | {"kind": "fun"}).status_code == 422


def test_names_are_never_taken_for_markup(admin, administrator):
    Category.objects.filter(parent=None).update(name_en=XSS, name_zh_hans=XSS)
    Reason.objects.update(name_en=XSS)
    Agent.objects.filter(pk=administrator.pk).update(name=XSS)
    admin.post(reverse("set-up-targets"), hours(resolve="100"))
    for page in PAGES:
        assert "<script>alert" not in body(admin.get(reverse(page)))


def test_the_lists_cost_the_same_however_long_they_are(admin, team):
    def costs() -> list[int]:
        counts = []
        for page in PAGES:
            with CaptureQueriesContext(connection) as queries:
                admin.get(reverse(page))
            counts.append(len(queries))
        return counts

    few = costs()
    for n in range(60):
        above = Category.objects.create(code=f"c{n}", name_en=f"Category {n}", team=team)
        Category.objects.create(code="under", name_en="Under", parent=above, team=team)
        Reason.objects.create(kind="skip", code=f"r{n}", name_en=f"Reason {n}")
    assert costs() == few


# Targets --------------------------------------------------------------------------------------------------------------


def hours(**by: str) -> dict[str, str]:
    """The page as it stands, with every severity of a target set anew."""
    present = Preset.objects.latest("version").hours
    form = {f"{target}-{severity}": value for target, row in present.items() for severity, value in row.items()}
    return form | {f"{target}-{severity}": value for target, value in by.items() for severity in "1234"}


def test_publishing_targets_makes_a_version_and_open_cases_keep_theirs(admin, ticket, make_ticket):
    page = body(admin.get(reverse("set-up-targets")))
    assert "1 open case keeps its version" in page
    assert "Publish version 2" in page
    before = dict(Clock.objects.filter(ticket=ticket).values_list("target", "due_at"))
    assert admin.post(reverse("set-up-targets"), hours(resolve="100.5")).status_code == 303
    assert Preset.objects.latest("version").hours["resolve"]["1"] == "100.5"
    assert dict(Clock.objects.filter(ticket=ticket).values_list("target", "due_at")) == before
    assert set(make_ticket().clocks.values_list("preset_version", flat=True)) == {2}
    assert Event.objects.filter(verb="targets.publish").count() == 1


def test_publishing_what_holds_already_makes_no_version(admin):
    for _time in range(2):
        answer = admin.post(reverse("set-up-targets"), hours(acknowledge=" 12.0 "), follow=True)
    assert "Nothing was changed" in body(answer)
    assert Preset.objects.count() == 2


@pytest.mark.parametrize("typed", ["", "0", "-1", "soon", "1e9", "NaN", "Infinity", "１２x"])
def test_hours_that_are_none_are_refused_beside_their_field(typed, admin):
    answer = admin.post(reverse("set-up-targets"), hours(resolve=typed))
    assert answer.status_code == 422
    assert 'class="c-error"' in body(answer)
    assert Preset.objects.count() == 1


# Leaving --------------------------------------------------------------------------------------------------------------


def estate(page: str) -> dict[str, int]:
    """What the page counts, by its name."""
    figures = re.findall(r'<dt>([^<]+)</dt><dd>.*?<span class="fs-num">([0-9]+)</span>', page)
    return {name: int(figure) for name, figure in figures}


def test_before_somebody_leaves_the_page_says_what_they_have(admin, agent, ticket):
    page = " ".join(body(admin.get(reverse("set-up-leave", args=[agent.pk]))).split())
    assert estate(page) == {
        "Open and answered cases": 1,
        "Promises and follow-ups": 0,
        "Escalations": 0,
        "Approvals": 0,
    }
    assert (
        f'<a href="{reverse("case", args=[ticket.number])}"><span class="fs-no">{ticket.spoken_number}</span>' in page
    )
    Ticket.objects.update(sealed_at=timezone.now())
    page = " ".join(body(admin.get(reverse("set-up-leave", args=[agent.pk]))).split())
    assert set(estate(page).values()) == {0}
    assert ticket.spoken_number not in page


def test_the_keys_somebody_made_are_named_before_they_leave(admin, administrator, agent):
    other = person("second", "Second Admin", role="administrator")
    words = {"now": timezone.now(), "scopes": ["tickets:read"]}
    for name in ("shop", "app", "old"):
        row, _secret = tokens.create_token(None, actor=access.actor_of(other), name=name, **words)
    tokens.revoke_token(row, actor=access.actor_of(other), now=timezone.now())
    page = " ".join(body(admin.get(reverse("set-up-leave", args=[other.pk]))).split())
    assert f'2 API tokens they made go on working. <a class="fs-more" href="{reverse("set-up-tokens")}">' in page
    assert "they made" not in body(admin.get(reverse("set-up-leave", args=[agent.pk])))


def test_who_leaves_hands_the_cases_on_and_can_be_let_in_again(admin, agent, colleague, ticket):
    place = reverse("set-up-leave", args=[agent.pk])
    answer = admin.post(place, {"heir": colleague.pk}, follow=True)
    assert "1 case went to Jonas Tamm" in body(answer)
    assert f'action="{place}?again=1"' in body(answer)
    agent.refresh_from_db()
    assert not agent.is_active
    assert Ticket.objects.get().owner == colleague
    assert admin.post(place, {"heir": ""}).status_code == 303, "twice is harmless"
    assert Event.objects.filter(verb="agent.deactivate", subject_id=agent.pk).count() == 1
    assert "deactivated already" in body(admin.get(place))
    for _time in range(2):
        assert admin.post(f"{place}?again=1").status_code == 303
    agent.refresh_from_db()
    assert agent.is_active
    assert Event.objects.filter(verb="agent.activate", subject_id=agent.pk).count() == 1


def test_without_an_heir_the_cases_stay_with_the_team(admin, agent, ticket):
    admin.post(reverse("set-up-leave", args=[agent.pk]), {"heir": ""})
    row = Ticket.objects.get()
    assert row.owner is None
    assert row.team == ticket.team


def test_nobody_leaves_by_their_own_hand_nor_to_an_heir_who_is_gone(admin, administrator, agent, colleague):
    refused = admin.post(reverse("set-up-leave", args=[administrator.pk]), {"heir": ""})
    assert refused.status_code == 409
    assert "Nobody deactivates themselves" in body(refused)
    Agent.objects.filter(pk=colleague.pk).update(is_active=False)
    for heir in (colleague.pk, agent.pk, 99_999):
        assert admin.post(reverse("set-up-leave", args=[agent.pk]), {"heir": heir}).status_code == 422
    agent.refresh_from_db()
    assert agent.is_active


def test_leaving_is_for_administrators(client_of, supervisor, agent):
    for address in (reverse("set-up-leave", args=[agent.pk]), reverse("set-up-leave", args=[agent.pk]) + "?again=1"):
        assert client_of(supervisor).post(address).status_code == 403
    assert client_of(person("ad2", "Second", "administrator")).get(reverse("set-up-leave", args=[0])).status_code == 404
