"""Keys of REST clients: made, shown once, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from office import access, audit, secrets
from office.acting import action
from office.errors import Fault, Invalid
from office.folding import clean
from office.models import ApiToken, Team
from office.roles import REACH_OWN, REACH_TEAM, SCOPES, STAFF, TOKEN_REACHES, Actor, Role

PREFIX = "fs_"
LASTS = timedelta(days=365)
LONGEST = timedelta(days=731)
"""A key nobody makes anew is a key nobody looks after."""


@action("token.create")
def create_token(
    subject: None,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    scopes: Iterable[str],
    reach: str = REACH_OWN,
    team: Team | None = None,
    role: str = Role.AGENT.value,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; answers the row and the secret, which is never readable again."""
    access.require_administrator(actor)
    wanted = sorted(set(scopes))
    expires_at = expires_at or now + LASTS
    faults: dict[str, list[Fault]] = {}
    tidy = clean(name).strip()
    if not tidy:
        faults["name"] = [Fault("required", _("A token needs a name"))]
    elif ApiToken.objects.filter(name__iexact=tidy).exists():
        faults["name"] = [Fault("unique", _("There is a token of this name"))]
    if not wanted or set(wanted) - set(SCOPES):
        faults["scopes"] = [Fault("unknown-scope", _("Choose at least one of the scopes offered"))]
    if reach not in TOKEN_REACHES or (reach == REACH_TEAM) != (team is not None):
        faults["reach"] = [Fault("reach", _("A reach of one team needs that team, and only that reach does"))]
    if role not in {known.value for known in STAFF}:
        faults["role"] = [Fault("unknown-role", _("This role is not known"))]
    if expires_at <= now:
        faults["expires_at"] = [Fault("past", _("This date has passed"))]
    elif expires_at > now + LONGEST:
        faults["expires_at"] = [Fault("too-late", _("A token lasts two years at most"))]
    if faults:
        raise Invalid(faults)
    secret = secrets.draw(PREFIX)
    token = ApiToken.objects.create(
        name=tidy,
        prefix=secret[:9],
        token_hash=secrets.digest(secret),
        role=role,
        reach=reach,
        team=team,
        scopes=wanted,
        created_at=now,
        created_by_id=actor.agent_id,
        expires_at=expires_at,
    )
    payload = {"scopes": wanted, "reach": reach, "role": role}
    audit.record(("apitoken", token.pk), "token.create", actor=actor, now=now, payload=payload)
    return token, secret


@action("token.revoke")
def revoke_token(token: ApiToken, *, actor: Actor, now: datetime) -> ApiToken:
    """End a token now. Ending an ended one changes nothing."""
    access.require_administrator(actor)
    locked = ApiToken.objects.select_for_update().get(pk=token.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        audit.record(("apitoken", locked.pk), "token.revoke", actor=actor, now=now)
    return locked


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember that a token was used, at most once a minute."""
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
