"""Owns `sova health`: asks the service on this machine how it is, and answers with an exit code, as containers want."""

import sys

from adapters.terminal.render import console_on, print_card
from bot.backends.monitors.status_client import ask_health, local
from bot.commands.cards import Card, Field
from bot.errors import BadSetting
from bot.monitoring.health import Health, Part, State
from bot.settings import Settings
from bot.wording import Wording


async def health(settings: Settings, say: Wording) -> int:
    """Tell every part's state; 0 when questions are answered, also with something amiss, else 1."""
    if not settings.metrics_port:
        raise BadSetting(name="SOVA_METRICS_PORT", reason=say("health-port-off"))
    seen = await ask_health(local(settings.metrics_host), settings.metrics_port)
    print_card(console_on(sys.stdout), card_of(seen, say, port=settings.metrics_port), say)
    return 1 if seen is None or seen.state is State.UNREADY else 0


def card_of(seen: Health | None, say: Wording, *, port: int) -> Card:
    """A line for each part; without an answer one sentence that says so."""
    if seen is None:
        return Card(title=say("health-title"), text=say("health-nobody", port=str(port)))
    fields = tuple(Field(_name(part, say), say("health-state", code=part.code)) for part in seen.parts)
    return Card(title=say("health-title"), text=say(f"health-{seen.state}"), fields=fields)


def _name(part: Part, say: Wording) -> str:
    mark = "✓" if part.is_well else "✗" if part.needed else "!"
    key = f"health-part-{part.name}"
    return f"{mark} {say(key) if say.has(key) else part.name}"
