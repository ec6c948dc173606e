"""Tests that a page shows what was said, in the client's language, and that nothing in it comes alive."""

import re
from dataclasses import replace

from bot.messages import Language
from tests.pictures.drawing import page
from tests.pictures.scene import (
    MENTION,
    Author,
    Blank,
    Button,
    Columns,
    Embed,
    Form,
    Line,
    Pane,
    Said,
    Scene,
    Section,
    Sheet,
    Stub,
    Text,
    Theme,
)

SOVA = Author("Sova", is_program=True)


def drawn(*lines: Line, language: Language = Language.ENGLISH, theme: Theme = Theme.DARK) -> str:
    return page(Scene("one", (Pane("#", "general", lines),), 700, theme, language))


def said(markdown: str) -> Said:
    return Said(SOVA, "09:41", (Text(markdown),))


def test_markdown_is_drawn_as_what_it_means() -> None:
    html = drawn(said("About **6 GB**:\n\n```\na  b\n```"))
    assert "<strong>6 GB</strong>" in html
    assert re.search(r"<pre><code>a  b\s*</code></pre>", html)


def test_nothing_that_was_said_becomes_part_of_the_page() -> None:
    evil = "<script>alert(1)</script>"
    everywhere = replace(said(evil), author=Author(evil), used=f"{evil} {evil}", buttons=(Button(evil),), files=(evil,))
    html = drawn(replace(everywhere, menus=(evil,), thread=Stub(evil, 2)), Form(evil, (Blank(evil, evil),)))
    assert "<script" not in html


def test_a_page_loads_nothing() -> None:
    html = drawn(said("![spy](https://evil.example/a.png)"))
    assert "content=\"default-src 'none'" in html


def test_an_embed_has_its_parts_its_columns_and_the_colour_of_its_bar() -> None:
    parts = (Text("**1 · owl**"), Columns((Text("Speed"), Text("<b>")), across=3))
    html = drawn(replace(said("Which?"), texts=(Embed(parts, "#00ff00"),)))
    assert re.search(r'class="embed" style="--bar:#00ff00".*1 · owl.*--across:3".*Speed.*&lt;b&gt;', html, re.DOTALL)


def test_a_mention_is_a_name_and_no_link() -> None:
    assert '<a class="mention">@Sova</a>' in drawn(said(f"[@Sova]({MENTION}) hello"))


def test_what_only_one_person_sees_says_so_in_the_language_of_the_client() -> None:
    private = replace(said("Sources"), is_private=True)
    assert "Only you can see this" in drawn(private)
    assert "Vidíte to jen vy" in drawn(private, language=Language.CZECH)
    assert "Only you can see this" not in drawn(said("Sources"))


def test_what_was_changed_later_says_so() -> None:
    assert "09:41 · edited" in drawn(replace(said("Hello"), is_edited=True))
    assert "edited" not in drawn(said("Hello"))


def test_a_count_of_messages_is_counted_in_czech() -> None:
    stubs = [replace(said("?"), thread=Stub("Vlákno", count)) for count in (1, 3, 5)]
    html = drawn(*stubs, language=Language.CZECH)
    assert re.findall(r"<i>(\d \w+)", html) == ["1 zpráva", "3 zprávy", "5 zpráv"]


def test_a_picture_that_was_sent_is_drawn_in_the_page() -> None:
    assert "data:image/png;base64,cG5n" in drawn(replace(said("Stats"), images=(b"png",)))


def test_somebody_has_the_same_colour_in_every_picture() -> None:
    hues = [re.findall(r"--hue:\d+", drawn(said("?"), theme=theme)) for theme in Theme]
    assert hues[0] == hues[1]
    assert hues[0]


def test_a_form_shows_what_is_written_into_it() -> None:
    html = drawn(Form("What was wrong?", (Blank("In your own words", "too short"),)))
    assert re.search(r"What was wrong\?.*In your own words.*too short.*Submit", html)


def test_a_page_has_its_menus_beside_the_words_and_rules_between_its_parts() -> None:
    html = drawn(Sheet(((Section(Text("*Sova*")),), (Section(Text("Model"), "Choose <b>"),))))
    assert re.search(r"<em>Sova</em>.*<hr>.*Model.*Choose &lt;b&gt;", html, re.DOTALL)
