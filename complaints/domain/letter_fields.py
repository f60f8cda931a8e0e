"""What the record says in a letter: a case as facts, and the same as fields in the letter's language. Pure.

How a language writes a date, a sum or a finding stands here, as in `office.moments`; the sentences are the template's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils import translation

from complaints.domain import vocabulary as v
from complaints.domain.redress import ADMITTING, Basis, Finding
from office import moments
from playbooks.saying.context import language_of

EN, HANS, HANT = "en", "zh-Hans", "zh-Hant"
DECLINING: Final = frozenset({Finding.PARTLY_UPHELD.value, Finding.NOT_UPHELD.value, Finding.NO_FINDING.value})
UPHOLDING: Final = frozenset(finding.value for finding in ADMITTING)


@dataclass(frozen=True)
class Point:
    """One numbered issue with what was found about it in this pass."""

    number: int
    text: str
    finding: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Given:
    """One redress that is agreed or done."""

    kind: str
    basis: str = "due"
    note: str = ""
    amount: Decimal | None = None
    currency: str = ""
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True)
class Scheme:
    """A body outside that may look at the case, as it is to be written; ``words`` are those the scheme prescribes."""

    body: str
    contact: str
    limit: str
    words: str = ""


@dataclass(frozen=True)
class Restriction:
    """A decision to restrict contact: what was done, what applies, how long, and how to object."""

    conduct: str
    measure: str
    since: date
    until: date
    review_on: date
    open_channel: str
    objection_contact: str
    warned_on: date | None = None


@dataclass(frozen=True)
class Record:
    """All that a letter may say of a case. Days are those of the customer's zone; "" and None are not on record.

    ``open`` is a complaint that is not decided; ``decision_on`` the day on which the decision was told. ``happened``
    stands for the issues until there are any. The texts from ``restatement`` on are proposed to whoever writes, and
    come into a letter only through their hands.
    """

    number: str
    received_on: date
    today: date
    organisation: str
    contact: str
    case_page: str
    customer_name: str = ""
    issues: tuple[Point, ...] = ()
    remedy_sought: str = ""
    owner: str = ""
    team: str = ""
    signatory_name: str = ""
    signatory_role: str = ""
    open: bool = True
    refused: bool = False
    next_update_on: date | None = None
    answer_by: date | None = None
    earlier_answer_by: date | None = None
    check_on: date | None = None
    decision_on: date | None = None
    given: tuple[Given, ...] = ()
    prevention: str = ""
    prevention_on: date | None = None
    prevention_done: bool = False
    prevention_none: str = ""
    scheme: Scheme | None = None
    past_legal_limit: bool = False
    restriction: Restriction | None = None
    happened: str = ""
    restatement: str = ""
    regret: str = ""
    cause: str = ""
    remedy: str = ""
    redress_none: str = ""

    @property
    def upheld(self) -> tuple[Point, ...]:
        return tuple(issue for issue in self.issues if issue.finding in UPHOLDING)

    @property
    def goodwill(self) -> tuple[Given, ...]:
        return tuple(given for given in self.given if given.basis == Basis.EX_GRATIA.value)

    @property
    def decided(self) -> bool:
        return bool(self.issues) and all(issue.finding and issue.reason.strip() for issue in self.issues)


def facts_of(record: Record) -> frozenset[str]:
    """What is so in this case, by the keys of the templates' conditions."""
    upheld, named = bool(record.upheld), bool(record.customer_name)
    late = record.earlier_answer_by is not None and record.answer_by is not None
    so = {
        "complaint_received": True,
        "name_known": named,
        "name_unknown": not named,
        "owner_named": bool(record.owner),
        "signatory_named": bool(record.signatory_name),
        "remedy_known": bool(record.remedy_sought.strip()),
        "remedy_unknown": not record.remedy_sought.strip(),
        "complaint_open": record.open and record.decision_on is None,
        "no_finding_yet": not any(issue.finding for issue in record.issues),
        "outcome_decided": record.decided,
        "issue_upheld": upheld,
        "request_declined": record.refused
        or any(issue.finding in DECLINING and issue.reason.strip() for issue in record.issues),
        "redress_agreed": bool(record.given),
        "upheld_without_redress": upheld and not record.given,
        "prevention_recorded": bool(record.prevention.strip()),
        "prevention_none": not record.prevention.strip() and bool(record.prevention_none.strip()),
        "answer_delayed": late and record.answer_by != record.earlier_answer_by,
        "legal_limit_passed": record.past_legal_limit and record.scheme is not None,
        "scheme_applies": record.scheme is not None,
        "scheme_has_words": record.scheme is not None and bool(record.scheme.words),
        "check_planned": record.check_on is not None,
        "goodwill_agreed": bool(record.goodwill),
        "decision_sent": record.decision_on is not None,
        "restriction_decided": record.restriction is not None,
        "warned_before": record.restriction is not None and record.restriction.warned_on is not None,
    }
    return frozenset(key for key, true in so.items() if true)


# In the letter's language ---------------------------------------------------------------------------------------------

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
FOUND: Final[Mapping[str, Mapping[str, str]]] = {
    EN: {
        "upheld": "upheld",
        "partly_upheld": "partly upheld",
        "not_upheld": "not upheld",
        "no_finding": "no finding could be made",
    },
    HANS: {"upheld": "成立", "partly_upheld": "部分成立", "not_upheld": "不成立", "no_finding": "无法认定"},
    HANT: {"upheld": "成立", "partly_upheld": "部分成立", "not_upheld": "不成立", "no_finding": "無法認定"},
}
REVIEW_WITHIN: Final = {EN: "20 working days", HANS: "20个工作日", HANT: "20個工作天"}
"""How long a review takes, and the answer to an objection, until the desk has a target for it."""
SIGNS: Final = {"GBP": "£", "EUR": "€", "USD": "US$", "CNY": "CNY ", "TWD": "NT$", "HKD": "HK$"}
MONEY_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    HANS: {"CNY": "{}元", "TWD": "新台币{}元", "HKD": "港币{}元", "USD": "{}美元", "GBP": "{}英镑", "EUR": "{}欧元"},
    HANT: {
        "CNY": "人民幣{}元",
        "TWD": "新臺幣{}元",
        "HKD": "港幣{}元",
        "USD": "{}美元",
        "GBP": "{}英鎊",
        "EUR": "{}歐元",
    },
}


def day(on: date | None, language: str) -> str:
    """``3 May 2026``, ``2026年5月3日``; "" without one."""
    if on is None:
        return ""
    if language_of(language) == EN:
        return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日"


def money(amount: Decimal | None, currency: str, language: str) -> str:
    """``£40``, ``£40.50``, ``120元``, ``新臺幣2,000元``; "" without an amount."""
    if amount is None:
        return ""
    figure = f"{amount:,.2f}".removesuffix(".00")
    tongue = language_of(language)
    if tongue == EN:
        return f"{SIGNS.get(currency, currency + ' ')}{figure}"
    return MONEY_NAMES[tongue].get(currency, currency + " {}").format(figure)


def fields_of(record: Record, language: str) -> dict[str, str]:
    """Every merge field in the letter's language; "" for what is not on record."""
    tongue = language_of(language)
    restriction, scheme = record.restriction, record.scheme
    with translation.override(moments.spoken(tongue)):
        return {
            "number": record.number,
            "received_on": day(record.received_on, tongue),
            "letter_date": day(record.today, tongue),
            "organisation": record.organisation,
            "customer_name": record.customer_name,
            "issues": _lines(f"{issue.number}. {_stop(issue.text, tongue)}" for issue in record.issues)
            or record.happened.strip(),
            "upheld_issues": _lines(_upheld(issue, tongue) for issue in record.upheld),
            "remedy_sought": record.remedy_sought.strip(),
            "owner": record.owner,
            "team": record.team or record.organisation,
            "contact": record.contact,
            "case_page": record.case_page,
            "next_update_on": day(record.next_update_on, tongue),
            "answer_by": day(record.answer_by, tongue),
            "earlier_answer_by": day(record.earlier_answer_by, tongue),
            "outcome": _outcome(record, tongue),
            "findings": _lines(_found(issue, tongue) for issue in record.issues if issue.finding),
            "redress": _lines(_given(given, tongue) for given in record.given),
            "prevention": _prevention(record, tongue),
            "review_answer_within": REVIEW_WITHIN[tongue],
            "external_body": scheme.body if scheme else "",
            "external_contact": scheme.contact if scheme else "",
            "external_time_limit": scheme.limit if scheme else "",
            "external_notice": scheme.words if scheme else "",
            "check_on": day(record.check_on, tongue),
            "decision_on": day(record.decision_on, tongue),
            "goodwill": _lines(_given(given, tongue) for given in record.goodwill),
            "goodwill_by": day(_last_of(record.goodwill), tongue),
            "conduct_record": restriction.conduct if restriction else "",
            "warned_on": day(restriction.warned_on if restriction else None, tongue),
            "restriction_measure": restriction.measure if restriction else "",
            "restriction_from": day(restriction.since if restriction else None, tongue),
            "restriction_until": day(restriction.until if restriction else None, tongue),
            "restriction_review_on": day(restriction.review_on if restriction else None, tongue),
            "open_channel": restriction.open_channel if restriction else "",
            "objection_contact": restriction.objection_contact if restriction else "",
            "objection_answer_within": REVIEW_WITHIN[tongue],
            "signatory_name": record.signatory_name,
            "signatory_role": record.signatory_role,
        }


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def _bare(text: str) -> str:
    return text.strip().rstrip(".。")


def _stop(text: str, language: str) -> str:
    bare = _bare(text)
    if bare.endswith(("?", "!", "？", "！", "”", "」")):
        return bare
    return f"{bare}{'.' if language == EN else '。'}"


def _upheld(issue: Point, language: str) -> str:
    word = FOUND[language][issue.finding]
    if language == EN:
        return f"{issue.number}. {_bare(issue.text)} ({word})."
    return f"{issue.number}. {_bare(issue.text)}（{word}）。"


def _found(issue: Point, language: str) -> str:
    word = FOUND[language].get(issue.finding, issue.finding)
    if language == EN:
        return f"{issue.number}. {_bare(issue.text)}: {word}. {issue.reason.strip()}"
    return f"{issue.number}. {_bare(issue.text)}：{word}。{issue.reason.strip()}"


def _outcome(record: Record, language: str) -> str:
    found = [(issue.number, issue.finding) for issue in record.issues if issue.finding]
    if language == EN:
        return " ".join(
            f"On issue {number} no finding could be made."
            if finding == Finding.NO_FINDING.value
            else f"Issue {number} is {FOUND[EN].get(finding, finding)}."
            for number, finding in found
        )
    unit = "项" if language == HANS else "項"
    words = "，".join(f"第{number}{unit}{FOUND[language].get(finding, finding)}" for number, finding in found)
    return f"{words}。" if words else ""


def _given(given: Given, language: str) -> str:
    kind = str(v.word(v.REDRESS, given.kind))
    sum_ = money(given.amount, given.currency, language)
    on = given.done_on or given.due_on
    if language == EN:
        said = ", ".join(word for word in (f"{kind} of {sum_}" if sum_ else kind, _bare(given.note)) if word)
        return f"{said}{_by_english(on, done=given.done_on is not None)}."
    said = "，".join(word for word in (f"{kind}{sum_}", _bare(given.note)) if word)
    when = "" if on is None else f"，{day(on, language)}{'已完成' if given.done_on else '前完成'}"
    return f"{said}{when}。"


def _by_english(on: date | None, *, done: bool) -> str:
    return "" if on is None else f", {'done on' if done else 'by'} {day(on, EN)}"


def _last_of(given: tuple[Given, ...]) -> date | None:
    days = [one.due_on for one in given if one.due_on is not None]
    return max(days, default=None)


def _prevention(record: Record, language: str) -> str:
    text = record.prevention.strip()
    if not text or record.prevention_on is None:
        return _stop(text, language) if text else ""
    when = day(record.prevention_on, language)
    if language == EN:
        return f"{_bare(text)} ({'since' if record.prevention_done else 'by'} {when})."
    return f"{_bare(text)}（{when}{'起' if record.prevention_done else '前'}）。"
