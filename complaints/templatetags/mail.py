"""What the templates of mails need: no page, no reader's theme, only a language."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from office import moments

register = template.Library()


@register.simple_tag
def mail_lang() -> str:
    """The language of the mail as ``<html lang>`` wants it."""
    return moments.bcp47(get_language() or moments.ENGLISH)
