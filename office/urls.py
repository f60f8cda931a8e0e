"""The door, preferences, and set-up of people, teams, tokens and the office."""

from django.urls import URLPattern, URLResolver, path

from office.views import away, calendars, health, preferences, set_up, signing_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("health/progress/", health.progress, name="health-progress"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("join/<str:secret>/", signing_in.join, name="join"),
    path("preference/", preferences.preference, name="preference"),
    path("away/", away.mine, name="away"),
    path("away/<int:pk>/", away.theirs, name="away-of"),
    path("set-up/", set_up.index, name="set-up"),
    path("set-up/office/", set_up.office, name="set-up-office"),
    path("set-up/people/", set_up.everybody, name="set-up-people"),
    path("set-up/people/new/", set_up.newcomer, name="set-up-person-new"),
    path("set-up/people/<int:pk>/", set_up.person, name="set-up-person"),
    path("set-up/people/<int:pk>/link/", set_up.link, name="set-up-person-link"),
    path("set-up/teams/", set_up.all_teams, name="set-up-teams"),
    path("set-up/teams/new/", set_up.team, name="set-up-team-new"),
    path("set-up/teams/<int:pk>/", set_up.team, name="set-up-team"),
    path("set-up/calendars/", calendars.all_calendars, name="set-up-calendars"),
    path("set-up/calendars/new/", calendars.calendar, name="set-up-calendar-new"),
    path("set-up/calendars/<int:pk>/", calendars.calendar, name="set-up-calendar"),
    path("set-up/calendars/<int:pk>/retire/", calendars.retire, name="set-up-calendar-retire"),
    path("set-up/tokens/", set_up.all_tokens, name="set-up-tokens"),
    path("set-up/tokens/new/", set_up.new_token, name="set-up-token-new"),
    path("set-up/tokens/<int:pk>/revoke/", set_up.revoke_token, name="set-up-token-revoke"),
]
