"""Owns one turn's answer: prompt the engine, pass on what it says, and tell how it went."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from hashlib import blake2b

from bot.assistant.limits import Limits
from bot.assistant.listening import Emit, Listener
from bot.assistant.loops import LoopWatch
from bot.assistant.opening import opening_of
from bot.assistant.prompting import Budget, Prompt, compose
from bot.assistant.said import Asked, Clock, Said
from bot.assistant.turn_line import log_answered
from bot.errors import AssistantError, ContextExceeded, EngineError, ModelFileMissing, UnknownModel
from bot.messages import ConversationKey, FinishReason, Notice, Reply, ReplyDelta
from bot.output.sanitizer import Sanitizer
from bot.personas.parameters import Parameters
from bot.personas.persona import Persona
from bot.ports import ChatModel, CompletionDelta, CompletionEnd, CompletionRequest
from bot.retrieval import judging
from bot.retrieval.declining import FROM_REMARKS, GENERAL_KNOWLEDGE
from bot.retrieval.grounding import Style, style_for
from bot.tokens import TokenScale

logger = logging.getLogger(__name__)


BESIDE_FILES = 0.5
"""The share of their room that passages get beside files or remarks: both together must not take twice the time."""


Explain = Callable[[EngineError], Awaitable[EngineError]]
"""Gives an engine's error back with what helps; never raises."""


class _Looping(Exception):
    """The completion goes round in circles: nothing more is to be heard of it."""


class PinnedModelGone(Exception):
    """The engine has lost the model that somebody pinned, and nothing was said yet."""


class Answering:
    """Asks one engine. What it learns about a model's tokens is kept from turn to turn."""

    def __init__(self, engine: ChatModel, *, limits: Limits, clock: Clock, explain: Explain | None = None) -> None:
        self._engine = engine
        self._explain = explain or _as_it_is
        self._limits = limits
        self._clock = clock
        self._listener = Listener(engine, limits=limits)
        self._scales: defaultdict[str, TokenScale] = defaultdict(TokenScale)
        self._contexts: dict[str, int] = {}
        self._styles: dict[str, Style] = {}

    async def run(self, asked: Asked, emit: Emit) -> tuple[Reply, AssistantError | None]:
        """Answer, emitting progress and deltas. Gives what was said, and the error that ended it early, if one did.

        Raises `PinnedModelGone` before anything is said, for whoever knows which model is the next choice.
        Being cancelled means being stopped: the reply then says so and holds what was said so far.
        """
        output = Sanitizer(link_hosts=self._limits.link_hosts)
        said = Said(asked=asked, engine=self._engine.engine, clock=self._clock, output=output)
        failure: AssistantError | None = None
        try:
            await self._answer(said, emit)
        except asyncio.CancelledError:
            _take_back_cancellation()
            said.finish_reason = FinishReason.STOPPED
        except AssistantError as error:
            said.finish_reason = FinishReason.INTERRUPTED
            failure = error
        _emit_text(said.break_off(), emit)
        reply = said.reply()
        passages = len(said.grounding.passages) if said.grounding else 0
        log_answered(asked.incoming, reply, passages=passages, error=failure)
        if failure:
            logger.error("turn failed: %s", failure)
        return reply, failure

    def declines(self, asked: Asked) -> bool:
        """Whether no model is asked, for the documents that were searched hold nothing about the question."""
        return not _is_covered(asked) and self._instead_of_documents(asked) is None

    async def _answer(self, said: Said, emit: Emit) -> None:
        """Answer from what was found, attached or said before, without where nothing was searched, or decline."""
        grounds = said.asked.grounds
        if grounds is None or _is_covered(said.asked):
            await self._from_engine(said, emit)
        elif basis := self._instead_of_documents(said.asked):
            said.notices += (basis,)
            await self._from_engine(said, emit)
        else:
            _emit_text(said.decline(grounds), emit)

    def _instead_of_documents(self, asked: Asked) -> Notice | None:
        """What an answer rests on that the documents don't hold, to be told with it; None where there is to be none."""
        if asked.may_be_about_remarks:
            return FROM_REMARKS
        return GENERAL_KNOWLEDGE if self._limits.general_knowledge else None

    async def _from_engine(self, said: Said, emit: Emit) -> None:
        try:
            share = BESIDE_FILES if said.asked.files or said.asked.context else 1.0
            said.ground(await self._style(said.asked), budget=self._limits.passage_tokens * share)
            said.trust = await self._trust(said, emit)
            if said.trust >= judging.CALIBRATED.least:
                await self._say(said, emit)
            elif basis := self._instead_of_documents(said.asked):
                said.notices += (basis,)
                said.unground()
                await self._say(said, emit)
            else:
                said.abstain()
        except EngineError as error:
            if said.asked.is_pinned and not said.completion and isinstance(error, UnknownModel | ModelFileMissing):
                raise PinnedModelGone from error
            explained = await self._explain(error)
            instead = said.passages_instead(explained)
            if instead is None:
                raise explained from error
            logger.warning("the engine failed, the passages answer instead: %s", explained)
            emit(instead)
        else:
            _emit_all(said.close(), emit)

    async def _trust(self, said: Said, emit: Emit) -> float:
        """How likely the passages that the model is given hold the answer, from 0 to 1.

        Only a model that is too small to cite is judged: it would answer from any passages, a larger one declines.
        Where there is a file, nobody is: the passages need not hold what the file does.
        """
        grounds, grounding = said.asked.grounds, said.grounding
        if grounds is None or grounding is None or grounding.style is Style.MODEL_CITES or grounding.has_files:
            return 1.0
        signs = dict(grounds.signs)
        for question in judging.QUESTIONS:
            odds = await self._judge(question, said, emit)
            if odds is not None:
                signs[question.name] = odds
        trust = judging.trust(signs)
        logger.info("passages judged: model=%s trust=%.2f", said.asked.model, trust)
        return trust

    async def _judge(self, asked: judging.JudgeQuestion, said: Said, emit: Emit) -> float | None:
        """The odds that the model gives the passages; None when it can't be asked or says something else."""
        words: list[str] = []
        prompt = await self._prompt(said, instruction=judging.put(said.asked.question), question=asked.text)
        request = CompletionRequest(
            said.asked.model,
            prompt.messages,
            max_tokens=1,
            temperature=0.0,
            alternatives=judging.ALTERNATIVES,
            cache_key=cache_key(said.asked.incoming.conversation),
        )
        try:
            end = await self._listener.listen(request, hear=lambda delta: words.append(delta.text), emit=emit)
        except ContextExceeded as error:
            self._learn_context(said.asked.model, prompt, error)
            return None
        return judging.log_odds(asked, "".join(words), end.alternatives)

    async def _say(self, said: Said, emit: Emit) -> None:
        asked = said.asked
        prompt = await self._answer_prompt(said)
        try:
            await self._hear(prompt, said, emit)
        except ContextExceeded as error:
            self._learn_context(asked.model, prompt, error)
            prompt = await self._answer_prompt(said)
            await self._hear(prompt, said, emit)
        said.notices += prompt.notices
        said.notices += self._check_count(asked.model, prompt, said.end)

    async def _style(self, asked: Asked) -> Style:
        """Who cites; asked from the engine once per model, and only where there is something to cite."""
        if asked.grounds is None and not asked.files:
            return Style.CORE_CITES
        if asked.model not in self._styles:
            model = await self._engine.model(asked.model)
            self._styles[asked.model] = style_for(model.parameters, setting=self._limits.citing)
        return self._styles[asked.model]

    async def _answer_prompt(self, said: Said) -> Prompt:
        instruction = said.grounding.instruction if said.grounding else ""
        return await self._prompt(said, instruction=instruction, question=said.asked.question)

    async def _prompt(self, said: Said, *, instruction: str, question: str) -> Prompt:
        asked = said.asked
        run_with = min(await self._engine.context_tokens(asked.model), self._contexts.get(asked.model, 2**31))
        context = min(run_with, narrowed_context(asked.persona))
        budget = Budget(context, answer_tokens(asked.persona, self._limits), factor=self._scales[asked.model].factor)
        return compose(
            question,
            asked.turns,
            budget=budget,
            context=said.grounding.context if said.grounding else "",
            instruction=instruction,
            hinted=said.grounding is not None and said.grounding.has_files,
            attached=asked.attached,
            remarks=asked.context,
            turn_id=asked.incoming.id,
            images=asked.images,
            opening=opening_of(asked.persona, context_tokens=context),
        )

    async def _hear(self, prompt: Prompt, said: Said, emit: Emit) -> None:
        answer, thinking = LoopWatch(), LoopWatch()

        def hear(delta: CompletionDelta) -> None:
            emit(said.hear(delta))
            if answer.hears(delta.text) or thinking.hears(delta.thinking):
                raise _Looping

        try:
            request = completion_request(said.asked, prompt, limits=self._limits)
            said.conclude(await self._listener.listen(request, hear=hear, emit=emit))
        except _Looping:
            logger.warning("the model repeated itself and was stopped: model=%s", said.asked.model)
            said.conclude_repeating()

    def _learn_context(self, model: str, prompt: Prompt, error: ContextExceeded) -> None:
        """The engine has counted: believe it about this model's context and about the length of such texts."""
        self._contexts[model] = error.context_tokens
        self._scales[model].learn(estimated=prompt.estimated_tokens, reported=error.prompt_tokens)

    def _check_count(self, model: str, prompt: Prompt, end: CompletionEnd | None) -> tuple[Notice, ...]:
        """Hold the engine's count of the prompt against ours: some engines cut a prompt and say nothing.

        What a picture takes differs by the model and by more than such a cut would be.
        """
        reported = end.usage.prompt_tokens if end else None
        if reported is None or any(message.images for message in prompt.messages):
            return ()
        scale = self._scales[model]
        if not scale.looks_cut(estimated=prompt.estimated_tokens, reported=reported):
            scale.learn(estimated=prompt.estimated_tokens, reported=reported)
            return ()
        expected = round(prompt.estimated_tokens * scale.low)
        logger.error("prompt truncated by the engine: model=%s reported=%d expected>=%d", model, reported, expected)
        return (Notice("prompt-truncated", {"reported": reported, "expected": expected}),)


def completion_request(asked: Asked, prompt: Prompt, *, limits: Limits) -> CompletionRequest:
    """What the engine is asked for: within the operator's limits, as the persona wants it where there is one."""
    parameters = asked.persona.parameters if asked.persona else Parameters()
    return CompletionRequest(
        asked.model,
        prompt.messages,
        max_tokens=answer_tokens(asked.persona, limits),
        temperature=limits.temperature if parameters.temperature is None else parameters.temperature,
        seed=limits.seed if parameters.seed is None else parameters.seed,
        cache_key=cache_key(asked.incoming.conversation),
        sampling=parameters.sampling,
    )


def narrowed_context(persona: Persona | None) -> int:
    """To how many tokens a persona narrows what is read: in the prompt alone, for engines would load a model anew."""
    return (persona.parameters.num_ctx if persona else None) or 2**31


def answer_tokens(persona: Persona | None, limits: Limits) -> int:
    """How long an answer may be: the operator's limit, or the persona's where that is less."""
    wanted = (persona.parameters.num_predict if persona else None) or 0
    return min(wanted, limits.answer_tokens) if wanted > 0 else limits.answer_tokens


async def _as_it_is(error: EngineError) -> EngineError:
    """For where nobody knows what helps."""
    return error


def _is_covered(asked: Asked) -> bool:
    """Whether nothing was searched, or something was found, or a file may hold the answer."""
    return asked.grounds is None or asked.grounds.is_relevant or asked.may_be_about_files


def cache_key(conversation: ConversationKey) -> str:
    """What all requests of a conversation have in common for an engine, without telling which one it is."""
    return blake2b(str(conversation).encode(), digest_size=8).hexdigest()


def _emit_text(text: str, emit: Emit) -> None:
    _emit_all(ReplyDelta(text), emit)


def _emit_all(delta: ReplyDelta, emit: Emit) -> None:
    if delta.text:
        emit(delta)


def _take_back_cancellation() -> None:
    """Being stopped is handled here; what follows in this task (storing the turn) must run undisturbed."""
    task = asyncio.current_task()
    if task:
        task.uncancel()
