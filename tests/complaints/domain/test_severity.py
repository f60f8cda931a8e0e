"""A danger is critical for one as for many, and a nuisance for many is more than a nuisance."""

from itertools import pairwise, product

import pytest

from complaints.domain.severity import CRITICAL, MINOR, MODERATE, SERIOUS, SEVERITIES, TABLE, Gravity, Scope, severity


def test_every_scope_and_gravity_has_a_severity() -> None:
    assert set(TABLE) == set(product(Scope, Gravity))
    assert set(TABLE.values()) == set(SEVERITIES)


@pytest.mark.parametrize(
    ("scope", "gravity", "expected"),
    [
        ("one", "low", MINOR),
        ("one", "high", SERIOUS),
        ("one", "critical", CRITICAL),
        ("several", "medium", MODERATE),
        ("many", "low", MODERATE),
        ("many", "critical", CRITICAL),
    ],
)
def test_scope_and_gravity_give_the_severity(scope: str, gravity: str, expected: int) -> None:
    assert severity(scope=scope, gravity=gravity) == expected


@pytest.mark.parametrize("gravity", Gravity)
def test_more_people_never_make_it_lighter(gravity: Gravity) -> None:
    assert all(severity(scope=a, gravity=gravity) <= severity(scope=b, gravity=gravity) for a, b in pairwise(Scope))


@pytest.mark.parametrize("scope", Scope)
def test_graver_is_never_lighter(scope: Scope) -> None:
    assert all(severity(scope=scope, gravity=a) <= severity(scope=scope, gravity=b) for a, b in pairwise(Gravity))


@pytest.mark.parametrize(("scope", "gravity"), [("", "low"), ("one", "grave"), ("MANY", "low")])
def test_an_unknown_scope_or_gravity_is_an_error(scope: str, gravity: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        severity(scope=scope, gravity=gravity)
