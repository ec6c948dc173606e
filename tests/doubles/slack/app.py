"""Owns what Slack knows of the app: its tokens, its names and what it was installed with."""

from dataclasses import dataclass, field

from tests.doubles.slack.manifest import Manifest
from tests.doubles.slack.refusals import Refused

BOT_TOKEN = "xoxb-1111111111-2222222222-loopback"  # noqa: S105  # good for nothing but this double
APP_TOKEN = "xapp-1-A0SOVA00000-3333333333-loopback"  # noqa: S105
SIGNING_SECRET = "5f3c9a1e7d2b4c60loopback"  # noqa: S105


@dataclass(slots=True)
class App:
    """`is_streaming` is whether the workspace lets it write by streams; `gone` the error that its token meets."""

    manifest: Manifest = field(default_factory=Manifest)
    id: str = "A0SOVA00000"
    bot_user: str = "U0SOVA00000"
    bot_id: str = "B0SOVA00000"
    team: str = "T0TEAM00000"
    team_name: str = "The team"
    name: str = "Sova"
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    signing_secret: str = SIGNING_SECRET
    is_streaming: bool = True
    gone: str = ""

    def let_in(self, token: str, *, app_level: bool) -> None:
        """Raises Refused unless the token opens this kind of method."""
        if not token:
            raise Refused("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise Refused("invalid_auth")
        if self.gone:
            raise Refused(self.gone)
        if (token == self.app_token) != app_level:
            raise Refused("not_allowed_token_type")
