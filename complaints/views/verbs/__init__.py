"""Every verb a case page offers, by its name in the workflow. The step's form and the composer are modules beside."""

from complaints.views.verbs import ends, handling, knowing, owed, reaching
from complaints.views.verbs.asked import Asked, Verb, offered

GROUPS = (handling.VERBS, ends.VERBS, owed.VERBS, reaching.VERBS, knowing.VERBS)
TABLE: dict[str, Verb] = {verb.name: verb for verbs in GROUPS for verb in verbs}

__all__ = ["TABLE", "Asked", "Verb", "offered"]
