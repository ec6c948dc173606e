"""Owns the command registry: every command, once for all platforms, and what is checked before one runs.

An adapter reads `Registry.listed` to register slash commands natively and fills in values by name; where people
type commands as words, `Registry.parse` reads them. Either way `Registry.run` checks the permission and the values,
and runs. `Registry.completions` offers likely values while somebody types.
"""

import difflib
import logging
import shlex
from collections.abc import AsyncGenerator, Callable, Container, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from bot.access import Access, Permission, Refusal
from bot.access.gate import not_allowed
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Parameter, Result, Values
from bot.errors import AssistantError, BadArgument, MissingArgument, UnknownCommand
from bot.ports import AuditEntry, AuditLog

logger = logging.getLogger(__name__)

OnError = Callable[[AssistantError], None]


def unheard(_error: AssistantError) -> None:
    """Nobody counts errors."""


@dataclass(slots=True)
class Registry:
    """All commands, by name, in the order in which they were added.

    `audit` is told of those for administrators, `on_error` of each error that ends one.
    """

    access: Access
    audit: AuditLog | None = None
    on_error: OnError = unheard
    _commands: dict[str, Command] = field(default_factory=dict)

    @property
    def commands(self) -> Sequence[Command]:
        """Every command, in the order of `/help`."""
        return tuple(self._commands.values())

    @property
    def listed(self) -> Sequence[Command]:
        """Those that people are told of."""
        return tuple(command for command in self.commands if command.listed)

    def add(self, command: Command) -> None:
        """Make `command` known; its name must be new."""
        if command.name in self._commands:
            raise ValueError(f"two commands are named {command.name}")
        self._commands[command.name] = command

    def named(self, name: str) -> Command:
        """The command `name`, a leading slash allowed; `UnknownCommand` with the nearest names when there is none."""
        wanted = name.strip().removeprefix("/").lower()
        if command := self._commands.get(wanted):
            return command
        raise UnknownCommand(name=wanted, nearest=self._nearest(wanted))

    def parse(self, text: str) -> tuple[Command, Values]:
        """Read `model llama3 channel` into a command and its values, in order.

        A leading slash is allowed, and alone means `help`. `model-fit` may be typed `model fit`, too. Raises
        `UnknownCommand`, or `BadArgument` with the first word that is one too many.
        """
        name, *given = joined(words_of(text.strip().removeprefix("/")), self._commands) or ["help"]
        command = self.named(name)
        given = sentence_of(command, given)
        taken = len(command.offered)
        if len(given) > taken:
            raise BadArgument(command=command.name, parameter="", value=given[taken], expected="")
        return command, {parameter.name: value for parameter, value in zip(command.offered, given, strict=False)}

    async def run(self, invocation: Invocation, command: Command, values: Values) -> Result:
        """Check the permission and the values, write it down where it takes more than asking, then run.

        An empty value counts as not given. Raises `NotAllowed`, `BadArgument`, `MissingArgument` or the command's own
        errors.
        """
        try:
            result = await self._run(invocation, command, values)
        except AssistantError as error:
            self.on_error(error)
            raise
        return LiveCard(self._heard(result.cards)) if isinstance(result, LiveCard) else result

    async def _heard(self, cards: AsyncGenerator[Card, None]) -> AsyncGenerator[Card, None]:
        """The same cards, and whoever counts errors hears of the one that ends them."""
        try:
            async with aclosing(cards):
                async for card in cards:
                    yield card
        except AssistantError as error:
            self.on_error(error)
            raise

    async def _run(self, invocation: Invocation, command: Command, values: Values) -> Result:
        if refusal := self._refusal(invocation, command.permission):
            await self._write_down(invocation, command, values, permission=command.permission, allowed=False)
            raise not_allowed(refusal, action=f"/{command.name}")
        accepted = _checked(command, values)
        needed = command.needed(accepted)
        refusal = self._refusal(invocation, needed)
        await self._write_down(invocation, command, accepted, permission=needed, allowed=refusal is None)
        if refusal:
            raise not_allowed(refusal, action=command.action(accepted))
        return await command.run(invocation, accepted)

    async def glance(self, invocation: Invocation, command: Command) -> Result:
        """What a command tells that only tells when it is given nothing, for a page that shows it unasked.

        It isn't written down, for nobody used it. Raises `NotAllowed`, or the command's own errors.
        """
        if refusal := self._refusal(invocation, command.needed({})):
            raise not_allowed(refusal, action=f"/{command.name}")
        return await command.run(invocation, {})

    async def completions(
        self, invocation: Invocation, command: Command, parameter: str, *, typed: str = "", most: int = 25
    ) -> Sequence[str]:
        """Likely values of `parameter` that hold what was `typed` so far, those that begin with it first.

        At most `most` (25 is what Discord shows). Nobody to ask means none, and so does a lack of permission: running
        the command tells why.
        """
        taken = command.parameter(parameter)
        if taken is None or self._refusal(invocation, command.permission):
            return ()
        about = replace(invocation, given=_canonical(command, invocation.given))
        offered = taken.choices or await _asked_live(taken, about)
        start = typed.strip().lower()
        fitting = [value for value in offered if start in value.lower()]
        return tuple(sorted(fitting, key=lambda value: not value.lower().startswith(start))[:most])

    def _refusal(self, invocation: Invocation, permission: Permission) -> Refusal | None:
        decision = self.access.may(invocation.author, invocation.conversation, permission)
        return decision if isinstance(decision, Refusal) else None

    async def _write_down(
        self, invocation: Invocation, command: Command, values: Values, *, permission: Permission, allowed: bool
    ) -> None:
        if self.audit is None or not permission.is_audited:
            return
        entry = AuditEntry(
            at=invocation.at,
            author=invocation.author.id,
            conversation=invocation.conversation,
            command=command.name,
            parameters=dict(values),
            permission=permission.value,
            allowed=allowed,
        )
        await self.audit.record(entry)

    def _nearest(self, name: str) -> tuple[str, ...]:
        begun = [known for known in self._commands if name and known.startswith(name)]
        alike = difflib.get_close_matches(name, self._commands, n=2)
        return tuple(f"/{known}" for known in dict.fromkeys(begun + alike))[:2]


def words_of(text: str) -> list[str]:
    """The words that somebody typed; what stands in quotation marks is one."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = lexer.escape = ""  # '#' and '\' are plain characters in chat
    try:
        return list(lexer)
    except ValueError:  # and so is an unbalanced quotation mark
        return text.split()


def joined(words: Sequence[str], names: Container[str]) -> list[str]:
    """`words` with the first two as one where that is a command's name: `model fit` is `model-fit`."""
    first_two = "-".join(words[:2]).lower()
    return [first_two, *words[2:]] if len(words) > 1 and first_two in names else list(words)


def sentence_of(command: Command, words: Sequence[str]) -> list[str]:
    """`words` as one where the command takes a sentence; one that stood in quotation marks is one word already."""
    if not command.takes_sentence or not words or any(character.isspace() for character in words[0]):
        return list(words)
    return [" ".join(words)]


def _checked(command: Command, values: Values) -> Values:
    """The values in their canonical form; raises at the first that the command can't take."""
    given = {name: value for name, value in values.items() if value.strip()}
    for name, value in given.items():
        if command.parameter(name) is None:
            raise BadArgument(command=command.name, parameter=name, value=value, expected="")
    for parameter in command.parameters:
        if parameter.required and parameter.name not in given:
            raise MissingArgument(command=command.name, parameter=parameter.name)
    return {
        parameter.name: _accepted(command, parameter, given[parameter.name])
        for parameter in command.parameters
        if parameter.name in given
    }


def _canonical(command: Command, values: Values) -> Values:
    """Those of the `values` that the command knows, as it writes them."""
    known = {name: command.parameter(name) for name in values}
    return {name: parameter.canonical(values[name]) for name, parameter in known.items() if parameter}


def _accepted(command: Command, parameter: Parameter, value: str) -> str:
    meant = parameter.canonical(value)
    if parameter.choices and meant not in parameter.choices:
        expected = ", ".join(parameter.choices)
        raise BadArgument(command=command.name, parameter=parameter.name, value=value, expected=expected)
    return meant


async def _asked_live(parameter: Parameter, invocation: Invocation) -> Sequence[str]:
    if parameter.completions is None:
        return ()
    try:
        return await parameter.completions(invocation)
    except AssistantError as error:
        logger.warning("no completions for %s: %s", parameter.name, error)
        return ()
