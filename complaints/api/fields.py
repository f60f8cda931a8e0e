"""What only our bodies hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.domain.vocabulary import LANGUAGES
from office.api.fields import Code

_LANGUAGES = {code.lower(): code for code in LANGUAGES}


class Language(Code):
    """A BCP 47 tag of the desk's languages, in any case."""

    def __init__(self, **rules: Any) -> None:
        super().__init__(LANGUAGES, unknown="unknown-language", says=_("This language is not known"), **rules)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(_LANGUAGES.get(data.lower(), data) if isinstance(data, str) else data)
