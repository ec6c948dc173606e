"""A Discord in the process, with a client that has Sova's commands and buttons; all that is behind them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import discord
import simcord

from adapters.discord.callers import Callers
from adapters.discord.controls.buttons import answer_view
from adapters.discord.controls.controls import Controls
from adapters.discord.controls.registering import REGISTERED_FILE, Registration
from bot.chat.controls.presses import Action
from bot.messages import Attachment, Author, Citation, ConversationKey, Incoming
from bot.service.platforms import Receive
from tests.doubles import behind as doubles
from tests.doubles.behind import TURN, reply_to


@dataclass
class Behind(doubles.Behind):
    """What is behind Discord's."""

    registration: Registration = field(default_factory=lambda: Registration(Path()))

    def controls(self) -> Controls:
        return Controls(
            registry=self.registry,
            inbox=self.inbox,
            access=self.access,
            feedback=self.ballot,
            history=self.history,
            rules_of=self.rules_of,
            registration=self.registration,
            callers=self.callers(),
        )

    def callers(self) -> Callers:
        return Callers(spoken=self.spoken)


def behind(folder: Path) -> Behind:
    """Everything behind the controls; who has the role `Leads` is an administrator."""
    made = doubles.behind(folder, admins={"discord:@Leads"})
    own = {part.name: getattr(made, part.name) for part in fields(made)}
    return Behind(**own, registration=Registration(folder / REGISTERED_FILE))


class ControlledClient(discord.Client):
    """A client with nothing but the controls."""

    def __init__(self, controls: Controls, receive: Receive, **options: Any) -> None:  # noqa: ANN401  # as discord.py's
        super().__init__(intents=discord.Intents.default(), **options)
        self.controls = controls
        self._receive = receive
        self.files: dict[str, bytes] = {}

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """A file that came with a command."""
        return self.files[attachment.name]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py takes."""

    async def setup_hook(self) -> None:
        await self.controls.setup(self, self._receive, fetch=self.fetch)


@dataclass
class Scene:
    """A server with a channel and two people."""

    env: simcord.Env
    behind: Behind
    client: ControlledClient
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ana: simcord.MemberActor
    bob: simcord.MemberActor
    boss: simcord.MemberActor

    @property
    def place(self) -> ConversationKey:
        return ConversationKey("discord", str(self.guild.id), str(self.channel.id))

    def question(self, id_: int = TURN) -> Incoming:
        """What Ana asked."""
        return Incoming(
            id=str(id_),
            conversation=self.place,
            author=Author(id=str(self.ana.id), name="ana"),
            text="?",
            received_at=1.0,
        )

    async def post(
        self, *citations: Citation, running: bool = False, earlier: Sequence[str] = (), id_: int = TURN
    ) -> discord.Message:
        """Sova's answer to Ana with its buttons, as the other half of the adapter posts it."""
        incoming = self.question(id_)
        reply = None if running else reply_to(incoming, *citations)
        view = answer_view(incoming, running=running, reply=reply, earlier=earlier)
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("Yes.", view=view)

    async def answered(self, *citations: Citation) -> discord.Message:
        """The same, remembered by the history."""
        await self.behind.answered(self.place, TURN, *citations)
        return await self.post(*citations)

    async def unanswered(self) -> discord.Message:
        """What Sova says of a question to which there is no answer."""
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("No engine.", view=answer_view(self.question(), running=False))

    async def post_again(self, again: Incoming, *, running: bool = True) -> discord.Message:
        """What stands where `again` is answered: half an answer, or not a word of any."""
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("…", view=answer_view(again, running=running, has_words=running))

    async def restart(self) -> None:
        """Another process with the same token takes over."""
        self.client = ControlledClient(self.behind.controls(), self.behind.receive)
        await self.env.restart_bot(self.client)


async def press(
    who: simcord.MemberActor, message: discord.Message | simcord.ResponseMessage | None, action: Action, *, nth: int = 0
) -> simcord.InteractionResult:
    """Press the button that does `action`; where there are several the `nth` that can be pressed."""
    assert message is not None
    return await who.click(message, custom_id=pressable(message, action)[nth])


def pressable(message: discord.Message | simcord.ResponseMessage, action: Action) -> list[str]:
    """The words of the buttons below `message` that do `action` and can be pressed."""
    shown = message.message if isinstance(message, simcord.ResponseMessage) else message
    return [
        item.custom_id
        for row in shown.components
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button | discord.SelectMenu) and item.custom_id and not item.disabled
        if item.custom_id.split(":")[2] == action
    ]


def said(result: simcord.InteractionResult) -> str:
    """What Sova answered, to the person alone; an answer that a button is under is none."""
    below = result._interaction.source_message_id
    shown = [message for message in (result.response, *result.followups) if message and message.id != below]
    assert shown
    assert all(message.ephemeral for message in shown)
    return "\n".join(message.content for message in shown)


def scene(env: simcord.Env, client: ControlledClient, made: Behind) -> Scene:
    """Set it up in a running Discord."""
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    lead = guild.create_role("Leads")
    ana, bob = (guild.add_member(env.create_user(name)) for name in ("ana", "bob"))
    boss = guild.add_member(env.create_user("boss"), roles=[lead])
    return Scene(env, made, client, guild, channel, ana, bob, boss)
