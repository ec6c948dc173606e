"""Owns what an earlier try, or an earlier answer, means for a question: what it replaces, what came with it. Pure."""

from dataclasses import replace

from bot.assistant.said import Asked
from bot.errors import AttachmentRefused, NothingToRegenerate, NotTheNewest
from bot.messages import Attached, AttachedKind, Turn
from bot.retrieval.enclosures import are_about_files, are_meant, are_pictures_meant, in_talk


def once_more(asked: Asked) -> Asked:
    """The conversation's newest question, to be answered in place of its earlier answer.

    Raises `NothingToRegenerate`, `NotTheNewest` when another was asked since, and `AttachmentRefused` when nothing is
    left of what was asked.
    """
    if not asked.turns:
        raise NothingToRegenerate
    newest, meant = asked.turns[-1], asked.incoming.turn
    if meant and newest.id not in {meant, asked.incoming.id}:  # a worker that ended may have answered it already
        raise NotTheNewest
    attached, lost = _remembered_files(newest)
    if lost and not newest.question and not are_about_files(attached):
        raise lost[0]
    return replace(
        asked,
        question=newest.question,
        turns=asked.turns[:-1],
        asker=newest.author,
        replaces=newest.id,
        is_again=True,
        attached=attached,
        context=newest.context,
        notices=tuple(refusal.notice() for refusal in lost),
    )


def instead_of_earlier_try(asked: Asked) -> Asked:
    """A question typed again because it got no answer takes the place of the first try, and has what came with it.

    So does one whose worker ended before the answer was delivered: it has the same id, and brings the files itself.
    """
    newest = asked.turns[-1] if asked.turns else None
    if newest is None or (newest.id != asked.incoming.id and (newest.answer or newest.question != asked.question)):
        return asked
    instead = replace(asked, turns=asked.turns[:-1], replaces=newest.id, context=asked.context or newest.context)
    if asked.incoming.attachments:
        return instead
    attached, lost = _remembered_files(newest)
    return replace(instead, attached=attached, notices=tuple(refusal.notice() for refusal in lost))


def without_earlier_pictures(asked: Asked) -> Asked:
    """The same, told that a picture that came earlier isn't there any more, where the question is about one.

    The model reads what it said of it then, and nothing else.
    """
    if asked.incoming.attachments:
        return asked
    told = {notice.data.get("name") for notice in asked.notices}
    lost = [file.name for file in in_talk(asked.turns) if file.kind is AttachedKind.PICTURE and file.name not in told]
    if not lost or not are_pictures_meant(asked.question, lost):
        return asked
    return replace(asked, notices=(*asked.notices, AttachmentRefused(lost[0], "not-kept").notice()))


def is_about_its_files(asked: Asked) -> bool:
    """Whether no document can answer it: it is about the pictures, or plainly about the files, that came along."""
    if asked.images and not asked.files:
        return True
    return are_about_files(asked.attached) and are_meant(asked.question, asked.attached)


def _remembered_files(turn: Turn) -> tuple[tuple[Attached, ...], tuple[AttachmentRefused, ...]]:
    """What came with `turn` as far as it is still there, and the pictures that aren't: those are never kept."""
    lost = tuple(AttachmentRefused(one.name, "not-kept") for one in turn.attached if one.kind is AttachedKind.PICTURE)
    kept = (
        replace(one, kind=AttachedKind.UNREAD) if one.kind is AttachedKind.PICTURE else one for one in turn.attached
    )
    return tuple(kept), lost
