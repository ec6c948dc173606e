"""What administrators set with `/settings` in Discord, and that it holds: the whole of Sova, over real sockets."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.access.audit import AUDIT_FILE
from tests.doubles.discord import Channel, Discord, Guild, Person, Post
from tests.doubles.echo_engine import MODEL, EchoEngine
from tests.end_to_end.sova import Sova

QUESTION = "How long is parental leave?"
OTHER = "echo-large"
LEAVE = (
    "# Leave\n\n## Parental leave\n\nParental leave is 20 weeks long. Requests go to Jana in the personnel office.\n"
)
CANTEEN = "# Canteen\n\nThe canteen is open from 11 to 14 and serves soup.\n"
SCOPES = '[folders."hr"]\nreaders = ["*"]\n'


@dataclass
class Town:
    """Two channels, somebody who asks, an administrator, and Sova serving them."""

    discord: Discord
    guild: Guild
    general: Channel
    random: Channel
    anna: Person
    boss: Person
    engine: EchoEngine
    sova: Sova

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with self.sova.running("serve") as process:
            await self.discord.until_ready()
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(20):
                    assert await process.wait() == 0

    async def told(self, who: Person, command: str, **values: str) -> str:
        """What a command in the first channel is answered with."""
        sent = who.slash(self.general, command, **values)
        return (
            await self.discord.until(lambda: sent.answer if sent.answer and not sent.answer.is_loading else None)
        ).text

    async def set(self, option: str, value: str, where: str | None = None) -> str:
        return await self.told(self.boss, "settings", option=option, value=value, **({"where": where} if where else {}))

    async def asked(self, channel: Channel, text: str = QUESTION) -> Post:
        """What a mention there is answered with, wherever that is."""
        question = channel.says(self.anna, text, mention=True)
        return await self.discord.until(lambda: self._answer(channel, question))

    def _answer(self, channel: Channel, question: Post) -> Post | None:
        below = [post for thread in channel.threads if thread.id == question.id for post in thread.answers]
        beside = [post for post in channel.answers if post.id > question.id]
        return next((post for post in (*below, *beside) if any(":again:" in b.custom_id for b in post.buttons)), None)


@pytest.fixture
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    engine = EchoEngine(models=(MODEL, OTHER))
    async with Discord() as discord, engine.serving() as engine_url, asyncio.timeout(90):
        guild = discord.guild()
        boss = guild.person("Boss")
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": MODEL,
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_ADMINS": f"discord:{boss.id}",
        }
        sova = Sova(tmp_path_factory.mktemp("s"), settings=settings)
        general, random = guild.channel("general"), guild.channel("random")
        yield Town(discord, guild, general, random, guild.person("Anna"), boss, engine, sova)


async def test_what_is_set_for_a_channel_and_its_server_holds_there(town: Town) -> None:
    async with town.serving():
        await town.asked(town.general)
        assert (len(town.general.threads), town.engine.asked_models) == (1, [MODEL])

        assert "reply" in await town.set("answer_in", "reply")
        assert (await town.asked(town.general)).channel == town.general.id
        await town.asked(town.random)
        assert (len(town.general.threads), len(town.random.threads)) == (1, 1)

        assert OTHER in await town.set("model", OTHER, "workspace")
        await town.asked(town.random)
        await town.set("model", MODEL, "channel")
        await town.asked(town.general)
        assert town.engine.asked_models[-2:] == [OTHER, MODEL]
        assert "server" in await town.told(town.anna, "model")

        await town.set("model", "reset")
        await town.set("language", "cs")
        town.engine.models = (MODEL,)
        answer = await town.asked(town.general)
        assert f"Odpovídat tu měl {OTHER}" in answer.text
        assert town.engine.asked_models[-1] == MODEL

        assert "#random" in await town.set("channels", "#random")
        town.general.says(town.anna, "Is anybody here?", mention=True)
        await town.asked(town.random, "Are you here?")
        assert "don't answer in this channel" in await town.told(town.anna, "ask", question="Here?")
        assert not [post for post in town.general.answers if "anybody" in post.text]


async def test_who_is_no_administrator_is_refused_in_words_and_every_use_is_written_down(town: Town) -> None:
    async with town.serving():
        refusal = await town.told(town.anna, "settings", option="language", value="cs")
        offered = town.anna.completes(town.general, "settings", "value", "", option="model")
        assert await town.discord.until(lambda: [offered.choices] if offered.is_answered else None) == [[]]
        offered = town.boss.completes(town.general, "settings", "value", "", option="model")
        assert await town.discord.until(lambda: offered.choices) == [MODEL, OTHER, "reset"]
        await town.set("language", "cs")
    written = (town.sova.state / AUDIT_FILE).read_text(encoding="utf-8").splitlines()
    assert "administrator" in refusal.lower()
    assert [
        (str(town.anna.id) in line, '"allowed": false' in line or '"allowed":false' in line) for line in written
    ] == [
        (True, True),
        (False, False),
    ]


@pytest.mark.engine
async def test_what_is_searched_is_what_the_channel_was_narrowed_to(town: Town) -> None:
    documents = town.sova.state / "documents"
    (documents / "hr").mkdir(parents=True)
    (documents / "hr" / "leave.md").write_text(LEAVE, encoding="utf-8")
    (documents / "canteen.md").write_text(CANTEEN, encoding="utf-8")
    (documents / "scopes.toml").write_text(SCOPES, encoding="utf-8")
    assert (await town.sova("index")).code == 0
    town.engine.says = "Parental leave is 20 weeks long [1]."
    async with town.serving():
        assert "20 weeks" in (await town.asked(town.general)).text
        assert "." in await town.set("knowledge", ".")
        narrowed = await town.asked(town.general)
        elsewhere = await town.asked(town.random)
    assert "20 weeks" not in narrowed.text
    assert "20 weeks" in elsewhere.text
