"""How serious a complaint is: how many people it touches × how grave it is for them (ISO 10002, initial assessment)."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Scope(StrEnum):
    """How many are touched by it."""

    ONE = "one"
    SEVERAL = "several"
    MANY = "many"


class Gravity(StrEnum):
    """What it means for one of them: critical is danger to life, health or livelihood."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


MINOR: Final = 1
MODERATE: Final = 2
SERIOUS: Final = 3
CRITICAL: Final = 4
SEVERITIES: Final = (MINOR, MODERATE, SERIOUS, CRITICAL)

TABLE: Final = MappingProxyType(
    {
        (Scope.ONE, Gravity.LOW): MINOR,
        (Scope.ONE, Gravity.MEDIUM): MODERATE,
        (Scope.ONE, Gravity.HIGH): SERIOUS,
        (Scope.ONE, Gravity.CRITICAL): CRITICAL,
        (Scope.SEVERAL, Gravity.LOW): MINOR,
        (Scope.SEVERAL, Gravity.MEDIUM): MODERATE,
        (Scope.SEVERAL, Gravity.HIGH): CRITICAL,
        (Scope.SEVERAL, Gravity.CRITICAL): CRITICAL,
        (Scope.MANY, Gravity.LOW): MODERATE,
        (Scope.MANY, Gravity.MEDIUM): SERIOUS,
        (Scope.MANY, Gravity.HIGH): CRITICAL,
        (Scope.MANY, Gravity.CRITICAL): CRITICAL,
    }
)


def severity(*, scope: str, gravity: str) -> int:
    """1 minor … 4 critical. Raises ValueError for a scope or gravity that is not one of ours."""
    return TABLE[Scope(scope), Gravity(gravity)]
