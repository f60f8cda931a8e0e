"""Public days of a region, and the hours that count when a desk keeps them. Pure: no database, no clock, no Django.

The library knows the days; what is counted with is written into the version of a calendar, so that a newer library
moves no old date. Years of which a government has not yet said which weekends are moved are left out, and told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import holidays

from office.calendars import ClosedDay, ExtraDay, Name, WorkingTime

BEFORE, AHEAD = 1, 2
"""Years before and after the present one whose public days are written into a version."""


class PublicDays(NamedTuple):
    """The public holidays of a region and the weekends worked for them, by date.

    ``unannounced`` are the years whose holidays are only worked out by rule, because the government had not yet said
    which weekends are moved: warn, and load them again later.
    """

    closed: tuple[ClosedDay, ...]
    extra: tuple[ExtraDay, ...]
    unannounced: tuple[int, ...] = ()


# By ISO 3166 code: the library's languages for en, zh-Hans and zh-Hant where it has them, its subdivision, its kinds of
# days. GB alone is England. The days on which offices close in Hong Kong (Cap. 149) are statutory or optional there.
REGIONS: Final[Mapping[str, tuple[tuple[str, ...], str | None, tuple[str, ...]]]] = {
    "CN": (("en_US", "zh_CN", "zh_TW"), None, ("public",)),
    "GB": (("en_GB",), "ENG", ("public",)),
    "GB-NIR": (("en_GB",), "NIR", ("public",)),
    "GB-SCT": (("en_GB",), "SCT", ("public",)),
    "GB-WLS": (("en_GB",), "WLS", ("public",)),
    "HK": (("en_HK", "zh_CN", "zh_HK"), None, ("public", "optional")),
    "TW": (("en_US", "zh_CN", "zh_TW"), None, ("public",)),
    "US": (("en_US",), None, ("public",)),
}
_MONTH_FIRST: Final = re.compile("([0-9]{2})/([0-9]{2})/([0-9]{4})")


def public_days(region: str, years: Collection[int]) -> PublicDays:
    """The public days of a region (a key of ``REGIONS``) in these years, those that fall on a weekend among them."""
    languages, part, kinds = REGIONS[region]
    said = [
        holidays.country_holidays(region[:2], part, years=set(years), language=language, categories=kinds)
        for language in languages
    ]
    days = sorted(day for day in said[0] if day.year in years)
    closed = tuple(ClosedDay(day, Name(*(_MONTH_FIRST.sub(r"\3-\1-\2", one[day]) for one in said))) for day in days)
    # Weekends worked for a January are listed whatever year is asked for.
    extra = tuple(ExtraDay(day) for day in sorted(said[0].weekend_workdays) if day.year in years)
    announced = getattr(said[0], "special_public_holidays", {}) if region == "CN" else years
    return PublicDays(closed, extra, tuple(sorted(set(years) - set(announced))))


class Coverage(NamedTuple):
    """The years whose public days a version holds, both inclusive; None when it holds none."""

    first: int
    last: int

    def runs_out(self, today: date, *, within_days: int = 120) -> bool:
        """Whether dates counted from ``today`` soon leave what is known."""
        return date(self.last, 12, 31).toordinal() - today.toordinal() < within_days


def loaded(region: str, year: int) -> dict[str, Any]:
    """The public days around ``year`` as JSON for a version: ``closed``, ``extra``, ``first`` and ``last`` year.

    Only announced years, one after the other; empty without a region.
    """
    if region not in REGIONS:
        return {}
    years = range(year - BEFORE, year + AHEAD + 1)
    unannounced = set(public_days(region, years).unannounced)
    known = [each for each in years if each not in unannounced]
    if not known:
        return {}
    days = public_days(region, known)
    written = _Days(days.closed, days.extra).write()
    return {"closed": written["closed"], "extra": written["extra"], "first": min(known), "last": max(known)}


def coverage(content: Mapping[str, Any]) -> Coverage | None:
    """For which years a version knows the public days of its region."""
    public = content.get("public") or {}
    return Coverage(int(public["first"]), int(public["last"])) if public else None


def working_time(content: Mapping[str, Any]) -> WorkingTime:
    """The hours of one version of a calendar: its own week and days, over the public days of its region.

    What the desk says of a date goes before what the region says: a closed day closes a make-up day, and an extra day
    without windows opens a public holiday like an ordinary day. Raises BadCalendar.
    """
    return _working_time(json.dumps(content, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=256)
def _working_time(content: str) -> WorkingTime:
    data = json.loads(content)
    own = WorkingTime.read(data)
    public = data.get("public") or {}
    if not public:
        return own
    said = WorkingTime.read({**data, "closed": public.get("closed", []), "extra": public.get("extra", [])})
    ordinary = next(windows for windows in own.week if windows)
    shut = {day.day for day in said.closed}
    closed = {day.day: day for day in (*said.closed, *own.closed)}
    off = {day.day for day in own.closed}
    extra = {day.day: day for day in said.extra if day.day not in off}
    extra |= {day.day: _opened(day, ordinary) if day.day in shut else day for day in own.extra}
    return WorkingTime(own.time_zone, own.week, tuple(closed.values()), tuple(extra.values()))


def _opened(day: ExtraDay, ordinary: Iterable[Any]) -> ExtraDay:
    return day if day.windows else day._replace(windows=tuple(ordinary))


class _Days(NamedTuple):
    closed: tuple[ClosedDay, ...]
    extra: tuple[ExtraDay, ...]

    def write(self) -> dict[str, Any]:
        """As a calendar writes them."""
        return WorkingTime("UTC", WorkingTime.office_hours("UTC").week, self.closed, self.extra).write()
