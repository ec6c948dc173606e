"""Owns what the app hears of by the Events API: who subscribed to what, and the form in which it is told."""

import secrets
from typing import Any

from tests.doubles.slack.delivery import Deliveries
from tests.doubles.slack.methods.method import FAMILIES
from tests.doubles.slack.records import Channel, Message, User
from tests.doubles.slack.screens import view_wire
from tests.doubles.slack.world import Edited, Happening, Posted, Removed, World

Event = dict[str, Any]


class Events:
    """Hears of messages from the world; tells what else people do."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries
        world.listeners.append(self._hear)

    def tell(self, name: str, event: Event, *, channel: Channel | None = None) -> None:
        """An event for whoever subscribed to `name`."""
        if name in self._world.app.manifest.events:
            self._deliveries.send("events_api", self._outer(event, channel))

    def home_opened(self, user: User, *, tab: str) -> None:
        """Somebody opens the app: its home tab, or the messages with it."""
        ts = self._world.clock.ts()
        direct = self._world.direct(user.id)
        event: Event = {"type": "app_home_opened", "user": user.id, "channel": direct.id, "tab": tab, "event_ts": ts}
        home = self._world.homes.get(user.id)
        if tab == "home" and home is not None:
            event["view"] = view_wire(self._world, home)
        self.tell("app_home_opened", event)

    def context_changed(self, user: User, channel: Channel) -> None:
        """Somebody looks at something else while the app is open beside it."""
        entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": self._world.app.team}
        direct = self._world.direct(user.id)
        event: Event = {"type": "app_context_changed", "user": user.id, "channel": direct.id}
        event |= {"context": {"entities": [entity]}, "event_ts": self._world.clock.ts()}
        self.tell("app_context_changed", event)

    def session_stopped(self, user: User, channel: str, thread_ts: str, streams: list[Message]) -> None:
        """Somebody presses Slack's own Stop."""
        event: Event = {"type": "agent_session_stopped", "user": user.id, "channel": channel, "thread_ts": thread_ts}
        event |= {"streaming_message_ts": [message.ts for message in streams], "event_ts": self._world.clock.ts()}
        self.tell("agent_session_stopped", event)

    def _hear(self, happening: Happening) -> None:
        message = happening.message
        channel = self._world.channels[message.channel]
        if message.only_for or self._world.app.bot_user not in channel.members:
            return
        match happening:
            case Posted():
                self._posted(channel, message)
            case Edited(before=before):
                self._edited(channel, message, before)
            case Removed(before=before):
                self._removed(channel, message, before)

    def _posted(self, channel: Channel, message: Message) -> None:
        event = self._world.wire(message) | self._where(channel, message.ts)
        if message.files:
            event["subtype"] = "file_share"
        if channel.is_shared:
            event |= self._foreign(message, event)
        self._say(channel, event)
        self._mention(channel, message, event)

    def _mention(self, channel: Channel, message: Message, event: Event) -> None:
        """A mention comes a second time, as an event of its own; not in direct messages."""
        app = self._world.app
        if channel.kind == "im" or message.user == app.bot_user or f"<@{app.bot_user}" not in message.text:
            return
        if "app_mentions:read" in app.manifest.scopes:
            left_out = ("channel_type", "subtype")
            mention = {key: value for key, value in event.items() if key not in left_out}
            self.tell("app_mention", {**mention, "type": "app_mention"}, channel=channel)

    def _edited(self, channel: Channel, message: Message, before: Event) -> None:
        now = self._world.wire(message)
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "message": now}
        event |= {"previous_message": before} | self._where(channel, self._world.clock.ts())
        self._say(channel, event | {"ts": event["event_ts"]})
        if f"<@{self._world.app.bot_user}" not in before["text"]:
            self._mention(channel, message, now | self._where(channel, message.ts))

    def _removed(self, channel: Channel, message: Message, before: Event) -> None:
        where = self._where(channel, self._world.clock.ts())
        if before.get("reply_count"):
            stone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "hidden": True}
            stone |= {key: before[key] for key in ("ts", "thread_ts", "reply_count", "latest_reply", "reply_users")}
            event = {"type": "message", "subtype": "message_changed", "hidden": True, "message": stone}
        else:
            event = {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts}
        self._say(channel, event | {"previous_message": before, "ts": where["event_ts"]} | where)

    def _foreign(self, message: Message, event: Event) -> Event:
        """In channels shared with other organisations little is told of files, and more of whose people speak."""
        team = self._world.users[message.user].team
        facts: Event = {"user_team": team, "source_team": team, "team": team}
        if message.files:
            told = event["files"]
            facts["files"] = [
                {"id": file["id"], "mode": "file_access", "file_access": "check_file_info"} for file in told
            ]
        return facts

    def _where(self, channel: Channel, ts: str) -> Event:
        return {"channel": channel.id, "event_ts": ts, "channel_type": channel.kind}

    def _say(self, channel: Channel, event: Event) -> None:
        family = FAMILIES[channel.kind]
        if f"{family}:history" in self._world.app.manifest.scopes:
            self.tell(f"message.{family}", event, channel=channel)

    def _outer(self, event: Event, channel: Channel | None) -> Event:
        app = self._world.app
        authorization = {"enterprise_id": None, "team_id": app.team, "user_id": app.bot_user, "is_bot": True}
        return {
            "token": "verification",
            "team_id": app.team,
            "context_team_id": app.team,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(self._world.clock.now()),
            "authorizations": [{**authorization, "is_enterprise_install": False}],
            "is_ext_shared_channel": bool(channel and channel.is_shared),
            "event_context": f"4-{secrets.token_hex(8)}",
        }
