"""The shelf: what ships comes onto it, what people write stays on it, and who asks gets what counts now."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.http import Http404

from office import audit
from office.errors import Conflict, Invalid, NotAllowed
from office.models import Agent, Event
from office.roles import Actor, Role
from playbooks import access, actions, queries, wording
from playbooks.actions.editions import CHECKS
from playbooks.actions.loading import digest_of
from playbooks.domain.shapes import with_values
from playbooks.models import Article, Edition
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

KEY, RULE = "call_silent", "V01"
LATER = NOW + timedelta(days=1)
ONE_RULE: dict[str, Any] = {
    "id": "Z01",
    "category": "Z",
    "severity": "warn",
    "patterns": {"en": [r"\bkindly\b"], "zh-Hans": ["烦请"]},
    "unless": {"en": ["kindly old"]},
    "unless_dated_sentence": False,
    "case_sensitive": False,
    "why": {"en": "It sounds like a summons."},
    "suggest": {"en": "Please …", "zh-Hans": "请……"},
    "tests": {"hit": ["Kindly wait.", "烦请等待"], "miss": ["A kindly old man.", "Please wait."]},
}


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


@pytest.fixture(autouse=True)
def _nothing_else_is_loaded(db: None) -> None:
    Article.objects.update(current=None, newer=None)
    Article.objects.all().delete()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A release of two playbooks, two rules and a letter; ``change`` makes it another release."""
    real = queries.built_in
    shown = {kind: dict(list(real(kind).items())[:2]) for kind in ("playbook", "rule", "letter")}
    monkeypatch.setattr(queries, "built_in", lambda kind: shown[kind])

    def change(kind: str, key: str, **values: Any) -> None:
        shown[kind] = {**shown[kind], key: {**shown[kind].get(key, {}), **values}}

    change.shown = shown  # type: ignore[attr-defined]
    return change


@pytest.fixture
def ada(administrator: Agent, actor_for: Callable[[Agent], Actor]) -> Actor:
    return actor_for(administrator)


def the(kind: str, key: str) -> Article:
    return Article.objects.select_related("current", "newer").get(kind=kind, key=key)


def renamed(article: Article, name: str) -> dict[str, Any]:
    assert article.current is not None
    return with_values(article.current.content, {"names": {"en": name, "zh-Hans": name, "zh-Hant": name}})


def written(article: Article) -> list[str]:
    return list(
        Event.objects.filter(subject_kind="article", subject_id=article.pk)
        .order_by("seq")
        .values_list("verb", flat=True)
    )


# Loading --------------------------------------------------------------------------------------------------------------


def test_everything_that_ships_is_loaded_once() -> None:
    done = actions.load_built_in(NOW)
    assert done.added == Article.objects.count() == sum(len(queries.built_in(kind)) for kind, _ in Article.KINDS)
    assert set(Edition.objects.values_list("number", "origin")) == {(1, "built_in")}
    assert not actions.load_built_in(LATER)
    assert Edition.objects.count() == done.added
    article = the("playbook", KEY)
    assert written(article) == ["playbook.load"]
    assert audit.verify(("article", article.pk)) == 1


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str], small: Any) -> None:
    call_command("load_playbooks")
    assert "6 added, 0 renewed, 0 newer" in capsys.readouterr().out
    call_command("load_playbooks")
    assert "0 added" in capsys.readouterr().out


def test_a_later_release_counts_at_once_where_nobody_wrote_anything(small: Any) -> None:
    actions.load_built_in(NOW)
    key = next(iter(small.shown["playbook"]))
    small("playbook", key, field_term="Another word for it")
    done = actions.load_built_in(LATER)
    assert (done.added, done.renewed, done.waiting) == (0, 1, 0)
    article = the("playbook", key)
    assert (article.current.number, article.current.origin, article.newer) == (2, "built_in", None)  # type: ignore[union-attr]
    assert queries.playbook(key).content["field_term"] == "Another word for it"  # type: ignore[union-attr]


def test_what_people_wrote_is_never_touched_and_the_newer_text_waits(small: Any, ada: Actor) -> None:
    actions.load_built_in(NOW)
    key = next(iter(small.shown["playbook"]))
    article = the("playbook", key)
    actions.publish(article, actor=ada, now=NOW, content=renamed(article, "Ours"), reason="our word", begun=1)
    small("playbook", key, field_term="Another word for it")
    assert actions.load_built_in(LATER).waiting == 1
    assert not actions.load_built_in(LATER), "it waits once"
    article = the("playbook", key)
    assert article.current.content["names"]["en"] == "Ours"  # type: ignore[union-attr]
    assert article.newer.number == 3  # type: ignore[union-attr]
    assert article.newer.content["field_term"] == "Another word for it"  # type: ignore[union-attr]


def test_a_third_release_waits_in_place_of_the_second(small: Any, ada: Actor) -> None:
    actions.load_built_in(NOW)
    key = next(iter(small.shown["playbook"]))
    first = small.shown["playbook"][key]["field_term"]
    article = the("playbook", key)
    actions.publish(article, actor=ada, now=NOW, content=renamed(article, "Ours"), reason="our word", begun=1)
    for number, term in ((3, "second"), (4, first)):
        small("playbook", key, field_term=term)
        actions.load_built_in(LATER)
        assert the("playbook", key).newer.number == number  # type: ignore[union-attr]


def test_what_a_release_no_longer_has_stays(small: Any) -> None:
    actions.load_built_in(NOW)
    gone = next(iter(small.shown["letter"]))
    del small.shown["letter"][gone]
    assert not actions.load_built_in(LATER)
    assert queries.letter_template(gone) is not None


def test_before_anything_is_loaded_the_shelf_has_what_ships() -> None:
    shelf = queries.shelf(fresh=True)
    assert list(shelf.playbooks) == list(queries.built_in("playbook"))
    assert shelf.playbooks[KEY].edition == 0
    assert {rule.id for rule in shelf.rules.rules} == {rule.id for rule in wording.built_in_rules()}
    assert not Article.objects.exists()


def test_what_is_loaded_says_the_same_as_what_ships() -> None:
    actions.load_built_in(NOW)
    text = "I guarantee it will be fixed asap. 我保证尽快处理。"
    assert wording.check(text, rules=queries.rules(fresh=True)) == wording.check(text)


# Publishing -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def loaded() -> None:
    actions.load_built_in(NOW)


@pytest.fixture
def article(loaded: None) -> Article:
    return the("playbook", KEY)


def test_a_published_text_counts_at_once_and_the_old_one_is_kept(article: Article, ada: Actor) -> None:
    before = article.revision
    saved = actions.publish(article, actor=ada, now=LATER, content=renamed(article, "Hush"), reason=" short ", begun=1)
    assert (saved.current.number, saved.current.origin, saved.current.reason) == (2, "edited", "short")  # type: ignore[union-attr]
    assert saved.current.made_by_id == ada.id  # type: ignore[union-attr]
    assert saved.revision == before + 1
    assert queries.playbook(KEY).named("en") == "Hush"  # type: ignore[union-attr]
    assert article.editions.count() == 2
    assert written(article) == ["playbook.load", "playbook.publish"]
    line = Event.objects.get(subject_kind="article", verb="playbook.publish")
    assert line.payload == {"kind": "playbook", "key": KEY, "edition": 2}


def test_who_began_from_an_older_edition_is_told_and_nothing_is_lost_of_the_other(article: Article, ada: Actor) -> None:
    actions.publish(article, actor=ada, now=NOW, content=renamed(article, "First"), reason="x", begun=1)
    with pytest.raises(Conflict) as refused:
        actions.publish(article, actor=ada, now=NOW, content=renamed(article, "Second"), reason="x", begun=1)
    assert refused.value.code == "superseded"
    assert the("playbook", KEY).current.content["names"]["en"] == "First"  # type: ignore[union-attr]


def test_a_text_needs_a_reason_all_its_languages_and_a_change(article: Article, ada: Actor) -> None:
    wrong = with_values(renamed(article, "Hush"), {"cues": [{"en": "one", "zh-Hans": " "}], "goal": "no"})
    with pytest.raises(Invalid) as refused:
        actions.publish(article, actor=ada, now=NOW, content=wrong, reason=" ", begun=1)
    assert set(refused.value.fields) == {"cues.zh-Hans", "cues.zh-Hant", "goal", "reason"}
    same = article.current.content  # type: ignore[union-attr]
    with pytest.raises(Invalid) as refused:
        actions.publish(article, actor=ada, now=NOW, content=copy.deepcopy(same), reason="x", begun=1)
    assert [fault.code for fault in refused.value.fields[""]] == ["unchanged"]
    for change in ({"key": "other"}, {"group": "base"}, {"invented": 1}, {"steps": {}}):
        with pytest.raises(Invalid):
            actions.publish(article, actor=ada, now=NOW, content={**same, **change}, reason="x", begun=1)
    assert Edition.objects.filter(article=article).count() == 1


def test_every_text_that_ships_could_be_published(loaded: None, ada: Actor) -> None:
    for row in Article.objects.exclude(kind="rule").select_related("current"):  # the rules' own tests try the rules
        content = row.current.content  # type: ignore[union-attr]
        assert not CHECKS[row.kind](row.key, content, content), row.key


@pytest.mark.parametrize("verb", ["publish", "retire", "revive", "restore", "care"])
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_administrators_change_anything(
    verb: str, role: Role, article: Article, agent: Agent, supervisor: Agent, actor_for: Any
) -> None:
    actor = actor_for(agent if role == Role.AGENT else supervisor)
    words = {"content": renamed(article, "x"), "reason": "x", "begun": 1} if verb == "publish" else {}
    with pytest.raises(NotAllowed):
        getattr(actions, verb)(article, actor=actor, now=NOW, **words)
    assert written(article)[-1] == "refused"
    with pytest.raises(NotAllowed):
        actions.add_rule(None, actor=actor, now=NOW, content=ONE_RULE, reason="x")


# Rules ----------------------------------------------------------------------------------------------------------------


def test_what_ships_is_doubted_where_a_sentence_sounds_good_and_what_people_wrote_is_not(
    loaded: None, ada: Actor
) -> None:
    text = "The Complete Idiot's Guide to Beekeeping is out of print, so I have refunded the $18.95 to your card."
    assert [one.severity for one in wording.check(text, rules=queries.rules())] == ["hint"]
    row = Article.objects.select_related("current").get(kind=Article.RULE, key="D02")
    content = {**row.current.content, "why": {"en": "Not in this house."}}  # type: ignore[union-attr]
    actions.publish(row, actor=ada, now=NOW, content=content, reason="our own words", begun=row.current.number)  # type: ignore[union-attr]
    assert [one.severity for one in wording.check(text, rules=queries.rules())] == ["block"]


def test_a_rule_of_our_own_speaks_at_once_and_not_when_it_is_retired(loaded: None, ada: Actor) -> None:
    row = actions.add_rule(None, actor=ada, now=NOW, content=ONE_RULE, reason="heard too often")
    text = "Kindly wait."
    assert "Z01" in {finding.rule for finding in wording.check(text, rules=queries.rules())}
    actions.retire(row, actor=ada, now=NOW)
    actions.retire(row, actor=ada, now=LATER)
    assert "Z01" not in {finding.rule for finding in wording.check(text, rules=queries.rules())}
    actions.revive(row, actor=ada, now=NOW)
    assert "Z01" in {finding.rule for finding in wording.check(text, rules=queries.rules())}
    assert written(row) == ["playbook.add", "playbook.retire", "playbook.revive"]
    with pytest.raises(Conflict):
        actions.restore(row, actor=ada, now=NOW)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"tests": {"hit": ["Please wait."], "miss": ["x"]}}, "tests.hit", "hit-missed"),
        ({"tests": {"hit": ["Kindly wait."], "miss": ["Kindly go."]}}, "tests.miss", "miss-hit"),
        ({"patterns": {"en": ["kindly(?! old)"]}}, "patterns.en", "look-around"),
        ({"patterns": {"en": ["(kindly) \\1"]}}, "patterns.en", "back-reference"),
        ({"patterns": {"en": ["(kindly"]}}, "patterns.en", "does-not-compile"),
        ({"patterns": {}}, "patterns", "no-pattern"),
        ({"severity": "loud"}, "severity", "bad-severity"),
        ({"context": {"on": [{"mood": ["bad"]}]}}, "context.on", "bad-context"),
        ({"id": "M01", "category": "M"}, "id", "unique"),
        ({"id": "nonsense"}, "id", "bad-id"),
    ],
)
def test_a_rule_that_does_not_do_what_it_says_is_not_published(
    change: dict[str, Any], path: str, code: str, ada: Actor
) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_rule(None, actor=ada, now=NOW, content={**ONE_RULE, **change}, reason="x")
    assert code in [fault.code for fault in refused.value.fields[path]]
    assert not Article.objects.exists()


def test_two_rules_do_not_share_a_number(ada: Actor) -> None:
    actions.add_rule(None, actor=ada, now=NOW, content=ONE_RULE, reason="x")
    with pytest.raises(Invalid) as refused:
        actions.add_rule(None, actor=ada, now=NOW, content=ONE_RULE, reason="x")
    assert set(refused.value.fields) == {"id"}


def test_a_rule_this_release_cannot_read_does_not_silence_the_others(loaded: None) -> None:
    broken = the("rule", "P01")
    content = {**ONE_RULE, "id": "P01", "patterns": {"en": ["("]}}
    Edition.objects.filter(pk=broken.current_id).update(content=content, digest=digest_of(content))
    queries.forget()
    assert "P02" in {rule.id for rule in queries.rules().rules}
    assert "P01" not in {rule.id for rule in queries.rules().rules}


# Restoring and care ---------------------------------------------------------------------------------------------------


def test_the_built_in_text_comes_back_as_a_new_edition(article: Article, ada: Actor) -> None:
    assert actions.restore(article, actor=ada, now=NOW).current.number == 1  # type: ignore[union-attr]
    actions.publish(article, actor=ada, now=NOW, content=renamed(article, "Hush"), reason="x", begun=1)
    back = actions.restore(article, actor=ada, now=LATER)
    assert (back.current.number, back.current.origin) == (3, "built_in")  # type: ignore[union-attr]
    assert back.current.content == Edition.objects.get(article=article, number=1).content  # type: ignore[union-attr]
    assert actions.restore(article, actor=ada, now=LATER).current.number == 3, "twice is once"  # type: ignore[union-attr]


def test_restoring_takes_the_newer_text_and_publishing_can_put_it_aside(small: Any, ada: Actor) -> None:
    actions.load_built_in(NOW)
    one, two = small.shown["playbook"]
    for key in (one, two):
        article = the("playbook", key)
        actions.publish(article, actor=ada, now=NOW, content=renamed(article, "Ours"), reason="x", begun=1)
        small("playbook", key, field_term="later")
    actions.load_built_in(LATER)
    back = actions.restore(the("playbook", one), actor=ada, now=LATER)
    assert (back.current.content["field_term"], back.newer) == ("later", None)  # type: ignore[union-attr]
    other = the("playbook", two)
    same = other.current.content  # type: ignore[union-attr]
    kept = actions.publish(other, actor=ada, now=LATER, content=same, reason="seen", begun=2, considered=True)
    assert (kept.current.number, kept.newer) == (2, None)  # type: ignore[union-attr]


def test_somebody_looks_after_it(article: Article, ada: Actor, agent: Agent) -> None:
    cared = actions.care(article, actor=ada, now=NOW, owner=agent, review_on=date(2027, 1, 31))
    assert (cared.owner, cared.review_on) == (agent, date(2027, 1, 31))
    revision = cared.revision
    assert actions.care(article, actor=ada, now=NOW, owner=agent, review_on=date(2027, 1, 31)).revision == revision
    agent.is_active = False
    agent.save()
    actions.care(article, actor=ada, now=NOW)
    with pytest.raises(Invalid):
        actions.care(article, actor=ada, now=NOW, owner=agent)


# Memory ---------------------------------------------------------------------------------------------------------------


def test_a_process_asks_once_in_five_seconds_and_whoever_insists_with_one_query(
    loaded: None, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: seconds[0])
    with django_assert_num_queries(2):
        first = queries.shelf()
    with django_assert_num_queries(0):
        assert queries.shelf() is first
    with django_assert_num_queries(1):
        assert queries.shelf(fresh=True) is first
    seconds[0] += queries.LOOK_EVERY
    with django_assert_num_queries(1):
        assert queries.shelf() is first


def test_another_process_is_noticed_by_the_revisions(article: Article) -> None:
    before = queries.shelf(fresh=True)
    Article.objects.filter(pk=article.pk).update(revision=article.revision + 1, retired_at=NOW)
    assert queries.shelf() is before, "for five seconds the old one will do"
    after = queries.shelf(fresh=True)
    assert KEY in before.playbooks
    assert KEY not in after.playbooks
    assert after.retired == {KEY}
    assert after.rules is before.rules, "rules are not made ready again for a playbook"


def test_a_letter_keeps_the_edition_it_was_written_from(loaded: None, ada: Actor) -> None:
    letter = Article.objects.of("letter").select_related("current").first()
    assert letter is not None
    assert letter.current is not None
    changed = {**letter.current.content, "name": {"en": "Ours", "zh-Hans": "我们的", "zh-Hant": "我們的"}}
    actions.publish(letter, actor=ada, now=NOW, content=changed, reason="x", begun=1)
    assert queries.letter_template(letter.key).named("en") == "Ours"  # type: ignore[union-attr]
    assert queries.letter_template(letter.key, 1).content == letter.current.content  # type: ignore[union-attr]
    assert queries.letter_template(letter.key, 9) is None
    assert queries.letter_template("nonsense") is None


def test_what_is_not_there_is_not_found(article: Article, ada: Actor) -> None:
    with pytest.raises(Http404):
        access.article_for(ada, "playbook", "nonsense")
    with pytest.raises(Http404):
        access.edition_for(article, 7)
