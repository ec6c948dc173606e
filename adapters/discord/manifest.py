"""Owns what Sova asks of Discord and why: the invite link, its scopes and permissions, and the privileged intents."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import discord

from adapters.discord.faults import INTENTS
from bot.commands.cards import Card, Field, Table
from bot.wording import Wording

SCOPES = ("bot", "applications.commands")
PERMISSIONS = (
    "view_channel",
    "send_messages",
    "create_public_threads",
    "send_messages_in_threads",
    "read_message_history",
)
"""By discord.py's names; why each is needed is the sentence `manifest-permission-<name>`, with hyphens."""
INTEGER = discord.Permissions(**dict.fromkeys(PERMISSIONS, True)).value
"""All of them as Discord writes permissions: a bit each.

https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one application needs. `client_id` is its id; None while that isn't known, and then there is no link yet."""

    client_id: str | None

    @property
    def invite_link(self) -> str | None:
        """Where a server's administrator lets Sova in."""
        if self.client_id is None:
            return None
        asked = {"client_id": self.client_id, "scope": " ".join(SCOPES), "permissions": INTEGER}
        return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"

    @property
    def intents_page(self) -> str:
        """Where the privileged intents are switched on."""
        own = f"/{self.client_id}/bot" if self.client_id else ""
        return f"https://discord.com/developers/applications{own}"

    def as_plain(self, say: Wording) -> Mapping[str, object]:
        """The same for scripts."""
        return {
            "client_id": self.client_id,
            "invite_link": self.invite_link,
            "scopes": list(SCOPES),
            "permissions": {"integer": str(INTEGER), "reasons": {name: _why(name, say) for name in PERMISSIONS}},
            "privileged_intents": list(INTENTS),
            "intents_page": self.intents_page,
        }

    def card(self, say: Wording) -> Card:
        """The same for people; the link is told apart, so that it stays in one piece."""
        rows = tuple((say(f"manifest-{_hyphened(name)}"), str(_bit(name)), _why(name, say)) for name in PERMISSIONS)
        columns = tuple(say(f"manifest-column-{name}") for name in ("permission", "bit", "why"))
        return Card(
            title=say("manifest-title"),
            text=say("manifest-intents", intents=", ".join(INTENTS), page=self.intents_page),
            fields=(
                Field(say("manifest-field-scopes"), ", ".join(SCOPES)),
                Field(say("manifest-field-permissions"), str(INTEGER)),
            ),
            tables=(Table(columns, rows, frozenset({1})),),
        )


def client_id_of(token: str) -> str | None:
    """The application's id, which stands in the first part of its bot's token; None where the token isn't one."""
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if is_client_id(decoded) else None


def is_client_id(text: str) -> bool:
    """Whether it can be the id of an application: 17 to 20 digits."""
    return text.isascii() and text.isdigit() and 17 <= len(text) <= 20


def _bit(name: str) -> int:
    return discord.Permissions(**{name: True}).value


def _why(name: str, say: Wording) -> str:
    return say(f"manifest-{_hyphened(name)}-why")


def _hyphened(name: str) -> str:
    return name.replace("_", "-")
