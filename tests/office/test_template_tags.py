"""The parts of a page: what they draw, what they say, and that nothing foreign was changed."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation

from office.templatetags import fourstep

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def english_in_utc() -> Any:
    with translation.override("en"), timezone.override("UTC"):
        yield


def draw(source: str, **words: Any) -> str:
    return Template("{% load fourstep %}" + source).render(Context(words)).strip()


class Tags(HTMLParser):
    """Every start tag of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


# Marks ----------------------------------------------------------------------------------------------------------------


def test_an_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'class="icon" aria-hidden="true"' in draw('{% icon "inbox" %}')
    assert "sprite.svg#inbox" in draw('{% icon "inbox" %}')
    named = draw('{% icon "phone" label=words size="s" %}', words='Call "in"')
    assert 'role="img" aria-label="Call &quot;in&quot;"' in named
    assert 'class="icon icon-s"' in named


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "sprite.svg").read_text(encoding="utf-8")))
    asked = {
        (name, page.name)
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""{% icon ["']([^"']+)["']""", page.read_text(encoding="utf-8"))
    }
    assert [(name, page) for name, page in asked if name not in drawn] == []


def test_a_message_is_a_status_a_loss_is_an_alert_and_what_can_be_undone_says_where() -> None:
    said = [
        Message(constants.SUCCESS, "Merged", extra_tags="undo:/tickets/482109375/unmerge"),
        Message(constants.SUCCESS, "Saved"),
        Message(constants.ERROR, "Not <sent>"),
    ]
    drawn = draw('{% include "_messages.html" %}', messages=said)
    assert [form["action"] for form in Tags(drawn).all("form")] == ["/tickets/482109375/unmerge"]
    assert [box.get("role") for box in Tags(drawn).all("div")] == ["status", None, None, "alert"]
    assert "Not &lt;sent&gt;" in drawn
    empty = draw('{% include "_messages.html" %}', messages=[])
    assert empty == '<div class="fs-msgs" role="status" id="messages"></div>'


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("482109375", "4821-0937-5"),
        (482109375, "4821-0937-5"),
        ("12", "12"),
        ("", ""),
        ("４８２１０９３７５", "４８２１０９３７５"),
    ],
)
def test_a_number_is_shown_as_it_is_spoken(stored: object, shown: str) -> None:
    assert draw("{% number n %}|{{ n|number }}", n=stored) == f"{shown}|{shown}"


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Mei Lin", "ML"),
        ("Dr Helga Brandt", "HB"),
        ("Ana María de la Cruz", "AC"),
        ("Priya", "P"),
        ("Dr", "D"),
        ("周启航", "周"),
        ("歐陽小明", "歐"),
        ("김민준", "김"),
        ("<b>", "&lt;"),
    ],
)
def test_a_person_is_marked_by_initials_or_by_family_name(name: str, mark: str) -> None:
    assert f">{mark}</span>" in draw("{% avatar name %}", name=name)


def test_a_name_keeps_its_colour_and_nobody_is_a_dashed_ring() -> None:
    assert draw("{% avatar name %}", name="Mei Lin") == draw("{% avatar name %}", name=" Mei Lin ")
    assert re.search(r"fs-av--[abcd] fs-av--l", draw("{% avatar name large=True %}", name="Mei Lin"))
    assert "fs-av--none" in draw("{% avatar name %}", name=None)


def test_the_stepper_says_the_step_by_position_and_in_words() -> None:
    drawn = draw('{% dots "apologise" %}')
    assert 'aria-label="Step 3 of 4: Apologise"' in drawn
    assert "<span>Apologise</span>" in drawn
    assert [mark["class"] for mark in Tags(drawn).all("circle")] == ["d d1", "d d2", "n", "o"]


def test_the_stepper_of_a_complaint_nobody_began_has_no_ring_and_a_finished_one_is_full() -> None:
    begun = draw("{% dots step %}", step=None)
    assert 'aria-label="No step begun"' in begun
    assert "Received" in begun
    assert {mark["class"] for mark in Tags(begun).all("circle")} == {"o"}
    done = draw('{% dots "resolve" done=True label=words %}', words="Answered")
    assert 'aria-label="All four steps done"' in done
    assert "<span>Answered</span>" in done
    assert [mark["class"] for mark in Tags(done).all("circle")] == ["d d1", "d d2", "d d3", "d d4"]


def test_the_page_says_its_language_as_browsers_want_it() -> None:
    with translation.override("zh-hant"):
        assert draw("{% html_lang %}") == "zh-Hant"
    assert draw("{{ code|bcp47 }}", code="zh-hans") == "zh-Hans"
    assert draw("{{ code|bcp47 }}", code="") == "en"


# Time -----------------------------------------------------------------------------------------------------------------


def test_a_moment_is_said_in_the_zone_and_language_of_the_reader() -> None:
    drawn = '<time datetime="2026-11-24T15:00:00+00:00">today 15:00</time>'
    at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert draw("{% when at %}", at=at, now=NOW) == drawn
    with translation.override("zh-hant"), timezone.override("Asia/Taipei"):
        assert ">今天23:00<" in draw("{% when at now %}", at=at, now=NOW)
        assert ">11月24日（二）23:00<" in draw("{% when at full=True %}", at=at, now=NOW)
    assert draw("{% when at %}", at=None, now=NOW) == ""
    assert ">Wed 25 Nov<" in draw("{% when day %}", day=(NOW + 24 * HOUR).date(), now=NOW)


@pytest.mark.parametrize(
    ("hours", "grade", "words", "mark"),
    [
        (-0.3, "late", "18 min past", "alert-triangle"),
        (-5, "late", "5 h past", "alert-triangle"),
        (-50, "late", "2 days past", "alert-triangle"),
        (0.3, "soon", "18 min", "clock"),
        (4, "today", "14:42", "clock"),
        (50, "calm", "Thu 12:42", "clock"),
        (300, "calm", "Sun 6 Dec", "clock"),
    ],
)
def test_a_countdown_says_it_in_words_before_the_bar(hours: float, grade: str, words: str, mark: str) -> None:
    drawn = draw("{% due at what=what %}", at=NOW + hours * HOUR, what="Call back", now=NOW)
    assert f'class="fs-due fs-due--{grade}"' in drawn
    assert f">{words}</time>" in drawn
    assert f"#{mark}" in drawn
    assert drawn.index("<time") < drawn.index("<progress") < drawn.index('<span class="fs-due__w">Call back</span>')


def test_a_deadline_mostly_used_up_presses_although_hours_are_left() -> None:
    drawn = draw("{% due at since %}", at=NOW + 3 * HOUR, since=NOW - 20 * HOUR, now=NOW)
    assert "fs-due--soon" in drawn
    assert ">in 3 h</time>" in drawn
    assert 'value="86" aria-label="86 % of the time used"' in drawn


def test_a_paused_clock_says_so_and_no_clock_says_that() -> None:
    paused = draw("{% due at waiting=True %}", at=NOW - HOUR, now=NOW)
    assert "fs-due--wait" in paused
    assert "Paused" in paused
    none = draw("{% due at %}", at=None, now=NOW)
    assert "No deadline" in none
    assert "<progress" not in none


def test_a_countdown_carries_the_words_the_page_needs_as_minutes_pass() -> None:
    drawn = draw("{% due at %}", at=NOW + HOUR, now=NOW)
    assert 'data-left="%s min" data-past="%s min past"' in drawn


def test_a_countdown_takes_the_time_of_the_request_and_never_reads_a_clock() -> None:
    class Request:
        now = NOW

    assert "18 min past" in draw("{% due at %}", at=NOW - timedelta(minutes=18), request=Request())
    with pytest.raises(TemplateSyntaxError):
        draw("{% due at %}", at=NOW)


# Fields ---------------------------------------------------------------------------------------------------------------


class Form(forms.Form):
    what = forms.CharField(label="What happened", widget=forms.Textarea, help_text="And when")
    order = forms.ChoiceField(label="Order", choices=[("1", "77-19863")])
    feeling = forms.ChoiceField(label="Feeling", choices=[("1", "1"), ("5", "5")], widget=forms.RadioSelect)
    harm = forms.MultipleChoiceField(
        label="Harm", choices=[("money", "Money"), ("<", "<Time>")], widget=forms.CheckboxSelectMultiple
    )
    heard = forms.BooleanField(label="Heard")
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_a_field_has_its_label_above_and_its_hint_read_out_with_it() -> None:
    drawn = draw('{% field form.what rows=3 placeholder="…" hx_get="/x" autofocus=True lang=None %}', form=Form())
    assert '<label for="id_what">What happened</label>' in drawn
    assert '<p class="form-hint" id="id_what_hint">And when</p>' in drawn
    (control,) = Tags(drawn).all("textarea")
    assert control["class"] == "form-control"
    assert control["aria-describedby"] == "id_what_hint"
    assert (control["rows"], control["hx-get"]) == ("3", "/x")
    assert "autofocus" in control
    assert "lang" not in control


def test_quotation_marks_a_template_writes_stay_inside_their_attribute() -> None:
    drawn = draw("""{% field form.what hx_vals='{"place": "regret"}' %}""", form=Form())
    field = next(tag for name, tag in Tags(drawn).found if "hx-vals" in tag)
    assert field["hx-vals"] == '{"place": "regret"}'


def test_what_is_still_needed_is_said_beside_the_label() -> None:
    assert 'class="c-field is-todo"' in draw("{% field form.what todo=True %}", form=Form())
    assert 'data-todo="needed"' in draw("{% field form.what todo=True %}", form=Form())
    assert 'data-todo="still to ask"' in draw('{% pills form.feeling todo="still to ask" %}', form=Form())
    assert "todo" not in draw("{% field form.what todo=False %}", form=Form())


def test_what_is_wrong_stands_beside_the_field_and_is_read_out_with_it() -> None:
    drawn = draw("{% field form.what %}", form=Form({}))
    (control,) = Tags(drawn).all("textarea")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_what_error id_what_hint"
    assert 'id="id_what_error"' in drawn
    assert "This field is required." in drawn


def test_a_choice_is_a_select_and_a_hidden_field_is_bare() -> None:
    assert Tags(draw("{% field form.order %}", form=Form())).all("select")[0]["class"] == "form-select"
    assert draw("{% field form.version %}", form=Form(initial={"version": 4})).startswith('<input type="hidden"')


def test_one_box_has_its_label_around_it() -> None:
    drawn = draw("{% field form.heard %}", form=Form())
    assert '<label class="c-check"><input type="checkbox"' in drawn
    assert "<span>Heard</span></label>" in drawn


def test_pills_are_native_buttons_in_a_named_group() -> None:
    drawn = draw("{% pills form.feeling joined=True %}", form=Form({"feeling": "5"}))
    assert "<legend>Feeling</legend>" in drawn
    assert 'class="fs-pills fs-pills--joined" role="radiogroup" aria-label="Feeling"' in drawn
    assert [("checked" in box, box["value"]) for box in Tags(drawn).all("input")] == [(False, "1"), (True, "5")]
    assert draw("{% field form.feeling joined=True %}", form=Form({"feeling": "5"})) == drawn


def test_a_wrong_group_is_marked_as_a_group() -> None:
    one_of = draw("{% pills form.feeling %}", form=Form({}))
    assert 'aria-invalid="true"' in one_of
    assert 'aria-describedby="id_feeling_error"' in one_of
    assert all("aria-invalid" not in box for box in Tags(one_of).all("input"))
    several = draw("{% pills form.harm %}", form=Form({}))
    assert "data-invalid" in several
    assert "radiogroup" not in several


def test_words_from_outside_are_escaped_everywhere() -> None:
    assert "&lt;Time&gt;" in draw("{% pills form.harm %}", form=Form())
    assert "<Time>" not in draw("{% pills form.harm %}", form=Form())
    assert "&lt;i&gt;" in draw("{% due at what=what %}", at=NOW, what="<i>", now=NOW)
    assert "&lt;i&gt;" in draw("{% dots step label=label %}", step="listen", label="<i>")


def test_every_step_has_a_name() -> None:
    assert [fourstep.step_label(step) for step in fourstep.STEPS] == ["Listen", "Empathise", "Apologise", "Resolve"]


# Files that are not ours, and what a strict policy asks of ours -------------------------------------------------------


def test_vendored_files_are_the_ones_written_down() -> None:
    table = (STATIC / "vendor" / "VENDOR.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", table, re.MULTILINE))
    there = {
        str(file.relative_to(STATIC / "vendor")): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (STATIC / "vendor").rglob("*")
        if file.is_file() and file.name != "VENDOR.md"
    }
    assert there == written


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    found = [
        (page.name, words)
        for page in TEMPLATES.rglob("*.html")
        if page.parent.name != "mail"  # a mail has nothing but its own; tests/complaints/channels looks at those
        if page.name != "sheet.html"  # nor has a letter, which is kept as it is; its address allows that one style
        for words in re.findall(
            r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|(?:src|href)=["']https?:""",
            page.read_text(encoding="utf-8"),
        )
    ]
    assert found == []


def test_the_stylesheets_name_the_layers_once_and_only_ours_after_tabler() -> None:
    order = "@layer tabler, tokens, base, layout, parts, pages, print;"
    first = (STATIC / "css" / "fourstep.css").read_text(encoding="utf-8")
    assert order in first
    for sheet in (STATIC / "css").rglob("*.css"):
        layers = set(re.findall(r"^@layer (\w+) {", sheet.read_text(encoding="utf-8"), re.MULTILINE))
        assert layers <= {"tokens", "base", "layout", "parts", "pages", "print"}
        assert len(layers) == 1 or sheet.name in ("fourstep.css", "letter-print.css")  # a letter lies outside the desk


def test_the_last_resort_needs_nothing_that_could_be_broken() -> None:
    page = (TEMPLATES / "500.html").read_text(encoding="utf-8")
    assert "{%" not in page
    assert "{{" not in page
    assert all(f'lang="{language}"' in page for language in ("en", "zh-Hans", "zh-Hant-TW"))
