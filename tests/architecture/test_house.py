"""The whole project keeps the rules of the house."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from tests.architecture.rules import APPS, EAGER, RULES, Finding, House, Source

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted([*APPS, "config", "tests", "bench"])


@lru_cache(maxsize=1)
def the_house() -> House:
    return House.of(read(path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def read(path: Path) -> Source:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Source(
        ".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package=is_package
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[House], Iterator[Finding]]) -> None:
    found = "\n".join(str(finding) for finding in rule(the_house()))
    assert not found, f"\n{found}"


def test_every_app_was_read() -> None:
    assert {source.app for source in the_house().sources} >= APPS | {"config", "tests"}


def test_no_configuration_makes_celery_eager() -> None:
    names = ["pyproject.toml", "Makefile", "docker-compose.yml", ".ci/run", ".env.example"]
    texts = {name: (ROOT / name).read_text(encoding="utf-8").lower() for name in names if (ROOT / name).exists()}
    assert not [name for name, text in texts.items() if EAGER in text]
