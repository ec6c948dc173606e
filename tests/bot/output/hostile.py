"""What a hijacked model may say, and an independent judge of what comes out."""

import re

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

FRAGMENTS = [
    *"[]()<>`!@#\\&|~*_:/.\n\r\t -=\"'{}^%;?,+1xX>",
    *(
        "``",
        "```",
        "~~~",
        "````",
        "\n\n",
        "    ",
        "   ",
        "> ",
        "- ",
        "1. ",
        "2. ",
        "- [ ] ",
        "\n```\n",
        "\n~~~\n",
        "\n---|---\n",
    ),
    *(
        "\n|-|-|\n",
        " | ",
        "](",
        "]:",
        "![",
        "\n[",
        "](https://evil.example/)",
        "[a](",
        "![alt](",
        "<img src=https://evil.example/p.png>",
    ),
    *(
        "https://evil.example/x",
        "http://evil.example",
        "www.evil.example",
        "HTTPS://EVIL.example",
        "https:\\/\\/evil.example",
    ),
    *(
        "hxxps://",
        "ftp://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.cz",
        "file:///etc/passwd",
    ),
    *("slack://open", "discord://x", "x://y", "://", "http", "s:", "//", "www", "https", "htt", "p"),
    *(
        "https://good.example@evil.example/",
        "https://good.example.evil.example/",
        "https://good.example\\@evil.example/",
    ),
    *("https://good.example/a", "https://sub.good.example/b?c=d#e", "https://good.example", "https://GOOD.example./"),
    *(
        "[good](https://good.example/a)",
        "[x](https://good.example|@evil.example)",
        "<https://good.example/>",
        "<https://evil.example>",
    ),
    *("[r]: https://evil.example\n", "[r][r]", "[r]", "[^1]: x", "[1]", "[?]", "【1】"),
    *(
        "@everyone",
        "@here",
        "@channel",
        "@every",
        "one",
        "<@123456789012345678>",
        "<@!123456789012345678>",
        "<@&123456789012345678>",
    ),
    *(
        "<#123>",
        "<!channel>",
        "<!here>",
        "<!subteam^S1>",
        "<!date^1^x|y>",
        "<@U123>",
        "\\<@U123>",
        "&lt;!here&gt;",
        "<:owl:1>",
        "<t:1:R>",
    ),
    *(
        "&#64;everyone",
        "&#x68;ttps://evil.example",
        "&commat;",
        "&colon;",
        "&sol;",
        "&lt;",
        "&amp;",
        "&#8238;",
        "&#27;",
        "&",
    ),
    *(
        "<b>",
        "</b>",
        "<script>alert(1)</script>",
        "<!-- x -->",
        "<?php",
        '<a href="https://evil.example">',
        "<div",
        ">",
        "<!DOCTYPE x>",
    ),
    *(
        "\x1b[31m",
        "\x00",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\u2060",
        "\ufeff",
        "\U000e0041",
        "\ud800",
        "\u2028",
        "a" + "\u0301" * 9,
    ),
    *("ſ", "K", "slovo", "žluťoučký", "Hello", "a < b", "def f(x):", "код", "日本語"),
]

hostile_text = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)


@st.composite
def cut_text(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A hostile text, and the same in pieces."""
    text = draw(hostile_text)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return text, [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


_PARSERS = [
    MarkdownIt("commonmark"),
    MarkdownIt("commonmark").enable(["table", "strikethrough"]),
    MarkdownIt("commonmark").disable(["code"]),
]
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+-]*:)\\?/\\?/[^\s<]*|(?<![a-z0-9])www\.[a-z0-9]\S*|(?<![a-z0-9])(?:javascript|data|mailto|vbscript):[^\s]+",
    re.IGNORECASE | re.ASCII,
)
_MENTION = re.compile(r"@(?:everyone|here|channel)|<[@#!][^>\s]*|@[!&]?\d{15,}", re.IGNORECASE)
_DISCORD_EXTRA = re.compile(r"(?<!\\)<(?:a?:\w+:\d+|t:\d+|/\w+:\d+)")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_ZALGO = re.compile("[\u0300-\u036f]{5}")


def closed(text: str) -> str:
    """A text that is still being written, as whoever shows it must close it: without an open block of code."""
    open_block = None
    for line in text.split("\n"):
        margin, fence, _ = line.partition("```")
        if fence and not margin.strip(" >"):
            open_block = None if open_block is not None else margin
    return text if open_block is None else f"{text}x\n{open_block}```"


def faults(text: str, *, hosts: tuple[str, ...] = ()) -> list[str]:
    """Everything active that some reader would find in `text`."""
    found = [f"character {match[0]!a}" for match in _FORBIDDEN.finditer(text)]
    found += [f"marks {match[0]!a}" for match in _ZALGO.finditer(text)]
    for number, parser in enumerate(_PARSERS):
        for token in parser.parse(text):
            found += [f"{number}: {fault}" for fault in _token_faults(token, hosts)]
    return found + [f"discord: {fault}" for fault in _discord_faults(text, hosts)]


def _token_faults(token: Token, hosts: tuple[str, ...]) -> list[str]:
    if token.type in {"html_block", "html_inline", "image"}:
        return [f"{token.type} {token.content!r}"]
    if token.type == "link_open":
        return [] if _is_good(str(token.attrs["href"]), hosts) else [f"link {token.attrs['href']}"]
    if token.type == "inline":
        children = token.children or []
        text = "".join(child.content if child.type in {"text", "text_special"} else "\x00" for child in children)
        return [fault for child in children for fault in _token_faults(child, hosts)] + _text_faults(text, hosts)
    return _text_faults(token.content, hosts) if token.type == "text" else []


def _text_faults(text: str, hosts: tuple[str, ...]) -> list[str]:
    addresses = [match[0] for match in _ADDRESS.finditer(text.replace("\x00", " "))]
    bare = [f"address {address!r}" for address in addresses if not _is_good(address.rstrip(".,;:!?)]\"'*_~`}"), hosts)]
    return bare + [f"mention {match[0]!r}" for match in _MENTION.finditer(text)]


def _is_good(url: str, hosts: tuple[str, ...]) -> bool:
    """As strict as can be: one of the hosts, then the end or a path of ordinary signs."""
    names = "|".join(map(re.escape, hosts)) or r"\Z."
    plain = re.compile(rf"https?://(?:{names})(?::\d+)?(?:[/?#][\w.~/?#&=%+:,$!*-]*)?", re.IGNORECASE | re.ASCII)
    return bool(plain.fullmatch(url))


_DISCORD_CODE = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?\n*```|(`+)[\s\S]*?[^`]\1(?!`)", re.IGNORECASE)
_DISCORD_LINK = re.compile(
    r"\[(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"][\s\S]*?['\"])?\s*\)"
)


def _discord_faults(text: str, hosts: tuple[str, ...]) -> list[str]:
    """Discord reads from left to right: an escape, code, a link, else one character."""
    plain, at, found = "", 0, []
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and not re.match(r"[0-9A-Za-z\s]", text[at + 1]):
            plain, at = plain + text[at : at + 2], at + 2
        elif text[at] == "`" and (code := _DISCORD_CODE.match(text, at)):
            plain, at = plain + " ", code.end()
        elif text[at] == "[" and (link := _DISCORD_LINK.match(text, at)):
            is_address = re.match(r"[a-z][a-z0-9+.-]*:", link[1], re.IGNORECASE)
            found += [f"link {link[0]!r}"] if is_address and not _is_good(link[1], hosts) else []
            plain, at = plain + " ", link.end()
        elif address := re.compile(r"<([a-z][a-z0-9+.-]*:/[^ >]+)>").match(text, at):
            found += [] if _is_good(address[1], hosts) else [f"link {address[0]!r}"]
            plain, at = plain + " ", address.end()
        else:
            plain, at = plain + text[at], at + 1
    return found + _text_faults(plain, hosts) + _DISCORD_EXTRA.findall(plain)
