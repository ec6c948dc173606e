import io

from adapters.terminal.render import footer, print_card, print_surroundings, render_plain
from bot.commands.cards import Action, Card, Field, Link, Picture, Table
from bot.messages import Citation, FinishReason, Language, Timings, Usage
from bot.wording import speak
from tests.adapters.terminal.doubles import Recorder, pipe, reply, terminal

SAY = speak(Language.ENGLISH)
CARD = Card(
    title="Models",
    text="Two are here.",
    fields=(Field("Now", "owl:1b"), Field("Chosen for", "this conversation")),
    tables=(Table(("Name", "GB"), (("owl:1b", "0.7"), ("žába:30b", "18.25")), numeric=frozenset({1})),),
    picture=Picture(b"PNG", "A chart of latency"),
    actions=(Action("Back to the default", "model reset"),),
)


def test_a_card_on_a_terminal_shows_all_its_parts_with_numbers_to_the_right() -> None:
    recorder = Recorder()
    print_card(terminal(recorder), CARD, SAY)
    assert [line.strip() for line in recorder.screen.lines if line] == [
        "Models",
        "Two are here.",
        "Now         owl:1b",
        "Chosen for  this conversation",
        "Name          GB",
        "────────────────",
        "owl:1b       0.7",
        "žába:30b   18.25",
        "A chart of latency",
        "Next:",
        "/model reset  Back to the default",
    ]


def test_a_card_in_a_pipe_is_plain_text_however_wide_it_is() -> None:
    stream = io.StringIO()
    wide = Card("T", tables=(Table(("Path",), (("x" * 300,),)),))
    print_card(pipe(stream), wide, SAY)
    assert stream.getvalue() == f"T\n\nPath\n{'x' * 300}\n"


def test_a_plain_card_holds_what_the_card_holds() -> None:
    assert render_plain(CARD, SAY) == (
        "Models\n\nTwo are here.\n\nNow: owl:1b\nChosen for: this conversation\n\n"
        "Name         GB\nowl:1b      0.7\nžába:30b  18.25\n\n"
        "A chart of latency\n\nNext:\n  /model reset  Back to the default\n"
    )


def test_what_a_card_rests_on_stands_below_it_with_addresses_one_a_line() -> None:
    assert render_plain(Card("T", links=(Link("[1] answer 1"), Link("[2] answer 2"))), SAY) == (
        "T\n\n[1] answer 1  [2] answer 2\n"
    )
    led = Card("T", links=(Link("[1] Jana", "https://chat/1"), Link("[2] Bo\x1b[31m", "https://chat/2")))
    assert render_plain(led, SAY) == "T\n\n[1] Jana  https://chat/1\n[2] Bo[31m  https://chat/2\n"


def test_nothing_in_a_card_steers_the_terminal() -> None:
    hostile = "a\x1b]8;;http://evil\x07b[red]\u202e"
    card = Card(
        hostile,
        hostile,
        (Field(hostile, hostile),),
        (Table((hostile,), ((hostile,),)),),
        Picture(b"", hostile),
        (Action(hostile, hostile),),
    )
    recorder = Recorder()
    print_card(terminal(recorder), card, SAY)
    assert recorder.text.count("a]8;;http://evilb[red]") == 9
    assert "\u202e" not in recorder.text
    assert "\x1b" not in render_plain(card, SAY)


def test_the_footer_leaves_out_what_the_engine_did_not_tell() -> None:
    assert footer(reply(usage=Usage(), timings=Timings()), SAY) == "owl:1b"


def test_the_footer_counts_in_czech() -> None:
    czech = speak(Language.CZECH)
    counts = [footer(reply(usage=Usage(completion_tokens=n), timings=Timings()), czech) for n in (1, 3, 5)]
    assert counts == ["owl:1b · 1 token", "owl:1b · 3 tokeny", "owl:1b · 5 tokenů"]


def test_an_answer_that_was_cut_says_so_in_a_pipe_too() -> None:
    stream = io.StringIO()
    print_surroundings(pipe(stream), reply(finish_reason=FinishReason.LENGTH), SAY)
    assert stream.getvalue() == "The answer reached its longest allowed length and ends here.\n"


def test_sources_are_listed_by_their_numbers() -> None:
    stream = io.StringIO()
    cited = reply(citations=(Citation(1, "en/leave.md", "Sick leave", 0.9), Citation(2, "en/pay.md", "", 0.5)))
    print_surroundings(pipe(stream), cited, SAY)
    assert stream.getvalue() == "Sources:\n  [1] en/leave.md › Sick leave\n  [2] en/pay.md\n"


def test_tables_of_one_card_are_told_apart_by_their_titles() -> None:
    tables = (Table(("A",), (("1",),), title="First"), Table(("B",), (("2",),), title="Second"))
    recorder, stream = Recorder(), io.StringIO()
    print_card(terminal(recorder), Card("Two", tables=tables), SAY)
    print_card(pipe(stream), Card("Two", tables=tables), SAY)
    titles = [line.strip() for line in recorder.screen.lines if line.strip() in {"First", "Second"}]
    assert titles == ["First", "Second"]
    assert "First:\nA\n1\n\nSecond:\nB\n2\n" in stream.getvalue()
