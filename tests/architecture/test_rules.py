"""Each rule of the house finds the violation planted for it, and lets the honest neighbour pass."""

import textwrap

import pytest

from tests.architecture.rules import EAGER, LONGEST, RULES, House, Source


def house(**modules: str) -> House:
    """Sources by name, `__` for a dot; a name that others lie under is a package."""
    names = [name.replace("__", ".") for name in modules]
    return House.of(
        Source(name, textwrap.dedent(text), is_package=any(other.startswith(f"{name}.") for other in names))
        for name, text in zip(names, modules.values(), strict=True)
    )


def rules_broken(subject: House) -> set[str]:
    return {finding.rule for rule in RULES for finding in rule(subject)}


PLANTED: dict[str, tuple[str, dict[str, str]]] = {
    "office knows complaints": ("app imports", {"office__access": "import complaints.models"}),
    "customers know playbooks": ("app imports", {"customers__models": "from playbooks import models"}),
    "an app knows config": ("app imports", {"complaints__views": "from config import settings"}),
    "an app knows its tests": ("app imports", {"office__roles": "from tests.office import cast"}),
    "a model calls an action": (
        "layers",
        {"complaints__models__ticket": "from complaints.actions import steps", "complaints__actions__steps": ""},
    ),
    "a query calls a view, by a relative import": (
        "layers",
        {"complaints__queries__desk": "from ..views import desk", "complaints__views__desk": ""},
    ),
    "a lower room of one app reaches a higher room of another": (
        "layers",
        {"complaints__models__ticket": "from office import audit", "office__audit": ""},
    ),
    "an action calls a task": (
        "layers",
        {"complaints__actions": "from complaints import tasks", "complaints__tasks": ""},
    ),
    "a module without a place": ("layers", {"complaints__things": ""}),
    "a pure module asks the database": (
        "pure modules",
        {"complaints__domain__clocks": "from django.db.models import Q"},
    ),
    "two modules in a circle": (
        "circles",
        {"office__models__a": "from office.models import b", "office__models__b": "import office.models.a"},
    ),
    "an import in a function": ("hidden imports", {"office__access": "def f():\n    import json\n"}),
    "an import in a method": (
        "hidden imports",
        {"office__views": "class V:\n    def get(self):\n        from office import access\n"},
    ),
    "an import by name": ("hidden imports", {"office__access": "m = import_module('complaints.models')"}),
    "an action reads the clock": ("the clock", {"office__actions__people": "def f():\n    return timezone.now()\n"}),
    "a model reads the date": ("the clock", {"office__models": "import datetime\nd = datetime.date.today()"}),
    "a sweep reads the clock": ("the clock", {"complaints__sweeps": "from django.utils.timezone import now"}),
    "a query asks the database for the time": (
        "the clock",
        {"complaints__queries__desk": "x = filter(due_at__lt=Now())"},
    ),
    "auto_now": ("hidden clocks", {"office__models": "at = DateTimeField(auto_now_add=True)"}),
    "a default that reads the clock": ("hidden clocks", {"office__models": "at = DateTimeField(default=timezone.now)"}),
    "a migration with a clock": ("hidden clocks", {"office__migrations__0001_x": "f = F(db_default=Now())"}),
    "a view saves": ("writes", {"office__views": "def f(row):\n    row.save(update_fields=['name'])\n"}),
    "a view creates": ("writes", {"office__views": "Team.objects.create(name='x')"}),
    "a sweep updates": ("writes", {"complaints__sweeps": "Ticket.objects.filter(id=1).update(step='listen')"}),
    "a command deletes": ("writes", {"complaints__management__commands__x": "Ticket.objects.all().delete()"}),
    "a model creates many": ("writes", {"office__models": "Team.objects.bulk_create(rows)"}),
    "a query creates if missing": ("writes", {"office__queries": "Team.objects.get_or_create(name='x')"}),
    "a task writes SQL": ("writes", {"office__tasks": "cursor.execute('  update office_team set name = %s', [1])"}),
    "a countdown": ("work in messages", {"complaints__tasks": "sweep.apply_async(countdown=3)"}),
    "an eta in a test": ("work in messages", {"tests__x": "sweep.apply_async(eta=tomorrow)"}),
    "an eager setting": ("eager Celery", {"tests__conftest": f"settings.CELERY_{EAGER.upper()} = True"}),
    "an eager keyword": ("eager Celery", {"config__celery": f"app.conf.update({EAGER}=True)"}),
    "a signal of our own": ("signals", {"complaints__actions": "closed = Signal()"}),
    "a model signal": ("signals", {"office__apps": "signals.post_save.connect(f)"}),
    "an action that catches everything": (
        "broad except",
        {"office__actions": "try:\n    f()\nexcept Exception:\n    pass"},
    ),
    "a junk drawer": ("junk drawers", {"complaints__actions__utils": ""}),
    "a long module": ("long modules", {"office__views": "x = 1\n" * (LONGEST + 1)}),
}

HONEST: dict[str, dict[str, str]] = {
    "down and sideways": {
        "complaints__views__case": "from complaints.actions import steps\nfrom . import desk",
        "complaints__views__desk": "",
        "complaints__actions__steps": "from office import audit\nfrom complaints.domain import workflow",
        "complaints__domain__workflow": "from django.utils.translation import gettext",
        "office__audit": "from office.models import Event",
        "office__models": "from office.models.event import Event",
        "office__models__event": "from office.roles import Role",
        "office__roles": "",
        "office__access": "",
    },
    "an interface reads the clock": {"office__views": "now = timezone.now()", "office__tasks": "now = timezone.now()"},
    "a given instant in local time": {"office__queries": "day = timezone.localtime(at, zone)"},
    "an action writes": {
        "office__actions__people": "agent.save(update_fields=['name'])\nTeam.objects.create(name='x')"
    },
    "dictionaries, caches and digests change": {
        "office__views": "known.update(more)\ncache.delete('key')\nsha.update(b'x')\nrequest.session.save()",
        "office__channels": "storage.save(name, file)\nbook.save('x.xlsx')\ncursor.execute('SELECT 1')",
    },
    "a sweep records any error on the row": {
        "complaints__sweeps": "try:\n    f()\nexcept Exception as error:\n    g(error)"
    },
    "a message that expires": {"complaints__tasks": "sweep.apply_async(expires=2)"},
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_violation_is_found(case: str) -> None:
    rule, modules = PLANTED[case]
    assert rules_broken(house(**modules)) == {rule}


@pytest.mark.parametrize("case", HONEST)
def test_honest_code_passes(case: str) -> None:
    assert rules_broken(house(**HONEST[case])) == set()


def test_every_rule_has_a_planted_violation() -> None:
    bites = {rule: {f.rule for _, modules in PLANTED.values() for f in rule(house(**modules))} for rule in RULES}
    assert [rule.__name__ for rule, found in bites.items() if not found] == []
