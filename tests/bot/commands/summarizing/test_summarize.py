import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from bot.access import Access
from bot.assistant.limits import Limits
from bot.chat.controls.typed_commands import TypedCommands
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation
from bot.commands.registry import Registry
from bot.commands.summarizing.card import summary_as_json
from bot.commands.summarizing.sources import Finding, Shelf
from bot.commands.summarizing.summarize import Summarize
from bot.errors import (
    AssistantError,
    BadArgument,
    NoFileToSummarize,
    NotAMember,
    NotInAThread,
    StillSummarizing,
    TooLittleSaid,
    UnknownDocument,
)
from bot.messages import Attachment, Author, Language, Turn
from bot.models.selection import ModelSelection
from bot.ports import Chunk, DocumentRecord, IndexedChunk, ModelInfo, PinScope, SparseVector
from bot.retrieval.scopes import Scopes
from bot.summaries.forms import Form, Kind, Point, Summary
from bot.summaries.material import Heard, Reach, Said
from bot.summaries.summarizing import Summarizer
from bot.wording import speak
from tests.bot.commands.conftest import CHANNEL, NOW
from tests.bot.summaries.conftest import discussion
from tests.doubles.behind import TextFiles
from tests.doubles.memory import MemoryHistory, MemoryPins
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.scripted_engine import ScriptedEngine

FOUND = """DECISION: We buy the Dell for 1,450 euros. [16]
TASK: Petr orders it by Friday. [17, 18]
POINT: The old print server crashed twice last week. [4]"""
FILE = """# Leave

Everybody has 25 days of leave a year. Whoever is new has them in part, and asks the lead before booking anything.

# Sick days

Call your lead before nine o'clock in the morning, and bring a doctor's note from the third day on.
"""
THREAD = replace(CHANNEL, thread="42")
LARK = ModelInfo("lark:8b", parameters="8B", loaded=True)


@dataclass(frozen=True)
class Guarded:
    """Who may read which folder."""

    async def read(self) -> Scopes:
        return Scopes({"hr": frozenset({"slack:C0HR"})})


@dataclass
class Office:
    """A place in which people write, and Sova, who sums it up."""

    heard: Heard = field(default_factory=lambda: Heard(discussion("en")))
    asked: list[Reach] = field(default_factory=list)
    failure: AssistantError | None = None
    engine: ScriptedEngine = field(default_factory=lambda: ScriptedEngine([[FOUND]], offers=[LARK], context=8192))
    pins: MemoryPins = field(default_factory=MemoryPins)
    index: MemoryIndex = field(default_factory=MemoryIndex)
    invocation: Invocation = field(default_factory=lambda: Invocation("c1", CHANNEL, Author("U1", "Ana"), NOW))

    def __post_init__(self) -> None:
        self.history = MemoryHistory(self.pins)
        finding = Finding(self.history, TextFiles(), Shelf(self.index, Guarded()))
        selection = ModelSelection(self.engine, self.pins, default=None)
        family = Summarize(Summarizer(self.engine, limits=Limits()), finding, self.engine, selection)
        self.registry = Registry(Access(frozenset()))
        for command in family.commands():
            self.registry.add(command)
        self.invocation = replace(self.invocation, read_messages=self.read, fetch=self.fetch)

    async def read(self, reach: Reach) -> Heard:
        self.asked.append(reach)
        if self.failure:
            raise self.failure
        return self.heard

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        return FILE.encode()

    def at(self, **where: object) -> None:
        self.invocation = replace(self.invocation, **where)  # type: ignore[arg-type]  # fields by name

    async def live(self, text: str) -> LiveCard:
        command, values = TypedCommands(self.registry).read(text)
        result = await self.registry.run(self.invocation, command, values)
        assert isinstance(result, LiveCard)
        return result

    async def cards(self, text: str) -> Sequence[Card]:
        async with aclosing((await self.live(text)).cards) as cards:
            return [card async for card in cards]

    async def card(self, text: str) -> Card:
        return (await self.cards(text))[-1]

    async def hold(self, document: str, text: str) -> None:
        chunk = Chunk(document, 0, "Leave", ("Leave", "Days"), text, 0, len(text), "en", "", 1.0)
        record = DocumentRecord(document, "digest", 1, "", 1.0)
        await self.index.replace(record, [IndexedChunk(chunk, {}, SparseVector((), ()))])


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_channels_last_day_is_summed_up_with_links_to_what_was_said(office: Office) -> None:
    card = await office.card("summarize")
    assert office.asked == [Reach(is_thread=False, since=NOW - 24 * 3600)]
    assert "Decisions:\n• We buy the Dell for 1,450 euros. [" in card.text
    assert "60 messages" in card.text
    labels = {link.label: link.url for link in card.links}
    assert "https://chat/16" in labels.values()
    shown = next(label for label, url in labels.items() if url == "https://chat/16")
    assert f"1,450 euros. {shown.partition(' ')[0]}" in card.text
    assert shown.endswith("Jana")


async def test_it_is_told_how_far_it_is_before(office: Office) -> None:
    first, second, *_ = await office.cards("summarize form:notes")
    assert first.text == "I am reading what was written here …"
    assert second.text == "I am reading 60 messages: part 1 of 1."
    assert [action.command for action in second.actions] == ["summarize stop"]


async def test_in_a_thread_it_is_the_thread_and_hours_mean_the_channel(office: Office) -> None:
    office.at(conversation=THREAD)
    await office.card("summarize")
    await office.card("summarize hours:4")
    assert office.asked == [Reach(is_thread=True), Reach(is_thread=False, since=NOW - 4 * 3600)]


async def test_a_command_that_begins_a_thread_is_about_the_channel(office: Office) -> None:
    office.at(conversation=THREAD, begins_thread=True)
    await office.card("summarize")
    assert not office.asked[0].is_thread


async def test_minutes_name_who_took_part_and_leave_out_what_there_is_nothing_of(office: Office) -> None:
    card = await office.card("summarize form:notes")
    assert [(shown.name, shown.value) for shown in card.fields] == [("Participants", "Jana, Petr, Marie, Tomas")]
    assert "Action items:" in card.text
    assert "Open questions:" not in card.text


async def test_it_is_the_callers_alone_unless_they_say_otherwise(office: Office) -> None:
    command = office.registry.named("summarize")
    assert not command.concerns_others({})
    assert command.concerns_others({"public": "yes"})
    assert not command.concerns_others({"public": "yes", "what": "stop"})


async def test_every_button_is_a_command_that_can_be_run(office: Office) -> None:
    card = await office.card("summarize hours:8 language:en")
    commands = [action.command for action in card.actions]
    assert commands == [
        "summarize channel 8 notes no en",
        "summarize channel 8 short no en",
        "summarize channel 8 summary yes en",
    ]
    without_hours = (await office.card("summarize")).actions[0].command
    command, values = office.registry.parse(without_hours)
    await office.registry.run(office.invocation, command, values)
    assert all(len(text) <= 95 for text in commands)


@pytest.mark.parametrize("hours", ["0", "721", "-1", "two", "1e3", "99999999"])
async def test_hours_that_are_none_are_refused(hours: str, office: Office) -> None:
    with pytest.raises(BadArgument):
        await office.live(f"summarize hours:{hours}")


@pytest.mark.parametrize("text", ["shrnout kanal 8 zapis", "summarize kanál 8h notes"])
async def test_it_understands_czech_words(text: str, office: Office) -> None:
    office.at(language=Language.CZECH)
    card = await office.card(text)
    assert card.title == "Zápis z porady"
    assert "Rozhodnutí:\n•" in card.text
    assert office.asked[0].since == NOW - 8 * 3600


async def test_what_stands_in_the_way_is_told(office: Office) -> None:
    with pytest.raises(NotInAThread):
        await office.cards("summarize thread")
    office.failure = NotAMember()
    with pytest.raises(NotAMember):
        await office.cards("summarize")
    office.failure, office.heard = None, Heard(())
    with pytest.raises(TooLittleSaid):
        await office.cards("summarize")


async def test_one_summary_a_person_is_made_at_a_time_and_another_may_follow(office: Office) -> None:
    cards = (await office.live("summarize")).cards
    await anext(cards)
    with pytest.raises(StillSummarizing):
        await office.live("summarize form:notes")
    office.at(author=Author("U2", "Bo"))
    assert (await office.card("summarize")).links
    office.at(author=Author("U1", "Ana"))
    await cards.aclose()
    assert (await office.card("summarize")).links


async def test_who_stops_it_ends_the_engines_work(office: Office) -> None:
    office.engine.scripts = [["POINT", asyncio.Event()]]
    cards = (await office.live("summarize")).cards
    for _ in range(2):
        await anext(cards)
    coming = asyncio.ensure_future(anext(cards))
    stopped = await office.registry.run(office.invocation, office.registry.named("summarize"), {"what": "stop"})
    async with asyncio.timeout(5):
        last = await coming
    await cards.aclose()
    assert isinstance(stopped, Card)
    assert last.text == stopped.text == "I stopped. There is no summary."
    assert office.engine.closed == len(office.engine.asked)


async def test_stopping_nothing_says_so(office: Office) -> None:
    result = await office.registry.run(office.invocation, office.registry.named("summarize"), {"what": "stop"})
    assert isinstance(result, Card)
    assert "not making a summary" in result.text


async def test_a_pinned_model_that_is_gone_is_passed_over(office: Office) -> None:
    await office.pins.pin(PinScope.CHANNEL, CHANNEL, office.invocation.author, "gone:1b")
    await office.card("summarize")
    assert office.engine.asked[0].model == "lark:8b"


# --- files ------------------------------------------------------------------------------------------------------


async def test_a_file_that_came_along_is_summed_up_by_its_sections(office: Office) -> None:
    office.engine.scripts = [["POINT: Everybody has 25 days of leave a year. [1]"]]
    office.at(files=(Attachment("leave.md", "text/markdown", 10, "u1"),))
    card = await office.card("summarize")
    assert card.title == "Summary of leave.md"
    assert "25 days of leave a year. [1]" in card.text
    assert [link.label for link in card.links] == ["[1] Leave"]
    assert card.actions == ()


async def test_without_one_it_is_the_newest_file_that_was_written_there(office: Office) -> None:
    office.engine.scripts = [["POINT: Everybody has 25 days of leave a year. [1]"]]
    files = tuple(Attachment(name, "text/plain", 10, name) for name in ("old.txt", "new.txt"))
    office.heard = Heard(discussion("en"), files=files)
    assert (await office.card("summarize file")).title == "Summary of new.txt"
    office.heard = Heard(discussion("en"))
    with pytest.raises(NoFileToSummarize):
        await office.cards("summarize file")


async def test_a_document_is_known_by_its_name_to_whoever_may_read_it(office: Office) -> None:
    office.engine.scripts = [["POINT: Everybody has 25 days of leave a year. [1]"]]
    text = FILE.partition("# Sick")[0].removeprefix("# Leave") * 2
    await office.hold("hr/pay.md", text)
    await office.hold("it/leave.md", text)
    card = await office.card("summarize file:leave.md")
    assert card.title == "Summary of it/leave.md"
    assert [link.label for link in card.links] == ["[1] Leave › Days"]
    with pytest.raises(UnknownDocument) as caught:
        await office.cards("summarize file:hr/pay.md")
    assert "hr/pay.md" not in caught.value.nearest
    command = office.registry.named("summarize")
    assert list(await office.registry.completions(office.invocation, command, "file")) == ["it/leave.md"]


# --- where nothing is written but to Sova -----------------------------------------------------------------------


async def test_at_a_terminal_the_conversation_itself_is_summed_up(office: Office) -> None:
    office.engine.scripts = [["POINT: The quarterly report is due on the third Friday of March. [2]"]]
    answer = "The quarterly report is due on the third Friday of March, and Eva from accounting collects the figures."
    turn = Turn("t1", "When is the quarterly report due, and who collects the figures?", answer, "owl", NOW)
    await office.history.append(CHANNEL, turn)
    office.at(read_messages=None)
    card = await office.card("summarize")
    assert [link.label for link in card.links] == ["[1] answer 1"]
    with pytest.raises(NoFileToSummarize):
        await office.cards("summarize file")


# --- how it looks -----------------------------------------------------------------------------------------------


def test_a_summary_for_programs_names_what_each_point_rests_on() -> None:
    said = (Said("Ana", "a", link="l1"), Said("Bo", "b", link="l2"))
    points = (Point(Kind.TASK, "Bo does it.", (2,)),)
    assert summary_as_json(Summary(Form.NOTES, Language.ENGLISH, "owl", said, points, left_out=3)) == {
        "form": "notes",
        "language": "en",
        "model": "owl",
        "messages": 2,
        "left_out": 3,
        "participants": ["Ana", "Bo"],
        "points": [{"kind": "task", "text": "Bo does it.", "quoted": False, "sources": [2]}],
        "sources": [{"n": 2, "called": "Bo", "link": "l2"}],
    }


@pytest.mark.parametrize("language", Language)
def test_the_errors_are_said_in_every_language(language: Language) -> None:
    say = speak(language)
    errors: list[AssistantError] = [
        TooLittleSaid(0),
        TooLittleSaid(1),
        TooLittleSaid(3),
        StillSummarizing(),
        NoFileToSummarize(),
    ]
    told = [
        say.of_error(error) for error in [*errors, UnknownDocument("x"), UnknownDocument("x", ("y",)), NotInAThread()]
    ]
    assert len(set(told)) == len(told)
