"""Owns the settings: the only reader of the environment and of `.env`."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_cache_path, user_state_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BadSetting
from bot.messages import Language


class Settings(BaseSettings):
    """Everything an operator can decide. Each field is `SOVA_` and its name in capitals; `.env.example` lists them."""

    model_config = SettingsConfigDict(
        env_prefix="SOVA_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    state_dir: Path = Field(default_factory=lambda: user_state_path("sova"))
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("sova"))

    engine: Literal["auto", "ollama", "openai", "embedded"] = "auto"
    ollama_url: str = Field(
        default="http://127.0.0.1:11434",
        validation_alias=AliasChoices("SOVA_OLLAMA_URL", "OLLAMA_HOST", "ollama_url"),
    )
    openai_base_url: str = "http://127.0.0.1:8080/v1"
    openai_api_key: SecretStr = SecretStr("")
    model: str | None = None
    model_file: Path | None = None

    context_tokens: int = Field(default=8192, ge=512)
    answer_tokens: int = Field(default=1024, ge=16)
    temperature: float = Field(default=0.3, ge=0.0, le=2.0)
    keep_alive: str = "30m"
    thinking: bool = False
    threads: int = Field(default=0, ge=0)
    gpu_layers: int = Field(default=-1, ge=-1)

    load_seconds: float = Field(default=900.0, gt=0)
    first_token_seconds: float = Field(default=300.0, gt=0)
    next_token_seconds: float = Field(default=60.0, gt=0)
    question_chars: int = Field(default=100_000, ge=1)
    waiting_turns: int = Field(default=8, ge=1)

    redis_url: SecretStr | None = None
    redis_prefix: str = "sova"
    history_turns: int = Field(default=100, ge=1)
    history_days: float = Field(default=30.0, gt=0)
    latency_turns: int = Field(default=200, ge=1)

    admins: frozenset[str] = frozenset()
    language: Literal["auto", "en", "cs"] = "auto"
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    hub_url: str = "https://huggingface.co"

    @classmethod
    def read(cls) -> Self:
        """Read the environment; the first value that can't be used becomes a `BadSetting` that names it."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise BadSetting(name=_variable(first["loc"]), reason=first["msg"]) from None

    @field_validator("redis_url", "model", "model_file", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("ollama_url")
    @classmethod
    def _ollama_host_is_a_url(cls, value: str) -> str:
        """`OLLAMA_HOST` may be a bare host, as Ollama itself reads it; 0.0.0.0 is for listening, not for asking."""
        url = value if "://" in value else f"http://{value}"
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        if ":" not in host.rpartition("]")[2]:
            host = f"{host}:{443 if scheme == 'https' else 80}" if "://" in value else f"{host}:11434"
        host = host.replace("0.0.0.0:", "127.0.0.1:")
        return f"{scheme}://{host}" + (f"/{path}" if path else "")

    @cached_property
    def spoken(self) -> Language:
        """The language of Sova's own sentences where nobody has chosen one: the setting, else the system's locale."""
        if self.language != "auto":
            return Language(self.language)
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        return Language.CZECH if locale.startswith("cs") else Language.ENGLISH


def child_environment() -> dict[str, str]:
    """The environment for programs that Sova starts: its own without Sova's settings, some of which are secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SOVA_")}


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "?"
    return name if name.isupper() else f"SOVA_{name.upper()}"
