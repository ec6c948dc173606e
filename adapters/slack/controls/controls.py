"""Owns what people press and type in Slack besides questions: puts listeners for all of it into a Bolt app."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.controls import acts, home_view, views
from adapters.slack.controls.acts import Act, Origin, Payload
from adapters.slack.controls.asking import Asking
from adapters.slack.controls.buttons import Buttons
from adapters.slack.controls.commands import SlackCommands, act_of_words
from adapters.slack.controls.errands import Errands
from adapters.slack.controls.home import Home
from adapters.slack.controls.invoking import Callers
from adapters.slack.controls.prefixing import ASK, Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.controls.showing import Showing
from adapters.slack.controls.stopping import Stopping
from adapters.slack.controls.suggesting import Suggesting
from adapters.slack.controls.titles import Titles
from adapters.slack.controls.windows import Windows
from adapters.slack.rendering.buttons import PRESS, RUN
from adapters.slack.surroundings import Workspace
from bot.access import Access
from bot.chat.controls.pressing import Pressing
from bot.chat.controls.responding import carried_out
from bot.chat.controls.running import Commands
from bot.chat.controls.suggestions import Suggestions
from bot.chat.controls.typed_commands import TypedCommands
from bot.chat.hearing.ask_command import AskCommand, RulesOf
from bot.commands.command import Invocation
from bot.commands.registry import Registry
from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.messages import Incoming, Language
from bot.ports import History, PlaceSettings, TakesFeedback
from bot.service.platforms import Receive
from bot.wording import Wording

logger = logging.getLogger(__name__)

ASK_ABOUT, SUMMARIZE = "ask_about_message", "summarize_thread"
"""The `callback_id`s of the shortcuts in a message's menu."""

Work = Callable[[Act, Payload, Invocation], Awaitable[None]]
Ack = Callable[[], Awaitable[Any]]
Listener = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Behind:
    """What the controls are given of a running Sova. `rules_of` tells what holds in a place.

    `prefix` stands before each slash command; `spoken` is the operator's language, None follows each person's.
    `suggestions` knows the documents, None where there are none.
    """

    registry: Registry
    inbox: Inbox
    access: Access
    feedback: TakesFeedback
    history: History
    places: PlaceSettings
    rules_of: RulesOf
    prefix: str = "sova-"
    spoken: Language | None = None
    suggestions: Suggestions | None = None


class Controls:
    """Commands, buttons, forms, shortcuts and Sova's own page. What Slack was told has arrived is done by `errands`.

    Everything is acknowledged at once; it is kept by the inbox, or harmless to repeat.
    """

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._typed = TypedCommands(behind.registry)
        self._prefix = Prefix(behind.prefix, frozenset(command.name for command in behind.registry.commands))
        self._errands = Errands()
        self._desk: _Desk | None = None

    async def setup(self, app: AsyncApp, receive: Receive, workspace: Workspace) -> None:
        """Add listeners to the app. `receive` takes what is asked by a command, a shortcut or a button."""
        desk = self._desk = self._new_desk(receive, workspace)
        self._listen_to_commands(app, desk)
        self._listen_to_controls(app, desk)
        self._listen_to_forms(app, desk)
        self._listen_to_events(app, desk)

    async def close(self) -> None:
        """End what is still being done."""
        await self._errands.close()

    # --- commands in words, as hearing asks for them ------------------------------------------------------------

    def is_command(self, text: str) -> bool:
        """Whether the words after a mention are a command, and no question."""
        return self._typed.is_command(self._prefix.typed(text))

    async def run(self, said: Incoming) -> None:
        """Carry it out, once, though it may come twice, and show what comes of it in its thread."""
        desk = self._desk
        if desk is None:
            raise RuntimeError("not set up")
        if desk.commands.is_new(said):
            invocation, act = desk.callers.written(said), act_of_words(said)
            work = desk.commands.words(act, said, invocation)
            self._errands.start(_told(work, desk, act, invocation.say))

    # --- listeners ----------------------------------------------------------------------------------------------

    def _listen_to_commands(self, app: AsyncApp, desk: "_Desk") -> None:
        async def command(ack: Ack, body: Mapping[str, Any]) -> None:
            await self._take(ack, desk, acts.command_of(body), body, desk.slash)

        app.command(re.compile(r""))(command)

    def _listen_to_controls(self, app: AsyncApp, desk: "_Desk") -> None:
        """Each kind of control begins its `action_id` alike; what begins otherwise is another version's."""
        kinds: tuple[tuple[str, Work], ...] = (
            (PRESS, desk.buttons.pressed),
            (RUN, desk.run_pressed),
            (home_view.HOME, desk.home.chosen),
            ("", desk.outdated),
        )
        for beginning, work in kinds:
            app.action(re.compile(re.escape(beginning)))(self._listener(desk, acts.action_of, work))

    def _listen_to_forms(self, app: AsyncApp, desk: "_Desk") -> None:
        forms: tuple[tuple[str, Work], ...] = (
            (views.MODELS, desk.buttons.model_chosen),
            (views.REASON, desk.buttons.reason_given),
            (views.ASK, desk.asking.about_sent),
        )
        for callback, work in forms:
            app.view(callback)(self._listener(desk, acts.submission_of, work))
        app.message_shortcut(ASK_ABOUT)(self._listener(desk, acts.shortcut_of, desk.asking.about))
        app.message_shortcut(SUMMARIZE)(self._listener(desk, acts.shortcut_of, desk.commands.summarize))
        app.message_shortcut(re.compile(r""))(self._listener(desk, acts.shortcut_of, desk.outdated))

    def _listen_to_events(self, app: AsyncApp, desk: "_Desk") -> None:
        async def opened(event: Mapping[str, Any]) -> None:
            act = Act(str(event["user"]), "", "", Origin(str(event["channel"])))
            work = desk.home.publish if event.get("tab") == "home" else desk.suggesting.suggest
            self._errands.start(_shown(desk, act, work))

        async def stopped(event: Mapping[str, Any]) -> None:
            origin = Origin(str(event["channel"]), str(event["thread_ts"]))
            act = Act(str(event["user"]), "", "", origin)
            self._errands.start(_carried_out(desk, act, partial(desk.stopping.stopped, act)))

        async def name(body: Mapping[str, Any], next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002  # Bolt's name
            said = desk.titles.begun(body)
            if said is not None:
                self._errands.start(desk.titles.name(said))
            await next()

        app.event("app_home_opened")(opened)
        app.event("agent_session_stopped")(stopped)
        app.middleware(name)

    # --- what every listener does -------------------------------------------------------------------------------

    def _listener(self, desk: "_Desk", read: Callable[[Payload], Act], work: Work) -> Listener:
        async def listen(ack: Ack, body: Mapping[str, Any]) -> None:
            await self._take(ack, desk, read(body), body, work)

        return listen

    async def _take(self, ack: Ack, desk: "_Desk", act: Act, body: Payload, work: Work) -> None:
        await ack()
        self._errands.start(_carried_out(desk, act, partial(work, act, body)))

    def _new_desk(self, receive: Receive, workspace: Workspace) -> "_Desk":
        behind, replies, windows = self._behind, Replies(workspace.rest), Windows(workspace.rest)
        commands = Commands(behind.registry)
        pressing = Pressing(
            registry=behind.registry,
            inbox=behind.inbox,
            access=behind.access,
            feedback=behind.feedback,
            history=behind.history,
            receive=receive,
        )
        return _Desk(
            callers=Callers(workspace, spoken=behind.spoken),
            replies=replies,
            commands=SlackCommands(
                commands=commands,
                typed=self._typed,
                showing=Showing(replies, self._prefix),
                replies=replies,
                prefix=self._prefix,
                inbox=behind.inbox,
                me=workspace.identity.name,
            ),
            buttons=Buttons(pressing, replies, windows),
            asking=Asking(workspace, replies, windows, receive, AskCommand(behind.rules_of, behind.spoken)),
            home=Home(workspace, commands, behind.access, behind.places, self._prefix),
            suggesting=Suggesting(workspace.rest, behind.suggestions),
            stopping=Stopping(pressing, replies),
            titles=Titles(workspace),
            prefix=self._prefix,
        )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everybody who does something, for one life of an app."""

    callers: Callers
    replies: Replies
    commands: SlackCommands
    buttons: Buttons
    asking: Asking
    home: Home
    suggesting: Suggesting
    stopping: Stopping
    titles: Titles
    prefix: Prefix

    async def slash(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """A slash command; the one that asks isn't the registry's."""
        if self.prefix.name(str(body["command"])) == ASK:
            await self.asking.slash(act, str(body.get("text") or ""), invocation)
        else:
            await self.commands.slash(act, body, invocation)

    async def run_pressed(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """A button below a card; on Sova's own page it changes the page."""
        on_page = (body.get("view") or {}).get("type") == "home"
        await (self.home if on_page else self.commands).pressed(act, body, invocation)

    async def outdated(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """What another version of Sova has put there."""
        del body
        await self.replies.tell(act, invocation.say("button-outdated"))


async def _shown(desk: _Desk, act: Act, work: Callable[[Act, Invocation], Awaitable[None]]) -> None:
    """What nobody has asked for in words; who only opens something isn't told what stands in its way."""
    try:
        await work(act, await desk.callers.invocation(act))
    except AssistantError as error:
        logger.warning("a page isn't shown: %s", error)


async def _carried_out(desk: _Desk, act: Act, work: Callable[[Invocation], Awaitable[None]]) -> None:
    invocation = await desk.callers.invocation(act)
    await _told(work(invocation), desk, act, invocation.say)


async def _told(work: Awaitable[None], desk: _Desk, act: Act, say: Wording) -> None:
    """Do it; what ends it is told to the person alone, in what commands are called there."""

    async def tell(sentence: str) -> None:
        await desk.replies.tell(act, desk.prefix.text(sentence))

    await carried_out(work, say=say, tell=tell)
