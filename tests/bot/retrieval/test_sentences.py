import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.markup import Kind, Token
from bot.retrieval.sentences import Piece, SentenceEnd, SentenceReader, sentences

ANSWER = """# Title. One
Hello world. This is e.g. Nice, see Dr. Novak. Fact [1]. Next fact.[2] And Document 1 says 3.14 is ok!
- item one `a.b[1]` **bold.**
- item two
  goes on here
1. Number one.

| a | b |
|---|---|
| x. Y | [1] |

```python
a[1] = 2. B
```
After code [[99]7] (Document 2) 【3†source】 [1-3] [link](http://x). [ 4, 5 ]
Soft wrapped
line. End"""

MARKUP = (
    "word Dr Document dokument např . ! … 1 42 1. 3.5 - * # ` `` ``` ~~~",
    "[ ] ( ) 【 】 † [1] [9] [?] , | > ** _ Á 0Document",
)
PIECES = [*" ".join(MARKUP).split(), "- ", "# ", " ", " ", "\n", "\n\n"]
markdown = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def read(pieces: list[str]) -> list[Piece]:
    reader = SentenceReader()
    return [piece for text in pieces for piece in reader.feed(text)] + list(reader.end())


def tokens(pieces: list[str]) -> list[Token]:
    return [piece for piece in read(pieces) if isinstance(piece, Token)]


def joined(found: list[Token]) -> list[tuple[Kind, str]]:
    """Tokens by kind, those of one kind in a row put together: pieces may cut a word, but change nothing else."""
    runs: list[tuple[Kind, str]] = []
    for token in found:
        if runs and runs[-1][0] is token.kind and token.kind is not Kind.REFERENCE:
            runs[-1] = (token.kind, runs[-1][1] + token.text)
        else:
            runs.append((token.kind, token.text))
    return runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ("One.", "Two!", "Three?", "Four")),
        ("Jedna. Dvě! Šest?", ("Jedna.", "Dvě!", "Šest?")),
        ("See e.g. Berlin, Dr. Novak and J. Smith.", ("See e.g. Berlin, Dr. Novak and J. Smith.",)),
        ("Viz např. Praha, tzv. Hrad, str. Dvě.", ("Viz např. Praha, tzv. Hrad, str. Dvě.",)),
        ("Do 1. ledna platí 3.14 a soubor a.txt.", ("Do 1. ledna platí 3.14 a soubor a.txt.",)),
        ("It costs 5 euros. 3 more come.", ("It costs 5 euros.", "3 more come.")),
        ('He said "Stop." Then he left.', ('He said "Stop."', "Then he left.")),
        ("**Bold.** Next.", ("**Bold.**", "Next.")),
        ("Wait… What?", ("Wait…", "What?")),
        ("A line\nthat goes on.\nAnother one", ("A line\nthat goes on.", "Another one")),
        ("A paragraph\n\nanother", ("A paragraph", "another")),
        ("- one\n- two\n1. three\n2) four", ("one", "two", "three", "four")),
        ("> quoted. More", ("quoted.", "More")),
        ("Use `a. B` now.", ("Use `a. B` now.",)),
        ("# Heading. Here\nText.", ("Text.",)),
        ("| a. B | c |\n| d | e |\n\nText.", ("Text.",)),
        ("```\nCode. More\n```\nText.", ("Text.",)),
        ("~~~\nCode.\n~~~\n", ()),
        ("- ```\n  code.\nText.", ("Text.",)),
        ("Unclosed ` tick. Next.", ("Unclosed ` tick.", "Next.")),
        ("", ()),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Fact [1].", (1,)),
        ("Fact [ 1 , 2 ]", (1, 2)),
        ("Fact [1][2]", (1, 2)),
        ("Fact [1-3]", (1, 2, 3)),
        ("Fact 【2】", (2,)),
        ("Fact 【2†source】", (2,)),
        ("Fact [^1]", (1,)),
        ("Fact [Document 1]", (1,)),
        ("Fact (Documents 1 and 3)", (1, 3)),
        ("Fact (dokument 2)", (2,)),
        ("Podle dokumentu 2 ano", (2,)),
        ("According to Document 1, yes", (1,)),
        ("`a[1]`", ()),
        ("```\na[1]\n```", ()),
        ("[a](b) [x] (1) Document A, documented 1, Document 1.5", ()),
    ],
)
def test_references_are_told_apart_in_every_spelling(text: str, numbers: tuple[int, ...]) -> None:
    assert tuple(number for token in tokens([text]) for number in token.numbers) == numbers


def test_a_reference_behind_the_full_stop_belongs_to_the_sentence_before() -> None:
    pieces = read(["Fact. [1] Next."])
    kinds = [piece.text if isinstance(piece, SentenceEnd) else piece.kind for piece in pieces]
    assert kinds.index(Kind.REFERENCE) < kinds.index("Fact.")


def test_words_pass_through_as_they_come() -> None:
    reader = SentenceReader()
    shown = [
        "".join(p.text for p in reader.feed(text) if isinstance(p, Token)) for text in ("The", " answer", " is", " 4")
    ]
    assert shown == ["The", " answer", " is", " 4"]


@pytest.mark.parametrize("size", range(1, 12))
def test_how_an_answer_is_cut_into_pieces_changes_nothing(size: int) -> None:
    cut = [ANSWER[at : at + size] for at in range(0, len(ANSWER), size)]
    assert joined(tokens(cut)) == joined(tokens([ANSWER]))
    ends = [[piece for piece in read(pieces) if isinstance(piece, SentenceEnd)] for pieces in (cut, [ANSWER])]
    assert ends[0] == ends[1]


@given(markdown, st.integers(1, 9))
def test_no_character_is_lost_however_it_comes(text: str, size: int) -> None:
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(token.text for token in tokens(cut)) == text
    assert joined(tokens(cut)) == joined(tokens([text]))
    assert [p for p in read(cut) if isinstance(p, SentenceEnd)] == [
        p for p in read([text]) if isinstance(p, SentenceEnd)
    ]


@given(st.text())
def test_any_text_comes_through_whole(text: str) -> None:
    assert "".join(token.text for token in tokens([text])) == text


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "`" * 20_001, "( document " * 5_000, "a. " * 20_000, "1" * 20_000, "> " * 9_000]
)
def test_endless_repetition_is_read_in_no_time(text: str) -> None:
    assert "".join(token.text for token in tokens([text])) == text
