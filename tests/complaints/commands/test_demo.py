"""The demo desk is made by the product's own actions."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from complaints.models import Ticket
from office import audit
from office.models import Agent

pytestmark = pytest.mark.django_db


def test_the_demo_fills_an_empty_installation_and_stays_away_from_any_other():
    out = StringIO()
    call_command("demo", stdout=out)
    assert "karin" in out.getvalue()
    assert set(Ticket.objects.values_list("step", flat=True)) == {"listen", "empathise", "apologise", "resolve"}
    for ticket in Ticket.objects.all():
        assert audit.verify(("ticket", ticket.pk)) >= 1
    people, cases = Agent.objects.count(), Ticket.objects.count()
    call_command("demo", stdout=out)
    assert (Agent.objects.count(), Ticket.objects.count()) == (people, cases)
