"""Owns Sova's own page in Slack, and what somebody chooses there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.controls.acts import Act, Payload, pressed_words
from adapters.slack.controls.home_view import CHANNELS, HOME, MODEL, Choice, Page, home_view
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.views import MOST_OPTION, MOST_OPTIONS
from adapters.slack.faults import translated
from adapters.slack.surroundings import Workspace
from bot.access import Access, Permission
from bot.chat.controls.running import Commands, last_of
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation, Values
from bot.commands.places.values import ALL_CHANNELS, Setting
from bot.errors import AssistantError, UnknownCommand
from bot.ports import PinScope, PlaceLevel, PlaceSettings

_SETTINGS = (Setting.LANGUAGE, Setting.MODEL, Setting.KNOWLEDGE, Setting.CHANNELS)
"""What may be set for all channels there; answers stand in threads in Slack, whatever is set."""
_TOLD = ("model", "knowledge")
"""The commands whose cards tell how Sova is."""


@dataclass(frozen=True, slots=True)
class Home:
    """Shows the page, and carries out what is chosen on it."""

    workspace: Workspace
    commands: Commands
    access: Access
    places: PlaceSettings
    prefix: Prefix

    async def publish(self, act: Act, invocation: Invocation, *, done: str = "") -> None:
        """Show it to the person as it is now; `done` is what they have just done there."""
        page = Page(
            cards=tuple([await self._told(invocation, name) for name in _TOLD if self._has(name)]),
            commands=tuple(self.commands.registry.listed),
            done=self.prefix.text(done),
            models=await self._models(invocation),
            choices=await self._choices(invocation),
        )
        me = self.workspace.identity.name
        view = home_view(page, prefix=self.prefix, me=me, say=invocation.say, origin=act.origin)
        client: Any = self.workspace.rest.client
        with translated():
            await client.views_publish(user_id=act.user, view=view)

    async def chosen(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """Do what was chosen, and show the page with what came of it; a refusal stands there as well."""
        name, values = _asked(body)
        await self._do(act, invocation, name, values)

    async def pressed(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """The same for a button that came with a card."""
        command, values = self.commands.registry.parse(pressed_words(body).partition(":")[2])
        await self._do(act, invocation, command.name, values)

    async def _do(self, act: Act, invocation: Invocation, name: str, values: Values) -> None:
        try:
            ran = await self.commands.run(invocation, self.commands.registry.named(name), values)
            done = (await last_of(ran.card) if isinstance(ran.card, LiveCard) else ran.card).text
        except AssistantError as error:
            done = f"⚠️ {invocation.say.of_error(error)}"
        await self.publish(act, invocation, done=done)

    async def _told(self, invocation: Invocation, name: str) -> Card:
        """What a command tells, without its buttons; what stands in its way instead."""
        try:
            card = await self.commands.glance(invocation, name)
        except AssistantError as error:
            return Card("", invocation.say.of_error(error))
        return replace(self.prefix.card(card), actions=(), picture=None, panes=())

    def _has(self, name: str) -> bool:
        try:
            self.commands.registry.named(name)
        except UnknownCommand:
            return False
        return True

    def _may(self, permission: Permission, invocation: Invocation) -> bool:
        return self.access.allows(permission, invocation.author, invocation.conversation)

    async def _models(self, invocation: Invocation) -> tuple[str, ...]:
        if not self._may(Permission.SWITCH, invocation):
            return ()
        return await self._offered(invocation, "model", "name")

    async def _choices(self, invocation: Invocation) -> tuple[Choice, ...]:
        """For administrators, where there are settings."""
        if not (self._has("settings") and self._may(Permission.ADMINISTER, invocation)):
            return ()
        current = await self._current(invocation)
        return tuple([await self._choice(invocation, option, current) for option in _SETTINGS])

    async def _choice(self, invocation: Invocation, option: Setting, current: Mapping[str, str]) -> Choice:
        label = invocation.say(f"settings-{option}")
        now = current.get(label, "")
        if option is Setting.CHANNELS:
            chosen = (await self.places.chosen(invocation.conversation)).workspace.channels
            return Choice(option.value, label, current=now, channels=tuple(sorted(chosen or ())))
        about = replace(invocation, given={"option": option.value})
        return Choice(option.value, label, await self._offered(about, "settings", "value"), now)

    async def _current(self, invocation: Invocation) -> Mapping[str, str]:
        """What is set for the whole workspace, by what it is called: the last column of the command's table."""
        card = await self._told(invocation, "settings")
        return {row[0]: row[-1] for table in card.tables for row in table.rows}

    async def _offered(self, invocation: Invocation, name: str, parameter: str) -> tuple[str, ...]:
        found = await self.commands.offered(
            invocation,
            self.commands.registry.named(name),
            parameter,
            typed="",
            most=MOST_OPTIONS,
            longest=MOST_OPTION,
        )
        return tuple(found)


def _asked(body: Payload) -> tuple[str, Values]:
    """The command that a menu on the page stands for, and its values."""
    action = body["actions"][0]
    name = str(action["action_id"]).removeprefix(f"{HOME}-")
    if name == MODEL:
        return "model", {"name": pressed_words(body), "scope": PinScope.USER}
    option = name.removeprefix("set-")
    channels = ",".join(action.get("selected_channels") or ()) or ALL_CHANNELS
    value = channels if option == CHANNELS else pressed_words(body)
    return "settings", {"option": option, "value": value, "where": PlaceLevel.WORKSPACE}
