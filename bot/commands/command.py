"""Owns what a command is: its name, its parameters, what it takes to use it, and by whom it is called, and where."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.access import Permission
from bot.commands.cards import Card, LiveCard
from bot.messages import Attachment, Author, ConversationKey, Language, ReplyEvent
from bot.ports import Fetch
from bot.summaries.material import ReadMessages
from bot.wording import Wording, speak

ReplyStream = AsyncGenerator[ReplyEvent, None]
Values = Mapping[str, str]
FindChannels = Callable[[], Awaitable[Mapping[str, str]]]
"""Asks for the names of the channels of a workspace that somebody sees, by id; `#` is no part of a name."""


async def _no_channels() -> Mapping[str, str]:
    """For where the platform doesn't tell, or has none."""
    return {}


@dataclass(frozen=True, slots=True)
class Invocation:
    """Who called a command, and where. `id` is the platform's id of the event; `at` is seconds since the epoch.

    `find_channels` tells which channels the caller sees there. `given` are the values that are filled in already
    while likely ones are offered for another. Pictures are drawn only for a platform that `shows_pictures`.

    `read_messages` reads what was written there; None where nothing is written but what Sova is asked. `files` came
    with the command, and `fetch` brings them, or others that were written there. A command that `begins_thread` was
    written in the channel: nothing else is in that thread yet.
    """

    id: str
    conversation: ConversationKey
    author: Author
    at: float
    language: Language = Language.ENGLISH
    find_channels: FindChannels = _no_channels
    given: Values = field(default_factory=dict)
    shows_pictures: bool = True
    read_messages: ReadMessages | None = None
    files: tuple[Attachment, ...] = ()
    fetch: Fetch | None = None
    begins_thread: bool = False

    @property
    def say(self) -> Wording:
        """Sova's voice in the caller's language."""
        return speak(self.language)


Completions = Callable[[Invocation], Awaitable[Sequence[str]]]
"""Asks for likely values, live; may raise what the one who is asked raises."""
Result = Card | LiveCard | ReplyStream


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a command takes. `choices` are all it may be; `completions` are likely ones, asked live.

    `aliases` are other words for a choice, in any language that people type. Its description is the sentence
    `command-<command>-<name>`. What is not `offered` is filled in by buttons, and nobody is told of it.

    With `takes_file` it is a file, where a platform's commands have such values: the file comes in `Invocation.files`.
    """

    name: str
    required: bool = False
    choices: tuple[str, ...] = ()
    completions: Completions | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    offered: bool = True
    takes_file: bool = False

    def canonical(self, value: str) -> str:
        """The choice that `value` means, regardless of case; a value as it is where there are no choices."""
        if not self.choices:
            return value
        word = value.strip().lower()
        return self.aliases.get(word, word)


Needs = Callable[[Values], Permission]


def _concerns_nobody_else(_values: Values) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `run` gets values by parameter name, only those given; its description is `command-<name>`.

    `permission` is what it takes to use it at all, `needs` tells of values that take more. The registry demands both.
    `concerns_others` tells of values whose effect the others in the place should hear of; what else comes of a command
    is for the caller alone. With `takes_sentence` what is typed without quotation marks is its first value as a whole.
    One that isn't `listed` is for buttons: nobody is told of it, though it may be typed.
    """

    name: str
    run: Callable[[Invocation, Values], Awaitable[Result]]
    parameters: tuple[Parameter, ...] = ()
    permission: Permission = Permission.ASK
    needs: Needs | None = None
    concerns_others: Callable[[Values], bool] = _concerns_nobody_else
    takes_sentence: bool = False
    listed: bool = True

    @property
    def usage(self) -> str:
        """How it is typed, such as `/model [name] [scope]`; what is required stands in angle brackets."""
        shown = (f"<{taken.name}>" if taken.required else f"[{taken.name}]" for taken in self.offered)
        return " ".join((f"/{self.name}", *shown))

    @property
    def offered(self) -> tuple[Parameter, ...]:
        """The parameters that people fill in."""
        return tuple(taken for taken in self.parameters if taken.offered)

    def needed(self, values: Values) -> Permission:
        """What it takes to use it with these values, in their canonical form."""
        return self.needs(values) if self.needs else self.permission

    def action(self, values: Values) -> str:
        """How a refusal calls it: `/model … global`. Of the values only those that are choices are repeated."""
        taken = [parameter for parameter in self.parameters if parameter.name in values]
        shown = (values[parameter.name] if parameter.choices else "…" for parameter in taken)
        return " ".join((f"/{self.name}", *shown))

    def parameter(self, name: str) -> Parameter | None:
        """The parameter `name`, None when it takes no such."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def description(self, say: Wording) -> str:
        """One line about what it does."""
        return say(f"command-{self.name}")

    def parameter_description(self, parameter: Parameter, say: Wording) -> str:
        """One line about what `parameter` takes."""
        return say(f"command-{self.name}-{parameter.name}")
