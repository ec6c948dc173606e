import asyncio

import pytest

from bot.chat.controls.responding import carried_out
from bot.errors import NotTheirs
from bot.messages import Language
from bot.wording import speak

CZECH = speak(Language.CZECH)


async def told(error: BaseException | None) -> list[str]:
    """What the person is told when `error` ends the work."""
    sentences: list[str] = []

    async def work() -> None:
        if error:
            raise error

    async def tell(sentence: str) -> None:
        sentences.append(sentence)

    await carried_out(work(), say=CZECH, tell=tell)
    return sentences


async def test_what_is_done_needs_no_word() -> None:
    assert await told(None) == []


async def test_a_refusal_is_told_in_the_persons_language() -> None:
    assert await told(NotTheirs()) == [CZECH.of_error(NotTheirs())]


async def test_a_fault_of_ours_is_told_without_its_words_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert await told(RuntimeError("secret")) == [CZECH("error-unexpected")]
    assert "by a fault of ours" in caplog.text


async def test_who_is_cancelled_tells_nothing() -> None:
    with pytest.raises(asyncio.CancelledError):
        await told(asyncio.CancelledError())
