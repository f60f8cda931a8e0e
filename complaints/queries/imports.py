"""What an import needs to know of what is here already."""

from __future__ import annotations

from complaints.models import Category, Ticket


def known_refs(source: str) -> set[str]:
    """The row names imported from this source before."""
    return set(Ticket.objects.filter(source_name=source).exclude(source_ref="").values_list("source_ref", flat=True))


def categories_by_name() -> dict[str, Category]:
    """Live categories by code and by each of their names, folded to one case."""
    found: dict[str, Category] = {}
    for category in Category.objects.filter(retired_at__isnull=True).select_related("parent__team", "team"):
        for name in (category.code, category.name_en, category.name_zh_hans, category.name_zh_hant):
            if name:
                found.setdefault(name.casefold(), category)
    return found
