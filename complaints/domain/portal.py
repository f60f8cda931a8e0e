"""What a customer may choose on their page, and the limits of what they send. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERDICTS = ("accepted", "not_fixed", "review")
ANSWERS = ("confirmed", "corrected")
FIGURES = (1, 2, 3, 4, 5)

CHANGEABLE = timedelta(days=14)
"""How long after it was first given a rating may be changed."""

MOST_FILES = 5
TOO_MANY_FILES = _("At most five files at once")
MOST_KEPT = 60
"""Files customers may put into one case; what is asked of them comes to a dozen."""
NO_MORE_FILES = _("No more files can be added here. Write to us what you still want to send")

VERDICT_WORDS: Mapping[str, Promise | str] = {
    "accepted": _("Yes, this settles it"),
    "not_fixed": _("It is not fixed"),
    "review": _("I want someone else to look at it"),
}
SATISFACTION: Mapping[int, Promise | str] = {
    1: pgettext_lazy("satisfaction", "Very dissatisfied"),
    2: pgettext_lazy("satisfaction", "Dissatisfied"),
    3: pgettext_lazy("satisfaction", "In between"),
    4: pgettext_lazy("satisfaction", "Satisfied"),
    5: pgettext_lazy("satisfaction", "Very satisfied"),
}
EFFORT: Mapping[int, Promise | str] = {
    1: pgettext_lazy("effort", "Very easy"),
    2: pgettext_lazy("effort", "Easy"),
    3: pgettext_lazy("effort", "In between"),
    4: pgettext_lazy("effort", "Hard"),
    5: pgettext_lazy("effort", "Very hard"),
}
