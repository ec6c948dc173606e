"""A pinned model that goes from a server behind OpenAI's protocol: the next choice answers, and that is told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.assistant import Assistant
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.errors import EngineRefused
from bot.messages import Author, ConversationKey, Incoming, Language, Reply
from bot.models.selection import ModelSelection
from bot.ports import PinScope
from bot.wording import Wording
from tests.doubles.faulty_openai import FaultyOpenAI, json_reply, listing, refusal, says
from tests.doubles.faulty_openai import Reply as ServerReply
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog

HERE, ULA = ConversationKey("slack", "T1", "C1"), Author("U1", "Ula")
VLLM = refusal(404, message="The model `owl` does not exist.", type="NotFoundError", code=404)
OTHERS = refusal(400, message="model 'owl' not found", type="invalid_request_error")


@dataclass
class House:
    """A Sova on a server with two models, one of which is pinned here."""

    server: FaultyOpenAI
    assistant: Assistant
    engine: OpenAICompatibleEngine

    async def reply(self, number: int) -> Reply:
        *_, last = [event async for event in self.assistant.answer(Incoming(f"{number}", HERE, ULA, "Hello?", 0.0))]
        assert isinstance(last, Reply)
        return last


@pytest.fixture
async def house() -> AsyncIterator[House]:
    history = MemoryHistory()
    await history.pins.pin(PinScope.CHANNEL, HERE, ULA, "owl")
    async with FaultyOpenAI() as server, OpenAICompatibleEngine(server.url) as engine:
        server.pages["/v1/models"] = json_reply(listing("owl", "lark"))
        selection = ModelSelection(engine, history.pins, default="lark")
        assistant = Assistant(engine=engine, history=history, selection=selection, latency=MemoryLatencyLog())
        yield House(server, assistant, engine)


@pytest.mark.parametrize("refused", [VLLM, OTHERS], ids=["404", "400"])
async def test_the_next_choice_answers_and_says_so(house: House, refused: ServerReply) -> None:
    house.server.script += [says("Hoo."), refused, says("Tirra.")]
    assert (await house.reply(1)).notices == ()
    house.server.pages["/v1/models"] = json_reply(listing("lark"))

    reply = await house.reply(2)

    assert (reply.text, reply.model) == ("Tirra.", "lark")
    (notice,) = reply.notices
    said = [Wording(language).of_notice(notice) for language in (Language.ENGLISH, Language.CZECH)]
    assert all("owl" in sentence and "lark" in sentence for sentence in said)


async def test_it_is_not_even_asked_once_the_list_lacks_it_and_answers_again_when_it_is_back(house: House) -> None:
    house.server.script += [says("Tirra."), says("Hoo.")]
    house.server.pages["/v1/models"] = json_reply(listing("lark"))
    assert (await house.reply(1)).model == "lark"
    house.server.pages["/v1/models"] = json_reply(listing("owl", "lark"))
    back = await house.reply(2)
    assert (back.text, back.model, back.notices) == ("Hoo.", "owl", ())


async def test_what_a_server_refuses_for_another_reason_is_no_loss(house: House) -> None:
    house.server.script += [refusal(400, message="temperature must be at most 1")]
    with pytest.raises(EngineRefused):
        await house.reply(1)
