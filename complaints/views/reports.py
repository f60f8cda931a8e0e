"""Reports for supervisors: what became of the wording rules and of the patterns, and the complaints behind a number."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.domain import vocabulary as v
from complaints.forms.reports import SpanForm
from complaints.models import Pattern, WordingNote
from complaints.queries import reports as queries
from complaints.queries.reports import MESSAGE, SUGGESTED_EVER
from complaints.views.rows import Row
from office import moments
from office.folding import printable
from office.pages import actor_in, for_supervisors
from office.views.asking import now_in
from playbooks.domain.severities import NAMES

DONE_HEADS: v.Words = {
    "fixed": pgettext_lazy("report", "Changed"),
    "confirmed": pgettext_lazy("report", "Confirmed"),
    "kept": pgettext_lazy("report", "Kept"),
    "held": pgettext_lazy("report", "Held"),
    "approved": pgettext_lazy("report", "Approved"),
    "refused": pgettext_lazy("report", "Refused"),
}
STATE_HEADS: v.Words = {
    SUGGESTED_EVER: pgettext_lazy("report", "Suggested"),
    "confirmed": pgettext_lazy("report", "Confirmed"),
    "dismissed": pgettext_lazy("report", "Dismissed"),
    "suggested": pgettext_lazy("report", "Undecided"),
    "picked": pgettext_lazy("report", "Picked"),
}
DANGEROUS = ("=", "+", "-", "@")
"""With one of these a spreadsheet takes a cell for a formula."""


@dataclass(frozen=True)
class Period:
    """What the reader asked for, and its address: ``query`` goes into every link of the report."""

    form: SpanForm
    span: queries.Span
    query: Mapping[str, str]

    @property
    def address(self) -> str:
        return urlencode(self.query)

    def link(self, page: str, **more: str) -> str:
        return f"{reverse(page)}?{urlencode({**self.query, **more})}"


def period_in(request: HttpRequest) -> Period:
    """The days and the team of the address. One query, for the teams."""
    known = queries.teams(actor_in(request))
    form = SpanForm(request.GET, teams=known, now=now_in(request), zone=timezone.get_current_timezone())
    span = form.span()
    query = {"since": f"{span.since:%Y-%m-%d}", "until": f"{span.until - timedelta(hours=1):%Y-%m-%d}"}
    if span.team is not None:
        query["team"] = str(span.team)
    return Period(form, span, query)


def in_language(texts: Mapping[str, str]) -> str:
    """A text in the reader's language, else in English."""
    return texts.get(moments.bcp47(get_language() or moments.ENGLISH)) or texts.get("en", "")


def percents(figure: int | None) -> str:
    """``62 %``, ``62%``; a dash for no figure."""
    return "–" if figure is None else _("%(percent)s %%") % {"percent": figure}


@dataclass(frozen=True)
class Number:
    """A figure of a table: what it ``says``, and the address of the complaints behind it; none behind nothing."""

    says: str
    address: str = ""
    more: str = ""


# Wording --------------------------------------------------------------------------------------------------------------


@for_supervisors
@require_safe
def wording(request: HttpRequest) -> HttpResponse:
    """Rule by rule: how often it was shown, and what was done."""
    period = period_in(request)
    report = queries.wording(actor_in(request), period.span)
    if request.GET.get("format") == "csv":
        return as_csv("wording", period, *_wording_table(report))
    context = {
        "tab": "wording",
        "lines": [_wording_line(line, report, period) for line in report.lines],
        "heads": DONE_HEADS.values(),
        "due": sum(line.is_due for line in report.lines),
        "figures": _wording_figures(report, period),
    }
    return _shown(request, "wording", period, context)


def _wording_line(line: queries.RuleLine, report: queries.Wording, period: Period) -> dict[str, Any]:
    def number(did: str) -> Number:
        return _number(line.done[did], period, "report-wording-cases", rule=line.rule.key, did=did)

    shown = _number(line.shown, period, "report-wording-cases", rule=line.rule.key)
    fixed = number("fixed")
    return {
        "rule": line.rule.key,
        "severity": NAMES[line.rule.severity],
        "why": in_language(line.rule.why),
        "is_due": line.is_due,
        "shown": shown,
        "rate": _rate(report.per_hundred(line.in_messages)),
        "fixed": Number(fixed.says, fixed.address, percents(line.fixed_percent)),
        "percent": line.fixed_percent,
        "numbers": [number(did) for did in DONE_HEADS if did != "fixed"],
    }


def _wording_figures(report: queries.Wording, period: Period) -> list[tuple[Number, str]]:
    """The figures above the table."""
    page = "report-wording-cases"
    rate = report.per_hundred(report.in_messages)
    behind = period.link(page, place=MESSAGE) if report.in_messages else ""
    return [
        (Number(_rate(rate), behind), _("hits for 100 messages of ours")),
        (_number(report.messages, period, page, of="messages"), _("messages of ours")),
        (_number(report.shown, period, page), _("hits altogether")),
        (
            _number(sum(line.done["fixed"] for line in report.lines), period, page, did="fixed"),
            pgettext("wording report", "changed before it went out"),
        ),
    ]


def _number(figure: int, period: Period, page: str, **more: str) -> Number:
    return Number(str(figure), period.link(page, **more) if figure else "")


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}"


def _wording_table(report: queries.Wording) -> tuple[list[Any], list[list[Any]]]:
    done = dict(DONE_HEADS)
    head = [_("Rule"), _("Severity"), _("Why"), _("Shown"), _("For 100 messages"), done.pop("fixed")]
    head += [_("Share changed, %"), *done.values(), _("Due for review")]
    rows = [
        [
            line.rule.key,
            NAMES[line.rule.severity],
            in_language(line.rule.why),
            line.shown,
            _rate(report.per_hundred(line.in_messages)),
            line.done["fixed"],
            line.fixed_percent,
            *(line.done[did] for did in done),
            _("yes") if line.is_due else "",
        ]
        for line in report.lines
    ]
    return head, rows


@for_supervisors
@require_safe
def wording_cases(request: HttpRequest) -> HttpResponse:
    """The complaints behind a number of the wording report."""
    actor, period = actor_in(request), period_in(request)
    asked = {name: request.GET.get(name, "") for name in ("rule", "did", "place", "of")}
    known = queries.rules(actor)
    _on_offer(asked, rule=known, did=queries.DID, place=(MESSAGE,), of=("messages",))
    if asked["of"]:
        ours = queries.messages(actor, period.span)
        return _cases(request, period, ours, ticket="ticket_id", asked=asked, title=_("Messages of ours"))
    named = [asked["rule"]] if asked["rule"] else known
    rows = queries.notes(actor, period.span, named, did=asked["did"], place=asked["place"])
    why = in_language(known[asked["rule"]].why) if asked["rule"] else ""
    did = dict(WordingNote.DONE).get(asked["did"], "")
    title = v.apart(str(part) for part in (asked["rule"] or _("All rules"), did))
    return _cases(request, period, rows, ticket="ticket_id", asked=asked, title=title, why=why)


# Patterns -------------------------------------------------------------------------------------------------------------


@for_supervisors
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Pattern by pattern: how often it was suggested, and what people made of that."""
    period = period_in(request)
    lines = queries.patterns(actor_in(request), period.span)
    if request.GET.get("format") == "csv":
        return as_csv("patterns", period, *_pattern_table(lines))
    shown = [_pattern_line(line, period) for line in lines]
    context = {"tab": "patterns", "heads": STATE_HEADS.values(), "lines": shown}
    return _shown(request, "patterns", period, context)


def _pattern_line(line: queries.PatternLine, period: Period) -> dict[str, Any]:
    def number(state: str) -> Number:
        figure = line.suggested if state == SUGGESTED_EVER else line.states[state]
        return _number(figure, period, "report-patterns-cases", key=line.key, state=state)

    return {
        "key": line.key,
        "name": in_language(line.names) or line.key,
        "numbers": [number(state) for state in STATE_HEADS],
        "share": percents(line.confirmed_percent),
        "percent": line.confirmed_percent,
    }


def _pattern_table(lines: Iterable[queries.PatternLine]) -> tuple[list[Any], list[list[Any]]]:
    head = [_("Key"), _("Pattern"), *STATE_HEADS.values(), _("Share confirmed, %")]
    rows = [
        [
            line.key,
            in_language(line.names),
            line.suggested,
            *(line.states[state] for state in STATE_HEADS if state != SUGGESTED_EVER),
            "" if line.confirmed_percent is None else line.confirmed_percent,
        ]
        for line in lines
    ]
    return head, rows


@for_supervisors
@require_safe
def patterns_cases(request: HttpRequest) -> HttpResponse:
    """The complaints behind a number of the pattern report."""
    actor, period = actor_in(request), period_in(request)
    asked = {name: request.GET.get(name, "") for name in ("key", "state")}
    if asked["key"] != printable(asked["key"]):
        raise Http404
    names = queries.pattern_names(actor)
    _on_offer(asked, state=(*queries.STATES, SUGGESTED_EVER))
    words: dict[str, Any] = {**dict(Pattern.STATES), SUGGESTED_EVER: pgettext("pattern", "suggested")}
    words["suggested"] = pgettext("pattern", "undecided")
    name = (in_language(names.get(asked["key"], {})) or asked["key"]) if asked["key"] else _("All patterns")
    rows = queries.marks(actor, period.span, key=asked["key"], state=asked["state"])
    title = v.apart(str(part) for part in (name, words.get(asked["state"], "")))
    return _cases(request, period, rows, ticket="interaction__ticket_id", asked=asked, title=title)


# What both have in common ---------------------------------------------------------------------------------------------


def _shown(request: HttpRequest, template: str, period: Period, context: Mapping[str, Any]) -> HttpResponse:
    address = period.link(f"report-{template}", format="csv")
    known = {"door": "reports", "form": period.form, "period": period, "csv": address, **context}
    return render(request, f"complaints/reports/{template}.html", known)


def _on_offer(asked: Mapping[str, str], **offered: Iterable[str]) -> None:
    """404 for an address no number of ours leads to."""
    if any(asked[name] and asked[name] not in codes for name, codes in offered.items()):
        raise Http404


def _cases(
    request: HttpRequest,
    period: Period,
    rows: Any,
    *,
    ticket: str,
    asked: Mapping[str, str],
    title: str,
    why: str = "",
) -> HttpResponse:
    """The complaints that ``rows`` hang on by the column ``ticket``."""
    actor, now = actor_in(request), now_in(request)
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else None
    found = queries.behind(actor, rows, ticket, before=before)
    back = "patterns" if ticket.startswith("interaction") else "wording"
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "door": "reports",
        "tab": back,
        "title": title,
        "why": why,
        "period": period,
        "rows": [Row(case, now) for case in found.rows],
        "hits": found.hits,
        "tickets": found.tickets,
        "paged": before is not None,
        "older": period.link(f"report-{back}-cases", **kept, before=str(found.older)) if found.older else "",
        "back": period.link(f"report-{back}"),
        "last": period.span.until - timedelta(hours=1),
        "now": now,
    }
    return render(request, "complaints/reports/cases.html", context)


def as_csv(name: str, period: Period, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A table for a spreadsheet, which reads the byte order mark as "this is Unicode"."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    file_name = f"{name}-{period.query['since']}-{period.query['until']}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerows([cell(one) for one in row] for row in (head, *rows))
    return response


def cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip().startswith(DANGEROUS) else text
