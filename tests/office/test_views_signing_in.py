"""The door: who comes in, what a wrong password learns, what a one-time link is good for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.actions.people import deactivate
from office import access
from office.actions import people
from office.models import Agent, Event, SignInLink
from office.roles import SYSTEM
from office.secrets import digest
from office.views.signing_in import SIGN_INS

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW = "a quite different staple"


@pytest.fixture(autouse=True)
def _nobody_guessed_yet() -> None:
    cache.clear()


def enter(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("sign-in"), {"username": name, "password": password, **more})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def link_for(agent: Agent, kind: str = "invite") -> str:
    make = people.invite if kind == "invite" else people.reset
    secret: str = make(agent, actor=SYSTEM, now=timezone.now())
    return secret


@pytest.mark.parametrize("name", ["mei", "MEI", " Mei ", "mei@example.org", "Mei@Example.org"])
def test_a_person_comes_in_by_user_name_or_mail_in_any_capitals(client, agent, name):
    answer = enter(client, name)
    assert (answer.status_code, answer.url) == (303, "/")
    assert who(client) == str(agent.pk)


def test_a_mail_address_of_two_people_opens_nothing(client, agent, colleague):
    Agent.objects.filter(pk=colleague.pk).update(email="mei@example.org")
    assert enter(client, "mei@example.org").status_code == 422
    assert who(client) is None


def test_the_session_is_a_new_one_after_signing_in(client, agent):
    client.get(reverse("sign-in"))
    client.session["before"] = 1
    session = client.session
    session["before"] = 1
    session.save()
    key = session.session_key
    client.cookies["sessionid"] = key
    enter(client, "mei")
    assert client.session.session_key != key


def test_a_wrong_password_says_no_more_for_known_people_than_for_unknown(client, agent):
    known, unknown = enter(client, "mei", "wrong"), enter(client, "nobody-of-that-name", "wrong")
    assert known.status_code == unknown.status_code == 422
    sentence = "That name and password do not go together. 4 tries left before a 15-minute pause."
    for answer in (known, unknown):
        assert sentence in " ".join(answer.content.decode().split())


def test_a_wrong_password_for_a_deactivated_person_looks_the_same(client, agent):
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    assert "4 tries left" in enter(client, "mei").content.decode()


def test_after_five_wrong_passwords_sign_in_rests(client, agent):
    for _try in range(4):
        assert enter(client, "mei", "wrong").status_code == 422
    paused = enter(client, "mei", "wrong")
    assert paused.status_code == 429
    assert "15 minutes" in paused.content.decode()
    assert int(paused.headers["Retry-After"]) <= 15 * 60
    assert enter(client, "mei").status_code == 429, "the right password waits too"
    assert who(client) is None


def test_other_spellings_and_the_mail_address_share_the_same_tries(client, agent):
    for name in ("mei", "MEI", "mei@example.org", "Mei"):
        enter(client, name, "wrong")
    assert enter(client, "mei@EXAMPLE.org", "wrong").status_code == 429


def test_another_address_may_still_sign_in_during_the_pause(client, agent):
    for _try in range(5):
        enter(client, "mei", "wrong")
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert enter(other, "mei").status_code == 303


def test_no_password_is_kept_of_a_wrong_try(client, agent):
    enter(client, "mei", "a-secret-typed-wrong")
    attempt = AccessAttempt.objects.get()
    assert "a-secret-typed-wrong" not in attempt.post_data + attempt.get_data


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/customers/", "/customers/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_goes_on_only_within_the_desk(client, agent, wanted, goes):
    assert enter(client, "mei", next=wanted).url == goes


def test_who_is_signed_in_already_does_not_see_the_door(client_of, agent):
    assert client_of(agent).get(reverse("sign-in")).status_code == 303


def test_a_null_character_or_a_huge_name_is_only_a_wrong_name(client, office):
    assert enter(client, "mei\x00").status_code == 422
    assert enter(client, "x" * 10_000).status_code == 422


def test_the_door_speaks_the_language_chosen_before_signing_in(client, office):
    answer = client.post(reverse("preference"), {"language": "zh-hant", "next": "/sign-in/"})
    assert (answer.status_code, answer.url) == (303, "/sign-in/")
    assert 'lang="zh-Hant"' in client.get(reverse("sign-in")).content.decode()
    client.post(reverse("preference"), {"language": "klingon"})
    assert client.cookies["django_language"].value == "zh-hant"


def test_language_and_theme_are_kept_with_the_person(client_of, agent):
    browser = client_of(agent)
    browser.post(reverse("preference"), {"language": "zh-hans", "next": "https://evil.example/"})
    browser.post(reverse("preference"), {"theme": "dark"})
    browser.post(reverse("preference"), {"theme": "plaid"})
    agent.refresh_from_db()
    assert (agent.language, agent.theme) == ("zh-hans", "dark")


def test_signing_out_takes_a_post_and_twice_is_once(client_of, agent):
    browser = client_of(agent)
    assert browser.get(reverse("sign-out")).status_code == 405
    for _time in range(2):
        assert browser.post(reverse("sign-out")).url == reverse("sign-in")
    assert who(browser) is None


def test_a_form_without_its_token_is_refused(agent):
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, "mei").status_code == 403


# One-time links -------------------------------------------------------------------------------------------------------


def test_an_invitation_sets_the_password_once_and_signs_in(client, agent):
    secret = link_for(agent)
    address = reverse("join", args=[secret])
    page = client.get(address)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(address, {"password": NEW, "again": NEW}).status_code == 303
    assert who(client) == str(agent.pk)
    assert not SignInLink.objects.filter(token_hash=secret).exists()
    assert SignInLink.objects.get(token_hash=digest(secret)).used_at is not None
    assert Event.objects.filter(subject_kind="agent", subject_id=agent.pk, verb="agent.join").count() == 1
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"password": NEW, "again": NEW}).status_code == 404
    assert enter(Client(), "mei", NEW).status_code == 303


def test_a_reset_ends_the_sessions_of_before(client_of, client, agent):
    old = client_of(agent)
    assert old.get(reverse("sign-in")).status_code == 303
    address = reverse("join", args=[link_for(agent, "reset")])
    client.post(address, {"password": NEW, "again": NEW})
    assert old.get(reverse("sign-in")).status_code == 200, "signed out"
    assert client.get(reverse("sign-in")).status_code == 303, "signed in"


def test_a_link_that_expired_or_was_replaced_or_made_up_is_not_there(client, agent):
    first, second = link_for(agent), link_for(agent)
    SignInLink.objects.filter(token_hash=digest(second)).update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = [client.get(reverse("join", args=[secret])) for secret in (first, second, "made-up")]
    assert [answer.status_code for answer in answers] == [404] * 3
    bodies = {
        answer.content.decode().replace(s, "") for answer, s in zip(answers, (first, second, "made-up"), strict=True)
    }
    assert "Mei" not in "".join(bodies)


def test_a_link_of_a_deactivated_person_is_not_there(client, agent, administrator):
    secret = link_for(agent)
    deactivate(agent, actor=access.actor_of(administrator), now=timezone.now())
    assert client.get(reverse("join", args=[secret])).status_code == 404


@pytest.mark.parametrize(
    ("password", "again"), [("short", "short"), ("1234567890123", "1234567890123"), (NEW, NEW + "x"), ("", "")]
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays(client, agent, password, again):
    address = reverse("join", args=[link_for(agent)])
    assert client.post(address, {"password": password, "again": again}).status_code == 422
    assert client.get(address).status_code == 200


def test_guessing_links_is_slowed(client, office):
    answers = [client.get(reverse("join", args=[f"guess-{n}"])).status_code for n in range(21)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get(reverse("join", args=["x"])).status_code == 404


def test_the_page_behind_a_link_speaks_the_language_of_the_invited(client, agent):
    Agent.objects.filter(pk=agent.pk).update(language="zh-hans")
    assert 'lang="zh-Hans"' in client.get(reverse("join", args=[link_for(agent)])).content.decode()


def test_a_deactivated_agents_next_request_is_outside(client_of, agent, administrator):
    browser = client_of(agent)
    assert browser.get(reverse("set-up")).status_code == 403
    deactivate(agent, actor=access.actor_of(administrator), now=timezone.now())
    answer = browser.get(reverse("set-up"))
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/set-up/")


# What cannot be shown -------------------------------------------------------------------------------------------------


def test_what_is_not_there_is_a_page_that_says_so(client_of, agent, client, office):
    for browser in (client_of(agent), client):
        assert browser.get("/no/such/page/").status_code == 404


def test_an_unknown_address_of_the_api_answers_in_json(client, office):
    answer = client.get("/api/v1/no-such-thing")
    assert answer.status_code in {401, 404}
    assert "json" in answer.headers["Content-Type"]


def test_an_address_that_leads_nowhere_is_not_followed(client: Client, agent: Agent) -> None:
    assert enter(client, agent.username, next="x").url == reverse("home")
    assert client.post("/preference/", {"language": "en", "next": "x"}).status_code == 303


def test_a_name_that_grows_when_folded_is_nobodys(client: Client, agent: Agent) -> None:
    assert enter(client, "ß" * 254).status_code == 422


def test_one_address_does_not_try_a_password_on_everybody(client: Client, agent: Agent) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        tried = [enter(client, f"nobody{number}").status_code for number in range(SIGN_INS + 1)]
        assert tried == [422] * SIGN_INS + [429]
        assert enter(client, agent.username).headers["Retry-After"]
