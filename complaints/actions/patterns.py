"""Which playbook fits a contact: proposed by its words, confirmed, dismissed or picked by somebody. Never of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from complaints.actions.opening import joins, noted, opened
from complaints.models import Interaction, Pattern
from office.acting import action
from office.errors import Conflict, Invalid
from office.prepared import one
from office.roles import Actor
from playbooks import matching
from playbooks import queries as shelf


def suggest(
    interaction: Interaction, *, actor: Actor, now: datetime, heard: Mapping[str, bool] = MappingProxyType({})
) -> None:
    """Note what the words of a contact suggest, in the transaction that takes them down.

    ``heard`` is what somebody said to it while the words were still being written: yes or no, by the key.
    """
    for shown in matching.match(interaction.text, channel=interaction.channel or None):
        if shelf.playbook(shown.key) is None:
            continue
        row = Pattern(
            interaction=interaction,
            key=shown.key,
            cues=[{"text": cue.text, "start": cue.start, "end": cue.end} for cue in shown.cues],
            version=str(matching.VERSION)[:16],
            suggested_at=now,
        )
        if shown.key in heard:
            row.state = "confirmed" if heard[shown.key] else "dismissed"
            row.decided_at, row.decided_by_id = now, actor.agent_id
        row.save()


@action("pattern.confirm")
def confirm(interaction: Interaction, *, actor: Actor, now: datetime, key: str) -> Pattern:
    """Yes, that is what it is. Twice is once; what was dismissed may still be confirmed."""
    return _answer(interaction, "pattern.confirm", "confirmed", key, actor=actor, now=now)


@action("pattern.dismiss")
def dismiss(interaction: Interaction, *, actor: Actor, now: datetime, key: str) -> Pattern:
    """No, that is not it. Twice is once."""
    return _answer(interaction, "pattern.dismiss", "dismissed", key, actor=actor, now=now)


@action("pattern.pick")
def pick(interaction: Interaction, *, actor: Actor, now: datetime, key: str) -> Pattern:
    """It is another one: a person names it. What was suggested stays as it is."""
    row = opened(interaction.ticket, "pattern.pick", actor=actor)
    if shelf.playbook(key) is None:
        raise Invalid.one("key", "unknown-choice", _("There is no such playbook"))
    if interaction.kind == "note" or interaction.ticket_id != row.pk:
        raise Conflict(_("A pattern belongs to a contact with the customer"), code="no-contact")
    found, made = Pattern.objects.get_or_create(
        interaction=interaction,
        key=key,
        defaults={"state": "picked", "decided_at": now, "decided_by_id": actor.agent_id},
    )
    if not made and found.state not in ("confirmed", "picked"):
        _decide(found, "confirmed", actor=actor, now=now)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, "pattern.pick", actor=actor, now=now, payload={"interaction": interaction.pk, "pattern": key})
    return found


def _answer(interaction: Interaction, verb: str, state: str, key: str, *, actor: Actor, now: datetime) -> Pattern:
    row = opened(interaction.ticket, verb, actor=actor)
    locked = one(Pattern.objects.select_for_update().filter(interaction=interaction, key=key))
    if locked is None:
        raise Conflict(_("This was not suggested for this contact"), code="not-suggested")
    if locked.state == state:
        return locked
    _decide(locked, state, actor=actor, now=now)
    joins(row, actor.agent_id, "contributor", now=now)
    noted(row, verb, actor=actor, now=now, payload={"interaction": interaction.pk, "pattern": key})
    return locked


def _decide(row: Pattern, state: str, *, actor: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by_id = state, now, actor.agent_id
    row.save(update_fields=["state", "decided_at", "decided_by"])
