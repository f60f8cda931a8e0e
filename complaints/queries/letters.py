"""The letters of a case: what the record says for them, how one stands, how it looks, and who may approve it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from complaints import access
from complaints.domain import letter_check as c
from complaints.domain import letters as l
from complaints.domain.letter_fields import Given, Point, Record
from complaints.domain.numbers import show
from complaints.domain.workflow import LIVE, State
from complaints.models import Clock, Finding, FollowUp, Interaction, Letter, LetterVersion, StepRecord, Ticket
from complaints.queries import routing
from complaints.queries.guard import prevention_of
from office import access as office_access
from office.models import Agent, Approval
from office.prepared import one
from office.roles import Actor, Role
from playbooks import queries as shelf
from playbooks.models import Article

WIDE = 200
"""Supervisors who are looked through when nobody near the case may approve."""
NOT_TOLD = ("failed", "cancelled", "held")
NEWS = ("update", "promise", "call_back")
"""What the customer was promised and hears from us by."""
BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
SUBJECT = re.compile(r"<title>(.*?)</title>", re.DOTALL)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


# Templates ------------------------------------------------------------------------------------------------------------


def templates(*, fresh: bool = False) -> dict[str, l.Template]:
    """The letter templates that count now, by key and in their order."""
    return {key: l.read(entry.content, entry.edition) for key, entry in shelf.shelf(fresh=fresh).letters.items()}


def template_of(letter: Letter) -> l.Template:
    """The template in the edition the letter was begun with, whether it still counts or not."""
    entry = shelf.letter_template(letter.template, letter.edition)
    content = entry.content if entry else shelf.built_in(Article.LETTER)[letter.template]
    return l.read(content, letter.edition)


# The record -----------------------------------------------------------------------------------------------------------


def record_of(ticket: Ticket, *, signatory: Agent | None, now: datetime) -> Record:
    """What the letters of this case may say, in its present pass. A fixed number of queries."""
    office = office_access.office()
    customer, owner, team = ticket.customer, ticket.owner, ticket.team
    zone = ZoneInfo((customer and customer.time_zone) or office.time_zone)
    case_page = settings.PUBLIC_URL + reverse("portal-new-link")  # a letter is kept as it left: no secret stands in it
    evidence = _evidence(ticket)
    prevention = prevention_of(ticket)
    changed_on = prevention and (_day(prevention.done_at, zone) or prevention.due_on)
    redress = list(ticket.redress.filter(pass_number=ticket.pass_number))
    return Record(
        number=show(ticket.number),
        received_on=ticket.received_at.astimezone(zone).date(),
        today=now.astimezone(zone).date(),
        organisation=office.name,
        contact=office.reply_to or case_page,
        case_page=case_page,
        customer_name=str(customer or ""),
        issues=_issues(ticket),
        remedy_sought=ticket.remedy_sought,
        owner=owner.name if owner else "",
        team=team.name if team else "",
        signatory_name=signatory.name if signatory else "",
        signatory_role=team.name if team else office.name,
        open=ticket.state == State.OPEN.value,
        refused=any(row.state == "refused" for row in redress),
        decision_on=_told_on(ticket, zone),
        given=tuple(
            Given(row.kind, row.basis, row.note, row.amount, row.currency, row.due_on, _day(row.done_at, zone))
            for row in redress
            if row.state in ("agreed", "done")
        ),
        prevention=prevention.what if prevention else "",
        prevention_on=changed_on or None,
        prevention_done=prevention is not None and prevention.done_at is not None,
        prevention_none=prevention.none_reason if prevention else "",
        restatement=str(evidence.get("restatement") or ""),
        regret=str(evidence.get("regret") or ""),
        remedy=str(evidence.get("remedy") or ""),
        redress_none=str(evidence.get("redress_none") or ""),
        cause=ticket.cause_note,
        happened=ticket.happened,
        **_dates(ticket, zone, now),  # type: ignore[arg-type]
    )


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None


def _issues(ticket: Ticket) -> tuple[Point, ...]:
    rows = Finding.objects.filter(issue__ticket=ticket, pass_number=ticket.pass_number)
    found = {row.issue_id: row for row in rows}
    return tuple(
        Point(issue.number, issue.text, row.finding if row else "", row.reason if row else "")
        for issue in ticket.issues.all()
        for row in [found.get(issue.pk)]
    )


def _evidence(ticket: Ticket) -> Mapping[str, Any]:
    """What is on record of the steps of this pass, the latest visit last."""
    found: dict[str, Any] = {}
    for record in StepRecord.objects.filter(ticket=ticket, pass_number=ticket.pass_number).order_by("id"):
        found |= {name: value for name, value in record.evidence.items() if value}
    return found


def _told_on(ticket: Ticket, zone: ZoneInfo) -> date | None:
    """The day on which the outcome of this pass was told last."""
    told = Interaction.objects.filter(ticket=ticket, pass_number=ticket.pass_number, kind="outcome", reached=True)
    last = told.exclude(delivery__in=NOT_TOLD).order_by("-happened_at").values_list("happened_at", flat=True)
    return _day(next(iter(last[:1]), None), zone)


def _dates(ticket: Ticket, zone: ZoneInfo, now: datetime) -> dict[str, date | None]:
    """When the customer hears from us, has the answer, and is asked whether all is done."""
    planned = list(FollowUp.objects.filter(ticket=ticket, done_at__isnull=True, due_at__gt=now).order_by("due_at"))
    clocks = {
        clock.target: clock
        for clock in Clock.objects.unmet().filter(ticket=ticket, pass_number=ticket.pass_number).order_by("cycle")
    }
    ahead = {target: clock for target, clock in clocks.items() if clock.due_at > now}
    news = next(
        (row.due_at for row in planned if row.promised and row.kind in ("update", "promise", "call_back")), None
    )
    next_clock = ahead.get("next_update") or ahead.get("first_answer")
    answer = clocks.get("resolve")
    check = next((row.due_at for row in planned if row.kind == "satisfaction"), None)
    return {
        "next_update_on": _day(news or (next_clock.due_at if next_clock else None), zone),
        "answer_by": _day(answer.due_at, zone) if answer and answer.due_at > now else None,
        "earlier_answer_by": _day(answer.original_due_at, zone) if answer else None,
        "check_on": _day(check, zone),
    }


# Letters --------------------------------------------------------------------------------------------------------------


def letters() -> QuerySet[Letter]:
    return Letter.objects.select_related(
        "begun_by", "approval__addressed_to", "approval__asked_by", "approval__decided_by", "interaction__outgoing"
    )


def of_case(ticket: Ticket) -> QuerySet[Letter]:
    """Its letters, the newest first, without their contents. One query."""
    return letters().filter(ticket=ticket).defer("content")


def letter_for(ticket: Ticket, pk: int) -> Letter:
    """A letter of a case that was fetched through the door; 404 for any other."""
    letter = one(letters().filter(ticket=ticket, pk=pk))
    if letter is None:
        raise Http404
    letter.ticket = ticket
    return letter


def latest(letter: Letter) -> LetterVersion:
    return LetterVersion.objects.filter(letter=letter).select_related("made_by").order_by("-number")[0]


def versions(letter: Letter) -> QuerySet[LetterVersion]:
    return letter.versions.select_related("made_by").defer("parts")


def to_decide(actor: Actor) -> QuerySet[Letter]:
    """Letters that wait for the actor's word, the oldest question first; none they had a hand in. One query."""
    mine = Q(approval__addressed_to=actor.agent_id) | Q(approval__addressed_to__deputy=actor.agent_id)
    editor = LetterVersion.objects.filter(letter=OuterRef("pk")).order_by("-number").values("made_by")[:1]
    return (
        letters()
        .defer("content")
        .filter(mine | Q(approval__addressed_to__isnull=True), state="submitted", approval__state=Approval.WAITING)
        .filter(ticket__in=access.visible_to(actor).filter(state__in=[state.value for state in LIVE]))
        .exclude(Q(begun_by=actor.agent_id) | Q(approval__asked_by=actor.agent_id))
        .annotate(editor=Subquery(editor))
        .exclude(editor=actor.agent_id)
        .select_related("ticket__customer")
        .order_by("approval__asked_at", "id")
    )


def authors(letter: Letter, version: LetterVersion) -> frozenset[int]:
    """Who may not approve it: whoever began it, wrote it last, or asked."""
    asked = letter.approval.asked_by_id if letter.approval else None
    return frozenset(pk for pk in (letter.begun_by_id, version.made_by_id, asked) if pk is not None)


def who_decides(ticket: Ticket, *, now: datetime, but: Collection[int]) -> Agent | None:
    """The nearest person above who sees the case and had no hand in the letter; None when nobody is there."""
    line = [asked.id for asked in routing.line_for(ticket, "letter", now=now) if asked.id not in but]
    if line:
        return Agent.objects.get(pk=line[0])
    ranks = [Role.SUPERVISOR.value, Role.ADMINISTRATOR.value]
    wide = Agent.objects.filter(role__in=ranks, is_active=True).exclude(pk__in=but).order_by("-role", "id")
    for person in wide[:WIDE]:
        if access.visible_to(office_access.actor_of(person)).filter(pk=ticket.pk).exists():
            return person
    return None


# How one stands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A letter with its words, looked through against the record of this moment."""

    letter: Letter
    version: LetterVersion
    record: Record
    examined: c.Examined

    @property
    def template(self) -> l.Template:
        return self.examined.template

    @property
    def stamp(self) -> l.Print:
        return l.print_of(self.examined.blocks, template=self.template, language=self.letter.language)

    @property
    def sheet(self) -> l.Sheet:
        return l.sheet_of(self.examined.blocks, template=self.template, language=self.letter.language)

    @property
    def changed(self) -> tuple[str, ...] | None:
        """What is no longer as it was put before somebody; None while it is, or where nobody was asked."""
        approval = self.letter.approval
        return l.differs(approval.detail, self.stamp) if approval else None


def standing(
    ticket: Ticket,
    letter: Letter,
    *,
    actor: Actor,
    now: datetime,
    parts: Mapping[str, str] | None = None,
    ticked: Collection[str] | None = None,
) -> Standing:
    """How a letter stands as it was saved, or with other ``parts`` and ``ticked`` that somebody types."""
    version, template = latest(letter), template_of(letter)
    record = record_of(ticket, signatory=signatory_of(ticket, letter.begun_by), now=now)
    examined = c.examine(
        template,
        record,
        language=letter.language,
        parts={**version.parts, **parts} if parts is not None else version.parts,
        ticked=version.ticked if ticked is None else ticked,
        about=surroundings(ticket, actor),
        rules=shelf.rules(fresh=True),
    )
    return Standing(letter, version, record, examined)


def surroundings(ticket: Ticket, actor: Actor) -> c.Surroundings:
    return c.Surroundings(
        reader=actor.language,
        role=actor.role.value,
        region=(ticket.jurisdiction or "").lower(),
        conduct_level=ticket.conduct_level,
        step=ticket.step,
        matter=ticket.happened,
    )


def signatory_of(ticket: Ticket, author: Agent | None) -> Agent | None:
    """Whoever began the letter signs it; the case's owner, should they have left."""
    return author if author is not None and author.is_active else ticket.owner


def can_leave_again(letter: Letter) -> bool:
    """Whether a letter that left is here after all: its mail was taken back, or nobody could deliver it."""
    message = letter.interaction
    return letter.state == "sent" and message is not None and message.delivery in ("cancelled", "failed")


# How it looks ---------------------------------------------------------------------------------------------------------


@cache
def stylesheet() -> str:
    """The letter's own styles, which go with every copy."""
    found = finders.find("css/letter-print.css")
    if not isinstance(found, str):
        raise FileNotFoundError("css/letter-print.css")
    return Path(found).read_text(encoding="utf-8")


def page_of(sheet: l.Sheet) -> str:
    """The letter as a whole page that needs nothing beside itself: what is sent, printed, hashed and kept."""
    return render_to_string("complaints/letters/sheet.html", {"sheet": sheet, "style": stylesheet()})


def letter_in_mail(message: Interaction) -> dict[str, Any]:
    """What a mail with a letter says: its subject, and its body as it was kept."""
    letter = Letter.objects.get(interaction=message)
    subject = SUBJECT.search(letter.content)
    return {"subject": unescape(subject.group(1)).strip() if subject else "", "letter": body_of(letter)}


def body_of(letter: Letter) -> SafeString:
    """The letter out of the page that was kept."""
    found = BODY.search(letter.content)
    return mark_safe(found.group(1).strip() if found else "")  # noqa: S308 - we wrote this page ourselves


def policy_for(page: str) -> str:
    """The Content-Security-Policy under which such a page is shown: its own styles, and nothing else at all."""
    styles = (base64.b64encode(hashlib.sha256(css.encode()).digest()).decode() for css in STYLE.findall(page))
    allowed = " ".join(f"'sha256-{digest}'" for digest in styles) or "'none'"
    return f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; sandbox"
