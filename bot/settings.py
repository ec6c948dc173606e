"""Owns the settings: the only reader of the environment and of `.env`."""

import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_state_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict

from bot.addresses import ollama_url, web_address
from bot.errors import BadSetting
from bot.messages import Language
from bot.output.links import host_pattern

PREFIX = "SOVA_"
_ENV_FILE = ".env"
NO_CALLING_HOME = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime reports models and sessions to its maker unless told before it starts
    "HF_HUB_OFFLINE": "1",  # models are fetched by `sova models fetch`, by nothing else
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "QDRANT__TELEMETRY_DISABLED": "true",
    "DO_NOT_TRACK": "1",  # consoledonottrack.com, for libraries yet to come
}
"""The switches by which libraries are told to send nothing to their makers, whatever the environment says."""
_DURATION = r"^-?(\d+|(\d+(\.\d+)?(h|m|s|ms))+)$"
_ADMIN = re.compile(r"[^\s:]+:@?[^\s@]\S*")


class Settings(BaseSettings):
    """Everything an operator can decide. Each field is `SOVA_` and its name in capitals; `.env.example` lists them.

    The environment comes before `.env`, and an empty value counts as not set.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    state_dir: Path = Field(default_factory=lambda: user_state_path("sova"))
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("sova"))

    engine: Literal["auto", "ollama", "openai", "embedded"] = "auto"
    ollama_host: str = Field(default="127.0.0.1", validation_alias="OLLAMA_HOST", repr=False)
    ollama_url: str = Field(default_factory=lambda given: _url_of_host(given), repr=False)  # noqa: PLW0108 - it stands below
    ollama_models: Path | None = Field(default=None, validation_alias="OLLAMA_MODELS")
    openai_base_url: str = Field(default="http://127.0.0.1:8080/v1", repr=False)
    openai_api_key: SecretStr = SecretStr("")
    engine_urls: Annotated[tuple[str, ...], NoDecode] = Field(default=(), repr=False)
    engine_parallel: int = Field(default=0, ge=0)
    model: str | None = None
    model_file: Path | None = None
    projector_file: Path | None = None
    vision_models: Annotated[frozenset[str], NoDecode] = frozenset()

    context_tokens: int = Field(default=8192, ge=512)
    answer_tokens: int = Field(default=1024, ge=16)
    temperature: float = Field(default=0.3, ge=0.0, le=2.0)
    keep_alive: str = Field(default="30m", pattern=_DURATION)
    keep_warm: Annotated[tuple[str, ...], NoDecode] = ()
    thinking: bool = False
    threads: int = Field(default=0, ge=0)
    gpu_layers: int = Field(default=-1, ge=-1)

    knowledge_dir: Path = Path("knowledge")
    qdrant_url: str | None = None
    qdrant_api_key: SecretStr = SecretStr("")
    passage_tokens: int = Field(default=700, ge=100)
    citing: Literal["auto", "model", "core"] = "auto"
    general_knowledge: bool = False
    embedding_model: str = "multilingual-e5-small"
    embedding_folder: Path | None = None

    load_seconds: float = Field(default=900.0, gt=0)
    first_token_seconds: float = Field(default=300.0, gt=0)
    next_token_seconds: float = Field(default=60.0, gt=0)
    question_chars: int = Field(default=100_000, ge=1)
    attachments: int = Field(default=5, ge=0, le=50)
    attachment_mb: float = Field(default=10.0, gt=0, le=50)
    attachment_tokens: int = Field(default=2000, ge=100)
    waiting_turns: int = Field(default=8, ge=1)

    waiting: int = Field(default=1_000, ge=1)
    waiting_of_one: int = Field(default=10, ge=1)
    rate_per_minute: int = Field(default=20, ge=0)
    lease_seconds: float = Field(default=10.0, ge=0.5)
    drain_seconds: float = Field(default=30.0, ge=0)

    redis_url: SecretStr | None = None
    redis_prefix: str = Field(default="sova", pattern=r"^[^\s{}]+$")
    history_turns: int = Field(default=100, ge=1)
    history_days: float = Field(default=30.0, gt=0)
    latency_turns: int = Field(default=200, ge=1)

    discord_token: SecretStr | None = None
    discord_api_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str | None = None
    discord_proxy: str | None = Field(default=None, repr=False)
    discord_answer_in: Literal["thread", "reply"] = "thread"
    discord_sharded: bool = False
    discord_guild: int | None = Field(default=None, gt=0)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_mode: Literal["socket", "http"] = "socket"
    slack_sockets: int = Field(default=2, ge=1, le=10)
    slack_http_host: str = Field(default="127.0.0.1", pattern=r"^[^\s/\[\]]+$")
    slack_http_port: int = Field(default=3000, ge=0, le=65_535)
    slack_streaming: Literal["native", "update"] = "native"
    slack_command_prefix: str = Field(default="sova-", pattern=r"^[a-z0-9_-]{0,16}$")
    slack_proxy: str | None = Field(default=None, repr=False)

    allowed_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    personas_dir: Path = Path("personas")
    link_hosts: Annotated[frozenset[str], NoDecode] = frozenset()
    admins: Annotated[frozenset[str], NoDecode] = frozenset()
    access_file: Path | None = None
    language: Literal["auto", "en", "cs"] = "auto"
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    metrics_host: str = Field(default="127.0.0.1", pattern=r"^[^\s/\[\]]+$")
    metrics_port: int = Field(default=9464, ge=0, le=65_535)
    otlp_url: str | None = None
    hub_url: str = "https://huggingface.co"

    @classmethod
    def read(cls) -> Self:
        """Read the environment; the first value that can't be used becomes a `BadSetting` that names it."""
        try:
            return cls()
        except ValidationError as error:
            raise _refused(error) from None
        except UnicodeDecodeError:  # it carries the whole file, secrets and all
            raise BadSetting(name=_ENV_FILE, reason="it is not text in UTF-8") from None
        except OSError as error:
            raise BadSetting(name=_ENV_FILE, reason=error.strerror or "it can't be read") from error

    def with_other(self, name: str, value: str) -> Self:
        """These settings with the field `name` read from `value`, as if it stood in the environment."""
        given = self.model_dump(exclude_unset=True) | {name: value}
        try:
            return type(self).model_validate(given)
        except ValidationError as error:
            raise _refused(error) from None

    @classmethod
    def variables(cls) -> tuple[str, ...]:
        """The names of all variables that are read, in the order of the fields."""
        return tuple(str(field.validation_alias or _variable((name,))) for name, field in cls.model_fields.items())

    @classmethod
    def unknown_variables(cls) -> tuple[str, ...]:
        """The `SOVA_` variables in the environment and in `.env` that nothing reads: most likely typing errors."""
        sources = EnvSettingsSource(cls), DotEnvSettingsSource(cls)
        given = {name.upper() for source in sources for name in source.env_vars}
        return tuple(sorted(name for name in given.difference(cls.variables()) if name.startswith(PREFIX)))

    @classmethod
    def file_with_secrets(cls) -> Path | None:
        """The `.env` that is read, if there is one and it sets a secret."""
        given = {name.upper() for name in DotEnvSettingsSource(cls).env_vars}
        secrets = {_variable((name,)) for name, field in cls.model_fields.items() if _is_secret(field.annotation)}
        return None if given.isdisjoint(secrets) else Path(_ENV_FILE).absolute()

    @field_validator(
        "redis_url",
        "model",
        "model_file",
        "projector_file",
        "ollama_models",
        "embedding_folder",
        "qdrant_url",
        "access_file",
        "otlp_url",
        "discord_token",
        "discord_proxy",
        "discord_gateway_url",
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_proxy",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator(
        "state_dir",
        "cache_dir",
        "knowledge_dir",
        "personas_dir",
        "model_file",
        "projector_file",
        "ollama_models",
        "embedding_folder",
        "access_file",
    )
    @classmethod
    def _home_is_spelt_out(cls, value: Path | None) -> Path | None:
        """No shell replaces the `~` in `.env`."""
        try:
            return value and value.expanduser()
        except RuntimeError as error:
            raise ValueError("there is no such home folder") from error

    @field_validator("ollama_url")
    @classmethod
    def _ollama_is_asked_at_a_url(cls, value: str) -> str:
        return ollama_url(value)

    @field_validator("openai_base_url", "discord_api_url", "slack_api_url")
    @classmethod
    def _is_a_web_address(cls, value: str) -> str:
        web_address(value)
        return value

    @field_validator("otlp_url", "discord_proxy", "slack_proxy")
    @classmethod
    def _is_a_web_address_or_unset(cls, value: str | None) -> str | None:
        return value and cls._is_a_web_address(value)

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_the_token_that_is_meant(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Slack gives out several kinds, and people mix them up."""
        beginning = "xapp-" if info.field_name == "slack_app_token" else "xoxb-"
        if value and not value.get_secret_value().startswith(beginning):
            raise ValueError(f"it is another kind of token; this one begins with {beginning}")
        return value

    @field_validator("discord_gateway_url")
    @classmethod
    def _is_a_web_socket_or_unset(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in {"ws", "wss"}:
            raise ValueError("it must begin with wss:// (or ws://)")
        return value

    @field_validator("hub_url")
    @classmethod
    def _is_a_web_address_or_off(cls, value: str) -> str:
        """Empty when there is no hub to ask."""
        return "" if value.lower() in {"off", ""} else cls._is_a_web_address(value)

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts_are_written_in_any_case(cls, value: frozenset[str]) -> frozenset[str]:
        return frozenset(host.lower().strip("[]") for host in value)

    @field_validator("engine_urls")
    @classmethod
    def _hosts_are_asked_at_urls(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("engine") == "openai":
            value = tuple(map(cls._is_a_web_address, value))
        else:
            value = tuple(map(ollama_url, value))
        places = [urlsplit(url) for url in value]
        if len({(place.netloc.rpartition("@")[2], place.path.rstrip("/")) for place in places}) < len(places):
            raise ValueError("a host stands there twice")
        return value

    @model_validator(mode="after")
    def _engine_is_named_once(self) -> Self:
        """Several hosts, or one: never is it left open which of two settings counts."""
        if not self.engine_urls:
            return self
        if self.engine == "embedded":
            raise BadSetting(name="SOVA_ENGINE_URLS", reason="the embedded engine (SOVA_ENGINE) has no hosts")
        alone = "openai_base_url" if self.engine == "openai" else "ollama_url"
        if alone in self.model_fields_set:
            raise BadSetting(name="SOVA_ENGINE_URLS", reason=f"{_variable((alone,))} is set too; set one of the two")
        return self

    @model_validator(mode="after")
    def _what_is_kept_warm_is_kept(self) -> Self:
        """An engine that lets go at once can't keep anything."""
        if self.keep_warm and re.fullmatch(r"0+(\.0+)?(h|m|s|ms)?", self.keep_alive):
            raise BadSetting(name="SOVA_KEEP_WARM", reason="SOVA_KEEP_ALIVE=0 puts models out of memory at once")
        return self

    @field_validator(
        "admins", "allowed_hosts", "link_hosts", "engine_urls", "keep_warm", "vision_models", mode="before"
    )
    @classmethod
    def _names_stand_in_one_line(cls, value: object) -> object:
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value

    @field_validator("link_hosts")
    @classmethod
    def _links_lead_to_hosts(cls, value: frozenset[str]) -> frozenset[str]:
        return frozenset(map(host_pattern, value))

    @field_validator("admins")
    @classmethod
    def _admins_have_a_platform(cls, value: frozenset[str]) -> frozenset[str]:
        if all(map(_ADMIN.fullmatch, value)):
            return value
        raise ValueError("each one is written platform:user-id or platform:@role, with commas between them")

    @cached_property
    def spoken(self) -> Language:
        """The language of Sova's own sentences where nobody has chosen one: the setting, else the system's locale."""
        if self.language != "auto":
            return Language(self.language)
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        return Language.CZECH if re.match(r"cs(?![a-z])", locale) else Language.ENGLISH


def child_environment() -> dict[str, str]:
    """The environment for programs that Sova starts: its own without Sova's settings, some of which are secrets.

    Libraries are told in it to send nothing to their makers.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("SOVA_")} | NO_CALLING_HOME


def forbid_calling_home() -> None:
    """Tell the libraries of this process the same; they look only once, so it comes before they are imported."""
    os.environ.update(NO_CALLING_HOME)


def _refused(error: ValidationError) -> BadSetting:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return BadSetting(name=_variable(first["loc"]), reason=first["msg"].removeprefix("Value error, "))


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "?"
    return name if name.isupper() else f"SOVA_{name.upper()}"


def _is_secret(annotation: object) -> bool:
    return SecretStr in (annotation, *get_args(annotation))


def _url_of_host(given: Mapping[str, Any]) -> str:
    """Ollama's address where only its own variable tells it."""
    try:
        return ollama_url(given["ollama_host"])
    except ValueError as error:
        raise BadSetting(name="OLLAMA_HOST", reason=str(error)) from None
