"""Every verb a case page offers, by its name in the workflow. The step's form and the composer are modules beside."""

from complaints.views.verbs import ends, handling, owed
from complaints.views.verbs.asked import Asked, Verb, offered

TABLE: dict[str, Verb] = {verb.name: verb for verb in (*handling.VERBS, *ends.VERBS, *owed.VERBS)}

__all__ = ["TABLE", "Asked", "Verb", "offered"]
