"""A platform that holds files in memory, and hands them out as any platform does."""

from dataclasses import dataclass, field

from bot.errors import AttachmentRefused
from bot.messages import Attachment


@dataclass
class HeldFiles:
    """Call it as a `Fetch`. It keeps in mind what was fetched."""

    held: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def hold(self, name: str, data: bytes, *, media_type: str = "text/plain", says: int | None = None) -> Attachment:
        """Keep a file; `says` is the size that the platform tells, the real one when None."""
        where = f"memory:{len(self.held)}"
        self.held[where] = data
        return Attachment(name, media_type, len(data) if says is None else says, where)

    async def __call__(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        self.fetched.append(attachment.where)
        data = self.held.get(attachment.where)
        if data is None:
            raise AttachmentRefused(attachment.name, "gone")
        return data
