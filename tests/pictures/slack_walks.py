"""Owns the walks through Slack that pictures are taken of: a team in the loopback Slack, and what it does there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.messages import Language
from tests.doubles.slack import Manifest, Person, Place, Post, Slack, View, slack_service
from tests.end_to_end.slack_office import control, is_whole
from tests.end_to_end.sova import Sova
from tests.pictures.from_slack import channel_pane, form, home_pane, said, sheet, thread_pane
from tests.pictures.handbook import COMPARED, PATIENCE_S, serving
from tests.pictures.scene import Pane, Scene, Theme


@dataclass(frozen=True, slots=True)
class Team:
    """Who is in the loopback Slack."""

    slack: Slack
    anna: Person
    bo: Person
    cyril: Person

    async def answered(self, place: Place, *, answers: int = 1) -> Post:
        """The last answer in a place, once it is whole and there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.slack.until(lambda: _whole(place, answers))

    async def window(self, person: Person, words: str) -> View:
        """The window in front of somebody, once it says this."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.slack.until(lambda: person.modal if words in str(person.modal) else None)


async def played(only: Collection[str] = ()) -> tuple[Scene, ...]:
    """The scenes of one walk after the other: of all of them, or of those whose first scene is called so."""
    walks = [walk for name, walk in _WALKS.items() if not only or name in only]
    if not walks:
        return ()
    async with _team() as team:
        return tuple([scene for walk in walks for scene in await walk(team)])


# --- the walks ------------------------------------------------------------------------------------------------------


async def _answer_and_sources(team: Team) -> tuple[Scene, Scene]:
    """A mention, a thread, a further question there without one; then what is behind the buttons."""
    general = team.slack.team.channel("general")
    await team.bo.says(general, "In long chats it no longer knows what I told it at the start. 🤔")
    root = await team.anna.says(general, "Why does the model forget the beginning of a long chat?", mention=True)
    first = await team.answered(general)
    await team.bo.says(general, "How do I change the context length in Ollama?", thread=root)
    await team.answered(general, answers=2)
    await team.bo.says(general, "Thanks! I'll make it longer, and begin anew for each subject.")
    panes = (channel_pane(general), thread_pane(general, root, share=2))
    return Scene("slack-answer", panes, 1120), await _behind_the_buttons(team, general, first)


async def _behind_the_buttons(team: Team, place: Place, answer: Post) -> Scene:
    await team.anna.presses(answer, control(answer, "sources"))
    sources = await team.window(team.anna, "[1]")
    left = Pane("📚", sources.told["title"]["text"], (sheet(team.slack.world, sources),), 3)
    await team.anna.closes(sources)
    await team.anna.presses(answer, control(answer, "down"))
    why, reason = await team.window(team.anna, "reason"), "Right, but I also want to know what I can do about it."
    filled = form(why, reason)
    await team.anna.submits(why, {"reason": reason})
    thanks = await team.slack.seen(place, lambda post: post.only_for)
    return Scene("slack-sources", (left, Pane("👎", "Not helpful", (filled, said(thanks)), 2)), 1120)


async def _in_czech(team: Team) -> tuple[Scene]:
    """A question and its answer in a direct message, in a client that is set to Czech and bright."""
    place = team.cyril.direct
    root = await team.cyril.says(place, "První odpověď je pomalá, další rychlé. Proč?")
    await team.answered(place)
    await team.cyril.says(place, "Jak ho v paměti udržím?", thread=root)
    await team.answered(place, answers=2)
    pane = thread_pane(place, root, title="Sova")
    return (Scene("slack-czech", (pane,), 760, Theme.LIGHT, Language.CZECH),)


async def _home(team: Team) -> tuple[Scene]:
    """Sova's own page, as an administrator sees it."""
    await team.anna.opens_home()
    async with asyncio.timeout(PATIENCE_S):
        await team.slack.until(lambda: team.anna.home)
    return (Scene("slack-home", (home_pane(team.anna),), 860),)


async def _comparison(team: Team) -> tuple[Scene]:
    """Two models answer the same question before everybody; then somebody votes, which nobody else sees."""
    place = team.slack.team.channel("models")
    await team.anna.runs("/sova-compare", f"What is quantization? {' '.join(COMPARED)}", place)
    async with asyncio.timeout(PATIENCE_S):
        card = await team.slack.until(lambda: next((post for post in place.answers if _votes(post)), None))
    await team.bo.presses(card, _votes(card)[0])
    vote = await team.slack.seen(place, lambda post: post.only_for == team.bo.id)
    lines = (said(card, used="Anna /sova-compare"), said(vote))
    return (Scene("slack-compare", (Pane("#", place.name, lines),), 860, Theme.LIGHT),)


async def _summary(team: Team) -> tuple[Scene]:
    """People discuss something, and who comes later has it summed up."""
    place = team.slack.team.channel("printers")
    for number, words in enumerate(_DISCUSSION):
        await (team.bo, team.cyril)[number % 2].says(place, words)
    discussed = channel_pane(place, share=2)
    await team.anna.runs("/sova-summarize", "form:notes", place)
    async with asyncio.timeout(PATIENCE_S):
        summary = await team.slack.until(lambda: next((post for post in place.answers if _is_summary(post)), None))
    shown = Pane("👁", "Anna", (said(summary, used="Anna /sova-summarize"),), 3)
    return (Scene("slack-summary", (discussed, shown), 1120),)


_WALKS: dict[str, Callable[[Team], Awaitable[tuple[Scene, ...]]]] = {
    "slack-czech": _in_czech,
    "slack-answer": _answer_and_sources,
    "slack-home": _home,
    "slack-compare": _comparison,
    "slack-summary": _summary,
}
"""By the first scene of each, in the order in which they are played."""
_DISCUSSION = (
    "The print server crashed again, twice this week. It is eight years old.",
    "I asked for offers: a new one is 1,450 euros at Dell, 1,290 at HP.",
    "HP took three weeks to repair the last one. We decided to take Dell, then.",
    "Agreed, Dell it is. I'll order it by Friday.",
    "Good. I'll move the queues on Monday evening, after six.",
    "Who tells the branch in Brno? They print from their own network.",
    "No idea yet. Does their firewall let our new address through?",
    "I'll ask Petra tomorrow.",
)


# --- the team and its Sova ------------------------------------------------------------------------------------------


@asynccontextmanager
async def _team() -> AsyncIterator[Team]:
    async with slack_service(manifest=await _manifest()) as slack:
        people = (slack.team.person("Anna"), slack.team.person("Bo"), slack.team.person("Cyril", locale="cs-CZ"))
        settings = {
            "SOVA_SLACK_BOT_TOKEN": slack.bot_token,
            "SOVA_SLACK_APP_TOKEN": slack.app_token,
            "SOVA_SLACK_API_URL": slack.base_url,
            "SOVA_ADMINS": f"slack:{people[0].id}",
        }
        async with serving(settings):
            await slack.until_connected(2)
            yield Team(slack, *people)


async def _manifest() -> Manifest:
    """What Slack was told of the app."""
    with TemporaryDirectory(prefix="s") as folder:
        return Manifest.read((await Sova(Path(folder))("manifest", "slack")).json)


def _votes(post: Post) -> list[str]:
    """The words of the buttons by which people prefer an answer."""
    return [button.value for button in post.buttons if "compare-vote" in button.value]


def _is_summary(post: Post) -> bool:
    """One that is there can be had in another form."""
    return any("summarize" in button.value and "stop" not in button.value for button in post.buttons)


def _whole(place: Place, answers: int) -> Post | None:
    posts = [post for post in place.answers if not post.only_for]
    return posts[-1] if len(posts) >= answers and is_whole(posts[-1]) else None
