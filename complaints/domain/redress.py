"""What can be given, on what ground, after which finding, and from which amount somebody else decides."""

from decimal import Decimal
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The thirteen kinds of response of ISO 10002 (list as in GB/T 19012)."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    SUBSTITUTE = "substitute"
    TECHNICAL_ASSISTANCE = "technical_assistance"
    INFORMATION = "information"
    REFERRAL = "referral"
    FINANCIAL_ASSISTANCE = "financial_assistance"
    OTHER_ASSISTANCE = "other_assistance"
    COMPENSATION = "compensation"
    APOLOGY = "apology"
    GOODWILL_GIFT = "goodwill_gift"
    CHANGE_OF_PRODUCT = "change_of_product"


MONEY_KINDS: Final = frozenset({Kind.REFUND, Kind.FINANCIAL_ASSISTANCE, Kind.COMPENSATION, Kind.GOODWILL_GIFT})
"""The kinds that are nothing without an amount."""


class Basis(StrEnum):
    """Owed by law or contract; given without being owed; made good against receipts."""

    DUE = "due"
    EX_GRATIA = "ex_gratia"
    ACTUAL_LOSS = "actual_loss"


class Finding(StrEnum):
    """What was found about one issue of a complaint."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    NO_FINDING = "no_finding"


ADMITTING: Final = frozenset({Finding.UPHELD, Finding.PARTLY_UPHELD})
"""The findings after which, and only after which, an apology may speak of responsibility."""


class RootCause(StrEnum):
    """The causes a desk starts with; an administrator can add to them."""

    PEOPLE = "people"
    PROCESS = "process"
    PRODUCT = "product"
    SUPPLIER = "supplier"
    IT = "it"
    INFORMATION = "information"
    POLICY = "policy"
    CUSTOMER_KNOWLEDGE = "customer_knowledge"
    EXTERNAL = "external"
    FORCE_MAJEURE = "force_majeure"


def needs_approval(amount: Decimal | None, limit: Decimal | None) -> bool:
    """Whether somebody else has to approve a redress of `amount`, when one's own authority ends at `limit` (inclusive).

    Both in the same currency. No amount needs no approval. No limit means that nobody has given this role any money to
    grant, so that every amount needs it; so does an amount that is not a plain number of money, negative or not finite.
    """
    if amount is None:
        return False
    if not amount.is_finite() or amount < 0:
        return True
    return amount > (Decimal(0) if limit is None or not limit.is_finite() else limit)
