"""Owns HTTP mode: a small server of its own that Slack sends its requests to, and only those that Slack has signed."""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.errors import BadSetting

logger = logging.getLogger(__name__)

PATH = "/slack/events"
LONGEST_BYTES = 4 * 1024 * 1024
LONGEST_MOMENT = 12
"""Digits of the seconds since the epoch that Slack sends along."""
CLOSE_SECONDS = 2.0


class Requests:
    """Listens at `host` and `port`, 0: any that is free."""

    def __init__(self, app: AsyncApp, *, signing_secret: str, host: str, port: int) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._host = host
        self._port = port

    async def run(self, *, is_up: Callable[[], None]) -> None:
        """Until cancelled; `is_up` is called when it listens. Raises `BadSetting` where that can't be done there."""
        server = web.Application(client_max_size=LONGEST_BYTES)
        server.router.add_post(PATH, self._answer)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=CLOSE_SECONDS)
        await runner.setup()
        try:
            await self._listen(runner)
            is_up()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            reason = f"nobody can listen there: {error.strerror or 'it is taken'}"
            raise BadSetting(name="SOVA_SLACK_HTTP_PORT", reason=reason) from error
        logger.info("listening for Slack's requests: port=%d path=%s", runner.addresses[0][1], PATH)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """200 only where everything is done; anything else has Slack bring it again."""
        if not self._is_slacks(await request.read(), request):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        asked = await to_bolt_request(request)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _is_slacks(self, body: bytes, request: web.Request) -> bool:
        """Whether Slack has signed it, within the last five minutes. Bolt would first read what anybody sends."""
        moment = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= LONGEST_MOMENT and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, moment, signature)
        except UnicodeDecodeError:
            return False
