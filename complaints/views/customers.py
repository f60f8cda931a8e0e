"""Who complains: the list, the card with its history, and what is corrected on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.domain import vocabulary as v
from complaints.forms.customers import ContactForm, CreateForm, EditForm
from complaints.queries import customers as query
from complaints.views.rows import Row
from customers import access, actions
from customers.models import Customer
from office import access as office_access
from office.errors import Refusal, Stale
from office.folding import printable
from office.pages import actor_in, complain, say, show_refusal, signed_in

LONGEST_TYPED = 200
REASONS: v.Words = {
    "conflicting-hints": _("What was said of one points to the other"),
    "same-contact": _("The same number or address"),
}


def _see(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def _card_of(customer: Customer) -> str:
    return reverse("customer", args=[customer.pk])


def _before(request: HttpRequest) -> int | None:
    """The id a page ends before; None for anything that is no id."""
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else None


@require_safe
@signed_in
def customers(request: HttpRequest) -> HttpResponse:
    """Customers found while one types; without a word the newest."""
    actor, typed = actor_in(request), printable(request.GET.get("q", ""))[:LONGEST_TYPED]
    context: dict[str, Any] = {"door": "customers", "typed": typed, "older": ""}
    if typed:
        context["rows"] = query.matching(actor, typed)
    else:
        newest = query.newest(actor, before=_before(request))
        context["rows"] = newest.rows
        context["older"] = f"{reverse('customers')}?before={newest.older}" if newest.older else ""
    hits = request.headers.get("HX-Target") == "hits"
    return render(request, f"complaints/customers/{'_hits' if hits else 'list'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """A new customer, knowingly. Whoever has the same number or address is suggested as a duplicate on the card."""
    form = CreateForm(request.POST if request.method == "POST" else None, initial={"name": request.GET.get("name", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                customer = actions.create_customer(
                    None,
                    actor=actor_in(request),
                    now=request.now,  # type: ignore[attr-defined]
                    described=form.described(),
                    region=office_access.office().region,
                )
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, gettext("%(name)s is a customer now") % {"name": customer})
                return _see(_card_of(customer))
    return render(request, "complaints/customers/create.html", {"door": "customers", "form": form}, status=status)


@require_safe
@signed_in
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The card. Anyone on the desk may see it; a merged customer is found where they went."""
    row = access.customer_for(actor_in(request), pk)
    if row.merged_into_id:
        return _see(reverse("customer", args=[row.merged_into_id]))
    return _card(request, row, ContactForm())


def _card(request: HttpRequest, row: Customer, form: ContactForm, *, status: int = 200) -> HttpResponse:
    now = request.now  # type: ignore[attr-defined]
    history = query.history(actor_in(request), row, before=_before(request))
    context = {
        "door": "customers",
        "customer": row,
        "contacts": row.contacts.select_related("point"),
        "contact_form": form,
        "history": [Row(ticket, now) for ticket in history.rows],
        "elsewhere": history.elsewhere,
        "older": f"{_card_of(row)}?before={history.older}" if history.older else "",
        "paged": _before(request) is not None,
        "lookalikes": [(other, v.word(REASONS, why)) for other, why in query.lookalikes(row)],
        "spoken": v.word(v.LANGUAGES, row.language),
        "channel": v.word(v.CHANNELS, row.preferred_channel),
        "now": now,
    }
    return render(request, "complaints/customers/card.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a card. Where somebody saved first, both versions stand side by side and nothing typed is lost."""
    row = access.customer_for(actor_in(request), pk)
    form, status, theirs = EditForm.of(row), 200, None
    if request.method == "POST":
        form, status = EditForm(request.POST), 422
        if form.is_valid():
            try:
                actions.correct(
                    row,
                    actor=actor_in(request),
                    now=request.now,  # type: ignore[attr-defined]
                    version=form.cleaned_data["version"],
                    consent=form.cleaned_data["consent"],
                    changes=form.changes(),
                )
            except Stale as stale:
                row.refresh_from_db()
                form, theirs = form.merged(row)
                status = stale.status
            except Refusal as refusal:
                status = show_refusal(form, refusal)
            else:
                say(request, gettext("Saved"))
                return _see(_card_of(row))
    context = {"door": "customers", "customer": row, "form": form, "theirs": _theirs(form, theirs)}
    return render(request, "complaints/customers/edit.html", context, status=status)


def _theirs(form: EditForm, merged: Any) -> dict[str, Any] | None:
    """What the other person saved: (label, their words) where both wrote, labels where only they did."""
    if merged is None:
        return None
    both = [(form.fields[name].label, _said(form, name, value)) for name, value in merged.both.items()]
    return {"both": both, "taken": [form.fields[name].label for name in merged.taken]}


def _said(form: EditForm, name: str, value: object) -> str:
    """A saved value as its field says it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    words = dict(getattr(form.fields[name], "choices", ()))
    return str(words.get(value, value) or "–")


@require_POST
@signed_in
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Add or drop one way to reach a customer; what was dropped can be put back."""
    actor, now = actor_in(request), request.now  # type: ignore[attr-defined]
    row = access.customer_for(actor, pk)
    undone = request.session.pop("contact_undo", None) if "undo" in request.GET else None
    if "drop" in request.POST:
        return _drop(request, row)
    given = undone if undone and undone.get("customer") == row.pk else request.POST
    form = ContactForm(given)
    status = 422
    if form.is_valid():
        try:
            actions.add_contact(row, actor=actor, now=now, region=office_access.office().region, **form.cleaned_data)
        except Refusal as refusal:
            status = show_refusal(form, refusal)
        else:
            say(request, gettext("%(contact)s reaches them now") % {"contact": form.cleaned_data["typed"]})
            return _see(_card_of(row))
    return _card(request, row, form, status=status)


def _drop(request: HttpRequest, row: Customer) -> HttpResponse:
    """Drop a contact. One that was verified is not offered back: who puts it back would vouch for it unseen."""
    given = request.POST["drop"]
    pk = int(given) if given.isdecimal() and given.isascii() and len(given) <= 18 else 0
    link = row.contacts.select_related("point").filter(pk=pk).first()
    if link is None:
        messages.error(request, gettext("This contact is no longer on the card"))
        return _see(_card_of(row))
    try:
        actions.drop_contact(row, actor=actor_in(request), now=request.now, contact_id=pk)  # type: ignore[attr-defined]
    except Refusal as refusal:
        complain(request, refusal)
        return _see(_card_of(row))
    undo = ""
    if link.verified_at is None:
        request.session["contact_undo"] = {
            "customer": row.pk,
            "kind": link.point.kind,
            "typed": link.point.typed,
            "shared": link.point.shared,
        }
        undo = f"{reverse('customer-contacts', args=[row.pk])}?undo=1"
    say(request, gettext("%(contact)s no longer reaches them") % {"contact": link.point.typed}, undo=undo)
    return _see(_card_of(row))
