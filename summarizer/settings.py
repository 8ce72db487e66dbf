"""Settings: one file, then the environment, then flags, in that order of growing strength.

This is the only reader of the environment. An unknown key fails by name.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from summarizer.errors import SettingsError

SETTINGS_FILE = "summarizer.toml"
ENV_PREFIX = "SUMMARIZER_"


class Settings(BaseSettings):
    """Every setting with its default; each description is the table in the README."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        validate_by_name=True,
        validate_default=True,
    )

    # the model
    model: str = Field(
        default="embedded",
        min_length=1,
        description='"embedded", "embedded:NAME", a path to a .gguf file, or the name of a model '
        "at base_url",
    )
    base_url: str = Field(
        default="",
        validation_alias=AliasChoices("SUMMARIZER_BASE_URL", "OPENAI_BASE_URL"),
        description="OpenAI-compatible endpoint; empty means OpenAI's own",
    )
    api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("SUMMARIZER_API_KEY", "OPENAI_API_KEY"),
        description="key for base_url; never shown, logged or stored",
    )
    answer_mode: Literal["json_schema", "tools"] = Field(
        default="json_schema", description="how the endpoint is held to the schema"
    )
    prompt_set: Literal["auto", "article", "passage"] = Field(
        default="auto",
        description="one call an article, or one a passage; auto follows the model's profile",
    )
    passage_sentences: int = Field(
        default=0, ge=0, le=200, description="sentences in a passage; 0 follows the profile"
    )
    prompts_dir: Path | None = Field(
        default=None, description="folder of prompt templates to use instead of the packaged ones"
    )
    temperature: float = Field(default=0.0, ge=0, le=2, description="sampling temperature")
    seed: int = Field(default=7, description="sampling seed, sent with every call")
    max_output_tokens: int = Field(
        default=0, ge=0, description="limit of one answer in tokens; 0 follows the profile"
    )

    # calls
    connect_timeout_s: float = Field(default=5, gt=0, description="seconds to connect")
    read_timeout_s: float = Field(default=120, gt=0, description="seconds to wait for an answer")
    max_retries: int = Field(
        default=4, ge=0, le=20, description="repeats after connection faults, 408, 409, 429, 5xx"
    )
    max_retry_wait_s: float = Field(
        default=60, ge=0, description="longest wait between two tries, also for Retry-After"
    )
    max_reasks: int = Field(
        default=2, ge=0, le=10, description="repeats after an answer that does not fit the schema"
    )
    max_parallel: int = Field(
        default=0, ge=0, le=256, description="calls in flight at once; 0 follows the profile"
    )
    calls_per_minute: int = Field(default=0, ge=0, description="0 is no limit")
    budget_tokens: int = Field(default=0, ge=0, description="tokens for one run; 0 is no limit")
    budget_usd: float = Field(default=0, ge=0, description="US dollars for one run; 0 is no limit")

    # reading
    max_article_chars: int = Field(
        default=200_000, ge=100, description="longest article in characters"
    )
    max_download_bytes: int = Field(
        default=10_000_000, ge=1000, description="largest body fetched from a URL"
    )
    fetch_timeout_s: float = Field(default=20, gt=0, description="seconds for one URL in all")
    max_redirects: int = Field(default=5, ge=0, le=20, description="redirects followed for a URL")
    allow_private: bool = Field(
        default=False, description="read URLs at private, loopback and link-local addresses"
    )
    contact_url: str = Field(
        default="",
        pattern=r"^[!-'*-~]*$",
        description="page or mailto: address that servers are told in the user agent, so that "
        "they can reach you",
    )
    host_pause_s: float = Field(
        default=1, ge=0, le=60, description="seconds between two requests to one host of a feed"
    )

    # the daily brief
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("summarizer", appauthor=False)),
        description="where articles, briefs, stories and digests are kept",
    )
    timezone: str = Field(default="UTC", description="whose day it is, as in Europe/Berlin")
    follow_topics: tuple[str, ...] = Field(
        default=(), description="tags of feeds or words of headlines that rank higher"
    )
    follow_actors: tuple[str, ...] = Field(default=(), description="names that rank higher")
    mute_topics: tuple[str, ...] = Field(
        default=(), description="tags of feeds or words of headlines to leave out"
    )
    mute_actors: tuple[str, ...] = Field(default=(), description="names to leave out")

    # caches and the embedded model
    cache: bool = Field(default=True, description="keep the model's answers and use them again")
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("summarizer", appauthor=False)),
        description="where answers and model weights are kept",
    )
    embedded_threads: int = Field(
        default=0,
        ge=0,
        le=256,
        description="threads of the embedded model; 0 is one a physical core, less one",
    )
    embedded_slots: int = Field(
        default=0, ge=0, le=64, description="answers it works on at once; 0 follows the profile"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before environment before file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(SETTINGS_FILE))
        return init_settings, env_settings, toml


def load_settings(**flags: Any) -> Settings:
    """Settings of file, environment and `flags` (those that are not None).

    Raises:
        SettingsError: an unknown key, or a value out of range, named with its source.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        _refuse_unknown_variables()
        _refuse_unknown_keys()
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_in_plain_words(error, given)) from error
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"{SETTINGS_FILE} cannot be read ({error}): correct it, it is written in TOML."
        ) from error


class Origin(BaseModel):
    """One setting with its value as shown and where it came from."""

    name: str
    value: str
    source: str
    description: str


def origins(settings: Settings, flags: set[str]) -> list[Origin]:
    """Every setting, its value and whether it comes from flag, environment, file or default."""
    file = _file_keys()
    return [
        Origin(
            name=name,
            value=str(getattr(settings, name)),
            source=_source(name, flags, file),
            description=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _source(name: str, flags: set[str], file: set[str]) -> str:
    if name in flags:
        return "flag"
    for variable in _variables(name):
        if os.environ.get(variable):
            return f"environment {variable}"
    return SETTINGS_FILE if name in file else "default"


def _variables(name: str) -> list[str]:
    """Environment variables that set `name`, the strongest first."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices if choice != name]
    return [f"{ENV_PREFIX}{name.upper()}"]


def _file_keys() -> set[str]:
    path = Path(SETTINGS_FILE)
    return set(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else set()


def _refuse_unknown_variables() -> None:
    known = {v.upper() for name in Settings.model_fields for v in _variables(name)}
    for variable in os.environ:
        if variable.upper().startswith(ENV_PREFIX) and variable not in known:
            raise SettingsError(
                f"The environment variable {variable} sets nothing: correct its name "
                "(`summarizer config` lists all settings) or unset it."
            )


def _refuse_unknown_keys() -> None:
    for key in sorted(_file_keys() - Settings.model_fields.keys()):
        raise SettingsError(
            f"{SETTINGS_FILE} has an unknown key {key!r}: correct or remove it "
            "(`summarizer config` lists all settings)."
        )


def _in_plain_words(error: ValidationError, flags: Mapping[str, Any]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "extra_forbidden":
        return f"There is no setting {name!r} (`summarizer config` lists all settings)."
    field = next((f for f in Settings.model_fields if name in (f, *_variables(f))), name)
    where = _source(field, set(flags), _file_keys()) if field in Settings.model_fields else name
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"The setting {field} ({where}) is wrong: {message}."
