"""Owns response URLs: five answers in half an hour to what somebody did, without a token."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.chat import written
from tests.doubles.slack.methods.contents import contents_of
from tests.doubles.slack.records import Message
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.world import World

MOST_USES = 5
LIVES_SECONDS = 30 * 60
_KNOWN = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "metadata",
        "markdown_text",
    }
)


@dataclass(slots=True)
class _Given:
    user: str
    channel: str
    message: Message | None
    at: float
    uses: int = 0


class ResponseUrls:
    """Gives them out and answers at them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._given: dict[str, _Given] = {}

    def give(self, user: str, channel: str, message: Message | None = None) -> str:
        """A new one; `message` is what the person acted on."""
        path = f"/actions/{self._world.app.team}/{secrets.token_hex(6)}/{secrets.token_hex(12)}"
        self._given[path] = _Given(user, channel, message, self._world.clock.now())
        return self._world.url + path

    async def handle(self, request: web.Request) -> web.Response:
        """One answer."""
        given = self._given.get(request.path)
        if given is None or self._world.clock.now() - given.at >= LIVES_SECONDS:
            return web.Response(status=404, text="expired_url")
        if given.uses >= MOST_USES:
            return web.Response(status=404, text="used_url")
        given.uses += 1
        try:
            self.answer(given.user, given.channel, given.message, json.loads(await request.text()))
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        except Refused as refused:
            return web.Response(status=400, text=refused.error)
        return web.Response(text="ok")

    def answer(self, user: str, channel: str, message: Message | None, told: dict[str, Any]) -> None:
        """Show what the app says, to that person or to all. Raises Refused."""
        unknown = told.keys() - _KNOWN
        if unknown:
            self._world.accuse(f"a response URL was given {sorted(unknown)}")
        if told.get("delete_original"):
            self._world.remove(_original(message))
            return
        contents = contents_of(self._world, Call("response_url", told))
        if told.get("replace_original"):
            fields = {"text": contents.text, "blocks": contents.blocks, "is_markdown": contents.is_markdown}
            self._world.edit(_original(message), **fields)
            return
        answer = written(self._world, self._world.channels[channel], contents)
        answer.thread_ts = told.get("thread_ts")
        answer.only_for = "" if told.get("response_type") == "in_channel" else user
        answer.unfurls = not answer.only_for and (told.get("unfurl_links"), told.get("unfurl_media")) != (False, False)
        if answer.unfurls:
            self._world.accuse("a response URL lets links be unfurled")
        self._world.post(answer)


def _original(message: Message | None) -> Message:
    if message is None or message.is_deleted:
        raise Refused("message_not_found")
    return message
