"""How much a wording rule insists, in words and as a mark; the same wherever a finding is shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

NAMES: Final[Mapping[str, Promise | str]] = {
    "block": pgettext_lazy("severity of a rule", "Change this"),
    "warn": pgettext_lazy("severity of a rule", "Confirm"),
    "hint": pgettext_lazy("severity of a rule", "Hint"),
    "nudge": pgettext_lazy("severity of a rule", "Hint"),
}
MARKS: Final[Mapping[str, str]] = {"block": "alert-octagon", "warn": "alert-triangle", "hint": "bulb", "nudge": "bulb"}
"""Icons."""
