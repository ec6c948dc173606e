"""Owns what happened between a person and the app: the payloads that tell of it, and what came back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.doubles.slack.delivery import Deliveries, Delivery, State
from tests.doubles.slack.methods.others import user_wire
from tests.doubles.slack.records import Message, User, View
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.response_urls import ResponseUrls
from tests.doubles.slack.screens import close_view, push_view, update_view, view_wire
from tests.doubles.slack.views import check_view
from tests.doubles.slack.world import World

Payload = dict[str, Any]
OPERATION_TIMEOUT = "operation_timeout"
"""What Slack tells somebody whose action nobody acknowledged in time."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that somebody did."""

    world: World
    delivery: Delivery
    payload: Payload

    @property
    def is_acked(self) -> bool:
        """The app has said that it knows."""
        return self.delivery.state is State.ACKED

    @property
    def error(self) -> str:
        """What the person is told because the app said nothing in time."""
        return OPERATION_TIMEOUT if self.delivery.state is State.LOST else ""

    @property
    def answer(self) -> dict[str, Any]:
        """What came with the acknowledgement."""
        return self.delivery.answer or {}

    async def done(self) -> "Interaction":
        """Wait until it is acknowledged, or the person is told that it wasn't."""
        await self.world.changes.until(lambda: self.delivery.state is not State.WAITING)
        return self


class Interactions:
    """Tells the app of what people do to it."""

    def __init__(self, world: World, deliveries: Deliveries, urls: ResponseUrls) -> None:
        self._world = world
        self._deliveries = deliveries
        self._urls = urls

    def command(self, user: User, command: str, text: str, channel: str) -> Interaction:
        """A slash command."""
        payload: Payload = {
            "token": "verification",
            "team_id": self._world.app.team,
            "team_domain": "team",
            "channel_id": channel,
            "channel_name": self._channel_name(channel),
            "user_id": user.id,
            "user_name": user.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": self._world.app.id,
            "is_enterprise_install": "false",
            "response_url": self._urls.give(user.id, channel),
            "trigger_id": self._world.triggers.give(user.id),
        }
        return self._send("slash_commands", payload, lambda answer: self._show(user, channel, None, answer))

    def message_action(self, user: User, callback_id: str, message: Message) -> Interaction:
        """A shortcut in a message's menu."""
        payload = self._common("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._world.clock.ts(),
            "message_ts": message.ts,
            "channel": self._channel(message.channel),
            "message": self._world.wire(message),
            "response_url": self._urls.give(user.id, message.channel, message),
        }
        return self._send("interactive", payload)

    def shortcut(self, user: User, callback_id: str) -> Interaction:
        """A shortcut that belongs to no message."""
        payload = self._common("shortcut", user) | {"callback_id": callback_id, "action_ts": self._world.clock.ts()}
        return self._send("interactive", payload)

    def action_on_message(self, user: User, message: Message, action: Payload) -> Interaction:
        """A button or a menu of a message."""
        where = {"message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": bool(message.only_for)}
        container = {"type": "message", **where} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
        payload = self._common("block_actions", user) | {
            "container": container,
            "channel": self._channel(message.channel),
            "state": {"values": {}},
            "response_url": self._urls.give(user.id, message.channel, message),
            "actions": [action | {"action_ts": self._world.clock.ts()}],
        }
        if not message.only_for:
            payload["message"] = self._world.wire(message)
        return self._send("interactive", payload, lambda answer: self._show(user, message.channel, message, answer))

    def action_in_view(self, user: User, view: View, action: Payload, state: Payload) -> Interaction:
        """A button or a menu of a modal or a home tab."""
        payload = self._common("block_actions", user, view=view) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view_wire(self._world, view) | {"state": {"values": state}},
            "actions": [action | {"action_ts": self._world.clock.ts()}],
        }
        return self._send("interactive", payload)

    def submission(self, user: User, view: View, state: Payload) -> Interaction:
        """A modal is sent off."""
        told = view_wire(self._world, view) | {"state": {"values": state}}
        payload = self._common("view_submission", user, view=view) | {"view": told, "response_urls": []}
        return self._send("interactive", payload, lambda answer: self._answer_view(user, view, answer))

    def closing(self, user: User, view: View, *, everything: bool) -> Interaction:
        """A modal is closed, where the app asked to be told."""
        payload = self._common("view_closed", user) | {"view": view_wire(self._world, view), "is_cleared": everything}
        del payload["trigger_id"]
        return self._send("interactive", payload)

    def _send(self, kind: str, payload: Payload, show: Callable[[Payload], None] | None = None) -> Interaction:
        def hear(answer: Payload) -> None:
            try:
                if show is not None:
                    show(answer)
            except Refused as refused:
                self._world.accuse(f"an acknowledgement was refused: {refused.told()}")

        return Interaction(self._world, self._deliveries.send(kind, payload, on_ack=hear), payload)

    def _common(self, kind: str, user: User, *, view: View | None = None) -> Payload:
        app, told = self._world.app, user_wire(self._world, user)
        about = {"id": user.id, "username": told["name"], "name": told["name"], "team_id": user.team}
        return {
            "type": kind,
            "team": {"id": app.team, "domain": "team"},
            "user": about,
            "api_app_id": app.id,
            "token": "verification",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._world.triggers.give(user.id, view=view.id if view else ""),
        }

    def _channel(self, id_: str) -> Payload:
        return {"id": id_, "name": self._channel_name(id_)}

    def _channel_name(self, id_: str) -> str:
        channel = self._world.channels[id_]
        return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)

    def _show(self, user: User, channel: str, message: Message | None, answer: Payload) -> None:
        """An acknowledgement may carry an answer of its own."""
        if answer.get("text") or answer.get("blocks"):
            self._urls.answer(user.id, channel, message, answer)

    def _answer_view(self, user: User, view: View, answer: Payload) -> None:
        match answer.get("response_action"):
            case None:
                close_view(self._world, view)
            case "clear":
                close_view(self._world, view, everything=True)
            case "errors":
                self._mark(view, answer.get("errors") or {})
            case "update":
                update_view(self._world, view, check_view(answer.get("view"), kind="modal"))
            case "push":
                push_view(self._world, user.id, check_view(answer.get("view"), kind="modal"))
            case other:
                self._world.accuse(f"a submission was answered by {other}")

    def _mark(self, view: View, errors: dict[str, str]) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or not errors.keys() <= inputs:
            self._world.accuse(f"a submission has errors at {sorted(errors)}, where nothing was asked")
        view.errors = errors
