"""Are the translations whole? `python -m tests.check_translations`; with `--update`, collect the words first.

Whole means: every sentence of the sources is in both catalogues and none is left over, each is translated, none is
fuzzy, placeholders agree, and the compiled files say what the catalogues say. Collecting needs gettext (xgettext).
"""

import gettext
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ("zh_Hans", "zh_Hant")
SPOKEN = ("config", "office", "customers", "playbooks", "complaints", "templates")
COLLECT = ["makemessages", "--add-location", "file", "--no-wrap", "--no-obsolete"]
POT_DATE = re.compile(r'^"POT-Creation-Date: .*\\n"\n', re.MULTILINE)

# For a catalogue that is new; the one xgettext writes is full of blanks and marked fuzzy, which is then never compiled.
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Fourstep\\n"
{date}"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n\""""

Key = tuple[str | None, Any]


def path_of(locale: str) -> Path:
    return ROOT / "locale" / locale / "LC_MESSAGES" / "django.po"


def catalogue(path: Path) -> Catalog:
    return read_po(io.BytesIO(one_form(path.read_text("utf-8")).encode()))


def one_form(text: str) -> str:
    """Chinese has one form; xgettext leaves room for two."""
    return text.replace('msgstr[1] ""\n', "")


def messages(subject: Catalog) -> Iterator[tuple[Key, Message]]:
    return (((message.context, message.id), message) for message in subject if message.id)


def collect(folder: Path) -> None:
    """Run makemessages in `folder`, which has a `locale` of its own; no settings, so nothing else is touched."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    options = [word for locale in LOCALES for word in ("--locale", locale)]
    ignored = [word for name in ("tests/*", "bench/*", "docs/*", "data-local/*") for word in ("--ignore", name)]
    command = [sys.executable, "-m", "django", *COLLECT, *options, *ignored]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def words_of_the_sources() -> set[Key]:
    """Every sentence marked for translation, as makemessages finds it in a copy of the sources."""
    with tempfile.TemporaryDirectory(prefix="fourstep-words-") as name:
        folder = Path(name)
        for room in SPOKEN:
            if (ROOT / room).is_dir():
                shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "locale").mkdir()
        collect(folder)
        found = folder / "locale" / LOCALES[0] / "LC_MESSAGES" / "django.po"
        return {key for key, _ in messages(catalogue(found))} if found.exists() else set()


def update() -> None:
    """Bring the catalogues up to date; a date that says nothing else changed is kept, so that no line moves for it."""
    before = {locale: path_of(locale).read_text("utf-8") for locale in LOCALES if path_of(locale).exists()}
    (ROOT / "locale").mkdir(exist_ok=True)
    collect(ROOT)
    for locale in LOCALES:
        text = one_form(path_of(locale).read_text("utf-8"))
        start, new_date, end = split_at_date(text)
        if locale in before:
            text = start + (split_at_date(before[locale])[1] or new_date) + end
        else:
            text = HEADER.format(locale=locale, date=new_date) + text[text.index("\n\n") :]
        path_of(locale).write_text(text, "utf-8")


def split_at_date(text: str) -> tuple[str, str, str]:
    """A catalogue before, at and after its line with the date of collecting."""
    found = POT_DATE.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def faults_of(locale: str, words: set[Key]) -> Iterator[str]:
    path = path_of(locale)
    if not path.exists():
        yield f"{locale}: there is no {path.relative_to(ROOT)}; make messages"
        return
    whole = catalogue(path)
    known = dict(messages(whole))
    yield from (f"{locale}: not collected, make messages: {key[1]!r}" for key in sorted(words - known.keys(), key=str))
    yield from (f"{locale}: nowhere said any more: {key[1]!r}" for key in sorted(known.keys() - words, key=str))
    for key, message in known.items():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(texts):
            yield f"{locale}: not translated: {key[1]!r}"
        elif message.fuzzy:
            yield f"{locale}: fuzzy: {key[1]!r}"
        else:
            yield from (f"{locale}: {error}: {key[1]!r}" for error in message.check(whole))
    if not is_compiled(path, whole):
        yield f"{locale}: {path.with_suffix('.mo').relative_to(ROOT)} is missing or old; make compile"


def is_compiled(path: Path, whole: Catalog) -> bool:
    """Whether the .mo file says the same; compared as read, because msgfmt and Babel write different bytes."""
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return False
    fresh = io.BytesIO()
    write_mo(fresh, whole)
    fresh.seek(0)
    with compiled.open("rb") as file:
        return sentences(gettext.GNUTranslations(file)) == sentences(gettext.GNUTranslations(fresh))


def sentences(read: gettext.GNUTranslations) -> dict[Any, str]:
    everything: dict[Any, str] = dict(read._catalog)  # type: ignore[attr-defined]
    everything.pop("", None)  # the header
    return everything


def main() -> int:
    if "--update" in sys.argv[1:]:
        update()
        return 0
    words = words_of_the_sources()
    faults = [fault for locale in LOCALES for fault in faults_of(locale, words)]
    print("\n".join(faults) or f"Translations are whole: {len(words)} sentences in {' and '.join(LOCALES)}.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
