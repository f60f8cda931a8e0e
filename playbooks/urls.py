"""Playbooks for everybody, wording rules for administrators."""

from __future__ import annotations

from django.urls import URLPattern, path

from playbooks.models import Article
from playbooks.views import editing, reading, rules

PLAYBOOK, RULE = {"kind": Article.PLAYBOOK}, {"kind": Article.RULE}

urlpatterns: list[URLPattern] = [
    path("playbooks/", reading.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/", reading.playbook, name="playbook"),
    path("playbooks/<slug:key>/compare/", reading.compare, name="playbook-compare"),
    path("playbooks/<slug:key>/edit/", editing.edit, name="playbook-edit"),
    path("playbooks/<slug:key>/retire/", editing.retire, PLAYBOOK, name="playbook-retire"),
    path("playbooks/<slug:key>/revive/", editing.revive, PLAYBOOK, name="playbook-revive"),
    path("playbooks/<slug:key>/restore/", editing.restore, PLAYBOOK, name="playbook-restore"),
    path("playbooks/<slug:key>/care/", editing.care, PLAYBOOK, name="playbook-care"),
    path("set-up/wording/", rules.rules, name="set-up-wording"),
    path("set-up/wording/new/", rules.rule, name="set-up-rule-new"),
    path("set-up/wording/<slug:key>/", rules.rule, name="set-up-rule"),
    path("set-up/wording/<slug:key>/compare/", rules.compare, name="set-up-rule-compare"),
    path("set-up/wording/<slug:key>/retire/", editing.retire, RULE, name="set-up-rule-retire"),
    path("set-up/wording/<slug:key>/revive/", editing.revive, RULE, name="set-up-rule-revive"),
    path("set-up/wording/<slug:key>/restore/", editing.restore, RULE, name="set-up-rule-restore"),
    path("set-up/wording/<slug:key>/care/", editing.care, RULE, name="set-up-rule-care"),
]
