"""Owns looking whether Discord lets Sova in as she must be let in, without connecting."""

from adapters.discord.app import Account
from adapters.discord.faults import INTENTS, NAME
from adapters.discord.rest import Rest
from bot.errors import PlatformIntentsRefused


async def look(account: Account) -> str:
    """What Sova is called there.

    Raises `PlatformUnreachable`, `PlatformTokenRefused`, and `PlatformIntentsRefused` where her owner hasn't switched
    on what she must read.
    """
    account.address.use()
    async with Rest(account.token, proxy=account.address.proxy) as rest:
        client = await rest.client()
        flags = client.application_flags
        if not (flags.gateway_message_content or flags.gateway_message_content_limited):
            raise PlatformIntentsRefused(NAME, INTENTS)
        return client.user.name if client.user else ""
