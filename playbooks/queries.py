"""What stands on the shelf: the playbooks, rules and letter templates that count now.

A process keeps them in memory, the rules made ready to run, as long as the stamp of the tables (how many articles, the
sum of their revisions) is the same. What nobody loaded yet is served as it ships.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import re2
import structlog
from django.db.models import Count, Max, Sum
from django.http import Http404

from office.prepared import one
from office.roles import Actor
from playbooks import access, wording
from playbooks.domain.shapes import in_language
from playbooks.lines import BUILT_IN as PLAYBOOKS
from playbooks.models import Article, Edition
from playbooks.saying.context import Context
from playbooks.saying.letters import fold
from playbooks.saying.rules import FaultyRule, Rule, built_in_data, read
from playbooks.saying.scan import RuleSet, compiled

log = structlog.get_logger("playbooks")

LETTERS: Final = PLAYBOOKS.with_name("letters.json")
LOOK_EVERY: Final = 5.0
"""Seconds after which somebody who does not insist on the latest is given it all the same."""

Content = Mapping[str, Any]
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that counts: ``edition`` is its number, 0 where it is served as it ships."""

    key: str
    content: Content
    edition: int = 0

    @property
    def name(self) -> Mapping[str, str]:
        """What it is called, by language."""
        named: Mapping[str, str] = self.content.get("names") or self.content.get("name") or {"en": self.key}
        return named

    def named(self, language: str) -> str:
        return in_language(self.name, language)


@dataclass(frozen=True)
class Shelf:
    """Everything live, by key and in its order; ``retired`` are the keys of playbooks nobody is to be offered."""

    playbooks: Mapping[str, Entry]
    letters: Mapping[str, Entry]
    rules: RuleSet
    retired: frozenset[str] = frozenset()


# What ships -----------------------------------------------------------------------------------------------------------


@cache
def built_in(kind: str) -> Mapping[str, Content]:
    """The texts of a kind as they ship, by key and in order; of the same shape as an edition's content."""
    if kind == Article.PLAYBOOK:
        return _by_key(json.loads(PLAYBOOKS.read_text(encoding="utf-8"))["playbooks"], "key")
    if kind == Article.LETTER:
        letters = json.loads(LETTERS.read_text(encoding="utf-8"))["letters"] if LETTERS.exists() else []
        return _by_key(letters, "key")
    return _by_key(built_in_data()["rules"], "id")


def _by_key(rows: Iterable[Content], name: str) -> Mapping[str, Content]:
    return MappingProxyType({str(row[name]): row for row in rows})


# The shelf ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kept:
    """``rules``: the digests of the texts that the shelf's rules were made of; () for those that ship."""

    shelf: Shelf
    stamp: Stamp
    rules: tuple[str, ...]
    looked_at: float


class _Memory:
    """What this process holds. One assignment changes it, so that threads see the old or the new."""

    kept: _Kept | None = None


def shelf(*, fresh: bool = False) -> Shelf:
    """What counts now. ``fresh``: as of this moment (one query), else at most five seconds old (seldom a query)."""
    kept = _Memory.kept
    # Seconds since somebody looked: how long it is ago matters here, not what time it is.
    looked_at = time.monotonic()
    if kept is not None and not fresh and looked_at - kept.looked_at < LOOK_EVERY:
        return kept.shelf
    stamp = _stamp()
    if kept is not None and kept.stamp == stamp:
        _Memory.kept = _Kept(kept.shelf, stamp, kept.rules, looked_at)
        return kept.shelf
    _Memory.kept = made = _made(stamp, looked_at, kept)
    return made.shelf


def forget() -> None:
    """Look again at the next question. For whoever changed something, and for tests, whose changes are taken back.

    Rules that still read as they did are not made ready anew.
    """
    if (kept := _Memory.kept) is not None:
        _Memory.kept = replace(kept, stamp=(), looked_at=float("-inf"))


def rules(*, fresh: bool = False) -> RuleSet:
    """The rules as ``wording.check`` takes them."""
    return shelf(fresh=fresh).rules


def playbooks(*, fresh: bool = False) -> tuple[Entry, ...]:
    """The live playbooks in their order."""
    return tuple(shelf(fresh=fresh).playbooks.values())


def playbook(key: str, *, fresh: bool = False) -> Entry | None:
    """A live playbook, or None."""
    return shelf(fresh=fresh).playbooks.get(key)


def letter_template(key: str, edition: int | None = None, *, fresh: bool = False) -> Entry | None:
    """A live letter template; with ``edition`` that text of it, whether it still counts or not; None without one."""
    kept = shelf(fresh=fresh).letters.get(key)
    if edition is None or (kept is not None and kept.edition == edition):
        return kept
    found = one(Edition.objects.filter(article__kind=Article.LETTER, article__key=key, number=edition))
    return Entry(key, found.content, found.number) if found else None


def _stamp() -> Stamp:
    found = Article.objects.aggregate(
        many=Count("id"), changes=Sum("revision"), texts=Sum("current_id"), newest=Max("current_id")
    )
    return tuple(found[name] or 0 for name in ("many", "changes", "texts", "newest"))


def _made(stamp: Stamp, looked_at: float, kept: _Kept | None) -> _Kept:
    rows = list(
        Article.objects.filter(current__isnull=False)
        .select_related("current")
        .only("kind", "key", "retired_at", "current__number", "current__content", "current__digest")
    )
    live = [row.current for row in rows if row.kind == Article.RULE and row.retired_at is None]
    texts = tuple(edition.digest for edition in live if edition is not None)
    same = kept is not None and kept.rules == texts and bool(texts)
    ready = kept.shelf.rules if kept is not None and same else _ready(_entries(rows, Article.RULE).values())
    retired = frozenset(row.key for row in rows if row.kind == Article.PLAYBOOK and row.retired_at is not None)
    made = Shelf(_entries(rows, Article.PLAYBOOK), _entries(rows, Article.LETTER), ready, retired)
    return _Kept(made, stamp, texts, looked_at)


def _entries(rows: Iterable[Article], kind: str) -> Mapping[str, Entry]:
    """The live ones of a kind; all that ship, if none of the kind was ever loaded."""
    mine = [row for row in rows if row.kind == kind]
    if not mine:
        return MappingProxyType({key: Entry(key, content) for key, content in built_in(kind).items()})
    live = (row for row in mine if row.retired_at is None and row.current is not None)
    return MappingProxyType({row.key: Entry(row.key, row.current.content, row.current.number) for row in live})  # type: ignore[union-attr]


def _ready(entries: Iterable[Entry]) -> RuleSet:
    """The rules compiled. One that this release cannot read is left out and logged: it must not silence the others."""
    mine = list(entries)
    readable = [rule for entry in mine if (rule := _readable(entry)) is not None]
    shipped = built_in(Article.RULE)
    written_here = {entry.key for entry in mine if entry.content != shipped.get(entry.key)}
    made = wording.rule_set(readable, tone=True, trusted=written_here)
    made.hits(fold("-"), Context())  # puts the filter of their words together, once, here
    return made


def _readable(entry: Entry) -> Rule | None:
    try:
        rule = read(entry.content)
        for patterns in (rule.patterns, rule.unless, rule.unless_sentence, rule.unless_message):
            for source in (one for script in patterns.values() for one in script):
                compiled(source, rule.case_sensitive)
    except (FaultyRule, KeyError, re2.error) as error:
        log.error("playbooks.rule_unreadable", rule=entry.key, edition=entry.edition, error=type(error).__name__)
        return None
    return rule


# For reading ----------------------------------------------------------------------------------------------------------


def articles(actor: Actor, kind: str) -> list[Article]:
    """All articles of a kind, retired ones too, with what their lists show. One query.

    Where nothing was loaded, rows that are in no table, made of what ships.
    """
    rows = access.visible_to(actor).of(kind).filter(current__isnull=False)
    found = list(rows.select_related("current", "newer", "owner").defer("newer__content"))
    return found or [_unloaded(kind, key) for key in built_in(kind)]


def article_to_read(actor: Actor, kind: str, key: str) -> Article:
    """One article, as it ships if nothing was loaded; else 404."""
    try:
        return access.article_for(actor, kind, key)
    except Http404:
        if key not in built_in(kind) or Article.objects.of(kind).exists():
            raise
    return _unloaded(kind, key)


def _unloaded(kind: str, key: str) -> Article:
    content = built_in(kind)[key]
    edition = Edition(number=0, origin=Edition.BUILT_IN, content=content, digest=f"{kind}:{key}")
    return Article(kind=kind, key=key, place=list(built_in(kind)).index(key), current=edition)


def editions(article: Article) -> list[Edition]:
    """Every text it ever had, the latest first, without the texts."""
    if article.pk is None:
        return []
    return list(article.editions.select_related("made_by").defer("content"))
