"""The parts every page is built from, under the names the design gives them.

    {% load fourstep %}
    {% field form.what rows=3 todo=True %}             label, control, what is wrong, hint
    {% pills form.feeling joined=True %}               radio buttons or boxes as a row of pills
    {% icon "inbox" %}  {% icon "phone" label=words %} decoration, or a picture with a name
    {% dots ticket.step %}  {% dots "resolve" done=True label=words %}
    {% avatar person.name %}  {% avatar "" %}          initials; the dashed ring of nobody
    {% number ticket.number %}  {{ ticket.number|number }}   4821-0937-5
    {% due risk_at risk_from now what=words waiting=ticket.waiting %}
    {% when moment %}  {% when moment full=True %}     in the person's language and zone; full: never "today"
    <p lang="{{ ticket.language|bcp47 }}">

``now`` comes from the page's context or from ``request.now``; nothing here reads the clock.
"""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from office import moments

register = template.Library()

STEPS = ("listen", "empathise", "apologise", "resolve")
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "sir", "dame"})
# Han, kana and Hangul: names that begin with the family name and have no initials
CHARACTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
MINUTES_SHOWN = 60


def step_label(step: str) -> str:
    """The step's name in the active language; an unknown code comes back as it is."""
    labels = {
        "listen": pgettext("step", "Listen"),
        "empathise": pgettext("step", "Empathise"),
        "apologise": pgettext("step", "Apologise"),
        "resolve": pgettext("step", "Resolve"),
        "received": pgettext("step", "Received"),
    }
    return labels.get(step, step)


# Language and marks ---------------------------------------------------------------------------------------------------


@register.simple_tag
def html_lang() -> str:
    """The active language as ``<html lang>`` wants it."""
    return moments.bcp47(get_language() or moments.ENGLISH)


@register.filter
def bcp47(language: str) -> str:
    """``zh-hans`` to ``zh-Hans``: every sentence of a customer carries its language."""
    return moments.bcp47(language or moments.ENGLISH)


@register.simple_tag
def icon(name: str, *, label: str = "", size: str = "") -> SafeString:
    """One drawing of the sprite. With ``label`` it is read out; without, it is decoration. ``size``: "s" or "l"."""
    classes = f"icon icon-{size}" if size else "icon"
    role = format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, role, static("sprite.svg"), name)


@register.filter
def undo_address(message: Any) -> str:
    """Where a message's act can be taken back: its tag ``undo:ADDRESS``, if it has one."""
    tag = str(getattr(message, "extra_tags", "") or "")
    return tag.removeprefix("undo:") if tag.startswith("undo:") else ""


def spoken_number(number: object) -> str:
    """``4821-0937-5`` for nine digits; anything else comes back as it is."""
    digits = str(number)
    if len(digits) != 9 or not digits.isascii() or not digits.isdigit():
        return digits
    return f"{digits[:4]}-{digits[4:8]}-{digits[8]}"


register.filter("number", spoken_number)
register.simple_tag(spoken_number, name="number")


def initials(name: str) -> str:
    """Two letters of a Latin name, the first character (the family name) of a 中文 one."""
    name = name.strip()
    if CHARACTERS.match(name):
        return name[0]
    words = [word for word in name.split() if word.rstrip(".").lower() not in TITLES] or name.split()
    ends = words if len(words) < 2 else (words[0], words[-1])
    return "".join(word[0] for word in ends).upper()


@register.simple_tag
def avatar(name: str | None, *, large: bool = False) -> SafeString:
    """A person's mark, in one of four colours that the name always keeps. Decoration: the name stands beside it."""
    size = " fs-av--l" if large else ""
    name = (name or "").strip()
    if not name:
        return format_html('<span class="fs-av fs-av--none{}" aria-hidden="true">–</span>', size)
    colour = "abcd"[zlib.crc32(name.encode()) % 4]
    return format_html(
        '<span class="fs-av fs-av--{}{}" aria-hidden="true" title="{}">{}</span>', colour, size, name, initials(name)
    )


@register.simple_tag
def dots(step: str | None, *, done: bool = False, label: str = "") -> SafeString:
    """The compact stepper. ``step`` is a code, or empty for a complaint nobody has begun; ``done`` fills all four."""
    now = STEPS.index(step) + 1 if step in STEPS else 0
    words = label or (step_label(step) if step else step_label("received"))
    if done:
        spoken = gettext("All four steps done")
    elif now:
        spoken = gettext("Step %(number)s of 4: %(step)s") % {"number": now, "step": step_label(STEPS[now - 1])}
    else:
        spoken = gettext("No step begun")
    circles = format_html_join(
        "", '<circle class="{}" cx="{}" cy="7" r="{}"/>', (_dot(place, now, done=done) for place in range(1, 5))
    )
    drawing = '<svg viewBox="0 0 56 14" role="img" aria-label="{}"><path d="M7 7H49" fill="none"/>{}</svg>'
    return format_html(
        '<span class="fs-dots fs-s{}">{}<span>{}</span></span>',
        4 if done else now,
        format_html(drawing, spoken, circles),
        words,
    )


def _dot(place: int, now: int, *, done: bool) -> tuple[str, int, str]:
    """Class, centre and radius of one dot: filled before now, a ring now, small and hollow after."""
    x = 14 * place - 7
    if done or place < now:
        return f"d d{place}", x, "4"
    return ("n", x, "4.75") if place == now else ("o", x, "3.5")


# Time -----------------------------------------------------------------------------------------------------------------


def _now(context: template.Context, now: datetime | None) -> datetime | None:
    given = now or context.get("now") or getattr(context.get("request"), "now", None)
    return given if isinstance(given, datetime) else None


@register.simple_tag(takes_context=True)
def when(
    context: template.Context, moment: datetime | date | None, now: datetime | None = None, *, full: bool = False
) -> SafeString | str:
    """An instant (or a day) in words, in the active language and time zone; ``full`` never says "today"."""
    if moment is None:
        return ""
    asked, zone, language = _now(context, now), timezone.get_current_timezone(), get_language() or moments.ENGLISH
    if isinstance(moment, datetime):
        words = moments.moment_in_words(moment, now=asked, zone=zone, language=language, full=full)
    else:
        today = asked.astimezone(zone).date() if asked else None
        words = moments.day_in_words(moment, today=today, language=language, full=full)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.simple_tag(takes_context=True)
def due(
    context: template.Context,
    risk_at: datetime | None,
    risk_from: datetime | None = None,
    now: datetime | None = None,
    *,
    waiting: bool = False,
    what: str = "",
) -> SafeString:
    """The countdown: words, a thin bar of the time used, and ``what`` is due. The clock began at ``risk_from``."""
    asked = _now(context, now)
    if asked is None:
        raise template.TemplateSyntaxError("due needs to be told what time it is")
    zone, language = timezone.get_current_timezone(), get_language() or moments.ENGLISH
    counted = moments.countdown(risk_at, since=risk_from, now=asked, waiting=bool(waiting))
    words: SafeString | str = due_words(counted)
    if risk_at is not None and not waiting:
        words = words or moments.near_moment_in_words(risk_at, now=asked, zone=zone, language=language)
        full = moments.moment_in_words(risk_at, now=asked, zone=zone, language=language)
        words = format_html(
            '<time datetime="{}" title="{}" data-due data-left="{}" data-past="{}">{}</time>',
            risk_at.isoformat(), full, minutes_left("%s"), minutes_past("%s"), words,
        )  # fmt: skip
    mark = {"late": "alert-triangle", "wait": "player-pause"}.get(counted.grade, "clock")
    used = gettext("%(percent)s %% of the time used") % {"percent": counted.used}
    bar = format_html('<progress class="fs-bar" max="100" value="{}" aria-label="{}"></progress>', counted.used, used)
    return format_html(
        '<div class="fs-due fs-due--{}"><span class="fs-due__t">{}{}</span>{}{}</div>',
        counted.grade, icon(mark), words, bar if risk_at else "",
        format_html('<span class="fs-due__w">{}</span>', what) if what else "",
    )  # fmt: skip


def due_words(counted: moments.Countdown) -> str:
    """How far to the deadline, in words; empty where the moment itself says it better."""
    if counted.grade == "wait":
        return gettext("Paused")
    if counted.minutes is None:
        return gettext("No deadline")
    count, unit = moments.in_one_unit(counted.minutes)
    if counted.grade == "late":
        return _past(count, unit)
    if counted.grade == "soon" and counted.minutes <= MINUTES_SHOWN:
        return minutes_left(counted.minutes)
    if counted.grade == "soon" and counted.minutes <= 24 * 60:
        return ngettext("in %(count)s h", "in %(count)s h", count) % {"count": count}
    return ""


def _past(count: int, unit: str) -> str:
    if unit == "minute":
        return minutes_past(count)
    if unit == "hour":
        return ngettext("%(count)s h past", "%(count)s h past", count) % {"count": count}
    return ngettext("%(count)s day past", "%(count)s days past", count) % {"count": count}


def minutes_left(count: int | str) -> str:
    """``18 min``. A string stays in place of the figure, for the page to fill in as minutes pass."""
    return ngettext("%(count)s min", "%(count)s min", _plural(count)) % {"count": count}


def minutes_past(count: int | str) -> str:
    """``18 min past``."""
    return ngettext("%(count)s min past", "%(count)s min past", _plural(count)) % {"count": count}


def _plural(count: int | str) -> int:
    return count if isinstance(count, int) else 2


# Fields ---------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("_field.html")
def field(
    bound: BoundField, *, todo: bool | str = False, label: str = "", hint: str = "", **attrs: Any
) -> dict[str, Any]:
    """A field with its label, what is wrong with it and what helps.

    ``todo`` marks it as still needed (True, or the word to show). Other keywords become attributes of the control, with
    ``_`` for ``-``: ``rows=3 autofocus=True hx_get=url``. Radio buttons and groups of boxes become pills.
    """
    widget = bound.field.widget
    if isinstance(widget, RadioSelect):
        return _group(bound, todo=todo, label=label, hint=hint, joined=bool(attrs.pop("joined", False)), attrs=attrs)
    marks = _attributes(attrs) | _described(bound, hint)
    if classes := {_class(widget), str(widget.attrs.get("class", "")), str(marks.get("class", ""))} - {""}:
        marks["class"] = " ".join(sorted(classes))
    kind = "hidden" if bound.is_hidden else "tick" if isinstance(widget, CheckboxInput) else "control"
    return _answers(bound, todo=todo, label=label, hint=hint) | {"kind": kind, "control": bound.as_widget(attrs=marks)}


@register.inclusion_tag("_field.html")
def pills(
    bound: BoundField, *, joined: bool = False, todo: bool | str = False, label: str = "", hint: str = "", **attrs: Any
) -> dict[str, Any]:
    """Radio buttons or boxes as pills; ``joined`` for a scale or a short closed choice. Attributes as in ``field``."""
    return _group(bound, todo=todo, label=label, hint=hint, joined=joined, attrs=attrs)


def _group(
    bound: BoundField, *, todo: bool | str, label: str, hint: str, joined: bool, attrs: dict[str, Any]
) -> dict[str, Any]:
    several = isinstance(bound.field.widget, CheckboxSelectMultiple)
    extra = _attributes(attrs)
    choices = []
    for option in bound.subwidgets:
        marks = {"type": option.data["type"], "name": option.data["name"], "value": str(option.data["value"] or "")}
        given = {name: value for name, value in option.data["attrs"].items() if not name.startswith("aria-")}
        choices.append({"marks": flatatt(marks | given | extra), "label": option.choice_label})
    return _answers(bound, todo=todo, label=label, hint=hint) | {
        "kind": "pills",
        "choices": choices,
        "joined": joined,
        "several": several,
        "described": _described(bound, hint).get("aria-describedby", ""),
    }


def _answers(bound: BoundField, *, todo: bool | str, label: str, hint: str) -> dict[str, Any]:
    """What every kind of field shows around its control."""
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "todo": gettext("needed") if todo is True else (todo or ""),
        "errors": bound.errors,
    }


def _described(bound: BoundField, hint: str) -> dict[str, Any]:
    ids = [f"{bound.auto_id}_error"] if bound.errors else []
    if hint or bound.help_text:
        ids.append(f"{bound.auto_id}_hint")
    return {"aria-describedby": " ".join(ids)} if ids else {}


def _attributes(given: dict[str, Any]) -> dict[str, Any]:
    """Keywords of a tag as attributes: ``hx_get`` to ``hx-get``; None and False are left out.

    What a template writes out counts as safe there; in an attribute its quotation marks are not.
    """
    return {
        name.replace("_", "-"): value + "" if isinstance(value, SafeString) else value
        for name, value in given.items()
        if value is not None and value is not False
    }


def _class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput) or widget.is_hidden:
        return ""
    return "form-select" if isinstance(widget, Select) else "form-control"
