"""One case, laid out: the stepper, the conversation, the facts, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.actions import customer_links
from complaints.domain import vocabulary as v
from complaints.domain import workflow as w
from complaints.domain.evidence import read
from complaints.domain.mail import address_among
from complaints.domain.portal import EFFORT, SATISFACTION, VERDICT_WORDS
from complaints.domain.sentences import sentence
from complaints.forms import conflict
from complaints.forms.composer import FORMS, ComposerForm
from complaints.forms.steps import StepForm, current_values, typed_in
from complaints.models import CustomerLink, StepRecord
from complaints.queries import guard
from complaints.queries.case import Case, names_of
from complaints.views import case_words as words
from complaints.views import playbook, said
from complaints.views.letter_page import rows_of
from complaints.views.verbs import offered
from complaints.views.verbs.stepping import Clash, draft_key, step_form
from complaints.views.verbs.talking import draft_key as write_key
from office import moments
from office.templatetags.fourstep import due_words

WRITES = (
    ("send", _("Reply"), "mail", "r"),
    ("note", _("Note"), "note", "n"),
    ("call", _("Log a call"), "phone", "c"),
    ("reply", _("Sent elsewhere"), "send", ""),
    ("words", _("Customer’s words"), "message-2", "w"),
    ("outcome", _("Outcome told"), "circle-check", "o"),
)
NEXT_HINTS: Mapping[str, Any] = {
    "listen": _("their words, the facts, the wish"),
    "empathise": _("say it back, hear “yes, that’s it”"),
    "apologise": _("for the experience, at once"),
    "resolve": _("finding, remedy, date"),
}
SUMMARY: Mapping[str, tuple[str, ...]] = {
    "listen": ("remedy_sought", "happened", "harm", "feeling_start", "severity", "need"),
    "empathise": ("restatement", "feeling_named", "answer", "answer_words"),
    "apologise": ("regret", "regret_form", "regret_by", "acceptance"),
    "resolve": ("remedy", "redress_none", "root_cause", "prevention", "prevention_none"),
}
ENDS: Mapping[str, str] = {"closed": "close", "withdrawn": "withdraw", "out_of_scope": "out_of_scope"}
PASSES: Mapping[int, Any] = {2: _("Second pass"), 3: _("Third pass")}


@dataclass
class StepLine:
    """One of the four in the stepper."""

    code: str
    number: int
    name: Any
    place: str
    hint: str = ""
    record: StepRecord | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    skipped: str = ""


@dataclass
class Gate:
    """What is still missing before the step can be left, each with where it is mended."""

    blockers: list[tuple[str, str]]
    title: str
    button: str
    refused: bool = False


def page(
    request: HttpRequest,
    case: Case,
    *,
    now: datetime,
    form: StepForm | None = None,
    values: Mapping[str, Any] | None = None,
    clash: Clash | None = None,
    blocked: bool = False,
    write: str = "",
    written: ComposerForm | None = None,
) -> dict[str, Any]:
    """Everything the page's template asks for."""
    ticket, actor = case.ticket, case.actor
    can = offered(actor, ticket)
    names = known_names(case)
    pending, ended = words.promise_lines(case, now)
    reads = said.v_language()
    context: dict[str, Any] = {
        "door": "queue",
        "case": case,
        "ticket": ticket,
        "now": now,
        "can": can,
        "tags": tags(case, now),
        "steps": step_lines(case, names, now),
        "earlier_passes": earlier_passes(case, names, now),
        "items": words.talk_items(case, now),
        "writes": composers(case, can, write or request.GET.get("write", ""), written),
        "promises": pending,
        "ended_promises": ended,
        "clocks": words.clock_lines(case, now),
        "open_escalations": [row for row in case.rows["escalation"] if row.state in ("open", "acknowledged")],
        "ended_escalations": [row for row in case.rows["escalation"] if row.state not in ("open", "acknowledged")],
        "guidance": guidance_of(case),
        "watching": case.watches(),
        "limit": limit_of(case),
        "step_number": w.STEPS.index(w.Step(ticket.step)) + 1,
        "show": case.talk.show,
        "their_page": their_page(case),
        "letter_rows": rows_of(sorted(case.rows["letter"], key=lambda letter: -letter.pk)[:5]),
        "playbook": playbook.shown_for(case, reads),
        "calls": playbook.calls(case, reads),
        "end_reason": case.reason(ENDS.get(ticket.state, "close"), ticket.end_reason) if ticket.end_reason else "",
    }
    if case.record is not None:
        context |= stepping(request, case, names, form=form, values=values, clash=clash, blocked=blocked)
    if clash is not None:
        context["clash"] = clash_of(case, clash, names, now)
    return context


def guidance_of(case: Case) -> Any:
    """What somebody above told the handler last in this pass; None when nothing was said, or the case has ended."""
    said = [
        row
        for row in case.rows["escalation"]
        if row.ended_at and row.answer and row.pass_number == case.ticket.pass_number
    ]
    if case.ticket.state != "open":
        return None
    return max(said, key=lambda row: row.ended_at, default=None)


# The stepper ----------------------------------------------------------------------------------------------------------


def stepping(
    request: HttpRequest,
    case: Case,
    names: Mapping[int, str],
    *,
    form: StepForm | None,
    values: Mapping[str, Any] | None,
    clash: Clash | None,
    blocked: bool,
) -> dict[str, Any]:
    """The form of the step the case is in, and its gate."""
    ticket, record = case.ticket, case.record
    if record is None:
        return {}
    evidence = guard.evidence_of(ticket, record)
    current = current_values(ticket.step, evidence, case.issues)
    draft = case.drafts.get(draft_key(ticket))
    found_in_draft: Clash | None = None
    if form is None:
        form = step_form(ticket, issues=case.issues, people=apologisers(case, names))
        shown: dict[str, Any] = {**current, **(values or {})}
        if values is None and draft is not None and not blocked:
            shown, found_in_draft = _with_draft(form, draft.fields, current)
        shown |= {"version": ticket.version, "seen": conflict.seen_of(current)}
        if values is not None:
            shown["new_issue"] = request.POST.get("new_issue", "")
        form.initial = shown
    blockers = guard.facts_of(ticket, actor=case.actor, evidence=_as_evidence(form, evidence), known=case.known())
    missing = w.blockers(blockers)
    gate = _gate(ticket.step, missing, reverse("case", args=[ticket.number]))
    gate.refused = blocked
    return {
        "form": form,
        "draft_key": draft_key(ticket),
        "draft": draft,
        "todo": {blocker.field for blocker in missing},
        "gate": gate,
        "draft_clash": clash_of(case, found_in_draft, names, None) if found_in_draft and clash is None else None,
    }


def _with_draft(
    form: StepForm, fields: Mapping[str, list[str]], current: Mapping[str, object]
) -> tuple[dict[str, Any], Clash | None]:
    """What this person typed and never saved, brought together with what was saved by others since."""
    data: MultiValueDict[str, str] = MultiValueDict({name: list(values) for name, values in fields.items()})
    seen = conflict.read_seen(data.get("seen") or "")
    typed = {name: value for name, value in typed_in(form, data).items() if name in fields or name in seen}
    if not seen:
        return {**current, **typed, "new_issue": data.get("new_issue", "")}, None
    merged = conflict.merge(typed, seen=seen, current=current)
    shown = {**current, **merged.values, "new_issue": data.get("new_issue", "")}
    return shown, Clash(both=merged.both, taken=merged.taken) if merged.both else None


def _as_evidence(form: StepForm, recorded: Mapping[str, object]) -> dict[str, object]:
    """What the form shows, read as evidence: the gate speaks of what stands on the screen."""
    names = [name for name in w.FIELDS[w.Step(form.step)] if name in form.fields]
    raw = {name: form[name].value() for name in names}
    values, faults = read(form.step, raw)
    return {**recorded, **values, **{name: recorded.get(name) for name in faults}}


def _gate(step: str, missing: tuple[w.Blocker, ...], here: str) -> Gate:
    following = w.next_step(w.Step(step))
    count = len(missing)
    lines = [(sentence(blocker), _where(blocker, here)) for blocker in missing]
    if following is None:
        title = ngettext("%(count)s thing before it is answered", "%(count)s things before it is answered", count)
        return Gate(lines, title % {"count": count}, gettext("Complete: outcome told"))
    said = {"count": count, "step": v.STEPS[following.value]}
    title = ngettext("%(count)s thing before %(step)s", "%(count)s things before %(step)s", count)
    return Gate(lines, title % said, gettext("Go to %(step)s") % said)


def _where(blocker: w.Blocker, here: str) -> str:
    """Where it is mended: a field of the form, a tab of the composer, or the way back."""
    if blocker.field in ("words", "outcome"):
        return f"{here}?write={blocker.field}#write"
    if blocker.code == "empathise.answer.corrected":
        return f"{here}?panel=step.back#panel"
    return f"#f-{blocker.field}"


def step_lines(case: Case, names: Mapping[int, str], now: datetime) -> list[StepLine]:
    """The four, each done, now or to come, by the last visit of the present pass."""
    ticket = case.ticket
    here = w.STEPS.index(w.Step(ticket.step))
    visits = {row.step: row for row in case.records if row.pass_number == ticket.pass_number}
    lines = []
    for number, step in enumerate(w.STEPS):
        row = visits.get(step.value)
        line = StepLine(step.value, number + 1, v.STEPS[step.value], "next", hint=str(NEXT_HINTS[step.value]))
        if row is not None and row.state == StepRecord.OPEN:
            line.place, line.record = "now", row
            line.hint = gettext("since %(when)s") % {"when": words.instant(row.started_at, now)}
        elif row is not None and row.state != StepRecord.LEFT and (ticket.state != "open" or number < here):
            _done(line, row, case, names, now)
        lines.append(line)
    return lines


def _done(line: StepLine, row: StepRecord, case: Case, names: Mapping[int, str], now: datetime) -> None:
    line.place, line.record = "done", row
    ended = row.ended_at or now
    said = {"when": words.instant(ended, now), "length": words.span((ended - row.started_at).total_seconds())}
    line.hint = gettext("%(when)s, %(length)s") % said
    line.facts = _facts(row, names)
    if row.state == StepRecord.SKIPPED:
        line.skipped = case.reason("skip", row.skip_reason)
    if row.step == w.Step.RESOLVE.value:
        line.facts = [*_findings(case, row.pass_number), *line.facts]


def _facts(row: StepRecord, names: Mapping[int, str]) -> list[tuple[str, str]]:
    facts = [(words.label(name), words.in_words(name, row.evidence.get(name), names)) for name in SUMMARY[row.step]]
    return [(name, text) for name, text in facts if text]


def _findings(case: Case, pass_number: int) -> list[tuple[str, str]]:
    found = {row.issue_id: row for row in case.rows["finding"] if row.pass_number == pass_number}
    return [
        (f"{issue.number} {issue.text}", f"{v.word(v.FINDINGS, row.finding)}. {row.reason}")
        for issue in case.issues
        if (row := found.get(issue.pk))
    ]


def earlier_passes(case: Case, names: Mapping[int, str], now: datetime) -> list[StepLine]:
    """Completed and skipped visits of the passes before."""
    lines = []
    for row in case.records:
        if row.pass_number < case.ticket.pass_number and row.state in (StepRecord.COMPLETED, StepRecord.SKIPPED):
            line = StepLine(row.step, w.STEPS.index(w.Step(row.step)) + 1, v.STEPS[row.step], "done")
            _done(line, row, case, names, now)
            lines.append(line)
    return lines


def recorded(case: Case, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """What is written down for the step the case is in, for paper."""
    if case.record is None:
        return []
    evidence = guard.evidence_of(case.ticket, case.record)
    facts = [(words.label(name), words.in_words(name, value, names)) for name, value in evidence.items()]
    found = _findings(case, case.ticket.pass_number) if case.ticket.step == w.Step.RESOLVE.value else []
    return [*found, *((name, text) for name, text in facts if text)]


def pass_name(number: int) -> str:
    """``Second pass``; figures from the fourth on."""
    return str(PASSES.get(number) or gettext("Pass %(number)s") % {"number": number})


# People ---------------------------------------------------------------------------------------------------------------


def known_names(case: Case) -> dict[int, str]:
    """Names of everybody the evidence may mention; one query more only when somebody is not on the case."""
    ticket, actor = case.ticket, case.actor
    names = {part.agent_id: part.name for part in case.rows["participant"]}
    near = (ticket.owner, ticket.team and ticket.team.lead, ticket.team and ticket.team.supervisor)
    names |= {person.pk: person.name for person in near if person}
    if actor.agent_id is not None:
        names[actor.agent_id] = actor.name
    said = {row.evidence.get("regret_by") for row in case.records} - {None, "", *names}
    if said:
        names |= names_of(said)
    return names


def apologisers(case: Case, names: Mapping[int, str]) -> list[tuple[int, str]]:
    """Who may be named as apologising: oneself, the owner, those above, who takes part, and who is named already."""
    if case.ticket.step != w.Step.APOLOGISE.value:
        return []
    return sorted(names.items(), key=lambda person: (person[0] != case.actor.agent_id, person[1]))


def their_page(case: Case) -> dict[str, Any]:
    """The customer's own page: its address, while there is one, and what they said there to our answer."""
    link: CustomerLink | None = getattr(case.ticket, "customer_link", None)
    return {
        "address": customer_links.address_of(link) if link else "",
        "verdict": VERDICT_WORDS.get(case.ticket.verdict, ""),
        "ratings": [(row, SATISFACTION[row.satisfaction], EFFORT.get(row.effort or 0)) for row in case.rows["survey"]],
        "has_mail": any(point.kind == "email" for point in case.rows["contact"]),
    }


# The composer ---------------------------------------------------------------------------------------------------------


def composers(case: Case, can: set[str], chosen: str, written: ComposerForm | None) -> list[dict[str, Any]]:
    """The tabs, each with its form as it was last typed."""
    if "interaction.add" not in can:
        return []
    resolving = case.ticket.step == w.Step.RESOLVE.value and case.ticket.state == "open"
    kinds = [line for line in WRITES if line[0] != "outcome" or resolving]
    codes = [line[0] for line in kinds]
    chosen = chosen if chosen in codes else "note"
    address = address_among(case.rows["contact"])
    tabs = []
    for code, name, icon, key in kinds:
        draft = case.drafts.get(write_key(case.ticket, code))
        form: BaseForm = written if written is not None and written.kind == code else _written(code, case, draft)
        tabs.append(
            {
                "code": code,
                "verb": "interaction.send" if code == "send" else "interaction.add",
                "address": address,
                "name": name,
                "icon": icon,
                "key": key,
                "form": form,
                "chosen": code == chosen,
                "draft": draft,
                "draft_key": write_key(case.ticket, code),
            }
        )
    return tabs


def _written(code: str, case: Case, draft: Any) -> ComposerForm:
    form = FORMS[code]()
    if code == "send" and case.ticket.state == "answered":
        form.initial["mail"] = "chase"
    if "channel" in form.fields:
        form.initial["channel"] = case.ticket.channel
    if draft is not None:
        data: MultiValueDict[str, str] = MultiValueDict({name: list(vals) for name, vals in draft.fields.items()})
        kept = {
            name: field.widget.value_from_datadict(data, {}, name)
            for name, field in form.fields.items()
            if name in draft.fields and name != "file"
        }
        form.initial.update(kept)
    return form


# Head and conflict ----------------------------------------------------------------------------------------------------


def tags(case: Case, now: datetime) -> list[dict[str, Any]]:
    """What everybody must see at once, in words."""
    ticket = case.ticket
    found: list[dict[str, Any]] = []
    if ticket.state != "open":
        found.append({"kind": "ok", "icon": "circle-check", "words": v.STATES[ticket.state]})
    if ticket.kind != "complaint":
        found.append({"kind": "line", "icon": "info-circle", "words": v.KINDS[ticket.kind]})
    if ticket.state == "open" and not ticket.is_waiting:
        found.append(_deadline(ticket, now))
    if ticket.is_waiting:
        reason = case.reason("wait", ticket.waiting_reason)
        until = words.instant(ticket.waiting_until, now) if ticket.waiting_until else ""
        text = gettext("Waiting until %(when)s: %(reason)s") % {"when": until, "reason": reason}
        found.append({"kind": "wait", "icon": "player-pause", "words": text})
    if ticket.safety:
        found.append({"kind": "late", "icon": "alert-triangle", "words": pgettext("overlay", "Safety")})
    if ticket.need:
        found.append({"kind": "need", "icon": "ear", "words": ticket.need})
    if ticket.is_sealed:
        found.append({"kind": "line", "icon": "lock", "words": gettext("Sealed")})
    if ticket.escalation_line:
        level = f"L{ticket.escalation_line}"
        found.append(
            {"kind": "esc", "icon": "arrow-up-circle", "words": level, "level": min(3, ticket.escalation_line)}
        )
    if ticket.pass_number > 1:
        said = {"pass": pass_name(ticket.pass_number), "when": words.instant(ticket.received_at, now)}
        text = gettext("%(pass)s, first received on %(when)s") % said
        found.append({"kind": "soon", "icon": "refresh", "words": text})
    return found


def _deadline(ticket: Any, now: datetime) -> dict[str, Any]:
    counted = moments.countdown(ticket.risk_at, since=ticket.risk_from, now=now, waiting=False)
    what = str({**v.CLOCKS, **v.FOLLOW_UPS}.get(ticket.risk_kind, gettext("Next")))
    when = due_words(counted) or words.instant(ticket.risk_at, now)
    kind = counted.grade if counted.grade in ("soon", "late") else "line"
    text = gettext("%(what)s: %(when)s") % {"what": what, "when": when}
    return {"kind": kind, "icon": "clock", "words": text, "promised": ticket.risk_kind in v.FOLLOW_UPS}


def limit_of(case: Case) -> str:
    """The person's own money limit, e.g. ``GBP 150``; empty when they have none."""
    limit = case.office.redress_limits.get(case.actor.role.value)
    return f"{case.office.currency} {limit}" if limit else ""


def clash_of(case: Case, clash: Clash, names: Mapping[int, str], now: datetime | None) -> dict[str, Any]:
    """Who saved meanwhile, and for every field both versions."""
    ticket = case.ticket
    who = ticket.changed_by.name if ticket.changed_by else gettext("Somebody else")
    return {
        "who": who,
        "ago": words.span((now - ticket.changed_at).total_seconds()) if now else "",
        "seconds": int((now - ticket.changed_at).total_seconds()) if now else 0,
        "both": [(words.label(name), name, words.in_words(name, value, names)) for name, value in clash.both.items()],
        "taken": [words.label(name) for name in clash.taken],
        "homeless": [(words.label(name), _typed(name, value, names)) for name, value in clash.homeless.items()],
    }


def _typed(name: str, value: object, names: Mapping[int, str]) -> str:
    return words.in_words(name, value, names)
