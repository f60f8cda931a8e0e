"""Who acts, and with which rank. Pure: no database, no clock.

A verb's place in the workflow (which step, which state) is the business of the app that owns the verb; here stands
only what every app asks: who is it, how high do they stand, what may a token's scopes do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Ranks of the desk, lowest first. A customer stands below everybody who works here."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


STAFF: tuple[Role, ...] = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""The ranks somebody who works here, or a token, can have."""

RANK: dict[Role, int] = {Role.CUSTOMER: 0, Role.AGENT: 1, Role.SUPERVISOR: 2, Role.ADMINISTRATOR: 3}

NOUNS = ("tickets", "customers", "playbooks")
SCOPES: tuple[str, ...] = tuple(f"{noun}:{verb}" for noun in NOUNS for verb in ("read", "write"))

REACH_ROLE, REACH_OWN, REACH_TEAM, REACH_ALL = "role", "own", "team", "all"
TOKEN_REACHES = (REACH_OWN, REACH_TEAM, REACH_ALL)


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a person, an API token, the desk itself, or a customer on their own page.

    ``scopes`` is None for people (every scope of their role). ``reach`` is "role" for people; a token's reach is "own"
    (what it created), "team" (``team_ids`` holds that one team) or "all". ``team_ids`` of a person are the teams whose
    tickets they see by membership, or by supervising a team above. A customer's ``id`` is the ticket their link opened,
    and None for somebody who comes to complain.
    """

    kind: str
    id: int | None
    role: Role
    name: str = ""
    language: str = "en"
    scopes: frozenset[str] | None = None
    reach: str = REACH_ROLE
    team_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def agent_id(self) -> int | None:
        return self.id if self.kind == "agent" else None

    @property
    def token_id(self) -> int | None:
        return self.id if self.kind == "token" else None

    @property
    def is_supervisor(self) -> bool:
        return at_least(self.role, Role.SUPERVISOR)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    def has_scope(self, scope: str) -> bool:
        """People have every scope; a ``write`` scope of a token contains ``read`` of the same noun."""
        if self.scopes is None:
            return True
        noun, _, verb = scope.partition(":")
        return scope in self.scopes or (verb == "read" and f"{noun}:write" in self.scopes)


SYSTEM = Actor(kind="system", id=None, role=Role.ADMINISTRATOR, name="Fourstep")


def at_least(role: Role, needed: Role) -> bool:
    """Whether ``role`` stands at or above ``needed``."""
    return RANK[role] >= RANK[needed]
