"""Owns `/compare`: one question to several models, side by side, and the votes on whose answer people prefer."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.access import LOCAL_PLATFORM, Access, Permission
from bot.assistant.comparing import Comparing
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.comparing.card import SAME, VOTE, contest_card, poll_card, vote_actions
from bot.commands.comparing.contest import Contest, Seats
from bot.commands.comparing.contestants import BLIND_WORDS, PLACES, Choosing, Named, read
from bot.commands.comparing.table import ratings, ratings_table
from bot.errors import AssistantError, ComparisonGone, NoSuchAnswer, NotAnsweredHere
from bot.messages import ConversationKey, Incoming
from bot.places import Response, resolve, response
from bot.ports import AnswerIn, Comparison, Comparisons, PlaceSettings
from bot.ports.comparisons import MOST_COMPARED, NO_DIFFERENCE

logger = logging.getLogger(__name__)

NAME = "compare"
_YES, _NO = "yes", "no"
_YES_WORDS = {"ano": _YES, "ne": _NO, **dict.fromkeys(BLIND_WORDS, _YES)}
_SAME_WORDS = dict.fromkeys(("0", "=", "none", "draw", "remíza", "stejné"), SAME)


def concerns_others(values: Values) -> bool:
    """Whether a question is put: its answers are for everybody there, as other answers are."""
    return "question" in values


class Compare:
    """Has models compared, keeps the votes, and tells what came of all of them."""

    def __init__(
        self,
        comparing: Comparing,
        choosing: Choosing,
        comparisons: Comparisons,
        *,
        access: Access,
        places: PlaceSettings | None = None,
        seats: Seats | None = None,
    ) -> None:
        """`places` tells where Sova keeps quiet; `seats` how many compare at a time in this process."""
        self._comparing = comparing
        self._choosing = choosing
        self._comparisons = comparisons
        self._access = access
        self._places = places
        self._seats = seats or Seats()

    def commands(self) -> tuple[Command, ...]:
        """`/compare [question] [first] [second] [third] [fourth] [blind]` and `/compare-vote <comparison> <answer>`."""
        models = (Parameter(place, completions=self._others) for place in PLACES)
        blind = Parameter("blind", choices=(_YES, _NO), aliases=_YES_WORDS)
        numbers = tuple(map(str, range(1, MOST_COMPARED + 1)))
        answer = Parameter("answer", required=True, choices=(*numbers, SAME), aliases=_SAME_WORDS)
        return (
            Command(
                NAME,
                self._run,
                (Parameter("question"), *models, blind),
                concerns_others=concerns_others,
                takes_sentence=True,
            ),
            Command(VOTE, self._vote, (Parameter("comparison", required=True), answer), listed=False),
        )

    async def open(self, named: Named, invocation: Invocation) -> Contest:
        """A comparison of the models that are `named`, or of the usual ones; nobody is asked yet.

        Raises `NotAnsweredHere`, `NotAllowed` (naming a model takes what choosing one does), and what is wrong with the
        models.
        """
        await self._demand_answers(invocation.conversation)
        meant, models = await self._choosing.models(named, invocation)
        if meant.models:
            self._access.demand(
                Permission.SWITCH, invocation.author, invocation.conversation, action=f"/{NAME} … {meant.models[0]}"
            )
        way = await self._choosing.way(models)
        return Contest(meant.question, models, way=way, is_blind=meant.is_blind)

    async def cards(self, contest: Contest, invocation: Invocation) -> AsyncGenerator[Card, None]:
        """How it goes, and with the last card what to vote for.

        Raises what the assistant would before it answers, `StillComparing` and `TooManyComparisons`.
        """
        say, place = invocation.say, invocation.conversation
        with self._seats.taken(place.platform, invocation.author.id):
            prepared = await self._comparing.prepare(_incoming(contest.question, invocation), contest.models)
            contest.is_declined = prepared.is_declined
            if contest.is_declined:
                yield contest_card(contest, say)
                return
            notes = tuple(map(say.of_notice, prepared.notices))
            async with aclosing(contest.run(self._comparing, prepared)) as news:
                async for _ in news:
                    if not contest.has_ended:
                        yield contest_card(contest, say, notes=notes)
        yield await self._ended(contest, invocation, notes=notes)

    async def _run(self, invocation: Invocation, values: Values) -> Card | LiveCard:
        named = read(values)
        if named is None:
            return await self._table(invocation)
        contest = await self.open(named, invocation)
        return LiveCard(self.cards(contest, invocation))

    async def _ended(self, contest: Contest, invocation: Invocation, *, notes: Sequence[str]) -> Card:
        """Where nobody can vote, nothing is hidden either."""
        say, actions = invocation.say, vote_actions(contest, invocation.say)
        if not actions:
            contest.is_blind = False
            return contest_card(contest, say, notes=notes)
        try:
            await self._comparisons.keep(contest.record(at=invocation.at))
        except AssistantError as error:
            logger.warning("a comparison isn't kept, so nobody can vote: %s", error)
            contest.is_blind = False
            return contest_card(contest, say, notes=(*notes, say("compare-no-votes"), say.of_error(error)))
        return replace(contest_card(contest, say, notes=notes), actions=actions)

    async def _table(self, invocation: Invocation) -> Card:
        say = invocation.say
        rated = await ratings(self._comparisons)
        text = say("ratings-how" if rated else "ratings-nothing")
        return Card(say("compare-title"), text, tables=(ratings_table(say, rated),) if rated else ())

    async def _vote(self, invocation: Invocation, values: Values) -> Card:
        id_ = values["comparison"].strip().lower()
        choice = NO_DIFFERENCE if values["answer"] == SAME else int(values["answer"])
        found = await self._comparisons.find(id_)
        if found is None:
            raise ComparisonGone(id=id_)
        _demand_answer(found, choice)
        platform, author = invocation.conversation.platform, invocation.author.id
        poll = await self._comparisons.vote(id_, platform=platform, author=author, choice=choice)
        if poll is None:
            raise ComparisonGone(id=id_)
        return poll_card(poll, choice, invocation.say)

    async def _others(self, invocation: Invocation) -> Sequence[str]:
        """Every model but those that are given already."""
        taken = {invocation.given.get(place) for place in PLACES}
        return [name for name in await self._choosing.names() if name not in taken]

    async def _demand_answers(self, conversation: ConversationKey) -> None:
        if self._places is None or conversation.platform == LOCAL_PLATFORM:
            return
        chosen = await self._places.chosen(conversation)
        rules = resolve(chosen, conversation, answer_in=AnswerIn.THREAD)
        if response(rules, is_explicit=True) is not Response.ANSWER:
            raise NotAnsweredHere


def _demand_answer(comparison: Comparison, choice: int) -> None:
    answers = tuple(at for at, one in enumerate(comparison.contestants, start=1) if one.answered)
    if choice != NO_DIFFERENCE and choice not in answers:
        raise NoSuchAnswer(number=choice, answers=tuple(map(str, answers)))


def _incoming(question: str, invocation: Invocation) -> Incoming:
    return Incoming(
        id=invocation.id,
        conversation=invocation.conversation,
        author=invocation.author,
        text=question,
        received_at=invocation.at,
        language=invocation.language,
    )
