"""Training: the self-test, rounds of practice, what came of them, and the figures trainers quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.actions import training as actions
from complaints.models import TrainingAnswer, TrainingRound
from complaints.queries import training as queries
from complaints.queries.training import BELIEFS, PRACTICE
from complaints.views.training_figures import Bar, lines_of, months_in_words, said, small_bars, topic_word
from office.errors import Invalid, NotAllowed, Refusal
from office.models import Agent
from office.pages import actor_in, complain, for_supervisors, signed_in
from office.views.asking import now_in, see
from playbooks import training

LONGEST_OFFSET = 1_000_000


def shown(request: HttpRequest, template: str, tab: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the training, with ``tab`` marked."""
    known = {"door": "training", "tab": tab, **context}
    return render(request, f"complaints/training/{template}.html", known, status=status)


# What a question looks like -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """One answer as it stands on the page; ``key`` is the figure that chooses it."""

    id: str
    words: str
    key: int
    is_right: bool = False
    is_chosen: bool = False


@dataclass(frozen=True)
class Asked:
    """One question of a round as the page says it: every word decided. ``given`` is None before it is answered."""

    question: training.Question
    place: int
    seed: str
    given: TrainingAnswer | None = None
    typed: str = ""
    fault: str = ""

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def words(self) -> str:
        return said(self.question.asked)

    @property
    def topic(self) -> str:
        return topic_word(self.question.topic)

    @property
    def is_statement(self) -> bool:
        return not self.question.options

    @property
    def choices(self) -> list[Choice]:
        chosen = self.given.chosen if self.given else self.typed
        ordered = enumerate(self.question.ordered(self.seed), start=1)
        return [Choice(one, self._word(one), key, one == self.question.answer, one == chosen) for key, one in ordered]

    @property
    def right(self) -> str:
        return self._word(self.question.answer)

    @property
    def chosen(self) -> str:
        return self._word(self.given.chosen) if self.given else ""

    @property
    def explanation(self) -> str:
        return said(self.question.explanation)

    @property
    def playbook(self) -> str:
        """The key of the playbook it comes from, or nothing."""
        return self.question.source.name if self.question.source.kind == "playbook" else ""

    @property
    def source(self) -> str:
        """Where the answer comes from, if that is no playbook."""
        kind, name = self.question.source.kind, self.question.source.name
        if kind == "wording":
            return _("Wording rule %(name)s") % {"name": name}
        return "" if self.playbook else name

    def _word(self, option: str) -> str:
        if option in self.question.options:
            return said(self.question.options[option])
        words = {"true": pgettext("statement", "True"), "false": pgettext("statement", "False")}
        return words.get(option, option)


def asked_in(
    subject: TrainingRound,
    answers: Mapping[str, TrainingAnswer],
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> list[Asked]:
    """The questions of a round in their order; those that left the bank are left out."""
    found = []
    for place, name in enumerate(subject.questions, start=1):
        question = training.question(name)
        if question is not None:
            marks = (answers.get(name), (typed or {}).get(name, ""), (faults or {}).get(name, ""))
            found.append(Asked(question, place, str(subject.pk), *marks))
    return found


# The first page -------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What can be done now: go on with a round, take the self-test, practise."""
    actor = actor_in(request)
    pk = actor.agent_id or 0
    left = queries.open_rounds(pk)
    record = queries.record_of(pk, now=now_in(request), zone=timezone.get_current_timezone())
    topics = [(code, topic_word(code), len(training.practice(code))) for code in training.topics()]
    context: dict[str, Any] = {
        "left": [(row, len(queries.answers_in(row)), _named(row)) for row in left],
        "test": record.tests[0] if record.tests else None,
        "topics": topics,
        "mixed": training.ROUND,
        "all": record.all,
        "weakest": queries.weakest(record.topics),
    }
    context["weakest_word"] = topic_word(context["weakest"]) if context["weakest"] else ""
    return shown(request, "home", "home", **context)


def _named(subject: TrainingRound) -> str:
    """What a round is called in a list."""
    if subject.kind == BELIEFS:
        return _("Self-test")
    return topic_word(subject.topic) if subject.topic else pgettext("training", "Mixed")


@require_POST
@signed_in
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a round, or go on with the one that was left."""
    kind, topic = request.POST.get("kind", PRACTICE), request.POST.get("topic", "")
    try:
        made = actions.begin(None, actor=actor_in(request), now=now_in(request), kind=kind, topic=topic)
    except Refusal as refusal:
        complain(request, refusal)
        return see("training")
    return see("training-round", made.pk)


# A round --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The next question, the statements of the self-test, or what came of it. Whoever coaches sees what came of it."""
    actor = actor_in(request)
    subject = queries.round_for(actor, pk)
    if request.method == "POST":
        return _answer(request, subject)
    answers = queries.answers_in(subject)
    return _round(request, subject, answers)


def _round(
    request: HttpRequest,
    subject: TrainingRound,
    answers: Mapping[str, TrainingAnswer],
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    own = subject.agent_id == actor_in(request).agent_id
    rows = asked_in(subject, answers, typed, faults)
    waiting = [one for one in rows if one.given is None]
    context: dict[str, Any] = {"round": subject, "name": _named(subject), "own": own, "rows": rows}
    if own and waiting and subject.kind == BELIEFS:
        return shown(request, "statements", "home", status=status, **context)
    if own and waiting:
        context |= {"asked": waiting[0], "done": len(rows) - len(waiting)}
        return shown(request, "question", "home", status=status, **context)
    context |= {"right": sum(one.right for one in answers.values()), "given": len(answers), "waiting": waiting}
    return shown(request, "results", "home" if own else "people", **context)


def _answer(request: HttpRequest, subject: TrainingRound) -> HttpResponse:
    answers = queries.answers_in(subject)
    names = _meant(request, subject, answers)
    typed = {name: request.POST.get(name, "") for name in names}
    try:
        actions.answer(subject, actor=actor_in(request), now=now_in(request), chosen=typed)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Invalid as refusal:
        faults = {name: str(found[0].sentence) for name, found in refusal.fields.items()}
        return _round(request, subject, answers, typed=typed, faults=faults, status=refusal.status)
    if subject.kind == PRACTICE and names:
        return see("training-question", subject.pk, subject.questions.index(names[0]) + 1)
    return see("training-round", subject.pk)


def _meant(request: HttpRequest, subject: TrainingRound, answers: Mapping[str, TrainingAnswer]) -> list[str]:
    """The questions an answer is for: all that wait in the self-test, in practice the one on the page."""
    waiting = queries.unanswered(subject, answers)
    if subject.kind == BELIEFS:
        return waiting
    asked = request.POST.get("question", "")
    return [asked] if asked in subject.questions else waiting[:1]


@require_safe
@signed_in
def question(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A question that was answered: which answer is right, and why. One that waits is asked in its turn."""
    actor = actor_in(request)
    subject = queries.round_for(actor, pk)
    if not 1 <= place <= len(subject.questions):
        raise Http404
    answers = queries.answers_in(subject)
    rows = asked_in(subject, answers)
    asked = next((one for one in rows if one.place == place), None)
    if asked is None or asked.given is None:
        return see("training-round", subject.pk)
    own = subject.agent_id == actor.agent_id
    waiting = [one for one in rows if one.given is None]
    context: dict[str, Any] = {
        "round": subject,
        "name": _named(subject),
        "rows": rows,
        "asked": asked,
        "own": own,
        "waiting": waiting,
    }
    return shown(request, "answered", "home" if own else "people", done=len(rows) - len(waiting), **context)


# What came of it ------------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def results(request: HttpRequest) -> HttpResponse:
    """One's own results."""
    actor = actor_in(request)
    return _results(request, queries.person_for(actor, actor.agent_id or 0), tab="results")


@require_safe
@signed_in
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's results, for themselves and whoever coaches them."""
    actor = actor_in(request)
    found = queries.person_for(actor, pk)
    return _results(request, found, tab="results" if found.pk == actor.agent_id else "people")


def _results(request: HttpRequest, found: Agent, *, tab: str) -> HttpResponse:
    now, zone = now_in(request), timezone.get_current_timezone()
    record = queries.record_of(found.pk, now=now, zone=zone)
    months = months_in_words(queries.months_before(now, zone=zone))
    page = queries.rounds_of(found.pk, before=_number(request, "before"))
    context: dict[str, Any] = {
        "person": found,
        "own": tab == "results",
        "lines": lines_of(record, months),
        "months": months,
        "all": record.all,
        "tests": record.tests,
        "rounds": [(row, _named(row)) for row in page.rows],
        "older": f"{request.path}?before={page.older}" if page.older else "",
        "paged": _number(request, "before") is not None,
    }
    return shown(request, "mine", tab, **context)


def _number(request: HttpRequest, name: str) -> int | None:
    """A figure of the address; None for anything that is none."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else None


@dataclass(frozen=True)
class PupilRow:
    pupil: queries.Pupil
    weakest: str
    bars: Sequence[Bar]
    spoken: str


@for_supervisors
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """How the people below are getting on."""
    start = min(_number(request, "from") or 0, LONGEST_OFFSET)
    page = queries.pupils(actor_in(request), start=start)
    rows = [PupilRow(one, topic_word(one.weakest) if one.weakest else "", *small_bars(one.topics)) for one in page.rows]
    return shown(request, "people", "people", rows=rows, start=start, more=page.more)


# The figures trainers quote -------------------------------------------------------------------------------------------


@require_safe
@signed_in
def formulas(request: HttpRequest) -> HttpResponse:
    """Each figure with what was measured, by whom and when, how good it is, and what it may be used for."""
    rows: list[dict[str, Any]] = [
        {
            "key": one.key,
            "name": said(one.name),
            "statement": said(one.statement),
            "span": _("%(percent)s %%") % {"percent": one.span} if one.is_percent else one.span,
            "unit": "" if one.is_percent else said(one.unit),
            "population": said(one.population),
            "source": said(one.source),
            "year": one.year,
            "grade": one.grade,
            "grade_name": said(one.grade_name),
            "grade_meaning": said(one.grade_meaning),
            "is_figure": one.use == "figure",
            "use": said(one.use_words),
            "guidance": said(one.guidance),
        }
        for one in training.formulas()
    ]
    return shown(request, "formulas", "formulas", rows=rows)
