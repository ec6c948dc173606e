from collections.abc import Mapping, Sequence

from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.terminal.completion import FRESH_SECONDS, CommandCompleter
from adapters.terminal.translate import Speaker
from bot.access import Access
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.registry import Registry
from bot.errors import EngineUnreachable
from bot.wording import Wording


class Models:
    """Lists models, counts how often it was asked, and can be down."""

    def __init__(self) -> None:
        self.asked = 0
        self.down = False

    async def names(self, invocation: Invocation) -> Sequence[str]:
        self.asked += 1
        if self.down:
            raise EngineUnreachable(engine="ollama", url="http://127.0.0.1:1")
        return ["owl:1b", "qwen2.5:3b", "my model"]


class Told(Command):
    def description(self, say: Wording) -> str:
        return f"what /{self.name} does"


async def nothing(invocation: Invocation, values: Values) -> Card:
    return Card("nothing")


def completer(models: Models, now: Mapping[str, float] | None = None) -> CommandCompleter:
    registry = Registry(Access())
    parameters = (Parameter("name", completions=models.names), Parameter("scope", choices=("channel", "user")))
    registry.add(Told("model", nothing, parameters=parameters))
    registry.add(Told("models", nothing))
    registry.add(Told("help", nothing))
    clock = now or {"now": 0.0}
    return CommandCompleter(registry, Speaker(), clock=lambda: clock["now"])


async def offered(offers: CommandCompleter, text: str) -> list[str]:
    event = CompleteEvent(text_inserted=True)
    return [completion.text async for completion in offers.get_completions_async(Document(text), event)]


async def test_a_slash_offers_every_command_with_what_it_does() -> None:
    offers = completer(Models())
    assert await offered(offers, "/") == ["model", "models", "help"]
    [first, *_] = offers.get_completions(Document("/he"), CompleteEvent())
    assert (first.text, first.start_position, first.display_meta_text) == ("help", -2, "what /help does")


async def test_a_parameter_offers_what_its_owner_lists_now() -> None:
    assert await offered(completer(Models()), "/model ") == ["owl:1b", "qwen2.5:3b", "'my model'"]
    assert await offered(completer(Models()), "/model QWEN") == ["qwen2.5:3b"]


async def test_a_parameter_offers_its_choices() -> None:
    assert await offered(completer(Models()), "/model owl:1b u") == ["user"]


async def test_typing_on_asks_the_owner_once() -> None:
    models, now = Models(), {"now": 0.0}
    offers = completer(models, now)
    for text in ("/model ", "/model o", "/model ow"):
        await offered(offers, text)
    assert models.asked == 1
    now["now"] = FRESH_SECONDS
    await offered(offers, "/model owl")
    assert models.asked == 2


async def test_an_engine_that_is_down_offers_nothing() -> None:
    models = Models()
    models.down = True
    assert await offered(completer(models), "/model ") == []


async def test_questions_and_what_no_command_takes_offer_nothing() -> None:
    for text in ("model ", "", "/nope ", "/help a", "/model a b c", "/model\n"):
        assert await offered(completer(Models()), text) == []
