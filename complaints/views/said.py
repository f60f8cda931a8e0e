"""While somebody writes: what the wording check says, which promises are in it, which pattern the customer shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from complaints import access
from complaints.actions.mailing import KIND_OF
from complaints.domain import vocabulary as v
from complaints.domain.saying import SAID, Answer, Vow
from complaints.forms.saying import answer_of, heard_of
from complaints.models import Ticket
from complaints.queries import knowledge
from complaints.views.case_words import instant
from office.folding import clean
from office.pages import actor_in, signed_in
from office.roles import Actor
from office.views.asking import now_in
from playbooks import matching
from playbooks import queries as shelf
from playbooks.domain.severities import MARKS, NAMES
from playbooks.wording import Finding

LONGEST = 20_000
"""Characters looked at while somebody types; all of them are when it is sent."""
EVIDENCE = ("restatement", "regret")
QUOTED = 80


@dataclass
class Piece:
    """A stretch of the text as the mirror shows it; ``mark`` is the class of its line, empty for none."""

    text: str
    mark: str = ""


@dataclass
class Line:
    """One finding as it is shown: ``quote`` is what it is about, ``better`` what could stand there, or what to do."""

    rule: str
    severity: str
    says: str
    icon: str
    quote: str
    why: str
    better: str
    start: int
    end: int
    takes: bool = False
    confirmed: bool = False


@dataclass
class Promised:
    """One promise found: ``at`` as the field for its date wants it."""

    key: str
    kind: str
    when: str
    at: str
    kept: bool = True


@dataclass
class Heard:
    """One pattern suggested: the words that say so, and what somebody answered."""

    key: str
    name: str
    goal: str
    cues: list[str]
    answer: str = ""


@dataclass
class Said:
    """Everything the fragment shows."""

    place: str
    pieces: list[Piece] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    promised: list[Promised] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    asks: bool = False

    @property
    def blocked(self) -> bool:
        return any(line.severity == "block" for line in self.lines)

    @property
    def summary(self) -> str:
        """For whoever hears the page: how many of each."""
        counts = {name: sum(line.severity == name for line in self.lines) for name in ("block", "warn", "hint")}
        said = gettext("Wording check: %(block)s to change, %(warn)s to confirm, %(hint)s hints")
        return said % counts if self.lines else gettext("Wording check: nothing found")


@require_POST
@signed_in
def said(request: HttpRequest, number: str) -> HttpResponse:
    """What there is to say of the text of one field, as it stands now. Nothing is written."""
    ticket = access.ticket_for(actor_in(request), number)
    place = request.POST.get("place") or request.POST.get("kind", "")
    shown = of_form(ticket, request.POST, place, actor=actor_in(request), now=now_in(request))
    return render(request, "complaints/case/_said.html", {"said": shown, "ticket": ticket})


@require_POST
@signed_in
def heard(request: HttpRequest) -> HttpResponse:
    """Which patterns the words of a new complaint suggest. Nothing is written."""
    text, channel = clean(request.POST.get("words", ""))[:LONGEST], request.POST.get("channel", "")
    shown = Said("words", heard=patterns_in(text, channel, heard_of(request.POST)))
    shown.pieces = _pieces(text, _cue_spans(text, channel))
    return render(request, "complaints/case/_said.html", {"said": shown})


def of_form(ticket: Ticket, post: QueryDict, place: str, *, actor: Actor, now: datetime) -> Said:
    """What the fragment shows for one field of a form; 404 for a field nobody judges."""
    text = clean(post.get(place if place in EVIDENCE else "text", ""))[:LONGEST]
    channel = post.get("channel", "")
    if place in ("words", "call") and (place == "words" or post.get("direction") == "in"):
        found = Said(place, heard=patterns_in(text, channel, heard_of(post)))
        found.pieces = _pieces(text, _cue_spans(text, channel))
        return found
    if place not in (*EVIDENCE, *SAID, "send", "note", "call"):
        raise Http404
    return _judged(ticket, text, post, place, actor=actor, now=now)


def _judged(ticket: Ticket, text: str, post: QueryDict, place: str, *, actor: Actor, now: datetime) -> Said:
    answer = answer_of(post)
    promises = place in (*SAID, "send", "call")
    found = vows_in(ticket, text, now=now) if promises else ()
    kind = KIND_OF.get(post.get("mail", ""), "reply") if place in (*SAID, "send") else "note"
    context = knowledge.context_of(
        ticket,
        actor=actor,
        kind="reply" if place in EVIDENCE else kind,
        channel="email" if place == "send" else post.get("channel", ""),
        saved_promise=bool(found),
    )
    findings = knowledge.findings_in(text, context)
    shown = Said(place, lines=_lines(findings, text, answer), asks=answer.ask)
    shown.promised = [_promised(key, vow, post, now) for key, vow in found]
    spans = [(one.start, one.end, f"w-{one.severity}") for one in findings if one.end > one.start]
    shown.pieces = _pieces(text, spans)
    judged = {f"{one.rule}:{one.severity}" for one in findings if one.severity != "nudge"}
    shown.shown = sorted(answer.shown | judged)
    return shown


def vows_in(ticket: Ticket, text: str, *, now: datetime) -> Sequence[tuple[str, Vow]]:
    """Promises in ``text``, their dates read as the person at the desk reads them."""
    zone = str(timezone.get_current_timezone())
    return knowledge.vows_in(text, ticket, now=now, zone=zone, language=ticket.language)


def patterns_in(text: str, channel: str, answers: dict[str, bool]) -> list[Heard]:
    """What the customer's words suggest, for a person to say yes or no to."""
    language = v_language()
    shown = []
    for found in matching.match(text, channel=channel or None):
        entry = shelf.playbook(found.key)
        if entry is not None:
            answer = {True: "yes", False: "no"}.get(answers.get(found.key), "")  # type: ignore[arg-type]
            goal = in_words(entry.content.get("goal", {}), language)
            cues = [cue.text for cue in found.cues]
            shown.append(Heard(found.key, entry.named(language), goal, cues, answer))
    return shown


def _cue_spans(text: str, channel: str) -> list[tuple[int, int, str]]:
    return [
        (cue.start, cue.end, "w-cue")
        for found in matching.match(text, channel=channel or None)
        for cue in found.cues
        if shelf.playbook(found.key) is not None
    ]


def _lines(findings: Sequence[Finding], text: str, answer: Answer) -> list[Line]:
    """A line a rule, for the first place it speaks of; all of them are marked."""
    first: dict[str, Finding] = {}
    for one in findings:
        first.setdefault(one.rule, one)
    return [_line(one, text, answer) for one in first.values()]


def _line(one: Finding, text: str, answer: Answer) -> Line:
    quote = " ".join(text[one.start : one.end].split())
    return Line(
        rule=one.rule,
        severity=one.severity,
        says=str(NAMES[one.severity]),
        icon=MARKS[one.severity],
        quote=quote[:QUOTED] + ("…" if len(quote) > QUOTED else ""),
        why=one.why,
        better=one.suggest,
        start=one.start,
        end=one.end,
        takes=one.take and bool(one.suggest) and one.end > one.start,
        confirmed=one.rule in answer.confirmed,
    )


def _promised(key: str, vow: Vow, post: QueryDict, now: datetime) -> Promised:
    at = post.get(f"due-{key}") or timezone.localtime(vow.due_at).strftime("%Y-%m-%dT%H:%M")
    kept = key not in post.getlist("vow") or key in post.getlist("keep")
    return Promised(key, str(v.FOLLOW_UPS[vow.kind]), instant(vow.due_at, now), at, kept)


def _pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> list[Piece]:
    """The text cut at the marks; where two lie over each other, the graver is seen."""
    order = ("w-block", "w-warn", "w-cue", "w-hint", "w-nudge")
    marks = sorted(spans, key=lambda span: (order.index(span[2]), span[0]))
    taken: list[tuple[int, int, str]] = []
    for start, end, mark in marks:
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, mark))
    pieces, at = [], 0
    for start, end, mark in sorted(taken):
        pieces += [Piece(text[at:start]), Piece(text[start:end], mark)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def v_language() -> str:
    """The reader's language as the playbooks name it."""
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(get_language() or "en", "en")


def in_words(texts: dict[str, str], language: str) -> str:
    """A text of a playbook in this language, else in English."""
    return texts.get(language) or texts.get("en", "")
