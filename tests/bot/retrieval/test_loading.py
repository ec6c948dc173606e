"""Holds the way from bytes to text to what readers of the knowledge folder expect, kind by kind."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Language
from bot.retrieval.formats.decoding import decode, language_of
from bot.retrieval.formats.kinds import kind_of
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.formats.reading import Reading, read_document
from bot.retrieval.loading import Kind, LoadLimits, Reason, RefusedFile
from bot.retrieval.snapshots import snapshot

CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy."


def _read(text: str | bytes, document: str) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    return read_document(data, document, limits=LoadLimits(), office=_no_office)


def _no_office(data: bytes, kind: Kind) -> Parsed:
    raise AssertionError(kind)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "iso8859-2"]
)
def test_czech_is_read_in_every_encoding_that_czechs_have_used(encoding: str) -> None:
    assert decode(CZECH.encode(encoding)) == CZECH


def test_a_file_cut_in_the_middle_of_a_character_is_still_utf_8() -> None:
    assert decode((CZECH * 100).encode()[:-44] + b"\xc5").startswith(CZECH)


@pytest.mark.parametrize("data", [b"\0\1\2\3" * 100, bytes(1000), bytes(range(256))])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFile) as caught:
        decode(data)
    assert caught.value.reason is Reason.NOT_TEXT


def test_what_cannot_be_seen_is_not_read() -> None:
    assert decode("a\u200bb\u202ec\u00add\ufeff\U000e0041\r\ne\u0301".encode()) == "abcd\n\u00e9"


@given(st.binary(max_size=300))
def test_any_bytes_give_clean_text_or_a_refusal(data: bytes) -> None:
    try:
        text = decode(data)
    except RefusedFile:
        return
    text.encode()
    assert "\r" not in text
    assert "\0" not in text


@given(st.text(), st.sampled_from(["a.md", "a.txt", "a.html", "a.csv", "a.rst", "a.adoc", "a.py", "a.eml"]))
def test_any_text_is_read_the_same_each_time_or_refused(text: str, document: str) -> None:
    data = text.encode("utf-8", errors="replace")
    try:
        first = _read(data, document)
    except RefusedFile:
        return
    assert _read(data, document) == first
    assert first.title


@pytest.mark.parametrize(
    ("document", "text", "title"),
    [
        ("a.md", '---\ntitle: "Leave rules"\n---\n# Heading\n\nText', "Leave rules"),
        ("a.md", "+++\ntitle = 'Leave'\n+++\nText", "Leave"),
        ("a.md", "```\n# a comment\n```\n## Second\n\n# First\n", "First"),
        ("a.md", "Setext\n======\n\nText", "Setext"),
        ("hr/dovolena_2025-navrh.md", "Text without a heading.", "Dovolena 2025 navrh"),
        ("a.txt", "Applying AutoFilter\n\nThe AutoFilter function does it.", "Applying AutoFilter"),
        ("a_b.txt", "The first sentence is no title.\n\nNor the second.", "A b"),
        ("a.html", "<title>Site</title><h1>Page</h1><p>x", "Page"),
        ("a.html", "<title>Site</title><p>x", "Site"),
        ("a.html", "<title>Untitled document</title><p>x", "Untitled document"),
        ("report.html", "<title>Untitled</title><p>x", "Report"),
        ("src/main.py", "# a comment\nprint()", "main.py"),
        ("a.adoc", "= Guide\n\n== Part\n\ntext", "Guide"),
        ("a.rst", "=====\nGuide\n=====\n\nPart\n----\n\ntext", "Guide"),
    ],
)
def test_a_document_is_called_by_its_title_else_by_its_name(document: str, text: str, title: str) -> None:
    assert _read(text, document).title == title


@pytest.mark.parametrize(
    ("document", "text", "read"),
    [
        ("a.md", "---\ntitle: x\n---\nHello  \n\n\n\nworld", "Hello\n\nworld\n"),
        ("a.md", "Seen<!-- not seen --> too", "Seen too\n"),
        ("a.md", "```yaml\nkey: value\n---\n```\n", "```yaml\nkey: value\n---\n```\n"),
        ("a.rst", "Guide\n=====\n\nPart\n----\n\ntext", "# Guide\n\n## Part\n\ntext\n"),
        ("a.adoc", "= Guide\n\n== Part\n\ntext", "# Guide\n\n## Part\n\ntext\n"),
        ("a.txt", "1. Start\n\n1.1 More\n\ntext", "# 1. Start\n\n## 1.1 More\n\ntext\n"),
        ("a.txt", "1. Open it\n\n2. Close it", "1. Open it\n\n2. Close it\n"),
        ("a.py", "# note\nx = 1\n", "```python\n# note\nx = 1\n```\n"),
        ("a.sh", "echo '```'\n", "````bash\necho '```'\n````\n"),
        ("a.csv", "Name;Price\nAlpha;12,5\nBeta;\n", "- Name: Alpha; Price: 12,5\n- Name: Beta\n"),
        ("a.csv", '1,2\n3,"4\n5"\n', "1 | 2\n3 | 4 5\n"),
        ("a.tsv", "Name\tPrice\nAlpha\t12\n", "- Name: Alpha; Price: 12\n"),
    ],
)
def test_text_formats_become_markdown(document: str, text: str, read: str) -> None:
    assert _read(text, document).text == read


KEYS = (
    '<span class="switchinline"><span hidden="true" class="MAC">Command</span>'
    '<span hidden="true" id="default1">Ctrl</span></span>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<nav>Menu</nav><main><h1>A</h1><p>Text</p></main><footer>Imprint</footer>", "# A\n\nText\n"),
        ("<div><a>Menu</a></div><div><h2>A</h2><p>A longer text.</p></div>", "## A\n\nA longer text.\n"),
        ("<h1>Top</h1><div class=c><p>" + "Word " * 30 + "</p></div>", "# Top\n\n" + "Word " * 29 + "Word\n"),
        ("<ol><li><p>One</p><p>more</p><li>Two<ul><li>Deep</ul></ol>", "1. One\n   more\n2. Two\n   - Deep\n"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "| A | B |\n| --- | --- |\n| 1 | 2 |\n"),
        ("<table><tr><td>Icon<td>Meaning</table>", "Icon Meaning\n"),
        ("<table><caption>C<tr><td>1<td>2<tr><td>3<td>4</table>", "C\n\n| 1 | 2 |\n| --- | --- |\n| 3 | 4 |\n"),
        ("<table><tr><td><a>Menu</a><td><h1>A</h1><p>Text</table>", "# A\n\nText\n"),
        ("<pre>  a\n  # b</pre>", "```\n  a\n  # b\n```\n"),
        (f"<p>Press Shift+ {KEYS} +Enter now", "Press Shift+Ctrl (macOS: Command)+Enter now\n"),
        ("<p>Press <span hidden='true'>Tools - Options</span>", "Press Tools - Options\n"),
        ("<p>a + b, not <b>bo</b>ld", "a + b, not bold\n"),
        ("<p>one<br>two<dl><dt>Term<dd>Meaning</dl>", "one\n\ntwo\n\nTerm\n\nMeaning\n"),
    ],
)
def test_a_page_becomes_its_article(html: str, text: str) -> None:
    assert _read(html, "a.html").text == text


def test_variants_with_blocks_say_whom_they_are_for() -> None:
    cases = '<span hidden="true" class="WRITER"><p>Pages</p></span><span hidden="true"><p>All</p></span>'
    assert _read(f'<span class="switch">{cases}</span>', "a.html").text == "Writer: Pages\n\nAll\n"


def test_a_mail_is_read_without_what_is_attached() -> None:
    mail = (
        b"From: Jana <jana@example.org>\nSubject: Plan\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/html; charset=cp1250\n\n<p>P\xf8\xedt\xec</p>\n"
        b'--b\nContent-Disposition: attachment; filename="plan.txt"\n\nsecret plan\n--b--\n'
    )
    assert _read(mail, "a.eml").text == "# Plan\n\nFrom: Jana <jana@example.org>\n\nPřítě\n\n- plan.txt\n"


def test_the_language_is_that_of_most_of_the_document() -> None:
    english = "This is what you should know about the rules of the house. " * 40
    assert language_of(english + CZECH) is Language.ENGLISH
    assert language_of(f"{CZECH} " * 60 + english[:200]) is Language.CZECH
    assert language_of("```\nthe is are you\n```\n" + CZECH) is Language.CZECH
    assert language_of("1234 5678") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("A.PDF", Kind.PDF),
        ("index.htm", Kind.HTML),
        ("README", Kind.TEXT),
        ("Dockerfile", Kind.CODE),
        ("a.rs", Kind.CODE),
        ("a.mp4", None),
        ("archive.zip", None),
        ("no ending", None),
    ],
)
def test_the_name_tells_the_kind(name: str, kind: Kind | None) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize("change", ["grows", "shrinks", "is rewritten"])
def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.md"
    path.write_text("before" * 100)

    def read_and_change(file: int, size: int) -> bytes:
        block = os.read(file, 10)
        path.write_text({"grows": "before" * 101, "shrinks": "b", "is rewritten": "after!" * 100}[change])
        os.utime(path, ns=(1, 1))
        return block

    with path.open("rb") as file, pytest.raises(RefusedFile) as caught:
        snapshot(file.fileno(), LoadLimits(), read=read_and_change)
    assert caught.value.reason is Reason.CHANGED


def test_a_file_that_rests_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 3_000_000)
    os.utime(tmp_path / "a.md", (5, 1234))
    with (tmp_path / "a.md").open("rb") as file:
        taken = snapshot(file.fileno(), LoadLimits())
    assert (len(taken.data), taken.modified) == (3_000_000, 1234.0)
