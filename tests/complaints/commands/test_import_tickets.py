"""Complaints from a file: row by row, safe to run twice, nothing lost for one bad line."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Interaction, Ticket
from office.models import Outgoing

pytestmark = pytest.mark.django_db

ROW = {"language": "en", "channel": "web", "category": "Mortgage", "subject": "", "text": "They lost my payment twice."}


def run(path, *args: str) -> tuple[str, str, int]:
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_tickets", str(path), "--source", "portal", *args, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue(), err.getvalue(), code


@pytest.fixture
def file_of(tmp_path, office):
    def write(*lines: object):
        path = tmp_path / "rows.jsonl"
        path.write_text(
            "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines),
            encoding="utf-8",
        )
        return path

    return write


def test_anonymous_rows_without_a_subject_are_taken(file_of):
    out, err, code = run(file_of(ROW, {**ROW, "text": "第二件：退款三个星期没到账。", "language": "zh-hans"}))
    assert (code, err) == (0, "")
    assert "2 imported" in out
    first, second = Ticket.objects.order_by("id")
    assert (first.subject, first.anonymous_reason, first.product) == (
        "They lost my payment twice.",
        "Not named in portal",
        "Mortgage",
    )
    assert second.language == "zh-Hans"
    assert Interaction.objects.get(ticket=second).text == "第二件：退款三个星期没到账。"


def test_the_same_file_twice_makes_no_second_ticket(file_of):
    path = file_of(ROW, {**ROW, "id": 7, "text": "Another one entirely."})
    run(path)
    out, _err, code = run(path)
    assert code == 0
    assert "0 imported, 2 known before" in out
    assert Ticket.objects.count() == 2


def test_a_bad_line_is_reported_and_the_others_go_through(file_of):
    lines = [
        ROW,
        "not json",
        "[1]",
        "[" * 100_000,
        {**ROW, "text": ""},
        {**ROW, "channel": "pigeon"},
        {**ROW, "received_at": "yesterday"},
        {**ROW, "id": "a", "customer": {"name": "Ann", "email": "not an address"}},
        {**ROW, "id": "b", "severity": 9},
        {**ROW, "surprise": 1},
        {**ROW, "id": "c", "customer": {"name": "王芳", "phone": "+86 137 0000 1234"}},
    ]
    out, err, code = run(file_of(*lines))
    assert code == 1
    assert "2 imported, 0 known before, 9 refused" in out
    for line, said in {
        2: "not-json",
        3: "not-an-object",
        4: "not-json",
        5: "text: required",
        6: "channel: unknown-choice",
        7: "received_at: bad-date",
        8: "email: email-invalid",
        9: "severity: unknown-choice",
        10: "surprise: unknown-field",
    }.items():
        assert f"line {line}: {said}" in err
    assert Ticket.objects.get(source_ref="c").customer.name == "王芳"


def test_a_preview_writes_nothing(file_of):
    out, _err, code = run(file_of(ROW), "--preview")
    assert code == 0
    assert "1 new (0 with a customer, 1 anonymous)" in out
    assert not Ticket.objects.exists()


def test_rows_without_a_date_take_the_one_given_and_no_notice_goes_out(file_of):
    run(file_of(ROW), "--received-at", "2026-01-05")
    assert Ticket.objects.get().received_at.isoformat() == "2026-01-05T12:00:00+00:00"
    assert not Outgoing.objects.exists()


def test_a_date_in_the_future_is_refused(file_of):
    with pytest.raises(CommandError, match="future"):
        call_command("import_tickets", str(file_of(ROW)), "--source", "portal", "--received-at", "2999-01-01")
