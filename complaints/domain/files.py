"""Which files are taken, and under which name they are shown.

A file is taken when its extension is on the list and its bytes are what the extension says; the browser's own idea of
the type is never asked. What can run in a browser (SVG, HTML, scripts) is not on the list, whatever it calls itself.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import filetype

from office.folding import printable

LONGEST_NAME: Final = 120
"""Code points of a file's name as shown, its extension included."""


@dataclass(frozen=True)
class Verdict:
    """Whether a file is taken. If so `content_type` says as what; if not `code` is empty, too-large, type, mismatch."""

    ok: bool
    content_type: str = ""
    code: str = ""


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."

# Extension → what it is served as, and what the bytes may be judged to be.
_BINARY: Final = MappingProxyType(
    {
        "jpg": ("image/jpeg", {"jpg"}),
        "jpeg": ("image/jpeg", {"jpg"}),
        "png": ("image/png", {"png"}),
        "gif": ("image/gif", {"gif"}),
        "webp": ("image/webp", {"webp"}),
        "heic": ("image/heic", {"heic"}),
        "pdf": ("application/pdf", {"pdf"}),
        "docx": (_OPEN_XML + "wordprocessingml.document", {"docx"}),
        "xlsx": (_OPEN_XML + "spreadsheetml.sheet", {"xlsx"}),
        "mp3": ("audio/mpeg", {"mp3"}),
        "m4a": ("audio/mp4", {"m4a", "mp4"}),
        "wav": ("audio/wav", {"wav"}),
        "mp4": ("video/mp4", {"mp4", "m4v"}),
    }
)
_OFFICE_FOLDERS: Final = {"docx": b"word/", "xlsx": b"xl/"}
_TEXT: Final = MappingProxyType({"txt": "text/plain", "csv": "text/csv", "eml": "message/rfc822"})

EXTENSIONS: Final = frozenset(_BINARY) | frozenset(_TEXT)

_MARKUP: Final = re.compile(r"\s*<(?:!doctype|!--|\?xml|\?php|html|head|body|svg|script|iframe|math)\b", re.IGNORECASE)
# A line ends in one way only: were there two, lines that lead nowhere would cost twice as much each.
_HEADER: Final = re.compile(
    r"(?:>?From \S[^\n]*\n)?(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,200}?"
    r"(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type)[ \t]*:",
    re.IGNORECASE,
)
_DEVICE_NAMES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_TURNS_TEXT: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def inspect(name: str, head: bytes, size: int, *, max_bytes: int) -> Verdict:
    """Whether the file `name` of `size` bytes, beginning with `head` (a few kilobytes or all of it), is taken."""
    extension = _extension(name)
    if size <= 0 or not head:
        return Verdict(ok=False, code="empty")
    if size > max_bytes:
        return Verdict(ok=False, code="too-large")
    if extension in _BINARY:
        content_type, kinds = _BINARY[extension]
        fits = _judged(head) in kinds and not (extension in _OFFICE_FOLDERS and b"vbaProject" in head)
        return Verdict(ok=True, content_type=content_type) if fits else Verdict(ok=False, code="mismatch")
    if extension not in _TEXT:
        return Verdict(ok=False, code="type")
    if not _is_text(head, whole=len(head) >= size, extension=extension):
        return Verdict(ok=False, code="mismatch")
    return Verdict(ok=True, content_type=_TEXT[extension])


_EDGES: Final = re.compile(r"^[\s.]+|[\s.]+$")


def display_name(name: str) -> str:
    """`name` for showing and for downloads: no path, no control or direction mark, at most 120 code points.

    The extension stays; a name of which nothing is left is "file".
    """
    shown = _TURNS_TEXT.sub("", printable(name)).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(" " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character for character in shown)
    shown = _EDGES.sub("", re.sub(r'[<>:"|?*]', "_", shown))
    stem, dot, extension = shown.rpartition(".")
    if not dot or not stem:
        stem, extension = shown, ""
    ending = f".{_EDGES.sub('', extension[:16])}" if extension else ""
    shown = _EDGES.sub("", stem[: LONGEST_NAME - len(ending)]) + ending
    if _DEVICE_NAMES.match(shown):
        shown = f"_{shown}"[:LONGEST_NAME]
    return shown or "file"


def _extension(name: str) -> str:
    stem, dot, extension = display_name(name).rpartition(".")
    return extension.lower() if dot and stem else ""


def _judged(head: bytes) -> str:
    """The extension the bytes speak for, "" for none that is known. A zip is looked into for its office folder."""
    kind = filetype.guess(head)
    if kind is None:
        return ""
    if kind.extension in ("zip", *_OFFICE_FOLDERS):
        entries = [entry.start() + 30 for entry in re.finditer(b"PK\x03\x04", head)]
        held = [ext for ext, folder in _OFFICE_FOLDERS.items() if any(head.startswith(folder, at) for at in entries)]
        return held[0] if held else "zip"
    return str(kind.extension)


def _is_text(head: bytes, *, whole: bool, extension: str) -> bool:
    text = _decoded(head, whole=whole)
    if text is None or _judged(head):
        return False
    if extension == "eml":
        return _HEADER.match(text.lstrip("\ufeff")) is not None
    return _MARKUP.match(text.lstrip("\ufeff")) is None


def _decoded(head: bytes, *, whole: bool) -> str | None:
    """`head` as text, or None: UTF-16 with its mark, else UTF-8, else GB18030, and no control but tab and line ends."""
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f]", text):
            return text
    return None
