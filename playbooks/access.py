"""The door to what we know. Everybody on the desk reads all of it; changing it is for administrators."""

from __future__ import annotations

from django.http import Http404

from office.access import require_administrator
from office.errors import MissingScope, NotAllowed
from office.prepared import one
from office.roles import Actor
from playbooks.models import Article, ArticleQuerySet, Edition

__all__ = ["READ", "article_for", "edition_for", "require_administrator", "require_reader", "visible_to"]

READ = "playbooks:read"


def require_reader(actor: Actor) -> None:
    """``NotAllowed`` for customers and for tokens without the scope."""
    if actor.kind == "customer":
        raise NotAllowed
    if not actor.has_scope(READ):
        raise MissingScope(READ)


def visible_to(actor: Actor) -> ArticleQuerySet:
    """Everything for everybody who works here."""
    require_reader(actor)
    return Article.objects.all()


def article_for(actor: Actor, kind: str, key: str) -> Article:
    """One article with its current edition, or 404."""
    rows = visible_to(actor).of(kind).filter(key=key).select_related("current", "newer", "owner")
    found = one(rows)
    if found is None or found.current is None:
        raise Http404
    return found


def edition_for(article: Article, number: int) -> Edition:
    """One text the article ever had, or 404."""
    found = one(article.editions.filter(number=number).select_related("made_by"))
    if found is None:
        raise Http404
    return found
