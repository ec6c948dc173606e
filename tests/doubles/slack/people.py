"""Owns what a person does, only as far as a real person could; awaiting it is until Slack has sent it off."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.doubles.slack import forms
from tests.doubles.slack.events import Events
from tests.doubles.slack.forms import Values
from tests.doubles.slack.interactions import Interaction, Interactions
from tests.doubles.slack.methods.files import new_file
from tests.doubles.slack.places import Place
from tests.doubles.slack.posts import Post
from tests.doubles.slack.records import Channel, File, Message, User, View
from tests.doubles.slack.refusals import Impossible
from tests.doubles.slack.screens import close_view, stack_of
from tests.doubles.slack.typing_text import rich, typed
from tests.doubles.slack.world import World


@dataclass(frozen=True, slots=True)
class Doors:
    """How what people do reaches the app; `settled` is once everything is sent off."""

    events: Events
    interactions: Interactions
    settled: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, of this workspace or of another one."""

    world: World
    user: User
    doors: Doors

    @property
    def id(self) -> str:
        """Slack's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """What people call them."""
        return self.user.name

    @property
    def mention(self) -> str:
        """How others write to them."""
        return f"<@{self.id}>"

    @property
    def direct(self) -> Place:
        """Their direct message with the app."""
        return Place(self.world, self.world.direct(self.id))

    @property
    def modal(self) -> View | None:
        """The modal in front of them."""
        stack = stack_of(self.world, self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        """What the app shows them on its home tab."""
        return self.world.homes.get(self.id)

    # ------------------------------------------------------------ messages

    async def says(
        self,
        place: Place,
        text: str,
        *,
        mention: bool = False,
        thread: Post | None = None,
        broadcast: bool = False,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Post:
        """They write, to the app with `mention`, below `thread` where it is given; `files` are names and contents.

        With `broadcast` a reply is shown in the channel, too.
        """
        self._check_may_write(place.channel)
        written = f"<@{self.world.app.bot_user}> {text}" if mention else text
        message = Message(place.id, self.world.clock.ts(), self.id, typed(written), rich(written))
        message.thread_ts = thread.thread if thread else None
        message.files = [self._uploaded(*file) for file in files]
        message.subtype = "thread_broadcast" if broadcast else ""
        message.bot_id = self.user.bot_id
        message.client_msg_id = "" if self.user.is_bot else str(uuid.uuid4())
        self.world.post(message)
        await self.doors.settled()
        return Post(self.world, message)

    async def joins(self, place: Place) -> None:
        """They come into a channel, and Slack says so there in their name."""
        place.channel.members.add(self.id)
        text = f"<@{self.id}> has joined the channel"
        self.world.post(Message(place.id, self.world.clock.ts(), self.id, text, subtype="channel_join"))
        await self.doors.settled()

    async def edits(self, post: Post, text: str) -> None:
        """They change what they wrote."""
        self._check_own(post)
        edited = {"user": self.id, "ts": self.world.clock.ts()}
        self.world.edit(post.message, text=typed(text), blocks=rich(text), edited=edited)
        await self.doors.settled()

    async def deletes(self, post: Post) -> None:
        """They take back what they wrote."""
        self._check_own(post)
        self.world.remove(post.message)
        await self.doors.settled()

    # ------------------------------------------------------------ buttons, menus, commands, shortcuts

    async def presses(self, target: Post | View, name: str) -> Interaction:
        """A button, by its action id (or the last part of it), its label or its value."""
        action = forms.pressed(self._blocks(target), name)
        return await self._acts(target, action)

    async def chooses(self, target: Post | View, name: str, value: str) -> Interaction:
        """An option, by its value or label, of a menu, by its action id."""
        return await self._acts(target, forms.chosen(self._blocks(target), name, value))

    async def runs(self, command: str, text: str, place: Place) -> Interaction:
        """A slash command; Slack lets nobody use them in threads."""
        known = self.world.app.manifest.commands
        if known is not None and command not in known:
            raise Impossible(f"{command} is not a command here")
        self._check_may_write(place.channel)
        return await self._sent(self.doors.interactions.command(self.user, command, text, place.id))

    async def uses(self, callback_id: str, post: Post | None = None) -> Interaction:
        """A shortcut: in a message's menu, or without a message."""
        known = self.world.app.manifest.shortcuts
        if known is not None and callback_id not in known:
            raise Impossible(f"{callback_id} is not a shortcut here")
        if post is None:
            return await self._sent(self.doors.interactions.shortcut(self.user, callback_id))
        self._check_sees(post)
        return await self._sent(self.doors.interactions.message_action(self.user, callback_id, post.message))

    async def stops(self, post: Post) -> None:
        """Slack's own Stop, which is there while the thread's session is being processed."""
        session = self.world.sessions.get((post.channel, post.thread))
        if session is None or session.status != "processing":
            raise Impossible("Stop is there only while agents.sessions.setStatus says processing")
        if "agent_session_stopped" not in self.world.app.manifest.events:
            raise Impossible("Stop is there only for apps that subscribed to agent_session_stopped")
        thread = self.world.thread(post.channel, post.thread)
        streams = [message for message in thread if self.world.is_streaming(message)]
        for message in streams:
            self.world.end_stream(message)
        self.doors.events.session_stopped(self.user, post.channel, post.thread, streams)
        await self.doors.settled()

    # ------------------------------------------------------------ views

    async def opens_home(self) -> None:
        """The app's home tab."""
        self.doors.events.home_opened(self.user, tab="home")
        await self.doors.settled()

    async def opens_messages(self) -> None:
        """The app's messages tab, where its agent is."""
        self.doors.events.home_opened(self.user, tab="messages")
        await self.doors.settled()

    async def looks_at(self, place: Place) -> None:
        """Another channel, with the app open beside it."""
        self.doors.events.context_changed(self.user, place.channel)
        await self.doors.settled()

    async def submits(self, view: View, values: Values | None = None) -> Interaction:
        """A modal; `values` are what they filled in, by block id or action id. Its `errors` tell what was wrong."""
        self._check_front(view)
        if not view.told.get("submit"):
            raise Impossible("there is nothing to submit")
        state = forms.filled(view.blocks, values or {})
        return await self._sent(self.doors.interactions.submission(self.user, view, state))

    async def closes(self, view: View, *, everything: bool = False) -> Interaction | None:
        """A modal, or with `everything` all of them; the app hears of it only if it asked for that."""
        self._check_front(view)
        close_view(self.world, view, everything=everything)
        if not view.told.get("notify_on_close"):
            return None
        return await self._sent(self.doors.interactions.closing(self.user, view, everything=everything))

    # ------------------------------------------------------------ what they can't do

    async def _acts(self, target: Post | View, action: forms.Part) -> Interaction:
        if isinstance(target, View):
            state = forms.filled(target.blocks, {}, is_sent=False)
            return await self._sent(self.doors.interactions.action_in_view(self.user, target, action, state))
        return await self._sent(self.doors.interactions.action_on_message(self.user, target.message, action))

    async def _sent(self, interaction: Interaction) -> Interaction:
        await self.doors.settled()
        return interaction

    def _blocks(self, target: Post | View) -> list[forms.Part]:
        if isinstance(target, Post):
            self._check_sees(target)
        elif target is not self.home:
            self._check_front(target)
        return target.blocks

    def _check_front(self, view: View) -> None:
        if view is not self.modal:
            raise Impossible("this view is not in front of them")

    def _check_sees(self, post: Post) -> None:
        if self.id not in self.world.channels[post.channel].members:
            raise Impossible("they are not in this channel")
        if post.is_deleted or post.only_for not in ("", self.id):
            raise Impossible("they can't see this message")

    def _check_own(self, post: Post) -> None:
        self._check_sees(post)
        if post.author_id != self.id:
            raise Impossible("it is somebody else's message")

    def _check_may_write(self, channel: Channel) -> None:
        if self.id not in channel.members:
            raise Impossible("they are not in this channel")
        if channel.is_archived:
            raise Impossible("the channel is archived")

    def _uploaded(self, name: str, content: bytes) -> File:
        file = new_file(self.world, name, self.id, len(content))
        file.content, file.is_complete = content, True
        return file
