"""Set-up of wording rules: the list, one rule with its test box, and two of its texts compared. For administrators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from office.errors import Invalid, Refusal
from office.folding import has_han, printable, unaccented
from office.pages import actor_in, for_administrators, say, show_refusal
from office.views.asking import now_in, see
from playbooks import access, actions, queries, wording
from playbooks.actions.checks import FAILED_STRINGS, rule_faults
from playbooks.domain import differences, marking
from playbooks.domain.severities import MARKS, NAMES
from playbooks.forms.rules import RuleForm, as_invalid, rule_part_name
from playbooks.models import Article
from playbooks.saying.context import fitting, language_of
from playbooks.saying.rules import fixed_rules, in_language
from playbooks.views.editing import shown_refusal
from playbooks.views.reading import LONGEST_TYPED, about, is_overdue, two_editions

CATEGORIES: Mapping[str, Any] = {
    "A": pgettext_lazy("rules", "Arguing, denying, sarcasm"),
    "B": pgettext_lazy("rules", "Blaming"),
    "C": pgettext_lazy("rules", "Curt, or passing the buck"),
    "D": pgettext_lazy("rules", "Labels and discrimination"),
    "E": pgettext_lazy("rules", "Dismissing feelings, false empathy"),
    "F": pgettext_lazy("rules", "Form"),
    "I": pgettext_lazy("rules", "Ordering instead of asking"),
    "J": pgettext_lazy("rules", "Jargon, legalese, slang"),
    "L": pgettext_lazy("rules", "Legal risk"),
    "N": pgettext_lazy("rules", "Apologies that are none"),
    "P": pgettext_lazy("rules", "Promising too much"),
    "R": pgettext_lazy("rules", "Address and respect"),
    "T": pgettext_lazy("rules", "Threats and retaliation"),
    "U": pgettext_lazy("rules", "Selling during a complaint"),
    "V": pgettext_lazy("rules", "Vagueness"),
    "X": pgettext_lazy("rules", "Privacy and security"),
}
"""Other letters are the desk's own."""


def shown(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of set-up with Wording marked."""
    context = {"door": "set-up", "area": "wording", **context}
    return render(request, f"playbooks/{template}.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in the list."""

    article: Article
    severity: Any
    why: str
    example: str
    found: bool
    overdue: bool


@for_administrators
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All rules by category; with the words looked for in number, reasons, better sentences, patterns and strings."""
    typed = printable(request.GET.get("q", ""))[:LONGEST_TYPED]
    today = now_in(request).date()
    rows = [_row(article, typed, today) for article in queries.articles(actor_in(request), Article.RULE)]
    by_category: dict[str, list[Row]] = {}
    for row in (row for row in rows if row.found):
        by_category.setdefault(row.article.key[:1], []).append(row)
    groups = [(code, CATEGORIES.get(code, ""), by_category[code]) for code in sorted(by_category)]
    hits = request.headers.get("HX-Target") == "hits"
    fixed = [] if typed else [_fixed(row) for row in fixed_rules()]
    context: dict[str, Any] = {
        "typed": typed,
        "groups": groups,
        "fixed": fixed,
        "total": sum(row.found for row in rows),
    }
    return shown(request, "_rule_hits" if hits else "rules", **context)


def _row(article: Article, typed: str, today: Any) -> Row:
    content = article.current.content if article.current else {}
    why = content.get("why") or ""
    told = why if isinstance(why, str) else in_language(why, language_of(get_language() or "en"))
    hits = (content.get("tests") or {}).get("hit") or [""]
    in_han = (get_language() or "en").startswith("zh")
    words = unaccented(typed).split()
    text = unaccented(f"{article.key} {_all_of(content)}") if words else ""
    return Row(
        article=article,
        severity=NAMES.get(content.get("severity", ""), ""),
        why=told,
        example=next((one for one in hits if has_han(one) == in_han), hits[0]),
        found=all(word in text for word in words),
        overdue=is_overdue(article, today),
    )


def _fixed(content: Mapping[str, Any]) -> dict[str, Any]:
    """A rule nobody edits, as it is listed."""
    severity = content["severity"]
    why = in_language(content["why"], language_of(get_language() or "en"))
    return {"key": content["id"], "code": severity, "severity": NAMES[severity], "why": why}


def _all_of(node: Any) -> str:
    """Every text in a tree."""
    if isinstance(node, Mapping):
        return " ".join(map(_all_of, node.values()))
    return " ".join(map(_all_of, node)) if isinstance(node, list) else node if isinstance(node, str) else ""


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, key: str | None = None) -> HttpResponse:
    """Add a rule, or change one. *Try it* tells what the draft and all rules find in a text, and saves nothing."""
    actor = actor_in(request)
    article = access.article_for(actor, Article.RULE, key) if key else None
    current = article.current if article else None
    form = RuleForm(request.POST or None, edition=current, waiting=bool(article and article.newer_id))
    status, tried, theirs = 200, None, None
    if request.method == "POST":
        valid, status = form.is_valid(), 422
        if "try" in request.POST or request.headers.get("HX-Target") == "tried":
            status, tried = 200, _try(form, valid=valid)
        elif valid:
            try:
                saved = _publish(request, article, form)
            except Refusal as refusal:
                status, theirs = shown_refusal(form, refusal, article) if article else _refused(form, refusal)
            else:
                say(request, _("Rule %(name)s is published. It speaks from now on.") % {"name": saved.key})
                return see("set-up-rule", saved.key)
    if request.headers.get("HX-Target") == "tried":
        return shown(request, "_tried", tried=tried, form=form)
    beside = about(request, article) if article else {}
    context = {"article": article, "form": form, "tried": tried, "theirs": _changes(theirs, article), **beside}
    return shown(request, "rule", status=status, categories=CATEGORIES, **context)


def _publish(request: HttpRequest, article: Article | None, form: RuleForm) -> Article:
    words: dict[str, Any] = {"actor": actor_in(request), "now": now_in(request)}
    about_it = form.about()
    if article is None:
        return actions.add_rule(None, content=form.content(), reason=about_it["reason"], **words)
    return actions.publish(article, content=form.content(), **words, **about_it)


def _refused(form: RuleForm, refusal: Refusal) -> tuple[int, None]:
    if isinstance(refusal, Invalid):
        form.place(refusal)
        return refusal.status, None
    return show_refusal(form, refusal), None


def _changes(begun: int | None, article: Article | None) -> list[tuple[str, Any]] | None:
    if begun is None or article is None or article.current is None:
        return None
    old = article.editions.filter(number=begun).first()
    parts = differences.of_rules(old.content, article.current.content) if old else []
    return [(rule_part_name(part.path), part.lines) for part in parts]


# The test box ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """What a text looks like to some rules: its pieces, and what is said of them with the words it is about."""

    pieces: list[marking.Piece]
    findings: list[tuple[wording.Finding, str, Any, str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """The draft alone and all rules; ``faults`` if the draft cannot be run, ``failed`` if its own strings fail."""

    draft: Trial | None
    everything: Trial
    faults: list[str]
    failed: list[str]


def _try(form: RuleForm, *, valid: bool) -> Tried:
    given = form.cleaned_data
    text = given.get("sample", "").replace("\r\n", "\n")
    reading = language_of(get_language() or "en")
    spoken = {"language": given.get("sample_language", ""), "reader": reading}
    place = {"channel": given.get("sample_channel", ""), "step": given.get("sample_step", "")}
    everything = _trial(text, wording.check(text, wording.Context(**spoken, **place), queries.rules(fresh=True)))
    if not valid:
        return Tried(None, everything, [_("The draft has fields that cannot be read")], [])
    content = form.content()
    faults = rule_faults(_named(content))
    broken = [fault for fault in faults if fault.code not in FAILED_STRINGS]
    failed = [str(wrong.sentence) for wrongs in as_invalid(faults).fields.values() for wrong in wrongs]
    if broken:
        return Tried(None, everything, failed, [])
    draft = wording.read(_named(content))
    context = _speaking(draft, reading)
    found = wording.check(text, context, wording.rule_set([draft])) if text.strip() else []
    return Tried(_trial(text, [one for one in found if one.rule == draft.id]), everything, [], failed)


def _named(content: dict[str, Any]) -> dict[str, Any]:
    """A draft without a number yet can be tried all the same."""
    if not content.get("id"):
        return content | {"id": "Z0000", "category": "Z"}
    return content


def _speaking(draft: wording.Rule, reading: str) -> wording.Context:
    """A message about which the draft speaks, so that its conditions need not be typed to try it."""
    return wording.Context(**{**_facts(fitting(draft.context)), "reader": reading})


def _facts(context: wording.Context) -> dict[str, Any]:
    return {name: getattr(context, name) for name in context.__slots__}


def _trial(text: str, findings: Iterable[wording.Finding]) -> Trial:
    found = list(findings)
    about_them = [(one, text[one.start : one.end], NAMES[one.severity], MARKS[one.severity]) for one in found]
    return Trial(marking.pieces(text, found), about_them)


@for_administrators
@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Two texts of a rule, part by part."""
    article = access.article_for(actor_in(request), Article.RULE, key)
    old, new = two_editions(request, article)
    parts = [(rule_part_name(part.path), part.lines) for part in differences.of_rules(old.content, new.content)]
    context: dict[str, Any] = {
        "article": article,
        "old": old,
        "new": new,
        "parts": parts,
        "editions": queries.editions(article),
    }
    return shown(request, "rule_compare", **context)
