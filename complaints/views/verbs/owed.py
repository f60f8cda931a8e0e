"""Promises, redress and escalations: what is owed, to the customer and to each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import access
from complaints.actions import escalations, follow_ups, redress
from complaints.domain.follow_ups import TRIED_BY_TELEPHONE
from complaints.forms import follow_ups as owed_forms
from complaints.forms import verbs as f
from complaints.forms.when import Reader
from complaints.models import FollowUp
from complaints.queries.hours import hours_of
from complaints.views.verbs.asked import Asked, Verb, active_people, candidates
from office import access as office_access


def of_case(find: Any) -> Any:
    """A row by its number, if it hangs on this case; 404 otherwise."""

    def fetch(asked: Asked, pk: int) -> Any:
        row = find(asked.actor, pk)
        if row.ticket_id != asked.ticket.pk:
            raise Http404
        return row

    return fetch


# Promises -------------------------------------------------------------------------------------------------------------


def _plan(asked: Asked, data: dict[str, Any]) -> Any:
    follow_ups.plan(
        asked.ticket,
        kind=data["kind"],
        text=data["text"],
        due_at=data["due_at"],
        due_kind=data["due_kind"],
        promised=data["promised"],
        owner=data["owner"],
        **asked.by,
    )
    words = {"when": reader(asked).say(data["due_at"])}
    kept = _("Kept on file as a promise: %(when)s") if data["promised"] else _("Planned: %(when)s")
    return str(kept) % words


def _done(asked: Asked, data: dict[str, Any]) -> Any:
    follow_ups.done(asked.row, outcome=data["outcome"], note=data["note"], next_due_at=data["next_due_at"], **asked.by)
    if data["next_due_at"] is not None:
        return str(_("Noted; the next try is %(when)s")) % {"when": reader(asked).say(data["next_due_at"])}
    return _("Noted how it ended")


def _move(asked: Asked, data: dict[str, Any]) -> Any:
    words = {name: data[name] for name in ("due_at", "due_kind", "told")}
    moved = follow_ups.move(asked.row, **words, **asked.by)
    return moved_words(moved, asked.row, reader(asked))


def moved_words(moved: FollowUp, before: FollowUp, reader: Reader) -> str:
    """What became of it: moved, or the promise missed and something of our own in its place."""
    text = _("Moved to %(when)s; the first date stays on record")
    if moved.pk != before.pk:
        text = _("The promise is missed; what goes on is due %(when)s")
    return str(text) % {"when": reader.say(moved.due_at)}


def _undo(asked: Asked, _data: dict[str, Any]) -> Any:
    follow_ups.undo(asked.row, **asked.by)
    return _("Taken up again")


def reader(asked: Asked) -> Reader:
    """Who reads a date that is typed on this case."""
    zone = timezone.get_current_timezone_name()
    return Reader.here(asked.now, hours_of(asked.ticket, zone=zone))


def _dated(make: Any, **more: Any) -> Any:
    """The form of a verb with a date in words."""

    def form(asked: Asked, data: Any, **options: Any) -> Any:
        beside = {"follow_up": asked.row} if asked.row is not None else {}
        beside |= {name: value(asked) for name, value in more.items()}
        return make(data, reader=reader(asked), case=asked.ticket.number, **beside, **options)

    return form


def taken_back(asked: Asked) -> str:
    """The address that takes the end of a follow-up back, and leads to the case again."""
    where = reverse("case", args=[asked.ticket.number])
    return f"{reverse('my-day-undo', args=[asked.row.pk])}?next={where}"


# Redress --------------------------------------------------------------------------------------------------------------


def limit_sentence(asked: Asked) -> str:
    """How much the person may give alone."""
    office = office_access.office()
    limit = redress.limit_of(asked.actor, office.redress_limits)
    if limit is None:
        return str(_("Every amount goes to somebody with more authority"))
    return str(_("Your limit is %(limit)s; above it somebody else approves")) % {"limit": money(limit, office.currency)}


def money(amount: Decimal, currency: str) -> str:
    """``GBP 150.00``: the code leads, because one sign stands for several currencies."""
    return f"{currency} {amount:,.2f}"


def _offer_form(asked: Asked, data: Any, **options: Any) -> f.OfferForm:
    return f.OfferForm(data, issues=asked.ticket.issues.all(), limit=limit_sentence(asked), **options)


def _offer(asked: Asked, data: dict[str, Any]) -> Any:
    number = data["issue"]
    row = redress.offer(
        asked.ticket,
        kind=data["kind"],
        basis=data["basis"],
        amount=data["amount"],
        currency=data["currency"],
        note=data["note"],
        issue=access.issue_for(asked.actor, asked.ticket, int(number)) if number else None,
        due_on=data["due_on"],
        **asked.by,
    )
    return _("Asked for approval") if row.state == "waiting" else _("Agreed, within your limit")


def _withdraw(asked: Asked, _data: dict[str, Any]) -> Any:
    redress.withdraw(asked.row, **asked.by)
    return _("The offer is withdrawn")


def _given(asked: Asked, _data: dict[str, Any]) -> Any:
    redress.done(asked.row, **asked.by)
    return _("Marked as done")


def _decide(asked: Asked, data: dict[str, Any]) -> Any:
    approve = data["decision"] == "approve"
    redress.decide(asked.row, approve=approve, reason=data["reason"], **asked.by)
    return _("Approved") if approve else _("Refused")


def _waive(asked: Asked, data: dict[str, Any]) -> Any:
    person = data["person"]
    redress.waive(asked.row, reason=data["reason"], person=person, **asked.by)
    return _("%(name)s decides now") % {"name": person.name} if person else _("The approval is waived")


# Escalations ----------------------------------------------------------------------------------------------------------


def _escalate(asked: Asked, data: dict[str, Any]) -> Any:
    row = escalations.open_escalation(asked.ticket, reason=data["reason"], trigger=data["trigger"], **asked.by)
    if row.addressed_to is None:
        return _("Escalated; nobody stands above this case yet")
    return _("%(name)s is asked") % {"name": row.addressed_to.name}


def _acknowledge(asked: Asked, _data: dict[str, Any]) -> Any:
    escalations.acknowledge(asked.row, **asked.by)
    return _("Acknowledged")


def _read(asked: Asked, _data: dict[str, Any]) -> Any:
    escalations.read(asked.row, **asked.by)
    return _("Read; it leaves your day")


def _guided(act: Any, said: Any) -> Any:
    def run(asked: Asked, data: dict[str, Any]) -> Any:
        act(asked.row, guidance=data["guidance"], **asked.by)
        return said

    return run


def _plain(asked: Asked, data: Any, **options: Any) -> f.VerbForm:
    return f.VerbForm(data, **options)


def _guidance(asked: Asked, data: Any, **options: Any) -> f.GuidanceForm:
    return f.GuidanceForm(data, **options)


FOLLOW_UP, REDRESS, ESCALATION = (
    of_case(find) for find in (access.follow_up_for, access.redress_for, access.escalation_for)
)

VERBS = (
    Verb(
        "follow_up.plan",
        _plan,
        title=_("Add a promise"),
        button=_("Keep it on file"),
        form=_dated(owed_forms.PlanForm, candidates=candidates, people=lambda _asked: active_people()),
        picks=("owner",),
        initial=lambda asked: {"owner": asked.ticket.owner_id or asked.actor.agent_id},
    ),
    Verb(
        "follow_up.done",
        _done,
        title=_("How did it end"),
        button=_("Note it"),
        form=_dated(owed_forms.DoneForm),
        fetch=FOLLOW_UP,
        initial=lambda asked: {"again": asked.row.kind in TRIED_BY_TELEPHONE},
        undo=taken_back,
    ),
    Verb(
        "follow_up.move",
        _move,
        title=_("Set another date"),
        button=pgettext_lazy("date", "Move"),
        form=_dated(owed_forms.MoveDueForm),
        fetch=FOLLOW_UP,
        hint=_("The first date stays on record, and moves are counted"),
    ),
    Verb("follow_up.undo", _undo, title=_("Take it up again"), fetch=FOLLOW_UP),
    Verb(
        "redress.offer",
        _offer,
        title=_("Offer redress"),
        button=_("Offer"),
        form=_offer_form,
        initial=lambda asked: {"currency": office_access.office().currency},
    ),
    Verb(
        "redress.withdraw", _withdraw, title=_("Withdraw the offer"), button=_("Withdraw"), form=_plain, fetch=REDRESS
    ),
    Verb("redress.done", _given, title=_("It was paid, sent or done"), button=_("Done"), form=_plain, fetch=REDRESS),
    Verb(
        "approval.decide",
        _decide,
        title=_("Approve or refuse"),
        button=_("Decide"),
        form=lambda asked, data, **o: f.DecideForm(data, **o),
        fetch=REDRESS,
    ),
    Verb(
        "approval.waive",
        _waive,
        title=_("Name who decides, or waive"),
        button=_("Confirm"),
        form=lambda asked, data, **o: f.WaiveForm(data, candidates=candidates(asked), people=active_people(), **o),
        fetch=REDRESS,
        picks=("person",),
        hint=_("A waiver is reported"),
    ),
    Verb(
        "escalation.open",
        _escalate,
        title=_("Escalate"),
        button=_("Escalate"),
        form=lambda asked, data, **o: f.EscalateForm(data, **o),
        hint=_("You stay on the case"),
    ),
    Verb("escalation.acknowledge", _acknowledge, title=_("Acknowledge"), fetch=ESCALATION),
    Verb(
        "escalation.return",
        _guided(escalations.give_back, _("Returned with guidance")),
        title=_("Return with guidance"),
        button=_("Return"),
        form=_guidance,
        fetch=ESCALATION,
    ),
    Verb(
        "escalation.answer",
        _guided(escalations.answer, _("Answered")),
        title=_("Answer"),
        button=_("Answer"),
        form=_guidance,
        fetch=ESCALATION,
    ),
    Verb("escalation.read", _read, title=_("Read"), fetch=ESCALATION),
    Verb(
        "escalation.take_over",
        _guided(escalations.take_over, _("You have taken the case over")),
        title=_("Take over"),
        button=_("Take over"),
        form=_guidance,
        fetch=ESCALATION,
    ),
)
