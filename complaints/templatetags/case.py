"""Words for the codes a case is made of.

{% load case %}{{ row.kind|word:"REDRESS" }}  {{ file.size|file_size }}  {{ redress|amount }}  {% comma %}
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import pgettext

from complaints.domain import vocabulary

register = template.Library()


@register.simple_tag
def comma() -> str:
    """What stands between two remarks of a line, as the language writes it."""
    return pgettext("between remarks", ", ")


@register.filter
def word(code: object, table: str) -> Promise | str:
    """The word for a code of one of the vocabulary's tables."""
    return vocabulary.word(getattr(vocabulary, table), str(code))


@register.filter
def file_size(size: int) -> str:
    """``3.4 MB``, ``12 kB``."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


@register.filter
def amount(row: Any) -> str:
    """``GBP 150.00`` of a redress; empty where no money moves."""
    return "" if row.amount is None else f"{row.currency} {row.amount:,.2f}"


@register.filter
def owed(kind: str) -> Promise | str:
    """What breaks next (a ticket's ``risk_kind``): a target's or a promise's word."""
    return {**vocabulary.CLOCKS, **vocabulary.FOLLOW_UPS}.get(kind, "")
