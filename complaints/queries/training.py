"""What somebody learnt in training, for them and for whoever coaches them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404

from complaints.models import TrainingAnswer, TrainingRound
from office import access
from office.models import Agent
from office.prepared import one
from office.roles import RANK, Actor, Role
from playbooks import training

BELIEFS, PRACTICE = "beliefs", "practice"
PAGE = 50
"""People on one page."""
ROUNDS = 20
"""Rounds on one page."""
OPEN_SHOWN = 5
LATEST = 2000
"""Answers of one person that are looked through for how each question was answered the last time."""
MONTHS = 6
ENOUGH = 3
"""Answers from which on a topic can be called the weakest."""


# Whose ----------------------------------------------------------------------------------------------------------------


def people_below(actor: Actor) -> QuerySet[Agent]:
    """Active people the actor coaches: of lower rank in their teams and those below, or reporting to them over at most
    three levels. For an administrator everybody else; for an agent nobody."""
    others = access.people().filter(is_active=True).exclude(pk=actor.agent_id or 0)
    if not actor.is_supervisor or actor.agent_id is None:
        return others.none()
    if actor.is_administrator:
        return others
    lower = [role.value for role, rank in RANK.items() if rank < RANK[Role(actor.role)]]
    in_teams = Q(memberships__team__in=actor.team_ids, role__in=lower)
    reporting = Q(reports_to=actor.agent_id)
    reporting |= Q(reports_to__reports_to=actor.agent_id) | Q(reports_to__reports_to__reports_to=actor.agent_id)
    found = Agent.objects.filter(in_teams | reporting & ~Q(role=Role.ADMINISTRATOR.value))
    return others.filter(pk__in=found.order_by().values("pk"))


def person_for(actor: Actor, pk: int) -> Agent:
    """Somebody whose training the actor may see: themselves or a person below; 404 for anybody else."""
    person = one(access.people().filter(pk=pk)) if pk == actor.agent_id else one(people_below(actor).filter(pk=pk))
    if person is None:
        raise Http404
    return person


def round_for(actor: Actor, pk: int) -> TrainingRound:
    """A round of the actor or of a person below, with its agent; 404 for anybody else's."""
    found = one(TrainingRound.objects.filter(pk=pk).select_related("agent"))
    if found is None:
        raise Http404
    person_for(actor, found.agent_id)
    return found


# One round ------------------------------------------------------------------------------------------------------------


def answers_in(subject: TrainingRound) -> dict[str, TrainingAnswer]:
    """What was answered, by the question's id. One query."""
    return {answer.question: answer for answer in subject.answers.all()}


def unanswered(subject: TrainingRound, answered: Iterable[str]) -> list[str]:
    """The questions still to be asked, in their order; those that left the bank meanwhile are passed over."""
    given = set(answered)
    return [name for name in subject.questions if name not in given and training.question(name) is not None]


def open_rounds(agent_id: int, *, kind: str = "", topic: str | None = None) -> list[TrainingRound]:
    """Rounds somebody left and can go on with, newest first. Two queries at most."""
    rows = TrainingRound.objects.filter(agent=agent_id, ended_at__isnull=True).order_by("-begun_at", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    if topic is not None:
        rows = rows.filter(topic=topic)
    found = list(rows.prefetch_related("answers")[: 2 * OPEN_SHOWN])
    return [row for row in found if unanswered(row, answers_in(row))][:OPEN_SHOWN]


def last_answers(agent_id: int) -> dict[str, training.Last]:
    """How somebody answered each question of the practice the last time. One query."""
    rows = TrainingAnswer.objects.filter(round__agent=agent_id, round__kind=PRACTICE).order_by("-id")
    found = list(rows.values_list("question", "right", "answered_at")[:LATEST])
    return {name: training.Last(right, at) for name, right, at in reversed(found)}


# Somebody's results ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """How many of ``asked`` were right."""

    asked: int = 0
    right: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.asked + other.asked, self.right + other.right)

    @property
    def percent(self) -> int:
        """Whole percents, a half counts as one."""
        return (200 * self.right + self.asked) // (2 * self.asked) if self.asked else 0


@dataclass(frozen=True)
class Record:
    """Shares of the practice: ``topics`` by topic, of all time; ``months`` by topic for each of the last ``MONTHS``
    months, the present one last. ``tests`` are the latest self-tests, newest first, with ``right`` of them."""

    topics: Mapping[str, Share]
    months: Mapping[str, Sequence[Share]]
    tests: Sequence[TrainingRound]

    @property
    def all(self) -> Share:
        return sum(self.topics.values(), Share())


def record_of(agent_id: int, *, now: datetime, zone: tzinfo) -> Record:
    """What somebody learnt. Months are those of ``zone``. Three queries."""
    practised = TrainingAnswer.objects.filter(round__agent=agent_id, round__kind=PRACTICE)
    first = months_before(now, zone=zone)[0]
    months = {topic: [Share()] * MONTHS for topic in training.topics()}
    for topic, right, at in practised.filter(answered_at__gte=first).values_list("topic", "right", "answered_at"):
        place = _month(at, zone) - _month(first, zone)
        if topic in months and 0 <= place < MONTHS:
            months[topic][place] += Share(1, int(right))
    return Record(
        topics=shares_by_topic([agent_id]).get(agent_id, {}),
        months=months,
        tests=list(finished(BELIEFS).filter(agent=agent_id).order_by("-begun_at", "-id")[:MONTHS]),
    )


def months_before(now: datetime, *, zone: tzinfo) -> list[datetime]:
    """The first instants of the last ``MONTHS`` months, the present one last."""
    local = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    counted = [divmod(local.year * 12 + local.month - 1 - back, 12) for back in range(MONTHS - 1, -1, -1)]
    return [local.replace(year=year, month=month + 1) for year, month in counted]


def _month(moment: datetime, zone: tzinfo) -> int:
    local = moment.astimezone(zone)
    return local.year * 12 + local.month


def finished(kind: str) -> QuerySet[TrainingRound]:
    """Rounds that came to their end, with how many were ``right`` and how many ``given``."""
    rows = TrainingRound.objects.filter(kind=kind, ended_at__isnull=False)
    return rows.annotate(right=Count("answers", filter=Q(answers__right=True)), given=Count("answers"))


@dataclass(frozen=True)
class Rounds:
    rows: list[TrainingRound]
    older: int | None


def rounds_of(agent_id: int, *, before: int | None = None) -> Rounds:
    """Somebody's finished rounds of practice, newest first; ``older`` is the id before which the next page begins."""
    rows = finished(PRACTICE).filter(agent=agent_id)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: ROUNDS + 1])
    return Rounds(found[:ROUNDS], found[ROUNDS - 1].pk if len(found) > ROUNDS else None)


def shares_by_topic(agents: Iterable[int]) -> dict[int, dict[str, Share]]:
    """Shares of the practice of several people, by agent and topic. One query."""
    rows = TrainingAnswer.objects.filter(round__agent__in=list(agents), round__kind=PRACTICE).order_by()
    counted = rows.values_list("round__agent", "topic").annotate(n=Count("id"), yes=Count("id", filter=Q(right=True)))
    found: dict[int, dict[str, Share]] = {}
    for agent, topic, asked, right in counted:
        found.setdefault(agent, {})[topic] = Share(asked, right)
    return found


def weakest(shares: Mapping[str, Share]) -> str:
    """The topic with the lowest share, of those asked often enough and not all right; "" without one."""
    known = [(share.percent, -share.asked, topic) for topic, share in shares.items() if share.asked >= ENOUGH]
    lowest = min(known, default=None)
    return lowest[2] if lowest and lowest[0] < 100 else ""


# A team's -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pupil:
    """A person and what became of their training: the last self-test, finished rounds, shares by topic."""

    person: Agent
    test: TrainingRound | None = None
    rounds: int = 0
    last_at: datetime | None = None
    topics: Mapping[str, Share] = field(default_factory=dict)

    @property
    def all(self) -> Share:
        return sum(self.topics.values(), Share())

    @property
    def weakest(self) -> str:
        return weakest(self.topics)


@dataclass(frozen=True)
class Pupils:
    rows: list[Pupil]
    more: int | None


def pupils(actor: Actor, *, start: int = 0) -> Pupils:
    """The people below the actor by name, from the ``start``-th on. Four queries, however many they are."""
    people = list(people_below(actor).order_by("name", "id")[start : start + PAGE + 1])
    shown = [person.pk for person in people[:PAGE]]
    shares = shares_by_topic(shown)
    practised = TrainingRound.objects.filter(agent__in=shown, kind=PRACTICE, ended_at__isnull=False).order_by()
    rounds = {pk: (n, at) for pk, n, at in practised.values_list("agent").annotate(Count("id"), Max("ended_at"))}
    tests = {row.agent_id: row for row in finished(BELIEFS).filter(agent__in=shown).order_by("begun_at", "id")}
    rows = [
        Pupil(person, tests.get(person.pk), *rounds.get(person.pk, (0, None)), topics=shares.get(person.pk, {}))
        for person in people[:PAGE]
    ]
    return Pupils(rows, start + PAGE if len(people) > PAGE else None)
