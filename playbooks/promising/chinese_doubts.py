"""What takes a Chinese promise back: another's deed, what is over or refused, a rule, a report, a condition. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from playbooks.promising import chinese_words as words
from playbooks.promising.chinese_clauses import Clause, Placed, you_do
from playbooks.promising.deeds import Kind
from playbooks.promising.sentences import Date

_FAR: Final = 40  # characters before a deed in which a "not" belongs to it
_BACK: Final = 3  # clauses for which a subject holds on
_ALREADY: Final = "已"
_TO_THEM: Final = re.compile("[给为向跟帮同畀俾把将](?:[您你]|阁下)")
_MUST: Final = re.compile("可以|需要?|要|应|得|须|务必|能")
_DONE: Final = re.compile(".{0,2}?(?:了|咗|过(?![来去数]))")
_STILL_TO_COME: Final = re.compile("会|将|就|能|可以|应该|必")
_ONCE: Final = re.compile("原|本")
_CHANGED: Final = re.compile("改|延|提[早前]|推|顺延|换")
_IN_VAIN: Final = re.compile("不[了到上]")
_FOR_THIS_ONE: Final = re.compile("[给为][您你]|我们?会")
_FETCHED: Final = re.compile("可以?[^,]{0,8}(?:[拿取领]到)")
_ONLY_THEN: Final = re.compile("前提|条件是|除非|这是.{0,6}(?:规定|规则|政策)")


def is_ours(placed: Placed) -> bool:
    """Whether nobody else is said to do it: not the customer, not a bank or a court."""
    before = placed.before
    if words.TO_US.search(placed.text) or _is_asked(placed.text, placed.deed.end) or _is_theirs(placed):
        return False
    you = you_do(before)
    if placed.is_receiving and _FETCHED.search(placed.text):
        return False
    if placed.is_receiving:
        return bool(you) or not re.search("我|请", before[-12:])
    if you:
        first = words.WE.search(before, 0, you.start())
        told = first is None or words.WE_ASK.search(before, first.end(), you.start())
        return not told or words.WE.search(before, you.end()) is not None
    if words.OURS.search(before) or _TO_THEM.search(placed.text) or words.OF_ITSELF.match(placed.deed.word):
        return True
    return not _goes_on_for_customer(placed.clauses, placed.at)


def is_over(placed: Placed, date_at: int) -> bool:
    """Whether it was done, or will not be: 已寄出, 没来, 不会发货. The date stands at `date_at` of the clause."""
    text, deed, before = placed.text, placed.deed, placed.before
    if words.NEGATED.search(text, max(0, deed.start - _FAR), deed.end) or _IN_VAIN.match(text, deed.end):
        return True
    past = words.PAST.search(before)
    if past and not words.ARRANGED.search(text, past.end(), deed.end):
        return past[0] != _ALREADY or date_at < past.end()
    if past and _ONCE.match(past[0]) and not _CHANGED.search(text, past.end()):
        return True
    return bool(_DONE.match(text, deed.end, deed.end + 4)) and not _STILL_TO_COME.search(before)


def is_taken_back(clauses: Sequence[Clause], at: int, date: Date) -> bool:
    """Whether it is the rule for all, opening hours, a report or a condition, here or before in the sentence."""
    clause = clauses[at]
    if words.HOURS.search(clause.text) or words.EVENTS.search(clause.text) or _is_the_rule(clauses, at):
        return True
    if "的话" in clause.text:
        return True
    end = max(0, date.start - clause.start) if date in clause.dates else len(clause.text)
    so_far = [*(one.text for one in clauses[:at]), clause.text[:end]]
    reported = words.REPORTED.search(so_far[-1]) or (at and clause.mark == ":" and words.REPORTED.search(so_far[-2]))
    return (
        bool(reported) or _is_conditional(so_far, date) or any(_ONLY_THEN.search(one.text) for one in clauses[at + 1 :])
    )


def _is_asked(text: str, end: int) -> bool:
    """Whether the customer is asked to do it; 请放心 and the like ask for nothing."""
    asked = words.CUSTOMER_ASKED.search(text, 0, end)
    return asked is not None and not words.NEUTRAL_REQUEST.search(text, max(0, asked.start() - 1), asked.end() + 8)


def _is_theirs(placed: Placed) -> bool:
    """Whether a bank or a court does it, or whoever may."""
    theirs = words.THEIRS.search(placed.before)
    if theirs and placed.deed.kind is not Kind.REFUND and "海关" not in theirs[0]:
        return words.OURS.search(placed.before) is None
    if _is_of_theirs(placed):
        return True
    may = words.MAY.search(placed.text)
    return may is not None and may.start() < placed.deed.end and not words.WE.search(placed.before)


def _is_of_theirs(placed: Placed) -> bool:
    """Whether a bill, a contract or an offer does something by itself; but it can be put right."""
    if placed.deed.kind is not Kind.OTHER or words.PUT_RIGHT.search(placed.deed.word):
        return False
    return words.THEIR_THINGS.search(placed.before) is not None


def _goes_on_for_customer(clauses: Sequence[Clause], at: int) -> bool:
    """Whether the clauses before speak of what the customer does, and nobody else was named since."""
    for clause in reversed(clauses[max(0, at - _BACK) : at]):
        if words.CUSTOMER_ASKED.search(clause.text) and not words.NEUTRAL_REQUEST.search(clause.text):
            return True
        if words.OURS.search(clause.text):
            return False
        you = you_do(clause.text)
        if you and _MUST.search(clause.text, you.end(), you.end() + 16):
            return True
    return False


def _is_the_rule(clauses: Sequence[Clause], at: int) -> bool:
    clause = clauses[at]
    if words.GENERAL.search(clause.text) and not _FOR_THIS_ONE.search(clause.text):
        return True
    return at > 0 and bool(words.GENERAL.search(clauses[at - 1].text)) and not words.OURS.search(clause.text)


def _is_conditional(so_far: Sequence[str], date: Date) -> bool:
    """An "if", or an event from which a length is counted; 如有疑问 holds for the clause behind it only."""
    for index, text in enumerate(so_far):
        if words.POLITE_IF.search(text):
            if index >= len(so_far) - 2:
                return True
            continue
        event = words.EVENT.search(text)
        if words.IF.search(text) or (event and (date.counted or words.CUSTOMER_EVENT.search(text, 0, event.end()))):
            return True
    return False
