"""What the office's own list of people cannot know: how many cases each has on the table.

{% load caseload %}{% with_cases people as rows %}{% for row in rows %}{{ row.person }} {{ row.cases }}{% endfor %}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django import template

from complaints.queries.desk import caseload
from office.models import Agent

register = template.Library()


class Row(NamedTuple):
    """A person and the number of their open cases, sealed ones left out."""

    person: Agent
    cases: int


@register.simple_tag
def with_cases(people: Iterable[Agent]) -> list[Row]:
    """Each person with their open cases. One query for all of them."""
    known = list(people)
    numbers = caseload(known)
    return [Row(person, numbers.get(person.pk, 0)) for person in known]
