"""A question and replies to it, of which only the text matters."""

from bot.messages import Author, Citation, ConversationKey, FinishReason, Incoming, Reply, Timings, Usage

INCOMING = Incoming("3", ConversationKey("board", "1", "2", "3"), Author("4", "Anna"), "?", received_at=0.0)


def a_reply(text: str, *, reason: FinishReason = FinishReason.COMPLETE, citations: tuple[Citation, ...] = ()) -> Reply:
    """The reply to `INCOMING`."""
    return Reply(text, INCOMING.conversation, "owl:1b", "Ollama", reason, Usage(), Timings(), citations)
