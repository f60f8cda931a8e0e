"""Wording rules as an administrator finds, tries, writes and retires them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office.models import Agent
from playbooks import actions, queries, wording
from playbooks.domain import conditions, marking
from playbooks.forms.rules import RuleForm
from playbooks.models import Article, Edition
from playbooks.saying.rules import fixed_rules
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LIST, NEW = "/set-up/wording/", "/set-up/wording/new/"
RULE = "V01"
DRAFT = {
    "id": "z01",
    "severity": "warn",
    "times": "1",
    "patterns__en": r"\bkindly\b",
    "patterns__zh-Hans": "烦请",
    "unless__en": "kindly old",
    "why__en": "It sounds like a summons.",
    "suggest__en": "Please …",
    "tests__hit": "Kindly wait.\r\n烦请等待",
    "tests__miss": "A kindly old man.\r\nPlease wait.",
    "reason": "heard too often",
    "begun": "0",
}


@pytest.fixture(autouse=True)
def _loaded(office: Any) -> Iterator[None]:
    queries.forget()
    actions.load_built_in(NOW)
    yield
    queries.forget()


@pytest.fixture
def ada(client_of: Callable[[Agent], Client], administrator: Agent) -> Client:
    return client_of(administrator)


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def the(key: str) -> Article:
    return Article.objects.select_related("current").get(kind="rule", key=key)


def typed(key: str, **changes: str) -> dict[str, str]:
    """The form of a rule as it is sent when nobody changed anything, then with ``changes``."""
    edition = the(key).current
    shown = RuleForm(edition=edition).initial
    sent = {name: "on" if value is True else str(value) for name, value in shown.items() if value is not False}
    return sent | {"reason": "clearer"} | changes


def test_rules_are_listed_by_category_with_their_severity_and_found_by_any_word(ada: Client) -> None:
    shown = body(ada.get(LIST))
    for rule in wording.built_in_rules():
        assert reverse("set-up-rule", args=[rule.id]) in shown
    assert "V · Vagueness" in shown
    assert "Change this" in shown
    for words in ("guarantee certificate", "保證書", "P01", "p01"):
        found = body(ada.get(LIST, {"q": words}, headers={"HX-Target": "hits"}))
        assert reverse("set-up-rule", args=["P01"]) in found
        assert reverse("set-up-rule", args=["V04"]) not in found
        assert "<html" not in found
    assert "No rule says that" in body(ada.get(LIST, {"q": "xylophone"}))


def test_the_list_asks_the_same_questions_however_long_it_is(ada: Client, django_assert_max_num_queries: Any) -> None:
    counts = []
    for few in (False, True):
        if few:
            some = Article.objects.filter(kind="rule").exclude(key=RULE)
            some.update(current=None, newer=None)
            some.delete()
        ada.get(LIST)
        with django_assert_max_num_queries(6) as asked:
            ada.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_form_of_every_rule_gives_back_what_it_shows() -> None:
    for row in Article.objects.filter(kind="rule").select_related("current"):
        form = RuleForm(typed(row.key), edition=row.current)
        assert form.is_valid(), (row.key, form.errors)
        assert form.content() == row.current.content, row.key  # type: ignore[union-attr]


def test_what_ships_as_it_is_can_be_read_and_its_numbers_are_taken(ada: Client) -> None:
    shown = body(ada.get(LIST))
    for content in fixed_rules():
        assert content["id"] in shown
        assert html.escape(content["why"]["en"]) in shown
        taken = ada.post(NEW, {**DRAFT, "id": content["id"]})
        assert taken.status_code == 422, content["id"]


def test_a_rule_of_ones_own_is_added_and_speaks_at_once(ada: Client) -> None:
    answer = ada.post(NEW, DRAFT, follow=True)
    assert answer.redirect_chain == [(reverse("set-up-rule", args=["Z01"]), 303)]
    assert "speaks from now on" in body(answer)
    content = the("Z01").current.content  # type: ignore[union-attr]
    assert content["category"] == "Z"
    assert content["tests"] == {"hit": ["Kindly wait.", "烦请等待"], "miss": ["A kindly old man.", "Please wait."]}
    assert "Z01" in {finding.rule for finding in wording.check("Kindly wait.", rules=queries.rules())}
    assert "There is a rule of this number" in body(ada.post(NEW, DRAFT))


def test_every_failing_string_is_named_beside_its_field_and_nothing_typed_is_lost(ada: Client) -> None:
    wrong = {**DRAFT, "tests__hit": "Kindly wait.\nWait, please", "tests__miss": "Kindly go.", "reason": "words typed"}
    answer = ada.post(NEW, wrong)
    assert answer.status_code == 422
    shown = body(answer)
    assert "Line 2 is not found: “Wait, please”" in shown
    assert "Line 1 is found, and must not be: “Kindly go.”" in shown
    assert "words typed" in shown
    assert not Article.objects.filter(key="Z01").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patterns__en": "kindly\nkindly(?! old)"}, "Line 2 looks around"),
        ({"patterns__en": "(kindly"}, "Line 1 cannot be read"),
        ({"context__on": "channel letter"}, "Line 1 is no condition: channel letter"),
        ({"context__on": "conduct_level: high"}, "Line 1 is no condition"),
        ({"id": "nonsense"}, "capital letter and two to four digits"),
        ({"id": ""}, "capital letter and two to four digits"),
        ({"severity": "loud"}, "not one of the available choices"),
        ({"why__en": ""}, "Say why"),
        ({"suggest__en": ""}, "Suggest a better sentence"),
        ({"patterns__en": "", "patterns__zh-Hans": ""}, "at least one pattern"),
        ({"tests__hit": ""}, "at least one string that it has to find"),
        ({"reason": ""}, "Say what is changed and why"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(ada: Client, change: dict[str, str], says: str) -> None:
    answer = ada.post(NEW, {**DRAFT, **change})
    assert answer.status_code == 422
    assert says in body(answer)


def test_a_rule_that_ships_is_changed(ada: Client) -> None:
    page = reverse("set-up-rule", args=[RULE])
    assert ada.get(page).status_code == 200
    assert ada.post(page, typed(RULE, severity="hint")).status_code == 303
    assert the(RULE).current.content["severity"] == "hint"  # type: ignore[union-attr]
    assert "Severity" in body(ada.get(reverse("set-up-rule-compare", args=[RULE])))
    assert ada.post(page, typed(RULE, take="", unless_message__en="on [0-9]+ May")).status_code == 303
    changed = the(RULE).current.content  # type: ignore[union-attr]
    assert (changed["take"], changed["unless_message"]["en"]) == (False, ["on [0-9]+ May"])
    compared = body(ada.get(reverse("set-up-rule-compare", args=[RULE])))
    assert "on [0-9]+ May" in compared
    assert "What is better can be taken as it stands" in compared
    late = ada.post(page, typed(RULE, severity="block", begun="1"))
    assert late.status_code == 409
    assert "changed this" in body(late)
    assert '<input type="hidden" name="begun" value="3"' in body(late)


def test_the_test_box_shows_what_the_draft_and_all_rules_find_and_saves_nothing(ada: Client) -> None:
    before = Edition.objects.count()
    sample = "Kindly wait, I guarantee it."
    answer = ada.post(NEW, {**DRAFT, "sample": sample}, headers={"HX-Request": "true", "HX-Target": "tried"})
    assert answer.status_code == 200
    shown = body(answer)
    assert "<html" not in shown
    draft, everything = shown.split("All published rules")
    assert '<mark class="w-warn">Kindly</mark>' in draft
    assert "guarantee</mark>" not in draft
    assert "guarantee</mark>" in everything
    assert "Kindly</mark>" not in everything
    whole = ada.post(NEW, {**DRAFT, "sample": sample, "try": "1"})
    assert whole.status_code == 200
    assert '<mark class="w-warn">Kindly</mark>' in body(whole)
    assert sample in body(whole)
    assert Edition.objects.count() == before


def test_a_draft_is_tried_before_it_is_whole(ada: Client) -> None:
    headers = {"HX-Target": "tried"}
    unnamed = {**DRAFT, "id": "", "tests__hit": "", "reason": "", "sample": "Kindly wait."}
    shown = body(ada.post(NEW, unnamed, headers=headers))
    assert "Kindly</mark>" in shown
    assert "at least one string" in shown
    broken = {**DRAFT, "patterns__en": "(kindly", "sample": "I guarantee it."}
    shown = body(ada.post(NEW, broken, headers=headers))
    assert "cannot be read" in shown
    assert "guarantee</mark>" in shown, "all rules are tried all the same"
    conditional = {**DRAFT, "context__on": "channel: letter; kind: refusal", "sample": "Kindly wait."}
    assert "Kindly</mark>" in body(ada.post(NEW, conditional, headers=headers))
    assert "have fields that cannot be read" not in shown
    assert ada.post(NEW, {"sample": "x"}, headers=headers).status_code == 200


def test_what_is_tried_is_shown_as_text(ada: Client) -> None:
    shown = body(ada.post(NEW, {**DRAFT, "sample": "<b>Kindly</b>"}, headers={"HX-Target": "tried"}))
    assert "&lt;b&gt;<mark" in shown


def test_a_rule_is_retired_and_revived_from_its_page(ada: Client) -> None:
    shown = body(ada.post(reverse("set-up-rule-retire", args=[RULE]), follow=True))
    assert "V01 is retired" in shown
    assert RULE not in {rule.id for rule in queries.rules(fresh=True).rules}
    ada.post(reverse("set-up-rule-revive", args=[RULE]))
    assert RULE in {rule.id for rule in queries.rules(fresh=True).rules}


def test_wording_is_for_administrators(client_of: Any, agent: Agent, supervisor: Agent, client: Client) -> None:
    pages = [LIST, NEW, reverse("set-up-rule", args=[RULE]), reverse("set-up-rule-compare", args=[RULE])]
    for somebody in (agent, supervisor):
        mine = client_of(somebody)
        assert {mine.get(page).status_code for page in pages} == {403}
        assert mine.post(NEW, DRAFT).status_code == 403
        for name in ("retire", "revive", "restore", "care"):
            assert mine.post(reverse(f"set-up-rule-{name}", args=[RULE])).status_code == 403
    assert {client.get(page).status_code for page in pages} == {302}


def test_what_is_not_there_is_not_found(ada: Client) -> None:
    assert ada.get(reverse("set-up-rule", args=["Q99"])).status_code == 404
    assert ada.get("/set-up/wording/call_silent/").status_code == 404


# What is pure ---------------------------------------------------------------------------------------------------------


def test_conditions_are_written_as_they_are_read() -> None:
    for rule in wording.built_in_rules():
        for rows in (rule.context.on, rule.context.off, rule.context.warn):
            assert conditions.read("\n".join(conditions.write(rows))) == [dict(row) for row in rows]
    assert conditions.read("channel：letter，email；saved_promise: yes\n\nconduct_level: 3") == [
        {"channel": ["letter", "email"], "saved_promise": True},
        {"conduct_level": 3},
    ]


def test_a_text_is_cut_where_findings_begin_and_end() -> None:
    text = "I guarantee it asap."
    found = wording.check(text)
    cut = marking.pieces(text, found)
    assert "".join(piece.text for piece in cut) == text
    assert {piece.severity for piece in cut} >= {"", "warn"}
    assert marking.pieces("", []) == []
