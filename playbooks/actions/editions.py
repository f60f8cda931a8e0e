"""A text is published, restored, retired or given into somebody's care. For administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from office import audit
from office.acting import action
from office.errors import Conflict, Fault, Invalid
from office.folding import clean
from office.models import Agent
from office.roles import Actor
from playbooks import access, queries
from playbooks.actions.checks import check_letter, check_playbook, check_rule
from playbooks.actions.loading import digest_of, next_number
from playbooks.models import Article, Edition

LONGEST_REASON = 500
CHECKS = {Article.PLAYBOOK: check_playbook, Article.LETTER: check_letter, Article.RULE: check_rule}


@action("playbook.publish")
def publish(
    article: Article,
    *,
    actor: Actor,
    now: datetime,
    content: Mapping[str, Any],
    reason: str,
    begun: int,
    considered: bool = False,
) -> Article:
    """Make ``content`` the text that counts, as a new edition.

    ``begun`` is the number of the edition it was written from: ``Conflict`` if another counts by now. ``considered``:
    the newer built-in text that waited was looked at and need not wait any more. Raises ``Invalid`` with the path of
    everything wrong (a rule's strings are tried), ``reason`` for a missing reason, and "" if nothing changed.
    """
    access.require_administrator(actor)
    row, current = _locked(article)
    if begun != current.number:
        raise Conflict(_("Somebody else published a text in the meantime"), code="superseded")
    digest, why = digest_of(content), clean(reason).strip()
    seen = considered and row.newer_id is not None
    if digest == current.digest and not seen:
        raise Invalid.one("", "unchanged", _("Nothing was changed"))
    _check(row.kind, row.key, content, current.content, why)
    if seen:
        row.newer = None
    if digest != current.digest:
        row.current = current = _edition(row, content, digest, Edition.EDITED, actor=actor, now=now, reason=why)
    return _changed(row, "playbook.publish", ["current", "newer"], actor=actor, now=now, edition=current.number)


@action("playbook.add")
def add_rule(subject: None, *, actor: Actor, now: datetime, content: Mapping[str, Any], reason: str) -> Article:
    """A wording rule of the desk's own. Raises ``Invalid`` with the path of everything wrong."""
    access.require_administrator(actor)
    key, why = str(content.get("id", "")), clean(reason).strip()
    _check(Article.RULE, key, content, {}, why)
    if Article.objects.filter(kind=Article.RULE, key=key).exists():
        raise Invalid.one("id", "unique", _("There is a rule of this number"))
    last = Article.objects.filter(kind=Article.RULE).aggregate(last=Max("place"))["last"]
    try:
        with transaction.atomic():
            row = Article.objects.create(kind=Article.RULE, key=key, place=(last or 0) + 1)
    except IntegrityError as clash:
        raise Invalid.one("id", "unique", _("There is a rule of this number")) from clash
    row.current = _edition(row, content, digest_of(content), Edition.EDITED, actor=actor, now=now, reason=why)
    return _changed(row, "playbook.add", ["current"], actor=actor, now=now, edition=1)


@action("playbook.restore")
def restore(article: Article, *, actor: Actor, now: datetime) -> Article:
    """The latest built-in text counts again, as a new edition. Twice is once. ``Conflict`` where none ever shipped."""
    access.require_administrator(actor)
    row, _current = _locked(article)
    shipped = row.editions.filter(origin=Edition.BUILT_IN).order_by("-number").first()
    if shipped is None:
        raise Conflict(_("There is no built-in text to go back to"), code="not-built-in")
    if not row.is_edited:
        return row
    row.current = made = _edition(row, shipped.content, shipped.digest, Edition.BUILT_IN, actor=actor, now=now)
    row.newer = None
    return _changed(row, "playbook.restore", ["current", "newer"], actor=actor, now=now, edition=made.number)


@action("playbook.retire")
def retire(article: Article, *, actor: Actor, now: datetime) -> Article:
    """It is no longer offered, and a rule no longer speaks. It can still be read. Twice is once."""
    access.require_administrator(actor)
    row, _current = _locked(article)
    if row.retired_at is not None:
        return row
    row.retired_at = now
    return _changed(row, "playbook.retire", ["retired_at"], actor=actor, now=now)


@action("playbook.revive")
def revive(article: Article, *, actor: Actor, now: datetime) -> Article:
    """It is offered again. Twice is once."""
    access.require_administrator(actor)
    row, _current = _locked(article)
    if row.retired_at is None:
        return row
    row.retired_at = None
    return _changed(row, "playbook.revive", ["retired_at"], actor=actor, now=now)


@action("playbook.care")
def care(
    article: Article, *, actor: Actor, now: datetime, owner: Agent | None = None, review_on: date | None = None
) -> Article:
    """Who looks after it, and when it is to be looked at again; both may be nobody and never."""
    access.require_administrator(actor)
    row, _current = _locked(article)
    if owner is not None and not owner.is_active and owner.pk != row.owner_id:
        raise Invalid.one("owner", "inactive", _("This person no longer works here"))
    if (row.owner_id, row.review_on) == (owner.pk if owner else None, review_on):
        return row
    row.owner, row.review_on = owner, review_on
    about = {"owner": owner.pk if owner else None, "review_on": review_on.isoformat() if review_on else None}
    return _changed(row, "playbook.care", ["owner", "review_on"], actor=actor, now=now, **about)


def _locked(article: Article) -> tuple[Article, Edition]:
    """The article under its lock, with the text that counts. One that is in no table yet cannot be changed."""
    if article.pk is None:
        raise Conflict(_("The built-in texts are not loaded yet"), code="not-loaded")
    row = Article.objects.select_for_update(of=("self",)).select_related("current").get(pk=article.pk)
    if row.current is None:
        raise Conflict(_("The built-in texts are not loaded yet"), code="not-loaded")
    return row, row.current


def _check(kind: str, key: str, content: Mapping[str, Any], before: Mapping[str, Any], why: str) -> None:
    faults = CHECKS[kind](key, content, before)
    if not why:
        faults["reason"] = [Fault("required", _("Say what is changed and why"))]
    elif len(why) > LONGEST_REASON:
        faults["reason"] = [Fault("too-long", _("At most %(most)s characters") % {"most": LONGEST_REASON})]
    if faults:
        raise Invalid(faults)


def _edition(
    row: Article,
    content: Mapping[str, Any],
    digest: str,
    origin: str,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Edition:
    return Edition.objects.create(
        article=row,
        number=next_number(row),
        origin=origin,
        content=dict(content),
        digest=digest,
        made_at=now,
        made_by_id=actor.agent_id,
        reason=reason,
    )


def _changed(row: Article, verb: str, fields: list[str], *, actor: Actor, now: datetime, **about: Any) -> Article:
    """Save the named fields with the revision, and write it down."""
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])
    payload = {"kind": row.kind, "key": row.key, **about}
    audit.record(("article", row.pk), verb, actor=actor, now=now, payload=payload)
    queries.forget()
    return row
