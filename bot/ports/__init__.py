"""The ports: what the core asks of the world, in the core's own words.

Above them sit the assistant and the commands; below them the backends, one vendor each. Every method may raise an
`AssistantError` and nothing else: a backend translates its vendor's errors once.
"""

from bot.ports.auditing import AuditEntry, AuditLog
from bot.ports.conversations import Fetch, Forgotten, History, LatencyLog, LatencySample, ModelPins, Pin, PinScope
from bot.ports.documents import (
    BuiltAnew,
    Chunk,
    DocumentRecord,
    Hit,
    IndexedChunk,
    IndexQuery,
    PassageIndex,
    SparseEmbedder,
    SparseVector,
    TextEmbedder,
    Vector,
)
from bot.ports.engines import (
    Capability,
    ChatModel,
    CompletionDelta,
    CompletionEnd,
    CompletionRequest,
    EngineHost,
    HasHosts,
    LoadedModel,
    ModelInfo,
    OffersRemoteModels,
    PullProgress,
    TellsStage,
)
from bot.ports.feedback import Feedback, FeedbackEntry, TakesFeedback, Vote, Votes
from bot.ports.places import (
    AnswerIn,
    ChosenHere,
    PlaceChoices,
    PlaceLanguage,
    PlaceLevel,
    PlaceOption,
    PlaceSettings,
)
from bot.ports.seen import SeenLog
from bot.ports.shapes import Attention

__all__ = [
    "AnswerIn",
    "Attention",
    "AuditEntry",
    "AuditLog",
    "BuiltAnew",
    "Capability",
    "ChatModel",
    "ChosenHere",
    "Chunk",
    "CompletionDelta",
    "CompletionEnd",
    "CompletionRequest",
    "DocumentRecord",
    "EngineHost",
    "Feedback",
    "FeedbackEntry",
    "Fetch",
    "Forgotten",
    "HasHosts",
    "History",
    "Hit",
    "IndexQuery",
    "IndexedChunk",
    "LatencyLog",
    "LatencySample",
    "LoadedModel",
    "ModelInfo",
    "ModelPins",
    "OffersRemoteModels",
    "PassageIndex",
    "Pin",
    "PinScope",
    "PlaceChoices",
    "PlaceLanguage",
    "PlaceLevel",
    "PlaceOption",
    "PlaceSettings",
    "PullProgress",
    "SeenLog",
    "SparseEmbedder",
    "SparseVector",
    "TakesFeedback",
    "TellsStage",
    "TextEmbedder",
    "Vector",
    "Vote",
    "Votes",
]
