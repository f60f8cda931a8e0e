"""One field for everything: a number leads straight to its case, the rest is looked for among customers and orders."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from complaints import access
from complaints.domain.numbers import LENGTH, parse
from complaints.queries import customers as query
from complaints.views.rows import Row
from office.folding import printable
from office.pages import actor_in, signed_in

LONGEST_TYPED = 200


@require_safe
@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """A visible number: 303 to its case. Otherwise customers and the orders that are called so."""
    actor, typed = actor_in(request), printable(request.GET.get("q", ""))[:LONGEST_TYPED]
    number = parse(typed)
    if number and access.visible_to(actor).filter(number=number).exists():
        return HttpResponseRedirect(reverse("case", args=[number]), status=303)
    now = request.now  # type: ignore[attr-defined]
    context = {
        "typed": typed,
        "customers": query.matching(actor, typed, limit=8) if typed else [],
        "rows": [Row(ticket, now) for ticket in query.by_order(actor, typed)],
        "is_number": number is not None,
        "is_almost_number": number is None and _digits(typed) == LENGTH,
        "now": now,
    }
    return render(request, "complaints/find.html", context)


def _digits(typed: str) -> int:
    """How many digits, if there is nothing but digits and what people put between them."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed) if c not in " -–—./#")
    return len(plain) if plain.isdecimal() else 0
