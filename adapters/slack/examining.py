"""Owns looking whether Slack lets Sova in as she must be let in, without listening to anything."""

from adapters.slack.app import Account, BySockets
from adapters.slack.faults import APP_TOKEN_SETTING, BOT_TOKEN_SETTING, NAME, translated
from adapters.slack.rest import Identity, Rest
from adapters.slack.scopes import BOT_SCOPES
from bot.errors import PlatformScopesMissing


async def look(account: Account) -> str:
    """What Sova is called there, and in which workspace.

    Raises `PlatformUnreachable`, `PlatformTokenRefused` for either token, and `PlatformScopesMissing`.
    """
    async with Rest(account.address, token=account.bot_token) as rest:
        identity = await rest.identity()
        _demand_scopes(identity)
        if isinstance(account.by, BySockets):
            with translated(setting=APP_TOKEN_SETTING):
                await rest.client.apps_connections_open(app_token=account.by.app_token)
        return f"{identity.name} · {identity.team_name}" if identity.team_name else identity.name


def _demand_scopes(identity: Identity) -> None:
    """A proxy may hide what Slack says of them; then only using them tells."""
    missing = tuple(scope for scope in BOT_SCOPES if identity.scopes and scope not in identity.scopes)
    if missing:
        raise PlatformScopesMissing(NAME, BOT_TOKEN_SETTING, missing)
