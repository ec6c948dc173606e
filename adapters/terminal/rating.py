"""Owns the form in which a person rates answers at a terminal: one after the other, without seeing whose they are."""

from collections.abc import Awaitable, Callable, Sequence

from rich.console import Console

from adapters.terminal.render import print_line
from adapters.terminal.stdin import lines
from bot.benchmarks.quality import RUBRIC, Blind
from bot.output.sanitizer import sanitized_plain
from bot.wording import Wording

Typed = Callable[[str], Awaitable[str | None]]
"""Asks for a line by a prompt; None when there is no more input."""
Rated = Callable[[Blind, int], Awaitable[None]]
_QUIT = "q"


def keyboard(console: Console, descriptor: int = 0) -> Typed:
    """Asks at the keyboard; leaving never waits for somebody to type."""
    coming = lines(descriptor)

    async def typed(prompt: str) -> str | None:
        console.file.write(prompt)
        console.file.flush()
        line = await anext(coming, None)
        return None if line is None else line.decode(errors="replace")

    return typed


async def rate(console: Console, answers: Sequence[Blind], say: Wording, *, typed: Typed, rated: Rated) -> int:
    """Show each of `answers` and hand its score to `rated` at once, so that nothing is lost; how many are left."""
    print_line(console, say("bench-rate-how"), style="bold")
    left = len(answers)
    for number, answer in enumerate(answers, start=1):
        _show(console, answer, say, number=number, total=len(answers))
        score = await _score(console, say, typed)
        if score is None:
            break
        if score:
            await rated(answer, score)
            left -= 1
    print_line(console, say("bench-rate-left", left=left) if left else say("bench-rate-done"))
    return left


def _show(console: Console, answer: Blind, say: Wording, *, number: int, total: int) -> None:
    aspects = "; ".join(aspect.name for aspect in answer.prompt.aspects) or say("amount-unknown")
    console.print()
    print_line(console, say("bench-rate-number", number=number, total=total), style="bold")
    for key, text in (("question", answer.prompt.text), ("aspects", aspects), ("answer", sanitized_plain(answer.text))):
        print_line(console, f"{say(f'bench-rate-{key}')}:", style="dim")
        print_line(console, text)


async def _score(console: Console, say: Wording, typed: Typed) -> int | None:
    """A number of the rubric, 0 to leave the answer out, None to end."""
    while True:
        line = await typed(say("bench-rate-ask"))
        word = None if line is None else line.strip().lower()
        if word in {None, _QUIT}:
            return None
        if not word:
            return 0
        if word in map(str, RUBRIC):
            return int(word)
        print_line(console, say("bench-rate-again"))
