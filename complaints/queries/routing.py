"""Before whom a case is put: the people behind the pure rules of ``domain/escalation.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Q

from complaints.domain import escalation as e
from complaints.domain.workflow import allowed_to
from complaints.models import Escalation, Ticket
from office import access as office_access
from office.models import Agent, Team
from office.remembered import remembered
from office.roles import Role

ANSWERING = "escalation.answer"
REVIEW = "review"


def line_for(ticket: Ticket, trigger: str, *, now: datetime, but: int | None = None) -> list[e.Asked]:
    """Who may be asked about a case for this reason, nearest first; never ``but``, the handler, or whom it is about."""
    duty = office_access.office().duty_manager_id
    manages = managing(ticket)
    barred: set[int | None] = {but, ticket.owner_id, ticket.sealed_from_id}
    if trigger == REVIEW:
        barred |= set(ticket.participants.filter(role="contributor").values_list("agent_id", flat=True))
        reviewer = _reviewer(ticket, outside={*manages, *barred, duty}, now=now)
        candidates = [reviewer, duty]
    else:
        candidates = [*manages, duty]
    return e.chain(candidates, _people(tuple(candidates), now=now), barred=barred, named=_named_on(ticket))


def _named_on(ticket: Ticket) -> set[int] | None:
    """On a sealed case the people named on it; None where everybody may be asked."""
    if not ticket.is_sealed:
        return None
    return set(ticket.participants.filter(role="named").values_list("agent_id", flat=True))


def next_above(
    ticket: Ticket, trigger: str, *, now: datetime, but: int | None = None, waiting: Iterable[Escalation] | None = None
) -> e.Asked | None:
    """Who is to be asked now: the first above everybody who has it already (``waiting``, if somebody loaded them)."""
    line = line_for(ticket, trigger, now=now, but=but)
    rows = ticket.escalations.unanswered() if waiting is None else waiting
    return e.further(line, _asked_already(rows, trigger))


def at_the_end(ticket: Ticket, trigger: str, *, now: datetime, but: int | None = None) -> e.Asked | None:
    """The highest there is, for whoever asks again although everybody has it."""
    line = line_for(ticket, trigger, now=now, but=but)
    return line[-1] if line else None


def standing_for(person: Agent, ticket: Ticket, *, now: datetime) -> e.Asked:
    """Somebody chosen by name, or who stands in for them while they are away."""
    line = e.chain([person.pk], _people((person.pk,), now=now), barred={ticket.owner_id, ticket.sealed_from_id})
    return line[0] if line else e.Asked(person.pk)


def managing(ticket: Ticket) -> list[int]:
    """The team's lead, its supervisor, and everybody above the handler and these by ``reports_to``, nearest first."""
    loaded = ticket.team if Ticket.team.is_cached(ticket) else None
    nearest = (loaded.lead_id, loaded.supervisor_id) if loaded else _heads(ticket.team_id)
    starts = (ticket.owner_id, *reversed(nearest))
    return list(dict.fromkeys([pk for pk in nearest if pk is not None] + e.upwards(starts, _bosses(starts))))


@remembered
def _heads(team_id: int | None) -> tuple[int | None, ...]:
    """The lead and the supervisor of a team."""
    heads = Team.objects.filter(pk=team_id or 0).values_list("lead_id", "supervisor_id")
    return next(iter(heads.order_by()), ())


@remembered
def duty_manager(*, now: datetime) -> int | None:
    """Who stands for the house now: the duty manager, or their deputy while they are away."""
    duty = office_access.office().duty_manager_id
    line = e.chain([duty], _people((duty,), now=now))
    return line[0].id if line else None


def _asked_already(rows: Iterable[Escalation], trigger: str) -> frozenset[int]:
    """Who has it now. A review is asked apart from what else is asked."""
    alike = [row for row in rows if (row.trigger == REVIEW) == (trigger == REVIEW)]
    return frozenset(pk for row in alike for pk in (row.addressed_to_id, row.in_place_of_id) if pk is not None)


@remembered
def _bosses(starts: tuple[int | None, ...]) -> Mapping[int, int | None]:
    """Who reports to whom from these people upwards. A query for each rung, and circles end."""
    known: dict[int, int | None] = {}
    line = {pk for pk in starts if pk is not None}
    while line:
        known |= dict(Agent.objects.filter(pk__in=line).values_list("pk", "reports_to_id"))
        line = {boss for pk in line if (boss := known.get(pk)) is not None and boss not in known}
    return known


def _people(candidates: tuple[int | None, ...], *, now: datetime) -> dict[int, e.Above]:
    """These people and their deputies, as the rules see them. One query."""
    return {
        row.pk: e.Above(
            row.pk,
            answers=allowed_to(ANSWERING, Role(row.role)),
            active=row.is_active,
            away=row.away_until is not None and row.away_until > now,
            deputy=row.deputy_id,
            name=row.name,
        )
        for row in _with_deputies(candidates)
    }


@remembered
def _with_deputies(candidates: tuple[int | None, ...]) -> tuple[Agent, ...]:
    wanted = [pk for pk in candidates if pk is not None]
    return tuple(office_access.people().filter(Q(pk__in=wanted) | Q(deputises_for__in=wanted)).distinct())


def _reviewer(ticket: Ticket, *, outside: set[int | None], now: datetime) -> int | None:
    """The supervisor with the least before them who neither handled nor manages the case; None when there is none."""
    waiting = Count("escalations", filter=Q(escalations__in=Escalation.objects.unanswered()))
    rows = (
        office_access.people()
        .filter(is_active=True, role=Role.SUPERVISOR.value)
        .exclude(pk__in=[pk for pk in outside if pk is not None])
    )
    rows = rows.filter(Q(away_until__isnull=True) | Q(away_until__lte=now))
    if ticket.is_sealed:
        rows = rows.filter(participations__ticket=ticket, participations__role="named")
    found = rows.annotate(waiting=waiting).order_by("waiting", "pk").values_list("pk", flat=True).first()
    return int(found) if found is not None else None
