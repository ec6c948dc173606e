"""Owns `/sources`: the passages that the last answer rests on, read again from the index for whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.commands.cards import Action, Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.messages import Citation, Place, Turn
from bot.ports import Chunk, History, PassageIndex
from bot.retrieval.declining import excerpt
from bot.retrieval.scopes import Scopes
from bot.retrieval.unmarked import unmarked
from bot.wording import Wording

SHOWN_CHARACTERS = 900
"""Of each passage, where several are shown; one alone is shown whole."""

OFFERED = 3


class KnowsScopes(Protocol):
    """Whoever knows who may read what."""

    async def read(self) -> Scopes:
        """The scopes that hold now."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Shows sources. Who may see them is asked again each time: a scope may have changed since the answer."""

    history: History
    index: PassageIndex
    scopes: KnowsScopes

    def commands(self) -> tuple[Command, ...]:
        """`/sources [number]`; `answer` is the id of a turn, where it isn't the last one that was answered."""
        number = Parameter("number", completions=self._numbers)
        return (Command("sources", self._run, (number, Parameter("answer", offered=False))),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        say = invocation.say
        turns = await self.history.turns(invocation.conversation)
        title, turn = say("sources-title"), _last_answered(turns)
        if "answer" in values:
            title, turn = say("sources-title-one"), _turn(turns, values["answer"])
            if turn is None:
                return Card(title=title, text=say("sources-forgotten"))
        if turn is None or not turn.citations:
            return Card(title=title, text=say("sources-without" if turn else "sources-none-yet"))
        chosen = _chosen(turn.citations, values.get("number"))
        if not chosen:
            known = ", ".join(f"[{citation.n}]" for citation in turn.citations)
            return Card(title, say("sources-no-such", number=values["number"], known=known))
        scopes = await self.scopes.read()
        readable = scopes.readable(invocation.conversation, invocation.author)
        room = None if len(chosen) == 1 else SHOWN_CHARACTERS
        shown = []
        for one in chosen:
            if one.attached:
                shown.append(_attached(one, turns, say, room=room))
            elif scopes.scope_of(one.document) in readable:
                shown.append(_entry(one, await self._chunks(one), say, room=room))
            else:
                shown.append(_guarded(one, say))
        return Card(title, "\n\n".join(shown), actions=_actions(chosen, say))

    async def _numbers(self, invocation: Invocation) -> tuple[str, ...]:
        turn = _last_answered(await self.history.turns(invocation.conversation))
        return tuple(str(citation.n) for citation in turn.citations) if turn else ()

    async def _chunks(self, citation: Citation) -> Sequence[Chunk]:
        """What the index holds today where the source stood."""
        place = citation.place
        return await self.index.chunks(citation.document, first=place.first, last=place.last) if place else ()


def _last_answered(turns: Sequence[Turn]) -> Turn | None:
    """The newest turn that was answered."""
    return next((turn for turn in reversed(turns) if turn.answer), None)


def _turn(turns: Sequence[Turn], id_: str) -> Turn | None:
    """The turn with this id, if it is still remembered."""
    return next((turn for turn in turns if turn.id == id_), None)


def _chosen(citations: Sequence[Citation], number: str | None) -> tuple[Citation, ...]:
    """All of them, or the one with the number that was typed, as `2` or `[2]`."""
    if number is None:
        return tuple(citations)
    return tuple(citation for citation in citations if str(citation.n) == number.strip(" []"))


def _guarded(citation: Citation, say: Wording) -> str:
    """Of what may not be shown here, not even the name is."""
    return f"[{citation.n}] {say('sources-not-allowed')}"


def _entry(citation: Citation, chunks: Sequence[Chunk], say: Wording, *, room: int | None) -> str:
    """One source with its passage."""
    heading = f"[{citation.n}] {_where(citation)}"
    if citation.place is None:
        return f"{heading}\n{say('sources-not-kept')}"
    if not chunks:
        return f"{heading}\n{say('sources-gone')}"
    changed = [] if _is_same(citation.place, chunks) else [say("sources-changed")]
    return "\n".join((heading, *changed, _shown(_together(chunks), room=room)))


def _attached(citation: Citation, turns: Sequence[Turn], say: Wording, *, room: int | None) -> str:
    """A file that came with a question of this conversation; it is never looked for among the documents."""
    heading = f"[{citation.n}] {say('source-attached', name=citation.document)}"
    files = [file.text for turn in turns for file in turn.attached if file.name == citation.document and file.text]
    if not files:
        return f"{heading}\n{say('sources-attached-gone')}"
    return f"{heading}\n{_shown(files[-1], room=room)}"


def _shown(text: str, *, room: int | None) -> str:
    """A passage as people read it; its beginning on one line where there is `room` for no more."""
    read = unmarked(text)
    return read if room is None else excerpt(read, characters=room)


def _where(citation: Citation) -> str:
    return f"{citation.document} › {citation.heading}" if citation.heading else citation.document


def _is_same(place: Place, chunks: Sequence[Chunk]) -> bool:
    return (chunks[0].start, chunks[-1].end) == (place.start, place.end)


def _together(chunks: Sequence[Chunk]) -> str:
    """The text of neighbouring chunks, what they share said once."""
    text = chunks[0].text
    for chunk in chunks[1:]:
        gap = chunk.start - chunks[0].start - len(text)
        text += chunk.text[-gap:] if gap < 0 else "\n" * gap + chunk.text
    return text


def _actions(chosen: Sequence[Citation], say: Wording) -> tuple[Action, ...]:
    """Each source whole, where several are shown."""
    if len(chosen) == 1:
        return ()
    return tuple(Action(say("sources-action-whole", number=one.n), f"sources {one.n}") for one in chosen[:OFFERED])
