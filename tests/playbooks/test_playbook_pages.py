"""Playbooks as people read, find, compare, write and look after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office.models import Agent
from office.roles import SYSTEM
from playbooks import actions, queries
from playbooks.domain.shapes import LANGUAGES, with_values
from playbooks.forms.playbooks import PlaybookForm
from playbooks.models import Article, Edition
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

KEY, STEPPED = "call_silent", "base_four_steps"
LIST = "/playbooks/"


@pytest.fixture(autouse=True)
def _loaded(office: Any) -> Iterator[None]:
    queries.forget()
    actions.load_built_in(NOW)
    yield
    queries.forget()


@pytest.fixture
def mei(client_of: Callable[[Agent], Client], agent: Agent) -> Client:
    return client_of(agent)


@pytest.fixture
def ada(client_of: Callable[[Agent], Client], administrator: Agent) -> Client:
    return client_of(administrator)


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def the(key: str) -> Article:
    return Article.objects.select_related("current", "newer", "owner").get(kind="playbook", key=key)


def renamed(key: str, name: str) -> Article:
    article = the(key)
    content = with_values(article.current.content, {"names": dict.fromkeys(LANGUAGES, name)})  # type: ignore[union-attr]
    number = article.current.number  # type: ignore[union-attr]
    return actions.publish(article, actor=SYSTEM, now=NOW, content=content, reason="ours", begun=number)


def typed(key: str, **changes: str) -> dict[str, str]:
    """The form of a playbook as it is sent when nobody changed anything, then with ``changes``."""
    edition = the(key).current
    assert edition is not None
    shown = PlaybookForm(edition=edition).initial
    return {name: str(value) for name, value in shown.items()} | {"reason": "clearer"} | changes


# Reading --------------------------------------------------------------------------------------------------------------


def test_everybody_reads_all_playbooks_by_group(mei: Client) -> None:
    shown = body(mei.get(LIST))
    assert shown.count('class="pb-row') == len(queries.built_in("playbook"))
    assert "On the phone" in shown
    assert "Four-step baseline" in shown
    only = body(mei.get(LIST, {"group": "conduct"}))
    assert only.count('class="pb-row') == sum(
        each["group"] == "conduct" for each in queries.built_in("playbook").values()
    )


def test_the_list_of_a_step_shows_what_to_say_in_it(mei: Client) -> None:
    shown = body(mei.get(LIST, {"step": "apologise"}))
    assert shown.count('class="pb-row') == sum("steps" in each for each in queries.built_in("playbook").values())
    assert "I am sorry you had to go through this" in shown


@pytest.mark.parametrize(
    "words", ["four-step baseline", "BASELINE", "四步基礎流程", "四步基础流程", "taking notes", "記下來"]
)
def test_a_playbook_is_found_by_any_word_in_any_language(mei: Client, words: str) -> None:
    shown = body(mei.get(LIST, {"q": words}))
    assert reverse("playbook", args=[STEPPED]) in shown
    assert shown.count('class="pb-row') < 30


def test_where_the_words_stand_is_shown_and_nothing_found_leads_back(mei: Client) -> None:
    shown = body(mei.get(LIST, {"q": "taking notes"}, headers={"HX-Target": "hits"}))
    assert "Listen: Say: <q" in shown
    assert "<html" not in shown
    assert "No playbook says that" in body(mei.get(LIST, {"q": "xylophone"}))
    assert mei.get(LIST, {"q": "\x00", "group": "nonsense", "step": "nonsense"}).status_code == 200


def test_a_playbook_is_read_in_ones_language_with_the_others_a_tab_away(mei: Client, agent: Agent) -> None:
    content = queries.built_in("playbook")[STEPPED]
    page = reverse("playbook", args=[STEPPED])
    shown = body(mei.get(page))
    for part in ("listen", "resolve"):
        assert content["steps"][part]["avoid"][0]["en"].replace("'", "&#x27;") in shown
    assert "Escalate when" in shown
    assert "How to refuse" in shown
    assert content["names"]["zh-Hant"] not in shown
    assert content["goal"]["zh-Hant"] in body(mei.get(page, {"language": "zh-Hant"}))
    agent.language = "zh-hans"
    agent.save()
    assert content["goal"]["zh-Hans"] in body(mei.get(page))


def test_every_playbook_can_be_read_in_every_language(mei: Client) -> None:
    for key, content in queries.built_in("playbook").items():
        language = LANGUAGES[len(key) % 3]
        answer = mei.get(reverse("playbook", args=[key]), {"language": language})
        assert answer.status_code == 200
        assert f'<h2 lang="{language}">' in answer.content.decode(), content["names"]


def test_before_anything_is_loaded_what_ships_is_read(mei: Client, ada: Client) -> None:
    Article.objects.update(current=None, newer=None)
    Article.objects.all().delete()
    assert body(mei.get(LIST)).count('class="pb-row') == len(queries.built_in("playbook"))
    assert "Four-step baseline" in body(mei.get(reverse("playbook", args=[STEPPED])))
    assert mei.get(reverse("playbook", args=["nonsense"])).status_code == 404
    assert reverse("playbook-edit", args=[STEPPED]) not in body(ada.get(reverse("playbook", args=[STEPPED])))
    assert ada.get(reverse("playbook-edit", args=[STEPPED])).status_code == 404


def test_what_is_not_there_is_not_found(mei: Client) -> None:
    for address in ("/playbooks/nonsense/", f"/playbooks/{KEY}/?edition=9", f"/playbooks/{KEY}/compare/?from=1&to=9"):
        assert mei.get(address).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    for name in ("playbook", "playbook-compare", "playbook-edit"):
        answer = client.get(reverse(name, args=[KEY]))
        assert answer.status_code == 302
        assert reverse("sign-in") in answer.headers["Location"]


def test_the_lists_ask_the_same_questions_however_long_they_are(
    mei: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for few in (False, True):
        if few:
            some = Article.objects.filter(kind="playbook").exclude(key=KEY)
            some.update(current=None, newer=None)
            some.delete()
        mei.get(LIST)
        with django_assert_max_num_queries(6) as asked:
            mei.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_one_playbook_asks_few_questions(mei: Client, django_assert_max_num_queries: Any) -> None:
    renamed(KEY, "Ours")
    mei.get(reverse("playbook", args=[KEY]))
    with django_assert_max_num_queries(7):
        mei.get(reverse("playbook", args=[KEY]))


# Writing --------------------------------------------------------------------------------------------------------------


def test_the_form_of_every_playbook_gives_back_what_it_shows() -> None:
    for row in Article.objects.filter(kind="playbook").select_related("current"):
        form = PlaybookForm(typed(row.key), edition=row.current)
        assert form.is_valid(), (row.key, form.errors)
        assert form.content() == row.current.content, row.key  # type: ignore[union-attr]


def test_a_text_is_written_and_counts_at_once(ada: Client, mei: Client) -> None:
    page = reverse("playbook-edit", args=[STEPPED])
    assert ada.get(page).status_code == 200
    more = {
        f"steps__listen__say__{lang}": f"{typed(STEPPED)[f'steps__listen__say__{lang}']}\r\n{says}\r\n\r\n"
        for lang, says in zip(LANGUAGES, ("Take your time.", "您慢慢说。", "您慢慢說。"), strict=True)
    }
    answer = ada.post(page, typed(STEPPED, **more), follow=True)
    assert answer.redirect_chain == [(reverse("playbook", args=[STEPPED]), 303)]
    shown = body(answer)
    assert "Take your time." in shown
    assert "clearer" in shown
    assert "edited" in shown
    assert "您慢慢說。" in body(mei.get(reverse("playbook", args=[STEPPED]), {"language": "zh-Hant"}))
    assert the(STEPPED).current.content["steps"]["listen"]["say"][-1]["zh-Hans"] == "您慢慢说。"  # type: ignore[union-attr]


def test_lines_that_do_not_match_are_named_beside_each_field_and_nothing_typed_is_lost(ada: Client) -> None:
    page = reverse("playbook-edit", args=[STEPPED])
    answer = ada.post(page, typed(STEPPED, cues__en="first cue typed\nsecond cue typed", reason="because of it"))
    assert answer.status_code == 422
    shown = body(answer)
    assert shown.count("Lines: English 2, Simplified Chinese 1, Traditional Chinese 1.") == 3
    assert "first cue typed" in shown
    assert "because of it" in shown
    assert 'aria-invalid="true"' in shown
    assert Edition.objects.filter(article__key=STEPPED, article__kind="playbook").count() == 1


def test_a_name_a_goal_and_a_reason_are_needed(ada: Client) -> None:
    page = reverse("playbook-edit", args=[KEY])
    answer = ada.post(page, typed(KEY, **{"names__zh-Hant": " ", "goal__en": ""}))
    assert answer.status_code == 422
    assert body(answer).count('class="c-error"') == 2
    answer = ada.post(page, typed(KEY, names__en="Hush", reason=""))
    assert answer.status_code == 422
    assert "Say what is changed and why" in body(answer)
    assert 'value="Hush"' in body(answer)
    assert "Nothing was changed" in body(ada.post(page, typed(KEY)))


def test_who_comes_second_sees_what_the_other_changed_and_can_publish_after_it(ada: Client) -> None:
    page = reverse("playbook-edit", args=[KEY])
    mine = typed(KEY, names__en="Second", reason="mine")
    renamed(KEY, "First")
    answer = ada.post(page, mine)
    assert answer.status_code == 409
    shown = body(answer)
    assert "Somebody else published a text in the meantime" in shown
    assert 'value="Second"' in shown
    assert "First</ins>" in shown
    assert '<input type="hidden" name="begun" value="2"' in shown
    assert ada.post(page, {**mine, "begun": "2"}).status_code == 303
    assert the(KEY).current.content["names"]["en"] == "Second"  # type: ignore[union-attr]


def test_a_form_without_its_number_is_not_taken_for_the_latest(ada: Client) -> None:
    form = typed(KEY, names__en="Hush")
    del form["begun"]
    assert ada.post(reverse("playbook-edit", args=[KEY]), form).status_code == 409


def test_only_administrators_find_and_use_what_changes_texts(
    client_of: Callable[[Agent], Client], agent: Agent, supervisor: Agent
) -> None:
    for somebody in (agent, supervisor):
        client = client_of(somebody)
        assert "playbook-edit" not in body(client.get(reverse("playbook", args=[KEY])))
        assert f"/playbooks/{KEY}/edit/" not in body(client.get(reverse("playbook", args=[KEY])))
        assert client.get(reverse("playbook-edit", args=[KEY])).status_code == 403
        assert client.post(reverse("playbook-edit", args=[KEY]), typed(KEY)).status_code == 403
        for name in ("retire", "revive", "restore", "care"):
            assert client.post(reverse(f"playbook-{name}", args=[KEY])).status_code == 403
    assert the(KEY).revision == 1


# Acts -----------------------------------------------------------------------------------------------------------------


def test_a_playbook_is_retired_and_the_message_takes_it_back(ada: Client) -> None:
    shown = body(ada.post(reverse("playbook-retire", args=[KEY]), follow=True))
    assert "is retired" in shown
    assert reverse("playbook-revive", args=[KEY]) in shown
    assert KEY not in queries.shelf(fresh=True).playbooks
    assert 'class="pb-row is-off"' in body(ada.get(LIST))
    ada.post(reverse("playbook-revive", args=[KEY]))
    assert KEY in queries.shelf(fresh=True).playbooks
    assert ada.get(reverse("playbook-retire", args=[KEY])).status_code == 405


def test_the_built_in_text_is_restored(ada: Client) -> None:
    renamed(KEY, "Ours")
    page = reverse("playbook", args=[KEY])
    assert "Back to the built-in text" in body(ada.get(page))
    shown = body(ada.post(reverse("playbook-restore", args=[KEY]), follow=True))
    assert "counts again" in shown
    assert "Back to the built-in text" not in shown
    assert the(KEY).current.number == 3  # type: ignore[union-attr]


def test_somebody_looks_after_it_and_an_overdue_review_shows(ada: Client, mei: Client, agent: Agent) -> None:
    care = {"care-owner": str(agent.pk), "care-review_on": "2026-01-31"}
    shown = body(ada.post(reverse("playbook-care", args=[KEY]), care, follow=True))
    assert the(KEY).owner == agent
    assert "overdue" in shown
    assert "review overdue" in body(mei.get(LIST))
    assert "Mei Lin" in body(mei.get(reverse("playbook", args=[KEY])))
    ada.post(reverse("playbook-care", args=[KEY]), {"care-owner": "", "care-review_on": "soon"})
    assert the(KEY).owner == agent, "what cannot be read changes nothing"


def test_a_newer_built_in_text_is_shown_compared_and_put_aside(ada: Client, mei: Client, monkeypatch: Any) -> None:
    renamed(KEY, "Ours")
    real = queries.built_in
    later = {**real("playbook")[KEY], "field_term": "A later term"}
    monkeypatch.setattr(queries, "built_in", lambda kind: {KEY: later} if kind == "playbook" else {})
    actions.load_built_in(NOW)
    page = reverse("playbook", args=[KEY])
    shown = body(mei.get(page))
    assert "A newer built-in text waits" in shown
    assert "?from=2&amp;to=3" in shown
    assert "A later term</ins>" in body(mei.get(reverse("playbook-compare", args=[KEY]), {"from": 2, "to": 3}))
    ada.post(reverse("playbook-edit", args=[KEY]), typed(KEY, considered="on"))
    assert the(KEY).newer is None
    assert the(KEY).current.number == 2  # type: ignore[union-attr]


def test_two_texts_are_compared_line_by_line_in_each_language(mei: Client) -> None:
    old = queries.built_in("playbook")[KEY]["names"]
    renamed(KEY, "Ours")
    page = reverse("playbook-compare", args=[KEY])
    shown = body(mei.get(page))
    assert f"{old['en']}</del>" in shown
    assert "Ours</ins>" in shown
    assert f"{old['zh-Hant']}</del>" in body(mei.get(page, {"from": 1, "to": 2, "language": "zh-Hant"}))
    assert "Nothing differs" in body(mei.get(page, {"from": 1, "to": 1}))


def test_an_earlier_edition_can_still_be_read(mei: Client) -> None:
    old = queries.built_in("playbook")[KEY]["names"]["en"]
    renamed(KEY, "Ours")
    shown = body(mei.get(reverse("playbook", args=[KEY]), {"edition": 1}))
    assert old in shown
    assert "This is edition 1. It does not count now." in shown
