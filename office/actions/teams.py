"""Teams, who is in them, and what is set once for the whole office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from office import access, audit
from office.acting import action
from office.calendars import is_zone
from office.errors import Invalid
from office.folding import clean
from office.models import Agent, Calendar, Membership, Office, Team
from office.models.agent import LANGUAGES
from office.roles import STAFF, Actor, Role


@action("team.create")
def create_team(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    parent: Team | None = None,
    lead: Agent | None = None,
    supervisor: Agent | None = None,
    region: str = "",
    members: Iterable[Agent] = (),
    calendar: Calendar | None = None,
) -> Team:
    """Add a team under ``parent``. The short name is made from the name, numbered where it is taken or empty."""
    access.require_administrator(actor)
    about = {"name": _name(name), "region": _region(region), "calendar": _offered(calendar, None)}
    team = Team(parent=parent, lead=lead, supervisor=supervisor, **about)
    team.slug = _slug(team.name)
    team.save(force_insert=True)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save(update_fields=["path"])
    _set_members(team, members)
    audit.record(("team", team.pk), "team.create", actor=actor, now=now)
    return team


@action("team.edit")
def edit_team(
    team: Team,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    parent: Team | None,
    lead: Agent | None,
    supervisor: Agent | None,
    region: str,
    members: Iterable[Agent],
    calendar: Calendar | None = None,
) -> Team:
    """Change a team; moving it moves the paths of all teams below.

    Another ``calendar`` (None: the office's) counts for clocks that start or are counted anew from now on.
    """
    access.require_administrator(actor)
    locked = Team.objects.select_for_update().get(pk=team.pk)
    if parent is not None and parent.path.startswith(locked.path):
        raise Invalid.one("parent", "circle", _("A team cannot be part of itself or of a team below it"))
    locked.name = _name(name, but=locked.pk)
    locked.parent, locked.lead, locked.supervisor, locked.region = parent, lead, supervisor, _region(region)
    locked.calendar = _offered(calendar, locked.calendar_id)
    old, locked.path = locked.path, f"{parent.path if parent else '/'}{locked.pk}/"
    locked.save(update_fields=["name", "parent", "lead", "supervisor", "region", "calendar", "path"])
    if old != locked.path:
        for below in Team.objects.select_for_update().filter(path__startswith=old).exclude(pk=locked.pk):
            below.path = locked.path + below.path.removeprefix(old)
            below.save(update_fields=["path"])
    _set_members(locked, members)
    audit.record(("team", locked.pk), "team.edit", actor=actor, now=now)
    return locked


@action("office.edit")
def edit_office(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    duty_manager: Agent | None,
    region: str,
    time_zone: str,
    language: str,
    currency: str,
    redress_limits: dict[str, str | None],
    calendar: Calendar | None = None,
    reply_to: str = "",
) -> Office:
    """Set what holds for the whole installation; ``redress_limits`` maps a role to a decimal string or None."""
    access.require_administrator(actor)
    if not is_zone(time_zone):
        raise Invalid.one("time_zone", "unknown-time-zone", _("This time zone is not known"))
    if language not in dict(LANGUAGES):
        raise Invalid.one("language", "unknown-language", _("This language is not known"))
    if not _letters(currency, 3):
        raise Invalid.one("currency", "not-a-currency", _("A currency has three letters"))
    tidy = clean(name).strip()
    if not tidy or len(tidy) > 120:
        raise Invalid.one("name", "required", _("Give the desk a name of at most 120 characters"))
    answers = _mailbox(reply_to)
    limits: dict[str, str | None] = {}
    for role in STAFF:
        limits[role.value] = _limit(role, redress_limits.get(role.value))
    office, _made = Office.objects.select_for_update().get_or_create(pk=1)
    office.name, office.duty_manager, office.region = tidy, duty_manager, _region(region)
    office.time_zone, office.language, office.currency = time_zone, language, currency.upper()
    office.redress_limits, office.calendar = limits, _offered(calendar, office.calendar_id)
    office.reply_to = answers
    office.save()
    audit.record(("office", 1), "office.edit", actor=actor, now=now, payload={"limits": limits})
    return office


def _offered(calendar: Calendar | None, present: int | None) -> Calendar | None:
    """A calendar that is retired can stay where it is and be chosen nowhere else."""
    if calendar is not None and calendar.retired_at is not None and calendar.pk != present:
        raise Invalid.one("calendar", "retired", _("These working hours are retired"))
    return calendar


def _mailbox(typed: str) -> str:
    address = clean(typed).strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid.one("reply_to", "email-invalid", _("This is not an e-mail address")) from error
    return address


def _limit(role: Role, value: str | None) -> str | None:
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise Invalid.one(f"limit_{role.value}", "not-an-amount", _("This is not an amount")) from error
    if not amount.is_finite() or amount < 0:
        raise Invalid.one(f"limit_{role.value}", "not-an-amount", _("This is not an amount"))
    return str(amount)


def _name(name: str, *, but: int | None = None) -> str:
    tidy = clean(name).strip()
    if not tidy:
        raise Invalid.one("name", "required", _("A team needs a name"))
    if len(tidy) > 80:
        raise Invalid.one("name", "too-long", _("A team’s name has at most 80 characters"))
    if Team.objects.filter(name__iexact=tidy).exclude(pk=but or 0).exists():
        raise Invalid.one("name", "unique", _("There is a team of this name"))
    return tidy


def _region(region: str) -> str:
    if region and not _letters(region, 2):
        raise Invalid.one("region", "not-a-region", _("A region has two letters"))
    return region.upper()


def _letters(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isalpha()


def _slug(name: str) -> str:
    base = slugify(name) or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _set_members(team: Team, members: Iterable[models.Model]) -> None:
    wanted = {member.pk for member in members}
    present = set(team.memberships.values_list("agent_id", flat=True))
    team.memberships.filter(agent_id__in=present - wanted).delete()
    Membership.objects.bulk_create(Membership(team=team, agent_id=pk) for pk in wanted - present)
