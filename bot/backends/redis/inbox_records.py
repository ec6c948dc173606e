"""Owns how a question that waits is written down as JSON: whole, so that any worker can answer it.

Attached files are written down as references; whoever answers fetches their bytes.
"""

import json
from dataclasses import astuple

from bot.backends.redis.records import encode_text
from bot.messages import Attachment, Author, ConversationKey, Incoming, Language, Remark

VERSION = 1


def encode_incoming(incoming: Incoming) -> bytes:
    """The question as JSON."""
    author = incoming.author
    fields = {
        "v": VERSION,
        "id": incoming.id,
        "conversation": _plain(incoming.conversation),
        "author": [author.id, author.name, sorted(author.roles)],
        "text": incoming.text,
        "received_at": incoming.received_at,
        "language": incoming.language.value,
        "attachments": [astuple(attachment) for attachment in incoming.attachments],
        "model": incoming.model,
        "again": incoming.again,
        "reply": incoming.reply,
        "turn": incoming.turn,
        "context": [astuple(remark) for remark in incoming.context],
        "replaces": incoming.replaces,
        "asker": incoming.asker,
    }
    return encode_text(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def decode_incoming(data: bytes) -> Incoming:
    """The inverse of `encode_incoming`; `ValueError` for what it can't have written."""
    match json.loads(data.decode("utf-8", "surrogatepass")):
        case {
            "v": 1,
            "id": str(id_),
            "conversation": list(place),
            "author": [str(person), str(name), list(roles)],
            "text": str(text),
            "received_at": int() | float() as received_at,
            "language": str(language),
            "attachments": list(attachments),
            "model": str() | None as model,
            **rest,
        }:
            return Incoming(
                id=id_,
                conversation=_place(place),
                author=Author(person, name, frozenset(map(str, roles))),
                text=text,
                received_at=float(received_at),
                language=Language(language),
                attachments=tuple(map(_attachment, attachments)),
                model=model,
                again=rest.get("again") is True,
                reply=_text(rest.get("reply")),
                turn=_text(rest.get("turn")),
                context=_context(rest.get("context")),
                replaces=_text(rest.get("replaces")),
                asker=_text(rest.get("asker")),
            )
    raise ValueError("not a question")


def _attachment(fields: object) -> Attachment:
    match fields:
        case [str(name), str(media_type), int(size_bytes), str(where)]:
            return Attachment(name, media_type, size_bytes, where)
    raise ValueError("not an attachment")


def _text(field: object) -> str | None:
    """None in questions that were kept before there was such a field."""
    return field if isinstance(field, str) else None


def _context(fields: object) -> tuple[Remark, ...]:
    """What was said before; nothing in questions that were kept before that was."""
    return tuple(map(_remark, fields)) if isinstance(fields, list) else ()


def _remark(fields: object) -> Remark:
    match fields:
        case [str(author), str(text)]:
            return Remark(author, text)
    raise ValueError("not a remark")


def _plain(place: ConversationKey) -> list[str | bool]:
    return [place.platform, place.workspace, place.channel, place.thread, place.direct]


def _place(fields: list[object]) -> ConversationKey:
    match fields:
        case [str(platform), str(workspace), str(channel), str(thread), bool(direct)]:
            return ConversationKey(platform, workspace, channel, thread, direct=direct)
    raise ValueError("not a conversation")
