"""One letter laid out: its blocks with what is said of them, what stops it, and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import access
from complaints.channels import pdf
from complaints.domain import letters as l
from complaints.domain.letter_check import Examined, Said
from complaints.domain.letter_words import TONES, blocker_in_words
from complaints.domain.workflow import fits
from complaints.forms.letters import PART, DecideForm, LetterForm, SubmitForm
from complaints.models import Letter, Ticket
from complaints.queries import letters as q
from complaints.queries.mail import address_of
from office import moments
from office.pages import actor_in
from office.views.asking import now_in
from playbooks.domain.severities import MARKS, NAMES


def reader() -> str:
    """The language of whoever looks, as a tag."""
    return moments.bcp47(get_language() or "en")


def can(request: HttpRequest, ticket: Ticket, verb: str) -> bool:
    """Whether rank and the place of the case allow it."""
    return access.may(actor_in(request), verb) and fits(verb, step=ticket.step, state=ticket.state)


def rows_of(letters: Iterable[Letter]) -> list[dict[str, Any]]:
    """Letters as lists show them, by the names their templates have today."""
    known = q.templates()
    return [
        {
            "letter": letter,
            "name": (known.get(letter.template) or q.template_of(letter)).named(reader()),
            "tone": TONES.get(letter.state, ""),
        }
        for letter in letters
    ]


@dataclass
class Shown:
    """A letter on its page. ``typed`` is True for words that are not saved; ``form`` and what else was answered."""

    standing: q.Standing
    form: LetterForm
    typed: bool = False
    submit: SubmitForm | None = None
    decide: DecideForm | None = None
    stale: dict[str, Any] = field(default_factory=dict)


def shown_as(
    request: HttpRequest,
    ticket: Ticket,
    row: Letter,
    *,
    typed: dict[str, str] | None = None,
    fresh: bool = False,
) -> Shown:
    """The letter as saved, or as typed. ``fresh``: the form goes on from the version that is saved now."""
    template = q.template_of(row)
    parts = None if typed is None else l.kept_parts(template, typed)
    ticked = None if typed is None else request.POST.getlist("ticked")
    standing = q.standing(ticket, row, actor=actor_in(request), now=now_in(request), parts=parts, ticked=ticked)
    data = None
    if typed is not None:
        data = request.POST.copy()
        for key, text in typed.items():
            data[f"{PART}{key}"] = text
        if fresh:
            data["version"] = str(standing.version.number)
    form = LetterForm(
        data,
        blocks=standing.examined.blocks,
        ticks=standing.examined.ticks,
        version=standing.version.number,
        again=standing.version.number > 1,
    )
    return Shown(standing, form, typed=typed is not None)


def context_of(request: HttpRequest, ticket: Ticket, shown: Shown) -> dict[str, Any]:
    """Everything the page of a letter shows."""
    standing, actor = shown.standing, actor_in(request)
    row, examined, changed = standing.letter, standing.examined, standing.changed
    open_again = row.state == "approved" and (row.approval is None or changed is not None)
    editable = row.state in l.WRITABLE or open_again
    deciding = row.state == "submitted" and actor.agent_id not in q.authors(row, standing.version)
    held = examined.held
    return {
        "ticket": ticket,
        "letter": row,
        "name": standing.template.named(reader()),
        "tone": TONES.get(row.state, ""),
        "version": standing.version,
        "versions": list(q.versions(row)),
        "form": shown.form,
        "typed": shown.typed,
        "stale": shown.stale,
        "blocks": blocks_of(shown),
        "whole": [line_of(said) for said in examined.of("")],
        "ticks": [tick_of(tick) for tick in examined.ticks],
        "blockers": _blockers(examined),
        "can_hold": bool(held) and not examined.stopping,
        "sheet": standing.sheet,
        "changed": None if changed is None else l.difference_in_words(standing.template, changed, reader()),
        "editable": editable and can(request, ticket, "letter.write"),
        "submit": shown.submit or submit_form(standing),
        "asks": standing.template.approval or bool(held),
        "decide": (shown.decide or DecideForm()) if deciding and can(request, ticket, "letter.decide") else None,
        "held": _held(row, examined),
        "leaving": _leaving(request, ticket, standing, open_again=open_again and changed is not None),
        "copy": _copy(row),
        "pdf": pdf.is_here(),
        "can_drop": row.state not in l.OVER and can(request, ticket, "letter.drop"),
        "again": q.can_leave_again(row),
        "now": now_in(request),
    }


def blocks_of(shown: Shown) -> list[dict[str, Any]]:
    """Each block with its field, what the check says of it, and what is missing from it."""
    examined, language = shown.standing.examined, reader()
    found = []
    for block in examined.blocks:
        name = f"{PART}{block.part.id}"
        found.append(
            {
                "block": block,
                "id": block.part.id,
                "control": shown.form[name] if block.is_written and name in shown.form.fields else None,
                "label": _label(block.part),
                "prompt": l.in_language(block.part.prompt, l.language_of(language)) if block.part.prompt else "",
                "said": [line_of(said) for said in examined.of(block.part.id)],
                "missing": [
                    blocker_in_words(blocker, language)
                    for blocker in examined.blockers
                    if blocker.field == block.part.id and blocker.code not in ("letter.block", "letter.component")
                ],
                "fields": [(l.field_in_words(key, language), key) for key in block.fields],
            }
        )
    return found


def _label(part: l.Part) -> str:
    if part.component:
        return l.component_in_words(part.component, reader())[0]
    if part.author:
        return _("Your own words")
    return _("May be changed") if part.editable else _("Fixed")


def line_of(said: Said) -> dict[str, Any]:
    return {
        "key": said.key,
        "rule": said.finding.rule,
        "severity": "hint" if said.severity == "nudge" else said.severity,
        "word": NAMES[said.severity],
        "icon": MARKS[said.severity],
        "why": said.finding.why,
        "better": said.finding.suggest,
        "takes": said.span is not None and said.finding.take and bool(said.finding.suggest),
    }


def tick_of(tick: l.Tick) -> dict[str, Any]:
    name, explanation = l.component_in_words(tick.key, reader())
    return {"tick": tick, "name": name, "explanation": explanation}


def _blockers(examined: Examined) -> list[dict[str, str]]:
    """Each sentence once for each place, with the place it is mended in."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for blocker in examined.blockers:
        words = blocker_in_words(blocker, reader())
        place = "" if blocker.code == "letter.component" else blocker.field
        anchor = f"block-{place}" if place else "l-six" if blocker.code == "letter.component" else "l-whole"
        found[(anchor, words)] = {"anchor": anchor, "words": words, "code": blocker.code}
    return list(found.values())


def submit_form(standing: q.Standing, data: Any = None) -> SubmitForm:
    warnings = [(said.key, f"{said.finding.rule}: {said.finding.why}") for said in standing.examined.warnings]
    return SubmitForm(data, warnings=warnings, version=standing.version.number)


def _held(row: Letter, examined: Examined) -> list[str]:
    """The rules a supervisor is asked to overrule, with their reasons."""
    rules = set(row.approval.detail.get("held") or ()) if row.approval else set()
    whys = {said.finding.rule: said.finding.why for said in examined.said}
    return [f"{rule}: {whys.get(rule, '')}".rstrip(": ") for rule in sorted(rules)]


def _leaving(request: HttpRequest, ticket: Ticket, standing: q.Standing, *, open_again: bool) -> dict[str, Any]:
    """How an approved letter can leave now."""
    row = standing.letter
    ready = (row.state == "approved" and not open_again) or q.can_leave_again(row)
    if not ready or not can(request, ticket, "letter.send"):
        return {}
    return {"address": address_of(ticket)}


def _copy(row: Letter) -> dict[str, Any]:
    """The kept copy, and whether it is still what left."""
    if not row.sha256:
        return {}
    return {"sha256": row.sha256, "whole": l.digest(row.content) == row.sha256, "body": q.body_of(row)}
