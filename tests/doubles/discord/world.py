"""Owns the state: simcord's backend, with what it leaves out and a memory of every version of every message."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simcord.backend import Backend, serializers
from simcord.backend.models import Message
from simcord.backend.models.message import SystemMessageMetadata

from tests.doubles.changes import Changes
from tests.doubles.discord.cdn import LoopbackCdn
from tests.doubles.discord.clock import MovableClock

NONCE_LIVES_SECONDS = 5 * 60
"""A nonce is remembered for "the past few minutes"; Discord says no number."""
HAS_THREAD = 1 << 5
STARTER_MESSAGE = 21


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from `at` on, in seconds of `time.perf_counter`."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody was seen typing, `at` seconds of `time.perf_counter`."""

    channel: int
    user: int
    at: float


class World(Backend):
    """Nothing here knows a wire. `changes` tells of everything that happens."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.time = MovableClock()
        super().__init__(clock=self.time)
        self.files = self.cdn = LoopbackCdn(self.time)
        self.versions: dict[int, list[Version]] = defaultdict(list)
        self.typing: list[Typing] = []
        self.blocking: set[int] = set()
        self._nonces: dict[tuple[int, str], tuple[int, float]] = {}
        self._nonce_of: dict[int, str | int] = {}
        self._sending: str | int | None = None
        self.bot_user.name = "Sova"

    # ------------------------------------------------------------ messages

    @contextmanager
    def sending(self, nonce: str | int | None) -> Iterator[None]:
        """What is posted inside carries this nonce."""
        self._sending = nonce
        try:
            yield
        finally:
            self._sending = None

    def posted_as(self, channel: int, nonce: str | int) -> Message | None:
        """The message that this nonce led to in the last minutes."""
        id_, at = self._nonces.get((channel, str(nonce)), (0, 0.0))
        if self.time.seconds() - at > NONCE_LIVES_SECONDS:
            return None
        return self.messages.get(channel, {}).get(id_)

    def nonce_of(self, message: int) -> str | int | None:
        """What the sender called it."""
        return self._nonce_of.get(message)

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        self._reopen(message.channel_id)
        if self._sending is not None:
            self._nonces[message.channel_id, str(self._sending)] = message.id, self.time.seconds()
            self._nonce_of[message.id] = self._sending
        self._remember(message)
        committed = super().commit_message(message, broadcast=broadcast)
        self.changes.tell()
        return committed

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> Message:
        message = super().edit_message(channel_id, message_id, fields)
        self._remember(message)
        self.changes.tell()
        return message

    def delete_message(self, channel_id: int, message_id: int) -> None:
        super().delete_message(channel_id, message_id)
        self.changes.tell()

    def start_thread_with(self, thread: int, message: Message) -> None:
        """What a thread that grew from a message opens with: an empty message of a kind of its own."""
        metadata = SystemMessageMetadata(referenced_channel_id=message.channel_id, referenced_message_id=message.id)
        self.commit_message(
            Message(
                self.snowflake(),
                thread,
                message.author_id,
                timestamp=self.now_iso(),
                type=STARTER_MESSAGE,
                system_metadata=metadata,
            )
        )
        message.flags |= HAS_THREAD
        self.emit("MESSAGE_UPDATE", dict(serializers.message_payload(self, message)))

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "TYPING_START":
            self.typing.append(Typing(int(payload["channel_id"]), int(payload["user_id"]), time.perf_counter()))
        if event == "MESSAGE_CREATE":
            payload = {**payload, "nonce": self.nonce_of(int(payload["id"]))}
        super().emit(event, payload)
        self.changes.tell()

    def _remember(self, message: Message) -> None:
        self.versions[message.id].append(Version(time.perf_counter(), message.content))

    def _reopen(self, channel_id: int) -> None:
        """Whoever writes into an archived thread brings it back."""
        metadata = self.get_channel(channel_id).thread_metadata
        if metadata is not None and metadata.archived:
            self.edit_channel(channel_id, {}, thread_metadata={"archived": False})
