"""Fill the desk named by the environment: `python -m bench.filling COUNT START SECONDS`.

COUNT open cases of twenty teams, each with one promise that falls due within SECONDS after START (seconds since 1970),
evenly spread. Prints a user's session, so that somebody can look at the queue meanwhile.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TEAMS, PEOPLE, CUSTOMERS, SEED = 20, 5, 200, 20261124


def fill(count: int, start: datetime, seconds: float) -> Any:
    """The cases; gives one of the agents."""
    from complaints.domain.numbers import check_digit  # noqa: PLC0415 - the environment comes first
    from complaints.models import FollowUp, Ticket  # noqa: PLC0415
    from customers.models import Customer  # noqa: PLC0415
    from office.models import Agent, Membership, Team, Timer  # noqa: PLC0415

    chance, now = random.Random(SEED), datetime.now(UTC)  # noqa: S311
    bosses = Agent.objects.bulk_create(
        Agent(username=f"boss{n}", name=f"Boss {n}", role="supervisor", email=f"boss{n}@example.org", created_at=now)
        for n in range(TEAMS)
    )
    teams = Team.objects.bulk_create(
        Team(name=f"Team {n}", slug=f"team-{n}", path=f"/{n}/", supervisor=bosses[n]) for n in range(TEAMS)
    )
    people = Agent.objects.bulk_create(
        Agent(username=f"p{n}", name=f"Person {n}", created_at=now, reports_to=bosses[n % TEAMS])
        for n in range(TEAMS * PEOPLE)
    )
    Membership.objects.bulk_create(Membership(team=teams[n % TEAMS], agent=person) for n, person in enumerate(people))
    guests = Customer.objects.bulk_create(
        Customer(name=f"Customer {n}", preferred_address=f"Ms {n}", created_at=now) for n in range(CUSTOMERS)
    )
    tickets = []
    for n in range(count):
        eight = str(10_000_000 + n)
        tickets.append(
            Ticket(
                number=eight + check_digit(eight),
                subject=f"Complaint {n}",
                channel="phone",
                received_at=now,
                entered_at=now,
                source="page",
                customer=chance.choice(guests),
                step="listen",
                severity=2,
                step_since=now,
                team=teams[n % TEAMS],
                owner=people[n % len(people)],
                risk_at=now + timedelta(days=1),
                risk_from=now,
                risk_kind="resolve",
                changed_at=now,
                touched_at=now,
            )
        )
    tickets = Ticket.objects.bulk_create(tickets, batch_size=2000)
    chance.shuffle(tickets)
    promises = FollowUp.objects.bulk_create(
        (
            FollowUp(
                ticket=ticket,
                kind="promise",
                promised=True,
                text="Ring them",
                owner_id=ticket.owner_id,
                due_at=(due := start + timedelta(seconds=seconds * n / count)),
                original_due_at=due,
                made_at=now,
            )
            for n, ticket in enumerate(tickets)
        ),
        batch_size=2000,
    )
    Timer.objects.bulk_create(
        (Timer(subject_kind="follow_up", subject_id=p.pk, kind="missed", due_at=p.due_at) for p in promises),
        batch_size=2000,
    )
    return people[0]


def session_of(agent: Any) -> str:
    """A cookie with which this person is signed in."""
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def main() -> int:
    django.setup()
    count, start, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    print(session_of(fill(count, datetime.fromtimestamp(start, UTC), seconds)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
