"""The rules of the house, read from the source: who imports whom, who writes, who reads the clock.

Pure: takes sources, gives findings. `test_rules.py` proves that each rule bites, `test_house.py` applies them.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

MAY_IMPORT = {
    "office": frozenset[str](),
    "customers": frozenset({"office"}),
    "playbooks": frozenset({"office"}),
    "complaints": frozenset({"customers", "office", "playbooks"}),
    "config": frozenset({"complaints", "customers", "office", "playbooks"}),
}
APPS = frozenset(MAY_IMPORT) - {"config"}

# Inside an app, down only. A new module finds its place here, by what it knows.
LAYERS = (
    "pure",
    "models",
    "records",
    "access",
    "search",
    "queries",
    "actions",
    "channels",
    "sweeps",
    "interfaces",
)
LAYER_OF = {
    "pure": (
        "roles folding folding_table calendars public_days moments errors secrets contacts domain"
        " matching cues wording saying promises promising dates typed lines training content remembered"
    ),
    "models": "models append_only prepared",
    "records": "audit append_only outbox timers acting pulse meters",
    "access": "access",
    "search": "search",
    "queries": "queries",
    "actions": "actions",
    "channels": "channels",
    "sweeps": "sweeps",
    "interfaces": (
        "api views portal pages tasks management forms serializers urls templatetags middleware context"
        " throttle apps checks"
    ),
}
RANK = {room: LAYERS.index(layer) for layer, rooms in LAYER_OF.items() for room in rooms.split()}
WRITERS = frozenset({"actions", "audit", "outbox", "timers", "pulse", "migrations"})
JUNK_DRAWERS = frozenset({"utils", "helpers", "common", "services", "misc"})
NOT_IN_PURE = ("django.db", "django.contrib", "django.http", "django.shortcuts", "rest_framework", "celery", "requests")
LONGEST = 500  # lines of one module of an app

CLOCKS = frozenset(
    {
        "timezone.now",
        "timezone.localdate",
        "timezone.localtime",
        "datetime.now",
        "datetime.today",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "Now",
    }
)
MODEL_SIGNALS = frozenset(
    {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
)
EAGER = "task_" + "always_eager"  # in two pieces, because this file is read too


@dataclass(frozen=True)
class Finding:
    rule: str
    module: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.rule}: {self.says}"


@dataclass(frozen=True)
class Source:
    """One module of the project; `name` is dotted, without `.__init__`."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    @property
    def app(self) -> str:
        return self.name.split(".")[0]

    @property
    def room(self) -> str:
        """The part of the app it lives in: `complaints.actions.steps` → actions; the app's own `__init__` → ''."""
        parts = self.name.split(".")
        return "migrations" if "migrations" in parts else (parts[1] if len(parts) > 1 else "")

    @property
    def is_app(self) -> bool:
        return self.app in APPS


@dataclass(frozen=True)
class House:
    """All sources, and what each imports of the others."""

    sources: tuple[Source, ...]
    by_name: dict[str, Source] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[Source]) -> "House":
        known = tuple(sources)
        return cls(known, {source.name: source for source in known})

    def imports(self, source: Source) -> Iterator[tuple[str, int]]:
        """The modules named by import statements, submodules resolved where we have them, with their line."""
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(source, node)
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    yield (inner if inner in self.by_name else base), node.lineno

    @staticmethod
    def _base(source: Source, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = source.name.split(".")
        up = node.level - 1 if source.is_package else node.level
        return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, '' for anything else; the last two parts are what the rules look at."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


# Who may import whom --------------------------------------------------------------------------------------------------


def app_imports(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if source.app not in MAY_IMPORT:
            continue
        for name, line in house.imports(source):
            other = name.split(".")[0]
            if other in {"tests", "bench"} or (
                other in MAY_IMPORT and other != source.app and other not in MAY_IMPORT[source.app]
            ):
                yield Finding("app imports", source.name, line, f"{source.app} may not import {name}")


def layer_imports(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if not source.is_app or source.room in {"", "migrations"}:
            continue
        if source.room not in RANK:
            yield Finding(
                "layers", source.name, 1, f"no layer knows the module {source.room!r}; give it one in rules.py"
            )
            continue
        for name, line in house.imports(source):
            other = house.by_name.get(name)
            if other is None or not other.is_app:
                continue
            if RANK.get(other.room, 0) > RANK[source.room]:
                yield Finding("layers", source.name, line, f"{source.room} may not import {name}")


def pure_imports(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if source.is_app and RANK.get(source.room) == 0:
            for name, line in house.imports(source):
                if any(name == banned or name.startswith(f"{banned}.") for banned in NOT_IN_PURE):
                    yield Finding("pure modules", source.name, line, f"imports {name}")


def cycles(house: House) -> Iterator[Finding]:
    """Each circle once, named by its members."""
    edges = {
        source.name: sorted({name for name, _ in house.imports(source) if name in house.by_name} - {source.name})
        for source in house.sources
    }
    done: set[str] = set()
    seen: set[frozenset[str]] = set()

    def walk(name: str, path: list[str]) -> Iterator[Finding]:
        if name in path:
            circle = path[path.index(name) :]
            if frozenset(circle) not in seen:
                seen.add(frozenset(circle))
                yield Finding("circles", name, 1, " → ".join([*circle, name]))
            return
        if name in done:
            return
        for other in edges[name]:
            yield from walk(other, [*path, name])
        done.add(name)

    for source in house.sources:
        yield from walk(source.name, [])


def hidden_imports(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if source.app not in MAY_IMPORT or source.room == "migrations":
            continue
        for function in ast.walk(source.tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        yield Finding("hidden imports", source.name, node.lineno, "an import inside a function")
        for call in calls(source):
            if dotted(call.func).split(".")[-1] in {"import_module", "__import__", "import_string", "get_model"}:
                yield Finding("hidden imports", source.name, call.lineno, f"{dotted(call.func)}()")


# Time -----------------------------------------------------------------------------------------------------------------


def clock_reads(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if not source.is_app or source.room == "migrations" or RANK.get(source.room, 0) == RANK["views"]:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and node.module in {"django.utils.timezone", "time"}:
                for alias in node.names:
                    if alias.name in {"now", "localdate", "time"}:
                        yield Finding("the clock", source.name, node.lineno, f"imports {alias.name}")
        for call in calls(source):
            name = ".".join(dotted(call.func).split(".")[-2:])
            given = name == "timezone.localtime" and (call.args or call.keywords)
            if not given and (name in CLOCKS or name.split(".")[-1] == "Now"):
                yield Finding("the clock", source.name, call.lineno, f"reads {name}(); take `now` as an argument")


def hidden_clocks(house: House) -> Iterator[Finding]:
    for source in house.sources:
        for call in calls(source):
            for keyword in call.keywords:
                if keyword.arg in {"auto_now", "auto_now_add"}:
                    yield Finding("hidden clocks", source.name, call.lineno, str(keyword.arg))
                value = dotted(keyword.value.func if isinstance(keyword.value, ast.Call) else keyword.value)
                if keyword.arg in {"default", "db_default"} and value.split(".")[-1] in {
                    "now",
                    "today",
                    "utcnow",
                    "Now",
                }:
                    yield Finding("hidden clocks", source.name, call.lineno, f"{keyword.arg}={value}")


# Writing --------------------------------------------------------------------------------------------------------------

ALWAYS_A_WRITE = frozenset(
    {
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "abulk_create",
        "abulk_update",
        "aget_or_create",
        "aupdate_or_create",
    }
)
WRITE_WITHOUT_POSITIONALS = frozenset({"save", "create", "update", "delete", "asave", "acreate", "aupdate", "adelete"})
# Django's own session store and cache; not rows of ours.
NOT_ROWS = frozenset({"session", "cache"})
SQL_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE")


def _is_write(call: ast.Call) -> bool:
    """An ORM write. `dict.update(other)`, `cache.delete(key)` and `storage.save(name, file)` have positionals."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if dotted(call.func.value).split(".")[-1] in NOT_ROWS:
        return False
    return call.func.attr in ALWAYS_A_WRITE or (call.func.attr in WRITE_WITHOUT_POSITIONALS and not call.args)


def _is_sql_write(call: ast.Call) -> bool:
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in {"execute", "executemany"} and call.args):
        return False
    first = call.args[0]
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and first.value.lstrip().upper().startswith(SQL_WRITES)
    )


def writes(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if not source.is_app or source.room in WRITERS:
            continue
        for call in calls(source):
            if _is_write(call) or _is_sql_write(call):
                yield Finding("writes", source.name, call.lineno, f"{ast.unparse(call.func)}(); only an action writes")


# Celery ---------------------------------------------------------------------------------------------------------------


def work_in_messages(house: House) -> Iterator[Finding]:
    for source in house.sources:
        for call in calls(source):
            for keyword in call.keywords:
                if keyword.arg in {"eta", "countdown"}:
                    says = f"{keyword.arg}=; what is due later is a row with due_at"
                    yield Finding("work in messages", source.name, call.lineno, says)


def _words(node: ast.AST) -> str:
    """The name, keyword or text a node stands for."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str(word)) | ast.Constant(value=str(word)):
            return word
    return ""


def eager_celery(house: House) -> Iterator[Finding]:
    for source in house.sources:
        for node in ast.walk(source.tree):
            if EAGER in _words(node).lower():
                yield Finding(
                    "eager Celery", source.name, getattr(node, "lineno", 1), "tasks run in a real worker or not at all"
                )


# Shape ----------------------------------------------------------------------------------------------------------------


def own_signals(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if not source.is_app:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in {"Signal", "ModelSignal"}:
                yield Finding("signals", source.name, node.lineno, "a signal of our own; call the function")
            if _words(node) in MODEL_SIGNALS and not isinstance(node, ast.Constant):
                yield Finding(
                    "signals", source.name, getattr(node, "lineno", 1), f"{_words(node)}; say it in the action"
                )


def broad_excepts(house: House) -> Iterator[Finding]:
    for source in house.sources:
        if not source.is_app or source.room == "sweeps":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ExceptHandler):
                caught = "everything" if node.type is None else dotted(node.type)
                if caught in {"everything", "Exception", "BaseException"}:
                    yield Finding("broad except", source.name, node.lineno, f"catches {caught}; only a sweep may")


def junk_drawers(house: House) -> Iterator[Finding]:
    for source in house.sources:
        found = sorted(JUNK_DRAWERS.intersection(source.name.split(".")))
        if found:
            yield Finding("junk drawers", source.name, 1, f"{found[0]} says nothing of what it knows")


def long_modules(house: House) -> Iterator[Finding]:
    for source in house.sources:
        lines = source.text.count("\n")
        if source.is_app and source.room != "migrations" and lines > LONGEST:
            yield Finding("long modules", source.name, lines, f"{lines} lines; more than {LONGEST} is two modules")


RULES: tuple[Callable[[House], Iterator[Finding]], ...] = (
    app_imports,
    layer_imports,
    pure_imports,
    cycles,
    hidden_imports,
    clock_reads,
    hidden_clocks,
    writes,
    work_in_messages,
    eager_celery,
    own_signals,
    broad_excepts,
    junk_drawers,
    long_modules,
)
