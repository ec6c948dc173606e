"""The use case: a question comes in, the answer streams out, and the conversation remembers both."""

from bot.assistant.assistant import Assistant, ReplyStream
from bot.assistant.gathering import Consults

__all__ = ["Assistant", "Consults", "ReplyStream"]
