"""Words being typed are kept, and dropped when they have become part of the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from complaints.models import Draft
from office.errors import Invalid, NotAllowed
from office.folding import clean
from office.roles import Actor

LONGEST_KEY = 80
LONGEST_FIELDS = 400_000
MOST_FIELDS = 60


def keep(*, actor: Actor, now: datetime, key: str, fields: Mapping[str, list[str]]) -> Draft:
    """Keep what one person typed into one form. No audit line: a draft is nobody's record yet."""
    if actor.agent_id is None:
        raise NotAllowed
    size = sum(len(value) for values in fields.values() for value in values)
    if not key or len(key) > LONGEST_KEY or len(fields) > MOST_FIELDS or size > LONGEST_FIELDS:
        raise Invalid({})
    tidy = {clean(name)[:80]: [clean(value) for value in values] for name, values in fields.items()}
    draft, _made = Draft.objects.update_or_create(
        agent_id=actor.agent_id, key=key, defaults={"fields": tidy, "saved_at": now}
    )
    return draft


def drop(*, actor: Actor, key: str) -> None:
    """The words have been saved, or thrown away by the person."""
    if actor.agent_id is not None:
        Draft.objects.filter(agent_id=actor.agent_id, key=key).delete()
