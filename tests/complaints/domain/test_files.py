"""What a customer may send us, and what must never reach a colleague's browser."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from complaints.domain.files import EXTENSIONS, LONGEST_NAME, Verdict, display_name, inspect

LIMIT = 10_000_000


def zipped(*names: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name, (2026, 11, 24, 10, 42, 0)), "<x/>" * 20)  # part of a test's name
    return archive.getvalue()


def workbook() -> bytes:
    archive = io.BytesIO()
    Workbook().save(archive)
    return archive.getvalue()


def media(brand: bytes, *others: bytes) -> bytes:
    box = b"ftyp" + brand + b"\0\0\0\0" + b"".join(others)
    return (len(box) + 4).to_bytes(4, "big") + box + b"\0\0\0\x08mdat"


GOOD = {
    "leak.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    "LEAK.JPEG": (b"\xff\xd8\xff\xe1\0\x10Exif", "image/jpeg"),
    "door.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "turn.gif": (b"GIF89a\1\0\1\0", "image/gif"),
    "floor.webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    "IMG_0012.HEIC": (media(b"mif1", b"mif1", b"heic"), "image/heic"),
    "bill.pdf": (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    "letter.docx": (
        zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "list.xlsx": (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "call.mp3": (b"ID3\4\0\0\0\0", "audio/mpeg"),
    "call2.mp3": (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
    "memo.m4a": (media(b"M4A ", b"mp42", b"isom"), "audio/mp4"),
    "memo2.m4a": (media(b"mp42", b"isom"), "audio/mp4"),
    "call.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "drip.mp4": (media(b"isom", b"avc1"), "video/mp4"),
    "notes.txt": (b"The seal leaks.\r\n\tAgain.", "text/plain"),
    "说明.txt": ("客服说不影响使用。".encode(), "text/plain"),
    "gb.txt": ("客服说不影响使用。".encode("gb18030"), "text/plain"),
    "utf16.txt": ("客服說不影響使用。".encode("utf-16"), "text/plain"),
    "bom.csv": ("\ufeff日期,金额\n2026-05-03,64.90\n".encode(), "text/csv"),
    "mail.eml": (b"Received: from x\r\n by y\r\nSubject: Leak\r\n\r\nIt leaks.", "message/rfc822"),
    "mbox.eml": (b"From a@example.org Thu Jan  1 00:00:00 1970\nX-Mailer: x\nTo: b@example.org\n\n", "message/rfc822"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_a_letter_a_recording_is_taken(name: str) -> None:
    content, content_type = GOOD[name]
    assert inspect(name, content, len(content), max_bytes=LIMIT) == Verdict(ok=True, content_type=content_type)


def test_every_kind_on_the_list_has_an_example() -> None:
    assert {name.rpartition(".")[2].lower() for name in GOOD} == EXTENSIONS


KIN = ({"text/plain", "text/csv", "message/rfc822"}, {"audio/mp4", "video/mp4"})
STRANGERS = [
    (name, other)
    for name in GOOD
    for other in GOOD
    if GOOD[name][1] != GOOD[other][1] and not any({GOOD[name][1], GOOD[other][1]} <= kin for kin in KIN)
]


@pytest.mark.parametrize(("name", "other"), STRANGERS)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, other: str) -> None:
    content, _ = GOOD[name]
    assert inspect(other, content, len(content), max_bytes=LIMIT) == Verdict(ok=False, code="mismatch")


def test_a_note_is_no_mail() -> None:
    content, _ = GOOD["notes.txt"]
    assert inspect("notes.eml", content, len(content), max_bytes=LIMIT) == Verdict(ok=False, code="mismatch")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "name",
    ["x.svg", "x.html", "x.htm", "x.xhtml", "x.js", "x.mjs", "x.php", "x.pht", "x.phtml", "x.exe", "x.docm",
     "x.zip", "x.mov", "x", ".jpg", "jpg", "x.jpg.exe", "x.jpg\x00.svg", "x.svg.", "x.pdf ", "", "..", "x.svg\u202e"],
)  # fmt: skip
def test_what_can_run_is_not_taken_whatever_it_holds(name: str) -> None:
    for content in (SVG, HTML, b"\x89PNG\r\n\x1a\n"):
        verdict = inspect(name, content, len(content), max_bytes=LIMIT)
        assert not verdict.ok
        assert verdict.code in {"type", "mismatch"}


@pytest.mark.parametrize("name", [*GOOD, "x.txt", "x.csv", "x.eml"])
@pytest.mark.parametrize(
    "content",
    [SVG, HTML, b"\xef\xbb\xbf" + SVG, b"  \r\n" + HTML, b"<?xml version='1.0'?>" + SVG, b"<?php echo 1;",
     HTML.decode().encode("utf-16"), b"MZ\x90\0\3", b"\x7fELF\2\1", b"PK\x03\x04" + b"\0" * 60, zipped("evil.html"),
     b"\0" * 50, b"\x80\x81\xff\xff\xfe"],
)  # fmt: skip
def test_what_can_run_is_not_taken_under_another_name(name: str, content: bytes) -> None:
    assert inspect(name, content, len(content), max_bytes=LIMIT) == Verdict(ok=False, code="mismatch")


def test_a_document_with_macros_is_refused() -> None:
    content = zipped("[Content_Types].xml", "word/vbaProject.bin", "word/document.xml")
    assert inspect("letter.docx", content, len(content), max_bytes=LIMIT).code == "mismatch"


def test_an_empty_or_too_large_file_is_refused() -> None:
    assert inspect("a.txt", b"", 0, max_bytes=LIMIT).code == "empty"
    assert inspect("a.txt", b"a", 101, max_bytes=100).code == "too-large"
    assert inspect("a.txt", b"a" * 100, 100, max_bytes=100).ok


def test_a_text_cut_in_the_middle_of_a_character_is_still_text() -> None:
    content = ("漏水" * 5_000).encode()
    assert inspect("a.txt", content[:4_096], len(content), max_bytes=LIMIT).ok
    assert not inspect("a.txt", b"leak \xff", 6, max_bytes=LIMIT).ok


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("test_*.py")))
def test_our_own_sources_are_text(path: Path) -> None:
    content = path.read_bytes()
    assert inspect("source.txt", content[:8_192], len(content), max_bytes=LIMIT).ok


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bill.pdf", "bill.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\li\\门.jpg", "门.jpg"),
        ("a\x00b\r\nc.jpg", "ab c.jpg"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("  .hidden.jpg ", "hidden.jpg"),
        ('a"b<c>:d|e?.pdf', "a_b_c__d_e_.pdf"),
        ("CON.txt", "_CON.txt"),
        ("👩\u200d👧.png", "👩\u200d👧.png"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("x" * 200 + ".jpeg", "x" * 115 + ".jpeg"),
        ("漏" * 200 + ".png", "漏" * 116 + ".png"),
        ("no extension", "no extension"),
        ("scan\xa0\x80", "scan"),
        ("\u3000发票.pdf\u3000", "发票.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(name: str, shown: str) -> None:
    assert display_name(name) == shown


@given(st.text(max_size=300))
def test_every_name_is_safe_short_and_settled(name: str) -> None:
    shown = display_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\\0\r\n\u202e"<>')
    assert display_name(shown) == shown


@given(st.text(max_size=40), st.binary(max_size=200))
def test_any_upload_gets_a_verdict(name: str, content: bytes) -> None:
    verdict = inspect(name, content, len(content), max_bytes=100)
    assert verdict.ok == bool(verdict.content_type) == (not verdict.code)


@pytest.mark.parametrize("line", [b"A: b\r\n", b"A: b\r\n c\r\n", b">From x\r\n", b"A:\n", b"Subject:\r\n b\r\n"])
def test_a_mail_that_leads_nowhere_costs_no_more_than_its_length(line: bytes) -> None:
    """Two ways to read a line would double the cost with each of them: 40 were days, 400 are nothing."""
    for times in (40, 400):
        hostile = line * times + b"zzz\r\n"
        assert inspect("a.eml", hostile, len(hostile), max_bytes=LIMIT).code in ("mismatch", "")
