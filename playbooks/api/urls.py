"""Every address of the checks."""

from __future__ import annotations

from django.urls import URLPattern, path

from playbooks.api import views

urlpatterns: list[URLPattern] = [
    path("v1/wording-checks", views.WordingChecks.as_view(), name="api-wording-checks"),
    path("v1/promise-checks", views.PromiseChecks.as_view(), name="api-promise-checks"),
    path("v1/pattern-suggestions", views.PatternSuggestions.as_view(), name="api-pattern-suggestions"),
]
