"""What stops a letter, in the reader's words. Pure apart from translation."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.domain import letters as l
from complaints.domain.workflow import Blocker

BLOCKERS: Mapping[str, Promise | str] = {
    "letter.fact": _("Not yet: %(named)s"),
    "letter.field": _("Not on record: %(named)s"),
    "letter.unknown": _("There is no field with the name %(named)s"),
    "letter.lost": _("This has to stay in the block: %(named)s"),
    "letter.gap": _("A block is still empty"),
    "letter.block": _("A sentence has to be changed"),
    "letter.must": _("Something is missing that this letter must hold"),
    "letter.component": _("Not ticked: %(named)s"),
    "letter.regret.conditional": _("Regret with an “if” is none"),
    "letter.regret.but": _("A “but” takes the regret back"),
    "letter.regret.responsibility": _("Responsibility is not spoken of before a finding"),
}
TONES: Mapping[str, str] = {
    "draft": "",
    "submitted": "soon",
    "returned": "late",
    "approved": "accent",
    "sent": "",
    "printed": "",
    "dropped": "",
}


def blocker_in_words(blocker: Blocker, language: str) -> str:
    """One thing that is missing, for a reader of ``language``; the code itself for one nobody put into words."""
    params = blocker.params
    named = ""
    if "field" in params:
        key = str(params["field"])
        named = key if blocker.code == "letter.unknown" else l.field_in_words(key, language)
    elif "fact" in params:
        named = l.fact_in_words(str(params["fact"]), language)
    elif "component" in params:
        named = l.component_in_words(str(params["component"]), language)[0]
    sentence = str(BLOCKERS.get(blocker.code, blocker.code))
    return sentence % {"named": named} if "%(named)s" in sentence else sentence
