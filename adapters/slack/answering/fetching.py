"""Owns bringing the bytes of files that came with a question: from Slack's own hosts, and no more than allowed."""

import asyncio
import re

import aiohttp
from slack_sdk.errors import SlackApiError
from yarl import URL

from adapters.slack.faults import code_of, translated
from adapters.slack.rest import Rest
from bot.chat.showing.fetching import PIECE_BYTES, read_bounded
from bot.errors import AttachmentRefused
from bot.messages import Attachment

SECONDS = 60.0
MOST_REDIRECTS = 3
_ID = re.compile(r"F[A-Z0-9]{6,}")
_FOUND, _SERVER_FAULT, _TOO_MANY = 200, 500, 429
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGE = "text/html"


class Fetching:
    """Fetches with the bot's token, which is shown to nobody but Slack."""

    def __init__(self, rest: Rest, *, seconds: float = SECONDS) -> None:
        self._rest = rest
        self._seconds = seconds

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """As `bot.ports.Fetch` promises; raises `PlatformUnreachable` when Slack can't be asked now."""
        with translated():
            async with asyncio.timeout(self._seconds):
                url = await self._address(attachment)
                for _ in range(1 + MOST_REDIRECTS):
                    if not is_slacks_file(url, api=self._rest.address.api):
                        break
                    found = await self._get(url, attachment, most_bytes=most_bytes)
                    if isinstance(found, bytes):
                        return found
                    url = found
        raise AttachmentRefused(attachment.name, "gone")

    async def _address(self, attachment: Attachment) -> str:
        """In channels that are shared with others Slack tells the file's id alone; then it is asked for the rest."""
        if not _ID.fullmatch(attachment.where):
            return attachment.where
        try:
            told = await self._rest.client.files_info(file=attachment.where)
        except SlackApiError as error:
            if code_of(error) in {"file_not_found", "file_deleted", "access_denied", "not_visible"}:
                raise AttachmentRefused(attachment.name, "gone") from error
            raise
        file = told["file"]
        return str(file.get("url_private_download") or file.get("url_private") or "")

    async def _get(self, url: str, attachment: Attachment, *, most_bytes: int) -> bytes | str:
        """The file, or the address that is said to have it."""
        async with self._rest.session.get(
            URL(url, encoded=True),
            headers={"Authorization": f"Bearer {self._rest.client.token}"},
            allow_redirects=False,
            proxy=self._rest.address.proxy,
        ) as response:
            if response.status in _REDIRECTS:
                return str(response.url.join(URL(response.headers.get("Location", ""), encoded=True)))
            if response.status >= _SERVER_FAULT or response.status == _TOO_MANY:
                response.raise_for_status()
            if response.status != _FOUND or _is_sign_in(response, attachment):
                raise AttachmentRefused(attachment.name, "gone")
            return await read_bounded(response.content.iter_chunked(PIECE_BYTES), attachment, most_bytes=most_bytes)


def is_slacks_file(url: str, *, api: str) -> bool:
    """Whether Slack keeps files there: on `files.` of its own domain, or beside the `api` that isn't Slack's. Pure."""
    try:
        asked, own = URL(url, encoded=True), URL(api)
    except ValueError:
        return False
    if not asked.host or not own.host or asked.user or asked.password:
        return False
    if own.scheme == "https" and own.host in {"slack.com", "slack-gov.com"}:
        return asked.scheme == "https" and asked.host == f"files.{own.host}" and asked.is_default_port()
    return asked.origin() == own.origin()


def _is_sign_in(response: aiohttp.ClientResponse, attachment: Attachment) -> bool:
    """Whoever may not have a file is shown the page to sign in, with the best of all statuses."""
    if response.content_type != _PAGE:
        return False
    return attachment.media_type != _PAGE or response.content_length != attachment.size_bytes
