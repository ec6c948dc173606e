"""Owns the files that were uploaded: where they can be downloaded, and for how long."""

import mimetypes
from typing import Any
from urllib.parse import quote

from simcord.backend.cdn import CdnStore

from tests.doubles.discord.clock import MovableClock

ADDRESS_LIVES_SECONDS = 24 * 60 * 60
"""An attachment's address is signed and expires: https://discord.com/developers/docs/reference#signed-attachment-cdn-urls"""


class LoopbackCdn(CdnStore):
    """Files under `base`, the address of the double itself; set once that is known."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__()
        self.base = ""
        self._clock = clock
        self._files: dict[str, tuple[bytes, str]] = {}

    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, description: str | None
    ) -> dict[str, Any]:
        """The attachment as messages carry it."""
        path = f"/attachments/{channel_id}/{attachment_id}/{quote(filename)}"
        media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        self._files[path] = data, media_type
        url = f"{self.base}{path}?ex={int(self._clock.seconds()) + ADDRESS_LIVES_SECONDS:x}"
        return {
            "id": str(attachment_id),
            "filename": filename,
            "description": description,
            "size": len(data),
            "url": url,
            "proxy_url": url,
            "content_type": media_type,
        }

    def download(self, path: str, *, expires: str) -> tuple[bytes, str] | None:
        """A file's bytes and media type; None where it isn't, or the address has expired."""
        try:
            alive = int(expires, 16) > self._clock.seconds()
        except ValueError:
            return None
        return self._files.get(path) if alive else None
