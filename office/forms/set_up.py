"""What set-up asks about people, teams, tokens and the office as a whole."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import access
from office.models import Agent, Calendar, Office, Team
from office.models.agent import LANGUAGES, ROLES
from office.roles import REACH_ALL, REACH_OWN, REACH_TEAM, SCOPES, STAFF, Role

TWO_LETTERS = RegexValidator(r"^[A-Za-z]{2}\Z", _("Two letters, such as GB, CN or TW"))
THREE_LETTERS = RegexValidator(r"^[A-Za-z]{3}\Z", _("Three letters, such as GBP, CNY or TWD"))
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
REACHES = (
    (REACH_OWN, pgettext_lazy("reach", "What it created")),
    (REACH_TEAM, pgettext_lazy("reach", "One team")),
    (REACH_ALL, pgettext_lazy("reach", "Everything")),
)


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The time zones of places, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in AREAS))


def zone_choices(present: str) -> list[tuple[str, str]]:
    """All zones; one that is set but known under an older name stays on offer."""
    names = zones() if not present or present in zones() else (present, *zones())
    return [(name, name.replace("_", " ")) for name in names]


def here(*also: int | None) -> QuerySet[Agent]:
    """Who can be chosen: active people, and those who stand there already."""
    return access.people().filter(Q(is_active=True) | Q(pk__in=[pk for pk in also if pk]))


def offered_calendars(present: int | None) -> QuerySet[Calendar]:
    """What can be chosen: working hours that are not retired, and those that stand there already."""
    return Calendar.objects.filter(Q(retired_at__isnull=True) | Q(pk=present or 0))


class PersonForm(forms.Form):
    """Somebody who works here, and the teams they belong to."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    username = forms.CharField(label=_("User name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.AGENT.value, widget=forms.RadioSelect)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reports_to = forms.ModelChoiceField(label=_("Reports to"), queryset=Agent.objects.none(), required=False)
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=Agent.objects.none(),
        required=False,
        help_text=_("Sees what is addressed to this person"),
    )
    away_until = forms.DateTimeField(
        label=_("Away until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, agent: Agent | None = None, office: Office, **kwargs: Any) -> None:
        if agent is not None:
            kwargs.setdefault("initial", {name: getattr(agent, name) for name in PERSON_FIELDS})
            kwargs["initial"]["teams"] = list(agent.memberships.values_list("team_id", flat=True))
        else:
            kwargs.setdefault("initial", {"language": office.language, "time_zone": office.time_zone})
        super().__init__(*args, **kwargs)
        others = here()
        if agent is not None:
            others = here(agent.reports_to_id, agent.deputy_id).exclude(pk=agent.pk)
        self.fields["reports_to"].queryset = self.fields["deputy"].queryset = others  # type: ignore[attr-defined]
        self.fields["reports_to"].empty_label = self.fields["deputy"].empty_label = _("Nobody")  # type: ignore[attr-defined]
        self.fields["teams"].queryset = access.teams()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices(agent.time_zone if agent else "")  # type: ignore[attr-defined]

    def about(self) -> dict[str, Any]:
        """What the people's actions take; the teams are told apart."""
        return {name: self.cleaned_data[name] for name in PERSON_FIELDS}

    def changes(self) -> dict[str, Any]:
        """The part of it that is not as it was, so that two people saving at once lose nothing of each other's."""
        return {name: value for name, value in self.about().items() if name in self.changed_data}


PERSON_FIELDS = ("username", "name", "email", "role", "reports_to", "deputy", "away_until", "language", "time_zone")


class TeamForm(forms.Form):
    """A team, where it stands and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ModelChoiceField(label=_("Part of"), queryset=Team.objects.none(), required=False)
    lead = forms.ModelChoiceField(
        label=_("Lead"), queryset=Agent.objects.none(), required=False, help_text=_("Asked first when a case escalates")
    )
    supervisor = forms.ModelChoiceField(
        label=_("Supervisor"),
        queryset=Agent.objects.none(),
        required=False,
        help_text=_("Sees the cases of this team and of every team below it"),
    )
    region = forms.CharField(
        label=_("Region for phone numbers"),
        max_length=2,
        required=False,
        validators=[TWO_LETTERS],
        help_text=_("Two letters; numbers without a prefix are read as of there"),
    )
    calendar = forms.ModelChoiceField(
        label=_("Working hours"),
        queryset=Calendar.objects.none(),
        required=False,
        empty_label=_("As the office"),
        help_text=_("Targets are counted in these hours. Clocks that run already keep theirs"),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=Agent.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        present: list[int] = []
        if team is not None:
            present = list(team.memberships.values_list("agent_id", flat=True))
            stands = {name: getattr(team, f"{name}_id") for name in ("parent", "lead", "supervisor", "calendar")}
            kwargs.setdefault("initial", stands | {"name": team.name, "region": team.region, "members": present})
        super().__init__(*args, **kwargs)
        people = here(*present, *([team.lead_id, team.supervisor_id] if team else []))
        above = access.teams().exclude(pk=team.pk) if team else access.teams()
        for name in ("lead", "supervisor", "members"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]
        self.fields["calendar"].queryset = offered_calendars(team.calendar_id if team else None)  # type: ignore[attr-defined]
        for name in ("parent", "lead", "supervisor"):
            self.fields[name].empty_label = _("None") if name == "parent" else _("Nobody")  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A key for a REST client."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("The system that will use it"))
    scopes = forms.MultipleChoiceField(
        label=_("Allowed"),
        choices=[(scope, scope) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Writing contains reading of the same"),
    )
    reach = forms.ChoiceField(label=_("Reaches"), choices=REACHES, initial=REACH_OWN, widget=forms.RadioSelect)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, help_text=_("For a reach of one team only")
    )
    role = forms.ChoiceField(label=_("Acts as"), choices=ROLES, initial=Role.AGENT.value, widget=forms.RadioSelect)
    expires_at = forms.DateTimeField(
        label=_("Works until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, expires_at: datetime, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"expires_at": expires_at})
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = access.teams()  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("None")  # type: ignore[attr-defined]


class OfficeForm(forms.Form):
    """What holds for the whole installation."""

    name = forms.CharField(label=_("Name of the desk"), max_length=120)
    duty_manager = forms.ModelChoiceField(
        label=_("Duty manager"),
        queryset=Agent.objects.none(),
        required=False,
        help_text=_("Hears of what nobody else answered"),
    )
    calendar = forms.ModelChoiceField(
        label=_("Working hours"),
        queryset=Calendar.objects.none(),
        required=False,
        empty_label=_("None: every hour counts"),
        help_text=_("For teams without their own; targets are counted in these hours. Running clocks keep theirs"),
    )
    region = forms.CharField(label=_("Region for phone numbers"), max_length=2, validators=[TWO_LETTERS])
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    currency = forms.CharField(label=_("Currency"), max_length=3, validators=[THREE_LETTERS])
    reply_to = forms.EmailField(
        label=_("Where answers by e-mail go"),
        required=False,
        max_length=254,
        help_text=_("A mailbox somebody reads. Without one, mails say that they cannot be answered."),
    )
    limit_agent = forms.DecimalField(label=_("Agent"), min_value=0, max_digits=12, decimal_places=2, required=False)
    limit_supervisor = forms.DecimalField(
        label=_("Supervisor"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    limit_administrator = forms.DecimalField(
        label=_("Administrator"), min_value=0, max_digits=12, decimal_places=2, required=False
    )

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        names = ("name", "duty_manager", "region", "time_zone", "language", "currency", "reply_to")
        initial: dict[str, Any] = {name: getattr(office, name) for name in names}
        initial["calendar"] = office.calendar_id
        limits = {f"limit_{role.value}": office.redress_limits.get(role.value) for role in STAFF}
        kwargs.setdefault("initial", initial | limits)
        super().__init__(*args, **kwargs)
        self.fields["duty_manager"].queryset = here(office.duty_manager_id)  # type: ignore[attr-defined]
        self.fields["duty_manager"].empty_label = _("Nobody")  # type: ignore[attr-defined]
        self.fields["calendar"].queryset = offered_calendars(office.calendar_id)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices(office.time_zone)  # type: ignore[attr-defined]

    def about(self) -> dict[str, Any]:
        """What the office's action takes."""
        given = dict(self.cleaned_data)
        limits = {role.value: _plain(given.pop(f"limit_{role.value}")) for role in STAFF}
        return given | {"redress_limits": limits}


def _plain(amount: object) -> str | None:
    return None if amount is None else str(amount)
