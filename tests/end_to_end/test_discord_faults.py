"""What people do to their own questions while they are answered, and what they attach: the whole of Sova in Discord."""

import asyncio
import struct
import zlib

from tests.doubles.discord import Post
from tests.end_to_end import test_discord as whole
from tests.end_to_end.test_discord import QUESTION, Office, is_growing
from tests.hostile.files import docx, paragraph, zip_bomb_as_docx

office = whole.office


async def answered(office: Office, *words: str) -> list[Post]:
    """The only thread's answers, once they are complete and each says its words."""

    def complete() -> list[Post] | None:
        answers = office.general.threads[-1].answers if office.general.threads else []
        fits = len(answers) == len(words) and all(word in post.text for word, post in zip(words, answers, strict=True))
        return answers if fits and not any(map(is_growing, answers)) else None

    async with asyncio.timeout(20):
        return await office.discord.until(complete)


async def test_a_question_that_is_changed_while_it_is_answered_is_answered_as_it_reads_now(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.serving():
        await office.discord.until_ready()
        question = office.ask(QUESTION)
        await office.engine.speaking.wait()
        office.anna.edits(question, f"{office.discord.mention} How long is the probation period?")
        await answered(office, "Stopped")
        office.engine.may_end.set()
        await answered(office, "Stopped", "You asked: How long is the probation period?.")
    assert len(office.general.threads) == 1


async def test_a_question_that_is_deleted_while_it_is_answered_is_answered_no_further(office: Office) -> None:
    office.engine.may_end.clear()
    async with office.serving():
        await office.discord.until_ready()
        question = office.ask(QUESTION)
        await office.engine.speaking.wait()
        office.anna.deletes(question)
        await answered(office, "Stopped")


async def test_bombs_giants_and_damaged_files_are_named_beside_the_answer_and_end_nothing(office: Office) -> None:
    files = [
        ("bomb.docx", zip_bomb_as_docx()),
        ("giant.png", huge_picture()),
        ("heavy.pdf", b"%PDF-1.7" + bytes(10_100_000)),
        ("damaged.pdf", b"%PDF-1.7 and then nothing"),
        ("plan.docx", docx(paragraph("The offsite is in May."))),
    ]
    async with office.serving():
        await office.discord.until_ready()
        office.general.says(office.anna, "What is planned?", mention=True, files=files)
        (answer,) = await answered(office, "You asked")
        office.ask("And now?")
        await office.answer("And now?", questions=2)
    assert [name for name, _ in files[:4] if name not in answer.text] == []


def huge_picture() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few kilobytes, as far as its head tells."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    )
