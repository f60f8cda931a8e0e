"""Nobody gives away more than they were trusted with."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.domain.redress import ADMITTING, MONEY_KINDS, Basis, Finding, Kind, RootCause, needs_approval

money = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


def test_the_vocabulary_is_the_standards() -> None:
    assert len(Kind) == 13
    assert set(Kind) > MONEY_KINDS
    assert set(Basis) == {"due", "ex_gratia", "actual_loss"}
    assert set(Finding) - ADMITTING == {"not_upheld", "no_finding"}
    assert len(RootCause) == 10


@pytest.mark.parametrize(
    ("amount", "limit", "asked"),
    [
        (None, None, False),
        (None, Decimal(50), False),
        (Decimal("50.00"), Decimal(50), False),
        (Decimal("50.01"), Decimal(50), True),
        (Decimal("0.01"), None, True),
        (Decimal(0), None, False),
        (Decimal(-1), Decimal(50), True),
        (Decimal("NaN"), Decimal(50), True),
        (Decimal("Infinity"), Decimal(50), True),
        (Decimal(1), Decimal("Infinity"), True),
    ],
)
def test_approval_is_asked_above_the_limit(*, amount: Decimal | None, limit: Decimal | None, asked: bool) -> None:
    assert needs_approval(amount, limit) is asked


@given(money, money)
def test_what_is_within_the_limit_is_within_any_higher_one(amount: Decimal, limit: Decimal) -> None:
    if not needs_approval(amount, limit):
        assert not needs_approval(amount, limit + 1)
    assert needs_approval(amount, limit) == (amount > limit)
