"""The life of a complaint on one screen. Pure: no database, no clock.

    received → LISTEN → EMPATHISE → APOLOGISE → RESOLVE → answered → closed
                  ▲                                  │  ▲
                  └────── not satisfied: a new pass ─┘  └ accepted, or the final response stands

A complaint's place is three columns: ``step``, ``state`` and overlays (waiting, escalation line, conduct level, safety,
sealed, hold). A step is left only with its evidence; ``blockers`` names everything that is missing, for every way in.
The steps map to the stages of ISO 10002:2018 (receipt and acknowledgement; assessment and investigation; response;
communicating the decision): designed to support it, no claim beyond that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from office.roles import Role, at_least


class Step(StrEnum):
    LISTEN = "listen"
    EMPATHISE = "empathise"
    APOLOGISE = "apologise"
    RESOLVE = "resolve"


STEPS: tuple[Step, ...] = tuple(Step)


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    OUT_OF_SCOPE = "out_of_scope"


LIVE = frozenset({State.OPEN, State.ANSWERED})
ENDED = frozenset(State) - LIVE

CONTACT_KINDS = ("complaint", "technical", "advice", "order", "feedback")
CHANNELS = ("phone", "phone_note", "email", "chat", "sms", "letter", "web", "in_person", "social", "api")
HARMS = ("money", "time", "safety", "trust", "none")
EXPECTATIONS = ("reasonable", "too_high", "mistaken", "unreasonable")
SEVERITIES = (1, 2, 3, 4)
FEELINGS = (1, 2, 3, 4, 5)
BEHAVIOURS = ("demanding", "confused", "agitated")
ANSWERS = ("confirmed", "corrected", "unreachable", "no_way")
REGRET_FORMS = ("spoken", "message", "letter")
ACCEPTANCES = ("accepted", "not_yet", "silent", "no_way")
FINDINGS = ("upheld", "partly_upheld", "not_upheld", "no_finding")

# What each step's form asks for. The same names stand in the page's form, in the API and in the record.
LISTEN_FIELDS = (
    "happened",
    "product",
    "order_ref",
    "no_order_reason",
    "harm",
    "remedy_sought",
    "feeling_start",
    "severity",
    "need",
    "expectation",
    "expectation_source",
    "still_wrong",
)
EMPATHISE_FIELDS = ("restatement", "feeling_named", "answer", "answer_words")
APOLOGISE_FIELDS = ("regret", "regret_form", "regret_by", "acceptance")
RESOLVE_FIELDS = ("remedy", "redress_none", "root_cause", "cause_note", "prevention", "prevention_none")
FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.LISTEN: LISTEN_FIELDS,
    Step.EMPATHISE: EMPATHISE_FIELDS,
    Step.APOLOGISE: APOLOGISE_FIELDS,
    Step.RESOLVE: RESOLVE_FIELDS,
}


@dataclass(frozen=True)
class IssueFacts:
    number: int
    finding: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """What the guard may know of a ticket; gathered under its row lock. Empty text means "not recorded".

    ``evidence`` has the keys of ``FIELDS``. ``attempt_days`` counts the different days on which a contact was tried and
    failed. ``customer_words`` are all inbound words, oldest first; ``templates_hit`` and the other judgements on texts
    are made by ``substance`` and ``apology`` and arrive as ``text_faults``: field → fault codes.
    """

    step: Step
    state: State = State.OPEN
    pass_number: int = 1
    anonymous: bool = False
    by_supervisor: bool = False
    evidence: Mapping[str, object] = dataclasses.field(default_factory=dict)
    text_faults: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    has_customer_words: bool = False
    attempt_days: int = 0
    issues: tuple[IssueFacts, ...] = ()
    redress_total: int = 0
    redress_waiting: int = 0
    redress_refused: int = 0
    approval_nobody: bool = False
    outcome_told: bool = False
    outcome_failed: bool = False


@dataclass(frozen=True)
class Blocker:
    """One thing that is missing. ``field`` is where on the step's form it is mended."""

    code: str
    field: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


def next_step(step: Step) -> Step | None:
    """The step after, or None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def blockers(facts: Facts) -> tuple[Blocker, ...]:
    """Everything that keeps the ticket from leaving its step; empty when the step can be left."""
    return tuple(_CHECKS[facts.step](facts))


def _missing(facts: Facts, *names: str) -> list[Blocker]:
    step = facts.step.value
    found: list[Blocker] = []
    for name in names:
        if not facts.evidence.get(name):
            found.append(Blocker(f"{step}.{name}.missing", name))
        else:
            found += _worthless(facts, name)
    return found


def _worthless(facts: Facts, name: str) -> list[Blocker]:
    return [Blocker(f"{facts.step.value}.{name}.{code}", name) for code in facts.text_faults.get(name, ())]


def _listen(facts: Facts) -> list[Blocker]:
    found: list[Blocker] = []
    if not facts.has_customer_words:
        found.append(Blocker("listen.words.missing", "words"))
    found += _missing(facts, "happened")
    if not any(facts.evidence.get(name) for name in ("product", "order_ref", "no_order_reason")):
        found.append(Blocker("listen.order.missing", "order_ref"))
    found += _worthless(facts, "no_order_reason")
    found += _missing(facts, "harm", "remedy_sought", "feeling_start", "severity")
    if facts.pass_number > 1:
        found += _missing(facts, "still_wrong")
    return found


def _empathise(facts: Facts) -> list[Blocker]:
    found = _missing(facts, "restatement", "feeling_named", "answer")
    answer = facts.evidence.get("answer")
    if answer == "corrected":
        found.append(Blocker("empathise.answer.corrected", "answer"))
    elif answer == "unreachable" and facts.attempt_days < 2 and not facts.by_supervisor:
        found.append(Blocker("empathise.answer.attempts", "answer", {"days": facts.attempt_days}))
    elif answer == "no_way" and not facts.anonymous:
        found.append(Blocker("empathise.answer.reachable", "answer"))
    return found


def _apologise(facts: Facts) -> list[Blocker]:
    found = _missing(facts, "regret", "regret_form", "regret_by", "acceptance")
    if facts.evidence.get("acceptance") == "no_way" and not facts.anonymous:
        found.append(Blocker("apologise.acceptance.reachable", "acceptance"))
    return found


def _resolve(facts: Facts) -> list[Blocker]:
    found = _issues(facts)
    found += _missing(facts, "remedy")
    found += _redress(facts)
    found += _missing(facts, "root_cause")
    if not facts.evidence.get("prevention") and not facts.evidence.get("prevention_none"):
        found.append(Blocker("resolve.prevention.missing", "prevention"))
    found += _worthless(facts, "prevention") + _worthless(facts, "prevention_none")
    if facts.outcome_failed:
        found.append(Blocker("resolve.outcome.failed", "outcome"))
    elif not facts.outcome_told:
        found.append(Blocker("resolve.outcome.missing", "outcome"))
    return found


def _issues(facts: Facts) -> list[Blocker]:
    if not facts.issues:
        return [Blocker("resolve.issues.missing", "issues")]
    found: list[Blocker] = []
    for issue in facts.issues:
        place = {"number": issue.number}
        name = f"issue-{issue.number}"
        if not issue.finding:
            found.append(Blocker("resolve.finding.missing", name, place))
        elif not issue.reason:
            found.append(Blocker("resolve.reason.missing", name, place))
        found += [Blocker(f"resolve.reason.{code}", name, place) for code in facts.text_faults.get(name, ())]
    return found


def _redress(facts: Facts) -> list[Blocker]:
    found = [] if facts.redress_total else _missing(facts, "redress_none")
    if facts.redress_waiting:
        code = "resolve.redress.nobody" if facts.approval_nobody else "resolve.redress.waiting"
        found.append(Blocker(code, "redress"))
    return found


_CHECKS = {
    Step.LISTEN: _listen,
    Step.EMPATHISE: _empathise,
    Step.APOLOGISE: _apologise,
    Step.RESOLVE: _resolve,
}


@dataclass(frozen=True)
class Verb:
    """Who may do it, and where in a ticket's life. One table for page, bulk, API, mail and sweep.

    What is a customer's to do nobody else does in their name, however high they stand.
    """

    role: Role = Role.AGENT
    states: frozenset[State] = LIVE
    steps: frozenset[Step] = frozenset(STEPS)


_ANY = frozenset(State)
_OPEN = frozenset({State.OPEN})
_ANSWERED = frozenset({State.ANSWERED})
_RESOLVE = frozenset({Step.RESOLVE})
_TOLD = _ANSWERED | {State.CLOSED}

VERBS: Mapping[str, Verb] = {
    # the four steps
    "step.record": Verb(states=_OPEN),
    "step.complete": Verb(states=_OPEN),
    "step.back": Verb(states=_OPEN, steps=frozenset(STEPS) - {Step.LISTEN}),
    "step.skip": Verb(role=Role.SUPERVISOR, states=_OPEN, steps=frozenset(STEPS) - {Step.RESOLVE}),
    "issue.add": Verb(states=_OPEN),
    "issue.find": Verb(states=_OPEN, steps=_RESOLVE),
    "redress.offer": Verb(states=_OPEN, steps=_RESOLVE),
    "redress.withdraw": Verb(states=_OPEN, steps=_RESOLVE),
    "redress.done": Verb(),
    "approval.decide": Verb(role=Role.SUPERVISOR),
    "approval.waive": Verb(role=Role.ADMINISTRATOR),
    # the ends
    "ticket.reopen": Verb(states=_ANSWERED | {State.CLOSED, State.WITHDRAWN}),
    "ticket.close": Verb(states=_ANSWERED),
    "ticket.settle": Verb(states=_OPEN),
    "ticket.withdraw": Verb(),
    "ticket.out_of_scope": Verb(role=Role.SUPERVISOR, states=_OPEN),
    "ticket.convert": Verb(states=_OPEN),
    # who and where
    "ticket.correct": Verb(),
    "ticket.change_customer": Verb(),
    "ticket.assign": Verb(),
    "ticket.take": Verb(),
    "ticket.move": Verb(),
    "ticket.watch": Verb(states=_ANY),
    "ticket.unwatch": Verb(states=_ANY),
    "ticket.seal": Verb(role=Role.SUPERVISOR, states=_ANY),
    "ticket.unseal": Verb(role=Role.SUPERVISOR, states=_ANY),
    "ticket.link": Verb(states=_ANY),
    "ticket.unlink": Verb(states=_ANY),
    "ticket.wait": Verb(states=_OPEN),
    "ticket.resume": Verb(states=_OPEN),
    # the conversation and what is owed
    "interaction.add": Verb(states=_ANY),
    "interaction.send": Verb(states=_ANY),
    "interaction.unsend": Verb(states=_ANY),
    "interaction.resend": Verb(states=_ANY),
    "interaction.decide": Verb(role=Role.SUPERVISOR, states=_ANY),
    "pattern.confirm": Verb(states=_ANY),
    "pattern.dismiss": Verb(states=_ANY),
    "pattern.pick": Verb(states=_ANY),
    "attachment.add": Verb(states=_ANY),
    "customer_link.rotate": Verb(states=_ANY),
    "customer_link.send": Verb(states=_ANY),
    "letter.begin": Verb(),
    "letter.write": Verb(),
    "letter.submit": Verb(),
    "letter.decide": Verb(role=Role.SUPERVISOR),
    "letter.send": Verb(),
    "letter.print": Verb(),
    "letter.drop": Verb(),
    "follow_up.plan": Verb(states=_ANY),
    "follow_up.done": Verb(states=_ANY),
    "follow_up.move": Verb(states=_ANY),
    "follow_up.undo": Verb(states=_ANY),
    "escalation.open": Verb(),
    "escalation.acknowledge": Verb(role=Role.SUPERVISOR),
    "escalation.return": Verb(role=Role.SUPERVISOR),
    "escalation.take_over": Verb(role=Role.SUPERVISOR),
    "escalation.answer": Verb(role=Role.SUPERVISOR),
    "escalation.read": Verb(states=_ANY),
    # the customer's own, on their page
    "portal.message": Verb(role=Role.CUSTOMER, states=_ANY),
    "portal.answer": Verb(role=Role.CUSTOMER, states=_OPEN, steps=frozenset({Step.EMPATHISE})),
    "portal.verdict": Verb(role=Role.CUSTOMER, states=_TOLD),
    "portal.rate": Verb(role=Role.CUSTOMER, states=_TOLD),
}


def allowed_to(verb: str, role: Role) -> bool:
    """Whether the rank is high enough; KeyError for a verb the table does not know."""
    needed = VERBS[verb].role
    return role == needed if needed == Role.CUSTOMER else at_least(role, needed)


def fits(verb: str, *, step: str, state: str) -> bool:
    """Whether the ticket is at a place in its life where this can be done."""
    rule = VERBS[verb]
    return State(state) in rule.states and Step(step) in rule.steps
