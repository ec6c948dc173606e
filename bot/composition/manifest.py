"""Owns `sova manifest`: what a chat platform must be told about Sova."""

import json
import sys

from adapters.discord.manifest import Manifest as DiscordManifest
from adapters.discord.manifest import client_id_of, is_client_id
from adapters.terminal.render import console_on, print_card, print_line
from bot.commands.catalogue import outlined_commands
from bot.settings import Settings
from bot.wording import Wording

WRONG_USAGE = 2


def of_slack(settings: Settings, say: Wording, *, url: str | None) -> int:
    """Print the app's manifest, as JSON, which Slack takes as YAML, too.

    Exits with 2 in HTTP mode without a `url` where Slack reaches Sova; by sockets none is needed.
    """
    from adapters.slack.manifest import Manifest as SlackManifest

    aside = console_on(sys.stderr)
    if settings.slack_mode == "http" and url is None:
        print_line(aside, say("manifest-no-url"))
        return WRONG_USAGE
    if url is not None and not url.startswith("https://"):
        print_line(aside, say("manifest-bad-url", url=url))
        return WRONG_USAGE
    reached = url if settings.slack_mode == "http" else None
    asked = SlackManifest(outlined_commands(), settings.slack_command_prefix, reached)
    sys.stdout.write(json.dumps(asked.as_plain(say), ensure_ascii=False, indent=2) + "\n")
    return 0


def of_discord(settings: Settings, say: Wording, *, client_id: str | None, as_json: bool) -> int:
    """Print it. Exits with 2 where the application's id is wrong or missing, for then there is no link."""
    out, aside = console_on(sys.stdout), console_on(sys.stderr)
    if client_id is not None and not is_client_id(client_id):
        print_line(aside, say("manifest-bad-client", id=client_id))
        return WRONG_USAGE
    token = settings.discord_token
    asked = DiscordManifest(client_id or (client_id_of(token.get_secret_value()) if token else None))
    if as_json:
        out.file.write(json.dumps(asked.as_plain(say), ensure_ascii=False) + "\n")
    else:
        if asked.invite_link:
            out.file.write(f"{say('manifest-invite')}\n\n{asked.invite_link}\n\n")
        print_card(out, asked.card(say), say)
    if asked.invite_link is None:
        print_line(aside, say("manifest-no-client"))
    return 0 if asked.invite_link else WRONG_USAGE
