"""Owns the walks through Discord that pictures are taken of: a team in the loopback Discord, and what it does there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.messages import Language
from tests.doubles.discord import Channel, Discord, Guild, Interaction, Person, Post
from tests.pictures.from_discord import channel_pane, form, said, thread_pane
from tests.pictures.handbook import COMPARED, PATIENCE_S, serving
from tests.pictures.scene import Pane, Scene, Theme


@dataclass(frozen=True, slots=True)
class Team:
    """Who is in the loopback Discord, and where."""

    discord: Discord
    guild: Guild
    anna: Person
    bo: Person
    cyril: Person

    async def answered(self, place: Channel, *, answers: int = 1) -> Post:
        """The last answer in a place, once it is whole and there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.discord.until(lambda: _whole(place, answers))

    async def thread_of(self, question: Post, channel: Channel) -> Channel:
        """The thread that Sova opened for a question."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.discord.until(
                lambda: next((one for one in channel.threads if one.id == question.id), None)
            )

    async def shown(self, interaction: Interaction) -> Post:
        """What a command or a button was answered with."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.discord.until(lambda: _shown(interaction))


async def played(only: Collection[str] = ()) -> tuple[Scene, ...]:
    """The scenes of one walk after the other: of all of them, or of those whose first scene is called so."""
    walks = [walk for name, walk in _WALKS.items() if not only or name in only]
    if not walks:
        return ()
    async with _team() as team:
        return tuple([scene for walk in walks for scene in await walk(team)])


# --- the walks ------------------------------------------------------------------------------------------------------


async def _answer_and_sources(team: Team) -> tuple[Scene, Scene]:
    """A mention, a thread, a further question there; then what is behind the buttons."""
    general = team.guild.channel("general")
    general.says(team.bo, "In long chats it no longer knows what I told it at the start. 🤔")
    question = general.says(team.anna, "Why does the model forget the beginning of a long chat?", mention=True)
    thread = await team.thread_of(question, general)
    first = await team.answered(thread)
    thread.says(team.bo, "How do I change the context length in Ollama?")
    await team.answered(thread, answers=2)
    general.says(team.bo, "Thanks! I'll make it longer, and begin anew for each subject.")
    answer = Scene("discord-answer", (channel_pane(general), thread_pane(general, thread, share=2)), 1120)
    return answer, await _behind_the_buttons(team, thread, first)


async def _behind_the_buttons(team: Team, thread: Channel, answer: Post) -> Scene:
    sources = await team.shown(team.anna.clicks(answer, "sources"))
    why = team.anna.clicks(answer, "down")
    await team.discord.until(lambda: why.modal)
    reason = "Right, but I also want to know what I can do about it."
    filled = form(why, reason)
    thanks = await team.shown(team.anna.submits(why, reason))
    left = Pane("📚", "Sources", (said(thread, sources),), 3)
    right = Pane("👎", "Not helpful", (filled, said(thread, thanks)), 2)
    return Scene("discord-sources", (left, right), 1120)


async def _in_czech(team: Team) -> tuple[Scene]:
    """A question and its answer in a client that is set to Czech and bright."""
    channel = team.guild.channel("obecné")
    question = channel.says(team.cyril, "První odpověď je pomalá, další rychlé. Proč?", mention=True)
    thread = await team.thread_of(question, channel)
    await team.answered(thread)
    thread.says(team.cyril, "Jak ho v paměti udržím?")
    await team.answered(thread, answers=2)
    return (Scene("discord-czech", (thread_pane(channel, thread),), 760, Theme.LIGHT, Language.CZECH),)


async def _comparison(team: Team) -> tuple[Scene]:
    """Two models answer the same question before everybody; then somebody votes, which nobody else sees."""
    channel = team.guild.channel("models")
    first, second = COMPARED
    team.anna.slash(channel, "compare", question="What is quantization?", first=first, second=second)
    async with asyncio.timeout(PATIENCE_S):
        card = await team.discord.until(lambda: next(filter(_votes, channel.answers), None))
    vote = await team.shown(team.bo.clicks(card, _votes(card)[0]))
    lines = (said(channel, card, used="Anna /compare"), said(channel, vote))
    return (Scene("discord-compare", (Pane("#", channel.name, lines),), 760),)


async def _models(team: Team) -> tuple[Scene, Scene]:
    """`/model` and `/stats`, which only the person who used them sees."""
    channel = team.guild.channel("sova")
    models, stats = [
        said(channel, await team.shown(team.anna.slash(channel, name)), used=f"Anna /{name}")
        for name in ("model", "stats")
    ]
    return (
        Scene("discord-models", (Pane("#", channel.name, (models,)),), 860),
        Scene("discord-stats", (Pane("#", channel.name, (stats,)),), 860),
    )


_WALKS: dict[str, Callable[[Team], Awaitable[tuple[Scene, ...]]]] = {
    "discord-czech": _in_czech,
    "discord-answer": _answer_and_sources,
    "discord-compare": _comparison,
    "discord-models": _models,
}
"""By the first scene of each, in the order in which they are played: what is answered stands in the statistics."""


# --- the team and its Sova ------------------------------------------------------------------------------------------


@asynccontextmanager
async def _team() -> AsyncIterator[Team]:
    async with Discord() as discord:
        guild = discord.guild()
        people = (guild.person("Anna"), guild.person("Bo"), guild.person("Cyril", locale="cs"))
        settings = {
            "SOVA_DISCORD_TOKEN": discord.token,
            "SOVA_DISCORD_API_URL": discord.api_url,
            "SOVA_DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        async with serving(settings):
            await discord.until_ready()
            yield Team(discord, guild, *people)


def _whole(place: Channel, answers: int) -> Post | None:
    """An answer that has ended has buttons, and none of them stops it."""
    posts = [post for post in place.answers if not post.is_ephemeral]
    is_whole = len(posts) >= answers and posts[-1].buttons and ":stop:" not in posts[-1].buttons[0].custom_id
    return posts[-1] if is_whole else None


def _votes(post: Post) -> list[str]:
    """The words of the buttons by which people prefer an answer."""
    return [button.custom_id for button in post.buttons if "compare-vote" in button.custom_id]


def _shown(interaction: Interaction) -> Post | None:
    posts = [*filter(None, [interaction.answer]), *interaction.follow_ups]
    return next((post for post in posts if not post.is_loading), None)
