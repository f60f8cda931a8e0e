"""The lines the desk offers are all known, in both languages."""

import json

from office.folding import has_han
from playbooks.lines import BUILT_IN, say_lines


def test_every_line_of_every_playbook_is_known() -> None:
    lines = say_lines()
    assert "I cannot share supplier details. The origin and the test report are public; shall I send them?" in lines
    assert "您专门空出一个上午，却没人上门，换谁都会不高兴。" in lines
    assert "We booked the wrong day. That was our error, and it cost you a morning." in lines
    assert "这一项我办不了，原因是……。我能办的是……。" in lines


def test_all_languages_are_there_and_no_line_is_empty_or_twice() -> None:
    lines = say_lines()
    assert len(lines) == len(set(lines)) > 250
    assert all(line.strip() and not line.startswith("[") for line in lines)
    assert 0.6 < sum(map(has_han, lines)) / len(lines) < 0.7


def test_what_we_advise_against_is_not_among_them() -> None:
    avoided = {
        line["en"]
        for playbook in json.loads(BUILT_IN.read_text("utf-8"))["playbooks"]
        for line in playbook.get("avoid", [])
    }
    assert avoided
    assert not avoided & set(say_lines())


def test_the_file_is_read_once() -> None:
    assert say_lines() is say_lines()
