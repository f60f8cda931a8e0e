"""Whose case it is, what it is called, and whether its clocks run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import access
from complaints.actions import assignment, clocks, corrections, links, sealing
from complaints.forms import verbs as f
from complaints.models import Category, Ticket
from complaints.queries.people import open_teams
from complaints.views.verbs.asked import Asked, Verb, active_people, candidates, customer_candidates
from customers.access import visible_to as customers_visible_to

VERSIONED = ("version",)


def version(data: Mapping[str, Any]) -> int | None:
    """The version the person looked at, if their form carried one."""
    value = data.get("version")
    return value if isinstance(value, int) else None


def _take(asked: Asked, data: dict[str, Any]) -> Any:
    assignment.take(asked.ticket, version=version(data), **asked.by)
    return _("The case is yours")


def _assign(asked: Asked, data: dict[str, Any]) -> Any:
    owner = data["owner"]
    assignment.assign(asked.ticket, owner=owner, version=version(data), **asked.by)
    return _("%(name)s has the case now") % {"name": owner.name} if owner else _("Nobody has the case now")


def _move(asked: Asked, data: dict[str, Any]) -> Any:
    team = data["team"]
    assignment.move(asked.ticket, team=team, version=version(data), **asked.by)
    return _("Moved to %(team)s") % {"team": team.name} if team else _("Moved out of every team")


def _watch(asked: Asked, _data: dict[str, Any]) -> Any:
    assignment.watch(asked.ticket, **asked.by)
    return _("You watch this case")


def _unwatch(asked: Asked, _data: dict[str, Any]) -> Any:
    assignment.unwatch(asked.ticket, **asked.by)
    return _("You no longer watch this case")


def _wait(asked: Asked, data: dict[str, Any]) -> Any:
    clocks.wait(
        asked.ticket,
        reason=data["reason"],
        until=data["until"],
        note=data["note"],
        version=version(data),
        **asked.by,
    )
    return _("The clocks wait")


def _resume(asked: Asked, data: dict[str, Any]) -> Any:
    clocks.resume(asked.ticket, version=version(data), **asked.by)
    return _("The clocks run again")


# Corrections ----------------------------------------------------------------------------------------------------------


def category_choices() -> list[tuple[str, Any]]:
    """Live categories in two levels, for a select."""
    rows = list(Category.objects.filter(retired_at__isnull=True))
    children: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        if row.parent_id:
            children.setdefault(row.parent_id, []).append((str(row.pk), str(row)))
    choices: list[tuple[str, Any]] = []
    for row in rows:
        if row.parent_id is None:
            whole = (str(row.pk), str(row))
            choices.append((str(row), [whole, *children[row.pk]]) if row.pk in children else whole)
    return choices


def corrected_from(ticket: Ticket) -> dict[str, object]:
    """What the correction form shows, as the record has it."""
    return {
        "subject": ticket.subject,
        "category": str(ticket.category_id or ""),
        "language": ticket.language,
        "on_behalf_of": ticket.on_behalf_of,
        "on_behalf_authority": ticket.on_behalf_authority,
        "joint": ticket.joint,
        "safety": ticket.safety,
    }


def _correct_form(asked: Asked, data: Any, **options: Any) -> f.CorrectForm:
    choices = category_choices()
    own = asked.ticket.category
    known = {code for _name, group in choices for code in (dict(group) if isinstance(group, list) else {_name: 1})}
    if own is not None and str(own.pk) not in known:
        choices.append((str(own.pk), str(own)))
    return f.CorrectForm(data, categories=choices, **options)


def _correct(asked: Asked, data: dict[str, Any]) -> Any:
    changes = {name: data[name] for name in corrected_from(asked.ticket)}
    pk = changes["category"]
    changes["category"] = Category.objects.filter(pk=int(pk)).first() if pk else None
    corrections.correct(asked.ticket, changes=changes, version=version(data), **asked.by)
    return _("Corrected")


def _change_customer(asked: Asked, data: dict[str, Any]) -> Any:
    corrections.change_customer(
        asked.ticket,
        customer=data["customer"],
        anonymous_reason=data["anonymous_reason"],
        version=version(data),
        **asked.by,
    )
    return _("The case belongs to another customer now")


def _convert(asked: Asked, data: dict[str, Any]) -> Any:
    corrections.convert(
        asked.ticket,
        kind=data["kind"],
        reason=data["reason"],
        note=data["note"],
        version=version(data),
        **asked.by,
    )
    return _("Its kind is changed")


# Sealed, linked -------------------------------------------------------------------------------------------------------


def _seal(asked: Asked, data: dict[str, Any]) -> Any:
    sealing.seal(asked.ticket, named=data["named"], sealed_from=data["sealed_from"], version=version(data), **asked.by)
    return _("Sealed: only the people named see it")


def _unseal(asked: Asked, data: dict[str, Any]) -> Any:
    sealing.unseal(asked.ticket, version=version(data), **asked.by)
    return _("No longer sealed")


def _link(asked: Asked, data: dict[str, Any]) -> Any:
    other = access.ticket_for(asked.actor, data["number"])
    links.link(asked.ticket, other=other, kind=data["kind"], **asked.by)
    return _("Linked to %(number)s") % {"number": other.spoken_number}


def _unlink(asked: Asked, data: dict[str, Any]) -> Any:
    links.unlink(asked.ticket, link_id=data["row"] or 0, **asked.by)
    return _("The link is gone")


def _people_form(form: type[Any]) -> Any:
    def make(asked: Asked, data: Any, **options: Any) -> Any:
        return form(data, candidates=candidates(asked), people=active_people(), **options)

    return make


def _reasons_form(kind: str, form: type[f.ReasonForm]) -> Any:
    def make(asked: Asked, data: Any, **options: Any) -> f.ReasonForm:
        return form(data, reasons=asked.reasons(kind), **options)

    return make


VERBS = (
    Verb("ticket.take", _take, title=_("Take it")),
    Verb(
        "ticket.assign",
        _assign,
        title=_("Assign"),
        button=_("Assign"),
        form=_people_form(f.AssignForm),
        picks=("owner",),
        initial=lambda asked: {"owner": asked.ticket.owner_id},
    ),
    Verb(
        "ticket.move",
        _move,
        title=_("Move to another team"),
        button=_("Move"),
        form=lambda asked, data, **o: f.MoveForm(data, teams=open_teams(), rows=open_teams(), **o),
        initial=lambda asked: {"team": asked.ticket.team_id or 0},
        hint=_("Whoever had it goes on seeing it"),
    ),
    Verb("ticket.watch", _watch, title=_("Watch")),
    Verb("ticket.unwatch", _unwatch, title=_("Stop watching")),
    Verb(
        "ticket.wait",
        _wait,
        title=_("Wait for the customer"),
        button=_("Wait"),
        form=_reasons_form("wait", f.WaitForm),
        hint=_("The clocks stop; what remains stays visible"),
    ),
    Verb("ticket.resume", _resume, title=_("Resume")),
    Verb(
        "ticket.correct",
        _correct,
        title=_("Correct subject, category or language"),
        button=_("Correct"),
        form=_correct_form,
        initial=lambda asked: corrected_from(asked.ticket),
    ),
    Verb(
        "ticket.change_customer",
        _change_customer,
        title=_("Change the customer"),
        button=_("Change"),
        form=lambda asked, data, **o: f.CustomerForm(
            data, candidates=customer_candidates(asked), customers=customers_visible_to(asked.actor), **o
        ),
        picks=("customer",),
        initial=lambda asked: {"anonymous_reason": asked.ticket.anonymous_reason},
    ),
    Verb(
        "ticket.convert",
        _convert,
        title=_("Change the kind"),
        button=_("Change"),
        form=_reasons_form("convert", f.ConvertForm),
        initial=lambda asked: {"kind": asked.ticket.kind},
    ),
    Verb(
        "ticket.seal",
        _seal,
        title=_("Seal"),
        button=_("Seal"),
        form=_people_form(f.SealForm),
        picks=("named", "sealed_from"),
        hint=_("Only the people named see it from then on, whatever their role; every reading is written down"),
        initial=lambda asked: {"named": [asked.actor.agent_id], "sealed_from": asked.ticket.sealed_from_id or 0},
    ),
    Verb(
        "ticket.unseal",
        _unseal,
        title=_("Unseal"),
        button=_("Unseal"),
        form=lambda asked, data, **o: f.VerbForm(data, **o),
    ),
    Verb(
        "ticket.link",
        _link,
        title=_("Link, or mark as a duplicate"),
        button=pgettext_lazy("cases", "Link"),
        form=lambda asked, data, **o: f.LinkForm(data, **o),
    ),
    Verb(
        "ticket.unlink",
        _unlink,
        title=_("Remove this link"),
        button=_("Remove"),
        form=lambda asked, data, **o: f.VerbForm(data, **o),
        hint=_("A duplicate goes on where it was"),
    ),
)
