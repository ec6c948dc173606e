"""Owns what the doctor can find: every code with its check and its level, and what they add up to. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Self

from bot.errors import AssistantError, BadSetting, Value

_SERVICE_MISSING = 3


class Level(StrEnum):
    """How bad a finding is: all is well, works but should be changed, or doesn't work or isn't safe."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(StrEnum):
    """What is examined, in the order in which it is told."""

    PYTHON = "python"
    SETTINGS = "settings"
    ACCESS = "access"
    FOLDERS = "folders"
    MEMORY = "memory"
    ENGINE = "engine"
    MODEL = "model"
    PERSONAS = "personas"
    HISTORY = "history"
    DOCUMENTS = "documents"
    INDEX = "index"
    PLATFORMS = "platforms"
    NETWORK = "network"


class Code(Enum):
    """What can be found. The sentences are `doctor-<code>` and, where not all is well, `doctor-<code>-remedy`."""

    PYTHON = "python", Check.PYTHON, Level.OK
    PYTHON_OLD = "python-old", Check.PYTHON, Level.PROBLEM
    PYTHON_32_BIT = "python-32-bit", Check.PYTHON, Level.PROBLEM

    SETTINGS = "settings", Check.SETTINGS, Level.OK
    SETTING_UNKNOWN = "setting-unknown", Check.SETTINGS, Level.WARNING
    SETTING_REFUSED = "setting-refused", Check.SETTINGS, Level.PROBLEM
    SECRETS_READABLE = "secrets-readable", Check.SETTINGS, Level.WARNING

    ACCESS = "access", Check.ACCESS, Level.OK
    ACCESS_USUAL = "access-usual", Check.ACCESS, Level.OK
    ACCESS_BAD = "access-bad", Check.ACCESS, Level.PROBLEM
    ACCESS_OPEN = "access-open", Check.ACCESS, Level.PROBLEM
    ACCESS_UNREAD = "access-unread", Check.ACCESS, Level.WARNING
    AUDIT = "audit", Check.ACCESS, Level.OK
    AUDIT_TROUBLE = "audit-trouble", Check.ACCESS, Level.PROBLEM
    AUDIT_GAPS = "audit-gaps", Check.ACCESS, Level.WARNING

    FOLDER = "folder", Check.FOLDERS, Level.OK
    FOLDER_NOT_WRITABLE = "folder-not-writable", Check.FOLDERS, Level.PROBLEM
    FOLDER_NOT_PRIVATE = "folder-not-private", Check.FOLDERS, Level.WARNING
    FOLDER_LITTLE_ROOM = "folder-little-room", Check.FOLDERS, Level.WARNING

    MEMORY = "memory", Check.MEMORY, Level.OK
    MODEL_TOO_LARGE = "model-too-large", Check.MEMORY, Level.WARNING
    GPU_UNUSED = "gpu-unused", Check.MEMORY, Level.WARNING

    ENGINE = "engine", Check.ENGINE, Level.OK
    ENGINE_MISSING = "engine-missing", Check.ENGINE, Level.PROBLEM
    ENGINE_UNREACHABLE = "engine-unreachable", Check.ENGINE, Level.PROBLEM
    ENGINE_SILENT = "engine-silent", Check.ENGINE, Level.PROBLEM
    ENGINE_TROUBLE = "engine-trouble", Check.ENGINE, Level.PROBLEM
    ENGINE_HOST = "engine-host", Check.ENGINE, Level.OK
    ENGINE_HOST_LEFT_OUT = "engine-host-left-out", Check.ENGINE, Level.WARNING
    ENGINE_LEAKS = "engine-leaks", Check.ENGINE, Level.PROBLEM
    ENGINE_VERSION_UNKNOWN = "engine-version-unknown", Check.ENGINE, Level.WARNING
    ENGINE_CLOUD = "engine-cloud", Check.ENGINE, Level.WARNING

    MODEL = "model", Check.MODEL, Level.OK
    MODELS_NONE = "models-none", Check.MODEL, Level.PROBLEM
    MODEL_UNKNOWN = "model-unknown", Check.MODEL, Level.PROBLEM
    MODEL_CANNOT_CHAT = "model-cannot-chat", Check.MODEL, Level.PROBLEM
    CONTEXT_TOO_LONG = "context-too-long", Check.MODEL, Level.WARNING
    PULL_UNFINISHED = "pull-unfinished", Check.MODEL, Level.WARNING

    PERSONAS = "personas", Check.PERSONAS, Level.OK
    PERSONA_BAD = "persona-bad", Check.PERSONAS, Level.WARNING

    HISTORY = "history", Check.HISTORY, Level.OK
    HISTORY_UNAVAILABLE = "history-unavailable", Check.HISTORY, Level.PROBLEM
    HISTORY_NOT_HERE = "history-not-here", Check.HISTORY, Level.PROBLEM
    HISTORY_TROUBLE = "history-trouble", Check.HISTORY, Level.PROBLEM
    HISTORY_VOLATILE = "history-volatile", Check.HISTORY, Level.WARNING
    HISTORY_UNTOLD = "history-untold", Check.HISTORY, Level.WARNING
    PASSWORD_IN_THE_OPEN = "password-in-the-open", Check.HISTORY, Level.WARNING

    DOCUMENTS = "documents", Check.DOCUMENTS, Level.OK
    DOCUMENTS_NOWHERE = "documents-nowhere", Check.DOCUMENTS, Level.WARNING
    DOCUMENTS_NONE = "documents-none", Check.DOCUMENTS, Level.WARNING
    DOCUMENTS_UNREADABLE = "documents-unreadable", Check.DOCUMENTS, Level.PROBLEM
    SCOPES = "scopes", Check.DOCUMENTS, Level.OK
    SCOPES_BAD = "scopes-bad", Check.DOCUMENTS, Level.PROBLEM
    SEARCH_MODELS = "search-models", Check.DOCUMENTS, Level.OK
    SEARCH_MODELS_MISSING = "search-models-missing", Check.DOCUMENTS, Level.WARNING
    SEARCH_MODELS_TROUBLE = "search-models-trouble", Check.DOCUMENTS, Level.PROBLEM

    INDEX = "index", Check.INDEX, Level.OK
    INDEX_IN_USE = "index-in-use", Check.INDEX, Level.OK
    INDEX_EMPTY = "index-empty", Check.INDEX, Level.WARNING
    INDEX_OLD = "index-old", Check.INDEX, Level.PROBLEM
    INDEX_VERSION_UNKNOWN = "index-version-unknown", Check.INDEX, Level.WARNING
    INDEX_UNAVAILABLE = "index-unavailable", Check.INDEX, Level.PROBLEM
    INDEX_TROUBLE = "index-trouble", Check.INDEX, Level.PROBLEM

    PLATFORM_NONE = "platform-none", Check.PLATFORMS, Level.OK
    PLATFORM = "platform", Check.PLATFORMS, Level.OK
    PLATFORM_UNREACHABLE = "platform-unreachable", Check.PLATFORMS, Level.PROBLEM
    PLATFORM_REFUSED = "platform-refused", Check.PLATFORMS, Level.PROBLEM

    NETWORK = "network", Check.NETWORK, Level.OK
    NETWORK_OWN = "network-own", Check.NETWORK, Level.OK
    NETWORK_ON_REQUEST = "network-on-request", Check.NETWORK, Level.OK
    NETWORK_PLATFORM = "network-platform", Check.NETWORK, Level.OK
    NETWORK_ALLOWED = "network-allowed", Check.NETWORK, Level.WARNING
    NETWORK_OUTSIDE = "network-outside", Check.NETWORK, Level.PROBLEM
    NETWORK_UNKNOWN_HOST = "network-unknown-host", Check.NETWORK, Level.WARNING

    CHECK_FAILED = "check-failed", None, Level.PROBLEM
    CHECK_SLOW = "check-slow", None, Level.PROBLEM

    def __init__(self, key: str, check: Check | None, level: Level) -> None:
        self.key = key
        self.level = level
        self.check = check
        """None where it can happen to any check: its finding tells which."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `data` fills in its sentences; `error` is what a service failed with."""

    code: Code
    data: Mapping[str, Value] = field(default_factory=dict)
    error: AssistantError | None = None

    @classmethod
    def of(cls, code: Code, /, **data: Value) -> Self:
        """A finding from its data alone."""
        return cls(code, data)

    @classmethod
    def of_error(cls, code: Code, error: AssistantError) -> Self:
        """A finding that tells of `error`, in whose fields its data lie."""
        return cls(code, error.data(), error)

    @property
    def check(self) -> Check:
        """What was examined."""
        return self.code.check or Check(str(self.data["check"]))

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.code.level

    @property
    def is_of_a_missing_service(self) -> bool:
        """Whether something that Sova needs isn't there, or gives no answer."""
        return self.code is Code.ENGINE_SILENT or bool(self.error and self.error.exit_code == _SERVICE_MISSING)


Report = Callable[[Finding], None]
"""Takes a finding as soon as it is made, so that what follows may fail."""


def of_refused_setting(error: BadSetting) -> tuple[Finding, ...]:
    """All that can be found where the settings can't be read: there is nothing to examine with."""
    return (Finding.of_error(Code.SETTING_REFUSED, error),)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 without a problem, 3 when a needed service isn't there, 1 with any other problem."""
    problems = [finding for finding in findings if finding.level is Level.PROBLEM]
    if any(problem.is_of_a_missing_service for problem in problems):
        return _SERVICE_MISSING
    return 1 if problems else 0
