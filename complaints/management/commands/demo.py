"""``manage.py demo``: a small desk to click through, made by the same actions as everything else."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from complaints.actions import conversation, escalations, follow_ups, intake, issues, steps
from complaints.actions.built_in import load
from complaints.management.demo_content import CASES, HOURS, PASSWORD, PEOPLE, TEAMS, Case
from complaints.models import Category, Ticket
from customers.actions import Described, add_contact, create_customer
from office import access
from office.actions.calendars import make_calendar
from office.actions.people import create_agent
from office.actions.teams import create_team, edit_office
from office.models import Agent, Calendar, Team
from office.roles import SYSTEM

WRITTEN_TO = 12
"""Hours: whoever complained longer ago gets no acknowledgement now, and left the address later."""


def dated(case: Case, now: datetime) -> Case:
    """The case with its days written out, so that what it tells lies in the past whenever the demo is made."""

    def written(found: re.Match[str]) -> str:
        day = now - timedelta(days=int(found[1]))
        return f"{day.month}月{day.day}日" if case.language.startswith("zh") else f"{day.day} {day:%B}"

    def told(value: Any) -> Any:
        return re.sub(r"\{(\d+)\}", written, value) if isinstance(value, str) else value

    texts = {each.name: told(getattr(case, each.name)) for each in fields(case)}
    return replace(case, **texts | {"facts": {name: told(value) for name, value in case.facts.items()}})


class Command(BaseCommand):
    help = "Fill an empty installation with a demo desk, or print its log-ins. Never touches one that has people."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--print-logins", action="store_true", help="only print the log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["print_logins"]:
            if Agent.objects.exists():
                self.stdout.write("There are people here already; the demo stays away.")
                return
            with transaction.atomic():
                self._fill(timezone.now())
        self._print_logins()

    def _print_logins(self) -> None:
        here = dict(Agent.objects.filter(username__in=[p[0] for p in PEOPLE]).values_list("username", "role"))
        for username, name, *_rest in PEOPLE:
            if username in here:
                self.stdout.write(f"  {username:<8} {PASSWORD}   {name}, {here[username]}")

    def _fill(self, now: datetime) -> None:
        load(now=now)
        people = self._people(now)
        teams = self._teams(people, now)
        edit_office(
            None,
            actor=SYSTEM,
            now=now,
            name="Harbourlight complaint desk",
            duty_manager=people["ada"],
            region="GB",
            time_zone="Europe/London",
            language="en",
            currency="GBP",
            redress_limits={"agent": "40", "supervisor": "500", "administrator": "5000"},
        )
        for case in CASES:
            self._case(dated(case, now), people, teams, now)

    def _people(self, now: datetime) -> dict[str, Agent]:
        people: dict[str, Agent] = {}
        for username, name, role, language, zone, above in PEOPLE:
            people[username] = create_agent(
                None,
                actor=SYSTEM,
                now=now,
                username=username,
                name=name,
                role=role,
                email=f"{username}@harbourlight.example",
                language=language,
                time_zone=zone,
                reports_to=people.get(above),
                password=PASSWORD,
            )
        return people

    def _teams(self, people: dict[str, Agent], now: datetime) -> dict[str, Team]:
        teams = {}
        for name, supervisor, lead, members, region in TEAMS:
            teams[name] = create_team(
                None,
                actor=SYSTEM,
                now=now,
                name=name,
                supervisor=people[supervisor],
                lead=people[lead],
                members=[people[member] for member in members],
                region=region,
                calendar=self._hours(name, now),
            )
        return teams

    def _hours(self, team: str, now: datetime) -> Calendar | None:
        if team not in HOURS:
            return None
        name, content = HOURS[team]
        return make_calendar(None, actor=SYSTEM, now=now, name=name, content=content)

    def _case(self, case: Case, people: dict[str, Agent], teams: dict[str, Team], now: datetime) -> None:
        at = now - timedelta(hours=case.hours_ago)
        team = teams[case.team]
        handler = people[case.owner] if case.owner else people[TEAMS[0][2] if case.team == "Repairs" else "xiaoyu"]
        actor = access.actor_of(handler)
        described = Described(
            name=case.name,
            phone=case.phone,
            email=case.email if case.hours_ago <= WRITTEN_TO else "",
            preferred_address=case.address,
            language=case.language,
        )
        customer = create_customer(None, actor=actor, now=at, described=described, region=team.region)
        parent, child = case.category
        ticket = intake.receive(
            None,
            actor=actor,
            now=at,
            words=case.words,
            channel=case.channel,
            title=case.title,
            language=case.language,
            customer=customer,
            category=Category.objects.get(code=child, parent__code=parent),
            team=team,
            owner=handler if case.owner else None,
            facts=dict(case.facts),
        )
        if case.email and case.hours_ago > WRITTEN_TO:
            add_contact(customer, actor=actor, now=at, kind="email", typed=case.email, region=team.region)
        self._walk(ticket, case, handler, at)
        self._beside(ticket, case, handler, at, now)

    def _walk(self, ticket: Ticket, case: Case, handler: Agent, at: datetime) -> None:
        actor = access.actor_of(handler)
        evidence: dict[str, dict[str, object]] = {
            "listen": {},
            "empathise": {
                "restatement": case.restatement,
                "feeling_named": case.feeling,
                "answer": "confirmed",
            },
            "apologise": {
                "regret": case.regret,
                "regret_form": "spoken",
                "regret_by": handler.pk,
                "acceptance": "accepted",
            },
            "resolve": {
                "remedy": case.remedy,
                "redress_none": "The replacement puts it right in full.",
                "root_cause": "information",
                "prevention": case.prevention,
            },
        }
        when = at
        while ticket.step != case.to and ticket.state == "open":
            when += timedelta(minutes=12)
            steps.record_step(ticket, actor=actor, now=when, evidence=evidence[ticket.step])
            if ticket.step == "resolve":
                issue = issues.add_issue(ticket, actor=actor, now=when, text=case.issue)
                issues.find(issue, actor=actor, now=when, finding="upheld", reason=case.reason)
                conversation.add_interaction(
                    ticket, actor=actor, now=when, kind="outcome", text=case.outcome, channel="phone"
                )
            ticket = steps.complete_step(ticket, actor=actor, now=when)

    def _beside(self, ticket: Ticket, case: Case, handler: Agent, at: datetime, now: datetime) -> None:
        actor = access.actor_of(handler)
        if case.issue and case.to == "resolve":
            issues.add_issue(ticket, actor=actor, now=at, text=case.issue)
        if case.note:
            conversation.add_interaction(ticket, actor=actor, now=at, kind="note", text=case.note)
        for owed in ticket.follow_ups.filter(done_at__isnull=True, due_at__lt=now):
            follow_ups.done(owed, actor=actor, now=owed.due_at, note="Thanked us, the noise is gone")
        text, hours = case.promise
        if text:
            due = now + timedelta(hours=hours)
            follow_ups.plan(ticket, actor=actor, now=at, kind="promise", text=text, due_at=due)
        if case.escalate:
            escalations.open_escalation(
                ticket, actor=actor, now=now - timedelta(minutes=6), reason=case.escalate, trigger="by_hand"
            )
