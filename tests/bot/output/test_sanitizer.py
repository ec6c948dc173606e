import pytest

from bot.messages import Notice
from bot.output.characters import Bounds
from bot.output.sanitizer import Sanitizer, sanitized, sanitized_plain

WJ = "\u2060"
HOSTS = frozenset({"wiki.example.org", "*.example.net"})

ORDINARY = """\
# Heading with číslo 1 & 2

Plain text, 3.14, 50 %, a < b, b > a, a <= b, x<5, R&D, *em*, **bold**, ~~gone~~, `code`, ``a`b``, ula@team.cz!

- one [1] and two [2][3], unsupported [?]
  - nested (in brackets): `cat x | grep y`
1. /etc/hosts, C:\\Users\\ula, ~/.ssh/config, file.py, example.com, d[k]: v
2. Příliš žluťoučký kůň; time 12:30; ratio 3:1; std::vector; a:b; Wow! Really?! \\*not em\\*

| a | b |
|---|:-:|
| `x` | 1 |

> quoted line
> and another

```python
def f(x: list[int]) -> str:
    return f"https://example.com/{x}" + "<b>@everyone</b>" + "![a](https://b)"  # `tick`
```

   ```
   indented by three
   ```

> ```
> quoted code: <!channel>
> ```

👨\u200d👩\u200d👧 1️⃣ &amp; &lt; done
"""


def test_ordinary_markdown_passes_unchanged() -> None:
    assert sanitized(ORDINARY) == ORDINARY
    assert sanitized(ORDINARY, link_hosts=HOSTS) == ORDINARY


@pytest.mark.parametrize("delta", ["Hello", " there,", "1", ". ", "žluťoučký", " 12:30", " (x)", "?", " [1]"])
def test_ordinary_words_are_shown_at_once(delta: str) -> None:
    sanitizer = Sanitizer()
    sanitizer.feed("So")
    assert sanitizer.feed(delta) == delta


# --- links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("[text](https://evil.example/x)", "[text] (`https://evil.example/x`)"),
        ("[text](javascript:alert)", "[text] (`javascript:alert`)"),
        ("[text](/relative)", "[text] (/relative)"),
        ("see https://evil.example/a_(b).", "see `https://evil.example/a_(b)`."),
        ("**HTTPS://evil.example**", "**`HTTPS://evil.example`**"),
        ("(www.evil.example)", "(`www.evil.example`)"),
        ("<https://evil.example>", "`https://evil.example`"),
        ("<mail@evil.example>", "`<mail@evil.example>`"),
        ("[a]: https://evil.example\n[a]", "[a] : `https://evil.example`\n[a]"),
        ("- [ ] [a]:evil", "- [ ] [a] :evil"),
        ("mailto:x@y.cz data:text/html,x slack://open", "`mailto:x@y.cz` `data:text/html,x` `slack://open`"),
        ("data: none, file: none", "data: none, file: none"),
        ("evil://x xhttps://y", "evil:`//x` xhttps:`//y`"),
        (r"https:\/\/evil.example", "`https://evil.example`"),
        (r"odd\://evil.example", "odd:`//evil.example`"),
        ("&#x68;ttps&colon;//evil", r"\&#x68;ttps\&colon;//evil"),
        ("\\https://evil.example", "\\ `https://evil.example`"),
        ("[a \\](https://evil.example)", "[a \\] (`https://evil.example`)"),
        ("``a``https://evil.example", "``a`` `https://evil.example`"),
        ("ht\u200btps://evil.example", "`https://evil.example`"),
        ("x](\nhttps://evil.example)", "x] (\n`https://evil.example`)"),
    ],
)
def test_links_are_shown_as_code(said: str, shown: str) -> None:
    assert sanitized(said) == shown


@pytest.mark.parametrize(
    "link",
    [
        "https://wiki.example.org",
        "https://wiki.example.org/a_b?c=d&e=f#g",
        "http://WIKI.example.org:8080/x",
        "https://a.b.example.net/x",
    ],
)
def test_links_to_listed_hosts_stay(link: str) -> None:
    for said in (f"See {link}.", f"**{link}**", f"({link})", f"<{link}>", f"[the page]({link})"):
        assert sanitized(said, link_hosts=HOSTS) == said


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/",
        "https://example.net/",
        "https://evilwiki.example.org/",
        "https://wiki.example.org.evil.example/",
        "https://wiki.example.org@evil.example/",
        "https://wiki.example.org:x@evil.example/",
        "https://wiki.example.org\\@evil.example/",
        "https://wiki.example.org%2eevil.example/",
        "https://wiki.example.org%00.evil.example/",
        "https://wiki.example.org./",
        "https://a..example.net/",
        "https://wiki.example.org。evil.example/",
        "https://wiki.exam\u0440le.org/",
        "https://xn--wiki.example.org/",
        "https://wiki.example.org&period;evil.example/",
        "https://[::1]/",
        "ftp://wiki.example.org/",
        "https:///wiki.example.org/",
        "https://evil.example/https://wiki.example.org",
        "https://evil.example#wiki.example.org",
        "https://wiki.example.org/~~https://evil.example",
        "https://wiki.example.org/_www.evil.example",
        "https://wiki.example.org|@evil.example",
        "x+https://wiki.example.org",
    ],
)
def test_what_only_looks_like_a_listed_host_does_not(link: str) -> None:
    for said in (f"See {link} .", f"<{link}>", f"[the page]({link})"):
        shown = sanitized(said, link_hosts=HOSTS)
        assert "](h" not in shown
        assert shown != said
        assert "`" in shown or r"\<" in shown or "] (" in shown


@pytest.mark.parametrize("behind", [")@evil.example", '"@evil.example', "`@evil.example", "*a", "[@evil.example", "é"])
def test_a_listed_host_with_anything_close_behind_is_shown_as_code(behind: str) -> None:
    assert sanitized(f"(https://wiki.example.org{behind}", link_hosts=HOSTS).startswith("(`https://")


def test_the_text_of_a_link_that_stays_is_harmless() -> None:
    good = "(https://wiki.example.org/x)"
    for label in ("https://bank.example", "@everyone", "<b>", "www.bank.example"):
        assert f"]{good}" not in sanitized(f"[{label}]{good}", link_hosts=HOSTS)


# --- images and HTML ------------------------------------------------------------------------------------------


def test_images_are_never_shown_not_even_from_listed_hosts() -> None:
    assert sanitized("![alt](https://evil.example/p.png)") == "[alt] (`https://evil.example/p.png`)"
    assert sanitized("![alt](https://wiki.example.org/p.png)", link_hosts=HOSTS).startswith("[alt] (")
    assert sanitized("![alt][r]\n\n[r]: x") == "![alt][r]\n\n[r] : x"


def test_html_is_shown_as_code() -> None:
    assert sanitized('<img src="x" alt="y"> </b>') == '`<img src="x" alt="y">` `</b>`'
    assert sanitized("<div\nx") == "\\<div\nx"
    assert sanitized("<!-- x -->") == f"<{WJ}!-- x -->"


# --- mentions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["everyone", "here", "channel", "Everyone", "123456789012345678", "&1234567890123456"])
def test_a_mention_of_many_is_broken_behind_its_sign(name: str) -> None:
    assert sanitized(f"Hey @{name}!") == f"Hey @{WJ}{name}!"
    assert sanitized(f"Hey \\@{name}!") == f"Hey \\@{WJ}{name}!"


@pytest.mark.parametrize("mention", ["@U12", "@!12", "@&12", "#12", "!channel", "!here", "!subteam^S1", "!date^1^x^y"])
def test_a_mention_by_id_is_broken_behind_its_angle(mention: str) -> None:
    assert sanitized(f"<{mention}>") == f"<{WJ}{mention}>"
    assert sanitized(f"\\<{mention}>") == f"\\<{WJ}{mention}>"
    assert sanitized(f"&lt;{mention}&gt;") == f"&lt;{WJ}{mention}&gt;"
    assert sanitized_plain(f"<{mention}> @here") == f"<{WJ}{mention}> @{WJ}here"


# --- characters -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\x9b",
        "\r",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        WJ,
        "\ufeff",
        "\u00ad",
        "\U000e0041",
    ],
)
def test_what_nobody_can_see_is_dropped_everywhere(character: str) -> None:
    assert sanitized(f"a{character}b `c{character}d`") == "ab `cd`"
    assert sanitized(f"```\na{character}b\n```") == "```\nab\n```"
    assert sanitized_plain(f"a{character}b") == "ab"


def test_a_half_surrogate_is_replaced() -> None:
    assert sanitized("a\ud800b") == "a\ufffdb"


def test_few_marks_fit_on_a_letter() -> None:
    assert sanitized("a" + "\u0301" * 50 + "b") == "a" + "\u0301" * 4 + "b"
    sanitizer = Sanitizer()
    assert "".join(map(sanitizer.feed, ["a", *["\u0301"] * 50])) == "a" + "\u0301" * 4


# --- code -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a ` b https://evil.example c", "a \\` b `https://evil.example` c"),
        ("`a\nb` @here", f"\\`a\nb\\` @{WJ}here"),
        ("    ```\nhttps://evil.example", "   ```\n   https://evil.example\n   ```"),
        ("- ```py\nx\n  ```\n@here", f"-\n  ```py\n  x\n  ```\n@{WJ}here"),
        ("text\n2. ~~~\nx", "text\n2.\n   ```\n   x\n   ```"),
        ("> ```\nx\n```\n@here", f"> ```\n> x\n> ```\n@{WJ}here"),
        ("````\n```\nx\n````", f"```\n``{WJ}`\nx\n```"),
        ("~~~\nx\n~~~\n@here", f"```\nx\n```\n@{WJ}here"),
        ("```\n```\n@here", f"```\n \n```\n@{WJ}here"),
        ("```a`b```", "```a`b```"),
        ("````x````", "```x```"),
        ("`a```b` c", "\\`a\\`\\`\\`b\\` c"),
        ("[a `](https://evil.example)`", f"[a `]{WJ}(https://evil.example)`"),
        ("`[a](https://evil.example)`", "`[a](https://evil.example)`"),
        ("`a|https://evil` b\n-|-\n", "`a|https://evil` b\n\\-|-\n"),
        ("| a |\n|---|\n| `x|y` |", "| a |\n|---|\n| `x\\|y` |"),
        ("~~~ " + "x" * 300, "\\~~~ " + "x" * 300),
    ],
)
def test_code_can_not_be_broken_out_of(said: str, shown: str) -> None:
    assert sanitized(said) == shown


def test_an_open_block_of_code_is_closed_at_the_end() -> None:
    sanitizer = Sanitizer()
    assert sanitizer.feed("```\nx") + sanitizer.end() == "```\nx\n```"
    assert sanitizer.feed("\n\n@here") + sanitizer.end() == f"\n\n@{WJ}here"


# --- bounds ---------------------------------------------------------------------------------------------------


def test_an_answer_without_end_is_cut_and_that_is_said() -> None:
    sanitizer = Sanitizer(bounds=Bounds(answer=10))
    assert (
        sanitizer.feed("12345 ") + sanitizer.feed("7890abc") + sanitizer.feed("def") + sanitizer.end() == "12345 7890…"
    )
    assert sanitizer.notices == (Notice("answer-cut", {"characters": 10}),)


def test_words_and_lines_without_end_are_cut_and_that_is_said() -> None:
    sanitizer = Sanitizer(bounds=Bounds(word=5, line=12))
    said = ["aaaaa", "aaaa bb\n", "cc cc cc cc cc cc\nd"]
    assert "".join(map(sanitizer.feed, said)) + sanitizer.end() == "aaaaa… bb\ncc cc cc cc …\nd"
    assert sanitizer.notices == (Notice("lines-cut"),)


def test_nothing_is_said_about_an_answer_within_bounds() -> None:
    sanitizer = Sanitizer(bounds=Bounds(answer=5, word=5, line=5))
    assert sanitizer.feed("12345") + sanitizer.end() == "12345"
    assert sanitizer.notices == ()


@pytest.mark.parametrize("opening", ["`", "<a ", "@", "&a", "![", "[", "- " * 40, "```x", "> ", "- ```", "```\n`"])
def test_text_is_held_back_within_a_bound(opening: str) -> None:
    sanitizer = Sanitizer(link_hosts=HOSTS)
    sanitizer.feed(opening + "x y " * 1000)
    assert len(sanitizer.end()) < 10


def test_what_a_line_begins_with_is_held_back_within_a_bound() -> None:
    sanitizer = Sanitizer()
    sanitizer.feed("- " * 4000)
    assert len(sanitizer.end()) < 250


def test_an_address_is_held_back_no_longer_than_a_word_may_be() -> None:
    sanitizer = Sanitizer(bounds=Bounds(word=100))
    sanitizer.feed("https://" + "x" * 5000)
    assert len(sanitizer.end()) < 110


def test_a_long_line_is_the_same_however_it_is_cut() -> None:
    text = "`a|b`\n" + "-|" * 200 + "abc\n`c|d` https://evil.example"
    sanitizer = Sanitizer()
    assert "".join(map(sanitizer.feed, text)) + sanitizer.end() == sanitized(text)
