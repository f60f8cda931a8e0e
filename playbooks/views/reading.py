"""Playbooks to read: the list with its search, one of them, and two of its texts compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from office.folding import printable
from office.pages import actor_in, signed_in
from office.views.asking import now_in
from playbooks import access, queries
from playbooks.domain import differences, shapes
from playbooks.domain.shapes import LANGUAGES, STEPS
from playbooks.forms.playbooks import PARTS, STEP_NAMES, CareForm, part_name
from playbooks.models import Article, Edition
from playbooks.saying.context import language_of
from playbooks.search import Found, find

LONGEST_TYPED: Final = 200
SHOWN_LINES: Final = 3
"""Lines of a step that a row of the list shows when the list is asked for that step."""
MOST_EDITIONS: Final = 20
GROUP_NAMES: Mapping[str, Any] = {
    "base": pgettext_lazy("playbooks", "The baseline"),
    "complainant_type": pgettext_lazy("playbooks", "How people complain"),
    "behaviour": pgettext_lazy("playbooks", "How they behave"),
    "buyer_type": pgettext_lazy("playbooks", "How they buy"),
    "conversation": pgettext_lazy("playbooks", "In the conversation"),
    "call_situation": pgettext_lazy("playbooks", "On the phone"),
    "conduct": pgettext_lazy("playbooks", "When somebody goes too far"),
    "procedure": pgettext_lazy("playbooks", "Procedures"),
}
OWN_NAMES: Mapping[str, str] = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
"""What a language calls itself: for the tabs, which somebody reads who does not read the others."""


def reader(request: HttpRequest) -> str:
    """The language somebody reads a text in: the one they chose on the page, else their own."""
    chosen = request.GET.get("language", "")
    return chosen if chosen in LANGUAGES else language_of(get_language() or "en")


@dataclass(frozen=True, slots=True)
class Line:
    """One playbook in the list."""

    article: Article
    name: str
    goal: str
    lines: tuple[str, ...]
    found: Found
    overdue: bool

    @property
    def found_in(self) -> str:
        """The part in which the words stand that were looked for; empty for those that show anyway."""
        return part_name(self.found.path) if self.found.path not in {"", "names", "goal"} else ""


@require_safe
@signed_in
def playbooks(request: HttpRequest) -> HttpResponse:
    """All playbooks by group; of one group, for one step, or with the words looked for."""
    language, today = reader(request), _today(request)
    typed = printable(request.GET.get("q", ""))[:LONGEST_TYPED]
    group, step = request.GET.get("group", ""), request.GET.get("step", "")
    articles = queries.articles(actor_in(request), Article.PLAYBOOK)
    rows = [line for article in articles if (line := _line(article, typed, step, language, today)) is not None]
    context = {
        "door": "playbooks",
        "spoken": language,
        "typed": typed,
        "group": group if group in GROUP_NAMES else "",
        "step": step if step in STEPS else "",
        "steps": STEP_NAMES,
        "counts": _counts(rows),
        "total": len(rows),
        "groups": _grouped(rows, group),
    }
    hits = request.headers.get("HX-Target") == "hits"
    return render(request, f"playbooks/{'_hits' if hits else 'list'}.html", context)


def _line(article: Article, typed: str, step: str, language: str, today: date) -> Line | None:
    """The row of a playbook; None if it has nothing for the step, or not the words."""
    edition = article.current
    if edition is None or not (content := edition.content):
        return None
    lines: tuple[str, ...] = ()
    if step in STEPS:
        said = [*(shapes.at(content, f"steps.{step}.say") or ()), *(shapes.at(content, f"steps.{step}.do") or ())]
        lines = tuple(shapes.in_language(line, language) for line in said[:SHOWN_LINES])
        if not lines:
            return None
    found = find(content, typed, digest=edition.digest, language=language) if typed else Found()
    if found is None:
        return None
    name, goal = (shapes.in_language(content[part], language) for part in ("names", "goal"))
    return Line(article, name, goal, lines, found, is_overdue(article, today))


def _grouped(rows: Iterable[Line], only: str) -> list[tuple[Any, list[Line]]]:
    """Group and rows, in the order in which groups are read; a retired playbook stands last in its own."""
    by_group: dict[str, list[Line]] = {}
    for row in sorted(rows, key=lambda row: row.article.retired_at is not None):
        by_group.setdefault(group_of(row.article), []).append(row)
    order = [*GROUP_NAMES, *(group for group in by_group if group not in GROUP_NAMES)]
    chosen = [only] if only in GROUP_NAMES else order
    return [(GROUP_NAMES.get(group, group), by_group[group]) for group in chosen if group in by_group]


def _counts(rows: list[Line]) -> list[tuple[str, Any, int]]:
    """Every group with its name and how many rows it has."""
    groups = [group_of(row.article) for row in rows]
    return [(code, name, groups.count(code)) for code, name in GROUP_NAMES.items()]


def group_of(article: Article) -> str:
    return str(article.current.content.get("group", "")) if article.current else ""


def _today(request: HttpRequest) -> date:
    return now_in(request).astimezone(timezone.get_current_timezone()).date()


def is_overdue(article: Article, today: date) -> bool:
    """Whether somebody ought to have looked at it again by now."""
    return article.review_on is not None and article.review_on < today and article.retired_at is None


@require_safe
@signed_in
def playbook(request: HttpRequest, key: str) -> HttpResponse:
    """One playbook, in the reader's language with the others a tab away; ``?edition=`` shows a text it had."""
    article = queries.article_to_read(actor_in(request), Article.PLAYBOOK, key)
    edition = _edition(request, article)
    language = reader(request)
    context = {
        "door": "playbooks",
        "article": article,
        "edition": edition,
        "earlier": edition != article.current,
        "spoken": language,
        "tabs": OWN_NAMES,
        "page": page_of(edition.content, language),
        "group": GROUP_NAMES.get(group_of(article), group_of(article)),
        **about(request, article),
    }
    return render(request, "playbooks/playbook.html", context)


def about(request: HttpRequest, article: Article) -> dict[str, Any]:
    """What stands beside a text: its editions, who looks after it, and whether that is overdue."""
    editions = queries.editions(article)
    return {
        "editions": editions[:MOST_EDITIONS],
        "has_built_in": any(one.origin == Edition.BUILT_IN for one in editions),
        "overdue": is_overdue(article, _today(request)),
        "care": CareForm(article=article) if actor_in(request).is_administrator and article.pk else None,
    }


def _edition(request: HttpRequest, article: Article) -> Edition:
    asked = number_in(request, "edition")
    if asked is not None and article.pk is not None:
        return access.edition_for(article, asked)
    if article.current is None or asked is not None:
        raise Http404
    return article.current


def number_in(request: HttpRequest, name: str) -> int | None:
    """A number from the address; None if there is none."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= 9 else None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading and its lines; ``kind`` says how they are drawn: do, say, avoid, plain."""

    heading: str
    lines: tuple[str, ...]
    kind: str = "plain"


def page_of(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A playbook as it is read, in one language."""
    steps = [
        (number, step, STEP_NAMES[step], _blocks(content, language, *(f"steps.{step}.{part}" for part in shapes.PARTS)))
        for number, step in enumerate(STEPS, start=1)
    ]
    return {
        "name": shapes.in_language(content["names"], language),
        "goal": shapes.in_language(content["goal"], language),
        "field_term": content.get("field_term", ""),
        "cues": _blocks(content, language, "cues", "signals"),
        "steps": [step for step in steps if step[3]] if shapes.by_step(content) else [],
        "way": _blocks(content, language, "flow", "say", "avoid") if not shapes.by_step(content) else [],
        "limits": _blocks(content, language, "escalate_when", "refuse_when"),
        "refuse_line": shapes.in_language(content["refuse_line"], language) if content.get("refuse_line") else "",
        "record": content.get("record") or [],
    }


def _blocks(content: Mapping[str, Any], language: str, *paths: str) -> list[Block]:
    found = []
    for path in paths:
        last = path.rpartition(".")[2]
        lines = tuple(shapes.in_language(line, language) for line in shapes.at(content, path) or ())
        if lines:
            kind = {"flow": "do"}.get(last, last) if last in {"do", "say", "avoid", "flow"} else "plain"
            found.append(Block(str(PARTS[last]), lines, kind))
    return found


@require_safe
@signed_in
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Two texts of a playbook, line by line, in one language with the others a tab away."""
    article = access.article_for(actor_in(request), Article.PLAYBOOK, key)
    old, new = two_editions(request, article)
    language = reader(request)
    by_language = {each: differences.of_playbooks(old.content, new.content, each) for each in LANGUAGES}
    context = {
        "door": "playbooks",
        "article": article,
        "name": shapes.in_language(new.content["names"], language),
        "old": old,
        "new": new,
        "spoken": language,
        "tabs": [(each, OWN_NAMES[each], len(by_language[each])) for each in LANGUAGES],
        "parts": [(part_name(part.path), part.lines) for part in by_language[language]],
        "editions": queries.editions(article)[:MOST_EDITIONS],
    }
    return render(request, "playbooks/compare.html", context)


def two_editions(request: HttpRequest, article: Article) -> tuple[Edition, Edition]:
    """The texts named by ``?from=`` and ``?to=``; without them the present one and the one before it."""
    if article.current is None:
        raise Http404
    new = number_in(request, "to") or article.current.number
    old = number_in(request, "from") or max(1, new - 1)
    return access.edition_for(article, old), access.edition_for(article, new)
