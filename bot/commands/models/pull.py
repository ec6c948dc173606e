"""Owns `/model-pull` and `/model-pause`: having the engine fetch a model while everybody who wants it watches."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.access import Permission
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit_advice import Advice, Wanted
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.pull_card import ANYWAY, PAUSE, PULL, doubtful_card, pull_card
from bot.errors import AssistantError
from bot.models.catalogue import CATALOGUE
from bot.models.fit_verdict import Verdict
from bot.models.naming import same
from bot.models.pull import Pull, PullEnd
from bot.models.pulls import Pulls
from bot.ports import ChatModel, ModelInfo
from bot.wording import Wording

_ANYWAY_WORDS = {"yes": ANYWAY, "ano": ANYWAY, "přesto": ANYWAY, "presto": ANYWAY}


@dataclass(frozen=True, slots=True)
class Pulling:
    """Has models fetched. Without an `advisor` nobody is warned of those that don't fit."""

    engine: ChatModel
    pulls: Pulls
    advisor: FitAdvisor | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/model-pull NAME [anyway]` and `/model-pause NAME`."""
        anyway = Parameter(ANYWAY, choices=(ANYWAY,), aliases=_ANYWAY_WORDS)
        name = Parameter("name", required=True, completions=self._likely)
        running = Parameter("name", required=True, completions=self._running)
        return (
            Command(PULL, self._pull, (name, anyway), permission=Permission.PULL, needs=_to_pull),
            Command(PAUSE, self._pause, (running,), permission=Permission.PULL, needs=_to_pull),
        )

    async def _pull(self, invocation: Invocation, values: Values) -> Card | LiveCard:
        name, say = values["name"].strip(), invocation.say
        doubts = await self.doubts(name, say)
        if doubts and ANYWAY not in values:
            return doubtful_card(name, doubts, say)
        pull = self.pulls.begin(name, by=invocation.author.name or invocation.author.id)
        return LiveCard(self.cards(pull, say, doubts=doubts))

    async def doubts(self, name: str, say: Wording) -> tuple[str, ...]:
        """Why `name` had better not be fetched; nothing where it fits, nobody knows, or it is on its way already.

        Raises `CannotManageModels` or `RemoteModelRefused`.
        """
        self.pulls.demand(name)
        return () if self._is_running(name) else _doubts(await self._advice(name), say)

    async def cards(self, pull: Pull, say: Wording, *, doubts: Sequence[str] = ()) -> AsyncGenerator[Card, None]:
        """The pull as it goes on. Closing them ends only the watching: others may watch, too."""
        async with aclosing(pull.states()) as states:
            async for state in states:
                verdict = await self._verdict(state.info) if state.end is PullEnd.DONE else None
                yield pull_card(state, say, doubts=doubts, verdict=verdict)

    async def _pause(self, invocation: Invocation, values: Values) -> Card:
        name, say = values["name"].strip(), invocation.say
        state = await self.pulls.pause(name)
        if state is None:
            return Card(say("pull-title", model=name), say("pull-not-running", model=name))
        if state.end is PullEnd.DONE:
            return Card(say("pull-title", model=name), say("pull-finished-meanwhile", model=name))
        return pull_card(state, say)

    def _is_running(self, name: str) -> bool:
        return any(same(state.model) == same(name) for state in self.pulls.running)

    async def _advice(self, name: str) -> Advice | None:
        """Whether it would fit; None where its name doesn't tell how large it is, or it runs elsewhere."""
        if self.advisor is None:
            return None
        try:
            advice = await self.advisor.advise(Wanted(name))
        except AssistantError:  # what can't be judged is fetched without a judgement
            return None
        return advice if advice.is_here else None

    async def _verdict(self, info: ModelInfo | None) -> Verdict | None:
        if self.advisor is None or info is None:
            return None
        return (await self.advisor.verdicts([info])).get(info.name)

    async def _likely(self, _invocation: Invocation) -> tuple[str, ...]:
        """What isn't finished, and for the embedded engine what its catalogue has."""
        begun = [note.model for note in await self.pulls.unfinished()]
        listed = [model.name for model in CATALOGUE if model.for_people] if self.engine.engine == "embedded" else []
        return tuple(dict.fromkeys((*begun, *listed)))

    async def _running(self, _invocation: Invocation) -> tuple[str, ...]:
        return tuple(state.model for state in self.pulls.running)


def _to_pull(_values: Values) -> Permission:
    return Permission.PULL


def _doubts(advice: Advice | None, say: Wording) -> tuple[str, ...]:
    """Why it had better not be fetched; nothing where it fits."""
    if advice is None or advice.now.fits:
        return ()
    told = [say("fit-verdict", model=advice.model.name, place="nowhere", layers=0, of=advice.now.layers)]
    if advice.quantization:
        told.append(say("fit-better", quantization=advice.quantization, place="ram"))
    if advice.empty.fits:
        told.append(say("fit-empty", place=advice.empty.place.value))
    return tuple(told)
