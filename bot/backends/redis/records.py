"""Owns how turns, samples and votes are written as JSON: with a version, read tolerant of what a later one adds."""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TypeVar

from bot.messages import Attached, AttachedKind, Citation, ConversationKey, FinishReason, Place, Remark, Turn
from bot.ports import FeedbackEntry, LatencySample, Vote

logger = logging.getLogger(__name__)

VERSION = 1
_DURATIONS = ("ttft_ms", "load_ms", "tokens_per_second", "queue_ms", "retrieval_ms")
"""Of a sample, where it knows them: older ones know fewer."""

Record = TypeVar("Record")


def encode_text(text: str) -> bytes:
    """UTF-8 that bears lone surrogates: platforms cut texts in the middle of a character now and then."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(data: bytes) -> str:
    """The inverse of `encode_text`; what it never wrote comes out with replacement characters."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def encode_turn(turn: Turn) -> bytes:
    """One turn as JSON."""
    return _encode(asdict(turn))


def decode_turns(items: Sequence[bytes]) -> tuple[Turn, ...]:
    """The turns in their order, without those that can't be read."""
    return _readable(items, _turn, what="turn")


def decode_id(item: bytes | None) -> str | None:
    """The id of a turn; None where there is no turn or it can't be read."""
    return next((turn.id for turn in decode_turns([item] if item is not None else [])), None)


def decode_author(item: bytes) -> str:
    """Who asked in a turn; empty where that isn't told or it can't be read."""
    return next((turn.author for turn in decode_turns([item])), "")


def encode_sample(sample: LatencySample) -> bytes:
    """One latency sample as JSON."""
    return _encode(asdict(sample))


def decode_samples(items: Sequence[bytes], *, model: str) -> tuple[LatencySample, ...]:
    """The samples of `model` in their order, without those that can't be read."""
    return _readable(items, lambda fields: _sample(fields, model), what="sample")


def encode_vote(entry: FeedbackEntry) -> bytes:
    """One vote as JSON."""
    return _encode(asdict(entry))


def decode_votes(items: Sequence[bytes]) -> tuple[FeedbackEntry, ...]:
    """The votes in their order, without those that can't be read."""
    return _readable(items, _vote, what="vote")


def _encode(fields: dict[str, object]) -> bytes:
    return encode_text(json.dumps({"v": VERSION, **fields}, ensure_ascii=False, separators=(",", ":")))


def _readable(items: Sequence[bytes], decode: Callable[[object], Record], *, what: str) -> tuple[Record, ...]:
    try:  # all in one pass of the parser: a long history is read before every answer
        return tuple(map(decode, json.loads(b"[" + b",".join(items) + b"]")))
    except (ValueError, TypeError, RecursionError):
        return tuple(_readable_ones(items, decode, what=what))


def _readable_ones(items: Sequence[bytes], decode: Callable[[object], Record], *, what: str) -> Iterable[Record]:
    for item in items:
        try:
            yield decode(json.loads(item))
        except (ValueError, TypeError, RecursionError) as error:
            logger.warning("skipping a %s that can't be read: %s, %d bytes", what, type(error).__name__, len(item))


def _turn(fields: object) -> Turn:
    match fields:
        case {
            "v": 1,
            "id": str(id_),
            "question": str(question),
            "answer": str(answer),
            "model": str(model),
            "at": int() | float() as at,
            "finish_reason": str(reason),
            "citations": list(citations),
            **rest,
        }:
            sources = tuple(map(_citation, citations))
            abstained, author = rest.get("abstained") is True, rest.get("author")
            asker = author if isinstance(author, str) else ""
            files, before = _attached(rest.get("attached")), _context(rest.get("context"))
            ended = FinishReason(reason)
            return Turn(id_, question, answer, model, float(at), ended, sources, abstained, asker, files, before)
    raise ValueError("not a turn")


def _citation(fields: object) -> Citation:
    match fields:
        case {
            "n": int(n),
            "document": str(document),
            "heading": str(heading),
            "score": int() | float() as score,
            **rest,
        }:
            attached = rest.get("attached") is True
            return Citation(n, document, heading, float(score), _place(rest.get("place")), attached)
    raise ValueError("not a citation")


def _attached(fields: object) -> tuple[Attached, ...]:
    """The files that came along; none in turns that were kept before they were."""
    return tuple(map(_attached_file, fields)) if isinstance(fields, list) else ()


def _attached_file(fields: object) -> Attached:
    match fields:
        case {"name": str(name), "kind": str(kind), "text": str(text), "characters": int(characters)}:
            return Attached(name, AttachedKind(kind), text, characters)
    raise ValueError("not an attached file")


def _context(fields: object) -> tuple[Remark, ...]:
    """What others had said before; nothing in turns that were kept before that was."""
    return tuple(map(_remark, fields)) if isinstance(fields, list) else ()


def _remark(fields: object) -> Remark:
    match fields:
        case {"author": str(author), "text": str(text)}:
            return Remark(author, text)
    raise ValueError("not a remark")


def _place(fields: object) -> Place | None:
    """None where there is none, or none that this version can read: the source is still named then."""
    match fields:
        case {"start": int(start), "end": int(end), "first": int(first), "last": int(last)}:
            return Place(start, end, first, last)
    return None


def _sample(fields: object, model: str) -> LatencySample:
    match fields:
        case {"v": 1, "at": int() | float() as at, "total_ms": int() | float() as total, "cold": bool(cold), **rest}:
            durations = {name: number(rest.get(name)) for name in _DURATIONS}
            abstained = rest.get("abstained") is True
            return LatencySample(model, float(at), float(total), cold=cold, abstained=abstained, **durations)
    raise ValueError("not a sample")


def _vote(fields: object) -> FeedbackEntry:
    match fields:
        case {
            "v": 1,
            "turn": str(turn),
            "conversation": dict(place),
            "author": str(author),
            "vote": str(vote),
            "at": int() | float() as at,
            "reason": str(reason),
            "model": str(model),
            "asker": str(asker),
        }:
            return FeedbackEntry(turn, _conversation(place), author, Vote(vote), float(at), reason, model, asker)
    raise ValueError("not a vote")


def _conversation(fields: object) -> ConversationKey:
    match fields:
        case {
            "platform": str(platform),
            "workspace": str(workspace),
            "channel": str(channel),
            "thread": str(thread),
            "direct": bool(direct),
        }:
            return ConversationKey(platform, workspace, channel, thread, direct=direct)
    raise ValueError("not a conversation")


def number(value: object) -> float | None:
    """A number as JSON has it, or None; `ValueError` for anything else."""
    if value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    raise ValueError("not a number")
