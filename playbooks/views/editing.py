"""Changing what we know: a playbook's text, and what is done to any article. For administrators."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from office.errors import Conflict, Invalid, Refusal
from office.pages import actor_in, complain, for_administrators, say, show_refusal
from office.views.asking import now_in, see
from playbooks import access, actions
from playbooks.domain import differences, shapes
from playbooks.forms.playbooks import LANGUAGE_NAMES, CareForm, PlaybookForm, PublishForm, part_name
from playbooks.models import Article
from playbooks.views.reading import reader

PAGES = {Article.PLAYBOOK: "playbook", Article.RULE: "set-up-rule"}


def name_of(article: Article) -> str:
    """What an article is called on its pages: a rule by its number."""
    names = article.current.content.get("names") if article.current else None
    return shapes.in_language(names, "en") if names else article.key


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Write another text of a playbook. What was typed stays on the page, whatever is wrong with it."""
    article = access.article_for(actor_in(request), Article.PLAYBOOK, key)
    edition = article.current
    if edition is None:
        raise Http404
    form = PlaybookForm(request.POST or None, edition=edition, waiting=article.newer_id is not None)
    status, theirs = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _publish(request, article, form)
            except Refusal as refusal:
                status, theirs = shown_refusal(form, refusal, article)
            else:
                say(request, _("The text is published. It counts from now on."))
                return see("playbook", key)
    context = {
        "door": "playbooks",
        "article": article,
        "form": form,
        "name": shapes.in_language(edition.content["names"], reader(request)),
        "theirs": _changes(theirs, article, reader(request)) if theirs else None,
        "languages": LANGUAGE_NAMES,
    }
    return render(request, "playbooks/edit.html", context, status=status)


def _publish(request: HttpRequest, article: Article, form: PlaybookForm) -> Article:
    words = {"actor": actor_in(request), "now": now_in(request), **form.about()}
    return actions.publish(article, content=form.content(), **words)


def shown_refusal(form: PublishForm, refusal: Refusal, article: Article) -> tuple[int, int | None]:
    """Show why a text was not published: the status, and the edition somebody began from if another came meanwhile."""
    if isinstance(refusal, Invalid):
        form.place(refusal)
        return refusal.status, None
    status = show_refusal(form, refusal)
    begun = form.about()["begun"]
    if isinstance(refusal, Conflict) and refusal.code == "superseded" and article.current is not None:
        form.begin_from(article.current.number)
        return status, max(1, begun)
    return status, None


def _changes(begun: int, article: Article, language: str) -> list[tuple[str, Any]]:
    """What the others changed since edition ``begun``, part by part."""
    old = article.editions.filter(number=begun).first()
    if old is None or article.current is None:
        return []
    parts = differences.of_playbooks(old.content, article.current.content, language)
    return [(part_name(part.path), part.lines) for part in parts]


# Acts -----------------------------------------------------------------------------------------------------------------


@for_administrators
@require_POST
def retire(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """No longer offer it; the message takes that back."""
    article = access.article_for(actor_in(request), kind, key)
    undo = reverse(f"{PAGES[kind]}-revive", args=[key])
    return _done(request, article, actions.retire, _("%(name)s is retired"), undo=undo)


@for_administrators
@require_POST
def revive(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Offer it again."""
    article = access.article_for(actor_in(request), kind, key)
    return _done(request, article, actions.revive, _("%(name)s counts again"))


@for_administrators
@require_POST
def restore(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The built-in text counts again."""
    article = access.article_for(actor_in(request), kind, key)
    return _done(request, article, actions.restore, _("The built-in text of %(name)s counts again"))


def _done(request: HttpRequest, article: Article, act: Any, said: str, *, undo: str = "") -> HttpResponse:
    try:
        act(article, actor=actor_in(request), now=now_in(request))
    except Refusal as refusal:
        complain(request, refusal)
    else:
        say(request, said % {"name": name_of(article)}, undo=undo)
    return see(PAGES[article.kind], article.key)


@for_administrators
@require_POST
def care(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Who looks after it, and when it is to be looked at again."""
    article = access.article_for(actor_in(request), kind, key)
    form = CareForm(request.POST, article=article)
    if not form.is_valid():
        complain(request, Invalid({}, " ".join(str(error) for errors in form.errors.values() for error in errors)))
        return see(PAGES[kind], key)
    try:
        actions.care(article, actor=actor_in(request), now=now_in(request), **form.cleaned_data)
    except Refusal as refusal:
        complain(request, refusal)
    else:
        say(request, _("It is saved who looks after %(name)s") % {"name": name_of(article)})
    return see(PAGES[kind], key)
