"""A Discord on loopback: strict and stateful, over real HTTP and WebSocket, for the real discord.py to connect to.

The state machine is simcord's (`World`); here are the sockets in front of it, what Discord refuses and simcord lets
through, rate limits, sessions, faults on demand, and the people's side in a few words:

    async with Discord() as discord:
        team = discord.guild()
        general, anna = team.channel("general"), team.person("Anna")
        question = general.says(anna, "How long is parental leave?", mention=True)
        thread, = await discord.until(lambda: general.threads)
        answer = await discord.until(lambda: thread.answers and thread.answers[-1].buttons and thread.answers[-1])
        anna.clicks(answer, "sources")

Sova reaches it by `discord.api_url` and `discord.token`; tests of discord.py alone by `pointing.pointed_at`. What goes
wrong is planned: `discord.faults.plan(Cut(done=True), "POST", "/channels/*/messages")`, `discord.gateway.cut()`,
`discord.outage()`. `discord.advance(seconds)` moves Discord's clock. Afterwards `discord.rest.calls` and `.limited`,
`discord.gateway.identified` and `.resumed`, and each post's `pings`, `unfurls` and `versions` tell what happened.
"""

from tests.doubles.discord.faults import Cut, Hold, Limit, Refuse
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.people import Impossible, Person
from tests.doubles.discord.places import Channel, Guild
from tests.doubles.discord.posts import Button, Post
from tests.doubles.discord.rate_limits import RATES, SHARED_RATES, Rate
from tests.doubles.discord.service import PERMISSIONS, TOKEN, Discord

__all__ = [
    "PERMISSIONS",
    "RATES",
    "SHARED_RATES",
    "TOKEN",
    "Button",
    "Channel",
    "Cut",
    "Discord",
    "Guild",
    "Hold",
    "Impossible",
    "Interaction",
    "Limit",
    "Person",
    "Post",
    "Rate",
    "Refuse",
]
