"""The sentences of “why this date?”, for the desk and for the customer. Pure apart from translation.

The customer is told the same facts in the same order, without the desk's own terms: no severity, no version numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from django.utils.translation import gettext, ngettext, npgettext, pgettext

from complaints.domain import vocabulary as v
from complaints.domain.why import Days, Line
from office import moments


class Reader(NamedTuple):
    """For whom it is written: their language, zone and hour; ``reason`` names what was waited for."""

    language: str
    zone: tzinfo
    now: datetime
    reason: Callable[[str], str]
    customer: bool = False

    def moment(self, at: datetime) -> str:
        return moments.moment_in_words(at, now=self.now, zone=self.zone, language=self.language)

    def day(self, day: date) -> str:
        today = self.now.astimezone(self.zone).date()
        return moments.day_in_words(day, today=today, language=self.language, full=True)


def in_words(lines: Iterable[Line], reader: Reader) -> list[str]:
    """Each line as a sentence in the active language."""
    said = [_SAID[line.code](line.params, reader) for line in lines]
    return [sentence for sentence in said if sentence]


def length_in_words(length: timedelta) -> str:
    """A length in its largest unit: 12 min, 5 h, 3 days."""
    count, unit = moments.in_one_unit(max(0, int(length.total_seconds() // 60)))
    if unit == "minute":
        return npgettext("length", "%(count)s min", "%(count)s min", count) % {"count": count}
    if unit == "hour":
        return npgettext("length", "%(count)s h", "%(count)s h", count) % {"count": count}
    return npgettext("length", "%(count)s day", "%(count)s days", count) % {"count": count}


def _started(params: Mapping[str, Any], reader: Reader) -> str:
    when = {"when": reader.moment(params["at"])}
    if params["of"] == "step":
        step = v.STEPS[str(params["target"]).removeprefix("step_")]
        return gettext("%(step)s began on %(when)s") % {**when, "step": step}
    if params["of"] == "contact":
        return gettext("Last heard from us on %(when)s") % when
    if params["of"] == "reopened":
        return gettext("Opened again on %(when)s") % when
    return gettext("Received on %(when)s") % when


def _target(params: Mapping[str, Any], reader: Reader) -> str:
    said = {"hours": params["hours"], "version": params["preset"]}
    if reader.customer:
        if params["working"]:
            return gettext("We give ourselves %(hours)s working hours for this") % said
        return gettext("We give ourselves %(hours)s hours for this, day and night") % said
    severity = params["severity"]
    judged = f"{severity} · {v.word(v.SEVERITIES, str(severity))}" if severity else ""
    said["severity"] = judged or gettext("not judged, so as serious")
    if params["working"]:
        return gettext("Severity %(severity)s: %(hours)s working hours (targets of version %(version)s)") % said
    return gettext("Severity %(severity)s: %(hours)s hours, day and night (targets of version %(version)s)") % said


def _days(params: Mapping[str, Any], reader: Reader) -> str:
    said = {"calendar": params["calendar"], "version": params["version"]}
    if reader.customer:
        hours = gettext("Counted in our working hours")
    else:
        hours = gettext("Counted in the hours of %(calendar)s, version %(version)s") % said
    out = [_run(run, reader) for run in params["closed"]]
    if params["more_closed"]:
        more = params["more_closed"]
        out.append(npgettext("closed", "%(count)s more day", "%(count)s more days", more) % {"count": more})
    if params["rest"]:
        rest = params["rest"]
        out.append(ngettext("%(count)s day of rest", "%(count)s days of rest", rest) % {"count": rest})
    worked = [_run(run, reader) for run in params["extra"]]
    if params["more_extra"]:
        more = params["more_extra"]
        worked.append(npgettext("worked", "%(count)s more day", "%(count)s more days", more) % {"count": more})
    parts = [hours]
    if out:
        parts.append(gettext("not counted: %(days)s") % {"days": v.listed(out)})
    if params["unknown_after"]:
        parts.append(gettext("public days after %(year)s are not known yet") % {"year": params["unknown_after"]})
    if worked:
        parts.append(gettext("worked besides: %(days)s") % {"days": v.listed(worked)})
    return pgettext("between the parts of a sentence", "; ").join(parts)


def _run(run: Days, reader: Reader) -> str:
    name = v.listed(name.in_language(reader.language) for name in run.names if any(name))
    if run.first == run.last:
        days = reader.day(run.first)
    else:
        said = {"first": reader.day(run.first), "last": reader.day(run.last)}
        days = gettext("%(first)s to %(last)s") % said
    return gettext("%(days)s (%(name)s)") % {"days": days, "name": name} if name else days


def _stopped(params: Mapping[str, Any], reader: Reader) -> str:
    parts = []
    reasons = v.listed(reader.reason(code) for code in params["waits"])
    if params["times"]:
        count = params["times"]
        said = {"count": count, "length": length_in_words(params["length"]), "reasons": reasons}
        text = ngettext(
            "Stopped %(count)s time for %(length)s: %(reasons)s",
            "Stopped %(count)s times for %(length)s: %(reasons)s",
            count,
        )
        parts.append(text % said)
    if params["since"]:
        said = {"when": reader.moment(params["since"]), "reasons": reasons}
        waiting = (
            gettext("Waiting since %(when)s") if params["times"] else gettext("Waiting since %(when)s: %(reasons)s")
        )
        parts.append(waiting % said)
    if not reader.customer:
        parts += [str(_ANEW[code]()) for code in params["anew"] if code in _ANEW]
    elif params["anew"]:
        parts.append(gettext("Counted anew"))
    return pgettext("between the parts of a sentence", "; ").join(parts)


_ANEW: Mapping[str, Callable[[], str]] = {
    "severity": lambda: gettext("Counted anew, because the severity changed"),
    "team": lambda: gettext("Counted anew, because the case went to another team"),
    "targets": lambda: gettext("Counted anew, because the targets changed"),
}


def _ends(params: Mapping[str, Any], reader: Reader) -> str:
    when = {"when": reader.moment(params["at"])}
    if params["code"] == "met":
        return gettext("Reached on %(when)s") % when
    if params["code"] == "paused":
        return gettext("What is left is counted on when the wait ends")
    return gettext("Due %(when)s") % when


_SAID: Mapping[str, Callable[[Mapping[str, Any], Reader], str]] = {
    "started": _started,
    "target": _target,
    "days": _days,
    "stopped": _stopped,
    "ends": _ends,
}
