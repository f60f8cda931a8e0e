"""Every change to what we know, one verb a function, one transaction each."""

from __future__ import annotations

from playbooks.actions.editions import add_rule, care, publish, restore, retire, revive
from playbooks.actions.loading import Loaded, load_built_in

__all__ = ["Loaded", "add_rule", "care", "load_built_in", "publish", "restore", "retire", "revive"]
