"""Categories, reasons and targets: what an administrator sets up for complaints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Max, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from complaints.domain import clocks as c
from complaints.models import Category, Preset, Reason, Ticket
from office import access, audit, timers
from office.acting import action
from office.errors import Fault, Invalid
from office.folding import clean
from office.models import Team
from office.roles import Actor


@action("category.save")
def save_category(
    subject: Category | None,
    *,
    actor: Actor,
    now: datetime,
    names: Mapping[str, str],
    parent: Category | None = None,
    team: Team | None = None,
    code: str = "",
    retired: bool = False,
) -> Category:
    """Add or change a category; ``names`` by language (en needed). Retired ones stay on old cases."""
    access.require_administrator(actor)
    category = Category.objects.select_for_update().get(pk=subject.pk) if subject else Category()
    if parent is not None and (parent.parent_id is not None or parent.pk == category.pk):
        raise Invalid.one("parent", "two-levels", _("There are two levels, no more"))
    if parent is not None and category.pk and category.children.exists():
        raise Invalid.one("parent", "two-levels", _("There are two levels, no more"))
    _name(category, names)
    category.parent, category.team = parent, team
    category.retired_at = (category.retired_at or now) if retired else None
    if not category.pk:
        category.code = _code(code or category.name_en, Category.objects.filter(parent=parent))
        category.position = Category.objects.filter(parent=parent).count()
    category.save()
    audit.record(("category", category.pk), "category.save", actor=actor, now=now, payload={"retired": retired})
    return category


@action("reason.save")
def save_reason(
    subject: Reason | None,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    names: Mapping[str, str],
    code: str = "",
    retired: bool = False,
) -> Reason:
    """Add or change a reason of one of the closed lists."""
    access.require_administrator(actor)
    if kind not in dict(Reason.KINDS):
        raise Invalid.one("kind", "unknown-choice", _("Choose one of the lists"))
    reason = Reason.objects.select_for_update().get(pk=subject.pk) if subject else Reason(kind=kind)
    _name(reason, names)
    reason.retired_at = (reason.retired_at or now) if retired else None
    if not reason.pk:
        reason.code = _code(code or reason.name_en, Reason.objects.filter(kind=kind))
        reason.position = Reason.objects.filter(kind=kind).count()
    reason.save()
    audit.record(("reason", reason.pk), "reason.save", actor=actor, now=now, payload={"retired": retired})
    return reason


@action("targets.publish")
def publish_targets(
    subject: None, *, actor: Actor, now: datetime, hours: Mapping[str, Mapping[str, str]], open_too: bool = False
) -> Preset:
    """Publish a new version of the targets, in hours by target and severity.

    What every preset has is needed; of the others an empty one means no clock. Running clocks keep theirs, unless
    ``open_too``: then the desk counts each open case anew, one by one, with a line in the story of each clock.
    """
    access.require_administrator(actor)
    tidy = tidy_hours(hours)
    version = (Preset.objects.aggregate(Max("version"))["version__max"] or 0) + 1
    preset = Preset.objects.create(version=version, hours=tidy, published_at=now, published_by_id=actor.agent_id)
    if open_too:
        cases = Ticket.objects.open().order_by("risk_at", "id").values_list("pk", flat=True)
        timers.arm_new(((("ticket", pk), "targets", now) for pk in cases), cycle=version)
    payload = {"version": version, "open_too": open_too}
    audit.record(("preset", preset.pk), "targets.publish", actor=actor, now=now, payload=payload)
    return preset


def tidy_hours(hours: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The hours as a version keeps them. Raises ``Invalid`` with every field that is no hours."""
    faults: dict[str, list[Fault]] = {}
    tidy: dict[str, dict[str, str]] = {}
    for target in c.ALL_TARGETS:
        tidy[target] = {}
        for severity in ("1", "2", "3", "4"):
            typed = str(hours.get(target, {}).get(severity, "")).strip()
            if not typed and target not in c.TARGETS:
                continue
            try:
                number = Decimal(typed)
                if not (number.is_finite() and 0 < number <= 99_999):
                    raise InvalidOperation
                tidy[target][severity] = str(number)
            except InvalidOperation:
                sentence = _("Give hours as a number above nothing")
                faults[f"{target}-{severity}"] = [Fault("not-hours", sentence)]
    if faults:
        raise Invalid(faults)
    return {target: by for target, by in tidy.items() if by}


def _name(row: Category | Reason, names: Mapping[str, str]) -> None:
    english = clean(names.get("en", "")).strip()
    if not english:
        raise Invalid.one("name_en", "required", _("An English name is needed"))
    for code, field in (("en", "name_en"), ("zh-hans", "name_zh_hans"), ("zh-hant", "name_zh_hant")):
        text = clean(names.get(code, "")).strip()
        if len(text) > 120:
            raise Invalid.one(field, "too-long", _("This is too long"))
        setattr(row, field, text)


def _code(wanted: str, among: QuerySet[Category] | QuerySet[Reason]) -> str:
    base = slugify(wanted).replace("-", "_")[:50] or "item"
    taken = set(among.values_list("code", flat=True))
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    return code
