"""People: invited, corrected, let in again. Deactivating someone touches tickets and lives with those."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from office import access, audit, outbox, secrets
from office.acting import action
from office.calendars import is_zone
from office.errors import Conflict, Fault, Invalid, NotAllowed
from office.folding import clean
from office.models import Agent, SignInLink
from office.models.agent import LANGUAGES, THEMES
from office.roles import SYSTEM, Actor, Role

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=24)
EDITABLE = ("username", "name", "email", "role", "reports_to", "deputy", "away_until", "language", "time_zone")


@action("agent.create")
def create_agent(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    username: str,
    name: str,
    role: str = Role.AGENT.value,
    email: str = "",
    language: str = "en",
    time_zone: str = "UTC",
    reports_to: Agent | None = None,
    deputy: Agent | None = None,
    password: str | None = None,
) -> Agent:
    """Add a person. Without ``password`` they can sign in only after following an invitation."""
    access.require_administrator(actor)
    agent = Agent(
        username=clean(username).strip(),
        name=clean(name).strip(),
        role=role,
        email=email.strip(),
        language=language,
        time_zone=time_zone,
        reports_to=reports_to,
        deputy=deputy,
        created_at=now,
    )
    if password is None:
        agent.set_unusable_password()
    else:
        _check_password(password, agent)
        agent.set_password(password)
    _check(agent)
    agent.save(force_insert=True)
    audit.record(("agent", agent.pk), "agent.create", actor=actor, now=now, payload={"role": role})
    return agent


@action("agent.edit")
def edit_agent(agent: Agent, *, actor: Actor, now: datetime, **changes: object) -> Agent:
    """Change what set-up shows of a person; keys are ``EDITABLE``."""
    access.require_administrator(actor)
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    for name, value in changes.items():
        setattr(locked, name, clean(value).strip() if isinstance(value, str) else value)
    if locked.role != Role.ADMINISTRATOR.value:
        _keep_one_administrator(locked)
    _check(locked)
    locked.save(update_fields=list(changes))
    audit.record(("agent", locked.pk), "agent.edit", actor=actor, now=now, payload={"fields": sorted(changes)})
    return locked


@action("agent.invite")
def invite(agent: Agent, *, actor: Actor, now: datetime) -> str:
    """A one-time link's secret, shown to the administrator to pass on. Older unused links end."""
    access.require_administrator(actor)
    return _link(agent, SignInLink.INVITATION, INVITATION_LASTS, actor=actor, now=now)


@action("agent.reset")
def reset(agent: Agent, *, actor: Actor, now: datetime) -> str:
    """A one-time link's secret with which a person sets a new password."""
    access.require_administrator(actor)
    return _link(agent, SignInLink.RESET, RESET_LASTS, actor=actor, now=now)


def _link(agent: Agent, kind: str, lasts: timedelta, *, actor: Actor, now: datetime) -> str:
    locked = Agent.objects.select_for_update().get(pk=agent.pk)
    if not locked.is_active:
        raise Conflict(_("This person is deactivated"))
    locked.sign_in_links.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    secret = secrets.draw()
    link = SignInLink.objects.create(
        agent=locked,
        kind=kind,
        token_hash=secrets.digest(secret),
        created_at=now,
        created_by_id=actor.agent_id,
        expires_at=now + lasts,
    )
    audit.record(("agent", locked.pk), f"agent.{kind}", actor=actor, now=now)
    if locked.email:
        outbox.post(kind, f"{kind}:{link.pk}", payload={"agent": locked.pk, "link": link.pk}, now=now)
    return secret


@action("agent.mail_link")
def mail_link(link: SignInLink, *, actor: Actor, now: datetime) -> tuple[SignInLink, str] | None:
    """The twin of a link, with its secret, for the mail that is being written now; so no secret waits in the out-tray.

    It lives as long as the one it goes with. None when that one was used, replaced or has run out.
    """
    access.require_administrator(actor)
    agent = Agent.objects.select_for_update().get(pk=link.agent_id)
    first = SignInLink.objects.get(pk=link.pk)
    if first.used_at or first.expires_at <= now or not agent.is_active:
        return None
    secret = secrets.draw()
    twin = SignInLink.objects.create(
        agent=agent,
        kind=first.kind,
        token_hash=secrets.digest(secret),
        created_at=now,
        created_by_id=first.created_by_id,
        expires_at=first.expires_at,
    )
    audit.record(("agent", agent.pk), "agent.mail_link", actor=actor, now=now, payload={"kind": first.kind})
    return twin, secret


@action("agent.join")
def join(link: SignInLink, *, actor: Actor, now: datetime, password: str) -> Agent:
    """Set the password behind a one-time link. It and its twins are used up; every session of before ends."""
    agent = Agent.objects.select_for_update().get(pk=link.agent_id)
    locked = SignInLink.objects.select_for_update().get(pk=link.pk)
    if locked.used_at or locked.expires_at <= now or not agent.is_active:
        raise Conflict(_("This link has been used or has expired"))
    _check_password(password, agent)
    agent.set_password(password)
    agent.save(update_fields=["password"])
    agent.sign_in_links.filter(used_at__isnull=True, expires_at__gt=now).exclude(pk=locked.pk).update(expires_at=now)
    locked.used_at = now
    locked.save(update_fields=["used_at"])
    audit.record(("agent", agent.pk), "agent.join", actor=actor, now=now, payload={"kind": locked.kind})
    return agent


@action("agent.preference")
def prefer(agent: Agent, *, actor: Actor, now: datetime, language: str = "", theme: str = "") -> None:
    """A person's own language and light or dark. No audit line: nobody else is concerned."""
    if actor.agent_id != agent.pk:
        raise NotAllowed
    fields = []
    if language in dict(LANGUAGES):
        agent.language = language
        fields.append("language")
    if theme in dict(THEMES):
        agent.theme = theme
        fields.append("theme")
    if fields:
        agent.save(update_fields=fields)


def create_first_administrator(*, username: str, name: str, password: str, email: str, now: datetime) -> Agent:
    """The administrator made on the command line."""
    return create_agent(
        None,
        actor=SYSTEM,
        now=now,
        username=username,
        name=name,
        role=Role.ADMINISTRATOR.value,
        email=email,
        password=password,
    )


def _check(agent: Agent) -> None:
    faults: dict[str, list[Fault]] = {}
    try:
        agent.full_clean(exclude=["password"], validate_constraints=False)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            faults[name] = [Fault(fault.code or "invalid", fault.messages[0]) for fault in errors]
    if not is_zone(agent.time_zone):
        faults["time_zone"] = [Fault("unknown-time-zone", _("This time zone is not known"))]
    if Agent.objects.filter(username__iexact=agent.username).exclude(pk=agent.pk).exists():
        faults["username"] = [Fault("unique", _("This user name is taken"))]
    if agent.pk and agent.pk in (agent.reports_to_id, agent.deputy_id):
        faults["reports_to"] = [Fault("self", _("Nobody reports to or stands in for themselves"))]
    if faults:
        raise Invalid(faults)


def _check_password(password: str, agent: Agent) -> None:
    try:
        validate_password(password, agent)
    except ValidationError as error:
        raise Invalid({"password": [Fault(e.code or "invalid", e.messages[0]) for e in error.error_list]}) from error


def _keep_one_administrator(agent: Agent) -> None:
    others = Agent.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).exclude(pk=agent.pk)
    was = Agent.objects.filter(pk=agent.pk, role=Role.ADMINISTRATOR.value, is_active=True).exists()
    if was and not others.exists():
        raise Invalid.one("role", "last-administrator", _("The last administrator has to stay one"))
