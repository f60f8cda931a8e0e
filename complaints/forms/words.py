"""Fields for what people write: nothing they typed is refused for a character no screen shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from office.folding import clean


class Words(forms.CharField):
    """Text as somebody typed it, cleaned as it will be stored. Not required and not cut unless said so."""

    def __init__(self, *, rows: int = 0, **options: Any) -> None:
        options.setdefault("required", False)
        if rows:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)
        self.validators = [rule for rule in self.validators if not isinstance(rule, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "").strip()


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of files; the cleaned value is a list. What may be in them is judged where they are kept."""

    widget = SeveralFiles(attrs={"multiple": True})

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(file, initial) for file in given if file]


def nullable(value: object) -> int | None:
    """A figure from a pill or a select; None for nothing chosen."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
